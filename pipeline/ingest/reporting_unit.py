"""Reads which province sends a workbook from its lines: those above the tables, else those around them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.catalogue.models import Province
from pipeline.ingest.approximate import unmarked
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.title_texts import TitleText, first_figures, title_texts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Place
from pipeline.text import fold

_MOST_UNIT_WORDS = 4  # a longer text after "reporting unit" says something else
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_Votes = list[tuple[Province, TitleText]]


class Other(NamedTuple):
    """Another province that a sheet names as the one that reports, where, and whether it names the workbook's too."""

    province: Province
    place: Place
    beside_own: bool


@dataclass
class Reporting:
    """The province that a workbook names (None: not known), where, and the sheets that name another one."""

    province: Province | None = None
    place: Place = field(default_factory=Place)
    others: list["Other"] = field(default_factory=list)


def reporting_province(file: str, sheets: list[Sheet], vocabulary: Vocabulary, named: Province | None) -> Reporting:
    """The province that most sheets name; of those that as many name the one that the file's name says, else none."""
    marked, bare = _Units(vocabulary, fold), _Units(vocabulary, unmarked)
    above = list(_without_recipients((t for sheet in sheets for t in title_texts(sheet)), vocabulary))
    votes = marked.votes(above) or bare.votes(above)
    # Where the lines above name a unit that nobody knows, another name below the table is no better.
    if not votes and not any(marked.names_any(line) for line in above):
        further = (t for sheet in sheets for t in title_texts(sheet, deep=True))
        below = list(_without_recipients(further, vocabulary))
        votes = marked.votes(below) or bare.votes(below) or marked.votes_of_date_lines([*above, *below])
    province = _most_named(votes, named)
    place = next((_place(file, line) for said, line in votes if said == province), Place(file))
    own = province or named
    others = _others(file, sheets, above, own, (marked, bare)) if own and votes else ()
    return Reporting(province, place, list(others))


def _most_named(votes: _Votes, named: Province | None) -> Province | None:
    """The province of most sheets, of as many sheets that of most lines; where that leaves several, ``named``."""
    provinces = {province.id: province for province, _ in votes}
    in_sheets = Counter(province for province, _ in {(p.id, line.sheet) for p, line in votes})
    in_lines = Counter(province.id for province, _ in votes)
    most = max(((in_sheets[p], in_lines[p]) for p in provinces), default=None)
    first = [p for p in provinces if (in_sheets[p], in_lines[p]) == most]
    if len(first) > 1:
        first = [p for p in first if named is not None and p == named.id]
    return provinces[first[0]] if first else None


def _others(
    file: str, sheets: list[Sheet], above: list[TitleText], province: Province, units: tuple["_Units", ...]
) -> Iterator[Other]:
    """For each sheet of which a line above its figures names another province and not this one: the first such line."""
    for sheet in sheets:
        end = first_figures(sheet)
        lines = [line for line in above if line.sheet == sheet.name and line.row < end]
        votes = next((said for unit in units if (said := unit.votes(lines))), [])
        others = [
            (said, line)
            for said, line in votes
            if said.id not in {province.id, *province.formed_from}
            and not any(unit.mentions(province, line) for unit in units)
        ]
        if others:
            other, line = others[0]
            yield Other(other, _place(file, line), len(others) < len(votes))


def _place(file: str, line: TitleText) -> Place:
    return Place(file, line.sheet, address(line.row, line.column))


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

    def mentions(self, province: Province, line: TitleText) -> bool:
        """Whether a line holds a province's name, whatever else it names."""
        text = f" {self._spell(line.text)} "
        return any(f" {name} " in text for name, named in self._names.items() if named.id == province.id)

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
