"""Blank workbooks for the provinces to fill in, laid out as the catalogue says, so that they can be read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.catalogue.forms import Form
from pipeline.model import MEMBER, Lang
from pipeline.report.template_lines import PART, Line, Wording, columns_of, lines_of, period_text

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.periods import Period

_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  no clock: the same catalogue gives the same bytes
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NUMBERS = {"count": "#,##0", "amount": "#,##0.00", "percent": "0.00%", "rate": "#,##0.00", "text": "@"}

Rows = Mapping[tuple[str, str], Sequence[str]]


def write_templates(
    catalogue: "Catalogue", period: "Period", folder: Path, lang: Lang, provinces: Sequence[str], rows: Rows
) -> list[Path]:
    """Write one workbook for each province, and one for the whole cluster when all its members are asked for.

    ``rows`` are the known rows of forms with an open key, ``{("nghe-an", "identity"): ["Vinh"]}``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = Wording(catalogue, period, lang)
    written = []
    for province in provinces:
        known = {form: rows.get((province, form), ()) for form in catalogue.expected_forms}
        path = folder / f"{province}-{period.id}.xlsx"
        _write_workbook(path, catalogue.province_label(province).text(lang), known, words)
        written.append(path)
    cluster = catalogue.cluster_on(period)
    if cluster and catalogue.cluster_forms and set(cluster.provinces) <= set(provinces):
        path = folder / f"cluster-{period.id}.xlsx"
        unit = cluster.name.text(lang) or cluster.id
        _write_workbook(path, unit, dict.fromkeys(catalogue.cluster_forms, ()), words)
        written.append(path)
    return written


def _write_workbook(path: Path, unit: str, known: Mapping[str, Sequence[str]], words: Wording) -> None:
    """Write one workbook of the forms in ``known``, each with the rows that are known of it."""
    workbook = Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    workbook.set_properties({"created": _TIME, "title": f"{unit}, {period_text(words.period, words.say)}"})
    formats = _Formats(workbook)
    names: list[str] = []
    for name, rows in known.items():
        form = words.catalogue.forms[name]
        names.append(_sheet_name(form, words, names))
        _Sheet(workbook.add_worksheet(names[-1]), form, words, formats).write(unit, rows)
    workbook.close()


def _sheet_name(form: Form, words: Wording, taken: Iterable[str]) -> str:
    text = words.say("templates.sheet", number=form.number) if form.number else form.title.text(words.lang)
    name = base = _FORBIDDEN.sub(" ", words.fill(text)).strip(" '")[:31] or "1"
    used = [other.casefold() for other in taken]
    while name.casefold() in used:
        name = f"{base[:27]} {len(used) + 1}"
    return name


class _Formats:
    """The cell formats of one workbook, each made once: black on white, as official forms are."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def __call__(self, **properties: object) -> Format:
        """A format with these properties besides font and vertical alignment."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            common = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format(common | properties)
        return self._made[key]


class _Sheet:
    """One form on its sheet: heading, table, note, signatures."""

    def __init__(self, sheet: Worksheet, form: Form, words: Wording, formats: _Formats) -> None:
        self.sheet, self.form, self.words, self.formats = sheet, form, words, formats
        self.columns = columns_of(form, words)
        self.keys = sum(not column.measure for column in self.columns)

    def write(self, unit: str, known: Sequence[str]) -> None:
        """Write all of it, for a reporting unit; ``known`` are the rows of an open key."""
        top = self._header(self._heading(unit))
        lines = lines_of(self.form, self.words, known)
        for offset, line in enumerate(lines):
            self._line(top, offset, line)
        self._ending(top + len(lines) + 1)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, column.width)
        self.sheet.set_default_row(20)
        self.sheet.freeze_panes(top, self.keys)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(5, top - 1)

    def _heading(self, unit: str) -> int:
        """Write what stands above the table; the first row after it."""
        say, bold, last = self.words.say, self.formats(bold=True), max(len(self.columns) - 1, 4)
        if self.form.number:
            self.sheet.write_string(0, 0, say("templates.form_number", number=self.form.number), bold)
        self.sheet.write_string(1, 0, say("templates.reporting_unit", name=unit), bold)
        self.sheet.write_string(
            2,
            0,
            say("templates.period", period=period_text(self.words.period, self.words.say)),
            self.formats(),
        )
        title = self.words.fill(self.form.title.text(self.words.lang))
        self.sheet.merge_range(3, 0, 3, last, title, self.formats(bold=True, font_size=14, align="center"))
        self.sheet.set_row(3, 30)
        units = list(dict.fromkeys(column.unit for column in self.form.columns.values() if column.unit))
        if units and self.form.layout == "table":
            line = say("templates.unit_line", units=units)
            self.sheet.merge_range(4, 0, 4, last, line, self.formats(italic=True, align="right"))
        return 5

    def _header(self, top: int) -> int:
        """Write the header, equal texts side by side merged, and the column numbers; the row after them."""
        depth = max(len(column.path) for column in self.columns)
        look = self.formats(bold=True, align="center", text_wrap=True, border=1, bg_color="#E7EDF3")
        for level in range(depth):
            self.sheet.set_row(top + level, 36)
            for start, end in self._spans(level):
                path = self.columns[start].path
                bottom = depth - 1 if level == len(path) - 1 else level
                if (level, start) == (bottom, end):
                    self.sheet.write_string(top + level, start, path[level], look)
                else:
                    self.sheet.merge_range(top + level, start, top + bottom, end, path[level], look)
        small = self.formats(italic=True, align="center", border=1, font_size=10)
        for index in range(len(self.columns)):
            number = f"({chr(ord('A') + index)})" if index < self.keys else str(index - self.keys + 1)
            self.sheet.write_string(top + depth, index, number, small)
        return top + depth + 1

    def _spans(self, level: int) -> Iterable[tuple[int, int]]:
        """First and last column of a level's header cells; a column's lowest text is a cell of its own."""

        def cell(index: int) -> tuple[object, ...]:
            path = self.columns[index].path
            return path[: level + 1] if level < len(path) - 1 else (index,)

        for _, group in groupby(range(len(self.columns)), cell):
            indexes = list(group)
            if level < len(self.columns[indexes[0]].path):
                yield indexes[0], indexes[-1]

    def _line(self, top: int, offset: int, line: Line) -> None:
        row, strong = top + offset, line.role not in {MEMBER, PART}
        for index, text in enumerate(line.texts):
            column = self.columns[index]
            place: dict[str, object] = {"align": "left" if column.width > 20 else "center"}
            if line.role == PART and index == 1:
                place = {"indent": 1}
            style = self.formats(bold=strong, italic=line.role == PART, border=1, text_wrap=True, **place)
            self.sheet.write_string(row, index, text, style) if text else self.sheet.write_blank(
                row, index, None, style
            )
        for index in range(self.keys, len(self.columns)):
            column = self.columns[index]
            measure = self.form.columns[line.measure or column.measure]
            formula = self._formula(top, offset, index, line)
            grey = {"bg_color": "#EFEFEF"} if formula else {}
            look = self.formats(bold=strong, border=1, num_format=_NUMBERS[measure.kind], **grey)
            if formula:
                # An empty text is what a ratio without its numbers shows; a sum of blanks is 0.
                self.sheet.write_formula(row, index, formula, look, 0 if formula.startswith("=SUM(") else "")
            else:
                self.sheet.write_blank(row, index, None, look)

    def _formula(self, top: int, offset: int, index: int, line: Line) -> str:
        """A sum for totals, the stated formula for a rate; empty where the province types a number."""
        column = self.columns[index]
        measure = self.form.columns[line.measure or column.measure]
        if measure.equals:
            return self._stated(top, offset, index, measure.equals)
        if line.role in {MEMBER, PART} or not line.adds or not measure.sums:
            return ""
        return f"=SUM({','.join(self._ranges(top, index, line.adds))})"

    @staticmethod
    def _ranges(top: int, index: int, offsets: Sequence[int]) -> Iterable[str]:
        """Cells of a column as few ranges."""
        for _, run in groupby(enumerate(offsets), lambda pair: pair[1] - pair[0]):
            rows = [top + offset for _, offset in run]
            yield f"{xl_rowcol_to_cell(rows[0], index)}:{xl_rowcol_to_cell(rows[-1], index)}"

    def _stated(self, top: int, offset: int, index: int, equals: str) -> str:
        """The formula of a stated figure over the cells of its row, or in a list form of its column."""
        place: dict[str, str] = {}
        own = self.columns[index].previous
        if self.form.layout == "list":
            place = {name: xl_rowcol_to_cell(top + i, index) for i, name in enumerate(self.form.columns)}
        else:
            for at, column in enumerate(self.columns):
                suffix = ".previous" if column.previous and not own else ""
                if column.measure and (column.previous or not own):
                    place[f"{column.measure}{suffix}"] = xl_rowcol_to_cell(top + offset, at)
        names = {name for name in _NAME.findall(equals) if name != "abs"}
        if not names <= place.keys():
            return ""
        cells = _NAME.sub(lambda match: place.get(match[0], match[0].upper()), equals)
        return f'=IFERROR({cells},"")'

    def _ending(self, row: int) -> None:
        """Write the note and who signs, a blank row below the table."""
        last = max(len(self.columns) - 1, 4)
        note = self.formats(italic=True, font_size=11, text_wrap=True)
        self.sheet.merge_range(row, 0, row, last, self.words.say("templates.note"), note)
        self.sheet.set_row(row, 36)
        name = self.formats(bold=True, align="center")
        self.sheet.write_string(row + 2, 1, self.words.say("templates.prepared_by"), name)
        self.sheet.merge_range(row + 2, last - 1, row + 2, last, self.words.say("templates.head"), name)
