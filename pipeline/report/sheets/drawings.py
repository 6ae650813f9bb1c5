"""Charts of indicators: chosen by what the catalogue has, figures as formulas, titles that say what is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.report import theme
from pipeline.report.sheets.answers import asked, met_count
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.living import spliced
from pipeline.report.sheets.words import conditions, headed, province_rows, target_of, value_words

FONT = {"name": theme.FONT, "size": 9, "color": theme.INK}
_QUIET = {"num_font": FONT, "line": {"color": theme.LINE}, "major_tick_mark": "none"}
_LABELLED = 20  # more bars than this are too narrow for figures above them


class Value(NamedTuple):
    """A figure of a chart: a formula with what it comes to, or without one the number; its own style."""

    formula: str
    value: float
    style: str = ""


@dataclass(frozen=True)
class Ranges:
    """Where a chart's figures are: names of series in row ``head``, categories in the first column below it."""

    sheet: str
    head: int
    first: int
    last: int

    def column(self, number: int) -> str:
        """The cells of a column (0: the categories) as a chart names them."""
        letter = chr(ord("A") + number)
        return f"={self.sheet}!${letter}${self.first + 1}:${letter}${self.last + 1}"

    @property
    def title(self) -> str:
        """The cell with the chart's title."""
        return f"={self.sheet}!$A${self.head}"

    def name(self, number: int) -> str:
        """The cell with the name of the series in a column."""
        return f"={self.sheet}!${chr(ord('A') + number)}${self.head + 1}"


@dataclass(frozen=True)
class Drawing:
    """A chart: its title, its description for those who cannot see it, its figures, how it is drawn, the note below.

    ``living`` are formulas that come to texts: the title's under "", those of heads by their texts.
    """

    title: str
    told: str
    heads: list[str]
    lines: list[tuple[str, list[Value | None]]]
    style: str
    draw: Callable[[Workbook, Ranges], Chart]
    living: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def of_indicators(book: Book) -> Iterator[Drawing]:
    """The charts of the main indicator: each province against the target, and against last year."""
    if main := headed(book):
        yield from _against_target(book, main)
        yield from _against_last_year(book, main)


def of_indicator(book: Book, indicator: str, province: str, column: str) -> Value | None:
    """A column of an indicator's row as a chart's figure."""
    row, at = book.indicators.get((indicator, province)), book.places.get((indicator, province))
    value = getattr(row, column) if row else None
    return None if value is None or at is None else Value(f"={book.cell(INDICATORS, at, LETTER[column])}", value)


def covering(book: Book, label: str, used: int, count: int) -> str:
    """A label that says of how many provinces its figures are, where that is neither all nor none."""
    return label if used in {0, count} else book.say("workbook.chart.some", label=label, used=used, count=count)


def _named(book: Book, indicator: str, province: str) -> str:
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
    categories = {**_QUIET, "label_position": "low"}
    # The first category of bars stands at the top, and the values' axis still at the bottom.
    chart.set_x_axis(values if bars_across else categories)
    chart.set_y_axis({**categories, "reverse": True, "crossing": "max"} if bars_across else values)
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.show_blanks_as("gap")
    return chart


def axis_of_values(number_format: str) -> dict[str, Any]:
    """An axis of numbers, with light lines across the field."""
    return {**_QUIET, "num_format": number_format, "major_gridlines": {"visible": True, "line": {"color": "#E4E9ED"}}}


def labels(number_format: str, count: int, **more: object) -> dict[str, Any]:
    """Direct labels, unless there are too many bars for them."""
    if count > _LABELLED:
        return {}
    return {"data_labels": {"value": True, "num_format": number_format, "font": {**FONT, "size": 9}, **more}}


def value_format(kind: str) -> str:
    """The number format of labels: a share with one decimal, a number whole."""
    return "0.0%" if theme.value_style(kind) == "percent" else "#,##0"


def _floor(lines: Sequence[tuple[str, list[Value | None]]]) -> dict[str, float]:
    """The axis starts at nought, unless something is below."""
    values = [cell.value for _, cells in lines for cell in cells if cell]
    return {} if any(value < 0 for value in values) else {"min": 0}


def _from_nought(chart: Chart, lines: Sequence[tuple[str, list[Value | None]]]) -> None:
    for name, value in _floor(lines).items():
        chart.y_axis[name] = value


def _against_target(book: Book, indicator: str) -> Iterator[Drawing]:
    """Each province and the cluster against the target, a line across."""
    kind, target, rows = book.model(indicator).kind, target_of(book, indicator), province_rows(book, indicator)
    who = [*(row.province for row in rows), ""]
    columns = ("value", "target")
    lines = [(_named(book, indicator, p), [of_indicator(book, indicator, p, c) for c in columns]) for p in who]
    if target is None or not any(cells[0] for _, cells in lines):
        return
    met = sum(row.status == "met" for row in rows)
    said = conditions(book, indicator)
    title = book.say("workbook.chart.target", label=book.label(indicator), met=met, count=len(rows), condition=said)
    told = ", ".join(f"{name}: {value_words(book, kind, cells[0].value)}" for name, cells in lines if cells[0])

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        chart = workbook.add_chart({"type": "column"})
        points = [{"fill": {"color": colour(book, p)}} for p in who]
        bars = {"name": at.name(1), "categories": at.column(0), "values": at.column(1), "points": points, "gap": 60}
        chart.add_series(
            {**bars, "fill": {"color": theme.THIS_YEAR}, **labels(value_format(kind), len(who), position="outside_end")}
        )
        chart.combine(_target_line(workbook, at, 2))
        dressed(chart, at.title, "0%" if value_format(kind) == "0.0%" else "#,##0")
        chart.set_legend({"position": "bottom", "font": FONT, "delete_series": [0]})
        _from_nought(chart, lines)
        return chart

    heads = [book.say("workbook.column.value"), book.say("workbook.chart.target_line", condition=said)]
    living = _living(book, indicator, len(rows), heads[1])
    yield Drawing(title, f"{title}. {told}.", heads, lines, theme.value_style(kind), draw, living)


def _living(book: Book, indicator: str, count: int, head: str) -> dict[str, str]:
    """The title and the name of the line as formulas, where all provinces have one target."""
    said, met = asked(book, indicator), met_count(book, indicator)
    if not said or not met:
        return {}
    parts = {"met": met, "condition": said}
    title = spliced(book.say, "workbook.chart.target", parts, label=book.label(indicator), count=count)
    return {"": f"={title}", head: f"={spliced(book.say, 'workbook.chart.target_line', {'condition': said})}"}


def _target_line(workbook: Workbook, at: Ranges, number: int) -> Chart:
    """The targets in a column of the figures as a dashed line; over one category alone a line would not show."""
    line = workbook.add_chart({"type": "line"})
    marker: dict[str, Any] = {"type": "none"}
    if at.first == at.last:
        paint = {"color": theme.TARGET}
        marker = {"type": "long_dash", "size": 20, "fill": paint, "border": paint}
    look = {"line": {"color": theme.TARGET, "width": 2, "dash_type": "dash"}, "marker": marker}
    line.add_series({"name": at.name(number), "categories": at.column(0), "values": at.column(number), **look})
    return line


def two_years(
    title: str, number_format: str, lines: list[tuple[str, list[Value | None]]]
) -> Callable[[Workbook, Ranges], Chart]:
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
        _from_nought(chart, lines)
        return chart

    return draw


def year_heads(book: Book) -> list[str]:
    """The names of the two series: last year, this year."""
    period = book.results.period
    return [book.say("workbook.chart.period", period=p.id) for p in (period.year_before, period)]


def _against_last_year(book: Book, indicator: str) -> Iterator[Drawing]:
    kind, rows = book.model(indicator).kind, province_rows(book, indicator)
    lines = [
        (_named(book, indicator, p), [of_indicator(book, indicator, p, c) for c in ("previous", "value")])
        for p in (*(row.province for row in rows), "")
    ]
    both = [row for row in rows if row.previous is not None and row.value is not None]
    if not both:
        return
    up = sum((row.value or 0) > (row.previous or 0) for row in both)
    title = book.say("workbook.chart.last_year", label=book.label(indicator), up=up, count=len(both))
    heads = year_heads(book)
    told = ", ".join(
        f"{book.province(row.province)}: {value_words(book, kind, before)}, {value_words(book, kind, now)}"
        for row in both
        if (before := row.previous) is not None and (now := row.value) is not None
    )
    draw = two_years(title, value_format(kind), lines)
    yield Drawing(title, f"{title}. {' / '.join(heads)}: {told}.", heads, lines, theme.value_style(kind), draw)


def achievement(book: Book) -> Iterator[Drawing]:
    """What was done of what was assigned: a group of columns per indicator, a colour per province."""
    chosen = [i for i, m in book.results.catalogue.indicators.items() if m.kind == "achievement"]
    chosen = [i for i in chosen if any(row.value is not None for row in province_rows(book, i))]
    who = [*book.provinces, ""]
    if not chosen or len(who) > len(theme.PALETTE) + 1:
        return
    lines = [
        (book.label(i), [*(of_indicator(book, i, p, "value") for p in who), of_indicator(book, i, "", "target")])
        for i in chosen
    ]
    rows = [row for i in chosen for row in province_rows(book, i)]
    met = sum(row.status == "met" for row in rows)
    title = book.say("workbook.chart.achievement", met=met, count=len(rows))

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        chart = workbook.add_chart({"type": "column"})
        for number, province in enumerate(who, 1):
            series = {"name": at.name(number), "categories": at.column(0), "values": at.column(number)}
            # A line behind would strike a label through.
            white = {"fill": {"color": "#FFFFFF"}}
            shown = labels("0.0%", len(who) * len(lines), position="outside_end", **white)
            chart.add_series({**series, "gap": 50, "overlap": 0, "fill": {"color": colour(book, province)}, **shown})
        if any(cells[-1] for _, cells in lines):
            chart.combine(_target_line(workbook, at, len(who) + 1))
        dressed(chart, at.title, "0%")
        _from_nought(chart, lines)
        return chart

    told = "; ".join(
        f"{book.label(row.indicator)}, {book.province(row.province)}: {book.say.percent(row.value or 0, 1)}"
        for row in rows
    )
    # Each of them may get another target; their line's name names none.
    heads = [*(book.province(p) for p in who), book.say("workbook.column.target")]
    counts = [found for indicator in chosen if (found := met_count(book, indicator))]
    parts = {"met": f"({'+'.join(counts)})"}
    living = {"": f"={spliced(book.say, 'workbook.chart.achievement', parts, count=len(rows))}"} if counts else {}
    yield Drawing(title, f"{title}. {told}.", heads, lines, "percent", draw, living)
