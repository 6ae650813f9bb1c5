"""Reads the rows of a table: members, totals, sub-totals; says where the table ends and what was set aside."""

import re
from collections.abc import Iterable
from itertools import takewhile

from pipeline.ingest.cells import read_row
from pipeline.ingest.noting import place_rows
from pipeline.ingest.opened_table import UNNAMED, Table
from pipeline.ingest.page_breaks import Pages
from pipeline.ingest.parts import address
from pipeline.ingest.plain_rows import PlainRow, PlainRows
from pipeline.ingest.row_about import about_member, label_of, period_and_province
from pipeline.ingest.row_headings import is_heading, may_be_heading
from pipeline.ingest.row_keys import block_of
from pipeline.ingest.rows import Named, opens_of_which
from pipeline.ingest.said_corrections import SaidCorrections
from pipeline.ingest.sink import Row
from pipeline.model import GROUP, MEMBER, TOTAL
from pipeline.number_faults import error_fault
from pipeline.states import NIL, NUMBER
from pipeline.text import fold, holds_personal_data, tidy

_REMARK = re.compile(r"\(.*\)\s*", re.DOTALL)
_MAX_GAP = 1  # blank rows after which a line without numbers no longer belongs to the table


def read_rows(table: Table) -> None:
    """Read every row below the header, to the end of the table."""
    pages = Pages(table.sheet, table.columns, table.key_columns, table.vocabulary, lambda row: _is_member(table, row))
    table.unit_rows = pages.unit_rows
    _tell_numbered(table, pages)
    gap, within, after_total, said = 0, False, False, SaidCorrections(table.vocabulary)
    ended: int | None = None
    plain = PlainRows(table, pages)
    for row in range(pages.start, len(table.sheet.rows)):
        if row in pages.furniture:
            ended = None if _goes_on(table, (ended, row), pages, after_total=after_total) else ended
            continue
        if ended is None and not within and (known := plain.at(row)) is not None:
            _read_plain(table, row, known)
            gap, after_total = 0, False
            continue
        named = table.keys.names(row)
        if any(said.corrects(n.text) for n in named.values()) and not table.has_numbers(row):
            continue  # told as such
        if ended is not None:
            _after_end(table, row, named, range(ended, row), pages)
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


def _tell_numbered(table: Table, pages: Pages) -> None:
    for row in pages.numbered:
        typed = (tidy(table.sheet.text(row, column)) for column in range(table.sheet.width))
        table.sink.find("column_numbers_assumed", "warning", table.key_cell(row), value=" ".join(filter(None, typed)))


def _is_member(table: Table, row: int) -> bool:
    return all(named.kind == "member" for named in table.keys.names(row).values())


def _are_notes(table: Table, lines: Iterable[int]) -> bool:
    """Whether lines below a table are notes and signatures, and none may be the title of another table."""
    texts = ([text for text in map(str, table.sheet.rows[line]) if text.strip()] for line in lines)
    return all(not said or any(table.vocabulary.is_note(text) for text in said) for said in texts)


def _goes_on(table: Table, lines: tuple[int | None, int], pages: Pages, *, after_total: bool) -> bool:
    """Whether the table goes on below notes, under its own header again: with rows that it does not have yet.

    ``lines`` are that of the first note, if there is any, and that of the header. Rows of any name
    are its own only where no total closed it before the notes: else they are those of another table.
    """
    ended, row = lines
    if ended is None or row not in pages.headers or len(table.form.row_keys) > 1:
        return False
    if not _are_notes(table, (line for line in range(ended, row) if line not in pages.furniture)):
        return False
    rows = [r for r in range(row + 1, len(table.sheet.rows)) if r not in pages.furniture]
    read = [next(iter(table.keys.names(r).values())) for r in takewhile(table.has_numbers, rows)]
    members = [named for named in read if named.kind not in {"total", "group"}]
    known = {"member"} if after_total else {"member", "open"}
    return bool(members) and all(n.kind in known and n.id not in table.seen_members for n in members)


def _after_end(table: Table, row: int, named: dict[str, Named], between: range, pages: Pages) -> None:
    """A row with numbers below the table's notes is told, not read; ``between`` are the rows from the notes to it."""
    if not table.has_numbers(row) or not table.holds_number(row):
        return
    text = " ".join(n.text for n in named.values()).strip()
    if not text or any(n.kind in {"member", "open"} for n in named.values()):
        cells = (table.sheet.text(row, column) for column in table.number_columns)
        text = text or next(cell for cell in cells if cell.strip())
        # A row that the form lists belongs to it, and so does one with a number in every column; another label may be
        # that of another table. What belongs to it and is not used leaves the sums without it incomplete.
        heads = [above for above in between if table.has_numbers(above) and not table.holds_number(above)]
        notes = [line for line in between if line not in pages.furniture and not table.has_numbers(line)]
        own = pages.headers.issuperset(heads) and _are_notes(table, notes)
        headed = bool(heads) and (not own or all(n.id in table.seen_members for n in named.values()))
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


def _read_plain(table: Table, row: int, known: PlainRow) -> None:
    """Read a row that is a member by its names alone."""
    table.seen_members.update(known.ids)
    table.keys.above.update(known.above)
    table.above = MEMBER
    _keep(table, row, known.about)


def _read_one(table: Table, row: int, named: dict[str, Named], *, within: bool, after_total: bool) -> bool:
    """Read one row; returns whether the rows after it belong to an "of which" that stands open."""
    label = label_of(named)
    opens = any(opens_of_which(n.text, table.vocabulary) for n in named.values())
    is_part, table.opened = opens or table.opened, opens and not table.has_numbers(row) and not _explains(table, label)
    if any(n.kind == "total" for n in named.values()):
        table.opener = None
        _read_total(table, row, table.keys.inherit(named, fill=table.keys.repeats_left_out), label)
        return False
    if not table.has_numbers(row):
        if opens:
            table.opener = row
            return True
        if _heads(table, row, named, label, after_total=after_total):
            return within
    named = table.keys.inherit(named, fill=True)
    if any(n.kind == "total" for n in named.values()):
        _read_total(table, row, named, label_of(named))
        return False
    unknown = next((key for key, n in named.items() if not n.kind or _is_error(n)), None)
    is_open = any(n.kind == "open" for n in named.values())
    group = next((n.group for n in named.values() if n.kind == "group"), "")
    of_which = any(n.kind == "open" and opens_of_which(n.text, table.vocabulary) for n in named.values())
    if is_open and (rule := _set_aside(table, label, of_which=of_which, within=within)):
        is_detail = rule == "of_which_set_aside"
        table.opener = None if is_detail else table.opener
        table.sink.find(rule, "info" if is_detail else "warning", table.key_cell(row), value=label)
        return within or is_detail
    if is_open and table.opener is not None:
        table.under[row] = table.opener
    if group:
        table.above = GROUP
        _keep(table, row, _about_group(table, named, label, group))
    elif unknown is not None:
        _unknown_row(table, row, unknown, named)
    else:
        _tell_if_counted(table, row, named, label, is_part=is_part)
        table.above = table.above if opens else MEMBER
        _read_member(table, row, named, label)
    return within and not is_open


def _explains(table: Table, label: str) -> bool:
    """Whether a line in brackets speaks of the row above: more than "of which"."""
    return _REMARK.fullmatch(label) is not None and fold(label) not in table.vocabulary.of_which


def _is_error(named: Named) -> bool:
    """Whether an error stands where any text is a name: nobody knows whose row it is."""
    return named.kind == "open" and error_fault(named.text) is not None


def _tell_if_counted(table: Table, row: int, named: dict[str, Named], label: str, *, is_part: bool) -> None:
    """Doubt a row that is a part of the row above, as the sheet says, and counts beside it, as the form says.

    Where districts are the only key, what stands under "of which" is sorted out by the figures.
    """
    of_form = any(n.part_of for n in named.values())
    is_sorted = len(table.form.rows) == 1 and table.form.rows[0].members == "open"
    if is_part and table.above == MEMBER and not of_form and not is_sorted:
        table.sink.find("of_which_counted", "warning", table.key_cell(row), value=label)


def _heads(table: Table, row: int, named: dict[str, Named], label: str, *, after_total: bool) -> bool:
    """Whether a line without numbers heads others; it is told, or remembered where more must be known for that."""
    if is_heading(table, row, named, after_total=after_total):
        table.sink.find("row_without_numbers", "info", table.key_cell(row), value=label)
        return True
    if may_be_heading(table, row, named):
        table.assumed[row] = label
        return True
    return False


def _set_aside(table: Table, label: str, *, of_which: bool, within: bool) -> str:
    """Why an open row is none of the table's own; empty where it is one."""
    if of_which or (within and label.lstrip().startswith(("-", "+", "–"))):
        return "of_which_set_aside"
    return "other_row_set_aside" if table.vocabulary.is_other_row(label) else ""


def _keep(table: Table, row: int, about: Row) -> None:
    read_row(table.sink, row, table.columns.measures, about)


def _about_group(table: Table, named: dict[str, Named], label: str, group: str) -> Row:
    about = period_and_province(table, named)
    return Row(GROUP, "", label, *about, group=group, block=block_of(named.items()))


def _read_total(table: Table, row: int, named: dict[str, Named], label: str) -> None:
    """A total over the form's key, in its block; one over another key cannot be checked and is set aside."""
    table.above = TOTAL
    over = named.get(table.form.totals_over)
    if over is not None and (over.kind == "total" or not over.text):
        block = block_of(n for n in named.items() if n[1].kind != "total")
        _keep(table, row, Row(TOTAL, "", label, *period_and_province(table, named), block=block))
        return
    table.sink.find("total_set_aside", "info", table.key_cell(row), value=label)


def _read_member(table: Table, row: int, named: dict[str, Named], label: str) -> None:
    table.seen_members.update(n.id for n in named.values())
    for key, n in named.items():
        if n.differs is not None:
            cell = (row, table.key_columns[key])
            table.sink.find("code_label_differs", "warning", cell, value=n.text, code=n.code, other=n.differs)
    _keep(table, row, about_member(table, named, label))


def _unknown_row(table: Table, row: int, key: str, named: dict[str, Named]) -> None:
    """Tell of a row that is none of the form's; one without any name is told when all others are known."""
    said, cell = named[key], (row, table.key_columns[key])
    if said.conflict:
        table.seen_members.update(_conflicting(table, key, said))
        label, code = said.conflict
        table.sink.find("code_conflict", "error", cell, value=said.text, code=said.code, label=label, other=code)
    elif said.differs is not None:
        table.seen_members.add(table.readers[key].read("", said.code).id)
        table.sink.find("code_beside_period", "error", cell, value=said.text, code=said.code, other=said.differs)
    elif not said.text and not said.code:
        if table.holds_number(row, frozenset({NUMBER, NIL})):
            _keep(table, row, Row(UNNAMED, "", "", *period_and_province(table, named)))
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
