"""Rows of a table that are no rows: its header and titles again on a new page, rows of column numbers, of units."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from pipeline.catalogue.forms import PERIOD
from pipeline.ingest.header_paths import column_number, merged_from
from pipeline.ingest.headers import Columns
from pipeline.ingest.reader import Sheet, shortest
from pipeline.ingest.rows import is_column_numbers, is_number
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.numbers import is_stored
from pipeline.text import fold, fold_variants, tidy

_NUMBER = re.compile(r"\d+")
_OF_NUMBERS = frozenset("0123456789e ")  # of which the text of any stored number is, once it is folded


@dataclass
class Pages:
    """Which rows below a header only repeat it, and where the rows begin."""

    sheet: Sheet
    columns: Columns
    keys: Mapping[str, int]
    vocabulary: Vocabulary
    names_member: Callable[[int], bool]
    furniture: set[int] = field(default_factory=set)
    headers: set[int] = field(default_factory=set)  # those of the furniture that read as the header does
    unit_rows: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)  # rows taken for column numbers, though not those of the header
    start: int = 0

    def __post_init__(self) -> None:
        """Find the rows directly below the header that are still a part of it, and every repetition of them."""
        self._measured = list(self.columns.measures.values())
        below: set[tuple[str, ...]] = set()
        self.start = self._first_header() + 1
        while self.start < len(self.sheet.rows) and self._belongs_to_header(self.start):
            below.add(self._texts(self.start))
            self.start += 1
        for row in range(self.start, len(self.sheet.rows)):
            figures = self._is_of_figures(row)
            if not figures and self._is_header(row):
                self.headers.add(row)
            again = row in self.headers or (below and self._texts(row) in below)
            again = again or (not figures and self._declares_units(row))
            if again or self._numbers_columns(row):
                self.furniture.add(row)
        for row in sorted(self.furniture):
            if row - 1 not in self.furniture:
                self._add_titles_above(row)

    def _first_header(self) -> int:
        """The last row of the header where it first stands: of pages with the same header, any may have been found."""
        top = self.columns.top
        first = next((row for row in range(top) if self._is_header(row)), top)
        last = next((row for row in range(first, top) if not self._is_header(row)), top) - 1
        goes_on = any(is_number(self.sheet, row, c) for row in range(last + 1, top) for c in self._measured)
        return last if goes_on else self.columns.bottom

    def _texts(self, row: int) -> tuple[str, ...]:
        texts = (fold(shortest(value)) for value in self.sheet.rows[row] if value != "")
        return tuple(text for text in texts if text)

    @cached_property
    def _heads(self) -> frozenset[str]:
        rows = range(self.columns.top, self.columns.bottom + 1)
        texts = [shortest(value) for row in rows for value in self.sheet.rows[row]]
        texts += [text for path in self.columns.paths.values() for text in path]  # merged cells reach down from above
        return frozenset(map(_bare, texts)) - {""}

    @cached_property
    def numbers_head(self) -> bool:
        """Whether any text of the header may be a stored number's, as a year's is."""
        return any(set(text) <= _OF_NUMBERS for text in self._heads)

    def _is_of_figures(self, row: int) -> bool:
        """Whether a measure's cell holds a number that stands in no header: whatever else does, the row is none."""
        values = (self.sheet.value(row, column) for column in self._measured)
        stored = (value for value in values if is_stored(value))
        return any(not self.numbers_head or _bare(shortest(value)) not in self._heads for value in stored)

    @cached_property
    def _above(self) -> frozenset[str]:
        """Every text of the header and above it, each number the same: those of pages differ."""
        texts = [t for row in self.sheet.rows[: self._first_header() + 1] for t in row if isinstance(t, str)]
        return frozenset(_NUMBER.sub("#", variant) for text in texts for variant in fold_variants(text))

    @cached_property
    def _continued(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self.vocabulary.folded(self.vocabulary.catalogue.words.continued))

    @cached_property
    def _units(self) -> UnitTexts:
        return UnitTexts.of(self.vocabulary)

    def _belongs_to_header(self, row: int) -> bool:
        """A row right below the header that numbers its columns, or names their units."""
        if self._names_units(row):
            self.unit_rows.append(row)
            return True
        return is_column_numbers(self.sheet, row, self._end) and not self._counts_members(row)

    def _numbers_columns(self, row: int) -> bool:
        """A row below others that numbers the columns as the one below the header does, or in another way."""
        numbers = self._numbers(row) if self._numbering else []
        if not numbers:
            return False
        if numbers not in self._numbering:
            if self._counts_members(row):
                return False
            self.numbered.append(row)
        return True

    @cached_property
    def _numbering(self) -> list[list[str]]:
        """How the rows right below the header number its columns; asked for once these are known."""
        below = (self._numbers(row) for row in range(self._first_header() + 1, self.start))
        return [numbers for numbers in below if numbers]

    def _numbers(self, row: int) -> list[str]:
        """The letters and numbers by which a row numbers the columns, without formulas; empty where it does not."""
        if not is_column_numbers(self.sheet, row, self._end):
            return []
        texts = (tidy(shortest(value)) for value in self.sheet.rows[row][: self._end])
        return [column[0] for text in texts if (column := column_number(text)) is not None]

    @cached_property
    def _end(self) -> int:
        """The first column without a header behind the last measure: from there another table may stand beside."""
        last = max([*self._measured, *self.keys.values()])
        return next(column for column in count(last + 1) if column not in self.columns.paths)

    def _names_units(self, row: int) -> bool:
        """Whether most measures' cells are units, none is a number, and no key's cell says anything but "unit"."""
        said = [text for column in self._measured if (text := self.sheet.text(row, column)).strip()]
        keys = [fold(self.sheet.text(row, column)) for column in self.keys.values()]
        if not said or any(key and key not in self.vocabulary.units for key in keys):
            return False
        units = [text for text in said if text.strip("()[] ") == "%" or self._units.parts(text.strip("()[] "))]
        others = [text for text in said if text not in units]
        words = all(text.strip("()[] ").replace(" ", "").isalpha() for text in others)
        return 2 * len(units) > len(said) and words and any(c.isalpha() for text in units for c in text)

    def _declares_units(self, row: int) -> bool:
        """Whether a row without figures says in which unit they are: a line among rows of any name, or below them."""
        return not any(self.sheet.text(row, c).strip() for c in self._measured) and bool(
            self._units.line_of(self.sheet, row)
        )

    def _counts_members(self, row: int) -> bool:
        """Whether bare numbers are a row's figures: of a member's code, a month, or A of A, B, 1 of 1, 2."""
        if not all(self.sheet.text(row, column).strip().isdigit() for column in self._measured):
            return False
        labels = [self.sheet.text(row, column).strip() for column in self.keys.values()]
        below = [self.sheet.text(row + 1, column).strip() for column in self.keys.values()]
        if any(_counts_on(one, next_) for one, next_ in zip(labels, below, strict=True)):
            return True
        # A number or a letter for a name is no member's, whatever stands in the column of codes.
        numbered = all(label.isdigit() or len(label) == 1 for label in labels)
        return self.names_member(row) and (PERIOD in self.keys or not numbered)

    def _is_header(self, row: int) -> bool:
        """The measures' cells read what the header reads over them, and so do the keys' where they read anything."""
        return self._reads_as_header(row) and not self._is_in_another_order(row)

    def _reads_as_header(self, row: int) -> bool:
        said = (text for column in self._measured if (text := _bare(self.sheet.text(row, column))))
        first = next(said, "")
        if not first or first not in self._heads or not all(text in self._heads for text in said):
            return False
        keys = [_bare(self.sheet.text(*merged_from(self.sheet, (row, column)))) for column in self.keys.values()]
        if first.isdigit():  # years head columns, but figures may be the same
            return any(key in self._heads for key in keys if key) or (not any(keys) and row - 1 in self.headers)
        return all(not key or key in self._heads for key in keys)

    def _is_in_another_order(self, row: int) -> bool:
        """Whether a measure's cell reads what heads another column, and not its own."""
        return any(
            (text := _bare(self.sheet.text(row, column))) and text not in {_bare(part) for part in self._over(column)}
            for column in self._measured
        )

    def _over(self, column: int) -> list[str]:
        rows = range(self.columns.top, self.columns.bottom + 1)
        return [*self.columns.paths.get(column, ()), *(self.sheet.text(row, column) for row in rows)]

    def other_header(self, row: int) -> list[str]:
        """A row's texts, where it is a header, and another one than the table's.

        The keys' cells read what the header reads; the measures' cells are other words, or the same in another order.
        """
        if self._is_of_figures(row):
            return []
        columns = [column for column in sorted(self.keys.values()) if self.sheet.text(row, column).strip()]
        keys = [tidy(self.sheet.text(row, column)) for column in columns]
        said = [text for column in sorted(self._measured) if (text := tidy(self.sheet.text(row, column)))]
        if self._reads_as_header(row):
            return [*keys, *said]
        words = all(len(text) > 1 and text.lstrip("([")[:1].isalpha() for text in said)
        headed = all(_bare(key) in map(_bare, self._over(c)) for key, c in zip(keys, columns, strict=True))
        return [*keys, *said] if keys and said and words and headed else []

    def _add_titles_above(self, row: int) -> None:
        """The lines before a repeated header and after all figures, from the first that stands above the table too."""
        first = row
        while first > self.start and first - 1 not in self.furniture and not self._has_figures(first - 1):
            first -= 1
        opening = next((line for line in range(first, row) if self._is_title(line)), row)
        if all(self._is_title(line) for line in range(opening, row)):
            self.furniture.update(range(opening, row))

    def _has_figures(self, row: int) -> bool:
        filled = any(self.sheet.text(row, column).strip() for column in self._measured)
        return filled and not self._is_title(row)

    def _is_title(self, row: int) -> bool:
        """Blank, or only texts that stand above the table too, or that say "continued"; no header in another order."""
        if self._reads_as_header(row) and self._is_in_another_order(row):
            return False
        for value in self.sheet.rows[row]:
            variants = fold_variants(value) if isinstance(value, str) else ("#",)
            known = any(_NUMBER.sub("#", v) in self._above and v != "#" for v in variants)
            if variants and not known and not f"{variants[0]} ".startswith(self._continued):
                return False
        return True


def _counts_on(one: str, following: str) -> bool:
    """Whether a row's name is the number or the letter right after that of the row above.

    >>> _counts_on("1", "2"), _counts_on("A", "B"), _counts_on("1", "Vinh")
    (True, True, False)
    """
    if one.isdecimal() and following.isdecimal():
        return int(following) == int(one) + 1
    return len(one) == len(following) == 1 and one.isalpha() and ord(following) == ord(one) + 1


def _bare(text: str) -> str:
    """A header's text folded, without brackets and marks of footnotes: one page may have them and the next one not."""
    return next(reversed(fold_variants(text)), "")
