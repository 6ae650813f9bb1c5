"""Whether a row's label may name the member that its code names: a code alone is soon typed beside another row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.catalogue.forms import Member
from pipeline.ingest.approximate import is_syllable, likeliest, unmarked
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import strip_opening

_ALIKE = 80  # per cent in which words, or whole labels, are one another's spelling
_LONGEST_ABBREVIATION = 6
_SHORT = 3  # letters of a word that is not taken for a misspelling of another


@dataclass(frozen=True)
class CodeLabels:
    """The names of the members that have codes."""

    members: Sequence[Member]
    vocabulary: Vocabulary

    def may_name(self, label: str, member: Member) -> bool:
        """Whether a label is empty, an abbreviation, or has a word or most letters of the member's own names.

        What no other member's name holds tells a member: "road" does, "crime" does not.
        """
        bare = strip_opening(label, self.vocabulary.of_which)
        words = unmarked(bare).split()
        if not any(map(str.isalpha, bare)) or any(map(_is_abbreviation, bare.split())):
            return True
        guess = likeliest(bare, self._texts, self.vocabulary.apart)
        if guess is not None:
            return guess.name == member.id
        own = self._words(member)
        others = {word for other in self.members if other.id != member.id for word in self._words(other)}
        return any(_is_one_of(word, own - others) for word in words) or self._is_like(bare, member)

    def names_period(self, label: str) -> bool:
        """Whether a label is a quarter, a month, last year, a plan: rows of another kind than the form's."""
        bare = strip_opening(label) if any(map(str.isalpha, strip_opening(label))) else label
        reader, words = self._periods, self.vocabulary
        said = any(reader.names_part(text) or reader.opens(text) for text in (label, bare))
        return said or words.is_other_row(label) or unmarked(bare) in {unmarked(word) for word in words.current}

    @cached_property
    def _periods(self) -> PeriodReader:
        return PeriodReader(self.vocabulary)

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {text: member.id for member in self.members for text in self._names(member)}

    def _names(self, member: Member) -> list[str]:
        return [self.vocabulary.fill(name) for name in (*member.name.all, *member.also)]

    def _words(self, member: Member) -> set[str]:
        return {word for name in self._names(member) for word in unmarked(name).split()}

    def _is_like(self, label: str, member: Member) -> bool:
        from rapidfuzz import fuzz

        return any(fuzz.token_sort_ratio(unmarked(label), unmarked(name)) >= _ALIKE for name in self._names(member))


def _is_abbreviation(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word))
    return 1 < len(letters) <= _LONGEST_ABBREVIATION and letters.isupper() and not is_syllable(letters)


def _is_one_of(word: str, words: set[str]) -> bool:
    if word in words:
        return True
    from rapidfuzz import fuzz

    return len(word) > _SHORT and any(fuzz.ratio(word, known) >= _ALIKE for known in words)
