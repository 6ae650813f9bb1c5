"""How points come about, in words that follow the value and the points beside them: `pipeline.scoring.earned.words`."""

import math
from typing import NamedTuple

from pipeline.catalogue.scoring import DEDUCTION, LINEAR, Extra
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.living import Sentence, number_words, spliced
from pipeline.report.sheets.score_rules import reached, text_of
from pipeline.statistics.exact import exact
from pipeline.voice import Voice

_NEAR = 1e-9  # of a number: what its last digits may differ by
_MOST = 2  # decimals that a formula writes
_THOUSAND, _ANY = 1e3, 1e9


class Figure(NamedTuple):
    """A cell, and the number that is in it."""

    cell: str
    number: float


class _Case(NamedTuple):
    """One of the sentences: when it is said (empty: else), and whether it is now."""

    condition: str
    holds: bool
    key: str
    at: Sentence = Sentence("", "")  # the step that is spoken of

    @property
    def parts(self) -> dict[str, str]:
        """The step as a part of the formula."""
        return {"at": self.at.formula} if self.at.formula else {}


def earned_words(criterion: Extra, voice: Voice, value: Figure, points: Figure) -> Sentence:
    """Where the value in a cell lies and what it earns; no formula where it could say something else."""
    say, now = voice.say, voice.shown(value.number)
    most = _THOUSAND if criterion.points < _THOUSAND else _ANY
    number = number_words(say, points.cell, _shortest(points.cell, 1), below=most)
    parts = {"value": _value_words(voice, value.cell), "points": number}
    about = {"value": now, "points": say.number(points.number)}
    bounds, cases = _bounds(criterion, voice), _cases(criterion, voice, value)
    said = [spliced(say, case.key, parts | case.parts, **bounds) for case in cases]
    shared = f"{parts['value']}&" if all(text.startswith(f"{parts['value']}&") for text in said) else ""
    formula = said[-1].removeprefix(shared)
    for case, text in zip(cases[-2::-1], said[-2::-1], strict=True):
        formula = f"IF({case.condition},{text.removeprefix(shared)},{formula})"
    told = next(case for case in cases if case.holds)
    formula = shared + formula if _writes(voice, value.number) else ""
    return Sentence(formula, say(told.key, **about, **bounds, at=told.at.text))


def _bounds(criterion: Extra, voice: Voice) -> dict[str, str]:
    """What the rule's sentences name besides the value and the points."""
    numbers = {"maximum": criterion.points, "lose": criterion.lose or 0.0}
    values = {"floor": criterion.floor or 0.0, "full": criterion.full or 0.0, "per": criterion.per}
    said = {name: voice.say.number(number) for name, number in numbers.items()}
    return said | {name: voice.shown(exact(number)) for name, number in values.items()}


def _cases(criterion: Extra, voice: Voice, value: Figure) -> list[_Case]:
    """The sentences of a rule, the first that holds is said; the last one else."""
    cell, number = value
    if criterion.rule == DEDUCTION:
        return [_Case("", True, "scoring.earned.deduction")]
    if criterion.rule == LINEAR:
        floor, full = criterion.floor or 0.0, criterion.full or 0.0
        below, above = ("<=", ">=") if floor < full else (">=", "<=")
        return [
            _Case(f"{cell}{below}{text_of(exact(floor))}", reached(number, below, floor), "scoring.earned.floor"),
            _Case(f"{cell}{above}{text_of(exact(full))}", reached(number, above, full), "scoring.earned.full"),
            _Case("", True, "scoring.earned.between"),
        ]
    sign = "<=" if criterion.reached == "below" else ">="
    steps = sorted(criterion.steps, key=lambda step: step.at, reverse=sign == "<=")
    first = voice.shown(steps[0].at)
    at, text = quoted(first), first
    for step in steps[1:]:
        said = voice.shown(step.at)
        at = f"IF({cell}{sign}{text_of(exact(step.at))},{quoted(said)},{at})"
        text = said if reached(number, sign, step.at) else text
    some = f"{cell}{sign}{text_of(exact(steps[0].at))}"
    return [
        _Case(some, reached(number, sign, steps[0].at), "scoring.earned.step", Sentence(at, text)),
        _Case("", True, "scoring.earned.no_step", Sentence(quoted(first), first)),
    ]


def _value_words(voice: Voice, cell: str) -> str:
    """`Voice.shown` as an expression of a formula."""
    kind, say = voice.indicator.kind, voice.say
    if kind == "per_100k":
        return number_words(say, cell, f"IF({_is_near(cell, 0)},0,1)")
    if kind == "total":
        words = number_words(say, cell, _shortest(cell, 1))
        one, many = (quoted(f" {say.unit(voice.unit, count)}") for count in (1, 2))
        said = many if one == many else f"IF({cell}=1,{one},{many})"
        return f"{words}&{said}" if voice.unit else words
    sign = say.percent(0, 0).removeprefix("0")
    return f"{number_words(say, f'100*{cell}', _shortest(cell, 100))}&{quoted(sign)}"


def shown_words(voice: Voice, cell: str, value: float) -> str:
    """`Voice.shown` of the value in a cell as an expression of a formula; empty where it could say something else."""
    return _value_words(voice, cell) if _writes(voice, value) else ""


def _writes(voice: Voice, value: float) -> bool:
    """Whether the formula has as many decimals as the sentence."""
    if voice.indicator.kind == "total":
        return math.isclose(round(value, _MOST), value, rel_tol=_NEAR)
    return voice.indicator.kind != "per_100k" or (value % 1 == 0) == math.isclose(round(value), value, rel_tol=_NEAR)


def _shortest(cell: str, times: int) -> str:
    """How many decimals, two at most, the number in a cell needs."""
    number = cell if times == 1 else f"{times}*{cell}"
    return f"IF({_is_near(number, 0)},0,IF({_is_near(number, 1)},1,{_MOST}))"


def _is_near(number: str, decimals: int) -> str:
    return f"ABS({number}-ROUND({number},{decimals}))<={_NEAR:.0E}*ABS({number})"
