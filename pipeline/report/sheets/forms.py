"""One sheet per form: all provinces' figures as one Excel table, with the sums of what counts above it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.sheets import by_row
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import (
    COUNTS_HEAD,
    GROUP_HEAD,
    LABEL_HEAD,
    PERIOD_HEAD,
    PROVINCE_HEAD,
    WITHIN_HEAD,
    Cell,
    Column,
    FormTable,
    Row,
    part_head,
)
from pipeline.report.sheets.room import fitting, fitting_width
from pipeline.report.sheets.sources import Sources, recast

_TEXT_WIDTHS = {PROVINCE_HEAD: 12, PERIOD_HEAD: 9, COUNTS_HEAD: 7, WITHIN_HEAD: 7}
_LABEL_WIDTH, _GROUP_WIDTH = 33, 24
_CODE_WIDTH, _NUMBER_WIDTH = 17, 10.5
_MOST_LABEL, _MOST_CODE = 48, 28
_TOTAL_ROW = HEAD_ROW - 1
_NOTE = 2000  # characters of a note that can still be read beside its cell


@dataclass(frozen=True)
class _Sheet:
    """A form's sheet while it is written: ``looks`` are the number styles of its columns."""

    book: Book
    page: Page
    table: FormTable
    looks: dict[Column, str]
    sources: Sources


def key(form: str) -> str:
    """The key of a form's sheet."""
    return f"form:{form}"


def write(book: Book, form: str, sources: Sources) -> None:
    """Write a form's sheet; each figure leads to its line on the sheet of sources."""
    table, model = book.tables[form], book.results.catalogue.forms[form]
    heads = list(table.heads)
    listed = by_row.names(book, table)
    page = book.page(key(form), [_width(head, table, listed.get(head, ())) for head in heads])
    units = list(dict.fromkeys(book.say.unit(column.unit) for column in model.measures.values() if column.unit))
    told = [book.say("workbook.forms.gathered")] if table.gathered else []
    unit = [*([book.say("workbook.unit", units=units)] if units else []), book.say("workbook.forms.click"), *told]
    page.opening(f"{book.form(form)}. {model.title.text(book.results.lang)}", "  ".join(unit), table.files())
    looks = {head: _look(table, head, book) for head in heads if isinstance(head, tuple)}
    sheet = _Sheet(book, page, table, looks, sources)
    _totals(sheet)
    page.table(table.name, list(table.heads.values()), len(table.rows))
    for at, row in page.lines(table.rows):
        _row(sheet, at, row)
    by_row.write(book, page, table, looks)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, _first_number(heads)))


def _width(head: str | Column, table: FormTable, listed: Sequence[str]) -> float:
    """A column's width: of labels and codes as wide as the longest, those ``listed`` below too, up to a bound."""
    if isinstance(head, tuple):
        return _NUMBER_WIDTH
    if head == LABEL_HEAD:
        return fitting_width([*(row.label for row in table.rows), *listed], _LABEL_WIDTH, _MOST_LABEL)
    if head == GROUP_HEAD:
        return fitting_width([*(row.group for row in table.rows), *listed], _GROUP_WIDTH, _MOST_LABEL)
    if head in _TEXT_WIDTHS:
        return _TEXT_WIDTHS[head]
    parts = (part for row in table.rows for at, part in enumerate(row.parts) if part_head(at) == head)
    return fitting_width([*parts, *listed], _CODE_WIDTH, _MOST_CODE)


def _first_number(heads: list[str | Column]) -> int:
    """How many columns stay in sight: up to the row's label, or the province where rows have none."""
    return heads.index(LABEL_HEAD) + 1 if LABEL_HEAD in heads else 1


def _look(table: FormTable, column: Column, book: Book) -> str:
    """The style of a column's numbers: whole ones without decimals."""
    kind = book.results.catalogue.forms[table.form].columns[column[0]].kind
    if kind == "percent":
        return "percent"
    values = (cell.value for row in table.rows if (cell := row.cells.get(column)) is not None)
    return "amount" if any(value is not None and value % 1 for value in values) else "count"


def _totals(sheet: _Sheet) -> None:
    """Above the headings, the sum of each column that adds up, over the rows that count."""
    table, page = sheet.table, sheet.page
    model = sheet.book.results.catalogue.forms[table.form]
    said = False
    for number, column in enumerate(table.heads):
        if not isinstance(column, tuple) or not model.columns[column[0]].sums:
            continue
        values = [c.value for row in table.rows if row.counts and (c := row.cells.get(column)) and c.value is not None]
        formula = f"=SUMIFS({table.ref(column)},{table.ref(COUNTS_HEAD)},1)"
        page.formula(_TOTAL_ROW, number, formula, math.fsum(values), "cluster", sheet.looks[column])
        said = True
    if said:
        page.text(_TOTAL_ROW, 0, sheet.book.say("workbook.forms.total"), "bold")


def _row(sheet: _Sheet, at: int, row: Row) -> None:
    page, province = sheet.page, sheet.book.provinces.get(row.province)
    style = () if province else ("apart",)
    held = {PERIOD_HEAD: row.period, LABEL_HEAD: row.label, GROUP_HEAD: row.group}
    held[PROVINCE_HEAD] = province or sheet.book.say("workbook.outside", name=sheet.book.province(row.province))
    held |= {part_head(index): part for index, part in enumerate(row.parts)}
    for number, head in enumerate(sheet.table.heads):
        if isinstance(head, tuple):
            _cell(sheet, at, number, row.cells.get(head), sheet.looks[head])
        elif head in {COUNTS_HEAD, WITHIN_HEAD}:
            page.number(at, number, row.counts if head == COUNTS_HEAD else row.within, "cell", "center", *style)
        else:
            page.text(at, number, held[head], "cell", *style)


def _cell(sheet: _Sheet, at: int, column: int, cell: Cell | None, look: str) -> None:
    """A number, or the mark of why there is none; with a note where a finding is about it."""
    if cell is None:
        sheet.page.text(at, column, "", "cell")
        return
    changed = recast(sheet.book, cell.place)
    said = [*sheet.sources.remarks.get(cell.place, []), *([changed] if changed else [])]
    flag = ("flag",) if said else ()
    to = sheet.sources.link(sheet.book, cell.place)
    if cell.value is not None:
        sheet.page.link(at, column, to, cell.value, "cell", look, *flag)
    else:
        mark = sheet.book.say(f"workbook.mark.{cell.state}")
        sheet.page.link(at, column, to, mark, "cell", "mark", *flag)
    if said:
        text = fitting("\n".join(dict.fromkeys(said)), sheet.book.say("workbook.cut"))[:_NOTE]
        sheet.page.sheet.write_comment(
            at, column, text, {"x_scale": 2.4, "y_scale": 1.0 + len(text) // 120, "author": "", "font_size": 9}
        )
