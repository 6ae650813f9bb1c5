"""Scans .xls: the container, and the records of the workbook's stream ([MS-XLS], 2.3 and 2.4)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from pipeline.errors import UnreadableError
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, Presence, SheetScan, refuse_namesakes
from pipeline.ingest.scan.codes import font_mark
from pipeline.ingest.scan.ole import open_stream, stated_properties
from pipeline.ingest.scan.package import CONNECTIONS, DDE, EMBEDDED, LINKS, MACROS, shortened
from pipeline.ingest.scan.styles import Styles
from pipeline.ingest.scan.xls_cells import CELLS, scan_cells
from pipeline.ingest.scan.xls_notes import Notes
from pipeline.ingest.scan.xls_runs import shared_runs
from pipeline.ingest.scan.xlsx_texts import (
    AUTHOR,
    BOX,
    HEADER,
    LINK,
    NAME,
    PROMPT,
    PROPERTIES,
    bare_text,
    header_text,
    without_our_notes,
)
from pipeline.text import holds_personal_data

_BOF, _EOF, _FILE_PASS, _BOUND_SHEET, _FORMAT, _FONT, _XF, _BOOK = (
    0x809, 0x0A, 0x2F, 0x85, 0x41E, 0x31, 0xE0, 0x1AE,
)  # fmt: skip
_QUERIES = {0xDC, 0x1AD, 0x876}  # DbQuery, Qsi, DConn
_MERGES = 0xE5
# Texts beside the cells: of headers and footers, of a note's author, and of a note or box, which follows its object.
_SAID = {0x14: HEADER, 0x15: HEADER, 0x89C: HEADER, 0x1C: AUTHOR, 0x1B8: LINK, 0x1BE: PROMPT}
_BOX, _CONTINUE, _NAME = 0x1B6, 0x3C, 0x18
_WORKSHEET, _MACRO_SHEET, _CHART = 0, 1, 2
_BIFF8 = 0x600
_NO_FONT = 4
_TEXTS = 0xFC
_OWN, _ADD_IN = 0x401, 0x3A01


@dataclass
class _Globals:
    """What the first substream says of the whole workbook."""

    is_biff8: bool = True
    sheets: list[tuple[int, int, str]] = field(default_factory=list)  # where it begins, kind, name
    codes: dict[int, str] = field(default_factory=dict)
    used: list[tuple[int, int]] = field(default_factory=list)  # of each cell style the number format and the font
    fonts: list[str] = field(default_factory=list)  # the mark of each
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def marks(self) -> dict[int, str]:
        """What each font makes of a text, by its number; there is none of the number 4."""
        return {at + (at >= _NO_FONT): mark for at, mark in enumerate(self.fonts)}


def scan_xls(content: bytes, limits: Limits) -> BookScan:
    """Scan a workbook's sheets by name. Raises `UnreadableError` where the container holds something else."""
    stream, names = open_stream(content, limits)
    try:
        return _scan(content, stream, names, limits)
    except (struct.error, IndexError) as error:
        raise UnreadableError("reader.damaged", str(error)) from None


def _records(stream: bytes, at: int = 0) -> Iterator[tuple[int, int, memoryview]]:
    """The records from a place on: where each begins, its type and data."""
    data = memoryview(stream)
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > len(data):
            raise UnreadableError("reader.truncated")
        yield at, kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def _scan(content: bytes, stream: bytes, names: set[str], limits: Limits) -> BookScan:
    whole = _globals(stream)
    refuse_namesakes([name for _, _, name in whole.sheets])
    sheets = [(begin, name) for begin, kind, name in whole.sheets if kind == _WORKSHEET]
    if not sheets:
        charts = any(kind == _CHART for _, kind, _ in whole.sheets)
        raise UnreadableError("reader.only_charts" if charts else "reader.no_sheets")
    scan = BookScan(content)
    styles = _styles(whole, stream)
    queried = []
    for begin, name in sheets:
        own, queries = _scan_sheet(stream, begin, styles, limits)
        scan.sheets[name] = own
        queried.extend([name] if queries else [])
    scan.presences = _presences(whole, names, queried)
    scan.texts = [(kind, name) for name, own in scan.sheets.items() for kind in sorted(own.personal)]
    head = takewhile(lambda record: record[1] != _EOF, _records(stream))
    defined = (bare_text(data) for _, kind, data in head if kind == _NAME)
    scan.texts.extend([(NAME, "")] if any(map(holds_personal_data, defined)) else [])
    scan.texts.extend([(PROPERTIES, "")] if any(map(holds_personal_data, stated_properties(content))) else [])
    return scan


def _styles(whole: _Globals, stream: bytes) -> Styles:
    """What the workbook's styles, fonts and shared texts make of the cells; most have no font that marks anything."""
    fonts = whole.marks if any(whole.fonts) else {}
    return Styles.of(whole.codes, whole.used, fonts, shared_runs(_shared_texts(stream), fonts) if fonts else {})


def _shared_texts(stream: bytes) -> list[memoryview]:
    """The record of the texts that all sheets share, and those that continue it."""
    found: list[memoryview] = []
    for _, kind, data in takewhile(lambda record: record[1] != _EOF, _records(stream)):
        if kind == _TEXTS or (found and kind == _CONTINUE):
            found.append(data)
        elif found:
            break
    return found


def _globals(stream: bytes) -> _Globals:
    whole = _Globals()
    for at, kind, data in _records(stream):
        if at == 0:
            whole.is_biff8 = _is_biff8(kind, data)
        elif kind == _FILE_PASS:
            raise UnreadableError("reader.encrypted")
        elif kind == _BOUND_SHEET:
            begin, _, sheet = struct.unpack_from("<IBB", data)
            whole.sheets.append((begin, sheet, _short_text(data, 6, whole)))
        elif kind == _FORMAT:
            whole.codes[struct.unpack_from("<H", data)[0]] = _format_code(data, whole)
        elif kind == _XF:
            font, number = struct.unpack_from("<HH", data)
            whole.used.append((number, font))
        elif kind == _FONT:
            whole.fonts.append(font_mark(*struct.unpack_from("<2xH4xH", data)))
        elif kind == _BOOK and whole.is_biff8:
            whole.links.extend(_link(data))
        elif kind == _EOF:
            break
    return whole


def _is_biff8(kind: int, data: memoryview) -> bool:
    """Which of two versions the first record says. Raises `UnreadableError` where it is an older one, or none."""
    if kind != _BOF:
        raise UnreadableError("reader.old_excel" if kind & 0xFF == _BOF & 0xFF else "reader.damaged")
    return bool(struct.unpack_from("<H", data)[0] == _BIFF8)


def _short_text(data: memoryview, at: int, whole: _Globals) -> str:
    length = data[at]
    if not whole.is_biff8:
        return bytes(data[at + 1 : at + 1 + length]).decode("cp1252", "replace")
    return _characters(data, at + 1, length)


def _characters(data: memoryview, at: int, length: int) -> str:
    """Text after its length: a byte of flags, then one or two bytes a letter."""
    if data[at] & 1:
        return bytes(data[at + 1 : at + 1 + 2 * length]).decode("utf-16-le", "replace")
    return bytes(data[at + 1 : at + 1 + length]).decode("latin-1")


def _format_code(data: memoryview, whole: _Globals) -> str:
    if not whole.is_biff8:
        return bytes(data[3 : 3 + data[2]]).decode("cp1252", "replace")
    return _characters(data, 4, struct.unpack_from("<H", data, 2)[0])


def _link(data: memoryview) -> list[tuple[str, str]]:
    """Which other workbook or program a record names, and whether it is one."""
    length = struct.unpack_from("<H", data, 2)[0]
    if length in {_OWN, _ADD_IN} or len(data) < 5:
        return []
    target = _characters(data, 4, length)
    if "\x03" in target:
        return [(DDE, target.replace("\x03", "|"))]
    name = target.lstrip("\x01\x02").replace("\x03", "/").replace("\\", "/").rpartition("/")[2]
    return [(LINKS, "".join(c for c in name if c.isprintable()))] if name.strip("\0 ") else []


def _scan_sheet(stream: bytes, begin: int, styles: Styles, limits: Limits) -> tuple[SheetScan, bool]:
    """A sheet's scan, and whether it holds a query."""
    scan, depth, queries, before, notes = SheetScan(), 0, False, 0, Notes()
    merges = []
    for _, kind, data in _records(stream, begin):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth > 1:
            continue  # a chart inside the sheet keeps numbers of its own
        elif kind in CELLS:
            scan_cells(scan, kind, data, styles, limits.cells)
        elif kind == _MERGES:
            for number in range(struct.unpack_from("<H", data)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * number)
                merges.append((top, left, bottom, right))
        queries = queries or kind in _QUERIES
        notes.see(kind, data)
        said = _SAID.get(kind) or (BOX if (before, kind) == (_BOX, _CONTINUE) else "")
        if said and holds_personal_data(header_text(bare_text(data))):
            scan.personal.add(said)
        before = kind
    scan.merges, scan.beside = tuple(merges), without_our_notes(notes.said)
    return scan, queries


def _presences(whole: _Globals, names: set[str], queried: list[str]) -> list[Presence]:
    found = []
    macros = [name for _, kind, name in whole.sheets if kind == _MACRO_SHEET]
    if macros or "_VBA_PROJECT_CUR" in names:
        found.append(Presence(MACROS, shortened(macros) if macros else "VBA"))
    for rule in (LINKS, DDE):
        targets = [target for kind, target in whole.links if kind == rule]
        if targets:
            found.append(Presence(rule, shortened(targets)))
    embedded = [name for name in names if "/" not in name and name.startswith("MBD")]
    if embedded:
        found.append(Presence(EMBEDDED, "-"))
    if queried:
        found.append(Presence(CONNECTIONS, shortened(queried)))
    return found
