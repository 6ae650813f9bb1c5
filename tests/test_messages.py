"""What users read: every message is there in both languages, whole, with the same blanks to fill."""

import string
from collections import Counter
from importlib import resources

import pytest
import yaml

from pipeline.messages import Messages, _texts


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(_texts()))
def test_a_message_is_whole_in_both_languages(key):
    texts = _texts()[key]
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
