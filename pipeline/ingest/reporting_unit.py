"""Reads which province sends a workbook from its lines: those above the tables, else those around them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from pipeline.catalogue.models import Province
from pipeline.ingest.approximate import unmarked
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.title_texts import TitleText, title_texts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Place
from pipeline.text import fold

_MOST_UNIT_WORDS = 4  # a longer text after "reporting unit" says something else
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_Votes = list[tuple[Province, TitleText]]


def reporting_province(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> tuple[Province | None, Place]:
    """The province that most lines name, and where; none where two are named as often."""
    marked, bare = _Units(vocabulary, fold), _Units(vocabulary, unmarked)
    above = list(_without_recipients((t for sheet in sheets for t in title_texts(sheet)), vocabulary))
    votes = marked.votes(above) or bare.votes(above)
    # Where the lines above name a unit that nobody knows, another name below the table is no better.
    if not votes and not any(marked.names_any(line) for line in above):
        further = (t for sheet in sheets for t in title_texts(sheet, deep=True))
        below = list(_without_recipients(further, vocabulary))
        votes = marked.votes(below) or bare.votes(below) or marked.votes_of_date_lines([*above, *below])
    counts = Counter(province.id for province, _ in votes)
    most = max(counts.values(), default=0)
    if list(counts.values()).count(most) != 1:
        return None, Place(file)
    province, line = next((p, line) for p, line in votes if counts[p.id] == most)
    return province, Place(file, line.sheet, address(line.row, line.column))


class _Units:
    """The words for the unit that reports and the names of provinces, in one spelling."""

    def __init__(self, vocabulary: Vocabulary, spell: Callable[[str], str]) -> None:
        self._vocabulary, self._spell = vocabulary, spell
        self._words = self._longest_first(vocabulary.catalogue.words.reporting_unit)
        self._before = self._longest_first((*self._words, *vocabulary.before_province))

    def _longest_first(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({self._spell(text) for text in texts} - {""}, key=len, reverse=True))

    @cached_property
    def _names(self) -> dict[str, Province]:
        """Names of provinces; without marks only those that one province alone bears."""
        named: dict[str, dict[str, Province]] = {}
        for name, province in self._vocabulary.provinces.items():
            named.setdefault(self._spell(name), {})[province.id] = province
        return {name: next(iter(own.values())) for name, own in named.items() if len(own) == 1}

    def votes(self, lines: list[TitleText]) -> _Votes:
        """The provinces of lines about the reporting unit: after its words, or alone after such as "Police of"."""
        return [(province, line) for line in lines if (province := self._reporting(line)) is not None]

    def _reporting(self, line: TitleText) -> Province | None:
        text = self._spell(line.text)
        word = next((w for w in self._words if text == w or text.startswith(f"{w} ")), None)
        if word is not None:
            rest = text.removeprefix(word)
            said = self._named(rest)
            if said is not None or len(rest.split()) > _MOST_UNIT_WORDS:
                return said
            beside = self._named(self._spell(line.after))
            return beside if beside is not None or line.after else self._named(self._spell(line.below))
        before = next((w for w in self._before if text.startswith(f"{w} ")), None)
        return self._names.get(text.removeprefix(f"{before} ")) if before and not line.among_numbers else None

    def _named(self, text: str) -> Province | None:
        """The province whose name stands in a text as whole words; the longest name wins."""
        padded = f" {text.strip()} "
        best = max((name for name in self._names if f" {name} " in padded), key=len, default=None)
        return self._names[best] if best else None

    def names_any(self, line: TitleText) -> bool:
        """Whether a line says more than the words for the reporting unit."""
        text = self._spell(line.text)
        return not line.among_numbers and any(text.startswith(f"{word} ") for word in self._words)

    def votes_of_date_lines(self, lines: list[TitleText]) -> _Votes:
        """The place of "Place, day ... month ... year"."""
        found = []
        for line in lines:
            place, comma, day = line.text.partition(",")
            if comma and self._vocabulary.is_note(day) and _YEAR.search(day):
                province = self._names.get(self._spell(place))
                found.extend([(province, line)] if province else [])
        return found


def _without_recipients(lines: Iterator[TitleText], vocabulary: Vocabulary) -> Iterator[TitleText]:
    """Lines but those below "To:" in its column: who receives a report does not send it."""
    words = vocabulary.folded(vocabulary.catalogue.words.recipients)
    openings = tuple(f"{word} " for word in words)
    columns: set[tuple[str, int]] = set()
    for line in lines:
        folded = fold(line.text)
        if folded in words:
            columns.add((line.sheet, line.column))
        elif (line.sheet, line.column) not in columns and not folded.startswith(openings):
            yield line
