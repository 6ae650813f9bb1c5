"""Reads the period that a line states: a year, a half, a quarter, some months, a month, or a span of days."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from pipeline.text import fold

_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)"
_WORDS = r"(?: [^\W\d]+){0,4}?"  # between a part of the year and the year's number
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS_BESIDE_DAYS = 12  # of a line that says a span of days and little else
_NEAR_YEAR, _NEAR_PART = 50, 20  # days by which a reporting year or a shorter period may be shifted


@dataclass(frozen=True)
class Stated:
    """A period as a line states it; ``is_part`` where it speaks of less than a year, by name or by its days."""

    start: date
    end: date
    label: str
    is_part: bool
    by_days: bool = False  # a span of days, both of them said

    @property
    def year(self) -> int:
        """The year that it is about."""
        return self.end.year

    def is_about(self, period: Period) -> bool:
        """Whether it is that period, perhaps shifted by the days by which reporting periods are.

        Months are not: eleven of them are no year.
        """
        if not self.by_days:
            return (self.start, self.end) == (period.start, period.end)
        whole = (period.first_month, period.last_month) == (1, 12)
        near = _NEAR_YEAR if whole else _NEAR_PART
        return abs((self.start - period.start).days) <= near and abs((self.end - period.end).days) <= near


class PeriodReader:
    """Knows a period when it reads one."""

    def __init__(self, vocabulary: Vocabulary, folded: Callable[[str], str] = fold) -> None:
        """With ``folded`` another form in which texts and words are compared, such as one without marks."""
        self._vocabulary, self._words, self._fold = vocabulary, vocabulary.catalogue.words, folded

    def read(self, text: str, *, year: int | None = None) -> list[Stated]:
        """What a text states; a part of the year without its number is one of ``year``, where that is given.

        The parts of years come before bare years; the years of days are no statements of their own.
        """
        folded = self._fold(text)
        if self._may_state.search(folded) is None:
            return []
        days = [self._day(match) for match in self._days.finditer(folded)]
        span = [day for day in days if day is not None]
        if len(span) == 2 and span[0] < span[1]:
            return [_span(*span)]
        rest = self._days.sub(" ", folded) if days else folded
        found = []
        for pattern, months_of in self._parts:
            matches = list(pattern.finditer(rest))
            for match in matches:
                said = int(match["year"]) if match["year"] else year
                if said is not None and (months := months_of(match)):
                    found.append(_of_months(said, *months))
            rest = pattern.sub(" ", rest) if matches else rest
        years = [int(match["year"]) for match in re.finditer(_YEAR, rest)]
        return [*found, *(_of_year(y) for y in years)]

    def names_part(self, text: str) -> bool:
        """Whether a text is the name of a part of a year and nothing else, without its year."""
        folded = self._fold(text)
        return any((match := pattern.fullmatch(folded)) and not match["year"] for pattern, _ in self._parts)

    def opens(self, text: str) -> bool:
        """Whether a line begins with a part of a year, or speaks of a span of days and of little else."""
        folded = self._fold(text)
        if any((match := pattern.match(folded)) and match["year"] for pattern, _ in self._parts):
            return True
        return len(self._days.findall(folded)) == 2 and len(self._days.sub(" ", folded).split()) <= _WORDS_BESIDE_DAYS

    def until(self, text: str, year: int) -> date | None:
        """The one day up to which a line says that its figures reach: "as of 30/9/2024"; of a month its last one.

        A month without a year's number is one of ``year``.
        """
        folded = self._fold(text)
        days = list(self._days.finditer(folded))
        if not days and (month := self._until_month.search(folded)):
            return _of_months(int(month["year"] or year), int(month["number"]), int(month["number"])).end
        if len(days) != 1 or not re.search(rf"{self._until} $", folded[: days[0].start()]):
            return None
        return self._day(days[0])

    @cached_property
    def _until(self) -> str:
        return rf"(?<!\w)(?:{self._any(self._words.until)})"

    @cached_property
    def _until_month(self) -> re.Pattern[str]:
        month, number = self._any(self._words.month), r"(?P<number>1[0-2]|0?[1-9])(?![\w])"
        return re.compile(rf"{self._until} (?:{month}) ?{number}(?:(?: [^\W\d]+)? {_YEAR})?")

    def _any(self, texts: Iterable[str]) -> str:
        folded = {self._fold(text) for text in self._vocabulary.folded(tuple(texts))}
        return "|".join(re.escape(text) for text in sorted(folded, key=len, reverse=True)) or r"(?!)"

    @cached_property
    def _may_state(self) -> re.Pattern[str]:
        """A figure, or a quarter's word, after which its number may be a Roman one: no period is stated without."""
        return re.compile(rf"\d|{self._any(self._words.quarter)}")

    @cached_property
    def _days(self) -> re.Pattern[str]:
        month = self._any(self._words.month)
        between = rf"(?: (?:{month}) ?| )"
        return re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}}){between}(?P<m>\d{{1,2}})(?: [^\W\d]+)? (?P<y>(?:19|20)\d{{2}})(?!\d)"
        )

    @staticmethod
    def _day(match: re.Match[str]) -> date | None:
        with suppress(ValueError):
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        return None

    @cached_property
    def _parts(self) -> tuple[tuple[re.Pattern[str], "_Months"], ...]:
        """Patterns of parts of a year, each with what tells its first and last month."""
        month, quarter, half = (self._any(t) for t in (self._words.month, self._words.quarter, self._words.half))
        first, last = self._any(self._words.first), self._any(self._words.last)
        year = rf"(?:{_WORDS} {_YEAR})?"
        first_or_last = rf"(?:(?:{first})|(?P<last>{last}))"
        roman = r"(?P<number>[1-4]|i{1,3}|iv)(?!\w)"
        no_day = r"(?!\w| \d{1,2}(?!\d))"  # in "15 month 12" the number before is a day's
        around = rf"(?:(?P<before>{first}|{last}) )?"
        months = rf"(?<!\w)(?P<number>1[0-2]|[1-9]) (?:{month}){no_day}(?: {first_or_last}(?!\w))?"
        return (
            (re.compile(rf"{around}{months}{year}"), _Months("span", frozenset(last.split("|")))),
            (re.compile(rf"(?<!\w)(?:{quarter}) ?{roman}{year}"), _Months("quarter")),
            (re.compile(rf"(?<!\w)(?:{half}) ?(?P<number>[12])(?!\w){year}"), _Months("half")),
            (re.compile(rf"(?<!\w)(?<!\d )(?:{month}) ?(?P<number>1[0-2]|0?[1-9])(?!\w){year}"), _Months("month")),
        )  # fmt: skip


@dataclass(frozen=True)
class _Months:
    """Tells the first and the last month of a matched part of a year; nothing where it names none."""

    kind: str
    last: frozenset[str] = frozenset()

    def __call__(self, match: re.Match[str]) -> tuple[int, int] | None:
        said = match["number"]
        number = _ROMAN.get(said) or int(said)
        if self.kind == "month":
            return number, number
        if self.kind in {"quarter", "half"}:
            months = 3 if self.kind == "quarter" else 6
            return months * (number - 1) + 1, months * number
        at_end = bool(match["last"]) or match["before"] in self.last
        return (13 - number, 12) if at_end else (1, number)


def _of_months(year: int, first: int, last: int) -> Stated:
    ids = (f"{year}-H{last // 6}", f"{year}-Q{last // 3}", f"{year}-{last}M", f"{year}-{last:02d}", f"{year}")
    parsed: Iterator[Period | None] = (Period.parse(text) for text in ids)
    named = next((p for p in parsed if p and (p.first_month, p.last_month) == (first, last)), None)
    if named is not None:
        return Stated(named.start, named.end, named.id, is_part=(first, last) != (1, 12))
    ends = Period.parse(f"{year}-{first:02d}"), Period.parse(f"{year}-{last:02d}")
    start, end = (p.start if p else date(year, 1, 1) for p in ends)
    return Stated(start, end, f"{first:02d}-{last:02d}/{year}", is_part=True)


def _of_year(year: int) -> Stated:
    return Stated(date(year, 1, 1), date(year, 12, 31), str(year), is_part=False)


def _span(start: date, end: date) -> Stated:
    label = f"{start:%d/%m/%Y} - {end:%d/%m/%Y}"
    return Stated(start, end, label, is_part=(end - start).days < 365 - _NEAR_YEAR, by_days=True)
