"""What ``scoring.yaml`` may hold: dated scoring tables, their criteria, and how an indicator earns points."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import Field

from pipeline.catalogue.entry import Entry, Name, Operator, Slug
from pipeline.labels import Label, Texts
from pipeline.periods import Kind, Period
from pipeline.statistics.exact import exact_sum

LINEAR, THRESHOLD, DEDUCTION = "linear", "threshold", "deduction"
BONUS, PENALTY = "bonus", "penalty"


class Step(Entry):
    """A step of a threshold rule: a value ``at`` it, or beyond, earns these points."""

    at: float = Field(allow_inf_nan=False)
    points: float = Field(ge=0, allow_inf_nan=False)


class Extra(Entry):
    """What earns points: an indicator by a rule, or only what the scoring workbook says.

    ``linear`` grows from nothing at ``floor`` to all points at ``full`` (which may be the smaller); ``threshold`` gives
    the points of the best step that is reached (``>=``, or ``<=`` with ``reached: below``); ``deduction`` starts with
    all points and loses ``lose`` for each ``per`` of the indicator.
    """

    id: Slug
    label: Label | None = None
    also: Texts = ()
    points: float = Field(gt=0, allow_inf_nan=False)
    indicator: str = ""
    rule: Literal["linear", "threshold", "deduction"] | None = None
    floor: float | None = Field(default=None, allow_inf_nan=False)
    full: float | None = Field(default=None, allow_inf_nan=False)
    steps: tuple[Step, ...] = ()
    reached: Literal["above", "below"] = "above"
    lose: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    per: float = Field(default=1, gt=0, allow_inf_nan=False)

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Criterion(Extra):
    """A criterion of the table itself; ``points`` is its maximum."""

    group: str


class ScoreGroup(Entry):
    """A group of criteria; ``max`` is what its criteria's points add up to."""

    id: Name
    label: Label | None = None
    max: float = Field(gt=0, allow_inf_nan=False)

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Veto(Entry):
    """A condition under which a province is not considered; it stands beside the points and changes none."""

    id: Slug
    label: Label | None = None
    indicator: str
    op: Operator
    value: float = Field(allow_inf_nan=False)

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Part(NamedTuple):
    """A criterion with the part of the table that it stands in: a group's id, `BONUS` or `PENALTY`."""

    part: str
    criterion: Extra


class Scoring(Entry):
    """One scoring table, in the time that it holds; ``bonus`` and ``penalty`` come after the total."""

    id: Slug
    label: Label | None = None
    start: date = Field(default=date.min, alias="from")
    end: date = Field(default=date.max, alias="to")
    periods: tuple[Kind, ...] = ("year",)
    source: str = ""
    groups: tuple[ScoreGroup, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    bonus: tuple[Extra, ...] = ()
    penalty: tuple[Extra, ...] = ()
    veto: tuple[Veto, ...] = ()

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})

    def applies(self, period: Period) -> bool:
        """Whether the table scores a period: of that kind, on its last day."""
        return period.kind in self.periods and self.start <= period.end <= self.end

    def parts(self) -> Iterator[Part]:
        """Every criterion in the table's order, group by group, then bonus and penalty."""
        for group in self.groups:
            yield from (Part(group.id, criterion) for criterion in self.criteria if criterion.group == group.id)
        yield from (Part(BONUS, extra) for extra in self.bonus)
        yield from (Part(PENALTY, extra) for extra in self.penalty)

    @property
    def maximum(self) -> float:
        """What the groups add up to."""
        return exact_sum(group.max for group in self.groups)
