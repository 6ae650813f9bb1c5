"""Says which column of a list holds which period's numbers, and which the units."""

from collections.abc import Iterable, Sequence

from pipeline.catalogue.forms import Form, Found
from pipeline.ingest.headers import header_paths
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import is_column_numbers
from pipeline.ingest.sink import Sink
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import fold_variants

_HEADER_ROWS = 4
_MOST = 0.5  # of a list's rows: as many units make a column of units


def period_columns(sink: Sink, labels: int, first: int) -> dict[bool, int]:
    """Whether last year's -> column, from the header above the first measure."""
    sheet, form, vocabulary = sink.sheet, sink.layout, sink.vocabulary
    found: dict[bool, int] = {}
    unknown: dict[int, str] = {}
    units = unit_words(form, vocabulary)
    for column, path in enumerate(header(sheet, labels, first)):
        if column == labels:
            continue
        meaning = period_of(path, form, vocabulary)
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


def _patterns(found: Found | None, vocabulary: Vocabulary) -> frozenset[str]:
    if found is None:
        return frozenset()
    paths = (*(found.header.paths if found.header else ()), *found.also)
    return vocabulary.folded(tuple(path[-1] for path in paths))


def unit_words(form: Form, vocabulary: Vocabulary) -> frozenset[str]:
    """Folded headers of a list's units."""
    return vocabulary.units | _patterns(form.unit_header, vocabulary)


def period_of(path: Sequence[str], form: Form, vocabulary: Vocabulary) -> bool | None:
    """Whether texts speak of last year (True) or of this year (False), the last first; None for neither."""
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
        not text or any(variant in words for variant in fold_variants(text)) or bool(UnitTexts(vocabulary).parts(text))
    )


def unit_column(sink: Sink, paths: Sequence[Sequence[str]], rows: Iterable[int], taken: set[int]) -> int | None:
    """The column that says each row's unit: by its header, else by what stands in it."""
    words = unit_words(sink.layout, sink.vocabulary)
    texts = UnitTexts(sink.vocabulary)
    rows = list(rows)
    free = [column for column in range(sink.sheet.width) if column not in taken]
    for column in free:
        path = paths[column] if column < len(paths) else []
        if any(variant in words for part in path for variant in fold_variants(part)):
            return column
    for column in free:
        said = [text for row in rows if (text := sink.sheet.text(row, column).strip())]
        if said and sum(bool(texts.parts(text)) for text in said) > _MOST * len(rows):
            return column
    return None
