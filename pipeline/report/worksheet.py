"""A worksheet that writes cells faster than the library's own, and need not hold them to the end."""

import shutil
from collections.abc import Callable
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any, cast

from pipeline.report.worksheet_cells import QuickCells


class QuickWorksheet(QuickCells):
    """The same sheet in less time and memory."""

    table: Any  # untyped in the library
    hyperlinks: Any
    fh: Any
    _settled: tuple[IO[str], IO[str]] | None = None

    def settle(self) -> None:
        """Write cells and links to files that pass, and let them go: this sheet gets no more, and no chart is of it.

        The library holds all cells of all sheets until the workbook is closed. Its own mode for less memory wants the
        rows in their order, and keeps no tables.
        """
        cells, links = self._passing(super()._write_sheet_data), self._passing(super()._write_hyperlinks)
        self.table, self.hyperlinks = MappingProxyType({}), MappingProxyType({})
        self._settled = cells, links

    def _passing(self, write: Callable[[], None]) -> IO[str]:
        self.fh = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  closed once copied
        write()
        written, self.fh = self.fh, None
        return cast("IO[str]", written)

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
