"""Where things stand on the sheet of fair comparison, for the sheets that refer to it."""

from xlsxwriter.utility import xl_col_to_name

from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.indicators_widths import label_width, province_width
from pipeline.report.sheets.living import Sentence
from pipeline.report.sheets.plain import Row
from pipeline.report.sheets.records import numbered, records

KEY = "comparison"
_WIDTHS = {
    "label": 0, "name": 0, "numerator": 9, "denominator": 9, "value": 8.4, "low": 8.4, "high": 8.4, "rank": 5.5,
    "rank_range": 7.5, "lower95": 8.4, "upper95": 8.4, "place": 13, "target_place": 13, "residual": 8, "dispersion": 8,
    "standardised": 8.4, "caveat": 52,
}  # fmt: skip
LETTER = {name: str(xl_col_to_name(number)) for number, name in enumerate(_WIDTHS)}


def widths(book: Book) -> dict[str, float]:
    """Each column's width; heads widen them further (`Page.table`)."""
    rows = records(book, KEY)
    return _WIDTHS | {"label": label_width(row["label"] for row in rows), "name": province_width(book)}


def lines_of(book: Book) -> dict[tuple[str, str], int]:
    """The line of each indicator and province (empty: the cluster), as Excel counts it."""
    lines = enumerate(records(book, KEY), HEAD_ROW + 2)
    return {(row["indicator"], row["province"] or ""): line for line, row in lines}


def place_of(book: Book, indicator: str, province: str, column: str) -> str:
    """The cell of a province's line in a column, as other sheets name it; empty where it has none."""
    found = numbered(book, KEY, "indicator", "province").get((indicator, province))
    return book.cell(KEY, HEAD_ROW + 1 + found[-1][0], f"${LETTER[column]}$") if found else ""


def ranges(book: Book) -> dict[tuple[str, str], str]:
    """(indicator, province) -> the range of ranks that the intervals allow; empty where there are none."""
    return {(row["indicator"], row["province"] or ""): range_of(row) for row in records(book, KEY)}


def living_ranges(book: Book) -> dict[tuple[str, str], Sentence]:
    """The same with the formula that looks each up on the sheet."""
    lines = lines_of(book)
    cells = {key: book.cell(KEY, line - 1, LETTER["rank_range"]) for key, line in lines.items()}
    return {key: Sentence(f"={cells[key]}" if text else "", text) for key, text in ranges(book).items()}


def range_of(row: Row) -> str:
    """The range of ranks that the intervals allow."""
    best, worst = row["rank_best"], row["rank_worst"]
    return "" if best is None else f"{best:.0f}" if best == worst else f"{best:.0f}\u2013{worst:.0f}"
