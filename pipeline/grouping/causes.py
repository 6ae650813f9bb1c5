"""Which findings follow from which: mending the cause makes the others go.

Each line of `FOLLOWS` was drawn from what one single fault, put into a clean workbook, makes the pipeline find. An
effect is one only where the cause's own numbers explain it: what merely stands beside it is told for itself.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.grouping import explained
from pipeline.grouping.noted import Noted

_RANK = {"error": 0, "warning": 1, "info": 2}
# Rules across forms have ids of the catalogue's own; this stands for all of them.
ACROSS = "*"
# Rows that hold numbers and were not read.
UNREAD_ROWS = ("unknown_row", "row_after_table")


@dataclass(frozen=True)
class Follows:
    """``effects`` follow from ``causes`` that share a form, a cell, or a form that a check reads.

    ``explains``: only where the cause's numbers explain the effect; ``together``: those of several causes.
    ``as_many``: only where there are as many of one as of the other, for they are two sides of one thing; ``hint`` is
    then the field of the effect that helps to mend it.
    """

    causes: tuple[str, ...]
    effects: tuple[str, ...]
    within: str = "form"
    explains: Callable[[Noted, Noted], bool] = explained.always
    together: Callable[[Sequence[Noted], Noted], bool] = explained.never
    as_many: bool = False
    hint: str = ""


FOLLOWS = (
    # A row under another name is the one that is missing; so is a measure of a list form, whose columns are rows.
    Follows(("unknown_row",), ("missing_row",), as_many=True, hint="expected"),
    Follows(("unknown_row",), ("missing_column",), "list", as_many=True, hint="expected"),
    # A column under another name is the one that is missing.
    Follows(("missing_column",), ("unknown_column",), as_many=True, hint="value"),
    # A row that was not read lacks in every total and sub-total of its form that holds its numbers.
    Follows(UNREAD_ROWS, ("total_mismatch",), explains=explained.left_out, together=explained.all_left_out),
    # A number a thousand times too large spoils its total, its row's rate, and differs from what was reported then.
    Follows(("magnitude_suspect",), ("total_mismatch",), explains=explained.out_of_scale),
    Follows(("magnitude_suspect",), ("stated_mismatch",), explains=explained.rests_on),
    Follows(("magnitude_suspect",), ("restated",), "cell"),
    # A rate of a number that is wrongly negative is negative too.
    Follows(("negative_count",), ("negative_value",), explains=explained.rests_on),
    # A unit that is wrong by all that is known of its numbers.
    Follows(("conversion_suspect",), ("unit_converted",), "cell"),
    # Numbers that were converted though they were in the form's unit already.
    Follows(("unit_converted",), ("restated",), explains=explained.was_converted),
    Follows(("unit_converted",), ("total_mismatch",), explains=explained.mixes_units),
    # Last year's figure was changed and its total was not.
    Follows(("restated",), ("total_mismatch",), explains=explained.off_by_its_change),
    # A sub-total and the grand total that holds it are off by the same amount.
    Follows(("total_mismatch",), ("total_mismatch",), explains=explained.off_as_its_part),
    # The rate of a total row is computed from the total that is wrong.
    Follows(("total_mismatch",), ("stated_mismatch",), explains=explained.rests_on),
    # A sum that is wrong in its own form differs from that of another form.
    Follows(UNREAD_ROWS, (ACROSS,), "check", explained.lacks_on_one_side),
    Follows(("unit_converted",), (ACROSS,), "check", explained.mixes_units),
    Follows(("magnitude_suspect",), (ACROSS,), "check", explained.out_of_scale),
    Follows(("total_mismatch",), (ACROSS,), "check", explained.off_as_its_rows),
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
            own = _first(line, possible[place[row.position] :] if line.as_many else possible, row)
            if own and row.position not in found and _RANK[own.severity] <= _RANK[row.severity]:
                hint = str(getattr(row, line.hint)) if line.hint else ""
                found[row.position] = Cause(own.position, hint)


def _first(line: Follows, possible: Sequence[Noted], effect: Noted) -> Noted | None:
    """The first of the possible causes that explains an effect; else that of all where they do so together."""
    # Only what comes before is a cause of the same rule, so that no two are each other's.
    own = [cause for cause in possible if cause.rule != effect.rule or cause.position < effect.position]
    one = next((cause for cause in own if line.explains(cause, effect)), None)
    return own[0] if one is None and own and line.together(own, effect) else one


def _by_key(rows: Sequence[Noted], share: "Callable[[Noted], Iterable[Hashable]]") -> dict[Hashable, list[Noted]]:
    keyed: dict[Hashable, list[Noted]] = {}
    for row in rows:
        for key in share(row):
            keyed.setdefault(key, []).append(row)
    return keyed


def _shared(line: Follows, across: Mapping[str, frozenset[str]]) -> "Callable[[Noted], Iterable[Hashable]]":
    """What a cause and an effect of this line have in common, as keys; none where a row cannot be either."""

    def keys(row: Noted) -> Iterable[Hashable]:
        if line.within == "check":
            return tuple((row.province, form) for form in across.get(row.rule, (row.form,)))
        if line.within == "list" and row.rule == "missing_column" and row.cell:
            return ()  # a column of a table, which has a header's cell
        return ((row.file, row.form, *((row.sheet, row.cell) if line.within == "cell" else ())),)

    return keys


def _root(position: int, found: Mapping[int, Cause]) -> int:
    """The cause that follows from nothing."""
    seen = {position}
    while position in found and found[position].position not in seen:
        position = found[position].position
        seen.add(position)
    return position
