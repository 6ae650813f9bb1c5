"""Numbers in another unit than the form's: who says so, what they become, what is told."""

import openpyxl
import pytest
from openpyxl.comments import Comment

from pipeline.units import Units
from tests.books import Desk, found, only, states, values

UNITS = Units({"thousand": 1e3, "million": 1e6, "billion": 1e9, "tr": 1e6}, (("dong", "d", "VND"), ("people",)))
FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns:
      n: {header: Cases, unit: vụ}
      damage: {header: Damage, kind: amount, unit: triệu đồng, previous: {also: [Damage before]}}
"""
HEAD = ["D", "Cases", "Damage"]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def numbers(result, measure="damage", period="2024"):
    own = result.observations[(result.observations["measure"] == measure) & (result.observations["period"] == period)]
    return dict(zip(own["row"], own["value"], strict=True))


@pytest.mark.parametrize(("text", "parsed"), [
    ("1.000 d", (1e3, "dong")), ("1.000.000 VND", (1e6, "dong")), ("1000d", (1e3, "dong")), ("trd", (1e6, "dong")),
    ("tr. d", (1e6, "dong")), ("thousand billion dong", (1e12, "dong")), ("VND million", (1e6, "dong")),
    ("1 000 000 dong", (1e6, "dong")), ("m2", (1, "m2")), ("thousand", (1e3, "")), ("10 kg", (10, "kg")),
    ("", (1, "")), ("cases", (1, "cases")),
])  # fmt: skip
def test_a_unit_is_a_power_of_ten_and_what_is_counted(text, parsed):
    assert UNITS.parse(text) == parsed


# Who says so


@pytest.mark.parametrize("line", [
    "Đơn vị tính: nghìn đồng", "(ĐVT: nghìn đồng)", "Đơn vị: 1.000 đ", "ĐVT : Nghìn đồng", "Đơn vị tính nghìn đồng",
    "Đơn vị tính: vụ, nghìn đồng", "SỐ LIỆU MINH HỌA - Đơn vị tính: vụ; 1.000đ", "[Unit: nghìn đ]",
])  # fmt: skip
def test_a_unit_line_converts_the_columns_whose_unit_it_names(desk, line):
    result = desk.catalogue(FORM).send([[line], HEAD, ["A", 7, 1500], ["B", 8, 250], ["Total", 15, 1750]]).check()
    assert numbers(result) == {"A": 1.5, "B": 0.25}
    assert values(result) == {"A": 7, "B": 8}
    assert found(result) == [("warning", "unit_converted", "A1")]


@pytest.mark.parametrize(("rows", "unit", "cells"), [
    ([["D", "Cases", "Damage (triệu đồng)"], [None, "(vụ)", "(nghìn đồng)"]], "nghìn đồng", ["C2", "C1"]),
    ([["D (ĐVT: nghìn đồng)", "Cases", "Damage (triệu đồng)"]], "triệu đồng", ["C1", "A1"]),
])  # fmt: skip
def test_two_units_in_the_header_of_a_column_are_told_and_the_nearest_one_is_believed(desk, rows, unit, cells):
    finding = only(desk.catalogue(FORM).send([*rows, ["A", 7, 1500], ["B", 8, 250]]).check(), "units_disagree")
    assert finding["severity"] == "warning"
    assert all(cell in finding["message"] for cell in cells)
    assert f'read in "{unit}"' in finding["message"]


def test_a_unit_in_the_cell_after_the_word_is_one_too(desk):
    result = desk.catalogue(FORM).send([["Đơn vị tính:", None, "nghìn đồng"], HEAD, ["A", 7, 1500]]).check()
    assert numbers(result) == {"A": 1.5}


@pytest.mark.parametrize("line", [
    "Đơn vị tính: triệu đồng", "ĐVT: vụ, triệu đồng", "Đơn vị: Công an huyện X", "Đơn vị: vụ",
    "Đơn vị báo cáo: Công an tỉnh",
])  # fmt: skip
def test_a_line_that_says_the_forms_units_or_none_converts_nothing(desk, line):
    result = desk.catalogue(FORM).send([[line], HEAD, ["A", 7, 1500]]).check()
    assert numbers(result) == {"A": 1500}
    assert found(result) == []


@pytest.mark.parametrize("line", [
    "Đ.V.T: nghìn đồng", "Đơn vị tính tiền: nghìn đồng", "Đơn vị tính: vụ, người và nghìn đồng", "ĐVT: 1,000 đ",
    "Đơn vị tính: vụ - người - nghìn đồng", "Đơn vị tính: số vụ: vụ; thiệt hại: nghìn đồng", "(nghìn đồng)", "1.000 đ",
    "ĐVT: nghìn đồng (1)", "ĐVT: x 1.000 đ",
])  # fmt: skip
@pytest.mark.parametrize("column", [0, 2, 3])
def test_a_unit_line_is_one_however_it_is_typed_and_over_whichever_column(desk, line, column):
    rows = [[*[None] * column, line], ["D", "Cases", "Damage", "Damage before"], ["A", 7, 1500, 2500]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1.5}
    assert numbers(result, period="2023") == {"A": 2.5}
    assert found(result) == [("warning", "unit_converted", f"{'ABCD'[column]}1")]


def test_two_unit_lines_beside_each_other_are_both_read(desk):
    rows = [["ĐVT: vụ", None, "ĐVT: nghìn đồng"], HEAD, ["A", 7, 1500]]
    assert numbers(desk.catalogue(FORM).send(rows).check()) == {"A": 1.5}


@pytest.mark.parametrize("members", ["open", "[{id: A}, {id: B}]"])
@pytest.mark.parametrize("end", [
    [["Đơn vị tính: nghìn đồng"]], [["Total", 15, 1750], ["ĐVT: vụ, nghìn đồng"]],
    [["Total", 15, 1750], [], ["Ghi chú: ..."], [None, None, "(ĐVT: nghìn đồng)"], ["Người lập biểu"]],
], ids=["after the last row", "after the total", "among the notes"])  # fmt: skip
def test_a_unit_line_below_the_table_is_used_as_one_above_it_and_is_no_row(desk, members, end):
    rows = [["ĐVT: vụ"], HEAD, ["A", 7, 1500], ["B", 8, 250], *end]
    result = desk.catalogue(FORM.replace("open", members)).send(rows).check()
    assert numbers(result) == {"A": 1.5, "B": 0.25}
    assert [rule for severity, rule, _ in found(result) if severity != "info"] == ["unit_converted"]


@pytest.mark.parametrize(("above", "below", "value", "told"), [
    ("ĐVT: nghìn đồng", "ĐVT: tỷ đồng", 1.5, ["unit_converted", "unit_unused"]),
    ("ĐVT: nghìn đồng", "Đơn vị tính: triệu đồng", 1.5, ["unit_converted", "unit_unused"]),
    ("ĐVT: nghìn đồng", "ĐVT: 1.000 đ", 1.5, ["unit_converted"]),
    ("ĐVT: triệu đồng", "ĐVT: nghìn đồng", 1500, ["unit_unused"]),
])  # fmt: skip
def test_two_unit_lines_that_disagree_are_told(desk, above, below, value, told):
    result = desk.catalogue(FORM).send([[above], HEAD, ["A", 7, 1500], [below]]).check()
    assert numbers(result) == {"A": value}
    assert [rule for _, rule, _ in found(result)] == told
    if "unit_unused" in told:
        assert only(result, "unit_unused")["cell"] == "A4"


@pytest.mark.parametrize(("text", "told"), [
    ("Ghi chú: thiệt hại tính theo nghìn đồng.", True), ("(Số tiền: tỷ đồng)", True),
    ("Ghi chú: một vụ thiệt hại 2 tỷ đồng", False), ("Ghi chú: 100 triệu đồng, 5.000 nghìn đồng", False),
    ("Ghi chú: tính theo triệu đồng", False), ("Ghi chú: nghìn ha", False),
])  # fmt: skip
def test_a_remark_in_words_that_names_another_unit_is_told_and_an_amount_is_none(desk, text, told):
    result = desk.catalogue(FORM).send([HEAD, ["A", 7, 1500], [], [text]]).check()
    assert numbers(result) == {"A": 1500}
    assert found(result) == ([("warning", "unit_unused", "A4")] if told else [])


def test_a_unit_line_between_pages_that_was_not_used_is_told(desk):
    rows = [HEAD, ["A", 7, 1500], ["ĐVT: tỷ đồng"], HEAD, ["B", 5, 0.003]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1500, "B": 0.003}
    assert found(result) == [("warning", "unit_unused", "A3")]


@pytest.mark.parametrize("head", [
    [["D", "Cases", "Số tiền (nghìn đồng)", None], [None, None, "Damage", "Damage before"]],
    [["Kết quả (nghìn đồng)"], ["D", "Cases", "Damage", "Damage before"]],
    [["D (ĐVT: nghìn đồng)", "Cases", "Damage", "Damage before"]],
    [["D", "Cases", "Damage", "Damage before"], ["(nghìn đồng)", None, None, None]],
    [["D", "Cases", "Damage (làm tròn, nghìn đồng)", "Damage before (tròn nghìn đồng)"]],
], ids=["a group's", "a title's", "a key's", "alone below the header", "among other words"])  # fmt: skip
def test_a_unit_in_any_text_of_the_header_counts(desk, head):
    result = desk.catalogue(FORM).send([*head, ["A", 7, 1500, 2500], ["B", 8, 250, 350]]).check()
    assert numbers(result) == {"A": 1.5, "B": 0.25}
    assert numbers(result, period="2023") == {"A": 2.5, "B": 0.35}
    assert "unit_converted" in [rule for _, rule, _ in found(result)]


KINDS = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns:
      n: {header: Cases, unit: vụ}
      p: {header: Suspects, unit: người}
      files: {header: Files, unit: hồ sơ}
      damage: {header: Damage, kind: amount, unit: triệu đồng}
"""


def test_a_unit_merged_over_columns_of_other_kinds_is_no_doubt_about_them(desk):
    rows = [["D", "Cases", "Suspects", "Files", "Damage"], [None, "vụ", None, None, "nghìn đồng"], ["A", 7, 3, 4, 1500]]
    result = desk.catalogue(KINDS).send(rows, merged=["B2:D2"]).check()
    assert numbers(result) == {"A": 1.5}
    assert found(result) == [("warning", "unit_converted", "E2")]


def test_a_word_that_nobody_knows_among_units_makes_the_others_none_the_less(desk):
    rows = [
        ["D", "Cases", "Suspects", "Files", "Damage"],
        [None, "vụ", "người", "bộ", "nghìn đồng"],
        ["A", 7, 3, 4, 1500],
    ]
    result = desk.catalogue(KINDS).send(rows).check()
    assert numbers(result) == {"A": 1.5}
    assert found(result) == [("warning", "unit_converted", "E2")]


def test_a_unit_row_merged_over_both_years_is_of_both(desk):
    rows = [["D", "Cases", "Damage", "Damage before"], [None, "vụ", "nghìn đồng", None], ["A", 7, 1500, 2500]]
    result = desk.catalogue(FORM).send(rows, merged=["C2:D2"]).check()
    assert numbers(result, period="2023") == {"A": 2.5}


@pytest.mark.parametrize("header", [
    "Damage (nghìn đồng)", "Damage [1.000 đ]", "Damage\n(Đơn vị tính: nghìn đồng)", "Damage (ĐVT: 1000 đồng)",
    "Damage (nghìn)",
])  # fmt: skip
def test_a_header_converts_its_own_column(desk, header):
    rows = [["D", "Cases", header, "Damage before"], ["A", 7, 1500, 3], ["Tổng số", 7, 1500, 3]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1.5}
    assert numbers(result, period="2023") == {"A": 3}
    assert found(result) == [("warning", "unit_converted", "C1")]


def test_both_years_are_converted_each_by_its_own_unit(desk):
    rows = [["D", "Cases", "Damage (nghìn đồng)", "Damage before (tỷ đồng)"], ["A", 7, 1500, 3]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1.5}
    assert numbers(result, period="2023") == {"A": 3000}
    assert [cell for _, _, cell in found(result)] == ["C1", "D1"]


@pytest.mark.parametrize("rows", [
    [HEAD, [None, "vụ", "nghìn đồng"]],
    [HEAD, ["ĐVT", "(vụ)", "(1.000 đ)"]],
    [HEAD, ["(A)", "(1)", "(2)"], [None, "vụ", "nghìn đồng"]],
    [HEAD, [None, "vụ", "nghìn đồng"], ["(A)", "(1)", "(2)"]],
])  # fmt: skip
def test_a_row_of_units_below_the_header_is_one_of_it(desk, rows):
    result = desk.catalogue(FORM).send([*rows, ["X", 7, 1500]]).check()
    assert numbers(result) == {"X": 1.5}
    assert values(result) == {"X": 7}
    assert [rule for _, rule, _ in found(result)] == ["unit_converted"]


def test_a_unit_above_a_group_of_columns_speaks_of_those_with_such_a_unit(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns:
          n: {header: [Losses, Dead], unit: người}
          damage: {header: [Losses, Property], kind: amount, unit: triệu đồng}
    """
    rows = [["D", "Losses (nghìn đồng)", None], [None, "Dead", "Property"], ["A", 2, 1500]]
    result = desk.catalogue(form).send(rows, merged=["A1:A2", "B1:C1"]).check()
    assert numbers(result) == {"A": 1.5}
    assert values(result) == {"A": 2}


def test_the_narrowest_statement_wins(desk):
    rows = [["Đơn vị tính: tỷ đồng"], ["D", "Cases", "Damage (nghìn đồng)"], ["A", 7, 1500], ["B", 8, "2 triệu đồng"]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1.5, "B": 2}


def test_a_header_that_says_the_forms_unit_is_not_overruled_by_the_line(desk):
    rows = [["Đơn vị tính: nghìn đồng"], ["D", "Cases", "Damage (triệu đồng)"], ["A", 7, 1500]]
    assert numbers(desk.catalogue(FORM).send(rows).check()) == {"A": 1500}


def test_a_unit_that_the_catalogue_spells_in_the_header_converts_nothing(desk):
    form = FORM.replace("header: Damage,", "header: Money (tỷ), also: [Sum (nghìn đồng)],").replace(
        "triệu đồng", "đồng"
    )
    for header in ("Money (tỷ)", "Sum (nghìn đồng)", "Money (nghìn đồng)"):
        result = desk.catalogue(form).send([["D", "Cases", header], ["A", 7, 1500]]).check()
        assert numbers(result) == {"A": 1500}
        assert found(result) == []
    result = desk.send([["D", "Cases", "Money (triệu đồng)"], ["A", 7, 1500]]).check()
    assert numbers(result) == {"A": 1.5e9}


def test_a_bare_power_of_ten_in_the_line_speaks_of_amounts_not_of_people(desk):
    result = desk.catalogue(FORM).send([["Đơn vị tính: nghìn"], HEAD, ["A", 7, 1500]]).check()
    assert numbers(result) == {"A": 1.5}
    assert values(result) == {"A": 7}


# What they become


def test_a_count_in_thousands_comes_out_whole(desk):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: N, unit: người}}}"
    rows = [["D", "N (nghìn người)"], ["A", 1.234], ["B", "2,5"], ["C", 3], ["Total", "6,734"]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"A": 1234, "B": 2500, "C": 3000}
    assert found(result) == [("warning", "unit_converted", "B1")]


def test_a_count_that_is_not_whole_in_the_forms_unit_is_an_error(desk):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: N, unit: người}}}"
    result = desk.catalogue(form).send([["D", "N (nghìn người)"], ["A", 1.2345], ["B", 2]]).check()
    assert ("error", "fractional_count", "B2") in found(result)
    assert "1,234.5" in only(result, "fractional_count")["message"]
    assert values(result) == {"A": None, "B": 2000}


@pytest.mark.parametrize(
    ("typed", "value"), [(300, 0.3), (1005, 1.005), (0.1, 0.0001), (123456789, 123456.789), (7, 0.007)]
)
def test_conversion_adds_no_digits_that_nobody_typed(desk, typed, value):
    result = desk.catalogue(FORM).send([["D", "Cases", "Damage (nghìn đồng)"], ["A", 7, typed]]).check()
    assert numbers(result) == {"A": value}


@pytest.mark.parametrize(("total", "told"), [("3,3", False), ("3,2", True), ("3", False), ("4", True)])
def test_a_converted_total_is_compared_at_the_decimals_that_were_typed(desk, total, told):
    rows = [["D", "Cases", "Damage (tỷ đồng)"], ["A", 1, 1.1], ["B", 1, 2.2], ["Total", 2, total]]
    result = desk.catalogue(FORM).send(rows).check()
    assert ("total_mismatch" in {rule for _, rule, _ in found(result)}) == told


def test_rounded_members_may_differ_from_an_exact_total_by_what_was_rounded(desk):
    rows = [HEAD, ["A", 1, "1,2 tỷ đồng"], ["B", 1, 300], ["Total", 2, 1523]]
    result = desk.catalogue(FORM).send(rows).check()
    assert numbers(result) == {"A": 1200, "B": 300}
    assert "total_mismatch" not in {rule for _, rule, _ in found(result)}
    result = desk.send([HEAD, ["A", 1, "1,2 tỷ đồng"], ["B", 1, 300], ["Total", 2, 1623]]).check()
    assert "total_mismatch" in {rule for _, rule, _ in found(result)}


def test_marks_and_blanks_stay_what_they_are(desk):
    rows = [["D", "Cases", "Damage (nghìn đồng)"], ["A", 7, "-"], ["B", 7, "..."], ["C", 1, 1500]]
    result = desk.catalogue(FORM).send(rows).check()
    own = result.observations[result.observations["measure"] == "damage"]
    assert own["state"].tolist() == ["nil", "missing", "number"]


def test_the_raw_text_stays_and_the_unit_is_the_forms(desk):
    result = desk.catalogue(FORM).send([["D", "Cases", "Damage (nghìn đồng)"], ["A", 7, "1.500"]]).check()
    own = result.observations[result.observations["measure"] == "damage"].iloc[0]
    assert (own["raw"], own["unit"], own["value"]) == ("1.500", "triệu đồng", 1.5)


# What is told


def test_a_conversion_is_told_once_with_units_factor_and_cells(desk):
    rows = [["D", "Cases", "Damage (nghìn đồng)"], *([f"D{i}", 1, 1000 * i] for i in range(1, 11))]
    finding = only(desk.catalogue(FORM).send(rows).check(), "unit_converted")
    assert (finding["cell"], finding["value"], finding["expected"]) == (
        "C1", "nghìn đồng", 'keep it if right (converted to "triệu đồng")',
    )  # fmt: skip
    how = ("such as 1000 to 1 (cell C2)", "nothing need be done", 'write "triệu đồng" in this cell')
    for part in ("10 numbers", "C2, C3", "divided by 1,000", "Damage", *how):
        assert part in finding["message"]


def test_a_unit_of_another_kind_converts_nothing_is_told_and_gives_no_number(desk):
    form = (
        "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: Forest, kind: amount, unit: ha}}}"
    )
    for header in ("Forest (km)", "Forest (nghìn km2)", "Forest (triệu đồng)"):
        result = desk.catalogue(form).send([["D", header], ["A", 12.5]]).check()
        assert states(result) == {"A": "rejected"}
        assert found(result) == [("error", "unit_contradicts", "B1")]


def test_a_unit_line_of_another_kind_than_all_columns_is_told(desk):
    form = (
        "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: Forest, kind: amount, unit: ha}}}"
    )
    result = desk.catalogue(form).send([["Đơn vị tính: km"], ["D", "Forest"], ["A", 12.5]]).check()
    assert found(result) == [("warning", "unit_differs", "A1")]


def test_two_powers_of_ten_for_one_column_are_a_doubt_and_no_choice(desk):
    result = desk.catalogue(FORM).send([["Đơn vị tính: nghìn đồng, tỷ đồng"], HEAD, ["A", 7, 1500]]).check()
    assert numbers(result) == {"A": 1500}
    assert [rule for _, rule, _ in found(result)] == ["unit_differs"]


def test_words_in_brackets_that_are_no_unit_say_nothing(desk):
    form = FORM.replace("header: Damage,", "header: Damage (all kinds),")
    for header in ("Damage (all kinds)", "Damage (2)", "Damage (a)"):
        result = desk.catalogue(form).send([["D", "Cases", header], ["A", 7, 1500]]).check()
        assert numbers(result) == {"A": 1500}
        assert "unit" not in " ".join(rule for _, rule, _ in found(result))


def test_last_years_figure_in_coarser_units_is_compared_at_its_own_precision(desk):
    desk.catalogue(FORM).send([HEAD, ["A", 7, 1523]], period="2023")
    result = desk.send([["D", "Cases", "Damage", "Damage before (tỷ đồng)"], ["A", 7, 9, "1,5"]]).check()
    assert "restated" not in {rule for _, rule, _ in found(result)}
    result = desk.send([["D", "Cases", "Damage", "Damage before (tỷ đồng)"], ["A", 7, 9, "1,6"]]).check()
    assert "restated" in {rule for _, rule, _ in found(result)}


# What a comment says


def commented(desk, cell, text, rows, form=FORM):
    """What is found where a cell has a comment."""
    desk.catalogue(form).send(rows)
    book = openpyxl.load_workbook(desk.inputs / "north.xlsx")
    book["F"][cell].comment = Comment(text, "x")
    book.save(desk.inputs / "north.xlsx")
    return desk.check()


@pytest.mark.parametrize("cell", ["C1", "C2", "A1"])
@pytest.mark.parametrize("text", ["ĐVT: nghìn đồng", "Cán bộ A:\nsố liệu theo nghìn đồng, đã rà soát"])
def test_a_unit_that_only_a_comment_states_is_told_at_its_cell(desk, cell, text):
    result = commented(desk, cell, text, [HEAD, ["A", 7, 1500], ["B", 8, 250]])
    told = only(result, "unit_in_note")
    assert (told["severity"], told["cell"], told["value"], told["expected"]) == (
        "warning",
        cell,
        "nghìn đồng",
        "triệu đồng",
    )
    assert "Damage" in told["message"]
    assert numbers(result) == {"A": 1500, "B": 250}


@pytest.mark.parametrize(
    ("cell", "text", "header"),
    [
        ("C1", "ĐVT: triệu đồng", "Damage"),
        ("B1", "ĐVT: nghìn đồng", "Damage"),
        ("C1", "ĐVT: nghìn đồng", "Damage (nghìn đồng)"),
        ("C1", "đã rà soát 1.000 vụ", "Damage"),
    ],
)
def test_a_comment_of_the_unit_that_was_used_or_of_none_is_no_doubt(desk, cell, text, header):
    result = commented(desk, cell, text, [[*HEAD[:2], header], ["A", 7, 1500], ["B", 8, 250]])
    assert "unit_in_note" not in set(result.findings["rule"])


def test_a_comment_in_a_list_speaks_of_its_row(desk):
    form = """
        title: F
        layout: list
        columns:
          burnt: {header: Burnt, kind: amount, unit: triệu đồng}
          saved: {header: Saved, kind: amount, unit: triệu đồng}
    """
    rows = [["Item", "2024"], ["Burnt", 1500], ["Saved", 20]]
    told = only(commented(desk, "A3", "ĐVT: đồng", rows, form), "unit_in_note")
    assert "Saved" in told["message"]
    assert "Burnt" not in told["message"]
