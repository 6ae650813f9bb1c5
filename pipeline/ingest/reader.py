"""Opens a workbook and gives its sheets as grids of plain values, with what the values alone do not tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from pipeline.errors import UnreadableError
from pipeline.ingest.files import Snapshot
from pipeline.ingest.parts import Cell, SheetScan, scan_parts
from pipeline.model import Place

Value = object  # str, float, bool, date, datetime, time, timedelta; "" is an empty cell
Range = tuple[int, int, int, int]  # first row, first column, last row, last column, all inclusive, from 0


@dataclass
class Corrected:
    """What a cell should read, where that is said, and whether a number was read from it."""

    should_read: str
    place: Place
    params: dict[str, object]
    used: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from A1 on, its merged ranges and what its XML says of single cells."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[Value]]
    merges: tuple[Range, ...] = ()
    scan: SheetScan = field(default_factory=SheetScan)
    corrected: dict[Cell, Corrected] = field(default_factory=dict)

    def value(self, row: int, column: int) -> Value:
        """A cell's value; "" outside the grid."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def text(self, row: int, column: int) -> str:
        """A cell as it was typed."""
        return raw_text(self.value(row, column), self.scan, (row, column))

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for row in self.rows), default=0)


def raw_text(value: Value, scan: SheetScan, cell: Cell) -> str:
    """What was typed: a stored number in its shortest form, an error cell as its error."""
    if value == "" and cell in scan.errors:
        return scan.errors[cell]
    return shortest(value)


def shortest(value: Value) -> str:
    """A value as text: 12 rather than 12.0, dates as ISO, texts as they are."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value if isinstance(value, str) else str(value)


def read_sheets(snapshot: Snapshot) -> list[Sheet]:
    """All worksheets of a workbook. Raises `UnreadableError` with the reason and what to do about it."""
    scans = scan_parts(snapshot.content) if snapshot.is_zip else {}
    try:
        sheets = _read(snapshot, scans)
    except UnreadableError:
        raise
    except PasswordError:
        raise UnreadableError("reader.encrypted") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001  the reader's PanicException derives from BaseException
        raise UnreadableError("reader.damaged", " ".join(str(error).split())[:200]) from None
    if not sheets:
        raise UnreadableError("reader.no_sheets")
    return sheets


def _read(snapshot: Snapshot, scans: dict[str, SheetScan]) -> list[Sheet]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(snapshot.content))
    kinds = (SheetTypeEnum.WorkSheet,)
    found = [(i, meta) for i, meta in enumerate(workbook.sheets_metadata) if meta.typ in kinds]
    if len({meta.name.casefold() for _, meta in found}) < len(found):
        raise UnreadableError("reader.duplicate_sheets")
    sheets = []
    for index, meta in found:
        sheet = workbook.get_sheet_by_index(index)
        merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
        hidden = meta.visible != SheetVisibleEnum.Visible
        rows = sheet.to_python(skip_empty_area=False)
        sheets.append(Sheet(meta.name, hidden, rows, merges, scans.get(meta.name, SheetScan())))
    return sheets
