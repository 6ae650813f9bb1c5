"""Texts of an .xlsx, .xlsm or .xlsb that stand outside of its cells, read and searched for personal data.

Comments, text boxes, charts' titles and pictures' descriptions, links, the names of authors, the file's properties.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.scan.markup import Attributes, by_local_name, local, parse_part
from pipeline.ingest.scan.package import relations
from pipeline.text import holds_personal_data, without_ours

AUTHOR, BOX, HEADER, LINK, NAME, PROMPT, PROPERTIES = "author", "box", "header", "link", "name", "prompt", "properties"
FORMULA, UNSEEN = "formula", "unseen"
# What a sheet's drawing leads to: charts and the like, whose texts are titles.
_DRAWN = {"chart", "chartEx", "diagramData", "chartUserShapes"}
_KINDS = {"comments", "threadedComment", "drawing"}
_WITH_CELL = {"comment", "threadedComment"}
_ENDS = {"comment", "threadedComment", "p", "sp"}
_TEXTS = {"t", "text"}
_DESCRIBED = {"cNvPr", "docPr"}
_OF_PROGRAM = {"Manager", "Company", "HyperlinkBase"}  # the rest of this part are names of sheets, and counts
# Parts of which no sheet shows all: what other workbooks held, what charts were drawn from, texts that were deleted.
_UNSEEN = ("xl/externallinks/", "xl/charts/", "xl/sharedstrings.xml", "customxml/", "xl/styles.xml", "xl/pivotcache/")
_UNSEEN_NUMBERS = re.compile(
    rb"<(?P<p>\w+:)?numCache>.*?</(?P=p)?numCache>|<(?:\w+:)?cell(?![^>]*t=\"str\")[^>]*>.*?</(?:\w+:)?cell>|\{[-0-9A-Fa-f]{36}\}",
    re.DOTALL,
)
_SAID = re.compile(rb"(?:formatCode|name|val|v|Target|sheetName)=\"([^\"]*)\"")
_MARK = re.compile(rb"<[^>]*>")
_ENTITY = re.compile(rb"&#(\d{1,3});")


def personal_notes(archive: Archive, part: str) -> list[str]:
    """The cells ("" where there is none) whose comment, or a text box of the sheet, seems to hold personal data."""
    found: list[str] = []
    for related in relations(archive, part).values():
        if related.kind in _KINDS and archive.has(related.target) and related.target.endswith(".xml"):
            found.extend(_personal_cells(archive, related.target))
            drawn = relations(archive, related.target).values() if related.kind == "drawing" else ()
            for inner in drawn:
                if inner.kind in _DRAWN and archive.has(inner.target):
                    with suppress(UnreadableError):  # no figure is read from it, so it may be damaged
                        found.extend(_personal_cells(archive, inner.target))
        elif related.kind == "vmlDrawing" and archive.has(related.target) and _in_vml(archive.read(related.target)):
            found.append("")
    return list(dict.fromkeys(found))


def texts_beside(archive: Archive, part: str) -> list[tuple[str, str]]:
    """What comments and text boxes of a sheet say but for what we wrote, with the comment's cell ("" for a box)."""
    related = [r for r in relations(archive, part).values() if r.kind in _KINDS and r.target.endswith(".xml")]
    return without_our_notes([one for r in related if archive.has(r.target) for one in _said(archive, r.target)])


def without_our_notes(said: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Texts of comments and boxes but for what we wrote into a copy that we marked."""
    return [(cell, own) for cell, text in said if (own := without_ours(text).strip())]


def _personal_cells(archive: Archive, part: str) -> list[str]:
    return [cell for cell, text in _said(archive, part) if holds_personal_data(text)]


def _said(archive: Archive, part: str) -> list[tuple[str, str]]:
    """The texts of a part of comments or drawings, each with its comment's cell, and what describes pictures."""
    found: list[tuple[str, str]] = []
    cell = ""
    text: list[str] = []
    inside = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal cell, inside
        tag = local(name)
        if tag in _WITH_CELL:
            cell = attributes.get("ref", "")
            text.clear()
        elif tag in _DESCRIBED:
            found.append(("", f"{attributes.get('descr', '')} {attributes.get('title', '')}"))
        inside += tag in _TEXTS

    def end(name: str) -> None:
        nonlocal inside
        inside -= local(name) in _TEXTS
        if local(name) in _ENDS:
            found.append((cell, "".join(text)))
            text.clear()

    def add(data: str) -> None:
        if inside:
            text.append(data)

    parse_part(archive, part, start, end, add)
    return found


def _in_vml(content: bytes) -> bool:
    """Whether a text of old boxes and buttons does; their markup is often none that XML allows."""
    return holds_personal_data(_plain_bytes(_MARK.sub(b" ", content)))


def _unseen_texts(archive: Archive) -> bool:
    """Whether a text that the file keeps and no sheet shows does; a copy of the file would spread it."""
    parts = [
        part for part in archive.under("") if part.casefold().startswith(_UNSEEN) and part.endswith((".xml", ".rels"))
    ]
    return any(_holds_personal(archive.read(part)) for part in parts)


def _holds_personal(content: bytes) -> bool:
    """Whether a part's texts, or the attributes that are texts, hold personal data; its numbers are none."""
    shown = _UNSEEN_NUMBERS.sub(b" ", content)
    said = b" ; ".join([_MARK.sub(b" ; ", shown), *_SAID.findall(shown)])
    return holds_personal_data(_plain_bytes(said))


def _plain_bytes(content: bytes) -> str:
    return _ENTITY.sub(lambda code: bytes([int(code[1]) % 256]), content).decode("utf-8", "replace")


def personal_links(archive: Archive, part: str) -> bool:
    """Whether a link of a sheet or drawing leads to an address that is personal, such as ``mailto:``."""
    folder, _, name = part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels"
    found = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal found
        if local(element) == "Relationship" and attributes.get("TargetMode") == "External":
            found = found or holds_personal_data(unquote(attributes.get("Target", "")))

    if archive.has(listed):
        parse_part(archive, listed, start)
    drawings = [r.target for r in relations(archive, part).values() if r.kind == "drawing"]
    return found or any(personal_links(archive, drawing) for drawing in drawings)


def personal_texts(archive: Archive) -> Iterator[str]:
    """Which texts of the whole file seem to hold personal data: its properties, the authors of its comments."""
    properties = {"docprops/core.xml": None, "docprops/custom.xml": None, "docprops/app.xml": _OF_PROGRAM}
    if any(archive.has(part) and has_personal_text(archive, part, wanted) for part, wanted in properties.items()):
        yield PROPERTIES
    people = [part for part in archive.under("xl/persons/") if part.endswith(".xml")]
    authors = [part for part in archive.under("xl/comments") if part.endswith(".xml")]
    named = any(_in_attributes(archive, part, {"displayName", "userId"}) for part in people)
    if named or any(has_personal_text(archive, part, {"author"}) for part in authors):
        yield AUTHOR
    if _unseen_texts(archive):
        yield UNSEEN


def has_personal_text(archive: Archive, part: str, wanted: Collection[str] | None = None) -> bool:
    """Whether a text of these elements, or of any, holds personal data; of a damaged part as far as it goes."""
    found = False
    text: list[str] = []

    def start(_: str, __: Attributes) -> None:
        text.clear()

    def end(name: str) -> None:
        nonlocal found
        found = found or ((wanted is None or local(name) in wanted) and holds_personal_data("".join(text)))
        text.clear()

    with suppress(UnreadableError):
        parse_part(archive, part, start, end, text.append)
    return found


def _in_attributes(archive: Archive, part: str, wanted: Collection[str]) -> bool:
    found = False

    def start(_: str, attributes: Attributes) -> None:
        nonlocal found
        said = by_local_name(attributes)
        found = found or any(holds_personal_data(said[name]) for name in wanted if name in said)

    with suppress(UnreadableError):
        parse_part(archive, part, start)
    return found


def bare_text(data: bytes | memoryview) -> str:
    """What letters a binary record holds, in one byte or two, as far as digits and addresses go."""
    apart = bytes(data).replace(b"\0\0\0", b" ; ")  # the end of a length, which stands before its text
    return apart.replace(b"\0", b"").decode("latin-1")


_CODES = re.compile(r'&"[^"]*"|&\d{1,2}|&K[0-9A-F]{6}|&K\d\d[+-]\d{3}|&[A-Za-z]')


def header_text(text: str) -> str:
    """A header or footer without the codes of its fonts and places.

    >>> header_text('&C&"Arial,Bold"&120912')
    '   0912'
    """
    return _CODES.sub(" ", text)
