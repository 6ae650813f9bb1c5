"""A stated change that is wrong in a way that can be named: its base, its sign, percent for percentage points."""

from fractions import Fraction

import numpy as np

from pipeline.checks.frames import same
from pipeline.statistics.exact import exact

WRONG_BASE, WRONG_SIGN, NOT_POINTS = "wrong_base", "wrong_sign", "percent_for_points"


def misreading(stated: float, this: float, base: float, decimals: float, *, is_relative: bool, of_shares: bool) -> str:
    """Which mistake gives a stated change that is not right, at its stated decimals; empty where none or several do.

    >>> misreading(-0.034, 294, 304, 3, is_relative=True, of_shares=False)
    'wrong_base'
    """
    if not np.isfinite([stated, this, base]).all():
        return ""
    readings = _readings(exact(this), exact(base), is_relative=is_relative, of_shares=of_shares)
    fitting = [
        rule
        for rule, value in readings.items()
        if same(np.array([stated]), np.array([float(value)]), np.array([decimals])).all()
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _readings(this: Fraction, base: Fraction, *, is_relative: bool, of_shares: bool) -> dict[str, Fraction]:
    """What each mistake makes of two numbers."""
    difference = this - base
    found: dict[str, Fraction] = {}
    if is_relative and this:
        found[WRONG_BASE] = difference / this
    if base or not is_relative:
        found[WRONG_SIGN] = -difference / (base if is_relative else 1)
    if of_shares and is_relative:
        found[NOT_POINTS] = difference
    elif of_shares and base:
        found[NOT_POINTS] = difference / base
    return found
