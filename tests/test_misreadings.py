"""Stated changes that are wrong in a way that can be named."""

import pytest

from tests.books import Desk, found

CHANGE = """
    title: F
    rows: [{key: d, header: D, members: open}]
    totals: none
    columns:
      n: {header: Cases, previous: {also: [Before]}}
      c: {header: Change, kind: percent, signed: true, equals: EQUALS}
"""
POINTS = """
    title: F
    rows: [{key: d, header: D, members: open}]
    totals: none
    columns:
      r: {header: Rate, kind: percent}
      t: {header: Target, kind: percent}
      c: {header: Above target, kind: percent, signed: true, equals: EQUALS}
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def _stated(desk, *rows, equals="(n - n.previous) / n.previous"):
    head = ["D", "Cases", "Before", "Change"]
    return desk.catalogue(CHANGE.replace("EQUALS", equals)).send([head, *rows]).check()


@pytest.mark.parametrize("equals", ["(n - n.previous) / n.previous", "n / n.previous - 1"])
def test_the_published_changes_of_nghe_an_2019_are_recognised_as_divided_by_the_new_value(desk, equals):
    rows = [["Cases", 294, 304, "-3,4%"], ["Killed", 182, 194, "-6,6%"], ["Injured", 210, 218, "-3,8%"]]
    result = _stated(desk, *rows, equals=equals)
    assert found(result) == [("warning", "wrong_base", cell) for cell in ("D2", "D3", "D4")]
    told = result.findings.set_index("cell")["message"]
    assert "-3.40%" in told["D2"]
    assert "-3.29%" in told["D2"]
    assert "divided by the new figure instead of the base" in told["D2"]


def test_a_change_that_is_right_at_its_stated_decimals_is_no_doubt(desk):
    assert found(_stated(desk, ["Cases", 294, 304, "-3,3%"], ["Killed", 182, 194, "-6,2%"])) == []


def test_a_fall_given_as_a_rise_is_a_wrong_sign(desk):
    assert found(_stated(desk, ["X", 294, 304, "3,3%"])) == [("warning", "wrong_sign", "D2")]


def test_a_figure_that_no_mistake_explains_stays_a_mismatch(desk):
    assert found(_stated(desk, ["X", 294, 304, "-9,9%"])) == [("warning", "stated_mismatch", "D2")]


def test_a_figure_that_two_mistakes_would_explain_stays_a_mismatch(desk):
    # 20 % of the new 100 %, and 20 points above 80 %: either may have been meant; 25 % is right.
    rows = [["D", "Rate", "Target", "Above target"], ["X", "100%", "80%", "20%"]]
    result = desk.catalogue(POINTS.replace("EQUALS", "(r - t) / t")).send(rows).check()
    assert found(result) == [("warning", "stated_mismatch", "D2")]


def test_a_margin_over_a_target_in_percent_instead_of_points_is_named(desk):
    # 83,48 % against 75 % is 8,48 points above, which is 11,31 percent of the target.
    rows = [["D", "Rate", "Target", "Above target"], ["X", "83,48%", "75%", "11,31%"], ["Y", "83,48%", "75%", "8,48%"]]
    result = desk.catalogue(POINTS.replace("EQUALS", "r - t")).send(rows).check()
    assert found(result) == [("warning", "percent_for_points", "D2")]
