"""Cases needed for a target, and margins: whole numbers that brute force finds too."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.targets import CHANGE, PER_100K, SHARE, TOTAL, cases_to, rate_of_the_rest

MEETS = {
    ">=": lambda value, target: value >= target,
    ">": lambda value, target: value > target,
    "<=": lambda value, target: value <= target,
    "<": lambda value, target: value < target,
}
VALUE = {
    SHARE: Fraction,
    CHANGE: lambda n, d: Fraction(n, d) - 1,
    PER_100K: lambda n, d: Fraction(100_000 * n, d),
    TOTAL: lambda n, d: Fraction(n),  # noqa: ARG005
}


@given(
    st.integers(0, 300),
    st.integers(1, 300),
    st.integers(-120, 120),
    st.sampled_from(sorted(MEETS)),
    st.sampled_from(sorted(VALUE)),
)
def test_the_cases_needed_are_the_fewest_that_meet_the_target(numerator, denominator, hundredths, op, scale):
    target = Fraction(hundredths, 100) * (1000 if scale == PER_100K else 10 if scale == TOTAL else 1)
    sign = 1 if op.startswith(">") else -1
    found = cases_to(Fraction(numerator), Fraction(denominator), target, op, scale)
    assert MEETS[op](VALUE[scale](numerator + sign * found, denominator), target)
    assert not MEETS[op](VALUE[scale](numerator + sign * (found - 1), denominator), target)


def test_exactly_on_target_needs_nothing_and_has_no_margin():
    assert cases_to(Fraction(80), Fraction(100), Fraction(4, 5), ">=") == 0
    assert cases_to(Fraction(80), Fraction(100), Fraction(4, 5), ">") == 1


def test_over_nothing_there_is_no_number_of_cases():
    assert cases_to(Fraction(0), Fraction(0), Fraction(4, 5), ">=") is None


@given(st.integers(1, 500), st.integers(1, 99), st.integers(1, 11))
def test_the_rest_of_the_year_brings_the_share_to_its_target(denominator, percent, months):
    numerator, target, part = denominator / 2, percent / 100, months / 12
    rest = rate_of_the_rest(numerator, denominator, target, part)
    whole = denominator / part
    reached = (numerator + rest * (whole - denominator)) / whole
    assert reached == pytest.approx(target) if rest else reached >= target - 1e-9


def test_at_the_end_of_the_year_nothing_is_left_to_come():
    assert rate_of_the_rest(70, 100, 0.8, 1) is None
