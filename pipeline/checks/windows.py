"""Whether this year's figures and last year's are about the same days of their years."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.model import Finding, Place, Submission
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd

Window = tuple[date, date]


def check_windows(
    now: list[Submission], then: Mapping[str, Window], base: "pd.DataFrame", catalogue: Catalogue, period: Period
) -> list[Finding]:
    """Compare the days that submissions say with those that the same provinces said a year before (``then``).

    ``base`` holds the cells of that year; a province without any is compared with nothing. The catalogue's days stand
    for those that a workbook does not name. A shift of one day is told too: whole days of accidents were once counted
    in no report, or in two.
    """
    findings = []
    reported = set(base["province"])
    for submission in now:
        own = submission.window or catalogue.window_of(period)
        before = then.get(submission.province, catalogue.window_of(period.year_before))
        if submission.province not in reported or submission.status or _alike(own, before):
            continue
        days, days_before = ((end - start).days + 1 for start, end in (own, before))
        dates = {"start": f"{own[0]:%d/%m/%Y}", "end": f"{own[1]:%d/%m/%Y}"}
        params: dict[str, object] = {**dates, "days": days, "days_before": days_before}
        said = f"{before[0]:%d/%m/%Y} - {before[1]:%d/%m/%Y}"
        place = Place(submission.file)
        findings.append(Finding("window_unlike", "warning", place, submission.province, value=said, params=params))
    return findings


def _alike(one: Window, other: Window) -> bool:
    """Whether two spans have the same days of the month and months; the last of February is one day."""
    return [_day(day) for day in one] == [_day(day) for day in other]


def _day(day: date) -> tuple[int, int]:
    return day.month, 28 if (day.month, day.day) == (2, 29) else day.day
