"""What the charts share: figures with where they stand, colours, labels and axes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_col_to_name

from pipeline.report import theme
from pipeline.report.funnel import Axis, axis
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import if_given
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER

FONT = {"name": theme.FONT, "size": 9, "color": theme.INK}
QUIET_NAME = {**FONT, "color": theme.MUTED, "bold": False}  # of an axis: what is to be known of its chart
_QUIET = {"num_font": FONT, "line": {"color": theme.LINE}, "major_tick_mark": "none"}
QUIET_AXIS = {**_QUIET, "label_position": "low"}
_MARK = 26  # points: the mark of a target
_LABELLED = 20  # more bars than this are too narrow for figures above them


OWN_LINE = "{line}"  # in a figure's formula: the row that it stands in


class Value(NamedTuple):
    """A figure of a chart: a formula with what it comes to, or without one the number; its own style."""

    formula: str
    value: float
    style: str = ""


Line = tuple[str, list[Value | None]]  # a category and its figures


def column_of(lines: Sequence[Line], number: int) -> list[float | None]:
    """The figures of a column (0: the first beside the categories)."""
    return [None if (cell := cells[number]) is None else cell.value for _, cells in lines]


@dataclass(frozen=True)
class Ranges:
    """Where a chart's figures are: names of series in row ``head``, categories in the first column below it.

    The categories of two ``levels`` take two columns.
    """

    sheet: str
    head: int
    first: int
    last: int
    levels: int = 1

    def column(self, number: int) -> str:
        """The cells of a column (0: the categories) as a chart names them."""
        start, end = self._letter(number) if number else "A", self._letter(number)
        return f"={self.sheet}!${start}${self.first + 1}:${end}${self.last + 1}"

    @property
    def title(self) -> str:
        """The cell with the chart's title."""
        return f"={self.sheet}!$A${self.head}"

    def name(self, number: int) -> str:
        """The cell with the name of the series in a column."""
        return f"={self.sheet}!${self._letter(number)}${self.head + 1}"

    def _letter(self, number: int) -> str:
        return str(xl_col_to_name(number + self.levels - 1))


@dataclass(frozen=True)
class Drawing:
    """A chart: its title, its description for those who cannot see it, its figures, how it is drawn, the note below.

    ``living`` are formulas that come to texts: the title's under "", those of heads and the note by their texts.
    ``outer`` are what the lines' categories belong to, named where each group begins; then the chart is as wide as two.
    """

    title: str
    told: str
    heads: list[str]
    lines: list[Line]
    style: str
    draw: Callable[[Workbook, Ranges], Chart]
    living: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    outer: Sequence[str] = ()


def of_indicator(book: Book, indicator: str, province: str, column: str) -> Value | None:
    """A column of an indicator's row as a chart's figure."""
    row, at = book.indicators.get((indicator, province)), book.places.get((indicator, province))
    value = getattr(row, column) if row else None
    if value is None or at is None:
        return None
    cell = book.cell(INDICATORS, at, LETTER[column])
    # An emptied target: a blank text would be drawn at nought.
    return Value(f"={if_given(cell, otherwise='NA()') if column == 'target' else cell}", value)


def covering(book: Book, label: str, used: int, count: int) -> str:
    """A label that says of how many provinces its figures are, where that is neither all nor none."""
    return label if used in {0, count} else book.say("workbook.chart.some", label=label, used=used, count=count)


def lacking(book: Book, rows: Sequence[IndicatorRow]) -> str:
    """What a count of those who meet a target says of those whose figures lack; empty where none does."""
    count = sum(row.value is None for row in rows)
    return f" {book.say('workbook.chart.lacking', count=count)}" if count else ""


def named(book: Book, indicator: str, province: str) -> str:
    """A province's name; the cluster's says of how many provinces its figure is."""
    row = book.indicators.get((indicator, province))
    used, count = (row.used or 0, row.expected or 0) if row and not province else (0, 0)
    return covering(book, book.province(province), used, count)


def colour(book: Book, province: str) -> str:
    """A province's own colour throughout the workbook, where there are colours for all; the cluster is grey."""
    if not province:
        return theme.CLUSTER
    own = list(book.provinces).index(province)
    return theme.PALETTE[own] if len(book.provinces) <= len(theme.PALETTE) else theme.THIS_YEAR


def dressed(chart: Chart, title: str, number_format: str, *, bars_across: bool = False) -> Chart:
    """Give a chart its title, fonts and axes; bars start at nought unless a figure is below it."""
    chart.set_title({"name": title, "name_font": {**FONT, "size": 12, "bold": True}, "overlay": False})
    values = axis_of_values(number_format)
    categories = QUIET_AXIS
    # The first category of bars stands at the top, and the values' axis still at the bottom.
    chart.set_x_axis(values if bars_across else categories)
    chart.set_y_axis({**categories, "reverse": True, "crossing": "max"} if bars_across else values)
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.show_blanks_as("gap")
    return chart


def axis_of_values(number_format: str) -> dict[str, Any]:
    """An axis of numbers, with light lines across the field."""
    return {**_QUIET, "num_format": number_format, "major_gridlines": {"visible": True, "line": {"color": "#E4E9ED"}}}


def fitted(kind: str, values: Sequence[float]) -> dict[str, Any]:
    """Round ends of an axis of dots, which need not start at nought, with room for figures above and below them."""
    low, high = min(values), max(values)
    room = 0.12 * (high - low or abs(high) or 1)
    ends = axis(low - room if low < 0 else max(low - room, 0), high + room)
    return {"min": ends.low, "max": ends.high, "major_unit": ends.step, "num_format": axis_format(kind, ends)}


def axis_format(kind: str, ends: Axis) -> str:
    """As many decimals as tell the ticks apart."""
    if value_format(kind) != "0.0%":
        return "#,##0" if ends.step >= 1 else "#,##0.0##"
    return next((look for least, look in ((0.01, "0%"), (0.001, "0.0%")) if ends.step >= least), "0.00%")


def labels(number_format: str, count: int, **more: object) -> dict[str, Any]:
    """Direct labels, unless there are too many bars for them."""
    if count > _LABELLED:
        return {}
    return {"data_labels": {"value": True, "num_format": number_format, "font": {**FONT, "size": 9}, **more}}


def value_format(kind: str) -> str:
    """The number format of labels: a share with one decimal, a number whole."""
    return "0.0%" if theme.value_style(kind) == "percent" else "#,##0"


def _floor(lines: Sequence[Line]) -> dict[str, float]:
    """The axis starts at nought, unless something is below."""
    values = [cell.value for _, cells in lines for cell in cells if cell]
    return {} if any(value < 0 for value in values) else {"min": 0}


def from_nought(chart: Chart, lines: Sequence[Line]) -> None:
    """Let the bars' axis start at nought, unless something is below."""
    for name, value in _floor(lines).items():
        chart.y_axis[name] = value


def target_line(workbook: Workbook, at: Ranges, number: int) -> Chart:
    """The targets in a column of the figures as a dashed line; over one category alone a line would not show."""
    if at.first == at.last:
        return target_marks(workbook, at, number)
    look = {"line": {"color": theme.TARGET, "width": 2, "dash_type": "dash"}, "marker": {"type": "none"}}
    return _line(workbook, at, number, look)


def target_marks(workbook: Workbook, at: Ranges, number: int, **more: object) -> Chart:
    """The targets in a column of the figures as a mark across each bar; ``more`` is further said of the series."""
    paint = {"color": theme.TARGET}
    marker = {"type": "long_dash", "size": _MARK, "fill": paint, "border": {"color": "#FFFFFF"}}
    return _line(workbook, at, number, {"line": {"none": True}, "marker": marker, **more})


def _line(workbook: Workbook, at: Ranges, number: int, look: dict[str, Any]) -> Chart:
    line = workbook.add_chart({"type": "line"})
    line.add_series({"name": at.name(number), "categories": at.column(0), "values": at.column(number), **look})
    return line


def two_years(title: str, number_format: str, lines: list[Line]) -> Callable[[Workbook, Ranges], Chart]:
    """Draw last year beside this year: grey and blue columns."""

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        chart = workbook.add_chart({"type": "column"})
        for number, fill in ((1, theme.LAST_YEAR), (2, theme.THIS_YEAR)):
            series = {
                "name": at.name(number),
                "categories": at.column(0),
                "values": at.column(number),
                "gap": 60,
                "overlap": 0,
            }
            shown = labels(number_format, 2 * len(lines), position="outside_end")
            chart.add_series({**series, "fill": {"color": fill}, **shown})
        dressed(chart, title, "0%" if number_format == "0.0%" else "#,##0")
        from_nought(chart, lines)
        return chart

    return draw


def year_heads(book: Book) -> list[str]:
    """The names of the two series: last year, this year."""
    period = book.results.period
    return [book.say("workbook.chart.period", period=p.id) for p in (period.year_before, period)]
