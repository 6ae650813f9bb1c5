"""The catalogue's words made ready for one period: everything folded, years filled in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Province
from pipeline.labels import Path
from pipeline.numbers import Marks, mark_form
from pipeline.periods import Period, dated
from pipeline.text import fold, fold_variants, label_variants, strip_opening
from pipeline.units import Units

# "= 1 + 2", "(I+II)", "[1]+[2]" at the end of a total's label.
_ADDED = r"(?:\d+|[IVX]+|[A-Z])"
_ADDED_ROWS = re.compile(rf"[=:(\[\s]*\b{_ADDED}[)\]]?(?:\s*[+\u2013.,-]+\s*[(\[]?{_ADDED}[)\]]?)+\s*[)\]]*\s*$")
_IN_BRACKETS = re.compile(r"[(\[\uff08]([^()\[\]\uff08\uff09]*)[)\]\uff09]")
_LONGEST_LABEL = 100
Made = TypeVar("Made")


@dataclass(frozen=True)
class Vocabulary:
    """What the reader of a period's workbooks looks for."""

    catalogue: Catalogue
    period: Period
    _made: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[type["Vocabulary"], tuple[Catalogue, Period]]:
        return Vocabulary, (self.catalogue, self.period)  # what is made of it is made anew in another process

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What is made of the vocabulary for all workbooks, each thing under a key of its own."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[return-value]

    def fill(self, text: str) -> str:
        """A text of the catalogue with the period's years filled in."""
        return dated(text, self.period.year)

    def _spans(self, period: Period) -> frozenset[str]:
        """How a period's column is called by its months or its days, folded.

        Months are said only of what begins with the year: three months are the first three.
        """
        first, last = (f"{day:%d/%m/}{day.year:04d}" for day in self.catalogue.window_of(period))
        said = {"year": str(period.year), "months": str(period.months), "first": first, "last": last}
        begins = period.first_month == 1
        texts = self.catalogue.words.spans
        return frozenset(fold(text.format(**said)) for text in texts if begins or "{months}" not in text)

    def folded(self, texts: tuple[str, ...]) -> frozenset[str]:
        """Texts of the catalogue in the form in which cells are compared."""
        return self.once(("folded", texts), lambda: frozenset(fold(self.fill(text)) for text in texts) - {""})

    def pattern(self, path: Path) -> Path:
        """A header path in the form in which headers are compared; a unit in brackets does not count."""
        return tuple((fold_variants(self.fill(part)) or ("",))[-1] for part in path)

    @cached_property
    def marks(self) -> Marks:
        """The marks that stand where a number is not."""
        words = self.catalogue.words
        nil, missing, none = words.nil_marks, (*words.missing_marks, *words.to_come), words.not_applicable_marks
        return Marks(*(frozenset(mark_form(m.replace("…", "...")) for m in marks) for marks in (nil, missing, none)))

    @cached_property
    def to_come(self) -> frozenset[str]:
        """Those that say that the number is still to come."""
        own = (self.catalogue.words.missing_marks, self.catalogue.words.not_applicable_marks)
        return self.folded(self.catalogue.words.to_come) - self.folded(own[0]) - self.folded(own[1])

    @cached_property
    def of_which(self) -> tuple[str, ...]:
        """Words that open a row which is already counted elsewhere."""
        return tuple(self.folded(self.catalogue.words.of_which))

    @cached_property
    def of_which_openings(self) -> tuple[str, ...]:
        """The same before further words."""
        return tuple(f"{word} " for word in self.of_which)

    @cached_property
    def totals(self) -> frozenset[str]:
        """Labels of total rows."""
        return self.folded(self.catalogue.words.total_labels)

    @cached_property
    def ordinals(self) -> frozenset[str]:
        """Headers of columns that only number the rows."""
        return self.folded(self.catalogue.words.ordinal)

    @cached_property
    def units(self) -> frozenset[str]:
        """Headers of columns that hold a unit."""
        return self.folded(self.catalogue.words.unit)

    @cached_property
    def apart(self) -> frozenset[str]:
        """Words that are never taken for misspellings of others."""
        return self.folded(self.catalogue.words.apart)

    @cached_property
    def quantities(self) -> Units:
        """What the words of a unit mean."""
        return Units(self.catalogue.words.scales, self.catalogue.words.same_units)

    @cached_property
    def current(self) -> frozenset[str]:
        """Words of this period's column."""
        return self.folded(self.catalogue.words.current) | self._spans(self.period)

    @cached_property
    def previous(self) -> frozenset[str]:
        """Words of last year's column."""
        return self.folded(self.catalogue.words.previous) | self._spans(self.period.year_before)

    def says_another(self, text: str) -> bool:
        """Whether a text is nothing but a word for another figure, perhaps with this period's or last year's words."""
        said = fold(text)
        if not f"{said} ".startswith(self._other_openings):
            return False
        for word in self._other_figures:
            if said == word:
                return True
            if said.startswith(f"{word} "):
                return said.removeprefix(f"{word} ") in self.current | self.previous
        return False

    def heads_another(self, text: str) -> bool:
        """Whether a text over a column is a word for another figure, or begins with several for a plan."""
        said, sure = fold(text), set(self._other_figures) - self._estimates
        return self.says_another(text) or any(said.startswith(f"{word} ") for word in sure if " " in word)

    def brackets_another(self, label: str, known: Iterable[str]) -> bool:
        """Whether brackets in a row's label say a plan, last year or a comparison, and no ``known`` label does."""
        said = {_bracketed(found) for found in _IN_BRACKETS.findall(label)} - {""}
        if not said:
            return False
        own = {_bracketed(found) for text in known for found in _IN_BRACKETS.findall(self.fill(text))}
        return any(self._tells_another(text) for text in said - own)

    def speaks_of_another(self, text: str) -> bool:
        """Whether a header has a word for another figure among its words: a plan, a comparison."""
        return any(f" {word} " in f" {fold(text)} " for word in self._other_figures)

    def _tells_another(self, said: str) -> bool:
        padded = f" {said} "
        if said == "%":
            return True
        words = {*self._other_figures, *self.previous} - self._estimates
        return said not in self.current and any(f" {word} " in padded for word in words)

    def is_other_row(self, label: str) -> bool:
        """Whether a row's label names last year, a plan, a comparison, a mean, or what another page added up."""
        said = fold(strip_opening(label))
        if said in self.previous or said in self._other_rows or self.says_another(label):
            return True
        if said.endswith(self._current_endings):
            period = max((word for word in self.current if said.endswith(f" {word}")), key=len)
            if said.removesuffix(period).strip() in self._other_rows:
                return True
        return any(fold(found) in self.previous for found in _IN_BRACKETS.findall(label))

    def opens_no_other_row(self, text: str) -> bool:
        """Whether no label that begins with a text is another row's, whatever words without brackets come after it."""
        said, after = f"{fold(text)} ", f"{text} .x"
        if not said.strip() or strip_opening(after) != after:  # what comes after may make a number of it
            return False
        return not any(said.startswith(f"{word} ") or f"{word} ".startswith(said) for word in self._opening_others)

    @cached_property
    def _opening_others(self) -> frozenset[str]:
        return self.previous | self._other_rows | set(self._other_figures)

    @cached_property
    def _current_endings(self) -> tuple[str, ...]:
        return tuple(f" {word}" for word in self.current)

    @cached_property
    def _other_rows(self) -> frozenset[str]:
        return self.folded(self.catalogue.words.other_rows)

    @cached_property
    def _estimates(self) -> frozenset[str]:
        return self.folded(self.catalogue.words.estimates)

    @cached_property
    def _other_figures(self) -> tuple[str, ...]:
        words = self.catalogue.words
        # What is of the month is no other figure where the period is a month.
        own = self.folded({"month": words.month, "quarter": words.quarter}.get(self.period.kind, ()))
        others = (word for word in self.folded(words.other_figures) if own.isdisjoint(word.split()))
        return tuple(sorted(others, key=len, reverse=True))

    @cached_property
    def _other_openings(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self._other_figures)

    @cached_property
    def _notes(self) -> re.Pattern[str]:
        parts = (".*".join(re.escape(fold(piece)) for piece in note.split("*")) for note in self.catalogue.words.notes)
        return re.compile("|".join(f"(?:{part})" for part in parts))

    def is_signature(self, text: str) -> bool:
        """Whether a text under a measure is part of a date line or a signature; a bare asterisk is not."""
        return bool(text.strip() and self._notes.match(fold(text)))

    def is_note(self, text: str) -> bool:
        """Whether a text is what stands below a table: a note, a date line, a signature."""
        return text.lstrip().startswith("*") or bool(text and self._notes.match(fold(text)))

    def is_total(self, text: str) -> bool:
        """Whether a row label says that the row is a total; which rows it adds up ("1+2") may follow."""
        text = text.replace("\N{N-ARY SUMMATION}", "\N{GREEK CAPITAL LETTER SIGMA}")
        bare = _ADDED_ROWS.sub("", text) if len(text) <= _LONGEST_LABEL else text
        return any(v in self.totals for v in (*label_variants(text), *label_variants(bare)))

    def opens_total(self, text: str) -> str:
        """What follows a total's word in a label, folded; such a row is a sub-total, or a place that is named so."""
        folded = fold(strip_opening(text))
        if not folded.startswith(self._total_openings):
            return ""
        word = max((word for word in self.totals if folded.startswith(f"{word} ")), key=len)
        return folded.removeprefix(word).strip()

    @cached_property
    def _total_openings(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self.totals)

    @cached_property
    def provinces(self) -> dict[str, Province]:
        """Folded names -> province, of those that exist on the period's last day, others only where none does."""
        found: dict[str, Province] = {}
        on_day = list(self.catalogue.provinces_on(self.period))
        others = [p for p in self.catalogue.provinces.values() if p not in on_day]
        for province in (*on_day, *others):
            for name in (*province.name.all, *province.also, province.id):
                found.setdefault(fold(name), province)
        found.pop("", None)
        return found

    @cached_property
    def before_province(self) -> tuple[str, ...]:
        """Words before a province's name, the longest first."""
        words = self.catalogue.words
        return tuple(sorted(self.folded((*words.reporting_unit, *words.before_province)), key=len, reverse=True))

    @cached_property
    def province_codes(self) -> dict[str, Province]:
        """Official codes without leading zeros -> province on the period's last day."""
        return {p.code.lstrip("0") or "0": p for p in self.catalogue.provinces_on(self.period) if p.code}


def _bracketed(text: str) -> str:
    """What stands in brackets as it is compared; a sign of percent is all there is of some."""
    return "%" if text.strip() == "%" else fold(text)
