"""A header whose brackets say another figure is not read as its name; what nobody knows in them is told."""

import pytest

from tests.books import Desk, found, only, values

FORM = """
title: Cases by district
sheets: [F]
rows: [{key: district, header: Đơn vị, members: open}]
columns:
  n: {header: Số vụ xảy ra, kind: count, unit: vụ, previous: {also: [Số vụ xảy ra cùng kỳ]}}
  amount: {header: Thiệt hại, kind: amount, unit: triệu đồng, required: false}
"""

LIST = """
title: Fires
sheets: [F]
layout: list
columns:
  fires: {header: Số vụ cháy, kind: count}
  deaths: {header: Số người chết, kind: count}
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORM)


@pytest.mark.parametrize(
    "remark",
    ["(kế hoạch)", "(KH)", "(tăng, giảm)", "(%)", "(tỷ lệ %)", "(lũy kế)", "(quý IV)", "(tháng 12)", "[ước tính]"],
)
def test_a_header_whose_brackets_say_another_figure_is_not_read(desk, remark):
    result = desk.send([["Đơn vị", f"Số vụ xảy ra {remark}"], ["A", 30], ["B", 50]]).check()
    assert "missing_column" in {rule for _, rule, _ in found(result)}
    assert values(result) == {}


def test_a_difference_is_not_last_years_figure(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", "Số vụ xảy ra (so với cùng kỳ)"], ["A", 30, 4], ["B", 50, 3]]
    result = desk.send(rows).check()
    assert only(result, "unknown_column")["cell"] == "C1"
    assert set(result.observations["period"]) == {"2024"}


@pytest.mark.parametrize("remark", ["(trong đó: TTXH)", "(chưa kiểm tra)"])
def test_other_words_in_brackets_are_told_at_the_header(desk, remark):
    result = desk.send([["Đơn vị", f"Số vụ xảy ra {remark}"], ["A", 30], ["B", 50]]).check()
    assert only(result, "header_remark")["cell"] == "B1"
    assert values(result) == {"A": 30, "B": 50}


@pytest.mark.parametrize("remark", ["(vụ)", "(1)", "(*)", "(năm 2024)", "(A)", "(3=1+2)", "(đơn vị tính: vụ)"])
def test_units_numbers_and_the_period_in_brackets_are_no_doubt(desk, remark):
    result = desk.send([["Đơn vị", f"Số vụ xảy ra {remark}"], ["A", 30], ["B", 50]]).check()
    assert "header_remark" not in {rule for _, rule, _ in found(result)}
    assert values(result) == {"A": 30, "B": 50}


@pytest.mark.parametrize(("unit", "factor"), [("trăm triệu đồng", 100), ("10 triệu đồng", 10), ("100.000 đồng", 0.1)])
def test_hundreds_and_tens_of_a_unit_are_converted(desk, unit, factor):
    rows = [["Đơn vị", "Số vụ xảy ra", f"Thiệt hại ({unit})"], ["A", 30, 2], ["B", 50, 4]]
    result = desk.send(rows).check()
    assert values(result, "amount") == {"A": 2 * factor, "B": 4 * factor}
    assert only(result, "unit_converted")["cell"] == "C1"


@pytest.mark.parametrize("header", ["Kế hoạch năm 2025", "Năm 2022", "Tăng, giảm"])
def test_a_column_of_a_list_with_another_header_is_not_this_periods(tmp_path, header):
    rows = [["Chỉ tiêu", header], ["Số vụ cháy", 3], ["Số người chết", 1]]
    result = Desk(tmp_path).catalogue(LIST).send(rows).check()
    assert "missing_column" in {rule for _, rule, _ in found(result)}
    assert result.observations.empty


@pytest.mark.parametrize("part", ["Quý IV/2024", "Tháng 12/2024", "6 tháng đầu năm 2024", "9 tháng năm 2024"])
def test_a_header_of_a_part_of_the_year_is_not_the_years(desk, part):
    rows = [["Đơn vị", part], [None, "Số vụ xảy ra"], ["A", 30], ["B", 50]]
    result = desk.send(rows, merged=["A1:A2"]).check()
    assert "missing_column" in {rule for _, rule, _ in found(result)}
    assert values(result) == {}


def test_a_header_of_twelve_months_is_the_years(desk):
    rows = [["Đơn vị", "12 tháng năm 2024"], [None, "Số vụ xảy ra"], ["A", 30], ["B", 50]]
    assert values(desk.send(rows, merged=["A1:A2"]).check()) == {"A": 30, "B": 50}


@pytest.mark.parametrize("other", ["Kế hoạch 2024", "So sánh với cùng kỳ (%)", "Tăng, giảm"])
def test_a_plan_or_a_comparison_beside_the_figure_gives_way_to_it(desk, other):
    rows = [
        ["Đơn vị", other, "Thực hiện 2024"],
        [None, "Số vụ xảy ra", "Số vụ xảy ra"],
        ["A", 7, 30],
        ["B", 9, 50],
    ]
    result = desk.send(rows, merged=["A1:A2"]).check()
    assert values(result) == {"A": 30, "B": 50}
    assert "ambiguous_column" not in {rule for _, rule, _ in found(result)}


@pytest.mark.parametrize(("unit", "area"), [("m2", None), ("người", None), ("hecta", 19.0)])
def test_an_amount_in_another_quantity_is_not_used(tmp_path, unit, area):
    form = """
        title: Fires
        sheets: [F]
        layout: list
        columns: {burnt: {header: Diện tích rừng, kind: amount, unit: ha}}
    """
    rows = [["Chỉ tiêu", "ĐVT", "Năm 2024"], ["Diện tích rừng", unit, 19]]
    result = Desk(tmp_path).catalogue(form).send(rows).check()
    assert result.observations["value"].dropna().tolist() == ([] if area is None else [area])
    assert ("error", "unit_contradicts", "B2") in found(result) or area
