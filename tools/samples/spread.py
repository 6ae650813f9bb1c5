"""Splitting a headline into parts that add up to it exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence


def apportion(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Whole parts in proportion to the weights (largest remainders first), none above its cap.

    >>> apportion(10, [1, 1, 2])
    [3, 2, 5]
    >>> apportion(10, [1, 1, 2], caps=[5, 5, 3])
    [4, 3, 3]
    """
    limits = list(caps) if caps is not None else [total] * len(weights)
    if sum(limits) < total:
        raise ValueError(f"caps of {sum(limits)} cannot hold {total}")
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [min(int(share), limit) for share, limit in zip(exact, limits, strict=True)]
    while (short := total - sum(parts)) > 0:
        open_parts = [i for i, part in enumerate(parts) if part < limits[i]]
        neediest = sorted(open_parts, key=lambda i: parts[i] - exact[i])
        for i in neediest[:short]:
            parts[i] += 1
    return parts


def around(rng: random.Random, centre: float, width: float) -> float:
    """A number within `width` (a share of it) of the centre."""
    return centre * (1 + rng.uniform(-width, width))


def count(rng: random.Random, centre: float, width: float = 0.08) -> int:
    """A whole number around the centre."""
    return max(0, round(around(rng, centre, width)))


def share(rng: random.Random, whole: int, rate: float, width: float = 0.03) -> int:
    """A part of `whole`: about `rate` of it, never more than all of it."""
    return min(whole, count(rng, whole * rate, width))
