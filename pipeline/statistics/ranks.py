"""Ranks that intervals allow."""

from collections.abc import Sequence


def rank_ranges(intervals: Sequence[tuple[float, float]], *, higher_is_better: bool) -> list[tuple[int, int]]:
    """The best and the worst rank that each may have, when every true value lies somewhere in its interval.

    Better for sure is whose interval lies wholly on the better side; better perhaps whose reaches beyond the worse end.

    >>> rank_ranges([(0.7, 0.8), (0.75, 0.9), (0.95, 0.99)], higher_is_better=True)
    [(2, 3), (2, 3), (1, 1)]
    """
    # The worst and the best end of each, larger being better.
    ends = [(low, high) if higher_is_better else (-high, -low) for low, high in intervals]
    return [
        (
            1 + sum(other > best for at, (other, _) in enumerate(ends) if at != own),
            1 + sum(other > worst for at, (_, other) in enumerate(ends) if at != own),
        )
        for own, (worst, best) in enumerate(ends)
    ]
