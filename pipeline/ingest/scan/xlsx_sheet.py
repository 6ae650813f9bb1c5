"""Scans the XML of one sheet of an .xlsx or .xlsm file, as a stream of events."""

import re
from collections.abc import Sequence

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import COLUMNS, ROWS, Cell, SheetScan, cell_position, next_position
from pipeline.ingest.scan.codes import note_number
from pipeline.ingest.scan.markup import Attributes, local, parse_part
from pipeline.ingest.scan.runs import Run, Texts
from pipeline.ingest.scan.styles import Styles
from pipeline.ingest.scan.sums import may_be_sum
from pipeline.ingest.scan.xlsx_texts import FORMULA, HEADER, LINK, PROMPT, header_text
from pipeline.text import holds_personal_data

# A formula that takes from another workbook names it by its place in the list of links: [1]Sheet!A1.
_LINK = re.compile(r"(?<![\w\]])'?[^'\[\]]*\[\d+\]")
_LINKS_KEPT = 3
_DIGITS = 10
HEADERS = {f"{page}{place}" for page in ("odd", "even", "first") for place in ("Header", "Footer")}
_SAID = {"dataValidation": PROMPT, "hyperlink": LINK}
_SAYING = ("promptTitle", "prompt", "errorTitle", "error", "tooltip", "display", "location")


def scan_sheet(
    archive: Archive, part: str, styles: Styles, shared: Sequence[tuple[Run, ...]], limits: Limits
) -> SheetScan:
    """Scan one sheet; ``shared`` are the runs of the workbook's shared texts.

    Raises `UnreadableError` where it holds more than Excel or the limits allow.
    """
    handler = _SheetHandler(styles, shared, limits)
    parse_part(archive, part, handler.start, handler.end, handler.text)
    return handler.scan


class _SheetHandler:
    """Collects a `SheetScan` from the events of the sheet's XML."""

    def __init__(self, styles: Styles, shared: Sequence[tuple[Run, ...]], limits: Limits) -> None:
        self.scan = SheetScan()
        self._styles, self._shared, self._most = styles, shared, limits.cells
        self._own, self._in_own = Texts(), False  # the text that a cell holds itself
        self._row, self._column = -1, -1
        self._kind, self._style = "", ""
        self._has_formula = False
        self._inside = ""
        self._value: list[str] = []
        self._formula: list[str] = []
        self._group = ""  # of cells that share a formula
        self._of_groups: dict[str, tuple[str, Cell]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if self._in_own or tag == "is":
            self._inside, self._in_own = "v", True
            self._own.start(name, attributes)
        elif tag == "c":
            self._row, self._column = next_position(attributes.get("r", ""), (self._row, self._column))
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._has_formula = False
            self._value, self._formula = [], []
        elif tag == "row":
            self._start_row(attributes.get("r", ""))
        elif tag == "f":
            self._has_formula, self._inside, self._group = True, "f", attributes.get("si", "")
        elif tag == "v":
            self._inside = "v"
        elif tag == "mergeCell":
            _check_merge(attributes.get("ref", ""))
        elif tag in HEADERS or tag == "formula":
            self._inside, self._value = "h", []
        elif tag in _SAID:
            self._note(_SAID[tag], " ".join(attributes.get(name, "") for name in _SAYING))

    def _note(self, kind: str, text: str) -> None:
        if holds_personal_data(text):
            self.scan.personal.add(kind)

    def _start_row(self, number: str) -> None:
        self._row, self._column = self._row + 1, -1
        if number.isascii() and number.isdigit():
            self._row = int(number[:12]) - 1
            if not 0 <= self._row < ROWS:
                raise UnreadableError("reader.past_limits", number[:12])

    def text(self, data: str) -> None:
        if self._inside in {"v", "h"}:
            self._value.append(data)
            if self._in_own:
                self._own.text(data)
        elif self._inside == "f":
            self._formula.append(data)

    def end(self, name: str) -> None:
        tag = local(name)
        if self._in_own:
            self._own.end(name)
            self._in_own = tag != "is"
        if tag == "c":
            if self._has_formula or self._value:
                self._close()
        elif tag in {"v", "is", "f"}:
            self._inside = ""
        elif tag in HEADERS:
            self._inside = ""
            self._note(HEADER, header_text("".join(self._value)))
        elif tag == "formula":  # of a conditional format
            self._inside = ""
            self._note(FORMULA, "".join(self._value))

    def _close(self) -> None:
        scan, cell = self.scan, (self._row, self._column)
        if cell[0] < 0 or cell[1] < 0:
            raise UnreadableError("reader.damaged", f"{cell[0] + 1}, {cell[1] + 1}")
        scan.reach(cell, self._most)
        if self._kind == "e":
            scan.errors[cell] = "".join(self._value).strip() or "#?"
        elif self._kind in {"", "n"} and self._value:
            self._check_number("".join(self._value))
        elif self._has_formula and not self._value and self._kind != "str":  # a formula may give an empty text
            scan.valueless.add(cell)
        self._styles.note(scan, cell, self._style, self._runs())
        if self._has_formula:
            scan.formulas.add(cell)
            formula = "".join(self._formula)
            self._note(FORMULA, formula)
            self._note_sum(formula, cell)
            if len(scan.linked) < _LINKS_KEPT and "[" in formula and _LINK.search(formula):
                scan.linked.append(cell)

    def _note_sum(self, formula: str, cell: Cell) -> None:
        """Keep a formula that may be a sum; cells may share one, which the first of them holds."""
        kept = (formula, cell) if formula and may_be_sum(formula) else None
        if self._group and kept:
            self._of_groups[self._group] = kept
        kept = kept or (None if formula else self._of_groups.get(self._group))
        if kept:
            self.scan.sums[cell] = kept

    def _runs(self) -> tuple[Run, ...]:
        """The runs of the cell's text; none of a number."""
        if self._kind == "s" and self._shared:
            number = "".join(self._value).strip()
            is_one = number.isascii() and number.isdigit() and len(number) < _DIGITS
            return self._shared[int(number)] if is_one and int(number) < len(self._shared) else ()
        return self._own.found.pop() if self._own.found else ()

    def _check_number(self, text: str) -> None:
        try:
            number = float(text)
        except ValueError:
            return  # the reader of values says so
        note_number(self.scan, (self._row, self._column), number, is_date=self._style in self._styles.dates)


def _check_merge(reference: str) -> None:
    for corner in reference.split(":"):
        position = cell_position(corner)
        if position is not None and (position[0] >= ROWS or position[1] >= COLUMNS):
            raise UnreadableError("reader.past_limits", reference)
