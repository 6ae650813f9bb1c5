"""How a sheet comes out on paper: A4, one page wide, headings repeated, a footer, no page for a few rows."""

import math
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

_A4 = 9
_UPRIGHT = 175  # characters of a sheet's width that can still be read on an upright page
_UP, _ACROSS = (537.0, 763.0), (784.0, 516.0)  # points of a page that its margins leave, across and down
_NARROW = 0.72  # of a page's width: what is narrower is not made larger, as some programs would
_OVERHANG = 0.2  # of the last page: less is too little to turn it for
_ROW, _POINT = 13.5, 0.75  # a row's height where many are alike; a pixel's


def lay_out(
    sheet: Worksheet,
    widths: Sequence[float],
    footer: tuple[str, str, str],
    repeat: tuple[int, int] | None,
    freeze: tuple[int, int],
    last: int,
) -> None:
    """Upright where the sheet is narrow enough to be read so, for a page then holds twice the rows; else across.

    ``footer`` are its texts on the left, in the middle, on the right; ``repeat`` the rows of the headings, ``freeze``
    the first cell that moves on screen, ``last`` the last row.
    """
    sheet.set_paper(_A4)
    across = repeat is None or sum(widths) > _UPRIGHT
    if across:
        sheet.set_landscape()
    if repeat:  # many rows: each as high as its letters need, in every program alike
        sheet.set_default_row(_ROW)
        sheet.repeat_rows(*repeat)
    paper = _ACROSS if across else _UP
    if _width(widths) < _NARROW * paper[0]:
        sheet.set_print_scale(100)
    else:
        sheet.fit_to_pages(1, _without_overhang(sheet, widths, paper, last) if repeat else 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.hide_gridlines(2)
    # As large on every page, whatever the sheet above it is scaled to.
    left, middle, right = footer
    sheet.set_footer(f"&L&8 {left}&C&8 {middle}&R&8 {right}", {"scale_with_doc": False})
    sheet.freeze_panes(*freeze)


def _width(widths: Sequence[float]) -> float:
    """The columns' width in points."""
    return sum(width * 7 + 5 for width in widths) * _POINT


def _without_overhang(sheet: Worksheet, widths: Sequence[float], paper: tuple[float, float], last: int) -> int:
    """How many pages the sheet is to have where the last would hold a few rows only; else 0, as many as needed."""
    wide, high = paper
    usual = (sheet.default_row_height,)
    rows = (sheet.row_sizes.get(row, usual)[0] for row in range(last + 1))
    pages = sum(rows) * _POINT * min(wide / _width(widths), 1) / high
    return math.floor(pages) if pages > 1 and pages % 1 < _OVERHANG else 0
