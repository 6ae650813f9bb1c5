"""Single labels in a legacy encoding among Unicode ones, too few to tell by their letters: by what they would name.

"Ma t\u00f3y" may be any text; where no form knows it as it stands, and it is a row's label exactly once it is read in
TCVN3, its author saw that label.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.catalogue.forms import Column, Form, Found, Group, Key, Member
from pipeline.ingest.decoding import Decoded
from pipeline.ingest.encodings import encodings, may_be_legacy
from pipeline.ingest.parts import Cell
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import label_variants

_LONGEST = 200  # longer texts are no labels


def decode_labels(sheets: list[Sheet], vocabulary: Vocabulary) -> list[Sheet]:
    """The sheets with each text converted that names a header, row or total in a legacy encoding and none as it is."""
    found = {i: texts for i, sheet in enumerate(sheets) if (texts := dict(_suspects(sheet)))}
    if not found:
        return sheets
    known = frozenset(v for text in _labels(vocabulary) for v in label_variants(text, vocabulary.of_which))
    return [_decode(sheet, found.get(i, {}), known, vocabulary) for i, sheet in enumerate(sheets)]


def _suspects(sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if isinstance(value, str) and len(value) < _LONGEST and may_be_legacy(value):
                yield (row, column), value


def _decode(sheet: Sheet, texts: dict[Cell, str], known: frozenset[str], vocabulary: Vocabulary) -> Sheet:
    decoded = sheet.decoded or Decoded(list(sheet.rows), sheet.name)
    for cell, text in texts.items():
        if not known.isdisjoint(label_variants(text, vocabulary.of_which)):
            continue
        for encoding in encodings().values():
            read = encoding.decode(text)
            if read != text and not known.isdisjoint(label_variants(read, vocabulary.of_which)):
                decoded.put(cell, read)
                decoded.encodings.extend([] if encoding.name in decoded.encodings else [encoding.name])
                decoded.unclear[:] = [other for other in decoded.unclear if other != cell]
                break
    return replace(sheet, rows=decoded.rows, decoded=decoded) if decoded.typed else sheet


def _labels(vocabulary: Vocabulary) -> Iterator[str]:
    """What the forms call their headers and rows, and what totals are called."""
    yield from vocabulary.catalogue.words.total_labels
    for form in vocabulary.catalogue.forms.values():
        yield from (vocabulary.fill(text) for text in _of_form(form))


def _of_form(form: Form) -> Iterator[str]:
    for column in form.columns.values():
        yield from _of_header(column)
        yield from _of_header(column.previous) if column.previous else ()
    for key in form.rows:
        yield from _of_header(key)
    named: tuple[Member | Group, ...] = (*form.members.values(), *form.groups.values())
    for one in named:
        yield from (*(one.label.all if one.label else ()), *one.also)


def _of_header(found: Found | Column | Key) -> Iterator[str]:
    for path in (*(found.header.paths if found.header else ()), *found.also):
        yield from path
