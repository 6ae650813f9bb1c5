"""Numbers that only a wrong unit explains: about 1,000 or 1,000,000 times last year's, or the other provinces'.

A number is compared with what was reported a year ago, else with what its own sheet says of last year, else with the
other provinces'. What the other provinces confirm is no doubt, whatever last year's figure says.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.coded import texts
from pipeline.model import MEMBER, TOTAL, Finding, Said
from pipeline.plain import tuples
from pipeline.states import NUMBER

# Within a year a figure may double or halve without an error; provinces differ by more.
_OF_A_YEAR, _OF_PROVINCES = 2.0, 5.0
_FACTORS = (1e3, 1e6)
# The smaller of two numbers is at least this: small counts change by much, and money lost to one fire even more. An
# amount that fell is a thousandth of its own last year's by a wrong unit only: there the larger one is at least this,
# and so it is where all amounts of a column together are a thousandth of the other provinces'.
_LEAST = {(1e3, "count"): 10.0, (1e3, "amount"): 100.0, (1e6, "count"): 1.0, (1e6, "amount"): 1.0}
_LARGE = 10_000.0  # and the larger one of two counts at least that
# So many other provinces are needed, and all are within this factor of their middle one.
OTHERS, _ALIKE = 3, 30.0
_CELL = ["province", "form", "row", "measure", "within"]
_SAME = ["form", "row", "measure", "within"]
_COLUMN = ["province", "form", "measure", "within"]
_NEEDED = ["period", "province", "form", "row", "measure", "value", "file", "part_of", "previous"]


def check_magnitude(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Compare every count and amount; ``base`` holds the cells of the year before as they were reported."""
    numbers = _numbers(cells, catalogue)
    now = numbers[~numbers["previous"]]
    if now.empty:
        return []
    then = _numbers(base, catalogue)
    references = _references(now, numbers[numbers["previous"]], then[~then["previous"]])
    found = list(_cells(cells, now, references))
    told = {tuple(now.loc[position, _COLUMN]) for position, _ in found}
    found.extend(_columns(cells, now, references, told))
    return [finding for _, finding in sorted(found, key=lambda one: one[0])]


def _numbers(cells: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Counts and amounts of rows that stand as they were typed; ``within`` is their part of the year."""
    typed = (cells["role"] == MEMBER) & (cells["state"] == NUMBER) & (cells["factor"] == 1) & (cells["value"] > 0)
    own = texts(cells.loc[typed, _NEEDED])
    kind = [catalogue.kinds.get(key, "") for key in tuples(own, ["form", "measure"])]
    listed = {name: all(key.listed is not None for key in form.row_keys) for name, form in catalogue.forms.items()}
    own = own.assign(kind=kind, within=own["period"].str[4:], listed=own["form"].map(listed).astype(bool))
    return own[own["kind"].isin(["count", "amount"])]


def _references(now: pd.DataFrame, stated: pd.DataFrame, reported: pd.DataFrame) -> pd.DataFrame:
    """By position in ``now``: last year's figure as reported then and as stated now, and the middle of the others."""
    found = now[_CELL].assign(reported=np.nan, stated=np.nan, others=np.nan)
    for name, cells in (("reported", reported), ("stated", stated)):
        if not cells.empty:
            own = cells.drop_duplicates(_CELL, keep=False).set_index(_CELL)["value"]
            found[name] = own.reindex(pd.MultiIndex.from_frame(now[_CELL])).to_numpy()
    if _are_few(now):
        return found
    # Rows of an open key that have one name in two provinces are not the same row.
    once = now[now["listed"]].drop_duplicates(_CELL, keep=False)
    many = once[once.groupby(_SAME, sort=False)["value"].transform("size") > OTHERS]
    found_middles = [
        pd.Series(middles(same.to_numpy()), same.index) for _, same in many.groupby(_SAME, sort=False)["value"]
    ]
    if found_middles:
        found["others"] = pd.concat(found_middles).reindex(found.index)
    return found


def _are_few(now: pd.DataFrame) -> bool:
    """Whether there are too few provinces to judge one by the others."""
    return int(now["province"].nunique()) <= OTHERS


def middles(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """For each value the median of the other ones; NaN where those differ too much among themselves."""
    count = len(values)
    others = np.tile(values, (count, 1))[~np.eye(count, dtype=bool)].reshape(count, count - 1)
    middles = np.median(others, axis=1)
    alike = (others.max(axis=1) <= middles * _ALIKE) & (others.min(axis=1) >= middles / _ALIKE)
    return np.where(alike, middles, np.nan)


def _cells(cells: pd.DataFrame, now: pd.DataFrame, references: pd.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Doubts about single cells, by last year's figure or, where there is none, by the other provinces'."""
    columns = (now.index, now["value"], now["kind"], references["reported"], references["stated"], references["others"])
    for position, value, kind, reported, stated, others in zip(*columns, strict=True):
        if others == others and 1 / _ALIKE <= value / others <= _ALIKE:  # noqa: PLR0124  NaN
            continue
        named = (("last_year_reported", reported, _OF_A_YEAR), ("last_year", stated, _OF_A_YEAR))
        name, reference, spread = next(
            (one for one in named if one[1] == one[1]),
            ("others", others, _OF_PROVINCES),
        )
        factor = _factor(value, reference, kind, spread)
        if factor:
            yield int(position), _finding(cells, int(position), value, reference, factor, name)


def _columns(
    cells: pd.DataFrame, now: pd.DataFrame, references: pd.DataFrame, told: set[tuple[str, ...]]
) -> Iterator[tuple[int, Finding]]:
    """Doubts about a whole column of rows that other provinces do not have, by the columns' sums.

    Its cells may agree with last year's of the same sheet, for these may stand in the same wrong unit; what was
    reported a year ago confirms them.
    """
    if _are_few(now):
        return
    confirmed = (now["value"] / references["reported"]).between(1 / _ALIKE, _ALIKE)
    own = now[(now["row"] != "") & (now["part_of"] == "")].assign(_confirmed=confirmed)
    sums = own.groupby(_COLUMN, sort=False).agg(
        value=("value", "sum"), rows=("value", "size"), kind=("kind", "first"), confirmed=("_confirmed", "any")
    )
    for _, same in sums.reset_index().groupby(["form", "measure", "within"], sort=False):
        if len(same) <= OTHERS:
            continue
        for row, others in zip(same.itertuples(), middles(same["value"].to_numpy()), strict=True):
            key = (row.province, row.form, row.measure, row.within)
            many = row.rows > 1
            known = row.confirmed or key in told
            factor = 0.0 if known else _factor(row.value, others, row.kind, _OF_PROVINCES, many=many)
            if factor:
                position = _stating(cells, now, key)
                yield position, _finding(cells, position, row.value, others, factor, "others_total")


def _stating(cells: pd.DataFrame, now: pd.DataFrame, key: tuple[str, ...]) -> int:
    """The cell that states a column's sum, else the first that is added up."""
    first = now[(now[_COLUMN] == list(key)).all(axis=1)].iloc[0]
    near = (cells["role"] == TOTAL) & ~cells["previous"]
    for name in ("file", "form", "measure", "period"):
        near &= cells[name] == first[name]
    totals = cells.index[near]
    return int(totals[0] if len(totals) else first.name)


def _factor(value: float, reference: float, kind: str, spread: float, *, many: bool = False) -> float:
    """About how many times the one number is the other; 0 where another explanation will do.

    >>> [_factor(value, 209_000, "count", 2.0) for value in (213_835_000, 213, 2_138, 9)]
    [1000.0, 1000.0, 0.0, 0.0]
    >>> _factor(5.803, 6_839, "amount", 2.0), _factor(5.803, 6_839, "amount", 5.0)
    (1000.0, 0.0)

    ``many`` numbers together are less by chance than one.
    """
    least, most = sorted((value, reference))
    if not reference > 0 or (kind == "count" and most < _LARGE):
        return 0.0
    fell = kind == "amount" and value < reference and (many or spread == _OF_A_YEAR)
    for factor in _FACTORS:
        if factor / spread <= most / least <= factor * spread:
            return factor if (most if fell else least) >= _LEAST[factor, kind] else 0.0
    return 0.0


def _finding(cells: pd.DataFrame, position: int, value: float, reference: float, factor: float, name: str) -> Finding:
    way = "larger" if value > reference else "smaller"
    told = Said(f"magnitude.{name}", {"reference": float(reference)})
    params = {
        "number": float(value), "reference": float(reference), "told": told, "unit": cells.at[position, "unit"],
        "how": Said(f"magnitude.{way}", {"factor": factor}),
    }  # fmt: skip
    return finding_at(cells, position, "magnitude_suspect", "warning", f"{value:.12g}", **params)
