"""The sheet of sources: every number and text with the file, sheet and cell it stands in, as typed and as read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.columns import SUBMISSIONS, TEXTS
from pipeline.plain import dicts, tuples
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import measure_label
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.gathered import count_cells
from pipeline.report.sheets.records import Place, Remarks, records
from pipeline.report.sheets.room import fitting_width

KEY = "sources"
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("province", 16), ("form", 10), ("period", 9), ("row", 32), ("measure", 30), ("raw", 16), ("read_value", 14),
    ("state", 16), ("unit", 10), ("recast", 18), ("finding", 40), ("file", 30), ("sheet", 16), ("cell", 8),
    ("sha256", 16),
)  # fmt: skip
_VALUE, _CELL = (next(n for n, (name, _) in enumerate(_COLUMNS) if name == own) for own in ("read_value", "cell"))
_FITTED, _MOST = {"row": "label", "raw": "raw", "file": "file", "sheet": "sheet"}, 40
_OBSERVED = ("province", "form", "period", "label", "measure", "raw", "value", "state", "unit", "file", "sheet", "cell")
_PLACE = ("file", "sheet", "cell")


@dataclass(frozen=True)
class Sources:
    """The lines of the sheet, in its order; ``count`` is how many there are in all, ``remarks`` what findings say."""

    lines: list[dict[str, Any]]
    count: int
    remarks: Remarks

    @cached_property
    def at(self) -> Mapping[Place, int]:
        """The sheet row of a cell's line, counted from 0."""
        return {(line["file"], line["sheet"], line["cell"]): n for n, line in enumerate(self.lines, HEAD_ROW + 1)}

    def link(self, book: Book, place: Place) -> str:
        """The way from a figure to its line; empty where the sheet has none."""
        row = self.at.get(place)
        return "" if row is None else f"internal:{sheet_ref(book.names[KEY])}!A{row + 1}"

    def value(self, book: Book, place: Place) -> str:
        """The cell of a line's value as a formula names it; empty where there is none."""
        row = self.at.get(place)
        return "" if row is None else book.cell(KEY, row, xl_col_to_name(_VALUE))


def sources(book: Book, remarks: Remarks) -> Sources:
    """What the sheet holds: all cells; of very many only totals and those that findings are about."""
    observed, totals, texts = book.results.consolidation.observations, list(_totals(book)), list(_texts(book))
    count, most = count_cells(book.results), book.results.catalogue.settings.sources_most
    if count <= most:
        return Sources([*dicts(observed, _OBSERVED), *totals, *texts], count, remarks)
    told = observed[[place in remarks for place in tuples(observed, _PLACE)]]
    texts = [row for row in texts if tuple(row[name] for name in _PLACE) in remarks]
    return Sources([*totals, *dicts(told, _OBSERVED), *texts][:most], count, remarks)


def write(book: Book, held: Sources) -> None:
    """Write the sheet."""
    lines = _Lines(book, held.remarks)
    page = book.page(KEY, lines.widths(held.lines))
    cut = {"most": book.results.catalogue.settings.sources_most, "count": held.count}
    left_out = held.count > len(held.lines)
    unit = book.say("workbook.sources.cut", **cut) if left_out else book.say("workbook.sources.unit", count=held.count)
    page.opening(book.say("workbook.sources.title"), unit)
    heads = [book.say(f"workbook.column.{name}") for name, _ in _COLUMNS]
    page.table(book.say("workbook.table.sources"), heads, len(held.lines))
    for at, row in page.lines(held.lines):
        lines.write(page, at, row)
    # Files' hashes are on paper where each file has its line.
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1), (HEAD_ROW + max(len(held.lines), 2), len(_COLUMNS) - 2))


def _totals(book: Book) -> Iterator[dict[str, Any]]:
    """The totals that the files state: they are compared with their rows, and not stored."""
    period = book.results.period
    for row in records(book, "checks"):
        if row["kind"] != "rule":
            own = {"label": row["row_label"], "value": row["stated"], "state": "total", "unit": ""}
            yield row | own | {"period": (period.year_before if row["year"] == "previous" else period).id}


def _texts(book: Book) -> Iterator[dict[str, Any]]:
    frame = book.results.texts
    for row in dicts(frame, TEXTS):
        own = {"period": "", "measure": row["column"], "raw": row["text"], "value": None, "state": "text", "unit": ""}
        yield row | own


class _Lines:
    """Writes the lines of the sheet."""

    def __init__(self, book: Book, remarks: Remarks) -> None:
        self._book, self._remarks = book, remarks
        frame = book.results.consolidation.submissions[list(SUBMISSIONS)]
        self._hashes = dict(zip(frame["file"].tolist(), frame["sha256"].tolist(), strict=True))
        forms = book.results.catalogue.forms
        self._labels = {(f, c): measure_label(m, c, book.results) for f, m in forms.items() for c in m.columns}

    def widths(self, rows: Sequence[Mapping[str, Any]]) -> list[float]:
        """The columns' widths: those of names and texts as wide as the longest, up to a bound."""
        texts = {name: {str(row[key] or "") for row in rows} for name, key in _FITTED.items()}
        texts["measure"] = {self._measure(form, name) for form, name in {(r["form"], r["measure"]) for r in rows}}
        texts["state"] = {f"{self._state(state)} " for state in {row["state"] for row in rows}}
        return [fitting_width(texts.get(name, ()), width, _MOST) for name, width in _COLUMNS]

    def _measure(self, form: str, name: str) -> str:
        return self._labels.get((form, name), name)

    def _state(self, state: str) -> str:
        return self._book.say(f"workbook.state.{state}")

    def write(self, page: Page, at: int, row: dict[str, Any]) -> None:
        """One cell, with all that is known of it; its address opens the file there."""
        book = self._book
        place = (row["file"], row["sheet"], row["cell"])
        said = {
            "province": book.province(row["province"] or ""),
            "form": book.form(row["form"]),
            "row": row["label"],
            "measure": self._measure(row["form"], row["measure"]),
            "state": self._state(row["state"]),
            "unit": book.say.unit(row["unit"]),
            "recast": recast(book, place),
            "finding": "\n".join(dict.fromkeys(self._remarks.get(place, ()))),
            "sha256": self._hashes.get(row["file"], ""),
        }
        for column, (name, _) in enumerate(_COLUMNS):
            if column == _VALUE:
                page.number(at, column, row["value"], "cell", self._look(row))
            else:
                page.text(at, column, said.get(name, row.get(name)), "cell", *(("gap",) if name == "state" else ()))
        way = book.results.traces.files.get(row["file"], "")
        page.link(at, _CELL, file_at(way, row["sheet"], row["cell"]), row["cell"], "cell", "link")

    def _look(self, row: dict[str, Any]) -> str:
        form, value = self._book.results.catalogue.forms.get(row["form"]), row["value"]
        if form is not None and row["measure"] in form.columns and form.columns[row["measure"]].kind == "percent":
            return "percent"
        return "amount" if value is not None and value % 1 else "count"


def file_at(way: str, sheet: str = "", cell: str = "") -> str:
    """The link to a cell of a file, to a sheet or to the file; empty where it cannot be written."""
    # Where a sign is escaped XlsxWriter takes the whole way to be; a bare # would end it.
    escaped = way.replace("%", "%25").replace(" ", "%20").replace("#", "%23") if "#" in way else way
    place = f"#{sheet_ref(sheet)}!{cell or 'A1'}" if sheet else ""
    return f"external:{escaped}{place}" if way else ""


def recast(book: Book, place: Place) -> str:
    """What was made of a cell that is not used as it was typed; empty where it is."""
    return recast_words(book, *book.results.traces.recast.get(place, (1.0, "")))


def recast_words(book: Book, factor: float, correction: str) -> str:
    """What a cell was multiplied by, and what corrected it; empty where it is used as it was typed."""
    times = book.say("workbook.sources.factor", factor=factor) if factor != 1 else ""
    corrected = book.say("workbook.sources.corrected", correction=correction) if correction else ""
    return "; ".join(part for part in (times, corrected) if part)
