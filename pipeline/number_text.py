"""The grammar of typed numbers: digits under either custom of writing them, and what people write around them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.text import tidy

Custom = Literal["comma", "point"]  # which sign stands before the decimals
COMMA: Custom = "comma"
POINT: Custom = "point"

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u0060", "'"))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


# Nobody groups a number that begins with 0, so 0,849 can only be decimals.
def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?P<sep>[{thousands}])\d{{3}}(?:(?P=sep)\d{{3}})*"
    return re.compile(rf"(?P<whole>\d+|{grouped})(?:{re.escape(decimal)}(?P<part>\d+))?")


_PATTERNS = {COMMA: _pattern(". '", ","), POINT: _pattern(", '", ".")}
# A phone's or a citizen's number: nobody writes an amount so, however it is grouped.
_IDENTIFIER = re.compile(r"0(?:[ .'-]?\d){9,}")
_PADDED = re.compile(r"0\d+[.,]\d{3}")  # 01.234 is decimals by one rule and thousands by another: neither is sure
_FOOTNOTE = re.compile(r"(?<=[\w%)])\s*(\*{1,3}|[\u2020\u2021\u00a7]|\([\da-z*]\)|\[[\da-z*]\])$")
_NUMBER_AND_TAIL = re.compile(r"(\d(?:[\d.,' ]*\d)?)(\s*)(\D*|\(?[^\W\d_]+[23]\)?)")  # m2, km2
_WORD = r"[^\W\d_]+"
# Words with a dot, a slash or a hyphen between them; a question mark or a row of dots after a number is no unit.
_UNIT = re.compile(
    rf"(?P<open>\()?\s*(?P<unit>%|[\u20ab$\u20ac]|{_WORD}(?:(?:\. ?| |/|-){_WORD})*\.?|{_WORD}[23])\s*(?(open)\))"
)
LOOK_ALIKE = str.maketrans("OoQlI|", "000111")


class Reading(NamedTuple):
    """A number and how many decimals were typed."""

    value: float
    decimals: int


@dataclass(frozen=True)
class Readings:
    """What digits mean where a comma stands before decimals (the country's custom), and where a point does."""

    comma: Reading | None
    point: Reading | None

    @property
    def ambiguous(self) -> bool:
        """Whether the two customs give different numbers."""
        return self.comma is not None and self.point is not None and self.comma != self.point

    def by(self, custom: Custom) -> Reading:
        """The number under a custom; under the other one where it is no number under this."""
        first, second = (self.comma, self.point) if custom == COMMA else (self.point, self.comma)
        found = first or second
        if found is None:
            raise ValueError("readings of no number")
        return found

    def custom_of(self, kind: str) -> Custom:
        """Which custom a kind of column speaks for: a count has no decimals, a share has no thousands."""
        if self.ambiguous and kind in {"count", "percent"}:
            return COMMA if (self.by(COMMA).decimals == 0) == (kind == "count") else POINT
        return COMMA

    @property
    def vote(self) -> Custom | None:
        """The custom that the digits themselves show; None where they show none."""
        if self.comma == self.point or self.ambiguous:
            return None
        return COMMA if self.comma is not None else POINT


@dataclass(frozen=True)
class Typed:
    """A typed number taken apart."""

    sign: float
    readings: Readings
    percent: bool = False
    unit: str = ""
    footnote: str = ""
    bracketed: bool = False


def clean(text: str) -> str:
    r"""The text as it is read: full-width digits made plain, nothing invisible, single spaces, plain apostrophes.

    >>> clean("\u2019\uff11\uff12\u00a0345\u200e ")
    "'12 345"
    """
    plain = unicodedata.normalize("NFKC", text.replace("\u2026", "...").translate(_APOSTROPHES))
    return tidy("".join(c for c in plain if unicodedata.category(c) != "Cf"))


def read_digits(body: str) -> Readings | None:
    """Read digits with their separators; None where no custom makes a number of them.

    >>> read_digits("1.234,5"), read_digits("1.2.3")
    (Readings(comma=Reading(value=1234.5, decimals=1), point=None), None)
    >>> read_digits("29,375")
    Readings(comma=Reading(value=29.375, decimals=3), point=Reading(value=29375.0, decimals=0))
    """
    if is_identifier(body) or _PADDED.fullmatch(body):
        return None
    comma, point = (_read(body, custom) for custom in (COMMA, POINT))
    return Readings(comma, point) if comma or point else None


def _read(body: str, custom: Custom) -> Reading | None:
    match = _PATTERNS[custom].fullmatch(body)
    if match is None:
        return None
    whole, part = re.sub(r"\D", "", match["whole"]), match["part"] or ""
    return Reading(float(f"{whole}.{part or 0}"), len(part))


def is_identifier(text: str) -> bool:
    """Whether digits are a phone's or a citizen's number."""
    return _IDENTIFIER.fullmatch(text) is not None


def take_apart(text: str) -> Typed | None:
    """A clean text as sign, digits and what stands after them; None where it is not one number.

    >>> take_apart("- 1,5 %").sign, take_apart("12 (1)").footnote, take_apart("(12)").bracketed
    (-1.0, '(1)', True)
    >>> take_apart("91/97") is None
    True
    """
    body = without_apostrophe(text).translate(_DASHES)
    bracketed = len(body) > 2 and body[0] == "(" and body.find(")") == len(body) - 1
    if bracketed:
        body = body[1:-1].strip()
    footnote = "" if bracketed else _footnote(body)
    body = body[: len(body) - len(footnote)].rstrip()
    sign = {"+": 1.0, "-": -1.0}.get(body[:1], 0.0)
    if sign and bracketed:
        return None
    match = _NUMBER_AND_TAIL.fullmatch(body[1:].lstrip() if sign else body)
    readings = read_digits(match[1]) if match else None
    unit = _unit(match[2], match[3]) if match else None
    if readings is None or unit is None:
        return None
    negative = bracketed or sign < 0
    percent = unit == "%"
    return Typed(-1.0 if negative else 1.0, readings, percent, "" if percent else unit, footnote, bracketed)


def without_apostrophe(text: str) -> str:
    """The text without the apostrophe that makes Excel keep a number as text."""
    return text[1:].lstrip() if text.startswith("'") else text


def plain_dashes(text: str) -> str:
    """The text with every kind of dash as a hyphen."""
    return text.translate(_DASHES)


def _footnote(body: str) -> str:
    match = _FOOTNOTE.search(body)
    return match[1] if match else ""


def _unit(space: str, tail: str) -> str | None:
    """The unit after the digits, empty where there is none; None for anything else, such as a letter like a digit."""
    if not tail:
        return ""
    match = _UNIT.fullmatch(tail)
    if match is None or (not space and len(tail) == 1 and tail.translate(LOOK_ALIKE).isdigit()):
        return None
    return match["unit"]
