"""The sheet of fair comparison: which differences are more than chance."""

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.plain import Row, Shown, write_table

KEY = "comparison"


def write(book: Book) -> None:
    """Write the sheet."""
    write_table(book, KEY, _COLUMNS, strong=lambda row: not row["province"])


def _place(name: str) -> Shown:
    def said(book: Book, row: Row) -> str:
        return book.say(f"workbook.place.{row[name]}") if row[name] else ""

    return Shown(name, 19, "", said)


def _ranks(_book: Book, row: Row) -> str:
    """The range of ranks that the intervals allow."""
    best, worst = row["rank_best"], row["rank_worst"]
    return "" if best is None else f"{best:.0f}" if best == worst else f"{best:.0f}\u2013{worst:.0f}"


_COLUMNS = (
    Shown("label", 38), Shown("name", 13), Shown("numerator", 9, "count"), Shown("denominator", 9, "count"),
    Shown("value", 9, "percent"), Shown("low", 9, "percent"), Shown("high", 9, "percent"), Shown("rank", 7, "count"),
    Shown("rank_range", 9, "", _ranks), Shown("lower95", 9, "percent"), Shown("upper95", 9, "percent"), _place("place"),
    _place("target_place"), Shown("dispersion", 9, "rate"), Shown("standardised", 11, "percent"), Shown("caveat", 56),
)  # fmt: skip
