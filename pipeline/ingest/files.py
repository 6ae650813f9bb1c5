"""Which files a period has, and a snapshot of each: the bytes that are hashed are the bytes that are parsed."""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.errors import UnreadableError
from pipeline.ingest.limits import MB, Limits
from pipeline.periods import Period
from pipeline.text import mask_in_name, without_invisible

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_KNOWN = ("corrections.csv", "README.md")
# Signs that end a line or hide, shown as pictures of themselves; bytes that are no Unicode as their numbers.
_CONTROLS = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421, 0x85: 0x2424, 0x2028: 0x2424, 0x2029: 0x2424}
_KINDS = (
    (stat.S_ISLNK, "reader.link"),
    (stat.S_ISDIR, "reader.folder"),
    (stat.S_ISFIFO, "reader.pipe"),
    (stat.S_ISSOCK, "reader.socket"),
    (stat.S_ISCHR, "reader.device"),
    (stat.S_ISBLK, "reader.device"),
)


@dataclass(frozen=True)
class Source:
    """A file, the name under which outputs tell of it, and where another machine finds it if not under its path."""

    path: Path
    name: str
    address: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A file's contents at the moment it was read."""

    content: bytes
    changed: int  # when it was last written, in nanoseconds

    @cached_property
    def sha256(self) -> str:
        """The hash under which outputs name the contents."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Listing:
    """Every entry of a period's folder: workbooks, to be read or refused, and what is ignored."""

    workbooks: tuple[Path, ...] = ()
    ignored: tuple[Path, ...] = ()

    @property
    def told(self) -> list[Path]:
        """The ignored ones that someone may have meant as a submission."""
        return [p for p in self.ignored if not p.name.startswith(("~$", ".")) and p.name not in _KNOWN]


def list_folder(folder: Path) -> Listing:
    """A period's entries by name; raises nothing where the folder is not there."""
    if not folder.is_dir():
        return Listing()
    found = sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name))
    workbooks = tuple(path for path in found if is_workbook_name(path.name))
    ignored = tuple(path for path in found if not is_workbook_name(path.name))
    return Listing(workbooks, ignored)


def find_workbooks(inputs: Path, period: Period) -> list[Path]:
    """The workbooks of a period, by name; lock files, hidden files, other kinds and sub-folders are left out."""
    return list(list_folder(inputs / period.id).workbooks)


def shown_name(path: Path) -> str:
    """A file's name as findings and outputs write it, on one line, without personal data and what hides or turns it.

    What reads a province or version in a name passes over such signs as well.
    """
    text = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    return mask_in_name(without_invisible(text.translate(_CONTROLS)))


def sources_of(paths: Sequence[Path]) -> list[Source]:
    """Files with the names that outputs give them: no two alike, though what is masked in them may be."""
    names = _told_apart([shown_name(path) for path in paths], [path.name for path in paths])
    return [Source(path, name) for path, name in zip(paths, names, strict=True)]


def masked_names(names: Sequence[str]) -> list[str]:
    """Names without personal data, no two alike.

    >>> masked_names(["A 0912345678", "A 0912345679", "B"])
    ['A ***', 'A *** (2)', 'B']
    """
    return _told_apart([mask_in_name(name) for name in names], names)


def _told_apart(shown: Sequence[str], names: Sequence[str]) -> list[str]:
    """Number those that were changed and look like another one."""
    taken = {name for name, own in zip(shown, names, strict=True) if name == own}
    result = []
    for name, own in zip(shown, names, strict=True):
        free, number = name, 2
        stem, dot, suffix = name.rpartition(".")
        while free in taken and name != own:
            free = f"{stem} ({number}){dot}{suffix}" if dot else f"{name} ({number})"
            number += 1
        taken.add(free)
        result.append(free)
    return result


def is_workbook_name(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(("~$", "."))


def take_snapshot(path: Path, limits: Limits | None = None) -> Snapshot:
    """Read a regular file once, without following a link. Raises `UnreadableError` for anything else."""
    most = (limits or Limits()).file_mb * MB
    try:
        _refuse_kind(path.lstat())
        descriptor = os.open(path, _flags())
    except (OSError, ValueError) as error:
        raise _unopened(error) from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        _refuse_kind(found)  # what stands there now may be another thing than a moment ago
        if found.st_size > most:
            raise UnreadableError("reader.too_large", f"{found.st_size // MB} MB")
        try:
            content = file.read(most + 1)
        except OSError as error:
            raise _unopened(error) from None
        after = os.fstat(descriptor)
    if len(content) > most:
        raise UnreadableError("reader.too_large", f"> {most // MB} MB")
    if len(content) != after.st_size or after.st_mtime_ns != found.st_mtime_ns:
        raise UnreadableError("reader.copying")
    return Snapshot(content, after.st_mtime_ns)


def _flags() -> int:
    wanted = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC", "O_NOCTTY")
    flags = os.O_RDONLY
    for name in wanted:
        flags |= getattr(os, name, 0)
    return flags


def _refuse_kind(found: os.stat_result) -> None:
    for is_kind, reason in _KINDS:
        if is_kind(found.st_mode):
            raise UnreadableError(reason)
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableError("reader.not_a_file")


def _unopened(error: Exception) -> UnreadableError:
    if isinstance(error, PermissionError):  # Excel, or whoever has it open, may let nobody read it meanwhile
        return UnreadableError("reader.locked")
    detail = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
    return UnreadableError("reader.cannot_open", detail)
