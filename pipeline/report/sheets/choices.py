"""What sheets share that follow a choice: lists to choose from, rows found by their words, cells taken from there.

Only functions that Excel 2010 and LibreOffice both have. Words are compared with ``=``, which knows no wildcards.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import quoted, sheet_ref
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.records import records
from pipeline.report.sheets.trends import KEY as TRENDS

# How a sheet tells an indicator's number format by a number of its own.
STYLES = {"percent": 0, "count": 1, "rate": 2}
DIFFERENCES = {"percent": "points", "count": "more_count", "rate": "more_rate"}


class Rows(NamedTuple):
    """Rows of another sheet, counted from 0."""

    sheet: str
    first: int
    last: int

    def column(self, letter: str) -> str:
        """The cells of a column."""
        return f"{sheet_ref(self.sheet)}!${letter}${self.first + 1}:${letter}${self.last + 1}"

    def where(self, *conditions: tuple[str, str]) -> str:
        """Which of the rows has these words (column, cell or text), counted from 1; 0 for none. Without ``=``."""
        return f"SUMPRODUCT({self.matching(*conditions)}*{self.numbers})"

    def matching(self, *conditions: tuple[str, str]) -> str:
        """Each row's 1 or 0: whether it has these words."""
        return "*".join(f"({self.column(letter)}={wanted})" for letter, wanted in conditions)

    @property
    def numbers(self) -> str:
        """Each row's number, counted from 1."""
        return f"(ROW({self.column('A')})-{self.first})"

    def take(self, letter: str, at: str, otherwise: str) -> str:
        """The cell of a column in the row whose number a cell has; otherwise where it is blank. Without ``=``."""
        cell = f"INDEX({self.column(letter)},{at})"
        return f'IF({cell}="",{otherwise},{cell})'


def indicator_rows(book: Book) -> Rows:
    """The rows of the sheet of indicators."""
    return Rows(book.names[INDICATORS], HEAD_ROW + 1, HEAD_ROW + max(len(book.places), 1))


def own_rows(book: Book, indicator: str) -> Rows:
    """The rows in which an indicator is found by its label: all, unless another one is called the same."""
    rows = indicator_rows(book)
    if indicator not in namesakes(book):
        return rows
    own = [at for (name, _), at in book.places.items() if name == indicator]
    return rows._replace(first=min(own), last=max(own))


def namesakes(book: Book) -> set[str]:
    """The indicators whose label is another one's too: a label does not tell them apart."""
    labels = {name: book.label(name).casefold() for name in dict.fromkeys(name for name, _ in book.places)}
    count = Counter(labels.values())
    return {name for name, label in labels.items() if count[label] > 1}


def led(rows: Rows, letter: str, at: str, shown: str) -> str:
    """What is ``shown`` as a link to its cell; without ``=``. Outermost, for only there every program follows it."""
    return f'HYPERLINK("#"&{address(rows, letter, at)},{shown})'


def address(rows: Rows, letter: str, at: str) -> str:
    """Where a column's cell in the row of some number is, as an expression; of row 0 the column's head."""
    return f"{quoted(f'{sheet_ref(rows.sheet)}!{letter}')}&IF({at}=0,{HEAD_ROW + 1},{rows.first}+{at})"


def shown_as(name: str, kind: str) -> str:
    """The column of the sheet of indicators that shows something of an indicator.

    By how much a count changed is shown as a number: of none there is no share, and of few one says too much.

    >>> shown_as("change", "total"), shown_as("change", "percent")
    ('difference', 'change')
    """
    return "difference" if (name, kind) == ("change", "total") else name


def held(book: Book, row: IndicatorRow, name: str) -> float | None:
    """What an indicator's row holds of what is shown."""
    if shown_as(name, book.model(row.indicator).kind) == "difference":
        return None if row.value is None or row.previous is None else row.value - row.previous
    value: float | None = getattr(row, name)
    return value


class Series(NamedTuple):
    """The sheet of trends as formulas read it: its periods and rows, and its values by indicator and province."""

    periods: list[str]
    rows: Rows
    lines: list[tuple[str, str]]
    values: dict[tuple[str, str, str], float | None]

    @property
    def letters(self) -> tuple[str, str]:
        """The first and the last column with values."""
        return "C", xl_col_to_name(1 + max(len(self.periods), 1))

    @property
    def block(self) -> str:
        """All values: as many rows as the sheet has lines."""
        first, last = self.letters
        return f"{sheet_ref(self.rows.sheet)}!${first}${self.rows.first + 1}:${last}${self.rows.last + 1}"

    @property
    def heads(self) -> str:
        """The cells that name the periods."""
        first, last = self.letters
        return f"{sheet_ref(self.rows.sheet)}!${first}${HEAD_ROW + 1}:${last}${HEAD_ROW + 1}"


def series(book: Book) -> Series:
    """What the sheet of trends holds; without periods where it holds nothing."""
    found = records(book, TRENDS)
    lines = list(dict.fromkeys((row["indicator"], row["province"] or "") for row in found))
    rows = Rows(book.names[TRENDS], HEAD_ROW + 1, HEAD_ROW + max(len(lines), 1))
    values = {(row["indicator"], row["province"] or "", row["period"]): row["value"] for row in found}
    return Series(sorted({row["period"] for row in found}), rows, lines, values)


def listed(page: Page, at: int, column: int, head: str, texts: Sequence[str]) -> str:
    """Write a list to choose from, below its head; returns its cells, absolute."""
    page.text(at, column, head, "head")
    for number, text in enumerate(texts, 1):
        page.text(at + number, column, text, "muted", "text")
    return str(xl_range_abs(at + 1, column, at + max(len(texts), 1), column))


def choice(page: Page, at: tuple[int, int], chosen: str, source: str, prompt: str, *styles: str) -> None:
    """Make a cell a list to choose from, with what is chosen at first."""
    say = page.book.say
    page.text(*at, chosen, "choice", *styles, "text")
    rule: dict[str, Any] = {"validate": "list", "source": f"={source}", "input_message": say(prompt)[:255]}
    page.sheet.data_validation(*at, *at, rule | {"error_message": say("workbook.choice.wrong")[:255]})


def quiet(page: Page) -> None:
    """Have Excel point at no cell: years that are texts are meant so, and so are formulas unlike their neighbours."""
    everywhere = "A1:XFD1048576"
    page.sheet.ignore_errors({"number_stored_as_text": everywhere, "formula_differs": everywhere})


def notice(page: Page) -> None:
    """What the figures are to be taken for, beside the way back: such a page is printed and handed on alone."""
    if note := page.book.results.note:
        page.text(3, 1, note.text(page.book.results.lang), "notice")


def style_of(book: Book, indicator: str) -> str:
    """The number format of an indicator's value."""
    return theme.value_style(book.model(indicator).kind)


def mark(book: Book) -> str:
    """What stands for no value, as a formula has it."""
    return quoted(book.say("workbook.no_value"))
