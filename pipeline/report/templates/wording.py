"""How the blank workbooks of one period say things in one language, in words that the reader knows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.labels import Header, HeaderPaths
from pipeline.labels import Path as HeaderPath
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.periods import dated
from pipeline.stamps import Stamp, version_of
from pipeline.text import fold

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.periods import Period


class Wording:
    """The catalogue's words where it has some, else ours."""

    def __init__(self, catalogue: "Catalogue", period: "Period", lang: Lang) -> None:
        self.catalogue, self.period, self.lang = catalogue, period, lang
        self.say = Messages(lang, period.year)

    def fill(self, text: str) -> str:
        """The text with this year and last year in place of ``{year}`` and ``{previous_year}``."""
        return dated(text, self.period.year)

    def pick(self, key: str, known: Sequence[str]) -> str:
        """Our word if it is among those that the reader knows, else the first of those."""
        word = self.say(key)
        return word if not known or fold(word) in map(fold, known) else self.fill(known[0])

    def path(self, header: Header | None, also: HeaderPaths, default: str) -> HeaderPath:
        """A header in this language, else the first other name of the column."""
        found = also[0] if also else (default,)
        if header is not None:
            found = next((header.root[k] for k in (self.lang, "*", "vi", "en") if k in header.root), header.paths[0])
        return tuple(self.fill(text) for text in found)

    def code_header(self, known: HeaderPaths) -> HeaderPath:
        """The first name of a column of codes; where ours is another language's and known, that."""
        word = self.say("templates.code")
        return (word,) if self.lang != "vi" and (word,) in known else self.path(None, known, "")

    def stamp(self, form: str) -> Stamp:
        """The version of a form's blank sheet."""
        return self.catalogue.stamp_of(form, self.period)

    @property
    def version(self) -> str:
        """The version of the catalogue."""
        return version_of(self.catalogue.hash)

    @property
    def not_available(self) -> str:
        """What is typed where there is no number yet."""
        return next(iter(self.catalogue.words.missing_marks), "")

    @property
    def not_applicable(self) -> str:
        """What is typed where there can be no number."""
        return next(iter(self.catalogue.words.not_applicable_marks), self.not_available)

    @property
    def no_figure(self) -> list[str]:
        """What may be typed instead of a number, of three signs at most: there is none yet, it does not apply."""
        words = self.catalogue.words
        return [mark for marks in (words.missing_marks, words.not_applicable_marks) for mark in marks if len(mark) < 4]
