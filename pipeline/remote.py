"""Inputs, outputs and catalogues at an address (``s3://bucket/inputs``): kept here as a copy that follows them.

A run reads and writes the copy, so it gives what it gives of any folder; what it wrote is taken there after it.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from pipeline.errors import UsageError
from pipeline.model import FILE_MB, RUN, Places
from pipeline.platforms import cache_home, is_lock_file, sha256
from pipeline.progress import SILENT, Progress

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_DEPTH = 2  # of what is read: a period's files, a catalogue's forms
_NAMED = ".address"
# What tells that a file is another one than before, as the kinds of storage call it.
_MARKS = ("etag", "md5", "checksum", "generation", "mtime", "lastmodified", "last_modified", "updated", "created")
Given = TypeVar("Given")


@dataclass(frozen=True)
class _There:
    """An address: where it is, and where its copy lies here."""

    address: str
    files: "AbstractFileSystem"
    root: str
    here: Path

    @property
    def index(self) -> Path:
        """What the copy's files looked like at the address when they were brought."""
        return cache_home() / "index" / f"{hashlib.sha256(self.address.encode()).hexdigest()}.json"


def is_address(text: str) -> bool:
    r"""Whether it names no folder of this machine.

    >>> [is_address(text) for text in ("s3://bucket/inputs", "inputs", "/data/inputs", "C:\\\\inputs")]
    [True, False, False, False]
    """
    return "://" in text


@contextlib.contextmanager
def reached(
    inputs: str = "inputs", outputs: str = "outputs", schemas: str = "schemas", progress: Progress = SILENT
) -> Iterator[Places]:
    """Folders of this machine for the three; what changes in those of ``outputs`` goes to its address at the end.

    A file that is too large to be read is not brought: an empty one of its size stands for it, and is refused.
    Raises `UsageError` where an address cannot be reached, or has nothing to be read.
    """
    read = [_brought(_there(text), progress) if is_address(text) else Path(text) for text in (inputs, schemas)]
    if not is_address(outputs):
        yield Places(read[0], Path(outputs), read[1])
        return
    there = _there(outputs)
    _told(there.address, lambda: _bring(there, None, progress))
    before = _hashes(there.here)
    yield Places(read[0], there.here, read[1])
    _told(there.address, lambda: _take(there, before))


def address_of(path: Path) -> str:
    """The address of a file that lies in a copy; empty for any other file. Another machine fetches it from there."""
    home = cache_home()
    if not path.is_relative_to(home):
        return ""
    for above in path.parents:
        named = above / _NAMED
        if named.is_file():
            return f"{named.read_text('utf-8').rstrip('/')}/{path.relative_to(above).as_posix()}"
    return ""


def fetch(address: str, target: Path) -> None:
    """Write the file at an address to a path."""
    there = _there(address)
    _told(address, lambda: _get(there.files, there.files.info(there.root), target))


def _there(address: str) -> _There:
    """Raises `UsageError` for an address without a storage that is known and installed here."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UsageError("error.no_remote") from None
    parts = urlsplit(address)
    steps = [step for step in (parts.hostname or "", *parts.path.split("/")) if step]
    if {".", ".."} & set(steps) or not steps or "::" in address:
        raise UsageError("error.address", address=address, detail="?")
    here = cache_home().joinpath(parts.scheme, *(quote(step, safe=" ") for step in steps))
    files, root = _told(address, lambda: url_to_fs(address))
    return _There(address, files, str(root).rstrip("/"), here)


def _told(address: str, action: Callable[[], Given]) -> Given:
    """What an action on a storage gives. What goes wrong there is told with the address, whoever raises it."""
    try:
        return action()
    except UsageError:
        raise
    except Exception as error:
        detail = str(error) or type(error).__name__
        raise UsageError("error.address", address=address, detail=detail) from error


def _brought(there: _There, progress: Progress) -> Path:
    """The copy of what is read."""
    if not _told(there.address, lambda: _bring(there, _DEPTH, progress)):
        raise UsageError("error.nothing_there", address=there.address)
    return there.here


def _bring(there: _There, depth: int | None, progress: Progress) -> int:
    """Make the copy follow the address; how many entries that has. What is as it was when it came is not fetched."""
    found, known = _found(there, depth), _known(there)
    cache_home().mkdir(mode=0o700, parents=True, exist_ok=True)
    there.here.mkdir(parents=True, exist_ok=True)
    (there.here / _NAMED).write_text(there.address, encoding="utf-8")
    _clear(there.here, found)
    progress.stage("fetch", len(found), address=there.address)
    for name, info in found.items():
        target = there.here / name
        if info["type"] == "directory":
            target.mkdir(parents=True, exist_ok=True)
        elif not target.is_file() or known.get(name) != [_mark(info), sha256(target)]:
            _get(there.files, info, target)
        progress.done("")  # a name could be of any kind: it is counted and not shown
    _remember(there, found)
    return len(found)


def _clear(here: Path, found: Iterable[str]) -> None:
    """Remove from a copy what is no longer at its address."""
    there = {above.as_posix() for name in found for above in (PurePosixPath(name), *PurePosixPath(name).parents)}
    for path in sorted(here.rglob("*"), reverse=True):
        name = path.relative_to(here).as_posix()
        if name not in there and not _is_own(name):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _found(there: _There, depth: int | None) -> dict[str, Mapping[str, Any]]:
    """Relative name -> what the storage tells of a file or folder. Raises `UsageError` for a name that leads out."""
    there.files.invalidate_cache()
    entries = there.files.find(there.root, maxdepth=depth, withdirs=True, detail=True)
    found = {}
    for path, info in entries.items():
        name = str(path).removeprefix(there.root).strip("/")
        if not name or _is_own(name):
            continue
        lands = (there.here / name).resolve()
        if {"", ".", ".."} & set(name.split("/")) or not lands.is_relative_to(there.here.resolve()):
            raise UsageError("error.address", address=there.address, detail=name)
        found[name] = info
    return found


def _is_own(name: str) -> bool:
    """Whether it is the copy's own, which stays here: the cache, the log."""
    return name.split("/", maxsplit=1)[0] in {_NAMED, ".cache", ".log"}


def _mark(info: Mapping[str, Any]) -> str:
    """What a file looks like at its address; empty where nothing there would tell of a change."""
    seen = {key: str(value) for key, value in info.items() if key.lower() in _MARKS and value}
    return json.dumps([info.get("size"), sorted(seen.items())]) if seen else ""


def _get(files: "AbstractFileSystem", info: Mapping[str, Any], target: Path) -> None:
    """Fetch a file whole; of one that is too large only its size."""
    target.parent.mkdir(parents=True, exist_ok=True)
    import tempfile

    handle, passing = tempfile.mkstemp(prefix=".coming-", dir=target.parent)
    os.close(handle)
    try:
        if (info.get("size") or 0) > FILE_MB * 2**20:
            os.truncate(passing, info["size"])
        else:
            files.get_file(info["name"], passing)
        Path(passing).replace(target)
    finally:
        Path(passing).unlink(missing_ok=True)


def _take(there: _There, before: Mapping[str, str]) -> None:
    """Take to the address what changed; a period's ``run.json`` first goes, and comes last.

    A storage has no step in which a folder takes another's place. Where ``run.json`` is, the folder is whole; where
    this ends midway there is none, and nobody takes the folder for a result.
    """
    now = _hashes(there.here)
    changed = [name for name, content in now.items() if before.get(name) != content]
    gone = [name for name in before if name not in now or (name in changed and _is_run(name))]
    if not changed and not gone:
        return
    for name in sorted(gone, key=lambda name: (not _is_run(name), name)):
        there.files.rm_file(f"{there.root}/{name}")
    for name in sorted(changed, key=lambda name: (_is_run(name), name)):
        there.files.makedirs(f"{there.root}/{name}".rpartition("/")[0], exist_ok=True)
        there.files.put_file(str(there.here / name), f"{there.root}/{name}")
    _remember(there, _found(there, None))


def _is_run(name: str) -> bool:
    return PurePosixPath(name).name == RUN


def _hashes(folder: Path) -> dict[str, str]:
    """The hash of each file that is kept at the address too."""
    entries = (path for path in folder.rglob("*") if not is_lock_file(path.name))
    files = (path for path in entries if path.is_file() and not path.is_symlink())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: sha256(path) for name, path in sorted(names.items()) if not _is_own(name)}


def _known(there: _There) -> dict[str, list[str]]:
    """Name -> what a file of the copy looked like at the address when it was the same as there, and its hash."""
    try:
        known = json.loads(there.index.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # then all is fetched
    return known if isinstance(known, dict) else {}


def _remember(there: _There, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Note that the copy is what is at the address; but for what nothing there would tell of a change."""
    marks = {name: _mark(info) for name, info in found.items() if info["type"] != "directory"}
    told = {name: [mark, sha256(there.here / name)] for name, mark in marks.items() if mark}
    there.index.parent.mkdir(parents=True, exist_ok=True)
    passing = there.index.with_suffix(f".{os.getpid()}")
    passing.write_text(json.dumps(told), encoding="utf-8")
    passing.replace(there.index)
