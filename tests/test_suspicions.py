"""Figures that are each possible and together improbable are doubted, ordinary ones are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.checks.history import check_history
from pipeline.checks.suspicions import check_suspicions
from pipeline.statistics.robust import chance_of_as_many, chance_of_same, modified_z
from tests.frames import FORMS, MEMBERS, RATE, catalogue, cells, row

RESOLVED = {"kind": "percent", "numerator": "districts.resolved", "denominator": "districts.due", "proportion": True}


def told(now, base=None):
    made = catalogue({"rate": RESOLVED}, forms=FORMS)
    return [(f.rule, f.province) for f in check_suspicions(now, cells() if base is None else base, made)]


def districts(province, figures, about="2024"):
    rows = (
        row(province, f"d{n}", "districts", about=about, reported_in=about, due=due, resolved=resolved)
        for n, (due, resolved) in enumerate(figures)
    )
    return cells(*rows)


FIGURES = [(101, 93), (212, 187), (87, 78), (143, 131), (96, 88), (171, 152)]


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=20))
def test_the_modified_z_score_is_that_of_its_definition(values):
    deviation = stats.median_abs_deviation(values)
    if deviation > 1e-6:
        wanted = 0.6745 * (np.array(values) - np.median(values)) / deviation
        assert modified_z(values) == pytest.approx(wanted.tolist())


def test_where_most_values_are_equal_the_others_still_stand_out():
    assert modified_z([5, 5, 5, 5, 9])[-1] > 3.5
    assert modified_z([5, 5, 5]) == [0, 0, 0]


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_chance_is_the_binomials_tail(successes, trials, chance):
    if successes <= trials:
        assert chance_of_as_many(successes, trials, chance) == pytest.approx(
            stats.binom.sf(successes - 1, trials, chance)
        )


def test_a_form_that_is_last_years_in_all_its_figures_is_told_once():
    assert told(districts("north", FIGURES), districts("north", FIGURES, "2023")) == [("copied_forward", "north")]
    other = [*FIGURES[:-1], (172, 152)]
    assert told(districts("north", other), districts("north", FIGURES, "2023")) == []


def test_a_column_that_repeats_what_it_states_of_last_year_is_told():
    same = {f"{m}{when}": 40 + n for n, m in enumerate(("cases", "cleared")) for when in ("", "__before")}
    rows = [row("north", name, **same) for name in ("theft", "fraud", "drugs", "gang", "a", "b")]
    assert told(cells(*rows)) == [("copied_forward", "north")]


def test_a_short_form_that_is_last_years_is_told_where_chance_would_not_do_it():
    short = [(101, 93), (212, 187)]
    assert told(districts("north", short), districts("north", short, "2023")) == [("copied_forward", "north")]


@given(st.floats(0.1, 400))
def test_the_chance_that_two_counts_are_one_is_that_of_two_poisson_laws(mean):
    numbers = np.arange(0, 3000)
    assert chance_of_same([mean]) == pytest.approx(float((stats.poisson.pmf(numbers, mean) ** 2).sum()), rel=1e-6)


def test_few_figures_or_noughts_are_no_copy():
    small = [(2, 1), (3, 1)]
    assert told(districts("north", small), districts("north", small, "2023")) == []
    assert told(districts("north", FIGURES[:1]), districts("north", FIGURES[:1], "2023")) == []
    nothing = [(0, 0)] * 10
    assert told(districts("north", nothing), districts("north", nothing, "2023")) == []


def test_a_column_of_round_numbers_is_told():
    even = [(100 + 5 * n, 90 + 5 * n) for n in range(20)]
    assert set(told(districts("north", even))) == {("round_numbers", "north")}
    assert told(districts("north", [(100 + 7 * n, 90 + 7 * n) for n in range(20)])) == []


def test_figures_in_thousands_are_as_round_as_they_were_typed():
    def in_thousands(figures):
        return districts("north", [(1000 * a, 1000 * b) for a, b in figures]).assign(factor=1000.0)

    assert told(in_thousands([(101.5 + 7 * n, 92.3 + 7 * n) for n in range(20)])) == []
    assert set(told(in_thousands([(100 + 5 * n, 90 + 5 * n) for n in range(20)]))) == {("round_numbers", "north")}


@pytest.mark.parametrize(("rounded", "of", "is_told"), [
    (8, 8, True), (7, 7, True), (6, 6, False), (10, 13, True), (8, 13, False), (13, 20, True), (12, 20, False),
], ids=str)  # fmt: skip
def test_the_chance_alone_says_how_many_round_numbers_are_too_many(rounded, of, is_told):
    figures = [(100 + 5 * n if n < rounded else 101 + 5 * n, 90 + 7 * n if n % 5 else 91 + 7 * n) for n in range(of)]
    assert told(districts("north", figures)) == [("round_numbers", "north")] * is_told


def test_a_change_unlike_that_of_all_other_provinces_is_told():
    def changed(last):
        figures = dict(zip(MEMBERS, (100, 103, 98, 105, last), strict=True))
        return cells(*(row(p, "theft", cases=n, cases__before=100) for p, n in figures.items()))

    assert told(changed(400)) == [("outlying_change", MEMBERS[-1])]
    assert told(changed(150)) == []


def test_a_rate_unlike_that_of_the_other_districts_is_told():
    assert told(districts("north", [*FIGURES, (120, 40)])) == [("outlying_rate", "north")]
    assert told(districts("north", [*FIGURES, (12, 4)])) == []  # too few cases to tell
    assert told(districts("north", [*FIGURES[:3], (120, 40)])) == []  # too few others


@given(st.integers(0, 10_000))
@pytest.mark.slow
def test_plausible_figures_raise_next_to_no_doubt(seed):
    random = np.random.default_rng(seed)
    due = random.integers(60, 400, 12)
    figures = [(int(n), int(random.binomial(n, 0.9))) for n in due]
    assert told(districts("north", figures)) == []


def of_history(now, *then):
    frames = [cells(row("north", "theft", about=str(2019 + n), cases=value)) for n, value in enumerate(then)]
    return [f.rule for f in check_history(cells(row("north", "theft", cases=now)), frames, catalogue({"rate": RATE}))]


@pytest.mark.parametrize(("now", "then", "is_told"), [
    (300, (101, 98, 110, 104, 95), True),
    (31, (101, 98, 110, 104, 95), True),
    (0, (101, 98, 110, 104, 95), True),
    ("nil", (101, 98, 110, 104, 95), True),  # "-" where there always was some
    ("nil", (12, 15, 11, 14, 13), False),  # few cases
    (100, (101, "nil", 98, 102, 99), False),
    (130, (101, 98, 110, 104, 95), False),  # less than twice the usual
    (300, (101, 98, 110), False),  # too few periods
    (300, (20, 300, 80, 150, 40), False),  # never steady
    (9, (2, 3, 2, 3, 2), False),  # few cases
], ids=str)  # fmt: skip
def test_a_count_far_from_its_own_history_is_told(now, then, is_told):
    assert of_history(now, *then) == ["outlying_history"] * is_told


def test_the_history_of_one_unit_says_nothing_of_another():
    frames = [cells(row("south", "theft", about=str(2019 + n), cases=100 + n)) for n in range(5)]
    assert check_history(cells(row("north", "theft", cases=900)), frames, catalogue({"rate": RATE})) == []
