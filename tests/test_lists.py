"""Lists of measures: labels under headings, over cells, misspelt; units beside them; lists laid out sideways."""

import pytest

from tests.books import Desk, found, only, values

LIST = """
    title: F
    layout: list
    periods: {current: {also: [Now]}, previous: {also: [Then]}}
    unit_header: {also: [ĐVT]}
    columns:
      fires: {header: Số vụ cháy, unit: vụ}
      deaths: {header: Số người chết, also: [Chết], unit: người}
      damage: {header: Thiệt hại về tài sản, kind: amount, unit: triệu đồng}
"""
TWICE = """
    title: F
    layout: list
    columns:
      fires: {header: Số vụ cháy}
      fire_deaths: {header: [Cháy, Số người chết], also: [[Số vụ cháy, Số người chết]]}
      blasts: {header: Số vụ nổ}
      blast_deaths: {header: [Nổ, Số người chết], also: [[Số vụ nổ, Số người chết]]}
"""
HEAD = ["Chỉ tiêu", "ĐVT", "Now", "Then"]
FIRES, DEATHS = ["Số vụ cháy", "vụ", 5, 4], ["Số người chết", "người", 1, 2]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def numbers(result):
    return {(o.measure, o.period): None if o.value != o.value else o.value for o in result.observations.itertuples()}


ALL = {
    ("fires", "2024"): 5, ("fires", "2023"): 4, ("deaths", "2024"): 1, ("deaths", "2023"): 2,
    ("damage", "2024"): 1.5, ("damage", "2023"): 2.5,
}  # fmt: skip


def read(desk, rows, form=LIST, **more):
    return desk.catalogue(form).send(rows, **more).check()


# Labels


@pytest.mark.parametrize("rows", [
    [["Cháy", None], ["Số vụ cháy", 5], ["Số người chết", 1], ["Nổ", None], ["Số vụ nổ", 3], ["Số người chết", 2]],
    [["1. Số vụ cháy", 5], ["- Số người chết", 1], ["2. Số vụ nổ", 3], ["- Số người chết", 2]],
    [["I. NỔ", ""], ["Số vụ nổ", 3], ["Số người chết", 2], ["II. CHÁY", ""], ["Số vụ cháy", 5], ["Số người chết", 1]],
])  # fmt: skip
def test_a_label_that_stands_twice_is_told_apart_by_the_heading_above_it(desk, rows):
    result = read(desk, [["", "Năm 2024"], *rows], TWICE)
    assert numbers(result) == {
        ("fires", "2024"): 5, ("fire_deaths", "2024"): 1, ("blasts", "2024"): 3, ("blast_deaths", "2024"): 2,
    }  # fmt: skip
    assert found(result) == []


def test_a_label_that_stands_twice_without_its_heading_is_no_measure(desk):
    rows = [
        ["", "Năm 2024"],
        ["Số người chết", 1],
        ["Số vụ cháy", 5],
        ["Số người chết", 1],
        ["Số vụ nổ", 3],
        ["Số người chết", 2],
    ]
    result = read(desk, rows, TWICE)
    assert ("error", "unknown_row", "A2") in found(result)


def test_headings_between_the_measures_are_no_rows(desk):
    rows = [
        HEAD,
        ["I. CHÁY", None, None, None],
        FIRES,
        ["Thiệt hại", None, None, None],
        DEATHS,
        ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5],
    ]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result) == []


def test_a_heading_named_like_a_measure_is_no_second_row_of_it(desk):
    form = LIST.replace("[Chết]", "[Chết, Thiệt hại về người]")
    rows = [HEAD, FIRES, ["II. THIỆT HẠI VỀ NGƯỜI"], DEATHS, ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    result = read(desk, rows, form)
    assert numbers(result) == ALL
    assert found(result) == [("info", "heading_set_aside", "A3")]


def test_labels_in_two_columns_are_found(desk):
    rows = [
        ["Chỉ tiêu", None, "ĐVT", "Now", "Then"], ["Số vụ cháy", None, "vụ", 5, 4],
        ["Trong đó", "Số người chết", "người", 1, 2],
        ["Thiệt hại về tài sản", None, "triệu đồng", 1.5, 2.5],
    ]  # fmt: skip
    assert numbers(read(desk, rows, merged=["A1:B1"])) == ALL


def test_a_label_merged_over_two_rows_has_the_numbers_of_the_one_that_has_some(desk):
    rows = [
        HEAD,
        FIRES,
        ["Số người chết", "người", None, None],
        [None, None, 1, 2],
        ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5],
    ]
    result = read(desk, rows, merged=["A3:A4"])
    assert numbers(result) == ALL
    assert found(result) == []


def test_a_misspelt_label_is_read_and_told(desk):
    rows = [HEAD, FIRES, DEATHS, ["Thiệt hại về tai san", "triệu đồng", 1.5, 2.5]]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result) == [("warning", "header_guessed", "A4")]


def test_a_misspelt_first_label_is_read_and_told_as_any_other(desk):
    result = read(desk, [HEAD, ["Sô vu chay", "vụ", 5, 4], DEATHS, ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "header_guessed", "A2")]


@pytest.mark.parametrize("place", [2, 3, 4])
def test_a_label_that_may_be_a_lacking_measures_is_named_with_its_cell_and_the_line_to_add(desk, place):
    rows = [HEAD, ["Số người chết", "người", 1, 2], ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    rows.insert(place - 1, ["Số cháy vụ", "vụ", 5, 4])
    result = read(desk, rows)
    assert only(result, "unknown_row")["cell"] == f"A{place}"
    message = only(result, "missing_column")["message"]
    for part in (
        "Số vụ cháy",
        '"Số cháy vụ"',
        f"cell A{place}",
        "forms/f.yaml",
        "columns / fires",
        'also: ["Số cháy vụ"]',
    ):
        assert part in message


def test_a_label_that_is_near_none_is_an_unknown_row(desk):
    result = read(desk, [HEAD, FIRES, DEATHS, ["Số vụ chìm đò", "vụ", 1, 2]])
    assert {rule for _, rule, _ in found(result)} == {"unknown_row", "missing_column"}


@pytest.mark.parametrize("numbers_", [[9, 8], [9, None], [None, 8]])
def test_numbers_without_a_label_are_an_error_in_whichever_column(desk, numbers_):
    rows = [HEAD, FIRES, DEATHS, [None, None, *numbers_], ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result) == [("error", "unlabelled_row", "A4")]


def test_numbers_without_a_header_beside_the_figures_are_told(desk):
    read(desk, [["Chỉ tiêu", "ĐVT", "Now", None], ["Số vụ cháy", "vụ", 1, 2], ["Số người chết", "người", 4, 5]])
    assert ("warning", "unnamed_column", "D2") in found(desk.check())


def test_a_header_repeated_on_a_new_page_is_no_row(desk):
    rows = [
        ["Chỉ tiêu", "ĐVT", 2024, 2023],
        FIRES,
        ["Chỉ tiêu", "ĐVT", 2024, 2023],
        DEATHS,
        ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5],
    ]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result) == []


@pytest.mark.parametrize("again", [[2023, 2024], ["Năm 2023", "Năm 2024"], ["Then", "Now"], ["Năm 2023", None]])
def test_a_header_with_other_periods_on_a_new_page_ends_what_is_read(desk, again):
    rows = [["Chỉ tiêu", "ĐVT", 2024, 2023], FIRES, DEATHS, ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    below = ["Số vụ cháy", "vụ", 4, 5]
    result = read(desk, [*rows, ["Chỉ tiêu", "ĐVT", *again], below])
    assert numbers(result) == ALL
    assert found(result) == [("error", "header_of_another_table", "A5")]
    result = read(desk, [*rows[:3], ["Chỉ tiêu", "ĐVT", *again], ["Thiệt hại về tài sản", "triệu đồng", 2.5, 1.5]])
    assert numbers(result) == {key: value for key, value in ALL.items() if key[0] != "damage"}
    assert found(result) == [("error", "header_of_another_table", "A4")]


@pytest.mark.parametrize("again", [["Kế hoạch 2024", "Thực hiện 2024"], ["Quý I", "Quý II"], ["Tăng, giảm", None]])
def test_a_header_over_other_figures_ends_what_is_read(desk, again):
    rows = [["Chỉ tiêu", "ĐVT", 2024, 2023], FIRES, DEATHS, ["Chỉ tiêu", "ĐVT", *again]]
    result = read(desk, [*rows, ["Thiệt hại về tài sản", "triệu đồng", 2.5, 1.5]])
    assert numbers(result) == {key: value for key, value in ALL.items() if key[0] != "damage"}
    assert found(result) == [("error", "header_of_another_table", "A4")]


@pytest.mark.parametrize(("years", "told"), [
    ([2024, 2023], []), ([2023, 2024], [("error", "header_of_another_table", "A4")]),
])  # fmt: skip
def test_years_alone_on_a_new_page_are_a_header(desk, years, told):
    rows = [["Chỉ tiêu", "ĐVT", 2024, 2023], FIRES, DEATHS, [None, None, *years]]
    result = read(desk, [*rows, ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]])
    assert numbers(result) == {key: value for key, value in ALL.items() if not told or key[0] != "damage"}
    assert found(result) == told


def test_a_figure_that_reads_as_a_year_begins_no_other_table(desk):
    rows = [HEAD, FIRES, ["Số người chết", "người", 2023, 2024], ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    result = read(desk, [*rows, ["Khác", "vụ", 2023, 2024]])
    assert numbers(result) == ALL | {("deaths", "2024"): 2023, ("deaths", "2023"): 2024}
    assert ("error", "unknown_row", "A5") in found(result)


def test_one_number_merged_over_two_measures_is_neithers(desk):
    rows = [
        HEAD,
        ["Số vụ cháy", "vụ", 5, 4],
        ["Số người chết", "người", None, 2],
        ["Thiệt hại về tài sản", None, 1.5, 2.5],
    ]
    result = read(desk, rows, merged=["C2:C3"])
    assert numbers(result) == ALL | {("fires", "2024"): None, ("deaths", "2024"): None}
    assert found(result) == [("error", "number_over_cells", "C2")]


# Units


@pytest.mark.parametrize("unit", ["nghìn đồng", "1.000 đ", "Nghìn  Đồng", "1000đ"])
def test_a_unit_beside_a_measure_converts_both_years(desk, unit):
    result = read(desk, [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", unit, 1500, 2500]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_converted", "B4")]


def test_a_unit_in_the_label_converts(desk):
    result = read(desk, [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản (nghìn đồng)", None, 1500, 2500]])
    assert numbers(result) == ALL


@pytest.mark.parametrize(("now", "label", "there"), [
    ("Now", "Thiệt hại về tài sản (tỷ đồng)", ["A4", "A4"]),
    ("Now (tỷ đồng)", "Thiệt hại về tài sản", ["C1"]),
])  # fmt: skip
def test_a_unit_column_that_contradicts_the_label_or_the_header_is_believed_and_told_at_each_number(
    desk, now, label, there
):
    result = read(desk, [["Chỉ tiêu", "ĐVT", now, "Then"], FIRES, DEATHS, [label, "triệu đồng", 1.5, 2.5]])
    assert numbers(result) == ALL
    cells = ["C4", "D4"][: len(there)]
    assert found(result) == [("warning", "units_disagree", cell) for cell in cells]
    messages = result.findings.loc[result.findings["rule"] == "units_disagree", "message"]
    assert all(f'"triệu đồng" in B4, "tỷ đồng" in {at}' in text for at, text in zip(there, messages, strict=True))


def test_a_unit_in_a_header_merged_over_two_rows_is_told_at_the_cell_that_says_it(desk):
    head = [["Chỉ tiêu", "Now (tỷ đồng)"], [None, None]]
    rows = [*head, ["Số vụ cháy", 5], ["Số người chết", 1], ["Thiệt hại về tài sản", 0.0015]]
    result = read(desk, rows, merged=["A1:A2", "B1:B2"])
    assert ("warning", "unit_converted", "B1") in found(result)


@pytest.mark.parametrize("label", ["Thiệt hại về tài sản (triệu đồng)", "Thiệt hại về tài sản"])
def test_a_unit_column_that_says_what_the_label_and_the_header_say_is_no_doubt(desk, label):
    head = ["Chỉ tiêu", "ĐVT", "Now (vụ, người, tr. đồng)", "Then"]
    assert found(read(desk, [head, FIRES, DEATHS, [label, "triệu đồng", 1.5, 2.5]])) == []


@pytest.mark.parametrize("plan", [[10, 100, 1000], [10, None, None], [1000, 1000, 1000], ["10", "1.000", "100"]])
@pytest.mark.parametrize(("column", "unit"), [(1, True), (2, True), (1, False)], ids=["before", "after", "no units"])
@pytest.mark.parametrize("head", ["Kế hoạch", "Mã số"])
def test_a_plan_or_a_code_left_of_the_figures_is_no_unit(desk, plan, column, unit, head):
    rows = [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]]
    rows = [row if unit else [row[0], *row[2:]] for row in rows]
    rows = [[*row[:column], said, *row[column:]] for row, said in zip(rows, [head, *plan], strict=True)]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert {rule for _, rule, _ in found(result)} == {"unknown_column"}


@pytest.mark.parametrize("unit", ["1.000", 1000, 10])
def test_a_bare_number_in_the_column_of_units_converts_nothing_and_is_told(desk, unit):
    result = read(desk, [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", unit, 1.5, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_differs", "B4")]


def test_the_line_above_and_the_header_convert_what_no_nearer_unit_speaks_of(desk):
    head = ["Chỉ tiêu", "Now", "Then (tỷ đồng)"]
    rows = [
        ["Đơn vị tính: vụ, người, nghìn đồng"],
        head,
        ["Số vụ cháy", 5, 4],
        ["Số người chết", 1, 2],
        ["Thiệt hại về tài sản", 1500, 0.0025],
    ]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert sorted(cell for _, rule, cell in found(result) if rule == "unit_converted") == ["A1", "C2"]


def test_a_unit_of_another_kind_beside_a_measure_is_told(desk):
    result = read(desk, [HEAD, FIRES, ["Số người chết", "km", 1, 2], ["Thiệt hại về tài sản", "triệu đồng", 1.5, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_differs", "B3")]


def test_a_ditto_mark_repeats_the_unit_above_it(desk):
    form = LIST + "      loss: {header: Thiệt hại khác, kind: amount, unit: triệu đồng}\n"
    rows = [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", "nghìn đồng", 1500, 2500], ["Thiệt hại khác", '"', 500, 700]]
    assert numbers(read(desk, rows, form)) == ALL | {("loss", "2024"): 0.5, ("loss", "2023"): 0.7}


def test_units_without_a_header_of_their_own_are_found_by_what_they_are(desk):
    rows = [["Chỉ tiêu", None, "Now", "Then"], FIRES, DEATHS, ["Thiệt hại về tài sản", "nghìn đồng", 1500, 2500]]
    assert numbers(read(desk, rows)) == ALL


BOTH = ["Chỉ tiêu", "ĐVT", "Năm 2024", "ĐVT", "Năm 2023"]


@pytest.mark.parametrize(("head", "order"), [
    ([BOTH], [0, 1, 2, 3, 4]),
    ([["Chỉ tiêu", "Năm 2024", "ĐVT", "Năm 2023", "ĐVT"]], [0, 2, 1, 4, 3]),
    ([["Chỉ tiêu", "Năm 2023", "ĐVT", "Năm 2024", "ĐVT"]], [0, 4, 3, 2, 1]),
    ([["Chỉ tiêu", "Năm 2024", None, "Năm 2023", None], [None, "Số lượng", "ĐVT", "Số lượng", "ĐVT"]], [0, 2, 1, 4, 3]),
    ([["Chỉ tiêu", "Năm 2024", None, "Năm 2023", None]], [0, 2, 1, 4, 3]),
], ids=["left", "right", "last year first", "below periods", "without a header"])  # fmt: skip
def test_of_two_columns_of_units_each_speaks_of_the_figures_beside_it(desk, head, order):
    rows = [
        ["Số vụ cháy", "vụ", 5, "vụ", 4], ["Số người chết", "người", 1, "người", 2],
        ["Thiệt hại về tài sản", "nghìn đồng", 1500, "tỷ đồng", 0.0025],
    ]  # fmt: skip
    merged = [] if None not in head[0] else ["B1:C1", "D1:E1", *(["A1:A2"] if len(head) > 1 else [])]
    result = read(desk, [*head, *([row[c] for c in order] for row in rows)], merged=merged)
    assert numbers(result) == ALL
    assert {rule for _, rule, _ in found(result)} == {"unit_converted"}


def test_of_two_columns_headed_as_units_the_one_that_holds_some_counts(desk):
    damage = ["Thiệt hại về tài sản", "nghìn đồng", 1500, 2500]
    rows = [["Chỉ tiêu", "Đơn vị", *HEAD[1:]], *([row[0], "PC07", *row[1:]] for row in (FIRES, DEATHS, damage))]
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert [rule for _, rule, _ in found(result)] == ["unit_converted"]


def test_a_unit_merged_over_rows_of_other_kinds_is_no_doubt_about_them(desk):
    rows = [HEAD, FIRES, ["Số người chết", None, 1, 2], ["Thiệt hại về tài sản", "nghìn đồng", 1500, 2500]]
    result = read(desk, rows, merged=["B2:B3"])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_converted", "B4")]


def test_two_powers_of_ten_beside_one_measure_are_a_doubt_and_no_choice(desk):
    result = read(desk, [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", "triệu đồng/nghìn đồng", 1.5, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_differs", "B4")]


@pytest.mark.parametrize(
    "unit", ["nghìn đồng¹", "nghìn đồng (1)", "nghìn đồng *", "nghìn đồng 1)", "x 1.000 đ", "1,000đ"]
)
def test_a_unit_with_a_footnotes_mark_or_a_sign_is_that_unit(desk, unit):
    assert numbers(read(desk, [HEAD, FIRES, DEATHS, ["Thiệt hại về tài sản", unit, 1500, 2500]])) == ALL


# Periods


@pytest.mark.parametrize("unit", ["(ước tính, nghìn đồng)", "(ước tính nghìn đồng)", "(ước tính) (nghìn đồng)"])
def test_a_unit_among_other_words_in_a_labels_brackets_converts(desk, unit):
    assert numbers(read(desk, [HEAD, FIRES, DEATHS, [f"Thiệt hại về tài sản {unit}", None, 1500, 2500]])) == ALL


@pytest.mark.parametrize(("now", "then", "order"), [
    (["Thực hiện", "Kế hoạch"], ["Thực hiện", "Kế hoạch"], [0, 9, 1, 9]),
    (["Kế hoạch", "Thực hiện"], ["Kế hoạch", "Thực hiện"], [9, 0, 9, 1]),
    (["Tăng/giảm", "Số liệu"], ["So với cùng kỳ", "Số liệu"], [9, 0, 9, 1]),
    (["Số liệu", "Tăng/giảm (%)"], ["Số liệu", "Tỷ lệ"], [0, 9, 1, 9]),
])  # fmt: skip
def test_of_several_columns_under_one_year_a_plan_or_a_change_is_not_the_figure(desk, now, then, order):
    head = [["Chỉ tiêu", "Năm 2024", None, "Năm 2023", None], [None, *now, *then]]
    rows = [[label, *([*figures, *[99] * 8][c] for c in order)] for label, _, *figures in (FIRES, DEATHS)]
    result = read(desk, [*head, *rows, ["Thiệt hại về tài sản", *([1.5, 2.5, *[99] * 8][c] for c in order)]],
                  merged=["A1:A2", "B1:C1", "D1:E1"])  # fmt: skip
    assert numbers(result) == ALL
    assert {rule for _, rule, _ in found(result)} == {"unknown_column"}


def test_a_change_against_last_year_is_not_last_years_figure(desk):
    head = [["Chỉ tiêu", "Năm 2024", "So sánh với", None], [None, None, "Năm 2023", "Kế hoạch"]]
    rows = [["Số vụ cháy", 5, 99, 98], ["Số người chết", 1, 97, 96], ["Thiệt hại về tài sản", 1.5, 95, 94]]
    result = read(desk, [*head, *rows], merged=["A1:A2", "B1:B2", "C1:D1"])
    assert {key: value for key, value in numbers(result).items() if key[1] == "2023" and value is not None} == {}


def test_parts_of_a_year_under_one_year_are_a_doubt_and_no_choice(desk):
    head = [["Chỉ tiêu", "Năm 2024", None, "Năm 2023"], [None, "Đợt một", "Đợt hai", None]]
    rows = [["Số vụ cháy", 5, 99, 4], ["Số người chết", 1, 97, 2], ["Thiệt hại về tài sản", 1.5, 95, 2.5]]
    result = read(desk, [*head, *rows], merged=["A1:A2", "B1:C1", "D1:D2"])
    assert len(result.observations) == 0
    assert only(result, "ambiguous_column")["severity"] == "error"


def test_a_title_over_all_columns_makes_none_of_them_a_plan(desk):
    title = [None, "Kết quả so với kế hoạch", None]
    rows = [["Chỉ tiêu", "Now", "Then"], *([label, *figures] for label, _, *figures in (FIRES, DEATHS))]
    assert numbers(read(desk, [title, *rows, ["Thiệt hại về tài sản", 1.5, 2.5]])) == ALL


# Sideways


@pytest.mark.parametrize("rows", [
    [["", "Số vụ cháy", "Số người chết", "Thiệt hại về tài sản"], ["Now", 5, 1, 1.5], ["Then", 4, 2, 2.5]],
    [["Kỳ", "Chết", "Số vụ cháy", "Thiệt hại về tài sản (nghìn đồng)"], ["Năm 2023", 2, 4, 2500], ["2024", 1, 5, 1500]],
    [["Số vụ cháy", "", "Số người chết", "", "Thiệt hại về tài sản", ""], ["Now", "Then"] * 3, [5, 4, 1, 2, 1.5, 2.5]],
], ids=["periods in rows", "in another order", "periods in columns"])  # fmt: skip
def test_a_list_laid_out_sideways_is_read(desk, rows):
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result, severities=("error",)) == []


BILLIONS = ["vụ", "người", "tỷ đồng"]
ACROSS = ["Kỳ", "Số vụ cháy", "Số người chết", "Thiệt hại về tài sản"]
NOW, THEN = ["Now", 5, 1, 0.0015], ["Then", 4, 2, 0.0025]


@pytest.mark.parametrize(("rows", "cell"), [
    ([ACROSS, ["ĐVT", *BILLIONS], NOW, THEN], "D2"),
    ([["ĐVT", *BILLIONS], ACROSS, NOW, THEN], "D1"),
    ([ACROSS, NOW, THEN, ["ĐVT", *BILLIONS]], "D4"),
    ([ACROSS, ["A", 1, 2, 3], [None, "(vụ)", "(người)", "(tỷ đồng)"], NOW, THEN], "D3"),
    ([ACROSS, NOW, THEN, ["Đơn vị tính: vụ, người, tỷ đồng"]], "A4"),
    ([[ACROSS[1], "", ACROSS[2], "", ACROSS[3], ""], ["Now", "Then"] * 3, [*BILLIONS[:1] * 2, *BILLIONS[1:2] * 2,
      "tỷ đồng", ""], [5, 4, 1, 2, 0.0015, 0.0025]], "E3"),
    ([[ACROSS[1], "", ACROSS[2], "", ACROSS[3], ""], ["vụ", "", "người", "", "tỷ đồng", ""], ["Now", "Then"] * 3,
      [5, 4, 1, 2, 0.0015, 0.0025]], "E2"),
], ids=["below", "above", "at the end", "below numbers", "in a line", "below periods", "above periods"])  # fmt: skip
def test_the_units_of_a_list_laid_out_sideways_convert_as_those_beside_an_upright_one_do(desk, rows, cell):
    result = read(desk, rows)
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_converted", cell)]


def test_a_power_of_ten_in_figures_in_a_row_of_units_is_no_number(desk):
    result = read(desk, [ACROSS, ["ĐVT", "vụ", "người", "1.000 đ"], ["Now", 5, 1, 1500], ["Then", 4, 2, 2500]])
    assert numbers(result) == ALL


def test_a_header_that_begins_with_the_word_for_units_is_no_row_of_units(desk):
    result = read(desk, [["Đơn vị", *ACROSS[1:]], ["Công an tỉnh", 5, 1, 1.5]])
    assert values(result, "damage") == {"": 1.5}
    assert found(result) == []


def test_a_unit_of_another_kind_above_a_list_laid_out_sideways_is_told(desk):
    result = read(desk, [ACROSS, ["ĐVT", "vụ", "lượt", "triệu đồng"], ["Now", 5, 1, 1.5], ["Then", 4, 2, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_differs", "C2")]


def test_a_unit_merged_over_measures_of_other_kinds_is_no_doubt_about_them(desk):
    result = read(desk, [ACROSS, ["ĐVT", "vụ", None, "tỷ đồng"], NOW, THEN], merged=["B2:C2"])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "unit_converted", "D2")]


def test_a_misspelt_label_of_a_list_laid_out_sideways_is_read_and_told(desk):
    result = read(desk, [["Kỳ", "Sô vu chay", *ACROSS[2:]], ["Now", 5, 1, 1.5], ["Then", 4, 2, 2.5]])
    assert numbers(result) == ALL
    assert found(result) == [("warning", "header_guessed", "B1")]
    result = desk.send([["Kỳ", "Số cháy vụ", *ACROSS[2:]], ["Now", 5, 1, 1.5], ["Then", 4, 2, 2.5]]).check()
    assert only(result, "unknown_column")["cell"] == "B1"
    assert "cell B1" in only(result, "missing_column")["message"]


def test_a_list_laid_out_sideways_with_one_row_is_of_this_period(desk):
    result = read(desk, [["Số vụ cháy", "Số người chết", "Thiệt hại về tài sản"], [5, 1, 1.5]])
    assert values(result, "fires") == {"": 5}
    assert found(result) == []


def test_a_list_laid_out_sideways_with_rows_that_are_no_periods_is_an_error(desk):
    result = read(
        desk, [["", "Số vụ cháy", "Số người chết", "Thiệt hại về tài sản"], ["A", 5, 1, 1.5], ["B", 4, 2, 2.5]]
    )
    assert len(result.observations) == 0
    assert only(result, "list_sideways")["severity"] == "error"


@pytest.mark.parametrize("done", ["TH", "Thực hiện năm", "Kết quả thực hiện năm", "Cả năm"])
def test_what_was_done_stands_beside_what_was_planned(desk, done):
    head = ["Chỉ tiêu", "KH 2024", f"{done} 2024", f"{done} 2023"]
    rows = [head, ["Số vụ cháy", 9, 5, 4], ["Số người chết", 9, 1, 2], ["Thiệt hại về tài sản", 9, 1.5, 2.5]]
    assert numbers(read(desk, rows)) == ALL


def test_a_list_without_the_periods_column_says_which_headers_it_has(desk):
    rows = [["Chỉ tiêu", "Kế hoạch", "Quý IV"], ["Số vụ cháy", 9, 5], ["Số người chết", 9, 1]]
    said = only(read(desk, rows), "missing_column")["message"]
    assert "Kế hoạch" in said
    assert "Quý IV" in said
