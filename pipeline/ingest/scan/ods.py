"""Scans .ods: what ``content.xml`` says of each cell. Rows and columns that repeat are counted, not laid out."""

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import unquote

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan, Cell, Presence, Range, SheetScan, address, refuse_namesakes
from pipeline.ingest.scan.markup import Attributes, by_local_name, local, parse_part
from pipeline.ingest.scan.ods_marks import Marks
from pipeline.ingest.scan.package import CONNECTIONS, DDE, EMBEDDED, LINKS, MACROS, PICTURES, shortened
from pipeline.ingest.scan.sums import may_be_sum
from pipeline.ingest.scan.xlsx_texts import FORMULA, HEADER, LINK, NAME, PROMPT, PROPERTIES, has_personal_text
from pipeline.number_text import clean, take_apart
from pipeline.stamps import NAME as STAMP
from pipeline.text import holds_personal_data, without_ours

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_CELLS = {"table-cell", "covered-table-cell"}
# Cells that stand elsewhere than in a sheet: deleted ones, copies for links, tables in pictures and in cells.
_ASIDE = {"tracked-changes", "dde-links", "shapes", "annotation", "content-validations", "named-expressions"}
_ERROR = re.compile(r"#(?:N/A|[A-Z]+(?:/0)?[!?])|[^\W\d]{2,8}:\s?\d{3}")  # such as Err:502, in any language
_NOT_FINITE = {"nan", "inf", "infinity", "1.#inf", "1.#qnan"}
_OFFICE = r"application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation)"
_OBJECT = re.compile(
    rf'<[^>]*full-path="Object[^>]*media-type="{_OFFICE}"|<[^>]*media-type="{_OFFICE}"[^>]*full-path="Object'
)
# Elements of which an attribute may be a text: links, names, formulas, rules of validation.
_SAYING = {
    "a": (LINK, ("href",)),
    "named-expression": (NAME, ("name", "expression")),
    "named-range": (NAME, ("name",)),
    "table-cell": (FORMULA, ("formula",)),
    "content-validation": (PROMPT, ("condition",)),
}
_ROUNDED = 0.501  # of the last decimal shown
_NUMBERS = {"float", "currency", "percentage", "date", "time"}
_TOLD = {
    "dde-source": DDE,
    "table-source": LINKS,
    "object-ole": EMBEDDED,
    "plugin": EMBEDDED,
    "applet": EMBEDDED,
    "floating-frame": EMBEDDED,
    **dict.fromkeys(
        ("database-source-sql", "database-source-table", "database-source-query", "cell-range-source"), CONNECTIONS
    ),
}


# What stands beside the sheets: page headers and footers, and the file's properties.
_PARTS = (("styles.xml", HEADER), ("meta.xml", PROPERTIES))


def scan_ods(content: bytes, archive: Archive, limits: Limits) -> BookScan:
    """Scan a workbook's sheets by name. Raises `UnreadableError` where it has none."""
    handler = _ContentHandler(limits)
    parse_part(archive, _CONTENT, handler.start, handler.end, handler.text)
    refuse_namesakes(handler.names)
    scan = BookScan(content, handler.sheets)
    if not any(not sheet.foreign for sheet in scan.sheets.values()):
        raise UnreadableError("reader.no_sheets")
    scripts = [name for name in archive.under("basic/") if not name.endswith(("-lc.xml", "-lb.xml"))]
    if scripts or archive.under("scripts/"):
        handler.note(MACROS, "Basic")
    if archive.has(_MANIFEST) and _OBJECT.search(archive.read(_MANIFEST).decode("utf-8", "replace")):
        handler.note(EMBEDDED, "-")
    if archive.under("pictures/"):
        handler.note(PICTURES, "-")
    scan.presences = handler.presences
    scan.notes = list(handler.notes)
    scan.texts = [
        *handler.texts,
        *[(kind, "") for part, kind in _PARTS if archive.has(part) and has_personal_text(archive, part)],
    ]
    return scan


class _ContentHandler:
    """Collects a `SheetScan` for each sheet from the events of the content's XML."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.names: list[str] = []
        self.presences: list[Presence] = []
        self.notes: dict[tuple[str, str], None] = {}
        self.texts: dict[tuple[str, str], None] = {}
        self._beside: list[str] = []
        self._most = limits.cells
        self._scan = SheetScan()
        self._name = ""
        self._aside = 0
        self._tables = 0
        self._row, self._column = -1, 0
        self._rows, self._columns = 1, 1
        self._cell: Attributes | None = None
        self._text: list[str] = []
        self._has_text = False
        self._merges: list[Range] = []
        self._marks = Marks()

    def note(self, rule: str, target: str, cell: str = "") -> None:
        """Note once that something beside values is there."""
        if not any(presence.rule == rule for presence in self.presences):
            self.presences.append(Presence(rule, shortened([target]), self._name if self._tables else "", cell))

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag in _TOLD:
            self._tell(tag, by_local_name(attributes))
        if tag in _SAYING:
            said = by_local_name(attributes)
            if said.get("name") == STAMP and self._tables == 1:
                self._scan.stamp = said.get("expression", "")
            kind, names = _SAYING[tag]
            if holds_personal_data(" ".join(unquote(said.get(name, "")) for name in names)):
                self.texts[kind, self._name if self._tables else ""] = None
        if tag in _ASIDE or self._aside:
            self._aside += 1
            self._beside.clear()
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._start_sheet(by_local_name(attributes).get("name", ""))
        elif self._tables == 1:
            self._start_in_sheet(tag, attributes)
        elif not self._tables:
            self._marks.start_style(tag, attributes)

    def _tell(self, tag: str, said: Attributes) -> None:
        rule = _TOLD[tag]
        target = said.get("href", "").rpartition("/")[2]
        if rule == DDE:
            target = f"{said.get('dde-application', '')}|{said.get('dde-topic', '')}"
        elif rule == LINKS and self._tables == 1:
            self._scan.foreign = True
        self.note(rule, target, address(self._row, self._column) if self._row >= 0 and rule == EMBEDDED else "")

    def _start_sheet(self, name: str) -> None:
        self._name, self._scan, self._row, self._merges = name, SheetScan(), -1, []
        self.names.append(name)
        self.sheets[name] = self._scan
        self._marks.start_sheet()

    def _start_in_sheet(self, tag: str, attributes: Attributes) -> None:
        if tag == "table-row":
            self._rows = _count(attributes, "number-rows-repeated")
            self._row, self._column = self._row + 1, 0
            self._marks.start_row(attributes)
        elif tag == "table-column":
            self._marks.start_columns(attributes, _count(attributes, "number-columns-repeated"))
        elif tag == "span":
            self._marks.start_span(attributes)
        elif tag in _CELLS:
            self._cell, self._text, self._has_text = _of_cell(attributes), [], False
            self._marks.start_cell()
            self._columns = _count(attributes, "number-columns-repeated")
        elif tag == "p" and self._cell is not None:
            self._has_text = True

    def text(self, data: str) -> None:
        if self._aside:
            self._beside.append(data)
        elif self._has_text:
            self._text.append(data)
            self._marks.text(data)

    def end(self, name: str) -> None:
        tag = local(name)
        if self._aside:
            self._aside -= 1
            self._look_beside(tag)
        elif tag == "table":
            self._tables -= 1
            if not self._tables:
                self._scan.merges = tuple(self._merges)
        elif self._tables == 1 and tag in _CELLS and self._cell is not None:
            self._close(self._cell, "".join(self._text).strip())
            self._column += self._columns
            self._cell = None
        elif self._tables == 1 and tag == "table-row":
            self._row += self._rows - 1
        elif tag == "span":
            self._marks.end_span()

    def _look_beside(self, tag: str) -> None:
        """Note a paragraph of a comment or a box, and whether it holds personal data."""
        said = without_ours("".join(self._beside)).strip() if tag == "p" and self._tables == 1 else ""
        if said:
            self._scan.beside.append((address(self._row, self._column) if self._cell is not None else "", said))
        personal = tag in {"p", "desc", "title"} and holds_personal_data("".join(self._beside))
        if personal and not self._tables:
            self.texts[PROMPT, ""] = None
        elif personal:
            cell = self._cell is not None and self._tables == 1
            self.notes[(self._name, address(self._row, self._column) if cell else "")] = None
        if tag in {"p", "desc", "title"}:
            self._beside.clear()

    def _close(self, cell: Attributes, text: str) -> None:
        kind, formula = cell.get("value-type", ""), "formula" in cell
        down, right = _number(cell.get("number-rows-spanned")), _number(cell.get("number-columns-spanned"))
        if down > 1 or right > 1:
            self._merges.append((self._row, self._column, self._row + down - 1, self._column + right - 1))
        if not (kind or formula or text):
            return
        self._scan.reach((self._row + self._rows - 1, self._column + self._columns - 1), self._most)
        self._note(cell, kind, text, formula=formula)

    def _note(self, cell: Attributes, kind: str, text: str, *, formula: bool) -> None:
        scan = self._scan
        if formula:
            scan.formulas.update(self._places())
            at = (self._row, self._column)
            scan.sums.update({at: (cell["formula"], at)} if may_be_sum(cell["formula"]) else {})
        if _is_error(cell, kind, text, formula=formula):
            scan.errors.update(dict.fromkeys(self._places(), text or "#?"))
            return
        if formula and not kind and not self._has_text:  # one that gives an empty text has an empty paragraph
            scan.valueless.update(self._places())
        elif kind == "boolean" or (kind == "float" and text in {"TRUE", "FALSE"}):
            scan.booleans.update(self._places())
        elif kind == "percentage":
            scan.percents.update(self._places())
        if kind in _NUMBERS:
            scan.numbers += self._rows * self._columns
        if kind == "float" and (unit := _unit(cell.get("value", ""), text)):
            scan.units.update(dict.fromkeys(self._places(), unit))
        doubt = self._marks.doubt(cell.get("style-name", ""), self._column)
        if doubt:
            scan.doubtful.update(dict.fromkeys(self._places(), doubt))

    def _places(self) -> Iterator[Cell]:
        """The cells that one element stands for."""
        rows = range(self._row, self._row + self._rows)
        return product(rows, range(self._column, self._column + self._columns))


def _is_error(cell: Attributes, kind: str, text: str, *, formula: bool) -> bool:
    if cell.get("calcext-value-type") == "error":
        return True
    if kind in _NUMBERS and cell.get("value", "").strip().lower().lstrip("+-") in _NOT_FINITE:
        return True
    return (formula or kind in _NUMBERS) and _ERROR.fullmatch(text) is not None


def _unit(value: str, shown: str) -> str:
    """The words that a cell shows after its number; none where it shows thousands of what is stored."""
    typed = take_apart(clean(shown)) if any(c.isalpha() for c in shown) else None
    if typed is None or not any(c.isalpha() for c in typed.unit):
        return ""
    readings = [reading for reading in (typed.readings.comma, typed.readings.point) if reading]
    try:
        stored = float(value)
    except ValueError:
        return ""  # the reader of values says so
    return typed.unit if any(abs(typed.sign * r.value - stored) <= _ROUNDED * 10**-r.decimals for r in readings) else ""


def _of_cell(attributes: Attributes) -> Attributes:
    """A cell's attributes; there are two of the name ``value-type``, and LibreOffice's own one knows errors."""
    return {("calcext-" if "calcext" in name else "") + local(name): value for name, value in attributes.items()}


def _count(attributes: Attributes, name: str) -> int:
    """How often a row or cell repeats."""
    return max(_number(by_local_name(attributes).get(name)), 1)


def _number(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else 0
