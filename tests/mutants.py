"""Workbooks with something changed at random: bytes of the file, bytes of an inner part, the XML of one, the parts.

A mutant is made from its number alone, so that the one that breaks something can be made again:
``tests.mutants.make(17, bases)``.
"""

import random
import re
import zipfile
from io import BytesIO
from typing import NamedTuple
from unicodedata import normalize

from lxml import etree

from tests import forge

TEXTS = [
    "", "0", "-1", "1", "2147483648", "-9" * 20, "1e999", "NaN", "0x10", "²", "A1", "XFD1048576", "A0", "$A$1:$C",
    "true", "rId1", "rId99", "../../x.xml", "/xl/workbook.xml", "\u202e", "é" * 300, "x" * 40_000, " ", "Biểu 03", "%",
    "Tổng số", "Trong đó", "s", "str", "b", "e", "d", "inlineStr", "n", "1.234,5", "(12)", "=1+1", "001099012345",
]  # fmt: skip
BYTES = [b"\0", b"\xff", b"<", b">", b"&", b'"', b"]]>", b"<!--", b"<![CDATA[", b"&#0;", b"\xff\xff\xff\x7f", b"PK\3\4"]
OWNERS = ("Thanh Hóa", "Thanh Hoá", "Ninh Bình", "Nghệ An", "Hà Tĩnh", "Quảng Bình")
OWNER = re.compile("|".join(normalize(form, name) for form in ("NFC", "NFD") for name in OWNERS), re.IGNORECASE)


class Base(NamedTuple):
    """A workbook to start from."""

    suffix: str
    content: bytes


def bases(samples):
    """The small workbooks of every format, twice as they are quickly read, and the samples without their provinces."""
    own = [
        Base(".xlsx", forge.book()),
        Base(".ods", forge.ods()),
        Base(".xls", forge.xls()),
        Base(".xlsb", forge.xlsb()),
    ]
    return own * 2 + [
        Base(path.suffix, nameless(path)) for path in sorted(samples) if path.stem not in {"targets", "scoring"}
    ]


def nameless(path):
    """A sample that does not say whose it is, so that a mutant of it is no second submission of its province."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = "xl/sharedStrings.xml"
    parts[texts] = OWNER.sub("X", parts[texts].decode()).encode()
    return packed(parts)


def make(number, origins):
    """Suffix and contents of one mutant."""
    rng = random.Random(number)  # noqa: S311
    base = rng.choice(origins)
    if base.suffix == ".xls" or rng.random() < 0.07:
        return base.suffix, changed_bytes(base.content, rng)
    with zipfile.ZipFile(BytesIO(base.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        rng.choices([_spoil_bytes, _spoil_xml, _spoil_parts], [2, 7, 1])[0](parts, rng)
    return base.suffix, packed(parts)


def packed(parts):
    """An archive of these parts, packed quickly."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


# Bytes


def changed_bytes(content, rng):
    """Some bytes flipped, put in, taken out or said twice."""
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 10])):
        at, length = rng.randrange(len(changed) + 1), rng.choice([1, 1, 2, 4, 16, 200])
        rng.choice([_flip, _flip, _insert, _delete, _duplicate])(changed, at, length, rng)
    return bytes(changed)


def _flip(changed, at, length, rng):
    for place in range(at, min(at + length, len(changed))):
        changed[place] ^= 1 << rng.randrange(8)


def _insert(changed, at, _length, rng):
    changed[at:at] = rng.choice(BYTES)


def _delete(changed, at, length, _rng):
    del changed[at : at + length]


def _duplicate(changed, at, length, rng):
    changed[at:at] = changed[at : at + length] * rng.choice([1, 1, 50])


def _spoil_bytes(parts, rng):
    name = rng.choice(sorted(parts))
    parts[name] = changed_bytes(parts[name], rng)


# Parts


def _spoil_parts(parts, rng):
    one, other = rng.choice(sorted(parts)), rng.choice(sorted(parts))
    change = rng.randrange(4)
    if change == 0:
        del parts[one]
    elif change == 1:
        parts[one], parts[other] = parts[other], parts[one]
    elif change == 2:
        parts[rng.choice([one.upper(), one.replace("/", "\\"), f"/{one}", f"../{one}", "x"])] = parts.pop(one)
    else:
        parts[one] = b""
    if not parts:
        parts["x"] = b""


# XML


def _spoil_xml(parts, rng):
    # The sheets are where the numbers are: half of the changes go there.
    xml = sorted(name for name, content in parts.items() if name.endswith((".xml", ".rels")) and content)
    sheets = [name for name in xml if "sheet" in name or name == "content.xml"]
    if not xml:
        return
    name = rng.choice(sheets if sheets and rng.random() < 0.5 else xml)
    try:
        root = etree.fromstring(parts[name], etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:  # an earlier change broke it
        return
    for _ in range(rng.choice([1, 1, 2, 8])):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        rng.choice([_set, _set, _swap_attributes, _text, _text, _remove, _copy, _move, _rename])(elements, rng)
    parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _set(elements, rng):
    element = rng.choice(elements)
    keys = element.keys()
    if keys:
        key = rng.choice(keys)
        if rng.random() < 0.2:
            del element.attrib[key]
        else:
            element.set(key, rng.choice(TEXTS))


def _swap_attributes(elements, rng):
    one, other = rng.choice(elements), rng.choice(elements)
    shared = sorted(set(one.keys()) & set(other.keys()))
    if shared:
        key = rng.choice(shared)
        first, second = one.get(key), other.get(key)
        one.set(key, second)
        other.set(key, first)


def _text(elements, rng):
    one, other = rng.choice(elements), rng.choice(elements)
    one.text = rng.choice([other.text, rng.choice(TEXTS)])


def _remove(elements, rng):
    element = rng.choice(elements)
    if element.getparent() is not None:
        element.getparent().remove(element)


def _copy(elements, rng):
    element = rng.choice(elements[1:] or elements)
    if element.getparent() is not None:
        twin = etree.fromstring(etree.tostring(element, with_tail=False))
        for _ in range(rng.choice([1, 1, 3])):
            element.addnext(twin)


def _move(elements, rng):
    one, other = rng.choice(elements), rng.choice(elements)
    if one is not other and one not in list(other.iterancestors()) and one.getparent() is not None:
        other.append(one)


def _rename(elements, rng):
    one, other = rng.choice(elements), rng.choice(elements)
    one.tag = rng.choice([other.tag, "x", f"{{http://example.org}}{etree.QName(one).localname}"])
