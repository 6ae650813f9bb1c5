"""Totals and rules across forms, computed again: the table of checks, and the sheet whose formulas say the same."""

import openpyxl
import pytest

from tests.books import Desk

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
BY_TYPE = """
title: By type
rows:
  - key: type
    members: [{id: theft, label: Theft, group: order}, {id: fraud, label: Fraud, group: order},
      {id: drugs, label: Drugs}, {id: gang, label: Gang, part_of: total}]
groups: {order: {label: Order}}
columns: {cases: {header: Cases}, money: {header: Damage, kind: amount}}
"""
BY_PLACE = "title: By place\nrows: [{key: d, header: Place, members: open}]\ncolumns: {cases: {header: Cases}}"
CHECKS = """
- {id: agree, check: "sum(by_type.cases) == sum(by_place.cases)", severity: warning, message: no}
- {id: within, check: "sum(by_type.cases, drugs) * 2 <= abs(sum(by_place.cases))", severity: warning, message: no}
- {id: both, check: "by_type.cases > 0 and by_place.cases > 0", severity: warning, message: no}
"""
TYPES = [
    ["By type"], ["Type", "Cases", "Damage"], ["Theft", 5, 1.25], ["Fraud", 3, 2.25], ["Order", 8, 3.5],
    ["Drugs", 4, 0.1], ["Gang", 1, 0.1], ["Total", 12, 3.6],
]  # fmt: skip
PLACES = [["By place"], ["Place", "Cases"], ["A", 7], ["B", 5], ["Total", 12]]


def spoiled(rows, **cells):
    """Rows with other values in some cells."""
    made = [list(row) for row in rows]
    for cell, value in cells.items():
        made[int(cell[1:]) - 1]["ABC".index(cell[0])] = value
    return made


@pytest.fixture
def desk(tmp_path):
    provinces = "[{id: north, name: North}, {id: south, name: South}]"
    cluster = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [by_type, by_place]}"
    forms = {"by_type": BY_TYPE, "by_place": BY_PLACE}
    return Desk(tmp_path).catalogue(forms, provinces=provinces, catalogue=cluster, checks=CHECKS)


def send(desk, types=TYPES, places=PLACES, name="north.xlsx"):
    desk.send({"By type": types, "By place": places}, name=name)


def told(result, province="north"):
    """(form or rule, row, measure) -> result and difference of a province's checks."""
    frame = result.tables["checks"]
    own = frame[frame["province"] == province]
    return {
        (c.row,) if c.kind == "rule" else (c.form, c.row, c.measure): (c.result, c.difference) for c in own.itertuples()
    }


def shown(desk):
    """(row, measure) -> the cells of the provinces on the sheet of checks."""
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx", data_only=True)
    rows = book["Checks"].iter_rows(min_row=7, values_only=True)
    return {(row[2], row[3]): row[4:] for row in rows if row[0]}


def test_each_total_and_rule_is_told_with_both_sides(desk):
    send(desk, spoiled(TYPES, B8=13, C5=3.75))
    result = desk.consolidate()
    assert told(result) == {
        ("by_type", "", "cases"): ("differs", 1.0),
        ("by_type", "", "money"): ("agrees", pytest.approx(0, abs=1e-9)),
        ("by_type", "order", "cases"): ("agrees", 0.0),
        ("by_type", "order", "money"): ("differs", 0.25),
        ("by_place", "", "cases"): ("agrees", 0.0),
        ("agree",): ("agrees", 0.0),
        ("within",): ("agrees", -4.0),
        ("both",): ("agrees", pytest.approx(float("nan"), nan_ok=True)),
    }
    frame = result.tables["checks"]
    total = frame[(frame["form"] == "by_type") & (frame["row"] == "") & (frame["measure"] == "cases")].iloc[0]
    assert (total["cell"], total["stated"], total["computed"], total["cells"]) == ("B8", 13.0, 12.0, "B3:B4, B6")


def test_what_lacks_a_number_is_not_compared(desk):
    send(desk, spoiled(TYPES, B4="many"))
    found = told(desk.consolidate())
    assert found["by_type", "order", "cases"][0] == "not_compared"
    assert found["agree",][0] == "not_compared"
    assert found["by_type", "order", "money"] == ("agrees", 0.0)
    assert shown(desk)["Order", "Cases"][0] == "–"


@pytest.mark.slow
@pytest.mark.parametrize(("total", "result"), [(11, ("agrees", 0.0)), (12, ("differs", 1.0))])
def test_what_is_not_applicable_adds_nothing_to_a_total(desk, office, total, result):
    send(desk, spoiled(TYPES, B5=7, B4="x", B3=7, B8=total))
    assert told(desk.consolidate())["by_type", "", "cases"] == result
    made = desk.folder / "outputs" / "2024" / "consolidated.xlsx"
    again = openpyxl.load_workbook(office.recalculate(made, desk.folder), data_only=True)["Checks"]
    before = openpyxl.load_workbook(made, data_only=True)["Checks"]
    assert [c.value for c in again["E"]] == [c.value for c in before["E"]]


def test_the_sheet_shows_agreement_or_the_difference_in_each_province(desk, office):
    send(desk, spoiled(TYPES, B8=14, C5=3.75), spoiled(PLACES, A3="C"))
    send(desk, TYPES, spoiled(PLACES, B3=6, B5=11), name="south.xlsx")
    desk.consolidate()
    before = shown(desk)
    assert before["Total", "Damage"] == ("OK", "OK")
    assert before["Order", "Damage"] == (0.25, "OK")
    assert before["Cases [By type] = Cases [By place]", None] == ("OK", 1)
    path = desk.folder / "outputs" / "2024" / "consolidated.xlsx"
    again = openpyxl.load_workbook(office.recalculate(path, desk.folder / "again"), data_only=True)["Checks"]
    rows = {(row[2], row[3]): row[4:] for row in again.iter_rows(min_row=7, values_only=True) if row[0]}
    assert rows == before


def test_a_check_is_a_formula_over_the_forms_that_follows_a_changed_figure(desk, office):
    send(desk)
    send(desk, name="south.xlsx")
    desk.consolidate()
    path = desk.folder / "outputs" / "2024" / "consolidated.xlsx"
    book = openpyxl.load_workbook(path)
    formulas = [cell.value for row in book["Checks"].iter_rows(min_row=7, min_col=5) for cell in row if cell.value]
    plain = [value for value in formulas if not str(value).startswith("=")]
    assert plain == ["OK", "OK"]  # of a rule that is no single comparison
    sheet = book["By type"]
    heads = {cell.value: cell.column for cell in sheet[6]}
    sheet.cell(7, heads["Cases"]).value += 3
    book.save(desk.folder / "edited.xlsx")
    again = openpyxl.load_workbook(office.recalculate(desk.folder / "edited.xlsx", desk.folder), data_only=True)
    cells = {(row[2], row[3]): row[4] for row in again["Checks"].iter_rows(min_row=7, values_only=True) if row[0]}
    assert cells["Order", "Cases"] == -3
    assert cells["Cases [By type] = Cases [By place]", None] == 3
    assert cells["Order", "Damage"] == "OK"


def test_every_total_of_the_samples_agrees_and_is_there_with_its_cell(consolidated):
    frame = consolidated.consolidation.tables["checks"]
    counts = frame.groupby(["kind", "result"]).size().to_dict()
    assert counts["total", "agrees"] + counts["subtotal", "agrees"] == 156
    differs = frame[frame["result"] == "differs"]
    wrong = consolidated.consolidation.findings
    wrong = wrong[wrong["rule"] == "total_mismatch"]
    assert [*zip(differs["file"], differs["cell"], strict=True)] == [*zip(wrong["file"], wrong["cell"], strict=True)]
    book = consolidated.book(values=True)
    cells = [
        value for row in book["Kiểm tra"].iter_rows(min_row=7, min_col=5, values_only=True) for value in row if value
    ]
    assert cells.count("Khớp") == (frame["result"] == "agrees").sum()
    assert [value for value in cells if isinstance(value, int | float)] == [10]
