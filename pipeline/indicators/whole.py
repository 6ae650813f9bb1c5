"""Every indicator's figure of every province and of the cluster: now, a year before, and in the period just before."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.indicators.figures import (
    INCOMPLETE,
    POPULATION_BASIS,
    Figure,
    Source,
    cluster_of,
    counts_alike,
    counts_mixed,
    figure_of,
    meets,
    previous_of,
)
from pipeline.model import Said
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd

CLUSTER = ""
Figures = dict[str, dict[str, Figure]]  # indicator -> province (empty: the cluster) -> figure


def sources(cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue, period: Period) -> tuple[Source, Source]:
    """Where a period's numbers are, and those of the year before."""
    from pipeline.indicators.joined import joined
    from pipeline.indicators.numbers import book_of

    before, members = period.year_before, catalogue.members_on(period)
    now, stated = book_of(cells, period, catalogue), book_of(cells, before, catalogue)
    reported, earlier, nothing = (
        joined(book_of(frame, about, catalogue), members, before, catalogue)
        for frame, about in ((base, before), (base, before.year_before), (base.iloc[:0], before))
    )
    # Last year's own changes and summaries are those of last year's submissions, not a mixture of vintages.
    return Source(catalogue, period, now, stated, reported), Source(catalogue, before, reported, earlier, nothing)


def all_figures(source: Source, members: Sequence[str] | None = None) -> Figures:
    """The period's own figures, of its own provinces or of those that are named."""
    catalogue = source.catalogue
    members = catalogue.members_on(source.period) if members is None else members
    figures: Figures = {}
    for name, indicator in catalogue.indicators.items():
        if indicator.kind != "all_met":
            own = {province: figure_of(indicator, province, source) for province in members}
            cluster = cluster_of(indicator, own, catalogue)
            if counts_mixed(indicator, members, catalogue, source.period) and cluster.reason is None:
                cluster = replace(cluster, reason=Said("reason.population_mixed"))
            figures[name] = {**own, CLUSTER: cluster}
    return _with_all_met(figures, members, source)


def _with_all_met(figures: Figures, members: Sequence[str], source: Source) -> Figures:
    for name, indicator in source.catalogue.indicators.items():
        if indicator.kind == "all_met":
            figures[name] = {p: _all_met(indicator, p, figures, source) for p in (*members, CLUSTER)}
    return figures


def _all_met(indicator: Indicator, province: str, figures: Figures, source: Source) -> Figure:
    """The share of the indicators it is made of that are met."""
    parts = [figures[name][province] for name in indicator.of]
    targets = [source.catalogue.targets_of(name, source.period, province)[0] for name in indicator.of]
    used, expected = min(p.used for p in parts), max(p.expected for p in parts)
    for part, target in zip(parts, targets, strict=True):
        if not part.has_value:  # with all that is said of why
            return replace(part, numerator=math.nan, denominator=math.nan, used=used, expected=expected)
        if target is None:
            return Figure(status="no_target", used=used, expected=expected, reason=part.reason)
    met = sum(meets(p.value, t) for p, t in zip(parts, targets, strict=True) if t is not None)
    apart = tuple(dict.fromkeys(p for part in parts for p in part.not_counted))
    share = met / len(parts)
    figure = Figure(float(met), float(len(parts)), share, used=used, expected=expected, not_counted=apart)
    lacking = next((p for p in parts if p.status == INCOMPLETE), None)
    return replace(figure, status=INCOMPLETE, reason=lacking.reason) if lacking else figure


def previous_figures(source: Source, before: Source, figures: Figures) -> Figures:
    """Last year's figures; the cluster's over the same provinces as this year's."""
    previous: Figures = {}
    members = source.catalogue.members_on(source.period)
    for name, indicator in source.catalogue.indicators.items():
        if indicator.kind == "all_met":
            continue
        own = {
            p: figure_of(indicator, p, before) if indicator.kind == "change" else previous_of(indicator, p, source)
            for p in members
        }
        previous[name] = {**own, CLUSTER: _of_the_same(indicator, own, figures[name], source.catalogue)}
    return _with_all_met(previous, members, before)


def _of_the_same(indicator: Indicator, own: dict[str, Figure], now: dict[str, Figure], catalogue: Catalogue) -> Figure:
    """The cluster's figure of then over the provinces that its figure of now covers; none where one of them lacks."""
    same = {province: figure for province, figure in own.items() if now[province].used}
    cluster = cluster_of(indicator, same, catalogue) if same else Figure()
    if cluster.used != len(same):
        absent = tuple(unit for figure in same.values() for unit in figure.absent)
        apart = (f.reason for f in same.values() if f.reason and f.reason.key == POPULATION_BASIS)
        return Figure(absent=absent, reason=next(apart, None))
    vintages = {figure.vintage for figure in same.values()}
    return replace(cluster, vintage=vintages.pop() if len(vintages) == 1 else "mixed")


def just_before(source: Source, cells: "pd.DataFrame | None") -> Source | None:
    """Where the numbers of the period just before are; ``cells`` are that period's, where it was read."""
    from pipeline.indicators.joined import joined
    from pipeline.indicators.numbers import book_of

    period, catalogue = source.period.preceding, source.catalogue
    if period is None or cells is None:
        return None
    members = catalogue.members_on(source.period)
    return replace(source, period=period, now=joined(book_of(cells, period, catalogue), members, period, catalogue))


def compared_just_before(indicator: Indicator) -> Indicator:
    """What is compared with the period just before: of a change the count that it is one of."""
    return indicator.model_copy(update={"kind": "total"}) if indicator.kind == "change" else indicator


def preceding_figures(source: Source, cells: "pd.DataFrame | None", figures: Figures) -> Figures:
    """The figures of the period just before; of a `change` the count that it is a change of. Empty without cells."""
    then, catalogue = just_before(source, cells), source.catalogue
    if then is None:
        return {name: {} for name in figures}
    members = catalogue.members_on(source.period)
    found: Figures = {}
    for name, indicator in catalogue.indicators.items():
        kind = compared_just_before(indicator)
        own = {p: preceding_of(kind, p, then, source) for p in members} if kind.kind != "all_met" else {}
        found[name] = {**own, CLUSTER: _of_the_same(kind, own, figures[name], catalogue)} if own else {}
    return found


def preceding_of(indicator: Indicator, province: str, then: Source, source: Source) -> Figure:
    """The period before's figure; none where its population counts other people than this period's."""
    if indicator.kind == "per_100k" and not counts_alike(province, source.catalogue, source.period, then.period):
        return Figure(reason=Said(POPULATION_BASIS))
    return figure_of(indicator, province, then)
