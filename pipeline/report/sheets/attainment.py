"""The sheet of targets met and missed: n of N by province and group, then each target with its cases."""

from typing import Any

from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import clean
from pipeline.report.sheets.indicators import SIGNS, status_colours

KEY = "attainment"
_WIDTHS = (46, 13, 42, 13, 12, 12, 12, 12, 17, 10, 10, 10, 11)
_COLUMNS = (
    "indicator", "province", "issuer", "role", "value", "op", "target", "gap", "status", "needed", "margin", "days",
    "rest_rate",
)  # fmt: skip
_AT = {name: number for number, name in enumerate(_COLUMNS)}


def write(book: Book) -> None:
    """Write the sheet: the table, whose heads stay in sight, and n of N below it."""
    whole_year = book.results.period.last_month == 12  # nothing of the year is left to come
    columns = _COLUMNS[:-1] if whole_year else _COLUMNS
    page, rows = book.page(KEY, _WIDTHS[: len(columns)]), records(book, "attainment")
    page.opening(book.say("workbook.attainment.title"), book.say("workbook.attainment.unit"))
    page.table(book.say("workbook.table.attainment"), [book.say(f"workbook.column.{n}") for n in columns], len(rows))
    for at, row in enumerate(rows, HEAD_ROW + 1):
        _row(book, page, at, row)
        if not whole_year:
            look = () if row["province"] else ("cluster",)
            page.number(at, _AT["rest_rate"], row["rest_rate"], "cell", *look, "percent")
    status_colours(book, page, HEAD_ROW + 1, _AT["status"], HEAD_ROW + max(len(rows), 1), _AT["status"])
    _met(book, page, HEAD_ROW + max(len(rows), 1) + 3)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2))


def records(book: Book, name: str) -> list[dict[str, Any]]:
    """The rows of one of the consolidation's further tables; nulls are None."""
    frame = book.results.consolidation.tables.get(name)
    if frame is None:
        return []
    columns = (frame[column].tolist() for column in frame.columns)
    return [dict(zip(frame.columns, map(clean, values), strict=True)) for values in zip(*columns, strict=True)]


def _row(book: Book, page: Page, at: int, row: dict[str, Any]) -> None:
    kind = book.model(row["indicator"]).kind
    value, difference = theme.value_style(kind), theme.difference_style(kind)
    look = ("cell",) if row["province"] else ("cell", "cluster")
    page.text(at, 0, row["label"], *look, "wrap")
    page.text(at, 1, book.province(row["province"] or ""), *look)
    page.text(at, 2, row["issuer"], *look, "wrap")
    page.text(at, 3, book.say(f"workbook.role.{row['role']}"), *look, *(() if row["role"] == "binding" else ("apart",)))
    page.number(at, _AT["value"], row["value"], *look, value)
    page.text(at, _AT["op"], SIGNS[row["op"]], *look, "center")
    page.number(at, _AT["target"], row["target"], *look, value)
    if row["gap"] is None:
        page.text(at, _AT["gap"], "", *look)
    else:
        page.formula(at, _AT["gap"], f"=E{at + 1}-G{at + 1}", row["gap"], *look, difference)
    page.text(at, _AT["status"], book.say(f"workbook.status.{row['status']}"), *look, "gap")
    for name in ("needed", "margin"):
        page.number(at, _AT[name], row[name], *look, "count")
    page.number(at, _AT["days"], row["days"], *look, "rate")
    page.high(at, [(0, row["label"]), (2, row["issuer"] or "")])


def _met(book: Book, page: Page, at: int) -> None:
    """Provinces by groups: how many of the binding targets are met, of those that can be judged."""
    rows = records(book, "targets_met")
    groups = list(dict.fromkeys((row["group"] or "", row["label"]) for row in rows))
    found = {(row["group"] or "", row["province"] or ""): row for row in rows}
    page.text(at, 0, book.say("workbook.attainment.met"), "section")
    at, wide = at + 1, len(page.widths) - 1
    for start in range(0, len(groups), wide):
        part = groups[start : start + wide]
        page.heads(at, [book.say("workbook.column.province"), *(label for _, label in part)])
        for line, province in enumerate((*book.provinces, ""), at + 1):
            look = ("cell",) if province else ("cell", "cluster")
            page.text(line, 0, book.province(province), *look)
            for column, (group, _) in enumerate(part, 1):
                one = found.get((group, province))
                page.text(line, column, _of(book, one) if one else "", *look, "center")
        at += len(book.provinces) + 3
    page.text(at - 1, 0, book.say("workbook.attainment.met_note"), "muted")


def _of(book: Book, row: dict[str, Any]) -> str:
    """How many are met of how many, and how many cannot be judged."""
    if not row["of"]:
        return book.say("workbook.attainment.none", open=int(row["open"])) if row["open"] else ""
    said = f"{row['met']:.0f}/{row['of']:.0f}"
    return said + (book.say("workbook.attainment.open", open=int(row["open"])) if row["open"] else "")
