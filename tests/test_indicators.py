"""Indicators on small frames: sums before ratios, what lacks, bases, targets, ranks."""

import json
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.columns import INDICATORS
from pipeline.errors import CatalogueError
from pipeline.indicators.doubts import mark_doubts
from pipeline.model import LANGS, Finding, Place
from tests.books import Desk
from tests.frames import FORMS, MEMBERS, RATE, catalogue, cells, computed, crime, row

AT_LEAST_80 = {"indicator": "rate", "value": 0.8, "op": ">="}
CHANGE = {"kind": "change", "numerator": "crime.cases", "rows": ["theft"]}


def of_all(cases=100, cleared=80, **more):
    """The same figures from all five provinces."""
    return [crime(province, cases, cleared, **more) for province in MEMBERS]


def is_null(value):
    return value is pd.NA or math.isnan(value)


# Sums, then ratios


def test_the_clusters_rate_weighs_provinces_by_their_cases():
    made = catalogue({"rate": RATE}, members=["north", "south"])
    found = computed(made, cells(crime("north", 1000, 900), crime("south", 10, 1)))
    assert found("").value == 901 / 1010
    assert (found("").numerator, found("").denominator) == (901, 1010)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=5, max_size=5))
def test_the_cluster_is_the_sum_of_numerators_over_the_sum_of_denominators(parts):
    now = cells(*(crime(p, cases, cleared) for p, (cleared, cases) in zip(MEMBERS, parts, strict=True)))
    found = computed(catalogue({"rate": RATE}), now)
    assert found("").value == sum(n for n, _ in parts) / sum(d for _, d in parts)
    assert found.column("value") == {p: n / d for p, (n, d) in zip(MEMBERS, parts, strict=True)}


def test_the_columns_are_the_contracts_and_typed():
    frame = computed(catalogue({"rate": RATE}), cells(*of_all())).frame.reset_index()
    assert set(frame.columns) == set(INDICATORS)
    assert {str(frame[name].dtype) for name in ("value", "gap", "previous", "numerator")} == {"float64"}
    assert [str(frame[name].dtype) for name in ("used", "expected", "rank")] == ["int64", "int64", "Int64"]


def test_every_province_and_the_cluster_have_every_indicator_even_without_cells():
    found = computed(catalogue({"rate": RATE, "other": CHANGE}), cells())
    assert set(found.frame.index) == {(i, p) for i in ("rate", "other") for p in (*MEMBERS, "")}
    assert set(found.frame["status"]) == {"no_data"}


def test_amounts_are_summed_as_they_are_written():
    made = catalogue(
        {"total": {"kind": "total", "numerator": "list.damage"}},
        [{"indicator": "total", "value": 0.3, "op": "<="}],
        members=["north", "south"],
    )
    found = computed(made, cells(row("north", form="list", damage=0.1), row("south", form="list", damage=0.2)))
    assert (found("", "total").value, found("", "total").status) == (0.3, "met")


# Targets


@pytest.mark.parametrize(
    ("op", "target", "cleared", "status"),
    [
        (">=", 0.8, 80, "met"),
        ("<=", 0.8, 80, "met"),
        (">", 0.8, 80, "missed"),
        ("<", 0.8, 80, "missed"),
        (">", 0.8, 81, "met"),
        ("<", 0.8, 79, "met"),
        (">=", 0.8, 79, "missed"),
        ("<=", 0.8, 81, "missed"),
    ],
)
def test_exactly_on_target_is_met_but_not_for_less_and_more(op, target, cleared, status):
    made = catalogue({"rate": RATE}, [AT_LEAST_80 | {"op": op, "value": target}])
    assert computed(made, cells(*of_all(100, cleared)))("").status == status


def test_a_fall_of_exactly_seven_percent_meets_minus_007():
    made = catalogue({"rate": CHANGE}, [{"indicator": "rate", "value": -0.07, "op": "<="}])
    found = computed(made, cells(row("north", "theft", cases=93, cases__before=100)))
    assert (found("north").value, found("north").status, found("north").gap) == (-0.07, "met", 0)


@given(st.integers(1, 10**6), st.integers(0, 1000))
def test_a_rate_that_equals_its_target_meets_it_whatever_the_numbers(base, thousandths):
    made = catalogue({"rate": RATE}, [AT_LEAST_80 | {"value": thousandths / 1000}], members=["north"])
    found = computed(made, cells(crime("north", 1000 * base, thousandths * base)))
    assert (found("north").status, found("north").gap) == ("met", 0)


@pytest.mark.parametrize("op", [">=", "<="])
@pytest.mark.parametrize(("damage", "fires", "target"), [(2.1, 3, 0.7), (0.3, 0.1, 3), (1.1, 1.1, 1), (0.55, 1.1, 0.5)])
def test_an_amount_with_decimals_that_equals_its_target_meets_it(op, damage, fires, target):
    made = catalogue(
        {"rate": {"kind": "percent", "numerator": "list.damage", "denominator": "list.fires"}},
        [AT_LEAST_80 | {"value": target, "op": op}],
    )
    assert computed(made, cells(row("north", form="list", damage=damage, fires=fires)))("north").status == "met"


def test_status_is_decided_on_unrounded_values():
    found = computed(catalogue({"rate": RATE}, [AT_LEAST_80]), cells(*of_all(100_000, 79_999)))
    assert (round(found("").value, 2), found("").status) == (0.8, "missed")
    assert found("").gap == pytest.approx(-0.00001)


def test_without_a_target_the_status_says_so_and_the_gap_is_null():
    found = computed(catalogue({"rate": RATE}), cells(*of_all()))
    assert found("").status == "no_target"
    assert is_null(found("").target)
    assert is_null(found("").gap)


def test_a_context_target_never_binds():
    context = AT_LEAST_80 | {"value": 0.99, "role": "context", "provinces": ["north"]}
    found = computed(catalogue({"rate": RATE}, [context, AT_LEAST_80]), cells(*of_all()))
    assert (found("north").target, found("north").status) == (0.8, "met")
    only = computed(catalogue({"rate": RATE}, [context]), cells(*of_all()))
    assert only("north").status == "no_target"


def test_the_narrowest_target_wins_then_the_latest():
    targets = [
        AT_LEAST_80 | {"value": 0.1, "from": "2020-01-01"},
        AT_LEAST_80 | {"value": 0.2, "from": "2022-01-01"},
        AT_LEAST_80 | {"value": 0.3, "from": "2021-01-01", "provinces": ["north", "south"]},
        AT_LEAST_80 | {"value": 0.4, "from": "2019-01-01", "provinces": ["north"]},
        AT_LEAST_80 | {"value": 0.5, "from": "2025-01-01", "provinces": ["north"]},
        AT_LEAST_80 | {"value": 0.6, "to": "2024-12-30", "provinces": ["south"]},
    ]
    found = computed(catalogue({"rate": RATE}, targets), cells(*of_all()))
    assert {p: found(p).target for p in ("north", "south", "east", "")} == {
        "north": 0.4, "south": 0.3, "east": 0.2, "": 0.2,
    }  # fmt: skip


def test_two_targets_with_nothing_to_choose_between_them_are_refused():
    with pytest.raises(CatalogueError, match="two binding targets"):
        catalogue({"rate": RATE}, [AT_LEAST_80, AT_LEAST_80 | {"value": 0.9}])


# What lacks


@pytest.mark.parametrize("state", ["missing", "blank", "rejected"])
def test_a_province_that_lacks_one_number_is_incomplete_and_the_cluster_covers_four_of_five(state):
    found = computed(
        catalogue({"rate": RATE}, [AT_LEAST_80]),
        cells(
            *(crime(p, 100, 80) for p in MEMBERS[1:]),
            row("north", "theft", cases=50, cleared=50),
            row("north", "fraud", cases=10, cleared=state),
        ),
    )
    north, cluster = found("north"), found("")
    assert (north.status, north.used, north.expected) == ("incomplete", 0, 1)
    assert all(map(is_null, (north.value, north.numerator, north.denominator, north.low, north.high, north["rank"])))
    assert (cluster.status, cluster.used, cluster.expected, cluster.value) == ("incomplete", 4, 5, 0.8)
    assert (cluster.numerator, cluster.denominator) == (320, 400)
    assert "S!cleared-fraud" in north.reason
    assert "north" in cluster.reason


LACKS = st.sampled_from(["", "missing", "blank", "rejected", "absent"])


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000), LACKS, LACKS), min_size=5, max_size=5),
)
def test_whatever_lacks_the_cluster_adds_only_provinces_with_both_sides_and_counts_them(parts):
    rows, whole = [], []
    for province, (cleared, cases, top_lacks, bottom_lacks) in zip(MEMBERS, parts, strict=True):
        sides = {"cleared": top_lacks or cleared, "cases": bottom_lacks or cases}
        there = {measure: number for measure, number in sides.items() if number != "absent"}
        rows += [row(province, "theft", **there), row(province, "fraud", cases=0, cleared=0)]
        if not (top_lacks or bottom_lacks):
            whole.append((cleared, cases))
    cluster = computed(catalogue({"rate": RATE}), cells(*rows))("")
    assert (cluster.used, cluster.expected) == (len(whole), 5)
    if not whole:
        assert all(map(is_null, (cluster.value, cluster.numerator, cluster.denominator)))
        return
    assert (cluster.numerator, cluster.denominator) == tuple(map(sum, zip(*whole, strict=True)))
    assert (cluster.status == "incomplete") == (len(whole) < 5)
    assert len([p for p in MEMBERS if p in cluster.reason]) == 5 - len(whole)


def test_a_listed_row_that_did_not_come_makes_its_province_incomplete():
    found = computed(catalogue({"rate": RATE}), cells(row("north", "theft", cases=2, cleared=1)))
    assert (found("north").status, found("north").reason) == (
        "incomplete",
        'missing numbers (2): "cleared" of the row "fraud" (form Crime), "cases" of the row "fraud" (form Crime)',
    )


def test_a_form_of_which_nothing_came_is_named_once_and_not_number_by_number():
    due = {"kind": "percent", "numerator": "crime.cleared", "denominator": "districts.due"}
    made = catalogue({"rate": RATE, "due": due})
    found = computed(made, cells(*(row("south", name, cases=2, cleared=1) for name in ("theft", "fraud", "drugs"))))
    assert found("north").reason == "missing: the whole form Crime"
    assert found("north", "due").reason == "missing: the whole form Crime, the whole form Districts"
    assert found("south", "due").reason == "missing: the whole form Districts"
    some = computed(made, cells(row("north", "theft", cases=2, cleared=1)))
    assert some("north", "due").reason == (
        'missing numbers (3): "cleared" of the row "fraud" (form Crime), "cleared" of the row "drugs" (form Crime), '
        "the whole form Districts"
    )


def test_a_row_that_is_not_needed_may_lack():
    now = cells(*(crime(p, 10, 8) for p in MEMBERS[1:]), [
        *row("north", "theft", cases=10, cleared=8),
        *row("north", "fraud", cases=0, cleared=0),
        *row("north", "drugs", cases="missing", cleared="missing"),
    ])  # fmt: skip
    made = catalogue({"rate": RATE, "all": {k: v for k, v in RATE.items() if k != "rows"}})
    found = computed(made, now)
    assert (found("").used, found("", "all").used) == (5, 4)


def test_without_rows_all_listed_members_are_needed_but_of_which_rows():
    made = catalogue({"rate": {k: v for k, v in RATE.items() if k != "rows"}})
    gang = row("north", "gang", cases=7, cleared="missing", part_of="total")
    found = computed(made, cells(crime("north", 10, 8), gang))
    assert (found("north").value, found("north").denominator) == (0.8, 10)


def test_of_which_rows_count_only_where_they_are_named():
    made = catalogue({"rate": {"kind": "total", "numerator": "crime.cases", "rows": ["gang"]}})
    gang = row("north", "gang", cases=7, part_of="total")
    assert computed(made, cells(crime("north", 10, 8), gang))("north").value == 7


def test_no_ratio_mixes_rows_that_have_a_numerator_with_others_that_have_a_denominator():
    rate = {"kind": "percent", "numerator": "districts.resolved", "denominator": "districts.due"}
    now = cells(
        row("north", "one", "districts", due=10, resolved=9),
        row("north", "two", "districts", due=10),
        row("south", "one", "districts", due=10, resolved=9),
        row("south", "two", "districts", due=10, resolved="missing"),
        row("east", "one", "districts", due=10, resolved=9),
        row("east", "two", "districts", resolved=3),
    )
    found = computed(catalogue({"rate": rate}), now)
    assert {found(p).status for p in ("north", "south", "east")} == {"incomplete"}
    assert '"resolved" of the row "two"' in found("north").reason


def test_an_open_key_needs_the_rows_that_came():
    rate = {"kind": "percent", "numerator": "districts.resolved", "denominator": "districts.due"}
    now = cells(
        row("north", "one", "districts", due=10, resolved=9), row("north", "two", "districts", due=30, resolved=3)
    )
    assert computed(catalogue({"rate": rate}), now)("north").value == 12 / 40


def test_where_all_numbers_lack_there_is_no_data():
    kinds = {
        "rate": RATE,
        "change": CHANGE,
        "total": {"kind": "total", "numerator": "crime.cases"},
        "per": {"kind": "per_100k", "numerator": "crime.cases", "rows": ["order"]},
    }
    made = catalogue(kinds, populations={p: [{"value": 10, "at": "2024-01-01"}] for p in MEMBERS})
    lacking = [row("north", name, cases="missing", cleared="blank", cases__before=5) for name in ("theft", "fraud")]
    found = computed(made, cells(*lacking))
    assert {name: found("north", name).status for name in kinds} == dict.fromkeys(kinds, "no_data")
    assert {name: found("", name).status for name in kinds} == dict.fromkeys(kinds, "no_data")
    assert {name: found("", name).used for name in kinds} == dict.fromkeys(kinds, 0)


def test_an_absent_province_has_no_data_and_the_others_are_summed():
    made = catalogue({"rate": RATE, "fires": {"kind": "total", "numerator": "list.fires"}})
    now = cells(*((*crime(p, 10, 8), *row(p, form="list", fires=2)) for p in MEMBERS[1:]))
    found = computed(made, now)
    assert {found("north", name).status for name in ("rate", "fires")} == {"no_data"}
    assert (found("", "fires").value, found("", "fires").used, found("", "fires").status) == (8, 4, "incomplete")


def test_some_lacking_with_none_complete_is_incomplete_for_the_cluster():
    found = computed(catalogue({"rate": RATE}), cells(row("north", "theft", cases=3, cleared=1)))
    assert (found("").status, found("").used) == ("incomplete", 0)
    assert is_null(found("").value)


# Not applicable, zero


def test_not_applicable_rows_leave_both_sides():
    now = cells(
        row("north", "theft", cases=10, cleared=8),
        row("north", "fraud", cases=90, cleared="not_applicable"),
        row("south", "theft", cases=10, cleared=8),
        row("south", "fraud", cases="not_applicable", cleared=90),
    )
    found = computed(catalogue({"rate": RATE}), now)
    assert found.column("value")["north"] == found.column("value")["south"] == 0.8
    assert (found("").value, found("").used) == (0.8, 2)


def test_a_sum_of_operands_loses_the_row_in_which_one_is_not_applicable():
    rate = {"kind": "percent", "numerator": "crime.cleared", "denominator": "crime.cleared + crime.cases"}
    now = cells(
        row("north", "theft", cases=1, cleared=3),
        row("north", "fraud", cases="not_applicable", cleared=5),
        row("north", "drugs", cases=0, cleared=0),
    )
    assert computed(catalogue({"rate": rate}), now)("north").value == 3 / 4


def test_where_nothing_is_applicable_there_is_no_value_and_never_a_zero():
    made = catalogue(
        {
            "rate": {"kind": "achievement", "numerator": "list.fires", "denominator": "crime.cases"},
            "change": CHANGE,
            "per": {"kind": "per_100k", "numerator": "list.fires"},
            "total": {"kind": "total", "numerator": "list.fires"},
        },
        populations={"north": [{"value": 1000, "at": "2024-01-01"}]},
    )
    nothing = "not_applicable"
    now = cells(
        row("north", form="list", fires=nothing),
        row("north", "theft", cases=nothing, cases__before=100),
        row("north", "fraud", cases=3),
        row("north", "drugs", cases=4),
    )
    found = computed(made, now)
    for name in ("rate", "change", "per", "total"):
        assert is_null(found("north", name).value), name
        assert found("north", name).status == "not_comparable", name
        assert found("north", name).reason == "not applicable"
        assert found("north", name).used == 1


def test_a_province_to_which_it_does_not_apply_does_not_spoil_the_cluster():
    now = cells(*(row(p, form="list", fires=2) for p in MEMBERS[1:]), row("north", form="list", fires="not_applicable"))
    found = computed(catalogue({"rate": {"kind": "total", "numerator": "list.fires"}}), now)
    assert (found("").value, found("").used, found("").status) == (8, 5, "no_target")


@pytest.mark.parametrize("kind", ["percent", "total", "change"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_cluster_that_counts_a_province_in_one_of_the_two_years_only_says_which(kind, lang):
    """An x for all of last year: of a change the province leaves both years, of all else the one."""
    over = {"denominator": "list.fires"} if kind == "percent" else {}
    made = catalogue({"rate": {"kind": kind, "numerator": "list.posts", **over}}, members=["north", "south", "east"])
    nothing = {"posts__before": "not_applicable", "fires__before": "not_applicable"}
    both = {"posts__before": 4, "fires__before": 8}
    now = [
        row(p, form="list", posts=4, fires=8, **(nothing if p == "east" else both)) for p in ("north", "south", "east")
    ]
    found = computed(made, cells(*now), lang=lang)
    assert found("").used == 3
    said = {
        "vi": ("hai kỳ gồm các tỉnh khác nhau: kỳ 2023 không gồm east", "không gồm east (không áp dụng)"),
        "en": ("the two periods cover different provinces: 2023 is without east", "without east (not applicable)"),
    }[lang]
    assert found("").reason.startswith(said[kind == "change"])
    assert "east" not in found("north").reason


def test_a_cluster_says_which_province_only_last_year_counts():
    made = catalogue({"rate": {"kind": "total", "numerator": "list.posts"}}, members=["north", "south"])
    now = [row("north", form="list", posts=4, posts__before=4)]
    now += [row("south", form="list", posts="not_applicable", posts__before=5)]
    found = computed(made, cells(*now))
    assert (found("").value, found("").previous) == (4, 9)
    assert found("").reason == (
        "without south (not applicable); the two periods cover different provinces: "
        "2023 includes south, where it is not applicable now"
    )
    assert found("north").reason == ""


def test_a_cluster_says_nothing_of_a_province_that_neither_year_counts():
    made = catalogue({"rate": {"kind": "total", "numerator": "list.posts"}}, members=["north", "south"])
    now = [row("north", form="list", posts=4, posts__before=4)]
    now += [row("south", form="list", posts="not_applicable", posts__before="not_applicable")]
    assert computed(made, cells(*now))("").reason == "without south (not applicable)"


def test_a_zero_denominator_is_not_comparable_and_counts_in_the_cluster():
    found = computed(catalogue({"rate": RATE}), cells(crime("north", 0, 0), *(crime(p, 10, 8) for p in MEMBERS[1:])))
    assert (found("north").status, found("north").used) == ("not_comparable", 1)
    assert is_null(found("north").value)
    assert is_null(found("north")["rank"])
    assert (found("").status, found("").used, found("").value) == ("no_target", 5, 0.8)


@pytest.mark.parametrize(("kind", "told"), [("percent", True), ("achievement", True), ("change", False)])
@pytest.mark.parametrize("lang", LANGS)
def test_a_cluster_that_takes_a_numerator_over_a_denominator_of_zero_says_whose_it_is(kind, told, lang):
    over = {} if kind == "change" else {"denominator": "list.fires"}
    made = catalogue({"rate": {"kind": kind, "numerator": "list.posts", **over}}, members=["north", "south", "east"])
    counts = {"north": (17, 0), "south": (10, 20), "east": (0, 0)}
    now = cells(*(row(p, form="list", posts=n, posts__before=of, fires=of) for p, (n, of) in counts.items()))
    found = computed(made, now, lang=lang)
    assert (found("").numerator, found("").denominator, found("").used) == (27, 20, 3)
    assert ("north" in found("").reason) == told
    assert "east" not in found("").reason


def test_a_zero_base_is_not_comparable_and_counts_in_the_cluster():
    now = cells(row("north", "theft", cases=3, cases__before=0), row("south", "theft", cases=7, cases__before=10))
    found = computed(catalogue({"rate": CHANGE}, members=["north", "south"]), now)
    assert (found("north").status, found("north").numerator, found("north").denominator) == ("not_comparable", 3, 0)
    assert (found("").value, found("").used) == (0, 2)


def test_a_doubt_stands_beside_the_base_of_zero_that_it_is_about():
    now = cells(row("north", "theft", cases=3, cases__before=0), row("south", "theft", cases=7, cases__before=10))
    made = catalogue({"rate": CHANGE}, members=["north", "south"])
    doubt = Finding("restated", "warning", Place("north.xlsx", "S", "cases__before-theft"))
    frame = computed(made, now).frame.reset_index()
    found = mark_doubts(frame, now, [doubt], made, "en").set_index("province")["reason"]
    assert "S!cases__before-theft" in found["north"]
    assert "from 0 to 3" in found["north"]
    assert "S!cases__before-theft" in found[""]
    assert found["south"] == ""


def test_a_lacking_base_is_not_comparable_and_leaves_the_cluster():
    now = cells(row("north", "theft", cases=3), row("south", "theft", cases=7, cases__before=10))
    found = computed(catalogue({"rate": CHANGE}, members=["north", "south"]), now)
    assert (found("north").status, found("north").numerator, found("north").used) == ("not_comparable", 3, 0)
    assert is_null(found("north").denominator)
    assert (found("").value, found("").used, found("").status) == (-0.3, 1, "incomplete")


def test_nil_is_the_number_zero():
    found = computed(
        catalogue({"rate": RATE}),
        cells(row("north", "theft", cases=10, cleared=8), row("north", "fraud", cases="nil", cleared="nil")),
    )
    assert found("north").value == 0.8


# Bases and last year


def test_the_base_is_that_of_this_submission_else_that_reported_then():
    base = cells(row("north", "theft", reported_in="2023", about="2023", cases=50),
                 row("south", "theft", reported_in="2023", about="2023", cases=50))  # fmt: skip
    now = cells(row("north", "theft", cases=90, cases__before=100), row("south", "theft", cases=90))
    found = computed(catalogue({"rate": CHANGE}), now, base)
    assert (found("north").value, found("north").denominator) == (-0.1, 100)
    assert (found("south").value, found("south").denominator) == (0.8, 50)


def test_a_base_is_never_mixed_of_both_vintages():
    change = CHANGE | {"rows": ["order"]}
    base = cells(
        row("north", "theft", reported_in="2023", about="2023", cases=50),
        row("north", "fraud", reported_in="2023", about="2023", cases=30),
    )
    now = cells(
        row("north", "theft", cases=60, cases__before=100), row("north", "fraud", cases=40, cases__before="blank")
    )
    found = computed(catalogue({"rate": change}), now, base)
    assert (found("north").denominator, found("north").value) == (80, 0.25)
    without = computed(catalogue({"rate": change}), now, cells(row("north", "theft", about="2023", cases=50)))
    assert without("north").status == "not_comparable"


def test_the_base_of_a_clusters_change_is_that_of_the_provinces_it_is_made_of():
    """One that sent nothing has a figure reported a year ago, which is in no sum."""
    made = catalogue({"rate": CHANGE | {"rows": ["order"]}}, members=["north", "south"])
    now = cells(row("north", "theft", cases=9, cases__before=10), row("north", "fraud", cases=9, cases__before=10))
    sent = {"reported_in": "2023", "about": "2023"}
    base = cells(row("south", "theft", cases=5, **sent), row("south", "fraud", cases=5, **sent))
    found = computed(made, now, base)
    assert (found("north").base, found("").base, found("").used) == ("stated", "stated", 1)


def test_a_row_that_is_not_applicable_in_one_year_leaves_the_other():
    now = cells(
        row("north", "theft", cases=9, cases__before=10),
        row("north", "fraud", cases="not_applicable", cases__before=40),
        row("south", "theft", cases=9, cases__before=10),
        row("south", "fraud", cases=40, cases__before="not_applicable"),
    )
    found = computed(catalogue({"rate": CHANGE | {"rows": ["order"]}}), now)
    assert found("north").value == found("south").value == found("").value == -0.1


def test_the_change_of_a_share_is_a_difference_and_of_a_total_relative():
    made = catalogue({"rate": RATE, "total": {"kind": "total", "numerator": "crime.cases"}})
    now = cells(*of_all(80, 60))
    base = cells(*of_all(100, 50, about="2023", reported_in="2023"))
    found = computed(made, now, base)
    assert (found("").previous, found("").change) == (0.5, 0.25)
    assert (found("", "total").previous, found("", "total").change) == (500, -0.2)


def test_the_change_of_a_total_against_zero_is_null():
    made = catalogue({"rate": {"kind": "total", "numerator": "list.fires"}}, members=["north"])
    base = cells(row("north", form="list", about="2023", fires=0))
    found = computed(made, cells(row("north", form="list", fires=2)), base)
    assert found("north").previous == 0
    assert is_null(found("north").change)


def test_last_years_share_is_from_one_vintage_whole():
    now = cells(
        row("north", "theft", cases=10, cleared=8, cases__before=20, cleared__before="missing"),
        row("north", "fraud", cases=0, cleared=0, cases__before=0, cleared__before=0),
    )
    base = cells(crime("north", 10, 5, about="2023", reported_in="2023"))
    assert computed(catalogue({"rate": RATE}), now, base)("north").previous == 0.5


@pytest.mark.parametrize("kind", ["rate", "change"])
def test_the_clusters_last_year_covers_the_same_provinces_as_this_year(kind):
    made = catalogue({"rate": RATE, "change": CHANGE}, members=["north", "south"])
    now = cells(
        row("north", "theft", cases="missing", cleared="missing", cases__before=10),
        row("north", "fraud", cases=1, cleared=1),
        crime("south", 10, 8),
    )
    base = cells(
        crime("north", 1000, 0, about="2023"),
        crime("south", 10, 5, about="2023"),
        row("north", "theft", about="2022", cases=500),
        row("south", "theft", about="2022", cases=20),
    )
    found = computed(made, now, base)
    assert found("", kind).previous == {"rate": 0.5, "change": -0.5}[kind] == found("south", kind).previous


# All of several


ALL = {
    "one": {"kind": "change", "numerator": "crime.cases", "rows": ["theft"]},
    "two": {"kind": "change", "numerator": "crime.cases", "rows": ["fraud"]},
    "rate": {"kind": "all_met", "of": ["one", "two"]},
}
DOWN = [{"indicator": name, "value": 0, "op": "<"} for name in ("one", "two")]


def thefts_and_frauds(province, theft, fraud):
    return [
        *row(province, "theft", cases=theft, cases__before=10),
        *row(province, "fraud", cases=fraud, cases__before=10),
    ]


def test_all_met_is_the_share_that_is_met_and_the_cluster_uses_its_own_values():
    made = catalogue(ALL, [*DOWN, {"indicator": "rate", "value": 1, "op": ">="}], members=["north", "south"])
    found = computed(made, cells(thefts_and_frauds("north", 2, 10), thefts_and_frauds("south", 11, 9)))
    assert [found(p).value for p in ("north", "south", "")] == [0.5, 0.5, 1]
    assert [found(p).status for p in ("north", "south", "")] == ["missed", "missed", "met"]
    assert (found("").numerator, found("").denominator, found("").used, found("").expected) == (2, 2, 2, 2)


def test_all_met_is_null_with_the_status_of_the_one_that_lacks_a_value():
    now = cells(
        thefts_and_frauds("north", 2, "missing"),
        row("south", "theft", cases=3, cases__before=10),
        row("south", "fraud", cases=3, cases__before=0),
        thefts_and_frauds("east", 2, 3),
    )
    found = computed(catalogue(ALL, DOWN, members=["north", "south", "east"]), now)
    assert [found(p).status for p in ("north", "south", "east")] == ["no_data", "not_comparable", "no_target"]
    assert is_null(found("north").value)
    assert is_null(found("south").value)
    assert (found("").used, found("").expected, found("").status, found("").value) == (2, 3, "incomplete", 1)


def test_all_met_is_null_where_one_has_no_binding_target():
    found = computed(catalogue(ALL, [DOWN[0], DOWN[1] | {"role": "context"}]), cells(thefts_and_frauds("north", 2, 3)))
    assert found("north").status == "no_target"
    assert is_null(found("north").value)


# Population


PEOPLE = [
    {"value": 100_000, "at": "2023-07-01"},
    {"value": 200_000, "at": "2024-12-31"},
    {"value": 400_000, "at": "2025-01-01"},
]
PER = {"kind": "per_100k", "numerator": "crime.cases", "rows": ["theft"]}


@pytest.mark.parametrize(
    ("period", "people"), [("2024", 200_000), ("2024-11", 100_000), ("2025", 400_000), ("2020", 100_000)]
)
def test_the_population_is_the_newest_up_to_the_periods_last_day_else_the_oldest(period, people):
    made = catalogue({"rate": PER}, populations={"north": list(reversed(PEOPLE))})
    found = computed(made, cells(row("north", "theft", about=period, cases=50)), period=period)
    assert (found("north").value, found("north").denominator) == (50 * 100_000 / people, people)


def test_last_years_rate_per_100k_divides_by_last_years_population():
    made = catalogue({"rate": PER}, populations={"north": PEOPLE})
    found = computed(made, cells(row("north", "theft", cases=50, cases__before=50)))
    assert (found("north").previous, found("north").change) == (50, -25)


def test_without_a_population_there_is_no_rate():
    found = computed(catalogue({"rate": PER}), cells(row("north", "theft", cases=50)))
    assert (found("north").status, found("north").reason) == ("incomplete", "missing numbers (1): population")


# Rows


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(["theft"], 1), (["01"], 1), (["order"], 3), (["01", "fraud"], 3), (["order", "theft", "03"], 7), ([], 7)],
)
def test_rows_are_named_by_member_code_or_group(rows, expected):
    made = catalogue({"rate": {"kind": "total", "numerator": "crime.cases", "rows": rows}})
    now = cells(row("north", "theft", cases=1), row("north", "fraud", cases=2), row("north", "drugs", cases=4))
    assert computed(made, now)("north").value == expected


def test_rows_of_an_open_key_are_named_by_their_text_however_it_is_typed():
    made = catalogue({"rate": {"kind": "total", "numerator": "districts.due", "rows": ["THỊ XÃ Hoà"]}})
    now = cells(row("north", "Thị xã Hòa", "districts", due=3), row("north", "Vinh/Hòa", "districts", due=5))
    assert computed(made, now)("north").value == 3


def test_one_part_of_a_text_with_a_slash_is_not_the_row():
    made = catalogue({"rate": {"kind": "total", "numerator": "districts.due", "rows": ["Vinh"]}})
    found = computed(made, cells(row("north", "Vinh/Cửa Lò", "districts", due=5)))
    assert (found("north").status, found("north").used) == ("no_data", 0)


LONG = {
    "title": "Long",
    "rows": [
        {"key": "period"},
        {"key": "district", "members": "open"},
        {"key": "type", "members": [{"id": "theft", "group": "order"}, {"id": "fraud", "group": "order"}]},
    ],
    "groups": {"order": {}},
    "columns": {"cases": {}, "cleared": {}},
}
LONG_RATE = {"kind": "percent", "numerator": "long.cleared", "denominator": "long.cases"}


def test_rows_of_several_keys_answer_to_each_keys_member_and_group():
    rates = {name: LONG_RATE | {"rows": [name]} for name in ("theft", "order", "Vinh", "Vinh/theft")}
    now = cells(
        row("north", "Vinh/theft", "long", cases=10, cleared=1),
        row("north", "Vinh/fraud", "long", cases=10, cleared=2),
        row("north", "Hòa/theft", "long", cases=10, cleared=4),
        row("north", "Hòa/fraud", "long", cases=10, cleared=8),
    )
    found = computed(catalogue(rates, forms=FORMS | {"long": LONG}), now)
    assert {name: found("north", name).numerator for name in rates} == {
        "theft": 5, "order": 15, "Vinh": 3, "Vinh/theft": 1,
    }  # fmt: skip


def test_rows_own_periods_inside_the_period_are_summed():
    months = [
        row("north", name, "long", about=f"{year}-{month:02d}", cases=10 * month, cleared=month)
        for year in (2023, 2024) for month in range(1, 13) for name in ("A/theft", "A/fraud")
    ]  # fmt: skip
    made = catalogue({"rate": LONG_RATE, "change": CHANGE | {"numerator": "long.cases"}}, forms={"long": LONG})
    year, quarter = (computed(made, cells(*months), period=period) for period in ("2024", "2024-Q1"))
    assert (year("north").numerator, year("north").denominator) == (156, 1560)
    assert (quarter("north").numerator, quarter("north").denominator) == (12, 120)
    assert (quarter("north", "change").value, quarter("north", "change").denominator) == (0, 60)


def test_a_row_that_is_not_applicable_in_one_month_counts_in_the_others():
    now = cells(
        row("north", "A/theft", "long", about="2024-01", cases=10, cleared="not_applicable"),
        row("north", "A/theft", "long", about="2024-02", cases=10, cleared=5),
        row("north", "A/fraud", "long", about="2024-01", cases=10, cleared=4),
    )
    found = computed(catalogue({"rate": LONG_RATE}, forms={"long": LONG}), now)
    assert (found("north").numerator, found("north").denominator) == (9, 20)


def test_a_month_that_has_a_denominator_only_makes_the_ratio_incomplete():
    now = cells(
        row("north", "A/theft", "long", about="2024-01", cases=10, cleared=5),
        row("north", "A/fraud", "long", about="2024-01", cases=10, cleared=5),
        row("north", "A/theft", "long", about="2024-02", cases=10),
    )
    found = computed(catalogue({"rate": LONG_RATE | {"rows": ["order"]}}, forms={"long": LONG}), now)
    assert found("north").status == "incomplete"


def test_totals_and_groups_are_no_rows():
    now = cells(crime("north", 10, 8))
    total = now.iloc[:2].assign(row="", role="total", value=1000.0)
    found = computed(catalogue({"rate": RATE}), pd.concat([now, total], ignore_index=True))
    assert found("north").denominator == 10


# Ranks, intervals, other provinces


def test_equal_values_share_the_better_rank():
    cleared = dict(zip(MEMBERS, (90, 80, 80, 70, 80), strict=True))
    now = cells(*(crime(p, 100, n) for p, n in cleared.items()))
    higher = computed(catalogue({"rate": RATE | {"better": "higher"}}), now)
    assert higher.column("rank") == dict(zip(MEMBERS, (1, 2, 2, 5, 2), strict=True))
    lower = computed(catalogue({"rate": RATE | {"better": "lower"}}), now)
    assert lower.column("rank") == dict(zip(MEMBERS, (5, 2, 2, 1, 2), strict=True))


def test_a_province_without_a_value_and_the_cluster_have_no_rank():
    now = cells(crime("north", 10, 8), crime("south", 10, 9), row("east", "theft", cases=1, cleared="missing"))
    found = computed(catalogue({"rate": RATE | {"better": "higher"}}), now)
    assert [found(p)["rank"] for p in ("south", "north")] == [1, 2]
    assert is_null(found("east")["rank"])
    assert is_null(found("")["rank"])


def test_without_better_the_target_says_which_way_is_better():
    own = [AT_LEAST_80 | {"op": "<=", "provinces": [p]} for p in MEMBERS]
    now = cells(crime("north", 100, 10), crime("south", 100, 90))
    assert computed(catalogue({"rate": RATE}, own), now)("north")["rank"] == 1
    assert is_null(computed(catalogue({"rate": RATE}), now)("north")["rank"])


def test_a_proportion_has_an_interval_and_nothing_else_has():
    made = catalogue({"rate": RATE | {"proportion": True}, "other": RATE})
    found = computed(made, cells(crime("north", 36, 35), crime("south", 35, 36)))
    assert [round(100 * found("north")[bound], 1) for bound in ("low", "high")] == [85.8, 99.5]
    assert is_null(found("south").low)
    assert found("south").value > 1
    assert is_null(found("north", "other").low)


def test_a_province_outside_the_cluster_is_in_no_row_and_no_total():
    found = computed(catalogue({"rate": RATE}), cells(*of_all(), crime("outside", 1000, 0)))
    assert "outside" not in found.column("value")
    assert found("").value == 0.8


def test_a_total_has_its_value_as_numerator_and_no_denominator():
    found = computed(catalogue({"rate": {"kind": "total", "numerator": "crime.cases"}}), cells(*of_all(10, 8)))
    assert (found("").numerator, found("").value, found("north").numerator) == (50, 50, 10)
    assert is_null(found("").denominator)


def test_a_group_adds_up_its_members_but_not_what_is_part_of_one_of_them():
    members = [*FORMS["crime"]["rows"][0]["members"], {"id": "pickpockets", "group": "order", "part_of": "theft"}]
    forms = {"crime": FORMS["crime"] | {"rows": [{"key": "type", "members": members}]}}
    now = cells(crime("north", 10, 8), row("north", "pickpockets", cases=4, cleared=1, part_of="theft"))
    assert computed(catalogue({"rate": RATE}, forms=forms), now)("north").denominator == 10


def test_a_figure_that_rests_on_a_doubtful_cell_says_so(consolidated):
    indicators = consolidated.consolidation.indicators.set_index(["indicator", "province"])
    reason = indicators["reason"]
    assert "BM03!D10" in reason["accident_change", "nghe-an"]
    assert "BM03!D10" in reason["accident_change", ""]
    assert "BM03!D10" in reason["traffic_three_down", "nghe-an"]
    assert "Biểu 01!G16" in reason["clearance_rate", "thanh-hoa"]
    assert reason["clearance_rate", "ha-tinh"] == ""  # the stated rate is wrong there, and is not used
    assert reason["death_change", "nghe-an"] == ""


def test_a_doubt_about_a_total_is_no_doubt_about_rows_that_it_does_not_add_up(tmp_path):
    form = """
        title: F
        rows:
          - {key: d, header: D, members: [{id: theft}, {id: fraud, group: money}, {id: gangs, part_of: total}]}
        groups: {money: {label: Money}}
        columns: {n: {header: Cases}}
    """
    own = {name: {"kind": "total", "numerator": "f.n", "rows": [name]} for name in ("theft", "fraud", "gangs")}
    desk = Desk(tmp_path).catalogue(form, indicators=json.dumps({"all": {"kind": "total", "numerator": "f.n"}} | own))
    rows = [["D", "Cases"], ["theft", 3], ["fraud", 4], ["Money", 5], ["Total", 7], ["gangs", 1]]
    doubted = desk.send(rows).consolidate().indicators.set_index(["indicator", "province"])["reason"]
    assert [name for name in ("all", *own) if "F!B4" in doubted[name, "north"]] == ["all", "fraud"]
    rows[3:5] = [["Money", 4], ["Total", 8]]
    doubted = desk.send(rows).consolidate().indicators.set_index(["indicator", "province"])["reason"]
    assert [name for name in ("all", *own) if "F!B5" in doubted[name, "north"]] == ["all", "theft", "fraud"]


@pytest.mark.parametrize(("lang", "said"), [("en", "from 0 to 3"), ("vi", "0 th\u00e0nh 3")])
def test_a_change_from_nothing_says_so_with_the_number(lang, said):
    made = catalogue({"rate": {"kind": "change", "numerator": "crime.cases", "rows": ["order"]}}, members=["north"])
    base = cells(crime("north", 0, 0, about="2023", reported_in="2023"))
    found = computed(made, cells(crime("north", 3, 0)), base, lang=lang)("north")
    assert found["status"] == "not_comparable"
    assert said in found["reason"]
