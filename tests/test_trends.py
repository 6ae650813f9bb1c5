"""Series of at least three periods, like for like, with control limits from eight on."""

import math
from statistics import fmean

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.indicators.trends import trends
from pipeline.periods import Period
from pipeline.statistics.control import Limits, limits, signals
from tests.frames import RATE, catalogue, cells, crime, row
from tests.test_living_analyses import written

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=30)
CHANGE = {"kind": "change", "numerator": "crime.cases", "rows": ["order"]}


def of_years(cleared, members=("north",), **more):
    """Cells of some years by period: each province's cases are 100."""
    return {
        Period.parse(year): cells(
            *(crime(p, 100, n, about=year, reported_in=year, **more) for p in members)
        )
        for year, n in cleared.items()
    }  # fmt: skip


def series(made, found, period="2024", province="north", indicator="rate"):
    table = trends(found, made, Period.parse(period), "en")
    own = table[(table["province"] == province) & (table["indicator"] == indicator)]
    return own.set_index("period")


@given(VALUES)
def test_the_limits_are_those_of_the_definition(values):
    found = limits(values)
    ranges = np.abs(np.diff(values))
    sigma = ranges.mean() / 1.128
    assert found.centre == pytest.approx(fmean(values), abs=1e-6)
    # 2.66 is 3 / 1.128 as books round it.
    assert found.upper - found.centre == pytest.approx(3 * sigma, rel=1e-3, abs=1e-6)
    assert found.centre - found.lower == pytest.approx(found.upper - found.centre, abs=1e-6)


def test_seven_values_have_no_limits():
    assert limits([1.0] * 7) is None


def test_a_value_outside_and_a_run_of_eight_are_signals():
    within = Limits(10, 5, 15)
    assert signals([10, 16, 4, 10], within) == ["", "above", "below", ""]
    assert signals([9] + [11] * 8 + [9], within) == ["", *["run"] * 8, ""]
    assert signals([11] * 7 + [10], within) == [""] * 8


def test_what_adding_up_in_another_order_can_make_is_no_signal():
    assert signals([0.1 + 1e-16] * 8 + [0.1 - 1e-16], Limits(0.1, 0.1, 0.1)) == [""] * 9


def test_three_periods_are_a_trend_and_two_are_none():
    made = catalogue({"rate": RATE}, members=["north"])
    assert list(series(made, of_years({"2022": 70, "2023": 80, "2024": 90}))["value"]) == [0.7, 0.8, 0.9]
    assert series(made, of_years({"2023": 80, "2024": 90})).empty


def test_the_year_before_the_oldest_is_a_point_as_its_submissions_state_it():
    made = catalogue({"rate": RATE}, members=["north"])
    found = of_years({"2023": 80, "2024": 90}, cases__before=100, cleared__before=75)
    own = series(made, found)
    # 75 of each of three listed rows' 100, two of which are in the group: the same share.
    assert list(own.index) == ["2022", "2023", "2024"]
    assert list(own["vintage"]) == ["stated", "reported", "reported"]
    assert own["value"].iloc[0] == 0.75


TOTAL = {"kind": "total", "numerator": "crime.cases", "rows": ["order"]}


def counted(province, year, n, before=None):
    """One year's cases of a province, with those of the year before where it states them."""
    more = {"about": year, "reported_in": year}
    rows = (("theft", n, before), ("fraud", 0, 0), ("drugs", 0, 0))
    told = [(name, now, {} if before is None else {"cases__before": then}) for name, now, then in rows]
    return [cell for name, now, then in told for cell in row(province, name, cases=now, **then, **more)]


def test_a_point_that_the_year_after_restates_has_both_figures():
    made = catalogue({"rate": TOTAL}, members=["north"])
    years = {"2022": (300, None), "2023": (366, 300), "2024": (400, 438)}
    found = {Period.parse(y): cells(counted("north", y, *n)) for y, n in years.items()}
    own = series(made, found)
    assert list(own["value"]) == [300, 366, 400]
    assert own.loc["2023", ["restated", "restated_numerator", "restated_in", "restated_base"]].tolist() == [
        438, 438, "2024", "stated",
    ]  # fmt: skip
    assert own["restated"].isna().tolist() == [True, False, True]
    assert own["restated_in"].tolist() == ["", "2024", ""]


def test_the_cluster_is_restated_by_the_provinces_that_state_another_figure():
    made = catalogue({"rate": TOTAL}, members=["north", "south"], compare_with="reported")
    years = {"2022": (300, None), "2023": (366, 300), "2024": (400, 438)}
    found = {Period.parse(y): cells(counted("north", y, *n), counted("south", y, 10, None)) for y, n in years.items()}
    whole = series(made, found, province="")
    assert whole.loc["2023", ["value", "restated", "restated_base"]].tolist() == [376, 448, "reported"]
    assert series(made, found, province="south")["restated"].isna().all()


def test_a_change_whose_year_is_restated_has_both_figures_over_its_own_base():
    made = catalogue({"rate": CHANGE}, members=["north"])
    years = {"2021": (200, None), "2022": (300, 200), "2023": (360, 300), "2024": (400, 450)}
    found = {Period.parse(y): cells(counted("north", y, *n)) for y, n in years.items()}
    own = series(made, found)
    assert own.loc["2023", "value"] == pytest.approx(0.2)
    assert own.loc["2023", "restated"] == pytest.approx(0.5)
    assert own.loc["2024", "value"] == pytest.approx(400 / 450 - 1)


def test_a_change_is_a_series_too():
    made = catalogue({"rate": CHANGE}, members=["north"])
    years = {"2021": 100, "2022": 110, "2023": 121, "2024": 121}
    found = {Period.parse(y): cells(crime("north", n, 0, about=y, reported_in=y)) for y, n in years.items()}
    own = series(made, found)
    assert [round(v, 9) for v in own["value"]] == [0.1, 0.1, 0]


def test_a_cluster_over_fewer_provinces_is_no_point():
    made = catalogue({"rate": RATE}, members=["north", "south"])
    found = of_years({"2021": 70, "2022": 70, "2023": 80, "2024": 90}, members=("north", "south"))
    found[Period.parse("2022")] = of_years({"2022": 70})[Period.parse("2022")]
    assert list(series(made, found, province="").index) == ["2021", "2023", "2024"]


def test_a_province_formed_since_goes_back_as_what_it_was_formed_from():
    ended = {"to": "2023-12-31"}
    others = [
        {"id": "a", **ended},
        {"id": "b", **ended},
        {"id": "new", "from": "2024-01-01", "formed_from": ["a", "b"]},
    ]
    made = catalogue({"rate": RATE}, members=["new"], others=others)
    found = {Period.parse("2024"): cells(crime("new", 100, 90, about="2024"))}
    for year, (one, other) in {"2021": (10, 30), "2022": (20, 40), "2023": (50, 70)}.items():
        rows = (crime(p, 100, n, about=year, reported_in=year) for p, n in (("a", one), ("b", other)))
        found[Period.parse(year)] = cells(*rows)
    assert list(series(made, found, province="new")["value"]) == [0.2, 0.3, 0.6, 0.9]


def test_rates_over_a_population_that_counts_others_than_now_are_no_points():
    years = dict.fromkeys(("2020", "2021", "2022", "2023", "2024"), 70)
    counted = [("2019-01-01", "resident"), ("2022-01-01", "registered")]
    people = {"north": [{"value": 1000, "at": at, "basis": basis} for at, basis in counted]}
    people["south"] = [{"value": 1000, "at": "2019-01-01", "basis": "registered"}]
    indicators = {"rate": {"kind": "per_100k", "numerator": "crime.cases"}, "share": RATE}
    made = catalogue(indicators, members=["north", "south"], populations=people)
    found = of_years(years, members=("north", "south"))
    assert list(series(made, found).index) == ["2022", "2023", "2024"]
    assert list(series(made, found, province="").index) == ["2022", "2023", "2024"]
    assert list(series(made, found, province="south").index) == [*years]
    assert list(series(made, found, indicator="share").index) == [*years]


def test_eight_periods_have_limits_and_signals():
    made = catalogue({"rate": RATE}, members=["north"])
    years = {str(2016 + n): value for n, value in enumerate([50, 52, 51, 50, 52, 51, 50, 52, 90])}
    own = series(made, of_years(years))
    assert own["centre"].notna().all()
    assert own.loc["2024", "signal"] == "above"
    assert (own["signal"].iloc[:-1] != "above").all()


def test_months_make_a_series_across_years():
    made = catalogue({"rate": RATE}, members=["north"])
    months = ("2023-11", "2023-12", "2024-01", "2024-02")
    found = {Period.parse(m): cells(crime("north", 100, 50 + n, about=m, reported_in=m)) for n, m in enumerate(months)}
    found[Period.parse("2023")] = cells(crime("north", 1000, 1, about="2023", reported_in="2023"))
    assert list(series(made, found, "2024-02").index) == list(months)


def test_without_a_trend_there_are_no_limits():
    made = catalogue({"rate": RATE}, members=["north"])
    own = series(made, of_years({"2022": 70, "2023": 80, "2024": 90}))
    assert all(math.isnan(v) for v in own["centre"])


def test_the_samples_have_a_picture_of_their_main_indicators_trend(consolidated):
    names = {path.name for path in (consolidated.folder / "figures").iterdir()}
    assert {"clearance_rate_trend.png", "clearance_rate_trend.svg"} <= names


def test_the_sheet_of_trends_shows_a_restated_figure_beside_the_reported_one(tmp_path):
    years = {"2022": (300, None), "2023": (366, 300), "2024": (400, 438)}
    found = {
        Period.parse(y): cells(counted("north", y, *n), counted("south", y, 10, None), counted("east", y, 10, None))
        for y, n in years.items()
    }
    last = Period.parse("2023")
    written(tmp_path / "w.xlsx", found.pop(Period.parse("2024")), found[last], found)
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["Trends"]
    cell = next(c for c in sheet["D"] if c.comment)
    assert cell.comment.text == (
        "north, 2023: 366 as reported then, 438 as restated in 2024. "
        "Changes of 2024 are computed against the restated figure."
    )
    assert cell.fill.fgColor.rgb == "FFFFF3C4"
    told = [c.value for c in sheet["A"] if str(c.value).startswith("Yellow")]
    assert told[0] == (
        "Yellow: amount, 2023 is as reported then; the reports of 2024 restate it: "
        "north 366, now 438, Whole cluster 386, now 458. Changes of 2024 are computed against the restated figure."
    )
