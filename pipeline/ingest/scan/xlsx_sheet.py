"""Scans the XML of one sheet of an .xlsx or .xlsm file, as a stream of events."""

import re
from dataclasses import dataclass

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import COLUMNS, ROWS, SheetScan, cell_position, next_position
from pipeline.ingest.scan.codes import note_number
from pipeline.ingest.scan.markup import Attributes, local, parse_part
from pipeline.ingest.scan.xlsx_texts import FORMULA, HEADER, LINK, PROMPT, header_text
from pipeline.text import holds_personal_data

# A formula that takes from another workbook names it by its place in the list of links: [1]Sheet!A1.
_LINK = re.compile(r"(?<![\w\]])'?[^'\[\]]*\[\d+\]")
_LINKS_KEPT = 3
HEADERS = {f"{page}{place}" for page in ("odd", "even", "first") for place in ("Header", "Footer")}
_SAID = {"dataValidation": PROMPT, "hyperlink": LINK}
_SAYING = ("promptTitle", "prompt", "errorTitle", "error", "tooltip", "display", "location")


@dataclass(frozen=True)
class Styles:
    """Indexes of the cell styles whose number format shows a percentage, or a date."""

    percents: frozenset[str]
    dates: frozenset[str]


def scan_sheet(archive: Archive, part: str, styles: Styles, limits: Limits) -> SheetScan:
    """Scan one sheet. Raises `UnreadableError` where it holds more than Excel or the limits allow."""
    handler = _SheetHandler(styles, limits)
    parse_part(archive, part, handler.start, handler.end, handler.text)
    return handler.scan


class _SheetHandler:
    """Collects a `SheetScan` from the events of the sheet's XML."""

    def __init__(self, styles: Styles, limits: Limits) -> None:
        self.scan = SheetScan()
        self._styles, self._most = styles, limits.cells
        self._row, self._column = -1, -1
        self._kind, self._style = "", ""
        self._has_formula = False
        self._inside = ""
        self._value: list[str] = []
        self._formula: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag == "c":
            self._row, self._column = next_position(attributes.get("r", ""), (self._row, self._column))
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._has_formula = False
            self._value, self._formula = [], []
        elif tag == "row":
            self._start_row(attributes.get("r", ""))
        elif tag == "f":
            self._has_formula, self._inside = True, "f"
        elif tag in {"v", "is"}:
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
        elif self._inside == "f":
            self._formula.append(data)

    def end(self, name: str) -> None:
        tag = local(name)
        if tag in {"v", "is", "f"}:
            self._inside = ""
        elif tag in HEADERS:
            self._inside = ""
            self._note(HEADER, header_text("".join(self._value)))
        elif tag == "formula":  # of a conditional format
            self._inside = ""
            self._note(FORMULA, "".join(self._value))
        elif tag == "c" and (self._has_formula or self._value):
            self._close()

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
        if self._has_formula:
            scan.formulas.add(cell)
            formula = "".join(self._formula)
            self._note(FORMULA, formula)
            if len(scan.linked) < _LINKS_KEPT and "[" in formula and _LINK.search(formula):
                scan.linked.append(cell)
        if self._style in self._styles.percents:
            scan.percents.add(cell)

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
