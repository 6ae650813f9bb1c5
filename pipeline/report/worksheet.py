"""A worksheet that writes formulas faster than the library's own."""

import re

from xlsxwriter.worksheet import Worksheet

# The functions that the library marks as newer than the file format, wherever it finds them. It looks for each of the
# thirty in each formula, which is a third of the time that a workbook takes; one look for any of them is enough.
_NEWER = re.compile(
    r"\b(?:ANCHORARRAY|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|DROP|EXPAND|FILTER|HSTACK|LAMBDA|MAKEARRAY|MAP|RANDARRAY|REDUCE"
    r"|SCAN|SEQUENCE|SORT|SORTBY|SWITCH|TAKE|TEXTSPLIT|TOCOL|TOROW|UNIQUE|VSTACK|WRAPCOLS|WRAPROWS|XLOOKUP)\(|\SINGLE\("
)


class QuickWorksheet(Worksheet):  # type: ignore[misc]
    """The same sheet in less time."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        if formula.startswith("=") and not (expand_future_functions or formula.endswith("}") or _NEWER.search(formula)):
            return formula[1:]
        return str(super()._prepare_formula(formula, expand_future_functions))
