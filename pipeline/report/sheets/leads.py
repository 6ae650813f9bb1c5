"""Links of an analysis to what its figures are made of: rows of the sheet of indicators, or the cells below these."""

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.indicators import KEY, LETTER


def to_row(book: Book, indicator: str, province: str, column: str = "value") -> str:
    """The link to a cell of a province's row (empty: the cluster's); empty where there is none."""
    at = book.places.get((indicator, province))
    return "" if at is None else f"internal:{book.cell(KEY, at, LETTER[column])}"


def to_cells(book: Book, indicator: str, province: str, column: str = "value") -> str:
    """The link that this cell itself has, to what it adds up; to the cell where that has none."""
    at = book.places.get((indicator, province), 0)
    return book.ways.get((at, column)) or to_row(book, indicator, province, column)
