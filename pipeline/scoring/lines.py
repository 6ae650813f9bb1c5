"""One criterion of one province: its points, where each is from, and why there may be none."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.scoring import BONUS, PENALTY, Extra, Part, Veto
from pipeline.messages import Messages
from pipeline.model import Place
from pipeline.scoring.earned import earns, rule_words, value_of, words
from pipeline.scoring.given import SELF_ASSESSED, VERIFIED, Given, Points
from pipeline.statistics.exact import exact
from pipeline.voice import Voice

COMPUTED, NONE, NOT_GIVEN = "computed", "none", "not_given"
APPLIES, CLEAR, UNKNOWN = "applies", "clear", "unknown"
_NOTHING = Fraction(0)
_COMPARES = {
    ">=": Fraction.__ge__,
    "<=": Fraction.__le__,
    ">": Fraction.__gt__,
    "<": Fraction.__lt__,
}


class Known(NamedTuple):
    """An indicator's row of a province, as far as points need it."""

    value: float = math.nan
    numerator: float = math.nan
    denominator: float = math.nan
    low: float = math.nan
    high: float = math.nan
    reason: str = ""


@dataclass(frozen=True)
class Desk:
    """What a criterion is judged by: the indicators' values, the given points, the catalogue, the words."""

    known: dict[tuple[str, str], Known]
    given: Points
    catalogue: Catalogue
    say: Messages

    def of(self, indicator: str, province: str) -> Known:
        """An indicator's row of a province; one that there is not has no value."""
        return self.known.get((indicator, province), Known())

    def voice(self, indicator: str) -> Voice:
        """How an indicator is spoken of."""
        return Voice.of(self.catalogue.indicators[indicator], self.catalogue, self.say)


@dataclass(frozen=True)
class Line:
    """A criterion's points: ``points`` is what it adds to the sums (None: not known), between ``low`` and ``high``."""

    part: str
    points: Fraction | None
    low: Fraction
    high: Fraction
    shown: dict[str, Any] = field(default_factory=dict)  # further columns of `TABLES["scores"]`

    @property
    def lacks(self) -> bool:
        """Whether points are still to come, so that the sums are not whole."""
        return self.points is None


def line_of(part: Part, province: str, desk: Desk) -> Line:
    """Judge a criterion: what was verified, else what is computed, else what was self-assessed."""
    criterion = part.criterion
    computed, low, high, computed_words = _computed(criterion, province, desk)
    own, checked = (desk.given.get((province, criterion.id, m), Given()) for m in (SELF_ASSESSED, VERIFIED))
    found = ((VERIFIED, checked.points), (COMPUTED, computed), (SELF_ASSESSED, own.points))
    origin, points = next(((name, p) for name, p in found if p is not None), (NONE, None))
    if checked.refused:  # a verified figure there was, and what it is nobody knows: another one would be a guess
        origin, points = NONE, None
    optional = part.part in {BONUS, PENALTY} and not criterion.indicator
    if origin == NONE and optional and not checked.refused and not own.refused:
        origin, points = NOT_GIVEN, _NOTHING
    if origin != COMPUTED:
        low, high = (points, points) if points is not None else (_NOTHING, exact(criterion.points))
    cell = {VERIFIED: checked.place, SELF_ASSESSED: own.place}.get(origin, Place())
    reason = _reason(origin, (own, checked), computed_words, criterion, desk)
    voice = desk.voice(criterion.indicator) if criterion.indicator else None
    columns = {
        "criterion": criterion.id, "label": criterion.name.text(desk.say.lang), "maximum": criterion.points,
        "rule": rule_words(criterion, voice, desk.say), "indicator": criterion.indicator,
        "value": desk.of(criterion.indicator, province).value, "computed": _float(computed),
        "self_assessed": _float(own.points), "verified": _float(checked.points), "origin": origin, "reason": reason,
        "file": cell.file, "sheet": cell.sheet, "cell": cell.cell,
    }  # fmt: skip
    if part.part == PENALTY:  # what is taken off adds less than nothing
        points, low, high = (None if points is None else -points), -high, -low
    return Line(part.part, points, low, high, columns)


def _computed(criterion: Extra, province: str, desk: Desk) -> tuple[Fraction | None, Fraction, Fraction, str]:
    """The points by the rule, those at the ends of the value's interval, and how they come about."""
    if not criterion.indicator:
        return None, _NOTHING, _NOTHING, ""
    voice, known = desk.voice(criterion.indicator), desk.of(criterion.indicator, province)
    if math.isnan(known.value):
        lacks = desk.say("scoring.no_value", label=voice.label or criterion.indicator)
        return None, _NOTHING, _NOTHING, f"{lacks} {known.reason}".strip()
    value = value_of(voice.indicator.kind, known.value, known.numerator, known.denominator)
    points = earns(criterion, value)
    ends = [points, *(earns(criterion, exact(end)) for end in (known.low, known.high) if not math.isnan(end))]
    return points, min(ends), max(ends), words(criterion, voice, value, points)


def _reason(origin: str, given: tuple[Given, Given], computed: str, criterion: Extra, desk: Desk) -> str:
    """Where the points are from, in words; where there are none, why."""
    own, checked = given
    refused = checked if checked.refused else own
    if origin in {COMPUTED, NOT_GIVEN}:
        return computed if origin == COMPUTED else desk.say("scoring.not_given")
    if origin == NONE and refused.refused:
        return desk.say("scoring.refused", cell=_cell(refused.place))
    if origin == NONE:
        return computed or desk.say("scoring.none_given")
    given_points, place = (checked.points, checked.place) if origin == VERIFIED else (own.points, own.place)
    number = desk.say.number(float(given_points or 0))
    maximum = desk.say.number(criterion.points)
    said = desk.say(f"scoring.given.{origin}", cell=_cell(place), points=number, maximum=maximum)
    return f"{said} {desk.say('scoring.rule_says', words=computed)}" if computed else said


def _cell(place: Place) -> str:
    return f"{place.sheet}!{place.cell} ({place.file})"


def _float(points: Fraction | None) -> float:
    return math.nan if points is None else float(points)


def veto_of(veto: Veto, province: str, desk: Desk) -> dict[str, Any]:
    """Whether a condition applies under which a province is not considered; without a value nobody knows."""
    voice, known = desk.voice(veto.indicator), desk.of(veto.indicator, province)
    label = voice.label or veto.indicator
    bound = desk.say(f"scoring.bound.{veto.op}", value=voice.shown(veto.value))
    if math.isnan(known.value):
        origin, reason = UNKNOWN, desk.say("scoring.veto.unknown", label=label)
    else:
        value = value_of(voice.indicator.kind, known.value, known.numerator, known.denominator)
        origin = APPLIES if _COMPARES[veto.op](value, exact(veto.value)) else CLEAR
        reason = desk.say(f"scoring.veto.{origin}", label=label, value=voice.shown(value), bound=bound)
    return {
        "criterion": veto.id, "label": veto.name.text(desk.say.lang), "rule": f"{label} {bound}",
        "indicator": veto.indicator, "value": known.value, "origin": origin, "reason": reason,
    }  # fmt: skip
