"""How cells write errors and numbers that are none, and the binary formats short ones ([MS-XLS] 2.5.10, 2.5.122)."""

import math
import struct

from pipeline.ingest.parts import Cell, SheetScan, is_odd_date
from pipeline.ingest.scan.runs import RAISED, STRUCK

_STRIKES = 0x08
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def error_text(code: int) -> str:
    """What an error cell shows.

    >>> error_text(7), error_text(99)
    ('#DIV/0!', '#?')
    """
    return _ERRORS.get(code, "#?")


def font_mark(flags: int, script: int) -> str:
    """What a font of the binary formats makes of a text: by its flags, and by whether it raises or lowers.

    >>> font_mark(8, 0), font_mark(0, 1), font_mark(2, 0)
    ('struck_part', 'raised_part', '')
    """
    return STRUCK if flags & _STRIKES else RAISED if script else ""


def rk_number(packed: int) -> float:
    """A number packed into four bytes: a whole one or the upper half of a float, perhaps times a hundred.

    >>> rk_number(12 << 2 | 2), rk_number(1234 << 2 | 3)
    (12.0, 12.34)
    """
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        (number,) = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))
    return number / 100 if packed & 1 else number


def note_number(scan: SheetScan, cell: Cell, number: float, *, is_date: bool) -> None:
    """Count a cell's number; one that is none, or a date that is none, is noted as an error."""
    scan.numbers += 1
    if not math.isfinite(number):
        scan.errors[cell] = "NaN" if math.isnan(number) else "INF"
    elif is_date and is_odd_date(number):
        scan.errors[cell] = f"{number:g} (dd/mm/yyyy?)"
