"""The sheet of reconciliation: numbers in are numbers out, form by form of each file."""

from collections import Counter

from xlsxwriter.utility import xl_col_to_name

from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.formulas import as_criterion, criterion, is_its_own_criterion, quoted
from pipeline.report.sheets.plain import Row, Shown, write_table
from pipeline.report.sheets.records import records
from pipeline.report.sheets.sources import Sources
from pipeline.states import NUMBER

KEY = "reconciliation"
_HEADS = {"used": "used_numbers"}
_TOTAL_ROW = HEAD_ROW - 1
_COUNTS = ("read", "used", "totals", "rejected", "told", "heading", "outside", "file_unused", "unknown_column", "lost")


def write(book: Book, held: Sources) -> None:
    """Write the sheet: the counts of a form's columns added up, and how many columns' sums differ.

    The numbers used are counted again on the sheet of sources, if that has them all.
    """
    forms: dict[tuple[str, str, str], Row] = {}
    for row in records(book, KEY):
        key = (row["file"], row["sheet"], row["form"])
        whole = forms.setdefault(key, row | dict.fromkeys(_COUNTS, 0.0) | {"columns": 0, "differing": 0})
        if whole["province"] != row["province"]:
            whole["name"] = book.province("")
        whole |= {name: whole[name] + row[name] for name in _COUNTS}
        whole["columns"] += 1
        whole["differing"] += bool(row["difference"] or row["lost"])
    rows = list(forms.values())
    all_there = held.count == len(held.lines)
    counted = Counter(_place(line) for line in held.lines if line["state"] == NUMBER)
    for row in rows:
        named = is_its_own_criterion(row["file"]) and is_its_own_criterion(row["sheet"])
        row["recounted"] = all_there and named and counted[_place(row)] == row["used"]
    page = write_table(book, KEY, _COLUMNS, rows=rows)
    for number, column in enumerate(_COLUMNS):
        if column.style and rows:
            area = f"{xl_col_to_name(number)}{HEAD_ROW + 2}:{xl_col_to_name(number)}{HEAD_ROW + 1 + len(rows)}"
            page.formula(_TOTAL_ROW, number, f"=SUM({area})", sum(r[column.name] for r in rows), "cluster", "count")
    if rows:
        page.text(_TOTAL_ROW, 0, book.say("workbook.reconciliation.total"), "bold")


def _place(row: Row) -> tuple[str, str, str]:
    """Where a number stands, as COUNTIFS tells places apart."""
    return as_criterion(row["file"]), as_criterion(row["sheet"]), row["form"]


def _form(book: Book, row: Row) -> str:
    return book.form(row["form"])


def _proven(book: Book, row: Row) -> str:
    return book.say("workbook.reconciliation." + ("differs" if row["differing"] or row["lost"] else "agrees"))


def _used(book: Book, row: Row, at: int) -> str:
    """The numbers of the form on the sheet of sources."""
    if not row["recounted"]:
        return ""
    say, table = book.say, book.say("workbook.table.sources")
    wanted = {name: f"{_letter(name)}{at}" for name in ("file", "sheet")}
    wanted |= {"form": criterion(book.form(row["form"])), "state": criterion(say(f"workbook.state.{NUMBER}"))}
    pairs = (f"{table}[[{say(f'workbook.column.{name}')}]],{text}" for name, text in wanted.items())
    return f"=COUNTIFS({','.join(pairs)})"


def _lost(_book: Book, _row: Row, at: int) -> str:
    """What was read, less all that became of it."""
    first, *others = (_letter(name) for name in _COUNTS[:-1])
    return f"={first}{at}-SUM({others[0]}{at}:{others[-1]}{at})"


def _agrees(book: Book, _row: Row, at: int) -> str:
    words = (quoted(book.say(f"workbook.reconciliation.{word}")) for word in ("agrees", "differs"))
    return f"=IF(AND({_letter('lost')}{at}=0,{_letter('differing')}{at}=0),{','.join(words)})"


def _letter(name: str) -> str:
    letter: str = xl_col_to_name(next(n for n, column in enumerate(_COLUMNS) if column.name == name))
    return letter


_FORMULAS = {"used": _used, "lost": _lost}
_COLUMNS = (
    Shown("file", 36), Shown("sheet", 18), Shown("name", 13), Shown("form", 10, "", _form),
    Shown("columns", 9, "count"),
    *(Shown(name, 9, "count", formula=_FORMULAS.get(name), head=_HEADS.get(name, name)) for name in _COUNTS),
    Shown("differing", 10, "count"), Shown("proven", 10, "", _proven, _agrees),
)  # fmt: skip
