"""Writes a submission: every form's table with the page around it, in the hand of its province."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tools.samples.cells import Cells
from tools.samples.doubts import Kind, doubts_of
from tools.samples.figures import Form
from tools.samples.hands import FORMS, Hand
from tools.samples.layout import Column, Table, table
from tools.samples.looks import Looks
from tools.samples.page import SAMPLE, Text, foot, head

CREATED = datetime(2024, 12, 20, 8, 0, 0)  # noqa: DTZ001  a workbook stores local time without a zone
WIDTHS = {"number": 6, "code": 8, "label": 40, "unit": 12, "note": 16}
NUMBER_WIDTH = 13.0
NAMES = ("number", "code", "label", "unit")
"""The columns that say what a row is; column numbers call them A, B, ..."""


def write_submission(path: Path, hand: Hand, year: int, figures: dict[str, Form]) -> None:
    """Write the workbook of one province and year."""
    with Workbook(path) as book:
        book.set_properties({"title": SAMPLE, "created": CREATED})
        looks = Looks(book, hand)
        if hand.extra_first:
            _extra_sheets(book, hand, looks)
        for position in hand.order:
            form = FORMS[position]
            sheet = book.add_worksheet(spelt(hand.sheets[position], hand))
            write_table(sheet, table(form, hand, year, figures[form]), hand, year, looks)
        if not hand.extra_first:
            _extra_sheets(book, hand, looks)
        book.worksheets()[1 if hand.extra_first else 0].activate()


def write_table(sheet: Worksheet, content: Table, hand: Hand, year: int, looks: Looks) -> None:
    """Write one form: page, header, rows, page."""
    doubts = doubts_of(year, hand.province, Kind.TOTAL, Kind.STATED, Kind.PROVED_ZERO, Kind.EXTRA_COLUMN)
    doubts = [doubt for doubt in doubts if doubt.form == content.form]
    columns = content.columns + [
        Column("extra", (doubt.measure,)) for doubt in doubts if doubt.kind is Kind.EXTRA_COLUMN
    ]
    sheet.set_default_row(18)
    texts, top = head(content, hand, year)
    _page(sheet, texts, columns, hand, looks)
    first = _header(sheet, columns, top, hand, looks)
    Cells(sheet, content, columns, hand, looks, first, doubts).write()
    last = first + len(content.lines)
    _page(sheet, foot(content, hand, year, last), columns, hand, looks)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, WIDTHS.get(column.holds, NUMBER_WIDTH))
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)


def spelt(text: str, hand: Hand) -> str:
    """A text as the hand's machine stores it."""
    return normalize("NFD" if hand.nfd else "NFC", text)


def _page(sheet: Worksheet, texts: list[Text], columns: list[Column], hand: Hand, looks: Looks) -> None:
    last = len(columns) - 1
    # The left part ends after the label column, or a little later where the table is wide.
    middle = max(next(i for i, c in enumerate(columns) if c.holds == "label"), (last - 1) // 3)
    spans = {"left": (0, middle), "right": (min(middle + 1, last), last), "all": (0, last)}
    for text in texts:
        start, end = spans[text.side]
        content = spelt(text.text, hand)
        if start == end:
            sheet.write_string(text.row, start, content, looks(text.look))
        else:
            sheet.merge_range(text.row, start, text.row, end, content, looks(text.look))
        if text.look == "title":
            sheet.set_row(text.row, 38 if len(columns) < 7 else 24)


def _header(sheet: Worksheet, columns: list[Column], top: int, hand: Hand, looks: Looks) -> int:
    """Write the merged header and return the first row below it."""
    depth = max(len(column.path) for column in columns)
    for level in range(depth):
        sheet.set_row(top + level, 48 if level == depth - 1 else 24)
        for start, end in _spans(columns, level):
            text, look = spelt(columns[start].path[level], hand), looks("header")
            bottom = top + depth - 1 if len(columns[start].path) == level + 1 else top + level
            if (start, top + level) == (end, bottom):
                sheet.write_string(bottom, start, text, look)
            else:
                sheet.merge_range(top + level, start, bottom, end, text, look)
    if not hand.column_numbers:
        return top + depth
    for i, text in enumerate(_column_numbers(columns, hand)):
        sheet.write_string(top + depth, i, text, looks("column_number"))
    return top + depth + 1


def _spans(columns: list[Column], level: int) -> list[tuple[int, int]]:
    """First and last column of each header cell of a level: neighbours with the same path so far are one."""
    spans: list[tuple[int, int]] = []
    for i, column in enumerate(columns):
        if len(column.path) <= level:
            continue
        shared = spans and spans[-1][1] == i - 1 and columns[i - 1].path[: level + 1] == column.path[: level + 1]
        if shared and len(column.path) > level + 1:
            spans[-1] = (spans[-1][0], i)
        else:
            spans.append((i, i))
    return spans


def _column_numbers(columns: list[Column], hand: Hand) -> list[str]:
    """The row under the header: letters for what names a row, numbers for the rest, `3=2/1` for rates."""
    numbers: dict[str, str] = {}
    letters = sum(1 for column in columns if column.holds in NAMES)
    for i, column in enumerate(columns):
        numbers[column.holds] = chr(65 + i) if column.holds in NAMES else str(i + 1 - letters)
    around = "({})" if hand.column_numbers == "(1)" else "{}"
    texts = []
    for column in columns:
        text = around.format(numbers[column.holds])
        over, under = Cells.ratio_of(column.holds)
        if over in numbers:
            text += "=" + around.format(numbers[over]) + "/" + around.format(numbers[under])
        texts.append(text)
    return texts


def _extra_sheets(book: Workbook, hand: Hand, looks: Looks) -> None:
    for name, lines in hand.extra:
        sheet = book.add_worksheet(spelt(name, hand))
        sheet.set_column(0, 0, 80)
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, spelt(line, hand), looks("bold" if row == 0 else "plain"))
        if lines:
            sheet.write_string(len(lines) + 1, 0, spelt(SAMPLE, hand), looks("sample_left"))
