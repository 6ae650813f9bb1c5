"""Every number in a form's column is used, set aside with a reason, or an error of the program."""

import csv
import math

import openpyxl
import pytest

from pipeline.columns import TABLES
from pipeline.ingest import table_rows
from pipeline.ingest.plain_cells import PlainCells
from pipeline.model import Places
from pipeline.periods import Period
from pipeline.verify import verify_outputs
from tests.books import Desk, found

FORM = """
title: F
rows: [{key: d, header: District, members: open}]
columns:
  n: {header: Cases}
  damage: {header: Damage, kind: amount, unit: triệu đồng, required: false}
"""
LISTED = FORM.replace("members: open", "unlisted: ignore, members: [{id: a, label: A}, {id: b, label: B}]")
_COLUMN = ["file", "province", "form", "measure", "period"]
TABLE = [["District", "Cases"], ["A", 7], ["B", 8], ["Tổng số", 15]]


def proof(result, measure="n"):
    table = result.tables["reconciliation"]
    return table[table["measure"] == measure].iloc[0]


def desk(folder, form=FORM):
    return Desk(folder).catalogue(form)


def test_numbers_read_are_used_or_set_aside_with_their_sums(tmp_path):
    own = proof(desk(tmp_path).send([["Năm 2024"], *TABLE]).consolidate())
    assert (own["read"], own["used"], own["totals"]) == (3, 2, 1)
    assert (own["sum_read"], own["sum_used"], own["sum_aside"], own["difference"]) == (30, 15, 15, 0)


def test_a_unit_that_converts_says_what_it_changed(tmp_path):
    rows = [["Năm 2024"], ["ĐVT: tỷ đồng"], ["District", "Cases", "Damage"], ["A", 7, 1.5], ["B", 8, 2]]
    own = proof(desk(tmp_path).send(rows).consolidate(), "damage")
    assert (own["sum_read"], own["sum_used"], own["sum_changed"], own["difference"]) == (3.5, 3500, 3496.5, 0)


def test_a_number_that_an_error_refuses_is_rejected(tmp_path):
    own = proof(desk(tmp_path).send([["Năm 2024"], *TABLE[:2], ["B", -8]]).consolidate())
    assert (own["read"], own["used"], own["rejected"]) == (2, 1, 1)


def test_rows_that_the_form_ignores_and_those_that_are_told_are_set_aside(tmp_path):
    own = proof(desk(tmp_path, LISTED).send([["Năm 2024"], *TABLE[:3], ["Other", 5]]).consolidate())
    assert (own["read"], own["used"], own["told"]) == (3, 2, 1)
    told = LISTED.replace("unlisted: ignore, ", "")
    own = proof(desk(tmp_path / "b", told).send([["Năm 2024"], *TABLE[:3], ["Other", 5]]).consolidate())
    assert own["told"] == 1


def test_numbers_beside_the_table_are_outside_it_and_counted(tmp_path):
    rows = [["Năm 2024"], *TABLE, [], ["Ghi chú: như trên"], ["Khác", 99]]
    own = proof(desk(tmp_path).send(rows).consolidate())
    assert (own["read"], own["used"]) == (4, 2)
    assert own["outside"] + own["told"] == 1


def test_numbers_of_columns_that_were_not_recognised_are_counted_and_summed_too(tmp_path):
    rows = [["Năm 2024"], ["District", "Cases", "Weather"], ["A", 7, 1.5], ["B", 8, 2], ["Tổng số", 15, "-"]]
    result = desk(tmp_path).send(rows).consolidate()
    table = result.tables["reconciliation"].set_index("measure")
    assert ("warning", "unknown_column", "C2") in found(result)
    own = table.loc["?C"]
    assert (own["read"], own["unknown_column"], own["used"], own["lost"]) == (2, 2, 0, 0)
    assert (own["sum_read"], own["sum_used"], own["sum_aside"], own["difference"]) == (3.5, 0, 3.5, 0)
    assert own["label"] == "(column C: not recognised, not used)"
    assert (table.loc["n", "read"], table.loc["n", "unknown_column"]) == (3, 0)


def test_numbers_without_a_header_beside_a_table_or_a_list_are_counted_too(tmp_path):
    rows = [["Năm 2024"], ["District", "Cases", None], ["A", 7, 5], ["B", 8, 6], ["Tổng số", 15, None]]
    assert proof(desk(tmp_path / "a").send(rows).consolidate(), "?C")["sum_aside"] == 11
    listed = "title: F\nlayout: list\ncolumns: {n: {header: Cases}, m: {header: Floods}}\n"
    rows = [["Năm 2024"], ["What", "Số liệu", "Ý kiến"], ["Cases", 4, 9], ["Floods", 5, 1]]
    own = proof(desk(tmp_path / "b", listed).send(rows).consolidate(), "?C")
    assert (own["unknown_column"], own["sum_aside"], own["difference"]) == (2, 10, 0)


def test_a_column_of_personal_numbers_is_in_no_sum(tmp_path):
    rows = [["Năm 2024"], ["District", "Cases", "Card"], ["A", 7, 38201001234], ["B", 8, "038201001234"]]
    table = desk(tmp_path).send(rows).consolidate().tables["reconciliation"]
    assert set(table["measure"]) == {"n"}


def test_a_superseded_file_is_counted_too(tmp_path):
    made = desk(tmp_path).send([["Năm 2024"], *TABLE], name="north lần 1.xlsx")
    result = made.send([["Năm 2024"], *TABLE[:2], ["B", 9], ["Tổng số", 16]], name="north lần 2.xlsx").consolidate()
    table = result.tables["reconciliation"].set_index("file")
    assert table.loc["north lần 1.xlsx", "file_unused"] == 3
    assert table.loc["north lần 2.xlsx", "used"] == 2


def test_a_reader_that_loses_a_row_is_found_out(tmp_path, monkeypatch):
    keep = table_rows._keep

    def lose_b(table, row, about):
        if about.label != "B":
            keep(table, row, about)

    monkeypatch.setattr(table_rows, "_keep", lose_b)
    result = desk(tmp_path).send([["Năm 2024"], *TABLE[:3]]).consolidate()
    assert [f[:3] for f in found(result)] == [("error", "reconciliation_failed", "B4")]
    assert proof(result)["difference"] == 8
    assert not result.complete


def test_a_number_that_is_read_as_a_blank_is_found_out_even_where_it_is_nought(tmp_path, monkeypatch):
    from pipeline.ingest import cells

    parse = cells.parse_cell
    blank = parse("", "count", None)
    monkeypatch.setattr(PlainCells, "at", lambda *_: None)
    monkeypatch.setattr(cells, "parse_cell", lambda v, kind, marks: blank if v == 0 else parse(v, kind, marks))
    result = desk(tmp_path).send([["Năm 2024"], *TABLE[:2], ["B", 0]]).consolidate()
    assert ("error", "reconciliation_failed", "B4") in [f[:3] for f in found(result)]
    assert (proof(result)["lost"], proof(result)["difference"]) == (1, 0)


def test_outputs_that_are_reproduced_but_not_reconciled_are_not_proven(tmp_path, monkeypatch):
    keep = table_rows._keep
    monkeypatch.setattr(table_rows, "_keep", lambda t, row, about: None if about.label == "B" else keep(t, row, about))
    made = desk(tmp_path).send([["Năm 2024"], *TABLE[:3]])
    made.consolidate()
    verdict = verify_outputs(Period.parse("2024"), Places(**made._places()))
    assert (verdict.proven, [said.key for said in verdict.said]) == (False, ["verify.not_reconciled"])


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_reader_that_changes_a_number_is_found_out(tmp_path, monkeypatch, is_plain):
    from pipeline.ingest import cells

    parse, plain = cells.parse_cell, PlainCells.at

    def one_more_at_once(own, cell, measure):
        read = plain(own, cell, measure)
        return read._replace(value=read.value + 1) if is_plain and read else None

    def one_more(value, kind, marks):
        read = parse(value, kind, marks)
        return read if math.isnan(read.value) else cells.replace(read, value=read.value + 1)

    monkeypatch.setattr(PlainCells, "at", one_more_at_once)
    monkeypatch.setattr(cells, "parse_cell", one_more)
    result = desk(tmp_path).send([["Năm 2024"], *TABLE[:3]]).consolidate()
    assert {f[1] for f in found(result)} == {"reconciliation_differs"}
    assert proof(result)["difference"] == -2


def test_the_samples_sums_are_those_of_their_cells_less_what_is_set_aside(consolidated, samples):
    """The cells are read here by another library, all numbers below each column's first observation."""
    result = consolidated.consolidation
    observations = result.observations
    table = result.tables["reconciliation"].set_index(["file", "province", "form", "measure", "year"])
    books = {file: openpyxl.load_workbook(samples / file, data_only=True) for file in set(observations["file"])}
    for (file, province, form, measure, about), own in observations.groupby(_COLUMN):
        numbers = own[own["state"] == "number"]
        year = "current" if about == "2024" else "previous"
        if not len(numbers):
            continue
        line = table.loc[file, province, form, measure, year]
        stored = [books[file][own["sheet"].iloc[0]][cell].value for cell in numbers["cell"]]
        plain = [value for value in stored if isinstance(value, int | float)]
        assert line["used"] == len(numbers)
        if len(plain) == len(stored) and line["sum_changed"] == 0:
            assert math.fsum(plain) == pytest.approx(line["sum_used"]) == pytest.approx(numbers["value"].sum())
        assert line["sum_read"] + line["sum_changed"] == pytest.approx(line["sum_used"] + line["sum_aside"])
        assert line["difference"] == 0
    assert table["read"].sum() > 2000


def test_the_table_is_written_for_people_to_open(consolidated):
    with (consolidated.folder / "reconciliation.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(TABLES["reconciliation"])
    assert len(rows) == len(consolidated.consolidation.tables["reconciliation"])


def test_the_sheets_counts_follow_what_stands_in_the_workbook(consolidated):
    """Numbers used are counted among the sources, findings in their list: nothing that can be counted is pasted."""
    book = consolidated.book()
    heads = {cell.value: cell.column for cell in book["Đối chiếu số liệu"][6]}
    lines = [row for row in book["Đối chiếu số liệu"].iter_rows(min_row=7) if row[0].value]
    for head, begins in (("Được dùng", "=COUNTIFS("), ("Bị mất", "="), ("Kết luận", "=IF(")):
        column = heads[head] - 1
        assert all(str(row[column].value).startswith(begins) for row in lines), head
    assert book["Đối chiếu số liệu"]["F5"].value == f"=SUM(F7:F{6 + len(lines)})"
    (errors, warnings) = (c.column for c in book["Tệp đã nhận"][6] if c.value in {"Lỗi", "Cảnh báo"})
    for row in book["Tệp đã nhận"].iter_rows(min_row=7):
        assert all(str(row[column - 1].value).startswith("=COUNTIFS(") for column in (errors, warnings))
