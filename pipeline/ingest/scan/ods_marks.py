"""Which texts of an .ods file are raised or struck out: styles of cells, of whole columns and rows, and of spans."""

from pipeline.ingest.scan.markup import Attributes, by_local_name
from pipeline.ingest.scan.runs import OF_CELL, RAISED, STRUCK, Run, doubt_of


class Marks:
    """Collects what the styles say of texts, then the runs of one cell after the other."""

    def __init__(self) -> None:
        self._of_style: dict[str, str] = {}
        self._style = ""
        self._columns: list[tuple[int, int, str]] = []  # first and last column of those whose style has a mark
        self._next_column = 0
        self._row = ""
        self._runs: list[Run] = []
        self._spans: list[str] = []

    def start_style(self, tag: str, attributes: Attributes) -> None:
        """Note a style: what it is based on, then what it says itself."""
        said = by_local_name(attributes)
        if tag == "style":
            self._style = said.get("name", "")
            self._of_style[self._style] = self._of_style.get(said.get("parent-style-name", ""), OF_CELL)
        elif tag == "text-properties" and self._style:
            self._of_style[self._style] = _mark(said, self._of_style[self._style])

    def start_sheet(self) -> None:
        """Forget the columns of the sheet before."""
        self._columns, self._next_column = [], 0

    def start_columns(self, attributes: Attributes, count: int) -> None:
        """Note how the cells of the next columns look that name no style themselves."""
        mark = self._named(by_local_name(attributes).get("default-cell-style-name", ""))
        if mark:
            self._columns.append((self._next_column, self._next_column + count - 1, mark))
        self._next_column += count

    def start_row(self, attributes: Attributes) -> None:
        """Note how the row's cells look that name no style themselves."""
        self._row = by_local_name(attributes).get("default-cell-style-name", "")

    def start_cell(self) -> None:
        """Forget the runs of the cell before."""
        self._runs, self._spans = [], []

    def start_span(self, attributes: Attributes) -> None:
        """Note that a stretch of text in a style of its own begins."""
        own = self._of_style.get(by_local_name(attributes).get("style-name", ""), OF_CELL)
        self._spans.append(self._span if own == OF_CELL else own)

    def end_span(self) -> None:
        """Note where it ends."""
        self._spans = self._spans[:-1]

    @property
    def _span(self) -> str:
        return self._spans[-1] if self._spans else OF_CELL

    def text(self, data: str) -> None:
        """Take the letters of a text."""
        self._runs.append(Run(data, "", self._span))

    def doubt(self, style: str, column: int) -> str:
        """What makes the cell's text none whose digits can be read as one number."""
        of_column = next((mark for first, last, mark in self._columns if first <= column <= last), "")
        named = style or self._row
        return doubt_of(self._runs, self._named(named) if named else of_column)

    def _named(self, style: str) -> str:
        mark = self._of_style.get(style, "")
        return "" if mark == OF_CELL else mark


def _mark(said: Attributes, inherited: str) -> str:
    """What the properties of a style make of a text."""
    line = said.get("text-line-through-style") or said.get("text-line-through-type") or ""
    place = said.get("text-position", "").partition(" ")[0]
    if line not in {"", "none"}:
        return STRUCK
    if place.strip("-+%0"):  # "super", "sub", or by how much
        return RAISED
    return "" if line or place else inherited
