"""Records by column: what many of them have in common is kept once, and numbers as numbers.

A record of a cell takes 1,400 bytes, most of them pointers; by column it takes about a hundred.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Kinds of columns that are no texts: `array`'s letter, and the frame's kind.
FLOATS, INTEGERS, FLAGS = "d", "q", "B"
_OF_FRAME = {FLOATS: "float64", INTEGERS: "int64", FLAGS: "bool"}
_SIZES = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: those that stand in it, one behind the other, and for each record which of them.

    ``ends`` says where each begins and ends in ``data`` (UTF-8), as Arrow has it: no object for each text.
    """

    data: bytes
    ends: "array[int]"
    codes: "array[int]"

    @classmethod
    def of(cls, values: Sequence[str]) -> "Texts":
        """The column of these texts; most columns say one thing of all records."""
        if values and values.count(values[0]) == len(values):
            data = values[0].encode()
            return cls(data, array("q", (0, len(data))), array("B", bytes(len(values))))
        index = {text: number for number, text in enumerate(dict.fromkeys(values))}
        size = next(letter for letter, most in _SIZES if len(index) <= most)
        levels = [text.encode() for text in index]
        ends = array("q", accumulate(map(len, levels), initial=0))
        return cls(b"".join(levels), ends, array(size, map(index.__getitem__, values)))

    @property
    def levels(self) -> list[str]:
        """The texts that stand in it, each once."""
        return [self.data[start:end].decode() for start, end in pairwise(self.ends)]


@dataclass(frozen=True, slots=True)
class Packed:
    """Records of one kind: a column for each of their names."""

    columns: dict[str, "Texts | array[Any]"]

    def __len__(self) -> int:
        column = next(iter(self.columns.values()))
        return len(column.codes if isinstance(column, Texts) else column)

    def values(self, name: str) -> list[Any]:
        """What the records have under a name."""
        column = self.columns[name]
        if isinstance(column, Texts):
            return [*map(column.levels.__getitem__, column.codes)]
        return [*map(bool, column)] if column.typecode == FLAGS else [*column]

    def with_text(self, name: str, text: str) -> "Packed":
        """The same with one text in all the records."""
        return replace(self, columns=self.columns | {name: Texts.of([text] * len(self))})


def pack(records: Iterable[object], names: Iterable[str], kinds: Mapping[str, str]) -> Packed:
    """The records by column; ``kinds`` names those that are no texts."""
    rows, columns = list(records), {}
    for name in names:
        values, kind = [*map(attrgetter(name), rows)], kinds.get(name)
        columns[name] = array(kind, values) if kind else Texts.of(values)
    return Packed(columns)


def frame(parts: Iterable[Packed], names: Iterable[str], kinds: Mapping[str, str]) -> "pd.DataFrame":
    """All the records as a frame: one row each, in their order."""
    import pandas as pd

    packed = [part for part in parts if len(part)]
    return pd.DataFrame({name: _series([part.columns[name] for part in packed], kinds.get(name)) for name in names})


def _series(columns: list[Any], kind: str | None) -> "pd.Series":
    """The columns one below the other. Kinds are named: without rows nothing tells texts from numbers."""
    import numpy as np
    import pandas as pd

    if not columns:
        return pd.Series([], dtype=_OF_FRAME[kind] if kind else "str")
    if kind:
        return pd.Series(np.concatenate([np.frombuffer(c, c.typecode) for c in columns]).astype(_OF_FRAME[kind]))
    return _texts(columns).to_pandas()


def _texts(columns: list[Texts]) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    def one(column: Texts) -> pa.Array:
        buffers = [None, pa.py_buffer(column.ends), pa.py_buffer(column.data)]
        levels = pa.Array.from_buffers(pa.large_string(), len(column.ends) - 1, buffers)
        levels.validate(full=True)  # what was kept between runs is not to be trusted with addresses in memory
        return levels.take(pa.array(np.frombuffer(column.codes, column.codes.typecode)))

    return pa.concat_arrays([one(column) for column in columns])
