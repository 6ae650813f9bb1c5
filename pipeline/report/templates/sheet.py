"""One form on its sheet: heading, table, note, signatures; all locked but for what is to be filled in."""

from collections.abc import Iterable
from itertools import groupby
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.catalogue.forms import Form
from pipeline.model import Known
from pipeline.report.period_text import period_text
from pipeline.report.templates.cells import Formulas, Table
from pipeline.report.templates.entries import write_choice, write_entries
from pipeline.report.templates.formats import COMPUTED, HEAD, NUMBERS, Formats
from pipeline.report.templates.lines import PART, Line, columns_of, lines_of
from pipeline.report.templates.wording import Wording

_HEAD_ROW = 5
_FEWEST = 5  # columns that the heading stands over
_RIGHT_BLOCK = 38  # the width of what stands at its right
_PORTRAIT = 100  # a table of this width is read on an upright page
_ONE_PAGE = 36
_BOTTOM = 0.6  # inches
_ROW, _LINE = 20, 16  # heights of a row, and of a line in one
_WIDER = 1.1  # a letter is than a digit, by which columns are measured, blanks at the ends of lines counted in


class FormSheet:
    """A form's sheet while it is written."""

    def __init__(self, sheet: Worksheet, name: str, form: Form, words: Wording, formats: Formats) -> None:
        self.sheet, self.name, self.form, self.words, self.formats = sheet, name, form, words, formats
        self.columns = columns_of(form, words)
        self.depth = max(len(column.path) for column in self.columns)
        self.last = max(len(self.columns), _FEWEST) - 1

    def write(self, unit: str, recipient: str, known: Known, choices: dict[str, str]) -> Table:
        """Write all of it for a reporting unit; ``choices`` are where the names stand that a key can be."""
        top = _HEAD_ROW + self.depth + 1
        table = Table(self.form, self.columns, lines_of(self.form, self.words, known.rows), top, known)
        self._heading(unit, recipient)
        self._header()
        formulas = Formulas(table)
        for offset, line in enumerate(table.lines):
            self._names(table, offset, line)
            self._figures(table, offset, line, formulas)
        write_entries(self.sheet, table, self.words, self.formats.looks)
        self._choose(table, choices)
        self._ending(top + len(table.lines) + 1)
        self._page(table)
        return table

    def _heading(self, unit: str, recipient: str) -> None:
        """Write what stands above the table: the form's number at the left, the units at the right, the title."""
        words, bold, plain = self.words, self.formats(bold=True), self.formats()
        known = words.catalogue.words
        if self.form.number:
            self.sheet.write_string(0, 0, words.say("templates.form_number", number=self.form.number), bold)
        reporting = f"{words.pick('templates.reporting_unit', known.reporting_unit)}: {unit}"
        self._at_right(0, reporting, bold)
        if recipient:
            self._at_right(1, f"{words.pick('templates.recipient', known.recipients)}: {recipient}", plain)
        title = words.fill(self.form.title.text(words.lang))
        wide = {"align": "center", "text_wrap": True}
        self.sheet.merge_range(2, 0, 2, self.last, title, self.formats(bold=True, font_size=14, **wide))
        self.sheet.set_row(2, 30)
        said = f"{words.pick('templates.period', known.period)}: {period_text(words.period, words.say)}"
        self.sheet.merge_range(3, 0, 3, self.last, said, self.formats(**wide))
        units = list(dict.fromkeys(column.unit for column in self.form.columns.values() if column.unit))
        if units and self.form.layout == "table":
            line = f"{words.pick('templates.unit', known.unit)}: {', '.join(map(words.say.unit, units))}"
            self.sheet.merge_range(4, 0, 4, self.last, line, self.formats(italic=True, align="right"))

    def _at_right(self, row: int, text: str, look: Format) -> None:
        """A text over as many of the last columns as it needs."""
        widths = [column.width for column in self.columns] + [9.0] * _FEWEST
        first = self.last
        while first > 1 and sum(widths[first : self.last + 1]) < max(_RIGHT_BLOCK, _WIDER * len(text)):
            first -= 1
        if first == self.last:
            self.sheet.write_string(row, first, text, look)
        else:
            self.sheet.merge_range(row, first, row, self.last, text, look)

    def _header(self) -> None:
        """Write the header, equal texts side by side merged, and the column numbers."""
        look = self.formats(bold=True, align="center", text_wrap=True, border=1, bg_color=HEAD)
        for level in range(self.depth):
            row, most = _HEAD_ROW + level, 2
            for start, end in self._spans(level):
                path = self.columns[start].path
                deep = self.depth - level if level == len(path) - 1 else 1
                most = max(most, ceil(self._lines(path[level], start, end) / deep))
                bottom = _HEAD_ROW + self.depth - 1 if level == len(path) - 1 else row
                if (row, start) == (bottom, end):
                    self.sheet.write_string(row, start, path[level], look)
                else:
                    self.sheet.merge_range(row, start, bottom, end, path[level], look)
            self.sheet.set_row(row, 4 + _LINE * most)
        small = self.formats(italic=True, align="center", border=1, font_size=10)
        keys = sum(not column.measure for column in self.columns)
        for index in range(len(self.columns)):
            number = f"({chr(ord('A') + index)})" if index < keys else str(index - keys + 1)
            self.sheet.write_string(_HEAD_ROW + self.depth, index, number, small)

    def _lines(self, text: str, first: int, last: int) -> int:
        """In how many lines a text stands over some columns; a word that is longer than a line is rare."""
        return ceil(_WIDER * len(text) / sum(column.width for column in self.columns[first : last + 1]))

    def _spans(self, level: int) -> Iterable[tuple[int, int]]:
        """First and last column of a level's header cells; a column's lowest text is a cell of its own."""

        def cell(index: int) -> tuple[object, ...]:
            path = self.columns[index].path
            return path[: level + 1] if level < len(path) - 1 else (index,)

        for _, group in groupby(range(len(self.columns)), cell):
            indexes = list(group)
            if level < len(self.columns[indexes[0]].path):
                yield indexes[0], indexes[-1]

    def _names(self, table: Table, offset: int, line: Line) -> None:
        """Write what a line is called; names that the province types are not locked."""
        most = max(self._lines(text, index, index) for index, text in enumerate(line.texts))
        self.sheet.set_row(table.top + offset, max(_ROW, 4 + _LINE * most))
        for index, text in enumerate(line.texts):
            column = self.columns[index]
            place: dict[str, object] = {"align": "left" if column.width > 20 else "center"}
            if line.role == PART and index == 1:
                place = {"indent": 1}
            is_open = column.key >= 0 and line.is_member and not line.ids[column.key]
            look = {"bold": not line.is_member, "italic": line.role == PART, "border": 1, "text_wrap": True}
            style = self.formats(**look, **place, **({"locked": False, "num_format": "@"} if is_open else {}))
            cell = table.at(offset, index)
            self.sheet.write_string(*cell, text, style) if text else self.sheet.write_blank(*cell, None, style)

    def _figures(self, table: Table, offset: int, line: Line, formulas: Formulas) -> None:
        """Write a line's formulas and last year's figures; what is to be typed is empty and not locked."""
        for index in table.measured:
            cell, measure = table.at(offset, index), table.measure(offset, index)
            formula, before = formulas.of(offset, index), table.before(offset, index)
            look: dict[str, object] = {"bold": not line.is_member, "border": 1, "num_format": NUMBERS[measure.kind]}
            if measure.kind == "text":
                look |= {"text_wrap": True}
            if formula:
                self.sheet.write_formula(
                    *cell, formula, self.formats(**look, bg_color=COMPUTED), formulas.value(offset, index)
                )
            elif before is not None:
                self.sheet.write_number(*cell, before, self.formats(**look))
            elif table.is_entry(offset, index):
                self.sheet.write_blank(*cell, None, self.formats(**look, locked=False))
            else:
                self.sheet.write_blank(*cell, None, self.formats(**look, bg_color=COMPUTED))

    def _choose(self, table: Table, choices: dict[str, str]) -> None:
        for index, column in enumerate(self.columns[: table.keys]):
            source = choices.get(self.form.rows[column.key].key, "") if column.key >= 0 else ""
            is_label = self.columns[index - 1].key != column.key
            open_lines = [o for o in table.members if source and is_label and not table.lines[o].ids[column.key]]
            if open_lines:
                write_choice(self.sheet, [table.at(offset, index) for offset in open_lines], source, self.words)

    def _ending(self, row: int) -> None:
        """Write the note and who signs, a blank row below the table."""
        say, center = self.words.say, {"align": "center"}
        note = self.formats(italic=True, font_size=11, text_wrap=True)
        self.sheet.merge_range(row, 0, row, self.last, say("templates.note", mark=self.words.not_available), note)
        self.sheet.set_row(row, 36)
        name, small = self.formats(bold=True, **center), self.formats(italic=True, font_size=11, **center)
        open_line = self.formats(**center, locked=False)
        for at, left, right, look in (
            (2, "", "templates.date", small),
            (3, "templates.prepared_by", "templates.head", name),
            (4, "templates.signed", "templates.sealed", small),
            (8, "", "", open_line),
        ):
            for text, first, end in ((left, 0, 1), (right, self.last - 2, self.last)):
                if text or look is open_line:
                    self.sheet.merge_range(row + at, first, row + at, end, say(text) if text else "", look)

    def _page(self, table: Table) -> None:
        sheet, stamp = self.sheet, self.words.stamp(self.name)
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
        sheet.set_default_row(_ROW)
        sheet.freeze_panes(table.top, table.keys)
        sheet.set_paper(9)
        if sum(column.width for column in self.columns) > _PORTRAIT:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=_BOTTOM + 0.1)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, int(len(table.lines) <= _ONE_PAGE))  # so few lines and who signs stand on one
        sheet.repeat_rows(_HEAD_ROW, table.top - 1)
        sheet.set_footer(f"&L&8 {stamp.period} / {stamp.version}&R&8&P / &N", {"margin": _BOTTOM / 2})
        sheet.protect("", {"format_columns": True, "format_rows": True, "objects": True, "scenarios": True})
