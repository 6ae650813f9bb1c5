"""Formulas of what chance does to a rate: they come to what `pipeline.statistics` computes.

Arguments are cells or names; what comes back is an expression, without ``=``.
"""

from typing import NamedTuple

from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import quoted
from pipeline.statistics.funnel import BINOMIAL

# A count against another, and one alone, as `pipeline.indicators.comparison` calls their laws.
CHANGE, COUNT = "change", "count"
_LARGEST = 1e6  # counts above which LibreOffice finds no end of Poisson's law
_NEAR = "{0,1,2,3,4,5,6,7}"  # counts from three below to four above what is estimated


class Levels(NamedTuple):
    """The defined names of what may be edited: levels and how they are written, small numbers, what is drawn in."""

    near: str
    far: str
    near_words: str
    far_words: str
    z: str
    least: str
    outer: str


def levels(book: Book) -> Levels:
    """The names in the workbook's language."""
    return Levels(*(book.say(f"workbook.name.{name}") for name in Levels._fields))


def words(book: Book) -> dict[str, str]:
    """How the levels are written, as parts of a spliced sentence."""
    names = levels(book)
    return {"near": names.near_words, "far": names.far_words}


def is_reckoned(law: str, count: float) -> bool:
    """Whether spreadsheets reckon the chances of such counts."""
    return law == BINOMIAL or count <= _LARGEST


class Rate(NamedTuple):
    """A count over a whole, with the law by which chance moves the count."""

    law: str
    cases: str
    whole: str
    per: int = 1  # what it is multiplied with, and so every rate around which it is looked at

    def interval(self, end: str, share: str, z: str) -> str:
        """An end of the interval: Wilson's of a share (1927), the exact one of a ratio (Garwood 1936) or a change."""
        n, is_low = "1" if self.law == COUNT else self.whole, end == "low"
        chance, more = (f"1-NORMSDIST({z})", "") if is_low else (f"NORMSDIST({z})", "+1")
        if self.law == CHANGE:
            part = f"BETAINV({chance},{self.cases}{more},{n}{'+1' if is_low else ''})"
            found, least = f"{part}/(1-{part})-1", "-1"
        elif self.law != BINOMIAL:
            found, least = f"GAMMAINV({chance},{self.cases}{more},1)/{n}{self._scaled}", "0"
        else:
            root = f"SQRT({share}*(1-{share})/{n}+{z}^2/(4*{n}^2))"
            return f"({share}+{z}^2/(2*{n}){'-' if is_low else '+'}{z}*{root})/(1+{z}^2/{n})"
        return f"IF({self.cases}<=0,{least},{found})" if is_low else found

    def limit(self, end: str, around: str, level: str) -> str:
        """A funnel limit around a rate: exact, interpolated between counts as `funnel.limits`; empty without chance."""
        around, tail = self._unscaled(around), f"(1-{level})/2"
        chance = tail if end == "lower" else f"(1-{tail})"
        count = f"{self._least(around, chance)}{'' if end == 'lower' else '+1'}"
        found = f"({count}-({self._most(self._least(around, chance), around)}-{chance})"
        found += f"/{self._exactly(self._least(around, chance), around)})/{self.whole}"
        held = f"MAX(0,{found})" if end == "lower" else f"MIN(1,{found})" if self.law == BINOMIAL else found
        return f'IF({self._certain(around)},"",{held}{self._scaled})'

    def place(self, book: Book, around: str) -> str:
        """Where it lies around a rate: beyond a limit where chance alone would rarely bring it there.

        The same tails as `funnel.limits`; empty where there are none.
        """
        names, count, around = levels(book), self.cases, self._unscaled(around)
        all_of_it = f"{count}>={self.whole}" if self.law == BINOMIAL else "FALSE"
        above = f"IF({count}<=0,1,1-{self._most(f'{count}-1', around)})"
        below = f"IF({all_of_it},1,{self._most(count, around)})"
        formula = quoted(book.say("workbook.place.within"))
        tails = (("below_95", below), ("below_998", below), ("above_95", above), ("above_998", above))
        for place, tail in tails:
            level = names.far if place.endswith("998") else names.near
            said = quoted(book.say(f"workbook.place.{place}"))
            formula = f"IF({tail}<(1-{level})/2,{said},{formula})"
        return f'IF({self._certain(around)},"",{formula})'

    def residual(self, around: str) -> str:
        """By how many standard deviations of chance it is apart from a rate."""
        around = self._unscaled(around)
        spread = f"{around}*(1-{around})" if self.law == BINOMIAL else around
        return f"({self.cases}-{around}*{self.whole})/SQRT({spread}*{self.whole})"

    @property
    def _scaled(self) -> str:
        return "" if self.per == 1 else f"*{self.per}"

    def _unscaled(self, around: str) -> str:
        return around if self.per == 1 else f"({around}/{self.per})"

    def _certain(self, around: str) -> str:
        return f"OR({around}<=0,{around}>=1)" if self.law == BINOMIAL else f"{around}<=0"

    def _most(self, count: str, around: str) -> str:
        """The chance of so many or fewer."""
        if self.law == BINOMIAL:
            return f"BINOMDIST({count},{self.whole},{around},TRUE)"
        return f"POISSON({count},{self.whole}*{around},TRUE)"

    def _exactly(self, count: str, around: str) -> str:
        if self.law == BINOMIAL:
            return f"BINOMDIST({count},{self.whole},{around},FALSE)"
        return f"POISSON({count},{self.whole}*{around},FALSE)"

    def _least(self, around: str, chance: str) -> str:
        """The smallest count of which so many or fewer are at least as likely as ``chance``.

        No function has it for Poisson's law: the counts around Cornish and Fisher's estimate are tried.
        """
        if self.law == BINOMIAL:
            return f"CRITBINOM({self.whole},{around},{chance})"
        mean, z = f"({self.whole}*{around})", f"NORMSINV({chance})"
        start = f"MAX(0,INT({mean}+{z}*SQRT({mean})+({z}^2-1)/6)-3)"
        return f"({start}+SUMPRODUCT(--({self._most(f'{start}+{_NEAR}', around)}<{chance})))"


def dispersion(scores: str, outer: str) -> str:
    """By how many times the rates' variance is what chance gives, of their residuals; the outer ones drawn in."""
    drawn = f"INT({outer}*COUNT({scores}))+1"
    low, high = f"SMALL({scores},{drawn})", f"LARGE({scores},{drawn})"
    # The middle one of low, score and high is half of what stands in the brackets.
    return f"SUMPRODUCT(({low}+{high}+ABS({scores}-{low})-ABS({scores}-{high}))^2)/4/COUNT({scores})"
