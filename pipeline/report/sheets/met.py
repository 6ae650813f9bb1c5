"""How many of the indicators that one joins are met, now and the year before, as formulas over their cells."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.periods import Period
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.indicator_row import IndicatorRow


class _Asked(NamedTuple):
    """A cell with a value, and what it is asked for: a cell, or a number that the workbook does not show."""

    value: str
    op: str
    bound: str


def met_now(book: Book, row: IndicatorRow, letter: Mapping[str, str]) -> str:
    """How many are met: by their values, for a status may say instead that a province lacks."""
    asked = []
    for other in book.model(row.indicator).of:
        at, target = book.places.get((other, row.province)), book.binding(other, row.province)
        if at is None or target is None:
            return ""
        asked.append(_Asked(f"{letter['value']}{at + 1}", target.op, f"{letter['target']}{at + 1}"))
    return f"={_counted(asked)}" if row.numerator is not None else ""


def met_before(book: Book, row: IndicatorRow, letter: Mapping[str, str]) -> str:
    """The share that was met the year before, by the targets of then: those that hold now too may be edited."""
    year_before, asked = book.results.period.year_before, []
    for other in book.model(row.indicator).of:
        at = book.places.get((other, row.province))
        target = book.results.catalogue.targets_of(other, year_before, row.province)[0]
        if at is None or target is None:
            return ""
        holds = target is book.binding(other, row.province) and book.indicators[other, row.province].target is not None
        bound = f"{letter['target']}{at + 1}" if holds else repr(target.value)
        asked.append(_Asked(f"{letter['previous']}{at + 1}", target.op, bound))
    return f"={_counted(asked, f'/{len(asked)}')}" if row.previous is not None else ""


def met_then(book: Book, province: str, period: Period, values: Mapping[str, str]) -> str:
    """How many were met in an earlier period, by the targets of then; ``values`` are the cells by indicator."""
    asked = []
    for other, value in values.items():
        target = book.results.catalogue.targets_of(other, period, province)[0]
        if target is None:
            return ""
        holds = target is book.binding(other, province)
        bound = book.target_name(other, province) if holds else repr(target.value)
        asked.append(_Asked(value, target.op, bound))
    return f"={_counted(asked)}"


def _counted(asked: Sequence[_Asked], of: str = "") -> str:
    """A blank where one of them has no value, or its target was emptied."""
    cells = ",".join(f"{one.value},{one.bound}" for one in asked)
    met = "+".join(f"({one.value}{one.op}{one.bound})" for one in asked)
    return f'IF(COUNT({cells})<{2 * len(asked)},"",{f"({met}){of}" if of else met})'
