"""The sheet of changes: against the accepted results, and of last year's figures against what was reported then."""

import openpyxl
import pytest

from pipeline import store
from pipeline.periods import Period
from tests.books import Desk

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
FORM = """
title: F
rows: [{key: d, header: District, members: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}]}]
columns: {n: {header: Cases, previous: {header: Last year}}}
"""
HEADS = ["Province", "Kind", "Form", "Row", "Measure", "Period", "Before", "Now", "Cell before", "Cell now"]


def sheet_of(desk):
    """The rows of the sheet that hold anything, and the cells to whose sources they lead."""
    desk.consolidate()
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx")
    rows = [row for row in book["What changed"].iter_rows(min_row=6) if any(cell.value is not None for cell in row)]
    leads = [row[9].hyperlink.location for row in rows if row[9].hyperlink]
    sources = [book["Sources"].cell(int(to.rpartition("!A")[2]), 14).value for to in leads]
    return [[cell.value for cell in row if cell.value is not None] for row in rows], sources


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM)
    desk.send([["District", "Cases", "Last year"], ["A", 5, 4], ["B", 6, 7], ["C", 1, 0]])
    return desk


def test_without_a_baseline_the_sheet_says_how_to_keep_one(desk):
    rows, sources = sheet_of(desk)
    assert [row[0] for row in rows] == [
        "Against the accepted results of this period",
        "There is no baseline to compare with; keep these outputs as one: pipeline accept 2024",
        "Figures of 2023: as reported then and as stated now",
        "There are no figures of 2023 as reported then to compare with.",
    ]
    assert sources == []


def test_a_number_that_changed_stands_with_both_values_and_cells_and_leads_to_its_source(desk):
    desk.consolidate()
    store.accept(Period.parse("2024"), desk.folder / "outputs")
    desk.send([["District", "Cases", "Last year"], [], ["A", 5, 4], ["B", 9, 7], ["C", "...", 0]])
    rows, sources = sheet_of(desk)
    assert rows[rows.index(HEADS) + 1 :][:2] == [
        ["North", "changed", "F", "B", "Cases", "2024", 6, 9, "F!B3 (north.xlsx)", "F!B4 (north.xlsx)"],
        ["North", "changed", "F", "C", "Cases", "2024", 1, "…", "F!B4 (north.xlsx)", "F!B5 (north.xlsx)"],
    ]
    assert sources == ["B4", "B5"]
    assert any(row[0].startswith("2 figures differ from the accepted results.") for row in rows)


def test_files_stand_above_the_list_then_changes_of_values_then_new_and_gone_and_the_list_filters(desk):
    desk.consolidate()
    store.accept(Period.parse("2024"), desk.folder / "outputs")
    desk.send([["District", "Cases", "Last year"], ["A", "...", ""], ["B", 9, 7], ["C", 2, 0]])
    head = "province,file,sheet,cell,reads,should_read,reason,by,date"
    corrections = f"{head}\nnorth,north.xlsx,F,B4,2,3,by phone,Ms Lan,2025-01-10\n"
    (desk.folder / "inputs" / "2024" / "corrections.csv").write_text(corrections, "utf-8")
    rows, _ = sheet_of(desk)
    listed = rows[rows.index(HEADS) + 1 :]
    assert [[*row[1:2], *row[3:7]] for row in listed[:4]] == [
        ["changed", "B", "Cases", "2024", 6],
        ["corrected", "C", "Cases", "2024", 1],
        ["changed", "A", "Cases", "2023", 4],
        ["changed", "A", "Cases", "2024", 5],
    ]
    assert rows[1][0].startswith("North: ")
    assert rows[2][0].startswith("4 figures differ")
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx")
    assert book["What changed"].tables["Changed"].autoFilter is not None


def test_last_years_figure_that_reads_otherwise_now_stands_with_what_was_reported(desk):
    desk.send([["District", "Cases"], ["A", 4], ["B", 8], ["C", 0]], period="2023")
    rows, sources = sheet_of(desk)
    assert rows[-1] == ["North", "changed", "F", "B", "Cases", "2023", 8, 7, "F!B3 (north.xlsx)", "F!C3 (north.xlsx)"]
    assert sources == ["C3"]
    assert [*desk.consolidate().tables["restated"][["old", "new", "difference"]].iloc[0]] == [8, 7, -1]


def test_a_restated_figure_leads_to_the_cell_of_last_years_file(desk):
    desk.send(
        [["District", "Cases", "Last year"], ["A", 9, 4], ["B", 7, 7], ["C", 0, 0]], "north old.xlsx", period="2023"
    )
    desk.consolidate()
    sheet = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx")["What changed"]
    (cell,) = (c for row in sheet.iter_rows() for c in row if c.hyperlink and "(north old.xlsx)" in str(c.value))
    assert cell.value == "F!B2 (north old.xlsx)"
    assert cell.hyperlink.target.replace("\\", "/") == "../../inputs/2023/north%20old.xlsx"
    assert cell.hyperlink.location == "'F'!B2"


def test_a_stated_rate_that_changed_is_shown_as_a_percentage_and_a_blank_as_a_dash(tmp_path):
    columns = "{n: {header: Cases}, r: {header: Rate, kind: percent}}"
    form = f"{{title: F, rows: [{{key: d, header: District, members: open}}], columns: {columns}}}"
    desk = Desk(tmp_path).catalogue(form)
    desk.send([["District", "Cases", "Rate"], ["A", 5, "81.58%"], ["B", 6, "100%"]]).consolidate()
    store.accept(Period.parse("2024"), tmp_path / "outputs")
    desk.send([["District", "Cases", "Rate"], ["A", None, "100%"], ["B", 6, "90%"]]).consolidate()
    sheet = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx")["What changed"]
    rows = {(row[3].value, row[4].value): row[6:8] for row in sheet.iter_rows() if row[1].value == "changed"}
    assert [cell.value for cell in rows["A", "Rate"]] == [0.8158, 1]
    assert [cell.value for cell in rows["A", "Cases"]] == [5, "\u2013"]
    formats = {cell.number_format for name in "AB" for cell in rows[name, "Rate"]}
    assert all("%" in one for one in formats), formats
    assert not any("%" in cell.number_format for cell in rows["A", "Cases"])


def test_the_row_of_a_restated_figure_is_called_as_the_form_calls_it_in_the_workbooks_language(tmp_path):
    members = "[{id: road, label: {vi: \u0110\u01b0\u1eddng b\u1ed9, en: Road}}]"
    columns = "{n: {header: Cases, previous: {header: Last year}}}"
    desk = Desk(tmp_path).catalogue(
        f"{{title: F, rows: [{{key: d, header: District, members: {members}}}], columns: {columns}}}"
    )
    desk.send([["District", "Cases"], ["\u0110\u01b0\u1eddng b\u1ed9", 4]], period="2023")
    desk.send([["District", "Cases", "Last year"], ["\u0110\u01b0\u1eddng b\u1ed9", 5, 3]])
    rows, _ = sheet_of(desk)
    assert rows[-1][:8] == ["North", "changed", "F", "Road", "Cases", "2023", 4, 3]
