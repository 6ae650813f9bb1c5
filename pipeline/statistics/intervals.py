"""Intervals of proportions and of ratios."""

import math
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)  # of 95 % intervals


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
    low = float(gammaincinv(count, 0.025)) if count > 0 else 0.0
    return low / denominator, float(gammaincinv(count + 1, 0.975)) / denominator
