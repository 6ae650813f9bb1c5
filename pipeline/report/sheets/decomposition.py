"""The sheet of rate and mix effects: parts that add up to each gap."""

from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.plain import Row, Shown, write_table
from pipeline.report.sheets.records import records
from pipeline.report.sheets.words import headed

KEY = "decomposition"


def write(book: Book) -> None:
    """Write the sheet: of the main indicator all parts, of the others the whole gaps."""
    write_table(book, KEY, _COLUMNS, strong=lambda row: not row["row"], rows=_rows(book))


def _rows(book: Book) -> list[Row]:
    main = headed(book)
    return [row for row in records(book, KEY) if row["indicator"] == main or not row["row"]]


def places(book: Book, indicator: str) -> dict[str, int]:
    """The sheet row of each province's whole gap to the cluster."""
    return {
        row["province"]: at
        for at, row in enumerate(_rows(book), HEAD_ROW + 1)
        if row["indicator"] == indicator and row["against"] == "cluster" and not row["row"]
    }


def letter(column: str) -> str:
    """The letter of a column of the sheet."""
    return chr(ord("A") + [shown.name for shown in _COLUMNS].index(column))


def _against(book: Book, row: Row) -> str:
    said = book.say(f"workbook.against.{row['against']}")
    cluster = book.indicators.get((str(row["indicator"]), ""))
    if row["against"] != "cluster" or cluster is None or cluster.used == cluster.expected:
        return said
    return f"{said} ({book.say('workbook.answer.covered', used=cluster.used, expected=cluster.expected).strip('()')})"


def _row(book: Book, row: Row) -> str:
    return row["row_label"] or book.say("workbook.decomposition.whole")


_COLUMNS = (
    Shown("label", 37), Shown("name", 12), Shown("against", 11, "", _against), Shown("row", 28, "", _row),
    Shown("numerator", 9, "count"), Shown("denominator", 9, "count"), Shown("base_numerator", 9, "count"),
    Shown("base_denominator", 9, "count"), Shown("rate", 8, "percent"), Shown("base_rate", 8, "percent"),
    Shown("rate_effect", 8, "points"), Shown("mix_effect", 8, "points"), Shown("total", 8, "points"),
)  # fmt: skip
