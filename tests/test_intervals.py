"""The 95 % interval of a proportion, against scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.statistics.intervals import wilson

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
