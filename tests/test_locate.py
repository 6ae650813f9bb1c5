"""Which sheet is which form, whatever else the workbook holds; whose it is and about when, wherever that stands."""

import openpyxl
import pytest

from tests.books import Desk, found, only, values

FORMS = {
    "types": """
        number: "01"
        title: {vi: Kết quả theo loại, en: Results by type}
        sheets: [Loại tội phạm]
        rows: [{key: type, header: Loại, members: open}]
        columns: {n: {header: {vi: Số vụ, en: Cases}}, m: {header: Khám phá}}
    """,
    "places": """
        number: "02"
        title: {vi: Kết quả theo đơn vị, en: Results by district}
        rows: [{key: place, header: Đơn vị, members: open}]
        columns: {k: {header: {vi: Số tin, en: Reports}}}
    """,
    "fires": """
        number: "03"
        title: Tình hình cháy nổ
        layout: list
        columns: {fires: {header: Số vụ cháy}, deaths: {header: Số người chết}}
    """,
}
TYPES = [["Loại", "Số vụ", "Khám phá"], ["Trộm", 7, 5], ["Cướp", 3, 2]]
PLACES = [["Đơn vị", "Số tin"], ["Vinh", 11], ["Nam Đàn", 13]]
FIRES = [["Nội dung", "Năm 2024"], ["Số vụ cháy", 4], ["Số người chết", 1]]
WHOLE = {"Biểu 01": TYPES, "Biểu 02": PLACES, "Biểu 03": FIRES}
TELLING = ("error", "warning")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORMS)


def read(result):
    return values(result, "n"), values(result, "k"), values(result, "fires")


ALL = ({"Trộm": 7, "Cướp": 3}, {"Vinh": 11, "Nam Đàn": 13}, {"": 4})


def told(result, *but):
    return [(rule, cell) for _, rule, cell in found(result, severities=TELLING) if rule not in but]


@pytest.mark.parametrize("pattern", [
    "BIEU0{}", "Bieu 0{}", "B0{}", "0{}", "{}", "Biểu {}", "biểu số 0{}", " Biểu 0{} ", "BM0{}", "Form {}",
    "Bieu so {}",
])  # fmt: skip
def test_a_sheets_name_is_known_in_every_way_of_typing_it(desk, pattern):
    sheets = dict(zip((pattern.format(n) for n in (3, 1, 2)), (FIRES, TYPES, PLACES), strict=True))
    result = desk.send(sheets).check()
    assert read(result) == ALL
    assert told(result) == []


def test_a_title_without_marks_far_from_the_corner_is_found(desk):
    far = [[]] * 40 + [[None] * 20 + ["KET QUA THEO DON VI"]] + [[None] * 20 + row for row in PLACES]
    result = desk.send({"Sheet1": far, "Sheet2": [["TÌNH HÌNH CHÁY, NỔ"], *FIRES], "Loai toi pham": TYPES}).check()
    assert read(result) == ALL
    assert told(result) == []


def test_a_contents_page_and_notes_do_not_stand_for_the_forms_that_they_name(desk):
    contents = [["Mục lục"], ["Biểu 01: Kết quả theo loại"], ["Biểu 02: Kết quả theo đơn vị"], ["Biểu 03"]]
    sheets = {"Mục lục": contents, "Ghi chú": [["Kết quả theo đơn vị"], ["xem Biểu 02"]]}
    sheets |= {f"Sheet{i}": [[f"Biểu 0{i}"], *rows] for i, rows in enumerate((TYPES, PLACES, FIRES), 1)}
    result = desk.send(sheets).check()
    assert read(result) == ALL
    assert told(result) == []


def test_an_empty_form_does_not_stand_before_the_one_that_is_filled_in(desk):
    empty = [["Đơn vị", "Số tin"], ["Vinh", None]]
    result = desk.send({**WHOLE, "Biểu 02": empty, "Biểu 02 (2)": PLACES}).check()
    assert read(result) == ALL
    assert told(result) == []


def test_last_years_sheet_beside_this_years_leaves_no_doubt_which_is_meant(desk):
    last = [["Kỳ báo cáo: Năm 2023"], ["Đơn vị", "Số tin"], ["Vinh", 1], ["Nam Đàn", 2]]
    result = desk.send({**WHOLE, "Biểu 02 (2023)": last}).check()
    assert read(result) == ALL
    assert "ambiguous_form" not in {rule for rule, *_ in told(result)}
    assert only(result, "period_conflict")["sheet"] == "Biểu 02 (2023)"


def test_a_copy_of_a_sheet_makes_both_doubtful(desk):
    other = [["Đơn vị", "Số tin"], ["Vinh", 12], ["Nam Đàn", 13]]
    result = desk.send({**WHOLE, "Biểu 02 (2)": other}).check()
    finding = only(result, "ambiguous_form")
    assert finding["severity"] == "error"
    assert "Biểu 02, Biểu 02 (2)" in finding["message"]
    assert values(result, "k") == {}


def test_of_two_sheets_for_a_form_the_hidden_one_is_said_to_be_hidden(desk):
    desk.send({**WHOLE, "Biểu 02 (2)": [["Đơn vị", "Số tin"], ["Vinh", 12], ["Nam Đàn", 13]]})
    path = next(desk.inputs.glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    assert "hidden" not in only(desk.check(), "ambiguous_form")["message"]
    book["Biểu 02 (2)"].sheet_state = "hidden"
    book.save(path)
    assert "(hidden: Biểu 02 (2))" in only(desk.check(), "ambiguous_form")["message"]


def test_a_form_spread_over_two_sheets_is_told_and_not_read_by_half(desk):
    parts = {"Biểu 02": PLACES[:2], "Biểu 02 (tiếp)": [PLACES[0], PLACES[2]]}
    result = desk.send({"Biểu 01": TYPES, "Biểu 03": FIRES, **parts}).check()
    assert only(result, "split_form")["severity"] == "error"
    assert values(result, "k") == {}


def test_a_sheet_that_looks_like_a_form_and_does_not_say_so_is_told(desk):
    result = desk.send({**WHOLE, "Sheet4": [["Đơn vị", "Số tin"], ["Đô Lương", 17]]}).check()
    assert read(result) == ALL
    finding = only(result, "sheet_like_form")
    assert (finding["severity"], finding["sheet"]) == ("warning", "Sheet4")
    assert "Results by district" in finding["message"]


def test_two_forms_on_one_sheet_are_read_one_above_the_other(desk):
    rows = [["Biểu 01: Kết quả theo loại"], *TYPES, [], ["Biểu 02: Kết quả theo đơn vị"], *PLACES]
    result = desk.send({"Tổng hợp": rows, "Biểu 03": FIRES}).check()
    assert read(result) == ALL
    assert told(result) == []


def test_two_forms_on_one_sheet_are_read_side_by_side(desk):
    left = [["Biểu 01"], *TYPES]
    right = [["Biểu 02"], *PLACES]
    rows = [[*(a + [None] * 4)[:4], *b] for a, b in zip(left, right, strict=True)]
    result = desk.send({"Tổng hợp": rows, "Biểu 03": FIRES}).check()
    assert read(result) == ALL
    assert told(result) == []
    assert set(result.observations.loc[result.observations["form"] == "places", "cell"]) == {"F3", "F4"}


def test_two_forms_side_by_side_are_read_where_another_form_is_looked_for_everywhere(desk):
    """The search for a form that nobody sent looks at the sheet a second time."""
    rows = [[*(a + [None] * 4)[:4], *b] for a, b in zip([["Biểu 01"], *TYPES], [["Biểu 02"], *PLACES], strict=True)]
    result = desk.send({"Biểu 01": rows}).check()
    assert read(result)[:2] == ALL[:2]
    assert told(result) == [("missing_form", "")]


def test_the_second_form_of_a_sheet_named_after_the_first_is_read(desk):
    rows = [*TYPES, [], [], *[[]] * 20, ["Kết quả theo đơn vị"], *PLACES]
    result = desk.send({"Biểu 01": [["Biểu 01"], *rows], "Biểu 03": FIRES}).check()
    assert read(result) == ALL


def test_a_second_form_without_its_own_columns_is_missing(desk):
    rows = [["Biểu 01"], ["Biểu 02"], *TYPES]
    result = desk.send({"Tổng hợp": rows, "Biểu 03": FIRES}).check()
    assert values(result, "k") == {}
    assert ("missing_form", "") in told(result)


def test_a_sheet_of_a_bare_number_needs_the_forms_columns(desk):
    result = desk.send({**WHOLE, "Biểu 02": [["x"]], "2": [["ghi chép", 5]]}).check()
    assert values(result, "k") == {}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_that_holds_a_form_is_read_and_told(desk, state):
    desk.send(WHOLE)
    book = openpyxl.load_workbook(desk.inputs / "north.xlsx")
    book["Biểu 02"].sheet_state = state
    book.save(desk.inputs / "north.xlsx")
    result = desk.check()
    assert read(result) == ALL
    assert only(result, "hidden_sheet")["sheet"] == "Biểu 02"


def test_a_hidden_sheet_of_another_province_is_not_said_to_be_read(tmp_path):
    from_nghe_an(tmp_path, {"Biểu 01": own("Nghệ An", TYPES), "Biểu 02": own("Thanh Hóa", PLACES)})
    path = tmp_path / "inputs" / "2024" / "Nghệ An.xlsx"
    book = openpyxl.load_workbook(path)
    book["Biểu 02"].sheet_state = "hidden"
    book.save(path)
    rules = {rule for _, rule, _ in found(Desk(tmp_path).check())}
    assert "other_province" in rules
    assert "hidden_sheet" not in rules


def test_a_title_among_other_words_is_told(desk):
    rows = [["Phụ biểu: Kết quả theo đơn vị do người nước ngoài gây ra"], *PLACES]
    result = desk.send({"Biểu 01": TYPES, "Biểu 03": FIRES, "Sheet3": rows}).check()
    assert told(result) == [("form_guessed", "A1")]
    usual = [["Kết quả theo đơn vị, năm 2024"], *PLACES]
    assert told(desk.send({"Biểu 01": TYPES, "Biểu 03": FIRES, "Sheet3": usual}).check()) == []


# Whose, and about when


PROVINCES = """
    - {id: nghe-an, name: {vi: Nghệ An, en: Nghe An}}
    - {id: thanh-hoa, name: {vi: Thanh Hóa, en: Thanh Hoa}}
"""
FORM = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: N}}}"
TABLE = [["D", "N"], ["A", 1], ["B", 2]]
BELOW = [[], ["Ghi chú: sơ bộ"]]


@pytest.mark.parametrize(("above", "below"), [
    ([["CÔNG AN TỈNH NGHỆ AN"]], []),
    ([["CA Nghệ An"]], []),
    ([["CONG AN TINH NGHE AN"]], []),
    ([["Công an tỉnh", None, None, "Nghệ An"]], []),
    ([["Đơn vị báo cáo: Công an", None, "tỉnh Nghệ An"]], []),
    ([["Đơn vị báo cáo:"], ["Nghệ An"]], []),
    ([["x"]] * 20 + [["Đơn vị báo cáo: Nghệ An"]], []),
    ([], [*BELOW, [None, "CÔNG AN TỈNH NGHỆ AN"]]),
    ([], [*BELOW, ["Nghệ An, ngày 5 tháng 1 năm 2025"]]),
    ([], [*BELOW, ["Nơi nhận:", "Nghệ An, ngày 5 tháng 1 năm 2025"], ["- Công an tỉnh Thanh Hóa"]]),
    ([["Kính gửi: Công an tỉnh Thanh Hóa"], ["CÔNG AN NGHỆ AN"]], []),
])  # fmt: skip
def test_a_province_is_read_wherever_it_stands(tmp_path, above, below):
    clusters = "{name: T, clusters: [{id: c, provinces: [nghe-an]}], forms: [f]}"
    desk = Desk(tmp_path).catalogue(FORM, provinces=PROVINCES, catalogue=clusters)
    result = desk.send([*above, *TABLE, *below], "report.xlsx").check()
    assert result.submissions["province"].tolist() == ["nghe-an"]


def own(province, rows):
    return [[f"Đơn vị báo cáo: Công an tỉnh {province}"], *rows]


def from_nghe_an(tmp_path, sheets, name="Nghệ An.xlsx"):
    provinces = "{name: T, clusters: [{id: c, provinces: [nghe-an, thanh-hoa]}], forms: [types, places, fires]}"
    return Desk(tmp_path).catalogue(FORMS, provinces=PROVINCES, catalogue=provinces).send(sheets, name).check()


@pytest.mark.parametrize("other", ["Biểu 01", "Biểu 02", "Biểu 03"])
def test_a_sheet_of_another_province_is_told_and_not_read(tmp_path, other):
    sheets = {name: own("Thanh Hóa" if name == other else "Nghệ An", rows) for name, rows in WHOLE.items()}
    result = from_nghe_an(tmp_path, sheets)
    finding = only(result, "other_province")
    assert (finding["severity"], finding["sheet"], finding["cell"]) == ("error", other, "A1")
    assert "Thanh Hoa" in finding["message"]
    assert "Nghe An" in finding["message"]
    assert read(result) == tuple({} if name == other else got for name, got in zip(WHOLE, ALL, strict=True))
    assert result.submissions["province"].tolist()[0] == "nghe-an"


def test_where_as_many_sheets_name_each_of_two_provinces_the_files_name_decides(tmp_path):
    sheets = {"Biểu 01": own("Nghệ An", TYPES), "Biểu 02": own("Thanh Hóa", PLACES)}
    result = from_nghe_an(tmp_path, sheets, "bc Nghe An 2024.xlsx")
    assert read(result) == (ALL[0], {}, {})
    assert only(result, "other_province")["sheet"] == "Biểu 02"


def test_a_sheet_of_another_province_beside_the_own_one_leaves_no_choice(tmp_path):
    sheets = {name: own("Nghệ An", rows) for name, rows in WHOLE.items()}
    other = own("Thanh Hóa", [["Đơn vị", "Số tin"], ["Vinh", 12], ["Nam Đàn", 13]])
    result = from_nghe_an(tmp_path, {**sheets, "Biểu 02 (2)": other})
    assert read(result) == ALL
    assert [rule for rule, _ in told(result, "missing_submission")] == ["other_province"]


@pytest.mark.parametrize("line", [
    "Kính gửi: Công an tỉnh Thanh Hóa", "Đơn vị báo cáo: Công an tỉnh Nghệ An (gửi Công an tỉnh Thanh Hóa)",
    "Số liệu để so sánh với Công an tỉnh Thanh Hóa",
])  # fmt: skip
def test_a_sheet_that_names_another_province_beside_its_own_is_read(tmp_path, line):
    result = from_nghe_an(tmp_path, {**WHOLE, "Biểu 02": [[line], *PLACES], "Biểu 01": own("Nghệ An", TYPES)})
    assert read(result) == ALL
    assert told(result, "missing_submission") == []


def test_a_sheet_that_names_two_provinces_as_its_own_is_told_and_not_read(tmp_path):
    places = [["CÔNG AN TỈNH NGHỆ AN"], ["Công an tỉnh Thanh Hóa"], *PLACES]
    result = from_nghe_an(tmp_path, {**WHOLE, "Biểu 01": own("Nghệ An", TYPES), "Biểu 02": places})
    finding = only(result, "several_provinces")
    assert (finding["severity"], finding["sheet"], finding["cell"]) == ("error", "Biểu 02", "A2")
    assert read(result) == (ALL[0], {}, ALL[2])


def test_a_page_that_is_no_form_may_name_another_province(tmp_path):
    sheets = {name: own("Nghệ An", rows) for name, rows in WHOLE.items()}
    result = from_nghe_an(tmp_path, {**sheets, "Danh bạ": [["Công an tỉnh Thanh Hóa"], ["Phòng tham mưu"]]})
    assert read(result) == ALL
    assert told(result, "missing_submission") == []


@pytest.mark.parametrize("name", ["NGHEAN.xlsx", "bc_nghe_an.xlsx", "Bao cao CA NGHE AN.xlsx"])
def test_a_province_is_read_from_a_name_without_marks(tmp_path, name):
    clusters = "{name: T, clusters: [{id: c, provinces: [nghe-an]}], forms: [f]}"
    desk = Desk(tmp_path).catalogue(FORM, provinces=PROVINCES, catalogue=clusters)
    assert desk.send(TABLE, name).check().submissions["province"].tolist() == ["nghe-an"]


SAID = [
    ("2024-Q3", "Kỳ báo cáo: Quý III năm 2024", None),
    ("2024-Q3", "Kỳ báo cáo: Quý 3", None),
    ("2024-Q3", "(Quý III/2024)", None),
    ("2024-Q3", "Kỳ báo cáo: Quý II năm 2024", "period_conflict"),
    ("2024-Q3", "QUÝ II NĂM 2024", "period_conflict"),
    ("2024-Q3", "Kỳ báo cáo: 9 tháng đầu năm 2024", "period_conflict"),
    ("2024-Q3", "Kỳ báo cáo: Quý III năm 2023", "period_conflict"),
    ("2024-Q3", "Kỳ báo cáo: năm 2024", "period_wider"),
    ("2024-Q3", "Kỳ báo cáo: từ 15/6/2024 đến 14/9/2024", "period_window"),
    ("2024-Q3", "Kỳ báo cáo: từ 01/01/2024 đến 30/6/2024", "period_conflict"),
    ("2024-H1", "6 tháng đầu năm 2024", None),
    ("2024-H1", "Kỳ báo cáo: 6 tháng năm 2024", None),
    ("2024-H1", "Kỳ báo cáo: 6 tháng cuối năm 2024", "period_conflict"),
    ("2024-9M", "9 tháng năm 2024", None),
    ("2024-11", "Tháng 11/2024", None),
    ("2024-11", "Kỳ báo cáo: tháng 10 năm 2024", "period_conflict"),
    ("2024", "Kỳ báo cáo: từ 15/11/2023 đến 14/11/2024", "period_window"),
    ("2024", "(Từ ngày 15 tháng 12 năm 2023 đến ngày 14 tháng 12 năm 2024)", "period_window"),
    ("2024", "Kỳ báo cáo: từ 15/12/2022 đến 14/12/2023", "period_conflict"),
    ("2024", "Kỳ báo cáo: 6 tháng đầu năm 2024", "period_span"),
    ("2024", "Kỳ báo cáo: 11 tháng năm 2024", "period_span"),
    ("2024", "Kỳ báo cáo: 12 tháng năm 2024", None),
    ("2024", "Kỳ báo cáo: năm 2024 (số liệu đến hết tháng 11)", "as_of_early"),
    ("2024", "Kỳ báo cáo: từ tháng 1 đến tháng 11 năm 2024", "period_span"),
    ("2024", "BÁO CÁO SỐ LIỆU 11 THÁNG NĂM 2024", "period_in_text"),
    ("2024-11M", "Kỳ báo cáo: 11 tháng năm 2024", None),
    ("2024", "Quý IV", "period_span"),
    ("2024", "(6 tháng đầu năm)", "period_span"),
    ("2024-Q3", "Quý IV", "period_conflict"),
    ("2024-Q3", "Quý III", None),
    ("2024", "Ngày 15 tháng 1 năm 2025", "period_assumed"),
    ("2024", "Giai đoạn 2021 - 2025", "period_assumed"),
    ("2024", "Số liệu năm 2023", "period_in_text"),
    ("2024", "BÁO CÁO SƠ KẾT 6 THÁNG ĐẦU NĂM 2024", "period_in_text"),
    ("2024", "Thống kê tháng 5/2024", "period_in_text"),
    ("2024", "Tổng kết năm 2024 so với năm 2023", "period_assumed"),
    ("2024", "Ban hành theo Thông tư số 43 năm 2023", "period_assumed"),
    ("2024", "Tăng so với cùng kỳ năm 2023", "period_assumed"),
]  # fmt: skip


@pytest.mark.parametrize(("period", "line", "rule"), SAID)
def test_a_stated_period_is_compared_with_the_folders(tmp_path, period, line, rule):
    result = Desk(tmp_path, period).catalogue(FORM).send({"F": [[line], *TABLE]}).check()
    assert [f[1] for f in found(result, but=())] == ([rule] if rule else [])
    assert (values(result) == {}) == (rule == "period_conflict")


@pytest.mark.parametrize("lines", [
    [["Kỳ báo cáo:", None, "Quý II năm 2024"]], [["Kỳ báo cáo"], ["Quý II năm 2024"]],
    [["Năm", 2024], ["Kỳ báo cáo: Quý II"]], [["x"]] * 20 + [["Kỳ báo cáo: Quý II năm 2024"]],
])  # fmt: skip
def test_a_period_is_read_beside_and_below_its_word_and_far_down(tmp_path, lines):
    result = Desk(tmp_path, "2024-Q3").catalogue(FORM).send({"F": [*lines, *TABLE]}).check()
    assert only(result, "period_conflict")["value"] == "2024-Q2"


@pytest.mark.parametrize(("lines", "told"), [
    (["Kỳ báo cáo: năm 2024", "9 tháng năm 2024"], True), (["Quý IV năm 2024", "Kỳ báo cáo: năm 2024"], True),
    (["Kỳ báo cáo: năm 2024", "Từ 15/11/2023 đến 14/11/2024"], False),
    (["Kỳ báo cáo: năm 2024 (6 tháng cuối năm tăng)"], False),
])  # fmt: skip
def test_two_lines_that_contradict_each_other_about_the_period_are_a_doubt(tmp_path, lines, told):
    result = Desk(tmp_path).catalogue(FORM).send({"F": [*([line] for line in lines), *TABLE]}).check()
    assert ("period_span" in set(result.findings["rule"])) == told
    assert values(result) != {}


def test_a_line_below_the_figures_contradicts_nothing(tmp_path):
    rows = [["Kỳ báo cáo: năm 2024"], *TABLE, ["9 tháng năm 2024"]]
    result = Desk(tmp_path).catalogue(FORM).send({"F": rows}).check()
    assert "period_span" not in set(result.findings["rule"])


def test_a_period_in_a_forms_title_counts_where_no_other_line_states_one(tmp_path):
    form = FORM.replace("title: F", "title: Crimes by district")
    desk = Desk(tmp_path).catalogue(form)
    assert (
        only(desk.send({"S": [["Crimes by district, year 2023"], *TABLE]}).check(), "period_conflict")["cell"] == "A1"
    )
    stated = [["Crimes by district, as in year 2023"], ["Kỳ báo cáo: năm 2024"], *TABLE]
    assert "period_conflict" not in set(desk.send({"S": stated}).check().findings["rule"])


@pytest.mark.parametrize(
    ("period", "title", "rule"),
    [
        ("2024", "Crimes by district, quý IV", "period_span"),
        ("2024", "Crimes by district 9 tháng", "period_span"),
        ("2024-Q3", "Crimes by district, quý III", None),
        ("2024-Q3", "Crimes by district, quý IV", "period_conflict"),
    ],
)
def test_a_part_of_the_year_in_a_title_counts_without_its_year(tmp_path, period, title, rule):
    desk = Desk(tmp_path, period).catalogue(FORM.replace("title: F", "title: Crimes by district"))
    result = desk.send({"F": [[title], *TABLE]}).check()
    assert [f[1] for f in found(result, but=())] == ([rule] if rule else [])


def test_a_part_of_the_year_that_the_form_itself_is_called_by_says_nothing(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM.replace("title: F", "title: Crimes of 6 tháng"))
    assert [f[1] for f in found(desk.send({"S": [["Crimes of 6 tháng"], *TABLE]}).check(), but=())] == [
        "period_assumed"
    ]


def test_a_line_with_a_months_name_among_figures_is_a_heading_and_no_period(tmp_path):
    rows = [*TABLE, ["Tháng 5"]]
    assert [f[1] for f in found(Desk(tmp_path).catalogue(FORM).send({"F": rows}).check(), but=())] != ["period_span"]


@pytest.mark.parametrize(
    ("period", "name", "rule"),
    [
        ("2024", "north quy IV.xlsx", "period_in_name"),
        ("2024", "north quy IV nam 2024.xlsx", "period_in_name"),
        ("2024", "north_9_thang_2024.xlsx", "period_in_name"),
        ("2024-Q3", "north quy III.xlsx", "period_assumed"),
        ("2024", "north 2024.xlsx", None),
    ],
)
def test_a_part_of_the_year_in_a_files_name_is_a_doubt_where_the_workbook_says_nothing(tmp_path, period, name, rule):
    desk = Desk(tmp_path, period).catalogue(FORM)
    result = desk.send({"F": TABLE}, name=name).check()
    assert [f[1] for f in found(result, but=())] == ([rule] if rule else [])


# Language


@pytest.mark.parametrize(("rows", "lang"), [
    (TYPES, "vi"), ([["Results by type"], ["Loại", "Cases", "Khám phá"], ["Trộm", 7, 5]], "en"),
    ([["Loại", "x", "Khám phá"], ["Trộm", 7, 5]], ""),
])  # fmt: skip
def test_the_language_of_a_submission_is_that_of_its_headers(desk, rows, lang):
    from pipeline.catalogue import load_catalogue
    from pipeline.ingest.language import language_of
    from pipeline.ingest.reader import Sheet
    from pipeline.ingest.vocabulary import Vocabulary
    from pipeline.periods import Period

    vocabulary = Vocabulary(load_catalogue(desk.folder / "schemas"), Period.parse("2024"))
    assert language_of({"types": Sheet("S", hidden=False, rows=rows)}, vocabulary) == lang


def test_a_table_that_goes_on_beside_itself_is_told_with_the_column(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}}"
    desk.catalogue(form).send([["District", "Cases", "", "District", "Cases"], ["A", 1, "", "C", 10]])
    assert found(desk.check()) == [("error", "table_beside_itself", "D1")]


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([["District", "Cases"], ["A", 1, "", "District", "Cases"], ["B", 2, "", "C", 10]], "D2"),
        ([["District", "Cases", "", "District", "Cases"], ["A", 1, "", "C", 2], ["District", "Cases"], ["B", 3]], "D1"),
        ([["", "", "", "District", "Cases"], ["District", "Cases", "", "B", 2], ["A", 1, "", "C", 10]], "D1"),
    ],
    ids=["a row lower", "with a page's header", "a row higher"],
)
def test_a_table_that_goes_on_beside_itself_in_another_row_is_told_too(desk, rows, cell):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}}"
    assert found(desk.catalogue(form).send(rows).check()) == [("error", "table_beside_itself", cell)]


def test_a_table_with_the_forms_rows_beside_it_is_another_table(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}, m: {}}"
    rows = [["District", "Cases", "m", "", "District", "Cases"], ["A", 1, 3, "", "A", 0.5], ["B", 2, 4, "", "B", 0.5]]
    result = desk.catalogue(form).send(rows).check()
    assert "table_beside_itself" not in {rule for _, rule, _ in found(result)}


def test_a_hidden_copy_of_which_no_one_knows_if_it_is_the_form_is_not_said_to_be_read(desk):
    form = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}}"
    rows = [["District", "Cases"], ["A", 1]]
    desk.catalogue(form).send({"F": rows, "F (draft)": [["F", ""], *rows]})
    path = desk.inputs / "north.xlsx"
    book = openpyxl.load_workbook(path)
    book["F (draft)"].sheet_state = "hidden"
    book.save(path)
    rules = {rule for _, rule, _ in found(desk.check())}
    assert "ambiguous_form" in rules
    assert "hidden_sheet" not in rules


def test_a_form_beside_the_one_that_the_sheet_is_named_after_is_read_too(tmp_path):
    rows = "rows: [{key: d, header: District, members: open}]"
    forms = {n: f"title: {t}\n{rows}\ncolumns: {{{n}: {{header: Cases}}}}" for n, t in (("f", "Crime"), ("g", "Drugs"))}
    blank = ["", "", "", ""]
    sheet = [["", "", *blank, "Drugs", ""], ["District", "Cases", *blank, "District", "Cases"]]
    sheet += [["A", 1, *blank, "A", 10], ["B", 2, *blank, "B", 20]]
    result = Desk(tmp_path).catalogue(forms).send({"Crime": sheet}).check()
    assert (values(result, "f"), values(result, "g")) == ({"A": 1, "B": 2}, {"A": 10, "B": 20})
