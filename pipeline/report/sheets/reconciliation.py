"""The sheet of reconciliation: numbers in are numbers out, form by form of each file."""

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.plain import Row, Shown, write_table
from pipeline.report.sheets.records import records

KEY = "reconciliation"
_HEADS = {"used": "used_numbers"}
_COUNTS = ("read", "used", "totals", "rejected", "told", "heading", "outside", "file_unused", "unknown_column", "lost")


def write(book: Book) -> None:
    """Write the sheet: the counts of a form's columns added up, and how many columns' sums differ."""
    forms: dict[tuple[str, str, str], Row] = {}
    for row in records(book, KEY):
        key = (row["file"], row["sheet"], row["form"])
        whole = forms.setdefault(key, row | dict.fromkeys(_COUNTS, 0.0) | {"columns": 0, "differing": 0})
        if whole["province"] != row["province"]:
            whole["name"] = book.province("")
        whole |= {name: whole[name] + row[name] for name in _COUNTS}
        whole["columns"] += 1
        whole["differing"] += bool(row["difference"] or row["lost"])
    write_table(book, KEY, _COLUMNS, rows=list(forms.values()))


def _form(book: Book, row: Row) -> str:
    return book.form(row["form"])


def _proven(book: Book, row: Row) -> str:
    return book.say("workbook.reconciliation." + ("differs" if row["differing"] else "agrees"))


_COLUMNS = (
    Shown("file", 36), Shown("sheet", 18), Shown("name", 13), Shown("form", 10, "", _form),
    Shown("columns", 9, "count"),
    *(Shown(name, 9, "count", head=_HEADS.get(name, name)) for name in _COUNTS),
    Shown("differing", 10, "count"), Shown("proven", 10, "", _proven),
)  # fmt: skip
