"""Reads what notes and text boxes of an .xls sheet say ([MS-XLS], 2.4.179, 2.4.181 and 2.4.329)."""

import struct
from dataclasses import dataclass, field

from pipeline.ingest.parts import address

_NOTE, _OBJECT, _TEXT, _CONTINUE = 0x1C, 0x5D, 0x1B6, 0x3C


@dataclass
class Notes:
    """The texts of a sheet's objects; which of them are a cell's notes is said below them."""

    _texts: dict[int, str] = field(default_factory=dict)  # by the object
    _cells: dict[int, str] = field(default_factory=dict)
    _object: int = 0
    _lacking: int = 0  # letters of the object's text that are still to come

    def see(self, kind: int, data: memoryview) -> None:
        """Look at the next record of the sheet."""
        if kind == _CONTINUE and self._lacking:
            self._add(data)
            return
        self._lacking = 0
        if kind == _OBJECT and len(data) >= 8:
            self._object = struct.unpack_from("<H", data, 6)[0]
        elif kind == _TEXT and len(data) >= 12:
            self._lacking = struct.unpack_from("<H", data, 10)[0]
        elif kind == _NOTE and len(data) >= 8:
            row, column, _, number = struct.unpack_from("<4H", data)
            self._cells[number] = address(row, column)

    def _add(self, data: memoryview) -> None:
        """A part of a text: a byte that says whether its letters take one byte or two, and these."""
        wide = 1 + (bool(data) and data[0] & 1)
        part = bytes(data[1 : 1 + wide * self._lacking])
        self._lacking -= len(part) // wide if part else self._lacking
        text = part.decode("utf-16-le" if wide > 1 else "latin-1", "replace")
        self._texts[self._object] = self._texts.get(self._object, "") + text

    @property
    def said(self) -> list[tuple[str, str]]:
        """The texts, each with the cell whose note it is; of a box "" stands for it."""
        return [(self._cells.get(number, ""), text) for number, text in self._texts.items()]
