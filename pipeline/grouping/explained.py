"""Whether the numbers of one finding explain another one: a sum that holds its cell, a rate computed from it."""

import math
from collections.abc import Mapping, Sequence

from pipeline.grouping.noted import Noted

_SCALES = (1e3, 1e6, 1e-3, 1e-6)
_ROUNDED = 0.01  # what a figure in thousands may lack of its units, as a part of what is off


def always(_cause: Noted, _effect: Noted) -> bool:
    """What shares the cause's place follows from it."""
    return True


def never(_causes: Sequence[Noted], _effect: Noted) -> bool:
    """Each cause stands for itself."""
    return False


def rests_on(cause: Noted, effect: Noted) -> bool:
    """Whether the effect's figure is computed from the cause's cell."""
    return (cause.sheet, cause.cell) in effect.basis.numbers


def left_out(cause: Noted, effect: Noted) -> bool:
    """Whether the effect is off by a number of the cause's row."""
    return any(_same(number, effect.basis.off) for number in _beside(cause, effect))


def lacks_on_one_side(cause: Noted, effect: Noted) -> bool:
    """Whether two sums differ by a number of the cause's row, whichever of them lacks it."""
    return any(_same(abs(number), abs(effect.basis.off)) for number in _beside(cause, effect))


def all_left_out(causes: Sequence[Noted], effect: Noted) -> bool:
    """Whether the effect is off by the numbers of all these rows."""
    found = [number for cause in causes for number in _beside(cause, effect)]
    return len(found) > 1 and _same(math.fsum(found), effect.basis.off)


def out_of_scale(cause: Noted, effect: Noted) -> bool:
    """Whether the effect adds up the cause's cell, and is off by what the cell is too large or too small."""
    number, off = effect.basis.numbers.get((cause.sheet, cause.cell), math.nan), abs(effect.basis.off)
    return any(abs(abs(number * (scale - 1)) - off) <= _ROUNDED * off for scale in _SCALES)


def was_converted(cause: Noted, effect: Noted) -> bool:
    """Whether the effect's own cell is one that was converted."""
    return (effect.sheet, effect.cell) in cause.basis.numbers


def mixes_units(cause: Noted, effect: Noted) -> bool:
    """Whether of the numbers that the effect compares some were converted and others were not."""
    used = {*effect.basis.numbers, (effect.sheet, effect.cell)}
    converted = used & set(cause.basis.numbers)
    return bool(converted) and bool(effect.basis.numbers) and converted != used


def off_by_its_change(cause: Noted, effect: Noted) -> bool:
    """Whether a total adds up the cause's cell and lacks what that one changed by."""
    return rests_on(cause, effect) and math.isclose(cause.basis.off, -effect.basis.off, rel_tol=1e-9)


def off_as_its_part(cause: Noted, effect: Noted) -> bool:
    """Whether a total holds all rows of another one and is off by as much."""
    return _is_within(cause.basis.numbers, effect.basis.numbers) and _same(cause.basis.off, effect.basis.off)


def off_as_its_rows(cause: Noted, effect: Noted) -> bool:
    """Whether a comparison of sums uses rows of the cause's total and is off by as much."""
    shared = cause.basis.numbers.keys() & effect.basis.numbers.keys()
    return bool(shared) and _same(abs(cause.basis.off), abs(effect.basis.off))


def _is_within(part: Mapping[tuple[str, str], float], whole: Mapping[tuple[str, str], float]) -> bool:
    return bool(part) and part.keys() <= whole.keys()


def _beside(cause: Noted, effect: Noted) -> list[float]:
    """The numbers of the cause's row in the columns that the effect adds up."""
    columns = {(sheet, cell.rstrip("0123456789")) for sheet, cell in effect.basis.numbers}
    return [n for (sheet, cell), n in cause.basis.numbers.items() if (sheet, cell.rstrip("0123456789")) in columns]


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) and bool(one)
