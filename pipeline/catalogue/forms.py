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
    """The id."""
    code: Text = ""
    """The code in the column of codes."""
    label: Label | None = None
    """The name in the form, by language."""
    also: Texts = ()
    """Further spellings of the name."""
    group: str = ""
    """The group of this form that it belongs to."""
    part_of: str = ""
    """The member (or `total`) in which it is counted already: never added up."""

    @cached_property
    def name(self) -> Label:
        """The label, or the id where none is given."""
        return self.label or Label({"*": self.id})


class Group(Entry):
    """A named set of members; its sub-total row is checked, not stored."""

    label: Label | None = None
    """The name of its sub-total row, by language."""
    also: Texts = ()
    """Further spellings of it."""


class Key(Entry):
    """One of the things that name a row."""

    key: Name
    """What names the row; `province`, `period` and `criterion` are reserved."""
    header: Header | None = None
    """The header of its column."""
    also: HeaderPaths = ()
    """Further headers of it."""
    code_header: HeaderPaths = ()
    """Headers of the column with codes."""
    members: Literal["open"] | tuple[Member, ...] | None = None
    """`open` (any name is a row) or the rows that the form lists."""
    unlisted: Literal["finding", "ignore"] = "finding"
    """Whether a row that is not listed is told."""
    complete: bool = True
    """Whether each listed row must be there."""

    @property
    def listed(self) -> tuple[Member, ...] | None:
        """The members that the form lists; None for an open key."""
        return self.members if isinstance(self.members, tuple) else None


class Found(Entry):
    """Further names under which a column is found."""

    header: Header | None = None
    """The header, by language; a list is a path through several rows."""
    also: HeaderPaths = ()
    """Further headers."""


class Column(Entry):
    """A measure: what is counted, in what unit, and how its header may read."""

    header: Header | None = None
    """The header, by language; a list is a path through several rows."""
    also: HeaderPaths = ()
    """Further headers."""
    kind: Literal["count", "amount", "percent", "rate", "text"] = "count"
    """What its numbers are."""
    unit: str = ""
    """The unit, as the form says it."""
    signed: bool = False
    """Whether negative numbers are right."""
    cumulates: bool = True
    """Whether it grows through the year; false: what there is on a day."""
    required: bool | None = None
    """Whether it must be there."""
    may_be_blank: bool = False
    """Whether a blank says that nothing is stated and is no doubt."""
    total: Literal["sum", "none"] | None = None
    """Whether the total row holds its sum."""
    previous: Found | None = None
    """The column of the same period of last year."""
    equals: str = ""
    """A formula over columns that a stated figure must agree with; the stated figure is never used."""

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
    """The id, by which findings name it."""
    check: str
    """A comparison over the columns of one row, such as cleared <= cases."""
    severity: Severity = "warning"
    """How a finding counts where it does not hold."""
    message: Label | None = None
    """What to say then, by language."""

    @cached_property
    def expression(self) -> Expression:
        """The parsed check."""
        return Expression(self.check)


class Totals(Entry):
    """Total rows sum over this key."""

    over: str
    """The key that total rows sum over."""


class PeriodColumns(Entry):
    """In a list form: the column of this period, and that of the same period of last year."""

    current: Found = Found()
    """The column of this period."""
    previous: Found | None = None
    """The column of the same period of last year."""


class Form(Entry):
    """One sheet of a submission: its layout, rows, measures and rules."""

    number: Text = ""
    """The number by which officials name it."""
    title: Label
    """The title, by language."""
    sheets: Texts = ()
    """Further names of its sheet."""
    layout: Literal["table", "list"] = "table"
    """A row for each thing (`table`), or for each measure (`list`)."""
    rows: tuple[Key, ...] = ()
    """What a row is; several keys make a long table."""
    groups: dict[Name, Group] = Field(default_factory=dict)
    """Named sets of members; a sub-total row is checked, not stored."""
    totals: Totals | Literal["none"] | None = None
    """Which key total rows sum over, or `none`."""
    columns: dict[Name, Column] = Field(min_length=1)
    """The measures, by id."""
    rules: tuple[Rule, ...] = ()
    """Checks over the columns of one row."""
    periods: PeriodColumns = PeriodColumns()
    """Of a list form: the headers of this period's and last year's column."""
    unit_header: Found | None = None
    """Of a list form: the column of units."""

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
