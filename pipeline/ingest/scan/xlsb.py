"""Scans .xlsb: the records of the workbook, of its styles and of each sheet ([MS-XLSB], 2.1.4 and 2.4)."""

import struct
from collections.abc import Iterator, Mapping

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, SheetScan, address, refuse_namesakes
from pipeline.ingest.scan.codes import error_text, font_mark, note_number, rk_number
from pipeline.ingest.scan.package import Related, presences_of, relations
from pipeline.ingest.scan.runs import Run, cut
from pipeline.ingest.scan.styles import Styles
from pipeline.ingest.scan.xlsx_texts import (
    HEADER,
    LINK,
    NAME,
    bare_text,
    header_text,
    personal_links,
    personal_notes,
    personal_texts,
    texts_beside,
    without_our_notes,
)
from pipeline.text import holds_personal_data

_WORKBOOK, _STYLES, _TEXTS = "xl/workbook.bin", "xl/styles.bin", "xl/sharedStrings.bin"
_BUNDLE_SHEET, _ROW = 156, 0
_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = 8, 9, 10, 11
_FORMULAS = {_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR}
_RICH = 62  # a text with runs of its own
_CELLS = {_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED, *_FORMULAS, _RICH}
_SHARED_TEXT, _FONT, _FORMAT, _XF, _BEGIN_CELL_XFS, _END_CELL_XFS, _MERGE = 19, 43, 44, 47, 617, 618, 176
_HEADERS, _NAME, _COMMENT_AUTHOR, _COMMENT, _COMMENT_TEXT = 479, 39, 632, 635, 637
_HEAD = struct.Struct("<II")


def scan_xlsb(content: bytes, archive: Archive, limits: Limits) -> BookScan:
    """Scan a workbook's sheets by name. Raises `UnreadableError` where it has none, or is damaged."""
    try:
        return _scan(content, archive, limits)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise UnreadableError("reader.damaged", str(error)) from None


def _scan(content: bytes, archive: Archive, limits: Limits) -> BookScan:
    named = _sheets(archive)
    refuse_namesakes([name for name, _ in named])
    sheets = {name: part.target for name, part in named if part is not None and part.kind == "worksheet"}
    if not sheets:
        charts = any(part is not None and part.kind == "chartsheet" for _, part in named)
        raise UnreadableError("reader.only_charts" if charts else "reader.no_sheets")
    styles = _styles(archive)
    scan = BookScan(content)
    for name, part in sheets.items():
        if not archive.has(part):
            raise UnreadableError("reader.lacks_sheet", name)
        own = scan.sheets[name] = _scan_sheet(archive.read(part), styles, limits)
        comments = list(_comments(archive, part))
        personal = [cell for cell, data in comments if holds_personal_data(bare_text(data))]
        scan.notes.extend((name, cell) for cell in [*personal, *personal_notes(archive, part)])
        said = without_our_notes((cell, _text(data, 1)[0]) for cell, data in comments if cell)
        own.beside = [*said, *texts_beside(archive, part)]
        kinds = own.personal | ({LINK} if personal_links(archive, part) else set())
        scan.texts.extend((kind, name) for kind in sorted(kinds))
    defined = (bare_text(data) for kind, data in records(archive.read(_WORKBOOK)) if kind == _NAME)
    whole = [NAME] if any(map(holds_personal_data, defined)) else []
    scan.texts.extend((kind, "") for kind in [*whole, *personal_texts(archive)])
    macros = [name for name, part in named if part is not None and "macrosheet" in part.kind.lower()]
    scan.presences = presences_of(archive, {part: name for name, part in sheets.items()}, scan.sheets, macros)
    return scan


def _comments(archive: Archive, sheet: str) -> Iterator[tuple[str, memoryview]]:
    """The records of comments' texts, each with its cell; "" for the name of an author."""
    for related in relations(archive, sheet).values():
        if related.kind == "comments" and archive.has(related.target):
            cell = ""
            for kind, data in records(archive.read(related.target)):
                if kind == _COMMENT:
                    row, _, column, _ = struct.unpack_from("<4I", data, 4)
                    cell = address(row, column)
                elif kind in {_COMMENT_TEXT, _COMMENT_AUTHOR}:
                    yield "" if kind == _COMMENT_AUTHOR else cell, data


def records(part: bytes) -> Iterator[tuple[int, memoryview]]:
    """The records of a part: their type and data. Raises `UnreadableError` where one runs past the end."""
    data = memoryview(part)
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if at + size > len(data):
            raise UnreadableError("reader.truncated")
        yield kind, data[at : at + size]
        at += size


def _text(data: memoryview, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    if end > len(data):
        raise UnreadableError("reader.truncated")
    return bytes(data[at + 4 : end]).decode("utf-16-le", "replace"), end


def _sheets(archive: Archive) -> list[tuple[str, Related | None]]:
    related = relations(archive, _WORKBOOK)
    found = []
    for kind, data in records(archive.read(_WORKBOOK)):
        if kind == _BUNDLE_SHEET:
            relation, end = _text(data, 8)
            name, _ = _text(data, end)
            found.append((name, related.get(relation)))
    return found


def _styles(archive: Archive) -> Styles:
    if not archive.has(_STYLES):
        return Styles()
    codes: dict[int, str] = {}
    used: list[tuple[int, int]] = []  # of each cell style the number format and the font
    fonts: list[str] = []  # the mark of each
    inside = False
    for kind, data in records(archive.read(_STYLES)):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in {_BEGIN_CELL_XFS, _END_CELL_XFS}:
            inside = kind == _BEGIN_CELL_XFS
        elif kind == _XF and inside:
            used.append(struct.unpack_from("<HH", data, 2))
        elif kind == _FONT:
            fonts.append(font_mark(*struct.unpack_from("<2xH2xH", data)))
    marks = dict(enumerate(fonts)) if any(fonts) else {}
    return Styles.of(codes, used, marks, _shared_runs(archive, marks) if marks else {})


def _shared_runs(archive: Archive, fonts: Mapping[int, str]) -> dict[int, tuple[Run, ...]]:
    """The runs of each shared text that has some."""
    if not archive.has(_TEXTS):
        return {}
    texts = (data for kind, data in records(archive.read(_TEXTS)) if kind == _SHARED_TEXT)
    return {number: runs for number, data in enumerate(texts) if (runs := _runs(data, fonts))}


def _runs(data: memoryview, fonts: Mapping[int, str]) -> tuple[Run, ...]:
    """The runs of a text, each of which begins somewhere and has a font; none for a plain one."""
    if not data[0] & 1:
        return ()
    text, end = _text(data, 1)
    (count,) = struct.unpack_from("<I", data, end)
    starts = (struct.unpack_from("<HH", data, end + 4 + 4 * number) for number in range(count))
    return cut(text, [(at, fonts.get(font, "")) for at, font in starts])


def _scan_sheet(part: bytes, styles: Styles, limits: Limits) -> SheetScan:
    scan = SheetScan()
    merges = []
    row = -1
    for kind, data in records(part):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", data)
        elif kind in _CELLS:
            column, style = _HEAD.unpack_from(data)
            _scan_cell(scan, (row, column), kind, data[8:], (style & 0xFFFFFF, styles), limits)
        elif kind == _HEADERS and holds_personal_data(header_text(bare_text(data))):
            scan.personal.add(HEADER)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            merges.append((top, left, bottom, right))
    scan.merges = tuple(merges)
    return scan


def _scan_cell(
    scan: SheetScan,
    cell: tuple[int, int],
    kind: int,
    data: memoryview,
    styled: tuple[int, Styles],
    limits: Limits,
) -> None:
    scan.reach(cell, limits.cells)
    style, styles = styled
    if kind in _FORMULAS:
        scan.formulas.add(cell)
    if kind in {_ERROR, _FORMULA_ERROR}:
        scan.errors[cell] = error_text(data[0])
    elif kind in {_RK, _REAL, _FORMULA_NUMBER}:
        number = rk_number(struct.unpack_from("<I", data)[0]) if kind == _RK else struct.unpack_from("<d", data)[0]
        note_number(scan, cell, number, is_date=style in styles.dates)
    runs: tuple[Run, ...] = ()
    if kind == _SHARED and styles.runs:
        runs = styles.runs.get(struct.unpack_from("<I", data)[0], ())
    elif kind == _RICH:
        runs = _runs(data, styles.fonts)
    styles.note(scan, cell, style, runs)
