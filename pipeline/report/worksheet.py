"""A worksheet that writes cells faster than the library's own, and need not hold them to the end."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any, cast

from xlsxwriter.utility import xl_range

from pipeline.report.worksheet_cells import QuickCells

_BLOCK = 16  # rows that the library says together how wide they are
_HEADS = _BLOCK  # rows that are held to the end: titles, headings and what is said above them
_AT_ONCE = 16 * _BLOCK  # rows that are written in one go


class _Areas:
    """Which cells tables take, asked as the library asks: it keeps each of them, 300 bytes a cell."""

    def __init__(self) -> None:
        self.areas: list[tuple[str, int, int, int, int]] = []

    def __setitem__(self, cell: tuple[int, int], area: str) -> None:
        """Nothing is kept cell by cell."""

    def get(self, cell: tuple[int, int]) -> str:
        """The range of the table that has the cell; empty where none has."""
        row, column = cell
        for area, top, left, low, right in self.areas:
            if top <= row <= low and left <= column <= right:
                return area
        return ""


class QuickWorksheet(QuickCells):
    """The same sheet in less time and memory."""

    table: Any  # untyped in the library
    hyperlinks: Any
    fh: Any
    dim_rowmin: int | None
    dim_rowmax: int | None
    _settled: tuple[IO[str], IO[str]] | None = None
    _passed: IO[str] | None = None  # rows that were let go, and up to which
    _next = _HEADS

    def __init__(self) -> None:
        super().__init__()
        self.table_cells = _Areas()

    def add_table(
        self, first_row: int, first_col: int, last_row: int, last_col: int, options: dict[str, Any] | None = None
    ) -> int:
        """Add a table, as the library does."""
        done = int(super().add_table(first_row, first_col, last_row, last_col, options))
        area = (first_row, first_col, last_row, last_col)
        self.table_cells.areas.append((xl_range(*area), *area))
        return done

    def let_go(self, row: int) -> None:
        """Write the rows above this one to a file that passes and let them go, but for the first: they get no more.

        No chart is of them. A sheet of all rows' cells takes ten times what the file does.
        """
        end = row // _BLOCK * _BLOCK
        if end - self._next < _AT_ONCE:
            return
        self._passed = self._passed or TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  closed once copied
        self.fh = self._passed
        self._write_rows_of(self._next, end)
        self.fh = None
        for number in range(self._next, end):
            self._mark_links(number)
            self.table.pop(number, None)
        self._next = end

    def _mark_links(self, row: int) -> None:
        """Note which links of a row are of something else than a text: the library looks for that at the end."""
        for column, link in self.hyperlinks.get(row, {}).items():
            if type(self.table[row].get(column, "")).__name__ not in {"String", "str"}:
                link._is_object_link = True  # noqa: SLF001  as the library does

    def settle(self) -> None:
        """Write cells and links to files that pass, and let them go: this sheet gets no more, and no chart is of it.

        The library holds all cells of all sheets until the workbook is closed. Its own mode for less memory wants the
        rows in their order, and keeps no tables.
        """
        cells, links = self._passing(super()._write_sheet_data), self._passing(super()._write_hyperlinks)
        self.table, self.hyperlinks = MappingProxyType({}), MappingProxyType({})
        self._settled = cells, links

    def _passing(self, write: Callable[[], None]) -> IO[str]:
        with ExitStack() as at_fault:
            self.fh = at_fault.enter_context(TemporaryFile("w+", encoding="utf-8", newline=""))
            write()
            at_fault.pop_all()  # closed once copied
        written, self.fh = self.fh, None
        return cast("IO[str]", written)

    def _write_rows(self) -> None:
        if self._passed is None:
            super()._write_rows()
            return
        if late := [row for row in range(_HEADS, self._next) if self.table.get(row)]:
            self._passed.close()
            raise IndexError(f"{self.get_name()}: row {late[0]} was let go before")
        last = self.dim_rowmax or 0
        self._write_rows_of(self.dim_rowmin or 0, _HEADS)
        self._copy(self._passed)
        self._write_rows_of(self._next, last + 1)

    def _write_rows_of(self, start: int, end: int) -> None:
        """Write the rows from one up to another."""
        whole = self.dim_rowmin, self.dim_rowmax
        self.dim_rowmin, self.dim_rowmax = start, end - 1
        super()._write_rows()
        self.dim_rowmin, self.dim_rowmax = whole

    def _write_sheet_data(self) -> None:
        if self._settled:
            self._copy(self._settled[0])
        else:
            super()._write_sheet_data()

    def _write_hyperlinks(self) -> None:
        if self._settled:
            self._copy(self._settled[1])
        else:
            super()._write_hyperlinks()

    def _copy(self, written: IO[str]) -> None:
        with written:
            written.seek(0)
            shutil.copyfileobj(written, self.fh)
