"""What the records of single cells in an .xls sheet say of them."""

import struct
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.ingest.parts import Cell, SheetScan
from pipeline.ingest.scan.codes import error_text, note_number, rk_number
from pipeline.ingest.scan.runs import Run, doubt_of

_NUMBER, _LABEL, _BOOL_ERROR, _RK, _MULTIPLE_RK, _SHARED_TEXT, _FORMULA, _RICH = (
    0x203, 0x204, 0x205, 0x27E, 0xBD, 0xFD, 0x06, 0xD6,
)  # fmt: skip
CELLS = frozenset({_NUMBER, _LABEL, _BOOL_ERROR, _RK, _MULTIPLE_RK, _SHARED_TEXT, _FORMULA, _RICH})
_HEAD = struct.Struct("<HHH")
_RESULT = 6
_IS_ERROR = 2


class Shown(NamedTuple):
    """Which cell styles show percentages, dates or units; what a style's font makes of a text; shared texts' runs."""

    percents: set[int]
    dates: set[int]
    units: Mapping[int, str]
    marks: Mapping[int, str]
    runs: Mapping[int, tuple[Run, ...]]

    def note(self, scan: SheetScan, cell: Cell, style: int, runs: tuple[Run, ...] = ()) -> None:
        """Note what its style and its runs make of a cell's value."""
        if style in self.percents:
            scan.percents.add(cell)
        if unit := self.units.get(style):
            scan.units[cell] = unit
        if doubt := doubt_of(runs, self.marks.get(style, "")):
            scan.doubtful[cell] = doubt


def scan_cells(scan: SheetScan, kind: int, data: memoryview, shown: Shown, most: int) -> None:
    """Note what one record says."""
    row, column, style = _HEAD.unpack_from(data)
    cell = (row, column)
    if kind == _MULTIPLE_RK:
        _scan_run(scan, cell, data, shown, most)
        return
    scan.reach(cell, most)
    runs = shown.runs.get(struct.unpack_from("<I", data, 6)[0], ()) if kind == _SHARED_TEXT and shown.runs else ()
    shown.note(scan, cell, style, runs)
    if kind == _BOOL_ERROR:
        if data[7]:
            scan.errors[cell] = error_text(data[6])
    elif kind == _FORMULA:
        _scan_formula(scan, cell, style, data, shown.dates)
    elif kind == _NUMBER:
        note_number(scan, cell, struct.unpack_from("<d", data, 6)[0], is_date=style in shown.dates)
    elif kind == _RK:
        note_number(scan, cell, rk_number(struct.unpack_from("<I", data, 6)[0]), is_date=style in shown.dates)


def _scan_run(scan: SheetScan, first: Cell, data: memoryview, shown: Shown, most: int) -> None:
    """Several short numbers in one row, each with its style before it."""
    for index in range((len(data) - 6) // 6):
        style, packed = struct.unpack_from("<HI", data, 4 + 6 * index)
        cell = (first[0], first[1] + index)
        scan.reach(cell, most)
        shown.note(scan, cell, style)
        note_number(scan, cell, rk_number(packed), is_date=style in shown.dates)


def _scan_formula(scan: SheetScan, cell: Cell, style: int, data: memoryview, dates: set[int]) -> None:
    """A formula's result is a float, unless its last two bytes are set: then a byte says what it is."""
    scan.formulas.add(cell)
    if data[12] == data[13] == 0xFF:
        if data[_RESULT] == _IS_ERROR:
            scan.errors[cell] = error_text(data[8])
    else:
        note_number(scan, cell, struct.unpack_from("<d", data, _RESULT)[0], is_date=style in dates)
