"""The cells of earlier periods that figures are sums of: what a workbook adds up again to come to the same figures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.columns import CELLS, SUMMED
from pipeline.indicators.figures import REPORTED, Source, previous_of, sides_of, this_and_base
from pipeline.indicators.whole import compared_just_before, just_before, preceding_of, sources
from pipeline.model import BASE, DENOMINATOR, NUMERATOR, PRECEDING, PREVIOUS
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd

POPULATION = "population"  # the measure of a line that is no cell, but a number of the catalogue
CATALOGUE = "provinces.yaml"


class _Sources(NamedTuple):
    """Where the numbers are: of this period, of last year, and of the period just before, where that was read."""

    now: Source
    before: Source
    preceding: Source | None


class _Part(NamedTuple):
    """What a side of a figure adds up: cells, by where they stand in the frame that they are of."""

    figure: str
    side: str
    frame: "pd.DataFrame"
    at: Sequence[int]


def summed(
    cells: "pd.DataFrame",
    base: "pd.DataFrame",
    preceding: "pd.DataFrame | None",
    catalogue: Catalogue,
    period: Period,
) -> "pd.DataFrame":
    """One row for each cell of each side of a figure that a period's figures are compared with: columns `SUMMED`.

    The cells are those of `pipeline.indicators.compute`. ``figure`` says which one: last year's (`PREVIOUS`), the base
    of a change where it was reported then (`BASE`), that of the period just before (`PRECEDING`). ``sender`` is whose
    cell it is: a province, or a unit that it was formed from since.
    """
    import pandas as pd

    source, before = sources(cells, base, catalogue, period)
    at = _Sources(source, before, just_before(source, preceding))
    parts = [
        (name, province, part)
        for name, indicator in catalogue.indicators.items()
        for province in catalogue.members_on(period)
        for part in _parts(indicator, province, at)
    ]
    # Taken from each frame at once: a frame for each part costs far more.
    frames = {id(part.frame): part.frame for _, _, part in parts}
    found = [_taken(frame, [own for own in parts if own[2].frame is frame]) for frame in frames.values()]
    whole = [frame for frame in found if len(frame)]
    return pd.concat(whole, ignore_index=True) if whole else pd.DataFrame(columns=list(SUMMED))


def _taken(frame: "pd.DataFrame", parts: list[tuple[str, str, _Part]]) -> "pd.DataFrame":
    """The cells of the parts that are made of one frame."""
    cells = frame.iloc[[at for *_, part in parts for at in part.at]].rename(columns={"province": "sender"})
    keys = [(name, province, part.figure, part.side) for name, province, part in parts for _ in part.at]
    named = {column: [key[n] for key in keys] for n, column in enumerate(("indicator", "province", "figure", "side"))}
    return cells.assign(**named)[list(SUMMED)]


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


def _of_change(indicator: Indicator, province: str, at: _Sources) -> Iterator[_Part]:
    """Both sides of last year's change, and the base of this period's."""
    sides, rows = sides_of(indicator), indicator.rows
    for figure, source in ((PREVIOUS, at.before), (BASE, at.now)):
        vintage = this_and_base(indicator, province, source)[2]
        if not vintage:
            continue
        base = dict(source.vintages(indicator, province))[vintage]
        if figure == PREVIOUS:
            (this,) = source.now.taken(province, sides, rows, base.not_applicable(province, sides))
            yield _Part(figure, NUMERATOR, source.now.cells, this)
        if figure == PREVIOUS or vintage == REPORTED:  # what is stated now stands in this period's forms
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


def _people(province: str, source: Source) -> "pd.DataFrame":
    """The people that a rate is over, as lines of the catalogue."""
    import pandas as pd

    units = source.catalogue.units_on(province, source.period)
    known = [(unit, source.catalogue.provinces[unit].people_on(source.period.end)) for unit in units]
    rows = [
        {"province": unit, "measure": POPULATION, "value": one.value, "raw": one.at.isoformat(), "file": CATALOGUE}
        for unit, one in known
        if one
    ]
    blank = dict.fromkeys(CELLS, "") | {"factor": 1.0}
    return pd.DataFrame([blank | row for row in rows], columns=list(CELLS))
