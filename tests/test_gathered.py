"""Of very many figures the form sheets hold sums by province, and all that rests on them stays."""

import openpyxl
import pytest
import yaml

from tests.books import Desk, copy_samples
from tests.test_lineage import FORM, lines_of, workbook_of
from tests.test_workbook import assert_recalculates

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
HEADS = ["District", "Cases", "Damage"]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORM)


def gather(desk, most):
    """Let the sheets of more than so many figures hold sums."""
    settings = desk.folder / "schemas" / "catalogue.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text("utf-8")) | {"sources_most": most}), "utf-8")


@pytest.fixture
def gathers(desk):
    gather(desk, 3)
    return desk


def rows_of(desk):
    book = openpyxl.load_workbook(workbook_of(desk))
    return [(r["Row"], r["Cases"], r["Damage"]) for r in lines_of(book, "F").values() if r["Row"]]


def test_the_rows_of_a_form_are_added_up_and_the_sheet_says_so(gathers):
    gathers.send([HEADS, ["A", 1, 5], ["B", 2, 6], ["C", 3, 7]])
    assert rows_of(gathers) == [("sum of 3 rows", 6, 18)]
    sheet = openpyxl.load_workbook(workbook_of(gathers))["F"]
    assert "added up by province" in sheet["A3"].value
    assert "north.xlsx" in sheet["A3"].value


def test_a_row_with_a_finding_and_one_that_lacks_a_number_stay_apart(gathers):
    gathers.send([HEADS, ["A", 1, 5], ["B", "many", 6], ["C", 3, 7], ["D", None, 8]])
    assert [(row, money) for row, _, money in rows_of(gathers)] == [("sum of 2 rows", 12), ("B", 6), ("D", 8)]


def test_few_figures_stay_as_they_are(desk):
    desk.send([HEADS, ["A", 1, 5], ["B", 2, 6]])
    assert [row for row, *_ in rows_of(desk)] == ["A", "B"]
    assert "added up" not in openpyxl.load_workbook(workbook_of(desk))["F"]["A3"].value


def test_what_is_made_of_few_provinces_at_a_time_is_what_is_made_at_once(tmp_path, monkeypatch):
    known = "{name: Test, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    indicators = "{mean: {label: Mean, kind: percent, numerator: f.n, denominator: f.money, better: lower}}"
    targets = "[{indicator: mean, value: 0.5, op: '<='}]"
    desk = Desk(tmp_path).catalogue(FORM, catalogue=known, indicators=indicators, targets=targets)
    gather(desk, 3)
    for number, name in enumerate(("north", "south", "elsewhere")):
        rows = [HEADS, ["A", 1 + number, 5], ["B", 2, 6], ["C", 3 if number else "-", 7]]
        desk.send(rows, name=f"{name}.xlsx")
    written = []
    for together in (0, 1_000_000):
        monkeypatch.setattr("pipeline.report._MOST_BESIDE", together)
        for module in ("report.sheets.form_tables", "indicators.slices", "reconciliation", "checks"):
            monkeypatch.setattr(f"pipeline.{module}._TOGETHER", together or 1)
        desk.consolidate(cache=False)
        files = sorted(path for path in (desk.folder / "outputs" / "2024").rglob("*") if path.is_file())
        written.append({path.name: path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert {"consolidated.xlsx", "mean.png"} <= written[0].keys()


@pytest.mark.slow
def test_every_formula_over_sums_comes_to_what_it_comes_to_over_the_rows(repo, office, tmp_path):
    desk = copy_samples(repo, tmp_path)
    desk.consolidate()
    whole = formulas_of(desk)
    gather(desk, 500)
    desk.consolidate()
    assert formulas_of(desk) == whole
    path = desk.folder / "outputs" / "2024" / "consolidated.xlsx"
    assert assert_recalculates(office, path, tmp_path / "again") > 1000


def formulas_of(desk):
    """The formulas of the indicators, which stay formulas, by the cell."""
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx")
    cells = (cell for row in book["Indicators"].iter_rows() for cell in row)
    return {cell.coordinate: cell.value for cell in cells if cell.data_type == "f"}


def test_the_notes_say_where_the_rest_is(gathers):
    gathers.send([HEADS, ["A", 1, 5], ["B", 2, 6]])
    notes = openpyxl.load_workbook(workbook_of(gathers))["Notes"]
    assert any("4 cells" in str(cell.value) and "observations.parquet" in cell.value for cell in notes["A"])
