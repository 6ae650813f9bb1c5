"""Below a form's table, the whole cluster row by row: one line for each member that the form lists."""

import math
from collections.abc import Sequence

from pipeline.catalogue.forms import PERIOD, Member
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import (
    COUNTS_HEAD,
    GROUP_HEAD,
    LABEL_HEAD,
    PROVINCE_HEAD,
    Column,
    FormTable,
    part_head,
)
from pipeline.report.sheets.formulas import criterion, sheet_ref
from pipeline.states import NOT_APPLICABLE

_GAP = 2  # rows between the table, which Excel makes longer when one types below it, and what is here


def write(book: Book, page: Page, table: FormTable, looks: dict[Column, str]) -> None:
    """Write the lines under the table's own columns, whose headings stay in sight and are printed on each page."""
    model = book.results.catalogue.forms[table.form]
    summed = [c for c in looks if model.columns[c[0]].sums]
    listed = _listed(book, table)
    if not summed or not listed:
        return
    at = HEAD_ROW + 1 + len(table.rows) + _GAP
    page.text(at, 0, book.say("workbook.forms.by_row"), "section")
    heads = list(table.heads)
    place = f"internal:{sheet_ref(page.sheet.get_name())}!A{at + 1}"
    label = heads.index(LABEL_HEAD)
    page.sheet.write_url(HEAD_ROW - 2, label, place, book.formats("link"), book.say("workbook.forms.by_row_link"))
    for line, member in enumerate(listed, at + 1):
        held = {PROVINCE_HEAD: book.province(""), part_head(0): member.id}
        held |= {LABEL_HEAD: member.name.text(book.results.lang), GROUP_HEAD: _group(book, table, member)}
        for number, head in enumerate(heads):
            if head == COUNTS_HEAD:
                page.number(line, number, int(not member.part_of), "cell", "center")
            elif head in summed and isinstance(head, tuple):
                _sum(book, page, (line, number), _Line(book, table, member, head), looks[head])
            else:
                page.text(line, number, held.get(head, "") if isinstance(head, str) else "", "cell")


def names(book: Book, table: FormTable) -> dict[str | Column, list[str]]:
    """The texts of the lines, by column."""
    listed = _listed(book, table)
    labels, groups = [m.name.text(book.results.lang) for m in listed], [_group(book, table, m) for m in listed]
    return {part_head(0): [m.id for m in listed], LABEL_HEAD: labels, GROUP_HEAD: groups}


def _listed(book: Book, table: FormTable) -> Sequence[Member]:
    """The members that have a line each; none where rows are no members of one list."""
    model = book.results.catalogue.forms[table.form]
    own = len(model.row_keys) == 1 and PERIOD not in model.key_names and table.rows and len(book.provinces) > 1
    return (model.row_keys[0].listed or ()) if own else ()


def _group(book: Book, table: FormTable, member: Member) -> str:
    group = book.results.catalogue.forms[table.form].groups.get(member.group)
    return group.label.text(book.results.lang) if group and group.label else member.group


class _Line:
    """A column's numbers of one member, in all provinces of the cluster."""

    def __init__(self, book: Book, table: FormTable, member: Member, column: Column) -> None:
        self._table, self._member, self._column = table, member, column
        self._names = list(book.provinces.values())
        rows = [row for p in book.provinces for row in table.by_province.get(p, ()) if row.parts == (member.id,)]
        cells = [(row.province, cell) for row in rows if (cell := row.cells.get(column))]
        self.value = math.fsum(cell.value for _, cell in cells if cell.value is not None)
        lacking = {p for p, cell in cells if cell.value is None and cell.state != NOT_APPLICABLE}
        self.used = len({p for p, _ in cells} - lacking)

    def formula(self) -> str:
        """The sum over the table; an of-which row counts in no total, so there the cluster's provinces are named."""
        table = self._table
        sums = [table.ref(self._column), table.ref(part_head(0)), criterion(self._member.id)]
        if not self._member.part_of:
            return f"=SUMIFS({','.join([*sums, table.ref(COUNTS_HEAD), '1'])})"
        names = ",".join(criterion(name) for name in self._names)
        return f"=SUMPRODUCT(SUMIFS({','.join([*sums, table.ref(PROVINCE_HEAD), '{' + names + '}'])}))"


def _sum(book: Book, page: Page, at: tuple[int, int], line: _Line, look: str) -> None:
    """A sum; marked, with a note of how many provinces it covers, where some province lacks the number."""
    expected = len(book.provinces)
    if not line.used:
        page.text(*at, book.say("workbook.no_value"), "cell", "mark")
        return
    flag = ("flag",) if line.used < expected else ()
    page.formula(*at, line.formula(), line.value, "cell", look, *flag)
    if flag:
        said = book.say("workbook.forms.by_row_used", used=line.used, expected=expected)
        page.sheet.write_comment(*at, said, {"author": "", "font_size": 9})
