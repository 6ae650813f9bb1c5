"""Finds a table's header and says which column is which key or measure.

A column's *path* is the texts of its header cells from top to bottom, merged cells read through. A path is matched
exactly on folded text: first by a pattern of several rows, then as a whole, then by its last text; words that tell this
year's column from last year's ("last year", "2023") are split off before.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.catalogue.forms import Form
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.labels import HeaderPaths, Path
from pipeline.text import fold_variants

_MAX_HEADER_ROWS = 4
_SEARCHED_ROWS = 200


class Meaning(NamedTuple):
    """What a column is: the key, code or measure with that name, or an ordinal."""

    kind: str  # key, code, measure, ordinal
    name: str = ""
    previous: bool = False


class Claim(NamedTuple):
    """How many texts of its header a column's meaning explains, and whether those are all."""

    explained: int
    is_whole: bool


@dataclass
class Columns:
    """A table's header: its last row, what each column means, which columns mean nothing known, which are doubtful."""

    top: int
    bottom: int
    meanings: dict[Meaning, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    ambiguous: dict[Meaning, list[int]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def column(self, kind: str, name: str) -> int | None:
        """The column of a key, code or measure of this year."""
        return self.meanings.get(Meaning(kind, name))

    @property
    def measures(self) -> dict[tuple[str, bool], int]:
        """(measure, whether last year's) -> column."""
        return {(m.name, m.previous): column for m, column in self.meanings.items() if m.kind == "measure"}


class Matcher:
    """A form's headers, ready to be compared."""

    def __init__(self, form: Form, vocabulary: Vocabulary) -> None:
        self._form, self._vocabulary = form, vocabulary
        self._patterns: dict[str, list[tuple[Path, Meaning]]] = {}
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

    @cached_property
    def leaves(self) -> frozenset[str]:
        """Folded texts that the last row of a header may hold."""
        return frozenset(self._patterns) | self._vocabulary.current | self._vocabulary.previous

    def match(self, path: list[str]) -> tuple[set[Meaning], int]:
        """What a column with this header path most surely means, and how many of its texts that explains."""
        folded = [variants for variants in (fold_variants(part) for part in path) if variants]
        if not folded:
            return set(), 0
        rest, previous = self._without_period(folded)
        # A bare "cases" under "last year" is last year's: its last text alone does not say what the column is.
        found = self._exact(folded, whole_only=previous is True)
        if previous is not None and rest:
            for meaning, explained in self._exact(rest).items():
                stated = Meaning(meaning.kind, meaning.name, previous or meaning.previous)
                if meaning.kind == "measure" and (not previous or self._form.has_previous(meaning.name)):
                    found[stated] = max(found.get(stated, 0), explained + max(len(folded) - len(rest), 1))
        best = max(found.values(), default=0)
        return {meaning for meaning, explained in found.items() if explained == best and best}, best

    def _exact(self, path: list[tuple[str, ...]], whole_only: bool = False) -> dict[Meaning, int]:
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
    def _follows(pattern: Path, path: list[tuple[str, ...]]) -> bool:
        rest = iter(path[:-1])
        return pattern[-1] in path[-1] and all(any(part in variants for variants in rest) for part in pattern[:-1])

    def _without_period(self, path: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], bool | None]:
        """The path without period words, and whether they say last year; None where there are none."""
        rest: list[tuple[str, ...]] = []
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


def _strip(variants: tuple[str, ...], words: frozenset[str]) -> tuple[str, ...] | None:
    """The text without a period word at its end or beginning; () if it is nothing else, None if it has none."""
    if any(variant in words for variant in variants):
        return ()
    for word in sorted(words, key=len, reverse=True):
        for variant in variants:
            if variant.endswith(f" {word}"):
                return (variant.removesuffix(word).strip(),)
            if variant.startswith(f"{word} "):
                return (variant.removeprefix(word).strip(),)
    return None


def find_header(sheet: Sheet, matcher: Matcher) -> Columns | None:
    """The header block that explains most columns; None where no row holds a word of the form's header."""
    best: tuple[tuple[int, int], Columns] | None = None
    for bottom, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        if not any(isinstance(v, str) and v and any(t in matcher.leaves for t in fold_variants(v)) for v in row):
            continue
        for height in range(1, min(_MAX_HEADER_ROWS, bottom + 1) + 1):
            columns = _assign(sheet, matcher, bottom - height + 1, bottom)
            rank = (len(columns.meanings), -len(columns.unknown) - 10 * len(columns.ambiguous))
            if columns.meanings and (best is None or rank > best[0]):
                best = (rank, columns)
    return best[1] if best else None


def _assign(sheet: Sheet, matcher: Matcher, top: int, bottom: int) -> Columns:
    """Give each column the surest meaning that no other column claims more surely."""
    columns = Columns(top, bottom)
    claims: dict[Meaning, dict[int, Claim]] = {}
    for column, path in enumerate(header_paths(sheet, top, bottom)):
        if not path:
            continue
        columns.texts[column] = " / ".join(" ".join(part.split()) for part in path)
        meanings, explained = matcher.match(path)
        for meaning in meanings:
            claims.setdefault(meaning, {})[column] = Claim(explained, is_whole=explained >= len(path))
    _settle(columns, claims)
    known = {*columns.meanings.values(), *(c for doubtful in columns.ambiguous.values() for c in doubtful)}
    known |= set(claims.get(Meaning("ordinal"), {}))
    columns.unknown = {c: text for c, text in columns.texts.items() if c not in known}
    return columns


def _settle(columns: Columns, claims: dict[Meaning, dict[int, Claim]]) -> None:
    taken: set[int] = set()
    for meaning in sorted(claims, key=lambda m: -max(claim.explained for claim in claims[m].values())):
        free = {c: claim for c, claim in claims[meaning].items() if c not in taken}
        most = max((claim.explained for claim in free.values()), default=0)
        # A header that says this and nothing else means it as surely, however many titles the other stands under.
        best = [c for c, claim in free.items() if claim.explained == most or claim.is_whole]
        if len(best) == 1 or meaning.kind == "ordinal":
            columns.meanings.update({meaning: best[0]} if best else {})
            taken.update(best)
        elif best:
            columns.ambiguous[meaning] = best
    columns.meanings.pop(Meaning("ordinal"), None)


def header_paths(sheet: Sheet, top: int, bottom: int) -> list[list[str]]:
    """The header path of every column: the texts of its cells in rows top..bottom, without repeats."""
    merged = {
        (row, column): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sheet.merges
        if first_row <= bottom and last_row >= top
        for row in range(max(first_row, top), min(last_row, bottom) + 1)
        for column in range(first_column, last_column + 1)
    }
    joined = {row for (row, column), (_, first) in merged.items() if column != first}
    paths: list[list[str]] = [[] for _ in range(sheet.width)]
    for row in range(top, bottom + 1):
        left = ""
        for column in range(sheet.width):
            origin = merged.get((row, column))
            text = sheet.text(*origin) if origin else sheet.text(row, column)
            # Without merged cells in this row, a blank one stands under the group label to its left.
            if not text.strip() and origin is None and row < bottom and row not in joined:
                text = left if sheet.text(bottom, column).strip() else ""
            left = text
            if text.strip() and (not paths[column] or paths[column][-1] != text):
                paths[column].append(text)
    return paths
