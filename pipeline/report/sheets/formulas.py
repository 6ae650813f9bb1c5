"""Excel formulas over the form tables, and what they come to (so that a formula is written only where it is right)."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import PERIOD
from pipeline.catalogue.models import Indicator
from pipeline.model import Lang
from pipeline.report.sheets.form_tables import (
    COUNTS_HEAD,
    GROUP_HEAD,
    PROVINCE_HEAD,
    WITHIN_HEAD,
    Column,
    FormTable,
    Row,
    group_label,
    part_head,
)

Tables = Mapping[str, FormTable]
# True of every number and of no text: a cell that says "x" leaves the sum.
_IS_NUMBER = '">=-1E+300"'
_CLOSE = 1e-9
# Wildcards, and what may be read as a number, a date or a share.
_SPECIAL = re.compile(r"[*?~]|^(?!\d{1,9}$)\W*\d[\d\W]*$")
_PIECE = 250  # letters of a text in a formula: Excel takes 255
LONGEST = 8000  # characters in a formula; Excel takes 8,192


def quoted(text: str) -> str:
    """A text inside a formula: in several pieces where it is longer than Excel takes one.

    >>> quoted('6" nails')
    '"6"" nails"'
    """
    pieces = (text[at : at + _PIECE] for at in range(0, len(text) or 1, _PIECE))
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def criterion(text: str) -> str:
    """A criterion of SUMIFS that matches this very text: no wildcards, no comparison.

    >>> criterion("a*"), criterion("<5")
    ('"a~*"', '"=<5"')
    """
    escaped = "".join(f"~{c}" if c in "~*?" else c for c in text)
    return quoted(f"={escaped}" if escaped[:1] in {"=", "<", ">"} else escaped)


def is_its_own_criterion(text: str) -> bool:
    """Whether a cell with this text, named as a criterion of COUNTIFS, is met by what `as_criterion` says alone.

    A text from an input is never written into a formula: where its cell cannot be named, there is no formula.

    >>> [is_its_own_criterion(text) for text in ("north.xlsx", "01", "=1+1", "a*", "1/2", "")]
    [True, True, False, False, False, False]
    """
    return 0 < len(text) <= _PIECE and text[0] not in "=<>" and text[0].isprintable() and not _SPECIAL.search(text)


def as_criterion(text: str) -> str:
    """A text as COUNTIFS tells texts apart: in no case, and numbers by their value.

    >>> as_criterion("North"), as_criterion("01")
    ('north', '1')
    """
    return str(int(text)) if text.isascii() and text.isdigit() else text.casefold()


def texts_of(texts: Iterable[str]) -> str:
    """Criteria of SUMIFS that match these very texts, one below the other.

    >>> texts_of(["a*", "b"])
    '{"a~*";"b"}'
    """
    return "{" + ";".join(map(criterion, texts)) + "}"


def bare(name: str) -> str:
    """What a defined name can hold of a name.

    >>> bare("ha-tinh")
    'ha_tinh'
    """
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)


def sheet_ref(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def if_given(name: str, given: str = "", otherwise: str = '""') -> str:
    """What is given where a named cell holds a number (itself); where it was emptied, for that reads as 0, a blank.

    >>> if_given("Target_x"), if_given("Target_x", quoted("met"), "NA()")
    ('IF(ISNUMBER(Target_x),Target_x,"")', 'IF(ISNUMBER(Target_x),"met",NA())')
    """
    return f"IF(ISNUMBER({name}),{given or name},{otherwise})"


@dataclass(frozen=True)
class Rows:
    """Which rows an indicator takes: those whose columns hold one of some texts (no column: those that count)."""

    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def lists(self) -> int:
        """How many columns must hold one of several texts: SUMIFS crosses two lists, not three."""
        return sum(len(texts) > 1 for _, texts in self.columns)

    def keep(self, row: Row) -> bool:
        """Whether the row is one of them."""
        if not self.columns:
            return bool(row.counts)
        held = {part_head(i): part for i, part in enumerate(row.parts)} | {GROUP_HEAD: row.group}
        return all(held.get(column) in texts for column, texts in self.columns)


@dataclass(frozen=True)
class Sum:
    """The sum of a column over an indicator's rows; where a column of ``guards`` has no number the row stays out."""

    table: FormTable
    column: Column
    rows: Rows
    guards: tuple[Column, ...]
    long: bool

    def formula(self, provinces: str) -> str:
        """The sum for the province or provinces named in a cell, in a range or one by one; without ``=``."""
        criteria = [f"{self.table.ref(PROVINCE_HEAD)},{provinces}"] if provinces else []
        lists = int(_are_several(provinces))
        if not self.rows.columns:
            criteria.append(f"{self.table.ref(COUNTS_HEAD)},1")
        elif self.long:
            criteria.append(f"{self.table.ref(WITHIN_HEAD)},1")
        for column, texts in self.rows.columns:
            # A second list lies across the first, so that each of one meets each of the other.
            separator = ";" if lists == 0 and provinces else ","
            lists += len(texts) > 1
            wanted = separator.join(criterion(t) for t in texts)
            criteria.append(f"{self.table.ref(column)},{wanted if len(texts) == 1 else '{' + wanted + '}'}")
        criteria += [f"{self.table.ref(guard)},{_IS_NUMBER}" for guard in self.guards]
        sums = f"SUMIFS({','.join([self.table.ref(self.column), *criteria])})"
        return f"SUMPRODUCT({sums})" if lists else sums

    def value(self, provinces: Iterable[str]) -> float:
        """What the formula comes to for these provinces (ids)."""
        return math.fsum(chain.from_iterable(map(self._values, provinces)))

    def _values(self, province: str) -> Sequence[float]:
        """A province's numbers in the sum; many formulas add the same ones."""
        key = (self.column, self.rows, self.guards, province)
        known = self.table.summed.get(key)
        if known is None:
            rows = (r for r in self.table.by_province.get(province, ()) if r.within and self.rows.keep(r))
            values = [[_value(row, guard) for guard in (self.column, *self.guards)] for row in rows]
            known = [own[0] for own in values if own[0] is not None and None not in own]
            self.table.summed[key] = known
        return known


@dataclass(frozen=True)
class Side:
    """One side of an indicator's ratio: a sum of sums."""

    sums: tuple[Sum, ...]

    def formula(self, provinces: str) -> str:
        """The side for the province or provinces of a cell, a range or a list; empty where Excel could not hold it."""
        formula = "=" + "+".join(one.formula(provinces) for one in self.sums)
        crossing = max((one.rows.lists for one in self.sums), default=0) + _are_several(provinces)
        return formula if self.sums and crossing <= 2 and len(formula) <= LONGEST else ""

    def value(self, provinces: Iterable[str]) -> float:
        """What the formula comes to for these provinces (ids)."""
        ids = list(provinces)
        return math.fsum(one.value(ids) for one in self.sums)

    def gives(self, provinces: Iterable[str], value: float | None) -> bool:
        """Whether the formula comes to this value."""
        return bool(self.sums) and value is not None and math.isclose(self.value(provinces), value, rel_tol=_CLOSE)


def _are_several(provinces: str) -> bool:
    return ":" in provinces or provinces.startswith("{")


def _value(row: Row, column: Column) -> float | None:
    cell = row.cells.get(column)
    return None if cell is None else cell.value


def sides(
    indicator: Indicator, catalogue: Catalogue, tables: Tables, lang: Lang, *, previous: bool
) -> tuple[Side, Side]:
    """Numerator and denominator over the tables; for a change this year's and last year's; empty where not stated."""
    numerator = [(form, (measure, previous)) for form, measure in Indicator.operands(indicator.numerator)]
    denominator = [(form, (measure, previous)) for form, measure in Indicator.operands(indicator.denominator)]
    # A change compares two years; each is summed over all rows that it has a number for.
    together = {*numerator, *denominator}
    if indicator.kind == "change":
        denominator = [] if previous else [(form, (measure, True)) for form, (measure, _) in numerator]

    def side(operands: list[tuple[str, Column]]) -> Side:
        rows = {form: _rows(indicator, form, catalogue, lang) for form, _ in operands}
        if None in rows.values() or not all(
            form in tables and column in tables[form].heads for form, column in operands
        ):
            return Side(())
        return Side(tuple(_sum(tables[f], c, together, picked, catalogue) for f, c in operands if (picked := rows[f])))

    return side(numerator), side(denominator)


def _sum(table: FormTable, column: Column, together: set[tuple[str, Column]], rows: Rows, catalogue: Catalogue) -> Sum:
    # A guard is written only where a row lacks a number, so that most formulas stay short enough to read.
    others = {c for form, c in together if form == table.form and c != column}
    guards = tuple(sorted(c for c in others if c in table.gaps and c in table.heads and (c[1] == column[1])))
    return Sum(table, column, rows, guards, PERIOD in catalogue.forms[table.form].key_names)


def _rows(indicator: Indicator, form: str, catalogue: Catalogue, lang: Lang) -> Rows | None:
    """The rows that an indicator names, if this form can have them; None where one column cannot tell them."""
    model = catalogue.forms[form]
    if not indicator.rows or not model.row_keys:
        return Rows()
    if len(indicator.rows) == 1 and any(m.group == indicator.rows[0] for m in model.members.values()):
        return Rows(((GROUP_HEAD, (group_label(catalogue, form, indicator.rows[0], lang),)),))
    columns: dict[str, list[str]] = {}
    for name in catalogue.rows_of(form, indicator.rows):
        listing = [i for i, key in enumerate(model.row_keys) if any(m.id == name for m in key.listed or ())]
        openly = [i for i, key in enumerate(model.row_keys) if key.listed is None]
        for at in (listing or openly)[:1]:
            columns.setdefault(part_head(at), []).append(name)
    return Rows(tuple((column, tuple(names)) for column, names in columns.items())) if len(columns) == 1 else None
