"""The rules by which an indicator's value earns points, as formulas over the value's cell."""

import math
from fractions import Fraction

from pipeline.catalogue.scoring import DEDUCTION, LINEAR, THRESHOLD, Extra
from pipeline.statistics.exact import exact
from pipeline.statistics.points import DECIMALS

_NEAR = 1e-6  # of a half of the last decimal: there a float's last digits would decide


def earned(criterion: Extra, cell: str, value: float, points: float) -> str:
    """The formula of the points that the value in a cell earns, blank without one.

    Empty where it would not surely come to ``points``, which are computed exactly.
    """
    formula, found = rule_formula(criterion, cell, value)
    if found is None or not math.isclose(found, points, abs_tol=_NEAR):
        return ""
    return f'=IF(ISNUMBER({cell}),{formula},"")'


def rule_formula(criterion: Extra, cell: str, value: float) -> tuple[str, float | None]:
    """What the number in a cell earns, and what it comes to: None where a float's last digits would decide."""
    if criterion.rule not in {LINEAR, THRESHOLD, DEDUCTION}:
        return "", None
    formula, found = _steps(criterion, cell, value) if criterion.rule == THRESHOLD else _line(criterion, cell, value)
    scaled = found * 10**DECIMALS
    is_half = abs(scaled % 1 - 0.5) < _NEAR
    return f"ROUND({formula},{DECIMALS})", None if is_half else math.floor(scaled + 0.5) / 10**DECIMALS


def _line(criterion: Extra, cell: str, value: float) -> tuple[str, float]:
    """In proportion between two values, or so much less for each case; never below nothing or above all."""
    most = exact(criterion.points)
    if criterion.rule == LINEAR:
        floor = exact(criterion.floor or 0.0)
        rise = most / (exact(criterion.full or 0.0) - floor)
        formula, found = f"{text_of(rise)}*({cell}-{text_of(floor)})", float(rise) * (value - float(floor))
    else:
        fall = exact(criterion.lose or 0.0) / exact(criterion.per)
        formula, found = f"{text_of(most)}-{text_of(fall)}*{cell}", float(most) - float(fall) * value
    return f"MEDIAN(0,{text_of(most)},{formula})", sorted((0.0, float(most), found))[1]


def _steps(criterion: Extra, cell: str, value: float) -> tuple[str, float]:
    """The points of the best step that is reached."""
    sign = "<=" if criterion.reached == "below" else ">="
    formula, found = "0", 0.0
    for step in sorted(criterion.steps, key=lambda step: step.points):
        formula = f"IF({cell}{sign}{text_of(exact(step.at))},{text_of(exact(step.points))},{formula})"
        found = step.points if reached(value, sign, step.at) else found
    return formula, found


def reached(value: float, sign: str, bound: float) -> bool:
    """Whether a value lies on that side of a bound; with ``<=`` and ``>=`` on it, too.

    >>> reached(3, "<", 3), reached(3, "<=", 3)
    (False, True)
    """
    if value == bound:
        return "=" in sign
    return (value < bound) == sign.startswith("<")


def text_of(number: Fraction) -> str:
    """A number as a formula has it: its digits, or a division."""
    text = f"{float(number):.15g}"
    return text if "e" not in text and Fraction(text) == number else f"({number.numerator}/{number.denominator})"
