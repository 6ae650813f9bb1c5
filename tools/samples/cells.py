"""The cells of a table: typed or computed, as number or as text, and the doubts put into them."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tools.samples.doubts import Doubt, Kind
from tools.samples.hands import Hand
from tools.samples.layout import LIST_FORMS, RATES, Column, Line, Table
from tools.samples.looks import Looks
from tools.samples.typed import padded, percent, percent_text, vietnamese

WRAPS_AT = 46
"""A label longer than this takes two lines in its column."""


@dataclass
class Cells:
    """Writes the rows of one table, knowing where each of its cells stands."""

    sheet: Worksheet
    table: Table
    columns: list[Column]
    hand: Hand
    looks: Looks
    first: int
    """The sheet's row of the table's first line."""
    doubts: list[Doubt]

    def __post_init__(self) -> None:
        self._doubts = {(doubt.row, doubt.measure): doubt for doubt in self.doubts}
        self._at = {column.holds: i for i, column in enumerate(self.columns)}

    @staticmethod
    def ratio_of(measure: str) -> tuple[str, str]:
        """The two measures that a stated rate divides; empty texts for any other measure."""
        return RATES.get(measure, ("", ""))

    def write(self) -> None:
        """Write every row."""
        for i, line in enumerate(self.table.lines):
            row = self.first + i
            if len(line.label) > WRAPS_AT:
                self.sheet.set_row(row, 36)
            merged = line.kind == "total" and self.hand.merge_total and self.columns[0].holds == "number"
            for col, column in enumerate(self.columns):
                if column.holds not in ("number", "code", "label", "unit", "note"):
                    self._figure(row, col, line, column.holds)
                elif not (merged and column.holds in ("number", "label")):
                    self._words(row, col, line, column.holds)
            if merged:
                look = self.looks("centred", "total")
                self.sheet.merge_range(row, 0, row, self._at["label"], self._spelt(line.label), look)

    def _words(self, row: int, col: int, line: Line, holds: str) -> None:
        text = "" if holds == "note" else str(getattr(line, holds))
        look = self.looks("label" if holds == "label" else "centred", line.kind)
        if holds == "number" and text.isdigit():
            self.sheet.write_number(row, col, int(text), look)
        elif text:
            self.sheet.write_string(row, col, self._spelt(text), look)
        else:
            self.sheet.write_blank(row, col, None, look)

    def _figure(self, row: int, col: int, line: Line, measure: str) -> None:
        doubt = self._doubts.get(("total" if line.kind == "total" else line.row, measure))
        if line.kind == "heading" or (doubt and doubt.kind is Kind.PROVED_ZERO):
            self.sheet.write_blank(row, col, None, self.looks("number", line.kind))
        elif measure == "extra":
            self._comparison(row, col, line)
        elif measure in RATES:
            stated = self.table.value(line, measure)
            stated = stated + doubt.off if doubt and stated is not None else stated
            self._rate(row, col, line, measure, stated, typed=doubt is not None)
        else:
            value = self.table.value(line, measure)
            off = doubt.off if doubt else 0
            self._count(row, col, line, (value or 0) + off, typed=doubt is not None)

    def _count(self, row: int, col: int, line: Line, value: float, *, typed: bool) -> None:
        hand, form = self.hand, self.table.form
        decimals = "" if value == int(value) else ".0" if value * 10 == round(value * 10) else ".00"
        look = self.looks("number", line.kind, "#,##0" + decimals)
        if value == 0 and hand.nil and not line.parts:
            self.sheet.write_string(row, col, self._spelt(hand.nil), self.looks("number", line.kind))
        elif form in hand.text_forms:
            self.sheet.write_string(row, col, vietnamese(value), self.looks("number", line.kind))
        elif form in hand.padded_forms and 0 < value < 10 and value == int(value) and not line.parts:
            self.sheet.write_string(row, col, padded(value), self.looks("number", line.kind))
        elif line.parts and hand.formulas and not typed:
            self.sheet.write_formula(row, col, self._sum(line, col), look, value)
        else:
            self.sheet.write_number(row, col, value, look)

    def _rate(self, row: int, col: int, line: Line, measure: str, value: float | None, *, typed: bool) -> None:
        hand = self.hand
        plain = self.looks("number", line.kind)
        if value is None and not hand.formulas:
            self.sheet.write_string(row, col, hand.nil or "-", plain)
        elif value is not None and hand.rate == "text":
            self.sheet.write_string(row, col, percent_text(value), plain)
        else:
            number, number_format = self._in_scale(value)
            look = self.looks("number", line.kind, number_format)
            if hand.formulas and not typed:
                cached = "-" if number is None else number
                self.sheet.write_formula(row, col, self._division(row, measure), look, cached)
            elif number is not None:
                self.sheet.write_number(row, col, number, look)

    def _in_scale(self, value: float | None) -> tuple[float | None, str]:
        """A rate in the hand's scale, with its number format."""
        if self.hand.rate == "fraction":
            exact = value is None or not self.hand.rate_rounded
            return value if exact or value is None else percent(value) / 100, "0.00%"
        return None if value is None else percent(value), "0.00"

    def _division(self, row: int, measure: str) -> str:
        over, under = (xl_rowcol_to_cell(row, self._at[name]) for name in RATES[measure])
        ratio = f"{over}/{under}" if self.hand.rate == "fraction" else f"ROUND({over}/{under}*100,2)"
        return f'=IFERROR({ratio},"-")'

    def _sum(self, line: Line, col: int) -> str:
        """SUM over the rows of a total: a sub-total stands for its members, neighbours are one range."""
        lines = self.table.lines
        groups = [other for other in lines if other.kind == "group" and other is not line]
        covered = {part for group in groups for part in group.parts if set(group.parts) <= set(line.parts)}
        rows = [
            self.first + i
            for i, other in enumerate(lines)
            if other in groups or (other.kind == "item" and other.row in line.parts and other.row not in covered)
        ]
        return "=SUM(" + ",".join(_range(start, end, col) for start, end in _runs(rows)) + ")"

    def _comparison(self, row: int, col: int, line: Line) -> None:
        """The first measure, or the list's line, against last year: in percent, one decimal."""
        first = "current" if self.table.form in LIST_FORMS else self.columns[self._first_figure()].holds
        first = first.removesuffix(".previous")
        now, before = self.table.value(line, first), self.table.value(line, f"{first}.previous")
        look = self.looks("number", line.kind, "0.0")
        if now is None or not before:
            self.sheet.write_string(row, col, self.hand.nil or "-", look)
        else:
            self.sheet.write_number(row, col, percent(now / before, 1), look)

    def _first_figure(self) -> int:
        return next(i for i, c in enumerate(self.columns) if c.holds not in ("number", "code", "label", "unit"))

    def _spelt(self, text: str) -> str:
        return normalize("NFD" if self.hand.nfd else "NFC", text)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring rows."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _range(start: int, end: int, col: int) -> str:
    cells = xl_rowcol_to_cell(start, col), xl_rowcol_to_cell(end, col)
    return cells[0] if start == end else ":".join(cells)
