"""Sums and quotients of numbers as they are written."""

import math
from collections.abc import Iterable
from fractions import Fraction


def exact(value: float) -> Fraction:
    """A number as it is written: 0.1 is one tenth, not the binary fraction next to it."""
    return Fraction(repr(float(value)))


def exact_sum(values: Iterable[float]) -> float:
    """The sum of numbers as they are written, rounded once.

    >>> exact_sum([0.1, 0.2])
    0.3
    """
    values = list(values)
    if all(value % 1 == 0 for value in values):
        return math.fsum(values)
    return float(sum(map(exact, values), Fraction()))
