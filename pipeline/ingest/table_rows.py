"""Reads the rows of a table: members, totals, sub-totals; says where the table ends and what was set aside."""

from dataclasses import dataclass, field

from pipeline.catalogue.forms import PERIOD, PROVINCE, Form
from pipeline.ingest.cells import read_row
from pipeline.ingest.headers import Columns
from pipeline.ingest.lines import Line, opening
from pipeline.ingest.noting import place_rows
from pipeline.ingest.page_breaks import Pages
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.row_keys import RowKeys, block_of
from pipeline.ingest.rows import KeyReader, Named, opens_of_which
from pipeline.ingest.sink import Row, Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import GROUP, MEMBER, TOTAL
from pipeline.numbers import parse_cell
from pipeline.states import NIL, NUMBER
from pipeline.text import fold, holds_personal_data, tidy

_MAX_GAP = 1  # blank rows after which a line without numbers no longer belongs to the table
_SENTENCE = 80  # a text as long is no row's name
UNNAMED = "unnamed"  # the role of a row with numbers and no name, until it is told


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
    ignored: list[str] = field(default_factory=list)
    seen_members: set[str] = field(default_factory=set)
    unit_rows: list[int] = field(default_factory=list)
    opener: int | None = None  # the line that says only "of which", while rows without a dash may be its details
    under: dict[int, int] = field(default_factory=dict)  # such rows -> their line

    def __post_init__(self) -> None:
        """Know the keys of its rows."""
        self.keys = RowKeys(
            self.sheet, self.form, self.vocabulary, self.columns, self.readers, self.key_columns, self.filled
        )

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read."""
        return self.sink.sheet

    @property
    def number_columns(self) -> list[int]:
        """The columns of measures that hold numbers."""
        columns = self.sink.layout.columns
        return [column for (name, _), column in self.columns.measures.items() if columns[name].is_number]

    def key_cell(self, row: int) -> tuple[int, int]:
        """The cell that names a row."""
        return row, next(iter(self.key_columns.values()))

    def has_numbers(self, row: int) -> bool:
        """Whether any measure's cell of the row holds anything."""
        return any(self._is_filled(row, column) for column in self.columns.measures.values())

    def _is_filled(self, row: int, column: int) -> bool:
        value = self.sheet.value(row, column)
        if not isinstance(value, str):
            return True
        return bool(value.strip() or (row, column) in self.sheet.scan.errors)

    def is_whole(self, row: int) -> bool:
        """Whether every column of numbers, of two at least, holds one in this row."""
        marks = self.vocabulary.marks
        read = [parse_cell(self.sheet.value(row, column), "count", marks) for column in self.number_columns]
        return len(read) > 1 and all(parsed.state == NUMBER for parsed in read)

    def holds_number(self, row: int, states: frozenset[str] = frozenset({NUMBER})) -> bool:
        """Whether any cell of the row can be read as a number; a remark beside numbers ends no table."""
        marks = self.vocabulary.marks
        cells = (self.sheet.value(row, column) for column in self.number_columns)
        return any(parse_cell(value, "count", marks).state in states for value in cells)


def read_rows(table: Table) -> None:
    """Read every row below the header, to the end of the table."""
    pages = Pages(table.sheet, table.columns, table.key_columns, table.vocabulary, lambda row: _is_member(table, row))
    table.unit_rows = pages.unit_rows
    for row in pages.numbered:
        typed = (tidy(table.sheet.text(row, column)) for column in range(table.sheet.width))
        table.sink.find("column_numbers_assumed", "warning", table.key_cell(row), value=" ".join(filter(None, typed)))
    gap, within, after_total = 0, False, False
    ended: int | None = None
    for row in range(pages.start, len(table.sheet.rows)):
        if row in pages.furniture:
            continue
        named = table.keys.names(row)
        if ended is not None:
            _after_end(table, row, named, ended)
        elif not table.has_numbers(row) and not any(n.text for n in named.values()):
            gap += 1
        elif texts := pages.other_header(row):
            table.sink.find("header_of_another_table", "error", table.key_cell(row), value=" | ".join(texts))
            ended = row
        elif _ends(table, row, named, gap):
            ended = row
        elif table.has_numbers(row) or not table.keys.shares_its_name(row, table.has_numbers):
            gap = 0
            within = _read_one(table, row, named, within=within, after_total=after_total)
            after_total = any(n.kind == "total" for n in named.values()) or (after_total and not table.has_numbers(row))
    place_rows(table.sink, {*pages.furniture, *range(table.columns.top, pages.start)}, pages.start, ended)


def _is_member(table: Table, row: int) -> bool:
    return all(named.kind == "member" for named in table.keys.names(row).values())


def _after_end(table: Table, row: int, named: dict[str, Named], ended: int) -> None:
    """A row with numbers below the table's notes is told, not read."""
    if not table.has_numbers(row) or not table.holds_number(row):
        return
    text = " ".join(n.text for n in named.values()).strip()
    if not text or any(n.kind in {"member", "open"} for n in named.values()):
        cells = (table.sheet.text(row, column) for column in table.number_columns)
        text = text or next(cell for cell in cells if cell.strip())
        # A row that the form lists belongs to it, and so does one with a number in every column; another label may be
        # that of another table. What belongs to it and is not used leaves the sums without it incomplete.
        headed = any(table.has_numbers(above) and not table.holds_number(above) for above in range(ended, row))
        whole = not headed and all(n.kind == "open" for n in named.values()) and table.is_whole(row)
        severity = "error" if whole or any(n.kind == "member" for n in named.values()) else "warning"
        table.sink.find("row_after_table", severity, table.key_cell(row), value=text)
        if whole:
            before = len(table.sink.cells)
            _read_member(table, row, named, text)
            table.sink.refuse(table.sink.cells[before:])


def _ends(table: Table, row: int, named: dict[str, Named], gap: int) -> bool:
    """Whether the table ends before this row: a note, a signature, or a line without numbers after a gap."""
    if any(n.kind in {"member", "total", "group"} for n in named.values()) or table.holds_number(row):
        return False
    measured = [table.sheet.text(row, column) for column in table.number_columns]
    if any(table.vocabulary.is_signature(text) for text in measured if text.strip()):
        return True
    if table.has_numbers(row):
        return gap >= _MAX_GAP and not any(n.text or n.code for n in named.values())
    texts = [n.text for n in named.values() if n.text]
    return any(table.vocabulary.is_note(text) for text in texts) or gap >= _MAX_GAP


def _read_one(table: Table, row: int, named: dict[str, Named], *, within: bool, after_total: bool) -> bool:
    """Read one row; returns whether the rows after it belong to an "of which" that stands open."""
    label = " ".join(n.text for n in named.values() if n.text)
    opens = opens_of_which(label, table.vocabulary)
    if any(n.kind == "total" for n in named.values()):
        table.opener = None
        _read_total(table, row, table.keys.inherit(named, fill=table.keys.repeats_left_out), label)
        return False
    if not table.has_numbers(row):
        if opens:
            table.opener = row
            return True
        if _is_heading(table, row, named, after_total=after_total):
            table.sink.find("row_without_numbers", "info", table.key_cell(row), value=label)
            return within
    named = table.keys.inherit(named, fill=True)
    if any(n.kind == "total" for n in named.values()):
        _read_total(table, row, named, " ".join(n.text for n in named.values() if n.text))
        return False
    unknown = next((key for key, n in named.items() if not n.kind), None)
    is_open = any(n.kind == "open" for n in named.values())
    group = next((n.group for n in named.values() if n.kind == "group"), "")
    if is_open and (rule := _set_aside(table, label, of_which=opens, within=within)):
        is_detail = rule == "of_which_set_aside"
        table.opener = None if is_detail else table.opener
        table.sink.find(rule, "info" if is_detail else "warning", table.key_cell(row), value=label)
        return within or is_detail
    if is_open and table.opener is not None:
        table.under[row] = table.opener
    if group:
        _keep(table, row, Row(GROUP, "", label, *_about(table, named), group=group, block=block_of(named.items())))
    elif unknown is not None:
        _unknown_row(table, row, unknown, named)
    else:
        _read_member(table, row, named, label)
    return within and not is_open


def _set_aside(table: Table, label: str, *, of_which: bool, within: bool) -> str:
    """Why an open row is none of the table's own; empty where it is one."""
    if of_which or (within and label.lstrip().startswith(("-", "+", "–"))):
        return "of_which_set_aside"
    return "other_row_set_aside" if table.vocabulary.is_other_row(label) else ""


def _is_heading(table: Table, row: int, named: dict[str, Named], *, after_total: bool) -> bool:
    """Whether a line of text among open rows heads or explains others, and is no row whose numbers lack."""
    last = list(named.values())[-1]
    if last.kind != "open" or len(table.form.rows) > 1:
        return False
    merged = any(table.filled.get((row, c), (row, c)) in _label_cells(table, row) for c in table.number_columns)
    return (
        merged
        or after_total
        or len(last.text) > _SENTENCE
        or last.text.endswith(":")
        or _heads_numbered(table, row, last)
    )


def _heads_numbered(table: Table, row: int, last: Named) -> bool:
    """Whether a line is numbered as what stands over others, and the row below it, with figures, is not: I over 1."""
    below = row + 1
    if below >= len(table.sheet.rows) or not table.holds_number(below):
        return False
    own, other = _style(table, row, last), _style(table, below, list(table.keys.names(below).values())[-1])
    return other in {"I": {"1", "-", ""}, "a": {"1", "-"}}.get(own, set())


def _style(table: Table, row: int, named: Named) -> str:
    """How a row is numbered, in a column of its own or in its label."""
    texts = table.columns.texts.items()
    column = next((c for c, text in texts if fold(text) in table.vocabulary.ordinals), None)
    stated = "" if column is None else tidy(table.sheet.text(row, column)).rstrip(".)/ ")
    return Line((), stated or opening(named.text), {}, {}).style


def _label_cells(table: Table, row: int) -> set[tuple[int, int]]:
    columns = (column for spread in table.keys.spread.values() for column in spread)
    return {table.filled[row, column] for column in columns if (row, column) in table.filled}


def _keep(table: Table, row: int, about: Row) -> None:
    read_row(table.sink, row, table.columns.measures, about)


def _about(table: Table, named: dict[str, Named]) -> tuple[str, str]:
    """The period and the province of a row: its own where it has such keys."""
    period = named[PERIOD].id if PERIOD in named else table.sink.reported_in
    province = named[PROVINCE].id if PROVINCE in named else table.sink.province
    return period or table.sink.reported_in, province


def _read_total(table: Table, row: int, named: dict[str, Named], label: str) -> None:
    """A total over the form's key, in its block; one over another key cannot be checked and is set aside."""
    over = named.get(table.form.totals_over)
    if over is not None and (over.kind == "total" or not over.text):
        block = block_of(n for n in named.items() if n[1].kind != "total")
        _keep(table, row, Row(TOTAL, "", label, *_about(table, named), block=block))
        return
    table.sink.find("total_set_aside", "info", table.key_cell(row), value=label)


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
        block=block_of(named.items()),
    )
    _keep(table, row, about)


def _unknown_row(table: Table, row: int, key: str, named: dict[str, Named]) -> None:
    """Tell of a row that is none of the form's; one without any name is told when all others are known."""
    said, cell = named[key], (row, table.key_columns[key])
    if said.conflict:
        table.seen_members.update(_conflicting(table, key, said))
        label, code = said.conflict
        table.sink.find("code_conflict", "error", cell, value=said.text, code=said.code, label=label, other=code)
    elif not said.text and not said.code:
        if table.holds_number(row, frozenset({NUMBER, NIL})):
            _keep(table, row, Row(UNNAMED, "", "", *_about(table, named)))
        elif table.has_numbers(row):
            texts = (table.sheet.text(row, column).strip() for column in table.columns.measures.values())
            # Personal data are told as such: they are to be deleted, not moved.
            text = next((text for text in texts if text and not holds_personal_data(text)), "")
            if text:
                table.sink.find("text_without_row", "warning", cell, value=text)
    elif table.readers[key].key.unlisted == "ignore":
        table.sink.set_aside.add(row)
        table.ignored.append(f"{address(*cell)} {said.text or said.code}")
    elif table.has_numbers(row):
        table.sink.find("unknown_row", "error", cell, value=said.text or said.code)
    else:
        table.sink.find("row_without_numbers", "info", cell, value=said.text or said.code)


def _conflicting(table: Table, key: str, said: Named) -> set[str]:
    """The members between which a row's name and code leave a choice: neither is missing."""
    reader = table.readers[key]
    return {reader.read(said.text, "").id, reader.read("", said.code).id}
