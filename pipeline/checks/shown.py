"""What a finding says of a broken rule: the figures that break it, each with its cell."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from pipeline.expressions import Expression, Term
from pipeline.labels import Label
from pipeline.messages import Messages
from pipeline.model import LANGS, Lang, Said, Share


class Figure(NamedTuple):
    """A number that a rule uses: its name in each language, its value, and the cell or cells that it stands in."""

    name: Label
    value: float | Share
    cells: str


def broken_rule(rule: Expression, figures: Mapping[Term, Figure], row: str, message: Label | None) -> dict[str, object]:
    """The params of the finding: the rule, its figures (and the ``row`` that they are of), the rule's own words."""
    check = Label({lang: rule.worded({t: f.name.text(lang) for t, f in figures.items()}) for lang in LANGS})
    shown: Label | Said = Label({lang: _shown(rule, figures, lang) for lang in LANGS})
    if row:
        shown = Said("rule.of_row", {"figures": shown, "row": row})
    return {"check": check, "figures": shown, "own": message or Said("rule.unworded", {"check": check})}


def holds(rule: Expression, numbers: Mapping[Term, float]) -> bool:
    """Whether a rule holds for these numbers, or cannot be evaluated."""
    result = rule.evaluate({term: np.array([value], dtype=float) for term, value in numbers.items()})
    return bool(result.values[0] or not result.known[0])


def listed(figures: Mapping[Term, Figure]) -> list[Said]:
    """The figures one after another."""
    return [Said("number.at", figure._asdict()) for figure in figures.values()]


def _shown(rule: Expression, figures: Mapping[Term, Figure], lang: Lang) -> str:
    say = Messages(lang)
    named = {
        term: say("number.at", name=name.text(lang), value=value, cells=cells)
        for term, (name, value, cells) in figures.items()
    }
    return rule.broken(named) or ", ".join(named.values())
