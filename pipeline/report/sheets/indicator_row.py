"""An indicator of one province or of the cluster, as the sheets have it."""

from typing import NamedTuple


class IndicatorRow(NamedTuple):
    """One row of the indicators' frame; nulls are None."""

    period: str
    province: str
    indicator: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    target: float | None
    gap: float | None
    status: str
    used: int | None
    expected: int | None
    reason: str | None
    previous: float | None
    change: float | None
    rank: int | None
    base: str | None
    preceding: float | None
    preceding_change: float | None
