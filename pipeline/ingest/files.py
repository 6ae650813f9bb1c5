"""Which files a period has, and a snapshot of each: the bytes that are hashed are the bytes that are parsed."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnreadableError
from pipeline.periods import Period

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
MAX_BYTES = 256 * 2**20
_KNOWN = ("corrections.csv", "README.md")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_TEXT_STARTS = {
    b"%PDF": "reader.pdf",
    b"<?xml": "reader.xml",
    b"<html": "reader.html",
    b"<!doctype html": "reader.html",
    b"mime-version": "reader.html",
    b"<table": "reader.html",
}


@dataclass(frozen=True)
class Snapshot:
    """A file's name and contents at the moment it was read."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash under which outputs name the contents."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_zip(self) -> bool:
        """Whether it is one of the zipped formats (.xlsx, .xlsm, .xlsb, .ods)."""
        return self.content.startswith(_ZIP)


def find_workbooks(inputs: Path, period: Period) -> list[Path]:
    """The workbooks of a period, by name; lock files, hidden files, other kinds and sub-folders are left out."""
    folder = inputs / period.id
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if is_workbook_name(path.name) and not path.is_dir())
    return sorted(found, key=lambda path: path.name)


def find_ignored(folder: Path) -> list[str]:
    """Names of files that are not read and are neither hidden, nor lock files, nor known by another name."""
    if not folder.is_dir():
        return []
    names = (shown_name(path) for path in folder.iterdir() if not path.is_dir())
    return sorted(n for n in names if not is_workbook_name(n) and not n.startswith(("~$", ".")) and n not in _KNOWN)


def shown_name(path: Path) -> str:
    """A file's name as findings and outputs write it; bytes that are no Unicode are replaced."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def is_workbook_name(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(("~$", "."))


def take_snapshot(path: Path) -> Snapshot:
    """Read a regular file once. Raises `UnreadableError` for anything else, and for what is no workbook."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise UnreadableError("reader.cannot_open", error.strerror or "") from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError("reader.not_a_file")
        if found.st_size > MAX_BYTES:
            raise UnreadableError("reader.too_large", f"{found.st_size // 2**20} MB")
        content = file.read(MAX_BYTES + 1)
    _sniff(content)
    return Snapshot(shown_name(path), content)


def _sniff(content: bytes) -> None:
    """Refuse by its first bytes what only carries a workbook's name."""
    if not content:
        raise UnreadableError("reader.empty_file")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableError("reader.encrypted")
        return
    if content.startswith(_ZIP):
        return
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, reason in _TEXT_STARTS.items():
        if start.startswith(magic.lower()):
            raise UnreadableError(reason)
    raise UnreadableError("reader.not_a_workbook")
