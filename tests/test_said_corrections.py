"""A figure that is corrected in words beside the table is told with its cell: no number is changed by it in silence."""

import openpyxl
import pytest
from openpyxl.comments import Comment

from pipeline.catalogue import load_catalogue
from pipeline.ingest.said_corrections import SaidCorrections
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from tests.books import Desk, found, only, values

FORM = """
title: Cases
sheets: [F]
rows: [{key: district, header: Đơn vị, members: open}]
columns: {n: {header: Số vụ, kind: count, unit: vụ}}
"""
ROWS = [["Đơn vị", "Số vụ"], ["A", 150], ["B", 50]]
SAID = "Đính chính: số vụ của huyện A là 160 vụ, không phải 150"


@pytest.fixture(scope="module")
def said(repo):
    return SaidCorrections(Vocabulary(load_catalogue(repo / "schemas"), Period.parse("2024")))


@pytest.mark.parametrize(
    "text",
    [
        SAID, "ĐÍNH CHÍNH số vụ của huyện A là 160", "* Đính chính: huyện A nhầm với huyện B",
        "Sửa lại: huyện A 160 vụ",
        "Ghi chú: xin đính chính số vụ huyện A là 1.160", "Số liệu đúng là 160", "(số đúng là: 160 vụ)",
        "Số liệu đúng của huyện A: 160", "Huyện A: 160 chứ không phải 150", "Huyện A ghi nhầm 150 thành 160",
        "Huyện A 160 vụ thay vì 150 vụ", "Correction: A is 160", "A should read 160", "Erratum - A: 160, not 150",
        "Người lập:\nđã sửa thành 160", "Đính chính năm 2024: 160",
    ],
)  # fmt: skip
def test_words_that_correct_a_figure_are_known(said, text):
    assert said.corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "Biểu này thay cho Biểu 02 cũ, ngày 15/11/2024", "BÁO CÁO (đính chính lần 2)", "Đính chính lần 2 năm 2024",
        "ĐÍNH CHÍNH BÁO CÁO NĂM 2024", "Đính chính báo cáo tháng 12/2024 (công văn số 123/CAT-PV01)", "Đính chính",
        "Số liệu đúng hạn: 95", "Không có số liệu thì ghi -, không phải 0", "Sửa đổi, bổ sung Thông tư 20 năm 2022",
        "Lưu ý: ghi số liệu đúng kỳ 12 tháng", "Người lập biểu: 1", "Số vụ phát hiện: 160", "Kỳ báo cáo: năm 2024",
        "Corrections department: 12", "Không phải nộp: 12",
    ],
)  # fmt: skip
def test_titles_versions_and_instructions_correct_no_figure(said, text):
    assert not said.corrects(text)


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([[SAID], *ROWS], "A1"),
        ([*ROWS, [SAID]], "A4"),
        ([*ROWS, [], [None, None, SAID]], "C5"),
        ([ROWS[0], [*ROWS[1], None, SAID], ROWS[2]], "D2"),
    ],
)
def test_a_correction_anywhere_in_the_sheet_is_told_at_its_cell(tmp_path, rows, cell):
    result = Desk(tmp_path).catalogue(FORM).send(rows).check()
    told = only(result, "correction_said")
    assert (told["severity"], told["cell"], told["form"], told["value"]) == ("warning", cell, "f", SAID)
    assert "corrections.csv" in told["message"]
    assert values(result) == {"A": 150, "B": 50}


def test_a_correction_with_personal_data_is_told_and_not_quoted(tmp_path):
    rows = [*ROWS, [], ["Đính chính: huyện A là 160 (đ/c Nam, 0912345678)"]]
    told = only(Desk(tmp_path).catalogue(FORM).send(rows).check(), "correction_said")
    assert "0912345678" not in told["message"]
    assert told["value"] == "***"


def test_a_correction_in_a_comment_is_told_and_what_we_wrote_in_one_is_not(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send([*ROWS, [], [SAID]])
    desk.consolidate()
    [copy] = (tmp_path / "outputs" / "2024" / "returns").glob("north*.xlsx")
    book = openpyxl.load_workbook(copy)
    assert SAID in book["F"]["A5"].comment.text
    book["F"]["A5"].value = None
    book["F"]["B2"].comment = Comment("Cán bộ:\nsố đúng là 160", "x")
    (desk.inputs / "north.xlsx").unlink()
    book.save(desk.inputs / "north mended.xlsx")
    result = desk.check()
    told = only(result, "correction_said")
    assert (told["cell"], told["severity"]) == ("B2", "warning")
    assert "note" in told["message"].lower()
    assert [f for f in found(result) if f[0] == "error"] == []
