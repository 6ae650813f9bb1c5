"""Reads a form laid out as a list: one measure a row, one period a column."""

from pipeline.catalogue.forms import Form, Found
from pipeline.ingest.cells import read_cell
from pipeline.ingest.headers import header_paths
from pipeline.ingest.parts import address
from pipeline.ingest.percent import scale_percents
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import is_column_numbers
from pipeline.ingest.sink import Row, Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import MEMBER
from pipeline.text import fold, fold_variants, label_variants, tidy

_HEADER_ROWS = 4


def read_list(sink: Sink) -> None:
    """Read every measure of the list into the sink."""
    form, vocabulary = sink.layout, sink.vocabulary
    labels = _labels(form, vocabulary)
    column = _label_column(sink.sheet, labels, vocabulary)
    if column is None:
        sink.find("missing_header", "error")
        return
    rows = _measure_rows(sink, labels, column, vocabulary)
    first = min(row for _, row in rows)
    columns = _period_columns(sink, column, first)
    if False not in columns:
        sink.find("missing_column", "error", (max(first - 1, 0), column), column=str(vocabulary.period.year), found=[])
        return
    _read(sink, rows, columns, column)
    for cell in sink.cells:
        cell.line = 0  # the measures of a list are one row of numbers, wherever they stand
    _report_rows(sink, rows, columns, column)
    scale_percents(sink)


def _labels(form: Form, vocabulary: Vocabulary) -> dict[str, str]:
    """Folded row label -> measure."""
    labels: dict[str, str] = {}
    for name, column in form.columns.items():
        for path in (*(column.header.paths if column.header else ((name,),)), *column.also):
            for variant in label_variants(vocabulary.fill(" ".join(path)), vocabulary.of_which):
                labels.setdefault(variant, name)
    return labels


def _named(text: str, labels: dict[str, str], vocabulary: Vocabulary) -> str:
    return next((labels[v] for v in label_variants(text, vocabulary.of_which) if v in labels), "")


def _label_column(sheet: Sheet, labels: dict[str, str], vocabulary: Vocabulary) -> int | None:
    """The column in which most measures are named."""
    hits: dict[int, set[str]] = {}
    for row in sheet.rows:
        for column, value in enumerate(row):
            if isinstance(value, str) and value.strip():
                name = _named(value, labels, vocabulary)
                if name:
                    hits.setdefault(column, set()).add(name)
    return max(hits, key=lambda c: len(hits[c])) if hits else None


def _measure_rows(sink: Sink, labels: dict[str, str], column: int, vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """(measure, row) in the sheet's order."""
    named = ((_named(sink.sheet.text(row, column), labels, vocabulary), row) for row in range(len(sink.sheet.rows)))
    return [(name, row) for name, row in named if name]


def _period_columns(sink: Sink, labels: int, first: int) -> dict[bool, int]:
    """Whether last year's -> column, from the header above the first measure."""
    sheet, form, vocabulary = sink.sheet, sink.layout, sink.vocabulary
    paths = _header(sheet, labels, first)
    found: dict[bool, int] = {}
    unknown: dict[int, str] = {}
    units = vocabulary.units | _patterns(form.unit_header, vocabulary)
    for column, path in enumerate(paths):
        if column == labels:
            continue
        meaning = _meaning(path, form, vocabulary)
        filled = any(sheet.text(row, column).strip() for row in range(first, len(sheet.rows)))
        if meaning is not None and meaning not in found and (not meaning or form.periods.previous is not None):
            found[meaning] = column
        elif filled and path and not any(v in units | vocabulary.ordinals for p in path for v in fold_variants(p)):
            unknown[column] = path[-1]
        elif filled and not path:
            unknown[column] = ""
    if False not in found:
        _sole_numbers(sink, found, unknown, first)
    for column, text in unknown.items():
        if text:
            sink.find("unknown_column", "warning", (first - 1, column), value=text)
    return found


def _header(sheet: Sheet, labels: int, first: int) -> list[list[str]]:
    """The header path of each column above the first measure; a title merged over the labels is no header."""
    bottom = first - 1
    while bottom >= 0 and is_column_numbers(sheet, bottom):
        bottom -= 1
    if bottom < 0:
        return [[] for _ in range(sheet.width)]
    paths = header_paths(sheet, max(bottom - _HEADER_ROWS + 1, 0), bottom)
    titles = set(paths[labels])
    return [path if column == labels else [p for p in path if p not in titles] for column, path in enumerate(paths)]


def _patterns(found: Found | None, vocabulary: Vocabulary) -> frozenset[str]:
    if found is None:
        return frozenset()
    paths = (*(found.header.paths if found.header else ()), *found.also)
    return vocabulary.folded(tuple(path[-1] for path in paths))


def _meaning(path: list[str], form: Form, vocabulary: Vocabulary) -> bool | None:
    """Whether a column is last year's (True) or this year's (False); None for neither."""
    own = {
        True: _patterns(form.periods.previous, vocabulary),
        False: _patterns(form.periods.current, vocabulary),
    }
    usual = {True: vocabulary.previous, False: vocabulary.current}
    for words in (own, usual):
        for part in reversed(path):
            for previous in (True, False):
                if any(variant in words[previous] for variant in fold_variants(part)):
                    return previous
    return None


def _sole_numbers(sink: Sink, found: dict[bool, int], unknown: dict[int, str], first: int) -> None:
    """Without a header that names the period, the only other column that holds numbers is this period's."""
    sheet = sink.sheet
    numbers = [
        c for c in unknown if any(isinstance(sheet.value(row, c), float) for row in range(first, len(sheet.rows)))
    ]
    if len(numbers) == 1:
        found[False] = numbers[0]
        unknown.pop(numbers[0])
        sink.find("value_column_guessed", "info", (first, numbers[0]), column=address(first, numbers[0]))


def _read(sink: Sink, rows: list[tuple[str, int]], columns: dict[bool, int], labels: int) -> None:
    for measure, row in rows:
        label = tidy(sink.sheet.text(row, labels))
        about = Row(MEMBER, "", label, sink.reported_in, sink.province)
        for previous, column in columns.items():
            if sink.layout.columns[measure].is_number:
                read_cell(sink, (row, column), (measure, previous), about)


def _report_rows(sink: Sink, rows: list[tuple[str, int]], columns: dict[bool, int], labels: int) -> None:
    """Measures that are not there, and rows with numbers that are no measure."""
    form, vocabulary = sink.layout, sink.vocabulary
    seen = {name for name, _ in rows}
    for name, column in form.columns.items():
        if name not in seen and column.must_be_there:
            found = [tidy(sink.sheet.text(row, labels)) for _, row in rows]
            sink.find("missing_column", "error", column=form.label_of(name), found=found)
    known = {row for _, row in rows}
    for row in range(min(known), len(sink.sheet.rows)):
        text = tidy(sink.sheet.text(row, labels))
        value = sink.sheet.value(row, columns[False])
        is_number = isinstance(value, float) or (isinstance(value, str) and value.strip()[:1].isdigit())
        if row in known or not is_number or vocabulary.is_note(str(value)) or is_column_numbers(sink.sheet, row):
            continue
        if not vocabulary.is_note(text) or not fold(text):
            sink.find("unknown_row", "error", (row, labels), value=text or str(value))
