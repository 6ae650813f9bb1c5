"""The script that tutorials teach: glob, ``read_excel``, concat, groupby, ``to_excel`` with one chart.

``python -m benchmarks.naive FOLDER OUT.xlsx``. It checks nothing and keeps no cell's address: a yardstick of
time, not of results.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from openpyxl.chart import BarChart, Reference

_SKIPPED = 5  # title rows and the header


def main(folder: Path, out: Path) -> None:
    """Sum every sheet of a folder's workbooks by its first column."""
    forms: dict[str, list[pd.DataFrame]] = {}
    for path in sorted(folder.glob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=None, header=None, skiprows=_SKIPPED, engine="openpyxl")
        for name, frame in sheets.items():
            forms.setdefault(name, []).append(frame)
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        for name, frames in forms.items():
            _summary(frames).to_excel(writer, sheet_name=name)
        sheet = writer.sheets[next(iter(forms))]
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=sheet.max_row), titles_from_data=True)
        sheet.add_chart(chart, "J2")


def _summary(frames: list[pd.DataFrame]) -> pd.DataFrame:
    together = pd.concat([frame for frame in frames if not frame.empty] or [pd.DataFrame({0: [], 1: []})])
    numbers = together.iloc[:, 1:].apply(pd.to_numeric, errors="coerce")
    summary: pd.DataFrame = numbers.groupby(together.iloc[:, 0].astype(str)).sum()
    return summary


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
