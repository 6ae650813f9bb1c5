"""The sheet of indicators: each for every province and the cluster, as formulas over the form tables."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.definition import SIGNS
from pipeline.model import DECIDED
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.chance import Rate, is_reckoned
from pipeline.report.sheets.comparison_frame import living_ranges
from pipeline.report.sheets.formulas import if_given, quoted, sides
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.indicators_before import base, lacking, preceding, previous, states_base
from pipeline.report.sheets.indicators_widths import widths
from pipeline.report.sheets.living import Sentence
from pipeline.report.sheets.met import met_now
from pipeline.report.sheets.sources_before import Before, Who
from pipeline.report.sheets.ways import way
from pipeline.report.sheets.words import source_words, status_text, status_word, unmet
from pipeline.statistics.funnel import BINOMIAL, POISSON
from pipeline.statistics.intervals import wilson

KEY = "indicators"
_JUST_BEFORE = ("preceding", "preceding_change")  # shown where there is a period just before
_COLUMNS = (
    "indicator", "province", "numerator", "denominator", "value", "low", "high", "op", "target", "gap", "status",
    "used", "expected", "previous", "change", "difference", "base", "rank", "rank_range", "reason", "preceding",
    "preceding_change",
)  # fmt: skip
# The same word heads another column elsewhere.
_CLOSE = 1e-9
_HEADS = {"previous": "previous_value", "difference": "change_number"}
LETTER = {name: chr(ord("A") + number) for number, name in enumerate(_COLUMNS)}
AT = {name: number for number, name in enumerate(_COLUMNS)}


@dataclass(frozen=True)
class _Block:
    """One indicator's rows on the sheet: the provinces', one under the other, and the cluster's row below them."""

    book: Book
    page: Page
    ranges: Mapping[tuple[str, str], Sentence]  # the ranks that the intervals allow
    held: Before
    pasted: list[int]  # rows whose figure of last year is no formula
    indicator: str
    first: int
    last: int

    def who(self, at: int, province: str) -> Who:
        """Whose figure a row has: a province's, or that of those that the cluster's row covers."""
        if province:
            return Who([province], f"${LETTER['province']}{at + 1}")
        known = self.book.indicators
        covered = [p for (i, p), row in known.items() if i == self.indicator and p in self.book.provinces and row.used]
        return Who(covered, self.range("province"), self.range("used"))

    def range(self, column: str) -> str:
        """The provinces' cells in a column, absolute in their rows."""
        letter = LETTER[column]
        return f"${letter}${self.first + 1}:${letter}${self.last + 1}"


def write(book: Book, held: Before) -> dict[tuple[str, str], str]:
    """Write the sheet; returns what is noted of each indicator and province. ``held`` are earlier periods' cells."""
    columns = [name for name in _COLUMNS if name not in _JUST_BEFORE or book.results.period.preceding]
    page = book.page(KEY, widths(book, columns))
    page.table(
        book.say("workbook.table.indicators"),
        [book.say(f"workbook.column.{_HEADS.get(name, name)}") for name in columns],
        len(book.places),
    )
    notes, allowed, pasted = {}, living_ranges(book), list[int]()
    for indicator in book.results.catalogue.indicators:
        rows = [book.places[indicator, p] for p in book.provinces if (indicator, p) in book.places]
        cluster = book.places.get((indicator, ""))
        first = rows[0] if rows else cluster or 0
        block = _Block(book, page, allowed, held, pasted, indicator, first, rows[-1] if rows else first)
        for province in (*book.provinces, ""):
            if (indicator, province) in book.places:
                at, row = book.places[indicator, province], book.indicators[indicator, province]
                notes[indicator, province] = _row(block, at, row)
                page.sheet.let_go(at + 1)
    unit = [book.say(f"workbook.indicators.{key}") for key in ("unit", *(("pasted",) if pasted else ()))]
    page.opening(book.say("workbook.indicators.title"), " ".join(unit))
    status_colours(book, page, HEAD_ROW + 1, AT["status"], HEAD_ROW + max(len(book.places), 1), AT["status"])
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2))
    return notes


def sign_of(book: Book, row: IndicatorRow) -> str:
    """The sign of the target that a row is measured against; empty without one."""
    target = book.binding(row.indicator, row.province) if row.target is not None else None
    return SIGNS[target.op] if target else ""


def status_colours(book: Book, page: Page, *area: int) -> None:
    """Colour the cells that hold a status by the word in them, so that an edited target colours them anew."""
    marks = (("met", theme.MET, theme.MET_FILL), ("missed", theme.MISSED, theme.MISSED_FILL))
    for status, ink, fill in marks:
        rule = {"type": "text", "criteria": "begins with", "value": status_word(book, status)}
        page.sheet.conditional_format(*area, rule | {"format": book.formats.highlight(ink, fill)})


def _row(block: _Block, at: int, row: IndicatorRow) -> str:
    book, page = block.book, block.page
    model = book.model(row.indicator)
    look = ("cell",) if row.province else ("cell", "cluster")
    page.text(at, AT["indicator"], book.label(row.indicator), *look, "wrap")
    page.text(at, AT["province"], book.province(row.province), *look)
    ways = _ways(block, at, row)
    note = _operands(block, at, row, ways, look)
    value, difference = theme.value_style(model.kind), theme.difference_style(model.kind)
    change = "points" if model.kind == "total" else difference
    operands = (f"{LETTER[name]}{at + 1}" for name in ("numerator", "denominator"))
    _write(page, at, "value", row.value, value_formula(model.kind, *operands), *look, value, to=ways[0])
    for end, held in (("low", row.low), ("high", row.high)):
        _write(page, at, end, held, _interval(book, row, at, end), *look, value)
    _target(book, page, at, row, look)
    _write(page, at, "gap", row.gap, _unless_blank(at, "{value}-{target}", '""'), *look, difference)
    _used(block, at, row, look)
    formula, to = previous(book, block.held, row, block.who(at, row.province), LETTER)
    if row.previous is not None and not formula:
        block.pasted.append(at)
    _write(page, at, "previous", row.previous, formula, *look, value, *(() if formula else ("apart",)), to=to)
    _write(page, at, "change", row.change, _change_formula(model.kind, at, "previous"), *look, change)
    in_numbers, formula = _in_numbers(model.kind, at, row)
    _write(page, at, "difference", in_numbers, formula, *look, "more_count")
    page.text(at, AT["base"], source_words(book, row), *look, "gap")
    ranking = f"RANK({{value}},{block.range('value')},{order(book, row.indicator)})"
    _write(page, at, "rank", row.rank, _unless_blank(at, ranking, '""', "value"), *look, "center")
    allowed = block.ranges.get((row.indicator, row.province), Sentence("", ""))
    page.living(at, AT["rank_range"], *allowed, *look, "center")
    reason = "; ".join(part for part in (row.reason, note, lacking(book, row)) if part)
    page.text(at, AT["reason"], reason, *look, "wrap")
    if book.results.period.preceding:
        now = f"{LETTER['numerator']}{at + 1}"
        formula, changed, to = preceding(block.held, row, block.who(at, row.province), model.kind, now)
        _write(page, at, "preceding", row.preceding, formula, *look, value, to=to)
        changed = changed if model.kind == "change" else _change_formula(model.kind, at, "preceding")
        _write(page, at, "preceding_change", row.preceding_change, changed, *look, change)
    page.high(at, [(AT["reason"], reason), (AT["indicator"], book.label(row.indicator))], bold=not row.province)
    return reason


def order(book: Book, indicator: str) -> int:
    """How RANK counts: 1 where less is better, as the indicator says, or else the cluster's target."""
    better, target = book.model(indicator).better, book.binding(indicator, "")
    return int(better == "lower" or (not better and target is not None and target.op.startswith("<")))


def _write(page: Page, at: int, column: str, value: float | None, formula: str, *styles: str, to: str = "") -> None:
    """A formula where there is one and a value, which may lead somewhere; else the number; else a blank."""
    if to and value is not None:
        page.book.ways[at, column] = to
    if formula and value is not None:
        page.link(at, AT[column], to, value, *styles, formula=formula)
    else:
        page.number(at, AT[column], value, *styles)


def _operands(block: _Block, at: int, row: IndicatorRow, ways: tuple[str, str], look: Sequence[str]) -> str:
    """Write numerator and denominator; says in words what could be no formula."""
    book, model = block.book, block.book.model(row.indicator)
    numerator, denominator = _operand_formulas(block, at, row)
    note = ""
    if row.province and row.used and row.denominator is not None and not denominator and model.kind != "all_met":
        note = book.say(
            "workbook.indicators.base_note" if model.kind == "change" else "workbook.indicators.number_note"
        )
    elif row.province and row.used and row.numerator is not None and not numerator:
        note = book.say("workbook.indicators.number_note")
    operands = (("numerator", row.numerator, numerator), ("denominator", row.denominator, denominator))
    for (name, value, formula), to in zip(operands, ways, strict=True):
        style = "amount" if value is not None and value % 1 != 0 else "count"
        _write(block.page, at, name, value, formula, *look, style, to=to)
    return note


def _ways(block: _Block, at: int, row: IndicatorRow) -> tuple[str, str]:
    """Where numerator and denominator come from: rows of a form, a population, the first of the indicators joined."""
    book = block.book
    model, who = book.model(row.indicator), [row.province] if row.province else list(book.provinces)
    if model.kind == "all_met":
        first = book.places.get((model.of[0], row.province)) if model.of else None
        cell = "" if first is None else book.cell(KEY, first, LETTER["value"])
        return f"internal:{cell}" if cell else "", ""
    top, bottom = sides(model, book.results.catalogue, book.tables, book.results.lang, previous=False)
    if model.kind == "per_100k":
        return way(book, top, who), f"internal:{book.population_name(row.province)}" if who else ""
    if model.kind == "change" and row.province and not states_base(book, row):
        return way(book, top, who), base(block.held, row, block.who(at, row.province))[1]
    return way(book, top, who), way(book, bottom, who)


def _operand_formulas(block: _Block, at: int, row: IndicatorRow) -> tuple[str, str]:
    book, model = block.book, block.book.model(row.indicator)
    if model.kind == "all_met":
        return met_now(book, row, LETTER), ""
    if not row.used:
        return "", ""
    if not row.province:
        used = block.range("used")
        return f"=SUMIF({used},1,{block.range('numerator')})", f"=SUMIF({used},1,{block.range('denominator')})"
    top, bottom = sides(model, book.results.catalogue, book.tables, book.results.lang, previous=False)
    name = f"${LETTER['province']}{at + 1}"
    numerator = top.formula(name) if top.gives([row.province], row.numerator) else ""
    if model.kind == "per_100k":
        return numerator, f"={book.population_name(row.province)}"
    if bottom.gives([row.province], row.denominator):
        return numerator, bottom.formula(name)
    # Last year's figure may come from last year's report instead: then it is a sum over its cells.
    return numerator, base(block.held, row, block.who(at, row.province))[0] if model.kind == "change" else ""


def value_formula(kind: str, numerator: str, denominator: str) -> str:
    """An indicator's value from the cells with its numerator and its denominator."""
    if kind == "total":
        return f"={numerator}"
    ratio = {"change": f"({numerator}-{denominator})/{denominator}", "per_100k": f"{numerator}/{denominator}*100000"}
    lacks = f'OR({numerator}="",{denominator}=0)' if kind == "all_met" else f"{denominator}=0"
    return f'=IF({lacks},"",{ratio.get(kind, f"{numerator}/{denominator}")})'


def _interval(book: Book, row: IndicatorRow, at: int, end: str) -> str:
    """An end of the interval, at the level that the targets' sheet sets with z.

    Wilson's of a proportion (1927), or the exact one of a ratio of counts (Garwood 1936) where that was chosen.
    """
    usual = wilson(row.numerator or 0.0, row.denominator or 0.0)
    is_share = usual is not None and math.isclose(usual[0], row.low or 0.0, abs_tol=_CLOSE)
    rate = Rate(BINOMIAL if is_share else POISSON, f"C{at + 1}", f"D{at + 1}")
    if not is_reckoned(rate.law, row.numerator or 0.0):
        return ""
    return f"={rate.interval(end, f'E{at + 1}', book.say('workbook.name.z'))}"


def _in_numbers(kind: str, at: int, row: IndicatorRow) -> tuple[float | None, str]:
    """The change of a count or an amount as a number, which there is from 0 too, and its formula."""
    sides = {"change": (row.numerator, row.denominator), "total": (row.value, row.previous)}
    value, before = sides.get(kind, (None, None))
    if value is None or before is None:
        return None, ""
    now, then = ("numerator", "denominator") if kind == "change" else ("value", "previous")
    return value - before, f"={LETTER[now]}{at + 1}-{LETTER[then]}{at + 1}"


def _change_formula(kind: str, at: int, before: str) -> str:
    value, previous = f"{LETTER['value']}{at + 1}", f"{LETTER[before]}{at + 1}"
    if kind == "all_met":  # blank where a target of what it joins was emptied
        return f'=IF(OR({value}="",{previous}=""),"",{value}-{previous})'
    return f'=IF({previous}=0,"",({value}-{previous})/{previous})' if kind == "total" else f"={value}-{previous}"


def _unless_blank(at: int, formula: str, otherwise: str, *columns: str) -> str:
    """A formula that reads cells of its row, and something else where one of them is blank: a target may be emptied."""
    blank = ",".join(f'{LETTER[column]}{at + 1}=""' for column in columns or ("value", "target"))
    return f"=IF(OR({blank}),{otherwise},{formula.format(**{name: f'{LETTER[name]}{at + 1}' for name in _COLUMNS})})"


def _target(book: Book, page: Page, at: int, row: IndicatorRow, look: Sequence[str]) -> None:
    """Write the target's sign and value, and the status that follows."""
    target = book.binding(row.indicator, row.province) if row.target is not None else None
    style = theme.value_style(book.model(row.indicator).kind)
    name = book.target_name(row.indicator, row.province)
    sign, said = sign_of(book, row), status_text(book, row)
    page.living(at, AT["op"], _unless_blank(at, quoted(sign), '""', "target") if sign else "", sign, *look, "center")
    _write(page, at, "target", row.target, f"={if_given(name)}" if name else "", *look, style, to=f"internal:{name}")
    if target and row.value is not None and row.status in DECIDED:
        met, none = (quoted(status_word(book, status)) for status in ("met", "no_target"))
        other = quoted(unmet(book, row.indicator, target.op))
        formula = _unless_blank(at, f"IF({{value}}{target.op}{{target}},{met},{other})", none)
        page.formula(at, AT["status"], formula, said, *look, "gap")
    else:
        page.text(at, AT["status"], said, *look, "gap")


def _used(block: _Block, at: int, row: IndicatorRow, look: Sequence[str]) -> None:
    """Write of how many provinces the figure is; the cluster's is the sum, but for an indicator of indicators."""
    summed = not row.province and block.book.model(row.indicator).kind != "all_met" and block.book.provinces
    for column, value in (("used", row.used), ("expected", row.expected)):
        formula = f"=SUM({block.range(column)})" if summed else ""
        _write(block.page, at, column, value, formula, *look, "center")
