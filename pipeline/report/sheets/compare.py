"""The sheet that sets chosen provinces side by side: lists to choose from, a table and a chart that follow."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format

from pipeline.report import theme
from pipeline.report.sheets import choices
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.compare_frame import (
    AT,
    CHART_COLUMNS,
    END,
    INDICATOR,
    LINES,
    LISTS,
    PERIOD,
    SINGLES,
    SLOTS,
    STEP,
    TABLE,
    WHO,
    Sheet,
    Slot,
    fixed,
    single,
)
from pipeline.report.sheets.compare_steps import steps_of, write_lists, write_steps
from pipeline.report.sheets.comparison_frame import ranges
from pipeline.report.sheets.drawings import dressed
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER, sign_of, status_colours
from pipeline.report.sheets.trends import KEY as TRENDS
from pipeline.report.sheets.words import status_text

KEY = "compare"
_LABEL, _SLOT, _CHART = 20, 16, 13.5  # widths
_CHART_SIZE = (596, 486)
_HIGH, _TALL = 20, 66  # points of a row, and of the one with notes
_HEADS = {"previous": "previous_value"}
_VALUES, _COUNTS = ("value", "low", "high", "target", "previous"), ("numerator", "denominator")
_LED = frozenset({*_VALUES, *_COUNTS, "gap", "change", "rank"})  # what leads to its cell on the sheet of indicators


def write(book: Book, notes: Mapping[tuple[str, str], str]) -> None:
    """Write the sheet; ``notes`` are what the sheet of indicators notes of each indicator and province."""
    widths = (_LABEL, *(_SLOT,) * SLOTS, 2, *(_CHART,) * CHART_COLUMNS, 48, 11, 18, 11, 3, *(16,) * 9)
    page = book.page(KEY, widths)
    page.opening(book.say("workbook.compare.title"), book.say("workbook.compare.unit"), last=LISTS - 1)
    choices.notice(page)
    choices.quiet(page)
    sheet = Sheet(book, page, notes)
    if sheet.indicators:
        write_steps(sheet)
        _chosen(sheet)
        for name in LINES:
            _line(sheet, name)
        _number_formats(sheet)
        _below(sheet)
        _chart(sheet)
    else:
        page.text(INDICATOR, 0, book.say("workbook.compare.nothing"), "muted")
    page.paper(None, (4, 0))
    page.sheet.fit_to_pages(1, 1)
    page.sheet.print_area(0, 0, END + 4, LISTS - 1)


def _chosen(sheet: Sheet) -> None:
    """The cells in which one chooses: the indicator, the period, the provinces."""
    book, page = sheet.book, sheet.page
    lists = write_lists(sheet)
    for at, name in ((INDICATOR, "indicator"), (PERIOD, "period"), (WHO, "province")):
        page.text(at, 0, book.say(f"workbook.column.{name}"), "bold" if at != WHO else "head")
    page.sheet.merge_range(INDICATOR, 1, INDICATOR, SLOTS, "", book.formats("choice", "gap", "text"))
    label = book.label(sheet.indicator)
    choices.choice(page, (INDICATOR, 1), label, lists["indicator"], "workbook.choice.indicator", "gap")
    choices.choice(page, (PERIOD, 1), book.results.period.id, lists["period"], "workbook.choice.period", "center")
    for slot in sheet.slots:
        prompt = "workbook.choice.province_or_none"
        choices.choice(page, (WHO, slot.column), slot.name, lists["province"], prompt, "center")
    for at in (INDICATOR, PERIOD, WHO):
        page.sheet.set_row(at, _HIGH)


def _line(sheet: Sheet, name: str) -> None:
    """A line of the table: the same of each chosen province."""
    book, page, at = sheet.book, sheet.page, AT[name]
    strong = ("cell", "bold") if name == "value" else ("cell",)
    page.text(at, 0, book.say(f"workbook.column.{_HEADS.get(name, name)}"), *strong, "middle")
    for slot in sheet.slots:
        shown, place = slot.step("shown"), slot.step("at")
        mark, current = choices.mark(book), single("current")
        columns = [LETTER[choices.shown_as(name, kind)] for kind in ("total", "")]
        taken = _either(*(sheet.rows.take(letter, place, mark) for letter in columns))
        if name == "value":
            inner = f"IF({current}=1,IF({place}=0,{mark},{taken}),{slot.step('earlier')})"
        else:
            inner = f"IF(OR({current}=0,{place}=0),{mark},{taken})"
        looks = (*strong, "center", *_looks(name), "middle")
        formula = f'IF({shown}=0,"",{inner})'
        if name == "value":
            formula = f'HYPERLINK("#"&{slot.step("to")},{formula})'
        elif name in _LED:
            to = _either(*(choices.address(sheet.rows, letter, f"{current}*{place}") for letter in columns))
            formula = f'HYPERLINK("#"&{to},{formula})'
        page.formula(at, slot.column, f"={formula}", _said(sheet, slot, name), *looks)
    page.sheet.set_row(at, _TALL if name == "reason" else _HIGH)


def _either(of_count: str, of_others: str) -> str:
    """What is taken if a count is chosen, and what otherwise; where both are the same, that."""
    is_count = f"{single('style')}={choices.STYLES['count']}"
    return of_others if of_count == of_others else f"IF({is_count},{of_count},{of_others})"


def _looks(name: str) -> tuple[str, ...]:
    if name in _VALUES:
        return ("percent",)
    if name in _COUNTS:
        return ("count",)
    return {"gap": ("points",), "change": ("points",), "reason": ("muted", "wrap"), "rank": ("count",)}.get(name, ())


def _said(sheet: Sheet, slot: Slot, name: str) -> float | str:
    """What a cell of the table comes to at first."""
    row, book = sheet.row(slot), sheet.book
    if slot.province is None:
        return ""
    mark = book.say("workbook.no_value")
    if row is None or (row.indicator, row.province) not in book.places:
        return mark
    if name == "op":
        return sign_of(book, row) or mark
    key = (row.indicator, row.province)
    texts = {"status": status_text(book, row), "reason": sheet.notes.get(key, ""), "rank_range": ranges(book).get(key)}
    value: float | str | None = texts[name] or None if name in texts else choices.held(book, row, name)
    return mark if value is None else value


def _number_formats(sheet: Sheet) -> None:
    """Write numbers as the chosen indicator's kind has them: its style is a number among the helpers."""
    page, formats = sheet.page, sheet.book.formats
    style = single("style")
    for name in (*_VALUES, "gap", "change"):
        for kind, code in choices.STYLES.items():
            wanted = kind if name in _VALUES else choices.DIFFERENCES[kind]
            if code:
                _rule(page, name, f"={style}={code}", formats.numbers(wanted))
    for name in _COUNTS:
        first = f"B{AT[name] + 1}"
        _rule(page, name, f"=AND(ISNUMBER({first}),{first}<>INT({first}))", formats.numbers("amount"))
    status_colours(sheet.book, page, AT["status"], 1, AT["status"], SLOTS)


def _rule(page: Page, name: str, criteria: str, look: Format) -> None:
    rule = {"type": "formula", "criteria": criteria, "format": look}
    page.sheet.conditional_format(AT[name], 1, AT[name], SLOTS, rule)


def _below(sheet: Sheet) -> None:
    say, names = sheet.book.say, sheet.book.names
    known = {"trends": names[TRENDS], "indicators": names[INDICATORS]}
    said = (
        say("workbook.compare.interval"),
        say("workbook.compare.earlier", **known),
        say("workbook.compare.mark", mark=say("workbook.no_value")),
    )
    for at, text in enumerate(said, END + 1):
        sheet.page.text(at, 0, text, "muted")


def _chart(sheet: Sheet) -> None:
    """Columns of the table's values and targets; what stands in the table is what is drawn."""
    book, name = sheet.book, sheet_ref(sheet.book.names[KEY])
    chart = book.workbook.add_chart({"type": "column"})

    def line(what: str) -> str:
        return f"={name}!{fixed(AT[what], 1)}:{fixed(AT[what], SLOTS)}"

    def steps(what: str) -> str:
        return f"={name}!{fixed(TABLE, STEP[what])}:{fixed(TABLE + SLOTS - 1, STEP[what])}"

    errors: dict[str, Any] = {"type": "custom", "end_style": 0, "line": {"color": theme.INK, "width": 1.25}}
    for side in ("plus", "minus"):
        errors[f"{side}_values"] = steps(side)
        errors[f"{side}_data"] = [steps_of(sheet, slot)[side][1] for slot in sheet.slots]
    for what, fill in (("value", theme.THIS_YEAR), ("target", theme.TARGET_PALE)):
        series = {"name": f"={name}!{fixed(AT[what], 0)}", "categories": steps("category"), "values": line(what)}
        more = {"y_error_bars": errors} if what == "value" else {}
        chart.add_series({**series, "fill": {"color": fill}, "gap": 70, "overlap": 0, **more})
    chart.combine(_nought(book, steps("zero"), steps("category")))
    dressed(chart, f"={name}!{fixed(SINGLES['title'], STEP['at'])}", "General")
    chart.y_axis["label_position"] = "none"  # the figures stand below the columns, each in its own style
    chart.set_legend({"position": "bottom", "font": {"name": theme.FONT, "size": 9}, "delete_series": [2]})
    chart.set_size({"width": _CHART_SIZE[0], "height": _CHART_SIZE[1]})
    told = {"description": book.say("workbook.compare.told"), "object_position": 2}
    sheet.page.sheet.insert_chart(INDICATOR, SLOTS + 2, chart, told)


def _nought(book: Book, zero: str, categories: str) -> Chart:
    """An unseen line at nought, so that the columns begin there whatever is chosen."""
    chart = book.workbook.add_chart({"type": "line"})
    chart.add_series({"values": zero, "categories": categories, "line": {"none": True}, "marker": {"type": "none"}})
    return chart
