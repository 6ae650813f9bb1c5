"""The sheet of charts: native ones, each drawn from a small table below them that formulas fill."""

from collections.abc import Sequence
from typing import Any

from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.drawings import OWN_LINE, Drawing, Ranges
from pipeline.report.sheets.drawings_bullets import bullets
from pipeline.report.sheets.drawings_forms import structure, years
from pipeline.report.sheets.drawings_funnel import funnel
from pipeline.report.sheets.drawings_gaps import gaps
from pipeline.report.sheets.drawings_main import of_indicators
from pipeline.report.sheets.drawings_trend import trend
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.room import lines

KEY = "charts"
_WIDTHS = (44, *(11.5,) * 18)
_FIRST = 5
_ACROSS, _ROWS, _SIDE = 2, 21, 8  # charts beside each other; rows and columns that one takes
_WIDTH, _WIDE, _HEIGHT = 900, 1810, 351
_ROW, _AIR = 17, 6  # pixels: a row's height, what is left free between a chart and its note
_MOST_NOTED = 6  # rows that a note below a chart takes at most
_PAGE, _BLANK = 3, 2  # rows of charts on a page of paper; rows left blank before the next one, in which Excel breaks
# The main indicator's on the first page, what else there is on the next.
_ALL = (of_indicators, funnel, trend, gaps, structure, years, bullets)


def write(book: Book) -> tuple[Drawing, Ranges] | None:
    """Write the sheet; returns its first chart that stands for itself, and where its figures are."""
    drawn = [drawing for draw in _ALL for drawing in draw(book)]
    most = max((len(drawing.heads) + 2 for drawing in drawn), default=0)
    page = book.page(KEY, (*_WIDTHS, *(_WIDTHS[-1],) * max(most - len(_WIDTHS), 0)))
    page.opening(book.say("workbook.charts.title"), book.say("workbook.charts.unit"), last=len(_WIDTHS) - 1)
    spots, rows = _spots(drawn)
    at = _start(rows)
    if not drawn:
        page.text(at, 0, book.say("workbook.charts.none"), "muted")
    breaks = [_start(n) - _BLANK for n in range(_PAGE, rows, _PAGE)]
    printed = (at - 1, len(_WIDTHS) - 1) if drawn else None  # the figures below are on paper elsewhere
    page.text(at, 0, book.say("workbook.charts.data"), "section")
    at += 1
    first = None
    for drawing, spot in zip(drawn, spots, strict=True):
        ranges = _table(page, at, drawing)
        noted = _note(page, drawing, spot)
        wide = _WIDE if drawing.outer else _WIDTH
        insert(page, drawing, ranges, spot, (wide, min(_HEIGHT, _ROW * (_ROWS - noted) - _AIR)))
        # A chart with a note tells but half without it.
        first = first or (None if drawing.note else (drawing, ranges))
        at += len(drawing.lines) + 3
    page.paper(None, (4, 0), printed)
    page.sheet.set_h_pagebreaks(breaks)
    page.sheet.fit_to_pages(1, 0)
    return first


def _spots(drawn: Sequence[Drawing]) -> tuple[list[tuple[int, int]], int]:
    """Where each chart begins, and how many rows of them there are; a wide one has its row for itself."""
    spots, taken = [], 0
    for drawing in drawn:
        if drawing.outer:
            taken = _ACROSS * -(-taken // _ACROSS)
        spots.append((_start(taken // _ACROSS), _SIDE * (taken % _ACROSS)))
        taken += _ACROSS if drawing.outer else 1
    return spots, -(-taken // _ACROSS)


def _start(row: int) -> int:
    """The sheet row at which a row of charts begins."""
    return _FIRST + _ROWS * row + _BLANK * (row // _PAGE)


def _note(page: Page, drawing: Drawing, spot: tuple[int, int]) -> int:
    """Write what is to be said of a chart in the last of its rows; returns how many that takes."""
    note = drawing.note
    if not note:
        return 0
    column, last = spot[1], spot[1] + _SIDE - 1
    rows = min(max(lines(note, sum(page.widths[column : last + 1])), 2), _MOST_NOTED)
    row, end, styles = spot[0] + _ROWS - rows, spot[0] + _ROWS - 1, ("muted", "prose")
    page.sheet.merge_range(row, column, end, last, "", page.book.formats(*styles))
    page.living(row, column, drawing.living.get(note, ""), note, *styles)
    return rows


def _table(page: Page, at: int, drawing: Drawing) -> Ranges:
    """Write a chart's figures; returns where they are."""
    page.living(at, 0, drawing.living.get("", ""), drawing.title, "bold")
    levels = 2 if drawing.outer else 1
    heads = [*[""] * levels, *drawing.heads]
    page.heads(at + 1, heads)
    for column, head in enumerate(heads):
        if head and head in drawing.living:
            page.formula(at + 1, column, drawing.living[head], head, "head")
    for number, (label, cells) in enumerate(drawing.lines):
        if drawing.outer:
            page.text(at + 2 + number, 0, drawing.outer[number], "cell")
        page.text(at + 2 + number, levels - 1, label, "cell")
        for column, cell in enumerate(cells, levels):
            if cell is None:
                page.text(at + 2 + number, column, "", "cell")
            elif cell.formula:
                formula = cell.formula.replace(OWN_LINE, str(at + 3 + number))
                page.formula(at + 2 + number, column, formula, cell.value, "cell", cell.style or drawing.style)
            else:
                page.number(at + 2 + number, column, cell.value, "cell", cell.style or drawing.style)
    area = (at + 2, levels, at + 1 + len(drawing.lines), levels - 1 + len(drawing.heads))
    unseen = page.book.formats.highlight("#FFFFFF", "#FFFFFF")  # the place of an emptied target
    page.sheet.conditional_format(*area, {"type": "errors", "format": unseen})
    name = sheet_ref(page.sheet.get_name())
    return Ranges(name, at + 1, at + 2, at + 1 + len(drawing.lines), levels)


def insert(page: Page, drawing: Drawing, ranges: Ranges, at: tuple[int, int], size: tuple[int, int]) -> None:
    """Put a chart on a page, with its description for those who cannot see it."""
    chart = drawing.draw(page.book.workbook, ranges)
    chart.set_size({"width": size[0], "height": size[1]})
    told = page.book.say("workbook.chart.as_of_run", told=drawing.told)  # no formula: it stays when a target is edited
    options: dict[str, Any] = {"description": told, "object_position": 2, "x_offset": 4, "y_offset": 4}
    page.sheet.insert_chart(*at, chart, options)
