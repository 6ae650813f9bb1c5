"""Blank workbooks filled in by a program, with figures that hold to every rule, and what was typed where."""

import math
from dataclasses import dataclass, field

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter

from pipeline.known import known_of
from pipeline.report.templates.cells import Table
from pipeline.report.templates.lines import columns_of, lines_of
from pipeline.report.templates.wording import Wording

_TRIES = 500


@dataclass
class Filled:
    """What a program typed: (form, sheet, cell) -> number, and where each form's table stands."""

    typed: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)


class Filler:
    """Fills blank workbooks of a catalogue's period in."""

    def __init__(self, catalogue, period, places, draw, lang="vi"):
        self.catalogue, self.period, self.draw = catalogue, period, draw
        self.words = Wording(catalogue, period, lang)
        self.known = known_of(period, places, catalogue)

    def fill(self, template, target, owner=""):
        """Fill in one workbook: every figure of every line, the names of lines that have none."""
        book = openpyxl.load_workbook(template)
        filled = Filled()
        forms = self.catalogue.expected_forms if owner else self.catalogue.cluster_forms
        for name, sheet in zip(forms, book.worksheets[1:], strict=True):
            form = self.catalogue.forms[name]
            known = self.known[owner, name]
            columns = columns_of(form, self.words)
            top = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "(A)")
            table = Table(form, columns, lines_of(form, self.words, known.rows), top, known)
            filled.tables[name] = (sheet.title, table)
            for offset, values in self._figures(table).items():
                self._names(sheet, table, offset)
                for index, value in values.items():
                    row, column = table.at(offset, index)
                    cell = sheet.cell(row + 1, column + 1)
                    assert not cell.protection.locked, (name, cell.coordinate)
                    cell.value = value
                    filled.typed[name, sheet.title, cell.coordinate] = value
        self._agree(book, filled)
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(target)
        return filled

    def _names(self, sheet, table, offset):
        """What is to be typed in the key cells of a blank line of a long table."""
        line = table.lines[offset]
        for index, column in enumerate(table.columns[: table.keys]):
            if column.key >= 0 and not line.ids[column.key]:
                key = table.form.rows[column.key]
                is_code = table.columns[index - 1].key == column.key
                choices = self._choices(key)
                each = 1 if len(table.form.rows) == 1 else 16  # of a long table one outer key's rows
                text = choices[offset % len(choices)] if choices else f"{offset // each + 100}" if is_code else ""
                row, at = table.at(offset, index)
                cell = sheet.cell(row + 1, at + 1)
                assert not cell.protection.locked
                cell.value = text or f"Hạng mục số {offset // each + 1}"

    def _choices(self, key):
        if key.listed is not None:
            return [member.name.text(self.words.lang) for member in key.listed]
        if key.key == "province":
            ids = self.catalogue.members_on(self.period)
            return [self.catalogue.province_label(i).text(self.words.lang) for i in ids]
        return []

    def _figures(self, table):
        """Offset -> column -> a number; spare lines stay as they are."""
        if table.form.layout == "list":
            cells = [(o, i) for o in table.members for i in table.measured]
            values = self._draw(table, cells, 0)
            return {o: {i: values[o, i] for i in table.measured if (o, i) in values} for o in table.members}
        named = [o for o in table.members if all(table.lines[o].ids)]
        lines = named or table.members[:64]
        found = {}
        for offset in lines:
            values = self._draw(table, [(offset, i) for i in table.measured], offset)
            found[offset] = {i: value for (_, i), value in values.items()}
        return found

    def _draw(self, table, cells, offset):
        """Numbers for cells, drawn anew until every rule that uses them holds."""
        entries = [at for at in cells if table.is_entry(*at) and table.measure(*at).is_number]
        places = table.places(offset)
        for _ in range(_TRIES):
            values = {}
            for at in sorted(entries, key=lambda at: not table.columns[at[1]].previous):
                values[at] = self._one(table, at, values)
            numbers = {
                term: np.array([values.get(at, table.before(*at) if table.before(*at) is not None else math.nan)])
                for term, at in places.items()
            }
            # Last year's figures that stand there already are what they are.
            own = [rule for rule in table.form.rules if any(places[t] in values for t in rule.expression.terms)]
            results = (rule.expression.evaluate(numbers) for rule in own)
            if all(not r.known[0] or r.values[0] for r in results):
                return values
        raise AssertionError(f"no figures hold to the rules of {table.form.title}")

    def _one(self, table, at, values):
        """A number near last year's; of "of which" rows a small one."""
        offset, index = at
        measure, line = table.measure(offset, index), table.lines[offset]
        last = table.known.before.get((*line.place(table.form), table.name(offset, index)))
        if last is None:
            place = next((i for i in table.measured if self._is_last_year_of(table, i, index)), index)
            last = values.get((offset, place))
        if last is not None:
            value = last * self.draw.uniform(0.93, 1.07)
        elif measure.kind == "percent":
            value = self.draw.uniform(0.3, 0.9)
        else:
            value = self.draw.randint(21, 97) if line.role == "part" else self.draw.randint(201, 997)
        return round(value) if measure.kind == "count" else round(value, 4 if measure.kind == "percent" else 2)

    @staticmethod
    def _is_last_year_of(table, one, other):
        return table.columns[one].previous and table.columns[one].measure == table.columns[other].measure

    def _agree(self, book, filled):
        """Spread what form 01 says of social order over the districts of form 02, as the rule across forms wants it."""
        if not {"crime_by_type", "crime_by_district"} <= filled.tables.keys():
            return
        sums = {}
        sheet, types = filled.tables["crime_by_type"]
        group = set(types.form.group_members("social_order"))
        for index in types.measured:
            column = types.columns[index]
            if column.measure in {"cases", "cleared"} and not column.previous:
                rows = [o for o in types.members if types.lines[o].ids[0] in group]
                cells = [self._address(types, o, index) for o in rows]
                sums[column.measure] = sum(filled.typed["crime_by_type", sheet, cell] for cell in cells)
        sheet, districts = filled.tables["crime_by_district"]
        named = [o for o in districts.members if all(districts.lines[o].ids)] or districts.members[:64]
        at = {districts.columns[i].measure: i for i in districts.measured}
        cases = self._spread(sums["cases"], [self.draw.randint(60, 140) for _ in named])
        cleared = self._spread(sums["cleared"], cases)
        for offset, *pair in zip(named, cases, cleared, strict=True):
            for measure, value in zip(("cases", "cleared"), pair, strict=True):
                cell = self._address(districts, offset, at[measure])
                filled.typed["crime_by_district", sheet, cell] = book[sheet][cell].value = value

    def _spread(self, total, weights):
        """Whole numbers that come to a total, each in proportion to its weight and at most one off."""
        shares = np.floor(total * np.cumsum([0, *weights]) / sum(weights)).astype(int)
        return [int(part) for part in np.diff(shares)]

    @staticmethod
    def _address(table, offset, index):
        row, column = table.at(offset, index)
        return f"{get_column_letter(column + 1)}{row + 1}"
