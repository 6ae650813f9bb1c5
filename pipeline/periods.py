"""Periods: a year, a half, a quarter, the first N months, or a month; with their dates."""

import calendar
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pipeline.errors import NoInputsError, UnknownNameError

Kind = Literal["year", "half", "quarter", "months", "month"]

_LONGEST = 24  # periods of a series, this one among them

_FORM = re.compile(
    r"(?P<year>[1-9][0-9]{3})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<first>1[01]|[1-9])M|(?P<month>0[1-9]|1[0-2])))?"
)

# How people say a part of a year, in letters without marks.
_SPOKEN = {
    "Q{number}": r"\b(?:quy|quarter|q)-?([1-4]|i{1,3}|iv)\b",
    "H{number}": r"\b(?:half|h)-?([12])\b",
    "{number}M": r"\b(\d\d?)-(?:thang|months)\b",
    "{number:02}": r"\b(?:thang|month|m)-?(\d\d?)\b",
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole months inside one calendar year; ``id`` is how folders and columns write it."""

    year: int
    first_month: int
    last_month: int
    id: str

    @classmethod
    def parse(cls, text: str) -> "Period | None":
        """Read an id such as ``2024``, ``2024-H1``, ``2024-Q3``, ``2024-9M`` or ``2024-11``; None if it is none.

        >>> Period.parse("2024-Q3").start, Period.parse("2024-9M").end, Period.parse("2024-13")
        (datetime.date(2024, 7, 1), datetime.date(2024, 9, 30), None)
        """
        match = _FORM.fullmatch(text)
        if match is None:
            return None
        year = int(match["year"])
        if match["half"]:
            first, last = (1, 6) if match["half"] == "1" else (7, 12)
        elif match["quarter"]:
            last = 3 * int(match["quarter"])
            first = last - 2
        elif match["first"]:
            first, last = 1, int(match["first"])
        elif match["month"]:
            first = last = int(match["month"])
        else:
            first, last = 1, 12
        return cls(year, first, last, text)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.first_month, 1)

    @property
    def end(self) -> date:
        """The last day: the day on which membership and targets are looked up."""
        return date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    @property
    def year_before(self) -> "Period":
        """The same period of last year.

        >>> Period.parse("2024-H1").year_before.id
        '2023-H1'
        """
        year = self.year - 1
        return Period(year, self.first_month, self.last_month, f"{year:04d}{self.id[4:]}")

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last_month - self.first_month + 1

    @property
    def kind(self) -> Kind:
        """Whether it is a year, a half, a quarter, a month, or the first months of a year."""
        if self.id.endswith("M"):
            return "months"
        kinds: dict[int, Kind] = {12: "year", 6: "half", 3: "quarter", 1: "month"}
        return kinds[self.months]

    def window(self, day: int = 1, months_earlier: int = 0) -> tuple[date, date]:
        """The days that it covers where its months are counted from a day of an earlier month.

        >>> [day.isoformat() for day in Period.parse("2024").window(15, 2)]
        ['2023-11-15', '2024-11-14']
        >>> [day.isoformat() for day in Period.parse("2024-03").window(15, 1)]
        ['2024-02-15', '2024-03-14']
        """
        first, after = (
            12 * self.year + month - 1 - months_earlier for month in (self.first_month, self.last_month + 1)
        )
        return date(first // 12, first % 12 + 1, day), date(after // 12, after % 12 + 1, day) - timedelta(days=1)

    @property
    def preceding(self) -> "Period | None":
        """The period of the same kind just before this one; None for a whole year, and for the first N months.

        >>> [Period.parse(text).preceding.id for text in ("2024-Q1", "2024-H2", "2024-01")]
        ['2023-Q4', '2024-H1', '2023-12']
        """
        if self.kind in {"year", "months"}:
            return None
        year, last = (self.year, self.first_month - 1) if self.first_month > 1 else (self.year - 1, 12)
        part = {"month": f"{last:02d}", "quarter": f"Q{last // 3}", "half": f"H{last // 6}"}[self.kind]
        return Period.parse(f"{year:04d}-{part}")

    def grows_from(self, other: "Period") -> bool:
        """Whether the other is an earlier part of this one that begins with it too: the first six of nine months."""
        return other.start == self.start and other.end < self.end

    def is_like(self, other: "Period") -> bool:
        """Whether two periods are of one kind: whole years, halves, quarters, months, or the same first months.

        >>> q1, q2, nine = map(Period.parse, ("2024-Q1", "2023-Q2", "2024-9M"))
        >>> q1.is_like(q2), q1.is_like(nine), nine.is_like(Period.parse("2023-9M"))
        (True, False, True)
        """
        same_months = self.kind != "months" or self.last_month == other.last_month
        return self.kind == other.kind and same_months

    def covers(self, other: "Period") -> bool:
        """Whether the other period lies wholly within this one."""
        return self.start <= other.start and other.end <= self.end


def by_recency(period: Period) -> tuple[date, date]:
    """Sort key: later end first to last, the shorter of two that end together before the longer."""
    return (period.end, date.fromordinal(date.max.toordinal() - period.start.toordinal()))


def skipped(ids: Iterable[str]) -> list[str]:
    """The periods of one kind that lack between the first and the last of a series.

    >>> skipped(["2021", "2023", "2024"]), skipped(["2023-Q4", "2024-Q2"]), skipped(["2023-9M", "2024-9M"])
    (['2022'], ['2024-Q1'], [])
    """
    there = sorted((period for text in ids if (period := Period.parse(text))), key=by_recency)
    lacking: list[str] = []
    for before, after in itertools.pairwise(there):
        one = after.preceding or after.year_before
        while one.end > before.end:
            lacking.append(one.id)
            one = one.preceding or one.year_before
    return sorted(lacking)


def periods_in(inputs: Path) -> list[Period]:
    """The periods that have a folder under the inputs, oldest first."""
    if not inputs.is_dir():
        raise no_inputs_folder(inputs)
    found = (Period.parse(entry.name) for entry in inputs.iterdir() if entry.is_dir())
    return sorted((period for period in found if period), key=by_recency)


def no_inputs_folder(inputs: Path) -> UnknownNameError:
    """What is said where there is no such folder: one beside it may be meant."""
    from pipeline.text import mask_in_name

    there = inputs.parent.iterdir() if inputs.parent.is_dir() else ()
    beside = [path.name for path in there if path.is_dir() and path.name.isprintable() and path.name[0] != "."]
    return UnknownNameError("error.no_inputs_folder", inputs.name, map(mask_in_name, beside), path=inputs)


def wanted(period: Period, there: Iterable[Period]) -> list[Period]:
    """Of the periods that there are, those that one is compared with; the year before comes first, there or not.

    >>> [p.id for p in wanted(Period.parse("2024"), map(Period.parse, ("2021", "2023-Q4", "2023", "2024", "2025")))]
    ['2023', '2021']
    """
    known = list(there)
    parts = sorted((one for one in known if period.grows_from(one)), key=by_recency)[-1:]
    series = [one for one in known if one.is_like(period) and one.end < period.end]
    before = [period.preceding] if period.preceding in known and period.preceding else []
    newest_first = sorted(series, key=by_recency, reverse=True)[: _LONGEST - 1]
    return list(dict.fromkeys([period.year_before, *before, *parts, *newest_first]))


def dated(text: str, year: int) -> str:
    """A text of the catalogue with the years where it leaves room for them.

    >>> dated("{year} and {previous_year}", 2024)
    '2024 and 2023'
    """
    return text.replace("{year}", str(year)).replace("{previous_year}", str(year - 1))


def period_of(text: str) -> Period:
    """The period that a text names. Raises `UnknownNameError`, with the one that was most likely meant, for none."""
    if (period := Period.parse(text)) is not None:
        return period
    meant = Period.parse(f"{text[:4]}-{text[4:].strip(' -/.')}".upper()) or _spoken(text)
    raise UnknownNameError("error.bad_period", text, [], meant=[meant.id] if meant else [], period=text)


def _spoken(text: str) -> Period | None:
    """The period that is meant by words for a half, a quarter or a month with a year.

    >>> [_spoken(text).id for text in ("Q3 2024", "quarter III/2024", "month 5 of 2024", "H2-2024")]
    ['2024-Q3', '2024-Q3', '2024-05', '2024-H2']
    """
    from pipeline.text import slug

    words = slug(text)
    year = re.search(r"(?<!\d)[1-9]\d{3}(?!\d)", words)
    kinds = ((kind, re.search(pattern, words)) for kind, pattern in _SPOKEN.items())
    kind, match = next(((kind, found) for kind, found in kinds if found), ("", None))
    if year is None or match is None:
        return None
    number = _ROMAN.get(match[1]) or int(match[1])
    return Period.parse(f"{year[0]}-{kind.format(number=number)}")


def choose_period(text: str | None, inputs: Path) -> Period:
    """The period that was asked for, or the newest one there is."""
    if text is None:
        periods = periods_in(inputs)
        if not periods:
            raise NoInputsError("error.no_periods", path=inputs)
        return periods[-1]
    return period_of(text)


def period_and_files(what: Sequence[str], inputs: Path) -> tuple[Period, list[Path]]:
    """Tell a period from files; without a period it is that of the first file's folder, or the newest."""
    named = Period.parse(what[0]) if what else None
    files = [Path(text) for text in what[1 if named else 0 :]]
    if named is None and files:
        named = Period.parse(files[0].parent.resolve().name)
        if named is None and not files[0].suffix:
            named = period_of(what[0])  # it is none, and says so
    return named or choose_period(None, inputs), files
