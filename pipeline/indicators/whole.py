"""Every indicator's figure of every province and of the cluster: now, a year before, and in the period just before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
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


@dataclass(frozen=True)
class Own:
    """The figures of single provinces, without the cluster's and summaries: now, a year before, in the period before.

    They rest on a province's own cells alone, so that they can be made wherever those are; ``preceding`` is None where
    the period just before was not read.
    """

    now: Figures
    previous: Figures
    preceding: Figures | None = None

    @classmethod
    def joined(cls, parts: "Sequence[Own]", members: Sequence[str]) -> "Own":
        """The figures of several, of which each has some of the members."""

        def join(figures: Sequence[Figures]) -> Figures:
            found = {name: {p: f for own in figures for p, f in own[name].items()} for name in figures[0]}
            return {name: {member: own[member] for member in members} for name, own in found.items()}

        just = [part.preceding for part in parts if part.preceding is not None]
        now, previous = join([part.now for part in parts]), join([part.previous for part in parts])
        return cls(now, previous, join(just) if just else None)


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


def own_figures(
    cells: "pd.DataFrame",
    base: "pd.DataFrame",
    preceding: "pd.DataFrame | None",
    catalogue: Catalogue,
    period: Period,
    members: Sequence[str] | None = None,
) -> Own:
    """What all that a period comes to is made of, of its own provinces or of those that are named.

    ``cells`` are the checked cells of the period's submissions, ``base`` those of the same period of last year,
    ``preceding`` those of the period just before, where there is one.
    """
    members = catalogue.members_on(period) if members is None else members
    source, before = sources(cells, base, catalogue, period)
    then = just_before(source, preceding)
    summable = _summable(catalogue)
    now, previous, just = ({name: dict[str, Figure]() for name, _ in summable} for _ in range(3))
    for province, (name, one) in product(members, summable):  # one province after the other: its numbers are let go
        is_change = one.kind == "change"
        previous[name][province] = figure_of(one, province, before) if is_change else previous_of(one, province, source)
        now[name][province] = figure_of(one, province, source)
        if then is not None:
            just[name][province] = preceding_of(compared_just_before(one), province, then, source)
    return Own(now, previous, None if then is None else just)


def _summable(catalogue: Catalogue) -> list[tuple[str, Indicator]]:
    """The indicators that are made of sums, not of other indicators."""
    return [(name, one) for name, one in catalogue.indicators.items() if one.kind != "all_met"]


def _own(source: Source, members: Sequence[str]) -> Figures:
    summable = _summable(source.catalogue)
    own: Figures = {name: {} for name, _ in summable}
    for province, (name, indicator) in product(members, summable):
        own[name][province] = figure_of(indicator, province, source)
    return own


def all_figures(source: Source, members: Sequence[str] | None = None) -> Figures:
    """The period's own figures, of its own provinces or of those that are named."""
    members = source.catalogue.members_on(source.period) if members is None else members
    return whole_figures(_own(source, members), members, source.catalogue, source.period)


def whole_figures(own: Figures, members: Sequence[str], catalogue: Catalogue, period: Period) -> Figures:
    """The provinces' figures with the cluster's and the summaries."""
    figures: Figures = {}
    for name, of_provinces in own.items():
        indicator = catalogue.indicators[name]
        cluster = cluster_of(indicator, of_provinces, catalogue)
        if counts_mixed(indicator, members, catalogue, period) and cluster.reason is None:
            cluster = replace(cluster, reason=Said("reason.population_mixed"))
        figures[name] = {**of_provinces, CLUSTER: cluster}
    return _with_all_met(figures, members, catalogue, period)


def _with_all_met(figures: Figures, members: Sequence[str], catalogue: Catalogue, period: Period) -> Figures:
    for name, indicator in catalogue.indicators.items():
        if indicator.kind == "all_met":
            figures[name] = {
                province: _all_met(
                    [figures[part][province] for part in indicator.of],
                    [catalogue.targets_of(part, period, province)[0] for part in indicator.of],
                )
                for province in (*members, CLUSTER)
            }
    return figures


def _all_met(parts: Sequence[Figure], targets: Sequence[Target | None]) -> Figure:
    """The share of the indicators it is made of that are met."""
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


def previous_figures(own: Own, figures: Figures, catalogue: Catalogue, period: Period) -> Figures:
    """Last year's figures; the cluster's over the same provinces as this year's."""
    previous = {
        name: {**then, CLUSTER: _of_the_same(catalogue.indicators[name], then, figures[name], catalogue)}
        for name, then in own.previous.items()
    }
    return _with_all_met(previous, catalogue.members_on(period), catalogue, period.year_before)


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


def preceding_figures(own: Own, figures: Figures, catalogue: Catalogue) -> Figures:
    """The figures of the period just before; of a `change` the count that it is a change of. Empty without cells."""
    found: Figures = {name: {} for name in catalogue.indicators}
    for name, then in (own.preceding or {}).items():
        kind = compared_just_before(catalogue.indicators[name])
        found[name] = {**then, CLUSTER: _of_the_same(kind, then, figures[name], catalogue)} if then else {}
    return found


def preceding_of(indicator: Indicator, province: str, then: Source, source: Source) -> Figure:
    """The period before's figure; none where its population counts other people than this period's."""
    if indicator.kind == "per_100k" and not counts_alike(province, source.catalogue, source.period, then.period):
        return Figure(reason=Said(POPULATION_BASIS))
    return figure_of(indicator, province, then)
