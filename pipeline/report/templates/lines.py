"""What a blank form says before anyone fills it in: its columns and rows, in the catalogue's own words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from pipeline.catalogue.forms import PROVINCE, Form, Key
from pipeline.labels import Path as HeaderPath
from pipeline.model import GROUP, MEMBER, TOTAL
from pipeline.report.templates.wording import Wording

BLANK_LINES = 30
SPARE_LINES = 5  # below the rows that are known: a sheet that is locked gets no further ones
_MOST_LINES = 2000  # a long table whose keys combine to more than that is left for the province to type
_BLANK_LONG = 200
PART = "part"


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its header, the measure that it holds (empty: a key), whether of last year.

    A key's column has the key's place among the form's (``key``; -1: the column that numbers the rows).
    """

    path: HeaderPath
    measure: str = ""
    previous: bool = False
    width: float = 14
    key: int = -1


@dataclass(frozen=True)
class Line:
    """A row of the table: its key cells, its role (or `PART`), the offsets of the lines that it adds up.

    ``ids`` are what the keys' cells stand for, one for each key; an empty one is for the province to say.
    """

    texts: tuple[str, ...]
    role: str = MEMBER
    adds: tuple[int, ...] = ()
    measure: str = ""
    ids: tuple[str, ...] = ()

    @property
    def is_member(self) -> bool:
        """Whether figures are typed there, rather than added up."""
        return self.role in {MEMBER, PART}

    def place(self, form: Form) -> tuple[str, str]:
        """The province and the row by which observations know it; both empty in a list."""
        named = dict(zip(form.key_names, self.ids, strict=True)) if self.ids else {}
        return named.get(PROVINCE, ""), "/".join(named[key.key] for key in form.row_keys if key.key in named)


def columns_of(form: Form, words: Wording) -> list[Column]:
    """Every column of a form's sheet, the keys (those without a measure) first."""
    return [*_key_columns(form, words), *_measure_columns(form, words)]


def _key_columns(form: Form, words: Wording) -> Iterator[Column]:
    yield Column((words.pick("templates.ordinal", words.catalogue.words.ordinal),), width=6)
    if form.layout == "list":
        yield Column((words.say("templates.measure"),), width=42)
        if form.unit_header is not None:
            yield Column((words.pick("templates.unit", [path[0] for path in form.unit_header.also]),), width=14)
        return
    for place, key in enumerate(form.rows):
        yield Column(words.path(key.header, key.also, key.key), width=42, key=place)
        if key.code_header:
            yield Column(words.code_header(key.code_header), width=9, key=place)


def _measure_columns(form: Form, words: Wording) -> Iterator[Column]:
    known, periods = words.catalogue.words, form.periods
    now_names = [path[0] for path in periods.current.also]
    then_names = [path[0] for path in periods.previous.also] if periods.previous else []
    now = words.pick("templates.current", [*now_names, *known.current])
    then = words.pick("templates.previous", [*then_names, *known.previous])
    if form.layout == "list":
        yield Column((now,), "*", width=16)
        if any(form.has_previous(measure) for measure in form.measures):
            yield Column((then,), "*", previous=True, width=16)
        return
    for name, column in form.columns.items():
        path = words.path(column.header, column.also, name)
        if column.previous is not None and column.previous.header is not None:
            yield Column(path, name)
            yield Column(words.path(column.previous.header, (), name), name, previous=True)
        elif form.has_previous(name):
            yield Column((*path, now), name)
            yield Column((*path, then), name, previous=True)
        else:
            yield Column(path, name, width=14 if column.is_number else 24)


def lines_of(form: Form, words: Wording, known: Sequence[tuple[str, str]]) -> list[Line]:
    """Every row of a form's sheet; ``known`` are the rows of an open key, blank lines stand in for none."""
    if form.layout == "list":
        return list(_list_lines(form, words))
    lines = _table_lines(form, words, known)
    if not form.totals_over or len(form.rows) > 1:  # of a long table each block has its own, known when it is typed
        return lines
    total = words.pick("templates.total", words.catalogue.words.total_labels)
    texts = tuple(total if column == _label_column(form) else "" for column in range(len(lines[0].texts)))
    shifted = [replace(line, adds=tuple(i + 1 for i in line.adds)) for line in lines]
    adds = tuple(i for i, line in enumerate(shifted, 1) if line.role == MEMBER)
    return [Line(texts, TOTAL, adds), *shifted]


def _list_lines(form: Form, words: Wording) -> Iterator[Line]:
    for number, (name, column) in enumerate(form.columns.items(), 1):
        label = " ".join(words.path(column.header, column.also, name))
        unit = (words.say.unit(column.unit),) if form.unit_header is not None else ()
        yield Line((str(number), label, *unit), measure=name)


def _table_lines(form: Form, words: Wording, known: Sequence[tuple[str, str]]) -> list[Line]:
    choices = [_choices(key, form, words, known) for key in form.rows]
    if len(choices) > 1 and (not all(choices) or math.prod(map(len, choices)) > _MOST_LINES):
        choices = [[_blank(key)] * (_BLANK_LONG if i == 0 else 1) for i, key in enumerate(form.rows)]
    lines: list[Line] = []
    number = 0
    for parts in product(*choices):
        role = next((part.role for part in parts if part.role != MEMBER), MEMBER)
        number += role == MEMBER
        texts = (str(number) if role == MEMBER else "", *(text for part in parts for text in part.texts))
        ids = tuple(part.ids[0] for part in parts)
        # A sub-total's parts are offsets among the choices, which are the lines only where there is one key.
        lines.append(Line(texts, role, parts[0].adds if len(parts) == 1 else (), ids=ids))
    return lines


def _choices(key: Key, form: Form, words: Wording, known: Sequence[tuple[str, str]]) -> list[Line]:
    """What one key can be, as lines of its own one or two cells; none where nobody knows, beside other keys."""
    if key.key == PROVINCE and key.listed is None:
        labels = words.catalogue.province_label
        ids = words.catalogue.members_on(words.period)
        return [_cells(key, labels(i).text(words.lang), words.catalogue.provinces[i].code, i) for i in ids]
    if key.listed is not None:
        return _member_lines(key, form, words)
    opened = next((own for own in form.row_keys if own.listed is None), None)
    if known and key is opened:
        lines = [_cells(key, label, code, code or label) for label, code in known]
        return lines + [_blank(key)] * (SPARE_LINES if len(form.rows) == 1 else 0)
    return [_blank(key)] * (BLANK_LINES if len(form.rows) == 1 else 0)


def _member_lines(key: Key, form: Form, words: Wording) -> list[Line]:
    """The listed members in the catalogue's order, each group's sub-total above its first member."""
    lines: list[Line] = []
    members = key.listed or ()
    begun: set[str] = set()
    at: dict[str, int] = {}
    for member in members:
        group = form.groups.get(member.group)
        if group is not None and group.label is not None and member.group not in begun and len(form.rows) == 1:
            begun.add(member.group)
            at[member.group] = len(lines)
            lines.append(replace(_cells(key, group.label.text(words.lang), "", ""), role=GROUP))
        at[member.id] = len(lines)
        cells = _cells(key, words.fill(member.name.text(words.lang)), member.code, member.id)
        lines.append(replace(cells, role=PART) if member.part_of else cells)
    for name in begun:
        parts = tuple(at[own] for own in form.group_members(name))
        lines[at[name]] = replace(lines[at[name]], adds=parts)
    return lines


def _cells(key: Key, label: str, code: str, own: str) -> Line:
    return Line((label, code) if key.code_header else (label,), ids=(own,))


def _blank(key: Key) -> Line:
    return _cells(key, "", "", "")


def _label_column(form: Form) -> int:
    """The column (the ordinal is 0) of the key that totals sum over."""
    column = 1
    for key in form.rows:
        if key.key == form.totals_over:
            return column
        column += 2 if key.code_header else 1
    return column
