"""The consolidation's further tables as rows, which several sheets show."""

from typing import Any

from pipeline.report.frames import dicts
from pipeline.report.sheets.book import Book

Place = tuple[str, str, str]  # file, sheet, cell
Remarks = dict[Place, list[str]]  # the sentences of findings about a cell


def records(book: Book, name: str) -> list[dict[str, Any]]:
    """The rows of one of the consolidation's further tables; nulls are None."""
    frame = book.results.consolidation.tables.get(name)
    if frame is not None and name not in book.kept:
        book.kept[name] = dicts(frame, frame.columns)
    return book.kept.get(name, [])
