"""Several files of one province: the newest stated version is used, and nobody reads an old number unknowingly."""

import shutil

import openpyxl
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.ingest.reader import Sheet
from pipeline.ingest.revision import UNORDERED, stated_revision
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from tests.books import Desk, found, only, values

FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases}}
"""
SHARED = """
    title: Shared
    rows: [{key: province, header: Province}]
    columns: {goal: {header: Goal}}
"""
OTHER = SHARED.replace("Shared", "Other").replace("goal", "cost").replace("Goal", "Cost")


@pytest.fixture(scope="module")
def vocabulary(repo):
    return Vocabulary(load_catalogue(repo / "schemas"), Period.parse("2024"))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORM)


def rows(number, *titles):
    return [*([title] for title in titles), ["D", "Cases"], ["A", number]]


def statuses(result):
    return dict(zip(result.submissions["file"], result.submissions["status"], strict=True))


def told(result, severities=("error", "warning", "info")):
    """(rule, file) of what was found about files."""
    found_ = result.findings[
        result.findings["severity"].isin(severities) & (result.findings["rule"] != "period_assumed")
    ]
    return sorted(zip(found_["rule"], found_["file"], strict=True))


# What a workbook says of its version


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Ninh Bình lần 2.xlsx", 2),
        ("Ninh Binh lan 2.xlsx", 2),
        ("NINH BÌNH (LẦN 2).xlsx", 2),
        ("Ninh Bình_lan02.xls", 2),
        ("Ninh Bình lần thứ hai.xlsx", 2),
        ("Ninh Bình lần thứ 3.xlsx", 3),
        ("Ninh Bình sửa đổi lần thứ 1.xlsx", 2),
        ("Ninh Bình bản 3.xlsx", 3),
        ("Ninh Bình bản thứ 3.xlsx", 3),
        ("Ninh Bình lần III.xlsx", 3),
        ("Ninh Bình gửi lại.xlsx", UNORDERED),
        ("Ninh Bình (bản 2).xlsx", 2),
        ("Ninh Bình_v2.xlsx", 2),
        ("Ninh Bình v.2.xlsx", 2),
        ("NB-V12.xlsx", 12),
        ("Ninh Bình rev2.ods", 2),
        ("Ninh Binh version 3.xlsx", 3),
        ("Ninh Bình bản sửa lần 1.xlsx", 2),
        ("Ninh Bình sửa đổi lần 2.xlsx", 3),
        ("Ninh Bình bổ sung lần 1.xlsx", 2),
        ("Ninh Bình lần 1.xlsx", 1),
        ("Ninh Bình.xlsx", 0),
        ("Ninh Bình (1).xlsx", 0),
        ("Ninh Bình (2).xlsx", 0),
        ("Ninh Bình - Copy (3).xlsx", 0),
        ("Ninh Bình 2024-11-02.xlsx", 0),
        ("Ninh Bình 02.11.2024.xlsx", 0),
        ("Ninh Bình 20241102.xlsx", 0),
        ("Ninh Bình bản 2024.xlsx", 0),
        ("Ninh Bình V2024.xlsx", 0),
        ("BM 02 Ninh Bình.xlsx", 0),
        ("Ninh Bình final.xlsx", UNORDERED),
        ("Ninh Bình bản mới.xlsx", UNORDERED),
        ("Ninh Bình chốt.xlsx", UNORDERED),
        ("Ninh Bình sửa lại.xlsx", UNORDERED),
        ("Ninh Bình final v2.xlsx", 2),
        ("Ninh Bình lần 2 lần 3.xlsx", UNORDERED),
        ("lần 2", 2),
    ],
)
def test_a_files_name_says_which_version_it_is(vocabulary, name, number):
    assert stated_revision(name, [], vocabulary, "").number == number


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Lần 2", 2),
        ("(Lần thứ hai)", 2),
        ("Báo cáo năm 2024 - lần 2", 2),
        ("KẾT QUẢ CÔNG TÁC NĂM 2024 (bản sửa lần 1)", 2),
        ("Sửa đổi, bổ sung lần 2", 3),
        ("Phiên bản: v3", 3),
        ("Đại hội lần thứ hai của Đảng bộ", 0),
        ("Ban hành theo Quy chế Cụm thi đua số 6 (sửa đổi lần 2)", 0),
        ("Thông tư 12/2020 - lần 2", 0),
        ("Mẫu số 02 (phiên bản 2)", 0),
        ("Kèm theo Báo cáo số 12/BC-CAT (lần 2)", 2),
        ("Kiểm tra lần 2 trong năm", 0),
        ("Bản 2024", 0),
        ("Kết quả thực hiện năm 2024", 0),
    ],
)
def test_a_line_above_the_table_says_which_version_it_is(vocabulary, line, number):
    sheet = Sheet("S", hidden=False, rows=[["CÔNG AN TỈNH"], ["", line], ["STT", "Tên", "Số vụ"]])
    assert stated_revision("Ninh Bình.xlsx", [sheet], vocabulary, "").number == number


def test_inside_a_table_a_version_is_a_row_or_a_column_like_others(vocabulary):
    table = [["Đơn vị", "Lần 1", "Lần 2"], ["Lần 3", 1, 2], ["Lần 4"]]
    sheet = Sheet("S", hidden=False, rows=[["Biểu 01"], *table])
    assert stated_revision("Ninh Bình.xlsx", [sheet], vocabulary, "").number == 0


def test_a_name_and_a_text_that_differ_are_a_finding_at_the_text(vocabulary):
    sheet = Sheet("S", hidden=False, rows=[["", "Lần 2"]])
    revision = stated_revision("Ninh Bình lần 3.xlsx", [sheet], vocabulary, "ninh-binh")
    assert revision.number == UNORDERED
    (finding,) = revision.findings
    assert (finding.rule, finding.severity, finding.place.cell, finding.params["numbers"]) == (
        "revision_conflict", "warning", "B1", [2, 3],
    )  # fmt: skip
    assert stated_revision("Ninh Bình lần 2.xlsx", [sheet], vocabulary, "").findings == []


@pytest.mark.parametrize(("name", "lines", "said"), [
    ("Ninh Bình lần 3.xlsx", ["Lần 2"], "The file's name and its text say"),
    ("Ninh Bình.xlsx", ["Lần 2", "Lần 3"], "The lines of the workbook say"),
    ("Ninh Bình lần 2 v3.xlsx", [], "The file's name says"),
])  # fmt: skip
def test_versions_that_differ_are_told_where_they_stand(desk, name, lines, said):
    finding = only(desk.send(rows(1, *lines), name).check(), "revision_conflict")
    assert finding["message"].split(": ", 1)[1].startswith(f"{said} different versions (2, 3)")


# Which one is used


def test_the_newest_version_is_used_and_the_older_one_set_aside_by_name(desk):
    desk.send(rows(1), "north.xlsx").send(rows(3), "north lần 3.xlsx").send(rows(2), "north_v2.xlsx")
    result = desk.check()
    assert values(result) == {"A": 3}
    assert statuses(result) == {
        "north lần 3.xlsx": "accepted", "north.xlsx": "superseded", "north_v2.xlsx": "superseded",
    }  # fmt: skip
    assert told(result) == [("superseded_submission", "north.xlsx"), ("superseded_submission", "north_v2.xlsx")]
    assert (
        result.findings.loc[result.findings["rule"] == "superseded_submission", "message"].str.contains("lần 3").all()
    )
    assert result.complete


def test_the_version_in_a_title_line_counts_like_that_of_a_name(desk):
    desk.send(rows(1), "a north.xlsx").send(rows(2, "Report (version 2)"), "b north.xlsx")
    result = desk.check()
    assert values(result) == {"A": 2}
    assert statuses(result)["a north.xlsx"] == "superseded"


@pytest.mark.parametrize("names", [
    ("north.xlsx", "north (1).xlsx"), ("north.xlsx", "north final.xlsx"), ("north lần 2.xlsx", "north chốt.xlsx"),
    ("north.xlsx", "north 2024-11-02.xlsx"), ("north.xlsx", "north lần 1.xlsx"),
    ("north lần 2.xlsx", "20241220 north.xlsx"),
    ("north lần 2.xlsx", "north 15.12.xlsx"), ("north lần 2.xlsx", "north (3).xlsx"),
    ("north v2.xlsx", "north L3.xlsx"), ("north lần 2.xlsx", "north cập nhật.xlsx"),
    ("north lần 2.xlsx", "north đợt 3.xlsx"),
])  # fmt: skip
def test_versions_that_cannot_be_put_in_order_are_all_refused_and_name_each_other(desk, names):
    for number, name in enumerate(names):
        desk.send(rows(number), name)
    result = desk.check()
    assert set(statuses(result).values()) == {"refused"}
    refused = result.findings[result.findings["rule"] == "duplicate_submission"]
    assert set(refused["severity"]) == {"error"}
    assert all(name in message for message in refused["message"] for name in names)
    assert len(result.observations) == 0


@pytest.mark.parametrize(
    "original",
    ["01. BC CA tỉnh North 2024.xlsx", "north_báo cáo năm 2024.xlsx", "So lieu north.xlsx", "north nam2024.xlsx"],
)
def test_an_original_may_have_a_name_of_its_own(desk, original):
    desk.send(rows(1), original).send(rows(2), "north lần 2.xlsx")
    assert statuses(desk.check()) == {original: "superseded", "north lần 2.xlsx": "accepted"}


def test_of_copies_the_one_that_states_a_version_stands_for_all(desk):
    desk.send(rows(1), "north - Copy.xlsx").send(rows(2), "north sửa lại.xlsx")
    (desk.inputs / "north lần 2.xlsx").write_bytes((desk.inputs / "north - Copy.xlsx").read_bytes())
    result = desk.check()
    assert statuses(result)["north - Copy.xlsx"] == "superseded"
    duplicates = result.findings.query("rule == 'duplicate_submission'")
    assert set(duplicates["file"]) == {"north lần 2.xlsx", "north sửa lại.xlsx"}
    assert "the two count as one" in only(result, "identical_copy")["message"]


def test_one_version_twice_is_refused_with_both_names_and_older_ones_do_not_step_in(desk):
    desk.send(rows(1), "north.xlsx").send(rows(2), "north lần 2.xlsx").send(rows(3), "north_v2.xlsx")
    result = desk.check()
    assert statuses(result) == {
        "north lần 2.xlsx": "refused", "north.xlsx": "superseded", "north_v2.xlsx": "refused",
    }  # fmt: skip
    assert told(result) == [
        ("duplicate_revision", "north lần 2.xlsx"), ("duplicate_revision", "north_v2.xlsx"),
        ("superseded_by_refused", "north.xlsx"),
    ]  # fmt: skip
    assert len(result.observations) == 0
    assert not result.complete


def test_an_identical_file_is_a_copy_whatever_version_its_name_says(desk):
    desk.send(rows(1), "north.xlsx")
    (desk.inputs / "north lần 2.xlsx").write_bytes((desk.inputs / "north.xlsx").read_bytes())
    result = desk.check()
    assert sorted(statuses(result).values()) == ["accepted", "superseded"]
    assert [rule for rule, _ in told(result)] == ["identical_copy"]
    assert values(result) == {"A": 1}


def test_of_two_copies_and_a_newer_version_the_newer_one_is_used(desk):
    desk.send(rows(1), "north.xlsx").send(rows(2), "north lần 2.xlsx")
    (desk.inputs / "north copy.xlsx").write_bytes((desk.inputs / "north.xlsx").read_bytes())
    result = desk.check()
    assert statuses(result)["north lần 2.xlsx"] == "accepted"
    assert values(result) == {"A": 2}


def test_what_is_wrong_in_an_older_version_is_nobodys_to_mend(desk):
    desk.send(rows("many"), "north.xlsx").send(rows(2), "north lần 2.xlsx")
    result = desk.check()
    assert found(result) == [("info", "superseded_submission", "")]
    assert result.complete
    assert len(desk.check([desk.inputs / "north.xlsx"]).findings.query("rule == 'not_a_number'")) == 1


def test_personal_data_in_an_older_version_is_still_told_for_the_file_still_lies_there(desk):
    desk.send([*rows(1), ["", ""], ["Note: 0912345678"]], "north.xlsx").send(rows(2), "north lần 2.xlsx")
    assert "personal_data" in {rule for rule, _ in told(desk.check())}


# A newest version that cannot be read


def test_an_older_version_is_not_used_in_place_of_a_newest_one_that_cannot_be_read(desk):
    desk.send(rows(1), "north.xlsx")
    (desk.inputs / "north lần 2.xlsx").write_bytes(b"not a workbook")
    result = desk.check()
    assert statuses(result) == {"north lần 2.xlsx": "refused", "north.xlsx": "superseded"}
    assert only(result, "superseded_by_refused")["severity"] == "warning"
    assert "north lần 2.xlsx" in only(result, "superseded_by_refused")["message"]
    assert len(result.observations) == 0
    assert not result.complete


def test_an_older_version_that_cannot_be_read_does_no_harm(desk):
    desk.send(rows(2), "north lần 2.xlsx")
    (desk.inputs / "north.xlsx").write_bytes(b"not a workbook")
    result = desk.check()
    assert statuses(result) == {"north lần 2.xlsx": "accepted", "north.xlsx": "superseded"}
    assert result.complete


def test_another_years_report_in_the_folder_takes_no_part(desk):
    desk.send(rows(1, "Period: 2024"), "north.xlsx").send(rows(2, "Period: 2023"), "north lần 2.xlsx")
    result = desk.check()
    assert statuses(result) == {"north lần 2.xlsx": "refused", "north.xlsx": "accepted"}
    assert values(result) == {"A": 1}


def test_a_file_without_a_form_that_states_no_version_is_no_version(desk):
    desk.send(rows(2), "north lần 2.xlsx").send({"Letter": [["Dear all"]]}, "north letter.xlsx")
    result = desk.check()
    assert statuses(result) == {"north letter.xlsx": "refused", "north lần 2.xlsx": "accepted"}
    assert only(result, "no_form")["file"] == "north letter.xlsx"


def test_a_base_only_provinces_versions_are_chosen_the_same_way(desk):
    desk.send(rows(1), "south.xlsx").send(rows(2), "south lần 2.xlsx").send(rows(5), "north.xlsx")
    result = desk.check()
    assert statuses(result) == {
        "north.xlsx": "accepted", "south lần 2.xlsx": "base_only", "south.xlsx": "superseded",
    }  # fmt: skip


def test_a_file_that_is_checked_alone_has_no_other_version(desk):
    desk.send(rows(1), "north.xlsx").send(rows(2), "north lần 2.xlsx")
    result = desk.check([desk.inputs / "north.xlsx"])
    assert statuses(result) == {"north.xlsx": "accepted"}


# Forms whose rows are provinces


@pytest.fixture
def cluster(tmp_path):
    settings = "{name: T, clusters: [{id: c, provinces: [north]}], forms: [shared, other]}"
    return Desk(tmp_path).catalogue({"shared": SHARED, "other": OTHER}, catalogue=settings)


def goal(number, header="Goal"):
    return [["Province", header], ["North", number]]


def of_cluster(result, measure):
    own = result.observations[result.observations["measure"] == measure]
    return own["value"].tolist()


def test_a_form_of_the_cluster_is_taken_from_the_newest_of_its_workbooks(cluster):
    cluster.send({"Shared": goal(1), "Other": goal(7, "Cost")}, "all.xlsx").send({"Shared": goal(2)}, "all lần 2.xlsx")
    result = cluster.check()
    assert (of_cluster(result, "goal"), of_cluster(result, "cost")) == ([2], [7])
    assert set(statuses(result).values()) == {"accepted", "accepted_with_warnings"}
    assert only(result, "superseded_form")["file"] == "all.xlsx"
    proof = cluster.consolidate().tables["reconciliation"]
    assert proof.loc[(proof["file"] == "all.xlsx") & (proof["measure"] == "goal"), "file_unused"].sum() == 1


def test_a_workbook_of_which_every_form_is_newer_elsewhere_is_superseded(cluster):
    cluster.send({"Shared": goal(1), "Other": goal(7, "Cost")}, "all.xlsx")
    cluster.send({"Shared": goal(2), "Other": goal(8, "Cost")}, "all_v2.xlsx")
    result = cluster.check()
    assert (of_cluster(result, "goal"), of_cluster(result, "cost")) == ([2], [8])
    assert statuses(result) == {"all.xlsx": "superseded", "all_v2.xlsx": "accepted"}
    assert result.complete


def test_a_form_with_other_figures_in_two_workbooks_is_used_from_neither(cluster):
    cluster.send({"Shared": goal(1), "Other": goal(7, "Cost")}, "a.xlsx").send({"Shared": goal(2)}, "b.xlsx")
    result = cluster.check()
    assert (of_cluster(result, "goal"), of_cluster(result, "cost")) == ([], [7])
    assert statuses(result) == {"a.xlsx": "partial", "b.xlsx": "refused"}
    assert "reconciliation_failed" not in set(result.findings["rule"])
    doubled = result.findings[result.findings["rule"] == "duplicate_form"]
    assert doubled["file"].tolist() == ["a.xlsx", "b.xlsx"]
    assert all("a.xlsx, b.xlsx" in message for message in doubled["message"])


def test_a_form_with_the_same_figures_in_two_workbooks_is_used_once(cluster):
    cluster.send({"Shared": goal(1), "Other": goal(7, "Cost")}, "a.xlsx").send({"Shared": goal(1)}, "b.xlsx")
    result = cluster.check()
    assert (of_cluster(result, "goal"), of_cluster(result, "cost")) == ([1], [7])
    assert statuses(result)["b.xlsx"] == "superseded"
    assert result.complete


def test_forms_in_workbooks_of_their_own_are_no_versions_of_each_other(cluster):
    cluster.send({"Shared": goal(1)}, "a.xlsx").send({"Other": goal(7, "Cost")}, "b.xlsx")
    assert set(statuses(cluster.check()).values()) == {"accepted"}


def test_an_older_workbook_of_the_cluster_is_not_used_in_place_of_a_newest_one_that_cannot_be_read(cluster):
    cluster.send({"Shared": goal(1), "Other": goal(7, "Cost")}, "all.xlsx")
    (cluster.inputs / "all lần 2.xlsx").write_bytes(b"not a workbook")
    result = cluster.check()
    assert statuses(result)["all.xlsx"] == "superseded"
    assert only(result, "superseded_by_refused")["file"] == "all.xlsx"
    assert len(result.observations) == 0


# In outputs


def test_a_resubmission_keeps_its_row_among_the_submissions_and_its_copy_is_not_marked(desk):
    desk.send(rows("x"), "north.xlsx").send(rows(2), "north lần 2.xlsx")
    result = desk.consolidate()
    assert statuses(result) == {"north lần 2.xlsx": "accepted", "north.xlsx": "superseded"}
    folder = desk.folder / "outputs" / "2024"
    assert (folder / "consolidated.xlsx").is_file()
    book = openpyxl.load_workbook(folder / "returns" / "north.xlsx")
    texts = [cell.value for cell in book.worksheets[0]["F"] if cell.value]
    assert sum("north lần 2.xlsx" in text for text in texts) == 1


# A copy that was marked here, mended and sent again


def test_a_mended_marked_copy_is_read_like_any_file_and_marked_anew(desk):
    desk.send([["D", "Cases"], ["A", "many"], ["B", "few"], ["C", 3]], "north (lần 2).xlsx")
    desk.consolidate()
    copy = desk.folder / "outputs" / "2024" / "returns" / "north (lần 2).xlsx"
    for answer, marked in (("five", {"B3"}), (5, set())):
        book = openpyxl.load_workbook(copy)
        book["F"]["B2"], book["F"]["B3"] = 4, answer
        book.save(desk.inputs / "north (lần 3).xlsx")
        result = desk.consolidate()
        assert statuses(result) == {
            "north (lần 2).xlsx": "superseded",
            "north (lần 3).xlsx": "partial" if marked else "accepted",
        }
        assert only(result, "returned_list")["sheet"] == "To mend"
        again = openpyxl.load_workbook(copy.with_name("north (lần 3).xlsx"))
        assert again.sheetnames == ["To mend", "F"]
        assert [row[5].value for row in again["To mend"].iter_rows(6)][: len(marked)] == [
            row.message.partition(": ")[2] for row in result.findings.itertuples() if row.severity == "error"
        ]
        sheet = again["F"]
        assert {c.coordinate for row in sheet for c in row if c.fill.fill_type} == marked
        assert sheet["B2"].comment.text.replace("\u200b", "") == "Nothing is left to mend in this cell."
        assert ("five" in sheet["B3"].comment.text.replace("\u200b", "")) == bool(marked)
        assert "few" not in sheet["B3"].comment.text.replace("\u200b", "")
        copy = copy.with_name("north (lần 3).xlsx")
    assert values(result) == {"A": 4, "B": 5, "C": 3}


def mend(desk, original, name, **cells):
    """Mend cells of the sheet F in the marked copy of a file, and send it under a name."""
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "returns" / original)
    for cell, value in cells.items():
        book["F"][cell] = value
    book.save(desk.inputs / name)


@pytest.mark.parametrize(("original", "mended"), [
    ("north.xlsx", "north da sua.xlsx"),
    ("north lần 2.xlsx", "north da sua.xlsx"),
    ("north lần 2.xlsx", "north lần 2 sửa.xlsx"),
])  # fmt: skip
def test_a_copy_mended_from_the_file_beside_it_is_the_newer_one(desk, original, mended):
    desk.send(rows("many"), original).consolidate()
    mend(desk, original, mended, B2=4)
    result = desk.consolidate()
    assert statuses(result) == {original: "superseded", mended: "accepted"}
    finding = only(result, "superseded_by_mended")
    assert (finding["file"], finding["severity"]) == (original, "info")
    assert original in finding["message"]
    assert mended in finding["message"]
    assert values(result) == {"A": 4}


def test_copies_that_were_mended_again_and_again_are_in_order(desk):
    desk.send(rows("many"), "north.xlsx").consolidate()
    mend(desk, "north.xlsx", "north x.xlsx", B2="few")
    desk.consolidate()
    mend(desk, "north x.xlsx", "north a.xlsx", B2=4)
    result = desk.consolidate()
    assert statuses(result) == {"north.xlsx": "superseded", "north x.xlsx": "superseded", "north a.xlsx": "accepted"}


def test_a_copy_mended_from_another_file_is_in_no_order(desk):
    desk.send(rows("many"), "north.xlsx").consolidate()
    mend(desk, "north.xlsx", "north da sua.xlsx", B2=4)
    desk.send(rows("some"), "north.xlsx")
    result = desk.check()
    assert set(statuses(result).values()) == {"refused"}
    assert "duplicate_submission" in set(result.findings["rule"])


def test_two_copies_mended_from_one_file_are_in_no_order(desk):
    desk.send(rows("many"), "north.xlsx").consolidate()
    mend(desk, "north.xlsx", "north x.xlsx", B2=4)
    mend(desk, "north.xlsx", "north y.xlsx", B2=5)
    assert set(statuses(desk.check()).values()) == {"refused"}


def test_a_mended_copy_that_says_it_is_older_is_older(desk):
    desk.send(rows("many"), "north lần 3.xlsx").consolidate()
    mend(desk, "north lần 3.xlsx", "north lần 2.xlsx", B2=4)
    assert statuses(desk.check()) == {"north lần 2.xlsx": "superseded", "north lần 3.xlsx": "refused"}


def test_a_list_that_is_sent_back_alone_is_no_version_of_anything(desk):
    desk.send([["D", "Cases"], ["A", 1], ["B", "0912 345 678"]], "north.xlsx").consolidate()
    copy = desk.folder / "outputs" / "2024" / "returns" / "north.xlsx"
    assert openpyxl.load_workbook(copy).sheetnames == ["To mend"]
    shutil.copy(copy, desk.inputs / "north (lần 2).xlsx")
    desk.send([["D", "Cases"], ["A", 1], ["B", 2]], "north.xlsx")
    result = desk.check()
    assert statuses(result) == {"north (lần 2).xlsx": "refused", "north.xlsx": "accepted"}
    assert only(result, "only_returned_list")["file"] == "north (lần 2).xlsx"
    assert values(result) == {"A": 1, "B": 2}


def test_a_form_that_only_the_older_version_holds_is_missing_and_said_to_be_there(tmp_path):
    desk = Desk(tmp_path).catalogue({name: FORM.replace("title: F", f"title: {name.upper()}") for name in "fgh"})
    desk.send({"F": rows(5), "G": rows(6)}, "north.xlsx").send({"F": rows(7)}, "north (lần 2).xlsx")
    findings = desk.check().findings
    missing = findings[(findings["rule"] == "missing_form") & (findings["file"] == "north (lần 2).xlsx")]
    told = dict(zip(missing["form"], missing["message"].str.contains("north.xlsx"), strict=True))
    assert told == {"g": True, "h": False}


def test_forms_of_one_unit_in_several_files_are_told_to_belong_into_one(tmp_path):
    desk = Desk(tmp_path).catalogue({"f": FORM, "g": FORM.replace("title: F", "title: G")})
    for name, forms in (("north 1.xlsx", "F"), ("north 2.xlsx", "G")):
        desk.send({form: rows(5) for form in forms}, name)
    result = desk.check()
    assert told(result, ["error"]) == [("split_submission", "north 1.xlsx"), ("split_submission", "north 2.xlsx")]
    assert "into one workbook" in result.findings["message"].iloc[0]
    desk.send({"F": rows(5), "G": rows(6)}, "north 2.xlsx")
    assert {rule for rule, _ in told(desk.check(), ["error"])} == {"duplicate_submission"}
