"""Finds words that say of figures that they are not final: in a title, a name, a note, a comment."""

import re
from collections.abc import Iterator
from functools import partial

from pipeline.ingest.reader import Sheet
from pipeline.ingest.spoken import any_of, quoted, said_in
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold


def provisional_said(file: str, sheet: Sheet, province: str, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A finding for each text of a sheet's cells, comments and boxes that says so."""
    for cell, text, _ in said_in(sheet, partial(_is_provisional, vocabulary=vocabulary)):
        yield Finding("provisional_said", "warning", Place(file, sheet.name, cell), province, value=quoted(text))


def _is_provisional(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text says that figures are not final, and not that they are none of those."""
    said, final = vocabulary.once("provisional", lambda: _patterns(vocabulary))
    rest, count = said.subn(" ", f" {fold(text)} ")
    return count > 0 and final.search(rest) is None


def _patterns(vocabulary: Vocabulary) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = vocabulary.catalogue.words
    said, final = (vocabulary.folded(texts) for texts in (words.provisional, words.final))
    return re.compile(rf"(?<!\w)(?:{any_of(said)})(?!\w)"), re.compile(rf"(?<!\w)(?:{any_of(final)})(?!\w)")
