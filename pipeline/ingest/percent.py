"""Decides what a stated percentage means: 84,95 or 0,8495. One scale for each column of a sheet."""

import math
from itertools import groupby

import numpy as np

from pipeline.catalogue.forms import Column
from pipeline.expressions import Expression, Term
from pipeline.ingest.sink import CellRecord, Sink
from pipeline.states import NUMBER

_HUNDRED = 100.0
_NEAR = 0.005  # half a percentage point: enough to tell 0.85 from 85


def scale_percents(sink: Sink) -> None:
    """Turn every percent cell of the sink into a fraction."""
    for name, column in sink.layout.measures.items():
        if column.kind != "percent":
            continue
        for previous in (False, True):
            cells = [c for c in sink.cells if (c.measure, c.previous) == (name, previous) and c.state == NUMBER]
            if cells:
                _scale(sink, cells, column)


def _scale(sink: Sink, cells: list[CellRecord], column: Column) -> None:
    undecided = [c for c in cells if not c.percent]
    fraction = _is_fraction(sink, cells, undecided, column)
    for cell in cells:
        if cell.signed or (not cell.percent and not fraction):
            cell.value /= _HUNDRED
            cell.decimals += 2


def _is_fraction(sink: Sink, cells: list[CellRecord], undecided: list[CellRecord], column: Column) -> bool:
    """Whether numbers without a sign of their own are fractions."""
    if any(c.percent and not c.signed for c in cells):
        return True
    if any(c.percent for c in cells) or not undecided or column.formula is None:
        return False
    stated, computed = np.array([c.value for c in undecided]), _computed(sink, undecided, column.formula)
    as_fraction = np.sum(np.abs(stated - computed) < _NEAR)
    as_hundreds = np.sum(np.abs(stated / _HUNDRED - computed) < _NEAR)
    return bool(as_fraction > as_hundreds)


def _computed(sink: Sink, cells: list[CellRecord], formula: Expression) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What a formula gives in the rows of these cells; NaN where it cannot be evaluated."""
    values = {
        (line, measure, previous): next(group).value
        for (line, measure, previous), group in groupby(sink.cells, key=lambda c: (c.line, c.measure, c.previous))
    }
    numbers = {
        term: np.array([values.get((c.line, term.name, c.previous), math.nan) for c in cells])
        for term in (Term(t.name) for t in formula.terms)
    }
    result = formula.evaluate(numbers)
    return np.where(result.known, result.values.astype(float), math.nan)
