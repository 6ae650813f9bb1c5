"""Sums are those of the numbers as they are written, whatever their sizes, rounded once."""

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.exact import exact, exact_sum

NUMBERS = st.one_of(
    st.floats(-1e290, 1e290, allow_nan=False),
    st.integers(-(10**7), 10**7).map(lambda n: n / 100),
    st.sampled_from([0.0, -0.0, 5e-324, 1e-300, 0.1, 1e16, 1e290]),
)


@given(st.lists(NUMBERS, max_size=30))
def test_a_sum_is_that_of_the_written_numbers(values):
    assert exact_sum(values) == float(sum(map(exact, values), Fraction()))


@given(st.lists(NUMBERS, min_size=1, max_size=10), st.randoms())
def test_their_order_changes_nothing(values, random):
    assert exact_sum(random.sample(values, len(values))) == exact_sum(values)


def test_nothing_is_the_sum_of_what_is_no_number():
    assert math.isnan(exact_sum([1.5, math.nan]))
