"""Whether a count is far from what the same unit counted in the periods before."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding
from pipeline.plain import tuples
from pipeline.states import NIL, NUMBER
from pipeline.statistics.robust import OUTLYING, modified_z

_ONE_NUMBER = ["province", "form", "row", "measure"]
_PERIODS = 4  # fewer show nothing that is usual
_CASES = 20.0  # fewer cases jump by themselves
_TWICE = float(np.log(2.0))  # how far from the usual, whatever the score


def check_history(cells: pd.DataFrame, earlier: Iterable[pd.DataFrame], catalogue: Catalogue) -> list[Finding]:
    """Doubt counts that stand out of their own series by the modified z-score of their logarithms.

    ``earlier`` holds the cells of each period of the same kind before this one. Logarithms, for what doubles is as far
    from the usual as what halves.
    """
    frames = list(earlier)
    if len(frames) < _PERIODS:
        return []
    series = [_counts(frame, catalogue) for frame in frames]
    now = _counts(cells, catalogue)
    if now.empty:
        return []
    then = pd.concat([one.set_index(_ONE_NUMBER)["value"] for one in series], axis=1)
    usual = then[then.count(axis=1) >= _PERIODS].median(axis=1).rename("usual")
    both = now.reset_index(names="position").merge(usual.reset_index(), on=_ONE_NUMBER, validate="1:1")
    far = both[(both[["value", "usual"]].max(axis=1) >= _CASES) & (_log_ratio(both["value"], both["usual"]) > _TWICE)]
    findings = []
    for row in far.sort_values("position").itertuples():
        values = then.loc[(row.province, row.form, row.row, row.measure)].dropna()
        scores = modified_z([*_logs(values), *_logs(pd.Series([row.value]))])
        if abs(scores[-1]) > OUTLYING:
            about = {"usual": float(str(row.usual)), "count": len(values)}
            findings.append(finding_at(cells, int(str(row.position)), "outlying_history", "warning", None, **about))
    return findings


def _counts(cells: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """A period's own counts, what is written as none among them; those that stand twice left out."""
    counts = (cells["role"] == MEMBER) & cells["state"].isin([NUMBER, NIL]) & ~cells["previous"]
    own = texts(cells.loc[counts, [*_ONE_NUMBER, "value"]])
    is_count = [catalogue.kinds.get(key) == "count" for key in tuples(own, ["form", "measure"])]
    return own[np.array(is_count, dtype=bool)].drop_duplicates(_ONE_NUMBER, keep=False)


def _logs(values: "pd.Series[float]") -> "pd.Series[float]":
    """Logarithms in which nought, half a case, is far from anything."""
    return pd.Series(np.log(np.maximum(values, 0.5)), index=values.index)


def _log_ratio(one: "pd.Series[float]", other: "pd.Series[float]") -> "pd.Series[float]":
    return (_logs(one) - _logs(other)).abs()
