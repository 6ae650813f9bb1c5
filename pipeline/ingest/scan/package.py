"""How the parts of an .xlsx, .xlsm or .xlsb belong together, and what stands among them beside sheets of values."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.ingest.archive import Archive
from pipeline.ingest.parts import Presence, SheetScan, address
from pipeline.ingest.scan.markup import Attributes, local, parse_part

MACROS, LINKS, DDE = "macros_present", "external_links", "dde_links"
EMBEDDED, CONNECTIONS, PICTURES = "embedded_objects", "data_connections", "pictures_present"
_EMBEDDING = {"oleObject", "package", "control", "activeXControlBinary"}
_QUERYING = {"queryTable"}
_LEADING = {"table", "drawing"}  # parts of a sheet that point to others


@dataclass(frozen=True)
class Related:
    """A part that another one points to: in which role, and its name."""

    kind: str
    target: str


def relations(archive: Archive, part: str) -> dict[str, Related]:
    """What a part points to inside the archive, by the ids that it uses."""
    folder, name = posixpath.split(part)
    listed = f"{folder}/_rels/{name}.rels"
    found: dict[str, Related] = {}

    def start(element: str, attributes: Attributes) -> None:
        if local(element) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, attributes.get("Target", "").replace("\\", "/")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = Related(kind, target.lstrip("/"))

    if archive.has(listed):
        parse_part(archive, listed, start)
    return found


def presences_of(
    archive: Archive, sheets: Mapping[str, str], scans: Mapping[str, SheetScan], macro_sheets: Sequence[str]
) -> list[Presence]:
    """What a workbook holds beside values; ``sheets`` are the sheets' names by their parts. Nothing of it is run."""
    found = []
    if macro_sheets or any(name.endswith("vbaproject.bin") for name in archive.under("")):
        found.append(Presence(MACROS, ", ".join(macro_sheets) or "VBA"))
    found.extend(_links(archive, scans))
    if archive.under("xl/embeddings/") or archive.under("xl/activex/"):
        found.append(Presence(EMBEDDED, _holders(archive, sheets, _EMBEDDING)))
    if archive.under("xl/media/"):
        found.append(Presence(PICTURES, _holders(archive, sheets, {"image"})))
    connected = [archive.under(place) for place in ("xl/connections.", "xl/querytables/", "xl/model/")]
    if any(connected) or _has_query(archive):
        found.append(Presence(CONNECTIONS, _holders(archive, sheets, _QUERYING)))
    return found


def _holders(archive: Archive, sheets: Mapping[str, str], kinds: set[str]) -> str:
    """The sheets that point to such parts, themselves or by a table or drawing of theirs."""
    return ", ".join(name for part, name in sheets.items() if _points_to(archive, part, kinds, depth=2)) or "-"


def _points_to(archive: Archive, part: str, kinds: set[str], *, depth: int) -> bool:
    related = relations(archive, part).values()
    return any(r.kind in kinds for r in related) or (
        depth > 0 and any(r.kind in _LEADING and _points_to(archive, r.target, kinds, depth=depth - 1) for r in related)
    )


def _has_query(archive: Archive) -> bool:
    """Whether a query of Power Query is kept; its part may be in any of two encodings."""
    signs = (b"DataMashup", "DataMashup".encode("utf-16-le"))
    for part in archive.under("customxml/item"):
        with archive.open(part) as stream:
            head = stream.read(4096)
        if any(sign in head for sign in signs):
            return True
    return False


def _links(archive: Archive, scans: Mapping[str, SheetScan]) -> list[Presence]:
    """Links to other workbooks or programs, at the first cell that uses one."""
    kinds: dict[str, list[str]] = {}
    for part in archive.under("xl/externallinks/"):
        if part.endswith(".xml"):
            for kind, target in _link_kinds(archive, part):
                kinds.setdefault(kind, []).append(target)
        elif part.endswith(".bin"):
            kinds.setdefault(LINKS, []).append("")
    sheet, cell = next(((name, scan.linked[0]) for name, scan in scans.items() if scan.linked), ("", None))
    place = address(*cell) if cell else ""
    return [Presence(rule, shortened(targets), sheet, place) for rule, targets in kinds.items()]


def _link_kinds(archive: Archive, part: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    target = _outside(archive, part)

    def start(name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag == "ddeLink":
            found.append((DDE, f"{attributes.get('ddeService', '')}|{attributes.get('ddeTopic', '')}"))
        elif tag in {"externalBook", "oleLink"}:
            found.append((LINKS, target))

    parse_part(archive, part, start)
    return found


def _outside(archive: Archive, part: str) -> str:
    """The name of the file that a link's part points to."""
    folder, name = posixpath.split(part)
    listed = f"{folder}/_rels/{name}.rels"
    targets: list[str] = []

    def start(element: str, attributes: Attributes) -> None:
        if local(element) == "Relationship":
            targets.append(attributes.get("Target", ""))

    if archive.has(listed):
        parse_part(archive, listed, start)
    return posixpath.basename(targets[0].replace("\\", "/")) if targets else ""


def shortened(texts: Iterable[str], most: int = 5) -> str:
    """Some of the texts, each cut where it is long; ``-`` where there is none."""
    named = [text[:80] for text in dict.fromkeys(texts) if text]
    more = ["..."] if len(named) > most else []
    return ", ".join([*named[:most], *more]) or "-"
