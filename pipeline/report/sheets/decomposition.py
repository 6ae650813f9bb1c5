"""The sheet of rate and mix effects: parts that add up to each gap."""

from collections.abc import Sequence

from pipeline.report.sheets import decomposition_told
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.decomposition_cells import (
    BASES,
    CLUSTER,
    COLUMNS,
    LETTER,
    OWN,
    Gap,
    Key,
    Line,
    Row,
    Strata,
    key_of,
)
from pipeline.report.sheets.records import records
from pipeline.report.sheets.sources_before import Before
from pipeline.report.sheets.words import headed

KEY = "decomposition"
_WIDTHS = (40, 14.5, 12, 30, 9, 10, 9, 9, 9, 9, 9, 9, 10, 10, 10, 11)
_STYLES = dict.fromkeys(("share", "base_share", "rate", "base_rate"), "percent")


def write(book: Book, held: Before) -> None:
    """Write the sheet: the main indicator's parts; below these, not printed, the others' whole gaps and their parts.

    ``held`` are earlier periods' cells.
    """
    rows, printed = _ordered(book)
    page = book.page(KEY, (*_WIDTHS, *decomposition_told.WIDTHS))
    title, unit = (book.say(f"workbook.decomposition.{name}") for name in ("title", "unit"))
    page.opening(title, unit, last=len(COLUMNS) - 1)
    heads = [book.say(f"workbook.column.{name}") for name in COLUMNS]
    page.table(book.say("workbook.table.decomposition"), heads, len(rows))
    gaps, strata = _gaps(rows), Strata(book, held)
    for at, row in page.lines(rows):
        _row(page, Line(strata, gaps, row, at))
    main = headed(book)
    decomposition_told.write(page, main, [gap for key, gap in gaps.items() if key[:2] == (main, CLUSTER)])
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2), (HEAD_ROW + max(printed, 1), len(COLUMNS) - 1))


def _ordered(book: Book) -> tuple[list[Row], int]:
    """The sheet's rows in its order, and how many of them are printed."""
    main, found = headed(book), records(book, KEY)
    first = [row for row in found if row["indicator"] == main]
    others = [row for row in found if row["indicator"] != main]
    return [*first, *sorted(others, key=lambda row: bool(row["row"]))], len(first)


def _gaps(rows: Sequence[Row]) -> dict[Key, Gap]:
    gaps: dict[Key, Gap] = {}
    for at, row in enumerate(rows, HEAD_ROW + 1):
        gap = gaps.setdefault(key_of(row), Gap())
        gap.places[row["row"] or ""], gap.rows[row["row"] or ""] = at, row
    return gaps


def places(book: Book, indicator: str) -> dict[str, int]:
    """The sheet row of each province's whole gap to the cluster."""
    rows = _ordered(book)[0]
    return {
        row["province"]: at
        for at, row in enumerate(rows, HEAD_ROW + 1)
        if row["indicator"] == indicator and row["against"] == CLUSTER and not row["row"]
    }


def cell(book: Book, at: int, column: str) -> str:
    """A cell of the sheet as a formula names it."""
    return book.cell(KEY, at, LETTER[column])


def told(book: Book) -> str:
    """The cell with the sentence about the main indicator's gaps to the cluster."""
    return book.cell(KEY, decomposition_told.AT, "$A$")


def _row(page: Page, line: Line) -> None:
    book, row, at = page.book, line.row, line.at
    look = ("cell", "cluster") if line.is_whole else ("cell",)
    texts = {"label": row["label"], "name": book.province(row["province"] or ""), "against": _against(book, row)}
    texts["row"] = row["row_label"] or book.say("workbook.decomposition.whole")
    for name, text in texts.items():
        page.text(at, COLUMNS.index(name), text, *look, "wrap", "gap")
    for name in (*OWN, *BASES):
        (formula, to), value = line.operand(name), row[name]
        style = "amount" if value % 1 else "count"
        page.link(at, COLUMNS.index(name), to, value, *look, style, *(() if formula else ("apart",)), formula=formula)
    for name, (formula, value) in line.computed().items():
        to = line.way_of_rate(name)
        page.link(at, COLUMNS.index(name), to, value, *look, _STYLES.get(name, "points"), formula=formula)
    formula, agrees = (line.check(), book.say("workbook.checks.ok")) if line.is_whole else ("", "")
    page.living(at, COLUMNS.index("parts_check"), formula, agrees, *look, "points", "center")
    page.high(at, [(COLUMNS.index(name), text) for name, text in texts.items()], bold=line.is_whole)


def _against(book: Book, row: Row) -> str:
    said = book.say(f"workbook.against.{row['against']}")
    cluster = book.indicators.get((str(row["indicator"]), ""))
    if row["against"] != CLUSTER or cluster is None or cluster.used == cluster.expected:
        return said
    return f"{said} ({book.say('workbook.answer.covered', used=cluster.used, expected=cluster.expected).strip('()')})"
