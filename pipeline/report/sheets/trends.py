"""The sheet of trends: a line for each indicator and province, a column for each period, a small curve beside it."""

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.periods import skipped
from pipeline.report import theme
from pipeline.report.sheets import trends_restated, trends_told
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.records import records
from pipeline.report.sheets.sources_before import KEY as SOURCES
from pipeline.report.sheets.sources_before import Before
from pipeline.report.sheets.trends_cells import FIRST, LIMITS, OPERANDS, Layout, Line, layout_of
from pipeline.report.sheets.words import headed

KEY = "trends"
_LABEL, _VALUE, _CURVE, _SIGNAL, _BESIDE = 61.5, 11, 22, 44, 12


def write(book: Book, held: Before) -> None:
    """Write the sheet; without a series of three periods it says so. ``held`` are earlier periods' cells."""
    lines, layout = _lines(book), layout_of(book, records(book, KEY))
    signal = [_SIGNAL] if layout.is_limited else []
    beside = [_BESIDE] * (layout.last - layout.printed + 1 + trends_told.MOST)
    page = book.page(KEY, (_LABEL, 14, *([_VALUE] * len(layout.periods)), _CURVE, *signal, *beside))
    page.opening(book.say("workbook.trends.title"), book.say("workbook.trends.unit"), last=layout.printed)
    if not lines:
        page.text(HEAD_ROW, 0, book.say("workbook.trends.none"), "muted")
        page.paper(None, (HEAD_ROW, 0), (HEAD_ROW, layout.printed))
        return
    page.table(book.say("workbook.table.trends"), _heads(book, layout), len(lines))
    names = {"indicators": book.names[INDICATORS], "sources": book.names.get(SOURCES, "")}
    told = book.say(f"workbook.trends.{'beside' if names['sources'] else 'beside_alone'}", **names)
    page.text(HEAD_ROW - 2, layout.printed + 1, told, "muted")
    made: dict[tuple[str, str], Line] = {}
    for at, (about, found) in enumerate(lines.items(), HEAD_ROW + 1):
        made[about] = Line(book, held, layout, about, found, at, made)
    own: dict[str, list[Line]] = {}
    for (indicator, province), line in made.items():
        own.setdefault(indicator, []).extend([line] if province else [])
    for _, ((indicator, _), line) in page.lines(made.items()):
        _line(page, line, own[indicator])
    trends_told.write(page, layout, [line for (indicator, _), line in made.items() if indicator == headed(book)])
    end = _tell_without(book, page, (HEAD_ROW + len(lines) + 2, layout.printed), list(lines))
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, FIRST), (end, layout.printed))


def periods_of(book: Book) -> list[str]:
    """The periods in the table's order."""
    return sorted({row["period"] for row in records(book, KEY)})  # of one kind, so their ids sort as time does


def point(book: Book, indicator: str, province: str, period: str) -> tuple[str, float] | None:
    """A point of a series: its cell as formulas name it, and its value; None where there is none."""
    lines = _lines(book)
    found = lines.get((indicator, province), {}).get(period)
    if found is None:
        return None
    row = HEAD_ROW + 1 + list(lines).index((indicator, province))
    return book.cell(KEY, row, xl_col_to_name(FIRST + periods_of(book).index(period))), found["value"]


def area_of(book: Book, indicator: str, province: str) -> str:
    """Where a series stands, as a curve refers to it; empty where there is none."""
    lines = list(_lines(book))
    if (indicator, province) not in lines:
        return ""
    return _area(book, HEAD_ROW + 1 + lines.index((indicator, province)), len(periods_of(book)))


def told(book: Book) -> str:
    """The cell with the sentence about the main indicator's way."""
    return book.cell(KEY, trends_told.AT, "$A$")


def _area(book: Book, row: int, count: int) -> str:
    ends = [xl_col_to_name(FIRST + number) for number in (0, count - 1)]
    return f"{sheet_ref(book.names[KEY])}!{ends[0]}{row + 1}:{ends[1]}{row + 1}"


def _lines(book: Book) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """The points of each series, by indicator and province, then by period."""
    lines: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in records(book, KEY):
        lines.setdefault((row["indicator"], row["province"] or ""), {})[row["period"]] = row
    return lines


def _heads(book: Book, layout: Layout) -> list[str]:
    """The columns' heads: those printed, then those that values and limits are computed from."""
    column = {name: book.say(f"workbook.column.{name}") for name in ("indicator", "province", "curve", *OPERANDS)}
    counted = [f"{period}: {column[name]}" for period in layout.counted for name in OPERANDS]
    signal, limits = [], []
    if layout.is_limited:
        signal, limits = [book.say("workbook.column.signal")], [book.say(f"workbook.column.xmr_{n}") for n in LIMITS]
    return [column["indicator"], column["province"], *layout.periods, column["curve"], *signal, *counted, *limits]


def _line(page: Page, line: Line, provinces: list[Line]) -> None:
    """A line; ``provinces`` are those of its indicator, which stand above the cluster's."""
    book, layout, at, (indicator, province) = page.book, line.layout, line.at, line.about
    look = ("cell",) if province else ("cell", "cluster")
    page.text(at, 0, book.label(indicator), *look, "wrap")
    page.text(at, 1, book.province(province), *look)
    for column, period in enumerate(layout.periods, FIRST):
        point = line.points.get(period)
        if point is None:
            page.text(at, column, book.say("workbook.no_value"), *look, "mark")
        else:
            apart = ("apart",) if point["vintage"] == "stated" else ()
            flag = ("flag",) if trends_restated.is_restated(point) else ()
            styles, to = (*look, line.style, *apart, *flag), line.way(period)
            page.link(at, column, to, point["value"], *styles, formula=line.value(period))
            if flag:
                trends_restated.note(page, (at, column), point)
    page.text(at, layout.curve, "", *look)
    area = _area(book, at, len(layout.periods))
    colour = theme.CLUSTER if not province else theme.THIS_YEAR
    page.sheet.add_sparkline(at, layout.curve, {"range": area, "markers": True, "series_color": colour})
    _beside(page, line, provinces if not province else [])
    if layout.is_limited:
        formula, text = (line.signal(), line.signal_text()) if line.has_limits else ("", "")
        page.living(at, layout.printed, formula, text, *look, "wrap")


def _beside(page: Page, line: Line, summed: list[Line]) -> None:
    """What was counted in each earlier period, which is what its reports held, and the limits of the series.

    The cluster's is the sum of the provinces' (``summed``), where it is made of all that stand above it.
    """
    layout, at = line.layout, line.at
    for number, (period, name) in enumerate((p, n) for p in layout.counted for n in OPERANDS):
        counted, (formula, to) = line.counted(name, period), line.sum_of(summed, name, period)
        styles = ("amount" if (counted or 0) % 1 else "count", *(() if formula else ("apart",)))
        page.link(at, layout.printed + 1 + number, to, counted, "cell", "muted", *styles, formula=formula)
    if layout.is_limited and line.has_limits:
        for number, (formula, value) in enumerate(line.limits().values(), layout.last + 1 - len(LIMITS)):
            page.living(at, number, formula, value, "cell", "muted", line.style, "inset")


def _tell_without(book: Book, page: Page, at: tuple[int, int], series: list[tuple[str, str]]) -> int:
    """Below the table: which figures were restated, which periods lack, and who has no series. Returns the last row."""
    row, last = at
    for told in trends_restated.lines(book, records(book, KEY)):
        page.prose(row, last, told)
        row += 1
    if lacking := skipped(periods_of(book)):
        page.prose(row, last, book.say("workbook.trends.skipped", periods=lacking), "prose", "muted")
        row += 1
    without: dict[tuple[str, ...], list[str]] = {}
    known = set(series)
    for indicator in dict.fromkeys(name for name, _ in series):
        absent = tuple(p for p in (*book.provinces, "") if (indicator, p) not in known)
        if absent:
            without.setdefault(absent, []).append(book.label(indicator))
    for absent, indicators in without.items():
        names = [book.province(province) for province in absent]
        said = book.say("workbook.trends.without", names=names, indicators=indicators)
        page.prose(row, last, said, "prose", "muted")
        row += 1
    return row - 1
