"""The runs of the texts that an .xls file keeps for all its sheets ([MS-XLS] 2.4.265 and 2.5.293)."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from pipeline.ingest.scan.runs import Run, cut

_WIDE, _EXTENDED, _RICH = 1, 4, 8


def shared_runs(chunks: Sequence[memoryview], marks: Mapping[int, str]) -> dict[int, tuple[Run, ...]]:
    """The runs of each text that is set in several fonts, by its number, as far as the table can be read.

    ``chunks`` are the table's record and those that continue it, ``marks`` those of fonts by their number.
    """
    found: dict[int, tuple[Run, ...]] = {}
    with suppress(IndexError, struct.error):  # the values could be read: without runs, the texts say what they are
        for number, text, starts in _texts(_Table(chunks)):
            if starts:
                found[number] = cut(text, [(at, marks.get(font, "")) for at, font in starts])
    return found


def _texts(table: "_Table") -> Iterator[tuple[int, str, list[tuple[int, int]]]]:
    """Each text with its number, and where a run of it begins in which font."""
    _, count = struct.unpack("<II", table.take(8))
    for number in range(count):
        length, flags = struct.unpack("<HB", table.take(3))
        runs = struct.unpack("<H", table.take(2))[0] if flags & _RICH else 0
        beside = struct.unpack("<I", table.take(4))[0] if flags & _EXTENDED else 0
        text = table.letters(length, wide=bool(flags & _WIDE))
        starts = [struct.unpack("<HH", table.take(4)) for _ in range(runs)]
        table.take(beside)
        yield number, text, starts


class _Table:
    """The table's bytes, over the ends of its records."""

    def __init__(self, chunks: Sequence[memoryview]) -> None:
        self._chunks, self._at = list(chunks), 0

    def take(self, size: int) -> bytes:
        """So many bytes. Raises `IndexError` where there are no more."""
        taken = bytearray()
        while len(taken) < size:
            taken += self._some(size - len(taken))
        return bytes(taken)

    def letters(self, count: int, *, wide: bool) -> str:
        """So many letters; where a record ends among them, the next one says anew how wide they are."""
        text = ""
        while len(text) < count:
            if self._at == len(self._chunks[0]):
                wide = bool(self.take(1)[0] & _WIDE)
            size = (count - len(text)) * (1 + wide)
            some = self._some(size)
            text += some.decode("utf-16-le" if wide else "latin-1", "replace")
        return text

    def _some(self, size: int) -> bytes:
        """At most so many bytes, of one record."""
        while self._at >= len(self._chunks[0]):
            self._chunks, self._at = self._chunks[1:], 0
        some = bytes(self._chunks[0][self._at : self._at + size])
        self._at += len(some)
        return some
