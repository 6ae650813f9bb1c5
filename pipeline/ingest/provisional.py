"""Finds words that say of figures that they are not final: in a title, a name, a note, a comment."""

import re
from collections.abc import Iterator

from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold, tidy

_LONGEST = 300  # of what is quoted


def provisional_said(file: str, sheet: Sheet, province: str, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A finding for each text of a sheet's cells and comments that says so."""
    place = Place(file, sheet.name)
    cells = (
        (address(row, column), sheet.text(row, column))
        for row, values in enumerate(sheet.rows)
        for column, value in enumerate(values)
        if isinstance(value, str)
    )
    told = set()
    for cell, text in (*cells, *sheet.scan.beside):
        if cell not in told and is_provisional(text, vocabulary):
            told.add(cell)
            shown = tidy(text)
            shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
            yield Finding("provisional_said", "warning", place.at(cell), province, value=shown)


def is_provisional(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text says that figures are not final, and not that they are none of those."""
    said, final = vocabulary.once("provisional", lambda: _patterns(vocabulary))
    rest, count = said.subn(" ", f" {fold(text)} ")
    return count > 0 and final.search(rest) is None


def _patterns(vocabulary: Vocabulary) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = vocabulary.catalogue.words
    said, final = (vocabulary.folded(texts) for texts in (words.provisional, words.final))
    return _any_of(said), _any_of(final)


def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    found = "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)")
