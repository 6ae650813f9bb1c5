"""What each catalogue file but the forms may hold; an unknown key is refused."""

from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from pipeline.catalogue.entry import Entry, Operator, Severity, Slug
from pipeline.expressions import Expression
from pipeline.labels import Label, Text, Texts
from pipeline.periods import Kind


class Population(Entry):
    """People of a province on a day, from a source; ``basis`` says who is counted: rates over two do not compare."""

    value: float = Field(gt=0, allow_inf_nan=False)
    at: date
    basis: str = ""
    source: str = ""


class Province(Entry):
    """A province in the time it existed as such; ``code`` is official and is reused, ``id`` never is."""

    id: Slug
    code: Text = ""
    name: Label = Label({"*": ""})
    also: Texts = ()
    start: date = Field(default=date.min, alias="from")
    end: date = Field(default=date.max, alias="to")
    formed_from: Texts = ()
    population: tuple[Population, ...] = ()

    @cached_property
    def label(self) -> Label:
        """The name, or the id where no name is given."""
        return self.name if any(self.name.all) else Label({"*": self.id})

    def people_on(self, day: date) -> Population | None:
        """People on the newest date up to a day, else on the oldest; None where no number is known."""
        counts = sorted(self.population, key=lambda count: count.at)
        upto = [count for count in counts if count.at <= day]
        return upto[-1] if upto else counts[0] if counts else None

    def exists_on(self, day: date) -> bool:
        """Whether the province is one on that day."""
        return self.start <= day <= self.end


class Cluster(Entry):
    """The provinces that are compared with each other, in the time of that membership."""

    id: Slug
    name: Label = Label({"*": ""})
    start: date = Field(default=date.min, alias="from")
    end: date = Field(default=date.max, alias="to")
    provinces: Texts = Field(min_length=1)
    leader: str = ""
    source: str = ""


class Words(Entry):
    """The marks and words that the reader knows; ``words.yaml`` has the defaults."""

    total_labels: Texts
    nil_marks: Texts
    missing_marks: Texts
    not_applicable_marks: Texts
    to_come: Texts
    of_which: Texts
    current: Texts
    previous: Texts
    spans: Texts
    ordinal: Texts
    notes: Texts
    reporting_unit: Texts
    recipients: Texts
    before_province: Texts
    continued: Texts
    period: Texts
    until: Texts
    month: Texts
    quarter: Texts
    half: Texts
    first: Texts
    last: Texts
    unit: Texts
    form_number: Texts
    scales: dict[str, float]
    same_units: tuple[Texts, ...]
    revision: Texts
    amendment: Texts
    corrections: Texts
    corrected: Texts
    provisional: Texts
    final: Texts
    documents: Texts
    later: Texts
    file_words: Texts
    ordinals: dict[str, int]
    apart: Texts
    other_figures: Texts
    estimates: Texts
    other_rows: Texts
    place_kinds: tuple[Texts, ...]
    several: Texts
    offices: Texts
    values: Texts
    general: Texts
    personal: Texts


class Window(Entry):
    """From which day the months of a period are counted: day 15, two months earlier, is 15/11 to 14/11 for a year."""

    day: int = Field(default=1, ge=1, le=28)
    months_earlier: int = Field(default=0, ge=0, le=11)
    source: str = ""


class Settings(Entry):
    """``catalogue.yaml``."""

    name: Label
    clusters: tuple[Cluster, ...] = Field(min_length=1)
    forms: Texts
    total_labels: Texts | None = None
    nil_marks: Texts | None = None
    missing_marks: Texts | None = None
    not_applicable_marks: Texts | None = None
    words: dict[str, Any] = Field(default_factory=dict)  # keys and values of `Words`, which checks them
    sample_note: Label | None = None
    windows: dict[Kind, Window] = Field(default_factory=dict)  # calendar months where none is given
    groups: dict[str, Label] = Field(default_factory=dict)  # what the indicators' groups are called
    small_numbers: int = Field(default=30, ge=0)  # a rate over fewer cases is flagged
    sources_most: int = Field(default=100_000, ge=0)  # above so many cells Sources holds the main ones only
    compare_with: Literal["stated", "reported"] = "stated"


class Indicator(Entry):
    """A figure computed from observations."""

    kind: Literal["percent", "per_100k", "change", "total", "achievement", "all_met"]
    label: Label | None = None
    numerator: str = ""
    denominator: str = ""
    rows: Texts = ()
    of: Texts = ()
    better: Literal["higher", "lower"] | None = None
    proportion: bool = False
    group: str = ""
    source: str = ""
    note: Label | None = None

    @staticmethod
    def operands(side: str) -> tuple[tuple[str, str], ...]:
        """``FORM.MEASURE + FORM.MEASURE`` as pairs (form, measure)."""
        pairs = (part.strip().partition(".") for part in side.split("+")) if side else ()
        return tuple((form, measure) for form, _, measure in pairs)


class Target(Entry):
    """A dated target of an indicator, set by an issuer."""

    indicator: str
    value: float = Field(allow_inf_nan=False)
    op: Operator
    role: Literal["binding", "context"] = "binding"
    start: date = Field(default=date.min, alias="from")
    end: date = Field(default=date.max, alias="to")
    provinces: Texts = ()
    issuer: Label | None = None
    source: str = ""

    def applies(self, day: date, province: str) -> bool:
        """Whether it binds or informs a province (empty: the cluster) on a day."""
        return self.start <= day <= self.end and (not self.provinces or province in self.provinces)


class Check(Entry):
    """A rule across forms."""

    id: Slug
    check: str
    severity: Severity = "warning"
    message: Label | None = None

    @cached_property
    def expression(self) -> Expression:
        """The parsed check."""
        return Expression(self.check)
