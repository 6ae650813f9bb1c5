"""What is wrong with a workbook is a finding with its place; the rest is consolidated; nothing ends in a traceback."""

import itertools
import json
import shutil
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from tests.books import Desk, copy_samples, found, only, status_of, write_book

BOOK = "ninh-binh-2024.xlsx"
BY_TYPE, BY_DISTRICT, FIRE, TRAFFIC = "1. TTXH theo loại", "2. TTXH theo huyện", "4. PCCC", "3. TNGT"
CASES = "Số vụ xảy ra"


@pytest.fixture(scope="module")
def parts(repo, tmp_path_factory):
    """What reading the samples as they are keeps for the next run."""
    desk = copy_samples(repo, tmp_path_factory.mktemp("read"))
    desk.check()
    return desk.folder / "outputs" / ".cache" / "parts"


@pytest.fixture
def desk(repo, tmp_path, parts):
    """The samples, which were read before: only what a test spoils is read."""
    desk = copy_samples(repo, tmp_path)
    shutil.copytree(parts, desk.folder / "outputs" / ".cache" / "parts")
    return desk


def spoil(desk, cells, sheet=BY_DISTRICT, name=BOOK):
    """Change cells of a sample; its workbook holds no formulas that would lose their results by that."""
    book = openpyxl.load_workbook(desk.inputs / name)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(desk.inputs / name)


def move(desk, change, sheet=BY_DISTRICT):
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    change(book[sheet])
    book.save(desk.inputs / BOOK)


def check_alone(desk):
    return desk.check([desk.inputs / BOOK])


def errors(result):
    return [
        (f.rule, f.sheet, f.cell, f.value, f.expected) for f in result.findings.itertuples() if f.severity == "error"
    ]


def number_at(result, cell, sheet=BY_DISTRICT):
    row = result.observations[(result.observations["sheet"] == sheet) & (result.observations["cell"] == cell)].iloc[0]
    return row["state"], None if row["value"] != row["value"] else row["value"], row["raw"]


# Single cells


BAD_COUNTS = [
    ("C8", "chưa rõ", "not_a_number", "chưa rõ", "one number"),
    ("C9", "91/97 vụ", "not_a_number", "91/97 vụ", "one number"),
    ("C10", "12 xe", "not_a_number", "12 xe", "one number"),
    ("C11", "1.23.4", "not_a_number", "1.23.4", "one number"),
    ("C12", "#DIV/0!", "not_a_number", "#DIV/0!", "one number"),
    ("C13", "#N/A", "not_a_number", "#N/A", "one number"),
    ("C14", True, "not_a_number", "TRUE", "one number"),
    ("C15", "=C9+C10", "formula_without_value", "", "a formula with its result"),
    ("D8", -5, "negative_count", "-5", "a whole number, zero or more"),
    ("D9", "-5", "negative_count", "-5", "a whole number, zero or more"),
    ("D10", 12.5, "fractional_count", "12.5", "a whole number"),
    ("D11", "12,5", "fractional_count", "12,5", "a whole number"),
]


def test_a_cell_that_holds_no_count_is_an_error_at_its_place_and_its_value_is_not_used(desk):
    spoil(desk, {cell: value for cell, value, *_ in BAD_COUNTS})
    result = check_alone(desk)
    expected = [(rule, BY_DISTRICT, cell, said, expected) for cell, _, rule, said, expected in BAD_COUNTS]
    assert sorted(errors(result)) == sorted(expected)
    for cell, _, rule, said, _ in BAD_COUNTS:
        finding = result.findings[(result.findings["cell"] == cell) & (result.findings["rule"] == rule)].iloc[0]
        assert (finding["file"], finding["province"], finding["form"]) == (BOOK, "ninh-binh", "crime_by_district")
        assert f"{BY_DISTRICT}!{cell} ({BOOK})" in finding["message"]
        assert number_at(result, cell) == ("rejected", None, said)
    assert number_at(result, "F9")[:2] == ("number", 132)
    assert status_of(result, "ninh-binh") == "partial"


def test_a_date_in_a_number_column_is_an_error(desk):
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    book[BY_DISTRICT]["C8"] = 45000
    book[BY_DISTRICT]["C8"].number_format = "dd/mm/yyyy"
    book.save(desk.inputs / BOOK)
    assert [error[:3] for error in errors(check_alone(desk))] == [("number_became_date", BY_DISTRICT, "C8")]


def test_a_blank_is_a_warning_and_the_submission_is_accepted(desk):
    spoil(desk, {"F8": None, "F16": None})
    result = check_alone(desk)
    assert errors(result) == []
    assert ("warning", "blank_cell", "F8") in found(result)
    assert number_at(result, "F8") == ("blank", None, "")
    assert status_of(result, "ninh-binh") == "accepted_with_warnings"
    assert result.complete


def test_a_refused_value_is_out_of_the_indicators_and_they_say_so(desk):
    spoil(desk, {"C10": "8 xe"}, BY_TYPE)
    result = desk.check()
    figures = result.indicators.set_index(["indicator", "province"])
    own, cluster = figures.loc[("clearance_rate", "ninh-binh")], figures.loc[("clearance_rate", "")]
    assert (own["status"], own["used"], own["expected"]) == ("incomplete", 0, 1)
    assert own["value"] != own["value"]
    assert f"{BY_TYPE}!C10" in own["reason"]
    assert (cluster["status"], cluster["used"], cluster["expected"]) == ("incomplete", 4, 5)
    assert 0 < cluster["value"] < 1
    assert figures.loc[("report_resolution_rate", "ninh-binh")]["status"] in {"met", "missed"}
    others = figures.loc["clearance_rate"].drop(["ninh-binh", ""])
    assert set(others["status"]) <= {"met", "missed"}
    assert not result.complete


def test_a_total_row_that_holds_no_number_is_only_a_doubt(desk):
    spoil(desk, {"C16": "#REF!"})
    result = check_alone(desk)
    assert errors(result) == []
    assert ("warning", "not_a_number", "C16") in found(result)


# Rows, columns, forms


def test_a_district_that_stands_twice_is_an_error_and_neither_row_is_used(desk):
    spoil(desk, {"B9": "  TP  Ninh Bình"})
    result = check_alone(desk)
    assert [error[:4] for error in errors(result)] == [
        ("duplicate_row", BY_DISTRICT, "C8", "TP Ninh Bình"), ("duplicate_row", BY_DISTRICT, "C9", "TP Ninh Bình"),
    ]  # fmt: skip
    assert [number_at(result, cell)[0] for cell in ("C8", "C9", "G8", "G9", "C10")] == ["rejected"] * 4 + ["number"]


def test_a_row_that_the_form_does_not_list_is_an_error_and_the_listed_one_is_missing(desk):
    spoil(desk, {"B15": "Trộm mộ"}, BY_TYPE)
    result = check_alone(desk)
    assert ("unknown_row", BY_TYPE, "B15", "Trộm mộ", "a row of the form") in errors(result)
    assert only(result, "missing_row")["severity"] == "error"
    assert "rape" not in set(result.observations["row"])
    rate = result.indicators.set_index(["indicator", "province"]).loc[("clearance_rate", "ninh-binh")]
    assert rate["status"] == "incomplete"
    assert "Rape" in rate["reason"]


def test_a_listed_row_that_lacks_is_an_error(desk):
    move(desk, lambda sheet: sheet.delete_rows(15), BY_TYPE)
    result = check_alone(desk)
    assert [error[:2] for error in errors(result)] == [("missing_row", BY_TYPE)]


def test_a_missing_column_is_an_error_that_says_what_was_found(desk):
    spoil(desk, {"C7": "Abc"})
    result = check_alone(desk)
    assert [(error[0], error[1], error[4]) for error in errors(result)] == [
        ("missing_column", BY_DISTRICT, "Cases recorded")
    ]
    assert "Abc" in only(result, "missing_column")["message"]
    assert "Abc" in set(result.findings.loc[result.findings["rule"] == "unknown_column", "value"])
    assert set(result.observations.loc[result.observations["form"] == "crime_by_district", "measure"]) == {
        "cleared",
        "rate",
        "reports_due",
        "reports_resolved",
    }


def test_a_column_that_stands_twice_is_an_error_and_is_not_read(desk):
    spoil(desk, {"H7": CASES, "H8": 5})
    result = check_alone(desk)
    assert [(error[0], error[2], error[4]) for error in errors(result)] == [
        ("ambiguous_column", "C7", 'one column "Cases recorded"')
    ]
    own = result.observations[result.observations["form"] == "crime_by_district"]
    assert "cases" not in set(own["measure"])
    assert "cleared" in set(own["measure"])


def test_a_form_without_its_header_is_an_error(desk):
    spoil(desk, dict.fromkeys([f"{letter}7" for letter in "ABCDEFG"]))
    result = check_alone(desk)
    assert [error[0] for error in errors(result)] == ["missing_header"]


def test_a_missing_form_is_an_error_and_the_others_are_accepted(desk):
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    del book[BY_DISTRICT]
    book.save(desk.inputs / BOOK)
    result = check_alone(desk)
    assert [(error[0], error[4]) for error in errors(result)] == [("missing_form", "Crimes and clearances by district")]
    row = result.submissions.iloc[0]
    assert (row["status"], row["forms_expected"], row["forms_accepted"]) == ("partial", 8, 7)


def test_an_empty_sheet_of_a_form_is_a_missing_form(desk):
    move(desk, lambda sheet: sheet.delete_rows(1, 50), FIRE)
    assert [error[0] for error in errors(check_alone(desk))] == ["missing_form"]


def test_a_measure_that_a_list_lacks_and_a_row_that_it_does_not_know_are_errors(desk):
    spoil(desk, {"B9": "Cháy chậm"}, FIRE)
    result = check_alone(desk)
    assert {(error[0], error[3]) for error in errors(result)} == {("missing_column", ""), ("unknown_row", "Cháy chậm")}


# Files


def encrypted():
    """The beginning of a compound file that holds an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def cut(content):
    return content[: len(content) // 2]


@pytest.mark.parametrize(("name", "content", "reason"), [
    ("quang binh.xlsx", lambda _: b"", "empty"),
    ("quang binh.xlsx", lambda _: b"Province;Cases\nA;1\n", "no workbook"),
    ("quang binh.xls", lambda _: b"\xef\xbb\xbf  <html><table><tr><td>1</td></tr></table></html>", "web page"),
    ("quang binh.xls", lambda _: b"<table><tr><td>1</td></tr></table>", "web page"),
    ("quang binh.xlsx", lambda _: b"%PDF-1.7\n", "PDF"),
    ("quang binh.xlsx", cut, "its end is missing"),
    ("quang binh.xlsx", lambda content: content[:40], "its end is missing"),
    ("quang binh.xlsx", lambda _: b"PK\x05\x06" + bytes(18), "empty archive"),
    ("quang binh.xlsx", lambda _: encrypted(), "password"),
    ("quang binh.xls", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "damaged"),
    ("quang binh.ods", lambda _: b"PK\x03\x04" + bytes(100), "its end is missing"),
    ("quang binh.xlsb", lambda content: content, ""),
], ids=itertools.count())  # fmt: skip
def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(desk, name, content, reason):
    whole = (desk.inputs / BOOK).read_bytes()
    (desk.inputs / name).write_bytes(content(whole))
    result = desk.check([desk.inputs / name])
    if reason:
        finding = only(result, "unreadable_file")
        assert (finding["severity"], finding["file"]) == ("error", name)
        assert reason in finding["message"]
        assert result.submissions["status"].tolist() == ["refused"]
        assert len(result.observations) == 0
    else:
        assert len(result.observations) > 100  # what a file is called does not matter, what is in it does
    assert not result.complete or not reason


def test_a_workbook_without_a_part_that_it_names_is_refused(desk):
    path = desk.inputs / "quang binh.xlsx"
    with zipfile.ZipFile(desk.inputs / BOOK) as whole, zipfile.ZipFile(path, "w") as part:
        for name in whole.namelist():
            if not name.startswith("xl/worksheets/"):
                part.writestr(name, whole.read(name))
    result = desk.check([path])
    assert result.submissions["status"].tolist() == ["refused"]


def test_a_province_that_no_text_and_no_name_tells_is_an_error_and_the_file_is_refused(desk):
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    for sheet in book:
        for row in sheet.iter_rows(max_row=6):
            for cell in row:
                if isinstance(cell.value, str) and "NINH BÌNH" in cell.value.upper():
                    cell.value = "CÔNG AN TỈNH ATLANTIS"
    book.save(desk.inputs / "report.xlsx")
    (desk.inputs / BOOK).unlink()
    result = desk.check()
    finding = only(result, "unknown_province")
    assert (finding["severity"], finding["file"], finding["expected"]) == (
        "error",
        "report.xlsx",
        "the name of a province",
    )
    assert status_of(result, "ninh-binh") == "missing"
    assert only(result, "missing_submission")["severity"] == "error"
    assert status_of(result, "nghe-an") != "refused"


def test_two_submissions_of_one_province_are_both_refused(desk):
    shutil.copy(desk.inputs / BOOK, desk.inputs / "ninh-binh sửa lại.xlsx")
    spoil(desk, {"C8": 98})
    result = desk.check()
    doubled = result.findings[result.findings["rule"] == "duplicate_submission"]
    assert set(doubled["severity"]) == {"error"}
    assert set(doubled["file"]) == {BOOK, "ninh-binh sửa lại.xlsx"}
    own = result.submissions[result.submissions["province"] == "ninh-binh"]
    assert own["status"].tolist() == ["refused", "refused"]
    assert set(result.observations.loc[result.observations["province"] == "ninh-binh", "file"]) == {
        "scoring.xlsx",
        "targets.xlsx",
    }
    assert not result.complete


def test_an_identical_copy_is_set_aside_with_a_warning(desk):
    shutil.copy(desk.inputs / BOOK, desk.inputs / "z copy of ninh-binh.xlsx")
    result = desk.check()
    assert only(result, "identical_copy")["severity"] == "warning"
    own = result.submissions[result.submissions["province"] == "ninh-binh"].set_index("file")["status"]
    assert own["z copy of ninh-binh.xlsx"] == "superseded"
    assert own[BOOK].startswith("accepted")
    assert result.complete


def test_a_province_that_the_workbook_and_its_name_say_differently_is_a_finding(desk):
    (desk.inputs / BOOK).rename(desk.inputs / "Hà Nội 2024.xlsx")
    result = desk.check()
    finding = only(result, "province_conflict")
    assert (finding["severity"], finding["file"], finding["province"]) == ("warning", "Hà Nội 2024.xlsx", "ninh-binh")
    assert finding["cell"]
    assert status_of(result, "ninh-binh") == "accepted_with_warnings"


def test_a_sheet_that_says_another_year_is_not_read(desk):
    spoil(desk, {"A4": "Kỳ báo cáo: năm 2022"}, BY_DISTRICT)
    result = check_alone(desk)
    finding = only(result, "period_conflict")
    assert (finding["severity"], finding["value"], finding["form"]) == ("error", "2022", "crime_by_district")
    assert result.submissions["status"].tolist() == ["partial"]
    assert "crime_by_district" not in set(result.observations["form"])


def test_a_workbook_of_another_year_is_refused(desk, repo):
    shutil.copy(repo / "inputs" / "2023" / "targets.xlsx", desk.inputs / "targets.xlsx")
    result = desk.check([desk.inputs / "targets.xlsx"])
    assert only(result, "period_conflict")["value"] == "2023"
    assert result.submissions["status"].tolist() == ["refused"]


def test_a_workbook_without_any_form_is_refused(desk):
    write_book(desk.inputs / "ha noi notes.xlsx", {"Sheet1": [["shopping list"], ["milk", 2]]})
    result = desk.check([desk.inputs / "ha noi notes.xlsx"])
    assert only(result, "no_form")["severity"] == "error"
    assert result.submissions["status"].tolist() == ["refused"]


def test_a_province_outside_the_cluster_is_a_base_for_comparisons_only(desk):
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    for sheet in book:
        for row in sheet.iter_rows(max_row=6):
            for cell in row:
                if isinstance(cell.value, str) and "NINH BÌNH" in cell.value.upper():
                    cell.value = "CÔNG AN TỈNH HÀ NAM"
    book.save(desk.inputs / "ha-nam.xlsx")
    result = desk.check()
    (desk.inputs / "ha-nam.xlsx").unlink()
    without = desk.check()
    assert status_of(result, "ha-nam") == "base_only"
    assert without.complete
    assert result.complete
    assert "ha-nam" in set(result.observations["province"])
    assert "ha-nam" not in set(result.indicators["province"])
    assert result.indicators.equals(without.indicators)


def test_a_cluster_workbook_that_does_not_come_is_a_missing_form_of_the_cluster(desk):
    (desk.inputs / "targets.xlsx").unlink()
    (desk.inputs / "scoring.xlsx").unlink()
    result = desk.check()
    finding = only(result, "missing_form")
    assert (finding["severity"], finding["province"], finding["form"], finding["file"]) == ("error", "", "targets", "")
    assert status_of(result, "") == "missing"
    assert not result.complete


def test_a_cluster_workbook_alone_leaves_the_provinces_missing(desk):
    for path in desk.inputs.iterdir():
        if path.name != "targets.xlsx":
            path.unlink()
    result = desk.check()
    assert result.submissions["status"].tolist() == ["missing"] * 5 + ["accepted"]
    assert len(result.observations) == 15


def test_lock_files_hidden_files_other_kinds_and_sub_folders_are_not_read(desk):
    shutil.copy(desk.inputs / BOOK, desk.inputs / f"~${BOOK}")
    shutil.copy(desk.inputs / BOOK, desk.inputs / f".{BOOK}")
    (desk.inputs / "notes.txt").write_text("hello")
    (desk.inputs / "folder").mkdir()
    shutil.copy(desk.inputs / BOOK, desk.inputs / "folder" / "other.xlsx")
    (desk.inputs / "folder.xlsx").mkdir()
    result = desk.check()
    assert result.submissions.set_index("file")["status"]["folder.xlsx"] == "refused"
    assert len(result.submissions) == 8


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_an_old_or_open_format_is_read_like_the_workbook_it_was(desk, office, suffix, tmp_path):
    expected = check_alone(desk).observations
    converted = office._convert(desk.inputs / BOOK, tmp_path, suffix, suffix)
    name = f"Ninh Bình.{suffix.upper()}"
    shutil.move(converted, desk.inputs / name)
    result = desk.check([desk.inputs / name])
    assert result.observations["value"].equals(expected["value"])
    assert result.observations["cell"].equals(expected["cell"])
    assert set(result.observations["file"]) == {name}


# Corrections


def corrections(desk, *lines):
    head = "province,file,sheet,cell,reads,should_read,reason,by,date"
    (desk.inputs / "corrections.csv").write_text("\n".join([head, *lines]), encoding="utf-8-sig")


def test_a_correction_is_applied_while_the_cell_reads_what_it_says(desk):
    spoil(desk, {"C8": "91/97 vụ"})
    corrections(desk, f"Ninh Bình,{BOOK},{BY_DISTRICT},C8,91/97 vụ,97,typed two numbers,Ms Lan,2025-01-10")
    result = desk.check()
    assert errors(result) == []
    finding = only(result, "correction_applied")
    assert (finding["severity"], finding["sheet"], finding["cell"], finding["value"]) == (
        "info",
        BY_DISTRICT,
        "C8",
        "91/97 vụ",
    )
    assert "Ms Lan" in finding["message"]
    assert number_at(result, "C8") == ("number", 97, "91/97 vụ")


@pytest.mark.parametrize("line", [
    f"ninh-binh,{BOOK},{BY_DISTRICT},C8,55,97,r,b,d",
    pytest.param(f"ninh-binh,{BOOK},No such sheet,C8,97,98,r,b,d", marks=pytest.mark.slow),
    pytest.param(f"ninh-binh,{BOOK},{BY_DISTRICT},here,97,98,r,b,d", marks=pytest.mark.slow),
    pytest.param(f"nghe-an,{BOOK},{BY_DISTRICT},C8,97,98,r,b,d", marks=pytest.mark.slow),
])  # fmt: skip
def test_a_correction_whose_cell_reads_otherwise_is_stale_and_not_applied(desk, line):
    corrections(desk, line)
    result = desk.check()
    assert only(result, "correction_stale")["severity"] == "warning"
    assert number_at(result, "C8") == ("number", 97, "97")


def test_a_correction_of_a_file_that_is_not_there_is_stale(desk):
    corrections(desk, "ninh-binh,gone.xlsx,S,C8,1,2,r,b,d")
    assert only(desk.check(), "correction_stale")["file"] == "gone.xlsx"


def test_corrections_that_cannot_be_read_are_an_error_and_no_more(desk):
    (desk.inputs / "corrections.csv").write_bytes(b"province,file\xff\n")
    assert only(desk.check(), "corrections_unreadable")["severity"] == "error"
    (desk.inputs / "corrections.csv").write_text("province,file\na,b\n")
    result = desk.check()
    assert only(result, "corrections_unreadable")["severity"] == "error"
    assert len(result.observations) > 1000


# All at once


@pytest.mark.slow
def test_bad_files_are_told_the_rest_is_consolidated_and_the_exit_status_is_one(desk, repo):
    (desk.inputs / "Thanh Hóa_báo cáo năm 2024.xlsx").write_bytes(b"")
    spoil(desk, {"C8": "91/97 vụ", "D8": -1, "F8": None, "F16": None})
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "consolidate", "2024", *(
            part for name in ("inputs", "schemas", "outputs") for part in (f"--{name}", desk.folder / name)
        )],
        cwd=repo, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    import pipeline

    result = pipeline.load("2024", desk.folder / "outputs")
    assert status_of(result, "ninh-binh") == "partial"
    assert status_of(result, "thanh-hoa") == "refused"  # its name says whose it is
    assert {"unreadable_file", "not_a_number", "negative_count"} <= set(result.findings["rule"])
    assert set(result.observations["province"]) == {"ninh-binh", "nghe-an", "ha-tinh", "quang-binh"} | set(
        values_of_targets(result)
    )
    for name in ("consolidated.xlsx", "findings.csv", "submissions.csv", "indicators.parquet", "run.json"):
        assert (desk.folder / "outputs" / "2024" / name).is_file()


def values_of_targets(result):
    return result.observations.loc[result.observations["form"] == "targets", "province"]


def test_strict_counts_warnings_as_errors_and_keeps_the_values(desk):
    spoil(desk, {"F8": None, "F16": None})
    lax, strict = check_alone(desk), desk.check([desk.inputs / BOOK], strict=True)
    assert status_of(strict, "ninh-binh") == "partial"
    assert not strict.complete
    assert lax.observations.equals(strict.observations)
    assert lax.indicators.equals(strict.indicators)


@pytest.mark.slow
@pytest.mark.parametrize(
    "junk", [None, "", "x", -1, 1e308, "=1/0", "#REF!", "9" * 400, "\u202e", True, "\t", "Tổng số"]
)
def test_no_cell_whatever_it_holds_ends_in_an_exception(tmp_path, junk):
    """The same thing in every cell of a small sheet, of which each province sends one with another cell spoiled."""
    form = """
        title: F
        rows: [{key: district, header: District, code_header: [Code], members: open}]
        columns:
          n: {header: Cases}
          share: {header: Share, kind: percent, equals: n / n}
    """
    places = list(itertools.product(range(3), range(4)))
    provinces = [{"id": f"p{row}{column}", "name": f"Province {row}{column}"} for row, column in places]
    cluster = {"name": "T", "clusters": [{"id": "c", "provinces": [p["id"] for p in provinces]}], "forms": ["f"]}
    desk = Desk(tmp_path).catalogue(form, provinces=json.dumps(provinces), catalogue=json.dumps(cluster))
    for row, column in places:
        rows = [["Code", "District", "Cases", "Share"], ["1", "A", 7, 100], [2, "B", 8, "100%"]]
        rows[row][column] = junk
        desk.send(rows, f"Province {row}{column}.xlsx")
    result = desk.check()
    assert len(result.submissions) == len(places)
    assert set(result.submissions["status"]) <= {"accepted", "accepted_with_warnings", "partial", "refused"}


@pytest.mark.parametrize("said", ["Kỳ báo cáo: 6 tháng đầu năm 2024", "Kỳ báo cáo: Quý III năm 2024"])
def test_a_part_of_the_year_in_the_years_folder_is_a_doubt(desk, said):
    spoil(desk, {"A4": said}, BY_TYPE)
    finding = only(check_alone(desk), "period_span")
    assert (finding["severity"], finding["cell"], finding["value"]) == ("warning", "A4", said)


@pytest.mark.parametrize(
    "said", ["Kỳ báo cáo: từ ngày 15 tháng 11 năm 2023 đến ngày 14 tháng 11 năm 2024", "Kỳ báo cáo: năm 2024 (cả năm)"]
)
def test_the_days_of_a_whole_year_are_no_doubt(desk, said):
    spoil(desk, {"A4": said}, BY_TYPE)
    assert not set(check_alone(desk).findings["rule"]) & {"period_span", "period_conflict"}
