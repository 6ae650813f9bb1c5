"""The sheet of changes: against the results that were accepted before, and of last year's figures against their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import clean
from pipeline.report.sheets.records import Place, records
from pipeline.report.sheets.sources import Sources

KEY = "changed"
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("province", 14), ("form", 10), ("row", 34), ("measure", 30), ("period", 9), ("old", 13), ("new", 13),
    ("cell_before", 44), ("cell_now", 44),
)  # fmt: skip
_OLD, _NEW, _PLACE = 5, 6, 8
_NUMBERS = {"changed", "new", "gone"}
_MOST = 1000  # lines of a table; all are in the CSV files
_OF_CHANGES = {"province": "province_name", "row": "row_name", "measure": "measure_name"}
_OF_RESTATED = {"province": "name", "row": "row_label", "measure": "label"}
Record = dict[str, Any]


def write(book: Book, held: Sources) -> None:
    """Write both tables, each below a sentence that says how much there is."""
    page = book.page(KEY, [width for _, width in _COLUMNS])
    page.opening(book.say("workbook.changed.title"), book.say("workbook.changed.unit"))
    at = _baseline(book, page, held, HEAD_ROW)
    restated = [_line(row, _OF_RESTATED) for row in records(book, "restated")]
    page.text(at, 0, book.say("workbook.changed.restated", period=book.results.period.year_before.id), "section")
    compared = "restated" in book.results.consolidation.tables
    key = "restated_count" if compared else "restated_none"
    said = book.say(f"workbook.changed.{key}", count=len(restated), period=book.results.period.year_before.id)
    said += f" {book.say('workbook.changed.more', file='restated.csv')}" if len(restated) > _MOST else ""
    page.prose(at + 1, len(_COLUMNS) - 1, said)
    _table(book, page, held, at + 2, restated)
    page.paper(None, (HEAD_ROW - 1, 1))


def _baseline(book: Book, page: Page, held: Sources, at: int) -> int:
    """What differs from the accepted results; returns the next free row."""
    frame = book.results.consolidation.changes
    rows = [] if frame is None else [{str(k): clean(v) for k, v in row.items()} for row in frame.to_dict("records")]
    numbers = [_line(row, _OF_CHANGES) for row in rows if row["kind"] in _NUMBERS]
    others = [str(row["message"]) for row in rows if row["kind"] not in _NUMBERS]
    page.text(at, 0, book.say("workbook.changed.baseline"), "section")
    more = [book.say("workbook.changed.more", file="changes.csv")] if len(numbers) > _MOST else []
    said = [] if others and not numbers else [book.say("workbook.changed.count", count=len(numbers)), *more]
    for text in (*others, *said):
        at += 1
        page.prose(at, len(_COLUMNS) - 1, text)
    return _table(book, page, held, at + 1, numbers) + 1


def _line(row: Record, names: Mapping[str, str]) -> Record:
    """A number's row of either table, with its names, which each table calls otherwise, and both places."""
    places = {
        "cell_before": tuple(row[f"old_{part}"] for part in ("file", "sheet", "cell")),
        "cell_now": tuple(row[part] for part in ("file", "sheet", "cell")),
    }
    return row | {name: row[own] for name, own in names.items()} | places


def _table(book: Book, page: Page, held: Sources, at: int, rows: Sequence[Record]) -> int:
    """Headings and a line for each number; returns the next free row."""
    if not rows:
        return at
    page.heads(at, [book.say(f"workbook.column.{name}") for name, _ in _COLUMNS])
    for line, row in enumerate(rows[:_MOST], at + 1):
        shown = row | {"form": book.form(row["form"])} | {n: _address(row[n]) for n in ("cell_before", "cell_now")}
        for column, (name, _) in enumerate(_COLUMNS):
            if column in {_OLD, _NEW}:
                _value(book, page, line, column, row[name], row.get(f"{name}_state", ""))
            elif column == _PLACE:
                page.link(line, column, held.link(book, row["cell_now"]), shown[name], "cell", "wrap")
            else:
                page.text(line, column, str(shown[name] or ""), "cell", "wrap")
        page.high(line, [(n, str(shown[name] or "")) for n, (name, _) in enumerate(_COLUMNS) if n not in {_OLD, _NEW}])
    return at + 1 + min(len(rows), _MOST)


def _value(book: Book, page: Page, line: int, column: int, value: float | None, state: str) -> None:
    if value is None:
        page.text(line, column, book.say(f"workbook.mark.{state}") if state else "\u2013", "cell", "mark")
    else:
        page.number(line, column, value, "cell", "amount" if value % 1 else "count")


def _address(place: Place) -> str:
    file, sheet, cell = place
    return f"{sheet}!{cell} ({file})".lstrip("!") if file else ""
