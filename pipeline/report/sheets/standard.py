"""The rows that standardised rates are made of: each province's own over the forms' tables, and the cluster's cases."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from pipeline.catalogue.models import Indicator
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.form_tables import FormTable, part_head
from pipeline.report.sheets.formulas import Rows, Side, Sum, sheet_ref
from pipeline.report.sheets.ways import way
from pipeline.statistics.effects import standardised
from pipeline.statistics.exact import exact

_FIRST = 2  # the column of the first province
_CLOSE = 1e-9
Sides = tuple[Side, Side]


@dataclass(frozen=True)
class Standard:
    """An indicator's block: two rows of headings from ``top`` on, a line for each of its form's rows below them."""

    book: Book
    indicator: str
    members: Mapping[str, Sides]  # the rows that all provinces have
    provinces: Sequence[str]
    top: int

    @property
    def end(self) -> int:
        """The first row below the block."""
        return self.top + 2 + len(self.members)

    def rates(self) -> dict[str, Fraction | None]:
        """What the formulas come to."""
        parts = {
            province: {
                member: (exact(top.value([province])), exact(over.value([province])))
                for member, (top, over) in self.members.items()
            }
            for province in self.provinces
        }
        whole = {
            member: (Fraction(), sum((part[member][1] for part in parts.values()), Fraction()))
            for member in self.members
        }
        return {province: standardised(part, whole) for province, part in parts.items()}

    def formula(self, province: str) -> str:
        """A province's own rates, weighted by the cluster's cases; empty where one that counts is not known."""
        if province not in self.provinces:
            return ""
        at = _FIRST + 2 * self.provinces.index(province)
        top, over, weight = (self._lines(column) for column in (at, at + 1, self._last))
        unknown = f"SUMPRODUCT(({over}=0)*({weight}>0))+(SUM({weight})=0)"
        return f'=IF({unknown}>0,"",SUMPRODUCT({top}/({over}+({over}=0))*{weight})/SUM({weight}))'

    def way(self, province: str) -> str:
        """The link to a province's own numbers; empty where the block has none."""
        if province not in self.provinces:
            return ""
        at, sheet = _FIRST + 2 * self.provinces.index(province), sheet_ref(self.book.names["comparison"])
        return f"internal:{sheet}!{xl_range(self.top + 2, at, self.end - 1, at + 1)}"

    @property
    def _last(self) -> int:
        """The column of the cluster's cases."""
        return _FIRST + 2 * len(self.provinces)

    def _lines(self, column: int) -> str:
        letter = xl_col_to_name(column)
        return f"${letter}${self.top + 3}:${letter}${self.end}"

    def write(self, page: Page) -> None:
        """Write the block."""
        say, book = self.book.say, self.book
        sides = [say(f"workbook.column.{name}") for name in ("numerator", "denominator")]
        pairs = [(book.province(p), side) for p in self.provinces for side in sides]
        heads = [(book.label(self.indicator), ""), ("", say("workbook.column.code")), *pairs]
        heads.append((book.province(""), sides[1]))
        for row, texts in enumerate(zip(*heads, strict=True), self.top):
            for column, text in enumerate(texts):
                page.text(row, column, text, "head")
            page.high(row, list(enumerate(texts))[: len(page.widths)])
        for at, (member, own) in enumerate(self.members.items(), self.top + 2):
            self._line(page, at, member, own)

    def _line(self, page: Page, at: int, member: str, own: Sides) -> None:
        [form] = {form for form, _ in Indicator.operands(self.book.model(self.indicator).denominator)}
        label = self.book.results.catalogue.forms[form].members[member].name.text(self.book.results.lang)
        page.text(at, 0, label, "cell", "wrap")
        page.high(at, [(0, label)])
        page.text(at, 1, member, "cell", "muted")
        for number, province in enumerate(self.provinces):
            for column, side in enumerate(own, _FIRST + 2 * number):
                name = f"{xl_col_to_name(column)}${self.top + 1}"
                to, value = way(self.book, side, [province]), side.value([province])
                page.link(at, column, to, value, "cell", "count", formula=side.formula(name))
        head, over = f"${xl_col_to_name(_FIRST)}${self.top + 2}", xl_col_to_name(_FIRST + 1)
        end = xl_col_to_name(self._last - 1)
        area = f"${xl_col_to_name(_FIRST)}{at + 1}:${end}{at + 1}"
        formula = f"=SUMIF({head}:${end}${self.top + 2},${over}${self.top + 2},{area})"
        page.formula(at, self._last, formula, own[1].value(self.provinces), "cell", "count")


def standards(book: Book, rows: Sequence[Mapping[str, Any]], top: int) -> dict[str, Standard]:
    """The blocks of all indicators that have standardised rates, one below the other from row ``top`` on.

    An indicator whose rates the form's table does not give has none: its rates are numbers.
    """
    made: dict[str, Standard] = {}
    for name in dict.fromkeys(row["indicator"] for row in rows if row["standardised"] is not None):
        own = {row["province"]: row["standardised"] for row in rows if row["indicator"] == name and row["province"]}
        block = Standard(book, name, _members(book, name, list(own)), list(own), top)
        rates = block.rates()
        if block.members and all(_agree(rates[province], value) for province, value in own.items()):
            made[name], top = block, block.end + 1
    return made


def _agree(found: Fraction | None, value: float | None) -> bool:
    if found is None or value is None:
        return found is None and value is None
    return math.isclose(found, value, rel_tol=_CLOSE)


def _members(book: Book, name: str, provinces: Sequence[str]) -> dict[str, Sides]:
    """The rows of the indicator's form in which every province has all numbers, with their two sides."""
    model, catalogue = book.model(name), book.results.catalogue
    sides = [Indicator.operands(side) for side in (model.numerator, model.denominator)]
    form = sides[0][0][0]
    table = book.tables.get(form)
    columns = [(measure, False) for side in sides for _, measure in side]
    if table is None or part_head(0) not in table.heads or not all(column in table.heads for column in columns):
        return {}
    held = {
        (row.province, row.parts[0])
        for row in table.rows
        if all((cell := row.cells.get(column)) and cell.value is not None for column in columns)
    }
    wanted = catalogue.rows_of(form, model.rows) or catalogue.forms[form].added_up
    common = [member for member in wanted if all((province, member) in held for province in provinces)]
    return {member: (_side(table, sides[0], member), _side(table, sides[1], member)) for member in common}


def _side(table: FormTable, operands: Sequence[tuple[str, str]], member: str) -> Side:
    rows = Rows(((part_head(0), (member,)),))
    return Side(tuple(Sum(table, (measure, False), rows, (), long=False) for _, measure in operands))
