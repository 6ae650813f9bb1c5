"""The zip archive that .xlsx, .xlsm, .xlsb and .ods are, opened only after it was unpacked once and counted.

An archive's directory may say anything: sizes, names and places are those of the entries themselves. What is not so
in the directory, or what no office program writes (entries that overlap, two of one name), is refused.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from pipeline.errors import UnreadableError
from pipeline.ingest.limits import MB, Limits

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_HEADER = struct.Struct("<4s5H3I2H")
_CHUNK = 2**20
_LAST = 22 + 2**16  # where an archive's end record is found
_READ = (".xml", ".rels", ".bin")


class Archive:
    """The parts of an archive by name, upper or lower case alike, as office programs look for them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {_plain(entry.filename): entry for entry in archive.infolist()}

    @property
    def names(self) -> list[str]:
        """The names as the directory has them."""
        return [entry.filename for entry in self._entries.values()]

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return _plain(name) in self._entries

    def under(self, folder: str) -> list[str]:
        """The names of the parts in a folder, in plain form."""
        return sorted(name for name in self._entries if name.startswith(folder) and not name.endswith("/"))

    def open(self, name: str) -> IO[bytes]:
        """A part, to be read as a stream."""
        return self._archive.open(self._entries[_plain(name)])

    def read(self, name: str) -> bytes:
        """The whole of a part."""
        return self._archive.read(self._entries[_plain(name)])

    def replaced(self, name: str, part: bytes) -> bytes:
        """The bytes of an archive that differs in one part."""
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for plain, entry in self._entries.items():
                target.writestr(entry.filename, part if plain == _plain(name) else self._archive.read(entry))
        return packed.getvalue()


def open_archive(content: bytes, limits: Limits) -> Archive:
    """Open an archive whose every entry has been unpacked and counted. Raises `UnreadableError` otherwise."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, EOFError, ValueError, struct.error, OverflowError):
        has_end = b"PK\5\6" in content[-_LAST:]
        raise UnreadableError("reader.damaged" if has_end else "reader.truncated") from None
    except NotImplementedError as error:
        raise UnreadableError("reader.packing", str(error)) from None
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise UnreadableError("reader.many_parts", str(len(entries)))
    _refuse_sizes(entries, limits)
    _refuse_namesakes(entries)
    total = 0
    end = 0
    for entry, start, stop in sorted(_places(content, entries), key=lambda place: place[1]):
        if start < end:
            raise UnreadableError("reader.bomb", entry.filename)
        end = stop
        total += _true_size(content, entry, limits)
        if total > limits.total_mb * MB:
            raise UnreadableError("reader.bomb", entry.filename)
    return Archive(archive)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower().lstrip("/")


def _refuse_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse what the directory itself says to be too large, before any of it is unpacked."""
    if sum(entry.file_size for entry in entries) > limits.total_mb * MB:
        raise UnreadableError("reader.bomb")
    for entry in entries:
        if _is_too_large(entry.file_size, entry.compress_size, limits):
            raise UnreadableError("reader.bomb", entry.filename)


def _is_too_large(size: int, packed: int, limits: Limits) -> bool:
    too_dense = size > limits.ratio_from_mb * MB and size > limits.ratio * max(packed, 1)
    return size > limits.part_mb * MB or too_dense


def _refuse_namesakes(entries: list[zipfile.ZipInfo]) -> None:
    exact: set[str] = set()
    for entry in entries:
        plain = _plain(entry.filename)
        # Pictures of an .ods may differ in case only; parts that are read may not: each reader would take another one.
        name = plain if plain.endswith(_READ) else entry.filename
        if name in exact:
            raise UnreadableError("reader.namesakes", entry.filename)
        exact.add(name)


def _places(content: bytes, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, int, int]]:
    """Each entry with where its header begins and its data end."""
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError("reader.encrypted", entry.filename)
        if entry.compress_type not in {_STORED, _DEFLATED}:
            raise UnreadableError("reader.packing", entry.filename)
        start = entry.header_offset
        if start < 0 or start + _HEADER.size > len(content):
            raise UnreadableError("reader.truncated")
        magic, _, flags, kind, *_, name_length, extra_length = _HEADER.unpack_from(content, start)
        begin = start + _HEADER.size + name_length + extra_length
        name = content[start + _HEADER.size : start + _HEADER.size + name_length]
        if magic != b"PK\3\4" or kind != entry.compress_type or flags & _ENCRYPTED:
            raise UnreadableError("reader.damaged", entry.filename)
        if name not in _spellings(entry):
            raise UnreadableError("reader.bomb", entry.filename)
        if begin + entry.compress_size > len(content):
            raise UnreadableError("reader.truncated")
        yield entry, start, begin + entry.compress_size


def _spellings(entry: zipfile.ZipInfo) -> set[bytes]:
    """An entry's name as bytes, in the encodings that it may have in its own header."""
    found = set()
    for encoding in ("utf-8", "cp437"):
        try:
            found.add(entry.orig_filename.encode(encoding))
        except UnicodeEncodeError:
            continue
    return found


def _true_size(content: bytes, entry: zipfile.ZipInfo, limits: Limits) -> int:
    """Unpack an entry without keeping it; its size. Raises `UnreadableError` where that is not what it says."""
    header = entry.header_offset
    name_length, extra_length = struct.unpack_from("<2H", content, header + 26)
    begin = header + _HEADER.size + name_length + extra_length
    packed = memoryview(content)[begin : begin + entry.compress_size]
    size, check = 0, 0
    for chunk in [packed] if entry.compress_type == _STORED else _unpacked(packed, entry.filename):
        size += len(chunk)
        check = zlib.crc32(chunk, check)
        if _is_too_large(size, len(packed), limits):
            raise UnreadableError("reader.bomb", entry.filename)
    if size != entry.file_size:
        raise UnreadableError("reader.size_lie", entry.filename)
    if check != entry.CRC:
        raise UnreadableError("reader.damaged", entry.filename)
    return size


def _unpacked(packed: memoryview, name: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    try:
        while not unpacker.eof:
            chunk = unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
            yield chunk
            if not chunk and not rest:
                break
    except zlib.error:
        raise UnreadableError("reader.damaged", name) from None
    if not unpacker.eof:
        raise UnreadableError("reader.truncated", name)
    if unpacker.unused_data:
        raise UnreadableError("reader.size_lie", name)
