"""Why a text is no number: what it looks like instead, so that the advice can be about that."""

import re
import unicodedata
from collections.abc import Callable

from pipeline.number_text import LOOK_ALIKE, is_identifier, plain_dashes, without_apostrophe
from pipeline.text import fold

Fault = tuple[str, dict[str, str]]  # the end of a message's id, and what fills it

# The error values of Excel and LibreOffice -> the end of the message that says what each means.
ERRORS = {
    "#DIV/0!": "division", "#N/A": "lookup", "#NAME?": "name", "#NULL!": "name", "#NUM!": "number",
    "#REF!": "reference", "#VALUE!": "value",
}  # fmt: skip
_DATE = r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([/.-])\d{1,2}\2\d{1,2}|\d{1,2}[/-](?:19|20)\d\d"
_NUM = r"\d[\d.,']*"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("formula_text", re.compile(r"=.*")),
    ("exponent", re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)),
    ("date_text", re.compile(_DATE)),
    ("time_text", re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}h\d{0,2}", re.IGNORECASE)),
    ("brackets", re.compile(rf"-?\(\s*[+-]?\s*{_NUM}\s*%?\)")),
    ("range", re.compile(rf"{_NUM}\s*[-~]\s*{_NUM}\D*")),
    ("calculation", re.compile(rf"{_NUM}(?:\s*[+*x\u00d7:]\s*{_NUM})+\D*", re.IGNORECASE)),
    ("minus_after", re.compile(rf"{_NUM}\s*-")),
    ("approximate", re.compile(rf"[~\u2248<>\u2264\u2265\u00b1]=?\s*{_NUM}\D*|{_NUM}\D*[?+]")),
    ("words_before", re.compile(r"[^\W\d_]\D*\d.*")),
    ("spaces", re.compile(r"\d+(?: \d+)+")),
    ("separators", re.compile(r"[+-]{0,2}\s*[.,'\d ]*\d[.,'\d ]*%{0,2}")),
    ("remark", re.compile(rf"{_NUM}\s*[^\d.,'].*")),
)  # fmt: skip
_PAIR = re.compile(rf"({_NUM})\s*/\s*({_NUM})\s*(?:[^\W\d_]\D*)?")
_AREA = re.compile(r"(?<=[^\W\d_])[\u00b2\u00b3](?!\w)")
_LOOK_ALIKE = re.compile(r"[+-]?[\dOoQlI|](?:[\dOoQlI|.,' ]*[\dOoQlI|])?")
_ROMAN = re.compile(r"(?=.)C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def fault_of(text: str) -> Fault:
    """What a clean text that is neither number nor mark looks like.

    >>> fault_of("91/97 cases"), fault_of("l2"), fault_of("about 100")[0]
    (('pair', {'first': '91', 'second': '97'}), ('look_alike', {'mended': '12'}), 'words_before')
    """
    error = error_fault(text)
    if error:
        return error
    plain = plain_dashes(without_apostrophe(text))
    for look in _LOOKS:
        found = look(plain)
        if found:
            return found
    return next((name for name, shape in _SHAPES if shape.fullmatch(plain)), "other"), {}


def error_fault(text: str) -> Fault | None:
    """An error value, as a cell holds it or as it was copied."""
    name = text.upper()
    if name in ERRORS:
        return f"error_{ERRORS[name]}", {"error": text}
    if re.fullmatch(r"#{2,}", name):
        return "too_narrow", {}
    return ("error_value", {"error": text}) if re.fullmatch(r"#[A-Z_/]+[!?]?\d?|ERR:\d+|#\?", name) else None


def sign_fault(text: str) -> Fault | None:
    """A raised digit or a fraction in one sign: 10\u00b2 is not 102, and a half is not 12; a unit may be km\u00b2."""
    sign = next((c for c in _AREA.sub("", text) if unicodedata.category(c) == "No"), "")
    if not sign:
        return None
    return ("fraction" if unicodedata.decomposition(sign).startswith("<fraction>") else "raised"), {"sign": sign}


def _pair(text: str) -> Fault | None:
    match = _PAIR.fullmatch(text)
    if match is None or re.fullmatch(r"\d{1,2}/(?:19|20)\d\d", text):
        return None
    return "pair", {"first": match[1].rstrip(".,'"), "second": match[2].rstrip(".,'")}


def _identifier(text: str) -> Fault | None:
    return ("identifier", {}) if is_identifier(text) else None


def _roman(text: str) -> Fault | None:
    return ("roman", {}) if _ROMAN.fullmatch(text) else None


def _letters_for_digits(text: str) -> Fault | None:
    if not _LOOK_ALIKE.fullmatch(text) or not any(c in "OoQlI|" for c in text):
        return None
    return "look_alike", {"mended": text.translate(LOOK_ALIKE)}


def _without_digits(text: str) -> Fault | None:
    if any(c.isdigit() for c in text):
        return None
    return ("words" if fold(text) else "signs"), {}


_LOOKS: tuple[Callable[[str], Fault | None], ...] = (_pair, _identifier, _roman, _letters_for_digits, _without_digits)
