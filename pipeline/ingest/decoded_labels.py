"""Single labels in a legacy encoding among Unicode ones, too few to tell by their letters: by what they would name.

"Ma t\u00f3y" may be any text; where no form knows it as it stands, and it is a row's label exactly once it is read in
TCVN3, its author saw that label. A district is in no form: its name is certain where another cell of the workbook holds
what it would read as; else words that are Vietnamese in an old encoding alone are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.catalogue.forms import Column, Form, Found, Group, Key, Member
from pipeline.ingest.decoding import Decoded
from pipeline.ingest.encodings import LEGACY, encodings, may_be_legacy, weigh
from pipeline.ingest.parts import Cell
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import label_variants, tidy

_LONGEST = 200  # longer texts are no labels


def decode_labels(sheets: list[Sheet], vocabulary: Vocabulary) -> list[Sheet]:
    """The sheets with each text converted that names a header, row or total in a legacy encoding and none as it is."""
    found = {i: texts for i, sheet in enumerate(sheets) if (texts := dict(_suspects(sheet)))}
    if not found:
        return sheets
    labels = frozenset(v for text in _labels(vocabulary) for v in label_variants(text, vocabulary.of_which))
    beside = frozenset(tidy(text) for sheet in sheets for text in _certain(sheet))
    known = _Known(labels, beside, vocabulary)
    return [_decode(sheet, found.get(i, {}), known) for i, sheet in enumerate(sheets)]


@dataclass(frozen=True)
class _Known:
    """What texts may name: the forms' labels, and the texts of the workbook that are Unicode beyond doubt."""

    labels: frozenset[str]
    beside: frozenset[str]
    vocabulary: Vocabulary

    def is_label(self, text: str) -> bool:
        return not self.labels.isdisjoint(label_variants(text, self.vocabulary.of_which))

    def names(self, read: str, typed: str, encoding: str) -> bool:
        """Whether a text names something once it is read in an encoding."""
        return self.is_label(read) or (tidy(read) in self.beside and weigh(typed, encoding).verdict == LEGACY)


def _suspects(sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    for cell, text in _texts(sheet):
        if len(text) < _LONGEST and may_be_legacy(text):
            yield cell, text


def _certain(sheet: Sheet) -> Iterator[str]:
    """The texts of a sheet with letters that are Vietnamese in Unicode alone."""
    return (text for _, text in _texts(sheet) if not text.isascii() and not may_be_legacy(text))


def _texts(sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                yield (row, column), value


def _decode(sheet: Sheet, texts: dict[Cell, str], known: _Known) -> Sheet:
    decoded = sheet.decoded or Decoded(list(sheet.rows), sheet.name)
    for cell, text in texts.items():
        if known.is_label(text):
            continue
        reads = ((name, encoding.decode(text)) for name, encoding in encodings().items())
        name, read = next((pair for pair in reads if pair[1] != text and known.names(pair[1], text, pair[0])), ("", ""))
        if name:
            decoded.put(cell, read)
            decoded.encodings.extend([] if encodings()[name].name in decoded.encodings else [encodings()[name].name])
            decoded.unclear[:] = [other for other in decoded.unclear if other != cell]
        elif known.beside and cell not in decoded.unclear and _is_legacy(text):
            decoded.unclear.append(cell)
    changed = decoded.typed or decoded.unclear
    return replace(sheet, rows=decoded.rows, decoded=decoded) if changed else sheet


def _is_legacy(text: str) -> bool:
    return any(weigh(text, name).verdict == LEGACY for name in encodings())


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
