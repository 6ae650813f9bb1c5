"""Words that say of figures that they are not final are told with their cell; the figures stay."""

import openpyxl
import pytest
from openpyxl.comments import Comment

from pipeline.ingest.parts import SheetScan
from pipeline.ingest.reader import Sheet
from pipeline.ingest.spoken import said_in
from tests.books import Desk, found, only, values
from tests.test_said_corrections import FORM, ROWS


@pytest.mark.parametrize(("rows", "cell"), [
    ([["CASES (số liệu tạm tính)"], *ROWS], "A1"),
    ([["Kỳ báo cáo: Ước cả năm 2024"], *ROWS], "A1"),
    ([*ROWS, ["C (số liệu tạm tính)", 5]], "A4"),
    ([*ROWS, ["Ghi chú: số liệu sơ bộ, chưa chính thức"]], "A4"),
    ([*ROWS, ["Note: preliminary figures"]], "A4"),
])  # fmt: skip
def test_words_of_figures_that_are_not_final_are_told_with_their_cell(tmp_path, rows, cell):
    result = Desk(tmp_path).catalogue(FORM).send({"F": rows}).check()
    finding = only(result, "provisional_said")
    assert (finding["severity"], finding["cell"], values(result)["A"]) == ("warning", cell, 150)


@pytest.mark.parametrize("text", [
    "Ghi chú: số liệu chính thức, thay số liệu sơ bộ", "Ghi chú: không lấy số liệu tạm tính", "Số tạm giữ",
    "Ghi chú: điều tra sơ bộ", "Ghi chú: thiệt hại ước tính", "Note: these figures replace provisional figures",
])  # fmt: skip
def test_other_words_are_no_doubt(tmp_path, text):
    result = Desk(tmp_path).catalogue(FORM).send({"F": [[text], *ROWS]}).check()
    assert "provisional_said" not in set(result.findings["rule"])


def test_a_comment_says_so_too_and_a_header_in_brackets_is_told_once(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send({"F": [["Đơn vị", "Số vụ (tạm tính)"], *ROWS[1:]]})
    assert found(desk.check()) == [("warning", "header_remark", "B1")]
    path = desk.send({"F": ROWS}).inputs / "north.xlsx"
    book = openpyxl.load_workbook(path)
    book["F"]["B2"].comment = Comment("Số liệu tạm tính", "x")
    book.save(path)
    assert found(desk.check()) == [("warning", "provisional_said", "B2")]


def test_each_box_is_told_and_of_a_cells_notes_the_first():
    beside = [("", "one x"), ("", "two x"), ("B2", "none"), ("B2", "three x"), ("B2", "four x")]
    sheet = Sheet("F", hidden=False, rows=[["five x", 6]], scan=SheetScan(beside=beside))
    assert list(said_in(sheet, lambda text: text.endswith("x"))) == [
        ("A1", "five x", "cell"), ("", "one x", "box"), ("", "two x", "box"), ("B2", "three x", "note"),
    ]  # fmt: skip
