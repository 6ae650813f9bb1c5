"""How far a count is from a target: whole cases, exactly."""

import math
from fractions import Fraction

SHARE, CHANGE, PER_100K, TOTAL = "share", "change", "per_100k", "total"


def cases_to(numerator: Fraction, denominator: Fraction, target: Fraction, op: str, scale: str = SHARE) -> int | None:
    """How many more cases (fewer, for ``<`` and ``<=``) the numerator needs to meet a target; the denominator stays.

    The smallest whole number k with which numerator + k (or - k) meets it: positive where it is missed; where it is met
    -k is the margin, the cases that could go the other way. None over a denominator that is not positive.

    ``scale``: a share is n / d, a change n / d - 1, ``per_100k`` is 100,000 n / d, a total is n.

    >>> cases_to(Fraction(286), Fraction(361), Fraction(4, 5), ">=")
    3
    >>> cases_to(Fraction(93), Fraction(100), Fraction(-7, 100), "<=", CHANGE)
    0
    """
    if scale != TOTAL and denominator <= 0:
        return None
    bound = {
        SHARE: target * denominator,
        CHANGE: (1 + target) * denominator,
        PER_100K: target * denominator / 100_000,
        TOTAL: target,
    }[scale]
    lacking = bound - numerator if op.startswith(">") else numerator - bound
    return math.ceil(lacking) if op.endswith("=") else math.floor(lacking) + 1


def rate_of_the_rest(numerator: float, denominator: float, target: float, part: float) -> float | None:
    """What share of the cases still to come would bring a share up to its target by the end of the year.

    ``part`` of the year has passed; cases go on coming at the same pace. 0: met whatever comes. Above 1: more than all
    of them, out of reach of a part of a whole. None at the year's end.

    >>> rate_of_the_rest(70, 100, 0.8, 0.5)
    0.9
    >>> rate_of_the_rest(79, 100, 0.3, 0.75), rate_of_the_rest(10, 100, 0.8, 0.75)
    (0.0, 2.9)
    """
    if not 0 < part < 1 or denominator <= 0:
        return None
    whole = denominator / part
    # Noise is rounded off: all of what is to come is within reach.
    return max(0.0, round((target * whole - numerator) / (whole - denominator), 9))
