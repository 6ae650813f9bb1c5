"""Workbooks made byte by byte, so that anything in them can be wrong: .xlsx, .xls, .xlsb, .ods and their archives.

Each maker gives a small workbook with one form ("Biểu 03", traffic accidents) that the shipped catalogue reads without
an error. What a test wants spoiled it hands over.
"""

import re
import struct
import zlib
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

SHEET = "Biểu 03"
GRID = {
    "A1": "Loại hình", "B1": "Số vụ tai nạn", "C1": "Số người chết", "D1": "Số người bị thương",
    "A2": "Đường bộ", "B2": 12, "C2": 3, "D2": 4,
    "A3": "Đường sắt", "B3": 2, "C3": 0, "D3": 1,
    "A4": "Đường thủy", "B4": 1, "C4": 0, "D4": 0,
    "A5": "Tổng số", "B5": 15, "C5": 3, "D5": 5,
}  # fmt: skip
DISTRICTS_SHEET = "Biểu 02"
DISTRICTS = {
    "A1": "Đơn vị", "B1": "Số vụ xảy ra", "C1": "Số vụ khám phá", "D1": "Tin báo phải giải quyết",
    "E1": "Tin báo đã giải quyết",
}  # fmt: skip
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Xml(str):
    """XML to be written as it is."""

    __slots__ = ()


# Archives


class Entry(NamedTuple):
    """What an archive says of a member, true or not, and its packed bytes; ``shared``: they are the last member's."""

    name: str | bytes
    packed: bytes
    method: int
    crc: int
    size: int
    flags: int = 0x800
    shared: bool = False


def entry(name, content=b"", *, size=None, method=8, flags=0x800, shared=False):
    """A member as it should be, but for the ``size`` it may claim."""
    content = content.encode() if isinstance(content, str) else content
    packed = _pack(content) if method == 8 else content
    return Entry(name, packed, method, zlib.crc32(content), len(content) if size is None else size, flags, shared)


def repeated(name, chunk, total, head="", tail="", *, size=None):
    """A member that unpacks to ``head``, then ``chunk`` over and over to some ``total`` of bytes, then ``tail``.

    One block is packed and its packed bytes are repeated, so that gigabytes take a second.
    """
    head, chunk, tail = (text.encode() if isinstance(text, str) else text for text in (head, chunk, tail))
    block = chunk * max(1, 2**22 // len(chunk))
    times = max(1, total // len(block))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    true_size = len(head) + len(block) * times + len(tail)
    packed = first + middle * times + last
    return Entry(name, packed, 8, zlib.crc32(tail, crc), true_size if size is None else size)


def _pack(content):
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def archive(entries, comment=b""):
    """A zip file of these members, with every lie that they tell."""
    local, central, start, end = [], [], 0, 0
    for item in entries:
        name = item.name if isinstance(item.name, bytes) else item.name.encode()
        said = (20, item.flags, item.method, 0, 33, item.crc, len(item.packed), item.size, len(name), 0)
        if not item.shared:
            start = end
            local.append(struct.pack("<IHHHHHIIIHH", 0x04034B50, *said) + name + item.packed)
            end += len(local[-1])
        central.append(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, *said, 0, 0, 0, 0, start) + name)
    listed = b"".join(central)
    count = min(len(central), 0xFFFF)
    closing = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listed), end, len(comment)) + comment
    if len(central) > 0xFFFF:
        zip64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(central), len(central), len(listed), end)
        closing = zip64 + struct.pack("<IIQI", 0x07064B50, 0, end + len(listed), 1) + closing
    return b"".join([*local, listed, closing])


# .xlsx


def sheet_xml(cells, more_rows="", after="", before=""):
    """A worksheet: address -> text, number, None or `Xml`; further rows, and what follows the cells."""
    rows = {}
    for address, value in cells.items():
        if value is not None:
            rows.setdefault(int(re.sub(r"\D", "", address)), []).append(_cell(address, value))
    data = "".join(f'<row r="{number}">{"".join(row)}</row>' for number, row in sorted(rows.items()))
    opening = f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}'
    return f"{_HEAD}{opening}<sheetData>{data}{more_rows}</sheetData>{after}</worksheet>"


def _cell(address, value):
    if isinstance(value, Xml):
        return value
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'


def relationships(*targets):
    """A part of relationships: (kind, target), with ids rId1, rId2, ...; a third item is the mode."""
    lines = [
        f'<Relationship Id="rId{n}" Type="{kind if ":" in kind else f"{OFFICE}/{kind}"}" Target={quoteattr(target)}'
        + (f' TargetMode="{mode[0]}"/>' if mode else "/>")
        for n, (kind, target, *mode) in enumerate(targets, start=1)
    ]
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def workbook_xml(*names, more="", before=""):
    """A workbook part whose n-th sheet is relationship rIdn; a name with attributes of its own is given as `Xml`."""
    sheets = "".join(
        f'<sheet {name} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(
            (name if isinstance(name, Xml) else f"name={quoteattr(name)}" for name in names), start=1
        )
    )
    return f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheets>{sheets}</sheets>{more}</workbook>'


def styles_xml(formats="", xfs='<xf numFmtId="0"/>'):
    """A part of cell styles."""
    return f'{_HEAD}<styleSheet xmlns="{MAIN}">{formats}<cellXfs count="1">{xfs}</cellXfs></styleSheet>'


def strings_xml(*texts):
    """A part of shared strings."""
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    return f'{_HEAD}<sst xmlns="{MAIN}">{items}</sst>'


def parts_of(cells=None, *, grid=None, names=(SHEET,), more_rows="", after="", before="", parts=None, drop=()):
    """Name -> content of a small workbook's parts; ``cells`` replace the form's, ``parts`` and ``drop`` the parts."""
    sheet = sheet_xml({**(grid or GRID), **(cells or {})}, more_rows, after, before)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    own = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook_xml(*names),
        "xl/_rels/workbook.xml.rels": relationships(
            *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": styles_xml(),
        "xl/sharedStrings.xml": strings_xml("no text of the form"),
    }
    own |= {f"xl/worksheets/sheet{n}.xml": sheet for n in range(1, len(names) + 1)} | (parts or {})
    return {name: content for name, content in own.items() if name not in drop}


def book(cells=None, *, entries=(), **changes):
    """A small .xlsx file; ``entries`` are further members, or stand for the parts of their names."""
    named = {item.name for item in entries}
    own = [entry(name, content) for name, content in parts_of(cells, **changes).items() if name not in named]
    return archive([*own, *entries])


# .ods


def ods(cells=None, *, rows="", styles="", manifest="", content=None):
    """A small OpenDocument spreadsheet; ``rows`` is XML that follows the form's rows, ``styles`` what precedes them."""
    grid = {**GRID, **(cells or {})}
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _ODS_SPACES)
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in _ods_rows(grid))
    body = f"<table:table table:name={quoteattr(SHEET)}>{lines}{rows}</table:table>"
    inner = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    document = f"{_HEAD}<office:document-content {spaces}>{styles}{inner}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f"""{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
        <manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>
        <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest}
        </manifest:file-entry></manifest:manifest>"""
    return archive([
        entry("mimetype", kind, method=0),
        entry("content.xml", document if content is None else content),
        entry("META-INF/manifest.xml", listed),
    ])  # fmt: skip


_ODS_SPACES = ("office", "table", "text", "style")


def _ods_rows(grid):
    rows = {}
    for address, value in grid.items():
        rows.setdefault(int(address[1:]), []).append(value)
    for row in rows.values():
        yield [
            value if isinstance(value, Xml)
            else f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
            if isinstance(value, str)
            else f'<table:table-cell office:value-type="float" office:value="{value}"/>'
            for value in row
        ]  # fmt: skip


# .xls: records in a compound file


def ole(streams, *, fat=None):
    """A compound file with these streams, each of 4096 bytes or more; ``fat`` alters its table of sectors."""
    sectors, table, entries = [], [], [_ole_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1 if streams else 0xFFFFFFFF)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        stream = content.ljust(4096, b"\0")
        pieces = [stream[at : at + 512].ljust(512, b"\0") for at in range(0, len(stream), 512)]
        start = len(sectors)
        table += [*range(start + 1, start + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_ole_entry(name, 2, start, len(stream), right=right))
    while len(entries) % 4:
        entries.append(b"\0" * 64 + b"\0\0\0\0" + b"\xff" * 12 + b"\0" * 48)
    first_entry = len(sectors)
    directory = b"".join(entries)
    pieces = [directory[at : at + 512] for at in range(0, len(directory), 512)]
    table += [*range(first_entry + 1, first_entry + len(pieces)), 0xFFFFFFFE]
    sectors += pieces
    first_fat, count = len(sectors), 1
    while (len(sectors) + count) * 4 > 512 * count:
        count += 1
    table += [0xFFFFFFFD] * count
    if fat:
        fat(table)
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512 * count, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, count, first_entry, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    heads = [*range(first_fat, first_fat + count)]
    return header + struct.pack("<109I", *heads, *[0xFFFFFFFF] * (109 - count)) + b"".join(sectors) + packed


def _ole_entry(name, kind, start, size, *, child=0xFFFFFFFF, right=0xFFFFFFFF):
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, right, child)
    return entry + b"\0" * 36 + struct.pack("<IQ", start, size)


def record(kind, *parts):
    """A record of the old format: its kind, its length, its bytes."""
    content = b"".join(parts)
    return struct.pack("<HH", kind, len(content)) + content


def _old_text(text, length="<H"):
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def xls_stream(cells=None, *, more=b"", globals_=b""):
    """The records of a small .xls workbook; ``more`` are further cell records."""
    begins = struct.pack("<HHHII", 0x0600, 0x0005, 0, 0, 0x0600)
    sheet_begins = struct.pack("<HHHII", 0x0600, 0x0010, 0, 0, 0x0600)
    ahead = record(0x0809, begins) + globals_ + record(0x0042, struct.pack("<H", 1200))
    named = b"\0\0" + _old_text(SHEET, "<B")
    offset = len(ahead) + 8 + len(named) + 4
    ahead += record(0x0085, struct.pack("<I", offset), named) + record(0x000A)
    records = [record(0x0809, sheet_begins)]
    for address, value in {**GRID, **(cells or {})}.items():
        at = struct.pack("<HHH", int(address[1:]) - 1, ord(address[0]) - 65, 0)
        text = isinstance(value, str)
        records.append(record(0x0204, at, _old_text(value)) if text else record(0x0203, at, struct.pack("<d", value)))
    return ahead + b"".join(records) + more + record(0x000A)


def xls(cells=None, **changes):
    """A small .xls file."""
    return ole({"Workbook": xls_stream(cells, **changes)})


# .xlsb


def binary(kind, *parts):
    """A record of the binary format: kind and length in seven bits a byte."""
    content = b"".join(parts)
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while size >= 128:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return head + length + bytes([size]) + content


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(cells=None, *, more=b"", parts=None):
    """A small .xlsb file; ``more`` are further records of cells."""
    sheet = [binary(129), binary(148, struct.pack("<IIII", 0, 4, 0, 3)), binary(145)]
    row_before = None
    for address, value in {**GRID, **(cells or {})}.items():
        row, at = int(address[1:]) - 1, struct.pack("<II", ord(address[0]) - 65, 0)
        if row != row_before:
            sheet.append(binary(0, struct.pack("<I", row) + b"\0" * 13))
        row_before = row
        text = isinstance(value, str)
        sheet.append(binary(6, at, _wide(value)) if text else binary(5, at, struct.pack("<d", value)))
    sheet += [more, binary(146), binary(130)]
    listed = binary(156, struct.pack("<II", 0, 1), _wide("rId1"), _wide(SHEET))
    members = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": binary(131) + binary(143) + listed + binary(144) + binary(132),
        "xl/_rels/workbook.bin.rels": relationships(("worksheet", "worksheets/sheet1.bin")),
        "xl/worksheets/sheet1.bin": b"".join(sheet),
        **(parts or {}),
    }
    return archive(entry(name, content) for name, content in members.items())
