"""Compares a column's header with the headers that a form's catalogue entry knows.

A column's *path* is the texts of its header cells from top to bottom. It is matched exactly on folded text: first by a
pattern of several rows, then as a whole, then by its last text; words that tell this year's column from last year's
("last year", "2023") are split off before. What is left unmatched may be guessed: by correcting the misspelt parts.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from pipeline.catalogue.forms import Form
from pipeline.ingest.approximate import likeliest, unmarked
from pipeline.ingest.header_paths import column_number, is_bracketed
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.labels import HeaderPaths, Path
from pipeline.text import fold, fold_variants, strip_opening

_UNIT_BEHIND = re.compile(r"\s*(?P<name>\S.*?)\s*\((?P<unit>[^()]*)\)\s*", re.DOTALL)
_MANY = 4096  # headers that are remembered
_Folded = list[tuple[str, ...]]


class Meaning(NamedTuple):
    """What a column is: the key, code or measure with that name, or an ordinal."""

    kind: str  # key, code, measure, ordinal
    name: str = ""
    previous: bool = False


class Match(NamedTuple):
    """What a column may mean, how many texts of its header that explains, and whether those are all."""

    meanings: frozenset[Meaning]
    explained: int = 0
    is_whole: bool = False


_PERIOD_WORDS = {previous: frozenset({Meaning("period", previous=previous)}) for previous in (False, True)}


class Matcher:
    """A form's headers, ready to be compared."""

    def __init__(self, form: Form, vocabulary: Vocabulary) -> None:
        self._form, self._vocabulary = form, vocabulary
        self._patterns: dict[str, list[tuple[Path, Meaning]]] = {}
        self._texts: dict[str, set[Meaning]] = {}  # every part of every pattern, as the catalogue writes it
        self._matches: dict[tuple[str, ...], Match] = {}  # of paths that were asked for: pages repeat their headers
        self._others: dict[str, bool] = {}  # and of texts, whether they say another figure
        for key in form.rows:
            own = key.header.paths if key.header else ((key.key,),)
            self._add((*own, *key.also), Meaning("key", key.key))
            self._add(key.code_header, Meaning("code", key.key))
        for name, column in form.columns.items():
            own = column.header.paths if column.header else ((name,),)
            self._add((*own, *column.also), Meaning("measure", name))
            if column.previous is not None:
                stated = column.previous.header.paths if column.previous.header else ()
                self._add((*stated, *column.previous.also), Meaning("measure", name, previous=True))
        for ordinal in vocabulary.ordinals:
            self._patterns.setdefault(ordinal, []).append(((ordinal,), Meaning("ordinal")))

    def _add(self, paths: HeaderPaths, meaning: Meaning) -> None:
        for path in paths:
            pattern = self._vocabulary.pattern(path)
            if pattern[-1]:
                self._patterns.setdefault(pattern[-1], []).append((pattern, meaning))
                for part in path:
                    self._texts.setdefault(self._vocabulary.fill(part), set()).add(meaning)

    @classmethod
    def of(cls, name: str, vocabulary: Vocabulary) -> "Matcher":
        """The one of a form of a vocabulary's catalogue."""
        return vocabulary.once((cls, name), lambda: cls(vocabulary.catalogue.forms[name], vocabulary))

    @cached_property
    def leaves(self) -> frozenset[str]:
        """Folded texts that the last row of a header may hold."""
        return frozenset(self._patterns) | self._vocabulary.current | self._vocabulary.previous

    @cached_property
    def unmarked_leaves(self) -> frozenset[str]:
        """The same without marks on their letters."""
        return frozenset(map(unmarked, self.leaves))

    @cached_property
    def required(self) -> frozenset[Meaning]:
        """What a header must hold."""
        return frozenset(Meaning("measure", name) for name, c in self._form.columns.items() if c.must_be_there)

    def match(self, path: list[str]) -> Match:
        """What a column with this header path most surely means."""
        key = tuple(path)
        if key not in self._matches:
            if len(self._matches) >= _MANY:
                self._matches.clear()
            found = self._match(path)
            bare = path if found.meanings else self._without_trimmings(path)
            self._matches[key] = found if bare == path else self._match(bare)
        return self._matches[key]

    def _match(self, path: list[str]) -> Match:
        folded = [variants for variants in (fold_variants(part) for part in path) if variants]
        if not folded:
            return Match(frozenset())
        rest, previous = self._without_period(folded)
        # A bare "cases" under "last year" is last year's: its last text alone does not say what the column is.
        found = self._exact(folded, whole_only=previous is True)
        if previous is not None and rest:
            for meaning, explained in self._exact(rest).items():
                stated = Meaning(meaning.kind, meaning.name, previous or meaning.previous)
                is_own = meaning.kind == "measure" and (not previous or self._form.has_previous(meaning.name))
                if is_own and explained:  # words of a period alone name no column
                    found[stated] = max(found.get(stated, 0), explained + max(len(folded) - len(rest), 1))
        best = max(found.values(), default=0)
        meanings = frozenset(meaning for meaning, explained in found.items() if explained == best and best)
        return Match(self._nearest(meanings, folded, rest), best, is_whole=best >= len(path))

    def _nearest(self, meanings: frozenset[Meaning], *paths: _Folded) -> frozenset[Meaning]:
        """Without measures that are as sure as one whose groups stand further down: those say more of the column.

        Where nothing tells measures apart it is none of them.
        """
        names = {meaning.name for meaning in meanings if meaning.kind == "measure"}
        if len(names) < 2:
            return meanings
        rows: dict[str, tuple[int, ...]] = {}
        for path in filter(None, paths):
            for pattern, meaning in (found for text in path[-1] for found in self._patterns.get(text, ())):
                if len(pattern) > 1 and self._follows(pattern, path):
                    rows[meaning.name] = max(rows.get(meaning.name, ()), _rows_of(pattern, path))
        lowest = max(rows.get(name, (0,)) for name in names)
        nearest = [name for name in names if rows.get(name, (0,)) == lowest]
        return frozenset(m for m in meanings if m.kind != "measure" or nearest == [m.name])

    def _exact(self, path: _Folded, whole_only: bool = False) -> dict[Meaning, int]:
        """Meaning -> how many texts of the path its pattern explains."""
        whole = {" ".join(parts) for parts in (tuple(v[0] for v in path), tuple(v[-1] for v in path))}
        found: dict[Meaning, int] = {}
        for text in {*path[-1], *whole}:
            for pattern, meaning in self._patterns.get(text, ()):
                if len(pattern) > 1:
                    explained = len(pattern) if self._follows(pattern, path) else 0
                else:
                    explained = len(path) if text in whole else 0 if whole_only else 1
                found[meaning] = max(found.get(meaning, 0), explained)
        return found

    @staticmethod
    def _follows(pattern: Path, path: _Folded) -> bool:
        rest = iter(path[:-1])
        return pattern[-1] in path[-1] and all(any(part in variants for variants in rest) for part in pattern[:-1])

    def _without_period(self, path: _Folded) -> tuple[_Folded, bool | None]:
        """The path without period words, and whether they say last year; None where there are none."""
        rest: _Folded = []
        said: bool | None = None
        for variants in path:
            left = variants
            for words, previous in ((self._vocabulary.previous, True), (self._vocabulary.current, False)):
                shorter = _strip(variants, words)
                if shorter is not None:
                    said = previous if said is None else said or previous
                    left = shorter
                    break
            if left:
                rest.append(left)
        return rest, said

    def _without_trimmings(self, path: list[str]) -> list[str]:
        """The path without units, column numbers, formulas and "total" below the names, and numbers before them."""
        bare = list(path)
        while len(bare) > 1 and (self.is_trimming(bare[-1]) or self.is_total(bare[-1])):
            bare.pop()
        return [strip_opening(part) for part in bare]

    def says_another(self, path: list[str]) -> bool:
        """Whether a text of a header is only a word for a plan or a comparison, and no part of a known header."""
        return any(map(self._says_another, path))

    def _says_another(self, text: str) -> bool:
        if text not in self._others:
            if len(self._others) >= _MANY:
                self._others.clear()
            known = self._known.intersection(fold_variants(text))
            self._others[text] = not known and self._vocabulary.says_another(text)
        return self._others[text]

    def is_misspelt(self, part: str) -> bool:
        """Whether a header's text is clearly a known one, misspelt."""
        return fold(self._corrected(part)) != fold(part)

    def is_trimming(self, text: str) -> bool:
        """Whether a text under a header names no column: a unit, a column's number, a formula."""
        return not fold(text) or is_bracketed(text) or column_number(text) is not None or bool(self._units.parts(text))

    def is_total(self, text: str) -> bool:
        """Whether a text says that a figure is that of all, such as the first of a measure's parts."""
        return self._vocabulary.is_total(text)

    @cached_property
    def _units(self) -> UnitTexts:
        return UnitTexts.of(self._vocabulary)

    def guess(self, path: list[str]) -> tuple[Meaning, str] | None:
        """What a column that matches nothing most likely means, and the known text that its header resembles."""
        bare = self._without_trimmings(path)
        parts = [self._corrected(part) for part in bare]
        meanings = self.match(parts).meanings if parts != bare else frozenset()
        if not meanings and len(bare) > 1:
            parts = [self._corrected(" ".join(bare))]
            meanings = self.match(parts).meanings
        known = [part for part in parts if part not in bare]
        meaning = next(iter(meanings), Meaning("ordinal"))
        return (meaning, " / ".join(known)) if len(meanings) == 1 and meaning.kind != "ordinal" else None

    def _corrected(self, part: str) -> str:
        """A header's text as the catalogue writes it where it is clearly a misspelling; else as it stands."""
        if any(variant in self._known for variant in fold_variants(part)):
            return part
        found = likeliest(self._without_unit(part), self._names, self._vocabulary.apart)
        if found is not None:
            return found.text
        words = part.split()
        for period in self._period_words:
            count = len(period.split())
            if count < len(words) and unmarked(" ".join(words[-count:])) == unmarked(period):
                return f"{self._corrected(' '.join(words[:-count]))} {period}"
        return part

    def _without_unit(self, part: str) -> str:
        """A header's text without the unit in brackets behind it, which would make others as near as the one meant."""
        match = _UNIT_BEHIND.fullmatch(part)
        return match["name"] if match and self._units.parts(match["unit"]) else part

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(variant for text in self._names for variant in fold_variants(text))

    @cached_property
    def _names(self) -> dict[str, frozenset[Meaning]]:
        """Every text that a header may hold -> what it may stand for."""
        words = self._vocabulary.catalogue.words
        ordinals = dict.fromkeys(words.ordinal, frozenset({Meaning("ordinal")}))
        alike: dict[tuple[str, ...], set[Meaning]] = {}  # "Rate" of last year and "Rate (%)" are one text, not rivals
        for text, said in self._texts.items():
            alike.setdefault(fold_variants(text), set()).update(said)
        own = {text: frozenset(alike[fold_variants(text)]) for text in self._texts}
        return {**ordinals, **self._period_words, **own}

    @cached_property
    def _period_words(self) -> dict[str, frozenset[Meaning]]:
        """The words for this year's and last year's columns, longest first."""
        words = self._vocabulary.catalogue.words
        told = {True: words.previous, False: words.current}
        named = {self._vocabulary.fill(t): _PERIOD_WORDS[previous] for previous, texts in told.items() for t in texts}
        return dict(sorted(named.items(), key=lambda item: -len(item[0])))


def _rows_of(pattern: Path, path: _Folded) -> tuple[int, ...]:
    """How far above the last row of a path that it follows the groups of a pattern stand, negative, the last first."""
    at, rows = len(path) - 1, []
    for part in reversed(pattern[:-1]):
        at = next(row for row in range(at - 1, -1, -1) if part in path[row])
        rows.append(at - len(path))
    return tuple(rows)


def _strip(variants: tuple[str, ...], words: frozenset[str]) -> tuple[str, ...] | None:
    """The text without a period word at its end or beginning; () if it is nothing else, None if it has none."""
    if any(variant in words for variant in variants):
        return ()
    longest = max(map(len, words), default=0)
    ends = {tail for variant in variants for tail in _tails(variant[-longest - 1 :])} & words
    starts = {head for variant in variants for head in _heads(variant[: longest + 1])} & words
    word = max(sorted(ends | starts), key=len, default=None)
    if word is None:
        return None
    cut = str.removesuffix if word in ends else str.removeprefix
    return tuple(cut(variant, word).strip() for variant in variants)


def _tails(text: str) -> Iterator[str]:
    """What begins at each word of a folded text but its first."""
    return (text[at + 1 :] for at, letter in enumerate(text) if letter == " ")


def _heads(text: str) -> Iterator[str]:
    """What ends with each word of a folded text but its last."""
    return (text[:at] for at, letter in enumerate(text) if letter == " ")
