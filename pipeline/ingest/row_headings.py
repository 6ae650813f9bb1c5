"""Tells lines of text that head rows of an open key from rows whose numbers lack."""

from pipeline.ingest.lines import Line, opening
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import address
from pipeline.ingest.rows import Named
from pipeline.ingest.sink import CellRecord
from pipeline.model import MEMBER
from pipeline.text import fold, tidy

_SENTENCE = 80  # a text as long is no row's name


def set_aside_named_headings(table: Table) -> None:
    """Take out rows without anything in them where another row of the same name has numbers: they head a section."""
    members = [cell for cell in table.sink.cells if cell.role == MEMBER]
    filled = {_subject(cell): cell.line for cell in members if table.has_numbers(cell.line)}
    lines = {cell.line: cell for cell in members if not table.has_numbers(cell.line)}
    headings = {line: filled[_subject(cell)] for line, cell in lines.items() if _subject(cell) in filled}
    table.sink.cells[:] = [cell for cell in table.sink.cells if cell.line not in headings]
    for line, other in headings.items():
        cell = table.key_cell(line)
        table.sink.find("heading_set_aside", "info", cell, value=lines[line].label, other=address(other, cell[1]))


def _subject(cell: CellRecord) -> tuple[str, ...]:
    return cell.row, cell.province, cell.block, cell.period if not cell.previous else ""


def is_heading(table: Table, row: int, named: dict[str, Named], *, after_total: bool) -> bool:
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
