"""The sheet of targets met and missed: n of N by province and group, then each target with its cases."""

from collections.abc import Sequence
from typing import Any

from pipeline.definition import SIGNS
from pipeline.model import DECIDED
from pipeline.report import theme
from pipeline.report.sheets import doubts, living
from pipeline.report.sheets.attainment_cells import Line
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.indicators import status_colours
from pipeline.report.sheets.indicators_widths import label_width, province_width
from pipeline.report.sheets.leads import to_row
from pipeline.report.sheets.records import numbered, records
from pipeline.report.sheets.room import fitting_width
from pipeline.report.sheets.words import missing, status_word

KEY = "attainment"
_COLUMNS = {
    "indicator": 0, "province": 0, "issuer": 43, "role": 10.5, "value": 8.4, "op": 5, "target": 8.4, "gap": 8.4,
    "status": 13, "needed": 8.4, "margin": 8.4, "days": 9.5, "rest_rate": 10, "pace": 10, "words": 50,
}  # fmt: skip
_ON_PAPER = 250  # what a page holds: the words have what the other columns leave


def write(book: Book) -> None:
    """Write the sheet: the table, whose heads stay in sight, and n of N below it."""
    columns = _columns(book)
    rows = records(book, KEY)
    widths = _COLUMNS | {"indicator": label_width(row["label"] for row in rows), "province": province_width(book)}
    widths["issuer"] = fitting_width((row["issuer"] or "" for row in rows), 10, widths["issuer"])
    widths["words"] = max(widths["words"], _ON_PAPER - sum(widths[name] for name in columns if name != "words"))
    page = book.page(KEY, [widths[name] for name in columns])
    page.opening(book.say("workbook.attainment.title"), book.say("workbook.attainment.unit"))
    page.table(book.say("workbook.table.attainment"), [book.say(f"workbook.column.{n}") for n in columns], len(rows))
    for at, row in page.lines(rows):
        _row(book, page, at, row)
    status = columns.index("status")
    status_colours(book, page, HEAD_ROW + 1, status, HEAD_ROW + max(len(rows), 1), status)
    _met(book, page, HEAD_ROW + max(len(rows), 1) + 3)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2))


def _columns(book: Book) -> list[str]:
    """The columns; at the end of a year nothing of it is left to come."""
    period = book.results.period
    left_out = {"rest_rate": period.last_month == 12, "pace": period.kind == "year"}
    return [name for name in _COLUMNS if not left_out.get(name)]


def cell(book: Book, at: int, column: str) -> str:
    """A cell of the table as formulas on other sheets name it."""
    return book.cell(KEY, at, _letter(book, column))


def _letter(book: Book, column: str) -> str:
    return chr(ord("A") + _columns(book).index(column))


def places(book: Book) -> dict[tuple[str, str], int]:
    """The sheet row of the binding target of each indicator and province."""
    rows = enumerate(records(book, KEY), HEAD_ROW + 1)
    return {(row["indicator"], row["province"] or ""): at for at, row in rows if row["role"] == "binding"}


def needed(book: Book, indicator: str) -> dict[str, float | None]:
    """The cases that each province lacks to an indicator's target."""
    rows = [row for row in records(book, KEY) if row["indicator"] == indicator and row["role"] == "binding"]
    return {row["province"] or "": row["needed"] for row in rows}


def _row(book: Book, page: Page, at: int, row: dict[str, Any]) -> None:
    kind = book.model(row["indicator"]).kind
    value, difference = theme.value_style(kind), theme.difference_style(kind)
    look = ("cell",) if row["province"] else ("cell", "cluster")
    columns = _columns(book)
    line = Line(book, row, {name: f"${_letter(book, name)}{at + 1}" for name in columns})
    texts = {"indicator": row["label"], "issuer": row["issuer"], "role": book.say(f"workbook.role.{row['role']}")}
    texts |= {"province": book.province(row["province"] or ""), "op": SIGNS[row["op"]]}
    for name, text in texts.items():
        apart = ("apart",) if name == "role" and row["role"] != "binding" else ()
        page.text(at, columns.index(name), text, *look, *apart, *(("center",) if name == "op" else ("wrap",)))
    shown = status_word(book, row["status"])
    figures: dict[str, tuple[str, float | str | None, str]] = {
        "value": (line.value_formula(), row["value"], value),
        "target": (line.target_formula(), row["target"], value),
        "gap": (line.gap_formula(), row["gap"], difference),
        "status": (line.status() if line.is_decided else "", shown, "gap"),
        "needed": (line.needed() if line.is_counted else "", row["needed"], "count"),
        "margin": (line.margin() if line.is_counted else "", row["margin"], "count"),
        "days": (line.days() if line.is_counted else "", row["days"], "rate"),
        "rest_rate": (line.rest() if line.has_rest else "", _rest(line), "percent"),
        "pace": (line.pace() if line.grows and row["pace"] is not None else "", row["pace"], value),
        "words": (line.words() if line.is_decided else "", _words(book, row), "words"),
    }
    for name, (formula, found, style) in figures.items():
        if name in columns:
            styles = ("wrap", "gap") if name == "words" else (style,)
            to = to_row(book, row["indicator"], row["province"] or "") if name == "value" else ""
            page.link(at, columns.index(name), to, found, *look, *styles, formula=formula)
    doubts.mark(book, page, (at, columns.index("value")), row["indicator"], row["province"] or "")
    page.high(
        at,
        [(0, row["label"]), (2, row["issuer"] or ""), (columns.index("words"), _words(book, row))],
        bold=not row["province"],
    )


def _rest(line: Line) -> float | str | None:
    """The share of the cases to come that would do, or that none does."""
    rest: float | None = line.row["rest_rate"]
    return line.out_of_reach if line.has_rest and rest is None else rest


def _words(book: Book, row: dict[str, Any]) -> str:
    """What is said of a province that misses the target, and what its figure for the whole year takes for granted."""
    figure = book.indicators.get((row["indicator"], row["province"] or ""))
    is_missed = figure and row["status"] == "missed"
    said = missing(book, figure._replace(gap=row["gap"]), row["needed"]) if figure and is_missed else ""
    return ". ".join(part for part in (said, row["assumes"]) if part)


def _met(book: Book, page: Page, at: int) -> None:
    """Provinces by groups: how many of the binding targets are met, of those that can be judged."""
    rows = records(book, "targets_met")
    groups = list(dict.fromkeys((row["group"] or "", row["label"]) for row in rows))
    found = {(row["group"] or "", row["province"] or ""): row for row in rows}
    page.text(at, 0, book.say("workbook.attainment.met"), "section")
    at, wide = at + 1, len(page.widths) - 1
    for start in range(0, len(groups), wide):
        part = groups[start : start + wide]
        for column, (_, label) in enumerate(part, 1):
            page.hold(column, label)
        page.heads(at, [book.say("workbook.column.province"), *(label for _, label in part)])
        for line, province in enumerate((*book.provinces, ""), at + 1):
            look = ("cell",) if province else ("cell", "cluster")
            page.text(line, 0, book.province(province), *look)
            for column, (group, _) in enumerate(part, 1):
                one = found.get((group, province))
                formula = _met_formula(book, group, province) if one and one["of"] else ""
                page.living(line, column, formula, _of(book, one) if one else "", *look, "center")
        at += len(book.provinces) + 3
    page.text(at - 1, 0, book.say("workbook.attainment.met_note"), "muted")


def _of(book: Book, row: dict[str, Any]) -> str:
    """How many are met of how many, and how many cannot be judged."""
    if not row["of"]:
        return book.say("workbook.attainment.none", open=int(row["open"])) if row["open"] else ""
    said = f"{row['met']:.0f}/{row['of']:.0f}"
    return said + (book.say("workbook.attainment.open", open=int(row["open"])) if row["open"] else "")


def _met_formula(book: Book, group: str, province: str) -> str:
    """The same, counted from the statuses of the table."""
    rows = [
        (HEAD_ROW + 1 + number, row)
        for number, row in numbered(book, KEY, "province").get((province,), [])
        if row["role"] == "binding" and (not group or row["group"] == group)
    ]
    letter = _letter(book, "status")
    met, none = (quoted(status_word(book, status)) for status in ("met", "no_target"))
    judged = [(f"${letter}${at + 1}", row) for at, row in rows if row["status"] in DECIDED]
    # What the year may still bring counts when it is met, and is open until then; an emptied target is none.
    growing = [cell for cell, row in judged if Line(book, row, {}).grows]
    fixed = [cell for cell, _ in judged if cell not in growing]
    of = f"{len(fixed)}{_signed('-', fixed, none)}{_signed('+', growing, met)}"
    still = len(rows) - len(fixed)
    left = f"{still}{_signed('-', growing, met)}{_signed('-', growing, none)}"
    said = living.spliced(book.say, "workbook.attainment.open", {"open": f"({left})"}) if still else '""'
    said = f'IF({left}=0,"",{said})' if growing else said
    formula = f'={_signed("+", [cell for cell, _ in judged], met)[1:]}&"/"&({of})&{said}'
    return formula if len(formula) < LONGEST else ""


def _signed(sign: str, cells: Sequence[str], word: str) -> str:
    """How many of the cells hold a word, as terms of a sum."""
    return "".join(f"{sign}({cell}={word})" for cell in cells)
