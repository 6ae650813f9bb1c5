"""Rows as people write them: sub-totals, details, names over several cells, codes, pages, lines without names."""

import pytest

from tests.books import Desk, found, only, states, values

OPEN = """
    title: F
    rows: [{key: district, header: District, members: open}]
    columns:
      n: {header: Cases}
      m: {header: Cleared}
"""
LISTED = """
    title: F
    rows:
      - key: type
        header: Type
        code_header: [Code]
        members:
          - {id: theft, code: "01", label: Theft, also: [Stealing]}
          - {id: fraud, code: "02", label: Fraud}
          - {id: drugs, code: "10", label: Drugs}
    columns: {n: {header: Cases}}
"""
HEAD = ["District", "Cases", "Cleared"]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def read(desk, form, rows, **more):
    return desk.catalogue(form).send(rows, **more).check()


# Totals


@pytest.mark.parametrize("label", [
    "Cộng", "Tổng cộng:", "TỔNG SỐ (1+2)", "Toàn tỉnh", "Cộng dồn", "Tổng số = 1+2", "Tổng cộng I+II",
    "Σ", "∑", "Tổng (∑)", "Tổng ∑", "TỔNG SỐ (I + II + III)", "* Tổng số", "III. Tổng cộng", "Tổng số: (1)+(2)",
])  # fmt: skip
def test_a_total_is_one_whatever_it_is_called(desk, label):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], ["B", 20, 7], [label, 30, 12]])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == []


@pytest.mark.parametrize("label", ["Tổng số", "TỔNG CỘNG:", "Toàn tỉnh (02 đơn vị)", "Cộng (1+2)"])
def test_a_totals_word_may_stand_in_the_column_of_ordinals(desk, label):
    rows = [["STT", *HEAD], [1, "A", 10, 5], [2, "B", 20, 7], [label, None, 33, 12]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("warning", "total_mismatch", "C4")]


def test_a_listed_name_in_the_column_of_ordinals_is_read_and_a_number_there_is_no_name(desk):
    rows = [["STT", "Type", "Cases"], [1, "Theft", 10], ["Fraud", None, 20], [3, "Drugs", 3], [4, None, 5]]
    result = read(desk, LISTED, rows)
    assert values(result) == {"theft": 10, "fraud": 20, "drugs": 3}
    assert found(result) == [("error", "unlabelled_row", "B5")]


@pytest.mark.parametrize("name", ["#REF!", "#N/A"])
def test_a_row_whose_name_is_an_error_is_refused_and_told(desk, name):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], [name, 20, 7], ["B", 3, 1]])
    assert values(result) == {"A": 10, "B": 3}
    assert found(result) == [("error", "unknown_row", "A3")]


def test_a_footnotes_mark_after_a_name_is_no_part_of_the_rows_key(desk):
    result = read(desk, OPEN, [HEAD, ["A (*)", 10, 5], ["B (1)", 20, 7], ["C\u00b9", 3, 1], ["D **", 4, 1]])
    assert values(result) == {"A": 10, "B": 20, "C": 3, "D": 4}
    labels = result.observations[result.observations["measure"] == "n"]["label"]
    assert list(labels) == ["A (*)", "B (1)", "C\u00b9", "D **"]


def test_a_mark_that_tells_two_names_apart_stays(desk):
    result = read(desk, OPEN, [HEAD, ["A (1)", 10, 5], ["A (2)", 20, 7], ["B", 3, 1], ["B*", 4, 1]])
    assert values(result) == {"A (1)": 10, "A (2)": 20, "B": 3, "B*": 4}


def test_several_totals_above_below_and_between_are_checked_and_none_is_stored(desk):
    rows = [HEAD, ["Tổng số", 60, 6], ["A", 10, 1], ["Cộng", 60, 6], ["B", 20, 2], ["C", 30, 3], ["Toàn tỉnh", 61, 6]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20, "C": 30}
    assert found(result) == [("warning", "total_mismatch", "B7")]


BLOCKS = [["A", 100, 50], ["B", 51, 20], ["Cộng", 151, 70], ["C", 30, 11], ["D", 52, 23], ["Cộng", 82, 34]]


@pytest.mark.parametrize("rows", [
    [*BLOCKS, ["Tổng cộng", 233, 104]],
    [["Tổng cộng", 233, 104], *BLOCKS],
    [BLOCKS[2], *BLOCKS[:2], BLOCKS[5], *BLOCKS[3:5], ["Tổng cộng", 233, 104]],
    [*BLOCKS[:5], ["Cộng", 233, 104]],
    BLOCKS,
], ids=["below", "grand total first", "above", "so far", "without a grand total"])  # fmt: skip
def test_a_total_after_each_block_is_that_of_its_block(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 100, "B": 51, "C": 30, "D": 52}
    assert found(result) == []


def test_a_rate_beside_the_totals_of_blocks_is_no_sum(desk):
    rows = [[*row, 50 + i] for i, row in enumerate([*BLOCKS, ["Tổng cộng", 233, 104]])]
    result = read(desk, OPEN + "      r: {header: Rate, kind: percent}\n", [[*HEAD, "Rate"], *rows])
    assert found(result) == []


def test_a_grand_total_below_those_of_the_blocks_is_compared_with_all_rows(desk):
    result = read(desk, OPEN, [HEAD, *BLOCKS, ["Tổng cộng", 234, 104]])
    assert found(result) == [("warning", "total_mismatch", "B8")]


def test_a_total_without_its_word_is_no_data_and_told(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], ["B", 20, 7], [None, 30, 12]])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("warning", "unlabelled_total", "A4")]


def test_a_row_of_numbers_without_a_name_is_an_error_and_no_data(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], [None, 99, 7], ["B", 20, 7]])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("error", "unlabelled_row", "A3")]
    assert "99" in only(result, "unlabelled_row")["message"]


def test_words_under_the_numbers_without_a_row_are_told(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], [None, "late figures", None], ["B", 20, 7]])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("warning", "text_without_row", "A3")]


def test_a_number_among_names_may_have_slipped_there(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], ["17", 20, 7], ["B", 30, 9]])
    assert values(result) == {"A": 10, "17": 20, "B": 30}
    assert found(result) == [("warning", "number_as_name", "A3")]


def test_a_row_that_slipped_a_column_to_the_left_gives_no_figures(desk):
    rows = [["STT", *HEAD], [1, "A", 10, 5], ["Bình", 20, 7, None], [3, "C", 30, 9]]
    result = read(desk, OPEN, rows)
    assert states(result) == {"A": "number", "20": "rejected", "C": "number"}
    assert found(result) == [("error", "row_slipped", "B3")]
    assert "Bình" in only(result, "row_slipped")["message"]


def test_numbers_that_are_the_names_are_names(desk):
    result = read(desk, OPEN, [["District", "Cases", "Cleared"], [3, 10, 5], [4, 21, 7], [5, 30, 9]])
    assert values(result) == {"3": 10, "4": 21, "5": 30}
    assert found(result) == []


def test_numbers_below_the_notes_are_told_even_without_a_name(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], ["Ghi chú: x", None, None], [None, 99, 7]])
    assert values(result) == {"A": 10}
    assert found(result) == [("warning", "row_after_table", "A4")]


# Sub-totals that no form names


TOWNS = [["TP A", 110, 51], ["TX B", 220, 72]]
RURAL = [["Huyện C", 305, 63], ["Huyện D", 417, 94], ["Huyện E", 123, 35]]
ALL = {"TP A": 110, "TX B": 220, "Huyện C": 305, "Huyện D": 417, "Huyện E": 123}


@pytest.mark.parametrize("rows", [
    [*TOWNS, ["Cộng khối thành phố", 330, 123], *RURAL, ["Cộng khối huyện", 845, 192], ["Tổng số", 1175, 315]],
    [["Cộng khối thành phố", 330, 123], *TOWNS, ["Cộng khối huyện", 845, 192], *RURAL],
    [["I. Khối thành phố", 330, 123], ["1. TP A", 110, 51], ["2. TX B", 220, 72], ["II. Khối huyện", 845, 192],
     ["3. Huyện C", 305, 63], ["4. Huyện D", 417, 94], ["5. Huyện E", 123, 35]],
    [["Tổng số", 1175, 315], *TOWNS, *RURAL, ["Tổng các huyện", 845, 192]],
], ids=["below", "above", "numbered", "one of two"])  # fmt: skip
def test_a_sub_total_among_districts_is_no_district(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == ALL
    assert {(severity, rule) for severity, rule, _ in found(result)} == {("info", "subtotal_set_aside")}
    assert not any("(-)" in message or "( )" in message for message in result.findings["message"])


def test_a_sub_total_with_a_name_of_its_own_is_told_by_its_figures_alone(desk):
    rows = [*TOWNS, ["Khu vực đô thị", 330, 123], *RURAL]
    result = read(desk, OPEN, [HEAD, *rows])
    assert found(result) == [("warning", "subtotal_suspected", "A4")]
    result = desk.send([HEAD, *rows, ["Tổng số", 1175, 315]]).check()
    assert values(result) == ALL
    assert found(result) == [("warning", "subtotal_set_aside", "A4")]


def test_figures_that_add_up_in_many_digits_are_a_sub_total_whatever_it_is_called(desk):
    rows = [["A", 11012, 5112], ["B", 22023, 7245], ["Khu vực đô thị", 33035, 12357], ["C", 30511, 63]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 11012, "B": 22023, "C": 30511}
    assert found(result) == [("warning", "subtotal_set_aside", "A4")]


def test_small_figures_that_happen_to_add_up_are_no_sub_total(desk):
    rows = [["A", 1, 1], ["B", 2, 1], ["C", 3, 2]]
    assert values(read(desk, OPEN, [HEAD, *rows])) == {"A": 1, "B": 2, "C": 3}
    result = desk.send([HEAD, *rows, ["Total", 6, 4]]).check()
    assert values(result) == {"A": 1, "B": 2, "C": 3}
    assert found(result) == []


def test_a_place_that_is_named_like_a_sub_total_is_a_place_where_the_total_counts_it(desk):
    rows = [["Cộng Hòa", 110, 51], ["Đồng Tiến", 220, 72], ["Tổng số", 330, 123]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"Cộng Hòa": 110, "Đồng Tiến": 220}
    assert found(result) == []


def test_a_row_named_like_a_sub_total_that_nothing_proves_is_an_error(desk):
    result = read(desk, OPEN, [HEAD, *TOWNS, ["Cộng khối thành phố", 333, 123], *RURAL])
    assert values(result) == ALL
    assert found(result) == [("error", "subtotal_unclear", "A4")]


def test_a_sub_total_that_the_total_counts_again_is_told(desk):
    rows = [*TOWNS, ["Cộng khối thành phố", 330, 123], *RURAL, ["Tổng số", 1505, 438]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert ("warning", "subtotal_suspected", "A4") in found(result)


def test_a_form_of_several_keys_keeps_rows_that_add_up(desk):
    form = """
        title: F
        rows: [{key: area, header: Area, members: open}, {key: kind, header: Kind, members: open}]
        columns: {n: {header: Cases}, m: {header: Cleared}}
    """
    rows = [
        ["Area", "Kind", "Cases", "Cleared"],
        ["X", "All", 5310, 2451],
        ["X", "Theft", 5110, 2351],
        ["X", "Fraud", 200, 100],
    ]
    assert len(values(read(desk, form, rows))) == 3


def test_a_named_group_of_an_open_key_is_not_stored(desk):
    form = OPEN + "    groups: {towns: {label: Khối thành phố}}\n"
    result = read(desk, form, [HEAD, ["Khối thành phố", 330, 123], *TOWNS, *RURAL])
    assert values(result) == ALL


@pytest.mark.parametrize("rows", [
    [["Số liệu chung", 9, 4], ["A", 3, 1], ["B", 4, 2], ["C", 2, 1]],
    [["A", 3, 1], ["B", 4, 2], ["C", 2, 1], ["Số liệu chung", 9, 4]],
    [["Số liệu chung", 365, 135], ["A", 365, 135]],
], ids=["above", "below", "of one"])  # fmt: skip
def test_a_total_of_all_rows_under_an_unknown_name_is_told_in_few_digits_too(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows])
    at = next(i for i, row in enumerate(rows, start=2) if row[0] == "Số liệu chung")
    assert found(result) == [("warning", "subtotal_suspected", f"A{at}")]


@pytest.mark.parametrize("rows", [
    [["A", 9, 4], ["B", 9, 4]], [["A", 1, 0], ["B", 1, 0], ["C", 2, 0]], [["A", 0, 0], ["B", 0, 0], ["C", 0, 0]],
    [["A", 9, 4], ["B", 0, 0], ["C", 9, 4]], [["A", 400, 150]],
])  # fmt: skip
def test_few_small_or_equal_figures_are_no_total(desk, rows):
    assert found(read(desk, OPEN, [HEAD, *rows])) == []


# Details


OF_WHICH = [["A", 100, 50], ["Trong đó:", None, None], ["thị trấn", 30, 20], ["xã", 40, 10]]


@pytest.mark.parametrize("rows", [
    [*OF_WHICH, ["B", 50, 20], ["Tổng số", 150, 70]],
    [["Tổng số", 150, 70], *OF_WHICH, ["B", 50, 20]],
    [OF_WHICH[0], ["B", 50, 20], ["Tổng số", 150, 70], *OF_WHICH[1:]],
])  # fmt: skip
def test_the_total_tells_which_rows_below_of_which_are_details(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 100, "B": 50}
    assert [(severity, rule) for severity, rule, _ in found(result)] == [("info", "of_which_set_aside")] * 2


def test_rows_below_of_which_that_are_the_row_above_are_its_details_without_a_total(desk):
    rows = [["A", 70, 30], *OF_WHICH[1:], ["B", 50, 20]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 70, "B": 50}
    assert found(result) == [("warning", "of_which_set_aside", "A4"), ("warning", "of_which_set_aside", "A5")]


@pytest.mark.parametrize("total", [[], [["Tổng số", 151, 70]]])
def test_rows_below_of_which_that_nothing_decides_are_told_and_not_used(desk, total):
    result = read(desk, OPEN, [HEAD, *OF_WHICH, ["B", 50, 20], *total])
    assert values(result) == {"A": 100}
    told = [(severity, cell) for severity, rule, cell in found(result) if rule == "of_which_unclear"]
    assert told == [("warning", "A4"), ("warning", "A5"), ("warning", "A6")]


def test_rows_below_of_which_that_the_total_counts_are_members(desk):
    rows = [["Tổng số", 151, 70], ["Trong đó:", None, None], ["A", 100, 50], ["B", 50, 20]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 100, "B": 50}
    assert found(result) == [("warning", "total_mismatch", "B2")]


@pytest.mark.parametrize("rows", [
    [["A", 100, 50], ["- thị trấn", 30, 20], ["- xã", 40, 10], ["B", 50, 20], ["Tổng số", 150, 70]],
    [["1. A", 100, 50], ["1.1. thị trấn", 30, 20], ["1.2. xã", 40, 10], ["2. B", 50, 20], ["Tổng số", 150, 70]],
    [["A", 100, 50], ["Trong đó: thị trấn", 30, 20], ["B", 50, 20], ["Tổng số", 150, 70]],
])  # fmt: skip
def test_details_of_a_district_are_not_added_to_it(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"A": 100, "B": 50}
    assert {(severity, rule) for severity, rule, _ in found(result)} == {("info", "of_which_set_aside")}


def test_details_without_a_total_are_set_aside_with_a_warning(desk):
    result = read(desk, OPEN, [HEAD, ["A", 100, 50], ["- thị trấn", 30, 20], ["- xã", 40, 10], ["B", 50, 20]])
    assert values(result) == {"A": 100, "B": 50}
    assert {(severity, rule) for severity, rule, _ in found(result)} == {("warning", "of_which_set_aside")}


def test_districts_that_all_begin_with_a_dash_are_districts(desk):
    result = read(desk, OPEN, [HEAD, ["Tổng số", 150, 70], ["- A", 100, 50], ["- B", 50, 20]])
    assert values(result) == {"A": 100, "B": 50}
    assert found(result) == []


@pytest.mark.parametrize("total", [[], [["Tổng số", 170, 80]]], ids=["without a total", "with a total"])
@pytest.mark.parametrize("dash", ["- ", "+ ", "– ", "* "])
def test_a_dash_before_one_district_among_others_is_no_part_of_its_name(desk, dash, total):
    rows = [["Huyện Nam Đàn", 100, 50], [f"{dash}Huyện Quỳnh Lưu", 50, 20], ["Thị xã Thái Hòa", 20, 10]]
    result = read(desk, OPEN, [HEAD, *rows, *total])
    assert values(result) == {"Huyện Nam Đàn": 100, "Huyện Quỳnh Lưu": 50, "Thị xã Thái Hòa": 20}
    assert found(result) == []


@pytest.mark.parametrize(("rows", "cells"), [
    ([["X", "A", 5], [None, "Trong đó:", None], [None, "B", 2], [None, "C", 1], ["Y", "A", 1]], ["A4"]),
    ([["X", "A", 5], ["X", "Trong đó: B", 2], ["Y", "A", 1]], ["A3"]),
    ([["X", "Total", 3], [None, "Trong đó: A", 2], [None, "Trong đó: B", 1]], []),
    ([["X", "A", 5], [None, "Trong đó:", None], [None, "D", 2], [None, "B", 2]], []),
])  # fmt: skip
def test_a_row_that_the_sheet_counts_in_another_one_and_the_form_beside_it_is_told(desk, rows, cells):
    members = "[{id: a, label: A}, {id: b, label: B}, {id: c, label: C}, {id: d, label: D, part_of: a}]"
    form = f"""
        title: F
        rows: [{{key: place, header: Place, members: open}}, {{key: type, header: Type, members: {members}}}]
        columns: {{n: {{header: Cases}}}}
    """
    result = desk.catalogue(form).send([["Place", "Type", "Cases"], *rows]).check()
    assert [cell for _, rule, cell in found(result) if rule == "of_which_counted"] == cells


@pytest.mark.parametrize(("line", "told"), [
    ("(Trong đó có 02 vụ năm trước chuyển sang)", []), ("(Trong đó:)", ["A4"]), ("Trong đó có", ["A4"]),
])  # fmt: skip
def test_a_remark_in_brackets_about_the_row_above_makes_no_parts_of_the_rows_below(desk, line, told):
    result = read(desk, LISTED, [["Type", "Cases"], ["Theft", 10], [line], ["Fraud", 5], ["Drugs", 4]])
    assert values(result) == {"theft": 10, "fraud": 5, "drugs": 4}
    assert [cell for _, rule, cell in found(result) if rule == "of_which_counted"] == told


def test_a_dash_under_of_which_makes_a_detail_of_a_district_too(desk):
    rows = [["Huyện A", 100, 50], ["Trong đó:"], ["- Huyện B", 30, 20], ["Huyện C", 50, 20], ["Tổng số", 150, 70]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert values(result) == {"Huyện A": 100, "Huyện C": 50}
    assert found(result) == [("info", "of_which_set_aside", "A4")]


def test_a_column_of_ordinals_tells_details_too(desk):
    rows = [
        ["STT", *HEAD],
        [1, "A", 100, 50],
        [1.1, "thị trấn", 30, 20],
        ["1.2", "xã", 40, 10],
        [2, "B", 50, 20],
        [None, "Cộng", 150, 70],
    ]
    assert values(read(desk, OPEN, rows)) == {"A": 100, "B": 50}


@pytest.mark.parametrize(
    "label", ["9" * 30000 + ". A", "1." * 5000 + " A", "²", "I" * 30000 + ". A", "Tổng " + "1+" * 20000]
)
def test_a_monstrous_label_is_a_label(desk, label):
    rows = [HEAD, [label[:32000], 10, 1], ["B", f"0.{'0' * 400}1", 2], ["9" * 5000, "1", "2"]]
    assert set(read(desk, OPEN, rows).submissions["status"]) <= {"accepted", "accepted_with_warnings", "partial"}


# Names


@pytest.mark.parametrize(
    "labels", [["1. A", "2. B", "3. C"], ["I/ A", "II/ B", "III/ C"], ["a) A", "b) B", "c) C"], ["- A", "- B", "- C"]]
)
def test_ordinals_in_the_labels_of_an_open_key_are_no_part_of_its_names(desk, labels):
    result = read(desk, OPEN, [HEAD, *([label, 10 + i, i] for i, label in enumerate(labels))])
    assert list(values(result)) == ["A", "B", "C"]
    assert list(result.observations["label"].unique()) == labels


def test_letters_that_abbreviate_are_a_part_of_the_name(desk):
    rows = [HEAD, ["P. Bến Nghé", 10, 1], ["P. Đa Kao", 20, 2], ["Q. 1", 30, 3], ["Q. 2", 41, 4]]
    assert list(values(read(desk, OPEN, rows))) == ["P. Bến Nghé", "P. Đa Kao", "Q. 1", "Q. 2"]


@pytest.mark.parametrize("merged", [["A1:B1"], []], ids=["one header", "a header over the first"])
def test_a_name_split_over_two_columns_is_joined(desk, merged):
    rows = [
        ["District", None, "Cases", "Cleared"],
        ["Huyện", "Quỳ Châu", 10, 1],
        ["Huyện", "Quế Phong", 20, 2],
        ["Tổng số", None, 30, 3],
    ]
    result = read(desk, OPEN, rows, merged=merged)
    assert values(result) == {"Huyện Quỳ Châu": 10, "Huyện Quế Phong": 20}
    assert found(result, severities=("error", "warning")) == []


def test_remarks_beside_the_names_do_not_hide_that_one_stands_twice(desk):
    rows = [
        ["District", None, "Cases", "Cleared"],
        ["A", "late", 10, 1],
        ["B", None, 20, 2],
        ["A", "new", 30, 3],
        ["C", None, 5, 2],
    ]
    result = read(desk, OPEN, rows)
    assert [rule for _, rule, _ in found(result)] == ["duplicate_row"] * 2


def test_a_name_merged_over_three_columns_is_one_name(desk):
    rows = [["District", None, None, "Cases", "Cleared"], ["A", None, None, 10, 1], ["B", None, None, 20, 2]]
    result = read(desk, OPEN, rows, merged=["A1:C1", "A2:C2", "A3:C3"])
    assert values(result) == {"A": 10, "B": 20}


def test_a_listed_name_in_the_second_column_beside_its_groups_name_is_found(desk):
    rows = [["Type", None, "Cases"], ["Property", "Theft", 1], [None, "Fraud", 2], ["Drugs", None, 3]]
    result = read(desk, LISTED, rows, merged=["A1:B1", "A2:A3"])
    assert values(result) == {"theft": 1, "fraud": 2, "drugs": 3}


@pytest.mark.parametrize("numbers", [[[10, 1], [None, None]], [[None, None], [10, 1]]], ids=["above", "below"])
def test_a_name_merged_over_two_rows_has_the_numbers_of_the_one_that_has_some(desk, numbers):
    rows = [HEAD, ["A", *numbers[0]], [None, *numbers[1]], ["B", 20, 2]]
    result = read(desk, OPEN, rows, merged=["A2:A3"])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == []


@pytest.mark.parametrize("total", [[["Tổng số", 60, 12]], []], ids=["that adds up", "none"])
def test_one_number_merged_over_two_rows_is_neithers(desk, total):
    rows = [HEAD, ["A", 50, 3], ["B", None, 7], ["C", 10, 2], *total]
    result = read(desk, OPEN, rows, merged=["B2:B3"])
    assert values(result) == {"A": None, "B": None, "C": 10}
    assert states(result) == {"A": "rejected", "B": "rejected", "C": "number"}
    assert values(result, "m") == {"A": 3, "B": 7, "C": 2}
    assert found(result) == [("error", "number_over_cells", "B2")]
    assert "B2:B3" in only(result, "number_over_cells")["message"]


def test_one_number_merged_over_two_columns_is_neithers(desk):
    result = read(desk, OPEN, [HEAD, ["A", 50, None], ["B", 10, 2]], merged=["B2:C2"])
    assert (values(result), values(result, "m")) == ({"A": None, "B": 10}, {"A": None, "B": 2})
    assert found(result) == [("error", "number_over_cells", "B2")]


def test_a_nought_merged_over_two_rows_is_each_ones(desk):
    rows = [HEAD, ["A", 0, 3], ["B", None, 7], ["C", 10, 2], ["Tổng số", 10, 12]]
    assert values(read(desk, OPEN, rows, merged=["B2:B3"])) == {"A": 0, "B": 0, "C": 10}


def test_a_row_of_which_every_cell_is_merged_over_two_is_one_row(desk):
    rows = [HEAD, ["A", 50, 3], [None, None, None], ["C", 10, 2], ["Tổng số", 60, 5]]
    result = read(desk, OPEN, rows, merged=["A2:A3", "B2:B3", "C2:C3"])
    assert values(result) == {"A": 50, "C": 10}
    assert found(result) == []


def test_a_heading_over_the_whole_width_is_no_district(desk):
    rows = [HEAD, ["Các huyện miền núi", None, None], ["A", 10, 1], ["B", 20, 2]]
    result = read(desk, OPEN, rows, merged=["A2:C2"])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("info", "row_without_numbers", "A2")]


@pytest.mark.parametrize("rows", [
    [["I. Thành thị"], ["A", 10, 1], ["B", 20, 2], ["II. Nông thôn"], ["C", 40, 3]],
    [["A. Thành thị"], ["1. A", 10, 1], ["2. B", 20, 2], ["B. Nông thôn"], ["3. C", 40, 3]],
], ids=["names", "numbered names"])  # fmt: skip
def test_a_numbered_line_without_figures_over_rows_is_no_district(desk, rows):
    result = read(desk, OPEN, [HEAD, *rows, ["Tổng số", 70, 6]])
    assert values(result) == {"A": 10, "B": 20, "C": 40}
    assert found(result) == [("info", "row_without_numbers", "A2"), ("info", "row_without_numbers", "A5")]


def test_a_line_numbered_in_its_own_column_over_rows_is_no_district(desk):
    rows = [["I", "Thành thị"], [1, "A", 10, 1], ["II", "Nông thôn"], [1, "B", 20, 2], [None, "Cộng", 30, 3]]
    assert values(read(desk, OPEN, [["STT", *HEAD], *rows])) == {"A": 10, "B": 20}


@pytest.mark.parametrize("heading", [
    "Các huyện miền núi", "CÁC THỊ XÃ, THÀNH PHỐ", "Thành phố, thị xã", "A. CÔNG AN CẤP HUYỆN", "I", "II.", "b)",
])  # fmt: skip
def test_a_line_of_kinds_of_places_over_rows_is_no_district(desk, heading):
    rows = [HEAD, ["Vinh", 10, 1], [heading], ["Nam Đàn", 20, 2], ["Đô Lương", 40, 3]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"Vinh": 10, "Nam Đàn": 20, "Đô Lương": 40}
    assert found(result) == [("info", "row_without_numbers", "A3")]


@pytest.mark.parametrize("heading", ["Khối phòng nghiệp vụ", "Khu vực miền núi", "Miền núi", "1. Các phòng nghiệp vụ"])
def test_a_line_that_may_be_a_unit_is_told_where_no_total_shows_that_it_is_none(desk, heading):
    rows = [HEAD, [heading], ["Vinh", 10, 1], ["Nam Đàn", 20, 2]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"Vinh": 10, "Nam Đàn": 20}
    assert found(result) == [("warning", "heading_assumed", "A2")]
    result = read(desk, OPEN, [*rows, ["Tổng số", 30, 3]])
    assert found(result) == [("info", "row_without_numbers", "A2")]


def test_headings_over_headings_are_no_districts(desk):
    rows = [HEAD, ["A"], ["Các huyện"], ["Nam Đàn", 20, 2], ["Tổng số", 20, 2]]
    assert values(read(desk, OPEN, rows)) == {"Nam Đàn": 20}


@pytest.mark.parametrize("label", [
    "Huyện Quỳnh Lưu", "Các Sơn", "Xã Các Sơn", "Khối 5", "Công an huyện Kỳ Sơn", "TX. Cửa Lò", "Cấp Tiến",
])  # fmt: skip
def test_a_district_without_numbers_whose_name_begins_like_a_heading_is_asked_for(desk, label):
    result = read(desk, OPEN, [HEAD, ["Vinh", 10, 1], [label], ["Nam Đàn", 20, 2]])
    assert states(result)[label] == "blank"
    assert ("warning", "blank_cell", "B3") in found(result)


@pytest.mark.parametrize("rows", [
    [["Vinh", 10, 1], ["Khối phòng nghiệp vụ"]],
    [["Vinh", 10, 1], ["Khối phòng nghiệp vụ"], ["Tổng số", 10, 1]],
    [["A", 10, 1], ["B"], ["C", 20, 2]],
    [["A", 10, 1], ["B"], ["Vinh", 20, 2]],
])  # fmt: skip
def test_a_line_without_numbers_over_no_rows_or_named_as_they_are_is_a_row(desk, rows):
    assert len(states(read(desk, OPEN, [HEAD, *rows]))) == sum(label != "Tổng số" for label, *_ in rows)


def test_a_heading_named_like_a_row_of_the_form_is_no_second_row(desk):
    rows = [["Type", "Cases"], ["I. THEFT"], ["Theft", 5], ["Fraud", 6], ["III. DRUGS"], ["- Drugs", 7]]
    result = read(desk, LISTED, rows)
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7}
    assert found(result) == [("info", "heading_set_aside", "A2"), ("info", "heading_set_aside", "A5")]
    assert "A3" in result.findings[result.findings["cell"] == "A2"]["message"].iloc[0]


def test_a_row_that_stands_twice_with_or_without_numbers_in_both_is_no_heading(desk):
    rows = [["Type", "Cases"], ["Theft", 5], ["Theft", "-"], ["Fraud"], ["Drugs"], ["DRUGS"]]
    result = read(desk, LISTED, rows)
    told = [cell for _, rule, cell in found(result) if rule == "duplicate_row"]
    assert told == ["B2", "B3", "B5", "B6"]
    assert states(result)["fraud"] == "blank"


def test_a_numbered_district_without_any_number_among_its_like_is_asked_for(desk):
    result = read(desk, OPEN, [HEAD, ["I. A", 10, 1], ["II. B", None, None], ["III. C", 20, 2]])
    assert states(result) == {"A": "number", "B": "blank", "C": "number"}


def test_a_district_without_any_number_is_asked_for(desk):
    result = read(desk, OPEN, [HEAD, ["A", 10, 1], ["B", None, None], ["C", 20, 2]])
    assert states(result) == {"A": "number", "B": "blank", "C": "number"}
    assert [cell for _, rule, cell in found(result) if rule == "blank_cell"] == ["B3", "C3"]


TWO = {"f": OPEN, "g": OPEN.replace("title: F", "title: G")}


def two_forms(desk, one, other):
    figures = [[10, 5], [21, 7], [35, 9]]
    f, g = ([HEAD, *([name, *pair] for name, pair in zip(names, figures, strict=False))] for names in (one, other))
    return desk.catalogue(TWO).send({"F": f, "G": g}).check()


def test_a_name_misspelt_in_one_of_two_forms_is_told_with_both_cells(desk):
    result = two_forms(desk, ["Quỳ Hợp", "Yên Thành"], ["Quỳ Hợpp", "Yên Thành"])
    assert found(result) == [("warning", "name_differs", "B2")]
    assert "Quỳ Hợpp" in only(result, "name_differs")["message"]
    assert "G!B2" in only(result, "name_differs")["message"]


@pytest.mark.parametrize(("one", "other"), [
    (["Yên Thành", "Yên Định"], ["Yên Định", "Yên Thành"]),
    (["Quỳ Hợp", "Quỳ Hợpp"], ["Quỳ Hợp"]),
    (["Nam Đàn", "Đô Lương"], ["Con Cuông", "Đô Lương"]),
    (["Quỳ Hợp"], ["Quỳ Hợpp", "Quỳ Hợph"]),
    (["Quận 11"], ["Quận 12"]),
])  # fmt: skip
def test_names_that_are_in_both_or_have_no_one_like_them_are_no_misspelling(desk, one, other):
    assert "name_differs" not in {rule for _, rule, _ in found(two_forms(desk, one, other))}


def test_a_name_that_last_years_form_spells_otherwise_is_told(desk):
    rows = [HEAD, ["Quỳ Hợp", 10, 5], ["Yên Thành", 21, 7]]
    desk.catalogue(OPEN).send(rows, period="2023").send([HEAD, ["Quỳ Hợpp", 11, 5], *rows[2:]])
    assert ("warning", "name_differs", "B2") in found(desk.check())


PLACES = ["Vinh", "Quỳ Hợp", "Yên Thành", "Nam Đàn", "Con Cuông"]


def left_out(desk, f, g=PLACES, then=None):
    """What is told as left out: the place and the cell; rows without figures of their own count as none."""
    sheets = {name: [HEAD, *([place, 10 + 7 * at, 5] for at, place in enumerate(rows))]
              for name, rows in (("F", f), ("G", g)) if rows}  # fmt: skip
    desk.catalogue(TWO if g else OPEN).send(sheets)
    if then:
        desk.send({"F": [HEAD, *([place, 20 + 9 * at, 6] for at, place in enumerate(then))]}, period="2023")
    rows = desk.check().findings.query("rule == 'row_left_out'")
    return list(rows[["sheet", "cell", "value"]].itertuples(index=False, name=None))


def test_a_place_that_another_form_lists_is_told_with_where_the_rows_end_and_where_it_stands(desk):
    assert left_out(desk, PLACES[:2] + PLACES[3:]) == [("F", "B5", "Yên Thành")]
    told = only(desk.check(), "row_left_out")
    assert told["severity"] == "warning"
    for part in ('"Yên Thành"', "G!B4", '"Vinh"', '"Con Cuông"'):
        assert part in told["message"]


def test_a_place_that_the_form_listed_a_year_ago_is_told_with_that_file(desk):
    assert left_out(desk, PLACES[:4], g=None, then=PLACES) == [("F", "B5", "Con Cuông")]
    assert "F!B6 (north.xlsx, 2023)" in only(desk.check(), "row_left_out")["message"]


@pytest.mark.parametrize(("f", "g", "then"), [
    (PLACES, PLACES, PLACES),
    (["TP Vinh", *PLACES[1:]], ["Thành phố Vinh", *PLACES[1:]], None),
    ([*PLACES[:4], "Con Cuôngg"], PLACES, None),
    (PLACES, [*PLACES, "PC02", "Phòng Cảnh sát hình sự"], None),
    (PLACES[:2], PLACES, None),
    (["Xã A", "Xã B", "Xã C", "Xã D"], PLACES, None),
    ([*PLACES[:3], "Nam Đàn và Con Cuông"], PLACES, None),
    (PLACES[:4], PLACES[:4], PLACES),
    ([*PLACES[:3], "Sông Lam"], None, PLACES),
    (PLACES[:4], PLACES, PLACES[:4]),
], ids=[
    "whole", "one place in two spellings", "misspelt", "offices", "few rows", "another level", "merged", "no more",
    "merged since last year", "never listed",
])  # fmt: skip
def test_what_is_no_row_left_out_is_not_told_as_one(desk, f, g, then):
    assert left_out(desk, f, g, then) == []


def stand_ins(desk, f, g=PLACES, then=None):
    """What is told as standing in another's place: where, and both names."""
    left_out(desk, f, g, then)
    rows = desk.check().findings.query("rule == 'name_instead'")
    return list(rows[["sheet", "cell", "value", "expected"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("f", "value", "expected"), [
    (["Vinh", "Quỳ Hợp", "Y.Thành", *PLACES[3:]], "Y.Thành", "Yên Thành"),
    (["Vinh (25 phường, xã)", *PLACES[1:]], "Vinh (25 phường, xã)", "Vinh"),
    (["Vinh", "Quỳ", "Hợp", *PLACES[2:]], 'Quỳ", "Hợp', "Quỳ Hợp"),
    (["Y.Thành", *PLACES[3:], *PLACES[:2]], "Y.Thành", "Yên Thành"),
])  # fmt: skip
def test_a_name_in_the_place_of_another_forms_name_is_told_with_that_cell(desk, f, value, expected):
    ((sheet, _, *names),) = stand_ins(desk, f)
    assert (sheet, *names) == ("F", value, expected)
    assert f"G!B{PLACES.index(expected) + 2}" in only(desk.check(), "name_instead")["message"]


def test_names_in_the_place_of_others_are_told_one_by_one(desk):
    told = stand_ins(desk, ["TP V.", "Quỳ Hợp", "Y.Thành", *PLACES[3:]])
    assert [row[2:] for row in told] == [("TP V.", "Vinh"), ("Y.Thành", "Yên Thành")]


def test_a_name_in_the_place_of_last_years_is_told_where_no_other_form_of_this_year_says_it(desk):
    assert stand_ins(desk, [*PLACES[:4], "Con C."], None, PLACES) == [("F", "B6", "Con C.", "Con Cuông")]


@pytest.mark.parametrize(("f", "g", "then"), [
    (PLACES, PLACES, [*PLACES[:4], "Con C."]),
    (["TP Vinh", *PLACES[1:]], ["Thành phố Vinh", *PLACES[1:]], None),
    ([*PLACES[:4], "Con Cuôngg"], PLACES, None),
    ([*PLACES, "PC02"], [*PLACES, "PC06"], None),
    (["Xã A", "Xã B", "Xã C", "Xã D", "Vinh"], PLACES, None),
    ([*PLACES[:3], "Nam Đàn và Con Cuông"], PLACES, None),
    (PLACES[:4], PLACES, None),
], ids=[
    "renamed since last year", "one place in two spellings", "misspelt", "offices", "another level", "merged",
    "left out",
])  # fmt: skip
def test_what_stands_in_no_others_place_is_not_told_so(desk, f, g, then):
    assert stand_ins(desk, f, g, then) == []


# Codes


@pytest.mark.parametrize("code", ["01", "1", 1, 1.0, "01.", "'01", "1.0", " 01 "])
def test_a_code_is_the_same_as_text_or_number_with_or_without_its_zero(desk, code):
    result = read(
        desk, LISTED, [["Code", "Type", "Cases"], [code, "Thefts of any kind", 5], ["02", "Fraud", 6], [10, "Drugs", 7]]
    )
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7}


def test_a_name_and_a_code_of_two_members_are_an_error_and_no_choice(desk):
    result = read(desk, LISTED, [["Code", "Type", "Cases"], ["02", "Theft", 5], ["02", "Fraud", 6], [10, "Drugs", 7]])
    assert values(result) == {"fraud": 6, "drugs": 7}
    assert found(result) == [("error", "code_conflict", "B2")]
    assert "Fraud" in only(result, "code_conflict")["message"]


def by_code(desk, label):
    return read(desk, LISTED, [["Code", "Type", "Cases"], ["01", label, 5], ["02", "Fraud", 6], [10, "Drugs", 7]])


@pytest.mark.parametrize("label", ["Juvenile crime", "Fraudulent claims", "Tội phạm vị thành niên"])
def test_a_label_that_is_no_spelling_of_what_its_code_names_is_told(desk, label):
    result = by_code(desk, f"- {label}")
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7}
    assert found(result) == [("warning", "code_label_differs", "B2")]
    message = only(result, "code_label_differs")["message"]
    assert label in message
    assert "Theft" in message


@pytest.mark.parametrize("label", [
    "Quý I", "1. Quý I", "Quý II", "QUÝ III/2024", "Tháng 01/2024", "6 tháng đầu năm", "Năm 2023", "Cùng kỳ",
])  # fmt: skip
def test_a_period_beside_a_code_is_not_read_as_what_the_code_names(desk, label):
    result = by_code(desk, label)
    assert values(result) == {"fraud": 6, "drugs": 7}
    assert found(result) == [("error", "code_beside_period", "B2")]


@pytest.mark.parametrize("label", [None, "Thetf", "Petty thefts", "2. Theft of cars", "TFT", "- Other stealing", "01"])
def test_a_label_that_may_be_what_its_code_names_is_no_finding(desk, label):
    result = by_code(desk, label)
    assert values(result) == {"theft": 5, "fraud": 6, "drugs": 7}
    assert found(result) == []


def test_a_code_of_an_open_key_that_became_a_number_is_read_without_decimals(desk):
    form = OPEN.replace("header: District", "header: District, code_header: [Code]")
    result = read(desk, form, [["Code", *HEAD], ["40.0", "A", 10, 1], [412, "B", 20, 2]])
    assert values(result) == {"40": 10, "412": 20}


# Pages


def test_a_header_of_two_rows_is_no_row_when_it_comes_again(desk):
    form = """
        title: F
        rows: [{key: d, header: District, members: open}]
        columns: {n: {header: [Cases, All]}, m: {header: [Cases, Cleared]}}
    """
    head = [["District", "Cases", None], [None, "All", "Cleared"], ["(A)", "(1)", "(2)"]]
    rows = [*head, ["X", 10, 1], ["Y", 20, 2], *head, ["Z", 30, 3]]
    result = read(desk, form, rows, merged=["A1:A2", "B1:C1", "A6:A7", "B6:C6"])
    assert values(result) == {"X": 10, "Y": 20, "Z": 30}
    assert found(result) == []


def test_titles_and_page_numbers_between_pages_end_no_table(desk):
    title = [["CÔNG AN TỈNH NORTH"], ["BIỂU F: CASES (Trang 1)"], [None]]
    again = [[None], ["CÔNG AN TỈNH NORTH"], ["BIỂU F: CASES (Trang 2)"], ["(tiếp theo trang 1)"], [None]]
    rows = [*title, HEAD, ["A", 10, 1], ["B", 20, 2], *again, HEAD, ["C", 30, 3], ["Tổng số", 60, 6]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20, "C": 30}
    assert found(result) == []


def test_another_table_with_the_same_columns_is_not_read_into_the_first(desk):
    rows = [HEAD, ["A", 10, 1], ["B", 20, 2], [None], ["Bảng 2: theo đơn vị khác"], HEAD, ["C", 30, 3]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20}
    assert ("warning", "row_after_table", "A7") in found(result)


def test_column_numbers_alone_on_a_new_page_are_no_row(desk):
    rows = [HEAD, ["A", 1, 2], ["X", 10, 5], ["Y", 20, 7], ["A", 1, 2], ["Z", 30, 9]]
    assert values(read(desk, OPEN, rows)) == {"X": 10, "Y": 20, "Z": 30}


def test_a_first_row_that_looks_like_column_numbers_is_data_where_the_next_one_counts_on(desk):
    assert values(read(desk, OPEN, [HEAD, ["A", 1, 2], ["B", 3, 4], ["C", 5, 6]])) == {"A": 1, "B": 3, "C": 5}


def test_rows_go_on_after_blank_ones(desk):
    rows = [HEAD, ["A", 10, 1], [None], [None], [None], ["B", 20, 2], [None], ["Tổng số", 30, 3]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == []


def test_a_remark_right_below_the_total_is_no_district(desk):
    rows = [HEAD, ["A", 10, 1], ["B", 20, 2], ["Tổng số", 30, 3], ["Số liệu đến ngày 31/12", None, None]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("info", "row_without_numbers", "A5")]


# Long tables


LONG = """
    title: F
    rows:
      - {key: area, header: Area, members: open}
      - {key: kind, header: Kind, members: [{id: t, label: Theft}, {id: f, label: Fraud}]}
    totals: {over: kind}
    columns: {n: {header: Cases}}
"""


@pytest.mark.parametrize("total", [["Cộng X", None], [None, "Cộng X"], ["X", "Cộng X"]])
def test_a_total_that_names_its_block_is_the_total_of_that_block(desk, total):
    rows = [
        ["Area", "Kind", "Cases"],
        ["X", "Theft", 1],
        [None, "Fraud", 2],
        [*total, 4],
        ["Y", "Theft", 3],
        [None, "Fraud", 4],
        ["Tổng số", None, 10],
    ]
    result = read(desk, LONG, rows)
    assert values(result) == {"X/t": 1, "X/f": 2, "Y/t": 3, "Y/f": 4}
    assert [(severity, rule, cell) for severity, rule, cell in found(result) if severity != "info"] == [
        ("warning", "total_mismatch", "C4")
    ]


TOTALS_BY_KIND = [["Tổng số", "Theft", 6], [None, "Fraud", 4]]


@pytest.mark.parametrize("above", [True, False])
def test_a_blank_area_below_a_total_of_one_kind_is_that_total_and_no_area(desk, above):
    areas = [["X", "Theft", 1], [None, "Fraud", 2], ["Y", "Theft", 5], [None, "Fraud", 2]]
    rows = [*TOTALS_BY_KIND, *areas] if above else [*areas, *TOTALS_BY_KIND]
    result = read(desk, LONG, [["Area", "Kind", "Cases"], *rows])
    assert values(result) == {"X/t": 1, "X/f": 2, "Y/t": 5, "Y/f": 2}
    assert [(severity, rule) for severity, rule, _ in found(result)] == [("info", "total_set_aside")] * 2
    assert "Tổng số Fraud" in result.findings["value"].tolist()


def test_totals_of_each_kind_over_the_areas_are_checked_where_the_word_is_left_out(desk):
    form = LONG.replace("over: kind", "over: area")
    rows = [["X", "Theft", 1], [None, "Fraud", 2], ["Y", "Theft", 5], [None, "Fraud", 2], *TOTALS_BY_KIND]
    result = read(desk, form, [["Area", "Kind", "Cases"], *rows[:-1], [None, "Fraud", 5]])
    assert values(result) == {"X/t": 1, "X/f": 2, "Y/t": 5, "Y/f": 2}
    assert found(result) == [("warning", "total_mismatch", "C7")]


def test_a_row_with_a_blank_area_below_the_total_of_all_is_of_no_area(desk):
    rows = [["X", "Theft", 1], [None, "Fraud", 2], ["Tổng số", None, 3], [None, "Theft", 7], ["Y", "Theft", 7]]
    result = read(desk, LONG, [["Area", "Kind", "Cases"], *rows])
    assert values(result) == {"X/t": 1, "X/f": 2, "Y/t": 7}
    assert ("error", "unlabelled_row", "A5") in found(result)


MONTHS = """
    title: F
    rows: [{key: period, header: Month}, {key: district, header: District, members: open}]
    columns: {n: {header: Cases}}
"""


def test_a_quarter_beside_its_months_is_not_counted_again(desk):
    rows = [["Tháng 1", "A", 1], ["Tháng 2", "A", 2], ["Tháng 3", "A", 4], ["Quý 1", "A", 7], ["Quý 2", "A", 8]]
    desk.catalogue(MONTHS, indicators="{all: {kind: total, numerator: f.n}}").send(
        [["Month", "District", "Cases"], *rows]
    )
    result = desk.check()
    assert result.observations["period"].tolist() == ["2024-01", "2024-02", "2024-03", "2024-Q2"]
    assert found(result) == [("info", "longer_period_set_aside", "A5")]
    assert set(result.indicators["value"]) == {15}


def test_a_quarter_beside_some_of_its_months_is_an_error(desk):
    rows = [["Month", "District", "Cases"], ["Tháng 1", "A", 1], ["Quý 1", "A", 7], ["Quý 1", "B", 9]]
    result = read(desk, MONTHS, rows)
    assert found(result) == [("error", "periods_overlap", "A3")]
    assert len(result.observations) == 2


# Provinces as rows


CLUSTER = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
PROVINCES = """
    - {id: north, code: "01", name: Northland}
    - {id: south, code: "02", name: Southland}
    - {id: far, code: "03", name: Farland}
"""
CARDS = "{title: F, rows: [{key: province, header: Province, code_header: [Code]}], columns: {n: {header: Cards}}}"


def cluster(desk, rows):
    return desk.catalogue(CARDS, provinces=PROVINCES, catalogue=CLUSTER).send(rows, "targets.xlsx").check()


@pytest.mark.parametrize("name", [
    "Công an tỉnh Northland", "CA Northland", "CAT Northland", "CA tỉnh Northland", "Tỉnh Northland", "TP. Northland",
    "1. NORTHLAND", "Công an thành phố Northland", "Công an Northland", "Northland (trưởng cụm)",
])  # fmt: skip
def test_a_province_is_known_whatever_stands_before_its_name(desk, name):
    result = cluster(desk, [["Province", "Cards"], [name, 5], ["Southland", 6], ["Toàn cụm", 11]])
    assert set(result.observations["province"]) >= {"north", "south"}


def test_a_province_outside_the_cluster_is_told_and_kept_for_comparison(desk):
    result = cluster(desk, [["Province", "Cards"], ["Northland", 5], ["Southland", 6], ["Farland", 7]])
    assert found(result) == [("info", "province_outside", "A4")]
    assert set(result.observations["province"]) == {"north", "south", "far"}


def test_a_province_that_stands_twice_is_an_error(desk):
    result = cluster(desk, [["Province", "Cards"], ["Northland", 5], ["CA Northland", 6], ["Southland", 6]])
    assert [(severity, rule) for severity, rule, _ in found(result)] == [("error", "duplicate_row")] * 2


def test_a_province_whose_code_is_anothers_is_an_error(desk):
    result = cluster(desk, [["Code", "Province", "Cards"], ["02", "Northland", 5], ["02", "Southland", 6]])
    assert ("error", "code_conflict", "B2") in found(result)
    assert set(result.observations["province"]) == {"south"}


@pytest.mark.parametrize("titles", [
    ("Cán bộ tổng hợp", "Trưởng phòng"), ("NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"), ("Người tổng hợp", "KT. GIÁM ĐỐC"),
])  # fmt: skip
def test_a_signature_in_two_columns_right_under_a_table_is_no_row(desk, titles):
    left, right = titles
    rows = [HEAD, ["A", 10, 5], ["B", 20, 7], [left, None, right], ["Nguyễn Văn A", None, "Trần Thị B"]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20}
    assert [f for f in found(result) if f[0] != "info"] == []


OF_YEAR = ["Năm 2023", "Cùng kỳ năm trước", "Năm trước"]
OF_ANOTHER = ["So với cùng kỳ", "Tăng, giảm", "Tăng, giảm (%)", "Kế hoạch năm 2024", "Chỉ tiêu giao", "Bình quân"]
OF_A_PAGE = ["Trang trước mang sang", "Mang sang", "Cộng mang sang"]


@pytest.mark.parametrize("label", [*OF_YEAR, *OF_ANOTHER, *OF_A_PAGE])
def test_a_row_of_another_figure_is_no_district(desk, label):
    result = read(desk, OPEN, [HEAD, ["A", 10, 5], ["B", 20, 7], ["Total", 30, 12], [label, 28, 11]])
    assert values(result) == {"A": 10, "B": 20}
    assert found(result) == [("warning", "other_row_set_aside", "A5")]


def test_districts_below_a_note_in_the_table_are_refused_and_leave_its_sums_incomplete(desk):
    rows = [HEAD, ["A", 10, 5], ["Ghi chú: B sáp nhập", None, None], ["B", 20, 7], ["Total", 30, 12]]
    result = read(desk, OPEN, rows)
    assert states(result) == {"A": "number", "B": "rejected"}
    assert found(result) == [("error", "row_after_table", "A4")]


NOTE = [["Ghi chú: B mới thành lập", None, None], [], HEAD]


@pytest.mark.parametrize("total", [[], [["Total", 33, 13]]])
def test_a_table_goes_on_below_a_note_under_its_own_header(desk, total):
    rows = [HEAD, ["A", 10, 5], *NOTE, ["B", 20, 7], *NOTE, ["C", 3, 1], *total, ["Người lập", None, None], ["x", 1, 2]]
    result = read(desk, OPEN, rows)
    assert values(result) == {"A": 10, "B": 20, "C": 3, "x": None}
    assert found(result) == [("error", "row_after_table", f"A{len(rows)}")]


def test_listed_rows_go_on_below_a_note_and_a_total(desk):
    head = ["Type", "Cases"]
    rows = [head, ["Theft", 10], ["Total", 33], ["Ghi chú: x"], head, ["Fraud", 20], ["Drugs", 3]]
    result = read(desk, LISTED, rows)
    assert values(result) == {"theft": 10, "fraud": 20, "drugs": 3}
    assert found(result) == []


def test_rows_that_the_table_has_or_that_its_total_closed_do_not_go_on_below_a_note(desk):
    rows = [HEAD, ["A", 10, 5], ["B", 20, 7], ["Total", 30, 12], *NOTE]
    again = read(desk, OPEN, [*rows, ["A", 4, 2]])
    assert (values(again), found(again)) == ({"A": 10, "B": 20}, [("warning", "row_after_table", "A8")])
    other = read(desk, OPEN, [*rows, ["Ward", 4, 2]])
    assert (values(other), found(other)) == ({"A": 10, "B": 20, "Ward": None}, [("error", "row_after_table", "A8")])


def test_a_place_in_two_spellings_is_told_and_two_places_of_one_name_are_none(desk):
    rows = [["TP Vinh", 10, 5], ["Thành phố Vinh", 10, 5], ["Huyện Vinh", 3, 2], ["Kỳ Anh", 1, 1], ["TX Kỳ Anh", 1, 1]]
    result = read(desk, OPEN, [HEAD, *rows])
    assert found(result) == [("warning", "same_place", "B3"), ("warning", "same_place", "B6")]


@pytest.mark.parametrize("remark", ["kế hoạch", "lũy kế", "năm 2023", "so cùng kỳ năm trước"])
def test_brackets_that_say_another_figure_make_a_listed_row_unknown(desk, remark):
    form = """
        title: F
        rows: [{key: type, header: Type, members: [{id: theft, label: Theft}, {id: fraud, label: Fraud (tỷ lệ)}]}]
        columns: {n: {header: Cases}}
    """
    result = desk.catalogue(form).send([["Type", "Cases"], [f"Theft ({remark})", 9], ["Fraud (tỷ lệ)", 1]]).check()
    assert values(result) == {"fraud": 1}
    assert ("error", "unknown_row", "A2") in found(result)


def test_a_listed_row_in_percent_is_none_of_the_forms(desk):
    form = "title: F\nrows: [{key: t, header: T, members: [{id: theft}, {id: fraud}]}]\ncolumns: {n: {header: Cases}}"
    result = desk.catalogue(form).send([["T", "Cases"], ["theft (%)", 12], ["fraud", 3]]).check()
    assert {(rule, cell) for severity, rule, cell in found(result) if severity == "error"} == {
        ("unknown_row", "A2"), ("missing_row", "A3"),
    }  # fmt: skip


def test_rows_below_the_header_of_another_table_are_none_of_the_forms(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}}"
    rows = [["District", "Cases"], ["A", 1], ["B", 2], ["District", "Fires"], ["C", 30], ["D", 40]]
    result = desk.catalogue(form).send(rows).check()
    assert found(result) == [
        ("error", "header_of_another_table", "A4"),
        ("warning", "row_after_table", "A5"),
        ("warning", "row_after_table", "A6"),
    ]
    assert values(result) == {"A": 1, "B": 2}


def test_a_header_in_another_order_on_a_new_page_ends_what_is_read(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\n"
    form += "columns: {n: {header: Cases}, m: {header: Cleared}}"
    rows = [["District", "Cases", "Cleared"], ["A", 5, 4], ["District", "Cleared", "Cases"], ["B", 3, 6]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"A": 5}
    assert found(result) == [("error", "header_of_another_table", "A3"), ("warning", "row_after_table", "A4")]
    assert only(result, "header_of_another_table")["value"] == "District | Cleared | Cases"
    same = [["District", "Cases", "Cleared"], ["A", 5, 4], ["District", "Cases", "Cleared"], ["B", 6, 3]]
    result = desk.send(same).check()
    assert values(result) == {"A": 5, "B": 6}
    assert found(result) == []


GROUPED = """
    title: F
    rows: [{key: d, header: Đơn vị, members: open}]
    columns:
      n: {header: [Tội phạm, Số vụ]}
      m: {header: [Tội phạm, Đã khám phá]}
      k: {header: [Tin báo, Phải giải quyết (tin)]}
"""


@pytest.mark.parametrize("numbers_", [[], [["A", "1", "2", "3"]]])
def test_a_header_of_two_rows_in_another_order_ends_what_is_read(desk, numbers_):
    head = [["Đơn vị", "Tội phạm", None, "Tin báo"], [None, "Số vụ", "Đã khám phá", "Phải giải quyết (tin)"]]
    again = [["Đơn vị", "Tin báo", "Tội phạm", None], [None, "Phải giải quyết (tin)", "Số vụ", "Đã khám phá"]]
    rows = [*head, *numbers_, ["Vinh", 5, 4, 9], *again, *numbers_, ["Nam", 8, 6, 3]]
    row = len(rows) - len(again) - len(numbers_)
    result = desk.catalogue(GROUPED).send(rows, merged=["A1:A2", "B1:C1", f"A{row}:A{row + 1}"]).check()
    assert values(result) == {"Vinh": 5}
    assert [(r, c) for _, r, c in found(result) if r != "column_numbers_assumed"] == [
        ("header_of_another_table", f"A{row}"), ("row_after_table", f"A{len(rows)}"),
    ]  # fmt: skip


def test_a_total_of_words_is_no_header_though_a_column_is_headed_so(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\n"
    form += "columns: {n: {header: [Cases, Total]}, m: {header: [Cases, Cleared]}}\ntotals: {over: d}"
    head = [["District", "Cases", None], [None, "Total", "Cleared"]]
    rows = [*head, ["Total", "none", "none"], ["A", 0, 0], ["B", 0, 0]]
    result = desk.catalogue(form).send(rows, merged=["A1:A2", "B1:C1"]).check()
    assert values(result) == {"A": 0, "B": 0}
    assert "header_of_another_table" not in [rule for _, rule, _ in found(result)]


YEARS = """
    title: F
    rows: [{key: d, header: District, members: open}]
    columns:
      n: {header: Cases, previous: {also: [[Cases, "{previous_year}"]]}}
      m: {header: Cleared, previous: {also: [[Cleared, "{previous_year}"]]}}
"""


@pytest.mark.parametrize("joined", [[], ["A4:A5"]])
@pytest.mark.parametrize(("years", "read", "rules"), [
    ([2024, 2023], {"A": 9, "B": 5}, []),
    ([2023, 2024], {"A": 9, "B": None}, ["header_of_another_table", "row_after_table"]),
])  # fmt: skip
def test_years_below_a_header_that_stands_again_are_no_row(desk, joined, years, read, rules):
    top = ["District", "Cases", None, "Cleared", None]
    rows = [top, [None, 2024, 2023, 2024, 2023], ["A", 9, 8, 7, 6], top, [None, *years, *years], ["B", 5, 4, 3, 2]]
    merged = ["A1:A2", "B1:C1", "D1:E1", *joined, "B4:C4", "D4:E4"]
    result = desk.catalogue(YEARS).send(rows, merged=merged).check()
    assert values(result) == read
    assert [rule for _, rule, _ in found(result)] == rules


NUMBERED = [["District", "Cases", "Cleared", "Rate"], ["A", "1", "2", "3=2/1"], ["Vinh", 5, 4, "80%"]]


@pytest.mark.parametrize(("again", "rules"), [
    (["A", 1, 2, 3], []), (["(A)", "(1)", "(2)", "(3)"], []), ([1, 2, 3, 4], ["column_numbers_assumed"]),
])  # fmt: skip
def test_column_numbers_again_on_a_new_page_are_no_row(desk, again, rules):
    form = """
        title: F
        rows: [{key: d, header: District, members: open}]
        columns: {n: {header: Cases}, m: {header: Cleared}, r: {header: Rate, kind: percent}}
    """
    result = desk.catalogue(form).send([*NUMBERED, again, ["Nam", 6, 3, "50%"]]).check()
    assert values(result) == {"Vinh": 5, "Nam": 6}
    assert [rule for _, rule, _ in found(result)] == rules


def test_a_place_that_stands_twice_in_two_ways_of_typing_is_told_and_not_used(desk):
    form = "title: F\nrows: [{key: d, header: D, members: open}]\ncolumns: {n: {}}\n"
    rows = [["D", "n"], ["TP Hoà Bình", 3], ["TP  HÒA BÌNH", 4], ["< 14", 5], ["> 14", 6]]
    result = desk.catalogue(form).send(rows).check()
    assert list(values(result).values()) == [None, None, 5, 6]
    assert [(rule, cell) for _, rule, cell in found(result)] == [("duplicate_row", "B2"), ("duplicate_row", "B3")]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["Miền núi", 60], ["A", 50], ["B", 10], ["Đồng bằng", 12], ["C", 7], ["D", 5], ["E", 0]], ["A2", "A5"]),
        ([["A", 50], ["B", 10], ["Miền núi", 60], ["C", 7], ["D", 5], ["Đồng bằng", 12]], ["A4", "A7"]),
        ([["G", 60], ["A", 50], ["B", 10], ["H", 12], ["C", 7], ["D", 6]], []),
        ([["G", 2], ["A", 1], ["B", 1], ["H", 3], ["C", 1], ["D", 2]], []),  # so small that it may be an accident
    ],
)
def test_heads_of_blocks_that_no_total_tells_from_members_are_a_doubt(desk, rows, told):
    form = "title: F\nrows: [{key: d, header: D, members: open}]\ncolumns: {n: {}}\n"
    result = desk.catalogue(form).send([["D", "n"], *rows]).check()
    assert [cell for _, rule, cell in found(result) if rule == "subtotal_suspected"] == told


def test_a_place_that_is_last_years_by_its_brackets_is_no_row_of_this_year(desk):
    form = "title: F\nrows: [{key: d, header: D, members: open}]\ncolumns: {n: {}}\n"
    rows = [["D", "n"], ["A", 3], ["A (cùng kỳ)", 2], ["B (năm 2023)", 4], ["C (trước là D)", 5], ["E (năm 2024)", 6]]
    result = desk.catalogue(form).send(rows).check()
    assert list(values(result).values()) == [3, 5, 6]
    assert [(rule, cell) for _, rule, cell in found(result)] == [("other_row_set_aside", c) for c in ("A3", "A4")]
