"""Cells that are written in our own way are the library's, to the byte."""

from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.report.worksheet import QuickWorksheet
from pipeline.report.worksheet_cells import _CALLED, _NEWER

FORMULAS = {
    "=SUM(A1:A9)": 3.5,
    '=IF(A1<"<&>",1,2)': "a < b & c",
    "=A1/0": "#DIV/0!",
    "=A1=1": True,
    '=""': "",
    "=XLOOKUP(1,A1:A9,B1:B9)": 1,
    "=_xlfn.SORT(A1:A9)": 1,
    "=SUM(UNIQUE(A1:A9))": 1,
    "=MAPPED(A1)+SORTED(A2)": 1,
    "{=SUM(A1:A9*B1:B9)}": 4,
    "A1+1": 2,
}


def write(path, kind):
    with Workbook(path) as workbook:
        workbook.set_properties({"created": datetime(2024, 12, 31, tzinfo=UTC).replace(tzinfo=None)})
        sheet = workbook.add_worksheet("Sheet", kind)
        bold, red = workbook.add_format({"bold": True}), workbook.add_format({"font_color": "red"})
        sheet.set_row(2, 20, bold)
        sheet.set_column(3, 3, 12, red)
        for column, look in ((0, None), (1, bold), (3, None)):
            for row, (formula, value) in enumerate(FORMULAS.items()):
                sheet.write_formula(row, column, formula, look, value)
            for row, number in enumerate((0, -1.5, 1e21, 1 / 3, 123456789012345678), 20):
                sheet.write_number(row, column, number, look)
            sheet.write_string(30, column, 'a "text" & <more>\n', look)
            sheet.write_blank(31, column, None, look)
            sheet.write_boolean(32, column, True, look)
            sheet.write_datetime(33, column, datetime(2024, 2, 29, tzinfo=UTC).replace(tzinfo=None), look)
            sheet.write_rich_string(34, column, "a", bold, "b", "c")
            sheet.write_url(35, column, "https://example.org/?a=1&b=2", look, "there")
        sheet.write_formula(2_000_000, 0, "=1")  # no sheet has such a row
    return path.read_bytes()


def test_every_kind_of_cell_is_written_as_the_library_writes_it(tmp_path):
    assert write(tmp_path / "a.xlsx", QuickWorksheet) == write(tmp_path / "b.xlsx", Worksheet)


def test_each_function_that_the_library_marks_as_newer_is_left_to_it():
    from xlsxwriter.worksheet import re_dynamic_function

    assert {name.strip().strip("\\b(") for name in re_dynamic_function.pattern.split("|")} == _NEWER
    assert _CALLED.findall("=IF(ISNUMBER(SEARCH(A1,B1)),1,SORT(C1:C2))")[-1] == "SORT"
