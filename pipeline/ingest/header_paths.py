"""Reads a header's columns from top to bottom: merged cells read through, group labels over all that they head."""

import re
from collections.abc import Iterator

from pipeline.ingest.reader import Sheet

_NUMBERING = re.compile(r"[(\[]*\s*(?P<head>\d{1,2}|[^\W\d_])\s*[)\]]*(?P<formula>\s*=.*)?")
_BRACKETED = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")


def header_paths(sheet: Sheet, top: int, bottom: int, *, wide: bool = False) -> list[list[str]]:
    """The header path of every column: the texts of its cells in rows top..bottom, without repeats.

    A label that is not merged heads the blank cells to its right, up to the next label of its row or of one above it;
    ``wide``: also in a row where others are merged, and over blank columns.
    """
    block = _Block(sheet, top, bottom)
    paths: list[list[str]] = [[] for _ in range(block.width)]
    for row in range(top, bottom + 1):
        left = ""
        for column in range(block.width):
            left = "" if block.begins_above(row, column) else left
            text = block.text(row, column)
            if text.strip():
                left = text
            elif not block.may_be_headed(row, column, wide=wide):
                left = ""
            elif block.has_text_below(row, column):
                text = left
            else:
                left = left if wide else ""
            if text.strip() and (not paths[column] or paths[column][-1] != text):
                paths[column].append(text)
    return paths


class _Block:
    """The rows of a header, with their merged cells."""

    def __init__(self, sheet: Sheet, top: int, bottom: int) -> None:
        self._sheet, self._top, self._bottom, self.width = sheet, top, bottom, sheet.width
        self._merged = dict(_merged_cells(sheet, top, bottom, self.width))
        self._joined = {row for (row, column), (_, first) in self._merged.items() if column != first}
        self._keys = {row: [self._key(row, c) for c in range(self.width)] for row in range(top, bottom + 1)}
        self._begins = [self._first_label(column) for column in range(self.width)]

    def text(self, row: int, column: int) -> str:
        """What stands in a cell, or in the merged cells that it is part of."""
        return self._sheet.text(*self._merged.get((row, column), (row, column)))

    def begins_above(self, row: int, column: int) -> bool:
        """Whether a label of a row above begins in this column, so that no label of this row reaches it."""
        return self._begins[column] < row

    def may_be_headed(self, row: int, column: int, *, wide: bool) -> bool:
        """Whether a blank cell may stand under a label to its left: where labels are merged, only merged cells do."""
        return (row, column) not in self._merged and row < self._bottom and (wide or row not in self._joined)

    def has_text_below(self, row: int, column: int) -> bool:
        """Whether the header goes on below a cell."""
        return any(self._keys[r][column] is not None for r in range(row + 1, self._bottom + 1))

    def _first_label(self, column: int) -> int:
        """The first row in which a label begins in a column."""
        for row, keys in self._keys.items():
            if keys[column] is not None and (column == 0 or keys[column] != keys[column - 1]):
                return row
        return self._bottom + 1

    def _key(self, row: int, column: int) -> tuple[int, int] | None:
        """Where the text of a cell stands; None for a blank one."""
        at = self._merged.get((row, column), (row, column))
        return at if self._sheet.text(*at).strip() else None


def _merged_cells(sheet: Sheet, top: int, bottom: int, width: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for first_row, first_column, last_row, last_column in sheet.merges:
        if first_row <= bottom and last_row >= top:
            for row in range(max(first_row, top), min(last_row, bottom) + 1):
                for column in range(first_column, min(last_column, width - 1) + 1):
                    yield (row, column), (first_row, first_column)


def merged_from(sheet: Sheet, cell: tuple[int, int]) -> tuple[int, int]:
    """The first of the merged cells that a cell is part of; the cell itself where it is not merged."""
    row, column = cell
    for first_row, first_column, last_row, last_column in sheet.merges:
        if first_row <= row <= last_row and first_column <= column <= last_column:
            return first_row, first_column
    return cell


def column_number(text: str) -> tuple[str, bool] | None:
    """The number or letter that a text gives a column, and whether it could be nothing else; None if it gives none.

    >>> column_number("(A)"), column_number("3=2/1"), column_number("7"), column_number("12a")
    (('a', True), ('3', True), ('7', False), None)
    """
    match = _NUMBERING.fullmatch(text.strip())
    if match is None:
        return None
    return match["head"].casefold(), bool(match["formula"]) or text.strip()[0] in "(["


def is_bracketed(text: str) -> bool:
    """Whether a text stands in brackets as a whole, as a unit under a header does."""
    return _BRACKETED.fullmatch(text) is not None


def count_on(texts: list[str]) -> bool:
    """Whether texts number columns: formulas, numbers in brackets, or each one more than the one before."""
    numbers = [number for text in texts if (number := column_number(text)) is not None]
    if len(numbers) < len(texts) or len(texts) < 2:
        return False
    heads = [int(head) if head.isdigit() else 0 for head, _ in numbers]
    return any(certain for _, certain in numbers) or heads == list(range(heads[0], heads[0] + len(heads)))
