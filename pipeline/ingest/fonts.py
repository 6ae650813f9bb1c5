"""Which font the texts of an .xlsx or .xlsm file are set in: the cell's own, or each run's own within a rich text."""

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive, open_archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import Cell, next_position
from pipeline.ingest.scan.markup import Attributes, by_local_name, local, parse_part
from pipeline.ingest.scan.package import relations
from pipeline.ingest.scan.runs import Run, Texts

_WORKBOOK = "xl/workbook.xml"


Fonts = dict[Cell, tuple[Run, ...]]


def read_fonts(content: bytes, limits: Limits) -> dict[str, Fonts]:
    """The fonts of all text cells, by the sheet's name; nothing for another format, or where they cannot be read."""
    if not content.startswith(b"PK"):
        return {}
    try:
        archive = open_archive(content, limits)
        return _read(archive) if archive.has(_WORKBOOK) else {}
    except UnreadableError:
        return {}  # the values could be read: without fonts, the texts say what they are


def _read(archive: Archive) -> dict[str, Fonts]:
    related = relations(archive, _WORKBOOK)
    parts = {part.kind: part.target for part in related.values() if archive.has(part.target)}
    styles = _Styles()
    if "styles" in parts:
        parse_part(archive, parts["styles"], styles.start, styles.end)
    shared = Texts()
    if "sharedStrings" in parts:
        parse_part(archive, parts["sharedStrings"], shared.start, shared.end, shared.text)
    found: dict[str, Fonts] = {}
    for name, relation in _sheets(archive):
        if relation in related and archive.has(related[relation].target):
            cells = _Cells(styles, shared)
            parse_part(archive, related[relation].target, cells.start, cells.end, cells.text)
            found[name] = cells.fonts
    return found


def _sheets(archive: Archive) -> list[tuple[str, str]]:
    """Each sheet's name and the id of its part."""
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if local(name) == "sheet":
            said = by_local_name(attributes)
            found.append((said.get("name", ""), said.get("id", "")))

    parse_part(archive, _WORKBOOK, start)
    return found


class _Styles:
    """The font of each cell style."""

    def __init__(self) -> None:
        self._fonts: list[str] = []
        self._of_style: list[int] = []
        self._inside = ""

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag in {"fonts", "cellXfs"}:
            self._inside = tag
        elif tag == "font" and self._inside == "fonts":
            self._fonts.append("")
        elif tag == "name" and self._inside == "fonts" and self._fonts:
            self._fonts[-1] = attributes.get("val", "")
        elif tag == "xf" and self._inside == "cellXfs":
            self._of_style.append(_number(attributes.get("fontId", "")))

    def end(self, name: str) -> None:
        if local(name) == self._inside:
            self._inside = ""

    def font(self, style: str) -> str:
        """The font of the cells of a style; a cell that names none has the first one."""
        number = _number(style)
        font = self._of_style[number] if number < len(self._of_style) else 0
        return self._fonts[font] if font < len(self._fonts) else ""


class _Cells:
    """The fonts of a sheet's text cells."""

    def __init__(self, styles: _Styles, shared: Texts) -> None:
        self.fonts: Fonts = {}
        self._styles, self._shared, self._own = styles, shared.found, Texts()
        self._cell = (-1, -1)
        self._kind, self._style, self._inside = "", "", ""
        self._value: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag == "row":
            self._cell = (_number(attributes.get("r", ""), self._cell[0] + 2) - 1, -1)
        elif tag == "c":
            self._cell = next_position(attributes.get("r", ""), self._cell)
            self._kind, self._style, self._value = attributes.get("t", ""), attributes.get("s", ""), []
        elif tag in {"v", "is"}:
            self._inside = tag
        if self._inside == "is":
            self._own.start(name, attributes)

    def text(self, data: str) -> None:
        if self._inside == "v":
            self._value.append(data)
        elif self._inside == "is":
            self._own.text(data)

    def end(self, name: str) -> None:
        tag = local(name)
        if self._inside == "is":
            self._own.end(name)
        if tag == self._inside:
            self._inside = ""
        elif tag == "c" and self._kind in {"s", "str", "inlineStr"}:
            font = self._styles.font(self._style)
            runs = tuple(Run(run.text, run.font or font) for run in self._runs())
            one = len({run.font for run in runs}) <= 1
            self.fonts[self._cell] = (Run("", runs[0].font if runs else font),) if one else runs

    def _runs(self) -> tuple[Run, ...]:
        if self._kind == "s":
            number = _number("".join(self._value).strip(), len(self._shared))
            return self._shared[number] if number < len(self._shared) else ()
        return self._own.found.pop() if self._kind == "inlineStr" and self._own.found else ()


def _number(text: str, default: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
