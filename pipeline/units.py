"""Units as people write them: a word for a power of ten before what is counted, such as ``million dong``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.text import fold

_REMEMBERED = 4096  # texts whose unit is known

_POWER = re.compile(r"10{1,12}(?=\D|$)")
_DIGIT_GROUPS = re.compile(r"(?<=\d)[ .,](?=\d{3}(?:\D|$))")
_POWER_THEN_NAME = re.compile(r"(?<=000)(?=[^\W\d])")


@dataclass(frozen=True)
class Units:
    """Words for powers of ten, and names that mean the same unit; folded on first use."""

    scales: Mapping[str, float]
    same: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def _scales(self) -> dict[str, float]:
        return {fold(word): value for word, value in self.scales.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): fold(names[0]) for names in self.same for name in names}

    @cached_property
    def _parsed(self) -> dict[str, tuple[float, str]]:
        return {}

    def parse(self, text: str) -> tuple[float, str]:
        """The power of ten and the folded base unit; scale words may stand one after the other.

        >>> Units({"million": 1e6}).parse("1.000 VND"), Units({"million": 1e6}).parse("million VND")
        ((1000.0, 'vnd'), (1000000.0, 'vnd'))
        """
        if text in self._parsed:  # the same few texts, for every header and every row
            return self._parsed[text]
        if len(self._parsed) >= _REMEMBERED:
            self._parsed.clear()
        return self._parsed.setdefault(text, self._parse(text))

    def _parse(self, text: str) -> tuple[float, str]:
        typed = _POWER_THEN_NAME.sub(" ", _DIGIT_GROUPS.sub("", text))
        words = [part for word in fold(typed).split() for part in self._parts(word)]
        scale = 1.0
        while words and (step := self._step(words[0])):
            scale *= step
            words.pop(0)
        while words and (step := self._step(words[-1])):  # "VND million"
            scale *= step
            words.pop()
        base = " ".join(words)
        return scale, self._names.get(base, base)

    def counted(self, text: str) -> str:
        """What a unit counts, as it is typed: the unit without its powers of ten.

        >>> Units({"million": 1e6}).counted("million VND"), Units({"million": 1e6}).counted("VND")
        ('VND', 'VND')
        """
        words, base = text.split(), (1.0, self.parse(text)[1])
        parts = [words[i:j] for i in range(len(words)) for j in range(len(words), i, -1)]
        return next((said for part in parts if self.parse(said := " ".join(part)) == base), base[1])

    def _step(self, word: str) -> float:
        return float(word) if _POWER.fullmatch(word) else self._scales.get(word, 0.0)

    def _parts(self, word: str) -> tuple[str, ...]:
        """A word, or the two that were written as one: a power of ten and the name of a unit."""
        if word in self._names or word in self._scales:
            return (word,)
        names = (name for name in self._names if word.endswith(name) and word.removesuffix(name) in self._scales)
        longest = max(names, key=len, default="")
        return (word.removesuffix(longest), longest) if longest else (word,)

    def factor(self, said: str, wanted: str) -> float | None:
        """What a value in ``said`` is multiplied by to be in ``wanted``; None where they are not the same thing.

        >>> Units({"million": 1e6, "thousand": 1e3}).factor("thousand VND", "million VND")
        0.001
        """
        (said_scale, said_base), (wanted_scale, wanted_base) = self.parse(said), self.parse(wanted)
        return said_scale / wanted_scale if said_base == wanted_base else None

    def known(self, text: str, wanted: Iterable[str]) -> bool:
        """Whether a text is one of these units, whatever its power of ten."""
        base = self.parse(text)[1]
        return any(base == self.parse(unit)[1] for unit in wanted)
