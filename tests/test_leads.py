"""From a figure of an analysis to its cell in two clicks: its own link, then that of where this leads."""

import re
from functools import cache

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
HEAD = 6  # the row of a table's headings
FIGURES = {
    "Fair comparison": ("Numerator", "Denominator / base", "Value"),
    "Rate and mix": ("Numerator", "Denominator / base", "Base numerator", "Base denominator"),
    "Trends": ("2022", "2023", "2024"),
    "Origin of points": ("Value", "Points"),
}
CLUSTER, GIVEN = "Whole cluster", {"Computed", "Verified", "Self-assessed"}
LED = re.compile(r"""^=HYPERLINK\("#"&"('.+')!([A-Z]+)"&IF\((.+?)=0,6,6\+(.+?)\),""")
BY_KIND = re.compile(r"""^=HYPERLINK\("#"&IF\((\$[A-Z]+\$\d+)=1,("'.+?\)),("'.+?\))\),""")


@pytest.fixture(scope="module")
def books(consolidated_en):
    """The samples' workbook: its formulas and links, and what these come to."""
    path = consolidated_en.folder / "consolidated.xlsx"
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


@cache
def heads_of(sheet):
    """The headings of a sheet's table; to find how wide it is openpyxl looks at all of its cells."""
    return [cell.value for cell in sheet[HEAD]]


def told(sheet, row):
    """A row of a table by its headings."""
    heads = heads_of(sheet)
    return dict(zip(heads, *sheet.iter_rows(row, row, 1, len(heads), values_only=True), strict=True))


def place_of(books, cell):
    """The sheet and the cells that a cell's link leads to; a defined name by what it names."""
    where = cell.hyperlink.location
    if "!" not in where:
        where = books[0].defined_names[where].attr_text
    name, _, area = where.rpartition("!")
    left, first, right, last = range_boundaries(area.replace("$", ""))
    sheet = books[1][name.strip("'").replace("''", "'")]
    return sheet, [cell for row in sheet.iter_rows(first, last, left, right) for cell in row]


def leads_to_cells(books, cell, province, indicator=""):
    """Whether a link leads to this province's cells, all of the way.

    That is to a row about it on a form, whose figures lead to their lines of sources, or to the row of the indicator,
    which leads there.
    """
    sheet, cells = place_of(books, cell)
    first = books[0][sheet.title][cells[0].coordinate]
    if sheet.title in {"Indicators", "Origin of points"}:
        row = told(sheet, first.row)
        assert province == row["Province"]
        assert not indicator or indicator in {row.get("Indicator"), row.get("Criterion")}
        if row.get("Points from", "Verified") not in GIVEN:  # a penalty that nobody has given is nought
            return True
        return leads_to_cells(books, first, province) if first.hyperlink else any(c.hyperlink for c in sheet[first.row])
    if sheet.title == "Targets":  # a population: a number of the catalogue, which is edited there
        return True
    if sheet.title == cell.parent.title:
        return all(leads_to_cells(books, books[0][sheet.title][c.coordinate], province) for c in cells if c.value)
    if sheet.title == "Sources of earlier periods":
        rows = [told(sheet, number) for number in dict.fromkeys(c.row for c in cells)]
        assert province in {CLUSTER, *(row["Province"] for row in rows)}
        return all(row["File"] for row in rows)
    assert sheet.title.startswith("Form "), sheet.title
    assert province in {CLUSTER, told(sheet, first.row)["Province"]}
    linked = [c for c in cells if c.value is not None]
    sources = [place_of(books, books[0][sheet.title][c.coordinate])[0].title for c in linked]
    return bool(sources) and set(sources) == {"Sources"}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_an_analysis_leads_to_where_it_is_from_and_on_to_the_cell(books, name):
    sheet, shown = (book[name] for book in books)
    (table,) = sheet.tables.values()
    seen = 0
    for row in sheet[table.ref][1:]:
        line = told(shown, row[0].row)
        about = line.get("Indicator") or line.get("Indicator / column") or line["Criterion"]
        for head in (head for head in FIGURES[name] if isinstance(line[head], int | float)):
            cell = row[list(line).index(head)]
            if name == "Origin of points" and line["Points from"] not in {"Computed", "Verified", "Self-assessed"}:
                continue
            assert cell.hyperlink is not None, (cell.coordinate, line)
            indicator = "" if name == "Origin of points" else about
            of_all = head.startswith("Base") and line["Against"] == "The cluster"
            assert leads_to_cells(books, cell, CLUSTER if of_all else line["Province"], indicator), cell.coordinate
            seen += 1
    assert seen > 80


def test_each_score_leads_to_its_row_of_origins(books):
    sheet, shown = (book["Emulation score"] for book in books)
    (heads,) = [row for row in shown.iter_rows() if row[0].value == "Criterion"]
    linked = [cell for row in sheet.iter_rows(min_row=heads[0].row + 1) for cell in row if cell.hyperlink]
    assert len(linked) > 100
    for cell in linked:
        assert leads_to_cells(books, cell, heads[cell.column - 1].value)
        to, cells = place_of(books, cell)
        if to.title == "Origin of points":
            assert told(to, cells[0].row)["Criterion"] in shown.cell(cell.row, 1).value
            assert told(to, cells[0].row)["Points"] == abs(shown[cell.coordinate].value)


def led(books, cell):
    """Where a formula's link leads now, by the cells beside it."""
    shown = books[1][cell.parent.title]
    by_kind = BY_KIND.match(cell.value)
    formula = cell.value
    if by_kind is not None:
        formula = f'=HYPERLINK("#"&{by_kind[3 - (shown[by_kind[1].replace("$", "")].value == 1)]},'
    match = LED.match(formula)
    if match is None:
        where = shown[re.match(r'=HYPERLINK\("#"&(\$[A-Z]+\$\d+),', cell.value)[1].replace("$", "")].value
        return where.split("!")
    assert match[3] == match[4]
    found = 1
    for part in match[3].split("*"):
        found *= shown[part.replace("$", "")].value
    return match[1], f"{match[2]}{6 + found}"


@pytest.mark.parametrize("name", ["Compare", "Profile"])
def test_a_figure_of_a_chosen_province_leads_to_the_same_figure_of_that_province(books, name):
    sheet, shown = (book[name] for book in books)
    who = {n: shown.cell(9, n).value for n in range(2, 7)} if name == "Compare" else {}
    cells = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=HYPERLINK")]
    figures = [cell for cell in cells if isinstance(shown[cell.coordinate].value, int | float)]
    assert len(figures) > 15
    for cell in figures:
        to, where = led(books, cell)
        target = books[1][to.strip("'")]
        row = told(target, target[where].row)
        assert row["Province"] == (who[cell.column] if who else shown["B6"].value)
        assert row["Indicator"] == (shown["B6"].value if who else shown.cell(cell.row, 1).value)
        assert target[where].value == shown[cell.coordinate].value


@pytest.mark.parametrize("name", ["Indicators", "Fair comparison"])
def test_a_population_leads_to_those_that_it_adds_up(books, name):
    sheet, shown = (book[name] for book in books)
    label = shown.cell(HEAD, 1).value
    rows = [told(shown, row) | {"row": row} for row in range(HEAD + 1, shown.max_row + 1)]
    rates = [row for row in rows if row[label] == "Social-order cases per 100,000 people"]
    assert len(rates) == 6
    for row in rates:
        _, cells = place_of(books, sheet.cell(row["row"], 4))
        assert sum(cell.value for cell in cells) == row["Denominator / base"]


def test_a_point_of_a_series_leads_to_the_lines_that_it_adds_up_and_to_no_other_periods(books):
    sheet, shown = (book["Trends"] for book in books)
    sides, seen = ("Numerator", "Denominator / base"), 0
    for row in range(HEAD + 1, shown.max_row + 1):
        cells, line = dict(zip(told(shown, HEAD), sheet[row], strict=False)), told(shown, row)
        for period in ("2022", "2023"):
            lines, area = place_of(books, cells[period])
            found = [told(lines, number) for number in sorted({cell.row for cell in area})]
            assert {one["Period"] for one in found} <= {period, None}  # a population has none
            for side in sides:
                added = sum(one["Value read"] for one in found if one["Side"] == side)
                assert added == (line[f"{period}: {side}"] or 0)
                operand = cells[f"{period}: {side}"]
                if line["Province"] == CLUSTER and operand.hyperlink:
                    assert sum(cell.value for cell in place_of(books, operand)[1]) == added
            seen += 1
    assert seen == 168


def test_last_years_figure_leads_to_no_other_years_lines(books):
    sheet, shown = (book["Indicators"] for book in books)
    column = list(told(shown, HEAD)).index("Last year") + 1
    to = [place_of(books, c) for row in range(HEAD + 1, shown.max_row + 1) if (c := sheet.cell(row, column)).hyperlink]
    lines = [(sheet, cells) for sheet, cells in to if sheet.title == "Sources of earlier periods"]
    assert len(lines) > 30
    for held, cells in lines:
        assert {told(held, cell.row)["Figure code"].rpartition(".")[2] for cell in cells} == {"previous"}
