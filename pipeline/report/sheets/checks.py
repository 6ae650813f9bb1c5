"""The sheet of checks: every stated total and every rule across forms, computed again by formulas over the forms."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from openpyxl.utils.cell import rows_from_range
from xlsxwriter.utility import xl_col_to_name

from pipeline.catalogue.models import Check
from pipeline.expressions import PREVIOUS, Term
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import Column
from pipeline.report.sheets.form_tables import Row as FormRow
from pipeline.report.sheets.forms import key as form_key
from pipeline.report.sheets.formulas import LONGEST, quoted, sheet_ref
from pipeline.report.sheets.paper import reach, side_by_side
from pipeline.report.sheets.records import Place, records
from pipeline.report.sheets.sources import Sources

KEY = "checks"
_HEADS = (("kind", 13), ("form", 10), ("row", 40), ("measure", 38))
_MOST = 1000  # of more lines only those are shown that do not agree
Record = dict[str, Any]
_At = tuple[str, int, int]  # form, row and column of its sheet


@dataclass
class _Line:
    """One check in all provinces; of a province that states it several times each is a line."""

    first: Record
    by_province: dict[str, Record] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return all(record["result"] == "agrees" for record in self.by_province.values())


def write(book: Book, held: Sources) -> None:
    """Write the sheet: a line for each check, a column for each province."""
    lines = _lines(records(book, KEY))
    shown = lines if len(lines) <= _MOST else [line for line in lines if not line.agrees]
    provinces = [*book.provinces, *sorted({p for line in lines for p in line.by_province} - {*book.provinces})]
    page = book.page(KEY, [*(width for _, width in _HEADS), *([13.0] * len(provinces))])
    left_out = book.say("workbook.checks.left_out", count=len(lines) - len(shown)) if len(shown) < len(lines) else ""
    page.opening(book.say("workbook.checks.title"), last=reach(page.widths))
    page.prose(HEAD_ROW - 1, reach(page.widths), f"{book.say('workbook.checks.unit')} {left_out}".strip())
    heads = [*(book.say(f"workbook.column.{name}") for name, _ in _HEADS), *map(book.province, provinces)]
    page.table(book.say("workbook.table.checks"), heads, len(shown))
    cells = _Cells(book, page, held)
    for at, line in page.lines(shown):
        _texts(book, page, at, line.first)
        for column, province in enumerate(provinces, len(_HEADS)):
            cells.write(at, column, line.by_province.get(province))
    area = (HEAD_ROW + 1, len(_HEADS), HEAD_ROW + max(len(shown), 1), len(heads) - 1)
    top = f"{xl_col_to_name(len(_HEADS))}{HEAD_ROW + 2}"
    rule = {"type": "formula", "criteria": f"=ISNUMBER({top})"}
    page.sheet.conditional_format(*area, rule | {"format": book.formats.highlight(theme.MISSED, theme.MISSED_FILL)})
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, len(_HEADS)))
    side_by_side(page.sheet, page.widths, len(_HEADS))


def _lines(rows: Iterable[Record]) -> list[_Line]:
    found: dict[tuple[Any, ...], list[_Line]] = {}
    for row in rows:
        same = found.setdefault(tuple(row[name] for name in ("kind", "form", "row", "measure", "year")), [])
        line = next((line for line in same if row["province"] not in line.by_province), None)
        if line is None:
            line = _Line(row)
            same.append(line)
        line.by_province[row["province"]] = row
    return [line for same in found.values() for line in same]


def _texts(book: Book, page: Page, at: int, row: Record) -> None:
    measure = row["label"] or ""
    if row["year"] == "previous":
        measure = book.say("workbook.column.previous", label=measure, period=book.results.period.year_before.id)
    texts = (book.say(f"workbook.checks.{row['kind']}"), book.form(row["form"]), row["row_label"], measure)
    for column, text in enumerate(texts):
        page.text(at, column, text, "cell", "wrap")
    page.high(at, enumerate(texts))


class _Cells:
    """Writes what a check comes to in a province."""

    def __init__(self, book: Book, page: Page, held: Sources) -> None:
        self._book, self._page, self._held = book, page, held
        self._ok = book.say("workbook.checks.ok")
        self._rules = {check.id: check for check in book.results.catalogue.checks}
        self._at = {
            cell.place: (form, at, number)
            for form, table in book.tables.items()
            for at, row in enumerate(table.rows, HEAD_ROW + 1)
            for number, head in enumerate(table.heads)
            if isinstance(head, tuple) and (cell := row.cells.get(head))
        }
        self._rows: dict[tuple[str, str], list[tuple[int, FormRow]]] = {}  # by form and province
        for form, table in book.tables.items():
            for at, row in enumerate(table.rows, HEAD_ROW + 1):
                self._rows.setdefault((form, row.province), []).append((at, row))

    def write(self, at: int, column: int, row: Record | None) -> None:
        """The word for agreement, or the difference; a formula where the forms hold all that it needs."""
        if row is None or row["result"] == "not_compared":
            self._page.text(at, column, "" if row is None else "\u2013", "cell", "center")
            return
        value = self._ok if row["result"] == "agrees" else row["difference"]
        if value is None:  # a rule of several comparisons has no difference
            value = self._book.say("workbook.checks.broken")
        formula = self._rule(row) if row["kind"] == "rule" else self._total(row)
        to = self._held.link(self._book, (row["file"], row["sheet"], row["cell"]))
        look = "more_score" if isinstance(value, float) and value % 1 else "more_count"
        formula = formula if len(formula) < LONGEST else ""
        self._page.link(at, column, to, value, "cell", "center", look, formula=formula)

    def _total(self, row: Record) -> str:
        cells = [
            (row["file"], row["sheet"], cell)
            for part in row["cells"].split(", ")
            for line in rows_from_range(part)
            for cell in line
        ]
        stated = self._held.value(self._book, (row["file"], row["sheet"], row["cell"]))
        added = self._sum(cells)
        if not stated or not added:
            return ""
        tolerance = f"{0.5 * 10.0 ** -min(row['decimals'], 12):.6g}"
        return f"=IF(ABS({stated}-{added})<={tolerance},{quoted(self._ok)},{stated}-{added})"

    def _sum(self, places: Iterable[Place]) -> str:
        """The sum of figures where they stand on the forms' sheets; empty where one of them does not."""
        found = [self._at.get(place) for place in places]
        if not found or None in found:
            return ""
        return _summed(self._book, sorted(at for at in found if at))

    def _rule(self, row: Record) -> str:
        check = self._rules[row["row"]]
        used = {term: self._of_term(term, row["province"]) for term in check.expression.terms}
        if not self._same(check, used, row):
            return ""
        names = {term: _summed(self._book, [at for at, _ in cells]) for term, cells in used.items()}
        sides = check.expression.compared(names)
        if sides is None or not all(names.values()):
            return ""
        left, sign, right = sides
        return f"=IF(ROUND({left},6){sign}ROUND({right},6),{quoted(self._ok)},{left}-({right}))"

    def _of_term(self, term: Term, province: str) -> list[tuple[_At, float]]:
        """Where on the forms' sheets the figures stand that a rule's term adds up, and what they are."""
        name, previous = term.name.removesuffix(PREVIOUS), term.name.endswith(PREVIOUS)
        form, _, measure = name.partition(".")
        table = self._book.tables.get(form)
        column: Column = (measure, previous)
        if table is None or column not in table.heads:
            return []
        wanted = set(self._book.results.catalogue.rows_of(form, term.rows)) if term.rows else set()
        number = list(table.heads).index(column)
        return [
            ((form, at, number), cell.value)
            for at, row in self._rows.get((form, province), ())
            if row.within and _counts(row, wanted)
            if (cell := row.cells.get(column)) and cell.value is not None
        ]

    @staticmethod
    def _same(check: Check, used: dict[Term, list[tuple[_At, float]]], row: Record) -> bool:
        """Whether the figures on the sheets come to what was compared."""
        import numpy as np

        sums = {term: np.array([math.fsum(value for _, value in cells)]) for term, cells in used.items()}
        sides = check.expression.sides(sums)
        wanted = (row["stated"], row["computed"])
        return sides is not None and all(
            math.isclose(float(side.values[0]), value, rel_tol=1e-9, abs_tol=1e-9)
            for side, value in zip(sides, wanted, strict=True)
        )


def _counts(row: FormRow, wanted: set[str]) -> bool:
    return bool(wanted & {*row.parts, "/".join(row.parts)}) if wanted else bool(row.counts)


def _summed(book: Book, found: list[_At]) -> str:
    """A sum of cells, those beside each other as a range."""
    parts = []
    ordered = sorted((form, column, row) for form, row, column in found)
    for (form, column), cells in groupby(ordered, key=lambda at: at[:2]):
        rows = [at[2] for at in cells]
        letter, sheet = xl_col_to_name(column), sheet_ref(book.names[form_key(form)])
        runs = groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])
        for _, run in runs:
            own = [row for _, row in run]
            end = f":{letter}{own[-1] + 1}" if len(own) > 1 else ""
            parts.append(f"{sheet}!{letter}{own[0] + 1}{end}")
    return f"SUM({','.join(parts)})" if parts else ""
