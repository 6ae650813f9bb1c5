"""Computes every indicator for every province and for the cluster, against its targets and the year before."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.indicators.figures import (
    INCOMPLETE,
    NOT_COMPARABLE,
    Figure,
    Source,
    cluster_of,
    figure_of,
    meets,
    previous_of,
)
from pipeline.model import INDICATORS, Lang
from pipeline.periods import Period
from pipeline.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compute"]

CLUSTER = ""
Figures = dict[str, dict[str, Figure]]  # indicator -> province (empty: the cluster) -> figure


def compute(
    cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue, period: Period, lang: Lang
) -> "pd.DataFrame":
    """All indicators of a period, with the columns of `pipeline.model.INDICATORS`.

    ``cells`` are the checked cells of the period's submissions, ``base`` those of the same period of last year.
    """
    import pandas as pd

    from pipeline.indicators.numbers import book_of

    before = period.year_before
    now, stated = book_of(cells, period, catalogue), book_of(cells, before, catalogue)
    reported = book_of(base, before, catalogue)
    earlier = book_of(base, before.year_before, catalogue)
    nothing = book_of(base.iloc[:0], before, catalogue)
    source = Source(catalogue, period, now, stated, reported)
    # Last year's own changes and summaries are those of last year's submissions, not a mixture of vintages.
    source_before = Source(catalogue, before, reported, earlier, nothing)
    figures = _all(source)
    previous = _previous(source, source_before, figures)
    rows = [
        row
        for name, indicator in catalogue.indicators.items()
        for row in _rows(name, indicator, figures[name], previous[name], source, lang)
    ]
    return _typed(pd.DataFrame(rows, columns=list(INDICATORS)))


def _all(source: Source) -> Figures:
    catalogue, members = source.catalogue, source.catalogue.members_on(source.period)
    figures: Figures = {}
    for name, indicator in catalogue.indicators.items():
        if indicator.kind != "all_met":
            own = {province: figure_of(indicator, province, source) for province in members}
            figures[name] = {**own, CLUSTER: cluster_of(indicator, own, catalogue)}
    for name, indicator in catalogue.indicators.items():
        if indicator.kind == "all_met":
            figures[name] = {p: _all_met(indicator, p, figures, source) for p in (*members, CLUSTER)}
    return figures


def _all_met(indicator: Indicator, province: str, figures: Figures, source: Source) -> Figure:
    """The share of the indicators it is made of that are met."""
    parts = [figures[name][province] for name in indicator.of]
    targets = [source.catalogue.targets_of(name, source.period, province)[0] for name in indicator.of]
    used, expected = min(p.used for p in parts), max(p.expected for p in parts)
    for part, target in zip(parts, targets, strict=True):
        if not part.has_value or target is None:
            status = part.status if not part.has_value else "no_target"
            return Figure(status=status, used=used, expected=expected, reason=part.reason)
    met = sum(meets(p.value, t) for p, t in zip(parts, targets, strict=True) if t is not None)
    figure = Figure(float(met), float(len(parts)), met / len(parts), used=used, expected=expected)
    lacking = next((p for p in parts if p.status == INCOMPLETE), None)
    return replace(figure, status=INCOMPLETE, reason=lacking.reason) if lacking else figure


def _previous(source: Source, before: Source, figures: Figures) -> Figures:
    """Last year's figures; the cluster's over the same provinces as this year's."""
    catalogue, members = source.catalogue, source.catalogue.members_on(source.period)
    previous: Figures = {}
    for name, indicator in catalogue.indicators.items():
        if indicator.kind == "all_met":
            continue
        is_change = indicator.kind == "change"
        own = {p: figure_of(indicator, p, before) if is_change else previous_of(indicator, p, source) for p in members}
        same = {p: f for p, f in own.items() if figures[name][p].used}
        cluster = cluster_of(indicator, same, catalogue) if same else Figure()
        previous[name] = {**own, CLUSTER: cluster if cluster.used == len(same) else Figure()}
    for name, indicator in catalogue.indicators.items():
        if indicator.kind == "all_met":
            previous[name] = {p: _all_met(indicator, p, previous, before) for p in (*members, CLUSTER)}
    return previous


def _rows(
    name: str, indicator: Indicator, figures: dict[str, Figure], previous: dict[str, Figure], source: Source, lang: Lang
) -> list[tuple[object, ...]]:
    from pipeline.messages import Messages

    say = Messages(lang)
    targets = {p: source.catalogue.targets_of(name, source.period, p)[0] for p in figures}
    ranks = _ranks(figures, _better(indicator, next((t for t in reversed(targets.values()) if t), None)))
    rows: list[tuple[object, ...]] = []
    for province, figure in figures.items():
        target, before = targets[province], previous[province].value
        low, high = _interval(indicator, figure)
        reason = say(figure.reason.key, **figure.reason.params) if figure.reason else ""
        gap = figure.value - target.value if target else math.nan
        rows.append((
            source.period.id, province, name, figure.numerator, figure.denominator, figure.value, low, high,
            target.value if target else math.nan, gap, _status(figure, target), figure.used, figure.expected,
            reason, before, _change(indicator, figure.value, before), ranks.get(province),
        ))  # fmt: skip
    return rows


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
    return "met" if meets(figure.value, target) else "missed"


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
    floats = ("numerator", "denominator", "value", "low", "high", "target", "gap", "previous", "change")
    kinds = dict.fromkeys(floats, "float64") | {"used": "int64", "expected": "int64", "rank": "Int64"}
    return frame.astype(kinds)
