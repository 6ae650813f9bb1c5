"""Opens a workbook and gives its sheets as grids of plain values, with what the values alone do not tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from pipeline.errors import UnreadableError
from pipeline.ingest.decoding import Decoded, decode_sheets
from pipeline.ingest.fonts import Fonts, read_fonts
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, Cell, Range, SheetScan, refuse_namesakes
from pipeline.ingest.verdicts import is_of_memory
from pipeline.model import Place
from pipeline.text import mask_personal

_SUPERSCRIPTS = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
Value = object  # str, float, bool, date, datetime, time, timedelta; "" is an empty cell


@dataclass
class Corrected:
    """What a cell should read, where that is said, and whether anything was read from it: a number, or a name."""

    should_read: str
    place: Place
    params: dict[str, object]
    used: bool = False
    is_label: bool = False
    refused: bool = False  # its column cannot hold what it should read
    unclear: tuple[str, str] | None = None  # the two shares that it could mean, where nothing tells which


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from A1 on, its merged ranges and what its XML says of single cells."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[Value]]
    merges: tuple[Range, ...] = ()
    scan: SheetScan = field(default_factory=SheetScan)
    corrected: dict[Cell, Corrected] = field(default_factory=dict)
    unclear: list[Corrected] = field(default_factory=list)  # corrections that are not applied for what they could mean
    decoded: Decoded | None = None  # what was in no Unicode

    def value(self, row: int, column: int) -> Value:
        """A cell's value; "" outside the grid."""
        if row < len(self.rows):
            values = self.rows[row]
            if column < len(values):
                return values[column]
        return ""

    def text(self, row: int, column: int) -> str:
        """A cell as it was typed, in Unicode."""
        value = self.value(row, column)
        return raw_text(value, self.scan, (row, column)) if self.scan.errors else shortest(value)

    def typed(self, row: int, column: int) -> str:
        """A cell as it was typed, in the encoding in which it was."""
        typed = self.decoded.typed.get((row, column)) if self.decoded else None
        return self.text(row, column) if typed is None else typed

    @property
    def called(self) -> str:
        """The sheet's name in Unicode; the workbook knows it by `name`."""
        return self.decoded.name if self.decoded else self.name

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for row in self.rows), default=0)


def raw_text(value: Value, scan: SheetScan, cell: Cell) -> str:
    """What was typed: a stored number in its shortest form, an error cell as its error."""
    return scan.errors[cell] if cell in scan.errors else shortest(value)


def shortest(value: Value) -> str:
    """A value as text: 12 rather than 12.0, dates as ISO, texts as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).upper() if isinstance(value, bool) else str(value)


def read_sheets(scan: BookScan, limits: Limits) -> list[Sheet]:
    """All worksheets of a scanned workbook. Raises `UnreadableError` with the reason and what to do about it."""
    try:
        sheets = _read(scan, limits)
    except (UnreadableError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except PasswordError:
        raise UnreadableError("reader.encrypted") from None
    except BaseException as error:  # noqa: BLE001  the reader's PanicException derives from BaseException
        if is_of_memory(str(error)):
            raise MemoryError from None
        raise UnreadableError("reader.damaged", mask_personal(" ".join(str(error).split())[:200])) from None
    if not sheets:
        raise UnreadableError("reader.no_sheets")
    return [_with_marks(sheet) if sheet.scan.raised else sheet for sheet in _in_unicode(sheets, scan, limits)]


def _with_marks(sheet: Sheet) -> Sheet:
    """A sheet of which the raised digits after words are those characters, as a footnote's mark is typed elsewhere."""
    rows = [list(row) for row in sheet.rows]
    for cell, digits in sheet.scan.raised.items():
        _put(rows, cell, partial(_with_raised, digits=digits))
    return replace(sheet, rows=rows)


def _with_raised(value: Value, digits: int) -> Value:
    text = value.rstrip() if isinstance(value, str) else ""
    return text[:-digits] + text[-digits:].translate(_SUPERSCRIPTS) if text[-digits:].isdecimal() else value


def _in_unicode(sheets: list[Sheet], scan: BookScan, limits: Limits) -> list[Sheet]:
    """The sheets with texts in legacy encodings converted."""

    def fonts() -> dict[str, Fonts]:
        shown = scan.shown_names
        return {shown.get(name, name): found for name, found in read_fonts(scan.content, limits).items()}

    decoded = decode_sheets([(sheet.name, sheet.rows) for sheet in sheets], fonts)
    if decoded is None:
        return sheets
    return [replace(sheet, rows=own.rows, decoded=own) for sheet, own in zip(sheets, decoded, strict=True)]


def _read(scan: BookScan, limits: Limits) -> list[Sheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(scan.content))
    found = [(i, meta) for i, meta in enumerate(workbook.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet]
    refuse_namesakes([meta.name for _, meta in found])
    shown = scan.shown_names
    sheets = []
    for (index, meta), key in zip(found, _scanned(scan, [meta.name for _, meta in found]), strict=True):
        own, name = scan.sheets[key], shown[key]
        if own.foreign:
            continue
        sheet = workbook.get_sheet_by_index(index)
        rows: list[list[Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        if _settle(rows, own) < own.numbers:
            raise UnreadableError("reader.disagree", name)
        told = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        merges = _clipped(told or list(own.merges), rows, limits.cells)
        sheets.append(Sheet(name, meta.visible != SheetVisibleEnum.Visible, rows, merges, own))
    return sheets


def _scanned(scan: BookScan, names: list[str]) -> list[str]:
    """The scan's names of the sheets that the reader of values found; old files say names in old encodings.

    Raises `UnreadableError` where the two do not agree on what the workbook holds.
    """
    if set(names) <= scan.sheets.keys():
        return names
    if len(names) != len(scan.sheets):
        raise UnreadableError("reader.disagree", mask_personal(", ".join(names)[:80]))
    return list(scan.sheets)


def _settle(rows: list[list[Value]], scan: SheetScan) -> int:
    """Give the values the kinds that every format has in common; how many numbers and dates there are."""
    count = 0
    for row in rows:
        for column, value in enumerate(row):
            kind = type(value)
            if kind is not str and kind is not bool:
                count += 1
                if kind is int:
                    row[column] = float(value)  # type: ignore[arg-type]
    for cell in scan.booleans:
        _put(rows, cell, lambda value: value == 1)
    for cell in scan.errors:
        _put(rows, cell, lambda _: "")
    return count


def _put(rows: list[list[Value]], cell: Cell, change: Callable[[Value], Value]) -> None:
    row, column = cell
    if row < len(rows) and column < len(rows[row]):
        rows[row][column] = change(rows[row][column])


def _clipped(merges: Sequence[Range], rows: Sequence[Sequence[Value]], most: int) -> tuple[Range, ...]:
    """Merged ranges as far as the sheet has cells. Raises `UnreadableError` where they are more than the sheet."""
    last_row, last_column = len(rows) - 1, max(map(len, rows), default=0) - 1
    kept = []
    area = 0
    for top, left, bottom, right in merges:
        if top <= last_row and left <= last_column:
            kept.append((top, left, min(bottom, last_row), min(right, last_column)))
            area += (kept[-1][2] - top + 1) * (kept[-1][3] - left + 1)
            if area > most:
                raise UnreadableError("reader.merges")
    return tuple(kept)
