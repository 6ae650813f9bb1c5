"""Records by column: what many of them have in common is kept once, and numbers as numbers.

A record of a cell takes 1,400 bytes, most of them pointers; by column it takes about a hundred.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

# Kinds of columns that are no texts: `array`'s letter, and the frame's kind.
FLOATS, INTEGERS, FLAGS = "d", "q", "B"
_OF_FRAME = {FLOATS: "float64", INTEGERS: "int64", FLAGS: "bool"}
_MOST_CODED = 1 << 15  # texts of a coded column: two bytes for each cell
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


def frame(
    parts: Iterable[Packed],
    names: Iterable[str],
    kinds: Mapping[str, str],
    coded: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> "pd.DataFrame":
    """All the records as a frame: one row each, in their order. It takes the columns: none is left in the parts.

    Texts under the names in ``coded`` are kept as `pipeline.coded` has them, where they are not too many; there they
    may become any of those that it names.
    """
    import pandas as pd

    packed = [part for part in parts if len(part)]

    def column(name: str) -> pd.Series:
        own: list[Any] = [part.columns.pop(name) for part in packed]
        found = _coded(own, coded[name]) if own and name in coded else None
        return _series(own, kinds.get(name)) if found is None else found

    return pd.DataFrame({name: column(name) for name in names})


def _series(columns: list[Any], kind: str | None) -> "pd.Series":
    """The columns one below the other. Kinds are named: without rows nothing tells texts from numbers."""
    import numpy as np
    import pandas as pd

    if not columns:
        return pd.Series([], dtype=_OF_FRAME[kind] if kind else "str")
    if kind:
        return pd.Series(np.concatenate([np.frombuffer(c, c.typecode) for c in columns]).astype(_OF_FRAME[kind]))
    return _texts(columns).to_pandas()


def _coded(columns: list[Texts], also: Collection[str]) -> "pd.Series | None":
    """The columns one below the other, as numbers of their texts in the texts' order; None where those are too many."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    levels = pa.concat_arrays([*map(_levels, columns), pa.array(also, pa.large_string())]).dictionary_encode()
    if len(levels.dictionary) > _MOST_CODED:
        return None
    order = pc.sort_indices(levels.dictionary)
    place = np.empty(len(order), dtype=np.min_scalar_type(-len(order) - 1))
    place[order] = np.arange(len(order))
    places = np.split(place[levels.indices.to_numpy()], np.cumsum([len(column.ends) - 1 for column in columns]))
    codes = [own[_codes(column)] for own, column in zip(places, columns, strict=False)]  # the last are ``also``
    categories = pd.Index(levels.dictionary.take(order).to_pandas())
    return pd.Series(pd.Categorical.from_codes(np.concatenate(codes), categories))


def _texts(columns: list[Texts]) -> "pa.Array":
    import pyarrow as pa

    return pa.concat_arrays([_levels(column).take(pa.array(_codes(column))) for column in columns])


def _levels(column: Texts) -> "pa.Array":
    """The texts that stand in a column, each once."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(column.ends), pa.py_buffer(column.data)]
    levels = pa.Array.from_buffers(pa.large_string(), len(column.ends) - 1, buffers)
    levels.validate(full=True)  # what was kept between runs is not to be trusted with addresses in memory
    return levels


def _codes(column: Texts) -> "np.ndarray[tuple[int], np.dtype[np.unsignedinteger[Any]]]":
    import numpy as np

    return np.frombuffer(column.codes, column.codes.typecode)
