"""The numbers that indicators are made of, ready to be summed: by province, form and measure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.model import MEMBER
from pipeline.once import once
from pipeline.periods import Period
from pipeline.states import LACKING, NOT_APPLICABLE
from pipeline.statistics.exact import exact_sum
from pipeline.text import fold

Operand = tuple[str, str]  # form, measure
Side = tuple[Operand, ...]
_NEEDED = ["period", "province", "form", "row", "measure", "value", "state", "part_of", "sheet", "cell"]


@lru_cache(4096)
def _names_of(row: str, several_keys: bool) -> frozenset[str]:
    parts = (row, *row.split("/")) if several_keys else (row,)
    return frozenset({*parts, *(fold(part) for part in parts)})


@dataclass(frozen=True)
class Slice:
    """The numbers of one measure of one form of one province; arrays of one length, one element a cell."""

    rows: "npt.NDArray[np.object_]"
    ids: "npt.NDArray[np.object_]"  # the row with its own period, year left out: the same in last year's book
    values: npt.NDArray[np.float64]
    lacking: npt.NDArray[np.bool_]
    excluded: npt.NDArray[np.bool_]  # not applicable
    part: npt.NDArray[np.bool_]  # an "of which" row
    cells: "npt.NDArray[np.object_]"
    at: npt.NDArray[np.int_]  # where each cell stands in `Book.cells`
    several_keys: bool = False

    @cached_property
    def names(self) -> list[frozenset[str]]:
        """For each cell the names its row answers to: the whole row and, of several keys, each one's member."""
        return [_names_of(row, self.several_keys) for row in self.rows]

    @cached_property
    def present(self) -> frozenset[str]:
        """The names that any row answers to."""
        return frozenset[str]().union(*self.names)

    @cached_property
    def came(self) -> frozenset[str]:
        """The ids of all rows."""
        return frozenset(self.ids)

    @cached_property
    def set_aside(self) -> frozenset[str]:
        """The ids of the rows that are not applicable."""
        return frozenset(self.ids[self.excluded])

    @cached_property
    def _needed(self) -> "dict[tuple[str, ...], npt.NDArray[np.bool_]]":
        return {(): ~self.part}

    def needed(self, wanted: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Which cells are of the rows wanted; of none in particular: of those that are part of no other."""
        if wanted not in self._needed:
            names = {*wanted, *(fold(w) for w in wanted)}
            self._needed[wanted] = np.array([bool(names & own) for own in self.names], dtype=bool)
        return self._needed[wanted]

    def counted(self, wanted: tuple[str, ...], excluded: Collection[str]) -> npt.NDArray[np.bool_]:
        """The same without the cells of rows that are ``excluded`` by their ids."""
        if not excluded:
            return self.needed(wanted)
        kept: npt.NDArray[np.bool_] = np.array([row not in excluded for row in self.ids], dtype=bool)
        return np.logical_and(self.needed(wanted), kept)


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
    slices: Mapping[tuple[str, str, str], Slice]
    cells: pd.DataFrame  # that it was made of
    _wanted: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _forms(self) -> frozenset[tuple[str, str]]:
        """The forms of which anything came, by province."""
        return frozenset((province, form) for province, form, _ in self.slices)

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
            lacking.extend(absent if (province, name) in self._forms else (replace(a, alone=False) for a in absent))
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
    members = cells.loc[is_member, _NEEDED]
    within = {p for p in members["period"].unique() if (own := Period.parse(p)) is not None and period.covers(own)}
    is_within = members["period"].isin(within).to_numpy()
    members, stands = members[is_within], np.flatnonzero(is_member)[is_within]
    if members.empty:
        return Book(catalogue, {}, cells)
    # Columns are taken once and cut by position: a frame for each of a thousand measures costs far more.
    rows = once(members["row"])
    ids = once(members["period"].str[4:] + "\n" + members["row"])
    values = members["value"].to_numpy(dtype=float)
    states = members["state"].to_numpy().astype(str)
    lacking, excluded = np.isin(states, LACKING), states == NOT_APPLICABLE
    parts = (members["part_of"] != "").to_numpy(dtype=bool)
    addresses = once(members["sheet"] + "!" + members["cell"])
    slices: dict[tuple[str, str, str], Slice] = {}
    for key, at in members.groupby(["province", "form", "measure"], sort=False).indices.items():
        province, form, measure = map(str, key)
        slices[province, form, measure] = Slice(
            rows=rows[at],
            ids=ids[at],
            values=values[at],
            lacking=lacking[at],
            excluded=excluded[at],
            part=parts[at],
            cells=addresses[at],
            at=stands[at],
            several_keys=len(catalogue.forms[form].row_keys) > 1,
        )
    return Book(catalogue, slices, cells)
