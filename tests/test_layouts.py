"""How officials lay out a form: totals here and there, merged headers, long tables, lists, marks, percentages."""

import zipfile

import openpyxl
import pytest
import xlsxwriter

from pipeline.text import fold
from tests.books import Desk, Formatted, found, only, states, values

OPEN = """
    title: F
    rows: [{key: district, header: District, members: open}]
    columns:
      n: {header: Cases}
"""
LISTED = """
    title: F
    rows:
      - key: type
        header: Type
        members:
          - {id: theft, code: "01", label: Theft, also: [Stealing], group: social}
          - {id: fraud, code: "02", label: Fraud, group: social}
          - {id: drugs, code: "03", label: Drugs}
          - {id: gang, label: Gangs, part_of: total}
    groups: {social: {label: Social order, also: [Social]}}
    columns: {n: {header: Cases}}
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


# Totals


@pytest.mark.parametrize("rows", [
    [["Total", 3], ["A", 1], ["B", 2]],
    [["A", 1], ["B", 2], ["TỔNG  SỐ:", 3]],
    [["Tổng cộng", 3], ["A", 1], ["B", 2], ["Cộng", 3]],
], ids=["above", "below", "both"])  # fmt: skip
def test_a_total_row_is_checked_and_not_stored_wherever_it_stands(desk, rows):
    result = desk.catalogue(OPEN).send([["District", "Cases"], *rows]).check()
    assert values(result) == {"A": 1, "B": 2}
    assert found(result) == []


def test_totals_without_any_row_are_no_figures(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"], ["Total", 3], ["Cộng", 3]]).check()
    assert values(result) == {}


def test_a_total_that_does_not_add_up_is_a_warning_at_its_cell_and_values_stay(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"], ["A", 1], ["B", 2], ["Total", 4]]).check()
    assert found(result) == [("warning", "total_mismatch", "B4")]
    assert values(result) == {"A": 1, "B": 2}


LONG = """
    title: F
    rows:
      - {key: district, header: District, members: open}
      - key: type
        header: Type
        members: [{id: theft, label: Theft}, {id: fraud, label: Fraud}]
    totals: {over: OVER}
    columns: {n: {header: Cases}}
"""


def test_each_block_of_a_long_table_has_its_own_total(desk):
    rows = [
        ["A", "Theft", 1],
        ["A", "Fraud", 2],
        ["A", "Total", 3],
        ["B", "Total", 8],
        ["B", "Theft", 3],
        ["B", "Fraud", 4],
    ]
    result = desk.catalogue(LONG.replace("OVER", "type")).send([["District", "Type", "Cases"], *rows]).check()
    assert values(result) == {"A/theft": 1, "A/fraud": 2, "B/theft": 3, "B/fraud": 4}
    assert found(result) == [("warning", "total_mismatch", "C5")]


def test_a_total_over_the_outer_key_adds_up_the_rows_of_its_inner_member(desk):
    rows = [
        ["Total", "Theft", 4],
        ["Total", "Fraud", 7],
        ["A", "Theft", 1],
        ["A", "Fraud", 2],
        ["B", "Theft", 3],
        ["B", "Fraud", 4],
    ]
    result = desk.catalogue(LONG.replace("OVER", "district")).send([["District", "Type", "Cases"], *rows]).check()
    assert len(values(result)) == 4
    assert found(result) == [("warning", "total_mismatch", "C3")]


def test_a_grand_total_with_its_other_keys_blank_adds_up_everything(desk):
    rows = [["Total", None, 11], ["A", "Theft", 1], [None, "Fraud", 2], ["B", "Theft", 3], [None, "Fraud", 4]]
    result = desk.catalogue(LONG.replace("OVER", "district")).send([["District", "Type", "Cases"], *rows]).check()
    assert values(result) == {"A/theft": 1, "A/fraud": 2, "B/theft": 3, "B/fraud": 4}
    assert found(result) == [("warning", "total_mismatch", "C2")]


def test_a_total_over_another_key_is_set_aside_and_told(desk):
    rows = [["A", "Theft", 1], ["A", "Fraud", 2], ["Total", "Theft", 99]]
    result = desk.catalogue(LONG.replace("OVER", "type")).send([["District", "Type", "Cases"], *rows]).check()
    assert len(values(result)) == 2
    assert found(result) == [("info", "total_set_aside", "A4")]


def test_a_key_cell_merged_over_its_block_names_every_row_of_it(desk):
    rows = [["District", "Type", "Cases"], ["A", "Theft", 1], [None, "Fraud", 2], ["B", "Theft", 3], [None, "Fraud", 4]]
    result = desk.catalogue(LONG.replace("OVER", "type")).send(rows, merged=["A2:A3", "A4:A5"]).check()
    assert values(result) == {"A/theft": 1, "A/fraud": 2, "B/theft": 3, "B/fraud": 4}


def test_a_form_without_totals_takes_a_total_row_for_no_district(desk):
    form = OPEN + "    totals: none\n"
    result = desk.catalogue(form).send([["District", "Cases"], ["A", 1], ["Total", 99]]).check()
    assert values(result) == {"A": 1}
    assert found(result, severities=("error", "warning")) == []


def test_a_column_that_is_no_sum_is_not_compared_in_total_rows(desk):
    form = """
        title: F
        rows: [{key: district, members: open}]
        columns:
          n: {header: Cases}
          age: {header: Mean age, kind: amount, total: none}
          share: {header: Share, kind: percent}
    """
    rows = [["District", "Cases", "Mean age", "Share"], ["A", 1, 30, 50], ["B", 1, 40, 70], ["Total", 2, 35, 60]]
    assert found(desk.catalogue(form).send(rows).check(), but={"period_assumed", "key_column_guessed"}) == []


def test_a_total_is_compared_at_its_stated_decimals(desk):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: Damage, kind: amount}}}"
    rows = [["D", "Damage"], ["A", 1.26], ["B", 2.17], ["Total", "3,4"], ["Cộng", "3,42"]]
    result = desk.catalogue(form).send(rows).check()
    assert found(result) == [("warning", "total_mismatch", "B5")]


# Groups, "of which", unlisted rows


def listed(*rows):
    return [["Type", "Cases"], *rows]


def test_a_group_row_of_a_long_table_adds_up_the_rows_of_its_own_block(desk):
    form = """
        title: F
        rows:
          - {key: place, header: Place, members: open}
          - {key: type, header: Type, members: [{id: a, label: A, group: g}, {id: b, label: B, group: g}]}
        groups: {g: {label: Group}}
        columns: {n: {header: Cases}}
    """
    near, far = (["Near", "A", 1], ["Near", "B", 2]), (["Far", "A", 10], ["Far", "B", 20])
    head = ["Place", "Type", "Cases"]
    desk.catalogue(form)
    right = [head, *near, ["Near", "Group", 3], *far, ["Far", "Group", 30]]
    assert found(desk.send(right).check()) == []
    wrong = [head, *near, ["Near", "Group", 33], *far, ["Far", "Group", 30]]
    assert found(desk.send(wrong).check()) == [("warning", "total_mismatch", "C4")]


def test_a_group_row_is_checked_against_its_members_and_not_stored(desk):
    rows = listed(
        ["Total", 6], ["I. SOCIAL ORDER", 4], ["1. Theft", 1], ["2. Fraud", 2], ["II. Drugs", 3], ["Of which: Gangs", 2]
    )
    result = desk.catalogue(LISTED).send(rows).check()
    assert values(result) == {"theft": 1, "fraud": 2, "drugs": 3, "gang": 2}
    assert found(result) == [("warning", "total_mismatch", "B3")]


def test_an_of_which_row_is_stored_and_never_added_up(desk):
    indicators = "{all: {kind: total, numerator: f.n}, gangs: {kind: total, numerator: f.n, rows: [gang]}}"
    rows = listed(["Theft", 1], ["Fraud", 2], ["Drugs", 3], ["Trong đó: Gangs", 2], ["Total", 6])
    result = desk.catalogue(LISTED, indicators=indicators).send(rows).check()
    assert found(result) == []
    north = result.indicators[result.indicators["province"] == "north"].set_index("indicator")["value"]
    assert north.to_dict() == {"all": 6, "gangs": 2}


def test_an_of_which_row_of_an_open_key_is_set_aside_and_told(desk):
    rows = [["District", "Cases"], ["A", 5], ["Trong đó: thị trấn", 2], ["B", 1], ["Total", 6]]
    result = desk.catalogue(OPEN).send(rows).check()
    assert values(result) == {"A": 5, "B": 1}
    assert found(result) == [("info", "of_which_set_aside", "A3")]


def test_rows_under_an_open_of_which_line_are_set_aside_too(desk):
    rows = [
        ["District", "Cases"],
        ["A", 5],
        ["Trong đó:", None],
        ["- thị trấn", 2],
        ["- xã", 3],
        ["B", 1],
        ["Total", 6],
    ]
    result = desk.catalogue(OPEN).send(rows).check()
    assert values(result) == {"A": 5, "B": 1}
    assert [rule for _, rule, _ in found(result)] == ["of_which_set_aside", "of_which_set_aside"]


def test_a_row_that_is_no_listed_member_is_an_error_and_a_listed_one_that_lacks_too(desk):
    result = desk.catalogue(LISTED).send(listed(["Theft", 1], ["Piracy", 9], ["Drugs", 3], ["Gangs", 0])).check()
    assert values(result) == {"theft": 1, "drugs": 3, "gang": 0}
    assert found(result) == [("error", "missing_row", "A2"), ("error", "unknown_row", "A3")]
    assert only(result, "unknown_row")["value"] == "Piracy"
    assert only(result, "missing_row")["expected"] == "Fraud"


def test_a_row_that_lacks_is_told_at_the_row_beside_which_it_belongs(desk):
    result = desk.catalogue(LISTED).send(listed(["Drugs", 3], ["Theft", 1])).check()
    rows = [(f.cell, f.expected, f.message.partition("): ")[2]) for f in result.findings.itertuples()
            if f.rule == "missing_row"]  # fmt: skip
    assert [row[:2] for row in rows] == [("A2", "Gangs"), ("A3", "Fraud")]
    assert 'in the form it follows the row "Theft"' in rows[1][2]
    result = desk.send(listed(["Fraud", 2], ["Drugs", 3], ["Gangs", 0])).check()
    assert only(result, "missing_row")["cell"] == "A2"
    assert 'in the form it precedes the row "Fraud"' in only(result, "missing_row")["message"]


def test_unlisted_rows_that_are_ignored_make_one_note_together(desk):
    form = LISTED.replace("header: Type", "header: Type\n        unlisted: ignore")
    rows = listed(["Theft", 1], ["Piracy", 9], ["Smuggling", 8], ["Fraud", 2], ["Drugs", 3], ["Gangs", 0])
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"theft": 1, "fraud": 2, "drugs": 3, "gang": 0}
    assert found(result) == [("info", "rows_ignored", "")]
    assert "Piracy" in only(result, "rows_ignored")["message"]
    assert "Smuggling" in only(result, "rows_ignored")["message"]


@pytest.mark.parametrize("label", [
    "Theft", "THEFT", "  theft ", "The\u200bft", "1. Theft", "1.1 Theft", "a) Theft", "I/ Theft", "- Theft",
    "Stealing", "Theft (cases)",
    "theft\n",
])  # fmt: skip
def test_a_row_label_is_found_however_it_is_typed(desk, label):
    result = desk.catalogue(LISTED).send(listed([label, 7], ["Fraud", 2], ["Drugs", 3], ["Gangs", 0])).check()
    assert values(result)["theft"] == 7


@pytest.mark.parametrize("label", [
    "Hóa", "Hoá", "HOÁ", "hoa\u0301", "HO\u0301A", "Thuỷ  Nguyên", "Thủy\nNguyên", "Thu\u0309y Nguye\u0302n",
])  # fmt: skip
def test_vietnamese_labels_are_the_same_however_tones_are_placed_or_composed(desk, label):
    members = "[{id: a, label: Hóa, also: [Thủy Nguyên]}]"
    form = f"{{title: F, rows: [{{key: d, header: D, members: {members}}}], columns: {{n: {{header: N}}}}}}"
    assert values(desk.catalogue(form).send([["D", "N"], [label, 5]]).check()) == {"a": 5}


def test_a_header_is_found_in_another_spelling_of_its_tones_case_and_breaks(desk):
    form = "{title: F, rows: [{key: d, header: Địa bàn, members: open}], columns: {n: {header: Tỷ lệ khởi tố hoá}}}"
    rows = [["ĐỊA\nBÀN", "TỈ  LỆ\nKHỞI TỐ HÓA (%)"], ["A", 5]]
    assert values(desk.catalogue(form).send(rows).check()) == {"A": 5}


# Keys and codes


CODED = """
    title: F
    rows: [{key: commune, header: Commune, code_header: [Code], members: open}]
    columns: {n: {header: Cases}}
"""


def test_the_row_of_an_open_key_is_its_code_where_the_form_has_one(desk):
    result = desk.catalogue(CODED).send([["Code", "Commune", "Cases"], ["0123", "A", 1], ["0124", "A", 2]]).check()
    assert values(result) == {"0123": 1, "0124": 2}
    assert list(result.observations["label"]) == ["A", "A"]
    assert found(result) == []


def test_the_row_of_an_open_key_is_its_text_tidied(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"], ["  Quỳ  Hợp ", 1], ["Quy\u0300nh Lưu", 2]]).check()
    assert values(result) == {"Quỳ Hợp": 1, "Quỳnh Lưu": 2}


def test_a_code_that_lost_its_leading_zero_is_found(desk):
    form = LISTED.replace("header: Type", "header: Type\n        code_header: [Code]")
    rows = [["Type", "Code", "Cases"], ["Thefts of all kinds", 1, 5], ["?", "2", 6], ["", "03", 7], ["Gangs", None, 1]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7, "gang": 1}


def test_the_code_column_alone_names_the_rows(desk):
    form = LISTED.replace("header: Type", "header: Type\n        code_header: [Code]").replace(
        "          - {id: gang, label: Gangs, part_of: total}\n", ""
    )
    result = desk.catalogue(form).send([["Code", "Cases"], ["01", 5], ["02", 6], ["03", 7]]).check()
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7}


def test_key_cells_are_never_marks(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"], ["x", 1], ["Không", 2], ["A", 3]]).check()
    assert values(result) == {"x": 1, "Không": 2, "A": 3}


MONTHLY = """
    title: F
    rows:
      - {key: period, header: Month}
      - {key: district, header: District, members: open}
    columns: {n: {header: Cases}}
"""


def test_rows_with_a_period_of_their_own_are_summed_within_the_period(desk):
    rows = [
        ["Month", "District", "Cases"],
        ["Tháng 1", "A", 1],
        ["02/2024", "A", 2],
        [3, "A", 4],
        ["2024-12", "A", 8],
        ["12/2023", "A", 99],
    ]
    desk.catalogue(MONTHLY, indicators="{all: {kind: total, numerator: f.n}}").send(rows)
    result = desk.check()
    assert list(result.observations["period"]) == ["2024-01", "2024-02", "2024-03", "2024-12", "2023-12"]
    assert set(result.observations["row"]) == {"A"}
    assert result.indicators["value"].tolist() == [15, 15]


def test_rows_that_are_provinces_belong_to_each_province_and_have_no_row_key(desk):
    form = "{title: F, rows: [{key: province, header: Province, code_header: [Code]}], columns: {n: {header: Cards}}}"
    provinces = '[{id: north, code: "01", name: Northland}, {id: south, code: "02", name: Southland}]'
    catalogue = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    rows = [["Province", "Code", "Cards"], ["NORTHLAND", None, 5], ["?", "2", 6], ["Total", None, 11]]
    result = desk.catalogue(form, provinces=provinces, catalogue=catalogue).send(rows, "any name.xlsx").check()
    assert dict(zip(result.observations["province"], result.observations["value"], strict=True)) == {
        "north": 5,
        "south": 6,
    }
    assert set(result.observations["row"]) == {""}
    assert found(result) == []
    assert list(result.submissions["province"]) == [""]
    assert list(result.submissions["status"]) == ["accepted"]


def test_a_member_province_that_a_cluster_form_lacks_is_a_missing_row(desk):
    form = "{title: F, rows: [{key: province, header: Province}], columns: {n: {header: Cards}}}"
    catalogue = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    result = desk.catalogue(form, catalogue=catalogue).send([["Province", "Cards"], ["North", 5]], "t.xlsx").check()
    assert only(result, "missing_row")["expected"] == "South"


# Headers


def test_columns_may_stand_in_any_order_with_ordinals_and_unknown_ones_between(desk):
    form = OPEN + "      m: {header: Cleared}\n"
    rows = [["STT", "Cleared", "Remark", "District", "Cases"], [1, 5, None, "A", 6], [2, 7, None, "B", 8]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"A": 6, "B": 8}
    assert values(result, "m") == {"A": 5, "B": 7}
    assert found(result) == []


def test_a_column_with_numbers_that_the_catalogue_does_not_know_is_a_warning(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases", "Fines"], ["A", 6, 100]]).check()
    assert found(result) == [("warning", "unknown_column", "C1")]


def test_a_row_that_numbers_the_columns_is_no_data(desk):
    form = OPEN + "      m: {header: Cleared}\n"
    for numbers in (["A", 1, 2], ["(A)", "(1)", "(2)=(1)/(0)"], ["1", "2", "3=2/1"]):
        rows = [["District", "Cases", "Cleared"], numbers, ["X", 6, 5]]
        assert values(desk.catalogue(form).send(rows).check()) == {"X": 6}


PATHS = """
    title: F
    rows: [{key: d, header: District, members: open}]
    columns:
      n: {header: [Cases, This year], previous: {also: [[Cases, Last year]]}}
      m: {header: [Cleared, This year], previous: {also: [[Cleared, Last year]]}}
"""


@pytest.mark.parametrize("merged", [["A1:A2", "B1:C1", "D1:E1"], []], ids=["merged", "unmerged"])
def test_a_path_leads_through_a_header_of_two_rows(desk, merged):
    rows = [
        ["District", "Cases", None, "Cleared", None],
        [None, "Last year", "This year", "This year", "Last year"],
        ["A", 5, 6, 7, 8],
    ]
    result = desk.catalogue(PATHS).send(rows, merged=merged).check()
    numbers = {(o.measure, o.period): o.value for o in result.observations.itertuples()}
    assert numbers == {("n", "2023"): 5, ("n", "2024"): 6, ("m", "2024"): 7, ("m", "2023"): 8}
    assert found(result) == []


def test_a_header_of_three_rows_with_a_title_over_all_is_read(desk):
    rows = [
        ["District", "Results of the year", None, None, None],
        [None, "Cases", None, "Cleared", None],
        [None, "Năm 2024", "Năm 2023", "Kỳ này", "Cùng kỳ năm trước"],
        ["A", 5, 6, 7, 8],
    ]
    form = (
        PATHS.replace("[Cases, This year]", "Cases")
        .replace("[Cleared, This year]", "Cleared")
        .replace("previous: {also: [[Cases, Last year]]}", "previous: {}")
        .replace("previous: {also: [[Cleared, Last year]]}", "previous: {}")
    )
    result = desk.catalogue(form).send(rows, merged=["A1:A3", "B1:E1", "B2:C2", "D2:E2"]).check()
    numbers = {(o.measure, o.period): o.value for o in result.observations.itertuples()}
    assert numbers == {("n", "2024"): 5, ("n", "2023"): 6, ("m", "2024"): 7, ("m", "2023"): 8}


def test_years_are_filled_into_headers_and_sheet_names(desk):
    form = """
        title: Something else
        sheets: ["Data {year}"]
        rows: [{key: d, header: District, members: open}]
        columns:
          n: {header: "Cases of {year}", previous: {also: ["Cases of {previous_year}"]}}
    """
    desk.catalogue(form).send({"Data 2024": [["District", "Cases of 2023", "Cases of 2024"], ["A", 5, 6]]})
    result = desk.check()
    assert dict(zip(result.observations["period"], result.observations["value"], strict=True)) == {"2023": 5, "2024": 6}


def test_a_form_is_found_by_sheet_name_number_or_title(desk):
    form = """
        number: "07"
        title: Cases by district
        sheets: [CBD]
        rows: [{key: d, header: D, members: open}]
        columns: {n: {header: N}}
    """
    table = [["D", "N"], ["A", 1]]
    for name, rows in {
        "cbd": table, "Biểu 7": table, "Biểu số 07": table, "BM07": table, "CASES BY  DISTRICT": table,
        "Sheet1": [["CASES BY DISTRICT"], *table], "Sheet2": [["Biểu số: 07/BC"], *table],
        "Sheet3": [["Form 07: Cases by district in 2024"], *table],
    }.items():  # fmt: skip
        result = desk.catalogue(form).send({name: rows}).check()
        assert values(result) == {"A": 1}, name


def test_two_sheets_that_could_be_one_form_are_an_error_and_neither_is_read(desk):
    rows = [["District", "Cases"], ["A", 1]]
    result = desk.catalogue(OPEN.replace("title: F", "title: F\n    sheets: [G]")).send({"F": rows, "G": rows}).check()
    assert only(result, "ambiguous_form")["severity"] == "error"
    assert len(result.observations) == 0


def test_a_column_that_stands_twice_is_an_error_and_is_not_read(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases", "Cases"], ["A", 1, 2]]).check()
    assert ("error", "ambiguous_column", "B1") in found(result)
    assert values(result) == {}


def test_a_measure_that_is_not_required_may_be_absent(desk):
    form = """
        title: F
        rows: [{key: d, header: District, members: open}]
        columns:
          n: {header: Cases, previous: {also: [Cases before]}}
          m: {header: Cleared, required: false}
          rate: {header: Rate, kind: percent, equals: m / n}
          note: {header: Remarks, kind: text}
    """
    assert found(desk.catalogue(form).send([["District", "Cases"], ["A", 1]]).check()) == []


def test_a_stated_figure_that_is_required_must_be_there(desk):
    form = OPEN + "      rate: {header: Rate, kind: rate, equals: n / n, required: true}\n"
    result = desk.catalogue(form).send([["District", "Cases"], ["A", 1]]).check()
    assert only(result, "missing_column")["expected"] == "Rate"


def test_text_columns_are_shown_and_are_no_observations(desk):
    form = OPEN + "      note: {header: Remarks, kind: text}\n"
    result = desk.catalogue(form).send([["District", "Cases", "Remarks"], ["A", 1, "late"]]).check()
    assert list(result.observations["measure"]) == ["n"]


# Lists


LIST = """
    title: F
    layout: list
    columns:
      fires: {header: Số vụ cháy, unit: vụ}
      deaths: {header: Người chết, also: [Chết], unit: người}
"""


def test_a_list_needs_no_header_when_one_column_holds_numbers(desk):
    result = desk.catalogue(LIST).send([["Số vụ cháy", 5], ["Chết", 1]]).check()
    assert values(result, "fires") == {"": 5}
    assert values(result, "deaths") == {"": 1}


PERIODS = """
    periods: {current: {also: [Now]}, previous: {also: [Then]}}
    unit_header: {also: [In]}
"""


def test_a_list_has_a_column_for_each_period_and_one_for_the_unit(desk):
    rows = [
        ["STT", "Chỉ tiêu", "In", "Then", "Now"],
        [1, "Số vụ cháy", "vụ", 4, 5],
        [2, "Người chết", "người", "-", "..."],
    ]
    result = desk.catalogue(LIST + PERIODS).send(rows).check()
    numbers = {(o.measure, o.period): (o.state, o.cell) for o in result.observations.itertuples()}
    assert numbers == {
        ("fires", "2023"): ("number", "D2"), ("fires", "2024"): ("number", "E2"),
        ("deaths", "2023"): ("nil", "D3"), ("deaths", "2024"): ("missing", "E3"),
    }  # fmt: skip
    assert found(result) == []


def test_a_list_without_a_catalogue_of_periods_knows_the_usual_words_and_years(desk):
    rows = [["Chỉ tiêu", "ĐVT", "Năm 2024"], ["Số vụ cháy", "vụ", 5], ["Người chết", "người", 0]]
    result = desk.catalogue(LIST).send(rows).check()
    assert values(result, "fires") == {"": 5}
    assert found(result) == []


def test_last_years_column_of_a_list_that_states_none_is_not_read_as_this_years(desk):
    rows = [["Chỉ tiêu", "Năm 2023", "Năm 2024"], ["Số vụ cháy", 4, 5], ["Người chết", 1, 0]]
    result = desk.catalogue(LIST).send(rows).check()
    assert values(result, "fires") == {"": 5}
    assert len(result.observations) == 2


def test_a_measure_that_a_list_lacks_is_missing_and_an_unknown_row_is_an_error(desk):
    result = desk.catalogue(LIST).send([["", "Năm 2024"], ["Số vụ cháy", 5], ["Floods", 1]]).check()
    assert only(result, "missing_column")["expected"] == "Người chết"
    assert only(result, "unknown_row")["value"] == "Floods"


def test_a_measure_that_stands_twice_in_a_list_is_used_neither_time(desk):
    result = desk.catalogue(LIST).send([["", "Năm 2024"], ["Số vụ cháy", 5], ["Số vụ cháy", 6], ["Chết", 1]]).check()
    assert set(result.observations.loc[result.observations["measure"] == "fires", "state"]) == {"rejected"}
    assert [(severity, rule) for severity, rule, _ in found(result)] == [("error", "duplicate_row")] * 2


def test_a_rule_compares_the_measures_of_a_list(desk):
    form = LIST + "    rules: [{id: fatal, check: deaths <= fires, severity: warning, message: Too many}]\n"
    result = desk.catalogue(form).send([["", "Năm 2024"], ["Số vụ cháy", 5], ["Chết", 6]]).check()
    assert found(result) == [("warning", "fatal", "B3")]
    assert only(result, "fatal")["message"].endswith("Too many")


# Marks and blanks


def kinds(kind, **more):
    options = "".join(f", {name}: {value}" for name, value in more.items())
    column = f"{{header: N, kind: {kind}{options}}}"
    return f"{{title: F, rows: [{{key: d, header: D, members: open}}], columns: {{n: {column}}}}}"


@pytest.mark.parametrize(("mark", "kind", "state", "value"), [
    ("-", "count", "nil", 0), ("–", "count", "nil", 0), ("KPS", "count", "nil", 0), ("Không", "amount", "nil", 0),
    ("KHÔNG", "count", "nil", 0), ("-", "percent", "not_applicable", None), ("kps", "rate", "not_applicable", None),
    ("...", "count", "missing", None), ("…", "count", "missing", None), ("..", "percent", "missing", None),
    ("x", "count", "not_applicable", None), ("X", "percent", "not_applicable", None),
    ("x", "rate", "not_applicable", None),
    (" - ", "count", "nil", 0), (0, "count", "number", 0), ("0", "percent", "number", 0),
])  # fmt: skip
def test_a_mark_has_its_state(desk, mark, kind, state, value):
    result = desk.catalogue(kinds(kind)).send([["D", "N"], ["A", mark], ["B", 2]]).check()
    assert (states(result)["A"], values(result)["A"]) == (state, value)
    assert found(result) == []


def test_a_catalogues_own_marks_replace_the_usual_ones(desk):
    catalogue = """
        name: T
        clusters: [{id: c, provinces: [north]}]
        forms: [f]
        nil_marks: [none]
        missing_marks: [later]
        not_applicable_marks: [n/a]
        total_labels: [Sum]
    """
    rows = [["D", "N"], ["A", "None"], ["B", "LATER"], ["C", "n/a"], ["E", "-"], ["Sum", 0]]
    result = desk.catalogue(kinds("count"), catalogue=catalogue).send(rows).check()
    assert states(result) == {"A": "nil", "B": "missing", "C": "not_applicable", "E": "rejected"}
    assert found(result) == [("error", "not_a_number", "B5")]


def test_a_blank_is_null_with_a_warning(desk):
    result = desk.catalogue(kinds("count")).send([["D", "N"], ["A", None], ["B", 2]]).check()
    assert states(result)["A"] == "blank"
    assert values(result)["A"] is None
    assert found(result) == [("warning", "blank_cell", "B2")]


def test_a_total_that_adds_up_proves_blanks_to_be_zero(desk):
    result = desk.catalogue(kinds("count")).send([["D", "N"], ["A", None], ["B", 2], ["C", " "], ["Total", 2]]).check()
    assert states(result) == {"A": "nil", "B": "number", "C": "nil"}
    assert values(result) == {"A": 0, "B": 2, "C": 0}
    assert found(result, severities=("error", "warning")) == []


def test_a_total_that_does_not_add_up_proves_nothing(desk):
    result = desk.catalogue(kinds("count")).send([["D", "N"], ["A", None], ["B", 2], ["Total", 3]]).check()
    assert states(result)["A"] == "blank"
    assert found(result, severities=("warning",)) == [("warning", "blank_cell", "B2")]


def test_where_values_may_be_negative_a_total_proves_one_blank_only(desk):
    form = kinds("amount", signed="true")
    one = desk.catalogue(form).send([["D", "N"], ["A", None], ["B", -2], ["Total", -2]]).check()
    assert states(one) == {"A": "nil", "B": "number"}
    two = desk.send([["D", "N"], ["A", None], ["B", -2], ["C", None], ["Total", -2]]).check()
    assert states(two) == {"A": "blank", "B": "number", "C": "blank"}


def test_a_negative_value_is_right_where_the_column_is_signed(desk):
    assert found(desk.catalogue(kinds("count", signed="true")).send([["D", "N"], ["A", -2]]).check()) == []
    assert found(desk.catalogue(kinds("count")).check()) == [("error", "negative_count", "B2")]
    assert found(desk.catalogue(kinds("amount")).check()) == [("error", "negative_value", "B2")]


def test_the_states_are_told_apart_in_indicators(desk):
    indicators = "{all: {kind: total, numerator: f.n}}"
    desk.catalogue(kinds("count"), indicators=indicators)
    outcomes = {}
    for cell in ("-", "x", "...", None, "?"):
        indicator = desk.send([["D", "N"], ["A", cell], ["B", 2]]).check().indicators.iloc[0]
        outcomes[cell] = (None if indicator["value"] != indicator["value"] else indicator["value"], indicator["status"])
    assert outcomes == {
        "-": (2, "no_target"), "x": (2, "no_target"),
        "...": (None, "incomplete"), None: (None, "incomplete"), "?": (None, "incomplete"),
    }  # fmt: skip


# Percentages and stated figures


STATED = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns:
      n: {header: Cases}
      m: {header: Cleared}
      rate: {header: Rate, kind: percent, equals: m / n}
"""


@pytest.mark.parametrize(("first", "second"), [
    ("84,95", "50"), (84.95, 50), (0.8495, 0.5), ("0,8495", "0,5"), ("84,95%", "50 %"),
    (Formatted(0.8495, "0.00%"), Formatted(0.5, "0%")), ("84.95", "50,00"),
])  # fmt: skip
def test_a_stated_percentage_is_a_fraction_however_it_is_typed(desk, first, second):
    rows = [["D", "Cases", "Cleared", "Rate"], ["A", 10000, 8495, first], ["B", 10, 5, second]]
    result = desk.catalogue(STATED).send(rows).check()
    assert values(result, "rate") == pytest.approx({"A": 0.8495, "B": 0.5})
    assert found(result) == []


def test_a_percentage_without_a_formula_is_taken_in_hundreds(desk):
    result = desk.catalogue(kinds("percent")).send([["D", "N"], ["A", "84,95"], ["B", 0.5]]).check()
    assert values(result) == pytest.approx({"A": 0.8495, "B": 0.005})


def test_a_share_of_one_percent_in_a_column_of_hundreds_stays_one_percent(desk):
    rows = [["D", "Cases", "Cleared", "Rate"], ["A", 100, 1, 1], ["B", 10, 5, 50]]
    assert values(desk.catalogue(STATED).send(rows).check(), "rate") == pytest.approx({"A": 0.01, "B": 0.5})


def test_a_stated_figure_is_compared_at_its_stated_decimals(desk):
    rows = [
        ["D", "Cases", "Cleared", "Rate"],
        ["A", 3, 2, 66.7],
        ["B", 3, 2, 67],
        ["C", 3, 2, 66.6],
        ["Total", 9, 6, 66.67],
        ["Cộng", 9, 6, 70],
    ]
    result = desk.catalogue(STATED).send(rows).check()
    assert found(result) == [("warning", "stated_mismatch", "D4"), ("warning", "stated_mismatch", "D6")]
    assert values(result, "rate")["C"] == pytest.approx(0.666)


def test_a_stated_figure_that_cannot_be_computed_may_be_blank_or_dashed(desk):
    rows = [["D", "Cases", "Cleared", "Rate"], ["A", 0, 0, None], ["B", 0, 0, "-"], ["C", 10, 5, 50]]
    assert found(desk.catalogue(STATED).send(rows).check()) == []


def test_a_stated_figure_of_last_year_uses_last_years_columns(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns:
          n: {header: Cases, previous: {also: [Cases before]}}
          m: {header: Cleared, previous: {also: [Cleared before]}}
          rate: {header: Rate, kind: percent, equals: m / n, previous: {also: [Rate before]}}
    """
    rows = [
        ["D", "Cases", "Cases before", "Cleared", "Cleared before", "Rate", "Rate before"],
        ["A", 10, 20, 5, 5, 50, 25],
        ["B", 10, 20, 5, 5, 50, 50],
    ]
    assert found(desk.catalogue(form).send(rows).check()) == [("warning", "stated_mismatch", "G3")]


def test_a_rate_that_agrees_with_the_rows_sums_is_right_beside_a_wrong_total(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns: {a: {header: Cleared}, n: {header: Cases}, r: {header: Rate, kind: percent, equals: a / n}}
    """
    rows = [["D", "Cleared", "Cases", "Rate"], ["A", 8, 10, "80%"], ["B", 9, 15, "60%"]]
    desk.catalogue(form)
    line = only(desk.send([*rows, ["Total", 17, 35, "68%"]]).check(), "total_mismatch")
    assert (line["cell"], line["expected"]) == ("C4", "25")
    assert 'The total of "Cases" says 35 but its 2 rows add up to 25 (a difference of 10)' in line["message"]
    both = found(desk.send([*rows, ["Total", 17, 35, "50%"]]).check())
    assert both == [("warning", "total_mismatch", "C4"), ("warning", "stated_mismatch", "D4")]


def test_a_stated_change_is_compared_with_both_years(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns:
          n: {header: Cases, previous: {also: [Before]}}
          up: {header: Change, kind: percent, signed: true, equals: (n - n.previous) / n.previous}
    """
    rows = [["D", "Before", "Cases", "Change"], ["A", 10, 12, "+20%"], ["B", 10, 9, "-10%"], ["C", 10, 9, "-12%"]]
    assert found(desk.catalogue(form).send(rows).check()) == [("warning", "stated_mismatch", "D4")]


# Raw text, personal data, names


@pytest.mark.parametrize(("typed", "raw"), [
    (12, "12"), (12.0, "12"), (12.5, "12.5"), ("012", "012"), ("1.234", "1.234"), (0.1, "0.1"), (" 7 ", " 7 "),
    (123456789012, "123456789012"),
])  # fmt: skip
def test_raw_is_what_was_typed_and_a_stored_number_in_its_shortest_form(desk, typed, raw):
    result = desk.catalogue(kinds("amount")).send([["D", "N"], ["A", typed]]).check()
    assert result.observations["raw"].tolist() == [raw]


def test_an_amount_of_twelve_digits_is_no_personal_data(desk):
    result = (
        desk.catalogue(kinds("amount"))
        .send([["D", "N"], ["A", 123456789012], ["B", "123456789012"], ["C", "123.456.789.012"]])
        .check()
    )
    assert set(values(result).values()) == {123456789012}
    assert result.observations["raw"].tolist() == ["123456789012", "123456789012", "123.456.789.012"]


def test_an_identifier_in_a_number_column_is_no_number_and_is_masked(desk):
    result = desk.catalogue(kinds("amount")).send([["D", "N"], ["A", "038093012345"], ["B", 123456789012]]).check()
    assert result.observations["raw"].tolist() == ["***", "123456789012"]
    assert [(f.rule, f.cell, f.value) for f in result.findings.itertuples() if f.severity != "info"] == [
        ("personal_data", "B2", "***"), ("not_a_number", "B2", "***"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", [38093012345, "38093012345", 338093012345])
def test_a_citizens_number_among_counts_is_no_count_and_reaches_no_output(desk, typed):
    listed = "{title: G, layout: list, sheets: [G], columns: {a: {header: Cards}, b: {header: Checks}}}"
    table = [["D", "N"], ["A", 12], ["B", typed], ["C", 7], ["Tổng", 19]]
    sheets = {"F": table, "G": [["Content", "Kỳ này"], ["Cards", 5], ["Checks", typed]]}
    result = desk.catalogue({"f": kinds("count"), "g": listed}).send(sheets).consolidate()
    assert values(result) == {"A": 12, "B": None, "C": 7}
    assert values(result, "b") == {"": None}
    told = {(f.rule, f.sheet, f.cell) for f in result.findings.itertuples()}
    assert {(rule, sheet, "B3") for rule in ("personal_data", "not_a_number") for sheet in "FG"} <= told
    for path in (desk.folder / "outputs" / "2024").rglob("*.[cjx]*"):
        content = path.read_bytes()
        texts = zipfile.ZipFile(path) if path.suffix == ".xlsx" else None
        held = [content] if texts is None else [texts.read(name) for name in texts.namelist()]
        assert not any(b"8093012345" in part for part in held), path
    assert "***" in result.observations["raw"].tolist()


@pytest.mark.parametrize("header", ["Số ĐT", "Di động", "Zalo", "Số CC", "SỐ ĐT CÁ NHÂN", "Di động (zalo)"])
def test_numbers_of_persons_under_a_word_for_them_are_told(desk, header):
    sheets = {"F": [["District", "Cases"], ["A", 1]], "G": [["Tên", header], ["x", 912345678], ["y", 38099012345]]}
    found_ = desk.catalogue(OPEN).send(sheets).check().findings
    assert found_[found_["rule"] == "personal_data"]["cell"].tolist() == ["B2", "B3"]


def test_personal_data_are_told_before_all_else_of_their_file(desk):
    rows = [["District", "Cases"], ["A", "many"], ["B", None], [None, None], ["C", 3], ["Zalo 0912345678", 1]]
    result = desk.catalogue({"f": OPEN}).send(rows).check()
    assert found(result)[:2] == [("warning", "personal_data", "A6"), ("error", "not_a_number", "B2")]


@pytest.mark.parametrize("header", ["Zalo", "Số ĐT bắt giữ"])
def test_figures_under_a_word_for_persons_numbers_are_figures(desk, header):
    sheets = {"F": [["District", "Cases"], ["A", 1]], "G": [["Tên", header], ["x", 91234567], ["y", 12]]}
    assert "personal_data" not in set(desk.catalogue(OPEN).send(sheets).check().findings["rule"])


def test_no_header_of_the_samples_is_a_word_for_persons_numbers(repo):
    words = [fold(word) for word in ("Số ĐT", "Di động", "Zalo", "Số CC")]
    files = (repo / "inputs" / "2024").glob("*.xlsx")
    books = (openpyxl.load_workbook(path, read_only=True) for path in files)
    rows = (row for book in books for sheet in book for row in sheet.iter_rows(values_only=True))
    texts = [f" {fold(value)} " for row in rows for value in row if isinstance(value, str)]
    assert len(texts) > 1000
    assert not [text for text in texts if any(f" {word} " in text for word in words)]


def test_a_form_with_a_header_and_no_rows_is_an_error(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"]]).check()
    assert found(result) == [("error", "empty_form", "")]


def test_a_citizens_number_in_a_text_is_told_and_masked_everywhere(desk):
    form = OPEN + "      note: {header: Remarks, kind: text}\n"
    number = "038093012345"
    rows = [
        ["District", "Cases", "Remarks"],
        [f"A {number}", 1, f"ask Ms Lan, {number}"],
        ["B", f"see Ms Lan {number}", None],
        [f"Ms Lan {number}", 2, None],
        [None, None, f"by Ms Lan, {number}"],
    ]
    result = desk.catalogue(form).send(rows).consolidate()
    assert {(f.severity, f.cell) for f in result.findings.itertuples() if f.rule == "personal_data"} == {
        ("warning", "A2"),
        ("warning", "C2"),
        ("warning", "B3"),
        ("warning", "A4"),
        ("warning", "C5"),
    }
    assert set(result.observations["row"]) == {"*** (2)", "B", "*** (4)"}
    assert "text_without_row" not in set(result.findings["rule"])
    for frame in (result.observations, result.findings, result.submissions, result.indicators):
        assert not any(text in frame.to_csv() for text in (number, "Lan"))
    for path in (desk.folder / "outputs").rglob("*"):
        parts = [path.read_bytes()] if path.suffix in {".csv", ".json", ".parquet"} else []
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        assert not any(text in part for part in parts for text in (number.encode(), b"Lan"))


def test_a_remark_or_an_asterisk_beside_numbers_ends_no_table(desk):
    form = """
        title: F
        rows: [{key: district, header: District, members: open}]
        columns: {n: {header: Cases}, m: {header: Cleared}, note: {header: Remarks, kind: text}}
    """
    rows = [
        ["District", "Cases", "Cleared", "Remarks"],
        ["A", 10, 5, ""],
        ["B", 20, 10, "* provisional"],
        ["C", "*", 20, "Ngày 5 tháng 3 năm 2024: bổ sung"],
        ["D", 40, 30, "Ghi chú"],
    ]
    result = desk.catalogue(form).send(rows).check()
    assert values(result, "n")["B"] == 20
    assert set(result.observations["row"]) == {"A", "B", "C", "D"}
    assert result.findings.set_index("rule").loc["not_a_number", "cell"] == "B4"


def test_a_month_whose_figure_counts_on_is_no_row_of_column_numbers(desk):
    form = "{title: F, rows: [{key: period, header: Month}], columns: {n: {header: Cases}}}"
    result = desk.catalogue(form).send([["Month", "Cases"], [1, 2], [2, 3]]).check()
    assert result.observations[["period", "value"]].values.tolist() == [["2024-01", 2.0], ["2024-02", 3.0]]


def test_a_quarter_is_no_month_and_a_week_is_neither(desk):
    form = "{title: F, rows: [{key: period, header: When}], columns: {n: {header: Cases}}}"
    result = desk.catalogue(form).send([["When", "Cases"], ["Quý 2", 5], ["Tuần 5", 9]]).check()
    assert result.observations["period"].tolist() == ["2024-Q2"]
    assert result.findings.set_index("rule").loc["unknown_row", "value"] == "Tuần 5"


BLOCKS = """
    title: F
    rows:
      - {key: area, header: Area, members: open}
      - {key: kind, header: Kind, members: open}
    totals: {over: kind}
    columns: {n: {header: Cases}}
"""


def test_a_block_that_leaves_out_repeats_keeps_its_own_area_and_total(desk):
    rows = [
        ["Area", "Kind", "Cases"],
        ["North", "Theft", 1],
        ["", "Fraud", 2],
        ["", "Total", 3],
        ["South", "Total", 9],
        ["", "Theft", 4],
        ["", "Fraud", 5],
    ]
    result = desk.catalogue(BLOCKS).send(rows).check()
    assert values(result) == {"North/Theft": 1, "North/Fraud": 2, "South/Theft": 4, "South/Fraud": 5}
    assert "total_mismatch" not in set(result.findings["rule"])


def test_a_number_too_large_for_any_statistic_is_refused(desk):
    result = desk.catalogue(OPEN).send([["District", "Cases"], ["A", 9e307], ["B", 9e307]]).check()
    assert result.findings["rule"].tolist().count("not_a_number") == 2


@pytest.mark.parametrize(("total", "state"), [(5, "nil"), ("=SUM(B2:B4)", "blank")])
def test_only_a_total_that_was_typed_proves_that_a_blank_is_zero(desk, total, state):
    desk.inputs.mkdir(parents=True)
    book = xlsxwriter.Workbook(desk.inputs / "north.xlsx")
    sheet = book.add_worksheet("F")
    for row, (label, value) in enumerate([("District", "Cases"), ("A", 2), ("B", None), ("C", 3)]):
        sheet.write(row, 0, label)
        sheet.write(row, 1, value)
    sheet.write(4, 0, "Total")
    if isinstance(total, str):
        sheet.write_formula(4, 1, total, None, 5)
    else:
        sheet.write(4, 1, total)
    book.close()
    result = desk.catalogue(OPEN).check()
    assert states(result)["B"] == state


@pytest.mark.parametrize(("total", "agrees"), [(3, True), (7, True), (5, False)])
def test_a_total_of_provinces_may_leave_out_one_that_is_outside_of_the_cluster(desk, total, agrees):
    form = "title: Shared\nrows: [{key: province, header: Province}]\ncolumns: {n: {header: Goal}}"
    provinces = "[{id: north, name: North}, {id: south, name: South}, {id: west, name: West}]"
    clusters = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    desk.catalogue(form, provinces=provinces, catalogue=clusters)
    rows = [["Province", "Goal"], ["North", 1], ["South", 2], ["West", 4], ["Total", total]]
    result = desk.send({"Shared": rows}, "all.xlsx").check()
    assert ("total_mismatch" not in set(result.findings["rule"])) == agrees
