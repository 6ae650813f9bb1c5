"""Numbers as officials type them, and the marks that stand where a number is not."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.number_faults import Fault, fault_of, sign_fault
from pipeline.number_text import Custom, Readings, Typed, clean, take_apart
from pipeline.states import BLANK, MISSING, NIL, NOT_APPLICABLE, NUMBER, REJECTED
from pipeline.text import fold, tidy

# No statistic is as large; sums of larger numbers would lose digits or overflow.
_TOO_LARGE = 1e18
_LONGEST = 100  # a longer text is a remark, whatever it begins with
_GAPS, _LINE_ENDS = re.compile(r"(?<=\d)\s++(?=\d)"), frozenset("\n\r\t\v\f\u2028\u2029")  # between digits
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212 ")


@dataclass(frozen=True)
class Marks:
    """What stands for none, for not available and for not applicable, in the form that `mark_form` gives."""

    nil: frozenset[str]
    missing: frozenset[str]
    not_applicable: frozenset[str]

    def state(self, text: str) -> str:
        """The state that a clean text stands for; empty where it is no mark.

        A row of dashes or dots means what one dash, or two dots, means: people fill the cell with them.
        """
        form = mark_form(text)
        if text.endswith("?") and form != text:  # a question is no answer
            return ""
        return self._states.get(form) or self._runs.get(_run(form), "")

    @cached_property
    def _states(self) -> dict[str, str]:
        # Not available goes before not applicable, and that before none: what is less would be claimed by mistake.
        named = ((NIL, self.nil), (NOT_APPLICABLE, self.not_applicable), (MISSING, self.missing))
        return {mark: state for state, marks in named for mark in marks}

    @cached_property
    def _runs(self) -> dict[str, str]:
        return {run: state for mark, state in self._states.items() if (run := _run(mark))}


def mark_form(text: str) -> str:
    """A mark as it is compared: its words folded, or the bare signs where it has no letters."""
    return fold(text) or tidy(text)


def mark_key(text: str) -> str:
    """What two ways of typing one mark have in common."""
    form = mark_form(text.replace("\u2026", "..."))
    return _run(form) or form


def _run(form: str) -> str:
    """``-`` for a row of dashes of any length, ``..`` for two dots or more."""
    if form and set(form) <= _DASHES:
        return "-"
    dots = form.replace(" ", "")
    return ".." if len(dots) > 1 and set(dots) == {"."} else ""


@dataclass(frozen=True)
class Parsed:
    """A cell's number or state. ``decimals`` are those typed; ``percent`` says that a % sign stood there.

    Of a refused cell ``why`` is the end of a message's id, filled by ``params``; where the column may yet make a
    number of it (``unit``, ``brackets``), ``typed`` holds what `accepted` makes it of.
    """

    state: str
    value: float = math.nan
    decimals: int = 0
    percent: bool = False
    why: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    typed: Typed | None = None

    @property
    def readings(self) -> Readings | None:
        """What the digits may mean, where they were typed as text."""
        return self.typed.readings if self.typed else None

    def accepted(self, kind: str) -> "Parsed":
        """The number of a cell that waited for its column's word."""
        return _number(self.typed, kind) if self.typed else self

    def under(self, custom: Custom) -> "Parsed":
        """The number with its digits read under a custom."""
        if self.typed is None:
            return self
        value, decimals = self.typed.readings.by(custom)
        return replace(self, value=self.typed.sign * value + 0.0, decimals=decimals)


def parse_cell(value: object, kind: str, marks: Marks) -> Parsed:
    """Read a cell of a number column: `REJECTED` is what is neither a number nor a mark.

    >>> marks = Marks(frozenset({"-"}), frozenset({"..."}), frozenset({"x"}))
    >>> parse_cell("1.234", "count", marks).value, parse_cell("84,95%", "percent", marks).value
    (1234.0, 84.95)
    >>> parse_cell("-", "count", marks).state, parse_cell("-", "percent", marks).state
    ('nil', 'not_applicable')
    >>> parse_cell("1O", "count", marks).why
    'look_alike'
    """
    if isinstance(value, str):
        return _parse_text(value, kind, marks)
    if isinstance(value, bool):
        return Parsed(REJECTED, why="boolean")
    if not isinstance(value, int | float):
        return Parsed(REJECTED, why="other")
    if not math.isfinite(value):
        return Parsed(REJECTED, why="not_finite")
    if not abs(value) < _TOO_LARGE:
        return Parsed(REJECTED, why="too_large")
    number = _as_shown(float(value), kind)
    return Parsed(NUMBER, number, _decimals_of(number))


def is_stored(value: object) -> bool:
    """Whether a cell's value is a number as it is stored, of a size that statistics have.

    >>> is_stored(7.0), is_stored("7"), is_stored(math.inf), is_stored(1e18)
    (True, False, False, False)
    """
    return type(value) is float and -_TOO_LARGE < value < _TOO_LARGE


def is_no_count(value: float, kind: str) -> bool:
    """Whether a number in a column of counts is as long as a citizen's, with or without its first zero.

    >>> is_no_count(40123456789.0, "count"), is_no_count(40123456789.0, "amount"), is_no_count(7.0, "count")
    (True, False, False)
    """
    return kind == "count" and 1e10 <= abs(value) < 1e12


def _as_shown(value: float, kind: str) -> float:
    """A stored number; a count that is whole in the 15 digits that Excel keeps is whole.

    >>> _as_shown(0.1 * 3 * 10, "count"), _as_shown(2.5, "count")
    (3.0, 2.5)
    """
    shown = float(f"{value:.15g}") + 0.0
    return shown if kind == "count" and shown.is_integer() else value + 0.0


def _decimals_of(value: float) -> int:
    """The decimals of a stored number, in the 15 digits that Excel shows."""
    text = repr(float(f"{value:.15g}"))
    if "e" in text:
        return 0 if abs(value) >= 1 else 17
    return len(text.partition(".")[2].rstrip("0"))


def _parse_text(text: str, kind: str, marks: Marks) -> Parsed:
    fault = sign_fault(text)
    if fault:
        return _refused(fault)
    said = clean(text)
    if not said:
        return Parsed(BLANK)
    state = marks.state(said)
    if state == NIL:
        return Parsed(NOT_APPLICABLE) if kind in {"percent", "rate"} else Parsed(NIL, 0.0)
    if state:
        return Parsed(state)
    if len(said) > _LONGEST:
        return Parsed(REJECTED, why="long")
    if any(not _LINE_ENDS.isdisjoint(gap) for gap in _GAPS.findall(text)):
        return Parsed(REJECTED, why="lines")
    typed = take_apart(said)
    if typed is None:
        return _refused(fault_of(said))
    parsed = _number(typed, kind)
    for stands, why in ((typed.bracketed, "brackets"), (typed.unit, "unit")):
        if stands:
            return Parsed(REJECTED, why=why, params={"unit": typed.unit}, typed=typed)
    return parsed


def _refused(fault: Fault) -> Parsed:
    return Parsed(REJECTED, why=fault[0], params=fault[1])


def _number(typed: Typed, kind: str) -> Parsed:
    parsed = Parsed(NUMBER, percent=typed.percent, typed=typed).under(typed.readings.custom_of(kind))
    return parsed if abs(parsed.value) < _TOO_LARGE else Parsed(REJECTED, why="too_large")


def parse_number(text: str, kind: str) -> Parsed | None:
    """Read a typed number; dots and commas by the column's kind where they could be either.

    >>> [parse_number(t, "count").value for t in ("02", "1.234", "1 234", "1,234")]
    [2.0, 1234.0, 1234.0, 1234.0]
    >>> parse_number("1.234,5", "amount").value, parse_number("0,8495", "percent").decimals
    (1234.5, 4)
    """
    said = clean(text)
    typed = take_apart(said) if len(said) <= _LONGEST else None
    if typed is None or typed.unit or typed.bracketed:
        return None
    parsed = _number(typed, kind)
    return parsed if parsed.state == NUMBER else None
