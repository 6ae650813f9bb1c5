"""On the first sheet: the main indicators' changes against last year, and the first one's curve over the periods."""

from collections.abc import Sequence

from pipeline.report import theme
from pipeline.report.doubts import besides_coverage, covered_then
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.records import records
from pipeline.report.sheets.trends import area_of, periods_of

WIDTH = 15.0  # of the column of curves


def has_curves(book: Book, indicator: str) -> bool:
    """Whether there is a series of the indicator in any province."""
    return any(area_of(book, indicator, province) for province in (*book.provinces, ""))


def curves(book: Book, page: Page, at: int, column: int, indicator: str) -> None:
    """Beside the matrix with its heading in row ``at``, a curve for each province: of the matrix' first indicator."""
    first, *_, last = periods_of(book)
    page.sheet.merge_range(at, column, at + 1, column, "", book.formats("head"))
    page.text(at, column, book.say("workbook.overview.curve", first=first, last=last), "head")
    for line, province in enumerate((*book.provinces, ""), at + 2):
        look = ("cell",) if province else ("cell", "cluster")
        area = area_of(book, indicator, province)
        page.text(line, column, "" if area else book.say("workbook.no_value"), *look)
        if area:
            colour = theme.THIS_YEAR if province else theme.CLUSTER
            page.sheet.add_sparkline(line, column, {"range": area, "markers": True, "series_color": colour})


def changed(book: Book, indicators: Sequence[str]) -> list[str]:
    """The indicators whose changes are shown: those that are no changes themselves; none without last year's."""
    own = [indicator for indicator in indicators if book.model(indicator).kind not in {"change", "all_met"}]
    found = (book.indicators.get((i, p)) for i in own for p in (*book.provinces, ""))
    return own if any(row is not None and row.previous is not None for row in found) else []


def changes(book: Book, page: Page, at: tuple[int, int], indicators: Sequence[str]) -> int:
    """Beside what came from each province, by how much each indicator changed. Returns the next free row.

    ``at`` is where the title stands; the headings below it are there, and so are the provinces' names.
    """
    (top, first), end = at, at[0] + 2 + len(book.provinces)
    doubted = _restated(book)
    page.text(top, first, book.say("workbook.overview.changes", period=book.results.period.year_before.id), "section")
    page.text(end, 0, book.province(""), "cell", "cluster")
    for column in range(1, first):
        page.text(end, column, "", "cell", "cluster")
    for line, province in enumerate((*book.provinces, ""), top + 2):
        look = ("cell",) if province else ("cell", "cluster")
        for column, indicator in enumerate(indicators, first):
            flag = ("flag",) if (indicator, province) in doubted else ()
            _change(book, page, (line, column), (indicator, province), *look, *flag)
    rows = {(i, p): book.indicators.get((i, p)) for i in indicators for p in (*book.provinces, "")}
    if any(row and row.previous is not None and (_rests(book, row) or key in doubted) for key, row in rows.items()):
        page.text(end + 1, 0, book.say("workbook.overview.changes_doubtful"), "muted")
        end += 1
    told = _apart(book, indicators)
    for line, text in enumerate(told, end + 1):
        page.prose(line, len(page.widths) - 1, text, "muted")
    return end + len(told) + 2


def _rests(book: Book, row: IndicatorRow) -> bool:
    """Whether there is something to say of a change but which provinces it covers."""
    return bool(besides_coverage(row.reason, book.say))


def _then(book: Book, row: IndicatorRow) -> str:
    """What is to be said of the provinces that it covers in one of the two years only."""
    return covered_then(row.reason, book.results.period.year_before.id, book.say)


def _apart(book: Book, indicators: Sequence[str]) -> list[str]:
    """Where the cluster's two years cover different provinces: once for all indicators of which the same is said."""
    found: dict[str, list[str]] = {}
    for name in indicators:
        row = book.indicators.get((name, ""))
        if row and row.previous is not None and (said := _then(book, row)):
            found.setdefault(said, []).append(book.label(name))
    return [book.say("workbook.overview.changes_apart", said=said, names=names) for said, names in found.items()]


def _change(book: Book, page: Page, at: tuple[int, int], about: tuple[str, str], *look: str) -> None:
    """The value less last year's, both from the sheet of indicators; yellow over figures to look at again."""
    row, place = book.indicators.get(about), book.places.get(about)
    if row is None or place is None or row.value is None or row.previous is None:
        page.text(*at, book.say("workbook.no_value"), *look, "mark")
        return
    style = theme.difference_style(book.model(about[0]).kind)
    value, previous = (book.cell(INDICATORS, place, LETTER[name]) for name in ("value", "previous"))
    flag = ("flag",) if (_rests(book, row) or _then(book, row)) and "flag" not in look else ()
    formula = f'=IF(OR({value}="",{previous}=""),{quoted(book.say("workbook.no_value"))},{value}-{previous})'
    page.formula(*at, formula, row.value - row.previous, *look, style, *flag)


def _restated(book: Book) -> set[tuple[str, str]]:
    """The indicators and provinces (empty: the cluster) whose figure of last year is made of restated ones."""
    catalogue, found = book.results.catalogue, set()
    for row in records(book, "restated"):
        form, parts = row["form"], set(row["row"].split("/"))
        for name, model in catalogue.indicators.items():
            operands = {*model.operands(model.numerator), *model.operands(model.denominator)}
            used = catalogue.rows_of(form, model.rows) if model.rows else catalogue.forms[form].added_up
            if (form, row["measure"]) in operands and (not used or not parts.isdisjoint(used)):
                found |= {(name, row["province"] or ""), (name, "")}
    return found
