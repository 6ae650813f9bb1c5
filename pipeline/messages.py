"""Every sentence that a user reads, in each language, from ``messages.yaml``; numbers as the language writes them."""

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from importlib import resources
from typing import Protocol, runtime_checkable

from pipeline.model import Finding, Lang, Said, Share
from pipeline.periods import dated

_WIDE = Context(prec=400)  # room for every number that a float can be
_SEPARATORS = {"vi": (".", ","), "en": (",", ".")}


class _Count(str):
    """A count as it is said; a text tells with ``{count:cell|cells}`` what stands after one and after any other."""

    __slots__ = ()

    def __format__(self, words: str, /) -> str:
        """The count, or the word for it."""
        one, bar, many = words.partition("|")
        return (one if self == "1" else many) if bar else super().__format__(words)


_Texts = dict[str, dict[str, str]]
_COMMANDS = "cli."  # what keys begin with that the command line needs before it knows what is wanted


@cache
def sentences(name: str = "") -> _Texts:
    """The texts of one file of ours, or of all."""
    import yaml  # here, as most runs have nothing to say, or say it again

    folder = resources.files("pipeline") / "messages"
    loaded: _Texts = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name == name or (not name and file.name.endswith(".yaml")):
            loaded |= yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _rounded(value: float, decimals: int) -> Decimal | float:
    if not math.isfinite(value):
        return value
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)


@runtime_checkable
class Worded(Protocol):
    """What has a text in each language, as a `Label` has: that is a model, and a command's help waits for no models."""

    def text(self, lang: str, /) -> str:
        """The text in a language."""


class Messages:
    """The messages of one language.

    >>> Messages("en").number(1234.5)
    '1,234.5'
    """

    def __init__(self, lang: Lang, year: int | None = None, *, to_province: bool = False) -> None:
        """With a ``year``, the catalogue's labels say it where they write ``{year}`` or ``{previous_year}``.

        ``to_province``: where a message says one thing to the catalogue's keeper and another to who sent the figures,
        it is the latter.
        """
        self.lang: Lang = lang
        self._key = f"{lang}_province" if to_province else lang
        self._year = year

    def __call__(self, key: str, /, **params: object) -> str:
        """The text with that id, filled in; a `Label` among the parameters is shown in this language."""
        texts = sentences("cli.yaml" if key.startswith(_COMMANDS) else "")[key]
        return self._fill(texts.get(self._key, texts[self.lang]), params)

    def opening(self, key: str) -> str:
        """What every text of that id begins with, whatever fills it."""
        return str(sentences()[key][self.lang]).partition("{")[0]

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in sentences()

    def finding(self, finding: Finding) -> tuple[str, str]:
        """What was expected, and the whole sentence: where, what was found, what was expected, how to mend it."""
        # The catalogue may name its rules as we name ours.
        rule = "rule" if "figures" in finding.params and "corrected" not in finding.params else finding.rule
        texts = sentences().get(f"finding.{rule}", sentences()["finding.rule"])
        params = {"value": finding.value, **finding.params}
        expected = self._fill(texts.get(f"{self.lang}_expected", ""), params)
        said = self._fill(texts.get(self._key, texts[self.lang]), params)
        place = finding.place
        cell = f"{place.sheet}!{place.cell}" if place.cell else place.sheet
        where = f"{cell} ({place.file})" if cell else place.file
        return expected, f"{where}: {said}" if where else said

    def unit(self, text: str, count: float | None = None) -> str:
        """A unit of the catalogue, as it is said after a ``count``; as it is spelt where we have no words for it.

        >>> Messages("en").unit("ha"), Messages("en").unit("barrels")
        ('ha', 'barrels')
        """
        key = f"unit_text.one.{text}" if count == 1 else f"unit_text.{text}"
        return self(key) if self.has(key) else text

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number as this language writes it; without ``decimals`` in its shortest form.

        A half is rounded away from nought, of the fifteen digits that count: as spreadsheets show it.

        >>> Messages("en").number(3.125, 2), Messages("en").number(-2.675, 2), Messages("en").number(1234.5)
        ('3.13', '-2.68', '1,234.5')
        """
        thousands, point = _SEPARATORS[self.lang]
        if decimals is not None:
            text = f"{_rounded(value, decimals):,.{decimals}f}"
        else:
            text = f"{value:,.12g}" if value % 1 else f"{value:,.0f}"
        text = text if any(sign in "123456789" for sign in text) else text.lstrip("-")  # nought has no sign
        return text.translate({ord(","): thousands, ord("."): point})

    def percent(self, value: float, decimals: int = 2) -> str:
        """A share as a percentage."""
        return (
            f"{self.number(100 * value, decimals)} %" if self.lang == "vi" else f"{self.number(100 * value, decimals)}%"
        )

    @staticmethod
    def telling(gap: float) -> int:
        """How many decimals, two at least, show that a difference of percentages is not nought.

        >>> Messages.telling(0.0273), Messages.telling(0.00003)
        (2, 3)
        """
        return next((n for n in range(2, 8) if not gap or round(100 * gap, n)), 8)

    def _fill(self, text: str, params: Mapping[str, object]) -> str:
        return text.format(**{name: self._show(value) for name, value in params.items()}) if "{" in text else text

    def label(self, label: "Worded") -> str:
        """A label of the catalogue, with the years in it where it leaves room for them."""
        text = label.text(self.lang)
        return text if self._year is None else dated(text, self._year)

    def _show(self, value: object) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Said):
            return self(value.key, **value.params)
        if isinstance(value, Share):
            return self.percent(value.value, value.decimals)
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, list | tuple):
            return ", ".join(self._show(part) for part in value) or "-"
        return self.label(value) if isinstance(value, Worded) else _Count(value)
