"""What a blank form says before anyone fills it in: its columns and rows, in the catalogue's own words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipeline.catalogue.forms import PROVINCE, Form, Key
from pipeline.labels import Header, HeaderPaths
from pipeline.labels import Path as HeaderPath
from pipeline.messages import Messages
from pipeline.model import GROUP, MEMBER, TOTAL, Lang
from pipeline.text import fold

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.periods import Period

BLANK_LINES = 30
_MOST_LINES = 2000  # a long table whose keys combine to more than that is left for the province to type
PART = "part"


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its header, the measure that it holds (empty: a key), whether of last year."""

    path: HeaderPath
    measure: str = ""
    previous: bool = False
    width: float = 14


@dataclass(frozen=True)
class Line:
    """A row of the table: its key cells, its role (or `PART`), the offsets of the lines that it adds up."""

    texts: tuple[str, ...]
    role: str = MEMBER
    adds: tuple[int, ...] = ()
    measure: str = ""


class Wording:
    """How the blank workbooks of one period say things in one language."""

    def __init__(self, catalogue: "Catalogue", period: "Period", lang: Lang) -> None:
        self.catalogue, self.period, self.lang = catalogue, period, lang
        self.say = Messages(lang)

    def fill(self, text: str) -> str:
        """The text with this year and last year in place of ``{year}`` and ``{previous_year}``."""
        year = self.period.year
        return text.replace("{year}", str(year)).replace("{previous_year}", str(year - 1))

    def pick(self, key: str, known: Sequence[str]) -> str:
        """Our word if it is among those that the reader knows, else the first of those."""
        word = self.say(key)
        return word if not known or fold(word) in map(fold, known) else self.fill(known[0])

    def path(self, header: Header | None, also: HeaderPaths, default: str) -> HeaderPath:
        """A header in this language, else the first other name of the column."""
        found = also[0] if also else (default,)
        if header is not None:
            found = next((header.root[k] for k in (self.lang, "*", "vi", "en") if k in header.root), header.paths[0])
        return tuple(self.fill(text) for text in found)


def period_text(period: "Period", say: Messages) -> str:
    """The period as officials write it: the half, the quarter, the month and the year."""
    months, part = (period.first_month, period.last_month), period.id[5:]
    name, number = {(1, 12): "year", (1, 6): "half_1", (7, 12): "half_2"}.get(months, ""), ""
    if part.startswith("Q"):
        name, number = "quarter", ("I", "II", "III", "IV")[int(part[1]) - 1]
    elif part.endswith("M"):
        name, number = "first", part[:-1]
    elif part.isdigit():
        name, number = "month", str(int(part))
    return say(f"templates.period.{name}", number=number, year=str(period.year))


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
    for key in form.rows:
        yield Column(words.path(key.header, key.also, key.key), width=42)
        if key.code_header:
            yield Column(words.path(None, key.code_header, ""), width=9)


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
        if form.has_previous(name):
            yield Column((*path, now), name)
            yield Column((*path, then), name, previous=True)
        else:
            yield Column(path, name, width=14 if column.is_number else 24)


def lines_of(form: Form, words: Wording, known: Sequence[str]) -> list[Line]:
    """Every row of a form's sheet; ``known`` are the rows of an open key, blank lines stand in for none."""
    if form.layout == "list":
        return list(_list_lines(form, words))
    lines = _table_lines(form, words, known)
    if not form.totals_over:
        return lines
    total = words.pick("templates.total", words.catalogue.words.total_labels)
    texts = tuple(total if column == _label_column(form) else "" for column in range(len(lines[0].texts)))
    shifted = [Line(line.texts, line.role, tuple(i + 1 for i in line.adds), line.measure) for line in lines]
    adds = tuple(i for i, line in enumerate(shifted, 1) if line.role == MEMBER)
    return [Line(texts, TOTAL, adds), *shifted]


def _list_lines(form: Form, words: Wording) -> Iterator[Line]:
    for number, (name, column) in enumerate(form.columns.items(), 1):
        label = " ".join(words.path(column.header, column.also, name))
        unit = (column.unit,) if form.unit_header is not None else ()
        yield Line((str(number), label, *unit), measure=name)


def _table_lines(form: Form, words: Wording, known: Sequence[str]) -> list[Line]:
    choices = [_choices(key, form, words, known) for key in form.rows]
    if math.prod(map(len, choices)) > _MOST_LINES:
        choices = [[_cells(key, "", "")] * (BLANK_LINES if i == 0 else 1) for i, key in enumerate(form.rows)]
    lines: list[Line] = []
    number = 0
    for parts in product(*choices):
        role = next((part.role for part in parts if part.role != MEMBER), MEMBER)
        number += role == MEMBER
        texts = (str(number) if role == MEMBER else "", *(text for part in parts for text in part.texts))
        # A sub-total's parts are offsets among the choices, which are the lines only where there is one key.
        lines.append(Line(texts, role, parts[0].adds if len(parts) == 1 else ()))
    return lines


def _choices(key: Key, form: Form, words: Wording, known: Sequence[str]) -> list[Line]:
    """What one key can be, as lines of its own one or two cells."""
    if key.key == PROVINCE and key.listed is None:
        ids = words.catalogue.members_on(words.period)
        labels = [words.catalogue.province_label(i).text(words.lang) for i in ids]
        codes = [words.catalogue.provinces[i].code for i in ids]
    elif key.listed is not None:
        return _member_lines(key, form, words)
    else:
        blank = [""] * (BLANK_LINES if len(form.rows) == 1 else 1)
        labels = list(known) if known and key is form.row_keys[0] else blank
        codes = [""] * len(labels)
    return [_cells(key, label, code) for label, code in zip(labels, codes, strict=True)]


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
            lines.append(_cells(key, group.label.text(words.lang), "", GROUP))
        at[member.id] = len(lines)
        lines.append(_cells(key, member.name.text(words.lang), member.code, PART if member.part_of else MEMBER))
    for name in begun:
        parts = tuple(at[m.id] for m in members if m.group == name and not m.part_of)
        lines[at[name]] = Line(lines[at[name]].texts, GROUP, parts)
    return lines


def _cells(key: Key, label: str, code: str, role: str = MEMBER) -> Line:
    return Line((label, code) if key.code_header else (label,), role)


def _label_column(form: Form) -> int:
    """The column (the ordinal is 0) of the key that totals sum over."""
    column = 1
    for key in form.rows:
        if key.key == form.totals_over:
            return column
        column += 2 if key.code_header else 1
    return column
