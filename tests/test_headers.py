"""Headers as people lay them out, and columns whose names are misspelt, missing, doubled or unknown."""

from functools import cache
from pathlib import Path

import openpyxl
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.ingest.approximate import closest, likeliest
from pipeline.ingest.headers import repeated_header
from pipeline.ingest.matching import Matcher
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from tests.books import Desk, copy_samples, found, only, values

FORM = """
    title: F
    rows: [{key: district, header: Đơn vị, members: open}]
    columns:
      cases: {header: Số vụ xảy ra, also: [[Tội phạm, Xảy ra]], unit: vụ, previous: {also: [[Số vụ xảy ra, Cùng kỳ]]}}
      cleared: {header: Số vụ khám phá, also: [[Tội phạm, Khám phá]], unit: vụ}
"""
TELLING = ("error", "warning")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORM)


def figures(result):
    return values(result, "cases"), values(result, "cleared")


def told(result):
    return [(rule, cell) for _, rule, cell in found(result, severities=TELLING)]


READ = ({"Vinh": 7.0, "Nam Đàn": 5.0}, {"Vinh": 4.0, "Nam Đàn": 3.0})
ROWS = [["Vinh", 7, 4], ["Nam Đàn", 5, 3]]

LAYOUTS = {
    "a row of units": [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], [None, "(vụ)", "(vụ)"]],
    "colons, capitals and breaks": [["ĐƠN VỊ:", "SỐ VỤ\nXẢY RA:", "Số vụ  khám-phá:"]],
    "units in brackets": [["Đơn vị", "Số vụ xảy ra (vụ)", "Số vụ khám phá [vụ]"]],
    "numbers before names": [["Đơn vị", "(1) Số vụ xảy ra", "2. Số vụ khám phá"]],
    "a label over its first column only": [["Đơn vị", "Tội phạm", None], [None, "Xảy ra", "Khám phá"]],
    "a leaf in the row above": [
        ["Đơn vị", "Số vụ xảy ra", "Tội phạm"], [None, None, "Khám phá"],
    ],
    "three rows, one leaf in each": [
        ["Đơn vị", "Kết quả", None], [None, "Số vụ xảy ra", "Số vụ khám phá"], [None, "Vụ", "Vụ"],
    ],
    "five rows": [
        ["Đơn vị", "Năm 2024", None], [None, "Chỉ tiêu", None], [None, "Tội phạm", None],
        [None, "Xảy ra", "Khám phá"], [None, "(vụ)", "(vụ)"],
    ],
    "a formula below": [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], ["(A)", "(1)=(2)+(3)", "(2)"]],
    "an explanatory table first": [
        ["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], ["nơi gửi", "vụ mới", "vụ đã rõ"], [], ["Số liệu"],
        ["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("header", LAYOUTS.values(), ids=LAYOUTS)
def test_a_header_is_read_however_it_is_laid_out(desk, header):
    result = desk.send([*header, *ROWS]).check()
    assert figures(result) == READ
    assert told(result) == []


@pytest.mark.parametrize(("header", "merged"), [
    ([["Đơn vị", "Tội phạm", None], [None, "Xảy ra", "Khám phá"]], ["A1:A2", "B1:C1"]),
    ([["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], [None, None, None]], ["A1:A2", "B1:B2", "C1:C2"]),
    ([["Đơn vị", "Tội phạm", None], [None, None, None], [None, "Xảy ra", "Khám phá"]], ["A1:A3", "B1:C2"]),
], ids=["across", "down", "both"])  # fmt: skip
def test_merged_headers_are_read_through(desk, header, merged):
    result = desk.send([*header, *ROWS], merged=merged).check()
    assert figures(result) == READ
    assert told(result) == []


def test_a_label_that_is_not_merged_reaches_over_blank_columns_and_beside_merged_ones(desk):
    header = [["Đơn vị", "Tội phạm", None, None, "Khác", None], [None, "Xảy ra", None, "Khám phá", "Một", "Hai"]]
    rows = [[name, first, None, second] for name, first, second in ROWS]
    result = desk.send([*header, *rows], merged=["E1:F1"]).check()
    assert figures(result) == READ
    assert told(result) == []


def test_of_two_columns_under_one_merged_header_the_filled_one_is_meant(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", None, "Số vụ khám phá"], ["Vinh", None, 7, 4], ["Nam Đàn", None, 5, 3]]
    result = desk.send(rows, merged=["B1:C1"]).check()
    assert figures(result) == READ
    assert told(result) == []


@pytest.mark.parametrize("merged", [["A1:A2", "B1:C1", "D1:E1"], []], ids=["merged", "not merged"])
def test_a_measure_that_is_parted_is_the_total_of_its_parts(desk, merged):
    header = [["Đơn vị", "Số vụ xảy ra", None, "Số vụ khám phá", None]]
    header += [[None, "Trong đó: nữ", "Tổng số", "Tổng số", "Nữ"]]
    result = desk.send([*header, ["Vinh", 2, 7, 4, 1], ["Nam Đàn", 1, 5, 3, 0]], merged=merged).check()
    assert figures(result) == READ
    assert told(result) == [("unknown_column", "B2"), ("unknown_column", "E2")]


def test_a_row_of_totals_without_its_figures_is_no_part_of_the_header(desk):
    header = [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], ["Tổng số", None, None]]
    assert figures(desk.send([*header, *ROWS]).check()) == READ
    header[1] = [None, "Tổng số", 12]
    assert told(desk.send([*header, *ROWS]).check()) == [("unlabelled_row", "A2"), ("not_a_number", "B2")]


def test_a_header_is_found_far_down_and_far_to_the_right(desk):
    rows = [[None] * 30 + row for row in [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], *ROWS]]
    result = desk.send([["một dòng"]] * 400 + rows).check()
    assert figures(result) == READ


def test_a_header_beside_the_rows_of_another_table_is_found(desk):
    rows = [[None, None, None, None, "Ô tô", 2], ["Đơn vị", "Tội phạm", None, None, "Xe máy", 3]]
    rows += [[None, "Xảy ra", "Khám phá", None, "Xe đạp", 4], *ROWS]
    assert figures(desk.send(rows).check()) == READ


def test_column_numbers_that_could_be_figures_are_told(desk):
    head = ["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"]
    result = desk.send([head, ["A", 1, 2], *ROWS]).check()
    assert figures(result) == READ
    assert told(result) == [("column_numbers_assumed", "A2")]
    assert told(desk.send([head, ["(A)", "(1)", "(2)"], *ROWS]).check()) == []


@pytest.mark.parametrize("first", [1, "1"])
def test_the_first_row_of_a_table_whose_rows_are_named_by_numbers_is_no_row_of_column_numbers(desk, first):
    form = FORM.replace("header: Đơn vị", "header: Tháng")
    rows = [["Tháng", "Số vụ xảy ra", "Số vụ khám phá"], [first, 2, 3], [2, 5, 4], [3, 7, 6]]
    result = desk.catalogue(form).send(rows).check()
    assert figures(result) == ({"1": 2.0, "2": 5.0, "3": 7.0}, {"1": 3.0, "2": 4.0, "3": 6.0})
    assert told(result) == []


def test_column_numbers_above_rows_named_by_numbers_are_told(desk):
    form = FORM.replace("header: Đơn vị", "header: Tháng")
    rows = [["Tháng", "Số vụ xảy ra", "Số vụ khám phá"], [1, 2, 3], [4, 5, 4], [7, 7, 6]]
    result = desk.catalogue(form).send(rows).check()
    assert told(result) == [("column_numbers_assumed", "A2")]


# Misspelt headers


@pytest.mark.parametrize("header", [
    "So vu xay ra", "SO VU XAY RA", "Số vụ sảy ra", "Số vụ xảyra", "Sốvụ xảy ra", "Số vụ xẩy ra", "Số vụ xảy raa",
    "Số vụ XR",
])  # fmt: skip
def test_a_misspelt_header_is_read_and_told_with_both_texts(desk, header):
    result = desk.send([["Đơn vị", header, "Số vụ khám phá"], *ROWS]).check()
    assert figures(result) == READ
    assert told(result) == [("header_guessed", "B1")]
    finding = only(result, "header_guessed")
    assert (finding["value"], finding["expected"]) == (header, "Số vụ xảy ra")


def test_a_whole_header_without_marks_is_read_and_every_guess_told(desk):
    result = desk.send([["Don vi", "So vu xay ra", "So vu kham pha"], *ROWS]).check()
    assert figures(result) == READ
    assert told(result) == [("header_guessed", "A1"), ("header_guessed", "B1"), ("header_guessed", "C1")]


@pytest.mark.parametrize("header", [["Tôi phạm", "Xảy ra"], ["Số vụ sảy ra", "Kỳ này"], ["So vu xay ra nam 2024"]])
def test_a_misspelt_part_of_a_path_is_guessed(desk, header):
    rows = [["Đơn vị", header[0], "Số vụ khám phá"]]
    rows += [[None, header[1], None]] if len(header) > 1 else []
    result = desk.send([*rows, *ROWS]).check()
    assert figures(result) == READ
    assert [rule for rule, _ in told(result)] == ["header_guessed"]


@pytest.mark.parametrize("other", [
    "Ghi chú", "Số vụ khởi tố", "Số đối tượng", "Số người", "Số vụ chưa xảy ra", "Số vụ xảy ra năm 2022",
    "Số người xảy ra", "Số vụ", "Xảy ra", "Số vụ xảy ra lần 2", "Số xe",
])  # fmt: skip
def test_another_column_is_never_taken_for_a_missing_one(desk, other):
    result = desk.send([["Đơn vị", other, "Số vụ khám phá"], *ROWS]).check()
    assert values(result, "cases") == {}
    assert [rule for rule, _ in told(result)] == ["missing_column", "unknown_column"]


OPPOSITES = [
    ("Số vụ tăng", "Số vụ giảm"), ("Mô hình mới", "Mô hình cũ"), ("Trong tỉnh", "Ngoài tỉnh"), ("Số nam", "Số nữ"),
    ("Kỳ này", "Kỳ trước"), ("Số vụ chết", "Số người chết"), ("Giải quyết đúng hạn", "Giải quyết quá hạn"),
    ("Tin đã giải quyết", "Tiền đã giải quyết"), ("Năm 2024", "Năm 2023"), ("Quý 1", "Quý 2"),
    ("Số vụ có khám phá", "Số vụ không khám phá"), ("Trên 18 tuổi", "Dưới 18 tuổi"), ("Số vụ án", "Số vụ việc"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_opposites_and_other_figures_are_no_misspellings_of_each_other(one, other):
    apart = shipped().apart
    assert likeliest(one, {other: 1}, apart) is None
    assert likeliest(other, {one: 1}, apart) is None


def test_what_is_as_near_to_two_names_is_neither():
    assert likeliest("So nam", {"Số nam": 1, "Số năm": 2}) is None
    assert likeliest("So nam", {"Số nam": 1, "Số đối tượng": 2}).name == 1


def test_initials_that_a_name_spells_out_stand_for_no_other_words():
    known = {"Tổng số ĐV": 1, "Tổng số đảng viên": 1, "Tổng số CBCS": 2}
    assert likeliest("Tổng số đoàn viên", known) is None
    assert likeliest("Tổng số đang viên", known).name == 1
    assert likeliest("Tổng số cán bộ chiến sĩ", known).name == 2


def test_two_texts_for_one_name_are_neither():
    known = {"Số vụ xảy ra": 1, "Số vụ khám phá": 2}
    texts = {"B": "So vu xay ra", "C": "Số vụ sảy ra", "D": "So vu kham pha"}
    assert {place: guess.name for place, guess in closest(texts, known).items()} == {"D": 2}
    assert closest(texts, known, wanted={1}) == {}


@cache
def shipped():
    return Vocabulary(load_catalogue(Path("schemas")), Period.parse("2024"))


def shipped_headers():
    vocabulary = shipped()
    for form_id, form in vocabulary.catalogue.forms.items():
        named = {}
        for name, entry in [*((key.key, key) for key in form.rows), *form.columns.items()]:
            for path in (*(entry.header.paths if entry.header else ()), *entry.also):
                named.setdefault(vocabulary.fill(" ".join(path)), name)
        yield form_id, named


@pytest.mark.parametrize(("form", "named"), list(shipped_headers()), ids=[form for form, _ in shipped_headers()])
def test_no_header_of_the_shipped_forms_resembles_another_columns(form, named):
    wrong = []
    for text, name in named.items():
        others = {other: its for other, its in named.items() if its != name}
        guess = likeliest(text, others, shipped().apart)
        if guess is not None:
            wrong.append((text, guess))
    assert wrong == [], form


# Columns that lack, that nobody knows, that are doubtful


def test_the_proposed_line_makes_the_column_known(desk, tmp_path):
    rows = [["Đơn vị", "Phạm pháp hình sự", "Số vụ khám phá"], *ROWS]
    finding = only(desk.send(rows).check(), "missing_column")
    line = finding["message"].partition("the line: ")[2]
    assert line == 'also: ["Phạm pháp hình sự"]'
    assert "forms/f.yaml" in finding["message"]
    assert "Đơn vị" in finding["message"]
    mended = Desk(tmp_path / "mended").catalogue(FORM.replace("also: [[Tội phạm, Xảy ra]]", line)).send(rows).check()
    assert figures(mended) == READ
    assert told(mended) == []


def test_the_line_of_a_guess_makes_the_header_known(desk, tmp_path):
    rows = [["Đơn vị", "Số vụ sảy ra", "Số vụ khám phá"], [None, "Năm 2024", None], *ROWS]
    finding = only(desk.send(rows).check(), "header_guessed")
    line = finding["message"].partition("the line: ")[2]
    assert line == 'also: [["Số vụ sảy ra", "Năm {year}"]]'
    mended = Desk(tmp_path / "mended").catalogue(FORM.replace("also: [[Tội phạm, Xảy ra]]", line)).send(rows).check()
    assert told(mended) == []


def test_an_unknown_column_of_texts_is_told_and_an_empty_one_is_not(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá", "Đánh giá", "Trống"], ["Vinh", 7, 4, "tốt"]]
    assert told(desk.send(rows).check()) == [("unknown_column", "D1")]


def test_numbers_without_a_header_beside_the_table_are_told_once(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], ["Vinh", 7, 4, 3, 1], ["Nam Đàn", 5, 3, 2, 8]]
    result = desk.send(rows).check()
    assert told(result) == [("unnamed_column", "D2")]
    assert "D, E" in only(result, "unnamed_column")["message"]


def test_a_text_over_a_column_above_the_headers_is_named(desk):
    rows = [["Năm 2024", None, None, "Ghi chú thêm"], ["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], ["Vinh", 7, 4, 3]]
    message = only(desk.send(rows).check(), "unnamed_column")["message"]
    assert 'no header beside the others (above them, D1 says "Ghi chú thêm"); they are not used' in message


def test_row_numbers_without_a_header_are_no_figures(desk):
    rows = [[None, "Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], [1, "Vinh", 7, 4], [2, "Nam Đàn", 5, 3]]
    result = desk.send(rows).check()
    assert figures(result) == READ
    assert told(result) == []


def test_a_doubtful_column_names_its_cells(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá", "Số vụ xảy ra"], ["Vinh", 7, 4, 8]]
    finding = only(desk.send(rows).check(), "ambiguous_column")
    assert finding["cell"] == "B1"
    assert "B1, D1" in finding["message"]


@pytest.mark.parametrize("plan", ["Kế hoạch", "KH 2024", "Kế hoạch năm 2024", "Ước thực hiện"])
@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_a_plan_over_or_under_the_only_column_of_a_measure_is_no_figure_of_it(desk, plan, above):
    names, plans = ["Đơn vị", "Số vụ xảy ra", "Số vụ khám phá"], [None, plan, None]
    header = [["Đơn vị", plan, "Kết quả"], [None, *names[1:]]] if above else [names, plans]
    result = desk.send([*header, *ROWS], merged=["A1:A2"]).check()
    assert figures(result)[0] == {}
    assert {"missing_column", "unknown_column"} <= {rule for rule, _ in told(result)}


@pytest.mark.parametrize("pair", [(2023, 2024), ("2023", "2024"), ("Trước", "Nay"), ("Năm trước", "Năm nay")])
def test_a_second_row_that_only_tells_last_year_from_this_one_is_read(desk, pair):
    header = [["Đơn vị", "Số vụ xảy ra", None, "Số vụ khám phá"], [None, *pair, None]]
    result = desk.send([*header, ["Vinh", 9, 7, 4], ["Nam Đàn", 8, 5, 3]]).check()
    assert figures(result) == READ
    earlier = result.observations[result.observations["period"] == "2023"]
    assert dict(zip(earlier["row"], earlier["value"], strict=True)) == {"Vinh": 9.0, "Nam Đàn": 8.0}
    assert told(result) == []


def test_of_a_sheet_without_a_header_only_rows_with_its_words_are_matched(monkeypatch):
    vocabulary = Vocabulary(load_catalogue(Path(__file__).parents[1] / "schemas"), Period.parse("2024"))
    matcher = Matcher(vocabulary.catalogue.forms["crime_by_district"], vocabulary)
    matched, match = [], matcher.match
    monkeypatch.setattr(matcher, "match", lambda path: matched.append(path) or match(path))
    rows = [[f"x{row}", f"y{row}"] for row in range(500)]
    assert repeated_header(Sheet("S", False, rows), matcher) is None
    assert matched == []
    heads = ["Công an huyện, thị xã, thành phố", "Số vụ xảy ra"]
    assert repeated_header(Sheet("S", False, [*rows, [*heads, "", *heads]]), matcher) == (500, 3)
    assert len(matched) == 5


# What stands over the columns

GROUPED = """
    title: Tội phạm theo đơn vị
    sheets: [F]
    rows: [{key: district, header: Đơn vị, members: open}]
    columns:
      cases: {header: Phát hiện, unit: vụ}
      cleared: {header: Khám phá, unit: vụ}
"""


def under(desk, group):
    header = [["Đơn vị", group, None], [None, "Phát hiện", "Khám phá"]]
    return desk.catalogue(GROUPED).send([*header, *ROWS], merged=["A1:A2", "B1:C1"]).check()


@pytest.mark.parametrize("group", [
    "Năm 2022", "2025", "Số liệu năm 2022", "Cùng kỳ", "Cùng kỳ năm 2023", "Năm trước", 2023, "Số vụ năm trước",
    "Cung ky",
    "Chỉ tiêu giao năm 2024", "Kế hoạch giao", "Quý IV", "Lũy kế từ đầu năm", "Trong tháng", "So với cùng kỳ năm 2023",
])  # fmt: skip
def test_under_another_year_a_plan_or_a_part_of_the_year_no_column_is_this_years(desk, group):
    result = under(desk, group)
    assert figures(result) == ({}, {})
    assert sorted(told(result)) == [
        ("missing_column", "B2"), ("missing_column", "C2"), ("unknown_column", "B2"), ("unknown_column", "C2"),
    ]  # fmt: skip


@pytest.mark.parametrize("group", [
    "Trẻ em", "Tội phạm về ma túy", "Tội phạm kinh tế", "Luật Căn cước năm 2023", "Nghị quyết 96/2019/QH14",
])  # fmt: skip
def test_a_group_of_which_the_form_knows_nothing_is_told_once_with_its_columns(desk, group):
    result = under(desk, group)
    assert figures(result) == READ
    assert told(result) == [("group_header_unknown", "B1")]
    finding = only(result, "group_header_unknown")
    assert finding["value"] == group
    assert "Phát hiện, Khám phá" in finding["message"]


@pytest.mark.parametrize("group", [
    "Kết quả", "Số liệu¹", "Kỳ này¹", "Trong đó", "Tình hình tội phạm", "Năm 2024", "Tội phạm theo đơn vị", "(vụ)",
    "Chỉ tiêu", "12 tháng năm 2024", "Kết quả năm 2024 so với năm 2023", "Phát hiện, khám phá tội phạm",
    "Từ 15/11/2023 đến 14/11/2024", "Tinh hinh toi pham", "Phat hien, kham pha (vu)",
    "Kết quả đấu tranh phòng, chống tội phạm",
])  # fmt: skip
def test_the_words_of_the_form_and_of_the_period_say_nothing_of_a_group(desk, group):
    result = under(desk, group)
    assert figures(result) == READ
    assert told(result) == []


def test_in_a_months_form_what_is_of_the_month_is_this_periods(tmp_path):
    result = under(Desk(tmp_path, "2024-11"), "Trong tháng")
    assert figures(result) == READ
    assert "missing_column" in {rule for rule, _ in told(under(Desk(tmp_path / "b", "2024-11"), "Tháng 10"))}


YEARS = """
    title: F
    rows: [{key: d, header: Loại, members: open}]
    columns:
      n: {header: Số vụ, previous: {}}
      dead: {header: Chết, previous: {}}
      hurt: {header: Bị thương, previous: {}}
"""


def compared(first):
    """Three groups of three columns, each group's header over its column ``first``."""
    groups = [None] * 10
    for index, name in enumerate(["Số vụ", "Chết", "Bị thương"]):
        groups[1 + 3 * index + first] = name
    leaves = ["Năm 2024", "Cùng kỳ", "Tăng, giảm"] * 3
    return [
        ["Loại", *groups[1:]],
        [None, *leaves],
        ["Bộ", 9, 8, 1, 7, 5, 2, 6, 3, 3],
        ["Sắt", 3, 1, 2, 4, 4, 0, 5, 1, 4],
    ]


@pytest.mark.parametrize("first", [1, 2], ids=["middle", "last"])
def test_of_groups_whose_headers_stand_over_another_column_than_their_first_none_is_read(desk, first):
    result = desk.catalogue(YEARS).send(compared(first), merged=["A1:A2"]).check()
    assert result.observations.empty
    assert [(r, c) for r, c in told(result) if r != "unknown_column"] == [
        ("group_headers_misplaced", f"{'BCD'[first]}1")
    ]


def test_groups_whose_headers_stand_over_their_first_columns_are_read(desk):
    result = desk.catalogue(YEARS).send(compared(0), merged=["A1:A2"]).check()
    assert [values(result, name)["Bộ"] for name in ("n", "dead", "hurt")] == [9, 7, 6]
    assert {rule for rule, _ in told(result)} == {"unknown_column"}


def test_a_column_before_whole_groups_belongs_to_none_of_them(desk):
    rows = [
        ["Loại", None, "Số vụ", None, "Chết", None],
        [None, "Năm 2023", "Năm 2024", "Năm 2023", "Năm 2024", "Năm 2023"],
        ["Bộ", 1, 9, 8, 7, 5],
    ]
    form = "\n".join(line for line in YEARS.split("\n") if "hurt" not in line)
    result = desk.catalogue(form).send(rows, merged=["A1:A2"]).check()
    assert [values(result, name)["Bộ"] for name in ("n", "dead")] == [9, 7]


def test_a_comparison_that_is_not_merged_gives_way_over_all_its_columns(desk):
    rows = [
        ["Loại", "Số vụ", None, "Chết", None, "Bị thương", None, "So sánh (+/-)", None, None],
        [None, *["Năm 2024", "Năm 2023"] * 3, "Số vụ", "Chết", "Bị thương"],
        ["Bộ", 9, 8, 7, 5, 6, 3, 1, 2, 3],
    ]
    result = desk.catalogue(YEARS).send(rows, merged=["A1:A2", "B1:C1", "D1:E1", "F1:G1"]).check()
    assert [values(result, name)["Bộ"] for name in ("n", "dead", "hurt")] == [9, 7, 6]
    assert told(result) == [("unknown_column", "H2"), ("unknown_column", "I2"), ("unknown_column", "J2")]


def test_a_doubtful_column_under_a_merged_header_names_each_cell(desk):
    rows = [["Đơn vị", "Số vụ xảy ra", None, "Số vụ khám phá"], [None, "Loại A", "Loại B", None], ["Vinh", 3, 4, 4]]
    finding = only(desk.send(rows, merged=["B1:C1"]).check(), "ambiguous_column")
    assert "B1, C1" in finding["message"]


def test_a_plan_over_counts_and_their_rate_is_told_once(desk):
    form = f"{GROUPED.rstrip()}\n      rate: {{header: Tỷ lệ, kind: percent, required: false}}\n"
    rows = [["Đơn vị", "Quý IV", None, None], [None, "Phát hiện", "Khám phá", "Tỷ lệ"], ["Vinh", 5, 4, "80%"]]
    result = desk.catalogue(form).send(rows, merged=["A1:A2", "B1:D1"]).check()
    assert figures(result) == ({}, {})
    assert "group_header_unknown" not in {rule for rule, _ in told(result)}


def test_a_group_whose_year_was_not_renewed_is_one_finding_with_the_mending(repo, tmp_path):
    """Both groups are last year's then: which of them holds this year's figures is not guessed."""
    desk = copy_samples(repo, tmp_path)
    path = desk.inputs / "ninh-binh-2024.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if sheet["C7"].value == "Năm 2024")
    sheet["C7"] = "Năm 2023"
    book.save(path)
    told = desk.check([path]).findings
    told = told[(told["severity"] != "info") & (told["sheet"] == sheet.title)]
    assert told[["rule", "cell"]].to_numpy().tolist() == [["last_year_twice", "C7"]]
    assert "Năm 2024" in told["expected"].item()
    assert "G7" in told["message"].item()


@pytest.mark.parametrize("again", [["District", "n"], ["District", None, "m"], [None, "n"]])
def test_a_part_of_the_header_further_down_swallows_no_rows(desk, again):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {}, m: {}}\n"
    rows = [["District", "n", "m"], ["A", 3, 1], ["B", "2", "2"], again, ["C", 4, 3]]
    result = desk.catalogue(form).send(rows).check()
    assert (values(result), values(result, "m")) == ({"A": 3, "B": 2, "C": 4}, {"A": 1, "B": 2, "C": 3})


def test_an_unknown_column_is_named_by_its_own_header_and_cell(desk):
    rows = [
        [None, "Đơn vị tính: vụ", None, None], ["Đơn vị", "Số vụ xảy ra", None, "Số vụ khám phá"],
        [None, "Năm 2024", None, None], ["Vinh", 7, 6, 4], ["Nam Đàn", 5, 4, 3],
    ]  # fmt: skip
    result = desk.send({"F": rows}, merged={"F": ["B1:D1", "A2:A3", "B2:C2", "D2:D3"]}).check()
    told = only(result, "unknown_column")
    assert (told["cell"], told["value"]) == ("C3", "Số vụ xảy ra")


WINDOWS = "windows: {year: {day: 15, months_earlier: 2}}"
OF_TWO_YEARS = """
    title: F
    rows: [{key: district, header: D, members: open}]
    columns: {cases: {header: Cases, previous: {}}, dead: {header: Deaths, previous: {}}}
"""


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("12T/2024", "12T/2023"),
        ("12 th\u00e1ng 2024", "12 th\u00e1ng 2023"),
        ("12 th\u00e1ng n\u0103m 2024", "12 th\u00e1ng n\u0103m 2023"),
        ("T1-12/2024", "T1-12/2023"),
        ("K\u1ef3 2024", "K\u1ef3 2023"),
        ("15/11/2023 - 14/11/2024", "15/11/2022 - 14/11/2023"),
        ("T\u1eeb 15/11/2023 \u0111\u1ebfn 14/11/2024", "T\u1eeb 15/11/2022 \u0111\u1ebfn 14/11/2023"),
    ],
)
def test_a_headers_second_row_names_the_period_by_its_months_or_its_days(tmp_path, now, then):
    settings = f"{{name: Test, clusters: [{{id: c, provinces: [north]}}], forms: [f], {WINDOWS}}}"
    desk = Desk(tmp_path).catalogue(OF_TWO_YEARS, catalogue=settings)
    rows = [["D", "Cases", None, "Deaths", None], [None, now, then, now, then], ["A", 10, 9, 3, 2], ["B", 20, 18, 5, 4]]
    result = desk.send(rows, merged=["A1:A2", "B1:C1", "D1:E1"]).check()
    assert told(result) == []
    assert values(result, "cases") == {"A": 10, "B": 20}
    last = result.observations[result.observations["period"] == "2023"]
    assert last.groupby("measure")["value"].apply(list).to_dict() == {"cases": [9, 18], "dead": [2, 4]}


@pytest.mark.parametrize("now", ["9T/2024", "3 th\u00e1ng 2024", "1/1/2024 - 31/12/2024"])
def test_other_months_or_days_than_the_periods_are_not_taken_for_it(tmp_path, now):
    settings = f"{{name: Test, clusters: [{{id: c, provinces: [north]}}], forms: [f], {WINDOWS}}}"
    desk = Desk(tmp_path).catalogue(OF_TWO_YEARS, catalogue=settings)
    rows = [
        ["D", "Cases", None, "Deaths", None],
        [None, now, now.replace("2024", "2023")] + [None] * 2,
        ["A", 10, 9, 3, 2],
    ]
    result = desk.send(rows, merged=["A1:A2", "B1:C1", "D1:E1"]).check()
    assert values(result, "cases") == {}


def test_months_are_said_only_of_what_begins_with_the_year(repo):
    catalogue = load_catalogue(repo / "schemas")
    periods = {"2024": "12t 2024", "2024-9M": "9t 2024", "2024-H1": "6t 2024", "2024-Q3": "3t 2024"}
    known = {one: said in Vocabulary(catalogue, Period.parse(one)).current for one, said in periods.items()}
    assert known == {"2024": True, "2024-9M": True, "2024-H1": True, "2024-Q3": False}


def test_a_note_on_since_when_a_form_is_used_is_no_period(desk):
    head = ["\u0110\u01a1n v\u1ecb", "S\u1ed1 v\u1ee5 x\u1ea3y ra", "S\u1ed1 v\u1ee5 kh\u00e1m ph\u00e1"]
    rows = [["\u00c1p d\u1ee5ng t\u1eeb k\u1ef3 2023"], head, ["A", 3, 2]]
    assert told(desk.send(rows).check()) == []


@pytest.mark.parametrize("period", ["Năm 2024", "Kỳ này"])
def test_the_words_of_a_period_above_do_not_stand_for_the_group_that_a_column_needs(desk, period):
    """Only below "Tội phạm" is "Khám phá" the cases cleared; below a year it might be anything that was."""
    desk.send([["Đơn vị", period, None], [None, "Số vụ xảy ra", "Khám phá"], *ROWS])
    result = desk.check()
    assert told(result) == [("missing_column", "C2"), ("unknown_column", "C2")]
    assert figures(result) == (READ[0], {})


CROSSED = """
    title: F
    rows: [{key: district, header: Đơn vị, members: open}]
    columns:
      cases: {header: Số vụ xảy ra, also: [[Xảy ra, Số vụ]], unit: vụ}
      cleared: {header: Số vụ khám phá, also: [[Khám phá, Số vụ]], unit: vụ}
"""


@pytest.mark.parametrize("names", [("cases", "cleared"), ("zcases", "acleared")])
def test_a_column_under_the_groups_of_two_measures_is_what_the_nearest_says(tmp_path, names):
    """Which of two equal meanings came first was the order of a set: another in each run."""
    form = CROSSED.replace("cases:", f"{names[0]}:").replace("cleared:", f"{names[1]}:")
    head = [["Đơn vị", "Xảy ra"], [None, "Khám phá"], [None, "Số vụ"]]
    result = Desk(tmp_path).catalogue(form).send([*head, *(row[:2] for row in ROWS)]).check()
    assert [values(result, name) for name in names] == [{}, READ[0]]
    assert told(result) == [("missing_column", "A1")]


def test_beside_such_a_column_another_of_its_outer_group_is_that_groups(tmp_path):
    head = [["Đơn vị", "Xảy ra", None], [None, None, "Khám phá"], [None, "Số vụ", "Số vụ"]]
    result = Desk(tmp_path).catalogue(CROSSED).send([*head, *ROWS], merged=["B1:C1"]).check()
    assert figures(result) == READ
    assert told(result) == []


def test_a_column_under_two_groups_costs_the_headers_beside_it_nothing(tmp_path):
    form = f"{CROSSED}      hurt: {{header: Bị thương, unit: người}}\n"
    head = [["Đơn vị", "Xảy ra", "Bị thương"], [None, "Khám phá", None], [None, "Số vụ", None]]
    result = Desk(tmp_path).catalogue(form).send([*head, *ROWS]).check()
    assert (*figures(result), values(result, "hurt")) == ({}, *READ)
    assert told(result) == [("missing_column", "A1")]


def test_where_the_nearest_group_is_the_same_the_one_above_it_tells_measures_apart(tmp_path):
    form = CROSSED.replace("[[Xảy ra, Số vụ]]", "[[Xảy ra, Tội phạm, Số vụ]]")
    form = form.replace("[[Khám phá, Số vụ]]", "[[Khám phá, Tội phạm, Số vụ]]")
    head = [["Đơn vị", "Xảy ra"], [None, "Khám phá"], [None, "Tội phạm"], [None, "Số vụ"]]
    result = Desk(tmp_path).catalogue(form).send([*head, *(row[:2] for row in ROWS)]).check()
    assert figures(result) == ({}, READ[0])
    assert told(result) == [("missing_column", "A1")]
