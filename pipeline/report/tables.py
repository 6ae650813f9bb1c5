"""The consolidation as plain tables: parquet for programs, CSV for people."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.coded import text
from pipeline.columns import FINDINGS, INDICATOR_NUMBERS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TABLES
from pipeline.model import Results
from pipeline.plain import plain, tuples

if TYPE_CHECKING:
    import pandas as pd

_FLOATS = frozenset(INDICATOR_NUMBERS) | {"value"}
_INTEGERS = frozenset({"used", "expected", "rank"})
_AT_ONCE = 1 << 20  # rows that are made ready together: a row group, and as many as the library takes for one
_LINES = 10_000  # of a CSV file that are made ready together
# A spreadsheet reads a cell that begins so as a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][0-9]+(?:[.,][0-9]+)?")


def write_tables(results: Results, folder: Path) -> None:
    """Write ``observations.parquet``, ``indicators.parquet``, and all other tables as CSV."""
    consolidation = results.consolidation
    _write_parquet(consolidation.observations, OBSERVATIONS, folder / "observations.parquet")
    _write_parquet(consolidation.indicators, INDICATORS, folder / "indicators.parquet")
    _write_csv(consolidation.submissions, SUBMISSIONS, folder / "submissions.csv")
    write_findings(consolidation.findings, folder / "findings.csv")
    if consolidation.changes is not None:
        _write_csv(consolidation.changes, consolidation.changes.columns, folder / "changes.csv")
    for name, table in consolidation.tables.items():
        _write_csv(table, TABLES[name], folder / f"{name}.csv")


def write_findings(findings: "pd.DataFrame", path: Path) -> None:
    """Write the findings (columns `FINDINGS`) as CSV."""
    _write_csv(findings, FINDINGS, path)


def _write_parquet(frame: "pd.DataFrame", columns: Iterable[str], path: Path) -> None:
    """Write columns with types of our own choice: those of pandas change with versions and with the data."""
    schema = pa.schema([(name, _type(name)) for name in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, max(len(frame), 1), _AT_ONCE):
            rows = frame.iloc[start : start + _AT_ONCE]
            arrays = [_array(name, text(rows[name])) for name in schema.names]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _type(name: str) -> pa.DataType:
    return pa.float64() if name in _FLOATS else pa.int64() if name in _INTEGERS else pa.string()


def _array(name: str, column: "pd.Series[Any]") -> pa.Array:
    """A column as an arrow array: float64 or int64 with nulls, else text without."""
    if column.dtype == "str":  # as it lies there, but for the size of its offsets
        found = pa.array(column.fillna(""))
        whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        return whole.cast(pa.string())
    kind, cells = _type(name), plain(column)
    if kind == pa.string():
        return pa.array(["" if cell is None else str(cell) for cell in cells], kind)
    number = float if kind == pa.float64() else int
    return pa.array([None if cell is None else number(cell) for cell in cells], kind)


def _write_csv(frame: "pd.DataFrame", columns: Iterable[str], path: Path) -> None:
    names = list(columns)
    # The mark at the start tells Excel that the file is UTF-8; a file's name that is no Unicode is escaped.
    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        for start in range(0, len(frame), _LINES):
            for row in tuples(frame.iloc[start : start + _LINES], names):
                writer.writerow([_field(cell) for cell in row])


def _field(cell: object) -> str:
    """A cell of a CSV file; what is text and no number cannot become a formula.

    >>> _field(-5), _field("-5"), _field("-"), _field("-5+1"), _field(None), _field(2.0)
    ('-5', '-5', "'-", "'-5+1", '', '2')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell) else cell
    if isinstance(cell, float):
        return repr(float(cell)).removesuffix(".0")
    return str(cell)
