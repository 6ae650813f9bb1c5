"""Workbooks as packages of parts: read, put together by hand, and checked as strictly as Excel does."""

import posixpath
import re
import zipfile
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

CONTENT_TYPES = "[Content_Types].xml"
LINKS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
SHEET_ORDER = """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
    scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
    dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
    cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls
    webPublishItems tableParts extLst"""
STYLES_ORDER = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
BOOK_ORDER = """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
    externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes
    webPublishing fileRecoveryPr webPublishObjects extLst"""


class Parts(dict):
    """Name -> bytes; in names capitals do not count."""

    def __init__(self, parts):
        super().__init__((name.lower(), content) for name, content in parts.items())

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())


def parts_of(path):
    """Name -> bytes of everything in a file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def replace_in(path, part, *pairs):
    """Replace texts in a part; each must be there."""
    parts = parts_of(path)
    text = parts[part].decode()
    for old, new in pairs:
        assert old in text, f"{part} has no {old}"
        text = text.replace(old, new)
    return write_parts(path, parts | {part: text.encode()})


def add_parts(path, new, types, links):
    """Add parts to a file: name -> bytes, name -> content type, (source's .rels, relationship type, target)."""
    parts = parts_of(path) | new
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{kind}"/>' for n, kind in types.items())
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"</Types>", overrides.encode() + b"</Types>")
    for number, (rels, kind, target) in enumerate(links):
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        link = f'<Relationship Id="added{number}" Type="{kind}" Target="{target}"/></Relationships>'
        parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", link.encode())
    return write_parts(path, parts)


def local(element):
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def all_of(root, name):
    return [element for element in root.iter() if local(element) == name]


def canonical(content, but=()):
    """A part's XML in one spelling, without elements of these names."""
    root = etree.fromstring(content)
    for element in [element for element in root.iter() if local(element) in but]:
        element.getparent().remove(element)
    return etree.tostring(root, method="c14n")


def source_of(rels):
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def links_of(parts, source):
    """Relationship id -> (last word of its type, part); external ones lead to None."""
    folder, name = posixpath.split(source)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in parts:
        return {}
    found = {}
    for link in etree.fromstring(parts[rels]):
        target = posixpath.normpath(posixpath.join("/", folder, unquote(link.get("Target"))))
        outside = link.get("TargetMode") == "External"
        assert link.get("Id") not in found, f"{rels}: {link.get('Id')} twice"
        found[link.get("Id")] = (link.get("Type").rpartition("/")[2], None if outside else target.lstrip("/"))
    return found


def faults(path):
    """What would make Excel offer to repair a workbook; empty for a sound one."""
    parts = Parts(parts_of(path))
    found = [*_package_faults(path, parts)]
    book = next(part for kind, part in links_of(parts, "").values() if kind == "officeDocument")
    found += _book_faults(parts, book)
    styles = [part for kind, part in links_of(parts, book).values() if kind == "styles"]
    count = _style_count(parts[styles[0]], found) if styles else 0
    for kind, part in links_of(parts, book).values():
        if kind == "worksheet":
            found += _sheet_faults(parts, part, count)
    return found


def _package_faults(path, parts):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if archive.testzip():
            yield "damaged"
    if names[0] != CONTENT_TYPES or len({n.casefold() for n in names}) < len(names):
        yield f"names {names}"
    types = etree.fromstring(parts[CONTENT_TYPES])
    overrides = [unquote(t.get("PartName"))[1:] for t in types if local(t) == "Override"]
    endings = {t.get("Extension").lower() for t in types if local(t) == "Default"}
    if len(set(overrides)) < len(overrides):
        yield "content type twice"
    yield from (f"type of no part: {name}" for name in overrides if name not in parts and "_rels/" not in name)
    for name in names[1:]:
        if name not in overrides and name.rpartition(".")[2].lower() not in endings:
            yield f"no content type: {name}"
        if name.endswith(".rels"):
            if source_of(name) and source_of(name) not in parts:
                yield f"relationships of no part: {name}"
            targets = links_of(parts, source_of(name)).values()
            yield from (f"{name} leads to {part}" for _, part in targets if part is not None and part not in parts)
        if name.endswith(".xml"):
            content = etree.fromstring(parts[name])
            known = links_of(parts, name)
            used = {v for e in content.iter() for k, v in e.attrib.items() if k.startswith(LINKS) and v}
            yield from (f"{name} uses {link}" for link in used if link not in known)


def _order_faults(root, names, name):
    order = names.split()
    known = [order.index(local(child)) for child in root if local(child) in order]
    if known != sorted(known):
        yield f"{name}: {[local(child) for child in root]}"


def _book_faults(parts, part):
    root = etree.fromstring(parts[part])
    yield from _order_faults(root, BOOK_ORDER, part)
    sheets = all_of(root, "sheet")
    for key in ("name", "sheetId"):
        values = [sheet.get(key).casefold() for sheet in sheets]
        if len(set(values)) < len(values):
            yield f"{key} twice"
    yield from (
        f"name {s.get('name')}" for s in sheets if len(s.get("name")) > 31 or set(s.get("name")) & set("[]:*?/\\")
    )
    named = [(n.get("name").casefold(), n.get("localSheetId")) for n in all_of(root, "definedName")]
    if len(set(named)) < len(named) or any(int(place or 0) >= len(sheets) for _, place in named):
        yield f"names {named}"
    if any(int(view.get("activeTab", 0)) >= len(sheets) for view in all_of(root, "workbookView")):
        yield "activeTab"
    targets = [part for kind, part in links_of(parts, part).values() if kind in {"worksheet", "chartsheet"}]
    selected = [
        t
        for t in targets
        if any(v.get("tabSelected") in {"1", "true"} for v in all_of(etree.fromstring(parts[t]), "sheetView"))
    ]
    if len(selected) > 1:
        yield f"selected: {selected}"


def _style_count(content, found):
    root = etree.fromstring(content)
    found += _order_faults(root, STYLES_ORDER, "styles")
    lists = {local(child): child for child in root}
    for name, child in lists.items():
        if name in {"fonts", "fills", "borders", "cellXfs"} and int(child.get("count", len(child))) != len(child):
            found.append(f"count of {name}")
    for xf in lists["cellXfs"]:
        for key, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(key, 0)) >= len(lists[name]):
                found.append(f"{key} of a style")
    return len(lists["cellXfs"])


def _column(reference):
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _sheet_faults(parts, part, styles):
    root = etree.fromstring(parts[part])
    yield from _order_faults(root, SHEET_ORDER, part)
    rows = all_of(root, "row")
    numbers = [int(row.get("r")) for row in rows if row.get("r")]
    if numbers != sorted(set(numbers)):
        yield f"{part}: rows {numbers}"
    for row in rows:
        columns = [_column(cell.get("r")) for cell in row if cell.get("r")]
        if columns != sorted(set(columns)):
            yield f"{part}: cells of row {row.get('r')}"
        yield from (f"{part}: style of {c.get('r')}" for c in row if int(c.get("s", 0)) >= max(styles, 1))
        if any(c.get("r") and int(re.sub(r"\D", "", c.get("r"))) != int(row.get("r")) for c in row):
            yield f"{part}: a cell of another row in {row.get('r')}"
    yield from _note_faults(parts, part, root)


def _note_faults(parts, part, root):
    links = links_of(parts, part)
    comments = [target for kind, target in links.values() if kind == "comments"]
    if len(comments) > 1:
        yield f"{part}: two parts of comments"
    if not comments:
        return
    content = etree.fromstring(parts[comments[0]])
    places = [comment.get("ref") for comment in all_of(content, "comment")]
    if len(set(places)) < len(places):
        yield f"{part}: two comments of a cell"
    authors = len(all_of(content, "author"))
    if any(int(comment.get("authorId")) >= authors for comment in all_of(content, "comment")):
        yield f"{part}: author"
    drawn = [e.get(key) for e in all_of(root, "legacyDrawing") for key in e.attrib if key.startswith(LINKS)]
    if len(drawn) != 1 or links[drawn[0]][0] != "vmlDrawing":
        yield f"{part}: no drawing for the comments"
        return
    vml = etree.fromstring(parts[links[drawn[0]][1]])
    ids = [shape.get("id") for shape in all_of(vml, "shape")]
    kinds = {shape.get("id") for shape in all_of(vml, "shapetype")}
    if len(set(ids)) < len(ids) or {s.get("type", "#")[1:] for s in all_of(vml, "shape")} - kinds:
        yield f"{part}: shapes {ids}"
    boxes = set()
    for data in all_of(vml, "ClientData"):
        at = {local(child): child.text for child in data}
        if data.get("ObjectType") == "Note":
            boxes.add((int(at["Row"]) + 1, int(at["Column"]) + 1))
    if boxes != {(int(re.sub(r"\D", "", ref)), _column(ref)) for ref in places}:
        yield f"{part}: boxes {boxes} for {places}"


def png():
    """A picture, the smallest there is."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"".join(b"\x00" + b"\xff\x00\x00" * 4 for _ in range(4))))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b""))
