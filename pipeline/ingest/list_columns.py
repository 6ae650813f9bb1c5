"""Says which column of a list holds which period's numbers, and which the units."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline.catalogue.forms import Form, Found
from pipeline.ingest.headers import header_paths
from pipeline.ingest.noting import note_unknown
from pipeline.ingest.parts import address, column_letters
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import is_column_numbers, is_number
from pipeline.ingest.sink import Sink
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import fold, fold_variants, tidy

_HEADER_ROWS = 4
_MOST = 0.5  # of a list's rows: as many units make a column of units


def period_columns(sink: Sink, labels: int, first: int) -> dict[bool, int]:
    """Whether last year's -> column, from the header above the first measure; of several, the one that says no more."""
    sheet, form, vocabulary = sink.sheet, sink.layout, sink.vocabulary
    claims: dict[bool, list[int]] = {}
    unknown: dict[int, str] = {}
    units, texts = unit_words(form, vocabulary), UnitTexts.of(vocabulary)
    paths = header(sheet, labels, first)
    for column, path in enumerate(paths):
        if column == labels:
            continue
        meaning = period_of(path, form, vocabulary)
        filled = [text for row in range(first, len(sheet.rows)) if (text := sheet.text(row, column).strip())]
        if filled and all(texts.parts(text) for text in filled):
            continue
        if meaning is not None and (not meaning or form.periods.previous is not None):
            claims.setdefault(meaning, []).append(column)
        elif filled and path and not any(v in units | vocabulary.ordinals for p in path for v in fold_variants(p)):
            unknown[column] = path[-1]
        elif filled and not path:
            unknown[column] = ""
    found = _settle(sink, claims, unknown, paths, first)
    if not claims.get(False):
        _sole_numbers(sink, found, unknown, first)
    for column, text in unknown.items():
        if text:
            sink.find("unknown_column", "warning", (first - 1, column), value=text)
            note_unknown(sink, column, range(first, len(sheet.rows)))
    _tell_unnamed(sink, [c for c, text in unknown.items() if found and not text and c > labels], first)
    return found


def _tell_unnamed(sink: Sink, columns: Sequence[int], first: int) -> None:
    """Numbers without a header beside the figures may be theirs: the digits of one number, cell by cell."""
    for column in columns:
        row = next((row for row in range(first, len(sink.sheet.rows)) if is_number(sink.sheet, row, column)), None)
        if row is not None:
            said = sink.sheet.text(row, column)
            params = {"columns": [column_letters(column)], "above": ""}
            sink.find("unnamed_column", "warning", (row, column), value=said, **params)
            note_unknown(sink, column, range(first, len(sink.sheet.rows)))


def _settle(
    sink: Sink, claims: dict[bool, list[int]], unknown: dict[int, str], paths: Sequence[Sequence[str]], first: int
) -> dict[bool, int]:
    """Of the columns of one period the only one that says nothing else; a plan or a difference is none of them."""
    sheet, every = sink.sheet, [column for columns in claims.values() for column in columns]
    heads = [paths[c] for c in (*every, *unknown) if paths[c]]
    # What stands over all columns is a title.
    shared = set.intersection(*map(set, heads)) if len(heads) > 1 else {part for path in heads for part in path[:-1]}
    rest = {c: [p for p in paths[c] if p not in shared and _says_more(p, sink)] for c in every}
    found: dict[bool, int] = {}
    for previous, columns in claims.items():
        filled = [c for c in columns if any(is_number(sheet, row, c) for row in range(first, len(sheet.rows)))]
        own = [c for c in filled or columns if not any(_is_other_figure(part, sink.vocabulary) for part in rest[c])]
        plain = [c for c in own if not rest[c]]
        best = plain if len(plain) == 1 else own
        unknown.update({c: paths[c][-1] for c in filled if c not in best})
        if len(best) == 1:
            found[previous] = best[0]
        elif best:
            year = str(sink.vocabulary.period.year - previous)
            where = [address(first - 1, c) for c in best]
            sink.find("ambiguous_column", "error", (first - 1, best[0]), column=year, cells=where)
    return found


def _says_more(text: str, sink: Sink) -> bool:
    """Whether a header's text says more than a period, a unit, or that numbers stand below it."""
    is_period = period_of([text], sink.layout, sink.vocabulary) is not None
    return not is_period and not _says_nothing(text, sink.vocabulary)


def _is_other_figure(text: str, vocabulary: Vocabulary) -> bool:
    words = f" {fold(text)} "
    return "%" in text or any(
        f" {word} " in words for word in vocabulary.folded(vocabulary.catalogue.words.other_figures)
    )


def header(sheet: Sheet, labels: int, first: int) -> list[list[str]]:
    """The header path of each column above the first measure; a title merged over the labels is no header."""
    bottom = first - 1
    while bottom >= 0 and is_column_numbers(sheet, bottom):
        bottom -= 1
    if bottom < 0:
        return [[] for _ in range(sheet.width)]
    paths = header_paths(sheet, max(bottom - _HEADER_ROWS + 1, 0), bottom)
    titles = set(paths[labels])
    return [path if column == labels else [p for p in path if p not in titles] for column, path in enumerate(paths)]


def other_header(
    sink: Sink, paths: Sequence[Sequence[str]], columns: Mapping[bool, int], labels: int, measured: Collection[int]
) -> int:
    """The first row below that heads the periods' columns with anything else, which is told; else the sheet's end.

    Years are a header only beside a text that heads the labels, or as many of them alone: figures may be the same.
    """
    sheet, heads = sink.sheet, {fold(text) for text in paths[labels]}
    for row in (row for row in range(min(measured), len(sheet.rows)) if row not in measured):
        label = tidy(sheet.text(row, labels))
        said = {previous: text for previous, c in columns.items() if (text := tidy(sheet.text(row, c)))}
        meant = {previous: period_of([text], sink.layout, sink.vocabulary) for previous, text in said.items()}
        years = any(text.isdigit() for text in said.values())
        alone = not label and len(said) > 1 and None not in meant.values()
        other = any(period is not None and period != previous for previous, period in meant.items())
        other = other and (fold(label) in heads or alone or not years)
        words = {p: t for p, t in said.items() if meant[p] is None and sum(map(str.isalpha, t)) > 1}
        words = {p: t for p, t in words.items() if fold(t) not in map(fold, paths[columns[p]])}
        if other or (fold(label) in heads and any(not _says_nothing(t, sink.vocabulary) for t in words.values())):
            value = " | ".join(filter(None, (label, *said.values())))
            sink.find("header_of_another_table", "error", (row, labels), value=value)
            return row
    return len(sheet.rows)


def _patterns(found: Found | None, vocabulary: Vocabulary) -> frozenset[str]:
    if found is None:
        return frozenset()
    paths = (*(found.header.paths if found.header else ()), *found.also)
    return vocabulary.folded(tuple(path[-1] for path in paths))


def unit_words(form: Form, vocabulary: Vocabulary) -> frozenset[str]:
    """Folded headers of a list's units."""
    return vocabulary.units | _patterns(form.unit_header, vocabulary)


def period_of(path: Sequence[str], form: Form, vocabulary: Vocabulary) -> bool | None:
    """Whether texts speak of last year (True) or of this year (False), the last first; None for neither.

    A word such as "actual" says this year only where no other text says last year.
    """
    own = {
        True: _patterns(form.periods.previous, vocabulary),
        False: _patterns(form.periods.current, vocabulary),
    }
    usual = {True: vocabulary.previous, False: vocabulary.current}
    for words in (own, usual):
        for part in reversed(path):
            for previous in (True, False):
                if any(variant in words[previous] for variant in fold_variants(part)):
                    is_dated = previous or str(vocabulary.period.year) in part
                    return previous or (not is_dated and _any_of(path, own[True] | usual[True]))
    return None


def _any_of(texts: Iterable[str], words: frozenset[str]) -> bool:
    return any(variant in words for text in texts for variant in fold_variants(text))


def _sole_numbers(sink: Sink, found: dict[bool, int], unknown: dict[int, str], first: int) -> None:
    """Without a header that names the period, the only other column that holds numbers is this period's.

    Not one whose header says anything else: it may be a plan, a difference or another year.
    """
    sheet = sink.sheet
    rows = range(first, len(sheet.rows))
    free = [column for column, text in unknown.items() if _says_nothing(text, sink.vocabulary)]
    numbers = [c for c in free if any(isinstance(sheet.value(row, c), float) for row in rows)]
    numbers = numbers or [c for c in free if any(sheet.text(row, c).strip()[:1].isdigit() for row in rows)]
    if len(numbers) == 1:
        found[False] = numbers[0]
        unknown.pop(numbers[0])
        sink.find("value_column_guessed", "info", (first, numbers[0]), column=address(first, numbers[0]))


def _says_nothing(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a header says no more than that numbers stand below it."""
    words = vocabulary.folded(vocabulary.catalogue.words.values)
    return (
        not text
        or any(variant in words for variant in fold_variants(text))
        or bool(UnitTexts.of(vocabulary).parts(text))
    )


def unit_columns(sink: Sink, paths: Sequence[Sequence[str]], rows: Iterable[int], taken: set[int]) -> list[int]:
    """The columns that say each row's unit: by their header, or by what stands in them."""
    words = unit_words(sink.layout, sink.vocabulary)
    texts, rows = UnitTexts.of(sink.vocabulary), list(rows)
    free = [column for column in range(sink.sheet.width) if column not in taken]
    named = [c for c in free if c < len(paths) and _any_of(paths[c], words)]
    units = {c: sum(bool(texts.parts(sink.sheet.text(row, c))) for row in rows) for c in free}
    # A column headed "unit" may name who reports; one that holds units does not.
    named = [c for c in named if units[c]] or named[:1]
    return sorted({*named, *(c for c in free if units[c] > _MOST * len(rows))})


def unit_column_of(units: Sequence[int], column: int, first: int) -> int:
    """Which of several columns of units speaks of a column: that beside it, on the side where the ``first`` has its."""
    if units[0] < first:
        return max((c for c in units if c < column), default=units[0])
    return min((c for c in units if c > column), default=units[-1])
