"""The compound file that .xls is: its chains of sectors are followed once, before a reader follows one for ever."""

import struct
from collections.abc import Sequence
from io import BytesIO

import olefile

from pipeline.errors import UnreadableError
from pipeline.ingest.limits import MB, Limits

_STREAMS = ("Workbook", "Book")
_OTHERS = {
    "EncryptedPackage": "reader.encrypted",
    "WordDocument": "reader.document",
    "PowerPoint Document": "reader.slides",
    "__properties_version1.0": "reader.mail",
    "VisioDocument": "reader.other_ole",
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PROPERTIES = ("title", "subject", "author", "keywords", "comments", "last_saved_by", "category", "manager", "company")
_HEADER = 512
_LAST_SECTOR = 0xFFFFFFFA  # what lies above are marks
_FAULTS = (OSError, struct.error, IndexError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


def open_stream(content: bytes, limits: Limits) -> tuple[bytes, set[str]]:
    """The workbook's stream, and the names of all streams and storages.

    Raises `UnreadableError` where the container is damaged or holds something else.
    """
    try:
        return _open(content, limits)
    except _FAULTS as error:
        if _ENCRYPTED in content:
            raise UnreadableError("reader.encrypted") from None
        reason = "reader.truncated" if "incomplete" in str(error) else "reader.damaged"
        raise UnreadableError(reason, str(error)) from None


def stated_properties(content: bytes) -> list[str]:
    """The texts among a file's properties; none where they cannot be read, for no figure depends on them."""
    try:
        with olefile.OleFileIO(BytesIO(content)) as ole:
            stated = ole.get_metadata()
    except _FAULTS:
        return []
    values = [getattr(stated, name, None) for name in _PROPERTIES]
    return [value.replace(b"\0", b"").decode("utf-8", "replace") for value in values if isinstance(value, bytes)]


def _open(content: bytes, limits: Limits) -> tuple[bytes, set[str]]:
    _check_table_of_tables(content)
    with olefile.OleFileIO(BytesIO(content)) as ole:
        _check_chains(ole)
        names = {"/".join(path) for path in ole.listdir(streams=True, storages=True)}
        return _stream(ole, limits), names


def _stream(ole: "olefile.OleFileIO[str]", limits: Limits) -> bytes:
    for name in _STREAMS:
        if ole.exists(name):
            if ole.get_size(name) > limits.part_mb * MB:
                raise UnreadableError("reader.bomb", name)
            return ole.openstream(name).read()
    for name, reason in _OTHERS.items():
        if ole.exists(name):
            raise UnreadableError(reason)
    raise UnreadableError("reader.other_ole")


def _check_table_of_tables(content: bytes) -> None:
    """Follow the sectors that name the sectors of the table, from the header on."""
    if len(content) < _HEADER:
        raise ValueError("incomplete")
    (power,) = struct.unpack_from("<H", content, 30)
    if power not in {9, 12}:
        raise ValueError("sector size")
    (sector,) = struct.unpack_from("<I", content, 68)
    size, seen = 1 << power, set()
    while sector < _LAST_SECTOR:
        end = (sector + 2) * size
        if sector in seen or end > len(content):
            raise ValueError("DIFAT" if sector in seen else "incomplete DIFAT")
        seen.add(sector)
        (sector,) = struct.unpack_from("<I", content, end - 4)


def _check_chains(ole: "olefile.OleFileIO[str]") -> None:
    ole.loadminifat()
    for name, table in (("FAT", ole.fat), ("mini FAT", ole.minifat)):  # type: ignore[attr-defined]
        if has_circle(table):
            raise ValueError(name)


def has_circle(table: Sequence[int]) -> bool:
    """Whether following a table from some sector on never ends.

    >>> has_circle([1, 2, 0xFFFFFFFE]), has_circle([1, 2, 1])
    (False, True)
    """
    met = [0] * len(table)  # in which walk a sector was met first
    for walk, first in enumerate(range(len(table)), start=1):
        sector = first
        while sector < len(table) and not met[sector]:
            met[sector] = walk
            sector = table[sector]
        if sector < len(table) and met[sector] == walk:
            return True
    return False
