"""The numbers that stand in a form's columns, as the reader notes them for the reconciliation."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pipeline.columns import SEEN

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


def seen_frame(cells: Iterable[SeenCell]) -> "pd.DataFrame":
    """The noted numbers as a frame with the columns of `SEEN`."""
    import pandas as pd

    kinds = {"previous": "bool", "line": "int64", "value": "float64", "typed": "bool"}
    rows = list(cells)
    return pd.DataFrame({
        name: pd.Series([getattr(row, name) for row in rows], dtype=kinds.get(name, "str")) for name in SEEN
    })  # fmt: skip
