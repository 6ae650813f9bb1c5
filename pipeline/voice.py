"""How sentences about points write an indicator's values."""

import math
from fractions import Fraction
from typing import NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.messages import Messages


class Voice(NamedTuple):
    """How an indicator's values are said: its model, the unit of what it counts, the messages."""

    indicator: Indicator
    unit: str
    say: Messages

    @classmethod
    def of(cls, indicator: Indicator, catalogue: Catalogue, say: Messages) -> "Voice":
        """The unit is that of the measures added up, where they have one and the same."""
        operands = Indicator.operands(indicator.numerator)
        units = {catalogue.forms[form].columns[measure].unit for form, measure in operands}
        return cls(indicator, units.pop() if len(units) == 1 else "", say)

    @property
    def label(self) -> str:
        """What the indicator is called."""
        return self.indicator.label.text(self.say.lang) if self.indicator.label else ""

    def shown(self, value: float | Fraction) -> str:
        """A value as a sentence has it: with as many decimals as it needs, two at most, or with its unit."""
        number = float(value)
        if self.indicator.kind == "total":
            return f"{self.say.number(number)} {self.say.unit(self.unit, number)}".strip()
        if self.indicator.kind == "per_100k":
            return self.say.number(number, 1 if number % 1 else None)
        whole = next((d for d in (0, 1) if math.isclose(round(100 * number, d), 100 * number)), 2)
        return self.say.percent(number, whole)
