"""One line for findings of one rule that repeat: in a column, in a row, word for word, over sheets."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.grouping.causes import Cause
from pipeline.grouping.noted import Noted
from pipeline.messages import Messages

_MANY = 3  # so many of one kind are no longer told one by one
_NAMED = 8  # places of findings that follow from one
_SHOWN = 5  # texts of single findings that a line quotes


# One finding a sheet, each with its own example, about a habit that is the whole file's.
_OF_A_FILE = {"legacy_encoding", "legacy_encoding_unclear"}


@dataclass(frozen=True)
class Line:
    """Findings that are told together; ``kind`` says what they have in common."""

    kind: str  # one, column, row, same, sheets, file, likewise
    rows: tuple[Noted, ...]


@dataclass(frozen=True)
class _Way:
    """A way to tell findings together: those with an equal ``key``, from ``least`` on; None leaves a finding out."""

    kind: str
    least: int
    key: Callable[[Noted], Hashable | None]


_WAYS = (
    # They stand where each belongs; one sentence with all names says more than where that is.
    _Way("likewise", _MANY, lambda row: _kind(row) if row.rule == "missing_row" else None),
    _Way("column", _MANY, lambda row: (*_kind(row), row.column) if row.cell else None),
    _Way("row", _MANY, lambda row: (*_kind(row), row.row) if row.cell else None),
    _Way("same", 2, lambda row: (row.severity, row.rule, row.file, row.sheet, row.said)),
    _Way("sheets", 2, lambda row: (row.severity, row.rule, row.file, row.said) if row.sheet else None),
    _Way("file", 2, lambda row: (row.severity, row.rule, row.file, row.pattern) if row.rule in _OF_A_FILE else None),
    _Way("likewise", _MANY, lambda row: _kind(row) if not row.cell and row.expected else None),
)


def _kind(row: Noted) -> tuple[Hashable, ...]:
    return row.severity, row.rule, row.file, row.sheet, row.form, row.pattern


def lines_of(rows: Sequence[Noted]) -> list[Line]:
    """Every finding in one line, in the order of their first ones."""
    lines: list[Line] = []
    left = list(rows)
    for way in _WAYS:
        keys = [way.key(row) for row in left]
        many = {key for key, count in Counter(keys).items() if key is not None and count >= way.least}
        together: dict[Hashable, list[Noted]] = {key: [] for key in many}
        for row, key in zip(left, keys, strict=True):
            if key in many:
                together[key].append(row)
        lines.extend(Line(way.kind, tuple(same)) for same in together.values())
        left = [row for row, key in zip(left, keys, strict=True) if key not in many]
    lines.extend(Line("one", (row,)) for row in left)
    return sorted(lines, key=lambda line: line.rows[0].position)


def written(line: Line, causes: Mapping[int, Cause], rows: Sequence[Noted], say: Messages) -> tuple[object, ...]:
    """A line as a row of the frame."""
    first = line.rows[0]
    own = {row.position for row in line.rows}
    behind = [position for position, cause in causes.items() if cause.position in own]
    said = _said(line, say)
    hints = list(dict.fromkeys(hint for p in behind if (hint := causes[p].hint) and hint not in said))
    if hints:
        said = say("grouping.perhaps", said=said, names=_quoted(hints))
    if behind:
        said = say(
            "grouping.following", said=said, count=len(behind), cells=_named([rows[p] for p in behind], first, say)
        )
    where = _where(line)
    provinces = {row.province for row in line.rows}
    return (
        first.severity, first.rule, first.province if len(provinces) == 1 else "", first.form, first.file, first.sheet,
        first.cell, _all(row.value for row in line.rows), _all(row.expected for row in line.rows),
        f"{where}: {said}" if where else said, ranges(row.cell for row in line.rows), len(line.rows), len(behind), said,
    )  # fmt: skip


def _said(line: Line, say: Messages) -> str:
    """What the findings say together: the words of the first one, and how many more there are and where."""
    first, count = line.rows[0], len(line.rows)
    if line.kind == "one" or (line.kind == "same" and not first.cell):
        return first.said
    if line.kind == "likewise":
        others = [row.expected for row in line.rows[1:]]
        return say("grouping.likewise", said=first.said, names=_quoted(list(dict.fromkeys(others))))
    if line.kind == "sheets":
        return say("grouping.sheets", said=first.said, count=count, sheets=[row.sheet for row in line.rows])
    if line.kind == "file":
        sheets = list(dict.fromkeys(row.sheet for row in line.rows))
        return say("grouping.file", said=first.said, count=len(sheets), sheets=sheets, sheet=first.sheet)
    alike = all(row.said == first.said for row in line.rows)
    example = "" if alike else say("grouping.example", cell=first.cell)
    span = {"column": first.column, "row": str(first.row)}.get(line.kind, "")
    cells = ranges([row.cell for row in line.rows])
    return say(f"grouping.{line.kind}", said=first.said, count=count, span=span, cells=cells, example=example)


def _quoted(texts: Sequence[str]) -> str:
    shown = ", ".join(f'"{text}"' for text in texts[:_SHOWN])
    return f"{shown}, ..." if len(texts) > _SHOWN else shown


def _named(behind: Sequence[Noted], cause: Noted, say: Messages) -> str:
    """The places of findings that follow from one, as they are told from its own; the first few of them."""
    shown = list(dict.fromkeys(_place(row, cause) for row in behind))
    text = ", ".join(shown[:_NAMED])
    return say("grouping.more", cells=text, count=len(shown) - _NAMED) if len(shown) > _NAMED else text


def _place(row: Noted, cause: Noted) -> str:
    if row.file != cause.file:
        return row.where
    if not row.cell:
        return f'"{row.expected}"'
    return row.cell if row.sheet == cause.sheet else f"{row.sheet}!{row.cell}"


def _where(line: Line) -> str:
    """The place that the findings share; a single one's is its cell."""
    first = line.rows[0]
    if line.kind == "one" or (line.kind == "same" and not first.cell):
        return first.where
    return f"{first.sheet} ({first.file})" if first.sheet and line.kind not in {"sheets", "file"} else first.file


def _all(texts: Iterable[str]) -> str:
    """The different texts of a line's findings, the first few of them."""
    different = list(dict.fromkeys(text for text in texts if text))
    return "; ".join([*different[:_SHOWN], *(["..."] if len(different) > _SHOWN else [])])


def ranges(cells: Iterable[str]) -> str:
    """Cells as ranges of a column or of a row, whichever is shorter.

    >>> ranges(["F3", "F4", "F5", "F20"]), ranges(["C9", "D9", "E9"]), ranges(["A1", "B2"])
    ('F3:F5, F20', 'C9:E9', 'A1, B2')
    """
    places = sorted({(_number(letters), int(digits)) for letters, digits in map(_split, cells) if digits})
    down = _runs(places, lambda at: (at[0], at[1]))
    along = _runs(sorted(places, key=lambda at: (at[1], at[0])), lambda at: (at[1], at[0]))
    return ", ".join(down if len(down) <= len(along) else along)


def _runs(places: Sequence[tuple[int, int]], ordered: Callable[[tuple[int, int]], tuple[int, int]]) -> list[str]:
    """Cells that follow one another on one line, as ranges; ``ordered`` gives the line and the place on it."""
    runs = []
    numbered = enumerate(ordered(at) for at in places)
    for _, run in groupby(zip(numbered, places, strict=True), key=lambda it: (it[0][1][0], it[0][1][1] - it[0][0])):
        own = [at for _, at in run]
        first, last = _address(own[0]), _address(own[-1])
        runs.append(first if first == last else f"{first}:{last}")
    return runs


def _split(cell: str) -> tuple[str, str]:
    letters = cell.rstrip("0123456789")
    return letters, cell[len(letters) :]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _address(at: tuple[int, int]) -> str:
    column, letters = at[0], ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{at[1]}"
