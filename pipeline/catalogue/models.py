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
    """How many people."""
    at: date
    """The day of the count."""
    basis: str = ""
    """Who is counted; rates over two bases are not compared."""
    source: str = ""
    """Where the number is from."""


class Province(Entry):
    """A province in the time it existed as such; ``code`` is official and is reused, ``id`` never is."""

    id: Slug
    """The id; never used again for another province."""
    code: Text = ""
    """The official code; may be reused in another time."""
    name: Label = Label({"*": ""})
    """The name, by language."""
    also: Texts = ()
    """Further spellings of the name, as typed."""
    start: date = Field(default=date.min, alias="from")
    """Its first day."""
    end: date = Field(default=date.max, alias="to")
    """Its last day."""
    formed_from: Texts = ()
    """Ids of the provinces that it replaces."""
    population: tuple[Population, ...] = ()
    """Counts of its people, for rates per 100,000."""

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
    """The id."""
    name: Label = Label({"*": ""})
    """The name, by language."""
    start: date = Field(default=date.min, alias="from")
    """The first day of this membership."""
    end: date = Field(default=date.max, alias="to")
    """The last day of this membership; never two clusters on one day."""
    provinces: Texts = Field(min_length=1)
    """Ids of its provinces."""
    leader: str = ""
    """The id of the leading province."""
    source: str = ""
    """Where the membership is published, or `illustrative`."""


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
    """The first day of a month."""
    months_earlier: int = Field(default=0, ge=0, le=11)
    """How many months before the calendar the period begins."""
    source: str = ""
    """Where that is laid down."""


class Settings(Entry):
    """``catalogue.yaml``."""

    name: Label
    """What the workbook is called, by language."""
    clusters: tuple[Cluster, ...] = Field(min_length=1)
    """The provinces that are compared, each time of a membership an entry."""
    forms: Texts
    """Ids of the forms that each submission must hold, in workbook order."""
    total_labels: Texts | None = None
    """What a total row is called."""
    nil_marks: Texts | None = None
    """What stands for the number 0."""
    missing_marks: Texts | None = None
    """What stands for a number that is not known."""
    not_applicable_marks: Texts | None = None
    """What stands where nothing applies."""
    words: dict[str, Any] = Field(
        default_factory=dict, json_schema_extra={"propertyNames": {"enum": list(Words.model_fields)}}
    )
    """Further lists that the reader knows, each in the place of its default (pipeline/words.yaml)."""
    sample_note: Label | None = None
    """A remark for the first sheet and the pictures, such as "illustrative figures"."""
    windows: dict[Kind, Window] = Field(default_factory=dict)
    """From which day the months of each kind of period are counted."""
    groups: dict[str, Label] = Field(default_factory=dict)
    """What the indicators' groups are called."""
    small_numbers: int = Field(default=30, ge=0)
    """A rate over fewer cases is flagged."""
    sources_most: int = Field(default=100_000, ge=0)
    """Above so many cells the sheet of sources holds the main ones only."""
    compare_with: Literal["stated", "reported"] = "stated"
    """Whose last year's figures are compared with: as this submission states them, or as reported then."""


class Indicator(Entry):
    """A figure computed from observations."""

    kind: Literal["percent", "per_100k", "change", "total", "achievement", "all_met"]
    """How it is computed."""
    label: Label | None = None
    """Its name, by language."""
    numerator: str = ""
    """FORM.MEASURE + FORM.MEASURE: counts and amounts, never a stated rate."""
    denominator: str = ""
    """FORM.MEASURE + FORM.MEASURE."""
    rows: Texts = ()
    """Members, codes or groups that count; all where none is named."""
    of: Texts = ()
    """The indicators that must all be met, of an `all_met`."""
    better: Literal["higher", "lower"] | None = None
    """Which figures are better; gives ranks their order."""
    proportion: bool = False
    """Whether the numerator is a part of the denominator, so that a 95 % interval is meaningful."""
    group: str = ""
    """The group under which sheets show it."""
    source: str = ""
    """Where the definition is laid down."""
    note: Label | None = None
    """A remark for its readers, by language."""

    @staticmethod
    def operands(side: str) -> tuple[tuple[str, str], ...]:
        """``FORM.MEASURE + FORM.MEASURE`` as pairs (form, measure)."""
        pairs = (part.strip().partition(".") for part in side.split("+")) if side else ()
        return tuple((form, measure) for form, _, measure in pairs)


class Target(Entry):
    """A dated target of an indicator, set by an issuer."""

    indicator: str
    """The id of the indicator."""
    value: float = Field(allow_inf_nan=False)
    """The target; of a share a fraction: 0.8 is 80 %."""
    op: Operator
    """How the figure must stand to it."""
    role: Literal["binding", "context"] = "binding"
    """Whether it decides (`binding`) or is shown beside (`context`)."""
    start: date = Field(default=date.min, alias="from")
    """Its first day."""
    end: date = Field(default=date.max, alias="to")
    """Its last day."""
    provinces: Texts = ()
    """Ids of those that it is for; all where none is named."""
    issuer: Label | None = None
    """Who set it, by language."""
    source: str = ""
    """Where it is published, or `illustrative`."""

    def applies(self, day: date, province: str) -> bool:
        """Whether it binds or informs a province (empty: the cluster) on a day."""
        return self.start <= day <= self.end and (not self.provinces or province in self.provinces)


class Check(Entry):
    """A rule across forms."""

    id: Slug
    """The id, by which findings name it."""
    check: str
    """A comparison such as sum(a.cases, GROUP) == sum(b.cases)."""
    severity: Severity = "warning"
    """How a finding counts where it does not hold."""
    message: Label | None = None
    """What to say then, by language."""

    @cached_property
    def expression(self) -> Expression:
        """The parsed check."""
        return Expression(self.check)
