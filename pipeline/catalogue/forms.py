"""What a form's file (``forms/ID.yaml``) may hold; an unknown key is refused."""

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from pipeline.catalogue.entry import Entry, Name, Severity, Slug
from pipeline.expressions import Expression
from pipeline.labels import Header, HeaderPaths, Label, Text, Texts

PROVINCE, PERIOD, CRITERION = "province", "period", "criterion"
# What of a form says how it is found and read, and shows on no sheet.
_EACH = "__all__"
_OF_READING: dict[str, Any] = {
    "sheets": True,
    "rows": {_EACH: {"also": True, "unlisted": True, "complete": True, "members": {_EACH: {"also"}}}},
    "groups": {_EACH: {"also"}},
    "columns": {_EACH: {"also": True, "required": True, "may_be_blank": True, "cumulates": True, "previous": {"also"}}},
    "periods": {"current": {"also"}, "previous": {"also"}},
    "unit_header": {"also"},
}


class Member(Entry):
    """A row that a form lists."""

    id: Slug
    code: Text = ""
    label: Label | None = None
    also: Texts = ()
    group: str = ""
    part_of: str = ""

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Group(Entry):
    """A named set of members; its sub-total row is checked, not stored."""

    label: Label | None = None
    also: Texts = ()


class Key(Entry):
    """One of the things that name a row."""

    key: Name
    header: Header | None = None
    also: HeaderPaths = ()
    code_header: HeaderPaths = ()
    members: Literal["open"] | tuple[Member, ...] | None = None
    unlisted: Literal["finding", "ignore"] = "finding"
    complete: bool = True  # false: members may lack without a word

    @property
    def listed(self) -> tuple[Member, ...] | None:
        """The members that the form lists; None for an open key."""
        return self.members if isinstance(self.members, tuple) else None


class Found(Entry):
    """Further names under which a column is found."""

    header: Header | None = None
    also: HeaderPaths = ()


class Column(Entry):
    """A measure: what is counted, in what unit, and how its header may read."""

    header: Header | None = None
    also: HeaderPaths = ()
    kind: Literal["count", "amount", "percent", "rate", "text"] = "count"
    unit: str = ""
    signed: bool = False
    cumulates: bool = True
    required: bool | None = None
    may_be_blank: bool = False
    total: Literal["sum", "none"] | None = None
    previous: Found | None = None
    equals: str = ""

    @cached_property
    def formula(self) -> Expression | None:
        """What a stated figure must equal."""
        return Expression(self.equals) if self.equals else None

    @property
    def must_be_there(self) -> bool:
        """Whether its absence is an error."""
        return self.required if self.required is not None else self.kind != "text" and not self.equals

    @property
    def is_number(self) -> bool:
        """Whether its cells are observations."""
        return self.kind != "text"

    @property
    def sums(self) -> bool:
        """Whether a total row holds its sum."""
        return (self.total or ("sum" if self.kind in {"count", "amount"} and not self.equals else "none")) == "sum"


class Rule(Entry):
    """A check over the columns of one row."""

    id: Slug
    check: str
    severity: Severity = "warning"
    message: Label | None = None

    @cached_property
    def expression(self) -> Expression:
        """The parsed check."""
        return Expression(self.check)


class Totals(Entry):
    """Total rows sum over this key."""

    over: str


class PeriodColumns(Entry):
    """In a list form: the column of this period, and that of the same period of last year."""

    current: Found = Found()
    previous: Found | None = None


class Form(Entry):
    """One sheet of a submission: its layout, rows, measures and rules."""

    number: Text = ""
    title: Label
    sheets: Texts = ()
    layout: Literal["table", "list"] = "table"
    rows: tuple[Key, ...] = ()
    groups: dict[Name, Group] = Field(default_factory=dict)
    totals: Totals | Literal["none"] | None = None
    columns: dict[Name, Column] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    periods: PeriodColumns = PeriodColumns()
    unit_header: Found | None = None

    @cached_property
    def shown(self) -> Any:
        """What a blank sheet of it says and checks: all but how it is found and read."""
        return self.model_dump(mode="json", exclude=_OF_READING, exclude_defaults=True)

    @cached_property
    def key_names(self) -> tuple[str, ...]:
        """The keys in the form's order."""
        return tuple(key.key for key in self.rows)

    @property
    def covers_cluster(self) -> bool:
        """Whether its rows are provinces, so that one workbook serves the whole cluster."""
        return PROVINCE in self.key_names

    @cached_property
    def row_keys(self) -> tuple[Key, ...]:
        """The keys that make an observation's ``row``: all but province and period."""
        return tuple(key for key in self.rows if key.key not in {PROVINCE, PERIOD})

    @cached_property
    def members(self) -> dict[str, Member]:
        """Every listed member of every key, by id."""
        return {member.id: member for key in self.row_keys for member in key.listed or ()}

    def group_members(self, group: str) -> tuple[str, ...]:
        """The members that a group adds up: one that is part of another one of them is in that one already."""
        ids = {m.id for m in self.members.values() if m.group == group}
        return tuple(m.id for m in self.members.values() if m.id in ids and m.part_of not in ids)

    @property
    def added_up(self) -> tuple[str, ...]:
        """The listed members that a total adds up: "of which" rows are in others already."""
        return tuple(m.id for m in self.members.values() if not m.part_of)

    def names_of(self, row: str) -> tuple[Label | str, ...]:
        """What the parts of a row's id (or code) are called; a part of an open key is its own name."""
        known = {member.code or member.id: member for member in self.members.values()} | self.members
        return tuple(known[part].name if part in known else part for part in row.split("/"))

    @property
    def totals_over(self) -> str:
        """The key that total rows sum over; empty when the form has none."""
        if isinstance(self.totals, Totals):
            return self.totals.over
        return "" if self.totals == "none" or not self.rows else self.rows[-1].key

    @cached_property
    def measures(self) -> dict[str, Column]:
        """The columns whose cells are observations."""
        return {name: column for name, column in self.columns.items() if column.is_number}

    def has_previous(self, measure: str) -> bool:
        """Whether the form also states the same period of last year."""
        if self.layout == "list" and self.periods.previous is not None:
            return True
        return self.columns[measure].previous is not None

    def label_of(self, measure: str) -> Label:
        """A measure's header, or its id where the catalogue gives none."""
        header = self.columns[measure].header
        return header.label if header else Label({"*": measure})
