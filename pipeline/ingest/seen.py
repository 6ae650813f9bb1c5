"""The numbers that stand in a form's columns, as the reader notes them for the reconciliation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pipeline.columns import SEEN
from pipeline.ingest.packed import FLAGS, FLOATS, INTEGERS, Packed, frame, pack

if TYPE_CHECKING:
    import pandas as pd


TABLE, HEADING, OUTSIDE, TOLD, UNUSED = "table", "heading", "outside", "told", "file_unused"
UNKNOWN = "unknown_column"  # in a column that is none of the form's


class SeenCell(NamedTuple):
    """A cell with a number, with the columns of `SEEN`; ``typed`` where it was typed as text."""

    file: str
    province: str
    form: str
    measure: str
    previous: bool
    sheet: str
    cell: str
    line: int
    value: float
    typed: bool
    place: str  # among the rows, in a heading, above or below the table, in a row or a column that is told


_KINDS = {"previous": FLAGS, "line": INTEGERS, "value": FLOATS, "typed": FLAGS}


def pack_seen(cells: Iterable[SeenCell]) -> Packed:
    """The noted numbers by column."""
    return pack(cells, SEEN, _KINDS)


def seen_frame(packed: Iterable[Packed]) -> "pd.DataFrame":
    """The noted numbers as a frame with the columns of `SEEN`."""
    return frame(packed, SEEN, _KINDS, {name: () for name in SEEN if name not in {*_KINDS, "cell"}})
