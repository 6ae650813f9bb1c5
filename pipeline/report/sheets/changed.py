"""The sheet of changes: against the results that were accepted before, and of last year's figures against their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model import Traced
from pipeline.plain import dicts
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.records import Place, records
from pipeline.report.sheets.sources import Sources, file_at

KEY = "changed"
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("province", 14), ("kind", 11), ("form", 10), ("row", 34), ("measure", 30), ("period", 9), ("old", 13), ("new", 13),
    ("cell_before", 44), ("cell_now", 44),
)  # fmt: skip
_OLD, _NEW, _PLACE = 6, 7, 9
_ORDER = ("changed", "new", "gone")  # of numbers; a change of the value comes before one of the state only
_MOST = 1000  # lines of a table; all are in the CSV files
_OF_CHANGES = {"province": "province_name", "row": "row_name", "measure": "measure_name"}
_OF_RESTATED = {"province": "name", "row": "row_label", "measure": "label"}
Record = dict[str, Any]


def write(book: Book, held: Sources) -> None:
    """Write both tables, each below a sentence that says how much there is."""
    page = book.page(KEY, [width for _, width in _COLUMNS])
    page.opening(book.say("workbook.changed.title"), book.say("workbook.changed.unit"))
    at = _baseline(book, page, held, HEAD_ROW)
    restated = [_line(book, _named(book, row), _OF_RESTATED) for row in records(book, "restated")]
    page.text(at, 0, book.say("workbook.changed.restated", period=book.results.period.year_before.id), "section")
    compared = "restated" in book.results.consolidation.tables
    key = "restated_count" if compared else "restated_none"
    said = book.say(f"workbook.changed.{key}", count=len(restated), period=book.results.period.year_before.id)
    said += f" {book.say('workbook.changed.more', file='restated.csv')}" if len(restated) > _MOST else ""
    page.prose(at + 1, len(_COLUMNS) - 1, said)
    _table(book, page, held, at + 2, restated, "restated")
    page.paper(None, (HEAD_ROW - 1, 1))


def _named(book: Book, row: Record) -> Record:
    """A figure of last year with its row as the form calls it; one that the form does not list as it was typed."""
    names = book.results.catalogue.forms[row["form"]].names_of(row["row"])
    own = {} if all(isinstance(name, str) for name in names) else {"row_label": book.say("naming.label", label=names)}
    return row | {"kind": "changed"} | own


def _baseline(book: Book, page: Page, held: Sources, at: int) -> int:
    """What differs from the accepted results; returns the next free row."""
    frame = book.results.consolidation.changes
    rows = [] if frame is None else dicts(frame, frame.columns)
    numbers = [_line(book, row, _OF_CHANGES) for row in sorted(rows, key=_order) if row["kind"] in _ORDER]
    others = [str(row["message"]) for row in rows if row["kind"] not in _ORDER]
    page.text(at, 0, book.say("workbook.changed.baseline"), "section")
    more = [book.say("workbook.changed.more", file="changes.csv")] if len(numbers) > _MOST else []
    said = [] if others and not numbers else [book.say("workbook.changed.count", count=len(numbers)), *more]
    said = [*others, *said]  # a file that is gone takes all of its numbers along: it comes first
    for line, text in enumerate(said, at + 1):
        page.prose(line, len(_COLUMNS) - 1, text)
    return _table(book, page, held, at + 1 + len(said), numbers, "changed") + 1


def _order(row: Record) -> tuple[int, bool]:
    """Changes of values first, then new numbers, then those that are gone; else as `changes.csv` has them."""
    kind = row["kind"]
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER), row["old"] is None or row["new"] is None


def _line(book: Book, row: Record, names: Mapping[str, str]) -> Record:
    """A number's row of either table, with its names, which each table calls otherwise, both places and its kind."""
    places = {
        "cell_before": tuple(row[f"old_{part}"] for part in ("file", "sheet", "cell")),
        "cell_now": tuple(row[part] for part in ("file", "sheet", "cell")),
    }
    _, correction = book.results.traces.recast.get(places["cell_now"], (1.0, ""))
    kind = book.say(f"workbook.changed.kind.{'corrected' if correction else row['kind']}")
    form = book.results.catalogue.forms.get(row["form"])  # what was accepted may be of another catalogue
    column = form.columns.get(row["measure"]) if form else None
    own = {"kind": kind, "is_share": column is not None and column.kind == "percent"}
    return row | {name: row[named] for name, named in names.items()} | places | own


def _table(book: Book, page: Page, held: Sources, at: int, rows: Sequence[Record], name: str) -> int:
    """Headings that filter, and a line for each number; returns the next free row."""
    if not rows:
        return at
    heads = [book.say(f"workbook.column.{column}") for column, _ in _COLUMNS]
    page.table(book.say(f"workbook.table.{name}"), heads, min(len(rows), _MOST), at)
    for line, row in enumerate(rows[:_MOST], at + 1):
        shown = row | {"form": book.form(row["form"])} | {n: _address(row[n]) for n in ("cell_before", "cell_now")}
        for column, (own, _) in enumerate(_COLUMNS):
            if column in {_OLD, _NEW}:
                _value(page, (line, column), row[own], row.get(f"{own}_state", ""), row)
            elif column == _PLACE:
                page.link(line, column, held.link(book, row["cell_now"]), shown[own], "cell", "wrap")
            elif own == "cell_before":
                last_year = (book.results.period.year_before.id, row[own][0]) if name == "restated" else ("", "")
                way = book.results.traces.earlier.get(last_year, Traced("", "")).way
                page.link(line, column, file_at(way, *row[own][1:]), shown[own], "cell", "wrap", "gap")
            else:
                page.text(line, column, str(shown[own] or ""), "cell", "wrap")
        page.high(line, [(n, str(shown[own] or "")) for n, (own, _) in enumerate(_COLUMNS) if n not in {_OLD, _NEW}])
    return at + 1 + min(len(rows), _MOST)


def _value(page: Page, at: tuple[int, int], value: float | None, state: str, row: Record) -> None:
    """A number as its form has it; else the mark of why there is none."""
    if value is None:
        page.text(*at, (page.book.say(f"workbook.mark.{state}") if state else "") or "\u2013", "cell", "mark")
        return
    page.number(*at, value, "cell", "percent" if row["is_share"] else "amount" if value % 1 else "count")


def _address(place: Place) -> str:
    file, sheet, cell = place
    return f"{sheet}!{cell} ({file})".lstrip("!") if file else ""
