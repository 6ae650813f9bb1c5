"""What the records of single cells in an .xls sheet say of them."""

import struct

from pipeline.ingest.parts import Cell, SheetScan
from pipeline.ingest.scan.codes import error_text, note_number, rk_number
from pipeline.ingest.scan.styles import Index, Styles

_NUMBER, _LABEL, _BOOL_ERROR, _RK, _MULTIPLE_RK, _SHARED_TEXT, _FORMULA, _RICH = (
    0x203, 0x204, 0x205, 0x27E, 0xBD, 0xFD, 0x06, 0xD6,
)  # fmt: skip
CELLS = frozenset({_NUMBER, _LABEL, _BOOL_ERROR, _RK, _MULTIPLE_RK, _SHARED_TEXT, _FORMULA, _RICH})
_HEAD = struct.Struct("<HHH")
_RESULT = 6
_IS_ERROR = 2


def scan_cells(scan: SheetScan, kind: int, data: memoryview, styles: Styles, most: int) -> None:
    """Note what one record says."""
    row, column, style = _HEAD.unpack_from(data)
    cell = (row, column)
    if kind == _MULTIPLE_RK:
        _scan_run(scan, cell, data, styles, most)
        return
    scan.reach(cell, most)
    runs = styles.runs.get(struct.unpack_from("<I", data, 6)[0], ()) if kind == _SHARED_TEXT and styles.runs else ()
    styles.note(scan, cell, style, runs)
    if kind == _BOOL_ERROR:
        if data[7]:
            scan.errors[cell] = error_text(data[6])
    elif kind == _FORMULA:
        _scan_formula(scan, cell, style, data, styles.dates)
    elif kind == _NUMBER:
        note_number(scan, cell, struct.unpack_from("<d", data, 6)[0], is_date=style in styles.dates)
    elif kind == _RK:
        note_number(scan, cell, rk_number(struct.unpack_from("<I", data, 6)[0]), is_date=style in styles.dates)


def _scan_run(scan: SheetScan, first: Cell, data: memoryview, styles: Styles, most: int) -> None:
    """Several short numbers in one row, each with its style before it."""
    for index in range((len(data) - 6) // 6):
        style, packed = struct.unpack_from("<HI", data, 4 + 6 * index)
        cell = (first[0], first[1] + index)
        scan.reach(cell, most)
        styles.note(scan, cell, style)
        note_number(scan, cell, rk_number(packed), is_date=style in styles.dates)


def _scan_formula(scan: SheetScan, cell: Cell, style: int, data: memoryview, dates: frozenset[Index]) -> None:
    """A formula's result is a float, unless its last two bytes are set: then a byte says what it is."""
    scan.formulas.add(cell)
    if data[12] == data[13] == 0xFF:
        if data[_RESULT] == _IS_ERROR:
            scan.errors[cell] = error_text(data[8])
    else:
        note_number(scan, cell, struct.unpack_from("<d", data, _RESULT)[0], is_date=style in dates)
