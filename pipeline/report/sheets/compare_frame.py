"""Where things stand on the sheet of chosen provinces, and what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from pipeline.report.sheets import choices
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.choices import Rows, Series
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.words import headed

SLOTS, CHART_COLUMNS = 5, 6
_PRESELECTED = 2
INDICATOR, PERIOD, WHO, TABLE = 5, 6, 8, 9  # rows
# The table's lines, by the columns of the sheet of indicators.
LINES = (
    "value", "numerator", "denominator", "low", "high", "op", "target", "gap", "status", "previous", "change", "rank",
    "rank_range", "reason",
)  # fmt: skip
AT = {name: TABLE + number for number, name in enumerate(LINES)}
END = TABLE + len(LINES)
# Helpers, right of what is printed: lists, then a line for each slot, then single steps.
LISTS = 2 + SLOTS + CHART_COLUMNS
_STEPS = ("shown", "at", "trend", "earlier", "category", "minus", "plus", "zero", "to")
STEP = {name: LISTS + 5 + number for number, name in enumerate(_STEPS)}
SINGLES = {name: TABLE + SLOTS + 2 + number for number, name in enumerate(("style", "current", "column", "title"))}


class Slot(NamedTuple):
    """A place for a province: its column in the table, its line among the helpers, and who stands there at first."""

    number: int
    province: str | None
    name: str

    @property
    def column(self) -> int:
        """Its column in the table."""
        return 1 + self.number

    @property
    def line(self) -> int:
        """Its line among the helpers."""
        return TABLE + self.number

    def cell(self, name: str) -> str:
        """A cell of the table (a line's name) or the one with the choice."""
        return f"{letter(self.column)}${(AT[name] if name else WHO) + 1}"

    def step(self, name: str) -> str:
        """One of the helpers."""
        return f"${letter(STEP[name])}${self.line + 1}"


@dataclass(frozen=True)
class Sheet:
    """What the sheet is made of: the lists, what is chosen at first, and the sheets that are looked up."""

    book: Book
    page: Page
    notes: Mapping[tuple[str, str], str]

    @cached_property
    def indicators(self) -> list[str]:
        """Those that can be told apart by their labels."""
        same = choices.namesakes(self.book)
        return [name for name in dict.fromkeys(name for name, _ in self.book.places) if name not in same]

    @cached_property
    def indicator(self) -> str:
        """The one chosen at first: the one that the workbook opens with."""
        main = headed(self.book)
        return main if main in self.indicators else self.indicators[0]

    @cached_property
    def series(self) -> Series:
        """What the sheet of trends holds."""
        return choices.series(self.book)

    @cached_property
    def rows(self) -> Rows:
        """The sheet of indicators."""
        return choices.indicator_rows(self.book)

    @cached_property
    def periods(self) -> list[str]:
        """The newest first."""
        period = self.book.results.period
        before = (
            {period.year_before.id} if any(row.previous is not None for row in self.book.indicators.values()) else ()
        )
        return sorted({period.id, *before, *self.series.periods}, reverse=True)

    @cached_property
    def slots(self) -> list[Slot]:
        """The places for provinces: the first ones are taken."""
        chosen = list(self.book.provinces)[:_PRESELECTED] or [""]
        empty = self.book.say("workbook.compare.none")
        padded: list[str | None] = [*chosen, *[None] * (SLOTS - len(chosen))]
        return [Slot(n, p, empty if p is None else self.book.province(p)) for n, p in enumerate(padded)]

    def row(self, slot: Slot) -> IndicatorRow | None:
        """What is known of the province in a slot at first."""
        return None if slot.province is None else self.book.indicators.get((self.indicator, slot.province))

    @property
    def style(self) -> str:
        """The number format of the indicator chosen at first."""
        return choices.style_of(self.book, self.indicator)


def letter(column: int) -> str:
    """A column as formulas name it."""
    return str(xl_col_to_name(column))


def fixed(row: int, column: int) -> str:
    """A cell, absolute."""
    return f"${letter(column)}${row + 1}"


def single(name: str) -> str:
    """The cell of one of the single steps."""
    return fixed(SINGLES[name], STEP["at"])
