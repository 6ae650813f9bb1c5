"""The sheet of sources: every number and text with the file, sheet and cell it stands in, as typed and as read."""

from collections.abc import Iterator
from typing import Any

from pipeline.model import TEXTS
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import clean, measure_label
from pipeline.report.sheets.forms import Remarks

KEY = "sources"
_WIDTHS = (18, 12, 10, 36, 34, 20, 16, 18, 14, 36, 16, 8)
_COLUMNS = (
    "province",
    "form",
    "period",
    "row",
    "measure",
    "raw",
    "read_value",
    "state",
    "unit",
    "file",
    "sheet",
    "cell",
)
_OBSERVED = ("province", "form", "period", "label", "measure", "raw", "value", "state", "unit", "file", "sheet", "cell")
# More rows than this make a workbook that is slow to open; the parquet file beside it has them all.
_MOST = 100_000


def write(book: Book, remarks: Remarks) -> None:
    """Write the sheet; of very many numbers only those that findings are about."""
    page = book.page(KEY, _WIDTHS)
    observed = list(_observed(book))
    texts = list(_texts(book))
    said = ""
    if len(observed) + len(texts) > _MOST:
        said = book.say("workbook.sources.cut", most=_MOST, count=len(observed))
        observed = [
            row for row in observed if row["value"] is None or (row["file"], row["sheet"], row["cell"]) in remarks
        ][:_MOST]
        texts = texts[:_MOST]
    page.opening(
        book.say("workbook.sources.title"), said or book.say("workbook.sources.unit", count=len(observed) + len(texts))
    )
    heads = [book.say(f"workbook.column.{name}") for name in _COLUMNS]
    page.table(book.say("workbook.table.sources"), heads, len(observed) + len(texts))
    labels = _labels(book)
    for at, row in enumerate((*observed, *texts), HEAD_ROW + 1):
        _row(book, page, at, row, labels)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1))


def _observed(book: Book) -> Iterator[dict[str, Any]]:
    frame = book.results.consolidation.observations
    for values in zip(*(frame[name].tolist() for name in _OBSERVED), strict=True):
        yield dict(zip(_OBSERVED, map(clean, values), strict=True))


def _texts(book: Book) -> Iterator[dict[str, Any]]:
    frame = book.results.texts
    for values in zip(*(frame[name].tolist() for name in TEXTS), strict=True):
        row = dict(zip(TEXTS, map(clean, values), strict=True))
        yield row | {
            "period": "",
            "measure": row["column"],
            "raw": row["text"],
            "value": None,
            "state": "text",
            "unit": "",
        }


def _labels(book: Book) -> dict[tuple[str, str], str]:
    """The headers of every form's columns, text columns too."""
    forms = book.results.catalogue.forms
    return {(f, c): measure_label(model, c, book.results) for f, model in forms.items() for c in model.columns}


def _row(book: Book, page: Page, at: int, row: dict[str, Any], labels: dict[tuple[str, str], str]) -> None:
    name = labels.get((row["form"], row["measure"]), row["measure"])
    shown = (
        book.province(row["province"] or ""),
        book.form(row["form"]),
        row["period"],
        row["label"],
        name,
        row["raw"],
    )
    for column, text in enumerate(shown):
        page.text(at, column, text, "cell")
    value = row["value"]
    look = "percent" if _is_share(book, row) else "amount" if value is not None and value % 1 else "count"
    page.number(at, 6, value, "cell", look)
    page.text(at, 7, book.say(f"workbook.state.{row['state']}"), "cell", "gap")
    for column, field in enumerate(("unit", "file", "sheet", "cell"), 8):
        page.text(at, column, row[field], "cell")


def _is_share(book: Book, row: dict[str, Any]) -> bool:
    form = book.results.catalogue.forms.get(row["form"])
    return form is not None and row["measure"] in form.columns and form.columns[row["measure"]].kind == "percent"
