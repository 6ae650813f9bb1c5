"""A sheet whose cells were let go is the same sheet."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook
from xlsxwriter.exceptions import OverlappingRange

from pipeline.report.sheets import book
from pipeline.report.worksheet import QuickWorksheet


def _written(path: Path, then: Callable[[QuickWorksheet], None]) -> dict[str, bytes]:
    with Workbook(str(path)) as book:
        bold = book.add_format({"bold": True})
        first, second = book.add_worksheet("A", QuickWorksheet), book.add_worksheet("B", QuickWorksheet)
        first.write_row(0, 0, ["n", "v"], bold)
        first.write_url(1, 0, "internal:'B'!A1", bold, "B")
        first.write_url(2, 0, "internal:'B'!A2")
        first.write_url(2, 1, "external:file.xlsx#'A b'!C3", None, "C3")
        first.write_number(2, 0, 7, bold)  # a number that is a link
        first.write_formula(1, 1, "=A3*2", None, 14)
        first.write_string(3, 1, "=1+1 <&> \u1ec7 \U0001f600")
        first.set_row(5, 30, bold)
        first.write_comment(6, 2, "a note")
        first.add_table(8, 0, 10, 1, {"columns": [{"header": "x"}, {"header": "y"}], "data": [[1, "a"], [2, "b"]]})
        then(first)
        second.write_row(0, 0, ["n", "z"])
    with ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def test_cells_that_were_let_go_are_written_as_they_were(tmp_path: Path) -> None:
    held = _written(tmp_path / "held.xlsx", lambda _: None)
    settled = _written(tmp_path / "settled.xlsx", lambda sheet: sheet.settle())
    assert settled == held


def test_a_sheet_that_was_let_go_takes_no_more(tmp_path: Path) -> None:
    def more(sheet: QuickWorksheet) -> None:
        sheet.settle()
        with pytest.raises(KeyError):
            sheet.write_number(20, 0, 1)

    _written(tmp_path / "more.xlsx", more)


def _long(path: Path, *, passing: bool) -> dict[str, bytes]:
    """A sheet of 1,500 rows with links, notes, gaps and heights; a title that comes last, and lines below."""
    with Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2024, 12, 31, tzinfo=UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("A", QuickWorksheet)
        sheet.write_row(5, 0, ["n", "v", "t"], bold)
        for row in range(6, 1500):
            if row % 400:
                sheet.write_url(row, 0, "internal:'A'!A1", bold, "A")
                sheet.write_number(row, 0, row, bold)
                sheet.write_url(row, 3 + row % 7, f"external:file {row}.xlsx#'A'!C3", None, "C3")
                sheet.write_formula(row, 1, f"=A{row + 1}*2", None, 2 * row)
                sheet.write_string(row, 2, f"\u1ec7 {row % 10}")
            if row % 3:
                sheet.set_row(row, 20 + row % 5)
            if row % 50 == 0:
                sheet.write_comment(row, 1, "a note")
            if passing:
                sheet.let_go(row + 1)
        sheet.write_string(0, 0, "title")
        sheet.write_url(3, 0, "internal:'A'!A9", bold, "down")
        sheet.write_string(1502, 40, "below")
        sheet.settle()
    with ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def test_rows_that_were_let_go_are_written_as_they_were(tmp_path: Path) -> None:
    assert _long(tmp_path / "passing.xlsx", passing=True) == _long(tmp_path / "held.xlsx", passing=False)


def test_a_sheet_holds_but_its_last_rows_and_its_first(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "rows.xlsx")) as book:
        sheet = book.add_worksheet("A", QuickWorksheet)
        for row in range(3000):
            sheet.write_number(row, 0, row)
            sheet.let_go(row + 1)
            assert len(sheet.table) <= 300


def test_nothing_is_written_to_a_row_that_was_let_go(tmp_path: Path) -> None:
    book = Workbook(str(tmp_path / "late.xlsx"))
    sheet = book.add_worksheet("A", QuickWorksheet)
    for row in range(1000):
        sheet.write_number(row, 0, row)
        sheet.let_go(row + 1)
    sheet.write_number(100, 1, 7)
    with pytest.raises(IndexError, match="row 100 "):
        sheet.settle()
    book.fileclosed = True


def test_tables_keep_out_of_each_other_and_of_merged_cells(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "tables.xlsx")) as book:
        sheet = book.add_worksheet("A", QuickWorksheet)
        sheet.add_table(2, 0, 9, 3)
        sheet.add_table(10, 0, 12, 3)
        sheet.merge_range(2, 4, 3, 5, "beside")
        for wrong in (lambda: sheet.add_table(9, 3, 20, 5), lambda: sheet.merge_range(12, 3, 13, 3, "over")):
            with pytest.raises(OverlappingRange):
                wrong()
        with pytest.raises(OverlappingRange):
            sheet.add_table(3, 5, 6, 6)


def test_a_sheet_full_of_links_has_room_for_those_that_lead_back():
    """The library leaves out a link that Excel would not take, with its text."""
    sheet = Workbook(BytesIO()).add_worksheet("full", QuickWorksheet)
    sheet.hlink_count = book._MOST_LINKS
    assert [sheet.write_url(row, 0, "internal:'first'!A1", string="back") for row in range(10)] == [0] * 10
