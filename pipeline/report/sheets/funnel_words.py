"""The title and the note of the funnel's chart as formulas over the sheet of fair comparison."""

from dataclasses import dataclass
from functools import cached_property

from pipeline.report.funnel import Funnel, named_note
from pipeline.report.sheets import chance
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.comparison_frame import place_of
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.living import spliced

_SIDES = {"above": "\u25b2", "below": "\u25bc"}  # what the words of a place begin with, twice beyond the outer limits


def said_of(book: Book, found: Funnel, title: str, note: str) -> dict[str, str]:
    """The formulas of both, the title's under ""; without those that Excel could not hold."""
    words = _Words(book, found)
    said = {"": words.title(), note: words.note()} if words.is_whole and title and note else {}
    return {text: formula for text, formula in said.items() if len(formula) <= LONGEST}


@dataclass(frozen=True)
class _Words:
    book: Book
    found: Funnel

    @cached_property
    def places(self) -> dict[str, str]:
        """The provinces' cells in the column of places."""
        return {
            point.province: place_of(self.book, self.found.indicator, point.province, "place")
            for point in self.found.points
        }

    @property
    def is_whole(self) -> bool:
        """Whether every province, and the cluster, has its line."""
        return all((*self.places.values(), self._cell("", "caveat")))

    def title(self) -> str:
        """Who lies outside the limits, and on which side, as `funnel.title_of`."""
        say, book = self.book.say, self.book
        label, everyone = book.label(self.found.indicator), len(self.places)
        texts = {"label": label, "all": everyone}
        made = spliced(say, "funnel.title.within", chance.words(book), **texts)
        for key, marks in (("near", 1), ("far", 2)):
            parts = {"count": self._count(marks), "sides": self._sides(marks), **chance.words(book)}
            made = f"IF({self._count(marks)}>0,{spliced(say, f'funnel.title.{key}', parts, **texts)},{made})"
        return f"={made}"

    def note(self) -> str:
        """What the curves are, and what is said beside the figures, as `funnel.note_of`."""
        say, least = self.book.say, chance.levels(self.book).least
        caveat = self._cell("", "caveat")
        small = {p: f"{self._cell(p, 'denominator')}<{least}" for p in self.places}
        listed = spliced(say, "funnel.small", {"least": least, "names": self._listed(small)})
        parts = [
            quoted(" ".join(text for text in (say("funnel.note"), named_note(self.found, say)) if text)),
            f'IF({self._count(2)}>0," "&{spliced(say, "funnel.strong", chance.words(self.book))},"")',
            f'IF({caveat}="",""," "&{caveat})',
            f'IF({"+".join(f"({condition})" for condition in small.values())}>0," "&{listed},"")',
        ]
        return f"={'&'.join(parts)}"

    def _cell(self, province: str, column: str) -> str:
        return place_of(self.book, self.found.indicator, province, column)

    def _is(self, province: str, side: str, marks: int) -> str:
        return f'LEFT({self.places[province]},{marks})="{_SIDES[side] * marks}"'

    def _count(self, marks: int, sides: tuple[str, ...] = tuple(_SIDES)) -> str:
        first, *_, last = self.places.values()
        area = f"{first}:{last.rpartition('!')[2]}"
        found = "+".join(f'(LEFT({area},{marks})="{_SIDES[side] * marks}")' for side in sides)
        return f"SUMPRODUCT({found if len(sides) > 1 else f'--{found}'})"

    def _sides(self, marks: int) -> str:
        """Who lies above, and who below, where there are any."""
        above, below = (self._count(marks, (side,)) for side in _SIDES)
        said = {
            side: spliced(
                self.book.say,
                f"funnel.{side}",
                {"names": self._listed({p: self._is(p, side, marks) for p in self.places})},
            )
            for side in _SIDES
        }
        return f'IF({above}>0,{said["above"]},"")&IF({above}*{below}>0,"; ","")&IF({below}>0,{said["below"]},"")'

    def _listed(self, conditions: dict[str, str]) -> str:
        """The names of those provinces of which a condition holds."""
        named = (f'IF({holds},{quoted(", " + self.book.province(p))},"")' for p, holds in conditions.items())
        return f"MID({'&'.join(named)},3,{LONGEST})"
