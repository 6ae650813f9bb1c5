"""The chart of the funnel: the main proportion over its denominator, with the limits of chance around the cluster's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_col_to_name

from pipeline.messages import Messages
from pipeline.report import theme
from pipeline.report.funnel import Axis, Funnel, across_of, funnel_of, level_texts, note_of, title_of
from pipeline.report.sheets import chance
from pipeline.report.sheets.answers import asked
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.drawings import (
    FONT,
    OWN_LINE,
    Drawing,
    Ranges,
    Value,
    axis_format,
    axis_of_values,
    colour,
    dressed,
    of_indicator,
)
from pipeline.report.sheets.funnel_words import said_of
from pipeline.report.sheets.living import spliced
from pipeline.report.sheets.living import value_words as living_value
from pipeline.report.sheets.words import conditions, value_words
from pipeline.report.sides import sides_of
from pipeline.statistics.funnel import BINOMIAL

_LETTER, _LINE = 0.0095, 0.06  # of the field's width and height: a letter of a name, its line
# Of the chart: title and legend take less than programs leave them, names need the room.
_FIELD = {"x": 0.06, "y": 0.2, "width": 0.92, "height": 0.51}
_X, _Y, _CENTRE = 1, 2, 3  # columns of the chart's figures; the limits and the target follow
_ENDS = ("lower95", "upper95", "lower998", "upper998")
_LOOKS: dict[str, dict[str, Any]] = {
    "centre": {"color": theme.CLUSTER, "width": 2},
    "95": {"color": theme.MUTED, "width": 1.25, "dash_type": "dash"},
    "998": {"color": theme.MUTED, "width": 1.25},
    "target": {"color": theme.TARGET, "width": 1, "dash_type": "dash"},
}


def funnel(book: Book) -> Iterator[Drawing]:
    """The chart of the first indicator that has a funnel, where it is a proportion of three provinces or more."""
    found = funnel_of(book.results.consolidation.tables)
    if found is None:
        return
    say = book.say
    title = title_of(found, book.label(found.indicator), book.province, say)
    note = note_of(found, book.results.catalogue, book.province, say)
    told = "; ".join(
        say(
            "funnel.point",
            name=book.province(point.province),
            value=say.percent(point.value),
            denominator=say.number(point.denominator),
        )
        for point in found.points
    )
    yield Drawing(
        title,
        f"{title}. {_centre(book, found)}. {told}. {note}",
        _heads(book, found),
        [*_points(book, found), *_curves(book, found)],
        "percent",
        lambda workbook, at: _draw(book, found, workbook, at),
        note=note,
        living=_living(book, found) | said_of(book, found, title, note),
    )


def _centre(book: Book, found: Funnel) -> str:
    kind = book.model(found.indicator).kind
    return book.say("funnel.centre", value=value_words(book, kind, found.centre))


def _heads(book: Book, found: Funnel) -> list[str]:
    say = book.say
    own = [say("workbook.column.denominator"), say("workbook.column.value"), _centre(book, found)]
    own += [_limits(book, end) for end in _ENDS]
    return own if found.target is None else [*own, _target(book, found)]


def _limits(book: Book, end: str) -> str:
    """The head of a limit's column: the lower one's names both in the legend."""
    said = book.say(f"funnel.limits{end[5:]}", **level_texts(book.say))
    return said if end.startswith("lower") else book.say("funnel.upper", limits=said)


def _target(book: Book, found: Funnel) -> str:
    return book.say("workbook.chart.target_line", condition=conditions(book, found.indicator))


def _living(book: Book, found: Funnel) -> dict[str, str]:
    """The names of the lines as formulas; the target's where all provinces have one target."""
    said = "" if found.target is None else asked(book, found.indicator)
    named = {_target(book, found): spliced(book.say, "workbook.chart.target_line", {"condition": said})} if said else {}
    if whole := of_indicator(book, found.indicator, "", "value"):
        value = living_value(book, book.model(found.indicator).kind, whole.formula[1:])
        named[_centre(book, found)] = spliced(book.say, "funnel.centre", {"value": value})
    for end in _ENDS:
        limits = spliced(book.say, f"funnel.limits{end[5:]}", chance.words(book))
        is_lower = end.startswith("lower")
        named[_limits(book, end)] = limits if is_lower else spliced(book.say, "funnel.upper", {"limits": limits})
    return {head: f"={line}" for head, line in named.items()}


def _points(book: Book, found: Funnel) -> Iterator[tuple[str, list[Value | None]]]:
    for point in found.points:
        over = of_indicator(book, found.indicator, point.province, "denominator") or Value("", point.denominator)
        rate = of_indicator(book, found.indicator, point.province, "value") or Value("", point.value)
        yield book.province(point.province), [over._replace(style="count"), rate]


def _curves(book: Book, found: Funnel) -> Iterator[tuple[str, list[Value | None]]]:
    target = [] if found.target is None else [_live(book, found, found.target)]
    centre = of_indicator(book, found.indicator, "", "value") or Value("", found.centre)
    names = chance.levels(book)
    size_cell, centre_cell = (f"{xl_col_to_name(column)}{OWN_LINE}" for column in (_X, _CENTRE))
    rate = chance.Rate(BINOMIAL, "", size_cell)
    formulas = {
        end: f"={rate.limit(end[:5], centre_cell, names.near if end.endswith('95') else names.far)}" for end in _ENDS
    }
    for size, around in found.curve:
        ends = [Value(formulas[end], getattr(around, end)) for end in _ENDS]
        yield book.say("funnel.curve"), [Value("", size, "count"), None, centre, *ends, *target]


def _live(book: Book, found: Funnel, target: float) -> Value:
    """The provinces' target as the sheet of indicators has it, for an edited one moves its line."""
    return of_indicator(book, found.indicator, found.points[0].province, "target") or Value("", target)


def _draw(book: Book, found: Funnel, workbook: Workbook, at: Ranges) -> Chart:
    chart, look = workbook.add_chart({"type": "scatter", "subtype": "straight"}), _format(book, found)
    unnamed = _draw_lines(found, chart, replace(at, first=at.first + len(found.points)))
    drawn = len(chart.series)
    if len(found.named) < len(found.points):  # no chart has 256 series: one for all, over it those that are named
        every = replace(at, last=at.first + len(found.points) - 1)
        chart.add_series({
            "name": book.say("workbook.column.province"), "categories": every.column(_X), "values": every.column(_Y),
            "line": {"none": True}, "marker": _marker(theme.THIS_YEAR),
        })  # fmt: skip
    for number, (point, side) in enumerate(zip(found.points, _sides(book, found), strict=True)):
        if point.province not in found.named:
            continue
        own = replace(at, first=at.first + number, last=at.first + number)
        # The label is the series' name and value, which stay those of the sheet's cells.
        label = {"series_name": True, "value": True, "separator": " ", "position": side, "num_format": "0.0%"}
        font, white = {**FONT, "bold": point.outside}, {"color": "#FFFFFF"}  # a line behind would strike it through
        chart.add_series({
            "name": own.column(0), "categories": own.column(_X), "values": own.column(_Y), "line": {"none": True},
            "marker": _marker(colour(book, point.province)), "data_labels": {**label, "font": font, "fill": white},
        })  # fmt: skip
    dressed(chart, at.title, look)
    chart.set_plotarea({"layout": _FIELD})
    chart.set_legend({
        "position": "bottom", "font": FONT, "delete_series": [*unnamed, *range(drawn, len(chart.series))],
    })  # fmt: skip
    say = Messages(book.results.lang, book.results.period.year)
    name = {"name": across_of(found, book.results.catalogue, say), "name_font": {**FONT, "bold": False}}
    chart.set_x_axis({**axis_of_values("#,##0"), **_ends(found.across), **name})
    chart.set_y_axis({**axis_of_values(look), **_ends(found.up)})
    return chart


def _marker(fill: str) -> dict[str, Any]:
    return {"type": "circle", "size": 9, "fill": {"color": fill}, "border": {"color": "#FFFFFF"}}


def _draw_lines(found: Funnel, chart: Chart, at: Ranges) -> list[int]:
    """Draw the cluster's rate, the limits and the target; returns which of them the legend leaves out."""
    lines = ["centre", *(end[5:] for end in _ENDS), *([] if found.target is None else ["target"])]
    for column, key in enumerate(lines, _CENTRE):
        chart.add_series({
            "name": at.name(column), "categories": at.column(_X), "values": at.column(column), "line": _LOOKS[key],
            "marker": {"type": "none"},
        })  # fmt: skip
    return [n for n, key in enumerate(lines) if key in lines[:n]]


def _sides(book: Book, found: Funnel) -> list[str]:
    names = [f"{book.province(point.province)} {book.say.percent(point.value, 1)}" for point in found.points]
    return sides_of(*found.field(names, _LETTER, _LINE))


def _format(book: Book, found: Funnel) -> str:
    return axis_format(book.model(found.indicator).kind, found.up)


def _ends(axis: Axis) -> dict[str, float]:
    return {"min": axis.low, "max": axis.high, "major_unit": axis.step}
