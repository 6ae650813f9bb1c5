"""Computes every indicator for every province and for the cluster, against its targets and earlier periods."""

import math
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.columns import INDICATOR_NUMBERS, INDICATORS
from pipeline.indicators.figures import NOT_COMPARABLE, Figure, Source, counts_mixed, meets
from pipeline.indicators.reasons import reason_of
from pipeline.indicators.whole import CLUSTER, all_figures, preceding_figures, previous_figures, sources
from pipeline.model import MET, MISSED, Lang
from pipeline.periods import Period
from pipeline.statistics.exact import exact
from pipeline.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compute"]


def compute(
    cells: "pd.DataFrame",
    base: "pd.DataFrame",
    catalogue: Catalogue,
    period: Period,
    lang: Lang,
    *,
    preceding: "pd.DataFrame | None" = None,
) -> "pd.DataFrame":
    """All indicators of a period, with the columns of `pipeline.columns.INDICATORS`.

    ``cells`` are the checked cells of the period's submissions, ``base`` those of the same period of last year,
    ``preceding`` those of the period just before, where there is one.
    """
    import pandas as pd

    source, source_before = sources(cells, base, catalogue, period)
    figures = all_figures(source)
    previous = previous_figures(source, source_before, figures)
    just_before = preceding_figures(source, preceding, figures)
    rows = [
        row
        for name, indicator in catalogue.indicators.items()
        for row in _rows(name, figures[name], previous[name], just_before[name], source, lang)
    ]
    return _typed(pd.DataFrame(rows, columns=list(INDICATORS)))


def _rows(
    name: str,
    figures: dict[str, Figure],
    previous: dict[str, Figure],
    preceding: dict[str, Figure],
    source: Source,
    lang: Lang,
) -> list[tuple[object, ...]]:
    indicator = source.catalogue.indicators[name]
    targets = {p: source.catalogue.targets_of(name, source.period, p)[0] for p in figures}
    better = _better(indicator, next((t for t in reversed(targets.values()) if t), None))
    # What is not compared has no order either.
    apart = counts_mixed(indicator, [p for p in figures if p != CLUSTER], source.catalogue, source.period)
    ranks = {} if apart else _ranks(figures, better)
    rows: list[tuple[object, ...]] = []
    for province, figure in figures.items():
        target, before, just = targets[province], previous[province], preceding.get(province, Figure())
        low, high = _interval(indicator, figure)
        gap = figure.value - target.value if target else math.nan
        rows.append((
            source.period.id, province, name, figure.numerator, figure.denominator, figure.value, low, high,
            target.value if target else math.nan, gap, _status(figure, target), figure.used, figure.expected,
            reason_of(indicator, figure, before, just, source, lang), before.value,
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
