"""The cells of earlier periods that figures are sums of: what a workbook adds up again to come to the same figures."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, groupby, product
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.coded import texts
from pipeline.columns import CELLS, SUMMED
from pipeline.indicators.figures import REPORTED, Source, previous_of, sides_of, this_and_base
from pipeline.indicators.trends import Cells, sources_of
from pipeline.indicators.whole import compared_just_before, just_before, preceding_of, sources
from pipeline.model import BASE, DENOMINATOR, NUMERATOR, PRECEDING, PREVIOUS
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd

POPULATION = "population"  # the measure of a line that is no cell, but a number of the catalogue
CATALOGUE = "provinces.yaml"
_People = list[dict[str, object]]  # rows with the columns of `CELLS`


class _Sources(NamedTuple):
    """Where the numbers are: of this period, of last year, and of the period just before, where that was read."""

    now: Source
    before: Source
    preceding: Source | None


class _Part(NamedTuple):
    """What a side of a figure adds up: cells, by where they stand in the frame that they are of, or people."""

    figure: str
    side: str
    frame: "pd.DataFrame | _People"
    at: Sequence[int]


def summed(cells: Cells, series: "pd.DataFrame", catalogue: Catalogue, period: Period) -> "pd.DataFrame":
    """One row for each cell of each side of a figure that a period's figures are compared with: columns `SUMMED`.

    ``cells`` are those of all periods that were read, ``series`` the trends. ``figure`` says which one: last year's
    (`PREVIOUS`), the base of a change where it was reported then (`BASE`), that of the period just before
    (`PRECEDING`), or, of a point of a series, the period that it is about. ``sender`` is whose cell it is: a province,
    or a unit that it was formed from since.
    """
    import pandas as pd

    source, before = sources(cells[period], cells[period.year_before], catalogue, period)
    just = cells.get(period.preceding) if period.preceding else None
    at = _Sources(source, before, just_before(source, just))
    parts = [
        *_by_indicator(catalogue.indicators.items(), catalogue.members_on(period), lambda one, p: _parts(one, p, at)),
        *_of_series(cells, series, catalogue, period),
    ]
    # Taken from each frame at once, and people that follow each other too: a frame for each part costs far more.
    of_frames: dict[int, list[tuple[str, str, _Part]]] = {}
    for part in parts:
        of_frames.setdefault(id(part[2].frame), []).append(part)
    runs = groupby(of_frames.values(), lambda own: -1 if isinstance(own[0][2].frame, list) else id(own[0][2].frame))
    found = [_taken([part for own in run for part in own]) for _, run in runs]
    whole = [frame for frame in found if len(frame)]
    return pd.concat(whole, ignore_index=True) if whole else pd.DataFrame(columns=list(SUMMED))


def _taken(parts: list[tuple[str, str, _Part]]) -> "pd.DataFrame":
    """The cells of parts that are made of one frame, or the people of parts that are made of these."""
    import pandas as pd

    frame = parts[0][2].frame
    if isinstance(frame, list):
        taken = pd.DataFrame([part.frame[at] for *_, part in parts for at in part.at], columns=list(CELLS))
    else:
        taken = texts(frame.iloc[[at for *_, part in parts for at in part.at]])
    cells = taken.rename(columns={"province": "sender"})
    keys = [(name, province, part.figure, part.side) for name, province, part in parts for _ in part.at]
    named = {column: [key[n] for key in keys] for n, column in enumerate(("indicator", "province", "figure", "side"))}
    return cells.assign(**named)[list(SUMMED)]


def _by_indicator(
    indicators: Collection[tuple[str, Indicator]],
    provinces: Collection[str],
    parts: Callable[[Indicator, str], Iterator[_Part]],
) -> Iterator[tuple[str, str, _Part]]:
    """The parts of each indicator and province; made province by province, as their numbers are best asked for."""
    found: dict[str, list[tuple[str, str, _Part]]] = {name: [] for name, _ in indicators}
    for province, (name, indicator) in product(provinces, indicators):
        found[name] += ((name, province, part) for part in parts(indicator, province))
    return chain.from_iterable(found.values())


def _parts(indicator: Indicator, province: str, at: _Sources) -> Iterator[_Part]:
    if indicator.kind == "all_met":
        return
    if indicator.kind == "change":
        yield from _of_change(indicator, province, at)
    else:
        yield from _of_last_year(indicator, province, at.now)
    kind = compared_just_before(indicator)
    if at.preceding and preceding_of(kind, province, at.preceding, at.now).used:
        yield from _of_sides(kind, province, PRECEDING, at.preceding)


def _of_series(
    cells: Cells, series: "pd.DataFrame", catalogue: Catalogue, period: Period
) -> Iterator[tuple[str, str, _Part]]:
    """What the points of earlier periods add up, of all provinces of an indicator that has a series."""
    known = set(zip(series["period"], series["indicator"], strict=True))
    if not known:
        return
    for about, _, source in sources_of(cells, catalogue, period):
        shown = [
            (name, indicator)
            for name, indicator in catalogue.indicators.items()
            if about != period and (about.id, name) in known and indicator.kind != "all_met"
        ]
        yield from _by_indicator(shown, catalogue.members_on(period), partial(_of_point, figure=about.id, at=source))


def _of_point(indicator: Indicator, province: str, figure: str, at: Source) -> Iterator[_Part]:
    """Both sides of a point of a series."""
    sides = _of_change_sides if indicator.kind == "change" else _of_sides
    return sides(indicator, province, figure, at)


def _of_change(indicator: Indicator, province: str, at: _Sources) -> Iterator[_Part]:
    """Both sides of last year's change, and the base of this period's."""
    yield from _of_change_sides(indicator, province, PREVIOUS, at.before)
    if this_and_base(indicator, province, at.now)[2] == REPORTED:  # what is stated now stands in this period's forms
        base = _of_change_sides(indicator, province, BASE, at.now)
        yield from (part for part in base if part.side == DENOMINATOR)


def _of_change_sides(indicator: Indicator, province: str, figure: str, source: Source) -> Iterator[_Part]:
    sides, rows = sides_of(indicator), indicator.rows
    vintage = this_and_base(indicator, province, source)[2]
    if vintage:
        base = dict(source.vintages(indicator, province))[vintage]
        (this,) = source.now.taken(province, sides, rows, base.not_applicable(province, sides))
        yield _Part(figure, NUMERATOR, source.now.cells, this)
        (then,) = base.taken(province, sides, rows, source.now.not_applicable(province, sides))
        yield _Part(figure, DENOMINATOR, base.cells, then)


def _of_last_year(indicator: Indicator, province: str, source: Source) -> Iterator[_Part]:
    figure = previous_of(indicator, province, source)
    if figure.used:
        book = dict(source.vintages(indicator, province))[figure.vintage]
        yield from _of_sides(indicator, province, PREVIOUS, replace(source, now=book, period=source.period.year_before))


def _of_sides(indicator: Indicator, province: str, figure: str, source: Source) -> Iterator[_Part]:
    parts = source.now.taken(province, sides_of(indicator), indicator.rows)
    for side, cells in zip((NUMERATOR, DENOMINATOR), parts, strict=False):
        yield _Part(figure, side, source.now.cells, cells)
    if indicator.kind == "per_100k":
        people = _people(province, source)
        yield _Part(figure, DENOMINATOR, people, range(len(people)))


def _people(province: str, source: Source) -> _People:
    """The people that a rate is over, as lines of the catalogue."""
    units = source.catalogue.units_on(province, source.period)
    known = [(unit, source.catalogue.provinces[unit].people_on(source.period.end)) for unit in units]
    rows = [
        {"province": unit, "measure": POPULATION, "value": one.value, "raw": one.at.isoformat(), "file": CATALOGUE}
        for unit, one in known
        if one
    ]
    blank = dict.fromkeys(CELLS, "") | {"factor": 1.0}
    return [blank | row for row in rows]
