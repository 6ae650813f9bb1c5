"""Which findings follow from which: mending the cause makes the others go.

Each line of `FOLLOWS` was drawn from what one single fault, put into a clean workbook, makes the pipeline find.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.grouping.noted import Noted
from pipeline.numbers import parse_number

_RANK = {"error": 0, "warning": 1, "info": 2}
# Rules across forms have ids of the catalogue's own; this stands for all of them.
ACROSS = "*"
# Rows that hold numbers, or should, and were not read.
_UNREAD_ROWS = ("missing_row", "unknown_row", "row_after_table")


@dataclass(frozen=True)
class Follows:
    """``effects`` follow from ``causes`` that share a form, a column, a row, a cell, or a form that a check reads.

    ``same_amount``: only where both are off by the same amount. ``as_many``: only where there are as many of one as of
    the other, for they are two sides of one thing; ``hint`` is then the field of the effect that helps to mend it.
    """

    causes: tuple[str, ...]
    effects: tuple[str, ...]
    within: str
    same_amount: bool = False
    as_many: bool = False
    hint: str = ""


FOLLOWS = (
    # A row under another name is the one that is missing; so is a measure of a list form, whose columns are rows.
    Follows(("unknown_row",), ("missing_row",), "form", as_many=True, hint="expected"),
    Follows(("unknown_row",), ("missing_column",), "list", as_many=True, hint="expected"),
    # A column under another name is the one that is missing.
    Follows(("missing_column",), ("unknown_column",), "form", as_many=True, hint="value"),
    # A row that was not read lacks in every total and sub-total of its form.
    Follows(_UNREAD_ROWS, ("total_mismatch",), "form"),
    # A number a thousand times too large spoils its total, its row's rate, and differs from what was reported then.
    Follows(("magnitude_suspect",), ("total_mismatch",), "column"),
    Follows(("magnitude_suspect",), ("stated_mismatch",), "row"),
    Follows(("magnitude_suspect",), ("restated",), "cell"),
    # A rate of a number that is wrongly negative is negative too.
    Follows(("negative_count",), ("negative_value",), "row"),
    # A unit that is wrong by all that is known of its numbers.
    Follows(("conversion_suspect",), ("unit_converted",), "cell"),
    # Numbers that were converted though they were in the form's unit already: its cell stands in their row or column.
    Follows(("unit_converted",), ("restated", "total_mismatch"), "row"),
    Follows(("unit_converted",), ("restated", "total_mismatch"), "column"),
    # Last year's figure was changed and its total was not.
    Follows(("restated",), ("total_mismatch",), "column", same_amount=True),
    # A sub-total and the grand total that holds it are off by the same amount.
    Follows(("total_mismatch",), ("total_mismatch",), "column", same_amount=True),
    # The rate of a total row is computed from the total that is wrong.
    Follows(("total_mismatch",), ("stated_mismatch",), "row"),
    # A sum that is wrong in its own form differs from that of another form.
    Follows((*_UNREAD_ROWS, "unit_converted", "magnitude_suspect", "total_mismatch"), (ACROSS,), "check"),
)


@dataclass(frozen=True)
class Cause:
    """The finding that another one follows from, and what that one adds to it."""

    position: int
    hint: str = ""


def causes_of(rows: Sequence[Noted], across: Mapping[str, frozenset[str]]) -> dict[int, Cause]:
    """Position of a finding -> its first cause. ``across``: a check's id -> the forms that it reads."""
    found: dict[int, Cause] = {}
    for line in FOLLOWS:
        effects = [row for row in rows if row.rule in (across if ACROSS in line.effects else line.effects)]
        if effects:
            _link(line, effects, [row for row in rows if row.rule in line.causes], across, found)
    return {position: Cause(_root(position, found), cause.hint) for position, cause in found.items()}


def _link(
    line: Follows,
    effects: Sequence[Noted],
    causes: Sequence[Noted],
    across: Mapping[str, frozenset[str]],
    found: dict[int, Cause],
) -> None:
    share = _shared(line, across)
    by_key, affected = _by_key(causes, share), _by_key(effects, share)
    place = {row.position: i for same in affected.values() for i, row in enumerate(same)}
    for row in effects:
        for key in share(row):
            possible = by_key.get(key, [])
            if line.as_many and len(possible) != len(affected[key]):
                continue
            # Only what comes before is a cause of the same rule, so that no two are each other's.
            own = [c for c in possible if c.rule != row.rule or c.position < row.position]
            if own and row.position not in found and _RANK[own[0].severity] <= _RANK[row.severity]:
                hint = str(getattr(row, line.hint)) if line.hint else ""
                found[row.position] = Cause(own[place[row.position] if line.as_many else 0].position, hint)


def _by_key(rows: Sequence[Noted], share: "Callable[[Noted], Iterable[Hashable]]") -> dict[Hashable, list[Noted]]:
    keyed: dict[Hashable, list[Noted]] = {}
    for row in rows:
        for key in share(row):
            keyed.setdefault(key, []).append(row)
    return keyed


def _shared(line: Follows, across: Mapping[str, frozenset[str]]) -> "Callable[[Noted], Iterable[Hashable]]":
    """What a cause and an effect of this line have in common, as keys; none where a row cannot be either."""

    def keys(row: Noted) -> Iterable[Hashable]:
        amount = _amount(row) if line.same_amount else 0.0
        if amount is None:
            return ()
        if line.within == "check":
            return tuple((row.province, form) for form in across.get(row.rule, (row.form,)))
        if line.within == "list" and row.rule == "missing_column" and row.cell:
            return ()  # a column of a table, which has a header's cell
        spans: dict[str, tuple[Hashable, ...]] = {
            "column": (row.sheet, row.column, amount),
            "row": (row.sheet, row.row),
            "cell": (row.sheet, row.cell),
        }
        return ((row.file, row.form, *spans.get(line.within, ())),)

    return keys


def _amount(row: Noted) -> float | None:
    """By how much a column's rows are more than they should be, by a total or by what was reported then."""
    value, expected = (parse_number(text, "count") for text in (row.value, row.expected))
    if value is None or expected is None:
        return None
    more = value.value - expected.value
    return round(-more if row.rule == "total_mismatch" else more, 6)


def _root(position: int, found: Mapping[int, Cause]) -> int:
    """The cause that follows from nothing."""
    seen = {position}
    while position in found and found[position].position not in seen:
        position = found[position].position
        seen.add(position)
    return position
