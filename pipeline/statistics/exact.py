"""Sums and quotients of numbers as they are written."""

import math
from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact, localcontext
from fractions import Fraction

# Digits enough for the largest number beside the smallest; were they not, it would say so.
_UNROUNDED = Context(prec=1000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])


def exact(value: float) -> Fraction:
    """A number as it is written: 0.1 is one tenth, not the binary fraction next to it."""
    return Fraction(repr(float(value)))


def exact_sum(values: Iterable[float]) -> float:
    """The sum of numbers as they are written, rounded once; NaN where one of them is.

    >>> exact_sum([0.1, 0.2])
    0.3
    """
    values = list(values)
    if all(value % 1 == 0 for value in values):
        return math.fsum(values)
    with localcontext(_UNROUNDED):
        return float(sum(map(Decimal, map(repr, map(float, values)))))
