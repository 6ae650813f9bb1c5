"""Targets of several issuers beside each figure, cases needed and margins, n of N met by province and group."""

import math
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest

import pipeline
from pipeline.indicators.attainment import attainment, targets_met
from pipeline.messages import Messages
from pipeline.periods import Period
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.words import WHOLE, doubtful
from tests.books import Desk
from tests.frames import RATE, catalogue, cells, computed, crime, row
from tests.test_workbook import assert_recalculates, table

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


DONE = {"kind": "achievement", "numerator": "list.posts", "denominator": "list.fires"}
ALL_OF_IT = {"indicator": "done", "value": 1, "op": ">="}


@pytest.mark.parametrize(
    ("period", "status", "pace"),
    [("2024-9M", "under_way", 0.7 * 366 / 274), ("2024-Q3", "under_way", 0.7 * 366 / 92), ("2024", "missed", math.nan)],
)
def test_part_of_a_year_is_not_said_to_miss_the_target_of_the_whole_year(period, status, pace):
    told = {"about": period, "reported_in": period}
    now = cells(
        row("north", form="list", posts=70, fires=100, **told), row("south", form="list", posts=100, fires=100, **told)
    )
    made = catalogue({"done": DONE}, [ALL_OF_IT])
    frame = computed(made, now, None, period).frame.reset_index()
    assert frame.set_index("province").loc[["north", "south"], "status"].tolist() == ["missed", "met"]
    table = attainment(frame, made, Period.parse(period), "en")
    found = of(table, "north", indicator="done")
    assert (found["status"], found["needed"]) == (status, 30)
    assert found["pace"] == pytest.approx(pace, nan_ok=True)
    counted = targets_met(table, made, "en").set_index(["province", "group"]).loc[("north", "")]
    assert counted[["met", "of", "open"]].tolist() == [0, float(status == "missed"), float(status != "missed")]


EMULATION = {"year": {"day": 15, "months_earlier": 2}}


def done_so_far(period, own=None, lang="en", indicators=None, **settings):
    """Seven tenths of what was assigned by then, over the days that the catalogue or the province names."""
    told = {"about": period, "reported_in": period}
    made = catalogue(indicators or {"done": DONE}, [ALL_OF_IT], **settings)
    frame = computed(made, cells(row("north", form="list", posts=70, fires=100, **told)), None, period).frame
    table = attainment(frame.reset_index(), made, Period.parse(period), lang, {"north": own} if own else {})
    return of(table, "north", indicator=next(iter(made.indicators)))


def test_the_pace_goes_by_the_days_of_the_year_that_the_target_refers_to_and_says_what_it_assumes():
    found = done_so_far("2023-9M", windows=EMULATION)
    assert (found["part_days"], found["year_days"]) == (273, 365)
    assert found["pace"] == pytest.approx(0.7 * 365 / 273)
    assert found["assumes"] == (
        "The whole year (2022-11-15 - 2023-11-14, 365 days): as if the days outside this period "
        "(2023-01-01 - 2023-09-30, 273 days) went at its pace. The year of the target begins on 2022-11-15, "
        "this period on 2023-01-01: 47 days at the beginning are not in its figures."
    )
    named = done_so_far("2023-9M", (date(2022, 11, 15), date(2023, 8, 14)), windows=EMULATION)
    assert named["pace"] == pytest.approx(0.7 * 365 / 273)
    assert "begins" not in named["assumes"]
    beyond = done_so_far("2023-Q4", windows=EMULATION)
    assert beyond["pace"] == pytest.approx(0.7 * 365 / 92)
    assert beyond["assumes"].endswith("Some days of this period are outside that year.")


def test_of_a_calendar_year_the_part_begins_with_the_year_and_a_whole_year_assumes_nothing():
    found = done_so_far("2023-9M")
    assert found["pace"] == pytest.approx(0.7 * 365 / 273)
    assert found["assumes"].count(".") == 1
    assert done_so_far("2023")["assumes"] == ""


def test_the_rest_of_the_year_are_the_days_outside_the_figures():
    rates = {"done": RATE}
    now = cells(crime("north", 100, 70, about="2023-9M", reported_in="2023-9M"))
    made = catalogue(rates, [ALL_OF_IT | {"value": 0.8}], windows=EMULATION)
    frame = computed(made, now, None, "2023-9M").frame.reset_index()
    found = of(attainment(frame, made, Period.parse("2023-9M"), "en"), "north", indicator="done")
    whole = 100 * 365 / 273
    assert found["rest_rate"] == pytest.approx((0.8 * whole - 70) / (whole - 100))
    assert found["assumes"].startswith("The rest are 92 days of the year (2022-11-15 - 2023-11-14, 365 days)")


def test_a_share_and_what_must_not_be_passed_are_judged_in_every_part_of_a_year():
    told = {"about": "2024-9M", "reported_in": "2024-9M"}
    now = cells(crime("north", 100, 70, **told), row("north", "gang", part_of="total", cases=2, **told))
    table, _ = attained({"rate": RATE, "gangs": GANGS}, [RATE80, NO_GANGS], now, period="2024-9M")
    assert [of(table, "north", indicator=name)["status"] for name in ("rate", "gangs")] == ["missed", "missed"]


PART = {
    "indicators": "done: {kind: achievement, numerator: f.n, denominator: f.plan}",
    "targets": "[{indicator: done, value: 1, op: '>='}]",
    "provinces": "[{id: north, name: North}, {id: south, name: South}]",
    "catalogue": "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f]}",
}


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "word"), [("en", "9 of 12 months so far"), ("vi", "9/12 th\u00e1ng")])
def test_the_workbook_says_of_how_much_of_the_year_a_figure_is(tmp_path, office, lang, word):
    form = "title: F\nlayout: list\ncolumns: {n: {header: Done}, plan: {header: Plan}}\n"
    desk = Desk(tmp_path, "2024-9M").catalogue(form, **PART)
    for name, done in (("North", 70), ("South", 100)):
        desk.send({"F": [[f"Công an tỉnh {name}"], ["Done", done], ["Plan", 100]]}, f"{name}.xlsx")
    places = {one: tmp_path / one for one in ("inputs", "outputs", "schemas")}
    pipeline.consolidate("2024-9M", **places, lang=lang)
    path = tmp_path / "outputs" / "2024-9M" / "consolidated.xlsx"
    assert assert_recalculates(office, path, tmp_path) > 0
    book = openpyxl.load_workbook(path, data_only=True)
    said = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value}
    assert any(word in text for text in said)
    assert any("70" in text and word not in text for text in said)
    answer = Messages(lang)("workbook.answer.under_way", met=1, count=2)
    assert any(text.startswith(answer) for text in said)
    # A target that the part of the year reaches is met, and counts.
    name = next(name for name in book.defined_names if name.endswith("_done"))
    sheet, cell = book.defined_names[name].attr_text.rsplit("!", 1)
    live = openpyxl.load_workbook(path)
    live[sheet.strip("'")][cell.replace("$", "")].value = 0.7
    live.save(tmp_path / "edited.xlsx")
    again = openpyxl.load_workbook(office.recalculate(tmp_path / "edited.xlsx", tmp_path), data_only=True)
    words = [str(cell.value) for line in again[book.sheetnames[2]].iter_rows() for cell in line]
    assert "1/1" in words
    assert "0/0" not in words
    assert not any(word in text for text in words)


def test_several_issuers_stand_side_by_side():
    table, _ = attained({"rate": RATE}, [RATE75, RATE80], cells(crime("north", 100, 78)))
    assert (of(table, "north")["issuer"], of(table, "north")["status"]) == ("Pact", "missed")
    other = of(table, "north", "context")
    assert (other["issuer"], other["status"], other["margin"]) == ("Assembly", "met", 3)


def test_a_wider_target_of_another_issuer_stands_beside_the_narrower_one_that_binds():
    targets = [RATE80 | {"provinces": ["north"]}, RATE75 | {"role": "binding"}]
    table, _ = attained({"rate": RATE}, targets, cells(crime("north", 100, 78), crime("south", 100, 78)))
    own = table[table["province"] == "north"]
    assert own[["issuer", "role", "status"]].to_numpy().tolist() == [
        ["Pact", "binding", "missed"],
        ["Assembly", "context", "met"],
    ]
    assert table[table["province"] == "south"]["issuer"].tolist() == ["Assembly"]


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
    assert of(table, "north")["rest_rate"] == pytest.approx((80 * 366 / 182 - 70) / (100 * 366 / 182 - 100))
    assert math.isnan(of(attained({"rate": RATE}, [RATE80], cells(crime("north", 100, 70)))[0], "north")["rest_rate"])


@pytest.mark.parametrize(("cleared", "target", "rest"), [
    (79, 0.3, 0),  # met whatever comes
    (30, 0.3, 0.3),
    (70, 0.85, 1),  # all of the 100 to come
    (69, 0.85, None),
    (10, 0.8, None),
], ids=str)  # fmt: skip
def test_the_rate_of_the_rest_is_a_share_or_none_where_it_is_out_of_reach(cleared, target, rest):
    now = cells(crime("north", 100, cleared, about="2024-H1", reported_in="2024-H1"))
    made = catalogue({"rate": RATE | {"proportion": True}}, [RATE80 | {"value": target}])
    half = {"north": (date(2024, 1, 1), date(2024, 7, 1))}
    frame = computed(made, now, None, "2024-H1").frame.reset_index()
    found = of(attainment(frame, made, Period.parse("2024-H1"), "en", half), "north")["rest_rate"]
    assert math.isnan(found) if rest is None else found == pytest.approx(rest)


@pytest.mark.parametrize(("cleared", "shown"), [(10, "out of reach"), (75, 0.948913), (99, 0.234130)])
def test_the_sheet_says_where_the_rest_of_the_year_cannot_bring_the_target(tmp_path, cleared, shown):
    form = "{title: F, rows: [{key: place, header: Place, members: open}], columns: {n: {header: N}, k: {header: K}}}"
    rate = "rate: {kind: percent, numerator: f.k, denominator: f.n, proportion: true}"
    target = '[{indicator: rate, value: 0.8, op: ">="}]'
    desk = Desk(tmp_path, "2024-9M").catalogue(form, indicators=rate, targets=target)
    desk.send([["Place", "N", "K"], ["A", 60, cleared - 5], ["B", 40, 5]]).consolidate()
    path = tmp_path / "outputs" / "2024-9M" / "consolidated.xlsx"
    sheets = [openpyxl.load_workbook(path, data_only=read)["Against targets"] for read in (True, False)]
    told = [next(row[12] for row in sheet.values if row[1] == "North") for sheet in sheets]
    assert told[0] == (shown if isinstance(shown, str) else pytest.approx(shown, abs=1e-6))
    assert "out of reach" in told[1]
    said = next(row[14] for row in sheets[0].values if row[1] == "North")
    assert "The rest are 92 days of the year (2024-01-01 - 2024-12-31, 366 days)" in said
    assert (" more in " in said) == (cleared < 80)


def test_a_ratio_that_may_be_above_one_is_not_out_of_reach():
    now = cells(crime("north", 100, 10, about="2024-9M", reported_in="2024-9M"))
    table, _ = attained({"rate": RATE}, [RATE80], now, period="2024-9M")
    assert of(table, "north")["rest_rate"] == pytest.approx((80 * 366 / 274 - 10) / (100 * 366 / 274 - 100))


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


def test_targets_of_indicators_without_a_group_stand_in_all_targets_once():
    rates = {"rate": RATE, "gangs": GANGS}
    table, made = attained(rates, [RATE80, NO_GANGS], cells(crime("north", 100, 90)))
    found = targets_met(table, made, "en")
    assert list(found[found["province"] == "north"]["label"]) == ["All targets", "order"]
    table, made = attained({"rate": RATE}, [RATE80], cells(crime("north", 100, 90)))
    assert not targets_met(table, made, "en").duplicated(["province", "group"]).any()


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


@pytest.mark.slow
def test_changes_stand_in_numbers_beside_their_percent_and_from_nothing_too(tmp_path, office):
    form = """
        title: F
        layout: list
        periods: {current: {also: [Now]}, previous: {also: [Before]}}
        columns: {n: {header: Fires}, m: {header: Floods}}
    """
    kinds = "{n: {kind: change, numerator: f.n}, m: {kind: total, numerator: f.m}}"
    desk = Desk(tmp_path).catalogue(form, indicators=kinds)
    desk.send([["What", "Now", "Before"], ["Fires", 4, 0], ["Floods", 7, 9]]).consolidate()
    path = tmp_path / "outputs" / "2024" / "consolidated.xlsx"
    assert assert_recalculates(office, path, tmp_path) > 0
    shown = table(openpyxl.load_workbook(path, data_only=True), "Indicators")
    own = shown[shown["Province"] == "North"]
    assert own["Change (number)"].tolist() == [4, -2]
    assert own["Change"].isna().tolist() == [True, False]


@pytest.mark.parametrize("status", sorted([*WHOLE, "incomplete", "no_target"]))
def test_a_doubt_stands_beside_every_status_of_figures_in_which_nothing_lacks(status):
    blank, say = dict.fromkeys(IndicatorRow._fields), Messages("en")
    book = SimpleNamespace(say=say, model=lambda _: SimpleNamespace(kind="percent"))
    reasons = {say("reason.doubtful", cells=["A!B1"]): True, say("reason.population_basis"): False, "": False}
    for reason, told in reasons.items():
        row = IndicatorRow(**blank | {"status": status, "reason": reason})
        assert doubtful(book, row) == (told and status in WHOLE)
