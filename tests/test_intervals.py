"""The 95 % intervals of a proportion and of a ratio, against scipy's and statsmodels'."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from pipeline.statistics.intervals import change_of_counts, poisson, wilson

COUNTS = st.integers(1, 10**9)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(parts):
    successes, trials = parts
    theirs = binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson(successes, trials) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)


@given(COUNTS.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval_and_the_interval_in_zero_to_one(parts):
    low, high = wilson(*parts)
    assert 0 <= low <= parts[0] / parts[1] <= high <= 1


def test_thirty_five_of_thirty_six_is_between_85_8_and_99_5_percent():
    assert [round(100 * bound, 1) for bound in wilson(35, 36)] == [85.8, 99.5]


def test_none_and_all_have_an_exact_bound():
    assert wilson(0, 7)[0] == 0
    assert wilson(7, 7)[1] == 1


@pytest.mark.parametrize(("successes", "trials"), [(37, 36), (-1, 36), (0, 0), (1, 0), (-1, -1)])
def test_what_is_no_proportion_has_no_interval(successes, trials):
    assert wilson(successes, trials) is None


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_statsmodels(parts):
    theirs = proportion_confint(*parts, method="wilson")
    assert wilson(*parts) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_interval_of_a_ratio_is_the_exact_one_of_a_count(count, denominator):
    theirs = confint_poisson(count, 1, method="exact-c")
    assert poisson(count, denominator) == pytest.approx([b / denominator for b in theirs], rel=1e-9, abs=1e-12)


def test_a_ratio_above_one_has_an_interval_and_one_over_nothing_has_none():
    low, high = poisson(40, 36)
    assert low < 40 / 36 < high
    assert poisson(40, 0) is None
    assert poisson(-1, 36) is None


@pytest.mark.parametrize(
    ("top", "bottom", "percent"), [(3272, 3539, 92.5), (37_679, 44_353, 84.95), (39_250, 47_062, 83.40)]
)
def test_published_rates_lie_in_their_intervals(top, bottom, percent):
    low, high = wilson(top, bottom)
    assert round(100 * top / bottom, 1 if percent == 92.5 else 2) == percent
    assert low < percent / 100 < high


@given(st.integers(0, 100), st.integers(1, 100))
@settings(max_examples=20)
def test_the_interval_of_a_change_has_at_each_end_a_tail_of_two_and_a_half_percent(count, base):
    """Counts of all ways to share out both: the change at an end makes what was seen, or more, so rare."""
    low, high = change_of_counts(count, base)
    both = count + base

    def tail(change, counts):
        share = Fraction(1 + change) / Fraction(2 + change)
        return float(sum(math.comb(both, k) * share**k * (1 - share) ** (both - k) for k in counts))

    assert low == -1 if count == 0 else tail(low, range(count, both + 1)) == pytest.approx(0.025, rel=1e-6)
    assert tail(high, range(count + 1)) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_interval_of_a_change_is_that_of_the_share_of_both(count, base):
    theirs = binomtest(count, count + base).proportion_ci(method="exact")
    found = change_of_counts(count, base)
    assert found == pytest.approx([p / (1 - p) - 1 for p in (theirs.low, theirs.high)], rel=1e-6, abs=1e-9)
    assert found[0] <= count / base - 1 <= found[1]


def test_a_change_from_nothing_has_no_interval():
    assert change_of_counts(3, 0) is None
