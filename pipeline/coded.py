"""Columns of texts that hold few texts: kept as numbers of these (pandas' categories), and as texts again.

Nearly all that is known of a cell stands in thousands of others too: its file, form, measure, state. As a text it takes
8 bytes and its letters, as a number one byte or two. What compares a column with a text, groups by it or counts need
not know; what joins, sorts, spells or puts two frames side by side asks for the `texts`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def texts(frame: "pd.DataFrame") -> "pd.DataFrame":
    """A frame with all its texts as texts; what asks takes the columns and rows that it needs first."""
    coded = [name for name, kind in frame.dtypes.items() if kind.name == "category"]
    # By its columns: `astype` of a frame joins a frame of each one, which takes three times as long.
    return frame.assign(**{name: text(frame[name]) for name in coded})


def text(column: "pd.Series[str]") -> "pd.Series[str]":
    """One such column as texts."""
    if column.dtype != "category":
        return column
    import pandas as pd

    # Taken from the few texts as they lie in Arrow: `astype` makes an object of each cell first, 25 times as slow.
    coded: Any = column.array
    found = coded.categories.astype("str").array.take(coded.codes, allow_fill=True)
    return pd.Series(found, column.index, name=column.name, copy=False)
