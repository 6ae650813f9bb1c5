"""What goes back to the provinces: marked copies and lists."""

import os

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

from pipeline.columns import FINDINGS
from pipeline.report.returns import write_returns
from tests.books import Desk


def finding(file, cell="", severity="error", rule="not_a_number", **more):
    texts = {
        "sheet": "Biểu 01" if cell else "",
        "value": "abc",
        "expected": "một số",
        "message": f"Sửa {cell or file}",
    }
    return {"severity": severity, "rule": rule, "file": file, "cell": cell, "province": "", "form": ""} | texts | more


def frame(*findings):
    return pd.DataFrame(findings, columns=FINDINGS)


@pytest.fixture
def sent(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Biểu 01"
    sheet["A1"], sheet["B2"], sheet["B3"], sheet["B4"] = "Tiêu đề", "abc", 5, "=B3*2"
    sheet.merge_cells("D1:E2")
    sheet["B3"].comment = Comment("của tỉnh", "tỉnh")
    workbook.create_sheet("Cần sửa")
    path = tmp_path / "nghe-an.xlsx"
    workbook.save(path)
    return path


def returned(findings, sources, folder, lang="vi"):
    return {
        path.name: openpyxl.load_workbook(path)
        for path in write_returns(findings, sources, folder, dict.fromkeys(sources, lang))
    }


def colour(cell):
    return cell.fill.start_color.rgb[2:] if cell.fill.fill_type else None


def column(sheet, number):
    return [cell.value for cell in next(sheet.iter_cols(number, number, 6))]


def test_a_doubtful_cell_is_coloured_and_explained(sent, tmp_path):
    findings = frame(
        finding("nghe-an.xlsx", "B2"),
        finding("nghe-an.xlsx", "B3", "warning"),
        finding("nghe-an.xlsx", "A1", "info"),
    )
    workbook = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out")["nghe-an.xlsx"]
    sheet = workbook["Biểu 01"]
    assert [colour(sheet[cell]) for cell in ("B2", "B3", "A1")] == ["F8CBAD", "FFF2CC", None]
    assert sheet["B2"].comment.text.replace("\u200b", "") == "Lỗi: Sửa B2"
    assert sheet["B3"].comment.text.replace("\u200b", "") == "của tỉnh\n\nCảnh báo: Sửa B3"
    assert sheet["A1"].comment is None


def test_what_the_province_wrote_is_still_there(sent, tmp_path):
    sheet = returned(frame(finding("nghe-an.xlsx", "B2")), {"nghe-an.xlsx": sent}, tmp_path / "o")["nghe-an.xlsx"][
        "Biểu 01"
    ]
    assert [sheet[cell].value for cell in ("A1", "B2", "B3", "B4")] == ["Tiêu đề", "abc", 5, "=B3*2"]


def test_the_first_sheet_lists_the_findings_worst_first_and_leads_to_the_cells(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "A1", "info"), finding("nghe-an.xlsx", "B2"))
    workbook = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out")["nghe-an.xlsx"]
    assert workbook.sheetnames == ["Cần sửa 2", "Biểu 01", "Cần sửa"]
    listed = workbook.worksheets[0]
    assert column(listed, 1) == ["Lỗi", "Ghi nhận"]
    assert listed["C6"].hyperlink.location == "'Biểu 01'!B2"


def test_a_mark_inside_a_merged_range_goes_to_its_first_cell(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "E2"))
    sheet = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out")["nghe-an.xlsx"]["Biểu 01"]
    assert sheet["D1"].comment.text.replace("\u200b", "") == "Lỗi: Sửa E2"


def test_two_findings_of_a_cell_share_its_note_and_the_worse_one_colours_it(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "B2", "warning", message="xem lại"), finding("nghe-an.xlsx", "B2"))
    sheet = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out")["nghe-an.xlsx"]["Biểu 01"]
    assert colour(sheet["B2"]) == "F8CBAD"
    assert sheet["B2"].comment.text.replace("\u200b", "") == "Lỗi: Sửa B2\n\nCảnh báo: xem lại"


def test_names_as_long_as_file_systems_allow_keep_nothing_from_being_written(tmp_path):
    desk = Desk(tmp_path).catalogue("title: F\nrows: [{key: d, header: D, members: open}]\ncolumns: {n: {header: N}}")
    desk.send([["D", "N"], ["A", 1]])
    long = ["n" * 251 + ".xls", "North " + "\u1ed9" * 80 + ".xlsx", "North " + "\u1ed9" * 80 + ".xlsm"]
    for name in [*(name.encode() for name in long), b"\xd0" * 70 + b".xlsx"]:
        (desk.inputs / os.fsdecode(name)).write_bytes(b"x")
    result = desk.consolidate()
    assert result.submissions["file"].nunique() == 5
    assert len(list((tmp_path / "outputs" / "2024" / "returns").iterdir())) == 5


@pytest.mark.parametrize("rule", ["personal_data", "personal_data_in_name", "unreadable_file"])
def test_personal_data_and_unreadable_files_get_a_list_only(sent, tmp_path, rule):
    findings = frame(finding("nghe-an.xlsx", "B2"), finding("nghe-an.xlsx", rule=rule))
    workbook = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out")["nghe-an.xlsx"]
    assert workbook.sheetnames == ["Cần sửa"]
    assert "chỉ là danh sách" in workbook.worksheets[0]["A3"].value


def test_a_format_that_cannot_be_marked_gets_a_list_in_xlsx(sent, tmp_path):
    workbooks = returned(frame(finding("ha-tinh.ods", "B2")), {"ha-tinh.ods": sent}, tmp_path / "out")
    assert workbooks["ha-tinh.xlsx"].sheetnames == ["Cần sửa"]


def test_a_finding_without_a_cell_leads_to_its_sheet_and_a_missing_form_says_that_there_is_none(sent, tmp_path):
    findings = frame(finding(sent.name, "", rule="missing_header"), finding(sent.name, "", rule="missing_form"))
    findings.loc[findings["rule"] == "missing_header", "sheet"] = "Biểu 01"
    listed = returned(findings, {sent.name: sent}, tmp_path / "out", "en")[sent.name].worksheets[0]
    assert [listed["B6"].hyperlink.location, listed["B7"].hyperlink] == ["'Biểu 01'!A1", None]
    assert listed["B7"].value == "(there is no such sheet)"


def test_a_file_that_is_no_workbook_gets_a_list_that_says_so(tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    sheet = returned(frame(finding("broken.xlsx", "B2")), {"broken.xlsx": broken}, tmp_path / "out")[
        "broken.xlsx"
    ].worksheets[0]
    assert "Không đánh dấu được" in sheet["A4"].value
    assert column(sheet, 6) == ["Sửa B2"]


def test_two_files_with_one_stem_do_not_overwrite_each_other(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "B2"), finding("nghe-an.xls", "B2"))
    names = set(returned(findings, {"nghe-an.xlsx": sent, "nghe-an.xls": sent}, tmp_path / "out"))
    assert names == {"nghe-an.xlsx.xlsx", "nghe-an.xls.xlsx"}


def test_a_text_never_becomes_a_formula(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "B2", value="=1+1", message='=HYPERLINK("x")', expected="a\x00b"))
    sheet = returned(findings, {"nghe-an.xlsx": sent}, tmp_path / "out", "en")["nghe-an.xlsx"].worksheets[0]
    assert [(sheet[cell].value, sheet[cell].data_type) for cell in ("D6", "F6")] == [
        ("=1+1", "s"),
        ('=HYPERLINK("x")', "s"),
    ]
    assert sheet["E6"].value == "a b"


def test_a_file_without_findings_gets_nothing(sent, tmp_path):
    assert returned(frame(), {"nghe-an.xlsx": sent}, tmp_path / "out") == {}
    assert returned(frame(finding("")), {"nghe-an.xlsx": sent}, tmp_path / "out") == {}


def test_the_same_findings_give_the_same_bytes(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "B2"), finding("ha-tinh.xls"))
    for name in ("one", "two"):
        write_returns(
            findings,
            {"nghe-an.xlsx": sent, "ha-tinh.xls": sent},
            tmp_path / name,
            {"nghe-an.xlsx": "vi", "ha-tinh.xls": "vi"},
        )
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_only_a_submission_is_sent_back(sent, tmp_path):
    assert returned(frame(finding("corrections.csv")), {"nghe-an.xlsx": sent}, tmp_path / "out") == {}


def test_what_is_wrong_with_corrections_is_not_sent_to_the_province(sent, tmp_path):
    findings = frame(finding("nghe-an.xlsx", "B2", "warning", rule="correction_stale"))
    assert write_returns(findings, {"nghe-an.xlsx": sent}, tmp_path / "out", {"nghe-an.xlsx": "vi"}) == []


def test_what_a_province_writes_into_a_note_stays_when_the_copy_is_marked_anew(sent, tmp_path):
    findings = frame(finding(sent.name, "B2"), finding(sent.name, "B3"))
    (first,) = write_returns(findings, {sent.name: sent}, tmp_path / "one", {sent.name: "vi"})
    book = openpyxl.load_workbook(first)
    for cell in ("B2", "B3"):
        note = book["Biểu 01"][cell].comment
        book["Biểu 01"][cell].comment = Comment(f"{note.text}\nđã xem lại", "Unknown Author")  # as LibreOffice has it
    book.save(first)
    again = frame(
        finding(sent.name, "B3", message="vẫn sai"), finding(sent.name, severity="info", rule="returned_list")
    )
    again.loc[again["rule"] == "returned_list", "sheet"] = "Cần sửa 2"
    (second,) = write_returns(again, {sent.name: first}, tmp_path / "two", {sent.name: "vi"})
    sheet = openpyxl.load_workbook(second)["Biểu 01"]
    assert sheet["B2"].comment.text.replace("\u200b", "").strip() == "đã xem lại"
    assert sheet["B3"].comment.text.replace("\u200b", "") == "của tỉnh\nđã xem lại\n\nLỗi: vẫn sai"
    assert (colour(sheet["B2"]), colour(sheet["B3"])) == (None, "F8CBAD")
