"""How much room a text takes in a cell, and how much of it a cell can hold."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LONGEST = 32_767  # UTF-16 units in a cell; Excel refuses a file with more
# Thousandths of a letter's height that Arial's letters take, by code from the space on.
_ARIAL = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_OTHER = 1000  # of letters that are not among them: the widest
_WORD = 18.0  # the longest word's width
_UNIT = 525  # of a column's width: 7 pixels, where a letter is 13 1/3 high


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width, broken between words.

    >>> lines("Tỷ lệ khám phá", 10)
    2
    """
    count, space = 0, _wide(" ")
    for paragraph in text.split("\n"):
        room, count = width, count + 1
        for word in paragraph.split(" "):
            need = _wide(word)
            if need > room and room < width:
                room, count = width, count + 1
            while need > room and width > 1:  # a word longer than the column is broken
                need, room, count = need - room, width, count + 1
            room -= need + space
    return count


def word_width(text: str) -> float:
    """The width of a column that breaks no word of a text, but for one that is as long as no word is.

    >>> word_width("Self-assessed") < word_width("Selfassessed")
    True
    """
    return fitting_width(text.replace("-", "- ").split(), 0, _WORD)


def fitting_width(texts: Iterable[str], least: float, most: float) -> float:
    """The width of a column that holds these texts on one line each, within bounds.

    >>> fitting_width(["aaaa", "a"], 2, 10) > 4, fitting_width([], 2, 10)
    (True, 2)
    """
    return min(max(least, *(_wide(text) + 1 for text in texts), least), most)


@lru_cache(4096)
def _wide(word: str) -> float:
    """How many units of a column's width a word takes; marks above and below letters take none.

    >>> _wide("điện") == _wide("dien")
    True
    """
    letters = unicodedata.normalize("NFD", word.replace("\u0111", "d").replace("\u0110", "D"))
    ats = (ord(letter) - ord(" ") for letter in letters if not unicodedata.combining(letter))
    return sum(_ARIAL[at] if 0 <= at < len(_ARIAL) else _OTHER for at in ats) / _UNIT


def fitting(text: str, cut: str) -> str:
    """The text as a cell can hold it: cut visibly where it is too long, and without halves of characters."""
    text = text.encode("utf-8", "replace").decode()
    if len(text) * 2 > _LONGEST and len(text.encode("utf-16-le")) > 2 * _LONGEST:
        room = 2 * (_LONGEST - len(cut))
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + cut
    return text
