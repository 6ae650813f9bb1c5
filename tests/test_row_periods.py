"""Words among the rows that speak of another part of the year are told with their cell."""

import pytest

from tests.books import Desk, found, values

OPEN = """
title: F
rows: [{key: district, header: Đơn vị, members: open}]
columns: {n: {header: Số vụ}, note: {header: Ghi chú, kind: text, required: false}}
"""
LIST = """
title: F
layout: list
columns: {fires: {header: Số vụ cháy}, deaths: {header: Số người chết}}
"""
HEAD = ["STT", "Đơn vị", "Số vụ", "Ghi chú"]


def told(folder, rows, form=OPEN):
    """The cells of what is told, all of them warnings."""
    result = Desk(folder).catalogue(form).send(rows).check()
    return [cell for severity, rule, cell in found(result) if (severity, rule) == ("warning", "period_in_row")]


@pytest.mark.parametrize("heading", [
    ["", "Quý IV"], ["Quý IV/2024"], ["II", "Quý IV năm 2024"], ["9 tháng"], ["", "", "", "6 tháng đầu năm"],
])  # fmt: skip
def test_a_heading_among_the_rows_is_told_and_is_no_row(tmp_path, heading):
    cell = f"{'ABCD'[len(heading) - 1]}3"
    assert told(tmp_path, [HEAD, [1, "Vinh", 5], heading, [2, "Con Cuông", 7], ["", "Cộng", 12]]) == [cell]
    assert values(Desk(tmp_path).check()) == {"Vinh": 5, "Con Cuông": 7}


def test_a_part_of_the_year_in_a_rows_name_is_told_and_its_row_stays(tmp_path):
    assert told(tmp_path, [HEAD, [1, "Vinh (11 tháng)", 5], [2, "Con Cuông", 7]]) == ["B2"]
    assert told(tmp_path, [HEAD, [1, "Vinh", 5], ["", "Số liệu 9 tháng"], [2, "Con Cuông", 7]]) == ["B3"]
    assert told(tmp_path, [["Chỉ tiêu", "Năm 2024"], ["Số vụ cháy (11 tháng)", 5], ["Số người chết", 7]], LIST) == [
        "A2"
    ]
    assert values(Desk(tmp_path).check(), "fires") == {"": 5}


@pytest.mark.parametrize("rows", [
    [["", "Năm 2024"]],
    [["", "12 tháng năm 2024"]],
    [["", "(trong đó 02 vụ xảy ra trong quý IV)"]],
    [[2, "Quý Lộc", 6]],
    [[2, "Vườn (m2)", 6], [3, "m²", 6]],
    [[2, "Nghi Lộc", 6, "tăng trong quý IV"]],
])  # fmt: skip
def test_other_words_are_not_told(tmp_path, rows):
    assert told(tmp_path, [HEAD, [1, "Vinh", 5], *rows, [3, "Con Cuông", 7]]) == []


def test_a_form_whose_rows_are_periods_is_not_looked_at(tmp_path):
    form = OPEN.replace("key: district", "key: period")
    assert told(tmp_path, [["Đơn vị", "Số vụ"], ["Quý I", 5], ["Quý II", 7], ["Quý III", 7], ["Quý IV", 7]], form) == []
