"""The page on Python: its examples give what they show, and its tables name each column with its dtype."""

import doctest
import re
import shutil
from typing import get_args

import pandas as pd
import pytest

import pipeline
from pipeline import states
from pipeline.indicators.figures import INCOMPLETE, NO_DATA, NOT_COMPARABLE, REPORTED, STATED
from pipeline.model import DECIDED, Severity

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \|", re.MULTILINE)
FRAMES = ["observations", "indicators", "findings", "submissions"]
# A frame as wide as it is; a refusal by the error's name alone.
FLAGS = doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(scope="module")
def page(repo):
    return (repo / "docs" / "python.md").read_text(encoding="utf-8")


def test_every_example_gives_what_is_shown_below_it(repo, consolidated, page, tmp_path, monkeypatch):
    shutil.copytree(consolidated.outputs, tmp_path / "outputs")
    for folder in ("inputs", "schemas"):
        shutil.copytree(repo / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(page)
    examples = doctest.DocTestParser().get_doctest("".join(blocks), {}, "docs/python.md", "docs/python.md", 0)
    told = []
    with pd.option_context("display.width", 200, "display.max_columns", 30):
        done = doctest.DocTestRunner(optionflags=FLAGS).run(examples, out=told.append)
    assert not done.failed, "".join(told)
    assert done.attempted > 15


@pytest.mark.parametrize("name", FRAMES)
def test_every_column_of_a_frame_stands_in_its_table_with_its_dtype(consolidated, page, name):
    section = page[page.index(f"\n`.{name}`, a row for each") :].split("\n\n")[1]
    frame = getattr(consolidated.consolidation, name)
    assert ROW.findall(section) == [(column, str(dtype)) for column, dtype in frame.dtypes.items()]
    loaded = pipeline.load("2024", consolidated.outputs)
    assert getattr(loaded, name).dtypes.astype(str).to_dict() == frame.dtypes.astype(str).to_dict()


def words(page, column):
    """The words that a column's lines in the tables name."""
    return {w for line in page.splitlines() if line.startswith(f"| `{column}` |") for w in re.findall(r"`(\w+)`", line)}


def test_the_words_that_a_column_holds_are_named(page):
    assert set(states.STATES) == {v for name, v in vars(states).items() if name.isupper() and isinstance(v, str)}
    assert set(states.STATES) <= words(page, "state")
    assert set(get_args(Severity)) <= words(page, "severity")
    assert DECIDED | {"no_target", NO_DATA, INCOMPLETE, NOT_COMPARABLE} <= words(page, "status")
    assert {"accepted", "accepted_with_warnings", "partial", "refused", "superseded"} <= words(page, "status")
    assert {STATED, REPORTED} <= words(page, "base")


def test_every_function_of_the_package_is_on_the_page(page):
    functions = {name for name in pipeline.__all__ if callable(getattr(pipeline, name)) and name[0].islower()}
    assert functions == set(re.findall(r"^\| `pipeline\.(\w+)\(", page, re.MULTILINE))
