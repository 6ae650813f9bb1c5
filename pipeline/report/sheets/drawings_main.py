"""Charts of the main indicator: each province against the target, with its interval, and against last year."""

from collections.abc import Iterator, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.report import theme
from pipeline.report.doubts import covered_then
from pipeline.report.sheets.answers import asked, emptied, met_count
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.drawings import (
    FONT,
    QUIET_AXIS,
    QUIET_NAME,
    Drawing,
    Line,
    Ranges,
    Value,
    axis_of_values,
    colour,
    column_of,
    dressed,
    fitted,
    from_nought,
    labels,
    lacking,
    named,
    of_indicator,
    target_line,
    value_format,
    year_heads,
)
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.living import spliced
from pipeline.report.sheets.words import conditions, headed, province_rows, target_of, value_words

_HIGHER, _SPAN, _BEFORE, _LOWER = range(1, 5)  # columns of the comparison with last year; this year's follow


def of_indicators(book: Book) -> Iterator[Drawing]:
    """The charts of the main indicator: each province against the target, and against last year."""
    if main := headed(book):
        yield from _against_target(book, main)
        yield from _against_last_year(book, main)


def _against_target(book: Book, indicator: str) -> Iterator[Drawing]:
    """Each province and the cluster, with its interval, against the target, a line across."""
    kind, target, rows = book.model(indicator).kind, target_of(book, indicator), province_rows(book, indicator)
    who = [*(row.province for row in rows), ""]
    lines: list[Line] = [
        (named(book, indicator, p), [of_indicator(book, indicator, p, c) for c in ("value", "target")]) for p in who
    ]
    if target is None or not any(cells[0] for _, cells in lines):
        return
    met = sum(row.status == "met" for row in rows)
    said = conditions(book, indicator)
    title = book.say("workbook.chart.target", label=book.label(indicator), met=met, count=len(rows), condition=said)
    title += lacking(book, rows)
    heads = [book.say("workbook.column.value"), book.say("workbook.chart.target_line", condition=said)]
    told = ", ".join(
        _told(book, kind, name, book.indicators.get((indicator, p))) for p, (name, _) in zip(who, lines, strict=True)
    )
    living = _living(book, indicator, rows, heads[1])
    ends = [_ends(book, indicator, p) for p in who]
    if any(any(pair) for pair in ends):
        heads += [book.say(f"workbook.chart.to_{end}") for end in ("low", "high")]
        lines = [(name, [*cells, *pair]) for (name, cells), pair in zip(lines, ends, strict=True)]
    colours = [colour(book, p) for p in who]
    note = book.say("workbook.chart.interval") if len(heads) > 2 else ""

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        return _columns(workbook, at, kind, lines, colours, note)

    yield Drawing(title, f"{title}. {told}. {note}".rstrip(), heads, lines, theme.value_style(kind), draw, living)


def _told(book: Book, kind: str, name: str, row: IndicatorRow | None) -> str:
    """A province's value, and its interval, as the description has them."""
    if row is None or row.value is None:
        return f"{name}: {book.say('workbook.no_value')}"
    said = f"{name}: {value_words(book, kind, row.value)}"
    if row.low is None or row.high is None:
        return said
    return f"{said} ({value_words(book, kind, row.low)} \N{EN DASH} {value_words(book, kind, row.high)})"


def _ends(book: Book, indicator: str, province: str) -> list[Value | None]:
    """How far an interval reaches below and above the value, as formulas over the sheet of indicators."""
    value, low, high = (of_indicator(book, indicator, province, column) for column in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return [None, None]
    pairs = ((value, low), (high, value))
    return [Value(f"{more.formula}-{less.formula[1:]}", more.value - less.value) for more, less in pairs]


def _columns(
    workbook: Workbook, at: Ranges, kind: str, lines: Sequence[Line], colours: Sequence[str], note: str
) -> Chart:
    """Draw columns from nought; their figures stand within them, where no interval strikes them through."""
    chart = workbook.add_chart({"type": "column"})
    points = [{"fill": {"color": one}} for one in colours]
    bars = {"name": at.name(1), "categories": at.column(0), "values": at.column(1), "points": points, "gap": 60}
    place = {"position": "center", "fill": {"color": "#FFFFFF"}} if note else {"position": "outside_end"}
    bars |= {"y_error_bars": _bars(at, lines)} if note else {}
    chart.add_series({**bars, "fill": {"color": theme.THIS_YEAR}, **labels(value_format(kind), len(lines), **place)})
    chart.combine(target_line(workbook, at, 2))
    dressed(chart, at.title, "0%" if value_format(kind) == "0.0%" else "#,##0")
    if note:
        chart.set_x_axis({**QUIET_AXIS, "name": note, "name_font": QUIET_NAME})
    chart.set_legend({"position": "bottom", "font": FONT, "delete_series": [0]})
    from_nought(chart, [(name, cells[:2]) for name, cells in lines])
    return chart


def _bars(at: Ranges, lines: Sequence[Line]) -> dict[str, Any]:
    minus, plus = column_of(lines, 2), column_of(lines, 3)
    return {
        "type": "custom", "minus_values": at.column(3), "plus_values": at.column(4), "minus_data": minus,
        "plus_data": plus, "line": {"color": theme.INK, "width": 1.5},
    }  # fmt: skip


def _living(book: Book, indicator: str, rows: list[IndicatorRow], head: str) -> dict[str, str]:
    """The title and the name of the line as formulas, where all provinces have one target."""
    said, met = asked(book, indicator), met_count(book, indicator)
    if not said or not met:
        return {}
    parts = {"met": met, "condition": said}
    title = spliced(book.say, "workbook.chart.target", parts, label=book.label(indicator), count=len(rows))
    title += f"&{quoted(more)}" if (more := lacking(book, rows)) else ""
    none = quoted(book.say("workbook.question_none", label=book.label(indicator)))
    title = f"IF({emptied(book, indicator)}=0,{title},{none})"
    return {"": f"={title}", head: f"={spliced(book.say, 'workbook.chart.target_line', {'condition': said})}"}


def _against_last_year(book: Book, indicator: str) -> Iterator[Drawing]:
    """Last year's value and this year's as two dots, joined: grey, and in the province's colour."""
    kind, rows = book.model(indicator).kind, province_rows(book, indicator)
    both = [row for row in rows if row.previous is not None and row.value is not None]
    if not both:
        return
    who = [*(row.province for row in rows), ""]
    pairs = [[of_indicator(book, indicator, p, column) for column in ("previous", "value")] for p in who]
    names = [named(book, indicator, p) for p in who]
    # A column for each colour's dots: a series has one colour in every program, its points have not.
    colours = [colour(book, p) for p in who]
    lines: list[Line] = [
        (name, [*_joint(*pair), *(pair[1] if one == own else None for one in dict.fromkeys(colours))])
        for name, pair, own in zip(names, pairs, colours, strict=True)
    ]
    up = sum((row.value or 0) > (row.previous or 0) for row in both)
    title = book.say("workbook.chart.last_year", label=book.label(indicator), up=up, count=len(both))
    before, now = year_heads(book)
    told = ", ".join(
        f"{name}: {value_words(book, kind, then.value)}, {value_words(book, kind, found.value)}"
        for name, (then, found) in zip(names, pairs, strict=True)
        if then and found
    )
    heads = [*(book.say(f"workbook.chart.{n}") for n in ("higher", "span")), before, book.say("workbook.chart.lower")]
    heads += [
        f"{now}: {name}" if colours.count(own) == 1 else now
        for own, name in dict(zip(colours, names, strict=True)).items()
    ]
    note = book.say("workbook.chart.dots", before=before, now=now)
    cluster = book.indicators.get((indicator, ""))
    if cluster and (said := covered_then(cluster.reason, book.results.period.year_before.id, book.say)):
        note = book.say("workbook.chart.apart", note=note, said=said)

    def draw(workbook: Workbook, at: Ranges) -> Chart:
        return _dumbbells(workbook, at, kind, lines, [*dict.fromkeys(colours)], note)

    told = f"{title}. {before} / {now}: {told}."
    yield Drawing(title, told, heads, lines, theme.value_style(kind), draw)


def _joint(before: Value | None, now: Value | None) -> list[Value | None]:
    """The higher of the two values, how far they are from each other, last year's, and the lower one."""
    if before is None or now is None:
        return [before or now, None, before, None]
    pair, values = f"{before.formula[1:]},{now.formula[1:]}", (before.value, now.value)
    higher, lower = (Value(f"={name}({pair})", end(values)) for name, end in (("MAX", max), ("MIN", min)))
    return [higher, Value(f"=MAX({pair})-MIN({pair})", max(values) - min(values)), before, lower]


def _dumbbells(
    workbook: Workbook, at: Ranges, kind: str, lines: Sequence[Line], colours: Sequence[str], note: str
) -> Chart:
    """Draw dots without lines; what joins two of them is the upper one's error bar, which follows the cells."""
    chart = workbook.add_chart({"type": "line"})
    span = column_of(lines, _SPAN - 1)
    joint = {
        "type": "custom", "direction": "minus", "end_style": 0, "line": {"color": theme.LAST_YEAR, "width": 3},
        "minus_values": at.column(_SPAN), "plus_values": at.column(_SPAN), "minus_data": span, "plus_data": span,
    }  # fmt: skip
    above, below = (labels(value_format(kind), 2 * len(lines), position=place) for place in ("above", "below"))
    # What is not seen comes first: not every program leaves it out.
    looks: dict[int, dict[str, Any]] = {
        _HIGHER: {**_dots(""), "y_error_bars": joint, **above},
        _LOWER: {**_dots(""), **below},
        _BEFORE: _dots(theme.LAST_YEAR),
        **{_LOWER + number: _dots(one) for number, one in enumerate(colours, 1)},
    }
    for number, look in looks.items():
        chart.add_series({"name": at.name(number), "categories": at.column(0), "values": at.column(number), **look})
    ends = fitted(kind, [n for column in (_HIGHER, _LOWER) for n in column_of(lines, column - 1) if n is not None])
    dressed(chart, at.title, ends["num_format"])
    chart.set_x_axis({**QUIET_AXIS, "name": note, "name_font": QUIET_NAME})
    chart.set_y_axis({**axis_of_values(ends["num_format"]), **ends})
    chart.set_legend({"none": True})
    return chart


def _dots(fill: str) -> dict[str, Any]:
    """Dots in a colour, of a size that keeps figures off them; without a colour they are not seen."""
    paint = {"color": fill} if fill else {"none": True}
    return {"line": {"none": True}, "marker": {"type": "circle", "size": 9, "fill": paint, "border": paint}}
