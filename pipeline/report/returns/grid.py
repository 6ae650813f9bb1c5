"""A sheet's XML as cells to be coloured: found or inserted in their order, with the style that they show."""

from bisect import bisect, insort
from collections.abc import Iterable, Sequence

import numpy as np
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException

from pipeline.report.returns.markup import Element, child, child_in_order, children, is_true, local, namespace, unset
from pipeline.report.returns.styles import Styles

Cell = tuple[int, int]  # row and column, from 1

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
LAST: Cell = (1_048_576, 16_384)


def position(address: str) -> Cell | None:
    """Row and column of an address; None if no sheet has such a cell.

    >>> position("F14"), position("F0"), position("ZZZ1"), position("F14:F15")
    ((14, 6), None, None, None)
    """
    try:
        letters, row = coordinate_from_string(address)
        column = column_index_from_string(letters)
    except (CellCoordinatesException, ValueError):
        return None
    return (row, column) if row <= LAST[0] and column <= LAST[1] else None


class _Line:
    """The numbered children of one element, which stay in order when one is added."""

    def __init__(self, parent: Element) -> None:
        self._parent = parent
        self._elements: dict[int, Element] = {}
        self._numbers: list[int] = []

    def known(self, number: int, element: Element) -> None:
        if number not in self._elements:
            self._elements[number] = element
            insort(self._numbers, number)

    def get(self, number: int) -> Element | None:
        return self._elements.get(number)

    def add(self, number: int, tag: str) -> Element:
        element = self._parent.makeelement(tag)
        place = bisect(self._numbers, number)
        if place < len(self._numbers):
            self._elements[self._numbers[place]].addprevious(element)
        elif place:
            self._elements[self._numbers[-1]].addnext(element)
        else:
            self._parent.insert(0, element)
        self.known(number, element)
        return element


class Grid:
    """The cells of one worksheet."""

    def __init__(self, sheet: Element, styles: Styles) -> None:
        self.sheet = sheet
        self._styles = styles
        self._tag = f"{{{namespace(sheet)}}}"
        data = child_in_order(sheet, "sheetData", ORDER)
        self._rows, self._cells = _Line(data), dict[int, _Line]()
        self._spans, self._columns = children(child(sheet, "cols"), "col"), dict[int, Element | None]()
        self._layout = child(sheet, "sheetFormatPr")
        number = 0
        for row in data.iterchildren(f"{self._tag}row"):
            number = int(row.get("r") or number + 1)
            row.set("r", str(number))  # said, for a row that is inserted before it would else move it
            self._rows.known(number, row)

    def first_cells(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells that show the contents of these: the first one of a merged range, else the cell itself."""
        refs = [merge.get("ref", "") for merge in children(child(self.sheet, "mergeCells"), "mergeCell")]
        bounds = np.array([_bounds(ref) for ref in refs], dtype=np.int64).reshape(-1, 4)
        left, top, right, bottom = bounds.T
        shown = []
        for row, column in cells:
            over = np.flatnonzero((left <= column) & (column <= right) & (top <= row) & (row <= bottom))
            shown.append((int(top[over[0]]), int(left[over[0]])) if len(over) else (row, column))
        return shown

    def colour(self, cell: Cell, colour: str) -> None:
        """Give a cell a fill; whatever else it shows stays."""
        element = self._cell(cell)
        element.set("s", str(self._styles.filled(int(element.get("s") or 0), colour)))

    def bleach(self, cell: Cell, colours: Iterable[str]) -> None:
        """Take one of these fills from a cell."""
        element = self._cell(cell)
        style = int(element.get("s") or 0)
        if any(self._styles.is_filled(style, colour) for colour in colours):
            element.set("s", str(self._styles.filled(style, "")))

    def column_width(self, column: int) -> int:
        """A column's width in pixels."""
        found = self._column(column)
        if found is not None and is_true(found.get("hidden")):
            return 0
        width = found.get("width") if found is not None else self._default("defaultColWidth")
        return int(float(width) * 7 + 0.5) if width else 64

    def row_height(self, row: int) -> int:
        """A row's height in pixels."""
        found = self._rows.get(row)
        if found is not None and is_true(found.get("hidden")):
            return 0
        height = (found.get("ht") if found is not None else None) or self._default("defaultRowHeight")
        return int(float(height) * 4 / 3 + 0.5) if height else 20

    def _default(self, name: str) -> str | None:
        return None if self._layout is None else self._layout.get(name)

    def _column(self, column: int) -> Element | None:
        if column not in self._columns:
            over = (s for s in self._spans if int(s.get("min", "0")) <= column <= int(s.get("max", "0")))
            self._columns[column] = next(over, None)
        return self._columns[column]

    def _cell(self, cell: Cell) -> Element:
        row, column = cell
        line = self._rows.get(row)
        if line is None:
            line = self._rows.add(row, f"{self._tag}row")
            line.set("r", str(row))
        if row not in self._cells:
            self._cells[row] = self._read(row, line)
        found = self._cells[row].get(column)
        return self._new(cell, line) if found is None else found

    def _read(self, row: int, line: Element) -> _Line:
        cells, column = _Line(line), 0
        for element in line.iterchildren(f"{self._tag}c"):
            reference = element.get("r", "").rstrip("0123456789")
            column = column_index_from_string(reference) if reference else column + 1
            element.set("r", f"{get_column_letter(column)}{row}")
            cells.known(column, element)
        return cells

    def _new(self, cell: Cell, line: Element) -> Element:
        """An empty cell where the sheet has none; it looks as its row or column does."""
        row, column = cell
        element = self._cells[row].add(column, f"{self._tag}c")
        element.set("r", f"{get_column_letter(column)}{row}")
        unset(line, "spans")  # a hint for readers that may now be wrong
        spans = self._column(column)
        if is_true(line.get("customFormat")):
            element.set("s", line.get("s") or "0")
        elif spans is not None and spans.get("style"):
            element.set("s", spans.get("style", "0"))
        self._widen(cell)
        return element

    def _widen(self, cell: Cell) -> None:
        dimension = child(self.sheet, "dimension")
        if dimension is None or not dimension.get("ref"):
            return
        left, top, right, bottom = _bounds(dimension.get("ref", ""))
        corners = (min(left, cell[1]), min(top, cell[0])), (max(right, cell[1]), max(bottom, cell[0]))
        first, last = (f"{get_column_letter(column)}{row}" for column, row in corners)
        dimension.set("ref", first if first == last else f"{first}:{last}")


def _bounds(reference: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a range; what a reference such as ``A:B`` leaves out is the sheet's."""
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or LAST[1], bottom or LAST[0]


def leave_unselected(sheet: Element) -> None:
    """Take a sheet out of the selection: two selected sheets would be typed into at once."""
    for view in sheet.iter():
        if local(view) == "sheetView":
            unset(view, "tabSelected")
        elif local(view) == "sheetData":
            break
