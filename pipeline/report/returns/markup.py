"""The XML of a workbook's parts: read without fetching or expanding anything, changed, written back."""

import re
from collections.abc import Sequence

from lxml import etree

Element = etree._Element  # noqa: SLF001  lxml has no public name for it

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# The namespace of a part -> that of the ids of relationships in it.
LINKS = {
    TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST = 32_000  # characters in a cell or note; Excel takes a few more
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class UnmarkableError(Exception):
    """No marked copy can be made of this file; ``reason`` is the message that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(content: bytes) -> Element:
    """A part's root. Raises `UnmarkableError` for a part with a document type, `etree.XMLSyntaxError` for no XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD:
        raise UnmarkableError("returns.failed")
    return root


def serialise(root: Element) -> bytes:
    """A part's bytes, always UTF-8."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def namespace(root: Element) -> str:
    """The spreadsheet namespace of a part; a stranger's raises `UnmarkableError`."""
    name = etree.QName(root).namespace
    if name not in LINKS:
        raise UnmarkableError("returns.failed")
    return name


def local(element: Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(parent: Element, name: str) -> Element | None:
    """The first child of that name in the parent's namespace."""
    return parent.find(f"{{{etree.QName(parent).namespace}}}{name}")


def children(parent: Element | None, name: str) -> list[Element]:
    """All children of that name in the parent's namespace; none without a parent."""
    return [] if parent is None else parent.findall(f"{{{etree.QName(parent).namespace}}}{name}")


def add(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """A new last child in the parent's namespace."""
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}", dict(attributes))
    if text:
        write_text(element, text)
    return element


def write_text(element: Element, text: str) -> None:
    """Fill an element with a text of which no blank gets lost."""
    element.text = text
    if text != text.strip() or "\n" in text:
        element.set(_SPACE, "preserve")


def child_in_order(parent: Element, name: str, order: Sequence[str]) -> Element:
    """The child of that name; a new one stands where the schema's ``order`` of children wants it."""
    found = child(parent, name)
    if found is not None:
        return found
    found = add(parent, name)
    place = order.index(name)
    for other in parent:
        if other is not found and _rank(other, order) > place:
            other.addprevious(found)
            break
    return found


def _rank(element: Element, order: Sequence[str]) -> int:
    """Where an element stands in the order; one that wraps alternatives stands where the first of them does."""
    if element.tag == f"{{{_COMPATIBILITY}}}AlternateContent":
        inner = next((grandchild for choice in element for grandchild in choice), None)
        return -1 if inner is None else _rank(inner, order)
    return order.index(local(element)) if local(element) in order else -1


def unset(element: Element, *names: str) -> None:
    """Take out attributes."""
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in {"1", "true", "on"}


def clean(text: str) -> str:
    r"""A text that a workbook can hold, no longer than it can, and read back as it was.

    >>> clean("a\x00b"), clean("_x0041_")
    ('a b', '_x005F_x0041_')
    """
    plain = _NOT_XML.sub(" ", text.replace("\r\n", "\n"))
    return _ESCAPE.sub("_x005F_", plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…")
