"""Scans .xlsx and .xlsm: the workbook's list of sheets, its styles, and each sheet's XML."""

from dataclasses import dataclass, field

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, Formats, refuse_namesakes
from pipeline.ingest.scan.markup import Attributes, by_local_name, check_head, local, parse_part, places_of
from pipeline.ingest.scan.package import Related, presences_of, relations
from pipeline.ingest.scan.xlsx_sheet import Styles, scan_sheet
from pipeline.ingest.scan.xlsx_texts import LINK, NAME, personal_links, personal_notes, personal_texts
from pipeline.text import holds_personal_data

_WORKBOOK = "xl/workbook.xml"
_DIGITS = 10


@dataclass(frozen=True)
class _Named:
    """A sheet of the workbook: its name, and how its part is related to the workbook."""

    name: str
    part: Related | None

    @property
    def kind(self) -> str:
        return self.part.kind if self.part else ""


@dataclass
class _Listed:
    """The workbook's sheets, and where in its XML stand those that the reader of values cannot take."""

    sheets: list[_Named] = field(default_factory=list)
    is_personal: bool = False  # a name that the workbook defines, or what it stands for, holds personal data


def scan_xlsx(content: bytes, archive: Archive, limits: Limits) -> BookScan:
    """Scan a workbook's sheets by name. Raises `UnreadableError` where it has none to read."""
    for part in archive.under("xl/"):
        if part.endswith(".xml"):
            check_head(archive, part)
    listed = _sheets(archive)
    refuse_namesakes([sheet.name for sheet in listed.sheets])
    sheets = [sheet for sheet in listed.sheets if sheet.kind == "worksheet"]
    if not sheets:
        charts = any(sheet.kind == "chartsheet" for sheet in listed.sheets)
        raise UnreadableError("reader.only_charts" if charts else "reader.no_sheets")
    for sheet in sheets:
        if sheet.part is None or not archive.has(sheet.part.target):
            raise UnreadableError("reader.lacks_sheet", sheet.name)
    styles = _styles(archive)
    scan = BookScan(_readable(content, archive, listed))
    for sheet in sheets:
        if sheet.part is not None:
            scan.sheets[sheet.name] = scan_sheet(archive, sheet.part.target, styles, limits)
            scan.notes.extend((sheet.name, cell) for cell in personal_notes(archive, sheet.part.target))
            kinds = scan.sheets[sheet.name].personal | ({LINK} if personal_links(archive, sheet.part.target) else set())
            scan.texts.extend((kind, sheet.name) for kind in sorted(kinds))
    scan.texts.extend((kind, "") for kind in [*([NAME] if listed.is_personal else []), *personal_texts(archive)])
    macros = [sheet.name for sheet in listed.sheets if "macrosheet" in sheet.kind.lower()]
    parts = {sheet.part.target: sheet.name for sheet in listed.sheets if sheet.part is not None}
    scan.presences = presences_of(archive, parts, scan.sheets, macros)
    return scan


def _sheets(archive: Archive) -> _Listed:
    related = relations(archive, _WORKBOOK)
    listed = _Listed()

    def start(name: str, attributes: Attributes) -> None:
        text.clear()
        said = by_local_name(attributes)
        if local(name) == "sheet":
            listed.sheets.append(_Named(said.get("name", ""), related.get(said.get("id", ""))))
        elif local(name) == "definedName":
            text.append(f"{said.get('name', '').replace('_', ' ')} {said.get('comment', '')} ")

    def end(name: str) -> None:
        if local(name) == "definedName" and holds_personal_data("".join(text)):
            listed.is_personal = True

    text: list[str] = []
    parse_part(archive, _WORKBOOK, start, end, text.append)
    return listed


def _readable(content: bytes, archive: Archive, listed: _Listed) -> bytes:
    """The workbook without its macro sheets, for whose sake the reader of values would refuse all of it."""
    macros = {sheet.name for sheet in listed.sheets if "macrosheet" in sheet.kind.lower()}
    if not macros:
        return content
    return archive.replaced(_WORKBOOK, _without_sheets(archive.read(_WORKBOOK), macros))


def _without_sheets(xml: bytes, names: set[str]) -> bytes:
    """The workbook's XML without the elements of these sheets."""

    def is_meant(name: str, attributes: Attributes) -> bool:
        return local(name) == "sheet" and by_local_name(attributes).get("name") in names

    for begin in reversed(places_of(xml, is_meant)):
        xml = xml[:begin] + xml[xml.index(b">", begin) + 1 :]
    return xml


def _styles(archive: Archive) -> Styles:
    """Which cell styles show percentages or dates, by their index."""
    codes: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside
        tag = local(name)
        if tag == "numFmt":
            codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            used.append(max(_number(attributes.get("numFmtId", "")), 0))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and local(name) != "cellXfs"

    if archive.has("xl/styles.xml"):
        parse_part(archive, "xl/styles.xml", start, end)
    formats = Formats(codes)
    return Styles(
        percents=frozenset(str(i) for i, number in enumerate(used) if formats.is_percent(number)),
        dates=frozenset(str(i) for i, number in enumerate(used) if formats.is_date(number)),
    )


def _number(text: str) -> int:
    """The number of a format; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else -1
