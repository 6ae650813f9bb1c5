"""Intervals of proportions and of ratios."""

import math
from statistics import NormalDist

_TAIL = 0.025  # of 95 % intervals
Z = NormalDist().inv_cdf(1 - _TAIL)


def wilson(successes: float, trials: float) -> tuple[float, float] | None:
    """The 95 % score interval of a proportion (Wilson 1927); None unless 0 <= successes <= trials, trials > 0.

    >>> [round(bound, 3) for bound in wilson(35, 36)]
    [0.858, 0.995]
    """
    if not 0 <= successes <= trials or trials <= 0:
        return None
    share, z2 = successes / trials, Z * Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    # At 0 and at all the bound is exact; the formula is off by a rounding there.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == trials else min(1.0, middle + half)


def poisson(count: float, denominator: float) -> tuple[float, float] | None:
    """The exact 95 % interval of a ratio whose numerator is a count that is no part of the denominator (Garwood 1936).

    The numerator varies as Poisson's law has it, the denominator is taken as it is; None unless that is above 0.

    >>> [round(bound, 3) for bound in poisson(40, 36)]
    [0.794, 1.513]
    """
    from scipy.special import gammaincinv

    if count < 0 or denominator <= 0:
        return None
    low = float(gammaincinv(count, _TAIL)) if count > 0 else 0.0
    return low / denominator, float(gammaincinv(count + 1, 1 - _TAIL)) / denominator


def change_of_counts(count: float, base: float) -> tuple[float, float] | None:
    """The exact 95 % interval of count / base - 1 where both vary as Poisson's law has it; None unless base is above 0.

    Of both together the count is binomial (Przyborowski and Wilenski 1940): bounds of its share (Clopper and Pearson
    1934) are bounds of the ratio.

    >>> [round(bound, 2) for bound in change_of_counts(80, 100)]
    [-0.41, 0.08]
    """
    from scipy.special import betaincinv

    if count < 0 or base <= 0:
        return None
    low = float(betaincinv(count, base + 1, _TAIL)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, base, 1 - _TAIL))
    return low / (1 - low) - 1, high / (1 - high) - 1
