"""How a number is typed: as a number, or as text the way officials type it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def vietnamese(value: float) -> str:
    """A number as Vietnamese text: dot between thousands, decimal comma, no needless zeros.

    >>> vietnamese(1234), vietnamese(14417.3), vietnamese(7)
    ('1.234', '14.417,3', '7')
    """
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def percent(share: float, decimals: int = 2) -> float:
    """A share as a percent number, halves rounded away from zero as spreadsheets do.

    >>> percent(1 / 32)
    3.13
    """
    exact = Fraction(share).limit_denominator(10**7) * 100
    step = Decimal(1).scaleb(-decimals)
    return float((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP))


def percent_text(share: float) -> str:
    """A share as the text of a percent cell.

    >>> percent_text(0.8495)
    '84,95%'
    """
    return f"{percent(share):.2f}".replace(".", ",") + "%"


def padded(value: float) -> str:
    """A small count with its leading zero, as reports write it.

    >>> padded(2), padded(12)
    ('02', '12')
    """
    return f"{int(value):02d}" if value == int(value) and value < 100 else vietnamese(value)
