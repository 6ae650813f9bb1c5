"""Observations as the tables of the form sheets: one row per province and form row, one column per measure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import PERIOD, Form
from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.periods import Period, dated
from pipeline.plain import tuples

Column = tuple[str, bool]
"""A measure, and whether last year's figure of it is meant."""

_TOGETHER = 20_000  # figures of whole provinces
# Characters that a structured reference must escape, or that Excel's header cells do not keep.
_UNSAFE = str.maketrans(
    {"[": "(", "]": ")", "#": "No.", "'": "\u2019", "\n": " ", "\r": " ", "\t": " ", ":": " \u2013"}
)
PROVINCE_HEAD, PERIOD_HEAD, LABEL_HEAD, GROUP_HEAD, COUNTS_HEAD, WITHIN_HEAD = (
    "province", "period", "label", "group", "counts", "within",
)  # fmt: skip


class Cell(NamedTuple):
    """One number of a form sheet, as observed."""

    value: float | None
    state: str
    place: tuple[str, str, str]


@dataclass
class Row:
    """One row of a form's table; ``counts`` is 0 for what is in no sum, ``within`` whether its period is the run's."""

    province: str
    period: str
    parts: tuple[str, ...]
    label: str
    group: str
    counts: int
    within: int
    cells: dict[Column, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class FormTable:
    """A form's table: its Excel name, the headers of its columns by what they hold, and its rows."""

    form: str
    name: str
    heads: dict[str | Column, str]
    rows: list[Row]
    summed: dict[Hashable, Sequence[float]] = field(default_factory=dict, compare=False)  # what sums over it take

    @cached_property
    def by_province(self) -> dict[str, list[Row]]:
        """Rows by province id."""
        return {province: [row for _, row in own] for province, own in self.numbered.items()}

    @cached_property
    def numbered(self) -> dict[str, list[tuple[int, Row]]]:
        """The same with the place of each in the table, from 0."""
        rows: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        for at, row in enumerate(self.rows):
            rows[row.province].append((at, row))
        return rows

    def ref(self, column: str | Column) -> str:
        """The column as a structured reference. Double brackets: a header may hold commas and signs."""
        return f"{self.name}[[{self.heads[column]}]]"

    @cached_property
    def gaps(self) -> set[Column]:
        """Columns in which some row of the table has no number."""
        columns = [c for c in self.heads if isinstance(c, tuple)]
        return {
            c for c in columns if any((cell := row.cells.get(c)) is None or cell.value is None for row in self.rows)
        }

    @cached_property
    def gathered(self) -> bool:
        """Whether some row is the sum of several of the files' rows, and stands in no cell."""
        return any(not cell.place[2] for row in self.rows for cell in row.cells.values())

    def files(self) -> list[str]:
        """The files that the table's numbers come from, in its order."""
        return list(dict.fromkeys(cell.place[0] for row in self.rows for cell in row.cells.values()))


def part_head(index: int) -> str:
    """The name of the column that holds a row's n-th key."""
    return f"part{index}"


def _all(_form: str, rows: list[Row]) -> list[Row]:
    return rows


def build_tables(
    results: Results, names: dict[str, str], shortened: Callable[[str, list[Row]], list[Row]] = _all
) -> dict[str, FormTable]:
    """The table of each form that has a sheet. ``names`` are the provinces' names by id.

    ``shortened`` makes fewer rows of a form's sorted rows of some provinces: a row takes far more than its figures.
    """
    catalogue, say = results.catalogue, Messages(results.lang)
    rows: dict[str, list[Row]] = {}
    stated: set[tuple[str, Column]] = set()
    for items in _observations(results, list(names)):
        for form, own in _collect(items, results).items():
            stated |= {(form, column) for row in own for column in row.cells}
            rows.setdefault(form, []).extend(shortened(form, _sorted(own, catalogue.forms[form], list(names))))
    forms = [f for f in catalogue.forms if f in catalogue.settings.forms or f in rows]
    taken: set[str] = set()
    tables = {}
    for form in forms:
        model = catalogue.forms[form]
        name = unique(_table_name(form, model, say), taken)
        heads = _heads(model, results, say, {column for of, column in stated if of == form})
        tables[form] = FormTable(form, name, heads, rows.get(form, []))
    return tables


def unique(name: str, taken: set[str]) -> str:
    """The name, or the name with the first number that makes it new whatever its case; it is taken then."""
    new, number = name, 1
    while new.casefold() in taken:
        number += 1
        new = f"{name}_{number}"
    taken.add(new.casefold())
    return new


def _table_name(form: str, model: Form, say: Messages) -> str:
    bare = "".join(c for c in model.number if c.isascii() and c.isalnum())
    return say("workbook.table.form") + (bare or f"_{form}")


def _heads(model: Form, results: Results, say: Messages, stated: Collection[Column]) -> dict[str | Column, str]:
    heads: dict[str | Column, str] = {PROVINCE_HEAD: say("workbook.column.province")}
    if PERIOD in model.key_names:
        heads[PERIOD_HEAD] = say("workbook.column.period")
    for index, key in enumerate(model.row_keys):
        code = say("workbook.column.code")
        label = key.header.label.text(results.lang) if key.header else key.key
        heads[part_head(index)] = code if len(model.row_keys) == 1 else f"{code} ({label})"
    if model.row_keys:
        heads[LABEL_HEAD] = say("workbook.column.row")
    if any(member.group for member in model.members.values()):
        heads[GROUP_HEAD] = say("workbook.column.group")
    heads[COUNTS_HEAD] = say("workbook.column.counts")
    if PERIOD in model.key_names:
        heads[WITHIN_HEAD] = say("workbook.column.within")
    for measure in model.measures:
        label = measure_label(model, measure, results)
        if model.measures[measure].equals:  # what the submission states, which is not what is computed
            label = say("workbook.column.stated", label=label)
        heads[measure, False] = label
        if model.has_previous(measure) and (measure, True) in stated:
            heads[measure, True] = say("workbook.column.previous", label=label, period=results.period.year_before.id)
    taken: set[str] = set()
    return {key: unique(" ".join(head.translate(_UNSAFE).split())[:200], taken) for key, head in heads.items()}


def measure_label(model: Form, measure: str, results: Results) -> str:
    """A measure's header, with the years of this run in it where the catalogue leaves room for them."""
    return dated(model.label_of(measure).text(results.lang), results.period.year)


def _collect(items: "Iterable[_Item]", results: Results) -> dict[str, list[Row]]:
    """Observations put into rows in the order in which they came."""
    catalogue, period = results.catalogue, results.period
    members = set(catalogue.members_on(period))
    rows: dict[tuple[str, str, str, str], list[Row]] = {}
    found: dict[str, list[Row]] = defaultdict(list)
    for item in items:
        model = catalogue.forms.get(item.form)
        where = _place(item, model, period) if model else None
        if model is None or where is None:
            continue
        own, within, previous = where
        column = (item.measure, previous)
        same = rows.setdefault((item.form, item.province, own, item.row), [])
        row = next((r for r in same if column not in r.cells), None)
        if row is None:  # the first of its kind, or a row that stands twice
            row = _row(item, model, results, own)
            row.within = within
            row.counts = row.counts if item.province in members or not members else 0
            row.counts *= within
            same.append(row)
            found[item.form].append(row)
        row.cells[column] = Cell(item.value, item.state, (item.file, item.sheet, item.cell))
    return found


class _Item(NamedTuple):
    period: str
    province: str
    form: str
    row: str
    label: str
    measure: str
    value: float | None
    state: str
    file: str
    sheet: str
    cell: str


def _observations(results: Results, provinces: Sequence[str]) -> Iterator[Iterator[_Item]]:
    """The observations of the run's submissions by form, of some provinces after the other in the provinces' order."""
    frame = results.consolidation.observations
    is_own = (frame["reported_in"] == results.period.id).to_numpy()
    rank = {province: number for number, province in enumerate(provinces)}
    codes, found = frame["province"].factorize()
    # What is of no province of the cluster is sorted together.
    place = np.array([rank.get(province, len(rank)) for province in found], dtype=int)[codes]
    sizes = np.bincount(place, minlength=len(rank) + 1)
    part = np.where(is_own, ((np.cumsum(sizes) - sizes) // _TOGETHER)[place], -1)
    for number in np.unique(part[is_own]):
        for _, own in frame.loc[part == number, list(_Item._fields)].groupby("form", sort=False):
            yield map(_Item._make, tuples(own, _Item._fields))


def _place(item: _Item, model: Form, period: Period) -> tuple[str, int, bool] | None:
    """The period of the item's row, whether that is within the run's, and whether the number is last year's."""
    if PERIOD not in model.key_names:
        if item.period not in {period.id, period.year_before.id}:
            return None
        return period.id, 1, item.period != period.id
    own = Period.parse(item.period)
    if own is None or item.measure not in model.measures:
        return item.period, 0, False
    if model.has_previous(item.measure) and not period.covers(own) and period.year_before.covers(own):
        return f"{own.year + 1:04d}{own.id[4:]}", 1, True
    return own.id, int(period.covers(own)), False


def _row(item: _Item, model: Form, results: Results, own: str) -> Row:
    keys = len(model.row_keys)
    parts = tuple(item.row.split("/")) if keys > 1 and item.row.count("/") == keys - 1 else (item.row,)
    parts = (*parts, *("",) * (keys - len(parts)))[:keys]
    members = [model.members[part] for part in parts if part in model.members]
    known = keys > 0 and len(members) == keys
    label = " / ".join(m.name.text(results.lang) for m in members) if known else item.label
    group = next((m.group for m in members if m.group), "")
    counts = int(not any(m.part_of for m in members))
    return Row(item.province, own, parts, label or "", _group_label(model, group, results), counts, 1)


def _group_label(model: Form, group: str, results: Results) -> str:
    label = model.groups[group].label if group in model.groups else None
    return label.text(results.lang) if label else group


def group_label(catalogue: Catalogue, form: str, group: str, lang: str) -> str:
    """The name of a group of members as the form's table has it."""
    label = catalogue.forms[form].groups[group].label
    return label.text(lang) if label else group


def _sorted(rows: Iterable[Row], model: Form, provinces: list[str]) -> list[Row]:
    """Provinces in the cluster's order, listed rows in the form's, others as they came."""
    province_rank = {name: rank for rank, name in enumerate(provinces)}
    member_rank = {name: rank for rank, name in enumerate(model.members)}
    last = len(member_rank)

    def key(row: Row) -> tuple[int, str, tuple[int, ...]]:
        ranks = tuple(member_rank.get(part, last) for part in row.parts)
        return province_rank.get(row.province, len(provinces)), row.period, ranks

    return sorted(rows, key=key)
