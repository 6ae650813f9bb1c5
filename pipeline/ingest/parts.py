"""What the reader of values does not tell of a workbook, as the scans of its parts give it; and addresses of cells.

python-calamine gives an error cell (``#DIV/0!``) and a formula without a cached value as empty text, does not give
number formats, and asks for memory for every cell between the first and the farthest one. So each format's parts are
scanned before it reads, which takes an .xlsx several times as long as the reading itself.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.errors import UnreadableError
from pipeline.ingest.files import masked_names
from pipeline.text import tidy

Cell = tuple[int, int]
Range = tuple[int, int, int, int]  # first row, first column, last row, last column, all inclusive, from 0

ROWS, COLUMNS = 2**20, 2**14  # what Excel has
_PERCENT_FORMATS = {9, 10}
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SHOWN_AS_IT_IS = re.compile(r'"[^"]*"|\\.|_.|\*.')  # quoted, escaped, or a blank of a sign's width
_BRACKETED = re.compile(r"\[[^\]]*\]")
# A number format taken apart: a text, an escaped sign, a blank, a sign that fills, a condition; digits; what parts it.
_FORMAT = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<sign>.)|_.|\*.|\[[^\]]*\]|(?P<digit>general|[0#?](?P<scaled>,+(?![0#?]))?)|(?P<end>;)|.',
    re.IGNORECASE | re.DOTALL,
)
_LAST_DATE = 2_958_465  # 31 December 9999


@dataclass
class SheetScan:
    """What a sheet's part says of its cells; rows and columns count from 0.

    ``errors`` are cells that hold no usable value, with what stands there instead: ``#DIV/0!``, a date that is none.
    """

    errors: dict[Cell, str] = field(default_factory=dict)
    valueless: set[Cell] = field(default_factory=set)
    percents: set[Cell] = field(default_factory=set)
    units: dict[Cell, str] = field(default_factory=dict)  # words that the number format shows after the number
    formulas: set[Cell] = field(default_factory=set)
    sums: dict[Cell, tuple[str, Cell]] = field(default_factory=dict)  # formulas that may add up, where they are read
    booleans: set[Cell] = field(default_factory=set)
    doubtful: dict[Cell, str] = field(default_factory=dict)  # of which a part is raised or struck out
    raised: dict[Cell, int] = field(default_factory=dict)  # words after which so many digits are raised
    beside: list[tuple[str, str]] = field(default_factory=list)  # texts of comments (cell "" of boxes), where read
    linked: list[Cell] = field(default_factory=list)  # formulas that take from another workbook
    merges: tuple[Range, ...] = ()
    numbers: int = 0  # cells with a number, as far as they are counted
    last_row: int = -1
    last_column: int = -1
    personal: set[str] = field(default_factory=set)  # kinds of texts beside the cells that hold personal data
    stamp: str = ""  # what our blank workbooks say there of their version
    foreign: bool = False  # a copy of another workbook's sheet, kept for links

    def reach(self, cell: Cell, most: int) -> None:
        """Note that there is such a cell. Raises `UnreadableError` where the sheet would get too large by it."""
        row, column = cell
        if row > self.last_row or column > self.last_column:
            self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
            if self.last_row >= ROWS or self.last_column >= COLUMNS:
                raise UnreadableError("reader.past_limits", address(*cell))
            if (self.last_row + 1) * (self.last_column + 1) > most:
                raise UnreadableError("reader.far_cell", address(*cell))


@dataclass(frozen=True)
class Presence:
    """Something beside values that was found in a workbook: a rule, and where."""

    rule: str
    where: str
    sheet: str = ""
    cell: str = ""


@dataclass
class BookScan:
    """What a workbook's parts say: of its sheets by name, what else is in it, and which notes hold personal data.

    A note is a sheet's name and a cell. ``content`` is what the reader of values gets: the file, or a copy of it
    without the parts that would make it give up.
    """

    content: bytes
    sheets: dict[str, SheetScan] = field(default_factory=dict)
    presences: list[Presence] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)  # others with personal data: their kind, sheet or ""

    @property
    def shown_names(self) -> dict[str, str]:
        """The sheets' names as findings and outputs write them."""
        return dict(zip(self.sheets, masked_names(list(self.sheets)), strict=True))


class Formats:
    """Which number formats show percentages, and which dates."""

    def __init__(self, codes: dict[int, str]) -> None:
        """``codes`` are the formats that the workbook defines itself."""
        self._codes = codes

    def is_percent(self, number: int) -> bool:
        """Whether the format multiplies what it shows by a hundred."""
        code = self._codes.get(number)
        return number in _PERCENT_FORMATS if code is None else "%" in _SHOWN_AS_IT_IS.sub("", code)

    def unit(self, number: int) -> str:
        """The words that the format shows after a number; none where it shows thousands of what is stored.

        >>> [Formats({164: code}).unit(164) for code in ('#,##0.0" ha";-0', '0.0," ha"', '"ha "0', '0.0')]
        ['ha', '', '', '']
        """
        said, counts = "", False
        for part in _FORMAT.finditer(self._codes.get(number, "")):
            if part["end"] or part["scaled"]:
                said = "" if part["scaled"] else said
                break
            counts = counts or part["digit"] is not None
            said = "" if part["digit"] else said + (part["text"] or part["sign"] or " ")
        return tidy(said) if counts and any(c.isalpha() for c in said) and not self.is_percent(number) else ""

    def is_date(self, number: int) -> bool:
        """Whether the format shows a date or a time."""
        code = self._codes.get(number)
        if code is None:
            return number in _DATE_FORMATS
        plain = _BRACKETED.sub("", _SHOWN_AS_IT_IS.sub("", code)).lower().replace("general", "")
        return any(letter in plain for letter in "dmyhs")


def is_odd_date(serial: float) -> bool:
    """Whether a number that is shown as a date is none that Excel has."""
    return not 0 <= serial < _LAST_DATE + 1


def refuse_namesakes(names: list[str]) -> None:
    """Raise `UnreadableError` where two sheets have one name: the reader of values gives the first one twice."""
    folded: set[str] = set()
    for name in names:
        if name.casefold() in folded:
            raise UnreadableError("reader.duplicate_sheets", name)
        folded.add(name.casefold())


def _position(reference: str, row: int, column: int) -> Cell:
    """``F14`` as (13, 5); without a usable reference, the next cell."""
    letters = reference.rstrip("0123456789")
    found = _column(letters[:6])
    if found is None or len(letters) == len(reference):
        return row, column
    return int(reference[len(letters) :][:12]) - 1, found


@lru_cache(maxsize=1024)
def _column(letters: str) -> int | None:
    """The column of these letters, from 0."""
    if not letters.isalpha() or not letters.isascii():
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def next_position(reference: str, after: Cell) -> Cell:
    """Where a cell stands: as it says, or right of the one before; most say that they stand there."""
    row, column = after[0], after[1] + 1
    return (row, column) if reference == address(row, column) else _position(reference, row, column)


def cell_position(reference: str) -> Cell | None:
    """Row and column (from 0) of an address such as ``F14``; None if it is none.

    >>> cell_position("F14"), cell_position("Sheet")
    ((13, 5), None)
    """
    row, column = _position(reference.strip().replace("$", ""), -1, -1)
    return (row, column) if row >= 0 and column >= 0 else None


def address(row: int, column: int) -> str:
    """A cell's address as Excel writes it; rows and columns count from 0.

    >>> address(13, 5), address(0, 27)
    ('F14', 'AB1')
    """
    return f"{column_letters(column)}{row + 1}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """A column's letters; columns count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
