"""Tells the cells that hold a stored number of which nothing else is known: there is no more to ask of them."""

from typing import NamedTuple

from pipeline.catalogue.forms import Form
from pipeline.ingest.parts import Cell
from pipeline.ingest.reader import Sheet, shortest
from pipeline.numbers import Marks, is_no_count, parse_cell
from pipeline.states import NUMBER

_WHOLE = 1e10  # whole numbers below are what they are, in a column of any kind
_COUNTED = frozenset({"count", "amount"})


class PlainNumber(NamedTuple):
    """A stored number as its record has it."""

    value: float
    decimals: int
    raw: str
    percent: bool  # shown as a percentage
    computed: bool  # by a formula


class PlainCells:
    """The plain numbers of a sheet; what it says of none of them, the reader of any cell has to say."""

    def __init__(self, sheet: Sheet, form: Form, marks: Marks) -> None:
        """Gather the cells of which the sheet tells more than their values, before any is asked for."""
        scan, typed = sheet.scan, sheet.decoded.typed if sheet.decoded else {}
        said = (scan.errors, scan.valueless, scan.doubtful, scan.units, sheet.corrected, typed)
        self._more_said: set[Cell] = set().union(*said)
        self._sheet, self._scan, self._marks = sheet, scan, marks
        self._kinds = {name: column.kind for name, column in form.columns.items()}

    def at(self, cell: Cell, measure: str) -> PlainNumber | None:
        """The plain number of a measure in a cell; None where there is none, or more must be asked."""
        value = self._sheet.value(*cell)
        if type(value) is not float or cell in self._more_said:
            return None
        kind, percent = self._kinds[measure], cell in self._scan.percents
        if percent and kind in _COUNTED:
            return None
        computed = cell in self._scan.formulas
        if value.is_integer() and -_WHOLE < value < _WHOLE:
            return PlainNumber(value + 0.0, 0, str(int(value)), percent, computed)
        read = parse_cell(value, kind, self._marks)
        if read.state != NUMBER or is_no_count(read.value, kind):
            return None
        return PlainNumber(read.value, read.decimals, shortest(value), percent, computed)
