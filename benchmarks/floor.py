"""The least that the work takes: python-calamine reads every sheet, xlsxwriter writes the sums.

``python -m benchmarks.floor FOLDER OUT.xlsx``. No pandas, no checks, no lineage; it sums what ``naive`` sums.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

_SKIPPED = 5  # title rows and the header
_Sums = dict[str, list[float]]


def main(folder: Path, out: Path) -> None:
    """Sum every sheet of a folder's workbooks by its first column."""
    forms: dict[str, _Sums] = {}
    for path in sorted(folder.glob("*.xlsx")):
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            _add(forms.setdefault(name, {}), rows[_SKIPPED:])
    with xlsxwriter.Workbook(str(out), {"constant_memory": True}) as written:
        for name, sums in forms.items():
            sheet = written.add_worksheet(name)
            for row, (label, values) in enumerate(sums.items()):
                sheet.write_string(row, 0, label)
                for column, value in enumerate(values, 1):
                    sheet.write_number(row, column, value)


def _add(sums: _Sums, rows: Sequence[Sequence[object]]) -> None:
    for label, *cells in rows:
        totals = sums.setdefault(str(label), [])
        totals.extend([0.0] * (len(cells) - len(totals)))
        for column, cell in enumerate(cells):
            if isinstance(cell, float):
                totals[column] += cell


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
