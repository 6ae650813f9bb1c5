"""Finds what a sheet says of units: in a header, in a row of units, in the line above a table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

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
_NEXT = re.compile(r"[,;/]")


@dataclass(frozen=True)
class Stated:
    """A unit that a sheet states, and the cell that states it."""

    text: str
    cell: Cell


@dataclass(frozen=True)
class UnitTexts:
    """Knows a text that is a unit when it sees one."""

    vocabulary: Vocabulary

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

    def base(self, text: str) -> str:
        """What is counted, without its power of ten; empty where a text is a power of ten alone."""
        return self.vocabulary.quantities.parse(text)[1]

    def factor(self, said: str, wanted: str) -> float | None:
        """What turns a value in ``said`` into one in ``wanted``; None where they are not the same thing."""
        quantities = self.vocabulary.quantities
        scale, base = quantities.parse(said)
        if fold(said) == fold(wanted):
            return 1.0
        if not wanted:  # the form names no unit, so only a power of ten could matter, and against what is not known
            return 1.0 if scale == 1 else None
        if not base and scale != 1:
            return scale / quantities.parse(wanted)[0]
        return quantities.factor(said, wanted)

    def is_unit(self, text: str, *, declared: bool = False) -> bool:
        """Whether a text is a unit; where one is ``declared``, a power of ten makes any word one."""
        scale, base = self.vocabulary.quantities.parse(text)
        return base in self._known or (scale != 1 and (declared or not base))

    def parts(self, text: str, *, declared: bool = False) -> list[str]:
        """The units that a list of them names; none where some part of it is no unit."""
        parts = [tidy(part).strip(" .:") for part in _NEXT.split(text)]
        parts = [part for part in parts if part]
        return parts if all(self.is_unit(part, declared=declared) for part in parts) else []

    def in_header(self, text: str) -> tuple[list[str], bool]:
        """The units that a header names, and whether it does so beyond doubt: in brackets, or with nothing else."""
        text = text[:_LONGEST]
        marked = self._marker.search(tidy(text))
        if marked and (units := self.parts(marked["unit"], declared=True)):
            return units, True
        whole = [text] if any(c.isalpha() for c in text) else []
        for inside in (*_IN_BRACKETS.findall(text), *whole):
            if units := self.parts(inside):
                return units, True
        after = _AFTER_SIGN.fullmatch(text)
        return (self.parts(after[1]), False) if after else ([], False)

    def line(self, sheet: Sheet, top: int) -> list[Stated]:
        """The units of the nearest line above row ``top`` that names any; "Unit: Police of X" names none."""
        top = min(top, len(sheet.rows))
        for row in range(top - 1, max(top - _LINES_ABOVE, 0) - 1, -1):
            for column, value in enumerate(sheet.rows[row]):
                if isinstance(value, str) and value.strip() and (units := self._declared(sheet, row, column)):
                    return [Stated(text, (row, column)) for text in units]
        return []

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
        """The parts of a declared list that are units: one word that is none does not make the others none."""
        return [tidy(p) for p in _NEXT.split(text) if p.strip() and self.is_unit(p, declared=True)]

    def spelled(self, column: Column) -> list[str]:
        """The units that the catalogue's own headers of a column hold: those are the form's, whatever they say."""
        found: tuple[Found | Column, ...] = (column, *([column.previous] if column.previous else []))
        paths = (path for one in found for path in (*(one.header.paths if one.header else ()), *one.also))
        return [unit for path in paths for part in path for unit in self.in_header(self.vocabulary.fill(part))[0]]

    def of_header(self, header: Sequence[HeaderText], column: Column) -> Stated | None:
        """The unit that a column's header states, its narrowest text first.

        A text over several columns may name several units; it says nothing of a column whose unit is none of them.
        """
        for depth, (text, cell) in enumerate(header):
            units, certain = self.in_header(text)
            own = [unit for unit in units if self.factor(unit, column.unit) is not None]
            if own:
                as_form = any(self._same(unit, one) for unit in own for one in self.spelled(column))
                factors = {self.factor(unit, column.unit) for unit in own}
                plain = as_form or 1.0 in factors
                return Stated(column.unit if plain else " / ".join(own) if len(factors) > 1 else own[0], cell)
            if units and certain and depth == 0 and not self._spells(units, column):
                return Stated(", ".join(units), cell)
        return None

    def _spells(self, units: Iterable[str], column: Column) -> bool:
        return any(self._same(unit, one) for unit in units for one in self.spelled(column))

    def _same(self, one: str, other: str) -> bool:
        (one_scale, one_base), (other_scale, other_base) = map(self.vocabulary.quantities.parse, (one, other))
        return one_scale == other_scale and (one_base == other_base or not one_base or not other_base)
