"""Refuses a column of which each cell holds one digit of a number whose other digits stand in the cells beside it.

Such cells have one header over the first, or the last, of them; that one digit is no number of the form.
"""

from collections.abc import Iterable, Iterator

from pipeline.ingest.parts import address, cell_position, column_letters
from pipeline.ingest.reader import shortest
from pipeline.ingest.sink import CellRecord, Sink
from pipeline.model import MEMBER
from pipeline.states import NUMBER

_FEWEST = 3  # cells beside a column: fewer may be anything
_GROUP = 3  # digits that a thousand's sign parts


def refuse_digits_apart(sink: Sink, headed: Iterable[int]) -> None:
    """Look beside every column of numbers; ``headed`` are the columns that have a header or name rows.

    Where another column holds small numbers and nothing stands beside it, so may these be small.
    """
    known = set(headed)
    if known.issuperset(range(sink.sheet.width)):  # nothing stands beside any
        return
    columns: dict[int, list[tuple[int, CellRecord]]] = {}
    for cell in sink.cells:
        position = cell_position(cell.cell)
        if position is not None and cell.role == MEMBER:
            columns.setdefault(position[1], []).append((position[0], cell))
    parted: dict[int, list[int]] = {}
    for column, cells in columns.items():
        rows = [row for row, _ in cells]
        own = _texts(sink, column, rows)
        for run in _runs_beside(sink, column, rows, {*known, *columns}):
            if _are_parts(own, [text for c in run for text in _texts(sink, c, rows)], after=run[0] > column):
                parted[column] = sorted([column, *run])
        if column not in parted and own and all(len(text) == 1 for text in own):
            return
    for column, together in parted.items():
        _refuse(sink, [cell for _, cell in columns[column]], together, [row for row, _ in columns[column]])


def _texts(sink: Sink, column: int, rows: Iterable[int]) -> list[str]:
    """What stands in a column, without blanks."""
    texts = (shortest(sink.sheet.value(row, column)).strip() for row in rows)
    return [text for text in texts if text]


def _runs_beside(sink: Sink, column: int, rows: list[int], known: set[int]) -> Iterator[list[int]]:
    """The filled columns without a header right and left of a column, but for those that only number the rows."""
    for step in (1, -1):
        run: list[int] = []
        there = column + step
        while 0 <= there < sink.sheet.width and there not in known and _texts(sink, there, rows):
            run.append(there)
            there += step
        if run and not all(_counts(_texts(sink, c, rows)) for c in run):
            yield run


def _counts(texts: list[str]) -> bool:
    return texts == [str(number) for number in range(1, len(texts) + 1)]


def _are_parts(own: list[str], beside: list[str], *, after: bool) -> bool:
    """Whether the texts are one digit each, or those after a column groups of three of which one begins with 0."""
    if len(beside) < _FEWEST or not own or not all(text.isdecimal() for text in (*own, *beside)):
        return False
    if all(len(text) == 1 for text in (*own, *beside)):
        return True
    groups = all(len(text) == _GROUP for text in beside) and any(text.startswith("0") for text in beside)
    return after and groups and all(len(text) <= _GROUP for text in own)


def _refuse(sink: Sink, cells: list[CellRecord], columns: list[int], rows: list[int]) -> None:
    row = next((row for row in rows if any(sink.sheet.text(row, c).strip() for c in columns)), rows[0])
    shown = " | ".join(sink.sheet.text(row, c).strip() for c in columns)
    letters = [column_letters(c) for c in columns]
    place = cell_position(cells[0].cell)
    label = sink.layout.label_of(cells[0].measure)
    where = f"{address(row, columns[0])}:{address(row, columns[-1])}"
    told = {f"{letter}{number + 1}" for letter in letters for number in range(len(sink.sheet.rows))}
    sink.findings[:] = [f for f in sink.findings if f.rule != "unnamed_column" or f.place.cell not in told]
    sink.find("digits_apart", "error", place, shown, columns=letters, column=label, where=where)
    sink.refuse([cell for cell in cells if cell.state == NUMBER and not cell.corrected])
