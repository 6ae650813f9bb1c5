"""Finds the known text that a misspelt, shortened or unmarked one most likely stands for; in doubt, none.

Words are compared one by one, since one short word makes another measure ("this" and "last", "cases" and "people"). A
word may lack its marks, be written as it sounds, be abbreviated to initials, or lack a letter. A letter more or another
one must leave no word at all: a sound Vietnamese syllable is taken for another word only where it lacks a letter of
it and is no word that the catalogue knows.
"""

import re
import unicodedata
from collections.abc import Collection, Hashable, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from pipeline.text import fold, fold_variants

Name = TypeVar("Name", bound=Hashable)
Where = TypeVar("Where", bound=Hashable)

_LONGEST = 200  # longer texts are no labels
_CLEAR = 2  # edits by which the second best candidate must be worse
_HOOK, _TILDE = "\u0309", "\u0303"
_SYLLABLE = re.compile(
    r"(?:(?:k|gh|ngh)(?=[eiy])|(?:c|g|ng)(?![eiy])|b|ch|d|gi|h|kh|l|m|n|nh|ph|qu|r|s|t|th|tr|v|x)?"
    r"(?:a(?:[iouy]|[cmnpt]|ch|ng|nh)?|e(?:[ou]|[cmnpt]|ch|ng|nh)?|i(?:[au]|[cmnpt]|ch|nh|e[mnptuc]|eng)?"
    r"|o(?:[aei]|[cmnpt]|ng|a[ciymnpt]|ach|ang|anh|e[mnot]|oc|ong)?"
    r"|u(?:[aeiouy]|[cmnpt]|ng|a[nty]|ang|ech|enh|o[cimnptu]|ong|y[aentu]|ych|yen|yet|ynh)?"
    r"|y(?:e[mntu]|eng)?)|gi"
)
_VOWELS = frozenset("aeiouy")
# Pairs of sounds that are confused in writing, each to one spelling.
_SOUNDS = ((re.compile("^tr"), "ch"), (re.compile("^(?:gi(?=[aeiou])|r)"), "d"), (re.compile("^s"), "x"),
           (re.compile("^l"), "n"), (re.compile("ng$"), "n"), (re.compile("c$"), "t"))  # fmt: skip


class Guess(NamedTuple, Generic[Name]):
    """What a text most likely stands for, and the known text that says so."""

    name: Name
    text: str


@lru_cache(maxsize=16384)
def unmarked(text: str) -> str:
    """A text folded, without any marks on its letters.

    >>> unmarked("Số vụ ĐÃ xảy ra")
    'so vu da xay ra'
    """
    parts = unicodedata.normalize("NFD", fold(text).replace("\u0111", "d"))
    return "".join(c for c in parts if not unicodedata.combining(c))


def is_syllable(word: str) -> bool:
    """Whether a word, without its marks, is a sound Vietnamese syllable."""
    return _SYLLABLE.fullmatch(unmarked(word)) is not None


def _decomposed(text: str) -> str:
    """A text folded, each mark a letter of its own: a wrong mark weighs as much as a wrong letter."""
    return unicodedata.normalize("NFD", fold(text).replace("\u0111", "d\u0335"))


def closest(
    texts: Mapping[Where, str],
    candidates: Mapping[str, Name],
    wanted: Collection[Name] | None = None,
    apart: frozenset[str] = frozenset(),
) -> dict[Where, Guess[Name]]:
    """For each place the wanted name that its text most likely stands for; two places for one name: neither.

    ``candidates`` are all known texts with their names, those found already too: what is nearer to one of them is left
    alone. ``wanted`` are the names still to be found (all, where it is not given); ``apart`` are folded words that are
    never misspellings of others.
    """
    found = {where: guess for where, text in texts.items() if (guess := likeliest(text, candidates, apart)) is not None}
    names = [guess.name for guess in found.values()]
    return {
        where: guess
        for where, guess in found.items()
        if names.count(guess.name) == 1 and (wanted is None or guess.name in wanted)
    }


def likeliest(text: str, candidates: Mapping[str, Name], apart: frozenset[str] = frozenset()) -> Guess[Name] | None:
    """The name whose text is clearly nearest to a text; None where none is near or two are.

    >>> known = {"Số vụ xảy ra": 1, "Số vụ khám phá": 2, "Số người chết": 3}
    >>> [likeliest(text, known) and likeliest(text, known).name for text in ("So vu xay ra", "Số vụ sảy ra")]
    [1, 1]
    >>> [likeliest(text, known) for text in ("Số vụ chết", "Số vụ chưa khám phá", "Số người")]
    [None, None, None]
    """
    said = fold_variants(text[: _LONGEST + 1])
    if not said or len(text) > _LONGEST:
        return None
    pairs = [(one, other, known) for known in candidates for other in fold_variants(known) for one in said]
    words = frozenset(word for _, other, _ in pairs for word in other.split()) | apart
    fits = [(doubt, known) for one, other, known in pairs if (doubt := _doubts(one, other, words)) is not None]
    fits = [(doubt, known) for doubt, known in fits if not _is_spelt_out(text, known, candidates)]
    if not fits:
        return None
    least, best = min(fits, key=lambda fit: fit[0])
    names = {candidates[known] for doubt, known in fits if doubt == least}
    if len(names) > 1 or (least and not _is_clear(text, best, candidates)):
        return None
    return Guess(candidates[best], best)


def _is_spelt_out(text: str, known: str, candidates: Mapping[str, Name]) -> bool:
    """Whether initials stand for words that another text of the name says: other words with these are another name."""
    short = fold(known).split()
    if len(short) >= len(fold(text).split()):
        return False
    longer = (other for other, name in candidates.items() if name == candidates[known] and other != known)
    return any(_is_abbreviated(short, fold(other).split()) for other in longer)


def _is_clear(text: str, best: str, candidates: Mapping[str, Name]) -> bool:
    """Whether no other name's text is nearly as near."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    name = candidates[best]
    for spell in (unmarked, _decomposed):
        said = spell(text)
        own = OSA.distance(said, spell(best))
        others = {spell(known) for known, other in candidates.items() if other != name}
        if process.extractOne(said, others, scorer=OSA.distance, score_cutoff=own + _CLEAR - 1) is None:
            return True
    return False


def _doubts(said: str, known: str, words: frozenset[str]) -> int | None:
    """How many words are doubtful if one folded text stands for another; None if it does not."""
    mine, theirs = said.split(), known.split()
    if _is_abbreviated(mine, theirs) or _is_abbreviated(theirs, mine):
        return 0
    if len(mine) != len(theirs):
        glued = unmarked(said).replace(" ", "") == unmarked(known).replace(" ", "")
        return 0 if glued and len(theirs) > 1 and not _has_digit(said) else None
    if len(mine) == 1 and unmarked(said) == unmarked(known) and len(said) < 4:
        return None  # a short word alone is as likely another word
    doubts = 0
    for word, other in zip(mine, theirs, strict=True):
        doubt = _word_doubt(word, other, len(mine), word in words)
        if doubt is None or doubts + doubt > 1:
            return None
        doubts += doubt
    return doubts


@lru_cache(maxsize=65536)
def _word_doubt(said: str, known: str, words: int, is_word: bool) -> int | None:
    """0 for the same word, with all its marks or without; 1 for a likely misspelling; None for another word."""
    if said == known:
        return 0
    if _has_digit(said + known):
        return None
    bare, meant = unmarked(said), unmarked(known)
    if bare == meant:
        return None if is_word and _marks(said) else _marks_doubt(said, known, words)
    if is_word:
        return None
    if words > 1 and _marks(said) in (_marks(known), "") and _sound(bare) == _sound(meant):
        return 1
    if words >= 3 and _lacks_a_letter(bare, meant) and _has_only(_marks(said), _marks(known)):
        return 1
    return 1 if _is_slip(bare, meant, words) else None


def _marks_doubt(said: str, known: str, words: int) -> int | None:
    """Doubt about two words that differ in their marks: some are left out, or one is wrong among enough other words."""
    mine, theirs = _marks(said), _marks(known)
    if _has_only(mine, theirs):
        return 0
    confused = mine.replace(_HOOK, _TILDE) == theirs.replace(_HOOK, _TILDE)
    return 1 if words >= 4 or (confused and words > 1) else None


def _marks(word: str) -> str:
    """All marks of a word's letters, the stroke of the letter d among them, in an order of their own."""
    return "".join(sorted(c for c in unicodedata.normalize("NFD", word) if unicodedata.combining(c) or c == "\u0111"))


def _has_only(some: str, marks: str) -> bool:
    """Whether these are the marks of a word, or some of them."""
    rest = iter(marks)
    return all(mark in rest for mark in some)


def _lacks_a_letter(said: str, known: str) -> bool:
    spellings = (said, f"{said[:-1]}y") if said.endswith("i") else (said,)  # folding writes a last y as i
    return any(known[:i] + known[i + 1 :] in spellings for i in range(len(known)))


def _sound(word: str) -> str:
    for pattern, same in _SOUNDS:
        word = pattern.sub(same, word)
    return word


def _is_slip(said: str, known: str, words: int) -> bool:
    """Whether a word is a slip of the keyboard for another: it is none itself, and an edit or two away."""
    if _SYLLABLE.fullmatch(said) or not _VOWELS & set(said):
        return False
    if _SYLLABLE.fullmatch(known):
        most = 1 if words > 1 and len(said) >= 3 else 0
    else:
        most = 0 if len(known) < 6 or said[0] != known[0] else 1 if len(known) < 9 else 2
    if most == 0:
        return False
    from rapidfuzz.distance import OSA

    return bool(OSA.distance(said, known) <= most)


def _is_abbreviated(short: list[str], long: list[str]) -> bool:
    """Whether some words of a text are initials of several of another's, at least two words being spelt out."""
    if len(long) < 3 or len(short) > len(long):
        return False
    return _initials_end(short, [unmarked(word) for word in long], long) >= 2


def _initials_end(short: list[str], bare: list[str], long: list[str]) -> int:
    """How many words are spelt out where the rest of one text abbreviates the rest of the other; -1 if it does not."""
    if not short or not long:
        return -1 if short or long else 0
    word, size = unmarked(short[0]), len(short[0])
    best = -1
    if short[0] == long[0]:
        best = _after(_initials_end(short[1:], bare[1:], long[1:]), 1)
    elif word.isalpha() and size == 1 and len(bare[0]) > 1 and bare[0][0] == word:
        best = _initials_end(short[1:], bare[1:], long[1:])
    if word.isalpha() and size > 1 and not _SYLLABLE.fullmatch(word) and "".join(w[0] for w in bare[:size]) == word:
        best = max(best, _initials_end(short[1:], bare[size:], long[size:]))
    return best


def _after(rest: int, more: int) -> int:
    return rest + more if rest >= 0 else -1


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)
