"""Funnel limits: between what a province's rate would stay if only chance made it differ from a given rate."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BINOMIAL, POISSON = "binomial", "poisson"
LEVEL, FAR_LEVEL = 0.95, 0.998
WINSORISED = 0.1  # of the residuals, at each end
_TAIL_95, _TAIL_998 = 0.025, 0.001
_Tail = Callable[[int], float]


@dataclass(frozen=True)
class Limits:
    """The limits of a rate at 95 % and at 99.8 %."""

    lower95: float
    upper95: float
    lower998: float
    upper998: float

    def place(self, value: float) -> str:
        """Where a rate lies: ``within``, or ``above`` or ``below`` with the widest limits that it is beyond."""
        if value > self.upper95:
            return "above_998" if value > self.upper998 else "above_95"
        if value < self.lower95:
            return "below_998" if value < self.lower998 else "below_95"
        return "within"


def limits(rate: float, denominator: float, method: str = BINOMIAL) -> Limits | None:
    """Exact limits around a rate for a denominator, interpolated between counts (Spiegelhalter, Stat Med 2005, A.1.1).

    The count is binomial, or Poisson with mean ``rate * denominator`` where it is no part of the denominator. The upper
    limit mirrors the lower one: a count is beyond a limit exactly if the chance of it, or of one further out, is below
    2.5 % (0.1 %). (The paper's upper limit is up to one count nearer, and calls 10 of 10 high for a rate of 99 %.)

    None where chance has no part: a rate of 0, a share of 1 or more; and over what is no whole number above 0.

    >>> limits(0.99, 10).place(1.0), limits(1.0, 10)
    ('within', None)
    """
    if denominator <= 0 or denominator % 1 or rate <= 0 or (method == BINOMIAL and rate >= 1):
        return None
    at_most, at_least = _tails(rate, int(denominator), method)
    top = int(denominator) if method == BINOMIAL else _reach(rate * denominator)
    found = []
    for tail in (_TAIL_95, _TAIL_998):
        found += [_lower(at_most, tail, top), _upper(at_least, tail, top)]
    ceiling = 1.0 if method == BINOMIAL else math.inf
    lower95, upper95, lower998, upper998 = (min(max(count / denominator, 0.0), ceiling) for count in found)
    return Limits(lower95, upper95, lower998, upper998)


def _tails(rate: float, denominator: int, method: str) -> tuple[_Tail, _Tail]:
    """P(count <= k) and P(count >= k), each computed by itself: one minus the other loses small chances."""
    from scipy.special import betainc, gammainc, gammaincc

    if method == POISSON:
        mean = rate * denominator
        return (
            lambda k: 0.0 if k < 0 else float(gammaincc(k + 1, mean)),
            lambda k: 1.0 if k <= 0 else float(gammainc(k, mean)),
        )
    return (
        lambda k: 0.0 if k < 0 else 1.0 if k >= denominator else float(betainc(denominator - k, k + 1, 1 - rate)),
        lambda k: 1.0 if k <= 0 else 0.0 if k > denominator else float(betainc(k, denominator - k + 1, rate)),
    )


def _reach(mean: float) -> int:
    """A count that Poisson's law passes with far less than the smallest tail."""
    return math.ceil(mean + 10 * math.sqrt(mean) + 20)


def _first(holds: Callable[[int], bool], top: int) -> int:
    """The smallest count from 0 to ``top`` that holds, where all above it do."""
    low, high = 0, top
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _lower(at_most: _Tail, tail: float, top: int) -> float:
    count = _first(lambda k: at_most(k) >= tail, top)
    here = at_most(count)
    return count - (here - tail) / (here - at_most(count - 1))


def _upper(at_least: _Tail, tail: float, top: int) -> float:
    count = _first(lambda k: at_least(k + 1) < tail, top)
    here = at_least(count)
    return count + (here - tail) / (here - at_least(count + 1))


def dispersion(counts: Sequence[tuple[float, float]], rate: float, method: str = BINOMIAL) -> float | None:
    """By how many times the rates' variance around a rate is what chance gives (Spiegelhalter, Stat Med 2005, 4.1).

    The mean square of the standardised residuals of (numerator, denominator), the outer tenth at each end drawn in to
    the next (of fewer than ten none). None for fewer than two counts over something, or where chance has no part.
    """
    counts = [(top, bottom) for top, bottom in counts if bottom > 0]
    if len(counts) < 2 or rate <= 0 or (method == BINOMIAL and rate >= 1):
        return None
    scores = sorted(residual(top, bottom, rate, method) for top, bottom in counts)
    outer = int(WINSORISED * len(scores))
    low, high = scores[outer], scores[-1 - outer]
    return math.fsum(min(max(score, low), high) ** 2 for score in scores) / len(scores)


def residual(top: float, bottom: float, rate: float, method: str = BINOMIAL) -> float:
    """By how many standard deviations of chance a numerator is apart from what a rate makes of its denominator."""
    spread = rate * (1 - rate) if method == BINOMIAL else rate
    return (top - rate * bottom) / math.sqrt(spread * bottom)


def overdispersed(factor: float, count: int) -> bool:
    """Whether that is more than chance: above 1 by two standard deviations, the square root of 2 / count each."""
    return factor > 1 + 2 * math.sqrt(2 / count)
