"""What stands right of the sheet of chosen provinces: lists to choose from, and the steps from choice to table."""

from decimal import ROUND_HALF_UP, Decimal

from pipeline.report.sheets import choices
from pipeline.report.sheets.book import HEAD_ROW
from pipeline.report.sheets.compare_frame import (
    INDICATOR,
    LISTS,
    PERIOD,
    SINGLES,
    STEP,
    TABLE,
    WHO,
    Sheet,
    Slot,
    fixed,
    single,
)
from pipeline.report.sheets.formulas import quoted, sheet_ref
from pipeline.report.sheets.indicators import LETTER


def write_lists(sheet: Sheet) -> dict[str, str]:
    """Write the lists to choose from, and each indicator's number format; returns where the lists are."""
    book, page = sheet.book, sheet.page
    say = book.say
    page.text(HEAD_ROW, LISTS, say("workbook.choice.helpers"), "muted")
    named = {
        "indicator": [book.label(name) for name in sheet.indicators],
        "style": [],
        "province": [say("workbook.compare.none"), *(book.province(p) for p in (*book.provinces, ""))],
        "period": sheet.periods,
    }
    heads = {"style": "workbook.choice.style"}
    found = {}
    for column, (name, texts) in enumerate(named.items(), LISTS):
        found[name] = choices.listed(page, WHO, column, say(heads.get(name, f"workbook.column.{name}")), texts)
    for at, name in enumerate(sheet.indicators, WHO + 1):
        page.number(at, LISTS + 1, choices.STYLES[choices.style_of(book, name)], "muted")
    return found


def write_steps(sheet: Sheet) -> None:
    """The steps between what is chosen and the table: rows found, earlier values, the chart's labels and lengths."""
    page, say = sheet.page, sheet.book.say
    for name, column in STEP.items():
        page.text(WHO, column, say(f"workbook.choice.{name}"), "head")
    for slot in sheet.slots:
        for name, (formula, value) in steps_of(sheet, slot).items():
            page.formula(slot.line, STEP[name], f"={formula}", value, "muted")
        page.number(slot.line, STEP["zero"], 0, "muted")
    for name, (formula, value) in _singles(sheet).items():
        at = SINGLES[name]
        page.text(at, STEP["shown"], say(f"workbook.choice.{name}"), "muted")
        page.formula(at, STEP["at"], f"={formula}", value, "muted")


def steps_of(sheet: Sheet, slot: Slot) -> dict[str, tuple[str, float | str]]:
    """The steps of one place for a province: formulas without ``=``, and what they come to at first."""
    book, row = sheet.book, sheet.row(slot)
    who, shown, label = slot.cell(""), slot.step("shown"), fixed(INDICATOR, 1)
    provinces = f"{fixed(TABLE + 1, LISTS + 2)}:{fixed(TABLE + 1 + len(book.provinces), LISTS + 2)}"
    place = None if slot.province is None else book.places.get((sheet.indicator, slot.province))
    line = (sheet.indicator, slot.province or "")
    trend = sheet.series.lines.index(line) + 1 if slot.province is not None and line in sheet.series.lines else 0
    value, low, high = (slot.cell(name) for name in ("value", "low", "high"))
    steps: dict[str, tuple[str, float | str]] = {
        "shown": (f"MIN(1,SUMPRODUCT(({provinces}={who})*1))", int(slot.province is not None)),
        "at": (
            f"IF({shown}=0,0,{sheet.rows.where(('A', label), ('B', who))})",
            0 if place is None else place - HEAD_ROW,
        ),
        "trend": (f"IF({shown}=0,0,{sheet.series.rows.where(('A', label), ('B', who))})", trend),
        "earlier": _earlier(sheet, slot, trend),
        "to": _to(sheet, slot, place),
        "category": (f'IF({shown}=0,"",{who}&CHAR(10)&{_words(value)})', _category(sheet, slot)),
    }
    for name, far, least in (("minus", low, "low"), ("plus", high, "high")):
        end = getattr(row, least) if row else None
        length = 0.0 if row is None or row.value is None or end is None else abs(row.value - end)
        steps[name] = (f"IF(AND(ISNUMBER({value}),ISNUMBER({far})),ABS({value}-{far}),0)", length)
    return steps


def _earlier(sheet: Sheet, slot: Slot, trend: int) -> tuple[str, float | str]:
    """The value of an earlier period: the trends' or else last year's; with what it comes to for this period."""
    mark, at = choices.mark(sheet.book), slot.step("at")
    before, period = quoted(sheet.book.results.period.year_before.id), f'{fixed(PERIOD, 1)}&""'
    previous = sheet.rows.take(LETTER["previous"], at, mark)
    formula = f"IF(AND({at}>0,{period}={before}),{previous},{mark})"
    is_point, point = _point(sheet, slot)
    formula = f"IF({is_point},{point},{formula})"
    key = (sheet.indicator, slot.province or "", sheet.book.results.period.id)
    value = sheet.series.values.get(key) if trend else None
    return formula, sheet.book.say("workbook.no_value") if value is None else value


def _point(sheet: Sheet, slot: Slot) -> tuple[str, str]:
    """Whether the trends have a value of the chosen period, and that value."""
    line, column = slot.step("trend"), single("column")
    point = f"INDEX({sheet.series.block},{line},{column})"
    return f"IF(AND({line}>0,{column}>0),ISNUMBER({point}),FALSE)", point


def _to(sheet: Sheet, slot: Slot, place: int | None) -> tuple[str, str]:
    """Where the value is from; with where that is for this period."""
    trends, at, rows = sheet.series.rows, slot.step("at"), sheet.rows
    before, period = quoted(sheet.book.results.period.year_before.id), f'{fixed(PERIOD, 1)}&""'
    now, previous = (choices.address(rows, LETTER[name], at) for name in ("value", "previous"))
    of_trends = f"{sheet_ref(trends.sheet)}!"
    cell = f"ADDRESS({trends.first}+{slot.step('trend')},2+{single('column')},4)"
    head = quoted(f"{of_trends}A{HEAD_ROW + 1}")
    earlier = f"IF({_point(sheet, slot)[0]},{quoted(of_trends)}&{cell},IF({period}={before},{previous},{head}))"
    row = HEAD_ROW + 1 if place is None else place + 1
    return f"IF({single('current')}=1,{now},{earlier})", f"{sheet_ref(rows.sheet)}!{LETTER['value']}{row}"


def _words(cell: str) -> str:
    """A value in words, as its style has it; FIXED, for what TEXT takes as a format differs by country."""
    style = single("style")
    number = f'IF({style}=1,FIXED({cell},0),IF({style}=2,FIXED({cell},1),FIXED(100*{cell},2)&"%"))'
    return f"IF(ISNUMBER({cell}),{number},{cell})"


def _category(sheet: Sheet, slot: Slot) -> str:
    row = sheet.row(slot)
    if slot.province is None:
        return ""
    if row is None or row.value is None:
        return f"{slot.name}\n{sheet.book.say('workbook.no_value')}"
    scale, decimals, sign = {"count": (1, 0, ""), "rate": (1, 1, "")}.get(sheet.style, (100, 2, "%"))
    rounded = Decimal(repr(scale * row.value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{slot.name}\n{rounded:,}{sign}"


def _singles(sheet: Sheet) -> dict[str, tuple[str, float | str]]:
    book, series = sheet.book, sheet.series
    now, label, period = book.results.period.id, fixed(INDICATOR, 1), fixed(PERIOD, 1)
    last = TABLE + len(sheet.indicators) - 1
    labels, styles = (f"{fixed(TABLE, c)}:{fixed(last, c)}" for c in (LISTS, LISTS + 1))
    column = f'SUMPRODUCT(({series.heads}&""={period}&"")*(COLUMN({series.heads})-2))' if series.periods else "0"
    at = series.periods.index(now) + 1 if now in series.periods else 0
    return {
        "style": (f"SUMPRODUCT(({labels}={label})*{styles})", choices.STYLES[sheet.style]),
        "current": (f'IF({period}&""={quoted(now)},1,0)', 1),
        "column": (column, at),
        "title": (f'{label}&" ("&{period}&")"', f"{book.label(sheet.indicator)} ({now})"),
    }
