"""A sheet whose cells were let go is the same sheet."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

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
