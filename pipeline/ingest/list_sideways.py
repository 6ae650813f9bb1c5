"""Reads a list that is laid out sideways: its measures are columns, its periods rows or a second row of the header."""

from collections.abc import Callable, Sequence

from pipeline.ingest.advice import alias_line
from pipeline.ingest.approximate import closest
from pipeline.ingest.cells import read_cell
from pipeline.ingest.conversion import convert_units, table_units, tell_disagreement
from pipeline.ingest.header_paths import header_paths, merged_from
from pipeline.ingest.headers import Columns, Meaning
from pipeline.ingest.list_columns import period_of, unit_words
from pipeline.ingest.list_labels import Labels, report_lacking
from pipeline.ingest.merged import refuse_merged
from pipeline.ingest.noting import note_numbers, note_unknown
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import is_column_numbers, is_number
from pipeline.ingest.sink import CellRecord, Row, Sink
from pipeline.ingest.unit_texts import Stated, UnitTexts
from pipeline.model import MEMBER
from pipeline.text import fold, tidy


def labelled_row(sheet: Sheet, labels: Labels) -> tuple[int, int]:
    """The row that names most measures, and how many."""
    counts = [sum(isinstance(v, str) and labels.known(v) for v in row) for row in sheet.rows]
    most = max(counts, default=0)
    return counts.index(most) if counts else 0, most


def read_sideways(sink: Sink, labels: Labels, row: int) -> None:
    """Read one row of numbers, or one for each period."""
    form, sheet = sink.layout, sink.sheet
    units = _unit_rows(sink, labels)
    columns = _columns(sink, labels, row, units)
    measured = columns.measures.values()
    below = [r for r in range(columns.bottom + 1, len(sheet.rows)) if r not in units]
    rows = [r for r in below if not is_column_numbers(sheet, r) and any(is_number(sheet, r, c) for c in measured)]
    note_numbers(sink, columns.measures, [r for r in below if not is_column_numbers(sheet, r)])
    periods = {r: _is_previous(sink, columns, r) for r in rows}
    unclear = len(rows) != len(set(periods.values())) or (True in periods.values() and form.periods.previous is None)
    if unclear or not rows or columns.ambiguous:
        sink.find("list_sideways", "error", (row, 0), value=", ".join(str(r + 1) for r in rows) or "-")
        return
    for r, is_previous in periods.items():
        for (measure, previous), column in columns.measures.items():
            if form.columns[measure].is_number and not (previous and is_previous):
                about = Row(MEMBER, "", columns.texts[column], sink.reported_in, sink.province)
                read_cell(sink, (r, column), (measure, previous or is_previous), about)
    refuse_merged(sink)
    convert_units(sink, _units(sink, columns, units))
    seen = {measure for measure, previous in columns.measures if not previous}
    unknown = {(row, c): t for c, t in columns.unknown.items() if any(is_number(sheet, r, c) for r in rows)}
    report_lacking(sink, seen, list(columns.texts.values()), unknown)
    for cell, text in unknown.items():
        sink.find("unknown_column", "warning", cell, value=text)
        note_unknown(sink, cell[1], rows)


def _unit_rows(sink: Sink, labels: Labels) -> list[int]:
    """The rows that hold nothing but units, wherever they stand, or that begin with a word for them."""
    sheet, texts, words = sink.sheet, UnitTexts.of(sink.vocabulary), unit_words(sink.layout, sink.vocabulary)
    found = []
    for row, values in enumerate(sheet.rows):
        said = [text for value in values if isinstance(value, str) and (text := tidy(value))]
        rest = said[1:] if said and fold(said[0]) in words else said
        units = sum(bool(texts.parts(text.strip("()[] "))) for text in rest)
        is_other = any(labels.known(text) for text in rest) or any(isinstance(value, float) for value in values)
        if len(rest) > 1 and not is_other and (units == len(rest) or (units and rest != said)):
            found.append(row)
    return found


def _units(sink: Sink, columns: Columns, rows: Sequence[int]) -> Callable[[CellRecord], Stated | None]:
    """What the rows of units say of each number, else the header; of both years where a row speaks of one only."""
    texts, of_table = UnitTexts.of(sink.vocabulary), table_units(sink, columns, [])

    def stated_for(cell: CellRecord) -> Stated | None:
        own = (columns.measures.get((cell.measure, previous)) for previous in (cell.previous, not cell.previous))
        for column in (c for c in own if c is not None):
            for at in (merged_from(sink.sheet, (row, column)) for row in rows):
                text = tidy(sink.sheet.text(*at))
                said = texts.of_unit_cell(text.strip("()[] "), at, sink.layout.columns[cell.measure])
                if any(c.isalnum() for c in text) and (at[1] == column or texts.fits(said, cell.unit)):
                    header = of_table(cell)
                    # The line above the table, which is farther, is told where it is unused.
                    is_own = header is not None and header.cell[0] >= columns.top
                    tell_disagreement(sink, texts, cell, [said, header] if header and is_own else [said])
                    return said
        return of_table(cell)

    return stated_for


def _columns(sink: Sink, labels: Labels, row: int, units: Sequence[int]) -> Columns:
    """Which column holds which measure of which period; periods may stand in the rows above and below the measures'."""
    sheet, form, vocabulary = sink.sheet, sink.layout, sink.vocabulary
    below = next((r for r in range(row + 1, len(sheet.rows)) if r not in units), row + 1)
    beside = [text for c in range(sheet.width) if (text := sheet.text(below, c)).strip()]
    has_periods = bool(beside) and all(period_of([text], form, vocabulary) is not None for text in beside)
    columns = Columns(max(row - 1, 0), below if has_periods else row)
    paths = header_paths(sheet, columns.top, columns.bottom)
    guessed = _guess(sink, labels, row, {text for path in paths for text in path})
    for column, path in enumerate(paths):
        measure = next((name for t in reversed(path) if (name := labels.measure(t, []) or guessed.get(t, ""))), "")
        columns.paths[column] = path
        columns.texts[column] = " / ".join(" ".join(part.split()) for part in path)
        if not measure:
            columns.unknown |= {column: columns.texts[column]} if path else {}
            continue
        meaning = Meaning("measure", measure, bool(period_of(path, form, vocabulary)))
        if meaning in columns.meanings:
            columns.ambiguous[meaning] = [columns.meanings[meaning], column]
        elif not meaning.previous or form.periods.previous is not None:
            columns.meanings[meaning] = column
    return columns


def _guess(sink: Sink, labels: Labels, row: int, near: set[str]) -> dict[str, str]:
    """Labels of the row of measures that are clearly misspelt ones of measures that lack; each is told."""
    texts = {c: t for c in range(sink.sheet.width) if (t := sink.sheet.text(row, c)).strip() and t in near}
    wanted = set(sink.layout.columns) - {labels.measure(text, []) for text in texts.values()}
    unknown = {c: tidy(text) for c, text in texts.items() if not labels.known(text)}
    guesses = closest(unknown, labels.texts, wanted, sink.vocabulary.apart) if wanted else {}
    for column, guess in guesses.items():
        alias = alias_line(sink, f"columns / {guess.name}", [unknown[column]])
        sink.find("header_guessed", "warning", (row, column), value=unknown[column], known=guess.text, **alias)
    return {texts[column]: guess.name for column, guess in guesses.items()}


def _is_previous(sink: Sink, columns: Columns, row: int) -> bool:
    """Whether the texts of a row beside the measures speak of last year; this year where they speak of none."""
    measured = set(columns.measures.values())
    texts = [sink.sheet.text(row, c) for c in range(sink.sheet.width) if c not in measured]
    return bool(period_of(texts, sink.layout, sink.vocabulary))
