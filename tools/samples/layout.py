"""A form as one hand lays it out: which columns, which rows, and what each cell holds. No workbook yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from tools.samples.figures import Form
from tools.samples.hands import Hand
from tools.samples.labels import CRIMES, FIELDS, LISTS, VEHICLES, Variants
from tools.samples.labels import SOCIAL_ORDER as SOCIAL_ORDER_LABEL
from tools.samples.provinces import DISTRICTS
from tools.samples.wording import HEADERS, ROMAN, TITLES, UNITS

DISTRICT_FORMS = ("crime_by_district", "identity")
LIST_FORMS = ("fire", "movement", "force")
MEMBERS = {"traffic": VEHICLES, "administration": FIELDS}
SOCIAL_ORDER = (
    "murder", "intentional_injury", "robbery", "theft", "fraud", "rape", "gambling", "public_disorder",
    "other_social_order",
)  # fmt: skip
OF_WHICH = ("high_tech", "very_serious", "especially_serious", "organised", "transnational", "gang")
RATES = {
    "rate": ("cleared", "cases"),
    "rate.previous": ("cleared.previous", "cases.previous"),
    "reports_rate": ("reports_resolved", "reports_due"),
}


@dataclass(frozen=True)
class Column:
    """What it holds (`number`, `code`, `label`, `unit`, `note`, a measure); headers, top to leaf."""

    holds: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A row of the table: `row` is the figures' row, or "" for one that is computed or only a heading."""

    kind: Literal["item", "of_which", "group", "total", "heading"]
    label: str
    row: str = ""
    number: str = ""
    code: str = ""
    unit: str = ""
    parts: tuple[str, ...] = ()
    """The rows that a total or group adds up."""


@dataclass(frozen=True)
class Table:
    """Everything that a sheet says, before it has places."""

    form: str
    number: str
    title: str
    unit: str
    columns: list[Column]
    lines: list[Line]
    figures: Form = field(repr=False)

    def value(self, line: Line, measure: str) -> float | None:
        """The right value of a cell; None in a heading row or for a rate without a denominator."""
        if line.kind == "heading":
            return None
        if measure in RATES:
            over, under = (self.value(line, name) for name in RATES[measure])
            return over / under if over is not None and under else None
        if self.form in LIST_FORMS:
            return self.figures[""][line.row + measure.removeprefix("current")]
        if line.parts:
            return sum(self.figures[part][measure] for part in line.parts)
        return self.figures[line.row][measure]


def table(form: str, hand: Hand, year: int, figures: Form) -> Table:
    """The table of a form in a hand."""
    number, titles = TITLES[form]
    return Table(
        form=form,
        number=number,
        title=titles[min(hand.wording, len(titles) - 1)],
        unit=UNITS[form],
        columns=columns_of(form, hand, year),
        lines=_lines(form, hand),
        figures=figures,
    )


def columns_of(form: str, hand: Hand, year: int) -> list[Column]:
    """The columns of a form in a hand, left to right."""
    wordings = HEADERS[form]
    columns = []
    for holds, header in wordings[min(hand.wording, len(wordings) - 1)]:
        if (holds == "number" and not hand.numbered) or (holds == "code" and not hand.codes):
            continue
        text = header.format(year=year, previous=year - 1, number=hand.number_header)
        columns.append(Column(holds, tuple(text.split("|"))))
    return _previous_first(columns) if hand.previous_first else columns


def _previous_first(columns: list[Column]) -> list[Column]:
    """Each measure's column of last year before that of this year, where the two stand side by side."""
    swapped = list(columns)
    for i, (left, right) in enumerate(pairwise(columns)):
        if right.holds in (f"{left.holds}.previous", "current.previous"):
            swapped[i], swapped[i + 1] = right, left
    return swapped


def _lines(form: str, hand: Hand) -> list[Line]:
    if form == "crime_by_type":
        return _crime_lines(hand)
    if form in LIST_FORMS:
        return _list_lines(form, hand)
    if form in DISTRICT_FORMS:
        names = [hand.district[kind].format(name) for kind, name in DISTRICTS[hand.province]]
        items = [Line("item", name, str(i), number=str(i + 1)) for i, name in enumerate(names)]
    else:
        members = MEMBERS[form]
        items = [
            Line("item", _worded(labels, hand), row, number=str(i), code=f"{i:02d}")
            for i, (row, labels) in enumerate(members.items(), start=1)
        ]
    return _with_total(items, hand)


def _crime_lines(hand: Hand) -> list[Line]:
    codes = {row: f"{i:02d}" for i, row in enumerate(CRIMES, start=1)}
    lines = []
    if hand.group_row:
        lines.append(Line("group", _worded(SOCIAL_ORDER_LABEL, hand), number="I", parts=SOCIAL_ORDER))
    for i, row in enumerate(SOCIAL_ORDER, start=1):
        lines.append(Line("item", _worded(CRIMES[row], hand), row, number=str(i), code=codes[row]))
    for i, row in enumerate(("economic", "drugs", "environment")):
        number = ROMAN[i + 1] if hand.group_row else str(len(SOCIAL_ORDER) + 1 + i)
        lines.append(Line("item", _worded(CRIMES[row], hand), row, number=number, code=codes[row]))
        if row == "economic":
            lines.append(_of_which("corruption", hand, codes, inline=True))
    lines = _with_total(lines, hand)
    if hand.of_which == "rows":
        lines.append(Line("heading", "Trong đó:"))
    return lines + [_of_which(row, hand, codes, inline=hand.of_which == "inline") for row in OF_WHICH]


def _of_which(row: str, hand: Hand, codes: dict[str, str], *, inline: bool) -> Line:
    opening = "Trong đó: " if inline else "- "
    return Line("of_which", opening + _worded(CRIMES[row], hand), row, code=codes[row])


def _list_lines(form: str, hand: Hand) -> list[Line]:
    lines = []
    for i, (row, (unit, labels)) in enumerate(LISTS[form].items(), start=1):
        lines.append(Line("item", _worded(labels, hand), row, number=str(i), code=f"{i:02d}", unit=unit))
    return lines


def _with_total(items: list[Line], hand: Hand) -> list[Line]:
    parts = tuple(line.row for line in items if line.kind == "item")
    total = Line("total", hand.total_label, parts=parts)
    return [total, *items] if hand.total == "above" else [*items, total]


def _worded(labels: Variants, hand: Hand) -> str:
    return labels[min(hand.wording, len(labels) - 1)]
