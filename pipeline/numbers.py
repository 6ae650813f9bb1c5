"""Numbers as officials type them, and the marks that stand where a number is not."""

import math
import re
import unicodedata
from dataclasses import dataclass

from pipeline.states import BLANK, MISSING, NIL, NOT_APPLICABLE, NUMBER, REJECTED
from pipeline.text import fold, tidy

_SIGN = {"+": 1.0, "-": -1.0, "\u2212": -1.0, "\u2013": -1.0}
# No statistic is as large; sums of larger numbers would lose digits or overflow.
_TOO_LARGE = 1e18
_DIGITS = re.compile(r"\d+")
_IDENTIFIER = re.compile(r"0\d{9,}")  # a phone's or a citizen's number: nobody writes an amount so
_GROUPED = re.compile(r"\d{1,3}(?:[ .,']\d{3})+")


@dataclass(frozen=True)
class Marks:
    """What stands for none, for not available and for not applicable, in the form that `mark_form` gives."""

    nil: frozenset[str]
    missing: frozenset[str]
    not_applicable: frozenset[str]


def mark_form(text: str) -> str:
    """A mark as it is compared: its words folded, or the bare signs where it has no letters."""
    return fold(text) or tidy(text)


@dataclass(frozen=True)
class Parsed:
    """A cell's number or state. ``decimals`` are those typed; ``percent`` says that a % sign stood there."""

    state: str
    value: float = math.nan
    decimals: int = 0
    percent: bool = False


def parse_cell(value: object, kind: str, marks: Marks) -> Parsed:
    """Read a cell of a number column: `REJECTED` is what is neither a number nor a mark.

    >>> marks = Marks(frozenset({"-"}), frozenset({"..."}), frozenset({"x"}))
    >>> parse_cell("1.234", "count", marks).value, parse_cell("84,95%", "percent", marks).value
    (1234.0, 84.95)
    >>> parse_cell("-", "count", marks).state, parse_cell("-", "percent", marks).state
    ('nil', 'not_applicable')
    """
    if isinstance(value, str):
        return _parse_text(value, kind, marks)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _TOO_LARGE:
        return Parsed(REJECTED)
    return Parsed(NUMBER, float(value), _decimals_of(float(value)))


def _decimals_of(value: float) -> int:
    text = repr(value)
    if "e" in text:
        return 0 if abs(value) >= 1 else 17
    return len(text.partition(".")[2].rstrip("0"))


def _parse_text(text: str, kind: str, marks: Marks) -> Parsed:
    if any(unicodedata.category(sign) == "No" for sign in text):  # a footnote's mark is no digit: 10² is not 102
        return Parsed(REJECTED)
    typed = tidy(unicodedata.normalize("NFKC", text.replace("…", "...")))
    if not typed:
        return Parsed(BLANK)
    mark = mark_form(typed)
    if mark in marks.missing:
        return Parsed(MISSING)
    if mark in marks.not_applicable:
        return Parsed(NOT_APPLICABLE)
    if mark in marks.nil:
        return Parsed(NOT_APPLICABLE) if kind in {"percent", "rate"} else Parsed(NIL, 0.0)
    return parse_number(typed, kind) or Parsed(REJECTED)


def parse_number(text: str, kind: str) -> Parsed | None:
    """Read a typed number; dots, commas and spaces by the column's kind where they could be either.

    >>> [parse_number(t, "count").value for t in ("02", "1.234", "1 234", "1,234")]
    [2.0, 1234.0, 1234.0, 1234.0]
    >>> parse_number("1.234,5", "amount").value, parse_number("0,8495", "percent").decimals
    (1234.5, 4)
    """
    body, percent = (text[:-1].rstrip(), True) if text.endswith("%") else (text, False)
    sign = _SIGN.get(body[:1], 0.0)
    if sign:
        body = body[1:].lstrip()
    number = _split(body, kind)
    if number is None:
        return None
    whole, decimals = number
    value = float(f"{whole}.{decimals}" if decimals else whole)
    return Parsed(NUMBER, (sign or 1.0) * value, len(decimals), percent) if abs(value) < _TOO_LARGE else None


def _split(body: str, kind: str) -> tuple[str, str] | None:
    """The digits before and after the decimal sign; None where it is no number."""
    if _DIGITS.fullmatch(body):
        return None if _IDENTIFIER.fullmatch(body) else (body, "")
    last = max(body.rfind("."), body.rfind(","))
    if _GROUPED.fullmatch(body) and len({c for c in body if not c.isdigit()}) == 1:
        sign = body[last] if last >= 0 else " "
        if body.count(sign) > 1 or _reads_as_thousands(body, sign, kind):
            return re.sub(r"\D", "", body), ""
    if last < 0:
        return None
    whole, decimals = body[:last], body[last + 1 :]
    if not _DIGITS.fullmatch(decimals):
        return None
    if _DIGITS.fullmatch(whole):
        return whole, decimals
    other = {c for c in whole if not c.isdigit()}
    if _GROUPED.fullmatch(whole) and len(other) == 1 and body[last] not in other:
        return re.sub(r"\D", "", whole), decimals
    return None


def _reads_as_thousands(body: str, sign: str, kind: str) -> bool:
    """Whether ``1.234`` is 1234 rather than 1,234.

    A count has no decimals, a share no thousands; an amount follows the country's rule, dot for thousands.
    """
    if sign not in ".,":
        return True
    if body.startswith("0") or kind in {"percent", "rate"}:
        return False
    return kind == "count" or sign == "."
