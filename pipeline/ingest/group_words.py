"""What the words over a column say of it: the form's own, a time, a plan, a comparison, or something unknown."""

import re
from functools import cached_property

from pipeline.catalogue.forms import Form
from pipeline.ingest.approximate import unmarked
from pipeline.ingest.matching import Matcher, Meaning
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.labels import Header, HeaderPaths
from pipeline.text import fold, fold_variants

# The number of a law or a document: its year is none of figures.
_DOCUMENT = re.compile(r"\d+/(?:19|20)\d{2}/\S+")
_YEAR = re.compile(r"(?:19|20)\d{2}")


class GroupWords:
    """Judges the texts over the columns of a form."""

    def __init__(self, form: Form, vocabulary: Vocabulary, matcher: Matcher) -> None:
        self._form, self._vocabulary, self._matcher = form, vocabulary, matcher
        self._reader = PeriodReader(vocabulary)

    def is_count(self, meaning: Meaning) -> bool:
        """Whether a measure is counted or measured; a rate is stated only to be compared."""
        return self._form.columns[meaning.name].kind in {"count", "amount"}

    def says_another(self, part: str) -> bool:
        """Whether a text names a plan or a comparison, and is no part of the form's own headers."""
        return not self._is_own(part, previous=True) and self._vocabulary.heads_another(part)

    def says_other_time(self, part: str, meaning: Meaning) -> bool:
        """Whether a text names a time that is not the column's: last year, another year, a part of the year."""
        if self._is_own(part, previous=meaning.previous):
            return False
        period = self._vocabulary.period
        text = _DOCUMENT.sub(" ", part)
        stated = self._reader.read(text, year=period.year)
        about = (period, period.year_before)
        is_about = any(one.is_about(other) for one in stated for other in about)
        if self.is_count(meaning) and any(one.is_part for one in stated) and not is_about:
            return True
        years = {int(year) for year in _YEAR.findall(fold(text))} | {one.year for one in stated if one.by_days}
        meant = {period.year, period.year - 1} if meaning.previous else {period.year}
        if not years:
            return not meaning.previous and self._names_last_year(text)
        return not years & meant and self._says_nothing_else(text)  # a law has a year too

    def _names_last_year(self, text: str) -> bool:
        """Whether a text is, or begins or ends with, the words for last year; a single word must be all there is."""
        said, words = _compared(text), self._vocabulary.previous
        words = frozenset(map(unmarked, words)) if text.isascii() else words
        return said in words or any(
            said.startswith(f"{word} ") or said.endswith(f" {word}") for word in words if " " in word
        )

    def is_unknown(self, part: str) -> bool:
        """Whether a text says something that neither the form's title nor its headers nor any period speak of."""
        known = self._is_own(part, previous=True) or self._matcher.is_trimming(part) or self._matcher.is_misspelt(part)
        return not known and not self._says_nothing_else(part)

    def _says_nothing_else(self, text: str) -> bool:
        neutral = self._unmarked_neutral if text.isascii() else self._neutral
        return all(word in neutral or word.isdigit() for word in _compared(text).split())

    def _is_own(self, part: str, *, previous: bool) -> bool:
        known = self._own | self._own_previous if previous else self._own
        return not known.isdisjoint(fold_variants(part))

    @cached_property
    def _own(self) -> frozenset[str]:
        headers = [(key.header, key.also) for key in self._form.rows]
        headers += [(column.header, column.also) for column in self._form.columns.values()]
        return frozenset(text for header, also in headers for text in self._texts(header, also))

    @cached_property
    def _own_previous(self) -> frozenset[str]:
        stated = [column.previous for column in self._form.columns.values() if column.previous is not None]
        return frozenset(text for found in stated for text in self._texts(found.header, found.also))

    def _texts(self, header: Header | None, also: HeaderPaths) -> frozenset[str]:
        """Every text of these headers, as it is compared."""
        paths = (*(header.paths if header else ()), *also)
        return frozenset(v for path in paths for part in path for v in fold_variants(self._vocabulary.fill(part)))

    @cached_property
    def _neutral(self) -> frozenset[str]:
        """The words that change nothing over a column: of the form's title and headers, of periods, of totals."""
        words, form = self._vocabulary.catalogue.words, self._form
        times = (words.period, words.month, words.quarter, words.half, words.first)
        plain = (words.last, words.until, words.unit, words.total_labels, words.values, words.of_which, words.general)
        named = (*form.title.all, *form.sheets, *(text for texts in (*times, *plain) for text in texts))
        texts = {fold(self._vocabulary.fill(text)) for text in named} | self._own | self._own_previous
        texts |= self._vocabulary.current | self._vocabulary.previous
        return frozenset(word for text in texts for word in text.split())

    @cached_property
    def _unmarked_neutral(self) -> frozenset[str]:
        return frozenset(map(unmarked, self._neutral))


def _compared(text: str) -> str:
    """A text without brackets and marks of footnotes; one without a mark on any letter may have been typed so."""
    bare = next(reversed(fold_variants(text)), "")
    return unmarked(bare) if text.isascii() else bare
