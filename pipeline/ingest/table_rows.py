"""Reads the rows of a table: members, totals, sub-totals; says where the table ends and what was set aside."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.catalogue.forms import PERIOD, PROVINCE, Form
from pipeline.ingest.cells import read_row
from pipeline.ingest.headers import Columns
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import KeyReader, Named, is_column_numbers, opens_of_which
from pipeline.ingest.sink import Row, Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import GROUP, MEMBER, TOTAL
from pipeline.numbers import parse_cell
from pipeline.states import NUMBER

_MAX_GAP = 1  # blank rows after which a line without numbers no longer belongs to the table


@dataclass
class Table:
    """A table being read."""

    sink: Sink
    form: Form
    vocabulary: Vocabulary
    columns: Columns
    readers: dict[str, KeyReader]
    key_columns: dict[str, int]
    filled: dict[tuple[int, int], tuple[int, int]]
    above: dict[str, tuple[str, str]] = field(default_factory=dict)
    repeats_left_out: bool = False
    ignored: list[str] = field(default_factory=list)
    seen_members: set[str] = field(default_factory=set)

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read."""
        return self.sink.sheet

    @property
    def number_columns(self) -> list[int]:
        """The columns of measures that hold numbers."""
        columns = self.sink.layout.columns
        return [column for (name, _), column in self.columns.measures.items() if columns[name].is_number]

    def has_numbers(self, row: int) -> bool:
        """Whether any measure's cell of the row holds more than a text without digits."""
        return any(self._is_filled(row, column) for column in self.columns.measures.values())

    def _is_filled(self, row: int, column: int) -> bool:
        value = self.sheet.value(row, column)
        if not isinstance(value, str):
            return True
        return bool(value.strip() or (row, column) in self.sheet.scan.errors)


def read_rows(table: Table) -> None:
    """Read every row below the header, to the end of the table."""
    sheet, columns = table.sheet, table.columns
    start = columns.bottom + 1
    while start < len(sheet.rows) and _numbers_columns(table, start):
        start += 1
    gap, within, ended, below_header = 0, False, None, False
    for row in range(start, len(sheet.rows)):
        named = _names(table, row)
        if ended is not None:
            if table.has_numbers(row) and any(n.kind in {"member", "open"} for n in named.values()):
                _after_end(table, row, named)
            continue
        if not table.has_numbers(row) and not any(n.text for n in named.values()):
            gap += 1
            continue
        if _ends(table, row, named, gap):
            ended = row
            continue
        gap = 0
        below_header = _is_header_again(table, row) or (below_header and _numbers_columns(table, row))
        if not below_header:
            within = _read_one(table, row, named, within)


def _after_end(table: Table, row: int, named: dict[str, Named]) -> None:
    """A row with numbers below the table's notes is told, not read."""
    if _holds_number(table, row):
        text = " ".join(n.text for n in named.values())
        # A row that the form lists belongs to it; another label may be that of another table.
        severity = "error" if any(n.kind == "member" for n in named.values()) else "warning"
        table.sink.find("row_after_table", severity, (row, next(iter(table.key_columns.values()))), value=text)


def _names(table: Table, row: int) -> dict[str, Named]:
    """What each key's cell names; a cell merged over rows names all of them."""
    named = {}
    for key, column in table.key_columns.items():
        origin = table.filled.get((row, column), (row, column))
        code_column = table.columns.column("code", key)
        code_at = table.filled.get((row, code_column), (row, code_column)) if code_column is not None else None
        code = table.sheet.text(*code_at).strip() if code_at else ""
        named[key] = table.readers[key].read(table.sheet.text(*origin), code)
    return named


def _ends(table: Table, row: int, named: dict[str, Named], gap: int) -> bool:
    """Whether the table ends before this row: a note, a signature, or a line without numbers after a gap."""
    if any(n.kind in {"member", "total", "group"} for n in named.values()) or _holds_number(table, row):
        return False
    measured = [table.sheet.text(row, column) for column in table.number_columns]
    if any(table.vocabulary.is_signature(text) for text in measured if text.strip()):
        return True
    if table.has_numbers(row):
        return False
    texts = [n.text for n in named.values() if n.text]
    return any(table.vocabulary.is_note(text) for text in texts) or gap >= _MAX_GAP


def _holds_number(table: Table, row: int) -> bool:
    """Whether any cell of the row can be read as a number; a remark beside numbers ends no table."""
    marks = table.vocabulary.marks
    cells = (table.sheet.value(row, column) for column in table.number_columns)
    return any(parse_cell(value, "count", marks).state == NUMBER for value in cells)


def _is_header_again(table: Table, row: int) -> bool:
    """A header repeated on a new page: the measures' cells read what they read in the header."""
    cells = [(row, column) for column in table.columns.measures.values()]
    said = [table.sheet.text(*cell) for cell in cells]
    heads = {text for r in range(table.columns.top, table.columns.bottom + 1) for text in map(str, table.sheet.rows[r])}
    filled = [text for text in said if text.strip()]
    return bool(filled) and all(text in heads for text in filled)


def _numbers_columns(table: Table, row: int) -> bool:
    """Whether a row numbers the columns; bare numbers beside a member's code or a month are that row's figures."""
    if not is_column_numbers(table.sheet, row):
        return False
    plain = all(table.sheet.text(row, column).strip().isdigit() for column in table.columns.measures.values())
    return not (plain and all(n.kind == "member" for n in _names(table, row).values()))


def _read_one(table: Table, row: int, named: dict[str, Named], within: bool) -> bool:
    """Read one row; returns whether the rows after it belong to an "of which" that stands open."""
    label = " ".join(n.text for n in named.values() if n.text)
    opens = opens_of_which(label, table.vocabulary)
    if any(n.kind == "total" for n in named.values()):
        _read_total(table, row, _inherit(table, named, fill=table.repeats_left_out), label)
        return False
    if opens and not table.has_numbers(row):
        return True
    named = _inherit(table, named, fill=True)
    unknown = next((key for key, n in named.items() if not n.kind), None)
    is_open = any(n.kind == "open" for n in named.values())
    group = next((n.group for n in named.values() if n.kind == "group"), "")
    if is_open and (opens or (within and label.lstrip().startswith(("-", "+", "–")))):
        column = next(iter(table.key_columns.values()))
        table.sink.find("of_which_set_aside", "info", (row, column), value=label)
        return True
    if group:
        _keep(table, row, Row(GROUP, "", label, *_about(table, named), group=group))
    elif unknown is not None:
        _unknown_row(table, row, unknown, named)
    else:
        _read_member(table, row, named, label)
    return within and not is_open


def _keep(table: Table, row: int, about: Row) -> None:
    read_row(table.sink, row, table.columns.measures, about)


def _inherit(table: Table, named: dict[str, Named], *, fill: bool) -> dict[str, Named]:
    """A blank cell of an outer key repeats the one above it, as people leave repeats out of long tables.

    In a total's row it does so only where rows of the table have left repeats out: else the total is one of all.
    """
    for key in list(named)[:-1]:
        said = named[key]
        if said.text or said.code:
            if said.kind != "total":
                table.above[key] = (said.text, said.code)
        elif fill and key in table.above:
            table.repeats_left_out = True
            named = named | {key: table.readers[key].read(*table.above[key])}
    return named


def _about(table: Table, named: dict[str, Named]) -> tuple[str, str]:
    """The period and the province of a row: its own where it has such keys."""
    period = named[PERIOD].id if PERIOD in named else table.sink.reported_in
    province = named[PROVINCE].id if PROVINCE in named else table.sink.province
    return period or table.sink.reported_in, province


def _read_total(table: Table, row: int, named: dict[str, Named], label: str) -> None:
    """A total over the form's key, in its block; one over another key cannot be checked and is set aside."""
    over = named.get(table.form.totals_over)
    if over is not None and (over.kind == "total" or not over.text):
        block = _block(n for n in named.items() if n[1].kind != "total")
        _keep(table, row, Row(TOTAL, "", label, *_about(table, named), block=block))
        return
    column = next(iter(table.key_columns.values()))
    table.sink.find("total_set_aside", "info", (row, column), value=label)


def _block(named: Iterable[tuple[str, Named]]) -> str:
    """The keys that a row states, as one text: what a total's rows have in common with it."""
    return "\n".join(f"{key}={n.id}" for key, n in named if n.id)


def _read_member(table: Table, row: int, named: dict[str, Named], label: str) -> None:
    names = [named[key.key] for key in table.form.row_keys]
    table.seen_members.update(n.id for n in named.values())
    about = Row(
        MEMBER,
        "/".join(n.id for n in names),
        label,
        *_about(table, named),
        part_of=next((n.part_of for n in names if n.part_of), ""),
        group=next((n.group for n in names if n.group), ""),
        block=_block(named.items()),
    )
    _keep(table, row, about)


def _unknown_row(table: Table, row: int, key: str, named: dict[str, Named]) -> None:
    text = named[key].text or named[key].code
    if table.readers[key].key.unlisted == "ignore" and text:
        table.ignored.append(f"{address(row, table.key_columns[key])} {text}")
        return
    cell = (row, table.key_columns[key])
    if table.has_numbers(row):
        table.sink.find("unknown_row", "error", cell, value=text)
    elif text:
        table.sink.find("row_without_numbers", "info", cell, value=text)


def report_rows(table: Table) -> None:
    """Say which rows were set aside and which are missing."""
    if table.ignored:
        shown = [*table.ignored[:5], *(["..."] if len(table.ignored) > 5 else [])]
        table.sink.find("rows_ignored", "info", count=len(table.ignored), rows=shown)
    for key in table.form.row_keys:
        for member in key.listed or ():
            if member.id not in table.seen_members:
                table.sink.find("missing_row", "error", row=member.name)
    told = any(f.severity == "error" for f in table.sink.findings)
    if not told and not any(cell.role == MEMBER for cell in table.sink.cells):
        table.sink.find("empty_form", "error")
    if PROVINCE in table.form.key_names:
        catalogue, period = table.vocabulary.catalogue, table.vocabulary.period
        for province in catalogue.members_on(period):
            if province not in table.seen_members:
                table.sink.find("missing_row", "error", row=catalogue.province_label(province))
