"""The charts of several indicators of a kind: a bar for each province, its target a mark across the bar."""

from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.report import theme
from pipeline.report.sheets.answers import emptied, met_count
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.drawings import (
    FONT,
    Drawing,
    Line,
    Ranges,
    colour,
    dressed,
    from_nought,
    labels,
    lacking,
    named,
    of_indicator,
    target_marks,
)
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.living import spliced
from pipeline.report.sheets.words import province_rows

_MOST = 48  # bars; more would be too narrow for their names
_OUTSIDE, _WITHIN = "outside_end", "center"  # where the bars' figures stand
_FORMATS = {_OUTSIDE: "+0.0%;-0.0%;0.0%", _WITHIN: "0.0%"}


def bullets(book: Book) -> Iterator[Drawing]:
    """What makes up an indicator that wants several ones met; and what was done of what was assigned."""
    models = book.results.catalogue.indicators
    for name, model in models.items():
        parts = [i for i in model.of or () if models[i].kind == "change"]
        if parts and _is_shown(book, name):
            yield from _bullets(book, parts, _OUTSIDE, ("all_met", book.label(name), [name]))
    assigned = [i for i, m in models.items() if m.kind == "achievement" and _is_shown(book, i)]
    yield from _bullets(book, assigned, _WITHIN, ("achievement", "", assigned))


def _is_shown(book: Book, indicator: str) -> bool:
    """Whether there is something to draw, and something to measure it by."""
    rows = province_rows(book, indicator)
    return any(row.value is not None for row in rows) and any(row.target is not None for row in rows)


def _bullets(book: Book, chosen: list[str], place: str, said: tuple[str, str, list[str]]) -> Iterator[Drawing]:
    """The bars of these indicators; ``said`` is the title: its message, its label, whose results it counts."""
    bars = [(i, p) for i in chosen for p in (*(row.province for row in province_rows(book, i)), "")]
    if not chosen or len(bars) > _MOST:
        return
    rows = [row for i in chosen for row in province_rows(book, i)]
    counted = [row for i in said[2] for row in province_rows(book, i)]
    words = {"label": said[1], "count": len(counted)}
    title = book.say(f"workbook.chart.{said[0]}", met=sum(row.status == "met" for row in counted), **words)
    title += (more := lacking(book, counted))
    lines: list[Line] = [
        (named(book, i, p), [of_indicator(book, i, p, column) for column in ("value", "target")]) for i, p in bars
    ]
    outer = [book.label(i) if n == 0 or bars[n - 1][0] != i else "" for n, (i, _) in enumerate(bars)]
    colours = [colour(book, p) for _, p in bars]
    told = "; ".join(
        f"{book.label(row.indicator)}, {book.province(row.province)}: "
        + (book.say("workbook.no_value") if row.value is None else book.say.percent(row.value, 1))
        for row in rows
    )
    # Each of them may get another target; their marks' name names none.
    heads = [book.say("workbook.column.value"), book.say("workbook.column.target")]
    counts = [found for indicator in said[2] if (found := met_count(book, indicator))]
    gone = "".join(f"-{emptied(book, indicator)}" for indicator in said[2])
    parts = {"met": f"({'+'.join(counts)})", "count": f"({len(counted)}{gone})"}
    formula = f"={spliced(book.say, f'workbook.chart.{said[0]}', parts, label=said[1])}" + (
        f"&{quoted(more)}" if more else ""
    )
    living = {"": formula} if counts else {}

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        return _bars(workbook, at, (outer, lines), colours, place)

    yield Drawing(title, f"{title}. {told}.", heads, lines, "percent", draw, living, outer=outer)


def _bars(
    workbook: Workbook, at: Ranges, table: tuple[list[str], list[Line]], colours: Sequence[str], place: str
) -> Chart:
    outer, lines = table
    chart = workbook.add_chart({"type": "column"})
    # Categories of two levels are not read from the sheet's cells when the workbook is written.
    levels = {"categories_data": [[text or None for text in outer], [name for name, _ in lines]]}
    points = [{"fill": {"color": one}} for one in colours]
    bars = {"name": at.name(1), "categories": at.column(0), "values": at.column(1), "points": points, "gap": 45}
    # A mark behind would strike a figure through.
    shown = labels(_FORMATS[place], 1, position=place, fill={"color": "#FFFFFF"})
    chart.add_series({**bars, "fill": {"color": theme.THIS_YEAR}, **shown, **levels})
    if any(cells[1] for _, cells in lines):
        chart.combine(target_marks(workbook, at, 2, **levels))
    dressed(chart, at.title, "0%")
    chart.set_legend({"position": "bottom", "font": FONT, "delete_series": [0]})
    from_nought(chart, lines)
    return chart
