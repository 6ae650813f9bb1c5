"""From a file to its cells: which files, whose, about when, and that every number leads back to its cell."""

import zipfile

import openpyxl
import pytest

from pipeline.ingest.files import find_workbooks, take_snapshot
from pipeline.ingest.limits import Limits
from pipeline.ingest.reader import UnreadableError, shortest
from pipeline.ingest.scan import scan_book
from pipeline.periods import Period
from tests.books import Desk, Formatted, found, only, values, write_book

OPEN = "{title: F, rows: [{key: district, header: District, members: open}], columns: {n: {header: Cases}}}"
TABLE = [["District", "Cases"], ["A", 1]]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_every_observation_of_the_samples_leads_to_the_cell_that_says_it(consolidated, samples):
    observations = consolidated.consolidation.observations
    for name, own in observations.groupby("file"):
        book = openpyxl.load_workbook(samples / name, data_only=True)
        for row in own.itertuples():
            value = book[row.sheet][row.cell].value
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            assert shortest("" if number is None else number) == row.raw, (name, row.sheet, row.cell)


def test_a_number_is_observed_once(consolidated):
    key = ["province", "form", "row", "measure", "period"]
    assert not consolidated.consolidation.observations.duplicated(key).any()
    assert not consolidated.consolidation.observations.duplicated(["file", "sheet", "cell"]).any()


def test_workbooks_are_found_by_the_end_of_their_name_whatever_its_case(tmp_path):
    folder = tmp_path / "2024"
    folder.mkdir()
    for name in ("b.XLSX", "a.xls", "c.xlsm", "d.xlsb", "e.Ods", "~$a.xlsx", ".a.xlsx", "f.csv", "g.xlsx.bak", "xlsx"):
        (folder / name).touch()
    found_names = [path.name for path in find_workbooks(tmp_path, Period.parse("2024"))]
    assert found_names == ["a.xls", "b.XLSX", "c.xlsm", "d.xlsb", "e.Ods"]
    assert find_workbooks(tmp_path, Period.parse("2023")) == []


PROVINCES = """
    - {id: thanh-hoa, code: "38", name: {vi: Thanh Hóa, en: Thanh Hoa}, also: [CAT Thanh Hóa]}
    - {id: ninh-binh, code: "37", name: {vi: Ninh Bình, en: Ninh Binh}, to: 2024-12-31}
    - {id: ninh-binh-2025, code: "37", name: {vi: Ninh Bình, en: Ninh Binh}, from: 2025-01-01}
"""
CLUSTERS = "{name: T, clusters: [{id: c, provinces: [thanh-hoa]}], forms: [f]}"


@pytest.mark.parametrize(("name", "lines"), [
    ("report.xlsx", [["Đơn vị báo cáo: Công an tỉnh Thanh Hóa"]]),
    ("report.xlsx", [["ĐƠN VỊ BÁO CÁO", "THANH HOÁ"]]),
    ("report.xlsx", [["CÔNG AN TỈNH THANH HO\u0301A"]]),
    ("report.xlsx", [["BỘ CÔNG AN"], ["Công an tỉnh  Thanh Hoá", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]]),
    ("Thanh Hóa.xlsx", []),
    ("bc_THANHHOA_thanh-hoa_2024.xlsx", []),
    ("Thanh Ho\u0301a 2024.xlsx", []),
    ("bao cao Thanh Hoa nam 2024.xlsx", []),
])  # fmt: skip
def test_a_province_is_known_by_the_workbooks_text_else_by_its_name(desk, name, lines):
    result = desk.catalogue(OPEN, provinces=PROVINCES, catalogue=CLUSTERS).send([*lines, *TABLE], name).check()
    assert result.submissions["province"].tolist() == ["thanh-hoa"]


def test_a_name_that_two_provinces_bore_is_that_of_the_periods_last_day(tmp_path):
    clusters = """
        name: T
        clusters:
          - {id: c, to: 2024-12-31, provinces: [ninh-binh]}
          - {id: d, from: 2025-01-01, provinces: [ninh-binh-2025]}
        forms: [f]
    """
    for period, province in {"2024": "ninh-binh", "2025-03": "ninh-binh-2025"}.items():
        desk = Desk(tmp_path / period, period).catalogue(OPEN, provinces=PROVINCES, catalogue=clusters)
        result = desk.send(TABLE, "Ninh Bình.xlsx").check()
        assert result.submissions["province"].tolist() == [province]


@pytest.mark.parametrize(("line", "rule"), [
    ("Kỳ báo cáo: năm 2024", None), ("Kỳ báo cáo: Cả năm 2024", None), ("Kỳ báo cáo: năm 2022", "period_conflict"),
    ("nothing about it", "period_assumed"), ("Kỳ báo cáo: từ 15/12/2023 đến 14/12/2024", "period_window"),
])  # fmt: skip
def test_a_period_is_read_from_the_workbook_and_a_conflict_is_found(desk, line, rule):
    result = desk.catalogue(OPEN).send([[line], *TABLE]).check()
    assert [f[1] for f in found(result, but=())] == ([rule] if rule else [])


def test_a_year_in_the_files_name_is_a_period_too(desk):
    assert found(desk.catalogue(OPEN).send(TABLE, "north 2024.xlsx").check(), but=()) == []


def test_a_hidden_sheet_with_a_form_is_read_and_told(desk):
    write_book(desk.inputs / "north.xlsx", {"F": TABLE, "Other": [["x"]]})
    book = openpyxl.load_workbook(desk.inputs / "north.xlsx")
    book["F"].sheet_state = "hidden"
    book.active = book["Other"]
    book.save(desk.inputs / "north.xlsx")
    result = desk.catalogue(OPEN).check()
    assert values(result) == {"A": 1}
    assert only(result, "hidden_sheet")["severity"] == "info"
    assert only(result, "sheet_without_form")["sheet"] == "Other"


def test_notes_and_signatures_end_the_table_and_numbers_below_them_are_told(desk):
    rows = [*TABLE, ["B", 2], ["* as of 31/12", None], ["Người lập biểu", None], ["C", 3]]
    result = desk.catalogue(OPEN).send(rows).check()
    assert values(result) == {"A": 1, "B": 2}
    assert found(result) == [("warning", "row_after_table", "A6")]


def test_a_header_repeated_on_a_new_page_is_no_row(desk):
    result = desk.catalogue(OPEN).send([*TABLE, ["District", "Cases"], ["B", 2]]).check()
    assert values(result) == {"A": 1, "B": 2}
    assert found(result) == []


def test_what_the_xml_alone_tells_of_cells(tmp_path):
    rows = [["#DIV/0!", "=1+1", Formatted(0.5, "0.0%"), Formatted(3, '0.0"%"'), "text", 5]]
    scan = scan_book(write_book(tmp_path / "b.xlsx", {"S": rows}).read_bytes(), Limits()).sheets["S"]
    assert scan.errors == {(0, 0): "#DIV/0!"}
    assert scan.valueless == {(0, 1)}
    assert (0, 2) in scan.percents
    assert (scan.last_row, scan.last_column) == (0, 5)


def test_a_percent_sign_that_is_only_shown_scales_nothing(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns: {n: {header: N}, m: {header: M}, rate: {header: Rate, kind: percent, equals: m / n}}
    """
    rows = [["D", "N", "M", "Rate"], ["A", 10, 5, Formatted(50, '0.0"%"')], ["B", 10, 9, Formatted(90, r"0.0\%")]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result, "rate") == {"A": 0.5, "B": 0.9}
    assert found(result) == []


@pytest.mark.parametrize(("part", "content", "reason"), [
    ("xl/worksheets/sheet1.xml", b"<!DOCTYPE x><worksheet/>", "reader.doctype"),
    ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", "reader.damaged"),
    ("xl/worksheets/sheet1.xml", b"0" * 12_000_000, "reader.bomb"),
    ("xl/worksheets/sheet1.xml",
     b'<worksheet><sheetData><c r="XFD1048576"><v>1</v></c></sheetData></worksheet>', "reader.far_cell"),
    ("xl/workbook.xml", b"not xml", "reader.damaged"),
])  # fmt: skip
def test_an_archive_that_no_office_program_writes_is_refused(tmp_path, part, content, reason):
    whole = write_book(tmp_path / "whole.xlsx", {"F": TABLE})
    path = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    with pytest.raises(UnreadableError) as caught:
        scan_book(take_snapshot(path).content, Limits())
    assert caught.value.reason == reason
