"""The sheet of trends: a line for each indicator and province, a column for each period, a small curve beside it."""

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.records import records

KEY = "trends"
_FIRST = 2  # columns before the periods
_VALUE, _CURVE, _SIGNAL = 11, 22, 44


def write(book: Book) -> None:
    """Write the sheet; without a series of three periods it says so."""
    periods, lines = periods_of(book), _lines(book)
    page = book.page(KEY, (50, 14, *([_VALUE] * len(periods)), _CURVE, _SIGNAL))
    page.opening(book.say("workbook.trends.title"), book.say("workbook.trends.unit"))
    if not lines:
        page.text(HEAD_ROW, 0, book.say("workbook.trends.none"), "muted")
        page.paper(None, (HEAD_ROW, 0))
        return
    limited = any(point["centre"] is not None for found in lines.values() for point in found.values())
    heads = ["indicator", "province", *periods, "curve", *(["signal"] if limited else [])]
    said = [h if h in periods else book.say(f"workbook.column.{h}") for h in heads]
    page.table(book.say("workbook.table.trends"), said, len(lines))
    for at, ((indicator, province), found) in enumerate(lines.items(), HEAD_ROW + 1):
        _line(book, page, at, (indicator, province), [found.get(period) for period in periods], limited=limited)
    _tell_without(book, page, HEAD_ROW + len(lines) + 2, list(lines))
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, _FIRST))


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
    return book.cell(KEY, row, xl_col_to_name(_FIRST + periods_of(book).index(period))), found["value"]


def area_of(book: Book, indicator: str, province: str) -> str:
    """Where a series stands, as a curve refers to it; empty where there is none."""
    lines = list(_lines(book))
    if (indicator, province) not in lines:
        return ""
    return _area(book, HEAD_ROW + 1 + lines.index((indicator, province)), len(periods_of(book)))


def _area(book: Book, row: int, count: int) -> str:
    ends = [xl_col_to_name(_FIRST + number) for number in (0, count - 1)]
    return f"{sheet_ref(book.names[KEY])}!{ends[0]}{row + 1}:{ends[1]}{row + 1}"


def _lines(book: Book) -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """The points of each series, by indicator and province, then by period."""
    lines: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in records(book, KEY):
        lines.setdefault((row["indicator"], row["province"] or ""), {})[row["period"]] = row
    return lines


def _line(
    book: Book, page: Page, at: int, about: tuple[str, str], points: list[dict[str, Any] | None], *, limited: bool
) -> None:
    indicator, province = about
    look = ("cell",) if province else ("cell", "cluster")
    value = theme.value_style(book.model(indicator).kind)
    page.text(at, 0, book.label(indicator), *look, "wrap")
    page.text(at, 1, book.province(province), *look)
    for column, point in enumerate(points, _FIRST):
        if point is None:
            page.text(at, column, book.say("workbook.no_value"), *look, "mark")
        else:
            apart = ("apart",) if point["vintage"] == "stated" else ()
            page.number(at, column, point["value"], *look, value, *apart)
    last = _FIRST + len(points)
    page.text(at, last, "", *look)
    area = _area(book, at, len(points))
    colour = theme.CLUSTER if not province else theme.THIS_YEAR
    page.sheet.add_sparkline(at, last, {"range": area, "markers": True, "series_color": colour})
    if limited:
        newest = next((point for point in reversed(points) if point), None)
        page.text(at, last + 1, _signal(book, newest, value), *look, "wrap")


def _tell_without(book: Book, page: Page, at: int, series: list[tuple[str, str]]) -> None:
    """Below the table: who has no series of an indicator that others have."""
    without: dict[tuple[str, ...], list[str]] = {}
    for indicator in dict.fromkeys(name for name, _ in series):
        absent = tuple(p for p in (*book.provinces, "") if (indicator, p) not in series)
        if absent:
            without.setdefault(absent, []).append(book.label(indicator))
    for absent, indicators in without.items():
        names = [book.province(province) for province in absent]
        said = book.say("workbook.trends.without", names=names, indicators=indicators)
        page.prose(at, len(page.widths) - 1, said, "prose", "muted")
        at += 1


def _signal(book: Book, point: dict[str, Any] | None, style: str) -> str:
    """What the newest value tells against the limits of its series, with those limits."""
    if point is None or point["centre"] is None:
        return ""
    show = book.say.percent if style == "percent" else book.say.number
    lower, upper = (show(point[name], 1) for name in ("lower", "upper"))
    return book.say(f"workbook.signal.{point['signal'] or 'none'}", lower=lower, upper=upper)
