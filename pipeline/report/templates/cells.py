"""What each cell of a blank form's measures holds: nothing yet, last year's figure, or a formula and its value."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.catalogue.forms import Column as Measure
from pipeline.catalogue.forms import Form
from pipeline.expressions import PREVIOUS, Expression, Term
from pipeline.model import Known
from pipeline.report.templates.lines import Column, Line

Cell = tuple[int, int]  # row and column, from 0


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of the numbers that follow each other.

    >>> list(runs([1, 2, 3, 7]))
    [(1, 3), (7, 7)]
    """
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        own = [number for _, number in run]
        yield own[0], own[-1]


@dataclass(frozen=True)
class Table:
    """A form's table as it stands on its sheet: its columns, and its lines from the row ``top`` on."""

    form: Form
    columns: Sequence[Column]
    lines: Sequence[Line]
    top: int
    known: Known

    @property
    def keys(self) -> int:
        """How many columns name the rows."""
        return sum(not column.measure for column in self.columns)

    @property
    def label(self) -> int:
        """The column of what the rows are called, of several keys the last one's."""
        last = max(column.key for column in self.columns)
        return next((i for i, column in enumerate(self.columns) if column.key == last >= 0), 1)

    @property
    def measured(self) -> range:
        """The columns of measures."""
        return range(self.keys, len(self.columns))

    @property
    def members(self) -> list[int]:
        """The offsets of the lines in which figures are typed."""
        return [offset for offset, line in enumerate(self.lines) if line.is_member]

    def at(self, offset: int, index: int) -> Cell:
        """Where a line's cell stands."""
        return self.top + offset, index

    def name(self, offset: int, index: int) -> str:
        """The measure of a cell; a list has another one in each line."""
        return self.lines[offset].measure or self.columns[index].measure

    def measure(self, offset: int, index: int) -> Measure:
        """What the catalogue says of the cell's measure."""
        return self.form.columns[self.name(offset, index)]

    def has_cell(self, offset: int, index: int) -> bool:
        """Whether the form has a figure there: of a list's measures some may have none of last year."""
        measure = self.name(offset, index)
        return not self.columns[index].previous or self.form.has_previous(measure)

    def is_entry(self, offset: int, index: int) -> bool:
        """Whether the province types a figure or a remark there."""
        typed = self.lines[offset].is_member and self.has_cell(offset, index)
        return typed and not self.measure(offset, index).equals and self.before(offset, index) is None

    def before(self, offset: int, index: int) -> float | None:
        """Last year's figure as it was reported then; None where none is known, or the cell is about this year."""
        line, column = self.lines[offset], self.columns[index]
        if not column.previous or not line.is_member:
            return None
        return self.known.before.get((*line.place(self.form), self.name(offset, index)))

    def places(self, offset: int) -> dict[Term, Cell]:
        """Where the numbers stand that a rule or a formula may use in a line: in its row, or in all of a list."""
        if self.form.layout == "list":
            by_year = {self.columns[i].previous: i for i in self.measured}
            found = [(line.measure, year, (o, i)) for o, line in enumerate(self.lines) for year, i in by_year.items()]
        else:
            found = [(self.columns[i].measure, self.columns[i].previous, (offset, i)) for i in self.measured]
        return {Term(f"{name}{PREVIOUS if previous else ''}"): cell for name, previous, cell in found}


class Formulas:
    """The formulas of a table's grey cells, and what they come to before anything is typed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._values: dict[Cell, float] = {}

    def of(self, offset: int, index: int) -> str:
        """A sum for totals, the stated formula for a rate; empty where the province types a number."""
        table = self._table
        line, measure = table.lines[offset], table.measure(offset, index)
        if not table.has_cell(offset, index):
            return ""
        if measure.equals:
            expression = self._stated(offset, index)
            cells = self._cells(expression, offset)
            used = list(dict.fromkeys(cells.values()))
            return f'=IFERROR(IF(COUNT({",".join(used)})<{len(used)},"",{expression.formula(cells)}),"")'
        if line.is_member or not line.adds or not measure.sums:
            return ""
        ranges = (
            f"{xl_rowcol_to_cell(*table.at(first, index))}:{xl_rowcol_to_cell(*table.at(last, index))}"
            for first, last in runs(line.adds)
        )
        return f"=SUM({','.join(ranges)})"

    def value(self, offset: int, index: int) -> float | str:
        """What a formula comes to over last year's figures alone."""
        table = self._table
        if not table.measure(offset, index).equals:
            return self._number(offset, index)
        expression = self._stated(offset, index)
        places = table.places(offset)
        numbers = {term: np.array([self._number(*places[term])]) for term in expression.terms}
        result = expression.evaluate(numbers)
        return float(result.values[0]) if result.known[0] else ""

    def _number(self, offset: int, index: int) -> float:
        """The number in a cell; NaN in an empty one, whose sums are 0."""
        table = self._table
        if (offset, index) not in self._values:
            if table.lines[offset].is_member:
                found = table.before(offset, index)
                value = math.nan if found is None else found
            elif table.measure(offset, index).sums:
                parts = (self._number(part, index) for part in table.lines[offset].adds)
                value = math.fsum(part for part in parts if not math.isnan(part))
            else:
                value = math.nan
            self._values[offset, index] = value
        return self._values[offset, index]

    def _stated(self, offset: int, index: int) -> Expression:
        expression = Expression(self._table.measure(offset, index).equals)
        return expression.of_previous if self._table.columns[index].previous else expression

    def _cells(self, expression: Expression, offset: int) -> dict[Term, str]:
        places = self._table.places(offset)
        return {term: xl_rowcol_to_cell(*self._table.at(*places[term])) for term in expression.terms}
