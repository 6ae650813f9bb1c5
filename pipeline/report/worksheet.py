"""A worksheet that writes formulas faster than the library's own, and need not hold its cells to the end."""

import re
import shutil
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Any

from xlsxwriter.worksheet import Worksheet

# The functions that the library marks as newer than the file format, wherever it finds them. It looks for each of the
# thirty in each formula, which is a third of the time that a workbook takes; one look for any of them is enough.
_NEWER = re.compile(
    r"\b(?:ANCHORARRAY|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|DROP|EXPAND|FILTER|HSTACK|LAMBDA|MAKEARRAY|MAP|RANDARRAY|REDUCE"
    r"|SCAN|SEQUENCE|SORT|SORTBY|SWITCH|TAKE|TEXTSPLIT|TOCOL|TOROW|UNIQUE|VSTACK|WRAPCOLS|WRAPROWS|XLOOKUP)\(|\SINGLE\("
)


class QuickWorksheet(Worksheet):  # type: ignore[misc]
    """The same sheet in less time and memory."""

    table: Any  # untyped in the library
    fh: Any
    _settled: IO[str] | None = None

    def settle(self) -> None:
        """Write the cells to a file that passes, and let them go: this sheet gets no more, and no chart is made of it.

        The library holds all cells of all sheets until the workbook is closed. Its own mode for less memory wants the
        rows in their order, and keeps no tables.
        """
        for row, links in self.hyperlinks.items():
            for column, link in links.items():
                if type(self.table[row].get(column)).__name__ != "String":
                    link._is_object_link = True  # noqa: SLF001  as it does when it writes the links
        self._settled = self.fh = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  closed once copied
        super()._write_sheet_data()
        self.fh, self.table = None, MappingProxyType({})

    def _write_sheet_data(self) -> None:
        if self._settled is None:
            super()._write_sheet_data()
            return
        with self._settled as written:
            written.seek(0)
            shutil.copyfileobj(written, self.fh)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if formula.startswith("=") and not (expand_future_functions or formula.endswith("}") or _NEWER.search(formula)):
            return formula[1:]
        return str(super()._prepare_formula(formula, expand_future_functions))
