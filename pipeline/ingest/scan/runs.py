"""The runs of a text: stretches in a font of their own, raised, lowered or struck out."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.ingest.scan.markup import Attributes, local

RAISED, STRUCK = "raised_part", "struck_part"
OF_CELL = "cell"  # a run that says nothing of itself looks as its cell does
_OFF = {"0", "false"}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_IN_BRACKETS = re.compile(r"\(.*\)|\[.*\]", re.DOTALL)


class Run(NamedTuple):
    """A stretch of a cell's text, its font and how it is set; without a text it is the whole cell's."""

    text: str
    font: str
    mark: str = ""


class Texts:
    """The runs of each text in a part: one without a font for a plain text."""

    def __init__(self) -> None:
        self.found: list[tuple[Run, ...]] = []
        self._runs: list[Run] = []
        self._font, self._mark = "", ""
        self._text: list[str] = []
        self._within: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """Note where an element of the part begins."""
        tag = local(name)
        self._within.append(tag)
        if tag in {"si", "is"}:
            self._runs = []
        elif tag == "r":
            self._font, self._mark = "", OF_CELL
        elif tag == "rPr":
            self._mark = ""
        elif tag == "rFont":
            self._font = attributes.get("val", "")
        elif tag == "t":
            self._text = []
        else:
            self._mark = mark_of(tag, attributes) or self._mark

    def text(self, data: str) -> None:
        """Take the letters of a text."""
        if self._within and self._within[-1] == "t":
            self._text.append(data)

    def end(self, name: str) -> None:
        """Note where an element ends."""
        tag = local(name)
        if self._within:
            self._within.pop()
        if tag == "t" and "rPh" not in self._within:
            is_rich = "r" in self._within
            said = _unescaped("".join(self._text))
            self._runs.append(Run(said, self._font, self._mark) if is_rich else Run("", ""))
        elif tag in {"si", "is"}:
            self.found.append(tuple(self._runs))


def mark_of(tag: str, attributes: Attributes) -> str:
    """What an element of a font makes of a text; empty for one that makes it neither raised nor struck out."""
    said = attributes.get("val", "")
    if tag == "strike":
        return "" if said in _OFF else STRUCK
    return RAISED if tag == "vertAlign" and said in {"superscript", "subscript"} else ""


def doubt_of(runs: Sequence[Run], of_cell: str = "") -> str:
    """What makes a text none whose digits can be read as one number; ``of_cell`` is how the cell itself is set.

    A raised digit after a letter belongs to a unit, and one in brackets is a footnote's mark that shows itself. A
    number, and a text without runs, is struck out where its cell is: somebody took it back.

    >>> doubt_of([Run("79", ""), Run("1", "", RAISED)]), doubt_of([Run("5 m", ""), Run("2", "", RAISED)])
    ('raised_part', '')
    >>> doubt_of([], STRUCK), doubt_of([], RAISED)
    ('struck_part', '')
    """
    if not any(run.text for run in runs):
        return STRUCK if of_cell == STRUCK else ""
    before = ""
    own = [(text, run.mark if run.mark != OF_CELL else of_cell) for run in runs if (text := run.text.strip())]
    if not own and of_cell == STRUCK:
        return STRUCK
    is_mixed = len({mark for _, mark in own}) > 1
    for text, mark in own:
        if mark == STRUCK:
            return STRUCK
        is_digit = any(c.isdigit() for c in text) and not _IN_BRACKETS.fullmatch(text)
        if mark == RAISED and is_mixed and is_digit and not before[-1:].isalpha():
            return RAISED
        before = text
    return ""


def raised_digits(runs: Sequence[Run]) -> int:
    """How many digits at the end of a text are raised after a word: a footnote's number that shows as such only there.

    >>> raised_digits([Run("Theft", ""), Run("12", "", RAISED)]), raised_digits([Run("79", ""), Run("1", "", RAISED)])
    (2, 0)
    """
    if not runs or runs[-1].mark != RAISED:
        return 0
    *before, last = runs
    said, mark = "".join(run.text for run in before).rstrip(), last.text.strip()
    is_word = any(c.isalpha() for c in said) and not said[-1:].isdigit()
    return len(mark) if mark.isdecimal() and is_word else 0


def cut(text: str, starts: Iterable[tuple[int, str]]) -> tuple[Run, ...]:
    """The runs of a text of which each but the first, which is set as the cell is, begins somewhere with its mark.

    >>> [(run.text, run.mark) for run in cut("791", [(2, RAISED)])]
    [('79', 'cell'), ('1', 'raised_part')]
    """
    begins = [(0, OF_CELL), *starts]
    ends = [*(at for at, _ in begins[1:]), len(text)]
    return tuple(Run(text[at:end], "", mark) for (at, mark), end in zip(begins, ends, strict=True))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text
