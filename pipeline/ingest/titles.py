"""Where a workbook names its forms: in the names of its sheets, by a form's number or its title in a cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipeline.catalogue.forms import Form
from pipeline.ingest.approximate import unmarked
from pipeline.ingest.reader import Sheet
from pipeline.ingest.title_texts import FIRST_ROWS, is_figure
from pipeline.ingest.vocabulary import Vocabulary

# How sure each way of finding a form is; a title inside a longer line is weaker than one that stands alone.
NAME, NAME_BEGINS, TITLE, NUMBER, TITLE_WITHIN, BARE_NUMBER = 8, 6, 5, 4, 3, 2
QUARTERS = ("i", "ii", "iii", "iv")  # as people number them
_LONGEST_NAME = 31  # what Excel cuts sheet names to
_MOST_CELLS = 6  # a row with more filled cells holds no title
_LONGEST_LINE = 300


class Mark(NamedTuple):
    """A cell that names a form, and how surely."""

    row: int
    column: int
    score: int
    text: str


@dataclass(frozen=True)
class FormNames:
    """The texts that name a form, without marks on their letters; a name that two forms share names neither."""

    form: Form
    names: frozenset[str]
    titles: frozenset[str]
    number: re.Pattern[str] | None
    bare_number: re.Pattern[str] | None

    def of_sheet(self, called: str) -> int:
        """How surely a sheet's name names the form; 0 if it does not."""
        name = unmarked(called)
        if name in self.names or (self.number and self.number.fullmatch(name)):
            return NAME
        is_cut = len(called) == _LONGEST_NAME and any(title.startswith(name) for title in self.titles)
        if is_cut or (self.number and self.number.match(name)):
            return NAME_BEGINS
        return BARE_NUMBER if self.bare_number and self.bare_number.fullmatch(name) else 0

    def of_line(self, line: str) -> int:
        """How surely a line of a sheet names the form; 0 if it does not."""
        if line in self.titles:
            return TITLE
        if self.number and self.number.match(line):
            return NUMBER
        padded = f" {line} "
        return TITLE_WITHIN if any(f" {title} " in padded for title in self.titles) else 0

    def without_titles(self, line: str) -> list[str]:
        """The words of a line beside the form's title."""
        title = max((t for t in self.titles if f" {t} " in f" {line} "), key=len, default="")
        return f" {line} ".replace(f" {title} ", "  ", 1).split()

    def marks(self, lines: list["Line"]) -> Iterator[Mark]:
        """The cells that name the form."""
        for line in lines:
            score = self.of_line(line.text)
            if score:
                yield Mark(line.row, line.column, score, line.text)


class Line(NamedTuple):
    """A text that may be a title, without marks on its letters, and where it begins."""

    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Titles:
    """What names each form of a catalogue."""

    vocabulary: Vocabulary

    @cached_property
    def forms(self) -> dict[str, FormNames]:
        """Form id -> the texts that name it."""
        forms = self.vocabulary.catalogue.forms
        names = {name: self._unmarked((*form.sheets, *form.title.all)) for name, form in forms.items()}
        titles = {name: self._unmarked(form.title.all) for name, form in forms.items()}
        return {
            name: FormNames(
                form,
                _own(names, name),
                _own(titles, name),
                self._number(form.number, self._prefixes),
                self._number(form.number, ""),
            )
            for name, form in forms.items()
        }

    def _unmarked(self, texts: tuple[str, ...]) -> frozenset[str]:
        return frozenset(unmarked(self.vocabulary.fill(text)) for text in texts) - {""}

    @cached_property
    def _prefixes(self) -> str:
        words = self._unmarked(self.vocabulary.catalogue.words.form_number)
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    @cached_property
    def usual(self) -> frozenset[str]:
        """Words that may stand beside a title and change nothing: of numbers, reporting units, periods, places."""
        words, provinces = self.vocabulary.catalogue.words, self.vocabulary.catalogue.provinces.values()
        units = (words.form_number, words.reporting_unit, words.period, words.current)
        times = (words.month, words.quarter, words.half, words.first, words.last, QUARTERS)
        names = (name for province in provinces for name in (*province.name.all, *province.also))
        return frozenset(word for texts in (*units, *times, names) for text in texts for word in unmarked(text).split())

    @staticmethod
    def _number(number: str, prefixes: str) -> re.Pattern[str] | None:
        """``Form 02``, ``F02``, ``Form no. 2`` ... at the start of a text; without prefixes the number alone."""
        if not number:
            return None
        bare = re.escape(unmarked(number).lstrip("0") or unmarked(number))
        return re.compile(rf"(?:(?:{prefixes})\s*)0*{bare}(?!\w)" if prefixes else rf"0*{bare}")


def _own(texts: dict[str, frozenset[str]], name: str) -> frozenset[str]:
    others = [own for other, own in texts.items() if other != name]
    return texts[name].difference(*others)


def title_lines(sheet: Sheet, *, deep: bool = False) -> list[Line]:
    """The texts that may be a title, and titles that run over two rows: of the first rows, or of all further ones."""
    lines: list[Line] = []
    above: dict[int, Line] = {}
    first, last = (FIRST_ROWS, len(sheet.rows)) if deep else (0, min(FIRST_ROWS, len(sheet.rows)))
    for row in range(first, last):
        here = dict(_texts(sheet, row, deep=deep))
        lines.extend(here.values())
        lines.extend(
            Line(before.row, column, f"{before.text} {line.text}")
            for column, line in here.items()
            if (before := above.get(column)) is not None
        )
        above = here
    return lines


def _texts(sheet: Sheet, row: int, *, deep: bool) -> Iterator[tuple[int, Line]]:
    values = sheet.rows[row]
    if deep and (sum(value != "" for value in values) > _MOST_CELLS or any(map(is_figure, values))):
        return
    for column, value in enumerate(values):
        if isinstance(value, str) and len(value) <= _LONGEST_LINE and any(map(str.isalpha, value)):
            yield column, Line(row, column, unmarked(value))
