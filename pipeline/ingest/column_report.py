"""Says which columns of a table are missing, doubtful, guessed or unknown, and how the catalogue could learn them."""

from collections.abc import Iterator

from pipeline.ingest.advice import NO_ALIAS, advice, alias_line
from pipeline.ingest.approximate import unmarked
from pipeline.ingest.header_paths import merged_from
from pipeline.ingest.headers import Columns
from pipeline.ingest.matching import Meaning
from pipeline.ingest.noting import note_unknown
from pipeline.ingest.parts import address, column_letters
from pipeline.ingest.sink import Sink
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.labels import Label
from pipeline.model import Said
from pipeline.text import tidy

_FEW_NUMBERS = 2  # that more of them count on by chance is unlikely


def report_columns(sink: Sink, columns: Columns, keys: set[int]) -> None:
    """Find what is wrong with a table's columns, once its rows are read; ``keys`` are the columns of its keys."""
    for name in sink.layout.columns:
        for previous in (False, True) if sink.layout.has_previous(name) else (False,):
            meaning = Meaning("measure", name, previous)
            if meaning not in columns.meanings:
                _without_column(sink, columns, meaning, keys)
    for meaning in columns.guessed:
        _guessed(sink, columns, meaning)
    _tell_doubtful_numbering(sink, columns, keys)
    rows = _rows(sink, columns)
    for column in columns.unknown:
        if column not in keys and any(sink.sheet.text(row, column).strip() for row in rows):
            cell = _header_cell(sink, columns, column)
            at = cell if cell[1] == column else (columns.bottom, column)  # merged over several columns
            sink.find("unknown_column", "warning", at, value=_spoken(sink, columns.paths[column]))
            note_unknown(sink, column, rows)
    rows = range(min((cell.line for cell in sink.cells), default=rows.start), rows.stop)  # below numbers of columns
    for run in _runs(_unnamed(sink, columns, keys, rows)):
        first = next(row for row in rows if _is_number(sink, row, run[0]))
        shown = [column_letters(column) for column in run]
        params = {"columns": shown, "above": _above(sink, columns, run)}
        sink.find("unnamed_column", "warning", (first, run[0]), value=sink.sheet.text(first, run[0]), **params)
        for column in run:
            note_unknown(sink, column, rows)


def _tell_doubtful_numbering(sink: Sink, columns: Columns, keys: set[int]) -> None:
    """A row "A 1 2" below the header numbers the columns, but it could be the first row of a table as well.

    So could "1 2 3", of any length, where the rows' own names are numbers.
    """
    is_open = any(key.members == "open" for key in sink.layout.rows)
    lines = {cell.line for cell in sink.cells}
    first = min(lines, default=0)
    if not is_open or first <= columns.bottom + 1:
        return
    named = {tidy(sink.sheet.text(line, column)) for line in lines for column in keys}
    for row in range(columns.bottom + 1, first):
        texts = [text for c in range(sink.sheet.width) if (text := tidy(sink.sheet.text(row, c)))]
        numbers = [text for text in texts if text.isdigit()]
        names = [tidy(sink.sheet.text(row, column)) for column in keys]
        bare = all(text.isalnum() for text in texts) and all(name.isalpha() for name in names)
        few = bare and len(numbers) == _FEW_NUMBERS and len(texts) == len(numbers) + len(keys)
        numbered = len(numbers) == len(texts) > 1 and any(name.isdecimal() for name in named)
        if few or numbered:
            sink.find("column_numbers_assumed", "warning", (row, min(keys)), value=" ".join(texts))


def report_missing(sink: Sink, columns: Columns, meaning: Meaning, label: Label, keys: set[int]) -> None:
    """A column that must be there is not: what was found, and the line by which the catalogue would know it."""
    nearest = _nearest(sink, columns, label, keys)
    first = nearest if nearest is not None else min(columns.texts, default=0)
    cell, said = _header_cell(sink, columns, first), NO_ALIAS
    if nearest is not None:
        where = address(*cell)
        path = columns.paths[nearest]
        said = advice(_spoken(sink, path), where, _alias(sink, meaning, _own(sink, path)))
    found = [_spoken(sink, path) for path in columns.paths.values()]
    sink.find("missing_column", "error", cell, column=label, found=found, advice=said)


def _without_column(sink: Sink, columns: Columns, meaning: Meaning, keys: set[int]) -> None:
    label = sink.layout.label_of(meaning.name)
    doubtful = columns.ambiguous.get(meaning)
    if doubtful:
        cells = [_header_cell(sink, columns, column) for column in doubtful]
        if len(set(cells)) < len(cells):  # merged over several of them
            cells = [(columns.bottom, column) for column in doubtful]
        where = [address(*cell) for cell in cells]
        sink.find("ambiguous_column", "error", cells[0], column=label, cells=where)
    elif not meaning.previous and sink.layout.columns[meaning.name].must_be_there:
        report_missing(sink, columns, meaning, label, keys)


def _guessed(sink: Sink, columns: Columns, meaning: Meaning) -> None:
    """A column was read whose header only resembles a known one."""
    guess, cell = columns.guessed[meaning], _header_cell(sink, columns, columns.meanings[meaning])
    text = _spoken(sink, guess.path)
    params = {"known": guess.known, **_alias(sink, meaning, _own(sink, guess.path))}
    sink.find("header_guessed", "warning", cell, value=text, **params)


def _alias(sink: Sink, meaning: Meaning, path: list[str]) -> dict[str, object]:
    entry = f"rows / key: {meaning.name}" if meaning.kind in {"key", "code"} else f"columns / {meaning.name}"
    word = "code_header" if meaning.kind == "code" else "also"
    return alias_line(sink, entry, path, word=word, previous=meaning.previous)


def _own(sink: Sink, path: list[str]) -> list[str]:
    """A header's texts without the line of units that stands above the table."""
    return [part for part in path if not UnitTexts.of(sink.vocabulary).is_line(part)] or path


def _spoken(sink: Sink, path: list[str]) -> str:
    return " / ".join(" ".join(part.split()) for part in _own(sink, path))


def _nearest(sink: Sink, columns: Columns, label: Label, keys: set[int]) -> int | None:
    """Of the columns that mean nothing known, the one whose header is most like a label; a plan's is not."""
    from rapidfuzz import fuzz

    unknown = [column for column in columns.unknown if column not in keys]
    free = [c for c in unknown if not sink.vocabulary.speaks_of_another(columns.texts[c])]
    texts = [unmarked(text) for text in label.all]
    return max(free, key=lambda c: max(fuzz.ratio(unmarked(columns.texts[c]), t) for t in texts), default=None)


def _header_cell(sink: Sink, columns: Columns, column: int) -> tuple[int, int]:
    """The lowest cell of a header that says anything of a column."""
    for row in range(columns.bottom, columns.top - 1, -1):
        cell = merged_from(sink.sheet, (row, column))
        if sink.sheet.text(*cell).strip():
            return cell
    return columns.bottom, column


def _rows(sink: Sink, columns: Columns) -> range:
    """The rows of the table, as far as figures were read."""
    last = max((cell.line for cell in sink.cells), default=len(sink.sheet.rows) - 1)
    return range(columns.bottom + 1, last + 1)


def _unnamed(sink: Sink, columns: Columns, keys: set[int], rows: range) -> list[int]:
    """Columns without a header that hold figures; numbers of rows are none."""
    known = {*columns.texts, *columns.meanings.values(), *keys}
    return [
        column
        for column in range(sink.sheet.width)
        if column not in known
        and any(_is_number(sink, row, column) for row in rows)
        and not _counts_rows(sink, column, rows)
    ]


def _above(sink: Sink, columns: Columns, run: list[int]) -> Said | str:
    """The text that stands over such columns in the row above the headers, if it is no line of units."""
    for cell in ((columns.top - 1, column) for column in run if columns.top):
        text = tidy(sink.sheet.text(*cell))
        if text and not UnitTexts.of(sink.vocabulary).is_line(text):
            return Said("unnamed.above", {"text": text, "cell": address(*cell)})
    return ""


def _is_number(sink: Sink, row: int, column: int) -> bool:
    value = sink.sheet.value(row, column)
    return isinstance(value, float) or (isinstance(value, str) and value.strip()[:1].isdigit())


def _counts_rows(sink: Sink, column: int, rows: range) -> bool:
    """Whether all numbers of a column count up from 1, perhaps anew in each part of the table."""
    texts = [sink.sheet.text(row, column).strip().rstrip(".") for row in rows if _is_number(sink, row, column)]
    before = 0
    for text in texts:
        if not (text.isdecimal() and len(text) < 10) or int(text) not in {1, before + 1}:
            return False
        before = int(text)
    return True


def _runs(columns: list[int]) -> Iterator[list[int]]:
    """Columns side by side, together."""
    run: list[int] = []
    for column in columns:
        if run and column != run[-1] + 1:
            yield run
            run = []
        run.append(column)
    if run:
        yield run
