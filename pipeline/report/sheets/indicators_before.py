"""Figures of earlier periods on the sheet of indicators, as formulas over the forms or over the cells of then."""

from collections.abc import Mapping

from pipeline.model import BASE, DENOMINATOR, NUMERATOR, PRECEDING, PREVIOUS
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import Side, sides
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.met import met_before
from pipeline.report.sheets.sources_before import Before, Figure, Who, before
from pipeline.report.sheets.ways import way
from pipeline.report.sheets.words import province_rows

_SAID = ("reason.no_base_of", "reason.population_basis")  # why last year's figure is not there
_OF_FORMS = frozenset({"percent", "total", "achievement"})  # kinds of which a form states last year's figure


def held_before(book: Book) -> Before:
    """The cells of earlier periods that no form of this one states and that its figures are compared with."""
    needed: set[Figure] = set()
    for row in book.indicators.values():
        kind = book.model(row.indicator).kind
        anyone = Who((), "A1" if row.province else "A1:A9")
        if row.previous is not None and kind != "all_met" and not _of_forms(book, row, anyone)[0]:
            needed.add((row.indicator, PREVIOUS))
        if kind == "change" and row.province and row.denominator is not None and not states_base(book, row):
            needed.add((row.indicator, BASE))
        if row.preceding is not None or row.preceding_change is not None:
            needed.add((row.indicator, PRECEDING))
    return before(book, needed)


def previous(book: Book, held: Before, row: IndicatorRow, who: Who, letter: Mapping[str, str]) -> tuple[str, str]:
    """Last year's value as a formula, and the way to what it adds up; empty where there is none."""
    if row.previous is None:
        return "", ""
    kind, figure = book.model(row.indicator).kind, (row.indicator, PREVIOUS)
    if kind == "all_met":
        return met_before(book, row, letter), ""
    formula, to = _of_forms(book, row, who)
    if formula:
        return formula, to
    return held.formula(figure, who, kind, row.previous), held.way(figure, who.provinces)


def lacking(book: Book, row: IndicatorRow) -> str:
    """Whose figure of last year lacks that others have; empty where none has one, or where it is said why it lacks."""
    if row.value is None or row.previous is not None or book.model(row.indicator).kind in {"change", "all_met"}:
        return ""
    said = tuple(map(book.say.opening, _SAID))
    counted = [other for other in province_rows(book, row.indicator) if other.used]
    without = [other.province for other in counted if other.previous is None]
    if len(without) == len(counted) or any(part.startswith(said) for part in (row.reason or "").split("; ")):
        return ""
    whose = [book.province(province) for province in without if row.province in {"", province}]
    period = book.results.period.year_before.id
    return book.say("workbook.indicators.lacks_before", period=period, provinces=whose) if whose else ""


def base(held: Before, row: IndicatorRow, who: Who) -> tuple[str, str]:
    """The base of a change that was reported then, and the way to it."""
    figure = (row.indicator, BASE)
    if held.value(figure, DENOMINATOR, who.provinces) != row.denominator:
        return "", ""
    return f"={held.sum(figure, DENOMINATOR, who)}", held.way(figure, who.provinces, [DENOMINATOR])


def preceding(held: Before, row: IndicatorRow, who: Who, kind: str, numerator: str) -> tuple[str, str, str]:
    """The value of the period just before and the change against it, and the way to what they add up.

    Of a change only the latter: its ``numerator`` against the count of then. That of others follows from the values.
    """
    figure = (row.indicator, PRECEDING)
    to = held.way(figure, who.provinces)
    if kind != "change":
        return ("" if row.preceding is None else held.formula(figure, who, kind, row.preceding)), "", to
    then, now = held.value(figure, NUMERATOR, who.provinces), row.numerator
    if not then or now is None or row.preceding_change is None or abs(now / then - 1 - row.preceding_change) > 1e-9:
        return "", "", ""
    return "", f"={numerator}/{held.sum(figure, NUMERATOR, who)}-1", to


def states_base(book: Book, row: IndicatorRow) -> bool:
    """Whether this period's forms state a change's base."""
    bottom = sides(book.model(row.indicator), book.results.catalogue, book.tables, book.results.lang, previous=False)[1]
    return bottom.gives([row.province], row.denominator)


def _of_forms(book: Book, row: IndicatorRow, who: Who) -> tuple[str, str]:
    """Last year's value over this period's forms, where they state all that it needs."""
    model = book.model(row.indicator)
    if row.previous is None or model.kind not in _OF_FORMS:
        return "", ""
    top, bottom = sides(model, book.results.catalogue, book.tables, book.results.lang, previous=True)
    provinces = [row.province] if row.province else list(book.provinces)
    formula = _quotient(top, bottom, provinces, who.cells, row.previous, model.kind)
    return formula, way(book, top, provinces) if formula else ""


def _quotient(top: Side, bottom: Side, who: list[str], cells: str, value: float, kind: str) -> str:
    above, below = top.formula(cells), bottom.formula(cells)
    if kind == "total":
        return above if top.gives(who, value) else ""
    whole = bottom.value(who) if bottom.sums else 0.0
    fits = above and below and whole and top.gives(who, value * whole)
    return f"=({above[1:]})/({below[1:]})" if fits else ""
