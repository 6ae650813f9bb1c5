"""The chart of a trend: the main indicator over the periods, a line for each province, its target across."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.report import theme
from pipeline.report.funnel import axis
from pipeline.report.sheets import trends, trends_told
from pipeline.report.sheets.answers import asked
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.drawings import (
    FONT,
    Drawing,
    Line,
    Ranges,
    Value,
    axis_format,
    colour,
    column_of,
    dressed,
    of_indicator,
    value_format,
)
from pipeline.report.sheets.living import spliced
from pipeline.report.sheets.words import conditions, headed, target_of, value_words

_NEAR = 0.09  # of all values' range: names nearer to each other would overlap
_ROOM = 5  # periods, of which the last leaves half a step for names; for more, further steps are kept free


def trend(book: Book) -> Iterator[Drawing]:
    """The main indicator's series, where there are any."""
    indicator, table = headed(book), book.results.consolidation.tables.get(trends.KEY)
    own = None if table is None else table[table["indicator"] == indicator]
    if own is None or own.empty:
        return
    kind, known = book.model(indicator).kind, set(own["province"])
    # Lines of one colour could not be told apart.
    named = book.provinces if len(book.provinces) <= len(theme.PALETTE) else ()
    who = [p for p in (*named, "") if p in known]
    if not who:
        return
    periods = [period for period in trends.periods_of(book) if period in set(own["period"])]
    title = trends_told.text(book, own, indicator)
    target = _target(book, indicator, who)
    heads = [*(book.province(p) for p in who), *([_target_head(book, indicator)] if target else [])]
    lines: list[Line] = [
        (period, [*(_point(book, indicator, p, period) for p in who), *([target] if target else [])])
        for period in periods
    ]
    free = len(periods) // _ROOM
    lines += [("", [None] * len(heads))] * free
    told = "; ".join(f"{name}: {', '.join(_told(book, kind, lines, n))}" for n, name in enumerate(heads[: len(who)]))
    colours = [colour(book, p) for p in who]
    style = theme.value_style(kind)

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        return _lines(workbook, at, kind, (heads, lines), colours)

    yield Drawing(title, f"{title}. {told}.", heads, lines, style, draw, _living(book, indicator, heads))


def _told(book: Book, kind: str, lines: Sequence[Line], number: int) -> list[str]:
    values = zip(lines, column_of(lines, number), strict=True)
    return [f"{value_words(book, kind, value)} ({period})" for (period, _), value in values if value is not None]


def _point(book: Book, indicator: str, province: str, period: str) -> Value | None:
    found = trends.point(book, indicator, province, period)
    return None if found is None else Value(f"={found[0]}", found[1])


def _target(book: Book, indicator: str, who: Sequence[str]) -> Value | None:
    """The target, from where it follows an edited one; None where it is not the same for all."""
    targets = {id(book.binding(indicator, p)) for p in who}
    return of_indicator(book, indicator, who[-1], "target") if len(targets) == 1 else None


def _target_head(book: Book, indicator: str) -> str:
    return book.say("workbook.chart.target_line", condition=conditions(book, indicator))


def _living(book: Book, indicator: str, heads: Sequence[str]) -> dict[str, str]:
    """The title as the sheet of trends has it; the name of the target's line, where all provinces have one target."""
    head, said = _target_head(book, indicator), asked(book, indicator)
    title = {"": f"={trends.told(book)}"}
    if head not in heads or not said or target_of(book, indicator) is None:
        return title
    return title | {head: f"={spliced(book.say, 'workbook.chart.target_line', {'condition': said})}"}


def _lines(
    workbook: Workbook, at: Ranges, kind: str, table: tuple[list[str], list[Line]], colours: Sequence[str]
) -> Chart:
    """Draw the lines, each named at its end; the axis is the program's own, for an edited target moves it."""
    heads, lines = table
    chart = workbook.add_chart({"type": "line"})
    values = [column_of(lines, n) for n in range(len(heads))]
    sides = _sides(values[: len(colours)])
    for number, (one, side) in enumerate(zip(colours, sides, strict=True), 1):
        paint = {"color": one}
        last = max(n for n, value in enumerate(values[number - 1]) if value is not None)
        strong = one == theme.CLUSTER
        chart.add_series({
            "name": at.name(number), "categories": at.column(0), "values": at.column(number),
            "line": {**paint, "width": 3 if strong else 1.75},
            "marker": {"type": "circle", "size": 6, "fill": paint, "border": paint},
            "data_labels": _named(last, len(lines), side, value_format(kind), bold=strong),
        })  # fmt: skip
    if len(heads) > len(colours):
        number = len(heads)
        chart.add_series({
            "name": at.name(number), "categories": at.column(0), "values": at.column(number),
            "marker": {"type": "none"}, "line": {"color": theme.TARGET, "width": 2, "dash_type": "dash"},
            "data_labels": _named(0, len(lines), "above", "", bold=False),
        })  # fmt: skip
    known = [value for own in values for value in own if value is not None]
    dressed(chart, at.title, axis_format(kind, axis(min(known), max(known))))
    chart.set_legend({"none": True})
    return chart


def _named(at: int, count: int, side: str, number_format: str, *, bold: bool) -> dict[str, Any]:
    """A line's name at one of its points, with the value where there is a format for it."""
    value = {"value": True, "num_format": number_format, "separator": " "} if number_format else {}
    custom = [None if n == at else {"delete": True} for n in range(count)]
    look = {"font": {**FONT, "bold": bold}, "fill": {"color": "#FFFFFF"}}
    return {"series_name": True, **value, "position": side, "custom": custom, **look}


def _sides(lines: Sequence[list[float | None]]) -> list[str]:
    """Where each line's name stands at its last point: on the right, where another one is too near on the left."""
    known = [value for values in lines for value in values if value is not None]
    near = _NEAR * (max(known) - min(known) or 1)
    ends = [next(value for value in reversed(values) if value is not None) for values in lines]
    last = {"right": -math.inf, "left": -math.inf}
    sides = dict.fromkeys(range(len(ends)), "above")
    for number in sorted(sides, key=ends.__getitem__):
        free = [side for side, value in last.items() if ends[number] - value >= near]
        if free:
            sides[number] = free[0]
            last[free[0]] = ends[number]
    return list(sides.values())
