"""A total whose own formula leaves out cells of the table: the finding names them."""

import pytest
import xlsxwriter

from tests import forge
from tests.books import Desk, found, only, values

FORM = """
title: F
sheets: [F, Biểu 03]
rows: [{key: d, header: D, members: open}]
columns: {n: {header: Cases}, m: {header: Cleared, required: false}}
"""
LEFT_OUT = "The formula of the total leaves out"


def sheet(tmp_path, typed, formula, total):
    """What is found in a table of these cells from B2 on, and a total below them with what a formula last gave."""
    desk = Desk(tmp_path).catalogue(FORM).send([["D", "Cases"]])
    with xlsxwriter.Workbook(desk.inputs / "north.xlsx") as book:
        page = book.add_worksheet("F")
        page.write_row(0, 0, ["D", "Cases"])
        for row, value in enumerate(typed, start=1):
            page.write(row, 0, f"R{row}")
            page.write(row, 1, value)
        page.write(len(typed) + 1, 0, "Total")
        page.write_formula(len(typed) + 1, 1, formula, None, total)
    return desk.check()


@pytest.mark.parametrize(
    ("typed", "formula", "total", "cells"),
    [
        ([10, 20, 30, 40], "=SUM(B2:B3)", 30, "B4, B5"),
        ([10, "20", 30], "=SUM($B$2:$B$4)", 40, "B3"),
        ([10, 20, 30], "=B2+B4", 40, "B3"),
        ([10, 20, 30], "=SUM(B2,B4)", 40, "B3"),
        ([10, 20, "30"], "=SUBTOTAL(9,B2:B3)+B4", 60, ""),
    ],
)
def test_the_finding_of_a_total_names_what_its_formula_leaves_out(tmp_path, typed, formula, total, cells):
    result = sheet(tmp_path, typed, formula, total)
    assert list(values(result).values()) == [float(value) for value in typed]
    if cells:
        told = only(result, "total_mismatch")
        assert told["cell"] == f"B{len(typed) + 2}"
        assert f"{LEFT_OUT} {cells} (" in told["message"]
    else:
        assert found(result) == []


@pytest.mark.parametrize(("formula", "total"), [("=SUM(B2:B3)", 35), ("=B2*2", 20), ("=SUM(Other!B2:B3)", 30)])
def test_what_a_formula_leaves_out_is_not_named_where_it_does_not_explain_the_difference(tmp_path, formula, total):
    told = only(sheet(tmp_path, [10, 20, 40], formula, total), "total_mismatch")
    assert LEFT_OUT not in told["message"]
    assert "Check the rows first" in told["message"]


def test_a_formula_that_cells_share_is_read_for_each_of_them(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send([["D"]])
    first = forge.Xml('<c r="B5"><f t="shared" ref="B5:C5" si="0">SUM(B2:B3)</f><v>3</v></c>')
    other = forge.Xml('<c r="C5"><f t="shared" si="0"/><v>30</v></c>')
    cells = {"A1": "D", "B1": "Cases", "C1": "Cleared", "A2": "X", "B2": 1, "C2": 10, "A3": "Y", "B3": 2, "C3": 20}
    cells |= {"A4": "Z", "B4": 4, "C4": 40, "A5": "Total", "B5": first, "C5": other}
    cells |= dict.fromkeys(("D1", "D2", "D3", "D4", "D5"))
    (desk.inputs / "north.xlsx").write_bytes(forge.book(cells))
    mismatches = desk.check().findings.query("rule == 'total_mismatch'")
    said = [message[message.index(LEFT_OUT) :].split(" (")[0] for message in mismatches["message"]]
    assert said == [f"{LEFT_OUT} B4", f"{LEFT_OUT} C4"]
