"""Marks of figures that rest on others to look at again: a colour and a note beside the cell."""

from pipeline.report import theme
from pipeline.report.doubts import doubt_of
from pipeline.report.sheets.book import Book, Page

_NOTE = 2000  # characters of a note that can still be read beside its cell


def mark(book: Book, page: Page, at: tuple[int, int], indicator: str, province: str) -> None:
    """Mark the cell of an indicator's value where something is to be said of the figures below it."""
    row = book.indicators.get((indicator, province))
    doubt = doubt_of(row.reason, book.model(indicator).kind, book.say) if row and row.value is not None else ""
    if not doubt:
        return
    rule = {"type": "no_errors", "format": book.formats.highlight(theme.INK, theme.FLAG)}
    page.sheet.conditional_format(*at, *at, rule)
    page.sheet.write_comment(*at, doubt[:_NOTE], {"x_scale": 2.0, "author": "", "font_size": 9})
