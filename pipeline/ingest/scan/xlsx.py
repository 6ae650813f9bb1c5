"""Scans .xlsx and .xlsm: the workbook's list of sheets, its styles, and each sheet's XML."""

from dataclasses import dataclass, field

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, refuse_namesakes
from pipeline.ingest.scan.markup import Attributes, by_local_name, check_head, local, parse_part, places_of
from pipeline.ingest.scan.package import Related, presences_of, relations
from pipeline.ingest.scan.runs import Run, Texts, mark_of
from pipeline.ingest.scan.styles import Styles
from pipeline.ingest.scan.xlsx_sheet import scan_sheet
from pipeline.ingest.scan.xlsx_texts import LINK, NAME, personal_links, personal_notes, personal_texts, texts_beside
from pipeline.stamps import NAME as STAMP
from pipeline.text import holds_personal_data

_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
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
    stamps: dict[int, str] = field(default_factory=dict)  # by the sheet's place
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
    styles, shared = _styles(archive), _shared_runs(archive)
    scan = BookScan(_readable(content, archive, listed))
    for sheet in sheets:
        if sheet.part is not None:
            scan.sheets[sheet.name] = scan_sheet(archive, sheet.part.target, styles, shared, limits)
            scan.sheets[sheet.name].stamp = listed.stamps.get(listed.sheets.index(sheet), "")
            scan.sheets[sheet.name].beside = texts_beside(archive, sheet.part.target)
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
            own[:] = [said.get("name", ""), said.get("localSheetId", "")]
            text.append(f"{said.get('name', '').replace('_', ' ')} {said.get('comment', '')} ")

    def end(name: str) -> None:
        if local(name) == "definedName":
            listed.is_personal = listed.is_personal or holds_personal_data("".join(text))
            if own[0] == STAMP and _number(own[1]) >= 0:
                listed.stamps[_number(own[1])] = "".join(text[1:])

    text: list[str] = []
    own: list[str] = []
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


def _shared_runs(archive: Archive) -> list[tuple[Run, ...]]:
    """The runs of each shared text; nothing where none of them is set in several fonts, as is usual."""
    texts = Texts()
    related = (part.target for part in relations(archive, _WORKBOOK).values() if part.kind == "sharedStrings")
    part = next((target for target in related if archive.has(target)), "")
    if part and b"rPr" in archive.read(part):
        parse_part(archive, part, texts.start, texts.end, texts.text)
    return texts.found


class _StylesHandler:
    """Collects the number formats and the fonts' marks from the events of the styles' XML."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.used: list[tuple[int, int]] = []  # of each cell style the number format and the font
        self.marks: list[str] = []  # of each font
        self._inside = ""

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag == "numFmt":
            self.codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "fonts"}:
            self._inside = tag
        elif self._inside == "cellXfs" and tag == "xf":
            number, font = (_number(attributes.get(said, "")) for said in ("numFmtId", "fontId"))
            self.used.append((max(number, 0), max(font, 0)))
        elif self._inside == "fonts" and tag == "font":
            self.marks.append("")
        elif self._inside == "fonts" and self.marks:
            self.marks[-1] = mark_of(tag, attributes) or self.marks[-1]

    def end(self, name: str) -> None:
        if local(name) == self._inside:
            self._inside = ""


def _styles(archive: Archive) -> Styles:
    """Which cell styles show percentages or dates, and which raise or strike out their texts, by their index."""
    found = _StylesHandler()
    if archive.has(_STYLES):
        parse_part(archive, _STYLES, found.start, found.end)
    return Styles.of(found.codes, found.used, dict(enumerate(found.marks)), index=str)


def _number(text: str) -> int:
    """The number of a format; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else -1
