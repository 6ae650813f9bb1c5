"""Every indicator over all periods of its kind: at least three, with control limits where there are eight or more."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.columns import TABLES
from pipeline.indicators.figures import (
    INCOMPLETE,
    REPORTED,
    STATED,
    Figure,
    Source,
    cluster_of,
    counts_alike,
    figure_of,
)
from pipeline.indicators.joined import joined
from pipeline.indicators.numbers import book_of
from pipeline.indicators.whole import CLUSTER, Figures, all_figures
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.periods import Period, by_recency
from pipeline.statistics.control import limits, signals

if TYPE_CHECKING:
    import pandas as pd

LEAST = 3  # points that make a trend
Cells = Mapping[Period, "pd.DataFrame"]


_CLOSE = 1e-9
_AS_REPORTED = (math.nan, math.nan, math.nan, "", "")


class _Point(NamedTuple):
    period: Period
    vintage: str
    source: Source
    figures: Figures
    restated: Figures  # the same as the year after's submissions state it, where those hold all that it needs
    later: Source | None  # that year after


def trends(cells: Cells, catalogue: Catalogue, period: Period, lang: Lang) -> "pd.DataFrame":
    """One row for each point of each series, oldest first, with the columns `TABLES["trends"]`.

    ``cells`` are those of all periods that were read, this one among them. Every point is about the provinces of this
    period, like for like; a rate over a population that counts other people than this period's is none. The year before
    the oldest submissions is a point too, as they state it. Series with fewer than three values are left out;
    ``centre``, ``lower``, ``upper`` and ``signal`` need eight. A point is as it was reported then: where the year after
    (``restated_in``) states another figure, that is ``restated``, with its two sides, and ``restated_base`` says which
    of the two (stated, reported, mixed) that year's change is computed against.
    """
    import pandas as pd

    members = catalogue.members_on(period)
    told = sources_of(cells, catalogue, period) if _may_be_points(cells, period) else ()
    found = [_Point(*one, all_figures(one[-1], members), {}, None) for one in told]
    points = [_comparable(point, catalogue, period) for point in _with_restated(found, catalogue)]
    names = (*members, CLUSTER)
    rows = [
        row
        for indicator in catalogue.indicators
        for province in names
        for row in _series(indicator, province, points, catalogue, Messages(lang))
    ]
    frame = pd.DataFrame(rows, columns=list(TABLES["trends"]))
    return frame.astype(dict.fromkeys(_NUMBERS, "float64"))


def _may_be_points(cells: Cells, period: Period) -> bool:
    """Whether there are periods enough, with the year before the oldest of them: a period's figures cost far more."""
    return sum(one.is_like(period) and not own.empty for one, own in cells.items()) + 1 >= LEAST


_RESTATED = ("restated", "restated_numerator", "restated_denominator")
_NUMBERS = ("value", "numerator", "denominator", "used", "expected", "centre", "lower", "upper", *_RESTATED)


def sources_of(cells: Cells, catalogue: Catalogue, period: Period) -> Iterator[tuple[Period, str, Source]]:
    """The periods that points are about, oldest first: which it is, of what vintage, and where its numbers are."""
    series = sorted((one for one in cells if one.is_like(period)), key=by_recency)
    members = catalogue.members_on(period)
    empty = cells[period].iloc[:0]
    for at, one in enumerate(series):
        own, before = cells[one], cells.get(one.year_before, empty)
        if at == 0 and one.year_before not in series and not own.empty:
            yield one.year_before, STATED, _source(one.year_before, STATED, own, empty, catalogue, members)
        if not own.empty:
            yield one, REPORTED, _source(one, REPORTED, own, before, catalogue, members)


def _source(
    about: Period,
    vintage: str,
    own: "pd.DataFrame",
    before: "pd.DataFrame",
    catalogue: Catalogue,
    members: tuple[str, ...],
) -> Source:
    # What submissions state of the year before is about the provinces of their own day.
    reported_in = about if vintage == REPORTED else Period.parse(own["reported_in"].iloc[0]) or about
    now = joined(book_of(own, about, catalogue), members, reported_in, catalogue)
    stated = joined(book_of(own, about.year_before, catalogue), members, reported_in, catalogue)
    reported = joined(book_of(before, about.year_before, catalogue), members, about.year_before, catalogue)
    return Source(catalogue, about, now, stated, reported)


def _with_restated(points: Sequence[_Point], catalogue: Catalogue) -> Iterator[_Point]:
    """The points, each with its figures as the submissions of the year after state them."""
    by_period = {point.period: point for point in points}
    later = {point.period.year_before: point for point in points}
    for point in by_period.values():
        after = later.get(point.period)
        if after is None or point.vintage == STATED:
            yield point
        else:
            yield point._replace(restated=dict(_restated(point, after.source, catalogue)), later=after.source)


def _restated(point: _Point, later: Source, catalogue: Catalogue) -> Iterator[tuple[str, dict[str, Figure]]]:
    """A province that does not state all of its figure again keeps it, in the cluster's too."""
    for name, reported in point.figures.items():
        indicator, members = catalogue.indicators[name], [province for province in reported if province != CLUSTER]
        if indicator.kind != "all_met":
            source = replace(point.source, now=later.stated)
            stated = {province: figure_of(indicator, province, source) for province in members}
            own = {p: stated[p] if _whole(stated[p]) else reported[p] for p in members}
            yield name, {**own, CLUSTER: cluster_of(indicator, own, catalogue)}


def _comparable(point: _Point, catalogue: Catalogue, period: Period) -> _Point:
    """A point without its rates over populations that count other people than this period's."""
    members = catalogue.members_on(period)
    apart = {province for province in members if not counts_alike(province, catalogue, period, point.period)}
    if not apart:
        return point
    rates = [name for name, indicator in catalogue.indicators.items() if indicator.kind == "per_100k"]
    none = dict.fromkeys((*apart, CLUSTER), Figure())
    return point._replace(figures=point.figures | {name: point.figures[name] | none for name in rates})


def _series(
    indicator: str, province: str, points: list[_Point], catalogue: Catalogue, say: Messages
) -> Iterator[tuple[object, ...]]:
    figures = [(point, point.figures[indicator][province]) for point in points]
    there = [(point, figure) for point, figure in figures if _whole(figure)]
    if len(there) < LEAST:
        return
    values = [figure.value for _, figure in there]
    found = limits(values)
    told = signals(values, found) if found else [""] * len(values)
    label, model = catalogue.indicators[indicator].label, catalogue.indicators[indicator]
    lines = (found.centre, found.lower, found.upper) if found else (math.nan,) * 3
    name = catalogue.province_label(province).text(say.lang) if province else say("cli.cluster")
    for (point, figure), signal in zip(there, told, strict=True):
        yield (
            point.period.id, province, name, model.group, indicator, label.text(say.lang) if label else indicator,
            figure.value, figure.numerator, figure.denominator, figure.used, figure.expected, point.vintage,
            *lines, signal, *_again(point, figure, indicator, province),
        )  # fmt: skip


def _again(point: _Point, figure: Figure, indicator: str, province: str) -> tuple[object, ...]:
    """What a point is as the year after states it, and what that year compares with; blank where it is the same."""
    stated = point.restated.get(indicator, {}).get(province)
    sides = ("value", "numerator", "denominator")
    if point.later is None or stated is None or not _whole(stated):
        return _AS_REPORTED
    if all(_is_same(getattr(figure, side), getattr(stated, side)) for side in sides):
        return _AS_REPORTED
    about = [province] if province else [p for p in point.restated[indicator] if p != CLUSTER]
    model = point.later.catalogue.indicators[indicator]
    bases = {point.later.vintages(model, one)[0][0] for one in about}
    base = bases.pop() if len(bases) == 1 else "mixed"
    return (*(getattr(stated, side) for side in sides), point.later.period.id, base)


def _is_same(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)


def _whole(figure: Figure) -> bool:
    """A point of a series covers all that it should: one over fewer provinces would look like a change."""
    return figure.has_value and figure.status != INCOMPLETE
