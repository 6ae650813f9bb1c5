"""What differs from one operating system to another."""

import contextlib
import ctypes
import hashlib
import math
import os
import re
import shutil
import signal
import stat
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_PR_SET_PDEATHSIG = 1
_M_MMAP_THRESHOLD, _LARGE_BLOCK = -3, 1 << 20
_BLOCK = 1 << 16  # of a file that is hashed
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.IGNORECASE)
_LOCKS = ("~$", ".~lock.")
_PATIENCE = (0.1, 0.2, 0.4, 0.8)  # seconds; scanners of viruses look at what was just written, and keep it meanwhile


def exchange_folders(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot (then nothing has happened)."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    outcome = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(outcome == 0)


def move(source: Path, target: Path) -> None:
    """Give a folder another name. On Windows that is refused while any program has a file of it open."""
    for seconds in _PATIENCE if sys.platform == "win32" else ():
        try:
            source.rename(target)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    source.rename(target)


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as the system lets us; Windows wants files that are read only to be made writable."""
    for path in folder.rglob("*") if sys.platform == "win32" else ():
        with contextlib.suppress(OSError):
            path.chmod(stat.S_IREAD | stat.S_IWRITE | stat.S_IEXEC)
    shutil.rmtree(folder, ignore_errors=True)


def held_files(folder: Path) -> list[Path]:
    """The files of a folder that another program has open and lets nobody write, as Excel does on Windows."""
    found = []
    for path in sorted(folder.rglob("*")):
        if is_lock_file(path.name) or not path.is_file() or not path.stat().st_mode & stat.S_IWRITE:
            continue
        try:
            path.open("rb+").close()
        except PermissionError:
            found.append(path)
    return found


def is_lock_file(name: str) -> bool:
    """Whether a file of this name is what Excel or LibreOffice puts beside one that is open in it.

    >>> [is_lock_file(name) for name in ("~$2024.xlsx", ".~lock.2024.xlsx#", "2024.xlsx")]
    [True, True, False]
    """
    return name.startswith(_LOCKS)


def is_open(path: Path) -> bool:
    """Whether Excel or LibreOffice says, by a file beside it, that a file is open (or was when they crashed)."""
    marks = (f"{_LOCKS[0]}{path.name}", f"{_LOCKS[1]}{path.name}#")
    return any(os.path.lexists(path.with_name(mark)) for mark in marks)  # False for a name longer than there can be


def safe_name(name: str) -> str:
    """The beginning of a file's name, up to its ending, as every system lets a file be called.

    What is written on Linux is copied to Windows, which keeps some names for devices and some signs for itself.

    >>> [safe_name(name) for name in ("Nam 2024", "a:b?", "con", "Aux.2024", "contents")]
    ['Nam 2024', 'a_b_', '_con', '_Aux.2024', 'contents']
    """
    bare = _FORBIDDEN.sub("_", name)
    return f"_{bare}" if _DEVICE.fullmatch(bare) else bare


def way_between(start: Path, file: Path) -> str:
    """The relative path from a folder to a file, with slashes; empty where there is none, on another drive.

    Links are not followed: the file may be a link to itself.
    """
    try:
        return Path(os.path.relpath(file, start)).as_posix()
    except ValueError:
        return ""


def cache_home() -> Path:
    """Where this user's programs keep what they can fetch again, in a folder of our own."""
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    return (Path(given) if given else Path.home() / ".cache") / "provincial-pipeline"


def sha256(path: Path) -> str:
    """The hash of a file's contents."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:  # `hashlib.file_digest` makes room anew for each of many small files
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform.startswith("linux") else os.cpu_count() or 1


def process_context() -> "BaseContext":
    """How children are started: by a fork where that is safe (Linux, no other thread), it takes a millisecond."""
    import multiprocessing

    forks = sys.platform.startswith("linux") and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def give_memory_back() -> None:
    """Have what frames took given back to the system once they are gone, where its C library can be told so.

    Large blocks are kept for the next one otherwise, in glibc and in Arrow's own store: a fifth of all memory.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if sys.platform.startswith("linux") and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def release_memory() -> None:
    """Give back what was freed by now in small blocks, which the C library keeps between those that are in use."""
    if sys.platform.startswith("linux") and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def limit_memory(most_bytes: int) -> None:
    """Let this process hold so much memory and no more; nothing happens where the system has no such limit.

    What is mapped and was never touched (libraries, threads' stacks) is not counted: it holds no memory. Half of the
    memory is for what this process adds, however much it shares with the one that it was forked from.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    mapped, resident = _memory()
    limit = mapped + max(most_bytes - resident, most_bytes // 2)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(more_seconds: float) -> None:
    """Let this process compute so much longer than it has until now; then the system ends it."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + more_seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends, however that ends; on Linux only."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before this could be asked for
        os._exit(1)


def resident_bytes() -> int:
    """How much memory this process holds now; 0 where the system does not say."""
    return _memory()[1] if sys.platform.startswith("linux") else 0


def _memory() -> tuple[int, int]:
    """What this process has mapped, and what it holds, in bytes."""
    mapped, resident, *_ = Path("/proc/self/statm").read_text(encoding="ascii").split()
    page = os.sysconf("SC_PAGE_SIZE")
    return int(mapped) * page, int(resident) * page
