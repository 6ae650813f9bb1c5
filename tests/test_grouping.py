"""One cause, one line: findings that repeat are told together, those that follow from another one at their cause."""

import itertools
import math
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.columns import FINDINGS
from pipeline.grouping import GROUPED, grouped
from pipeline.grouping.bases import bases_of
from pipeline.grouping.causes import FOLLOWS
from pipeline.messages import Messages, sentences
from pipeline.model import Basis, Finding, Place, Said
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
    return Finding(
        "blank_cell",
        severity,
        place,
        "north",
        "f",
        params={"column": column, "label": label, "advice": Said("blank.number")},
    )


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
        "Write the number if there is one; 0 or - if there was nothing."
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


def resting(finding, cells, off=math.nan, number=1.0):
    """The finding with cells of its sheet that it rests on."""
    sheet = finding.place.sheet
    return replace(finding, basis=Basis({(sheet, cell): number for cell in cells}, off))


def total(cell, value, of_rows, cells=("C3", "C4"), **more):
    told = at("total_mismatch", cell, value, column="Cases", sum=of_rows, difference=0, rows=3, advice="", **more)
    return resting(told, cells, float(value) - of_rows)


def unknown(text, cell="A9", **more):
    return at("unknown_row", cell, text, "error", **more)


def missing(text, **more):
    return at("missing_row", "A5", "", "error", row=text, where="", **more)


def told(*findings, across=None):
    """(rule, cell, how many follow) of each line."""
    bases = bases_of(findings, pd.DataFrame(columns=["file", "sheet", "cell", "value", "measure"]))
    result = grouped(frame(*findings), "en", across, bases)
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


def test_a_total_follows_from_a_row_that_was_not_read_if_it_is_off_by_its_number():
    row = resting(unknown("Thieving"), ["B9", "C9"], number=2.0)
    assert told(row, total("C19", "5", 3.0)) == [("unknown_row", "A9", 1)]
    for other in (total("C19", "6", 3.0), total("D19", "5", 3.0, ["D3", "D4"]), total("C19", "5", 3.0, form="g")):
        assert [following for _, _, following in told(row, other)] == [0, 0]


def test_a_total_follows_from_rows_that_were_not_read_together():
    rows = [resting(unknown(name, f"A{at}"), [f"C{at}"], number=at) for name, at in (("x", 8), ("y", 9))]
    assert told(*rows, total("C19", "20", 3.0)) == [("unknown_row", "A8", 1), ("unknown_row", "A9", 0)]
    assert [following for *_, following in told(*rows, total("C19", "21", 3.0))] == [0, 0, 0]


def test_a_grand_total_follows_from_the_sub_total_that_it_holds_and_that_is_off_by_as_much():
    part, whole = ["C3"], ["C3", "C4"]
    assert told(total("C9", "361", 433.0, part), total("C23", "714", 786.0, whole)) == [("total_mismatch", "C9", 1)]
    for other in (total("C23", "714", 700.0, whole), total("C23", "714", 786.0, ["C12"])):
        assert told(total("C9", "361", 433.0, part), other) == [
            ("total_mismatch", "C9", 0), ("total_mismatch", "C23", 0),
        ]  # fmt: skip


def restated(cell, more=45):
    params = {"then": "116", "file": "b.xlsx", "cell": "S!G13", "period": "2023", "used": ""}
    changed = Finding("restated", "warning", Place("a.xlsx", "f", cell), "north", "f", "161", params)
    return resting(changed, [cell], more)


def test_a_total_follows_from_last_years_figure_that_was_changed_by_as_much():
    assert told(restated("G13"), total("G23", "697", 742.0, ["G13"])) == [("restated", "G13", 1)]
    for other in (total("G23", "697", 743.0, ["G13"]), total("G23", "697", 742.0, ["G14"])):
        assert told(restated("G13"), other)[0] == ("restated", "G13", 0)


def test_a_total_follows_from_a_number_of_another_scale_that_it_adds_up():
    suspect = at("magnitude_suspect", "C3", "5000", number=5000.0, told="", unit="", how="", reference=5.0, label="A")
    for value, cells, follows in (("9", ["C3"], 1), ("4000", ["C3"], 0), ("9", ["C4"], 0)):
        wrong = replace(total("C9", value, 5004.0), basis=Basis({("f", c): 5000.0 for c in cells}, float(value) - 5004))
        assert told(suspect, wrong)[0][2] == follows, (value, cells)


def converted(*cells):
    params = {"wanted": "triệu đồng", "how": "x", "stored": "x", "count": 2, "columns": "Damage", "cells": "D14, E14"}
    return resting(
        Finding("unit_converted", "warning", Place("a.xlsx", "f", "C14"), "north", "f", "tỷ đồng", params), cells
    )


def test_last_years_figure_follows_from_a_unit_that_converted_it():
    assert told(converted("D14", "E14"), restated("E14"), restated("E15")) == [
        ("unit_converted", "C14", 1), ("restated", "E15", 0),
    ]  # fmt: skip


def test_a_total_follows_from_a_unit_that_converted_some_of_its_numbers_and_not_all():
    wrong = total("C19", "5", 3.0)
    assert told(converted("C3"), wrong)[0][2] == 1
    for cells in (("C3", "C4", "C19"), ("D3",)):
        assert told(converted(*cells), wrong)[0][2] == 0


def test_a_rate_follows_from_the_total_that_it_is_computed_from_only():
    rate = resting(at("stated_mismatch", "E16", "79%", computed=0.5, numbers="", used=""), ["C16", "D16"])
    assert told(total("C16", "371", 361.0), rate) == [("total_mismatch", "C16", 1)]
    assert told(total("F16", "371", 361.0), rate) == [("stated_mismatch", "E16", 0), ("total_mismatch", "F16", 0)][::-1]


def test_a_rule_across_forms_follows_from_what_is_wrong_in_one_of_them(repo):
    catalogue = load_catalogue(repo / "schemas")
    params = {"check": "x", "figures": "x > y", "own": "z"}
    check = at("social_order_cases_agree", "C9", "361", form="crime_by_type", **params)
    uses = {(form, cell): 1.0 for form in ("crime_by_type", "crime_by_district") for cell in ("C3", "C4")}
    check = replace(check, basis=Basis(uses, -2.0))
    for form, follows in (("crime_by_district", 1), ("crime_by_type", 1), ("traffic", 0)):
        cause = total("D16", "5", 3.0, form=form)
        assert told(cause, check, across=catalogue)[0] == ("total_mismatch", "D16", follows)
    assert told(total("D16", "6", 3.0, form="crime_by_type"), check, across=catalogue)[0][2] == 0
    elsewhere = total("D16", "5", 3.0, form="crime_by_type", province="south")
    assert told(elsewhere, check, across=catalogue)[0][2] == 0
    assert told(total("D16", "5", 3.0, form="crime_by_type"), check)[0][2] == 0  # the catalogue names its rules


def test_what_follows_is_named_up_to_a_number():
    row = resting(unknown("Thieving"), [f"{c}9" for c in "BCDEFGHIJK"], number=2.0)
    totals = [total(f"{c}19", "5", 3.0, [f"{c}3"]) for c in "BCDEFGHIJK"]
    findings = (row, *totals)
    bases = bases_of(findings, pd.DataFrame(columns=["file", "sheet", "cell", "value", "measure"]))
    said = grouped(frame(*findings), "en", None, bases)["said"].tolist()
    assert len(said) == 1
    assert said[0].endswith("follow from it: 10, at B19, C19, D19, E19, F19, G19, H19, I19 and 2 more.)")


def test_the_negative_rate_of_a_negative_count_follows_from_it():
    count = at("negative_count", "B9", "-34", "error", column="Cases", label="A")
    rate = resting(at("negative_value", "D9", "-1", "error", column="Rate", label="A"), ["B9", "C9"])
    other = at("negative_value", "E9", "-1", "error", column="Debt", label="A")
    assert told(count, rate, other) == [("negative_count", "B9", 1), ("negative_value", "E9", 0)]


def test_an_error_is_never_counted_behind_a_warning():
    hidden = [(line, cause) for line in FOLLOWS for cause in line.causes]
    assert hidden
    for severity, expected in (("warning", 1), ("error", 0)):
        effect = total("C9", "5", 3.0, severity=severity)
        row = resting(at("row_after_table", "A30", "x", "warning"), ["C30"], number=2.0)
        assert told(row, effect)[0][2] == expected


def test_every_rule_of_the_table_of_causes_has_a_sentence():
    named = {rule for line in FOLLOWS for rule in (*line.causes, *line.effects)} - {"*"}
    assert {rule for rule in named if f"finding.{rule}" not in sentences()} == set()


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
    "a district's row left out of the table": (
        lambda book: book[BY_DISTRICT].delete_rows(9),
        "row_left_out total_mismatch",
    ),
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
    done = desk.check([desk.inputs / BOOK])
    findings = done.findings
    result = grouped(findings[findings["severity"] != "info"], "en", catalogue, done.bases)
    assert sorted(result["rule"]) == rule.split(), result["message"].tolist()
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
