"""Finds what a sheet says of units: in a header, in a row of units, in the line above a table."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.catalogue.forms import Column, Found
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import fold, tidy

_LONGEST = 300  # longer texts are no headers
_LINES_ABOVE = 40  # a unit that stands farther above is another table's
Cell = tuple[int, int]
HeaderText = tuple[str, Cell]

_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_AFTER_SIGN = re.compile(r".*[,;:–—-]\s*([^()\[\]]+)$", re.DOTALL)
_NEXT = re.compile(r"[;/]|,(?!\d{3}(?!\d))")  # the comma of "1,000 dong" parts no units
_SIGN = re.compile(r"[()\[\]:;/\u2013\u2014]|[.,](?!\w)|(?<!\S)-(?!\S)")
# A footnote's mark after a unit, but for the squares and cubes of metres, and a sign of multiplication before one.
_AROUND = re.compile(
    r"(?<=\w)(?:\s*[(\[]\d{1,2}[)\]]|\s\d{1,2}\)|(?<!m)[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+)\s*$"
    r"|^\s*[x\u00d7]\s*(?=\d)"
)
_LONGEST_UNIT = 4  # words
_MANY = 4096  # headers that are remembered
_TYPED_POWERS = frozenset({1e3, 1e6, 1e9})  # other powers in figures are amounts: "100 million"


@dataclass(frozen=True)
class Stated:
    """A unit that a sheet states, and the cell that states it; a bare number in a row's unit cell is none."""

    text: str
    cell: Cell
    is_unit: bool = True


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def has_numbers(sheet: Sheet, first: int) -> bool:
    """Whether any cell from row ``first`` on holds a number."""
    return any(isinstance(value, float) for row in sheet.rows[first:] for value in row)


@dataclass(frozen=True)
class UnitTexts:
    """Knows a text that is a unit when it sees one."""

    vocabulary: Vocabulary

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "UnitTexts":
        """The one of a vocabulary."""
        return vocabulary.once(cls, lambda: cls(vocabulary))

    @cached_property
    def _known(self) -> frozenset[str]:
        quantities, words = self.vocabulary.quantities, self.vocabulary.catalogue.words
        forms = self.vocabulary.catalogue.forms.values()
        units = {column.unit for form in forms for column in form.columns.values()}
        names = {name for names in words.same_units for name in names}
        return frozenset(quantities.parse(text)[1] for text in units | names) - {""}

    @cached_property
    def _marker(self) -> re.Pattern[str]:
        """``Unit:`` and the like, wherever in a line; what follows up to a bracket is the unit."""
        words = "|".join(re.escape(tidy(word)) for word in sorted(self.vocabulary.catalogue.words.unit, key=len)[::-1])
        return re.compile(rf"(?<!\w)(?:{words})\s*[:\uff1a]\s*(?P<unit>[^()\[\]]*)", re.IGNORECASE)

    def is_line(self, text: str) -> bool:
        """Whether a text begins as a line above a table does that says its units."""
        return self._marker.match(tidy(text)) is not None

    def base(self, text: str) -> str:
        """What is counted, without its power of ten; empty where a text is a power of ten alone."""
        return self._parse(text)[1]

    def _parse(self, text: str) -> tuple[float, str]:
        return self.vocabulary.quantities.parse(_AROUND.sub("", text))

    def factor(self, said: str, wanted: str) -> float | None:
        """What turns a value in ``said`` into one in ``wanted``; None where they are not the same thing."""
        quantities, said = self.vocabulary.quantities, _AROUND.sub("", said)
        scale, base = quantities.parse(said)
        if fold(said) == fold(wanted):
            return 1.0
        if not wanted:  # the form names no unit, so only a power of ten could matter, and against what is not known
            return 1.0 if scale == 1 else None
        if not base and scale != 1:
            return scale / quantities.parse(wanted)[0]
        return quantities.factor(said, wanted)

    def is_unit(self, text: str, *, declared: bool = False) -> bool:
        """Whether a text is a unit; where one is ``declared``, a power of ten makes any word one.

        A bare number, which may be a plan or a code, is one only where it is declared, and if people count by it.
        """
        scale, base = self._parse(text)
        if not _has_letters(text):
            return declared and scale in _TYPED_POWERS
        return base in self._known or (scale != 1 and (declared or not base))

    def parts(self, text: str, *, declared: bool = False) -> list[str]:
        """The units that a list of them names; none where some part of it is no unit."""
        parts = [tidy(part).strip(" .:") for part in _NEXT.split(text)]
        parts = [part for part in parts if part]
        return parts if all(self.is_unit(part, declared=declared) for part in parts) else []

    def in_header(self, text: str) -> tuple[Sequence[str], bool]:
        """The units that a header names, and whether it does so beyond doubt: in brackets, or with nothing else."""
        return self._in_header(text[:_LONGEST])

    @cached_property
    def _in_header(self) -> Callable[[str], tuple[Sequence[str], bool]]:
        return lru_cache(_MANY)(self._read_header)  # workbooks of one form have the same headers

    def _read_header(self, text: str) -> tuple[Sequence[str], bool]:
        marked = self._marker.search(tidy(text))
        if marked and (units := self.parts(marked["unit"], declared=True)):
            return units, True
        whole = [text] if _has_letters(text) else []
        inside = _IN_BRACKETS.findall(text)
        for one in (*inside, *whole):
            if units := self.parts(one, declared=not _has_letters(one)):
                return units, True
        if units := [unit for one in inside for unit in self.within(one)]:  # "(estimated, million dong)"
            return units, False
        after = _AFTER_SIGN.fullmatch(text)
        return (self.parts(after[1]), False) if after else ([], False)

    def within(self, text: str) -> list[str]:
        """The powers of ten of known units among other words, the longest first; an amount ("2 million") is none."""
        words = _SIGN.sub(" | ", tidy(text[:_LONGEST])).split()
        found: list[str] = []
        start = 0
        while start < len(words):
            longest = range(min(_LONGEST_UNIT, len(words) - start), 0, -1)
            runs = (" ".join(words[start : start + size]) for size in longest)
            run = next((run for run in runs if self._is_scaled(run)), "")
            if run and not (start and words[start - 1][-1:].isdigit()):
                found.append(run)
            start += max(len(run.split()), 1)
        return found

    def _is_scaled(self, text: str) -> bool:
        scale, base = self.vocabulary.quantities.parse(text)
        typed = text[0].isdigit() and scale not in _TYPED_POWERS
        is_first = self.vocabulary.quantities.parse(text.split(maxsplit=1)[0])[0] != 1
        return scale != 1 and is_first and base in self._known and "|" not in text and not typed

    def line(self, sheet: Sheet, top: int) -> list[Stated]:
        """The units of the nearest line above row ``top`` that names any; "Unit: Police of X" names none."""
        top = min(top, len(sheet.rows))
        lines = (self.line_of(sheet, row) for row in reversed(range(max(top - _LINES_ABOVE, 0), top)))
        return next((stated for stated in lines if stated), [])

    def line_below(self, sheet: Sheet, last: int) -> list[Stated]:
        """The units of the first line below row ``last`` that names any; where numbers follow, it is theirs."""
        lines = ((row, self.line_of(sheet, row)) for row in range(last + 1, len(sheet.rows)))
        row, stated = next(((row, stated) for row, stated in lines if stated), (last, []))
        return [] if has_numbers(sheet, row + 1) else stated

    def line_of(self, sheet: Sheet, row: int) -> list[Stated]:
        """What the cells of a row declare; a power of ten of a unit that stands there alone does so without a word."""
        texts = {c: v for c, v in enumerate(sheet.rows[row]) if isinstance(v, str) and v.strip()}
        found = [Stated(text, (row, column)) for column in texts for text in self._declared(sheet, row, column)]
        if found or len(texts) != 1:
            return found
        column, text = next(iter(texts.items()))
        bare = self.parts(text.strip("()[] \n")[:_LONGEST])
        return [Stated(unit, (row, column)) for unit in bare if any(self._is_scaled(one) for one in bare)]

    def _declared(self, sheet: Sheet, row: int, column: int) -> list[str]:
        text = tidy(sheet.text(row, column)[:_LONGEST])
        marked = self._marker.search(text)
        if marked and not marked["unit"].strip():
            after = (tidy(sheet.text(row, c)) for c in range(column + 1, sheet.width))
            return self._units_among(next((t for t in after if t), ""))
        if marked:
            return self._units_among(text[marked.start("unit") : marked.end("unit")])
        folded = fold(text)
        word = max((w for w in self.vocabulary.units if folded.startswith(f"{w} ")), key=len, default="")
        return self.parts(" ".join(text.strip("()[] ").split()[len(word.split()) :])) if word else []

    def _units_among(self, text: str) -> list[str]:
        """The parts of a declared list that are units, or hold one: a word that is none makes no other none."""
        parts = [tidy(p) for p in _NEXT.split(text) if p.strip()]
        return [unit for part in parts for unit in ([part] if self.is_unit(part, declared=True) else self.within(part))]

    def spelled(self, column: Column) -> list[str]:
        """The units that the catalogue's own headers of a column hold: those are the form's, whatever they say."""
        found: tuple[Found | Column, ...] = (column, *([column.previous] if column.previous else []))
        paths = (path for one in found for path in (*(one.header.paths if one.header else ()), *one.also))
        return [unit for path in paths for part in path for unit in self.in_header(self.vocabulary.fill(part))[0]]

    def of_unit_cell(self, text: str, cell: Cell, column: Column) -> Stated:
        """What a cell that holds nothing but units says of a column: its own one of several, else all it says."""
        if not _has_letters(text):
            return Stated(text, cell, is_unit=False)
        own = [p for p in self.parts(text, declared=True) if self.factor(p, column.unit) is not None]
        is_plain = len({self.factor(unit, column.unit) for unit in own}) == 1
        return Stated(own[0] if is_plain else text, cell)

    def fits(self, stated: Stated, wanted: str) -> bool:
        """Whether a stated unit is one of the same kind."""
        return self.factor_of(stated, wanted) is not None

    def factor_of(self, stated: Stated, wanted: str) -> float | None:
        """What turns a value in a stated unit into one in ``wanted``; None where they are not the same thing."""
        return self.factor(stated.text, wanted) if stated.is_unit else None

    def of_header(self, header: Sequence[HeaderText], column: Column, *, own: int = 1) -> Stated | None:
        """The unit that a column's header states, its narrowest text first; so many of the texts are its ``own``.

        A text over several columns may name several units; it says nothing of a column whose unit is none of them.
        """
        for depth, (text, cell) in enumerate(header):
            units, certain = self.in_header(text)
            fitting = [unit for unit in units if self.factor(unit, column.unit) is not None]
            if fitting:
                as_form = any(self._same(unit, one) for unit in fitting for one in self.spelled(column))
                factors = {self.factor(unit, column.unit) for unit in fitting}
                plain = as_form or 1.0 in factors
                return Stated(column.unit if plain else " / ".join(fitting) if len(factors) > 1 else fitting[0], cell)
            if units and certain and depth < own and not self._spells(units, column):
                return Stated(", ".join(units), cell)
        return None

    def _spells(self, units: Iterable[str], column: Column) -> bool:
        return any(self._same(unit, one) for unit in units for one in self.spelled(column))

    def _same(self, one: str, other: str) -> bool:
        (one_scale, one_base), (other_scale, other_base) = map(self.vocabulary.quantities.parse, (one, other))
        return one_scale == other_scale and (one_base == other_base or not one_base or not other_base)
