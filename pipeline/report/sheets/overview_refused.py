"""The first sheet's words on what is not in the figures: what was refused, what is missing, and why."""

from typing import Any

from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.findings import KEY as FINDINGS
from pipeline.report.sheets.findings import FindingRow
from pipeline.report.sheets.submissions import submissions

_NOT_USED = ("refused", "missing", "partial")
_MOST = 12  # lines: the others are counted
_LONGEST = 300  # letters of a finding


def write(book: Book, page: Page, at: int, last: int, findings: list[FindingRow]) -> int:
    """A line for each submission that gave no figures, or not all, over the columns to ``last``.

    Returns the next free row.
    """
    rows, say = [row for row in submissions(book) if row["status"] in _NOT_USED], book.say
    if not rows:
        return at
    page.text(at, 0, say("workbook.overview.not_used"), "section")
    said = [_said(book, row, findings) for row in rows[:_MOST]]
    if len(rows) > _MOST:
        said.append(say("workbook.overview.not_used_more", count=len(rows) - _MOST, sheet=book.names[FINDINGS]))
    for line, text in enumerate(said, at + 1):
        page.prose(line, last, text)
    return at + len(said) + 2


def _said(book: Book, row: dict[str, Any], findings: list[FindingRow]) -> str:
    """Whose submission it is, what became of it, the first of its errors, and how many more there are."""
    file, province, say = row["file"] or "", row["province"] or "", book.say
    errors = [f for f in findings if f.severity == "error" and f.file == file and (file or f.province == province)]
    name = book.province(province) if province or not file else file
    status = say(f"workbook.submission.{row['status']}")
    head = say("workbook.overview.not_used_line", name=name, status=status)
    why = _short(errors[0].message) if errors else ""
    more = len(errors) - 1
    also = say("workbook.overview.not_used_more", count=more, sheet=book.names[FINDINGS]) if more > 0 else ""
    return " ".join(part for part in (head, why, also) if part)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} ..."
