"""changes.csv: what differs from the accepted baseline, number by number, with both cells."""

import csv
import io
import shutil

import pandas as pd
import pytest

import pipeline
from pipeline import store
from pipeline.changes import CHANGES, compare
from pipeline.columns import OBSERVATIONS, SUBMISSIONS
from pipeline.model import Consolidation, Places
from pipeline.periods import Period
from pipeline.verify import verify_outputs
from tests.books import Desk
from tests.frames import write_small, write_submission
from tests.test_cli import run

YEAR = Period.parse("2024")


def number(row, value, state="number", **more):
    place = {"file": "a.xlsx", "sheet": "S", "cell": f"B{row}"}
    about = {"period": "2024", "reported_in": "2024", "province": "north", "form": "f", "row": row, "label": row}
    return dict.fromkeys(OBSERVATIONS, "") | about | place | {"measure": "n", "value": value, "state": state} | more


def sent(status="accepted", **more):
    own = {"province": "north", "file": "a.xlsx", "sha256": "1", "status": status, **more}
    return {**dict.fromkeys(SUBMISSIONS, 0), **own}


def consolidation(numbers=(), submissions=None):
    submissions = submissions or [sent()]
    observations = pd.DataFrame(list(numbers), columns=list(OBSERVATIONS)).astype({"value": float})
    return Consolidation("2024", observations, None, None, pd.DataFrame(list(submissions), columns=list(SUBMISSIONS)))


def told(before, now, *columns):
    frame = compare(consolidation(*now), consolidation(*before))
    assert list(frame.columns) == list(CHANGES)
    return frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None).to_numpy().tolist()


def test_a_number_that_reads_otherwise_is_told_with_both_cells():
    now = [number("1", 6.0, cell="C9", file="b.xlsx", sheet="T"), number("2", 7.0)]
    columns = ("kind", "row", "old", "new", "old_file", "old_sheet", "old_cell", "file", "sheet", "cell")
    assert told(([number("1", 5.0), number("2", 7.0)],), (now,), *columns) == [
        ["changed", "1", 5.0, 6.0, "a.xlsx", "S", "B1", "b.xlsx", "T", "C9"]
    ]


def test_numbers_that_came_and_went_are_told():
    assert told(([number("1", 5.0)],), ([number("2", 7.0)],), "kind", "row", "label", "old", "new") == [
        ["gone", "1", "1", 5.0, None],
        ["new", "2", "2", None, 7.0],
    ]


@pytest.mark.parametrize(("old", "new"), [("nil", "number"), ("blank", "missing"), ("rejected", "blank")])
def test_a_state_that_is_another_is_a_change_even_if_the_value_is_none_or_the_same(old, new):
    values = {"nil": 0.0, "number": 0.0}
    before, now = (number("1", values.get(state, float("nan")), state) for state in (old, new))
    assert told(([before],), ([now],), "kind", "old_state", "new_state") == [["changed", old, new]]


def test_a_number_that_only_moved_or_was_typed_otherwise_is_no_change():
    moved = number("1", 5.0, cell="Z99", sheet="T", raw="5,0", label="One")
    assert told(([number("1", 5.0, raw="5")],), ([moved],), "kind") == []


def test_a_row_that_stands_twice_is_compared_one_by_one():
    before, now = [number("1", 5.0), number("1", 6.0)], [number("1", 5.0), number("1", 7.0), number("1", 8.0)]
    assert told((before,), (now,), "kind", "old", "new") == [["changed", 6.0, 7.0], ["new", None, 8.0]]


def test_a_status_or_a_file_that_is_another_is_told_before_the_numbers():
    columns = ("kind", "province", "old_state", "new_state", "old_file", "file")
    refused = ([number("1", 5.0)], [sent("refused")])
    assert told(([number("1", 4.0)],), refused, *columns)[0] == [
        "status", "north", "accepted", "refused", "a.xlsx", "a.xlsx",
    ]  # fmt: skip
    renewed = ([], [sent("superseded"), sent(file="b.xlsx", sha256="2")])
    assert told(([],), renewed, *columns) == [["file", "north", "accepted", "accepted", "a.xlsx", "b.xlsx"]]


def test_a_province_that_came_at_last_has_another_status():
    assert told(([], [sent("missing", file="")]), ([],), "kind", "old_state", "new_state", "file") == [
        ["status", "missing", "accepted", "a.xlsx"]
    ]


def test_without_a_baseline_the_only_line_says_so():
    frame = compare(consolidation([number("1", 5.0)]), None)
    assert frame["kind"].tolist() == ["no_baseline"]
    assert frame["province"].tolist() == [""]


# In outputs


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """The small world, consolidated and accepted; read only."""
    places = write_small(tmp_path_factory.mktemp("accepted"))
    pipeline.consolidate("2024", **places)
    store.accept(YEAR, places["outputs"])
    return places


@pytest.fixture
def small(accepted, tmp_path):
    for path in accepted.values():
        shutil.copytree(path, tmp_path / path.name)
    return {name: tmp_path / path.name for name, path in accepted.items()}


def lines(places):
    text = (places["outputs"] / "2024" / "changes.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.slow
def test_the_same_inputs_give_only_the_header_and_are_proven(small):
    result = pipeline.consolidate("2024", **small)
    assert (small["outputs"] / "2024" / "changes.csv").read_bytes() == b"\xef\xbb\xbf" + ",".join(
        CHANGES
    ).encode() + b"\r\n"
    assert len(result.changes) == 0
    assert "changes.csv" in store.read_manifest(small["outputs"] / "2024")["outputs"]
    assert verify_outputs(YEAR, Places(**small)).proven


def test_numbers_stand_unquoted_and_texts_that_look_like_formulas_do_not(small):
    rows = [("@Một", -3, 8), ("Hai", 30, 30.5)]
    write_submission(small["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", rows)
    pipeline.consolidate("2024", **small)
    found = {(line["kind"], line["row"], line["measure"]): line for line in lines(small)}
    assert found["new", "'@Một", "cleared"]["new"] == "8"
    assert found["changed", "Hai", "cleared"]["new_state"] == "rejected"  # half a case
    assert found["changed", "Hai", "cleared"]["old"] == "30"
    assert found["status", "", ""]["new_state"] == "partial"
    loaded = pipeline.load("2024", small["outputs"]).changes
    pd.testing.assert_frame_equal(loaded, pipeline.consolidate("2024", **small).changes)


@pytest.mark.slow
def test_two_runs_write_the_same_changes_and_they_are_proven(small):
    write_submission(small["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 11, 8), ("Hai", 30, 30)])
    pipeline.consolidate("2024", **small)
    before = (small["outputs"] / "2024" / "changes.csv").read_bytes()
    pipeline.consolidate("2024", **small)
    assert (small["outputs"] / "2024" / "changes.csv").read_bytes() == before
    assert [(line["kind"], line["row"], line["old"], line["new"]) for line in lines(small)] == [
        ("file", "", "", ""), ("changed", "Một", "10", "11"),
    ]  # fmt: skip
    assert verify_outputs(YEAR, Places(**small)).proven


@pytest.mark.slow
def test_outputs_whose_baseline_was_replaced_are_proven_but_for_their_changes(small):
    write_submission(small["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 11, 8), ("Hai", 30, 30)])
    pipeline.consolidate("2024", **small)
    store.accept(YEAR, small["outputs"])
    verdict = verify_outputs(YEAR, Places(**small))
    assert verdict.proven
    assert "verify.changed_baseline" in {said.key for said in verdict.said}


def test_outputs_of_before_there_was_a_baseline_are_still_proven(accepted):
    assert [line["kind"] for line in lines(accepted)] == ["no_baseline"]
    assert "pipeline accept 2024" in lines(accepted)[0]["message"]
    verdict = verify_outputs(YEAR, Places(**accepted))
    assert [said.key for said in verdict.said] == ["verify.ok"]


@pytest.mark.parametrize("damage", ["altered", "gone", "run.json"])
def test_a_baseline_that_is_not_what_was_accepted_is_told_and_compared_with_nothing(small, damage):
    folder = small["outputs"] / "accepted" / "2024"
    if damage == "altered":
        shutil.copy(folder / "indicators.parquet", folder / "observations.parquet")
    else:
        (folder / ("submissions.csv" if damage == "gone" else "run.json")).unlink()
    result = pipeline.consolidate("2024", **small)
    assert result.changes["kind"].tolist() == ["damaged_baseline"]


def test_a_correction_after_the_baseline_is_a_change(tmp_path):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: Cases}}}"
    desk = Desk(tmp_path).catalogue(form).send([["D", "Cases"], ["A", 10]])
    desk.consolidate()
    store.accept(YEAR, tmp_path / "outputs")
    head = "province,file,sheet,cell,reads,should_read,reason,by,date\n"
    (desk.inputs / "corrections.csv").write_text(f"{head}north,north.xlsx,F,B2,10,11,r,b,d\n", encoding="utf-8")
    changes = desk.consolidate().changes
    assert changes[["kind", "old", "new", "cell"]].to_numpy().tolist() == [["changed", 10.0, 11.0, "B2"]]


VI = (
    "Số vụ 2024, Trộm cắp, Biểu 01: Tội phạm, Bắc tỉnh, kỳ 2024: 1.000 thành bị loại, xem trang cần xem lại. "
    "Ô F!B2 (north.xlsx); trước đây ở ô F!B2 (north.xlsx)."
)
EN = (
    "Cases in 2024, Theft, Form 01: Crime, North, 2024: 1,000 became rejected, see findings. "
    "Cell F!B2 (north.xlsx); before in cell F!B2 (north.xlsx)."
)


@pytest.mark.parametrize(("lang", "names", "said"), [
    ("vi", ["Bắc tỉnh", "Biểu 01: Tội phạm", "Trộm cắp", "Số vụ 2024"], VI),
    ("en", ["North", "Form 01: Crime", "Theft", "Cases in 2024"], EN),
])  # fmt: skip
def test_changes_are_told_by_names_in_the_runs_language(tmp_path, lang, names, said):
    form = """
        number: "01"
        title: {vi: Tội phạm, en: Crime}
        sheets: [F]
        rows: [{key: t, header: T, members: [{id: theft, code: "1", label: {vi: Trộm cắp, en: Theft}}, {id: b}]}]
        columns: {n: {header: {vi: "Số vụ {year}", en: "Cases in {year}"}}}
    """
    provinces = "[{id: north, name: {vi: Bắc tỉnh, en: North}}, {id: south, name: South}]"
    desk = Desk(tmp_path).catalogue(form, provinces=provinces).send([["T", "Cases in 2024"], ["Theft", 1000], ["b", 1]])
    desk.consolidate()
    store.accept(YEAR, tmp_path / "outputs")
    desk.send([["T", "Cases in 2024"], ["Theft", -1], ["b", 1]])
    changes = pipeline.consolidate("2024", **desk._places(), lang=lang).changes.set_index("kind")
    columns = ["province_name", "form_name", "row_name", "measure_name"]
    assert changes.loc["changed", columns].tolist() == names
    assert changes.loc["changed", "message"] == said
    assert changes.loc["status", "province_name"] == names[0]
    assert "north.xlsx" in changes.loc["status", "message"]


def test_a_changed_share_is_told_as_a_percentage_and_a_changed_file_by_what_happened_to_it(tmp_path):
    form = "title: F\nrows: [{key: t, header: T, members: open}]\ncolumns: {p: {header: Rate, kind: percent}}\n"
    desk = Desk(tmp_path).catalogue(form).send([["T", "Rate"], ["A", "56,3%"], ["B", "50%"]])
    desk.consolidate()
    store.accept(YEAR, tmp_path / "outputs")
    desk.send([["T", "Rate"], ["A", "57%"], ["B", "50,001%"]])
    file, large, small = pipeline.consolidate("2024", **desk._places(), lang="en").changes["message"]
    assert file == "North: the file north.xlsx has other contents than when it was accepted (accepted)."
    assert "56.30% became 57.00%" in large
    assert "50.000% became 50.001%" in small


@pytest.mark.slow
def test_the_command_line_says_what_changed(tmp_path):
    places = write_small(tmp_path)
    assert "pipeline accept 2024" in run("consolidate", cwd=tmp_path, lang="en").stdout
    assert run("accept", "2024", cwd=tmp_path).returncode == 0
    assert "Nothing changed" in run("consolidate", cwd=tmp_path, lang="en").stdout
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 11, 8), ("Ba", 30, 30)])
    said = run("consolidate", cwd=tmp_path, lang="en").stdout
    assert "1 number changed, 2 are new, 2 are gone, 1 change of files: see outputs/2024/changes.csv" in said
    assert "So với mốc đã giữ: 1 số thay đổi" in run("consolidate", cwd=tmp_path).stdout


def test_a_figure_that_an_office_program_wrote_again_at_15_digits_is_no_change():
    before = [number("1", 0.8823529411764706)]
    assert told((before,), ([number("1", 0.882352941176471)],), "kind") == []
    assert told((before,), ([number("1", 0.88235294)],), "kind") == [["changed"]]
