"""Whether letters can be a Vietnamese syllable: what tells text in one encoding from the same bytes in another."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from pipeline.ingest.tables import tables

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_LEVEL = ""
_MARKED = "\u0103\u00e2\u00ea\u00f4\u01a1\u01b0"  # vowels with a mark of their own take the tone
_VOWELS = "aeiouy" + _MARKED
# Where both ways of writing are in use: the tone on the first of these vowels (old) or on the second (new).
_EITHER = ("oa", "oe", "uy")
_LONGEST = 12
_ONE_SYLLABLE = re.compile(r"[^\W\d_aeiouy]*[aeiouy]{0,3}[^\W\d_aeiouy]*")


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a word could be one Vietnamese syllable, its one tone in its place; capitals or not.

    >>> is_syllable("Tội"), is_syllable("Téi"), is_syllable("hoá"), is_syllable("hóa"), is_syllable("quốc")
    (True, False, True, True, True)
    """
    plain = unicodedata.normalize("NFC", word).casefold().replace("\u00f0", "\u0111")
    rhymes = _rhymes()
    return any(
        plain.startswith(onset) and plain[len(onset) :] in rhymes and rhymes[plain[len(onset) :]] in first
        for onset, first in _onsets()
    )


def is_pronounceable(word: str) -> bool:
    """Whether a word could be one syllable in some language, its vowels together, or an abbreviation without any.

    >>> is_pronounceable("Đắk"), is_pronounceable("CSĐT"), is_pronounceable("Tongạ")
    (True, True, False)
    """
    if len(word) > _LONGEST:
        return False
    letters = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    return _ONE_SYLLABLE.fullmatch(letters) is not None


@cache
def _onsets() -> tuple[tuple[str, str], ...]:
    """What a syllable begins with, and the letters with which its rhyme may begin."""
    return tuple((onset, first) for onsets, first in tables()["syllables"]["onsets"] for onset in onsets.split(" "))


@cache
def _rhymes() -> dict[str, str]:
    """Every rhyme with every tone that it may have, wherever that may stand -> its first letter without tone."""
    rules = tables()["syllables"]
    stops = tuple(rules["stops"].split())
    found: dict[str, str] = {}
    for rhyme in rules["rhymes"].split():
        tones = (_ACUTE, _DOT) if rhyme.endswith(stops) else (_LEVEL, _GRAVE, _ACUTE, _TILDE, _HOOK, _DOT)
        for tone, place in product(tones, _places(rhyme)):
            toned = unicodedata.normalize("NFC", rhyme[: place + 1] + tone + rhyme[place + 1 :])
            found[toned] = rhyme[0]
    return found


def _places(rhyme: str) -> list[int]:
    """The vowels of a rhyme that may carry its tone."""
    vowels = [place for place, letter in enumerate(rhyme) if letter in _VOWELS]
    marked = [place for place in vowels if rhyme[place] in _MARKED]
    if marked:
        return marked[-1:]
    if len(vowels) == 1:
        return vowels
    if len(vowels) == 3 or vowels[-1] != len(rhyme) - 1:
        return vowels[1:2]
    return vowels if rhyme.startswith(_EITHER) else vowels[:1]
