"""Decides what a stated percentage means: 84,95 or 0,8495. One scale for each column of a sheet."""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import numpy as np

from pipeline.catalogue.forms import Column
from pipeline.expressions import Expression, Term
from pipeline.ingest.habits import settle_habit
from pipeline.ingest.parts import address, cell_position
from pipeline.ingest.reader import Corrected
from pipeline.ingest.sink import CellRecord, Sink
from pipeline.model import Share
from pipeline.states import NUMBER
from pipeline.text import tidy

_HUNDRED = 100.0
_NEAR = 0.005  # half a percentage point: enough to tell 0.85 from 85
# Beyond these a share was probably written on the other scale: 150 % of numbers that stand as fractions, 1,000 % of
# one that is shown with a % sign, which somebody looked at, and 1,000 % of hundreds (84,95 without its comma).
_MOST_FRACTION, _MOST_SHOWN, _MOST_HUNDREDS = 1.5, 10.0, 1000.0


class _Stated(NamedTuple):
    """A column's cells, and what its formula gives beside each (NaN where it gives nothing)."""

    cells: list[CellRecord]
    computed: Sequence[float]


def scale_percents(sink: Sink) -> None:
    """Decide what only the whole sheet tells: its decimal sign, then the scale of its shares, made fractions."""
    settle_habit(sink)
    for name, column in sink.layout.measures.items():
        if column.kind != "percent":
            continue
        for previous in (False, True):
            cells = [c for c in sink.cells if (c.measure, c.previous) == (name, previous) and c.state == NUMBER]
            if cells:
                _scale(sink, cells, column)


def _scale(sink: Sink, cells: list[CellRecord], column: Column) -> None:
    computed = _computed(sink, cells, column.formula) if column.formula else [math.nan] * len(cells)
    stated = _Stated(cells, list(computed))
    # A correction is typed by somebody else: it says nothing about the column.
    corrected = {address(*cell): told for cell, told in sink.sheet.corrected.items()}
    own = [(c, x) for c, x in zip(*stated, strict=True) if c.cell not in corrected]
    fraction = _is_fraction(_Stated([cell for cell, _ in own], [number for _, number in own]))
    for cell, number in zip(*stated, strict=True):
        if cell.cell in corrected and not cell.signed:
            _settle_correction(sink, corrected[cell.cell], cell, number, fraction=fraction)
    others = _others(stated, fraction=fraction)
    doubts = [(c, o) for c, o in zip(cells, others, strict=True) if o is not None]
    for cell in cells:
        if _in_hundreds(cell, fraction=fraction):
            cell.value = _share(cell.value)
            cell.decimals += 2
    for cell, other in doubts:
        shares = {"read": Share(cell.value), "other": Share(other)}
        sink.find("percent_scale_guessed", "warning", cell_position(cell.cell), cell.raw, label=cell.label, **shares)


def _settle_correction(sink: Sink, corrected: Corrected, cell: CellRecord, computed: float, *, fraction: bool) -> None:
    """Read a correction without a % sign on the scale of what it replaces, where that leaves one meaning only."""
    place = cell_position(cell.cell) or (0, 0)
    replaced = str(corrected.params["reads"])
    shown = place in sink.sheet.scan.percents and isinstance(sink.sheet.value(*place), float)
    in_fractions = "%" not in replaced and (shown or fraction)
    fits = _fit(cell.value, computed) == ("fraction" if in_fractions else "hundreds")
    if cell.value and not fits and (abs(cell.value) > 1) == in_fractions:
        corrected.unclear = _both_shares(corrected.should_read, cell.value)
    cell.percent, cell.signed = True, not in_fractions


def _both_shares(text: str, value: float) -> tuple[str, str]:
    """The shares that a number without a % sign could be, as they are typed with one.

    >>> _both_shares("0,9", 0.9), _both_shares("90", 90.0)
    (('90%', '0,9%'), ('9000%', '90%'))
    """
    hundredfold = f"{Decimal(repr(value)).scaleb(2).normalize():f}%"
    return hundredfold.replace(".", ",") if "," in text else hundredfold, f"{tidy(text)}%"


def _in_hundreds(cell: CellRecord, *, fraction: bool) -> bool:
    return cell.signed or (not cell.percent and not fraction)


def _share(value: float) -> float:
    """A hundredth, as exact as the number was.

    >>> _share(84.95)
    0.8495
    """
    return float(Decimal(repr(float(value))).scaleb(-2))


def _is_fraction(stated: _Stated) -> bool:
    """Whether numbers without a sign of their own are fractions."""
    if any(c.percent and not c.signed for c in stated.cells):
        return True
    if any(c.percent for c in stated.cells):
        return False
    fits = [_fit(c.value, computed) for c, computed in zip(*stated, strict=True)]
    return fits.count("fraction") > fits.count("hundreds")


def _fit(value: float, computed: float) -> str:
    """The scale on which a number is what its formula gives; empty where it is so on neither."""
    errors = {"fraction": abs(value - computed), "hundreds": abs(value / _HUNDRED - computed)}
    nearest = min(errors, key=lambda scale: errors[scale])
    return nearest if value and errors[nearest] < _NEAR else ""  # nothing is near to NaN


def _others(stated: _Stated, *, fraction: bool) -> list[float | None]:
    """For each cell the share that it would be on the other scale, where that is no less likely."""
    hundreds = [c for c in stated.cells if _in_hundreds(c, fraction=fraction)]
    beside = [abs(c.value) for c in hundreds if c.signed or abs(c.value) > 1]
    return [_other(cell, computed, beside, fraction=fraction) for cell, computed in zip(*stated, strict=True)]


def _other(cell: CellRecord, computed: float, beside: list[float], *, fraction: bool) -> float | None:
    """The other share of one cell; None where its reading stands."""
    value, size = cell.value, abs(cell.value)
    fit = _fit(value, computed)
    if cell.signed or not value:
        return None
    if not _in_hundreds(cell, fraction=fraction):
        unlikely = size > (_MOST_SHOWN if cell.percent else _MOST_FRACTION)
        return _share(value) if fit == "hundreds" or (unlikely and fit != "fraction") else None
    if fit:
        return value if fit == "fraction" else None
    if size > _MOST_HUNDREDS:
        return _share(_share(value))
    return value if size <= 1 and _stands_out(size, beside) else None


def _stands_out(size: float, beside: list[float]) -> bool:
    """Whether a number up to 1 would be among the column's others as a fraction only; or there are no others."""
    if not beside:
        return True
    return size < min(beside) / 2 <= size * _HUNDRED <= 2 * max(beside)


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
