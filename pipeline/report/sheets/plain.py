"""A sheet that shows one of the consolidation's further tables: heads, a line for each row, styles by column."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.records import records

Row = dict[str, Any]


class Shown(NamedTuple):
    """A column of the sheet: its name, its width, the style of its numbers (none: a text), what it shows.

    The style may be one by row.

    ``formula`` is what comes to it (given the sheet's row as Excel counts it), so that it follows what is edited.
    """

    name: str
    width: float
    style: str | Callable[[Book, Row], str] = ""
    text: Callable[[Book, Row], str] | None = None
    formula: Callable[[Book, Row, int], str] | None = None
    to: Callable[[Book, Row], str] | None = None  # the link to where a number is from
    head: str = ""  # the key of its heading, where it is not its name


def write_table(
    book: Book,
    key: str,
    columns: Sequence[Shown],
    *,
    strong: Callable[[Row], bool] | None = None,
    rows: Sequence[Row] | None = None,
) -> Page:
    """Write the sheet of a table, one line a row (or the ``rows``); ``strong`` lines look like the cluster's."""
    rows = records(book, key) if rows is None else rows
    page = book.page(key, [column.width for column in columns])
    heads = [book.say(f"workbook.column.{column.head or column.name}") for column in columns]
    page.table(book.say(f"workbook.table.{key}"), heads, len(rows))
    pasted = False
    for at, row in page.lines(rows):
        look = ("cell", "cluster") if strong is not None and strong(row) else ("cell",)
        said = []
        for number, column in enumerate(columns):
            formula = column.formula(book, row, at + 1) if column.formula else ""
            if column.style:
                style = column.style if isinstance(column.style, str) else column.style(book, row)
                to = column.to(book, row) if column.to and row[column.name] is not None else ""
                apart = ("apart",) if column.formula and not formula and row[column.name] is not None else ()
                pasted = pasted or bool(apart)
                page.link(at, number, to, row[column.name], *look, style, *apart, formula=formula)
            else:
                text = column.text(book, row) if column.text else str(row[column.name] or "")
                page.living(at, number, formula, text, *look, "wrap", "gap")
                said.append((number, text))
        page.high(at, said, bold="cluster" in look)
    unit = [book.say(f"workbook.{key}.unit"), *([book.say("workbook.pasted")] if pasted else ())]
    page.opening(book.say(f"workbook.{key}.title"), " ".join(unit))
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2))
    return page
