"""Control limits of a series of single values (the XmR chart)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

LEAST = 8  # values from which limits are worth drawing
# The mean moving range of two values is 1.128 standard deviations; three of these are 2.66 mean moving ranges.
THREE_SIGMA = 2.66
NOISE = 1e-9  # of the centre, at least of 1: what two ways of adding up can differ by
RUN = 8  # values in a row on one side of the centre that chance seldom gives


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
    centre, reach = fmean(values), THREE_SIGMA * fmean(ranges)
    return Limits(centre, centre - reach, centre + reach)


def signals(values: Sequence[float], within: Limits) -> list[str]:
    """What each value tells: ``above`` or ``below`` the limits, ``run`` of eight on one side of the centre, or nothing.

    Every value of a run carries the word. What differs by the last digits of a sum only differs by nothing.
    """
    noise = NOISE * max(1.0, abs(within.centre))
    sides = [(value - within.centre > noise) - (within.centre - value > noise) for value in values]
    found = [
        "above" if value - within.upper > noise else "below" if within.lower - value > noise else "" for value in values
    ]
    for start in range(len(values) - RUN + 1):
        part = sides[start : start + RUN]
        if part[0] and len(set(part)) == 1:
            for at in range(start, start + RUN):
                found[at] = found[at] or "run"
    return found
