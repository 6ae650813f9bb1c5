"""Text typed in a font's own code before Unicode (TCVN3, VNI): what its letters are, and whether a text is such.

A code of these encodings is another sign's code in Unicode, so that no single letter tells what was meant. Words do:
what a text reads as a row of Vietnamese syllables is what its author saw. "T\u00e9i ph\u00b9m" is none as it stands and
two syllables in TCVN3. A text that reads well both ways is left to what the rest of its sheet and its font say.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.ingest.syllables import is_pronounceable, is_syllable
from pipeline.ingest.tables import tables

# Signs that stand before, after or between words in Unicode, and are letters in a legacy encoding.
_LATIN1 = "\u00a1-\u00ff"
_CHUNK = re.compile(rf"[A-Za-z{_LATIN1}\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_WORD = re.compile(r"[^\W\d_]+")
# Letters that are Vietnamese beyond doubt: no code of a legacy encoding is among them.
_CERTAIN = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u036f\u1e00-\u1eff]"
)
_NO_LETTERS = "\u00aa\u00b5\u00ba"  # Unicode calls them letters; they are no part of any word
_SIGNS = "".join(sign for sign in map(chr, range(0xA1, 0x100)) if not sign.isalpha()) + _NO_LETTERS
_SOFT_HYPHEN = "\u00ad"

LEGACY, UNICODE, OPEN = "legacy", "unicode", "open"


def may_be_legacy(text: str) -> bool:
    """Whether a text has letters beyond ASCII, and none that is Vietnamese in Unicode alone."""
    return not text.isascii() and _CERTAIN.search(text) is None


@dataclass(frozen=True, eq=False)
class Encoding:
    """A legacy encoding: its name, its fonts, and the Unicode letter of each code."""

    id: str
    name: str
    letters: dict[str, str]
    codes: re.Pattern[str]
    fonts: re.Pattern[str]
    capital_fonts: re.Pattern[str] | None
    tones_have_capitals: bool

    def decode(self, text: str, *, capitals: bool = False) -> str:
        """The text in Unicode; with ``capitals``, it was set in a font that shows all letters as capitals.

        >>> encodings()["tcvn3"].decode("T\u00e9i PH\u00b9M"), encodings()["vni"].decode("Toäi phaïm")
        ('Tội PHẠM', 'Tội phạm')
        """
        decoded = unicodedata.normalize("NFC", self.codes.sub(lambda code: self.letters[code[0]], text))
        if capitals:
            return decoded.upper()
        return decoded if self.tones_have_capitals else _with_capitals(decoded)

    def explains(self, chunk: str) -> bool:
        """Whether every letter that is not plain ASCII is one of its codes."""
        return self.codes.sub("", chunk).isascii()


@cache
def encodings() -> dict[str, Encoding]:
    """The encodings that are known, by id."""
    return {name: _encoding(name, rules) for name, rules in tables().items() if "letters" in rules}


def _encoding(name: str, rules: dict[str, object]) -> Encoding:
    rows: list[list[str]] = rules["letters"]  # type: ignore[assignment]
    letters = {code: letter for row, codes in rows for letter, code in zip(row, codes.split(" "), strict=True)}
    if rules["tones_have_capitals"]:
        capitals = {code.upper(): letter.upper() for code, letter in letters.items()}
        # The vowel says whether it is a capital; its sign may be typed as either.
        mixed = {code[0] + code[1:].swapcase(): letter for code, letter in (letters | capitals).items()}
        letters = mixed | letters | capitals
    codes = re.compile("|".join(map(re.escape, sorted(letters, key=len, reverse=True))))
    fonts, capital_fonts = rules["fonts"], rules.get("capital_fonts")
    return Encoding(
        id=name,
        name=str(rules["name"]),
        letters=letters,
        codes=codes,
        fonts=re.compile(str(fonts)),
        capital_fonts=re.compile(str(capital_fonts)) if capital_fonts else None,
        tones_have_capitals=bool(rules["tones_have_capitals"]),
    )


def opened(text: str) -> str:
    """The text with a capital at its beginning, if that letter has a tone: only so does a name stay the same name.

    >>> opened("\u1ee9ng Hòa"), opened("- án khác"), opened("số vụ")
    ('Ứng Hòa', '- Án khác', 'số vụ')
    """
    first = next((place for place, sign in enumerate(text) if sign.isalnum()), None)
    return (
        text if first is None or not _has_tone(text[first]) else text[:first] + text[first].upper() + text[first + 1 :]
    )


def _with_capitals(text: str) -> str:
    """Capitals for letters with a tone, which have no such code, where all letters around them are capitals.

    >>> _with_capitals("Tội PHạM, Hà Nội")
    'Tội PHẠM, Hà Nội'
    """
    return text.upper() if _is_capital(text) else _WORD.sub(lambda w: w[0].upper() if _is_capital(w[0]) else w[0], text)


def _is_capital(text: str) -> bool:
    """Whether the letters whose case is known are capitals; one alone may open a word."""
    sure = [letter for letter in text if letter.isalpha() and not _has_tone(letter)]
    return len(sure) > 1 and all(letter.isupper() for letter in sure)


@lru_cache(maxsize=1024)
def _has_tone(letter: str) -> bool:
    return any(mark in "\u0300\u0301\u0303\u0309\u0323" for mark in unicodedata.normalize("NFD", letter))


@dataclass(frozen=True)
class Weight:
    """The words of a text that are Vietnamese in one encoding only, and those that are so in Unicode only.

    ``fits``: nothing in the text speaks against the encoding, and something would read otherwise in it.
    """

    pro: frozenset[str] = frozenset()
    contra: frozenset[str] = frozenset()
    fits: bool = False

    @property
    def verdict(self) -> str:
        """``legacy``, ``unicode`` or, where neither is clear, ``open``."""
        if self.pro and len(self.pro) >= 2 * len(self.contra):
            return LEGACY
        return UNICODE if self.contra and len(self.contra) >= 2 * len(self.pro) else OPEN


@lru_cache(maxsize=65536)
def weigh(text: str, encoding: str) -> Weight:
    """What the words of a text say of an encoding.

    >>> weigh("T\u00e9i ph\u00b9m", "tcvn3").verdict, weigh("Hà Nội", "tcvn3").verdict, weigh("für", "tcvn3").verdict
    ('legacy', 'unicode', 'open')
    """
    if _CERTAIN.search(text):
        return Weight(contra=frozenset({text}))
    pro, contra, fits = set(), set(), False
    for chunk in {chunk for chunk in _CHUNK.findall(text) if not chunk.isascii()}:
        said = _compare(chunk, encodings()[encoding])
        if said == LEGACY:
            pro.add(chunk)
        elif said == UNICODE:
            contra.add(chunk)
        fits = fits or said in {LEGACY, OPEN}
    return Weight(frozenset(pro), frozenset(contra), fits and not contra)


@lru_cache(maxsize=65536)
def _compare(chunk: str, encoding: Encoding) -> str:
    """In which reading a word is Vietnamese: one, both or either (`OPEN`), or none (empty)."""
    here = _as_unicode(chunk)
    if not encoding.explains(chunk):
        # A footnote's raised 1 behind a word says nothing of its letters.
        inner = chunk.strip("".join(sign for sign in _SIGNS if not encoding.explains(sign)))
        if inner != chunk and encoding.explains(inner):
            return _compare(inner, encoding)
        return UNICODE if here == _WORD_HERE else ""
    decoded = encoding.decode(chunk)
    if decoded == chunk or (here == _PLAIN and chunk.strip(_SIGNS) == ""):
        return ""
    if is_syllable(decoded):
        return OPEN if here in {_WORD_HERE, _PLAIN} else LEGACY
    if here == _WORD_HERE:
        return UNICODE
    # No Vietnamese word in either reading: a name or an abbreviation, or signs before and after a word.
    return OPEN if here != _PLAIN or is_pronounceable(decoded) else ""


_PLAIN, _WORD_HERE, _FOREIGN, _BROKEN = "plain", "word", "foreign", "broken"


@lru_cache(maxsize=65536)
def _as_unicode(chunk: str) -> str:
    """What a chunk is as it stands: ASCII between signs, a Vietnamese word, another one, or signs among letters."""
    bare = chunk.replace(_SOFT_HYPHEN, "").strip(_SIGNS)
    if bare.isascii():
        return _PLAIN
    if not set(bare).isdisjoint(_SIGNS):
        return _BROKEN
    return _WORD_HERE if is_syllable(bare) else _FOREIGN


@cache
def _suspect() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A code that is no Vietnamese letter of Unicode; and such a one beside a letter."""
    own = {letter for encoding in encodings().values() for letter in encoding.letters.values()}
    codes = {sign for encoding in encodings().values() for code in encoding.letters for sign in code}
    signs = "".join(map(re.escape, sorted(c for c in codes - own if not c.isascii())))
    return re.compile(f"[{signs}]"), re.compile(f"[A-Za-z][{signs}]|[{signs}][A-Za-z]")


def holds_suspect(rows: Sequence[Sequence[object]]) -> bool:
    """Whether any text of a sheet may be in a legacy encoding: the cheap test before all others."""
    texts = "\n".join([value for row in rows for value in row if isinstance(value, str)])
    return all(pattern.search(texts) for pattern in _suspect())
