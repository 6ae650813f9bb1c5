"""Computes every indicator for every province and for the cluster, against its targets and earlier periods."""

import math
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.columns import INDICATOR_NUMBERS, INDICATORS
from pipeline.indicators.figures import NOT_COMPARABLE, Figure, counts_mixed, meets
from pipeline.indicators.reasons import Compared, reason_of
from pipeline.indicators.whole import CLUSTER, Own, own_figures, preceding_figures, previous_figures, whole_figures
from pipeline.model import MET, MISSED, Lang
from pipeline.periods import Period
from pipeline.statistics.exact import exact
from pipeline.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Own", "compute", "own_figures"]


def compute(own: Own, catalogue: Catalogue, period: Period, lang: Lang) -> "pd.DataFrame":
    """All indicators of a period, with the columns of `pipeline.columns.INDICATORS`.

    ``own`` are the provinces' figures (`pipeline.indicators.own_figures`).
    """
    import pandas as pd

    figures = whole_figures(own.now, catalogue.members_on(period), catalogue, period)
    previous = previous_figures(own, figures, catalogue, period)
    just_before = preceding_figures(own, figures, catalogue)
    rows = [
        row
        for name in catalogue.indicators
        for row in _rows(name, _Beside(figures[name], previous[name], just_before[name]), catalogue, period, lang)
    ]
    return _typed(pd.DataFrame(rows, columns=list(INDICATORS)))


class _Beside(NamedTuple):
    """One indicator's figures by province, and those that they are compared with."""

    now: dict[str, Figure]
    previous: dict[str, Figure]
    preceding: dict[str, Figure]


def _rows(name: str, beside: _Beside, catalogue: Catalogue, period: Period, lang: Lang) -> list[tuple[object, ...]]:
    indicator, (figures, previous, preceding) = catalogue.indicators[name], beside
    targets = {p: catalogue.targets_of(name, period, p)[0] for p in figures}
    better = _better(indicator, next((t for t in reversed(targets.values()) if t), None))
    # What is not compared has no order either.
    apart = counts_mixed(indicator, [p for p in figures if p != CLUSTER], catalogue, period)
    ranks = {} if apart else _ranks(figures, better)
    rows: list[tuple[object, ...]] = []
    for province, figure in figures.items():
        target, before, just = targets[province], previous[province], preceding.get(province, Figure())
        low, high = _interval(indicator, figure)
        gap = figure.value - target.value if target else math.nan
        compared = Compared(figure, before, just)
        rows.append((
            period.id, province, name, figure.numerator, figure.denominator, figure.value, low, high,
            target.value if target else math.nan, gap, _status(figure, target), figure.used, figure.expected,
            reason_of(indicator, compared, catalogue, period, lang), before.value,
            _change(indicator, figure.value, before.value),
            ranks.get(province), _vintage(indicator, figure, before, figures),
            math.nan if indicator.kind == "change" else just.value, _against_preceding(indicator, figure, just),
        ))  # fmt: skip
    return rows


def _vintage(indicator: Indicator, figure: Figure, before: Figure, figures: dict[str, Figure]) -> str:
    """Where the figure of last year is from that this one is compared with: the base of a change."""
    if indicator.kind != "change":
        return before.vintage if before.has_value else ""
    own = figures.values() if figure is figures[CLUSTER] else (figure,)
    vintages = {one.vintage for one in own if one.vintage and (one is figure or one.has_value)}
    return "mixed" if len(vintages) > 1 else next(iter(vintages), "")


def _against_preceding(indicator: Indicator, figure: Figure, just_before: Figure) -> float:
    """The change against the period just before: relative for counts, the difference for shares and rates."""
    if indicator.kind != "change":
        return _change(indicator, figure.value, just_before.value)
    return float(exact(figure.numerator) / exact(just_before.value) - 1) if _divides(figure, just_before) else math.nan


def _divides(figure: Figure, just_before: Figure) -> bool:
    return just_before.has_value and just_before.value != 0 and not math.isnan(figure.numerator)


def _interval(indicator: Indicator, figure: Figure) -> tuple[float, float]:
    bounds = wilson(figure.numerator, figure.denominator) if indicator.proportion and figure.has_value else None
    return bounds or (math.nan, math.nan)


def _status(figure: Figure, target: Target | None) -> str:
    if figure.status:
        return figure.status
    if not figure.has_value:
        return NOT_COMPARABLE
    if target is None:
        return "no_target"
    return MET if meets(figure.value, target) else MISSED


def _change(indicator: Indicator, value: float, before: float) -> float:
    if indicator.kind != "total":
        return value - before
    return (value - before) / before if before else math.nan


def _better(indicator: Indicator, target: Target | None) -> str:
    if indicator.better:
        return indicator.better
    return "" if target is None else "higher" if target.op.startswith(">") else "lower"


def _ranks(figures: dict[str, Figure], better: str) -> dict[str, int]:
    """Provinces by value; equal values share the better rank. Without a direction there is no rank."""
    values = {p: f.value for p, f in figures.items() if p != CLUSTER and f.has_value}
    if not better:
        return {}
    sign = -1 if better == "higher" else 1
    return {p: 1 + sum(sign * other < sign * value for other in values.values()) for p, value in values.items()}


def _typed(frame: "pd.DataFrame") -> "pd.DataFrame":
    kinds = dict.fromkeys(INDICATOR_NUMBERS, "float64") | {"used": "int64", "expected": "int64", "rank": "Int64"}
    return frame.astype(kinds)
