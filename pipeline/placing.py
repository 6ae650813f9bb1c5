"""Puts a new folder in the place of an old one, whole or not at all; beside it while a file of the old one is open."""

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.model import Dated
from pipeline.platforms import exchange_folders, held_files, is_lock_file, move, remove_folder

# Folders that exist while a run works; one that is left over from a killed run goes with the next run after a day.
_PASSING = (".building-", ".replaced-")
_LEFT_OVER_SECONDS = 86_400


def put(
    target: Path, build: Callable[[Path], None], ours: Callable[[Path], Collection[str]], *, may_date: bool = True
) -> Dated | None:
    """Let ``build`` fill a new folder and put it in the place of ``target``; a run that is killed changes nothing.

    What lies in the old folder and is not ``ours`` (by its relative path or its name at the top) is kept. Where a file
    of the old folder is open in a program that lets nobody replace it, the old folder stays as it is, and the new one
    gets a dated name beside it (with ``may_date``), of which is told. Raises `OutputError`.
    """
    fresh: Path | None = None
    try:
        target = target.resolve() if target.is_symlink() else target  # a link to another disk stays a link
        target.parent.mkdir(parents=True, exist_ok=True)
        recover(target)
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        fresh = Path(tempfile.mkdtemp(prefix=f".building-{target.name}-", dir=target.parent))
        fresh.chmod(0o755)
        build(fresh)
        return _placed(fresh, target, ours(target), may_date=may_date)
    except OSError as error:
        raise OutputError("error.output", path=target, detail=error.strerror or error) from error
    finally:
        if fresh is not None:
            remove_folder(fresh)


def _placed(fresh: Path, target: Path, ours: Collection[str], *, may_date: bool) -> Dated | None:
    try:
        _keep_foreign(target, fresh, ours)
        _sync(fresh)
        _swap(fresh, target)
    except PermissionError:
        if not target.exists():
            raise
        held = tuple(held_files(target)) or (target,)
        if not may_date:
            raise OutputError("error.held", path=target, files=[str(path) for path in held]) from None
        _sync(fresh)
        beside = _dated(target)
        move(fresh, beside)
        return Dated(beside, target, held)
    return None


def _dated(target: Path) -> Path:
    """A name beside the target that says when, and that nothing has yet."""
    named = target.with_name(f"{target.name} ({datetime.now(UTC).astimezone():%Y-%m-%d %H.%M})")
    free, number = named, 2
    while os.path.lexists(free):
        free, number = named.with_name(f"{named.name} {number}"), number + 1
    return free


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        move(fresh, target)
    elif not exchange_folders(fresh, target):
        # Two steps where the system has no exchange; `recover` undoes the first if the run dies between them.
        aside = _aside(target)
        move(target, aside)
        try:
            move(fresh, target)
        except OSError:
            move(aside, target)
            raise
        remove_folder(aside)


def _aside(target: Path) -> Path:
    return target.with_name(f".replaced-{target.name}")


def recover(target: Path) -> None:
    """Put back the outputs that a killed run had set aside, and clear what such runs left half built."""
    aside = _aside(target)
    if aside.exists():
        remove_folder(aside) if target.exists() else move(aside, target)
    for left in target.parent.glob(f"{_PASSING[0]}{target.name}-*"):
        if time.time() - left.stat().st_mtime > _LEFT_OVER_SECONDS:
            remove_folder(left)


def _keep_foreign(target: Path, fresh: Path, ours: Collection[str]) -> None:
    """Carry over what no run wrote, wherever in the folder it lies."""
    for folder, names, files in os.walk(target):
        here = Path(folder)
        names[:] = [name for name in names if not name.startswith(_PASSING)]
        links = [name for name in names if (here / name).is_symlink()]
        for path in (here / name for name in (*files, *links) if not is_lock_file(name)):
            relative = path.relative_to(target)
            copy = fresh / relative
            if not {relative.as_posix(), relative.parts[0]} & set(ours) and not os.path.lexists(copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy, follow_symlinks=False)


def _sync(folder: Path) -> None:
    """Have the system write the files out before they take the place of the old ones."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            # An analyst's own file may be one that nobody may write to.
            with contextlib.suppress(PermissionError), path.open("rb+") as file:
                os.fsync(file.fileno())
