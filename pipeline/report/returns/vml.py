"""The boxes of cell notes, in the old drawing language that Excel keeps them in.

Excel writes it as XML that is not always well formed, and form controls share it: so it is changed as text, and what
stands in it stays as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeline.report.returns.grid import LAST, Cell, Grid
from pipeline.report.returns.markup import UnmarkableError

_EMPTY = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"\
 xmlns:x="urn:schemas-microsoft-com:office:excel">
 <o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>
</xml>"""
_KIND = """ <v:shapetype{names} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
  <v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
"""
_SHAPE = """ <v:shape{names} id="_x0000_s{id}" type="#_x0000_t202" style='position:absolute;margin-left:{left}pt;\
margin-top:{top}pt;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden' fillcolor="#ffffe1"\
 o:insetmode="auto">
  <v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>
  <v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>
  <x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>
"""
_NAMES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_IDS = re.compile(r"_x0000_s(\d{1,9})\b")
_CLUSTERS = re.compile(r"""(<(?:\w+:)?idmap\b[^>]*?\bdata=)(["'])([\d,\s]*)\2""")
_BLOCK = re.compile(r"<(?:\w+:)?shape\b.*?</(?:\w+:)?shape\s*>", re.DOTALL)
_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor>)([^<]*)(</(?:\w+:)?Anchor>)")
_CLUSTER = 1024  # ids of shapes come in clusters of so many; a drawing names those that it uses
_WIDTH, _LINE, _MOST = 320, 17, 400  # pixels
_LETTERS = 46  # in one line of a note


@dataclass(frozen=True, order=True)
class Box:
    """The note of one cell, and how many pixels its text needs."""

    cell: Cell
    height: int


def height_of(text: str) -> int:
    r"""How many pixels high a note must be to show this text.

    >>> height_of("one"), height_of("one\ntwo"), height_of("n" * 9999)
    (45, 62, 400)
    """
    lines = sum(max(1, -(-len(line) // _LETTERS)) for line in text.split("\n"))
    return min(28 + _LINE * lines, _MOST)


def read(content: bytes) -> str:
    """A drawing as text, from which `write` makes the same bytes again."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnmarkableError("returns.failed")
    return content.decode("utf-8", "surrogateescape")


def write(drawing: str) -> bytes:
    """The bytes of a drawing."""
    return drawing.encode("utf-8", "surrogateescape")


def first_free_cluster(drawings: Iterable[str]) -> int:
    """The first cluster of ids that no drawing of the workbook uses."""
    used = [0]
    for drawing in drawings:
        used += [int(number) // _CLUSTER for number in _IDS.findall(drawing)]
        for match in _CLUSTERS.finditer(drawing):
            used += [int(number) for number in match[3].split(",") if number.strip()]
    return max(used) + 1


def with_boxes(drawing: str, boxes: Iterable[Box], grid: Grid, cluster: int) -> str:
    """The drawing (empty: a new one) with these notes in it; their ids begin in a cluster that nobody uses."""
    drawing = drawing or _EMPTY
    end = drawing.rfind("</")
    if end < 0:
        raise UnmarkableError("returns.failed")
    declared = all(f'xmlns:{prefix}="{name}"' in drawing[:end] for prefix, name in _NAMES.items())
    names = "" if declared else "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
    shapes = [] if 'id="_x0000_t202"' in drawing else [_KIND.format(names=names)]
    clusters: dict[int, None] = {}
    for order, box in enumerate(boxes):
        number = (cluster + order // (_CLUSTER - 1)) * _CLUSTER + order % (_CLUSTER - 1) + 1
        clusters[number // _CLUSTER] = None
        shapes.append(_shape(box, grid, number, order + 1, names))
    named = _CLUSTERS.sub(lambda match: _with_clusters(match, clusters), drawing[:end], count=1)
    return named + "".join(shapes) + drawing[end:]


def _with_clusters(match: re.Match[str], clusters: Iterable[int]) -> str:
    numbers = [number for number in match[3].split(",") if number.strip()]
    return f"{match[1]}{match[2]}{','.join([*numbers, *map(str, clusters)])}{match[2]}"


def _shape(box: Box, grid: Grid, number: int, order: int, names: str) -> str:
    row, column = box.cell
    left = min(column + 1, LAST[1] - 8)
    top = min(max(row - 1, 1), LAST[0] - 40)
    right, right_offset = _beyond(left, 15 + _WIDTH, grid.column_width, LAST[1])
    bottom, bottom_offset = _beyond(top, 10 + box.height, grid.row_height, LAST[0])
    anchor = (left - 1, 15, top - 1, 10, right - 1, right_offset, bottom - 1, bottom_offset)
    return _SHAPE.format(
        names=names,
        id=number,
        left=60,
        top=2,
        width=_WIDTH * 0.75,
        height=box.height * 0.75,
        order=order,
        anchor=", ".join(map(str, anchor)),
        row=row - 1,
        column=column - 1,
    )


def _beyond(first: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """Which row or column lies so many pixels after the start of the first one, and how far inside it."""
    at = first
    while at < last and pixels >= size(at):
        pixels -= size(at)
        at += 1
    return at, min(pixels, size(at))


def taller(drawing: str, cells: Mapping[Cell, int], grid: Grid) -> str:
    """The drawing with the boxes of these cells so many pixels higher, to show the text that was added."""

    def stretch(match: re.Match[str]) -> str:
        block = match[0]
        row, column = (re.search(rf"<(?:\w+:)?{name}>\s*(\d+)\s*<", block) for name in ("Row", "Column"))
        more = cells.get((int(row[1]) + 1, int(column[1]) + 1), 0) if row and column else 0
        return _ANCHOR.sub(lambda anchor: _lower(anchor, more, grid), block) if more else block

    return _BLOCK.sub(stretch, drawing)


def _lower(match: re.Match[str], pixels: int, grid: Grid) -> str:
    numbers = [part.strip() for part in match[2].split(",")]
    if len(numbers) != 8 or not all(number.isdigit() for number in numbers):
        return match[0]
    row, offset = _beyond(int(numbers[6]) + 1, int(numbers[7]) + pixels, grid.row_height, LAST[0])
    return f"{match[1]}{', '.join([*numbers[:6], str(row - 1), str(offset)])}{match[3]}"
