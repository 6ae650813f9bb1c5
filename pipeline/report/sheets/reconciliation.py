"""The sheet of reconciliation: numbers in are numbers out, column by column."""

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.plain import Row, Shown, write_table

KEY = "reconciliation"


def write(book: Book) -> None:
    """Write the sheet."""
    write_table(book, KEY, _COLUMNS)


def _year(book: Book, row: Row) -> str:
    return book.say(f"workbook.year.{row['year']}")


def _proven(book: Book, row: Row) -> str:
    return book.say("workbook.reconciliation." + ("differs" if row["difference"] or row["lost"] else "agrees"))


def _adds_shares(book: Book, row: Row) -> bool:
    """Whether a row adds up percentages, whose sum says nothing."""
    column = book.results.catalogue.forms[row["form"]].columns.get(row["measure"])
    return column is not None and column.kind in {"percent", "rate"}


_COUNTS = ("read", "used", "totals", "rejected", "told", "heading", "outside", "file_unused", "lost")
_SUMS = ("sum_read", "sum_changed", "sum_used", "sum_aside", "difference")
_COLUMNS = (
    Shown("file", 38), Shown("sheet", 16), Shown("name", 13), Shown("label", 34), Shown("year", 10, "", _year),
    *(Shown(name, 9, "count") for name in _COUNTS), *(Shown(name, 13, "amount", blank=_adds_shares) for name in _SUMS),
    Shown("proven", 10, "", _proven),
)  # fmt: skip
