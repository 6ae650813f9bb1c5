"""The consolidation's further tables as rows, which several sheets show."""

from typing import Any

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.form_tables import clean

Place = tuple[str, str, str]  # file, sheet, cell
Remarks = dict[Place, list[str]]  # the sentences of findings about a cell


def records(book: Book, name: str) -> list[dict[str, Any]]:
    """The rows of one of the consolidation's further tables; nulls are None."""
    frame = book.results.consolidation.tables.get(name)
    if frame is not None and name not in book.kept:
        columns = (frame[column].tolist() for column in frame.columns)
        rows = zip(*columns, strict=True)
        book.kept[name] = [dict(zip(frame.columns, map(clean, values), strict=True)) for values in rows]
    return book.kept.get(name, [])
