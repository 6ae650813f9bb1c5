"""Rows of an open key that are no members: sub-totals that no form names, details of the row above them.

A label says less than figures do: "Total of the towns" may be a place's own name, and a row without such words may be
a sub-total. What is told by the table's total is decided by it; else by whether a row is the sum of those beside it in
so many digits that this is no accident.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, pairwise, product

from pipeline.ingest.lines import Line, added, agrees, lines_of, tolerance
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import address
from pipeline.model import MEMBER, TOTAL, Said, Severity
from pipeline.text import fold, strip_opening, tidy

_DIGITS = 6.0  # digits in which a row must be the sum of its neighbours to be taken for one
_SOME_DIGITS = 4.0  # the same to be doubted, where no total tells
_FEW_DIGITS = 3.0  # the same for a row whose name says so, where it is the sum of one other row
_WHOLE_DIGITS = 1.5  # the same for a first or last row that is the sum of all others
_BLOCKS_DIGITS = 2.5  # the same together for rows that each are the sum of those up to the next one
_FEW = 2  # so many others add up to such a row by accident more often
_MOST_CHOICES = 1000  # of which rows stand under "of which", where only the total can tell
_ENUMERATED = 0.8  # the share of labels that count on, for what counts to be no part of them


@dataclass(frozen=True)
class _Run:
    """Rows beside a row that add up to it."""

    first: int
    last: int
    digits: float
    several: bool


def set_aside_subtotals(table: Table) -> None:
    """Take sub-totals and details out of the rows of a table whose only key is open, and tell each."""
    form = table.form
    if len(form.rows) != 1 or form.rows[0].members != "open":
        return
    numbered = _ordinals(table)
    lines = lines_of([c for c in table.sink.cells if c.role == MEMBER], form, numbered)
    if form.totals_over:
        totals = lines_of([c for c in table.sink.cells if c.role == TOTAL], form, numbered)
        lines = _Sorting(table, lines, totals).sort()
    _without_ordinals(lines)


def _ordinals(table: Table) -> dict[int, str]:
    """What the column that numbers the rows says of each."""
    texts = table.columns.texts.items()
    column = next((c for c, text in texts if fold(text) in table.vocabulary.ordinals), None)
    if column is None:
        return {}
    rows = range(table.columns.bottom + 1, len(table.sheet.rows))
    return {row: tidy(table.sheet.text(row, column)).rstrip(".)/ ") for row in rows}


class _Sorting:
    """Which rows of a table are members."""

    def __init__(self, table: Table, lines: list[Line], totals: list[Line]) -> None:
        self._table, self._lines, self._totals = table, lines, totals
        self._named = {i for i, line in enumerate(lines) if self._is_named_so(i, line)}
        self._runs = {i: run for i in range(len(lines)) if (run := self._run(i)) is not None}
        self._details = self._find_details()
        self._under = self._find_under()

    def sort(self) -> list[Line]:
        """Set aside what is no member; returns the members."""
        proven = {i for i in self._named if (run := self._runs.get(i)) and (run.several or run.digits >= _FEW_DIGITS)}
        strong = {i for i, run in self._runs.items() if run.several and run.digits >= _DIGITS} | proven
        likely = strong | {i for i, run in self._runs.items() if run.several and run.digits >= _SOME_DIGITS}
        whole = self._fits(set())
        if whole:
            self._suspect(strong)
            return self._lines
        weak = {i for i, run in self._runs.items() if run.several}
        attempts = (
            strong,
            strong | self._details,
            strong | self._named,
            strong | self._details | self._named,
            weak | strong,
        )
        tried = (some | under for under in self._choices() for some in (set(), *attempts))
        fitting = next((some for some in tried if some and self._fits(some)), None)
        unclear: set[int] = set()
        if fitting is None:
            parts, doubtful = self._parts_of_the_row_above()
            fitting = strong | self._details | parts
            unclear = (self._named | doubtful) - fitting
            self._suspect(likely - fitting - unclear)
            self._suspect_whole(fitting | unclear | likely)
            if not fitting | unclear | likely:
                self._suspect_blocks()
        for i in sorted(fitting | unclear):
            self._tell_set_aside(i, unclear, strong, "info" if i in proven else "warning", decided=whole is False)
        return self._keep_but(fitting | unclear)

    def _tell_set_aside(
        self, i: int, unclear: set[int], strong: set[int], severity: Severity, *, decided: bool
    ) -> None:
        is_under = any(i in rows for rows in self._under)
        if i in unclear and is_under:
            self._tell(i, "of_which_unclear", "warning")
        elif i in unclear:
            self._tell(i, "subtotal_unclear", "error")
        elif (i in self._details or is_under) and i not in strong:
            self._tell(i, "of_which_set_aside", "info" if decided else "warning")
        else:
            self._tell(i, "subtotal_set_aside", severity)

    def _choices(self) -> Iterable[set[int]]:
        """Which rows may be details under lines that say only "of which": of each so many of the first."""
        firsts = [[set(rows[:many]) for many in range(len(rows) + 1)] for rows in self._under]
        return (set().union(*chosen) for chosen in islice(product(*firsts), _MOST_CHOICES))

    def _parts_of_the_row_above(self) -> tuple[set[int], set[int]]:
        """Rows under "of which" that add up to the row above it, and those of which nothing tells where they belong."""
        parts: set[int] = set()
        doubtful: set[int] = set()
        for rows in self._under:
            head = self._lines[rows[0] - 1]
            firsts = accumulate(([i] for i in rows), list.__add__)
            own = (some for some in firsts if agrees(head, added([self._lines[i] for i in some], head.figures)))
            exact = next(own, None)
            parts.update(exact or ())
            doubtful.update(() if exact else rows)
        return parts, doubtful

    def _suspect_whole(self, out: set[int]) -> None:
        """Doubt the first or the last row where it is the sum of all others: a total under a name that none knows."""
        rest = [i for i in range(len(self._lines)) if i not in out]
        for i in dict.fromkeys((*rest[:1], *rest[-1:])):
            line, others = self._lines[i], [j for j in rest if j != i]
            digits = sum(
                math.log10(abs(v or 0.0) * 10.0 ** min(line.decimals[f], 15) + 1) for f, v in line.figures.items()
            )
            filled = sum(any(self._lines[j].figures.values()) for j in others)
            enough = _WHOLE_DIGITS if filled > _FEW else _FEW_DIGITS if filled > 1 else _SOME_DIGITS
            enough = enough if filled == len(others) or filled > 1 else math.inf
            if digits >= enough and agrees(line, added([self._lines[j] for j in others], line.figures)):
                self._runs[i] = _Run(others[0], others[-1], digits, several=True)
                self._tell(i, "subtotal_suspected", "warning")
                return

    def _suspect_blocks(self) -> None:
        """Doubt rows that are each the sum of those up to the next such row, where no others are left in the table."""
        for step in (1, -1):
            at, runs = (0 if step > 0 else len(self._lines) - 1), dict[int, _Run]()
            while 0 <= at < len(self._lines):
                run = self._run_towards(at, step)
                if run is None or not run.several:
                    runs.clear()
                    break
                runs[at] = run
                at = run.last + 1 if step > 0 else run.first - 1
                while 0 <= at < len(self._lines) and not any(self._lines[at].figures.values()):
                    at += step
            if len(runs) > 1 and sum(run.digits for run in runs.values()) >= _BLOCKS_DIGITS:
                self._runs |= runs
                self._suspect(set(runs))
                return

    def _suspect(self, doubtful: set[int]) -> None:
        for i in sorted(doubtful):
            if self._runs[i].several:
                self._tell(i, "subtotal_suspected", "warning")

    def _keep_but(self, out: set[int]) -> list[Line]:
        rows = {self._lines[i].row for i in out}
        sink = self._table.sink
        sink.cells[:] = [c for c in sink.cells if c.role != MEMBER or c.line not in rows]
        return [line for i, line in enumerate(self._lines) if i not in out]

    def _is_named_so(self, i: int, line: Line) -> bool:
        """Whether a row's label or number says that it heads others: "Total of ...", or I before 1."""
        if self._table.vocabulary.opens_total(line.label):
            return True
        following = self._lines[i + 1].style if i + 1 < len(self._lines) else ""
        return line.style in {"I", "a"} and following in {"1", "-"}

    def _run(self, i: int) -> _Run | None:
        return self._run_towards(i, -1) or self._run_towards(i, 1)

    def _run_towards(self, i: int, step: int) -> _Run | None:
        """The rows next to a row on one side whose sum it is."""
        line = self._lines[i]
        wanted = {f: value for f, value in line.figures.items() if value is not None}
        if not any(wanted.values()):
            return None
        spare = {f: tolerance(line, f) for f in wanted}
        sums, filled, at = dict.fromkeys(wanted, 0.0), 0, i + step
        while 0 <= at < len(self._lines) and at not in self._named:
            other = self._lines[at].figures
            sums = {f: so_far + value for f, so_far in sums.items() if (value := other.get(f)) is not None}
            filled += any(other[f] for f in sums)
            if not sums or any(so_far > wanted[f] + spare[f] for f, so_far in sums.items()):
                return None
            full = any(sums.values()) and all(so_far >= wanted[f] - spare[f] for f, so_far in sums.items())
            if full and (filled > 1 or i in self._named):
                digits = sum(math.log10(so_far * 10.0 ** min(line.decimals[f], 15) + 1) for f, so_far in sums.items())
                return _Run(min(at, i + step), max(at, i + step), digits, filled > 1)
            at += step
        return None

    def _find_details(self) -> set[int]:
        """Rows that a dash, or "1.1" after "1", puts under the row above them."""
        found: set[int] = set()
        heads: set[str] = set()
        has_head = False
        alike = {self._kind(line) for line in self._lines if line.style != "-"} - {""}
        for i, line in enumerate(self._lines):
            under = line.style == "1.1" and line.ordinal.rpartition(".")[0] in heads
            if under or (line.style == "-" and has_head and self._kind(line) not in alike):
                found.add(i)
            elif line.style == "-" and has_head:
                continue  # a district among districts, whatever stands before it
            else:
                has_head = line.style != "-" and i not in self._named
            heads.add(line.ordinal)
        return found

    def _kind(self, line: Line) -> str:
        """The word before a row's name that says what kind of place it is; empty where none does."""
        label = fold(strip_opening(line.label))
        return max((kind for opening, kind in self._kinds if label.startswith(opening)), default=(0, ""))[1]

    @cached_property
    def _kinds(self) -> list[tuple[str, tuple[int, str]]]:
        """What opens a name of each kind of place; the longest opening tells the kind."""
        vocabulary = self._table.vocabulary
        kinds = ((fold(same[0]), vocabulary.folded(same)) for same in vocabulary.catalogue.words.place_kinds)
        return [(f"{word} ", (len(word), kind)) for kind, words in kinds for word in words]

    def _find_under(self) -> list[list[int]]:
        """The rows below each line that says only "of which"; one above all rows opens the members."""
        under = self._table.under
        first = min((line.row for line in self._lines), default=0)
        openers = sorted({opener for opener in under.values() if opener > first})
        rows = ([i for i, line in enumerate(self._lines) if under.get(line.row) == opener] for opener in openers)
        return [some for some in rows if some]

    def _fits(self, out: set[int]) -> bool | None:
        """Whether the rows but these add up to a total; None where no total can tell."""
        rest = [line for i, line in enumerate(self._lines) if i not in out]
        said = [agrees(total, added(rest, total.figures)) for total in self._totals]
        return None if all(one is None for one in said) else any(said)

    def _tell(self, i: int, rule: str, severity: Severity) -> None:
        line, run = self._lines[i], self._runs.get(i)
        cell = self._table.key_cell(line.row)
        ends = [address(self._lines[at].row, cell[1]) for at in ((run.first, run.last) if run else ())]
        rows = [":".join(dict.fromkeys(ends))] if ends else []
        of = Said("subtotal.of", {"rows": rows}) if rows else ""
        self._table.sink.find(rule, severity, cell, value=line.label, rows=rows, of=of)


def _without_ordinals(lines: Iterable[Line]) -> None:
    """Labels that count on (1., 2., 3.) name their rows without the count, as in a sheet with a column for it."""
    lines = list(lines)
    _without_dashes(lines)
    counted = [line for line in lines if strip_opening(line.label) != line.label]
    plain = {line.row: tidy(strip_opening(line.label)) for line in counted if line.cells[0].row == line.label}
    every = [plain.get(line.row, line.cells[0].row) for line in lines]
    if len(plain) < 2 or len(set(every)) < len(every):
        return
    pairs = list(pairwise(counted))
    steps = sum(_counts_on(one, other) for one, other in pairs)
    if steps < _ENUMERATED * len(pairs) or len(counted) < _ENUMERATED * len(every):
        return
    for line in counted:
        for cell in line.cells:
            cell.row = plain.get(line.row, cell.row)


def _without_dashes(lines: Sequence[Line]) -> None:
    """A dash before a row that is a member is no part of its name; two rows never become one by it."""
    names = {line.cells[0].row for line in lines}
    for line in lines:
        plain = tidy(strip_opening(line.label))
        if line.style == "-" and line.cells[0].row == line.label != plain and plain not in names:
            names.add(plain)
            for cell in line.cells:
                cell.row = plain


def _counts_on(one: Line, other: Line) -> bool:
    """Whether a row's ordinal is the one after another's, or begins again."""
    if one.style == other.style == "-" or other.number == 1:
        return True
    letters = [ordinal for line in (one, other) if len(ordinal := line.ordinal.casefold()) == 1 and ordinal.isalpha()]
    after = len(letters) > 1 and ord(letters[1]) == ord(letters[0]) + 1
    return after or (one.style == other.style and other.number == one.number + 1)
