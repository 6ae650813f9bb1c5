"""What the reader of values does not tell: error cells, formulas without a value, percent formats, far cells.

python-calamine gives an error cell (``#DIV/0!``) and a formula without a cached value as empty text, does not give
number formats, and asks for memory for every cell between the first and the farthest one. So the sheet's XML is
scanned before it reads: 49 ms for 10,000 rows of 20 columns, a third of the reading itself.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from pipeline.errors import UnreadableError

MAX_CELLS = 20_000_000
_MAX_ENTRIES, _MAX_PART, _MAX_TOTAL, _MAX_RATIO = 5_000, 512 * 2**20, 2**30, 200
_RATIO_FROM = 10 * 2**20
_PERCENT_FORMATS = {"9", "10"}
_SHOWN_AS_IT_IS = re.compile(r'"[^"]*"|\\.')  # a quoted or escaped % in a number format multiplies nothing

Cell = tuple[int, int]


@dataclass
class SheetScan:
    """What the XML of one sheet says of its cells; rows and columns count from 0."""

    errors: dict[Cell, str] = field(default_factory=dict)
    valueless: set[Cell] = field(default_factory=set)
    percents: set[Cell] = field(default_factory=set)
    formulas: set[Cell] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1


def scan_parts(content: bytes) -> dict[str, SheetScan]:
    """Scan an .xlsx or .xlsm file's sheets, by sheet name; empty for another zipped format.

    Raises `UnreadableError` for archives and sheets that are not what a workbook holds.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_archive(archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                return {}
            percents = _percent_styles(archive, names)
            return {
                sheet: _scan_sheet(archive.read(part), percents)
                for sheet, part in _sheet_parts(archive, names).items()
                if part in names
            }
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise UnreadableError("reader.damaged", str(error)) from None
    except expat.ExpatError as error:
        raise UnreadableError("reader.damaged", str(error)) from None
    except RuntimeError as error:  # zipfile's word for an encrypted part
        raise UnreadableError("reader.encrypted", str(error)) from None


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > _MAX_TOTAL:
        raise UnreadableError("reader.bomb")
    for entry in entries:
        unpacked, packed = entry.file_size, max(entry.compress_size, 1)
        if unpacked > _MAX_PART or (unpacked > _RATIO_FROM and unpacked / packed > _MAX_RATIO):
            raise UnreadableError("reader.bomb", entry.filename)
    if len({e.filename for e in entries}) < len(entries):
        raise UnreadableError("reader.damaged")


def _parse(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(xml, True)


def _refuse_doctype(*_: object) -> None:
    raise UnreadableError("reader.doctype")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Sheet name -> part, through the workbook's relationships."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relationship(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            by_local = {_local(key): value for key, value in attributes.items()}
            sheets.append((by_local.get("name", ""), by_local.get("id", "")))

    if "xl/_rels/workbook.xml.rels" in names:
        _parse(archive.read("xl/_rels/workbook.xml.rels"), relationship)
    _parse(archive.read("xl/workbook.xml"), sheet)
    folded = [name.casefold() for name, _ in sheets]
    if len(set(folded)) < len(folded):
        raise UnreadableError("reader.duplicate_sheets")
    return {name: posixpath.normpath(posixpath.join("xl", targets.get(rid, ""))).lstrip("/") for name, rid in sheets}


def _percent_styles(archive: zipfile.ZipFile, names: set[str]) -> set[str]:
    """Indexes of the cell styles whose number format shows a percentage."""
    if "xl/styles.xml" not in names:
        return set()
    formats = set(_PERCENT_FORMATS)
    found: list[bool] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        local = _local(name)
        if local == "numFmt" and "%" in _SHOWN_AS_IT_IS.sub("", attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            found.append(attributes.get("numFmtId", "") in formats)

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and _local(name) != "cellXfs"

    _parse(archive.read("xl/styles.xml"), start, end)
    return {str(index) for index, percent in enumerate(found) if percent}


class _SheetHandler:
    """Collects a `SheetScan` from the events of the sheet's XML."""

    def __init__(self, percents: set[str]) -> None:
        self.scan = SheetScan()
        self._percents = percents
        self._row, self._column = -1, -1
        self._kind, self._style = "", ""
        self._has_formula = self._has_value = self._in_value = False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self._row + 1
            self._column = -1
        elif local == "c":
            self._row, self._column = _position(attributes.get("r", ""), self._row, self._column + 1)
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._has_formula = self._has_value = False
            self._value = []
        elif local == "f":
            self._has_formula = True
        elif local in {"v", "is"}:
            self._in_value = True

    def text(self, data: str) -> None:
        if self._in_value:
            self._has_value = True
            if self._kind == "e":
                self._value.append(data)

    def end(self, name: str) -> None:
        local = _local(name)
        if local in {"v", "is"}:
            self._in_value = False
        elif local == "c" and (self._has_formula or self._has_value):
            self._close()

    def _close(self) -> None:
        scan, cell = self.scan, (self._row, self._column)
        scan.last_row, scan.last_column = max(scan.last_row, self._row), max(scan.last_column, self._column)
        if (scan.last_row + 1) * (scan.last_column + 1) > MAX_CELLS:
            raise UnreadableError("reader.far_cell", address(*cell))
        if self._kind == "e":
            scan.errors[cell] = "".join(self._value) or "#?"
        elif self._has_formula and not self._has_value and self._kind != "str":  # a formula may give an empty text
            scan.valueless.add(cell)
        if self._has_formula:
            scan.formulas.add(cell)
        if self._style in self._percents:
            scan.percents.add(cell)


def _scan_sheet(xml: bytes, percents: set[str]) -> SheetScan:
    handler = _SheetHandler(percents)
    _parse(xml, handler.start, handler.end, handler.text)
    return handler.scan


def _position(reference: str, row: int, column: int) -> Cell:
    """``F14`` as (13, 5); without a usable reference, the next cell."""
    letters = reference.rstrip("0123456789")
    if not letters.isalpha() or not letters.isascii() or len(letters) == len(reference):
        return row, column
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, number - 1


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


def column_letters(column: int) -> str:
    """A column's letters; columns count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
