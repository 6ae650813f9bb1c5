"""Text as people type it, folded so that two ways of typing the same words compare equal."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, Literal, ParamSpec, TypeVar

_MOST_KEPT, _LONGEST_KEPT = 65536, 200  # texts of which what was made is remembered, and their letters
# Combining tone marks: grave, acute, tilde, hook above, dot below. A syllable carries one; where it sits
# (on the first or second vowel) is a matter of taste, so folding moves it to the end of the word.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BRACKETS = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09]|\[[^\[\]]*\]")
_ORDINAL = re.compile(
    r"^\s*(?:\d+(?:\.\d+)+(?=\s)|(?:[ivxlc]+|\d+(?:\.\d+)*|[a-z\u0111])\s*[.)/]|[-–—+*•])\s*", re.IGNORECASE
)
_Y_AFTER_CONSONANT = re.compile(r"(?:(?<=[bcd\u0111ghklmnpqrstvx])|(?<=qu))y$")
# Soft hyphens, joiners, marks of direction, variation selectors, and control characters that are no white space.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1b\x7f]"
)
# A sign that a workbook could not hold as such, and that its reader left so.
_ESCAPED = re.compile("_x00[0-7][0-9A-Fa-f]_")
# Typed in the wrong order, a tone keeps its letter from being one with its circumflex or breve.
_TONE_BEFORE_MARK = re.compile("([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
# A word broken at the end of a line: one word in English, in Vietnamese two syllables, which are two words.
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])(?:[-\u2010\u2011]|\u00ad)[ \t]*[\r\n]\s*(?=[^\W\d_])")
# The mark of a footnote: digits set high, but for those of m2 and m3, and a number before a closing bracket.
_HIGH = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u207d\u207e"
_FOOTNOTE = re.compile(
    rf"(?<!\w)[kcd]?m[\u00b2\u00b3](?![{_HIGH}])|[{_HIGH}]+(?:[,;]\s?[{_HIGH}]+)*|\s\d{{1,2}}\)\s*$", re.IGNORECASE
)
_MARK_AFTER = re.compile(
    rf"(?<=[\w)])(?:\s*(?:\*{{1,3}}|[\u2020\u2021\u00a7]|[{_HIGH}]+|[(\[](?:\d{{1,2}}|\*{{1,3}})[)\]])|\s\d{{1,2}}\))+$"
)
# Letters of other alphabets that look like ours; in a word with Latin letters they are slips of a keyboard.
_ALIEN = re.compile("[\u0370-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_ALIKE = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd\u03b9"
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423"
    "\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0445\u0443",
    "ABEZHIKMNOPTYXoviABESIJKMHOPCTXYaesijopcxy",
)
MASK = "***"
OURS = "\u200b\u200b"  # stands around what we write in a note and shows nowhere: so it is told from all else later
# Signs that are typed between the digits of a number: other spaces and dashes as the plain ones.
_BETWEEN = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_SPELT = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_FEWEST_DIGITS = 9  # of any number of a person
_MAY_BE_PERSONAL = re.compile(r"[\d@\uff20]")
# Money that ends a text or a part of it; no phone or citizen has a number that begins so, but 84 of a country.
_MONEY = r"\s*(?:vnd|vn\u0111|(?-i:\u0111\u1ed3ng|ngh\u00ecn|tri\u1ec7u|t\u1ef7))\s*(?:[.,;:)]|$)"
_PERSONAL = re.compile(
    r"(?<![\d+])(?<!\d[.,])(?:"
    # A citizen's number; with few digits behind a comma it is an amount.
    rf"0\d{{11}}(?!\d|[.,]\d{{1,6}}(?!\d))|[1-9]\d{{11}}(?!\d|[.,]\d{{1,6}}(?!\d)|{_MONEY})"
    r"|0\d\d(?P<a>[ .-])\d{3}(?P=a)\d{3}(?P=a)\d{3}(?!\d)"  # the same in groups
    r"|0\d{3}(?P<b>[ .-])\d{4}(?P=b)\d{4}(?!\d)|0\d{5}[ .-]\d{6}(?!\d)"
    r"|0\d\d(?P<f>[ .-])\d{3}(?P=f)\d{6}(?!\d)"
    # A phone's; its first three digits stand together, unlike those of a date and time (05.11.2024 14:30).
    r"|(?:0\d\d|\(?(?:\+|00)84\)?[ .-]{0,2}(?:\(0\))? ?\d\d)(?:[ .)-]{0,3}\d){7,8}(?!\d)"
    rf"|84[ -]?[35789]\d(?:[ .)-]{{0,3}}\d){{7,8}}(?!\d|{_MONEY})"
    r"|0[35789](?P<c>[ .-])(?!0\d)\d\d(?P=c)\d\d(?P=c)\d\d(?P=c)\d\d(?!\d)"  # in pairs
    r"|0[35789]\d\d(?P<d>[/_,\u00b7])\d{3}(?P=d)\d{3}(?!\d)|0(?P<e>[ .])[35789]\d\d(?P=e)\d{3}(?P=e)\d{3}(?!\d)"
    r")"
    # Beside the word for it a number as long as any of them, whatever zero it lost and however it is parted.
    r"|\b(?:s?\u0111t|tel|phone|zalo|s\u1ed1 cc|cmnd|cmtnd|cmt|cccd)\b[^\d]{0,6}\d(?:[ .,-]{0,2}\d){8,11}(?!\d)"
    r"|(?<![\w.+-])[\w.+-]++ ?@ ?[\w-]+\.[\w.-]+",  # an address for mail
    re.IGNORECASE,
)


More = ParamSpec("More")
Given = TypeVar("Given")


def _kept(function: Callable[Concatenate[str, More], Given]) -> Callable[Concatenate[str, More], Given]:
    """Remember what is made of a text: labels repeat. A long one is none, and would fill the memory."""
    remembered = lru_cache(maxsize=_MOST_KEPT)(function)

    @wraps(function)
    def once(text: str, /, *args: More.args, **kwargs: More.kwargs) -> Given:
        return (function if len(text) > _LONGEST_KEPT else remembered)(text, *args, **kwargs)  # type: ignore[arg-type]

    return once


def _kept_alone(function: Callable[[str], Given]) -> Callable[[str], Given]:
    """The same of what is made of a text alone: nothing is asked for as often."""
    remembered = lru_cache(maxsize=_MOST_KEPT)(function)

    @wraps(function)
    def once(text: str, /) -> Given:
        return function(text) if len(text) > _LONGEST_KEPT else remembered(text)

    return once


@_kept_alone
def tidy(text: str) -> str:
    r"""NFC, no invisible characters, single spaces, trimmed: the form in which text is stored.

    >>> tidy("  Hà\u00a0 Tĩnh ")
    'Hà Tĩnh'
    """
    return " ".join(_INVISIBLE.sub("", _composed(text, "NFC")).split())


def without_invisible(text: str) -> str:
    r"""A text as it looks: without signs that take no room or turn the direction of what follows.

    >>> without_invisible("a\u200b\u202eb")
    'ab'
    """
    return _INVISIBLE.sub("", text)


def _composed(text: str, form: Literal["NFC", "NFKC"]) -> str:
    """The text with each letter and its marks as one, in whatever order they were typed."""
    if "_x00" in text:
        text = _ESCAPED.sub(lambda code: chr(int(code[0][2:-1], 16)), text)
    composed = unicodedata.normalize(form, text)
    if "\u0302" not in composed and "\u0306" not in composed:  # a mark that found no letter
        return composed
    return unicodedata.normalize(form, _TONE_BEFORE_MARK.sub(r"\2\1", unicodedata.normalize("NFD", composed)))


@_kept_alone
def fold(text: str) -> str:
    r"""The form in which labels are compared: case, tone placement, punctuation, i/y and spaces do not matter.

    >>> fold("Tỷ  lệ\nKHÁM-PHÁ") == fold("tỉ lệ khám phá"), fold("Thanh Hoá") == fold("Thanh Hóa")
    (True, True)
    """
    if _ALIEN.search(text):
        text = " ".join(word.translate(_ALIKE) if _LATIN.search(word) else word for word in text.split())
    plain = (
        _composed(_INVISIBLE.sub("", text), "NFKC").casefold().replace("\u00f0", "\u0111").replace("\u0256", "\u0111")
    )
    words = "".join(c if c.isalnum() or unicodedata.combining(c) else " " for c in plain).split()
    return " ".join(_fold_word(word) for word in words)


def _fold_word(word: str) -> str:
    if word.isascii() and not word.endswith("y"):
        return word
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in parts if c in _TONES)
    base = _Y_AFTER_CONSONANT.sub("i", unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES)))
    return base + tone


@_kept_alone
def fold_variants(text: str) -> tuple[str, ...]:
    """A header or label folded as it stands first; without brackets and the marks of footnotes last; without repeats.

    Between them stands what a word may be that is broken at the end of a line.

    >>> fold_variants("Số (vụ)")[1] == fold("Số"), fold_variants("Số vụ¹")[-1] == fold("Số vụ")
    (True, True)
    """
    bare = _without_footnotes(_BRACKETS.sub(" ", text))
    joined = () if "\n" not in text and "\r" not in text else (_BROKEN_WORD.sub("", text), _BROKEN_WORD.sub("", bare))
    return tuple(dict.fromkeys(v for v in map(fold, (text, *joined, bare)) if v))


def _without_footnotes(text: str) -> str:
    return _FOOTNOTE.sub(lambda mark: mark[0] if "m" in mark[0].lower() else " ", text)


def without_mark(name: str) -> str:
    """A name without the mark of a footnote after it.

    >>> [without_mark(name) for name in ("A (*)", "A (1)", "A\u00b9", "A 2)", "A 2", "A (B)")]
    ['A', 'A', 'A', 'A', 'A 2', 'A (B)']
    """
    return _MARK_AFTER.sub("", name)


@_kept
def label_variants(text: str, of_which: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A row label as it stands, then without its ordinal ("1.", "I)", "-") and without an "of which" opening."""
    bare = strip_opening(text, of_which)
    return tuple(dict.fromkeys((*fold_variants(text), *fold_variants(bare))))


@_kept
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


def without_ours(text: str) -> str:
    """A note's text without what we wrote in it.

    >>> without_ours(f"A{OURS}B{OURS}C")
    'AC'
    """
    return "".join(text.split(OURS)[::2])


def slug(text: str) -> str:
    """Letters without marks, words joined by ``-``: how a name looks inside a file name.

    >>> slug("Thanh Hoá_báo cáo")
    'thanh-hoa-bao-cao'
    """
    marks = unicodedata.normalize("NFD", tidy(text).casefold().replace("\u0111", "d").replace("\u00f0", "d"))
    letters = "".join(c for c in marks if not unicodedata.combining(c))
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split())


@_kept_alone
def holds_personal_data(text: str) -> bool:
    """Whether a text seems to hold a 12-digit citizen number, a phone number or an e-mail address."""
    if text.isascii() and "@" not in text and sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
        return False
    return _MAY_BE_PERSONAL.search(text) is not None and _PERSONAL.search(_plain(text)) is not None


def spelt(sha256: str) -> str:
    """A hash in letters alone: among its digits there may be what looks like a person's number.

    >>> spelt("09af")
    'ajkp'
    """
    return sha256.translate(_SPELT)


def mask_personal(text: str) -> str:
    """Asterisks instead of a text that seems to hold personal data: beside a number there may be whose it is.

    >>> mask_personal("A. Nguyen, 0912345678"), mask_personal("TP Vinh")
    ('***', 'TP Vinh')
    """
    return MASK if holds_personal_data(text) else text


def mask_in_name(name: str) -> str:
    """A file's or sheet's name, by which it must be found, with what seems personal replaced by asterisks.

    >>> mask_in_name("report 0912345678,0912345679.xlsx")
    'report ***,***.xlsx'
    """
    while holds_personal_data(name):  # what stands beside a number may be seen to be one only without it
        name = _PERSONAL.sub(MASK, _plain(name))
    return name


def _plain(text: str) -> str:
    """Digits, spaces and dashes of any kind as the plain ones."""
    text = " ".join(text.split())
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_BETWEEN)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in plain)
