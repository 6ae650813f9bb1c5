"""Cumulative figures of one year: a later part of it has no fewer cases than an earlier one."""

import pytest

from pipeline.checks.cumulative import check_cumulative
from pipeline.earlier import wanted
from pipeline.periods import Period
from tests.frames import FORMS, RATE, catalogue, cells, crime, row


def told(now, before, made=None):
    found = check_cumulative(now, before, made or catalogue({"rate": RATE}))
    return [(f.rule, f.severity, f.place.cell, f.params["then"]) for f in found]


def of(period, cases, cleared=0, **more):
    return cells(crime("north", cases, cleared, about=period, reported_in=period, **more))


def test_nine_months_with_fewer_cases_than_six_are_a_doubt_at_the_cell():
    before = of("2024-H1", 50).assign(raw="50")
    assert told(of("2024-9M", 40), before) == [("cumulative_fell", "warning", "cases-theft", "50")]
    assert told(of("2024-9M", 50), before) == []
    assert told(of("2024", 70), before) == []


def test_another_year_and_last_years_column_are_not_compared():
    assert told(of("2024-9M", 40), of("2023-H1", 50)) == []
    before = of("2024-H1", 10, cases__before=50)
    assert told(of("2024-9M", 40, cases__before=60), before) == []


def test_what_there_is_on_a_day_may_fall():
    crime_form = FORMS["crime"] | {"columns": {"cases": {"cumulates": False}, "cleared": {}}}
    made = catalogue({"rate": RATE}, forms=FORMS | {"crime": crime_form})
    assert told(of("2024-9M", 40), of("2024-H1", 50), made) == []


def test_a_number_that_lacks_is_no_fall():
    before = cells(row("north", "theft", about="2024-H1", reported_in="2024-H1", cases=50))
    assert told(cells(row("north", "theft", about="2024-9M", reported_in="2024-9M", cases="missing")), before) == []


@pytest.mark.parametrize(
    ("period", "part"), [("2024", "2024-9M"), ("2024-9M", "2024-H1"), ("2024-H1", "2024-Q1"), ("2024-Q3", None)]
)
def test_the_latest_part_that_begins_with_the_period_is_read(period, part):
    there = [Period.parse(text) for text in ("2024-Q1", "2024-H1", "2024-9M", "2024", "2023")]
    asked = Period.parse(period)
    grown = [one.id for one in wanted(asked, there) if asked.grows_from(one)]
    assert grown == ([part] if part else [])
