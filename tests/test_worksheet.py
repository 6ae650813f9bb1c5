"""The quick worksheet prepares formulas as the library's does."""

import inspect
import re

import pytest
from xlsxwriter.worksheet import Worksheet

from pipeline.report.worksheet import QuickWorksheet

# The library's own list, as this version of it has it: what it looks for in every formula.
ALWAYS = inspect.getsource(Worksheet._prepare_formula).partition("if not self.use_future_functions")[0]
NEWER = [name.removeprefix("b") for name in re.findall(r'r"\\(\w+)\\\(', ALWAYS)]


def prepared(formula, **options):
    return [one()._prepare_formula(formula, **options) for one in (Worksheet, QuickWorksheet)]


def test_the_librarys_list_is_found():
    assert len(NEWER) >= 29


@pytest.mark.parametrize("name", NEWER)
def test_a_newer_function_is_marked_wherever_it_stands(name):
    theirs, ours = prepared(f"=IF(A1>0,{name}(B1:B9),2)")
    assert ours == theirs
    assert "_xlfn." in ours


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "=SUM(A1:A2)", "SUM(A1)", "{=SUM(A1*B1)}", "=_xlfn.SORT(A1)", "=RESORT(A1)", '="{a}"', "={1,2}", ""],
)
def test_any_other_formula_is_the_same(formula):
    theirs, ours = prepared(formula)
    assert ours == theirs


def test_what_is_asked_for_is_expanded():
    theirs, ours = prepared("=BETA.INV(1,2,3)", expand_future_functions=True)
    assert ours == theirs == "_xlfn.BETA.INV(1,2,3)"
