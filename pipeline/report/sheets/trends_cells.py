"""The formulas of a line of the sheet of trends: values from what was counted, the series' limits, its signal."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.periods import period_of
from pipeline.report import theme
from pipeline.report.sheets import living
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import LONGEST, quoted, sheet_ref
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER as OF_INDICATORS
from pipeline.report.sheets.indicators import value_formula
from pipeline.report.sheets.leads import to_row
from pipeline.report.sheets.met import met_then
from pipeline.report.sheets.sources_before import Before, Who
from pipeline.statistics.control import NOISE, RUN, THREE_SIGMA

FIRST = 2  # columns before the periods
OPERANDS = ("numerator", "denominator")
LIMITS = ("range", "centre", "lower", "upper", "lower_words", "upper_words")
_SIGMAS, _NOISE, _CLOSE = f"{THREE_SIGMA}", f"{NOISE:.0E}", 1e-9
_MOST_TOLD = 1e7  # a larger limit is told as it is: its words' formula knows no thousand millions
Point = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """The sheet's columns: those printed, then what was counted in each earlier period, then the limits."""

    periods: list[str]
    counted: list[str]  # periods whose numerators and denominators stand on the sheet
    is_limited: bool

    @property
    def curve(self) -> int:
        """The column of curves."""
        return FIRST + len(self.periods)

    @property
    def printed(self) -> int:
        """The last column that is on paper."""
        return self.curve + int(self.is_limited)

    @property
    def last(self) -> int:
        """The last column of the table."""
        return self.printed + len(OPERANDS) * len(self.counted) + (len(LIMITS) if self.is_limited else 0)

    def letter(self, name: str, period: str = "") -> str:
        """The letter of a column: a period's value or an operand of it, or one of the limits."""
        if not period:
            at = self.printed + 1 + len(OPERANDS) * len(self.counted) + LIMITS.index(name)
        elif name == "value":
            at = FIRST + self.periods.index(period)
        else:
            at = self.printed + 1 + len(OPERANDS) * self.counted.index(period) + OPERANDS.index(name)
        return str(xl_col_to_name(at))


@dataclass(frozen=True)
class Line:
    """A series: its points by period, and the sheet row, counted from 0."""

    book: Book
    held: Before
    layout: Layout
    about: tuple[str, str]  # indicator, province
    points: dict[str, Point]
    at: int
    lines: Mapping[tuple[str, str], "Line"]  # all of the sheet

    def cell(self, name: str, period: str = "") -> str:
        """A cell of the line."""
        return f"{self.layout.letter(name, period)}{self.at + 1}"

    @property
    def label(self) -> str:
        """The cell with the indicator's name."""
        return f"$A${self.at + 1}"

    def value(self, period: str) -> str:
        """A point: this period's as the sheet of indicators has it, another from what was counted; else empty."""
        point, kind = self.points[period], self.book.model(self.about[0]).kind
        if of_indicators := linked(self.book, point):
            return of_indicators
        fits = period in self.layout.counted and _fits(kind, point)
        return value_formula(kind, *(self.cell(name, period) for name in OPERANDS)) if fits else ""

    def way(self, period: str) -> str:
        """The link to where a point is from: this period's on the sheet of indicators, others' to the cells of then."""
        if linked(self.book, self.points[period]):
            return to_row(self.book, *self.about)
        return self._way_to_joined(period) or self.held.way((self.about[0], period), self._who)

    def _joined(self, period: str) -> dict[str, str]:
        """The points of the indicators that it joins; empty where one of them has none."""
        others = {other: self.lines.get((other, self.about[1])) for other in self.book.model(self.about[0]).of}
        cells = {name: line.cell("value", period) for name, line in others.items() if line and period in line.points}
        return cells if len(cells) == len(others) else {}

    def _way_to_joined(self, period: str) -> str:
        cells = list(self._joined(period).values())
        return f"internal:{sheet_ref(self.book.names['trends'])}!{cells[0]}" if cells else ""

    @property
    def _who(self) -> list[str]:
        return [self.about[1]] if self.about[1] else list(self.book.provinces)

    def counted(self, name: str, period: str) -> float | None:
        """An operand that stands on the sheet: of a point that is not the sheet of indicators'."""
        point = self.points.get(period)
        value: float | None = None if point is None or linked(self.book, point) else point[name]
        return value

    def sum_of(self, others: Sequence["Line"], name: str, period: str) -> tuple[str, str]:
        """An operand over what was counted then, and the link there; empty where the cells of then do not give it.

        The cluster's is the sum of all provinces' lines (``others``, which stand below each other), if it is that.
        """
        own, figure, who = self.counted(name, period), (self.about[0], period), self._who
        if own is not None and (joined := self._joined(period)):
            met = met_then(self.book, self.about[1], period_of(period), joined)
            return met if name == OPERANDS[0] else f"=COUNT({','.join(joined.values())})", self._way_to_joined(period)
        found = (line.counted(name, period) for line in others)
        values = [value for value in found if value is not None]
        if own is not None and len(values) == len(self.book.provinces) and _is_close(math.fsum(values), own):
            cells = f"{others[0].cell(name, period)}:{others[-1].cell(name, period)}"
            return f"=SUM({cells})", f"internal:{sheet_ref(self.book.names['trends'])}!{cells}"
        if not self.held.gives(figure, name, who, own):
            return "", ""
        cells = f"$B{self.at + 1}" if self.about[1] else ""
        return f"={self.held.sum(figure, name, Who(who, cells))}", self.held.way(figure, who, [name])

    def limits(self) -> dict[str, tuple[str, float | str]]:
        """Mean moving range, centre and limits, and the limits in words: formulas with what they come to."""
        known, values, newest = self._cells, [point["value"] for point in self._known], self._known[-1]
        moved = math.fsum(abs(after - before) for before, after in pairwise(values)) / (len(values) - 1)
        steps = "+".join(f"ABS({after}-{before})" for before, after in pairwise(known))
        centre, reach = self.cell("centre"), f"{_SIGMAS}*{self.cell('range')}"
        found: dict[str, tuple[str, float | str]] = {
            "range": (f"=({steps})/{len(known) - 1}", moved),
            "centre": (f"=AVERAGE({known[0]}:{known[-1]})", newest["centre"]),
            "lower": (f"={centre}-{reach}", newest["lower"]),
            "upper": (f"={centre}+{reach}", newest["upper"]),
        }
        for name in ("lower", "upper"):
            words = _words(self.book, self.style, self.cell(name)) if abs(newest[name]) < _MOST_TOLD else ""
            found[f"{name}_words"] = (words, _said(self.book, self.style, newest[name]))
        return {name: (formula if len(formula) <= LONGEST else "", value) for name, (formula, value) in found.items()}

    @property
    def style(self) -> str:
        """How the line's values are written."""
        return theme.value_style(self.book.model(self.about[0]).kind)

    @property
    def _known(self) -> list[Point]:
        return [self.points[period] for period in self.layout.periods if period in self.points]

    @property
    def _cells(self) -> list[str]:
        return [self.cell("value", period) for period in self.layout.periods if period in self.points]

    @property
    def has_limits(self) -> bool:
        """Whether the series is long enough for limits."""
        return self._known[-1]["centre"] is not None

    def signal(self) -> str:
        """What the newest value tells against the limits of its series, with these."""
        known, keys = self._cells, ("above", "below", "run", "none")
        centre, lower, upper = (self.cell(name) for name in ("centre", "lower", "upper"))
        words = {name: self.cell(f"{name}_words") for name in ("lower", "upper")}
        above, below, run, none = (living.spliced(self.book.say, f"workbook.signal.{key}", words) for key in keys)
        noise, last = f"{_NOISE}*MAX(1,ABS({centre}))", f"{known[-RUN]}:{known[-1]}"
        has_moved = f"OR(MIN({last})-{centre}>{noise},{centre}-MAX({last})>{noise})"
        within = f"IF({lower}-{known[-1]}>{noise},{below},IF({has_moved},{run},{none}))"
        return f"=IF({known[-1]}-{upper}>{noise},{above},{within})"

    def signal_text(self) -> str:
        """The same as a text."""
        newest = self._known[-1]
        lower, upper = (_said(self.book, self.style, newest[name]) for name in ("lower", "upper"))
        return self.book.say(f"workbook.signal.{newest['signal'] or 'none'}", lower=lower, upper=upper)


def linked(book: Book, point: Point) -> str:
    """The point as the sheet of indicators has it; empty where that is another period's, or another value."""
    key = point["indicator"], point["province"] or ""
    row, at = book.indicators.get(key), book.places.get(key)
    if at is None or row is None or row.value is None or point["period"] != book.results.period.id:
        return ""
    cell = book.cell(INDICATORS, at, OF_INDICATORS["value"])
    return f"={cell}" if _is_close(row.value, point["value"]) else ""


def layout_of(book: Book, points: Iterable[Point]) -> Layout:
    """The columns that these points need."""
    points = list(points)
    periods = sorted({point["period"] for point in points})  # of one kind, so their ids sort as time does
    counted = {point["period"] for point in points if not linked(book, point)}
    limited = any(point["centre"] is not None for point in points)
    return Layout(periods, [period for period in periods if period in counted], limited)


def _said(book: Book, style: str, value: float) -> str:
    """A limit in words."""
    return book.say.percent(value, 1) if style == "percent" else book.say.number(value, 1)


def _words(book: Book, style: str, cell: str) -> str:
    """The same as a formula."""
    if style != "percent":
        return f"={living.number_words(book.say, cell, '1')}"
    sign = book.say.percent(0, 0).removeprefix("0")
    return f"={living.number_words(book.say, f'100*{cell}', '1')}&{quoted(sign)}"


def _fits(kind: str, point: Point) -> bool:
    """Whether the value is what its formula comes to."""
    top, bottom = (point[name] for name in OPERANDS)
    if top is None or (kind != "total" and not bottom):
        return False
    per = {"per_100k": 100_000, "total": bottom or 1}.get(kind, 1)
    value = (top - bottom) / bottom if kind == "change" else per * top / (bottom or 1)
    return _is_close(value, point["value"])


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
