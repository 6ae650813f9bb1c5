"""Text as people type it, folded so that two ways of typing the same words compare equal."""

import re
import unicodedata
from functools import lru_cache

# Combining tone marks: grave, acute, tilde, hook above, dot below. A syllable carries one; where it sits
# (on the first or second vowel) is a matter of taste, so folding moves it to the end of the word.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ORDINAL = re.compile(
    r"^\s*(?:\d+(?:\.\d+)+(?=\s)|(?:[ivxlc]+|\d+(?:\.\d+)*|[a-z\u0111])\s*[.)/]|[-–—+*•])\s*", re.IGNORECASE
)
_Y_AFTER_CONSONANT = re.compile(r"(?<=[bcd\u0111ghklmnpqrstvx])y(?=[\u0300\u0301\u0303\u0309\u0323]?$)")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_PERSONAL = re.compile(
    r"(?<![\d.,])\d{12}(?![\d.,]?\d)"  # a citizen's number
    r"|(?<![\d.,+])(?:\+84|0)(?:[ .-]?\d){9}(?!\d)"  # a mobile phone's
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"
)


def tidy(text: str) -> str:
    r"""NFC, no invisible characters, single spaces, trimmed: the form in which text is stored.

    >>> tidy("  Hà\u00a0 Tĩnh ")
    'Hà Tĩnh'
    """
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    r"""The form in which labels are compared: case, tone placement, punctuation, i/y and spaces do not matter.

    >>> fold("Tỷ  lệ\nKHÁM-PHÁ") == fold("tỉ lệ khám phá"), fold("Thanh Hoá") == fold("Thanh Hóa")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().replace("\u00f0", "\u0111")
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in plain).split()
    return " ".join(_fold_word(word) for word in words)


def _fold_word(word: str) -> str:
    if word.isascii() and not word.endswith("y"):
        return word
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in parts if c in _TONES)
    base = _Y_AFTER_CONSONANT.sub("i", unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES)))
    return base + tone


def fold_variants(text: str) -> tuple[str, ...]:
    """A header or label folded as it stands, then without what is in brackets, without repeats.

    >>> fold_variants("Số (vụ)")[1] == fold("Số")
    True
    """
    return tuple(dict.fromkeys(v for v in (fold(text), fold(_BRACKETS.sub(" ", text))) if v))


def label_variants(text: str, of_which: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A row label as it stands, then without its ordinal ("1.", "I)", "-") and without an "of which" opening."""
    bare = strip_opening(text, of_which)
    return tuple(dict.fromkeys((*fold_variants(text), *fold_variants(bare))))


def strip_opening(text: str, of_which: tuple[str, ...] = ()) -> str:
    """The label without its ordinal and without "of which" words (given folded) before it."""
    bare = text
    while True:
        shorter = _ORDINAL.sub("", bare, count=1)
        head, colon, tail = shorter.partition(":")
        if colon and fold(head) in of_which:
            shorter = tail.strip()
        if shorter == bare or not shorter.strip():
            return bare
        bare = shorter


def slug(text: str) -> str:
    """Letters without marks, words joined by ``-``: how a name looks inside a file name.

    >>> slug("Thanh Hoá_báo cáo")
    'thanh-hoa-bao-cao'
    """
    marks = unicodedata.normalize("NFD", tidy(text).casefold().replace("\u0111", "d").replace("\u00f0", "d"))
    letters = "".join(c for c in marks if not unicodedata.combining(c))
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split())


def holds_personal_data(text: str) -> bool:
    """Whether a text seems to hold a 12-digit citizen number, a phone number or an e-mail address."""
    return _PERSONAL.search(text) is not None


def mask_personal(text: str) -> str:
    """The text with anything that seems personal replaced by asterisks."""
    return _PERSONAL.sub("***", text)
