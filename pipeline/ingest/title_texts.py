"""The texts of a sheet that stand around its tables, each with what stands beside and below it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.ingest.reader import Sheet

FIRST_ROWS = 15
_FIGURE = re.compile(r"[\s(+-]*\d[\d.,\s]*[%)]?\s*")
_TYPED_YEAR = re.compile(r"(?:19|20)\d{2}")
_MOST_CELLS = 6  # a row with more filled cells belongs to a table


class TitleText(NamedTuple):
    """A text, the next text of its row, the one below it, and what else its row holds."""

    sheet: str
    row: int
    column: int
    text: str
    after: str
    below: str
    is_alone: bool  # the only filled cell of its row
    year_after: int | None  # a bare year in the cell after it
    among_numbers: bool


def title_texts(sheet: Sheet, *, deep: bool = False) -> Iterator[TitleText]:
    """The texts of a sheet's first rows; or of all further rows that are short and hold no number but a year."""
    first, last = (FIRST_ROWS, len(sheet.rows)) if deep else (0, min(FIRST_ROWS, len(sheet.rows)))
    for row in range(first, last):
        values = sheet.rows[row]
        filled = [column for column, value in enumerate(values) if value != ""]
        numbers = [value for column in filled if isinstance(value := values[column], float)]
        if deep and (len(filled) > _MOST_CELLS or any(is_figure(values[column]) for column in filled)):
            continue
        for index, column in enumerate(filled):
            text = values[column]
            if isinstance(text, str) and text.strip():
                rest = [values[c] for c in filled[index + 1 :]]
                after = next((value for value in rest if isinstance(value, str) and value.strip()), "")
                year = _year(rest[0]) if rest else None
                below, is_alone = sheet.text(row + 1, column), len(filled) == 1
                yield TitleText(sheet.name, row, column, text, after, below, is_alone, year, bool(numbers))


def first_figures(sheet: Sheet) -> int:
    """The first row with figures: a line above it is no heading among a table's rows."""
    return next((row for row, cells in enumerate(sheet.rows) if any(map(is_figure, cells))), len(sheet.rows))


def is_figure(value: object) -> bool:
    """Whether a cell holds a number that is no year, stored or typed."""
    if isinstance(value, str):
        return _FIGURE.fullmatch(value) is not None and not _TYPED_YEAR.fullmatch(value.strip())
    return isinstance(value, float) and _year(value) is None


def _year(value: object) -> int | None:
    return int(value) if isinstance(value, float) and value.is_integer() and 1900 <= value <= 2100 else None
