"""``corrections.csv``: applied only while its guard holds; what else lies in that file is told and changes nothing."""

import os

import openpyxl
import pytest

from tests.books import Desk, Formatted, found, only, states, values

HEAD = "province,file,sheet,cell,reads,should_read,reason,by,date"
FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases}, m: {header: More, required: false}}
"""
GOOD = "north,north.xlsx,F,B2,10,11,typed twice,Ms Lan,2025-01-10"


@pytest.fixture
def desk(tmp_path):
    sheet = [["D", "Cases"], ["A", 10], ["B", 20], ["Total", 30]]
    return Desk(tmp_path).catalogue(FORM).send(sheet)


def correct(desk, *lines, head=HEAD, encoding="utf-8", newline="\n"):
    (desk.inputs / "corrections.csv").write_bytes(newline.join([head, *lines, ""]).encode(encoding))
    return desk.check()


def rules(result):
    return [(severity, rule) for severity, rule, _ in found(result)]


def raw_of(result, row):
    return result.observations.set_index("row").loc[row, "raw"]


def test_a_corrected_figure_is_used_and_told_and_what_was_typed_stays(desk):
    result = correct(desk, GOOD, "north,north.xlsx,F,B4,30,31,the total too,Ms Lan,2025-01-10")
    assert values(result) == {"A": 11, "B": 20}
    assert raw_of(result, "A") == "10"
    assert found(result) == [("info", "correction_applied", "B2"), ("info", "correction_applied", "B4")]
    message = result.findings.set_index("cell").loc["B2", "message"]
    for word in ("F!B2", "north.xlsx", '"10"', '"11"', "typed twice", "Ms Lan", "2025-01-10"):
        assert word in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_it_is_read_as_any_spreadsheet_writes_it(desk, sign, newline, encoding):
    lines = (HEAD.replace(",", sign), GOOD.replace(",", sign))
    result = correct(desk, *lines[1:], head=lines[0], newline=newline, encoding=encoding)
    assert values(result)["A"] == 11


def test_excels_own_line_about_the_sign_between_columns_is_none_of_the_list(desk):
    result = correct(desk, HEAD.replace(",", ";"), GOOD.replace(",", ";"), head="sep=;")
    assert values(result)["A"] == 11


def test_a_semicolon_file_may_hold_commas_in_its_texts(desk):
    result = correct(desk, GOOD.replace(",", ";").replace("twice", "twice, alas"), head=HEAD.replace(",", ";"))
    assert "typed twice, alas" in only(result, "correction_applied")["message"]


def test_the_columns_may_stand_in_any_order_and_case_and_unknown_ones_are_told(desk):
    head = "DATE, By ,Reason,should read,Reads,cell,sheet,file,province,remark"
    line = "2025-01-10,Ms Lan,typed twice,11,10,B2,F,north.xlsx,north,x"
    result = correct(desk, line, head=head)
    assert values(result)["A"] == 11
    assert "remark" in only(result, "corrections_columns")["message"]


def test_line_numbers_are_those_of_the_file_whatever_is_quoted_above(desk):
    first = 'north,north.xlsx,F,B2,10,11,"a reason\nover three\nlines",Ms Lan,2025-01-10'
    result = correct(desk, first, "", "north,north.xlsx,F,B3,7,21,r,b,d")
    assert "Line 6 " in only(result, "correction_stale")["message"]
    assert values(result)["A"] == 11


@pytest.mark.parametrize("file", ["NORTH.xlsx", " north.xlsx "])
@pytest.mark.parametrize("sheet", ["F", "f", " F "])
@pytest.mark.parametrize("cell", ["B2", "b2", "$B$2", " b2", "F!B2"])
def test_a_place_may_be_written_as_people_write_it(desk, file, sheet, cell):
    result = correct(desk, GOOD.replace("north.xlsx", file).replace(",F,", f",{sheet},").replace("B2", cell))
    assert values(result)["A"] == 11
    assert only(result, "correction_applied")["cell"] == "B2"


# What cannot be used


@pytest.mark.parametrize(("content", "word"), [
    (HEAD.encode("utf-16"), "UTF-8"),
    (f"{HEAD}\n{GOOD}".encode("utf-16-le"), "UTF-8"),
    (f"{HEAD}\n".encode() + "Thanh Hóa".encode("cp1258"), "UTF-8"),
    (f"{HEAD}\n{GOOD}\0\n".encode(), "UTF-8"),
    (b"", "missing"),
    (b"\n\n", "missing"),
    (b"province,file\na,b\n", "sheet, cell, reads, should_read"),
    (b"<html><table></table></html>", "missing"),
    (b"PK\x03\x04", "missing"),
    (f"{HEAD},cell\n{GOOD},B3\n".encode(), "cell stand twice"),
    (f'{HEAD}\nnorth,north.xlsx,F,B2,10,11,"never closed'.encode(), "double quotes"),
    (f"{HEAD}\n{GOOD}{'x' * 200_000}\n".encode(), "proper CSV"),
])  # fmt: skip
def test_a_file_that_is_no_such_list_is_one_error_and_nothing_is_corrected(desk, content, word):
    (desk.inputs / "corrections.csv").write_bytes(content)
    result = desk.check()
    assert rules(result) == [("error", "corrections_unreadable")]
    assert word in only(result, "corrections_unreadable")["message"]
    assert values(result) == {"A": 10, "B": 20}
    assert not result.complete


def test_what_is_no_regular_file_is_told_and_not_opened(desk):
    path = desk.inputs / "corrections.csv"
    for make in (path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to(desk.folder / "elsewhere.csv")):
        make()
        assert ("error", "corrections_unreadable") in rules(desk.check())
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.mark.parametrize(("column", "name"), [(6, "reason"), (7, "by"), (8, "date"), (3, "cell"), (1, "file")])
def test_a_line_that_nobody_answers_for_is_not_applied(desk, column, name):
    fields = GOOD.split(",")
    fields[column] = " "
    result = correct(desk, ",".join(fields))
    assert name in only(result, "correction_incomplete")["message"]
    assert "Line 2 " in only(result, "correction_incomplete")["message"]
    assert values(result)["A"] == 10


def test_columns_of_answers_that_are_missing_leave_every_line_unanswered(desk):
    result = correct(desk, "north,north.xlsx,F,B2,10,11", head="province,file,sheet,cell,reads,should_read")
    assert "reason, by, date" in only(result, "correction_incomplete")["message"]
    assert values(result)["A"] == 10


def test_a_line_with_a_comma_too_many_is_not_applied_but_empty_fields_after_it_do_no_harm(desk):
    result = correct(desk, GOOD.replace("twice", "twice, alas"))
    assert only(result, "correction_line_broken")["message"].startswith("corrections.csv: Line 2 ")
    assert values(result)["A"] == 10
    assert values(correct(desk, f"{GOOD},,,"))["A"] == 11


def test_a_correction_that_holds_twice_is_applied_once(desk):
    result = correct(desk, GOOD, GOOD.replace(",11,", ",11.0,"))
    assert values(result)["A"] == 11
    assert rules(result)[-2:] == [("info", "correction_applied"), ("info", "correction_repeated")]
    assert "Line 3 " in only(result, "correction_repeated")["message"]


def test_corrections_that_contradict_each_other_change_nothing(desk):
    result = correct(desk, GOOD, GOOD.replace(",11,", ",12,"))
    assert values(result)["A"] == 10
    message = only(result, "correction_conflict")["message"]
    assert "Lines 2, 3" in message
    assert "11, 12" in message


@pytest.mark.parametrize("mark", ["-", "...", "0"])
def test_a_correction_that_leaves_no_number_is_no_lost_number(desk, mark):
    result = correct(desk, GOOD.replace(",11,", f",{mark},"), "north,north.xlsx,F,B4,30,20,r,b,d")
    assert "reconciliation_failed" not in set(result.findings["rule"])
    assert "B2" in {cell for _, rule, cell in found(result) if rule == "correction_applied"}


def test_a_correction_to_nothing_is_asked_about_and_not_applied(desk):
    assert values(correct(desk, GOOD.replace(",11,", ",,")))["A"] == 10
    assert "should_read" in only(correct(desk, GOOD.replace(",11,", ",,")), "correction_incomplete")["message"]


def test_a_correction_that_changes_nothing_is_told_as_one(desk):
    result = correct(desk, "north,north.xlsx,F,B2,10,10,checked,Ms Lan,2025-01-10")
    assert values(result) == {"A": 10, "B": 20}
    assert rules(result) == [("warning", "correction_stale")]
    assert "nothing to correct" in only(result, "correction_stale")["message"]


def test_what_stands_beside_a_corrected_number_is_told_as_the_correction_writes_it(desk):
    desk.catalogue(FORM.replace("header: Cases}", "header: Cases, unit: cases}"))
    result = correct(desk, "north,north.xlsx,F,B2,10,12 cases,as reported,Ms Lan,2025-01-10")
    assert values(result)["A"] == 12
    assert only(result, "unit_in_cell")["value"] == "12 cases"


def test_of_two_corrected_names_only_the_one_that_tells_is_said_to_be_applied(desk):
    desk.send([["Some title"], ["D", "Cases"], ["A", 10], ["B", 20], ["Total", 30]])
    names = ("north,north.xlsx,F,A1,Some title,Another,r,b,d", "north,north.xlsx,F,A3,A,C,r,b,d")
    result = correct(desk, *names)
    assert set(values(result)) == {"C", "B"}
    assert only(result, "correction_applied")["cell"] == "A3"
    assert only(result, "correction_stale")["cell"] == "A1"


def test_of_two_lines_for_a_cell_the_one_that_it_reads_is_applied_and_the_other_stale(desk):
    result = correct(desk, GOOD, "north,north.xlsx,F,B2,11,12,r,b,d")
    assert values(result)["A"] == 11
    assert "Line 3 " in only(result, "correction_stale")["message"]


@pytest.mark.parametrize("text", ["eleven", "=1+1", "11/12", "@SUM(A1)"])
def test_a_correction_that_is_no_number_leaves_the_cell_without_one_and_says_so(desk, text):
    result = correct(desk, GOOD.replace(",11,", f",{text},"))
    assert states(result)["A"] == "rejected"
    assert "line 2" in only(result, "correction_no_number")["message"]
    assert only(result, "not_a_number")["value"] == text


@pytest.mark.parametrize(("text", "state"), [("...", "missing"), ("-", "nil"), ("x", "not_applicable")])
def test_a_cell_may_be_corrected_to_a_mark(desk, text, state):
    result = correct(desk, GOOD.replace(",11,", f",{text},"), "north,north.xlsx,F,B4,30,...,r,b,d")
    assert states(result)["A"] == state
    assert ("info", "correction_applied", "B2") in found(result)


def test_a_correction_of_a_cell_that_holds_nothing_of_a_form_is_stale(desk):
    result = correct(desk, "north,north.xlsx,F,Z99,,5,r,b,d")
    assert "holds no number" in only(result, "correction_stale")["message"]


# Names


def test_a_rows_name_can_be_corrected(desk):
    result = correct(desk, "north,north.xlsx,F,A3,B,C,typing error,Ms Lan,2025-01-10")
    assert values(result) == {"A": 10, "C": 20}
    assert only(result, "correction_applied")["cell"] == "A3"


def test_a_columns_name_can_be_corrected_and_a_number_below_it_too(desk):
    desk.send([["D", "Cases", "Mroe"], ["A", 10, 1], ["B", 20, 2]])
    line = "north,north.xlsx,F,{},{},{},r,b,d"
    result = correct(desk, line.format("C1", "Mroe", "More"), line.format("C2", "1", "5"))
    assert values(result, "m") == {"A": 5, "B": 2}
    assert [rule for _, rule in rules(result)] == ["correction_applied", "correction_applied"]
    assert result.observations.set_index(["row", "measure"]).loc[("A", "m"), "raw"] == "1"


def test_a_text_that_nothing_is_read_from_stays_and_its_correction_is_stale(desk):
    desk.send([["D", "Cases"], ["A", 10], ["B", 20], [], ["Note: a remark"]])
    assert only(correct(desk, "north,north.xlsx,F,A5,Note: a remark,Note: b,r,b,d"), "correction_stale")["cell"] == "A5"


# Files that are not read


def test_a_correction_of_a_file_that_was_refused_or_replaced_or_never_came_is_stale_with_the_reason(desk):
    desk.send([["D", "Cases"], ["A", 12]], "north lần 2.xlsx")
    (desk.inputs / "south.xlsx").write_bytes(b"no workbook")
    lines = [GOOD, GOOD.replace("north", "south"), GOOD.replace("north.xlsx", "gone.xlsx")]
    result = correct(desk, *lines)
    stale = result.findings[result.findings["rule"] == "correction_stale"].set_index("file")["message"]
    assert "newer version" in stale["north.xlsx"]
    assert "refused" in stale["south.xlsx"]
    assert "no such file" in stale["gone.xlsx"]
    assert values(result) == {"A": 12}


def test_personal_data_in_a_correction_is_told_nowhere(desk):
    result = correct(desk, "north,north.xlsx,F,B2,0912345678,11,call 0912345678,lan@example.com,d", GOOD)
    texts = result.findings.to_csv()
    assert "0912345678" not in texts
    assert "lan@example.com" not in texts
    assert only(result, "correction_stale")["file"] == "north.xlsx"


def test_personal_data_that_a_correction_would_write_are_told_of_its_file_and_not_written(desk):
    result = correct(desk, "north,north.xlsx,F,A2,A,A 0912345678,name,Ms Lan,2025-01-10", GOOD)
    finding = only(result, "correction_personal")
    assert (finding["severity"], finding["file"], finding["cell"]) == ("warning", "corrections.csv", "")
    assert "Line 2" in finding["message"]
    assert "personal_data" not in set(result.findings["rule"])
    assert "0912345678" not in result.findings.to_csv()
    assert values(result) == {"A": 11, "B": 20}


def test_a_correction_is_read_anew_on_each_run(desk):
    assert values(correct(desk, GOOD))["A"] == 11
    (desk.inputs / "corrections.csv").unlink()
    assert values(desk.check())["A"] == 10


# Percentages: a correction says by itself which share it means, and nothing about its column


SHARES = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases}, k: {header: Cleared}, share: {header: Share, kind: percent, equals: k / n}}
    totals: none
"""
LINE = "north,north.xlsx,F,D2,{},{},r,b,d"


def shares(desk, typed, should_read, reads=None):
    """The shares of a column of which the first cell is corrected, and all that was found."""
    rows = [[name, 10_000, cleared, one] for name, cleared, one in zip("ABC", (8495, 9120, 7500), typed, strict=True)]
    desk.catalogue(SHARES).send([["D", "Cases", "Cleared", "Share"], *rows])
    line = LINE.format(f'"{typed[0] if reads is None else reads}"', f'"{should_read}"')
    result = correct(desk, line)
    return list(values(result, "share").values()), result


@pytest.mark.parametrize(("typed", "should_read", "share"), [
    (["84,95%", "91,20%", "75,00%"], "90%", 0.9),
    (["84,95%", "91,20%", "75,00%"], "90", 0.9),
    (["84,95%", "91,20%", "75,00%"], "0,9%", 0.009),
    (["84,95", "91,20", "75,00"], "90%", 0.9),
    (["84,95", "91,20", "75,00"], "90,5", 0.905),
    ([0.8495, 0.912, 0.75], "0,9", 0.9),
    ([0.8495, 0.912, 0.75], "90%", 0.9),
    ([0.8495, 0.912, 0.75], "0,9%", 0.009),
    ([Formatted(0.8495, "0.00%"), Formatted(0.912, "0.00%"), Formatted(0.75, "0.00%")], "90%", 0.9),
])  # fmt: skip
def test_a_corrected_share_is_read_as_it_is_meant_and_moves_no_other(desk, typed, should_read, share):
    reads = "84,95%" if isinstance(typed[0], Formatted) else None
    others = shares(desk, typed, "...", reads)[0][1:]
    found_shares, result = shares(desk, typed, should_read, reads)
    assert found_shares == [pytest.approx(share), *others]
    assert "correction_applied" in set(result.findings["rule"])


@pytest.mark.parametrize(("typed", "should_read", "others"), [
    (["84,95%", "91,20%", "75,00%"], "0,9", [0.912, 0.75]),
    (["84,95%", "0,50%", "0,75%"], "0,9", [0.005, 0.0075]),
    (["84,95%", "91,20%", "75,00%"], "1", [0.912, 0.75]),
    (["84,95", "91,20", "75,00"], "0,9", [0.912, 0.75]),
    ([0.8495, 0.912, 0.75], "90", [0.912, 0.75]),
    ([Formatted(0.8495, "0.00%"), Formatted(0.912, "0.00%"), Formatted(0.75, "0.00%")], "0,9", [0.912, 0.75]),
])  # fmt: skip
def test_a_corrected_share_that_could_be_two_is_not_applied_and_both_are_named(desk, typed, should_read, others):
    reads = "84,95%" if isinstance(typed[0], Formatted) else None
    found_shares, result = shares(desk, typed, should_read, reads)
    assert found_shares == [pytest.approx(0.8495), *map(pytest.approx, others)]
    told = only(result, "correction_scale_unclear")
    assert (told["severity"], told["cell"]) == ("warning", "D2")
    assert "correction_applied" not in set(result.findings["rule"])
    assert f"{should_read}%" in told["message"]
    assert "Line 2 " in told["message"]


def test_a_fraction_is_right_where_the_correction_itself_reads_a_fraction(desk):
    typed = [Formatted(one, "0.00%") for one in (0.8495, 0.912, 0.75)]
    assert shares(desk, typed, "0.9", "0.8495")[0] == [0.9, 0.912, 0.75]


# What a correction makes of totals and rates: the province stated them of its own figures


def returned(desk):
    """The lines of what goes back to the province: (cell, explanation) below the list's head."""
    path = desk.folder / "outputs" / "2024" / "check" / "returns" / "north.xlsx"
    if not path.exists():
        return []
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [(row[2], row[5]) for row in sheet.iter_rows(min_row=6, values_only=True)]


def test_a_total_that_agreed_before_our_correction_is_not_blamed(desk):
    told = only(correct(desk, GOOD), "corrected_total_mismatch")
    assert (told["severity"], told["cell"], told["value"], told["expected"]) == ("warning", "B4", "30", "31")
    for word in ("B2", '"10"', '"11"', "Ms Lan", "2025-01-10", "31"):
        assert word in told["message"]
    assert "B4" not in {cell for cell, _ in returned(desk)}


def test_a_total_that_was_wrong_before_our_correction_is_still_told_and_says_what_was_corrected(desk):
    desk.send([["D", "Cases"], ["A", 10], ["B", 20], ["Total", 35]])
    told = only(correct(desk, GOOD), "total_mismatch")
    assert 'B2: "10" → "11", Ms Lan, 2025-01-10' in told["message"]
    assert "B4" in {cell for cell, _ in returned(desk)}


def test_a_total_over_a_text_that_we_made_a_number_is_not_blamed(desk):
    desk.send([["D", "Cases"], ["A", "ten"], ["B", 20], ["Total", 30]])
    assert only(correct(desk, GOOD.replace(",10,11,", ",ten,11,")), "corrected_total_mismatch")["cell"] == "B4"


def test_a_total_that_we_correct_wrongly_is_ours_too(desk):
    told = only(correct(desk, "north,north.xlsx,F,B4,30,31,r,Ms Lan,d"), "corrected_total_mismatch")
    assert "31" in told["message"]
    assert 'B4: "30" → "31", Ms Lan, d' in told["message"]


def test_a_rate_that_agreed_before_our_correction_is_not_blamed(desk):
    typed = ["84,95%", "91,20%", "75,00%"]
    rows = [[name, 10_000, cleared, one] for name, cleared, one in zip("ABC", (8495, 9120, 7500), typed, strict=True)]
    desk.catalogue(SHARES).send([["D", "Cases", "Cleared", "Share"], *rows])
    told = only(correct(desk, "north,north.xlsx,F,C2,8495,9495,r,Ms Lan,d"), "corrected_stated_mismatch")
    assert (told["cell"], told["value"]) == ("D2", "84,95%")
    assert 'C2: "8495" → "9495", Ms Lan, d' in told["message"]
    assert "D2" not in {cell for cell, _ in returned(desk)}
    told = only(correct(desk, 'north,north.xlsx,F,D2,"84,95%",90%,r,Ms Lan,d'), "corrected_stated_mismatch")
    assert "is 90.00% but recomputes to 84.95% from" in told["message"]


RULES = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases}, k: {header: Cleared}}
    rules: [{id: within, check: k <= n, message: {en: More.}}]
"""


def test_a_rule_that_only_our_correction_breaks_is_told_to_us_alone(desk):
    desk.catalogue(RULES).send([["D", "Cases", "Cleared"], ["A", 10, 9]])
    told = only(correct(desk, "north,north.xlsx,F,C2,9,12,r,Ms Lan,d"), "corrected_rule_broken")
    assert 'Cleared 12 (C2: "9" → "12", Ms Lan, d) > Cases 10 (B2), row "A". More.' in told["message"]
    assert [cell for cell, said in returned(desk) if "More." in said] == []


def test_a_rule_that_was_broken_before_our_correction_is_still_told(desk):
    desk.catalogue(RULES).send([["D", "Cases", "Cleared"], ["A", 10, 11]])
    told = only(correct(desk, "north,north.xlsx,F,C2,11,12,r,Ms Lan,d"), "within")
    assert 'Cleared 12 (C2: "11" → "12", Ms Lan, d) > Cases 10 (B2)' in told["message"]
    assert [cell for cell, said in returned(desk) if "More." in said] == ["C2"]


def test_sums_of_two_forms_that_only_our_correction_sets_apart_are_told_to_us_alone(desk):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {n: {header: Cases}}}"
    checks = '[{id: agree, check: "sum(f.n) == sum(g.n)", message: {en: Apart.}}]'
    desk.catalogue({"f": form, "g": form.replace("F", "G")}, checks=checks)
    for typed, rule in ((30, "corrected_rule_broken"), (35, "agree")):
        desk.send({"F": [["D", "Cases"], ["A", 10], ["B", 20]], "G": [["D", "Cases"], ["X", typed]]})
        told = only(correct(desk, GOOD), rule)
        assert 'Cases [F] 31 (F!B2:B3; B2: "10" → "11", Ms Lan, 2025-01-10) ≠' in told["message"]
