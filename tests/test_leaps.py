"""A count that collapsed, or leapt up from next to nothing, is a doubt; what changed as counts do is none."""

import pytest

from pipeline.checks.leaps import check_leaps
from tests.books import Desk, only
from tests.frames import MEMBERS, catalogue, cells, row

MADE = catalogue({"people": {"kind": "total", "numerator": "districts.due"}})


def told(now, base=None, found=()):
    return [(f.province, f.place.cell) for f in check_leaps(now, cells() if base is None else base, MADE, found)]


def theft(province, now, before=None):
    return (
        row(province, "theft", cases=now) if before is None else row(province, "theft", cases=now, cases__before=before)
    )


@pytest.mark.parametrize(
    ("now", "before", "is_told"),
    [
        (5, 400, True), (0, 400, True), ("nil", 400, True), (400, 5, True), (5, 100, True), (100, 5, True),
        (6, 100, False), (0, 99, False), (400, 0, False), (0, 0, False), (210, 400, False), (40, 400, False),
        ("missing", 400, False), (400, "missing", False),
    ],
)  # fmt: skip
def test_a_count_that_collapsed_or_leapt_up_since_last_year_is_told(now, before, is_told):
    own = cells(theft("north", now, before), *(theft(p, 90, 100) for p in MEMBERS[1:4]))
    assert told(own) == [("north", "cases-theft")] * is_told
    assert told(cells(theft("north", now, before))) == [("north", "cases-theft")] * is_told


def test_last_year_as_reported_then_counts_and_what_both_vintages_do_not_say_is_no_leap():
    then = cells(row("north", "theft", cases=400, about="2023", reported_in="2023"))
    assert told(cells(theft("north", 5)), then) == [("north", "cases-theft")]
    assert told(cells(theft("north", 5, 6)), then) == []  # restated: another finding


def test_what_happened_in_most_provinces_is_no_doubt():
    assert told(cells(*(theft(p, 5, 400) for p in MEMBERS[:3]))) == []
    assert told(cells(theft("north", 5, 400), theft("south", 50, 400), theft("east", 390, 400))) != []


def test_without_last_year_three_others_that_are_alike_tell():
    sizes = dict(zip(MEMBERS[:4], (5, 300, 400, 900), strict=True))
    assert told(cells(*(theft(p, n) for p, n in sizes.items()))) == [("north", "cases-theft")]
    assert told(cells(*(theft(p, n) for p, n in sizes.items() if p != "west"))) == []
    assert told(cells(*(theft(p, n) for p, n in (sizes | {"west": 4000}).items()))) == []
    assert told(cells(theft("north", 5, 6), *(theft(p, n) for p, n in sizes.items() if p != "north"))) == []


@pytest.mark.parametrize("change", [{"factor": 1000.0}, {"role": "total"}])
def test_totals_and_converted_numbers_are_told_elsewhere(change):
    assert told(cells(theft("north", 5, 400)).assign(**change)) == []


def test_money_may_leap():
    assert told(cells(row("north", form="list", damage=5, damage__before=4000))) == []


FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases, unit: vụ, previous: {also: [Before]}}}
"""


def test_the_doubt_names_both_figures_and_is_one_with_that_of_a_wrong_unit(tmp_path):
    rows = [["D", "Cases", "Before"], ["A", 5, 400], ["B", 20_000_000, 19_000], ["C", 70, 80]]
    result = Desk(tmp_path).catalogue(FORM).send(rows).check()
    finding = only(result, "count_leap")
    assert (finding["severity"], finding["cell"], finding["value"]) == ("warning", "B2", "5")
    assert "400" in finding["message"]
    assert only(result, "magnitude_suspect")["cell"] == "B3"
