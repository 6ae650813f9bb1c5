"""Finds corrections of figures that are said in words, beside the table or in a comment: they change no figure.

What the title says of a version ("correction, 2nd time, 2024") is none, nor is a word without a figure.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from pipeline.ingest.reader import Sheet
from pipeline.ingest.spoken import any_of, quoted, said_in
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said
from pipeline.text import fold

_SIGNS = re.compile(r"[.;:,()\[\]\n\r\uff1a]|\s[-\u2013\u2014]\s|^\s*[-+*\u2022]")
_COLONS = frozenset(":\uff1a")
_DATED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}[/.-](?:19|20)\d\d\b|\b(?:19|20)\d\d[/.-]\d{1,2}\b")
_DOCUMENT = re.compile(r"(?<!\d)\d++\s*+/\s*+[^\W\d]\S*")  # 123/QD-BCA
_FIGURE = re.compile(r"\d")


class SaidCorrections:
    """Knows a text that corrects a figure when it sees one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        words = vocabulary.catalogue.words
        self._openings = tuple(f"{word} " for word in vocabulary.folded(words.corrections))
        right = any_of(vocabulary.folded(words.corrected))
        # A bare 0 stands in what a form asks for: "a blank means that it is not known, not 0".
        self._right = re.compile(rf"(?<!\w)(?:{right}) (?!0(?!\d| \d))\d")
        self._known: dict[str, bool] = {}

    @cached_property
    def _numbered(self) -> re.Pattern[str]:
        """Numbers of years, months, versions and forms: none of them is a figure."""
        words, period = self._vocabulary.catalogue.words, self._vocabulary.period
        counted = (*words.month, *words.quarter, *words.period, *words.revision, *words.amendment, *words.form_number)
        of_years = [w.partition("{")[0] for w in (*words.current, *words.previous) if "{" in w]
        count, year = (any_of(self._vocabulary.folded(tuple(texts))) for texts in (counted, of_years))
        after, years = any_of(self._vocabulary.folded(words.month)), f"{period.year}|{period.year - 1}"
        return re.compile(
            rf"(?<!\w)(?:(?:{count}) \d{{1,2}}|\d{{1,2}} (?:{after})|(?:{year}) (?:19|20)\d\d|{years})(?!\w)"
        )

    def found_in(self, file: str, sheet: Sheet, province: str) -> Iterator[Finding]:
        """A finding for each text of a sheet's cells, comments and boxes that corrects a figure."""
        for cell, text, where in said_in(sheet, self.corrects):
            params = {"where": Said(f"said_correction.{where}")}
            place = Place(file, sheet.name, cell)
            yield Finding("correction_said", "warning", place, province, value=quoted(text), params=params)

    def corrects(self, text: str) -> bool:
        """Whether a text corrects a figure."""
        if not (_FIGURE.search(text) or not _COLONS.isdisjoint(text)):
            return False
        if text not in self._known:
            self._known[text] = self._is_correction(text)
        return self._known[text]

    def _is_correction(self, text: str) -> bool:
        """Whether a part opens with a word for it before a figure or a colon, or the text says which one is right."""
        plain = _DOCUMENT.sub(" ", _DATED.sub(" ", text))
        if self._right.search(self._figures(plain)):
            return True
        start = 0
        for sign in [*_SIGNS.finditer(plain), None]:
            end = sign.start() if sign else len(plain)
            part = fold(plain[start:end])
            if f"{part} ".startswith(self._openings):
                colon = sign is not None and sign[0] in _COLONS and fold(self._figures(plain[end:])) != ""
                return colon or _FIGURE.search(self._figures(plain[start:])) is not None
            start = sign.end() if sign else end
        return False

    def _figures(self, text: str) -> str:
        return self._numbered.sub(" | ", fold(text))
