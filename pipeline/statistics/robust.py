"""What stands out among few numbers, measured so that it does not hide itself."""

import math
from collections.abc import Sequence
from statistics import fmean, median

OUTLYING = 3.5  # a modified z-score beyond it is an outlier, as its authors propose
_OF_MEDIAN, _OF_MEAN = 0.6745, 1.2533  # bring each deviation to the normal law's standard deviation


def modified_z(values: Sequence[float]) -> list[float]:
    """How many robust standard deviations each value is from the median (Iglewicz and Hoaglin 1993, section 3.5).

    0.6745 (x - median) / MAD; where more than half of the values are equal the mean absolute deviation takes MAD's
    place, and where all are every score is 0.

    >>> [round(z, 2) for z in modified_z([10, 11, 12, 13, 40])]
    [-1.35, -0.67, 0.0, 0.67, 18.89]
    """
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    if spread := median(distances):
        return [_OF_MEDIAN * (value - middle) / spread for value in values]
    spread = fmean(distances)
    return [(value - middle) / (_OF_MEAN * spread) if spread else 0.0 for value in values]


def chance_of_same(values: Sequence[float]) -> float:
    """The chance that counts with these means are each what another period's were (difference of two Poisson laws).

    P(X = Y) of two Poisson numbers of mean m is exp(-2m) I0(2m) (Skellam 1946).

    >>> round(chance_of_same([170.0]), 4)
    0.0216
    """
    from scipy.special import ive

    return float(math.prod(ive(0, 2 * value) for value in values))


def chance_of_as_many(successes: int, trials: int, chance: float) -> float:
    """The chance of that many successes or more (the binomial law's upper tail).

    >>> round(chance_of_as_many(8, 10, 0.2), 6)
    7.8e-05
    """
    from scipy.special import betainc

    if successes <= 0:
        return 1.0
    return float(betainc(successes, trials - successes + 1, chance)) if successes <= trials else math.nan
