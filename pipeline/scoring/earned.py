"""What an indicator's value earns by a criterion's rule, exactly, and in words."""

import math
from fractions import Fraction

from pipeline.catalogue.scoring import DEDUCTION, LINEAR, THRESHOLD, Extra
from pipeline.messages import Messages
from pipeline.statistics.exact import exact
from pipeline.statistics.points import deduction, linear, rounded, threshold
from pipeline.voice import Voice

_PER = 100_000


def value_of(kind: str, value: float, numerator: float, denominator: float) -> Fraction:
    """A value without the last digits that a float loses: from its sides, where these come to it.

    >>> value_of("percent", 2 / 3, 2, 3)
    Fraction(2, 3)
    """
    if kind == "total" or math.isnan(numerator) or math.isnan(denominator) or not denominator:
        return exact(value)
    ratio = exact(numerator) / exact(denominator)
    found = {"change": ratio - 1, "per_100k": ratio * _PER}.get(kind, ratio)
    return found if float(found) == value else exact(value)


def earns(criterion: Extra, value: Fraction) -> Fraction:
    """The points of a value, rounded; the criterion has a rule."""
    maximum = exact(criterion.points)
    if criterion.rule == LINEAR:
        floor, full = exact(criterion.floor or 0.0), exact(criterion.full or 0.0)
        return rounded(linear(value, floor, full, maximum))
    if criterion.rule == THRESHOLD:
        steps = [(exact(step.at), exact(step.points)) for step in criterion.steps]
        return rounded(threshold(value, steps, below=criterion.reached == "below"))
    return rounded(deduction(value, exact(criterion.lose or 0.0), exact(criterion.per), maximum))


def rule_words(criterion: Extra, voice: Voice | None, say: Messages) -> str:
    """The rule as the sheet states it; without a voice there is no indicator."""
    if voice is None:
        return say("scoring.rule.none")
    maximum = say.number(criterion.points)
    if criterion.rule == LINEAR:
        ends = {name: voice.shown(getattr(criterion, name)) for name in ("floor", "full")}
        return say("scoring.rule.linear", maximum=maximum, **ends)
    if criterion.rule == THRESHOLD:
        key = f"scoring.step.{criterion.reached}"
        steps = [say(key, at=voice.shown(step.at), points=say.number(step.points)) for step in criterion.steps]
        return say("scoring.rule.threshold", steps="; ".join(steps))
    lose = {"lose": say.number(criterion.lose or 0.0), "per": voice.shown(criterion.per)}
    return say("scoring.rule.deduction", maximum=maximum, **lose)


def words(criterion: Extra, voice: Voice, value: Fraction, points: Fraction) -> str:
    """How the points come about, with the value and the bounds that decide."""
    say = voice.say
    about = {"value": voice.shown(value), "points": say.number(float(points)), "maximum": say.number(criterion.points)}
    if criterion.rule == DEDUCTION:
        lose = {"lose": say.number(criterion.lose or 0.0), "per": voice.shown(criterion.per)}
        return say("scoring.earned.deduction", **about, **lose)
    if criterion.rule == LINEAR:
        floor, full = (exact(end or 0.0) for end in (criterion.floor, criterion.full))
        share = (value - floor) / (full - floor)
        place = "floor" if share <= 0 else "full" if share >= 1 else "between"
        return say(f"scoring.earned.{place}", **about, floor=voice.shown(floor), full=voice.shown(full))
    below = criterion.reached == "below"
    steps = sorted(criterion.steps, key=lambda step: step.at, reverse=below)
    reached = [s for s in steps if (value <= exact(s.at) if below else value >= exact(s.at))]
    at = voice.shown((reached[-1] if reached else steps[0]).at)
    return say("scoring.earned.step" if reached else "scoring.earned.no_step", at=at, **about)
