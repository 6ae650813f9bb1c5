"""Funnel limits against a sum over all counts, dispersion against scipy, effects against their definitions."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, mstats
from scipy.stats import poisson as poisson_law

from pipeline.statistics.effects import decomposed, standardised, whole
from pipeline.statistics.funnel import POISSON, dispersion, limits, overdispersed
from pipeline.statistics.ranks import rank_ranges

RATES = st.floats(0.001, 0.999)
COUNTS = st.integers(0, 60)
STRATUM = st.tuples(COUNTS, COUNTS).map(lambda pair: (Fraction(min(pair)), Fraction(max(pair))))
NAMES = ("theft", "fraud", "injury", "robbery")
STRATA = st.tuples(*(STRATUM,) * 4).map(lambda found: dict(zip(NAMES, found, strict=True)))
WHOLE = STRATA.filter(lambda strata: whole(strata)[1] > 0)


def binomial_chances(rate, n):
    """The chance of each count, by the definition."""
    return [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]


def expected_place(chances, count):
    """Beyond a limit is a count that is, with those further out, rarer than the tail."""
    below, above = math.fsum(chances[: count + 1]), math.fsum(chances[count:])
    for tail, name in ((0.001, "998"), (0.025, "95")):
        if math.isclose(below, tail, rel_tol=1e-6) or math.isclose(above, tail, rel_tol=1e-6):
            return None
        if below < tail or above < tail:
            return f"{'below' if below < tail else 'above'}_{name}"
    return "within"


@given(RATES, st.integers(1, 120))
def test_a_count_is_beyond_a_limit_exactly_if_it_and_those_further_out_are_rarer(rate, n):
    found, chances = limits(rate, n), binomial_chances(rate, n)
    for count in range(n + 1):
        expected = expected_place(chances, count)
        assert expected is None or found.place(count / n) == expected


@given(st.floats(0.05, 3), st.integers(1, 60))
def test_the_limits_of_a_ratio_are_those_of_poissons_law(rate, n):
    found = limits(rate, n, POISSON)
    chances = poisson_law.pmf(range(int(rate * n) + 150), rate * n).tolist()
    for count in range(int(rate * n) + 40):
        expected = expected_place(chances, count)
        assert expected is None or found.place(count / n) == expected


@given(RATES, st.integers(1, 10**7))
def test_the_limits_lie_within_one_count_of_the_quantiles(rate, n):
    found = limits(rate, n)
    for tail, lower, upper in ((0.025, found.lower95, found.upper95), (0.001, found.lower998, found.upper998)):
        assert abs(lower * n - binom.ppf(tail, n, rate)) <= 1 + 1e-6
        assert abs(upper * n - binom.isf(tail, n, rate)) <= 1 + 1e-6
    assert 0 <= found.lower998 <= found.lower95 <= found.upper95 <= found.upper998 <= 1


@given(RATES, st.integers(1, 10**5))
def test_limits_of_the_uncleared_mirror_those_of_the_cleared(rate, n):
    one, other = limits(rate, n), limits(1 - rate, n)
    assert one.lower95 == pytest.approx(1 - other.upper95, abs=1e-9)
    assert one.upper998 == pytest.approx(1 - other.lower998, abs=1e-9)


def test_ten_of_ten_is_not_high_for_a_rate_of_99_percent():
    assert limits(0.99, 10).place(1.0) == "within"


@pytest.mark.parametrize(("rate", "n"), [(0, 10), (1, 10), (1.1, 10), (0.8, 0), (0.8, -3), (0.8, 10.5)])
def test_without_chance_or_cases_there_are_no_limits(rate, n):
    assert limits(rate, n) is None


def test_a_ratio_above_one_has_limits_by_poissons_law_only():
    found = limits(1.1, 100, POISSON)
    assert found.lower95 < 1.1 < found.upper95
    assert limits(1.1, 100) is None


@given(st.lists(st.tuples(COUNTS, st.integers(60, 100)), min_size=2, max_size=40), RATES)
def test_dispersion_is_the_mean_square_of_winsorised_residuals(counts, rate):
    scores = np.array([(top / n - rate) / math.sqrt(rate * (1 - rate) / n) for top, n in counts])
    expected = np.mean(np.asarray(mstats.winsorize(scores, limits=(0.1, 0.1))) ** 2)
    assert dispersion(counts, rate) == pytest.approx(expected)
    residuals = np.array([(top - rate * n) / math.sqrt(rate * n) for top, n in counts])
    expected = np.mean(np.asarray(mstats.winsorize(residuals, limits=(0.1, 0.1))) ** 2)
    assert dispersion(counts, rate, POISSON) == pytest.approx(expected)


def test_one_province_has_no_dispersion_and_much_of_it_is_told():
    assert dispersion([(8, 10)], 0.8) is None
    assert dispersion([(8, 10), (0, 0)], 0.8) is None
    assert dispersion([(8, 10), (7, 10)], 1.0) is None
    assert overdispersed(dispersion([(50, 100), (100, 100)], 0.75), 2)
    assert not overdispersed(1.5, 5)


@given(STRATA, WHOLE)
def test_the_standardised_rate_is_what_the_standards_cases_would_give(strata, standard):
    found = standardised(strata, standard)
    unknown = [name for name, (_, cases) in strata.items() if not cases and standard[name][1]]
    if unknown:
        assert found is None
        return
    expected = sum(strata[n][0] / strata[n][1] * standard[n][1] for n in NAMES if standard[n][1])
    assert found == expected / whole(standard)[1]


@given(WHOLE)
def test_standardised_to_its_own_mix_a_rate_is_itself(strata):
    top, cases = whole(strata)
    assert standardised(strata, strata) == top / cases


def test_without_any_cases_in_the_standard_there_is_no_standardised_rate():
    nothing = dict.fromkeys(NAMES, (Fraction(), Fraction()))
    assert standardised(nothing, nothing) is None


@given(WHOLE, WHOLE)
def test_the_parts_of_a_gap_add_up_to_it_exactly(strata, base):
    parts = decomposed(strata, base)
    (top, cases), (base_top, base_cases) = whole(strata), whole(base)
    gap = top / cases - base_top / base_cases
    assert sum(part.total for part in parts.values()) == gap
    # Each effect as a whole is Kitagawa's, in which no rate is taken off.
    rates = {n: [s[n][0] / s[n][1] if s[n][1] else None for s in (strata, base)] for n in NAMES}
    rates = {n: [r if r is not None else (o or Fraction()) for r, o in (v, v[::-1])] for n, v in rates.items()}
    shares = {n: (strata[n][1] / cases, base[n][1] / base_cases) for n in NAMES}
    assert sum(p.rate for p in parts.values()) == sum((rates[n][0] - rates[n][1]) * sum(shares[n]) / 2 for n in NAMES)
    mix = sum(sum(rates[n]) / 2 * (shares[n][0] - shares[n][1]) for n in NAMES)
    assert sum(p.mix for p in parts.values()) == mix


@given(WHOLE, WHOLE)
def test_seen_from_the_other_side_every_part_turns_its_sign(strata, base):
    there, back = decomposed(strata, base), decomposed(base, strata)
    assert all((there[n].rate, there[n].mix) == (-back[n].rate, -back[n].mix) for n in NAMES)


@given(WHOLE, st.integers(2, 9))
def test_the_same_mix_leaves_the_rates_alone_and_the_same_rates_the_mix(strata, times):
    halved = {n: (top / 2, cases * times) for n, (top, cases) in strata.items()}
    assert all(part.mix == 0 for part in decomposed(halved, strata).values())
    grown = {n: (top * k, cases * k) for k, (n, (top, cases)) in enumerate(strata.items(), times)}
    assert all(part.rate == 0 for part in decomposed(grown, strata).values())


def test_a_stratum_without_cases_on_one_side_is_mix_alone():
    strata = {"theft": (Fraction(8), Fraction(10)), "fraud": (Fraction(0), Fraction(0))}
    base = {"theft": (Fraction(8), Fraction(10)), "fraud": (Fraction(1), Fraction(10))}
    parts = decomposed(strata, base)
    assert parts["fraud"].rate == 0
    assert parts["fraud"].mix > 0  # less of what is cleared seldom
    assert sum(part.total for part in parts.values()) == Fraction(8, 10) - Fraction(9, 20)


def test_what_has_no_rate_is_not_decomposed():
    some, none = (Fraction(1), Fraction(2)), (Fraction(), Fraction())
    assert decomposed({"theft": none}, {"theft": some}) is None
    assert decomposed({"theft": some}, {"fraud": some}) is None
    # One cleared of none recorded: an older case.
    assert decomposed({"theft": some, "fraud": (Fraction(1), Fraction())}, {"theft": some, "fraud": some}) is None


INTERVALS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)).map(lambda p: (p[0], p[0] + p[1])), max_size=5)


@given(INTERVALS, st.booleans())
def test_rank_ranges_are_those_of_every_choice_of_values(intervals, higher):
    # Every whole value: the ends are whole, and whether one lies beyond another shows at the ends.
    choices = [range(low, high + 1) for low, high in intervals]
    seen = [set() for _ in intervals]
    for values in product(*choices):
        for own, value in enumerate(values):
            seen[own].add(1 + sum(other > value if higher else other < value for other in values))
    assert rank_ranges(intervals, higher_is_better=higher) == [(min(ranks), max(ranks)) for ranks in seen]
