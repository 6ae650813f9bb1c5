"""Targets of several issuers beside each figure, cases needed and margins, n of N met by province and group."""

import math
from datetime import date

import pytest

from pipeline.indicators.attainment import attainment, targets_met
from pipeline.periods import Period
from tests.frames import RATE, catalogue, cells, computed, crime, row

RATE80 = {"indicator": "rate", "value": 0.8, "op": ">=", "issuer": "Pact", "source": "illustrative"}
RATE75 = RATE80 | {"value": 0.75, "role": "context", "issuer": "Assembly"}
NO_GANGS = {"indicator": "gangs", "value": 0, "op": "<="}
GANGS = {"kind": "total", "numerator": "crime.cases", "rows": ["gang"], "group": "order"}
DAMAGE = {"kind": "total", "numerator": "list.damage"}


def attained(indicators, targets, now, base=None, period="2024", **more):
    made = catalogue(indicators, targets, **more)
    frame = computed(made, now, base, period).frame.reset_index()
    return attainment(frame, made, Period.parse(period), "en"), made


def of(table, province, role="binding", indicator="rate"):
    return table[(table["province"] == province) & (table["role"] == role) & (table["indicator"] == indicator)].iloc[0]


def test_a_missed_share_says_how_many_more_cases_would_meet_it():
    table, _ = attained({"rate": RATE}, [RATE80], cells(crime("north", 361, 286)))
    found = of(table, "north")
    assert (found["status"], found["needed"], math.isnan(found["margin"])) == ("missed", 3, True)
    assert found["days"] == pytest.approx(3 * 366 / 286)


def test_a_met_share_says_its_margin_in_cases():
    table, _ = attained({"rate": RATE}, [RATE80], cells(crime("north", 100, 85), crime("south", 100, 80)))
    assert (of(table, "north")["margin"], math.isnan(of(table, "north")["needed"])) == (5, True)
    assert (of(table, "south")["status"], of(table, "south")["margin"]) == ("met", 0)


def test_several_issuers_stand_side_by_side():
    table, _ = attained({"rate": RATE}, [RATE75, RATE80], cells(crime("north", 100, 78)))
    assert (of(table, "north")["issuer"], of(table, "north")["status"]) == ("Pact", "missed")
    other = of(table, "north", "context")
    assert (other["issuer"], other["status"], other["margin"]) == ("Assembly", "met", 3)


def test_points_above_a_target_are_points():
    # 83.48 % against 75 % was reported as "8.48 % above": percentage points.
    table, _ = attained({"rate": RATE}, [RATE75 | {"role": "binding"}], cells(crime("north", 10_000, 8_348)))
    assert of(table, "north")["gap"] == pytest.approx(0.0848)


def test_a_target_that_is_not_to_be_passed_says_how_many_fewer():
    table, _ = attained({"gangs": GANGS}, [NO_GANGS], cells(row("north", "gang", part_of="total", cases=2)))
    assert of(table, "north", indicator="gangs")["needed"] == 2


def test_an_amount_is_no_number_of_cases():
    wanted = {"indicator": "damage", "value": 5, "op": "<="}
    table, _ = attained({"damage": DAMAGE}, [wanted], cells(row("north", form="list", damage=7.5)))
    found = of(table, "north", indicator="damage")
    assert (found["status"], math.isnan(found["needed"])) == ("missed", True)


def test_no_number_of_cases_brings_a_share_above_the_whole():
    wanted = RATE80 | {"value": 1, "op": ">"}
    table, _ = attained({"rate": RATE | {"proportion": True}}, [wanted], cells(crime("north", 10, 5)))
    assert (of(table, "north")["status"], math.isnan(of(table, "north")["needed"])) == ("missed", True)


def test_half_way_through_the_year_the_rest_can_be_told():
    now = cells(crime("north", 100, 70, about="2024-H1", reported_in="2024-H1"))
    table, _ = attained({"rate": RATE}, [RATE80], now, period="2024-H1")
    assert of(table, "north")["rest_rate"] == pytest.approx(0.9)
    assert math.isnan(of(attained({"rate": RATE}, [RATE80], cells(crime("north", 100, 70)))[0], "north")["rest_rate"])


def test_a_figure_without_a_value_is_neither_met_nor_missed():
    table, _ = attained({"rate": RATE}, [RATE80], cells(crime("north", 0, 0)))
    assert [of(table, p)["status"] for p in ("north", "south", "")] == ["not_comparable", "no_data", "incomplete"]


def test_n_of_n_targets_are_met_by_province_and_by_group():
    targets = [RATE80, RATE75, NO_GANGS]
    now = cells(
        crime("north", 100, 90), row("north", "gang", part_of="total", cases=1), crime("south", 100, 90),
    )  # fmt: skip
    table, made = attained({"rate": RATE | {"group": "rates"}, "gangs": GANGS}, targets, now)
    found = targets_met(table, made, "en").set_index(["province", "group"])[["met", "of", "open"]]
    assert tuple(found.loc["north", ""]) == (1, 2, 0)
    assert tuple(found.loc["north", "rates"]) == (1, 1, 0)
    assert tuple(found.loc["north", "order"]) == (0, 1, 0)
    assert tuple(found.loc["south", ""]) == (1, 1, 1)


def test_the_pace_is_that_of_the_days_that_the_province_names():
    made = catalogue({"rate": RATE}, [RATE80])
    frame = computed(made, cells(crime("north", 361, 286))).frame.reset_index()
    own = {"north": (date(2023, 12, 15), date(2024, 11, 14))}
    table = attainment(frame, made, Period.parse("2024"), "en", own)
    assert of(table, "north")["days"] == pytest.approx(3 * 336 / 286)


def test_a_share_of_targets_met_is_no_number_of_cases():
    both = {"kind": "all_met", "of": ["rate", "gangs"]}
    targets = [RATE80, NO_GANGS, {"indicator": "both", "value": 1, "op": ">="}]
    rows = [*crime("north", 100, 70), *row("north", "gang", part_of="total", cases=0)]
    table, _ = attained({"rate": RATE, "gangs": GANGS, "both": both}, targets, cells(rows))
    found = of(table, "north", indicator="both")
    assert (found["status"], math.isnan(found["needed"]), math.isnan(found["margin"])) == ("missed", True, True)
