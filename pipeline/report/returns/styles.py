"""The workbook's cell styles: coloured twins of those in use, and a few of our own for the list."""

from copy import deepcopy

from lxml import etree

from pipeline.report.returns.markup import Element, UnmarkableError, add, child, child_in_order, children, namespace
from pipeline.report.returns.package import Package

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_MOST = 64_000  # cell styles; Excel takes a few more
_GRID = "FFBFBFBF"


class Styles:
    """The styles part of a package; made if there is none."""

    def __init__(self, package: Package, book: str, links: str) -> None:
        """``book`` is the workbook's part, ``links`` the address that the kinds of its relationships begin with."""
        found = [link.part for link in package.related(book, "styles") if link.part]
        if not found:
            folder = book.rpartition("/")[0]
            empty = f'<styleSheet xmlns="{namespace(package.look(book))}"/>'.encode()
            found = [package.new_part(f"{folder}/styles{{}}.xml".lstrip("/"), empty, _CONTENT_TYPE, first="")]
            package.relate(book, found[0], f"{links}/styles")
        self._root = package.edit(found[0])
        self._formats = self._list("cellXfs")
        self._made: dict[object, int] = {}
        for name, make in (("fonts", _plain_font), ("fills", _first_fills), ("borders", _no_border)):
            if not len(self._list(name)):
                make(self._list(name))
        basic = {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"}
        if not len(self._list("cellStyleXfs")):
            add(self._list("cellStyleXfs"), "xf", **basic)
            if not len(self._list("cellStyles")):
                add(self._list("cellStyles"), "cellStyle", name="Normal", xfId="0", builtinId="0")
        if not len(self._formats):
            add(self._formats, "xf", **basic, xfId="0")
        self._known = children(self._formats, "xf")
        for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs"):
            self._list(name).set("count", str(len(self._list(name))))

    def filled(self, style: int, colour: str) -> int:
        """The style that is like this one, with a solid fill; with none where there is no colour."""
        key = (style, colour)
        if key not in self._made:
            twin = deepcopy(self._known[style if style < len(self._known) else 0])
            twin.set("fillId", str(self._fill(colour) if colour else 0))
            twin.set("applyFill", "1")
            self._made[key] = self._add_format(twin)
        return self._made[key]

    def is_filled(self, style: int, colour: str) -> bool:
        """Whether a style has a solid fill of this colour."""
        fills = children(self._list("fills"), "fill")
        number = int(self._known[style].get("fillId", "0")) if style < len(self._known) else 0
        pattern = child(fills[number], "patternFill") if number < len(fills) else None
        shown = child(pattern, "fgColor") if pattern is not None else None
        return shown is not None and (shown.get("rgb") or "")[-6:].upper() == colour

    def own(self, *, font: str = "", colour: str = "", grid: bool = False, quoted: bool = False) -> int:
        """A style for our list, independent of the province's: font is ``bold``, ``title`` or ``link``, or plain.

        ``grid`` wraps the text and draws lines; ``quoted`` keeps ``=`` a text when the cell is typed into.
        """
        key = (font, colour, grid, quoted)
        if key not in self._made:
            made = etree.Element(f"{{{namespace(self._root)}}}xf", numFmtId="0", fontId=str(self._font(font)))
            made.set("fillId", str(self._fill(colour) if colour else 0))
            made.set("borderId", str(self._border(grid=grid)))
            made.set("xfId", "0")
            if quoted:
                made.set("quotePrefix", "1")
            for name in ("NumberFormat", "Font", "Fill", "Border", "Alignment"):
                made.set(f"apply{name}", "1")
            add(made, "alignment", horizontal="left", vertical="top", **({"wrapText": "1"} if grid else {}))
            self._made[key] = self._add_format(made)
        return self._made[key]

    def _list(self, name: str) -> Element:
        return child_in_order(self._root, name, _ORDER)

    def _add_format(self, made: Element) -> int:
        if len(self._known) >= _MOST:
            raise UnmarkableError("returns.failed")
        made.tail = None
        self._formats.append(made)
        self._known.append(made)
        self._formats.set("count", str(len(self._known)))
        return len(self._known) - 1

    def _add_item(self, name: str) -> tuple[Element, int]:
        """A new font, fill or border, and its number."""
        items = self._list(f"{name}s")
        item = add(items, name)
        number = len(children(items, name)) - 1
        items.set("count", str(number + 1))
        return item, number

    def _fill(self, colour: str) -> int:
        key = ("fill", colour)
        if key not in self._made:
            fill, self._made[key] = self._add_item("fill")
            pattern = add(fill, "patternFill", patternType="solid")
            add(pattern, "fgColor", rgb=f"FF{colour}")
            add(pattern, "bgColor", indexed="64")
        return self._made[key]

    def _font(self, kind: str) -> int:
        key = ("font", kind)
        if key not in self._made:
            # Fonts of our own: the workbook's may be one of an old Vietnamese encoding.
            font, self._made[key] = self._add_item("font")
            if kind in {"bold", "title"}:
                add(font, "b")
            if kind == "link":
                add(font, "u")
            add(font, "sz", val="14" if kind == "title" else "10")
            add(font, "color", rgb="FF0B4F6C" if kind == "link" else "FF000000")
            add(font, "name", val="Arial")
            add(font, "family", val="2")
        return self._made[key]

    def _border(self, *, grid: bool) -> int:
        key = ("border", grid)
        if key not in self._made:
            border, self._made[key] = self._add_item("border")
            for side in ("left", "right", "top", "bottom"):
                line = add(border, side, **({"style": "thin"} if grid else {}))
                if grid:
                    add(line, "color", rgb=_GRID)
            add(border, "diagonal")
        return self._made[key]


def _plain_font(fonts: Element) -> None:
    font = add(fonts, "font")
    add(font, "sz", val="11")
    add(font, "name", val="Calibri")


def _first_fills(fills: Element) -> None:
    """The two that every workbook begins with; Excel draws the second as grey whatever it says."""
    for pattern in ("none", "gray125"):
        add(add(fills, "fill"), "patternFill", patternType=pattern)


def _no_border(borders: Element) -> None:
    border = add(borders, "border")
    for side in ("left", "right", "top", "bottom", "diagonal"):
        add(border, side)
