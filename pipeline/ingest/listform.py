"""Reads a form laid out as a list: one measure a row, one period a column; or sideways, one measure a column."""

from collections.abc import Collection

from pipeline.ingest.advice import NO_ALIAS
from pipeline.ingest.cells import read_cell
from pipeline.ingest.conversion import LineUnits, convert_units, tell_disagreement
from pipeline.ingest.digits_apart import refuse_digits_apart
from pipeline.ingest.list_columns import header, other_header, period_columns, unit_column_of, unit_columns
from pipeline.ingest.list_labels import (
    Labels,
    Measured,
    first_row,
    guess_rows,
    label_column,
    measured_rows,
    report_lacking,
    value_row,
)
from pipeline.ingest.list_sideways import labelled_row, read_sideways
from pipeline.ingest.merged import refuse_merged
from pipeline.ingest.noting import note_column, place_rows
from pipeline.ingest.parts import address
from pipeline.ingest.percent import scale_percents
from pipeline.ingest.row_periods import report_row_periods
from pipeline.ingest.rows import is_column_numbers, is_number
from pipeline.ingest.sink import CellRecord, Row, Sink
from pipeline.ingest.unit_texts import Stated, UnitTexts
from pipeline.model import MEMBER
from pipeline.text import fold, tidy


def read_list(sink: Sink) -> None:
    """Read every measure of the list into the sink."""
    labels = Labels(sink.layout, sink.vocabulary)
    column = label_column(sink.sheet, labels)
    rows = measured_rows(sink.sheet, labels, [] if column is None else [column])
    across, most = labelled_row(sink.sheet, labels)
    if most > len({m.measure for m in rows}):
        read_sideways(sink, labels, across)
    elif column is None or not rows:
        sink.find("missing_header", "error")
        return
    else:
        _read_downwards(sink, labels, rows, column)
    for cell in sink.cells:
        cell.line = 0  # the measures of a list are one row of numbers, wherever they stand
    scale_percents(sink)


def _read_downwards(sink: Sink, labels: Labels, rows: list[Measured], column: int) -> None:
    first = first_row(sink, column, min(m.row for m in rows))
    columns = period_columns(sink, column, first)
    if False not in columns:
        if any(f.rule == "ambiguous_column" for f in sink.findings):
            return
        year = str(sink.vocabulary.period.year)
        said = [path[-1] for c, path in enumerate(header(sink.sheet, column, first)) if path and c != column]
        sink.find("missing_column", "error", (max(first - 1, 0), column), column=year, found=said, advice=NO_ALIAS)
        return
    for previous, period in columns.items():
        note_column(sink, previous, period, range(first, len(sink.sheet.rows)))
    paths = header(sink.sheet, column, first)
    beside = [c for c in (column + 1, column + 2, column - 1) if 0 <= c < min(columns.values())]
    beside = [c for c in beside if c < len(paths) and paths[c] in ([], paths[column])]
    rows = [m for m in measured_rows(sink.sheet, labels, [column, *beside]) if m.row >= first]
    end = other_header(sink, paths, columns, column, {m.row for m in rows})
    below = [m for m in rows if m.row > end]
    rows = [m for m in rows if m.row < end]

    def is_filled(row: int) -> bool:
        return row < end and any(is_number(sink.sheet, row, c) for c in columns.values())

    rows += guess_rows(sink, labels, column, is_filled, {m.row for m in rows}, first)
    named = [(m, value_row(sink.sheet, m, columns.values())) for m in rows]
    values = _without_headings(sink, named, columns.values())
    for measured, row in values:
        about = Row(MEMBER, "", tidy(sink.sheet.text(measured.row, measured.column)), sink.reported_in, sink.province)
        for previous, period in columns.items():
            if sink.layout.columns[measured.measure].is_number:
                read_cell(sink, (row, period), (measured.measure, previous), about)
    headed = {c for c, path in enumerate(paths) if path}
    refuse_digits_apart(sink, {column, *beside, *headed})
    refuse_merged(sink)
    report_row_periods(sink, {column, *beside})
    _convert(sink, values, columns, (first, column))
    _report_rows(sink, labels, [*rows, *below], {row for _, row in values}, (columns, column, range(first, end)))


def _without_headings(
    sink: Sink, rows: list[tuple[Measured, int]], columns: Collection[int]
) -> list[tuple[Measured, int]]:
    """The rows but those without anything in them where another row of the same measure has numbers: they head it."""
    filled = {m.measure: m.row for m, row in rows if any(sink.sheet.text(row, c).strip() for c in columns)}
    kept = []
    for measured, row in rows:
        if measured.measure not in filled or any(sink.sheet.text(row, c).strip() for c in columns):
            kept.append((measured, row))
            continue
        cell, text = (measured.row, measured.column), tidy(sink.sheet.text(measured.row, measured.column))
        other = address(filled[measured.measure], measured.column)
        sink.find("heading_set_aside", "info", cell, value=text, other=other)
    return kept


def _convert(sink: Sink, values: list[tuple[Measured, int]], columns: dict[bool, int], begins: tuple[int, int]) -> None:
    """Bring numbers to the form's units: the unit column says more than the label, that more than the header.

    ``begins``: the list's first row, the column of its labels.
    """
    first, labels = begins
    paths = header(sink.sheet, labels, first)
    texts, line = UnitTexts.of(sink.vocabulary), LineUnits(sink, first)
    rows = [m.row for m, _ in values]
    units = unit_columns(sink, paths, rows, {labels, *columns.values()})
    by_row = {row: measured for measured, row in values}
    beside = {
        c: _units_beside(sink, rows, unit_column_of(units, c, min(columns.values()))) for c in columns.values() if units
    }

    def stated_for(cell: CellRecord) -> Stated | None:
        measured, layout = by_row[cell.line], sink.layout.columns[cell.measure]
        found: list[Stated] = []
        if said := beside.get(columns[cell.previous], {}).get(measured.row):
            said = texts.of_unit_cell(said.text, said.cell, layout)
            if said.cell[0] == measured.row or texts.fits(said, layout.unit):  # a repeated unit is another row's own
                found.append(said)
        period = columns[cell.previous]
        above = [(text, _place(sink, text, first, period)) for text in reversed(paths[period])]
        label = (sink.sheet.text(measured.row, measured.column), (measured.row, measured.column))
        headers = (texts.of_header([label], layout), texts.of_header(above, layout, own=0))
        found.extend(stated for stated in headers if stated is not None)
        tell_disagreement(sink, texts, cell, found)
        return found[0] if found else line.of(layout)

    convert_units(sink, stated_for)


def _place(sink: Sink, text: str, first: int, column: int) -> tuple[int, int]:
    """Where a text of a column's header stands, above the list's ``first`` row."""
    rows = range(first - 1, -1, -1)
    return next(((r, column) for r in rows if sink.sheet.text(r, column) == text), (max(first - 1, 0), column))


def _units_beside(sink: Sink, rows: list[int], column: int) -> dict[int, Stated]:
    """What the unit column says of each row: merged cells and ditto marks repeat what stands above."""
    merged = {r: m[0] for m in sink.sheet.merges if m[1] <= column <= m[3] for r in rows if m[0] <= r <= m[2]}
    found: dict[int, Stated] = {}
    above: Stated | None = None
    for row in sorted(rows):
        origin = merged.get(row, row)
        text = tidy(sink.sheet.text(origin, column))
        if any(c.isalnum() for c in text):
            above = Stated(text, (origin, column))
        elif not text or not set(text) <= set("\"'\u201d\u2033"):
            continue
        if above is not None:
            found[row] = above
    return found


def _report_rows(
    sink: Sink, known_labels: Labels, rows: list[Measured], read: set[int], at: tuple[dict[bool, int], int, range]
) -> None:
    """Measures that are not there, and rows with numbers that are none.

    ``at``: the periods' columns, the labels', the list's rows.
    """
    columns, labels, within = at
    vocabulary = sink.vocabulary
    known, unknown = {m.row for m in rows} | read, dict[tuple[int, int], str]()
    above = [row for row in range(within.start) if known_labels.known(sink.sheet.text(row, labels))]
    header_rows = [row for row in range(within.start) if row not in above]
    headings: set[int] = set()
    heads = {fold(sink.sheet.text(row, c)) for row in header_rows for c in (labels, *columns.values())} - {""}
    for row in (*above, *within):
        filled = [c for c in columns.values() if is_number(sink.sheet, row, c)]
        said = [sink.sheet.text(row, c) for c in filled]
        if row in known or not filled:
            continue
        text = tidy(sink.sheet.text(row, labels))
        again = all(fold(one) in heads for one in (text, *said) if one or len(said) == 1)
        if again or is_column_numbers(sink.sheet, row):
            headings.add(row)
        elif any(vocabulary.is_note(one) for one in (text, *said)):
            sink.set_aside.add(row)
        elif not fold(text):
            sink.find("unlabelled_row", "error", (row, labels), value=said[0])
        else:
            sink.find("unknown_row", "error", (row, labels), value=text)
            unknown[row, labels] = text
    place_rows(sink, headings, 0, within.stop)
    report_lacking(sink, {m.measure for m in rows}, [tidy(sink.sheet.text(m.row, m.column)) for m in rows], unknown)
