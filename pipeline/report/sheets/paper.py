"""How a sheet comes out on paper: A4, one page wide, headings repeated, a footer, as few pages as can be read."""

import math
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

_A4 = 9
_UPRIGHT = 165  # characters of a sheet's width that can still be read on an upright page
_UP, _ACROSS = (559.0, 770.0), (806.0, 523.0)  # points of a page that its margins leave, across and down
_NARROW = 0.72  # of a page's width: what is narrower is not made larger, as some programs would
_SMALLEST = 0.57  # of its size on screen: so small letters may become where that saves a page
_ROOM = 0.93  # of its width: LibreOffice's columns are wider than Excel's
_SLACK = 0.97  # of a page: printers' columns and rows are not all as large as the screen's
_LINE, _BESIDE = "\n", " \u00b7 "  # between parts of a footer
_HAIR = 1e-9  # that a hundredth of a float may lack
ROW, _POINT = 12.75, 0.75  # a row's height in points, as its letters need; a pixel's


def lay_out(
    sheet: Worksheet,
    widths: Sequence[float],
    last: int,
    footer: tuple[str, str, str],
    repeat: tuple[int, int] | None,
    breaks: Sequence[int] = (),
) -> None:
    """Upright where the sheet is narrow enough to be read so, for a page then holds twice the rows; else across.

    ``widths`` are the columns on paper, ``last`` the last row; ``footer`` its texts on the left, in the middle, on the
    right; ``repeat`` the rows of the headings; ``breaks`` the rows that pages begin with (the last may end it).
    """
    sheet.set_paper(_A4)
    sheet.set_default_row(ROW)  # in every program alike
    heights = [_height(sheet, row) for row in range(last + 1)]
    # Parts are kept whole where letters stay legible; what follows the last break runs on.
    tallest = max((sum(heights[start:end]) for start, end in zip((0, *breaks), breaks, strict=False)), default=0.0)
    across = sum(widths) > _UPRIGHT if repeat else not _needs_upright(_width(widths), tallest)
    if across:
        sheet.set_landscape()
    if repeat:
        sheet.repeat_rows(*repeat)
    wide, high = _ACROSS if across else _UP
    if breaks:  # Excel heeds them only where it does not fit pages itself
        scale = min(_ROOM * wide / _width(widths), _SLACK, max(_SLACK * high / tallest, _SMALLEST))
        sheet.set_h_pagebreaks([row for row in breaks if row <= last])
        sheet.set_print_scale(math.floor(100 * scale + _HAIR))
    elif _width(widths) < _NARROW * wide:
        sheet.set_print_scale(100)
    else:
        again = sum(heights[repeat[0] : repeat[1] + 1]) if repeat else 0.0
        usual = min(wide / _width(widths), 1.0)
        pages, fewest = (_pages(heights, again, high / scale) for scale in (usual, min(usual, _SMALLEST)))
        sheet.fit_to_pages(1, fewest if fewest < pages else 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.4, bottom=0.6)
    sheet.hide_gridlines(2)
    # As large on every page, whatever the sheet above it is scaled to.
    left, middle, right = footer if across else (_one_below(*footer[:2]), "", footer[2])
    sheet.set_footer(f"&L&8 {left}&C&8 {middle}&R&8 {right}", {"scale_with_doc": False})


def reach(widths: Sequence[float]) -> int:
    """The last column that a page across holds in letters that can be read."""
    held = [n for n in range(len(widths)) if _width(widths[: n + 1]) * _SMALLEST < _ROOM * _ACROSS[0]]
    return max(held, default=0)


def side_by_side(sheet: Worksheet, widths: Sequence[float], columns: int) -> None:
    """Pages beside each other where one cannot hold all columns; the first ``columns`` are on each of them."""
    if reach(widths) < len(widths) - 1:
        sheet.set_print_scale(round(100 * _SMALLEST))
        sheet.repeat_columns(0, columns - 1)
        sheet.print_across()


def _one_below(left: str, middle: str) -> str:
    """Upright there is no room for texts beside each other, nor for more than two lines below the table."""
    return f"{middle.replace(_LINE, _BESIDE)}{_BESIDE if _LINE in left else _LINE}{left}"


def _needs_upright(width: float, tallest: float) -> bool:
    """Whether a part is too tall for a page across, and the sheet narrow enough for an upright one."""
    return tallest * _SMALLEST > _SLACK * _ACROSS[1] and width * _SMALLEST < _ROOM * _UP[0]


def _width(widths: Sequence[float]) -> float:
    """The columns' width in points."""
    return sum(width * 7 + 5 for width in widths) * _POINT


def _height(sheet: Worksheet, row: int) -> float:
    """A row's height in points."""
    pixels: float = sheet.row_sizes.get(row, (sheet.default_row_height,))[0]
    return pixels * _POINT


def _pages(heights: Sequence[float], again: float, room: float) -> int:
    """How many pages rows take, each with headings ``again`` high but the first; a row is on one page.

    >>> _pages([10] * 5, 10, 30)
    2
    """
    pages, used = 1, 0.0
    for height in heights:
        if used + height > room:
            pages, used = pages + 1, again
        used += height
    return pages
