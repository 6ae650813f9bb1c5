"""The copy that goes back to a province opens in LibreOffice, and all that the province wrote is there."""

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pipeline.columns import FINDINGS
from pipeline.ingest.parts import address
from pipeline.report.returns import write_returns
from tests.operators import KEEPING, SPOILING
from tests.pages import write
from tests.test_operators import changed

pytestmark = pytest.mark.slow


def doubts(path):
    """An error and a warning in each sheet: at its last filled cell, and at a cell beside all."""
    found = []
    for name, (rows, _, _) in contents(path).items():
        width = max((len(row) for row in rows), default=0)
        filled = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value != ""]
        for severity, cell in (("error", filled[-1] if filled else (0, 0)), ("warning", (3, width + 1))):
            texts = {"file": path.name, "sheet": name, "cell": address(*cell), "value": "=1+1", "expected": "một số"}
            found.append({"severity": severity, "rule": "not_a_number", "message": "Sửa ô này"} | texts)
    return found


def contents(path):
    """Sheet name -> values, merged ranges and visibility."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = {}
    for index, meta in enumerate(book.sheets_metadata):
        sheet = book.get_sheet_by_index(index)
        rows = [_trimmed([_plain(v) for v in row]) for row in sheet.to_python(skip_empty_area=False)]
        while rows and not rows[-1]:
            rows.pop()
        sheets[meta.name] = rows, sorted(sheet.merged_cell_ranges or ()), meta.visible
    return sheets


def _without(sheet, cells):
    """A sheet's contents with these cells left out."""
    rows, *more = sheet
    kept = [["" if address(r, c) in cells else value for c, value in enumerate(row)] for r, row in enumerate(rows)]
    return [_trimmed(row) for row in kept], *more


def _plain(value):
    return " ".join(value.split()) if isinstance(value, str) else round(value, 9) if isinstance(value, float) else value


def _trimmed(row):
    while row and row[-1] == "":
        row = row[:-1]
    return row


def formulas(path):
    """Sheet name -> cell -> formula, without blanks."""
    import openpyxl

    return {
        sheet.title: {c.coordinate: c.value.replace(" ", "") for row in sheet for c in row if c.data_type == "f"}
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def assert_whole(paths, office, folder):
    """Each returned copy, opened and saved by LibreOffice, has its list first and then the original's sheets."""
    findings = pd.DataFrame([d for path in paths for d in doubts(path)]).reindex(columns=list(FINDINGS), fill_value="")
    sources = {path.name: path for path in paths}
    copies = write_returns(findings, sources, folder / "returns", dict.fromkeys(sources, "vi"))
    assert sorted(p.name for p in copies) == sorted(sources)
    by_name = {copy.name: copy for copy in copies}
    for opened in office.recalculate_all(copies, folder):
        original, shown = contents(sources[opened.name]), contents(opened)
        first, *rest = shown
        assert "Cần sửa" in first, opened.name
        assert rest == list(original), opened.name
        written, kept = formulas(sources[opened.name]), formulas(by_name[opened.name])
        assert {name: kept[name] for name in original} == written, opened.name
        for name, expected in original.items():
            # LibreOffice computes a formula again, also one that was saved without a value.
            typed = [_without(sheet, written[name]) for sheet in (shown[name], expected)]
            assert typed[0] == typed[1], (opened.name, name)


def test_every_operator_leaves_a_workbook_whose_copy_is_whole(office, tmp_path):
    paths = []
    for number, name in enumerate([*KEEPING, *SPOILING]):
        book = changed([name], number)
        book.file = f"{name}.xlsx"
        paths.append(write(book, tmp_path))
    assert_whole(paths, office, tmp_path)


def test_the_copy_of_every_sample_is_whole(repo, office, tmp_path):
    paths = sorted(path for path in (repo / "inputs").glob("*/*.xlsx"))
    for year in {path.parent for path in paths}:
        own = [path for path in paths if path.parent == year]
        assert_whole(own, office, tmp_path / year.name)
