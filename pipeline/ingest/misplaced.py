"""Finds group headers that are not merged and stand over the middle of their groups.

Each reaches to the right up to the next one, so columns would be read as those of a wrong group.
"""

from typing import NamedTuple

from pipeline.ingest.header_paths import merged_from
from pipeline.ingest.headers import Columns
from pipeline.ingest.reader import Sheet
from pipeline.text import fold


class Misplaced(NamedTuple):
    """The first of such group headers, and the column in which its group begins."""

    cell: tuple[int, int]
    first: int


def misplaced_groups(sheet: Sheet, columns: Columns) -> Misplaced | None:
    """The first misplaced group header of a table, if there are any.

    The columns below repeat themselves as often as there are groups, but each group's header stands beside the first
    column of a repetition: "This year | Last year" again and again, with every header over "Last year".
    """
    for row in range(columns.top, columns.bottom):
        labels = [column for column in range(sheet.width) if _is_group(sheet, columns, row, column)]
        for first in range(labels[0] - 1, -1, -1) if len(labels) > 1 else ():
            if not _is_headless(sheet, columns, row, first):
                break
            if _repeats(sheet, columns, labels, first):
                return Misplaced((row, labels[0]), first)
    return None


def _is_group(sheet: Sheet, columns: Columns, row: int, column: int) -> bool:
    """Whether an unmerged text stands over another one that is one of the last row's."""
    texts = sheet.text(row, column).strip(), sheet.text(columns.bottom, column).strip()
    return all(texts) and not _is_merged(sheet, row, column)


def _is_headless(sheet: Sheet, columns: Columns, row: int, column: int) -> bool:
    """Whether a column has a text in the last row, and in this one neither a text nor a part of a merged cell."""
    alone = not sheet.text(row, column).strip() and not _is_merged(sheet, row, column)
    return alone and bool(sheet.text(columns.bottom, column).strip())


def _is_merged(sheet: Sheet, row: int, column: int) -> bool:
    beside = ((row, column - 1), (row, column + 1), (row + 1, column), (row - 1, column))
    own = merged_from(sheet, (row, column))
    return own != (row, column) or any(merged_from(sheet, cell) == own for cell in beside)


def _repeats(sheet: Sheet, columns: Columns, labels: list[int], first: int) -> bool:
    """Whether the last row repeats itself from ``first`` on, once for each label and never beginning under one."""
    width = labels[1] - labels[0]
    if labels != [labels[0] + width * index for index in range(len(labels))] or not 0 < labels[0] - first < width:
        return False
    leaves = [fold(sheet.text(columns.bottom, column)) for column in range(first, first + width * len(labels))]
    after = fold(sheet.text(columns.bottom, first + len(leaves)))
    differ = len(set(leaves[:width])) == width and after != leaves[0]
    return all(leaves) and leaves == leaves[:width] * len(labels) and differ
