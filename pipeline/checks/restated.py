"""Last year's figure as stated now against the same figure as reported then."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import based_on, finding_at, same
from pipeline.coded import texts
from pipeline.columns import TABLES
from pipeline.model import MEMBER, Finding, Lang, Said
from pipeline.periods import Period
from pipeline.states import NIL, NUMBER
from pipeline.statistics.exact import exact_sum

_ONE_NUMBER = ["province", "form", "row", "measure", "period"]


def check_restated(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Compare with ``base``, the cells of the year before as they were reported; a difference is a doubt."""
    found = []
    for row in _differing(cells, base, catalogue).itertuples():
        told = finding_at(
            cells, int(row.position), "restated", "warning",
            then=row.raw_then or "0", file=row.file_then, cell=f"{row.sheet_then}!{row.cell_then}".lstrip("!"),
            period=row.period, used=Said(f"restated.{_used(row.province, row.period, catalogue)}"),
        )  # fmt: skip
        found.append(based_on(told, cells, [int(row.position)], row.value - row.value_then))
    return found


def restated(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue, lang: Lang) -> pd.DataFrame:
    """Every figure of the year before that reads otherwise now, with both values and cells: `TABLES["restated"]`."""
    rows = [
        (
            row.province, catalogue.province_label(row.province).text(lang), row.form, row.row, row.label, row.measure,
            catalogue.forms[row.form].label_of(row.measure).text(lang), row.period, row.value_then, row.value,
            row.value - row.value_then, row.file_then, row.sheet_then, row.cell_then, row.file, row.sheet, row.cell,
        )
        for row in _differing(cells, base, catalogue).itertuples()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(TABLES["restated"]))


def _used(province: str, period: str, catalogue: Catalogue) -> str:
    """Which of the two comparisons use: over a merger the sum of what was reported, whatever the catalogue prefers."""
    about = Period.parse(period)
    is_sum = about is not None and province in catalogue.provinces and len(catalogue.units_on(province, about)) > 1
    return "reported" if is_sum else catalogue.settings.compare_with


def as_reported(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> frozenset[int]:
    """The positions of last year's figures that read as they were reported then."""
    both, agrees = _compared(cells, base, catalogue)
    return frozenset(both.loc[agrees, "position"].astype(int)) if len(both) else frozenset()


def _differing(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The numbers that are not what was reported then, which stands in columns that end in ``_then``."""
    both, agrees = _compared(cells, base, catalogue)
    return both[~agrees]


def _compared(
    cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue
) -> "tuple[pd.DataFrame, np.ndarray[tuple[int], np.dtype[np.bool_]]]":
    """Last year's figures with those that were reported then (columns in ``_then``), and whether they agree.

    A province that was formed since is compared row by row with the sums of what it was formed from, where all of that
    came and the form lists its rows: two districts of one name are not one.
    """
    if base.empty:
        return cells.iloc[:0], np.zeros(0, dtype=bool)
    kept = [*_ONE_NUMBER, "value", "file", "sheet", "cell", "raw", "decimals", "factor"]
    is_now = (cells["role"] == MEMBER) & cells["previous"] & cells["state"].isin([NUMBER, NIL])
    is_then = (base["role"] == MEMBER) & ~base["previous"] & base["state"].isin([NUMBER, NIL])
    now, then = texts(cells.loc[is_now, [*kept, "label"]]), texts(base.loc[is_then, kept])
    if now.empty or then.empty:
        return now.iloc[:0], np.zeros(0, dtype=bool)
    then = then.drop_duplicates(_ONE_NUMBER, keep=False)
    then = pd.concat([then, *_summed(then, now, catalogue)])
    both = (
        now.reset_index(names="position")
        .merge(then[kept], on=_ONE_NUMBER, suffixes=("", "_then"), validate="m:1")
        .sort_values("position")
    )
    # Figures are the same number, but for one that stands in coarser units: it was rounded.
    own, old = (both[f"decimals{side}"].where(both[f"factor{side}"] != 1, 15) for side in ("", "_then"))
    decimals = np.minimum(own.to_numpy(dtype=float), old.to_numpy(dtype=float))
    return both, same(both["value"].to_numpy(), both["value_then"].to_numpy(), decimals)


def _summed(then: pd.DataFrame, now: pd.DataFrame, catalogue: Catalogue) -> Iterator[pd.DataFrame]:
    """What was reported then, summed for each province that was formed since; its place names the cells."""
    listed = [n for n, form in catalogue.forms.items() if all(key.listed is not None for key in form.row_keys)]
    for province, period in dict.fromkeys(zip(now["province"], now["period"], strict=True)):
        about = Period.parse(period)
        units = catalogue.units_on(province, about) if about and province in catalogue.provinces else (province,)
        if len(units) < 2:
            continue
        parts = then[then["province"].isin(units) & (then["period"] == period) & then["form"].isin(listed)]
        parts = parts.assign(cell=parts["sheet"] + "!" + parts["cell"])
        whole = parts.groupby(_ONE_NUMBER[1:], as_index=False, sort=False).agg(
            value=("value", exact_sum), units=("province", "nunique"), decimals=("decimals", "min"),
            factor=("factor", "max"), file=("file", " + ".join), cell=("cell", " + ".join),
        )  # fmt: skip
        whole = whole[whole["units"] == len(units)]
        raw = whole["value"].map(lambda value: f"{value:.12g}")
        yield whole.assign(province=province, sheet="", raw=raw).drop(columns="units")
