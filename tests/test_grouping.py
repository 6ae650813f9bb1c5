"""One cause, one line: findings that repeat are told together, those that follow from another one at their cause."""

import itertools

import openpyxl
import pandas as pd
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.grouping import GROUPED, grouped
from pipeline.grouping.causes import FOLLOWS
from pipeline.messages import Messages, _texts
from pipeline.model import FINDINGS, Finding, Place
from tests.books import Desk, copy_samples
from tests.test_cli import run

BOOK = "ninh-binh-2024.xlsx"
BY_TYPE, BY_DISTRICT, FIRE = "1. TTXH theo loại", "2. TTXH theo huyện", "4. PCCC"


def frame(*findings, lang="en"):
    """Findings as the frame that a run makes of them."""
    say = Messages(lang)
    rows = []
    for f in findings:
        expected, message = say.finding(f)
        place = f.place
        rows.append(
            (f.severity, f.rule, f.province, f.form, place.file, place.sheet, place.cell, f.value, expected, message)
        )
    return pd.DataFrame(rows, columns=list(FINDINGS), dtype=str)


def blank(cell, sheet="S", file="a.xlsx", severity="warning", column="Cases", label="A"):
    place = Place(file, sheet, cell)
    return Finding("blank_cell", severity, place, "north", "f", params={"column": column, "label": label})


def lines(*findings, **options):
    result = grouped(frame(*findings), "en", **options)
    assert list(result.columns) == list(GROUPED)
    assert result["count"].sum() + result["following"].sum() == len(findings)
    return [(line.rule, line.cells, line.count) for line in result.itertuples()]


# Repeated


def test_three_cells_of_one_column_are_one_line_that_says_where_and_what():
    result = grouped(frame(*(blank(f"F{row}", label=f"row {row}") for row in (3, 4, 5, 20))), "en")
    assert len(result) == 1
    line = result.iloc[0]
    assert (line["cells"], line["count"], line["cell"], line["severity"]) == ("F3:F5, F20", 4, "F3", "warning")
    assert line["message"] == (
        'S (a.xlsx): 4 cells in column F (F3:F5, F20), such as F3: A blank cell in "Cases" (row 3). '
        "Write the number; 0 or - where there is nothing."
    )
    assert line["message"] == f"S (a.xlsx): {line['said']}"


def test_it_is_said_in_vietnamese_too():
    found = frame(*(blank(f"F{row}") for row in (3, 4, 5)), lang="vi")
    assert grouped(found)["said"].iloc[0].startswith('3 ô ở cột F (F3:F5): Ô trống ở "Cases"')


def test_two_cells_are_told_one_by_one():
    assert lines(blank("F3", label="A"), blank("F4", label="B")) == [("blank_cell", "F3", 1), ("blank_cell", "F4", 1)]


def test_cells_of_one_row_are_one_line_too():
    assert lines(*(blank(f"{c}9", column=c) for c in "CDEG")) == [("blank_cell", "C9:E9, G9", 4)]


@pytest.mark.parametrize(
    "other",
    [{"sheet": "T"}, {"file": "b.xlsx"}, {"severity": "error"}, {"label": "A), and (B"}],
    ids=lambda other: next(iter(other)),
)
def test_what_differs_in_place_or_weight_or_words_is_not_told_together(other):
    found = [blank("F3", label="A"), blank("F4", label="B"), blank("F5", label="C")]
    alike = lines(*found)
    assert alike == [("blank_cell", "F3:F5", 3)]
    assert len(lines(*found[:2], blank("F5", **{"label": "C", **other}))) == 3


def test_the_same_sentence_is_told_once_from_the_second_time_on():
    place = Place("a.xlsx", "S")
    params = {"places": ["S!C9", "S!C10"]}
    doubled = [Finding("duplicate_row", "error", place.at(c), "north", "f", "A", params) for c in ("C9", "C10")]
    assert lines(*doubled) == [("duplicate_row", "C9:C10", 2)]


def test_what_is_said_of_many_sheets_is_told_once_with_their_names():
    params = {"period": "2024"}
    sheets = [Place("a.xlsx", sheet, "A4") for sheet in ("S", "T", "U")]
    found = frame(*(Finding("period_conflict", "error", at, "north", at.sheet, "2022", params) for at in sheets))
    line = grouped(found, "en")
    assert line["count"].tolist() == [3]
    assert line["message"].iloc[0].startswith("a.xlsx: 3 sheets (S, T, U): The ")
    assert "says 2022" in line["message"].iloc[0]


def test_an_old_encoding_is_told_once_for_a_file_whatever_each_sheet_gives_as_its_example():
    def typed(sheet, count, before, encodings="TCVN3", *, file="a.xlsx", severity="info", rule="legacy_encoding"):
        params = {"count": count, "before": before, "after": "x", "encodings": [encodings], "cells": ["A1"]}
        return Finding(rule, severity, Place(file, sheet, "A1"), "north", f"form {sheet}", before, params)

    found = frame(typed("S", 30, "a"), typed("T", 7, "b"), typed("U", 8, "c"), typed("V", 9, "d", "VNI"),
                  typed("S", 9, "e", file="b.xlsx"))  # fmt: skip
    line = grouped(found, "en")
    assert line["count"].tolist() == [3, 1, 1]
    assert line["message"].iloc[0].startswith("a.xlsx: 3 sheets (S, T, U), such as S: 30 cells are typed in TCVN3")
    unclear = {"severity": "warning", "rule": "legacy_encoding_unclear"}
    assert len(grouped(frame(typed("S", 3, "a", **unclear), typed("T", 7, "b", **unclear)), "en")) == 1
    assert grouped(frame(typed("S", 30, "a")), "en")["message"].iloc[0].startswith("S!A1 (a.xlsx): 30 cells")


def test_what_is_missing_is_told_in_one_sentence_with_all_names():
    rows = [
        Finding("missing_row", "error", Place("a.xlsx", "S", cell), "north", "f", params={"row": r, "where": ""})
        for r, cell in zip("ABCD", ("A2", "A2", "A3", "A4"), strict=True)
    ]
    line = grouped(frame(*rows), "en")
    assert line["count"].tolist() == [4]
    assert 'Likewise: "B", "C", "D".' in line["said"].iloc[0]


def test_nothing_makes_no_lines():
    assert grouped(frame()).empty
    assert list(grouped(frame()).columns) == list(GROUPED)


def test_the_order_is_that_of_the_first_findings():
    found = [
        blank("B2", label="A"),
        blank("F3", label="B"),
        blank("F4", label="C"),
        blank("F5"),
        blank("G9", label="D"),
    ]
    assert [cells for _, cells, _ in lines(*found)] == ["B2", "F3:F5", "G9"]


def test_ten_thousand_findings_take_no_time_worth_mentioning():
    found = frame(*(blank(f"F{row}", label=str(row)) for row in range(1, 5_000)))
    unknown = frame(
        *(Finding("unknown_row", "error", Place("a.xlsx", "S", f"A{r}"), "n", "f", "x") for r in range(5_000))
    )
    assert len(grouped(pd.concat([found, unknown], ignore_index=True), "en")) == 2


# Following


def at(rule, cell, value="", severity="warning", form="f", province="north", **params):
    return Finding(rule, severity, Place("a.xlsx", form, cell), province, form, value, params)


def total(cell, value, of_rows, **more):
    return at("total_mismatch", cell, value, column="Cases", sum=of_rows, difference=0, rows=3, **more)


def unknown(text, cell="A9", **more):
    return at("unknown_row", cell, text, "error", **more)


def missing(text, **more):
    return at("missing_row", "A5", "", "error", row=text, where="", **more)


def told(*findings, across=None):
    """(rule, cell, how many follow) of each line."""
    result = grouped(frame(*findings), "en", across)
    return [(line.rule, line.cell, line.following) for line in result.itertuples()]


def test_a_row_under_another_name_is_the_one_that_is_missing():
    result = grouped(frame(unknown("Thieving"), missing("Theft")), "en")
    assert result[["rule", "following"]].to_numpy().tolist() == [["unknown_row", 1]]
    assert 'It may be "Theft".' in result["said"].iloc[0]


def test_rows_that_cannot_be_paired_are_both_told():
    assert told(unknown("Thieving"), missing("Theft"), missing("Fraud")) == [
        ("unknown_row", "A9", 0), ("missing_row", "A5", 0), ("missing_row", "A5", 0),
    ]  # fmt: skip


def test_two_rows_under_other_names_are_paired_in_their_order():
    result = grouped(frame(unknown("Thieving", "A8"), unknown("Cheating"), missing("Theft"), missing("Fraud")), "en")
    assert [line.said[-120:].split("It may be ")[1].split(".")[0] for line in result.itertuples()] == [
        '"Theft"',
        '"Fraud"',
    ]


def test_totals_of_a_form_follow_from_a_row_that_was_not_read_but_not_those_of_another_form():
    assert told(unknown("Thieving"), total("C9", "5", 3.0), total("D9", "9", 8.0, form="g")) == [
        ("unknown_row", "A9", 1), ("total_mismatch", "D9", 0),
    ]  # fmt: skip


def test_a_grand_total_follows_from_the_sub_total_that_is_off_by_as_much():
    assert told(total("C9", "361", 433.0), total("C23", "714", 786.0)) == [("total_mismatch", "C9", 1)]
    assert told(total("C9", "361", 433.0), total("C23", "714", 700.0)) == [
        ("total_mismatch", "C9", 0), ("total_mismatch", "C23", 0),
    ]  # fmt: skip


def test_a_total_follows_from_last_years_figure_that_was_changed_by_as_much():
    params = {"then": "116", "file": "b.xlsx", "cell": "S!G13", "period": "2023", "used": ""}
    changed = Finding("restated", "warning", Place("a.xlsx", "f", "G13"), "north", "f", "161", params)
    assert told(changed, total("G23", "697", 742.0)) == [("restated", "G13", 1)]
    assert told(changed, total("G23", "697", 743.0))[0] == ("restated", "G13", 0)


def test_last_years_figure_follows_from_a_unit_that_converted_it():
    params = {"wanted": "triệu đồng", "how": "x", "count": 2, "columns": "Damage", "cells": "D14, E14"}
    converted = Finding("unit_converted", "warning", Place("a.xlsx", "f", "C14"), "north", "f", "tỷ đồng", params)
    then = {"then": "6839", "file": "b.xlsx", "cell": "S!D14", "period": "2023", "used": ""}
    differs = [Finding("restated", "warning", Place("a.xlsx", "f", c), "north", "f", "1", then) for c in ("E14", "E15")]
    assert told(converted, *differs) == [("unit_converted", "C14", 1), ("restated", "E15", 0)]


def test_a_rate_follows_from_the_total_of_its_own_row_only():
    rate = at("stated_mismatch", "E16", "79%", computed=0.5, numbers="", used="")
    assert told(total("C16", "371", 361.0), rate) == [("total_mismatch", "C16", 1)]
    assert told(total("C15", "371", 361.0), rate) == [("total_mismatch", "C15", 0), ("stated_mismatch", "E16", 0)]


def test_a_rule_across_forms_follows_from_what_is_wrong_in_one_of_them(repo):
    catalogue = load_catalogue(repo / "schemas")
    check = at("social_order_cases_agree", "C9", "361", form="crime_by_type", check="x", figures="x > y", own="z")
    for form, follows in (("crime_by_district", 1), ("crime_by_type", 1), ("traffic", 0)):
        cause = total("D16", "5", 3.0, form=form)
        assert told(cause, check, across=catalogue)[0] == ("total_mismatch", "D16", follows)
    elsewhere = total("D16", "5", 3.0, form="crime_by_type", province="south")
    assert told(elsewhere, check, across=catalogue)[0][2] == 0
    assert told(total("D16", "5", 3.0, form="crime_by_type"), check)[0][2] == 0  # the catalogue names its rules


def test_the_negative_rate_of_a_negative_count_follows_from_it():
    count = at("negative_count", "B9", "-34", "error", column="Cases", label="A")
    rate = at("negative_value", "D9", "-1", "error", column="Rate", label="A")
    other = at("negative_value", "D10", "-1", "error", column="Rate", label="B")
    assert told(count, rate, other) == [("negative_count", "B9", 1), ("negative_value", "D10", 0)]


def test_an_error_is_never_counted_behind_a_warning():
    hidden = [(line, cause) for line in FOLLOWS for cause in line.causes]
    assert hidden
    for severity, expected in (("warning", 1), ("error", 0)):
        effect = total("C9", "5", 3.0, severity=severity)
        assert told(at("row_after_table", "A30", "x", "warning"), effect)[0][2] == expected


def test_every_rule_of_the_table_of_causes_has_a_sentence():
    named = {rule for line in FOLLOWS for rule in (*line.causes, *line.effects)} - {"*"}
    assert {rule for rule in named if f"finding.{rule}" not in _texts()} == set()


# What single faults make of a sample


def spoil(cells, sheet=BY_DISTRICT):
    def change(book):
        for cell, value in cells.items():
            book[sheet][cell] = value

    return change


def without_row(book):
    sheet = book[BY_TYPE]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.delete_rows(13)


FAULTS = {
    "a district's row left out of the table": (lambda book: book[BY_DISTRICT].delete_rows(9), "total_mismatch"),
    "a crime's row left out": (without_row, "missing_row"),
    "a row renamed": (spoil({"B13": "Lấy của người ta"}, BY_TYPE), "unknown_row"),
    "a measure of a list renamed": (spoil({"B9": "Cháy chậm"}, FIRE), "unknown_row"),
    "a column renamed": (spoil({"C7": "Con gì đó"}), "missing_column"),
    "a total that is wrong": (spoil({"C16": 371}), "total_mismatch"),
    "last year's figure changed": (spoil({"G13": 161}, BY_TYPE), "restated"),
    "a column of texts": (spoil({f"F{row}": "nhiều" for row in range(8, 16)}), "not_a_number"),
    "a row of texts": (spoil(dict.fromkeys(("C9", "D9", "F9", "G9"), "nhiều")), "not_a_number"),
    "formulas without results": (spoil({f"C{row}": "=1+1" for row in range(8, 16)}), "formula_without_value"),
    "blanks": (spoil({f"C{row}": None for row in range(8, 17)}), "blank_cell"),
    "a part of the numbers negative": (spoil({f"D{row}": -3 for row in range(8, 12)}), "negative_count"),
}


@pytest.fixture(scope="module")
def sample(repo, tmp_path_factory):
    desk = copy_samples(repo, tmp_path_factory.mktemp("faults"))
    copy_samples(repo, desk.folder / "before", "2023").inputs.rename(desk.folder / "inputs" / "2023")
    return desk, (desk.inputs / BOOK).read_bytes(), load_catalogue(repo / "schemas")


_FEW = 4  # of them in every run, the others in the slow one


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param(*fault, id=name, marks=[pytest.mark.slow] * (number >= _FEW))
        for number, (name, fault) in enumerate(FAULTS.items())
    ],
)
def test_one_fault_is_one_line(sample, change, rule):
    desk, whole, catalogue = sample
    (desk.inputs / BOOK).write_bytes(whole)
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    change(book)
    book.save(desk.inputs / BOOK)
    findings = desk.check([desk.inputs / BOOK]).findings
    result = grouped(findings[findings["severity"] != "info"], "en", catalogue)
    assert result["rule"].tolist() == [rule], result["message"].tolist()
    assert result["count"].sum() + result["following"].sum() == (findings["severity"] != "info").sum()


def test_a_sum_without_one_of_its_rows_is_compared_with_nothing(sample):
    desk, whole, _ = sample
    (desk.inputs / BOOK).write_bytes(whole)
    book = openpyxl.load_workbook(desk.inputs / BOOK)
    without_row(book)
    book.save(desk.inputs / BOOK)
    findings = desk.check([desk.inputs / BOOK]).findings
    assert findings.loc[findings["severity"] != "info", "rule"].tolist() == ["missing_row"]


# The command line


FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases}, m: {header: More, required: false}}
"""


@pytest.fixture
def desk(tmp_path):
    settings = "{name: Test, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    desk = Desk(tmp_path).catalogue(FORM, catalogue=settings)
    desk.send([["D", "Cases"], *([f"Row {n}", "many"] for n in range(12))], "a south.xlsx")
    return desk.send([["D", "Cases"], ["A", 1], ["B", None], ["Total", 5]], "b north.xlsx")


def sections(text):
    """The blocks of the output, by their first lines."""
    blocks = [
        list(block) for filled, block in itertools.groupby(text.splitlines(), key=lambda s: bool(s.strip())) if filled
    ]
    return {block[0].strip(): "\n".join(block[1:]) for block in blocks}


def test_check_prints_a_section_for_each_province_the_worst_first(desk):
    done = run("check", "2024", cwd=desk.folder, lang="en")
    assert done.returncode == 1
    assert max(map(len, done.stdout.splitlines())) <= 120
    found = sections(done.stdout)
    heads = [head for head in found if " · " in head]
    assert heads == ["South · a south.xlsx · refused", "North · b north.xlsx · accepted with warnings"]
    south = found[heads[0]]
    assert south.count("error") == 1
    assert "F!B2:B13" in south
    assert "12 cells in column B" in " ".join(south.split())
    assert "a south.xlsx" not in south


def test_what_is_about_no_file_has_a_section_of_its_own(desk):
    (desk.inputs / "corrections.csv").write_text("nothing", encoding="utf-8")
    (desk.inputs / "a south.xlsx").unlink()
    found = sections(run("check", "2024", cwd=desk.folder, lang="en").stdout)
    assert "corrections.csv" in found["In general"]
    assert "South" in next(head for head in found if head.startswith("South · missing"))
    assert "No submission" in found["South · missing"]


def test_the_sections_are_in_the_users_language(desk):
    said = run("check", "2024", cwd=desk.folder).stdout
    for word in ("South · a south.xlsx · từ chối", "Mức độ", "Nội dung", "12 ô ở cột B (B2:B13)"):
        assert word in said


@pytest.mark.slow
def test_more_lines_than_a_screen_holds_are_counted_and_the_file_is_named(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM)
    desk.send([["D", "Cases"], *([f"Row {n}", "many" if n % 3 else n] for n in range(9))])
    for number in range(150):
        (desk.inputs / f"x{number}.xlsx").write_bytes(b"")
    said = run("check", "2024", cwd=tmp_path, lang="en").stdout
    assert "... and " in said
    assert "more findings: see outputs/2024/check/findings.csv" in said
