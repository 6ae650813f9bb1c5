"""What of a rate, or of the gap between two, is the mix of the cases: exact, in fractions."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Strata = Mapping[str, tuple[Fraction, Fraction]]  # stratum -> numerator, denominator


@dataclass(frozen=True)
class Effect:
    """What one stratum adds to the gap between two rates."""

    rate: Fraction  # because it is dealt with otherwise
    mix: Fraction  # because it is a larger or smaller part of the cases

    @property
    def total(self) -> Fraction:
        """Both."""
        return self.rate + self.mix


def whole(strata: Strata) -> tuple[Fraction, Fraction]:
    """The strata's numerators and denominators summed."""
    return sum((n for n, _ in strata.values()), Fraction()), sum((d for _, d in strata.values()), Fraction())


def standardised(strata: Strata, standard: Strata) -> Fraction | None:
    """The rate that these strata's own rates would give with the standard's mix (direct standardisation).

    The sum of each stratum's rate times its share of the standard's denominators; see Breslow and Day 1987, 2.2. None
    where the standard has no cases at all, or has some in a stratum in which there are none here: its rate is unknown.
    """
    _, all_cases = whole(standard)
    if not all_cases:
        return None
    rate = Fraction()
    for name, (_, weight) in standard.items():
        numerator, denominator = strata[name]
        if weight and not denominator:
            return None
        if weight:
            rate += numerator / denominator * weight / all_cases
    return rate


def decomposed(strata: Strata, base: Strata) -> dict[str, Effect] | None:
    """The gap between two rates, by stratum, into a rate and a mix effect that add up to it (Kitagawa, JASA 1955).

    Rate effect: the difference of the stratum's rates times its mean share. Mix effect: the difference of its shares
    times by how much its mean rate is above the mean of the two whole rates; so more of what is cleared less lowers the
    rate. (Taking the whole rate off moves the sum of mix effects by nothing, for shares add up to 1 on both sides.)

    A stratum without cases on one side has the other's rate there: all it adds is mix. None where all cases lack on a
    side, where a stratum has a numerator over no cases (no rate can be made of that), or the strata differ.
    """
    (top, cases), (base_top, base_cases) = whole(strata), whole(base)
    if strata.keys() != base.keys() or not cases or not base_cases:
        return None
    if any(n and not d for side in (strata, base) for n, d in side.values()):
        return None
    middle = (top / cases + base_top / base_cases) / 2
    effects = {}
    for name, (n, d) in strata.items():
        base_n, base_d = base[name]
        if not d and not base_d:
            effects[name] = Effect(Fraction(), Fraction())
            continue
        rate = n / d if d else base_n / base_d
        base_rate = base_n / base_d if base_d else rate
        share, base_share = d / cases, base_d / base_cases
        effects[name] = Effect(
            (rate - base_rate) * (share + base_share) / 2,
            ((rate + base_rate) / 2 - middle) * (share - base_share),
        )
    return effects
