"""Notes every number that stands in a form's columns before any row is understood: what a reconciliation begins with.

It knows columns and nothing of rows, so that a row which the reader loses is missed.
"""

import math
from collections.abc import Iterable, Mapping

from pipeline.ingest.parts import address, cell_position, column_letters
from pipeline.ingest.seen import HEADING, OUTSIDE, TABLE, TOLD, UNKNOWN, SeenCell
from pipeline.ingest.sink import Sink
from pipeline.numbers import parse_cell
from pipeline.states import NUMBER
from pipeline.text import holds_personal_data

_TOO_LARGE = 1e18  # no statistic: the reader refuses it by a finding at its cell


def note_numbers(sink: Sink, measures: Mapping[tuple[str, bool], int], rows: Iterable[int]) -> None:
    """Note the numbers of the measures' columns in these rows of the sheet."""
    kinds = {name: column.kind for name, column in sink.layout.measures.items()}
    wanted = [(name, column, kinds[name[0]]) for name, column in measures.items() if name[0] in kinds]
    for row in rows:
        for (measure, previous), column, kind in wanted:
            _note(sink, (row, column), (measure, previous), kind)


def note_column(sink: Sink, previous: bool, column: int, rows: Iterable[int]) -> None:
    """Note the numbers of a list's column, whose measures are its rows'."""
    for row in rows:
        _note(sink, (row, column), ("", previous), "amount")


def note_unknown(sink: Sink, column: int, rows: Iterable[int]) -> None:
    """Note the numbers of a column that is none of the form's, by its letters.

    One with personal data is told by findings of its own: the sum of a single number would be that number.
    """
    cells = [(row, column) for row in rows]
    if any(holds_personal_data(sink.sheet.text(*cell)) for cell in cells):
        return
    name = (f"?{column_letters(column)}", False)
    for cell in cells:
        value, typed = _number(sink, cell, "amount")
        if not math.isnan(value):
            about = (sink.file, sink.province, sink.form, *name)
            sink.seen.append(SeenCell(*about, sink.sheet.name, address(*cell), cell[0], value, typed, UNKNOWN))


def _note(sink: Sink, cell: tuple[int, int], measured: tuple[str, bool], kind: str) -> None:
    value, typed = _number(sink, cell, kind)
    if not math.isnan(value):
        about = (sink.file, sink.province, sink.form, *measured)
        sink.seen.append(SeenCell(*about, sink.sheet.name, address(*cell), cell[0], value, typed, TABLE))


def _number(sink: Sink, cell: tuple[int, int], kind: str) -> tuple[float, bool]:
    value = sink.sheet.value(*cell)
    if isinstance(value, float):
        return (value if abs(value) < _TOO_LARGE else math.nan), False
    read = parse_cell(value, kind, sink.vocabulary.marks) if value else None
    return (read.value, True) if read is not None and read.state == NUMBER else (math.nan, False)


def place_rows(sink: Sink, headings: Iterable[int], first: int, end: int | None) -> None:
    """Say of the noted numbers which stand in headings, and which above the first row or from the table's end on."""
    known = set(headings)

    def place(row: int) -> str:
        if row in known:
            return HEADING
        return OUTSIDE if row < first or (end is not None and row >= end) else TABLE

    sink.seen[:] = [c if c.place in {UNKNOWN, where := place(c.line)} else c._replace(place=where) for c in sink.seen]


def mark_told(sink: Sink) -> None:
    """Say of the noted numbers in rows of which none was read which a finding is about: it says what became of them."""
    whole = not sink.cells and any(finding.severity == "error" for finding in sink.findings)
    cells = (cell_position(f.place.cell) for f in sink.findings if f.place.cell)
    told = {cell[0] for cell in cells if cell} | sink.set_aside
    sink.seen[:] = [c._replace(place=TOLD) if c.place == TABLE and (whole or c.line in told) else c for c in sink.seen]
