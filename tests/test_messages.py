"""What users read: every message is there in both languages, whole, with the same blanks to fill."""

import re
import string
from collections import Counter
from importlib import resources

import openpyxl
import pytest
import yaml

from pipeline.catalogue import load_catalogue
from pipeline.messages import Messages, sentences


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_the_screen_the_workbook_and_the_marked_copy_call_a_severity_the_same(severity, lang):
    say = Messages(lang)
    word = say(f"severity.{severity}")
    assert say(f"returns.{severity}").lower() == word
    assert say(f"workbook.severity.{severity}").split(maxsplit=1)[1].lower() == word


@pytest.mark.parametrize("key", sorted(sentences()))
def test_a_message_is_whole_in_both_languages(key):
    texts = sentences()[key]
    for kind in ("province", "expected"):
        assert (f"vi_{kind}" in texts) == (f"en_{kind}" in texts)
    assert set(texts) - {"vi_province", "en_province", "vi_expected", "en_expected"} == {"vi", "en"}
    assert all(isinstance(text, str) for text in texts.values())
    vi, en = blanks(texts["vi"]), blanks(texts["en"])
    assert vi <= en or en <= vi
    assert blanks(texts.get("vi_province", "")) == blanks(texts.get("en_province", "")) <= vi


def test_no_message_stands_in_two_places():
    """Nor twice in one: the later one would be taken without a word."""
    files = [file for file in (resources.files("pipeline") / "messages").iterdir() if file.name.endswith(".yaml")]
    nodes = (yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader) for file in files)
    ids = [key.value for node in nodes for key, _ in node.value]
    assert [key for key, count in Counter(ids).items() if count > 1] == []


def test_numbers_are_written_as_the_language_does():
    assert (Messages("vi").number(1234.5), Messages("en").number(1234.5)) == ("1.234,5", "1,234.5")
    assert (Messages("vi").percent(0.8495), Messages("en").percent(0.8495)) == ("84,95 %", "84.95%")


def test_one_is_said_as_one():
    say = Messages("en")
    assert say("cli.findings", errors=0, warnings=1, infos=1, path="f") == "0 errors, 1 warning, 1 note: see f"
    assert say("cli.explain.agrees", name="n", stated=5.0, count=1) == "n: 5 = the sum of the 1 cell below"
    assert say("cli.explain.agrees", name="n", stated=5.0, count=11) == "n: 5 = the sum of the 11 cells below"


def units(repo):
    forms = load_catalogue(repo / "schemas").forms.values()
    return {column.unit for form in forms for column in form.columns.values() if column.unit}


def test_every_unit_of_the_catalogue_has_its_words_in_english(repo):
    vi, en = Messages("vi"), Messages("en")
    assert len(units(repo)) > 10
    assert [
        unit for unit in units(repo) if not en.has(f"unit_text.{unit}") or not en.has(f"unit_text.one.{unit}")
    ] == []
    assert [unit for unit in units(repo) if not en.unit(unit).isascii() or not en.unit(unit, 1).isascii()] == []
    assert [unit for unit in units(repo) if (vi.unit(unit), vi.unit(unit, 1)) != (unit, unit)] == []


def test_a_unit_is_said_of_one_and_of_many_and_an_unknown_one_as_it_is_spelt():
    say = Messages("en")
    assert (say.unit("vụ"), say.unit("vụ", 1), say.unit("vụ", 0)) == ("cases", "case", "cases")
    assert (say.unit("khẩu"), say.unit("khẩu", 1), say.unit("")) == ("khẩu", "khẩu", "")


@pytest.mark.slow
def test_the_english_workbook_shows_no_vietnamese_unit(repo, consolidated_en):
    """Alone in a cell, in the line of units, or after a number; what the files say stands as it is typed."""
    foreign = "|".join(sorted(unit for unit in units(repo) if not unit.isascii()))
    shown = re.compile(rf"(?:^|Units: .*|\d )(?:{foreign})(?:$|\W)(?!.*\.xlsx)")
    book = openpyxl.load_workbook(consolidated_en.folder / "consolidated.xlsx", read_only=True)
    as_typed = ("Sources", 5)
    cells = [
        str(value)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for column, value in enumerate(row)
        if value is not None and (sheet.title, column) != as_typed
    ]
    assert [cell for cell in cells if shown.search(cell)] == []
    assert {"million dong", "cases"} <= set(cells)
    assert any("Units: cases, suspects." in cell for cell in cells)
    assert any("2 off for each 1 case:" in cell for cell in cells)
