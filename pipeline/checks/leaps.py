"""Counts that fell to next to nothing, or rose from it: since last year or, without last year's, beside the others.

Few provinces are enough: what stands against a count is its own past. What happened in the others too is no doubt.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding, Said
from pipeline.plain import tuples
from pipeline.states import NIL, NUMBER

_ONE_NUMBER = ["province", "form", "row", "measure"]
_SAME = ["form", "row", "measure"]
_LEAST, _TIMES = 100.0, 20.0  # the larger count at least, and so many times the smaller one
_ALIKE = 5.0  # others are alike within this factor; by more, the same way, they confirm a leap
_OTHERS = 3  # so many are needed where there is no last year
_TOLD = frozenset({"magnitude_suspect", "outlying_change"})


def check_leaps(
    cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue, found: Iterable[Finding]
) -> list[Finding]:
    """Doubt such counts but those of which a finding in ``found`` says so already; ``base``: as reported a year ago."""
    counted = _counts(cells, catalogue)
    now = counted[~counted["previous"]].drop_duplicates(_ONE_NUMBER, keep=False)
    then = _counts(base, catalogue)
    now = _with(now, then[~then["previous"]], "reported")
    now = _with(now, counted[counted["previous"]], "stated")
    told = {f.place for f in found if f.rule in _TOLD}
    doubts = [*_since_last_year(cells, now), *_beside_others(cells, now, catalogue)]
    return [finding for _, finding in sorted(doubts, key=lambda one: one[0]) if finding.place not in told]


def _counts(cells: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The counts of rows as they were typed; a nil is 0."""
    typed = (cells["role"] == MEMBER) & cells["state"].isin([NUMBER, NIL]) & (cells["factor"] == 1)
    own = texts(cells.loc[typed & (cells["value"] >= 0), [*_ONE_NUMBER, "value", "previous"]])
    is_count = [catalogue.kinds.get(key) == "count" for key in tuples(own, ["form", "measure"])]
    return own[np.array(is_count, dtype=bool)]


def _with(now: pd.DataFrame, then: pd.DataFrame, name: str) -> pd.DataFrame:
    """Last year's figure beside each; NaN where there is none, or more than one."""
    if then.empty:
        return now.assign(**{name: np.nan})
    last = then.drop_duplicates(_ONE_NUMBER, keep=False).set_index(_ONE_NUMBER)["value"]
    return now.assign(**{name: last.reindex(pd.MultiIndex.from_frame(now[_ONE_NUMBER])).to_numpy()})


def _leaps(value: "pd.Series[float]", reference: "pd.Series[float]") -> "pd.Series[bool]":
    """Whether the one is many times the other; from nothing nothing leaps: what is new may be much at once."""
    larger, smaller = np.maximum(value, reference), np.minimum(value, reference)
    return (larger >= _LEAST) & (larger >= _TIMES * smaller) & (reference > 0)


def _since_last_year(cells: pd.DataFrame, now: pd.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Against last year's, both as reported then and as stated now where there are both."""
    last = now["reported"].fillna(now["stated"])
    both = now.assign(last=last)[last.notna()]
    doubted = both[_leaps(both["value"], both["last"]) & _leaps(both["value"], both["stated"].fillna(both["last"]))]
    for position, row in doubted.iterrows():
        others = both[(both[_SAME] == row[_SAME]).all(axis=1) & (both["province"] != row["province"])]
        if not _confirmed(row, others):
            yield int(str(position)), _finding(cells, int(str(position)), row["value"], row["last"], "last_year")


def _confirmed(row: "pd.Series[float]", others: pd.DataFrame) -> bool:
    """Whether the same happened in most of the others."""
    fell = row["value"] < row["last"]
    large, small = (others["last"], others["value"]) if fell else (others["value"], others["last"])
    return len(others) > 1 and bool((large > _ALIKE * small).mean() > 1 / 2)


def _beside_others(cells: pd.DataFrame, now: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[int, Finding]]:
    """Against the others' where no last year tells: of listed rows, for those of an open key are other places."""
    listed = [n for n, form in catalogue.forms.items() if all(key.listed is not None for key in form.row_keys)]
    own = now[now["form"].isin(listed) & (now["value"] > 0)]
    values = own.groupby(_SAME, sort=False)["value"]
    many, most, least = (values.transform(name) for name in ("size", "max", "min"))
    many = own[(many > _OTHERS) & (most >= _LEAST) & (most >= _TIMES * least)]
    for _, same in many.groupby(_SAME, sort=False):
        ordered = same["value"].sort_values()
        for at, others in ((ordered.index[0], ordered.iloc[1:]), (ordered.index[-1], ordered.iloc[:-1])):
            value, middle = same.at[at, "value"], float(others.median())
            nearest = others.iloc[0] if value < middle else others.iloc[-1]
            alike = others.iloc[-1] <= _ALIKE * others.iloc[0]
            known = same.loc[at, ["reported", "stated"]].notna().any()
            if alike and not known and max(value, nearest) >= max(_LEAST, _TIMES * min(value, nearest)):
                yield int(at), _finding(cells, int(at), value, middle, "others")


def _finding(cells: pd.DataFrame, position: int, value: float, reference: float, name: str) -> Finding:
    way = Said("leap.fell" if value < reference else "leap.rose")
    against = Said(f"magnitude.{name}", {"reference": float(reference)})
    params: dict[str, Any] = {"number": float(value), "reference": float(reference), "way": way, "against": against}
    return finding_at(cells, position, "count_leap", "warning", **params)
