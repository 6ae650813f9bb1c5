"""Finds the table of a form and its columns, and has its rows read."""

from collections.abc import Iterator

from pipeline.catalogue.forms import PROVINCE, Form
from pipeline.ingest.column_report import report_columns, report_missing
from pipeline.ingest.conversion import convert_units, table_units
from pipeline.ingest.digits_apart import refuse_digits_apart
from pipeline.ingest.group_headers import set_aside_other_groups, tell_last_year_twice
from pipeline.ingest.headers import Columns, Matcher, Meaning, find_header, repeated_header, second_header
from pipeline.ingest.left_out import note_left_out
from pipeline.ingest.merged import refuse_merged
from pipeline.ingest.misplaced import misplaced_groups
from pipeline.ingest.noting import note_numbers
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import column_letters
from pipeline.ingest.percent import scale_percents
from pipeline.ingest.period_rows import set_aside_longer_periods
from pipeline.ingest.reader import Sheet
from pipeline.ingest.remarks import set_aside_other_figures
from pipeline.ingest.row_headings import report_assumed, set_aside_named_headings
from pipeline.ingest.row_periods import report_row_periods
from pipeline.ingest.row_report import report_rows
from pipeline.ingest.rows import KeyReader
from pipeline.ingest.side_names import refuse_other_rows
from pipeline.ingest.sink import Sink
from pipeline.ingest.subtotals import set_aside_subtotals
from pipeline.ingest.table_rows import read_rows
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.labels import Label
from pipeline.text import fold_variants, tidy


def read_table(sink: Sink) -> None:
    """Read all rows of the form's table into the sink."""
    form, vocabulary = sink.layout, sink.vocabulary
    matcher = Matcher.of(sink.form, vocabulary)
    columns = find_header(sink.sheet, matcher)
    if columns is None:
        _tell_why_no_header(sink, matcher)
        return
    if _tells_against(sink, columns, matcher):
        return
    set_aside_other_groups(sink, columns, matcher)
    set_aside_other_figures(sink, columns)
    readers = {key.key: KeyReader(key, vocabulary, _groups(form, vocabulary)) for key in form.rows}
    key_columns = _key_columns(sink, form, columns, readers)
    if len(key_columns) < len(form.rows):
        report_columns(sink, columns, set(key_columns.values()))
        return
    filled = {
        (row, column): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sink.sheet.merges
        if last_row > columns.bottom
        for row in range(first_row, min(last_row, len(sink.sheet.rows) - 1) + 1)
        for column in range(first_column, min(last_column, sink.sheet.width - 1) + 1)
    }
    note_numbers(sink, columns.measures, _below_and_above(sink.sheet, columns))
    table = Table(sink, form, vocabulary, columns, readers, key_columns, filled)
    read_rows(table)
    set_aside_named_headings(table)
    report_assumed(table)
    beside = refuse_other_rows(table)
    report_columns(sink, columns, {*key_columns.values(), *beside})
    refuse_digits_apart(sink, {*columns.texts, *columns.meanings.values(), *key_columns.values(), *beside})
    refuse_merged(sink)
    convert_units(sink, table_units(sink, columns, table.unit_rows))
    scale_percents(sink)
    set_aside_subtotals(table)
    set_aside_longer_periods(table)
    note_left_out(sink)
    report_row_periods(sink, key_columns.values())
    report_rows(table)


def _tells_against(sink: Sink, columns: Columns, matcher: Matcher) -> bool:
    """Whether the header cannot be trusted, which is told: it stands twice, or its groups are misplaced or old."""
    second = second_header(sink.sheet, matcher, columns) if columns.meanings else None
    if second is not None:
        _tell_beside(sink, second)
        return True
    if tell_last_year_twice(sink, columns):
        return True
    misplaced = misplaced_groups(sink.sheet, columns)
    if misplaced is not None:
        said = tidy(sink.sheet.text(*misplaced.cell))
        sink.find("group_headers_misplaced", "error", misplaced.cell, said, first=column_letters(misplaced.first))
    return misplaced is not None


def _tell_why_no_header(sink: Sink, matcher: Matcher) -> None:
    """Say that there is no header, or that all of it stands twice: a table that goes on beside itself."""
    second = repeated_header(sink.sheet, matcher)
    if second is None:
        sink.find("missing_header", "error")
    else:
        _tell_beside(sink, second)


def _tell_beside(sink: Sink, second: tuple[int, int]) -> None:
    sink.find("table_beside_itself", "error", second, columns=column_letters(second[1]))


def _below_and_above(sheet: Sheet, columns: Columns) -> Iterator[int]:
    """Every row of the sheet but those of the header that was found."""
    return (row for row in range(len(sheet.rows)) if not columns.top <= row <= columns.bottom)


def _groups(form: Form, vocabulary: Vocabulary) -> dict[str, str]:
    return {
        variant: group_id
        for group_id, group in form.groups.items()
        for name in (*(group.label.all if group.label else ()), *group.also, group_id)
        for variant in fold_variants(vocabulary.fill(name))
    }


def _key_columns(sink: Sink, form: Form, columns: Columns, readers: dict[str, KeyReader]) -> dict[str, int]:
    """The column of each key: by its header, else by what stands in it."""
    found: dict[str, int] = {}
    for key in form.rows:
        column = columns.column("key", key.key)
        doubled = columns.ambiguous.get(Meaning("key", key.key), [])
        if column is None:
            column = _over_several_columns(columns, key.key)
        if column is None:
            column = _column_by_content(sink.sheet, columns, readers[key.key], set(found.values()))
            if column is not None and key.header is not None and column not in doubled:
                cell = (columns.bottom, column)
                sink.find("key_column_guessed", "info", cell, key=key.header.label, column=column_letters(column))
        if column is None and columns.column("code", key.key) is not None:
            column = columns.column("code", key.key)
        if column is None:
            label = key.header.label if key.header else Label({"*": key.key})
            report_missing(sink, columns, Meaning("key", key.key), label, set(found.values()))
        else:
            found[key.key] = column
    return found


def _over_several_columns(columns: Columns, key: str) -> int | None:
    """The first of the columns beside each other that a key's header is merged over: names are split over them."""
    doubtful = sorted(columns.ambiguous.get(Meaning("key", key), ()))
    if not doubtful or doubtful[-1] - doubtful[0] != len(doubtful) - 1:
        return None
    del columns.ambiguous[Meaning("key", key)]
    return doubtful[0]


def _column_by_content(sheet: Sheet, columns: Columns, reader: KeyReader, taken: set[int]) -> int | None:
    """The column that names most members; for an open key the first text column left of the measures.

    Where the key's header stands over several, the nearest one before the measures: another table stands left of it.
    """
    measured = set(columns.meanings.values()) | taken
    free = [column for column in range(sheet.width) if column not in measured]
    below = range(columns.bottom + 1, len(sheet.rows))
    first = min(columns.measures.values(), default=0)
    if reader.key.listed is None and reader.key.key != PROVINCE:
        hits = {c: sum(1 for r in below if len(sheet.text(r, c).strip()) > 1) for c in free if c < first}
    else:
        hits = {c: sum(reader.names(sheet.text(r, c)) for r in below if sheet.text(r, c).strip()) for c in free}
    if not any(hits.values()):
        return None
    best = max(hits, key=lambda c: hits[c])
    doubled = columns.ambiguous.get(Meaning("key", reader.key.key), ())
    return max((c for c in doubled if c < first and 2 * hits.get(c, 0) >= hits[best]), default=best)
