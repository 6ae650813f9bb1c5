"""Control limits of a series of single values (the XmR chart)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

LEAST = 8  # values from which limits are worth drawing
# The mean moving range of two values is 1.128 standard deviations; three of these are 2.66 mean moving ranges.
_THREE_SIGMA = 2.66
_RUN = 8  # values in a row on one side of the centre that chance seldom gives


@dataclass(frozen=True)
class Limits:
    """The centre of a series, and what single values stay between as long as nothing but chance moves them."""

    centre: float
    lower: float
    upper: float


def limits(values: Sequence[float]) -> Limits | None:
    """The natural limits of a series (Shewhart's chart of individuals; Wheeler, Understanding Variation, 1993).

    The mean, and 2.66 times the mean moving range to each side. None for fewer than `LEAST` values.

    >>> limits([10, 12, 10, 12, 10, 12, 10, 12])
    Limits(centre=11.0, lower=5.68, upper=16.32)
    """
    if len(values) < LEAST:
        return None
    ranges = [abs(after - before) for before, after in pairwise(values)]
    centre, reach = fmean(values), _THREE_SIGMA * fmean(ranges)
    return Limits(centre, centre - reach, centre + reach)


def signals(values: Sequence[float], within: Limits) -> list[str]:
    """What each value tells: ``above`` or ``below`` the limits, ``run`` of eight on one side of the centre, or nothing.

    Every value of a run carries the word.
    """
    sides = [(value > within.centre) - (value < within.centre) for value in values]
    found = ["above" if value > within.upper else "below" if value < within.lower else "" for value in values]
    for start in range(len(values) - _RUN + 1):
        part = sides[start : start + _RUN]
        if part[0] and len(set(part)) == 1:
            for at in range(start, start + _RUN):
                found[at] = found[at] or "run"
    return found
