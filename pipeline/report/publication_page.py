"""How a sheet of the publication edition is laid out: a title, lines of text, one marked-up table, nothing else.

The rules are those of the UK Government Analysis Function; ``docs/publication.md`` says which are kept, by which test.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.report.returns.package import Package, ZippedParts
from pipeline.report.theme import FONT, Formats

LACKING, NOT_APPLICABLE = "[x]", "[z]"
_SCALE = 0.95  # a letter of running text, at most, beside the unit of columns' widths, which is a digit
_LINE, _TITLE = 16.0, 24.0  # points
_NARROWEST, _FIRST, _WIDEST, _COVER = 13, 34, 60, 80
_A4 = 9
_PROPERTIES = "docProps/core.xml"

Cell = tuple[str | float, str]  # a value and the style of its number format; empty for text


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title in A1, lines of text below it, then a table without a gap (or none: the cover).

    ``table`` is the table's name. With ``links`` the first column leads to the sheets that it names.
    """

    name: str
    title: str
    lines: Sequence[str]
    table: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    links: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """The shorthand that its table has."""
        return frozenset({LACKING, NOT_APPLICABLE} & {str(value) for row in self.filled for value, _ in row})

    @property
    def filled(self) -> Sequence[Sequence[Cell]]:
        """Its rows; one that says so where there are none, for a table has no blank row."""
        return self.rows or [[(LACKING, "")] * len(self.heads)]


def write_sheets(sheets: Sequence[Sheet], properties: dict[str, object], lang: str, path: Path) -> None:
    """Write the workbook; ``properties`` and ``lang`` are its document's."""
    made = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": 12},  # of blank cells; widths are counted in it
    }
    with Workbook(made, options) as workbook:
        workbook.set_properties(properties)
        formats = Formats(workbook)
        for sheet in sheets:
            _write(workbook.add_worksheet(sheet.name), sheet, formats)
    path.write_bytes(_with_language(made.getvalue(), lang))


def _with_language(made: bytes, lang: str) -> bytes:
    """XlsxWriter knows every property of a document but its language, which a reading voice goes by."""
    package, end = Package(ZippedParts(made)), b"</cp:coreProperties>"
    said = package.read(_PROPERTIES)
    package.rewrite(_PROPERTIES, said.replace(end, f"<dc:language>{lang}</dc:language>".encode() + end))
    return package.pack()


def _write(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_row(0, _TITLE)
    page.write_string(0, 0, sheet.title, formats("title"))
    for row, line in enumerate(sheet.lines, 1):  # beside a table they reach over its columns
        page.set_row(row, _LINE if sheet.heads else _height([line], [_COVER]))
        page.write_string(row, 0, line, formats("legible") if sheet.heads else formats("legible", "wrap"))
    if sheet.heads:
        _write_table(page, sheet, formats, len(sheet.lines) + 1)
    else:
        page.set_column(0, 0, _COVER)


def _write_table(page: Worksheet, sheet: Sheet, formats: Formats, top: int) -> None:
    heads: list[str] = []
    for head in sheet.heads:  # a table's columns have names of their own
        heads.append(head if head not in heads else f"{head} ({len(heads) + 1})")
    sides = _sides([[row[column][0] for row in sheet.filled] for column in range(len(heads))])
    looks = [formats("cell", "legible", "wrap", "bold", *side) for side in sides]
    columns = [{"header": head, "header_format": look} for head, look in zip(heads, looks, strict=True)]
    options = {"name": sheet.table, "style": None, "autofilter": False, "columns": columns}
    page.add_table(top, 0, top + len(sheet.filled), len(heads) - 1, options)
    widths = [_width([_text(row[column][0]) for row in sheet.filled]) for column in range(len(heads))]
    widths[0] = max(widths[0], _FIRST) if any(sides) else widths[0]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.set_row(top, _height(heads, [width - 2 for width in widths]))  # bold letters are wider
    for at, cells in enumerate(sheet.filled, top + 1):
        page.set_row(at, _height([_text(value) for value, _ in cells], widths))
        for column, (value, style) in enumerate(cells):
            look = formats("cell", "legible", "wrap", *sides[column])
            if not isinstance(value, str):
                page.write_number(at, column, value, formats("cell", "legible", style, *sides[column]))
            elif sheet.links and column == 0:
                page.write_url(at, column, _address(value), formats("cell", "legible", "wrap", "link"), value)
            else:
                page.write_string(at, column, value, look)
    page.repeat_rows(top)


def _address(sheet: str) -> str:
    name = sheet.replace("'", "''")
    return f"internal:'{name}'!A1"


def _sides(columns: Sequence[Sequence[str | float]]) -> list[tuple[str, ...]]:
    """Numbers stand on the right, under their header; text on the left, and off the numbers before it."""
    sides: list[tuple[str, ...]] = []
    for values in columns:
        of_text = ("gap",) if sides[-1:] == [("inset",)] else ()
        sides.append(of_text if all(isinstance(value, str) for value in values) else ("inset",))
    return sides


def _text(value: str | float) -> str:
    """What may need several lines: numbers never do."""
    return value if isinstance(value, str) else ""


def _width(texts: Sequence[str]) -> float:
    return min(max(math.ceil(_SCALE * max(map(len, texts))) + 1, _NARROWEST), _WIDEST)


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """The height that shows all of the texts, wrapped to their columns."""
    wrapped = [
        textwrap.wrap(text, max(math.floor(width / _SCALE), 1)) for text, width in zip(texts, widths, strict=True)
    ]
    return _LINE * max(1, *map(len, wrapped))
