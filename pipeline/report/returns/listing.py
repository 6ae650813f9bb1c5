"""The sheet that lists what to mend, each line with a link to its cell."""

import textwrap
from collections.abc import Mapping, Sequence

from lxml import etree
from openpyxl.utils import get_column_letter, quote_sheetname

from pipeline.messages import Messages
from pipeline.report.returns.book import Book
from pipeline.report.returns.doubts import FILLS, Doubt
from pipeline.report.returns.markup import LINKS, Element, add, clean, namespace, serialise

_COLUMNS = {"severity": 11, "place_sheet": 18, "place_cell": 13, "value": 18, "expected": 25, "message": 60}
_HEAD = 5  # its row; above it stand the title and what there is to know
_MOST, _MOST_LINKS = 1_000_000, 65_000  # rows and links of a sheet; Excel takes a few more
_MARGINS = {"left": "0.4", "right": "0.4", "top": "0.5", "bottom": "0.6", "header": "0.3", "footer": "0.3"}


def put_list(book: Book, lines: Sequence[Doubt], notes: Sequence[str], say: Messages, instead: str = "") -> None:
    """Put the list before the sheets of a workbook; ``notes`` are the lines above it, at most four, first the title.

    It takes the place of the sheet ``instead``, a former list.
    """
    listed = _Listing(book, say)
    listed.title(notes)
    for row, doubt in enumerate(lines[:_MOST], _HEAD + 1):
        listed.doubt(row, doubt)
    book.put_first(book.free_name(say("returns.sheet")), listed.finished(), _HEAD, instead)


class _Listing:
    """The list's sheet while it is written."""

    def __init__(self, book: Book, say: Messages) -> None:
        name = namespace(book.package.look(book.part))
        self._book, self._say = book, say
        self._tabs = {tab.name: tab for tab in book.tabs if tab.kind == "worksheet"}
        self._sheet: Element = etree.Element(
            f"{{{name}}}worksheet",
            nsmap={None: name, "r": LINKS[name]},  # type: ignore[dict-item]
        )
        properties = add(self._sheet, "sheetPr")
        add(properties, "pageSetUpPr", fitToPage="1")
        view = add(add(self._sheet, "sheetViews"), "sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
        below = f"A{_HEAD + 1}"
        add(view, "pane", ySplit=str(_HEAD), topLeftCell=below, activePane="bottomLeft", state="frozen")
        add(view, "selection", pane="bottomLeft", activeCell=below, sqref=below)
        columns = add(self._sheet, "cols")
        for number, width in enumerate(map(str, _COLUMNS.values()), 1):
            add(columns, "col", min=str(number), max=str(number), width=width, customWidth="1")
        self._data = add(self._sheet, "sheetData")
        self._links: dict[str, str] = {}

    def title(self, notes: Sequence[str]) -> None:
        """The lines above the table, and its head."""
        for row, text in enumerate(notes, 1):
            self._row(row, [(text, {"font": "title" if row == 1 else ""})])
        head = {"font": "bold", "colour": "DDE8EE", "grid": True}
        self._row(_HEAD, [(self._say(f"returns.{name}"), head) for name in _COLUMNS])

    def doubt(self, row: int, doubt: Doubt) -> None:
        """One line of the table."""
        tab = self._tabs.get(doubt.sheet)
        sheet = self._say("returns.hidden", sheet=doubt.sheet) if tab and tab.hidden else doubt.sheet
        sheet = self._say("returns.no_sheet") if doubt.rule == "missing_form" else sheet
        linked = "" if tab is None or len(self._links) >= _MOST_LINKS else "C" if doubt.cell else "B"
        if linked:
            self._links[f"{linked}{row}"] = f"{quote_sheetname(doubt.sheet)}!{doubt.cell or 'A1'}"
        plain: Mapping[str, object] = {"grid": True}
        link = {**plain, "font": "link"}
        colour = {"colour": FILLS[doubt.severity]} if doubt.severity in FILLS else {}
        severity = (self._say(f"returns.{doubt.severity}"), {**plain, **colour})
        place = [(sheet, link if linked == "B" else plain), (doubt.cells, link if linked == "C" else plain)]
        others = [(text, plain) for text in (doubt.value, doubt.expected, doubt.message)]
        self._row(row, [severity, *place, *others])

    def finished(self) -> bytes:
        """The sheet's part."""
        if self._links:
            links = add(self._sheet, "hyperlinks")
            for cell, place in self._links.items():
                add(links, "hyperlink", ref=cell, location=clean(place), display=clean(place))
        add(self._sheet, "pageMargins", **_MARGINS)
        add(self._sheet, "pageSetup", paperSize="9", fitToHeight="0", orientation="landscape")
        add(add(self._sheet, "headerFooter"), "oddFooter", "&C&P / &N")
        return serialise(self._sheet)

    def _row(self, number: int, cells: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """A row of texts, which stay texts whatever they begin with."""
        # Said, for only Excel makes a row as high as its text needs.
        height = max(_height(text, width) for (text, _), width in zip(cells, _COLUMNS.values(), strict=False))
        height = {1: 21}.get(number, 15) if number < _HEAD else height
        row = add(self._data, "row", r=str(number), ht=str(height), customHeight="1")
        for column, (text, look) in enumerate(cells, 1):
            style = self._book.styles.own(**look, quoted=text[:1] in set("=+-@"))  # type: ignore[arg-type]
            cell = add(row, "c", r=f"{get_column_letter(column)}{number}", s=str(style))
            if text:
                cell.set("t", "inlineStr")
                add(add(cell, "is"), "t", clean(text))


def _height(text: str, width: int) -> int:
    r"""How high a row must be for a text in a column, in points.

    >>> _height("one", 10), _height("one two three", 10), _height("n\n" * 99, 10)
    (15, 28, 409)
    """
    lines = sum(max(1, len(textwrap.wrap(line, int(width * 1.15)))) for line in text.split("\n"))
    return min(2 + 13 * lines, 409)
