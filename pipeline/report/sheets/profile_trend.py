"""On a province's page: the main indicator by period, beside the whole cluster's."""

from collections.abc import Sequence

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_col_to_name

from pipeline.report import theme
from pipeline.report.sheets import choices
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.choices import Series
from pipeline.report.sheets.drawings import dressed, labels, value_format
from pipeline.report.sheets.formulas import quoted, sheet_ref

_SIZE, _ROWS = (1050, 440), 27  # pixels, and rows of 17 of them


def trend(book: Book, page: Page, indicator: str, at: tuple[int, int], chosen: tuple[str, str]) -> int:
    """Draw it where there is a trend, its figures in the columns at the right; returns the last row taken.

    ``at`` is the first free row and the first column right of the page; ``chosen`` the cell with the province and who
    is there at first.
    """
    series = choices.series(book)
    is_known = any(name == indicator for name, _ in series.lines) and indicator not in choices.namesakes(book)
    if not is_known:
        return at[0] - 2
    _figures(book, page, indicator, at, chosen)
    page.sheet.insert_chart(
        at[0], 0, _chart(book, page, indicator, at, series),
        {"description": book.say("workbook.profile.told", label=book.label(indicator)), "object_position": 2},
    )  # fmt: skip
    return at[0] + _ROWS


def _figures(book: Book, page: Page, indicator: str, at: tuple[int, int], chosen: tuple[str, str]) -> None:
    series, (row, column) = choices.series(book), at
    style = choices.style_of(book, indicator)
    page.text(row, column, book.say("workbook.profile.chart", label=book.label(indicator)), "muted")
    # A cell, for a formula holds no text longer than 255 characters.
    page.text(row + 2, column, book.label(indicator), "muted")
    label = f"${xl_col_to_name(column)}${row + 3}"
    who = ((f"={chosen[0]}", chosen[1]), (f"={quoted(book.province(''))}", ""))
    for number, (name, province) in enumerate(who, column + 2):
        cell = f"{xl_col_to_name(number)}${row + 2}"
        page.formula(row + 1, number, name, book.province(province), "head")
        line = (indicator, province)
        found = series.lines.index(line) + 1 if line in series.lines else 0
        page.formula(row + 2, number, f"={series.rows.where(('A', label), ('B', cell))}", found, "muted")
        place = f"{xl_col_to_name(number)}${row + 3}"
        for n, period in enumerate(series.periods, 1):
            point = f"INDEX({series.block},{place},{n})"
            formula = f'=IF({place}=0,"",IF(ISNUMBER({point}),{point},""))'
            value = series.values.get((indicator, province, period))
            page.formula(row + 2 + n, number, formula, "" if value is None else value, "muted", style)
    for n, period in enumerate(series.periods, 1):
        page.text(row + 2 + n, column, period, "muted", "text")


def _chart(book: Book, page: Page, indicator: str, at: tuple[int, int], series: Series) -> Chart:
    """Columns, for a line would fall to nought where a period lacks."""
    sheet, (row, column), count = sheet_ref(page.sheet.get_name()), at, len(series.periods)
    chart = book.workbook.add_chart({"type": "column"})

    def cells(number: int) -> str:
        letter = xl_col_to_name(number)
        return f"={sheet}!${letter}${row + 4}:${letter}${row + 3 + count}"

    shown = value_format(book.model(indicator).kind)
    for number, fill in ((column + 2, theme.THIS_YEAR), (column + 3, theme.LAST_YEAR)):
        name = f"={sheet}!${xl_col_to_name(number)}${row + 2}"
        figures = labels(f"{shown};-{shown};", 2 * count, position="outside_end")
        chart.add_series(
            {"name": name, "categories": cells(column), "values": cells(number), "gap": 60, "overlap": 0}
            | {"fill": {"color": fill}}
            | figures
        )
    dressed(chart, book.say("workbook.profile.chart", label=book.label(indicator)), shown.replace("0.0%", "0%"))
    if _all_above([v for (name, _, _), v in series.values.items() if name == indicator]):
        chart.y_axis["min"] = 0
    chart.set_size({"width": _SIZE[0], "height": _SIZE[1]})
    return chart


def _all_above(values: Sequence[float | None]) -> bool:
    return all(value is None or value >= 0 for value in values)
