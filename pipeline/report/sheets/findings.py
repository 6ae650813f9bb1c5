"""The sheet of findings: everything wrong or doubtful, with the cell it is about."""

from typing import NamedTuple

from pipeline.plain import tuples
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.records import Remarks
from pipeline.report.sheets.sources import file_at

KEY = "findings"
_WIDTHS = (14, 15, 10, 29, 15, 8, 16.5, 27.5, 73.5, 23.5)
_INDENT = 1.3  # columns' width: texts beside each other stay apart
COLUMNS = (
    "severity",
    "province",
    "form",
    "file",
    "sheet",
    "cell",
    "finding_value",
    "finding_expected",
    "message",
    "rule",
)
SEVERITIES = ("error", "warning", "info")


class FindingRow(NamedTuple):
    """One row of the findings' frame; nulls are empty."""

    severity: str
    rule: str
    province: str
    form: str
    file: str
    sheet: str
    cell: str
    value: str
    expected: str
    message: str


def write(book: Book, rows: list[FindingRow]) -> None:
    """Write the sheet."""
    page = book.page(KEY, _WIDTHS)
    counts = {name: sum(row.severity == name for row in rows) for name in SEVERITIES}
    page.opening(book.say("workbook.findings.title"), book.say("workbook.findings.unit", **counts))
    page.table(book.say("workbook.table.findings"), [book.say(f"workbook.column.{n}") for n in COLUMNS], len(rows))
    for at, row in page.lines(rows):
        form = book.form(row.form) if row.form else ""
        # A finding about a workbook whose province is unknown, or about the cluster's own, names no province.
        province = book.province(row.province) if row.province else ""
        texts = (book.say(f"workbook.severity.{row.severity}"), province, form, row.file, row.sheet, row.cell)
        cells = list(enumerate((*texts, row.value, row.expected, row.message, row.rule)))
        most_exact = next((name for name in ("cell", "sheet", "file") if getattr(row, name)), "")
        for column, text in cells:
            if COLUMNS[column] == most_exact:
                to = file_at(book.results.traces.files.get(row.file, ""), row.sheet, row.cell.partition(",")[0])
                page.link(at, column, to, text, "cell", "wrap", "gap", *(("link",) if to else ()))
            else:
                page.text(at, column, text, "cell", "wrap", "gap")
        page.high(at, cells, indent=_INDENT)
    last = HEAD_ROW + max(len(rows), 1)
    for severity, ink, fill in (("error", theme.MISSED, theme.MISSED_FILL), ("warning", theme.INK, theme.FLAG)):
        rule = {"type": "cell", "criteria": "==", "value": f'"{book.say(f"workbook.severity.{severity}")}"'}
        page.sheet.conditional_format(HEAD_ROW + 1, 0, last, 0, rule | {"format": book.formats.highlight(ink, fill)})
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1))


def findings(book: Book) -> list[FindingRow]:
    """The findings, as the frame orders them."""
    found = tuples(book.results.consolidation.findings, FindingRow._fields)
    return [FindingRow(*("" if value is None else str(value) for value in row)) for row in found]


def remarks(rows: list[FindingRow]) -> Remarks:
    """The sentences of findings about a cell, by file, sheet and cell."""
    said: Remarks = {}
    for row in rows:
        if row.cell:
            said.setdefault((row.file, row.sheet, row.cell), []).append(row.message)
    return said
