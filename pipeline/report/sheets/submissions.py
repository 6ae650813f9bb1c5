"""The sheet of submissions: what was expected of each province, and what came."""

from datetime import date
from typing import Any

from pipeline.columns import SUBMISSIONS
from pipeline.plain import dicts
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.findings import FindingRow
from pipeline.report.sheets.formulas import as_criterion, criterion, is_its_own_criterion
from pipeline.report.sheets.sources import file_at

KEY = "submissions"
SET_ASIDE = ("superseded", "base_only")  # statuses of files from which no figure of the period is taken
_WIDTHS = (20, 44, 24, 11, 11, 10, 10, 12, 12, 36)
_BLANK = '"="'  # a criterion that only a blank cell meets
_SEVERITIES = ("errors", "warnings")
_COLUMNS = (
    "province", "file", "submission_status", "forms_expected", "forms_accepted", "errors", "warnings", "from", "to",
    "sha256",
)  # fmt: skip


def write(book: Book, findings: list[FindingRow]) -> None:
    """Write the sheet; the counts of findings are formulas over the sheet that lists them."""
    rows = submissions(book)
    page = book.page(KEY, _WIDTHS)
    page.opening(book.say("workbook.submissions.title"), book.say("workbook.submissions.unit"))
    page.table(book.say("workbook.table.submissions"), [book.say(f"workbook.column.{n}") for n in _COLUMNS], len(rows))
    for at, row in page.lines(rows):
        page.text(at, 0, book.province(row["province"]) if row["province"] else book.say("workbook.cluster"), "cell")
        to = file_at(book.results.traces.files.get(row["file"], ""))
        page.link(at, 1, to, row["file"], "cell", *(("link",) if to else ()))
        page.text(at, 2, book.say(f"workbook.submission.{row['status']}"), "cell")
        for column, name in enumerate(_COLUMNS[3:7], 3):
            formula = _counted(book, row, findings, name.removesuffix("s"), at + 1) if name in _SEVERITIES else ""
            page.living(at, column, formula, row[name], "cell", "count", "center")
        for column, name in ((7, "period_start"), (8, "period_end")):
            page.text(at, column, book.day(date.fromisoformat(row[name])) if row[name] else "", "cell", "center")
        page.text(at, 9, row["sha256"], "cell", "muted", "wrap", "gap")
        page.high(at, [(9, row["sha256"] or "")])
    for status, ink, fill in (
        ("accepted", theme.MET, theme.MET_FILL),
        ("refused", theme.MISSED, theme.MISSED_FILL),
        ("missing", theme.MISSED, theme.MISSED_FILL),
        ("partial", theme.MISSED, theme.MISSED_FILL),
    ):
        rule = {"type": "cell", "criteria": "==", "value": f'"{book.say(f"workbook.submission.{status}")}"'}
        rule["format"] = book.formats.highlight(ink, fill)
        page.sheet.conditional_format(HEAD_ROW + 1, 2, HEAD_ROW + max(len(rows), 1), 2, rule)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1))


def _counted(book: Book, row: dict[str, Any], findings: list[FindingRow], severity: str, line: int) -> str:
    """How many findings there are about a file, or about a province of which none came; empty where it is no count."""
    file, province, say = row["file"] or "", row["province"] or "", book.say
    own = [f for f in findings if as_criterion(f.file) == as_criterion(file) and (file or f.province == province)]
    is_count = sum(f.severity == severity for f in own) == row[f"{severity}s"]
    if not is_count or (file and not is_its_own_criterion(file)):
        return ""
    wanted = {"severity": criterion(say(f"workbook.severity.{severity}")), "file": f"B{line}" if file else _BLANK}
    if not file:
        wanted["province"] = criterion(book.province(province)) if province else _BLANK
    table = say("workbook.table.findings")
    pairs = (f"{table}[[{say(f'workbook.column.{name}')}]],{text}" for name, text in wanted.items())
    return f"=COUNTIFS({','.join(pairs)})"


def place(book: Book, province: str, column: str) -> str:
    """The cell of a column about a province's submission, as a formula names it; empty where it has none."""
    rows = submissions(book)
    own = (n for n, r in enumerate(rows) if r["province"] == province and r["status"] not in SET_ASIDE)
    last = max(own, default=None)
    return "" if last is None else book.cell(KEY, HEAD_ROW + 1 + last, chr(ord("A") + _COLUMNS.index(column)))


def submissions(book: Book) -> list[dict[str, Any]]:
    """The rows of the submissions' frame as dictionaries; nulls are None."""
    return dicts(book.results.consolidation.submissions, SUBMISSIONS)
