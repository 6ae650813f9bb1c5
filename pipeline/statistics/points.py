"""Points that a value earns in a scoring table. Values and points are exact; only what is earned is rounded, once.

The rules are those that scoring sheets of emulation clusters state in words: a maximum that is reached step by step or
in proportion, or from which so much is taken for each case.
"""

from collections.abc import Iterable
from fractions import Fraction

DECIMALS = 2


def rounded(points: Fraction) -> Fraction:
    """Points as a scoring sheet has them: two decimals, a half upwards. Nothing else is rounded, sums least of all.

    >>> float(rounded(Fraction("9.995"))), float(rounded(Fraction("9.9949")))
    (10.0, 9.99)
    """
    scale = 10**DECIMALS
    return Fraction((points * scale + Fraction(1, 2)).__floor__(), scale)


def linear(value: Fraction, floor: Fraction, full: Fraction, maximum: Fraction) -> Fraction:
    """Nothing up to ``floor``, all from ``full`` on, in proportion between them; ``full`` may be the smaller.

    >>> float(linear(Fraction("0.8"), Fraction("0.7"), Fraction("0.9"), Fraction(10)))
    5.0
    """
    share = (value - floor) / (full - floor)
    return maximum * min(max(share, Fraction(0)), Fraction(1))


def threshold(value: Fraction, steps: Iterable[tuple[Fraction, Fraction]], *, below: bool = False) -> Fraction:
    """The points of the best step (bound, points) that is reached: at least the bound, or with ``below`` at most it.

    >>> float(threshold(Fraction("0.95"), [(Fraction("0.9"), Fraction(3)), (Fraction("0.95"), Fraction(5))]))
    5.0
    """
    reached = [points for at, points in steps if (value <= at if below else value >= at)]
    return max(reached, default=Fraction(0))


def deduction(value: Fraction, lose: Fraction, per: Fraction, maximum: Fraction) -> Fraction:
    """All points less ``lose`` for each ``per`` of the value, and never below nothing or above all.

    >>> float(deduction(Fraction(3), Fraction(2), Fraction(1), Fraction(5)))
    0.0
    """
    return min(max(maximum - lose * value / per, Fraction(0)), maximum)
