"""The way from an indicator's figure to the rows of the form that it is a sum over; each of these leads to its cell."""

from collections.abc import Iterable

from xlsxwriter.utility import xl_range

from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.forms import key
from pipeline.report.sheets.formulas import Side, sheet_ref


def way(book: Book, side: Side, provinces: Iterable[str]) -> str:
    """A link to the side's cells in its first form: its columns, from the first to the last row that counts there.

    Empty where no row of these provinces does.
    """
    if not side.sums:
        return ""
    table = side.sums[0].table
    own = [one for one in side.sums if one.table is table]
    rows = [
        at
        for province in provinces
        for at, row in table.numbered.get(province, ())
        if row.within and any(one.rows.keep(row) for one in own)
    ]
    if not rows:
        return ""
    columns, first = [list(table.heads).index(one.column) for one in own], HEAD_ROW + 1
    cells = xl_range(first + min(rows), min(columns), first + max(rows), max(columns))
    return f"internal:{sheet_ref(book.names[key(table.form)])}!{cells}"
