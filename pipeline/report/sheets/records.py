"""The consolidation's further tables as rows, which several sheets show."""

from collections import defaultdict
from typing import Any

from pipeline.plain import dicts
from pipeline.report.sheets.book import Book

Place = tuple[str, str, str]  # file, sheet, cell
Remarks = dict[Place, list[str]]  # the sentences of findings about a cell


def records(book: Book, name: str) -> list[dict[str, Any]]:
    """The rows of one of the consolidation's further tables; nulls are None."""
    frame = book.results.consolidation.tables.get(name)
    if frame is not None and name not in book.kept:
        book.kept[name] = dicts(frame, frame.columns)
    return book.kept.get(name, [])


def numbered(book: Book, name: str, *columns: str) -> dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]]:
    """The rows of a further table, each with its number from 0, by what they hold in some columns of texts."""
    key = (name, *columns)
    if key not in book.numbered:
        found = book.numbered[key] = defaultdict(list)
        for number, row in enumerate(records(book, name)):
            found[tuple(row[column] or "" for column in columns)].append((number, row))
    return book.numbered[key]


def forget(book: Book) -> None:
    """Let go of the rows that were made so far: a sheet that needs them makes them again."""
    book.kept.clear()
    book.numbered.clear()
