"""The numbers that indicators are made of, ready to be summed: by province, form and measure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.indicators.slices import Slice, Slices
from pipeline.model import MEMBER
from pipeline.periods import Period
from pipeline.statistics.exact import exact_sum
from pipeline.text import fold

Operand = tuple[str, str]  # form, measure
Side = tuple[Operand, ...]


@dataclass(frozen=True)
class Lack:
    """A number that a sum needs and has not: the cell that holds none, or a row's measure that did not come."""

    cell: str = ""
    form: str = ""
    measure: str = ""
    row: str = ""
    unit: str = ""  # of a province that was formed since: whose number it is
    alone: bool = True  # not where nothing of its form came

    @property
    def told(self) -> "Lack":
        """What is to be named: the form, where nothing of it came."""
        return self if self.alone else replace(self, measure="", row="")


@dataclass(frozen=True)
class Sum:
    """Operands summed over the rows that are needed; ``lacking`` names what is not there."""

    value: float = 0.0
    have: int = 0
    lacking: tuple[Lack, ...] = ()
    absent: tuple[str, ...] = ()  # of a province that was formed since: the units whose numbers lack

    @property
    def complete(self) -> bool:
        """Whether nothing lacks."""
        return not self.lacking


@dataclass
class Book:
    """All numbers about one period from one source: this year's, last year's as stated now, or as reported then."""

    catalogue: Catalogue
    slices: Slices
    cells: pd.DataFrame  # that it was made of
    _wanted: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = field(default_factory=dict)

    def sums(
        self, province: str, sides: Iterable[Side], rows: tuple[str, ...], left_out: Collection[str] = ()
    ) -> tuple[Sum, ...]:
        """Sum each side for a province. A row in which an operand is not applicable leaves all sides.

        ``left_out`` are the `Slice.ids` of further rows that do not count.
        """
        sides = tuple(sides)
        excluded = self.not_applicable(province, sides) | set(left_out)
        came = self._came(province, sides, rows)
        return tuple(self._sum(province, side, rows, excluded, came) for side in sides)

    def taken(
        self, province: str, sides: Iterable[Side], rows: tuple[str, ...], left_out: Collection[str] = ()
    ) -> tuple[list[int], ...]:
        """The cells that `sums` adds up on each side, by where they stand in `cells`."""
        sides = tuple(sides)
        excluded = self.not_applicable(province, sides) | set(left_out)
        return tuple(
            [
                at
                for form, measure in side
                if (part := self.slices.get((province, form, measure))) is not None
                for at in part.at[part.counted(self._wanted_rows(form, rows), excluded) & ~part.lacking].tolist()
            ]
            for side in sides
        )

    def not_applicable(self, province: str, sides: Iterable[Side]) -> set[str]:
        """The `Slice.ids` of the rows in which an operand is not applicable."""
        parts = (self.slices.get((province, *operand)) for side in sides for operand in side)
        return {row for part in parts if part is not None for row in part.set_aside}

    def _came(self, province: str, sides: tuple[Side, ...], rows: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """Of each form the needed rows (id -> text) that any operand has."""
        came: dict[str, dict[str, str]] = {}
        for form, measure in (operand for side in sides for operand in side):
            part = self.slices.get((province, form, measure))
            if part is not None:
                needed = part.needed(self._wanted_rows(form, rows))
                came.setdefault(form, {}).update(zip(part.ids[needed], part.rows[needed], strict=True))
        return came

    def _sum(
        self,
        province: str,
        side: Side,
        rows: tuple[str, ...],
        excluded: set[str],
        came: dict[str, dict[str, str]],
    ) -> Sum:
        values: list[float] = []
        lacking: list[Lack] = []
        for name, measure in side:
            form = self.catalogue.forms[name]
            wanted = self._wanted_rows(name, rows)
            part = self.slices.get((province, name, measure))
            absent = self._absent(form, name, measure, part, wanted)
            is_there = (province, name) in self.slices.forms
            lacking.extend(absent if is_there else (replace(a, alone=False) for a in absent))
            if part is None:
                continue
            # What one operand has, the others need too: no ratio of these rows over those.
            missing = came[name].keys() - part.came - excluded
            lacking.extend(Lack("", name, measure, came[name][row]) for row in sorted(missing))
            needed = part.counted(wanted, excluded)
            values.extend(part.values[needed & ~part.lacking].tolist())
            lacking.extend(Lack(cell) for cell in part.cells[needed & part.lacking].tolist())
        return Sum(exact_sum(values), len(values), tuple(dict.fromkeys(lacking)))

    def _wanted_rows(self, form: str, rows: tuple[str, ...]) -> tuple[str, ...]:
        if not rows or not self.catalogue.forms[form].row_keys:
            return ()
        if (form, rows) not in self._wanted:
            self._wanted[form, rows] = self.catalogue.rows_of(form, rows)
        return self._wanted[form, rows]

    @staticmethod
    def _absent(form: Form, name: str, measure: str, part: Slice | None, wanted: tuple[str, ...]) -> list[Lack]:
        """Rows that are needed and did not come; an open key needs those that came."""
        expected = wanted or form.added_up
        if part is None:
            return [Lack("", name, measure, row) for row in expected or ("",)]
        return [
            Lack("", name, measure, row)
            for row in expected
            if row not in part.present and fold(row) not in part.present
        ]


def book_of(cells: pd.DataFrame, period: Period, catalogue: Catalogue) -> Book:
    """The member cells that are about a period (their own period lies within it)."""
    is_member = (cells["role"] == MEMBER).to_numpy()
    periods = cells["period"]
    within = {p for p in periods.unique() if (own := Period.parse(p)) is not None and period.covers(own)}
    at = np.flatnonzero(is_member & periods.isin(within).to_numpy())
    return Book(catalogue, Slices(cells, at, catalogue, catalogue.members_on(period)), cells)
