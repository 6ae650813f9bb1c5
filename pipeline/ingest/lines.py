"""The rows of a table as they were read, each with its label's ordinal and its figures, to be seen side by side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from pipeline.catalogue.forms import Form
from pipeline.ingest.sink import CellRecord
from pipeline.model import MEMBER
from pipeline.states import BLANK, NIL, NUMBER
from pipeline.text import strip_opening

Figure = tuple[str, bool]  # measure, whether last year's

_NUMBERED = re.compile(r"\d{1,4}(\.\d{1,4})*")
_ROMAN = re.compile(r"(?i:[ivxlc]+)")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_DASHES = frozenset("-+*\u2013\u2014\u2022")


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its cells, what numbers it, and its figures that totals add up (None: not known)."""

    cells: Sequence[CellRecord]
    ordinal: str
    figures: dict[Figure, float | None]
    decimals: dict[Figure, int]

    @property
    def row(self) -> int:
        """The sheet's row, from 0."""
        return self.cells[0].line

    @property
    def label(self) -> str:
        """The row's label as the sheet says it."""
        return self.cells[0].label

    @cached_property
    def style(self) -> str:
        """How the row is numbered: ``1``, ``1.1``, ``I``, ``a``, ``-``, or not."""
        if self.ordinal in _DASHES and self.ordinal:
            return "-"
        if _NUMBERED.fullmatch(self.ordinal):
            return "1.1" if "." in self.ordinal else "1"
        if _ROMAN.fullmatch(self.ordinal):
            return "I"
        return "a" if len(self.ordinal) == 1 and self.ordinal.isalpha() else ""

    @property
    def number(self) -> int:
        """The ordinal as a number; 0 where it is none."""
        if self.style == "1":
            return int(self.ordinal[:9])
        if self.style == "I":
            digits = [_ROMAN_DIGITS[c] for c in self.ordinal.casefold()]
            return sum(-a if a < b else a for a, b in pairwise([*digits, 0]))
        return ord(self.ordinal.casefold()) - ord("a") + 1 if self.style == "a" else 0


def lines_of(cells: Iterable[CellRecord], form: Form, numbered: dict[int, str]) -> list[Line]:
    """The sheet's rows in order; ``numbered`` holds what the column of ordinals says of a row."""
    found = []
    for row, group in groupby(cells, key=lambda cell: cell.line):
        own = list(group)
        ordinal = numbered.get(row, "") or opening(own[0].label)
        summed = [c for c in own if form.columns[c.measure].sums and not form.columns[c.measure].signed]
        figures = {(c.measure, c.previous): _figure(c) for c in summed}
        found.append(Line(own, ordinal, figures, {(c.measure, c.previous): c.decimals for c in summed}))
    return found


def _figure(cell: CellRecord) -> float | None:
    """A number to be summed: what a member leaves blank adds nothing."""
    if cell.state in {NUMBER, NIL}:
        return cell.value
    return 0.0 if cell.state == BLANK and cell.role == MEMBER else None


def opening(label: str) -> str:
    """What numbers a label: ``1.1``, ``I``, ``-``; empty where nothing does.

    >>> [opening(label) for label in ("1. A", "II/ B", "- C", "1.1 D", "E")]
    ['1', 'II', '-', '1.1', '']
    """
    opened = label[: len(label) - len(strip_opening(label))].strip()
    return opened if opened in _DASHES else opened.rstrip(".)/ ").partition(" ")[0]


def tolerance(line: Line, figure: Figure) -> float:
    """By how much a sum may differ from a figure of a row, at the decimals to which it was typed."""
    return 0.5 * 10.0 ** -line.decimals[figure] * (1 + 1e-9) + 1e-9 * abs(line.figures[figure] or 0.0)


def agrees(line: Line, sums: dict[Figure, float | None]) -> bool | None:
    """Whether every figure of a row is the sum given for it, at its own decimals; None where none can be compared."""
    known = [f for f, value in line.figures.items() if value is not None and sums.get(f) is not None]
    if not any(line.figures[f] for f in known):
        return None
    return all(abs((line.figures[f] or 0.0) - (sums[f] or 0.0)) <= tolerance(line, f) for f in known)


def added(lines: Iterable[Line], figures: Iterable[Figure]) -> dict[Figure, float | None]:
    """The sums of some rows; None where a row lacks the figure."""
    sums: dict[Figure, float | None] = dict.fromkeys(figures, 0.0)
    for line in lines:
        for figure, so_far in sums.items():
            value = line.figures.get(figure)
            sums[figure] = None if so_far is None or value is None else so_far + value
    return sums
