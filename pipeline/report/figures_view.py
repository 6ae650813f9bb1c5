"""What pictures are drawn from, and what a picture is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.labels import Label
from pipeline.messages import Messages
from pipeline.model import Consolidation, Lang
from pipeline.periods import Period
from pipeline.report.period_text import period_text
from pipeline.report.theme import CLUSTER, PALETTE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from pipeline.catalogue import Catalogue


@dataclass(frozen=True)
class Drawn:
    """A picture: the name of its file, its title, the figure."""

    name: str
    title: str
    figure: "Figure"


@dataclass(frozen=True)
class View:
    """A consolidation with what is needed to show it in one language."""

    consolidation: Consolidation
    period: Period
    catalogue: "Catalogue"
    lang: Lang
    note: Label | None = None

    @property
    def say(self) -> Messages:
        """The messages of the language."""
        return Messages(self.lang)

    @property
    def when(self) -> str:
        """The period in words, and whether the figures are made up."""
        text = period_text(self.period, self.say)
        return f"{text} ({self.note.text(self.lang)})" if self.note else text

    def label(self, indicator: str) -> str:
        """An indicator's label."""
        found = self.catalogue.indicators.get(indicator)
        return found.label.text(self.lang) if found and found.label else indicator

    def province(self, province: str) -> str:
        """A province's name; the cluster's word for the empty id."""
        return self.catalogue.province_label(province).text(self.lang) if province else self.say("figures.cluster")

    def colour(self, province: str) -> str:
        """A province's own colour: by its place in the cluster, the same in every picture and chart."""
        members = self.catalogue.members_on(self.period)
        if not province:
            return CLUSTER
        place = members.index(province) if province in members else len(members)
        return PALETTE[place % len(PALETTE)]

    def write(self, indicator: str, value: float, *, signed: bool = False) -> str:
        """An indicator's value as text."""
        kind = self.catalogue.indicators[indicator].kind
        if kind == "total":
            text = self.say.number(value)
        elif kind == "per_100k":
            text = self.say.number(value, 1)
        else:
            text = self.say.percent(value, 1 if signed or kind == "change" else 2)
        return f"+{text}" if value > 0 and (signed or kind == "change") else text
