"""Which version of a submission a workbook says it is: in its file's name, or in the lines above its tables."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said
from pipeline.text import fold, slug

# It says that it is a later version and not which one ("final"), or says two different ones: it cannot be put in order.
UNORDERED = -1
_TITLE_ROWS = 12
_DATED = 3  # digits before a name that are more than a number to sort by
_TABLE_WIDTH = 3  # a row with so many filled cells belongs to a table
_SEGMENTS = re.compile(r"[()\[\]:;,\u2013\u2014]|\s-\s")


@dataclass
class Revision:
    """The number of the version (0: none is stated), and what was doubtful about it."""

    number: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Pattern:
    numbered: re.Pattern[str]
    unnumbered: re.Pattern[str]
    ordinals: dict[str, int]
    amendments: frozenset[str]

    def number(self, match: re.Match[str]) -> int:
        """The version that a match names; the first correction is the second version."""
        said = match["number"]
        number = int(said) if said.isdigit() else self.ordinals[said]
        return number + (match["word"] in self.amendments)


def stated_revision(file: str, sheets: list[Sheet], vocabulary: Vocabulary, province: str) -> Revision:
    """Read the version from the name and the sheets' title lines; where they differ, that is a finding."""
    pattern = _pattern(vocabulary)
    name = slug(file.rpartition(".")[0] or file)
    in_name = {pattern.number(match) for match in pattern.numbered.finditer(name)}
    in_text = {pattern.number(match): place for match, place in _in_titles(file, sheets, vocabulary)}
    stated = in_name | in_text.keys()
    if len(stated) == 1:
        return Revision(stated.pop())
    if not stated:
        return Revision(UNORDERED if pattern.unnumbered.search(name) else 0)
    place = next(iter(in_text.values()), Place(file))
    where = Said(f"revision.{'name_and_text' if in_name and in_text else 'text' if in_text else 'name'}")
    params = {"numbers": sorted(stated), "where": where}
    value = ", ".join(str(number) for number in sorted(in_text or in_name))
    return Revision(UNORDERED, [Finding("revision_conflict", "warning", place, province, value=value, params=params)])


def without_revision(file: str, vocabulary: Vocabulary) -> str:
    """A file's name without what it says of its version: what two versions' names have in common."""
    return slug(_pattern(vocabulary).numbered.sub("", slug(file.rpartition(".")[0] or file)))


def says_more(file: str, others: Iterable[str], vocabulary: Vocabulary) -> bool:
    """Whether a name without a version has words that may be one: "sent again", "updated", "(3)", a date.

    Names of provinces and forms, the period, one letter or a number that sorts files, words that any submission's name
    has (``file_words``) and words of the other files' names say nothing of it.
    """
    catalogue = vocabulary.catalogue
    named = [text for p in catalogue.provinces.values() for text in (*p.name.all, *p.also, p.id)]
    titles = [text for form in catalogue.forms.values() for text in form.title.all]
    words = catalogue.words
    texts = [*named, *titles, *catalogue.settings.name.all, *words.file_words, *words.period, vocabulary.period.id]
    known = {part for text in texts for part in (*slug(text).split("-"), slug(text).replace("-", ""))}
    known |= {part for other in others for part in without_revision(other, vocabulary).split("-")}
    parts = slug(file.rpartition(".")[0] or file).split("-")
    left = parts[1:] if parts[0].isdigit() and len(parts[0]) < _DATED else parts
    left = [part.replace(str(vocabulary.period.year), "") for part in left]
    return any(part not in known and (len(part) > 1 or part.isdigit()) for part in left)


def _pattern(vocabulary: Vocabulary) -> _Pattern:
    words = vocabulary.catalogue.words
    amendments = _slugs(words.amendment)
    ordinals = {slug(text): number for text, number in words.ordinals.items()}
    spoken = _any({*_slugs(words.revision), *amendments})
    return _Pattern(
        re.compile(rf"(?<![a-z0-9])(?P<word>{spoken})-?(?:0*(?P<number>[1-9][0-9]?|{_any(ordinals)}))(?![a-z0-9])"),
        re.compile(rf"(?<![a-z0-9])(?:{_any(_slugs(words.later))})(?![a-z0-9])"),
        ordinals,
        amendments,
    )


def _slugs(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(slug(text) for text in texts) - {""}


def _any(texts: Iterable[str]) -> str:
    """One of these, the longest first; nothing at all where there are none."""
    return "|".join(re.escape(text) for text in sorted(texts, key=lambda t: (-len(t), t))) or "(?!)"


def _in_titles(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> Iterator[tuple[re.Match[str], Place]]:
    """Lines above a table, or parts of them, that say a version and nothing else, and of no regulation."""
    pattern, documents = _pattern(vocabulary), vocabulary.folded(vocabulary.catalogue.words.documents)
    for sheet in sheets:
        for row, values in enumerate(sheet.rows[:_TITLE_ROWS]):
            filled = [(column, value) for column, value in enumerate(values) if value not in ("", None)]
            if len(filled) >= _TABLE_WIDTH:
                break
            for column, value in filled:
                for segment in _segments(value, documents):
                    match = pattern.numbered.fullmatch(slug(segment))
                    if match:
                        yield match, Place(file, sheet.name, address(row, column))


def _segments(value: object, documents: Iterable[str]) -> list[str]:
    """The parts of a text; none of one that names another document, whose version it may say."""
    if not isinstance(value, str) or any(f" {word} " in f" {fold(value)} " for word in documents):
        return []
    return _SEGMENTS.split(value)
