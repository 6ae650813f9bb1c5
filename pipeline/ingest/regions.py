"""Cuts a sheet that holds several forms into a view for each: one above the other, or side by side."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from pipeline.ingest.reader import Sheet
from pipeline.ingest.titles import Mark

_SAME_LINE = 3  # titles so many rows apart stand side by side


def cut(sheet: Sheet, marks: Mapping[str, Mark]) -> dict[str, Sheet]:
    """A view of the sheet for each form, by where its title stands; cells keep their places."""
    bands: list[list[str]] = []
    for form in sorted(marks, key=lambda f: marks[f].row):
        if bands and marks[form].row - marks[bands[-1][0]].row <= _SAME_LINE and _apart(form, bands[-1], marks):
            bands[-1].append(form)
        else:
            bands.append([form])
    views: dict[str, Sheet] = {}
    for index, band in enumerate(bands):
        first = min(marks[form].row for form in band) if index else 0
        last = min(marks[f].row for f in bands[index + 1]) if index + 1 < len(bands) else len(sheet.rows)
        views.update(_side_by_side(sheet, band, marks, (first, last)))
    return views


def _apart(form: str, band: list[str], marks: Mapping[str, Mark]) -> bool:
    return all(marks[form].column != marks[other].column for other in band)


def _side_by_side(sheet: Sheet, band: list[str], marks: Mapping[str, Mark], rows: tuple[int, int]) -> dict[str, Sheet]:
    """Views of one band of rows, cut at the blank column before each title but the first."""
    ordered = sorted(band, key=lambda form: marks[form].column)
    starts = [0]
    for left, right in pairwise(ordered):
        starts.append(_cut_before(sheet, marks[left].column, marks[right].column, rows))
    ends = [*starts[1:], sheet.width]
    return {form: _view(sheet, rows, span) for form, *span in zip(ordered, starts, ends, strict=True)}


def _cut_before(sheet: Sheet, left: int, right: int, rows: tuple[int, int]) -> int:
    """Where the right one of two tables begins: after the last blank column between their titles."""
    blank = (c for c in range(right, left, -1) if not any(sheet.text(r, c).strip() for r in range(*rows)))
    return next(blank, right)


def _view(sheet: Sheet, rows: tuple[int, int], columns: list[int]) -> Sheet:
    first, last = columns
    kept = [
        [*([""] * first), *values[first:last]] if rows[0] <= row < rows[1] else []
        for row, values in enumerate(sheet.rows)
    ]
    merges = tuple(m for m in sheet.merges if rows[0] <= m[0] < rows[1] and first <= m[1] < last)
    return replace(sheet, rows=kept, merges=merges)
