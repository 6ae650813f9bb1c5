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
    """The value from which on it counts."""
    points: float = Field(ge=0, allow_inf_nan=False)
    """What it earns."""


class Extra(Entry):
    """What earns points: an indicator by a rule, or only what the scoring workbook says.

    ``linear`` grows from nothing at ``floor`` to all points at ``full`` (which may be the smaller); ``threshold`` gives
    the points of the best step that is reached (``>=``, or ``<=`` with ``reached: below``); ``deduction`` starts with
    all points and loses ``lose`` for each ``per`` of the indicator.
    """

    id: Slug
    """The id."""
    label: Label | None = None
    """The name, by language."""
    also: Texts = ()
    """Further spellings of the name."""
    points: float = Field(gt=0, allow_inf_nan=False)
    """The most that it earns."""
    indicator: str = ""
    """The id of the indicator that earns them; without one the scoring workbook says them."""
    rule: Literal["linear", "threshold", "deduction"] | None = None
    """How the indicator earns points."""
    floor: float | None = Field(default=None, allow_inf_nan=False)
    """Of `linear`: here begin the points."""
    full: float | None = Field(default=None, allow_inf_nan=False)
    """Of `linear`: here are all points."""
    steps: tuple[Step, ...] = ()
    """Of `threshold`: values and what each earns."""
    reached: Literal["above", "below"] = "above"
    """Of `threshold`: whether more or less is better."""
    lose: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Of `deduction`: points lost for each `per`."""
    per: float = Field(default=1, gt=0, allow_inf_nan=False)
    """Of `deduction`: how much of the indicator costs `lose`."""

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Criterion(Extra):
    """A criterion of the table itself; ``points`` is its maximum."""

    group: str
    """The id of its group."""


class ScoreGroup(Entry):
    """A group of criteria; ``max`` is what its criteria's points add up to."""

    id: Name
    """The id."""
    label: Label | None = None
    """The name, by language."""
    max: float = Field(gt=0, allow_inf_nan=False)
    """What its criteria's points add up to."""

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Veto(Entry):
    """A condition under which a province is not considered; it stands beside the points and changes none."""

    id: Slug
    """The id."""
    label: Label | None = None
    """The name, by language."""
    indicator: str
    """The id of the indicator."""
    op: Operator
    """How the figure stands to the value where it applies."""
    value: float = Field(allow_inf_nan=False)
    """The value; of a share a fraction."""

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
    """The id."""
    label: Label | None = None
    """The name, by language."""
    start: date = Field(default=date.min, alias="from")
    """Its first day."""
    end: date = Field(default=date.max, alias="to")
    """Its last day; never two tables on one day."""
    periods: tuple[Kind, ...] = ("year",)
    """Kinds of periods that are scored."""
    source: str = ""
    """Where it is published, or `illustrative`."""
    groups: tuple[ScoreGroup, ...] = Field(min_length=1)
    """Groups of criteria."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    """What earns the points that add up to the total."""
    bonus: tuple[Extra, ...] = ()
    """What is added after the total."""
    penalty: tuple[Extra, ...] = ()
    """What is taken off after the total."""
    veto: tuple[Veto, ...] = ()
    """Conditions under which a province is not considered."""

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
