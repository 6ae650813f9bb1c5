"""What differs from one operating system to another."""

import ctypes
import multiprocessing
import os
import sys
import threading
from multiprocessing.context import BaseContext
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def exchange_folders(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot (then nothing has happened)."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    outcome = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(outcome == 0)


def process_context() -> BaseContext:
    """How children are started: by a fork where that is safe (Linux, no other thread), it takes a millisecond."""
    forks = sys.platform.startswith("linux") and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def limit_memory(more_bytes: int) -> None:
    """Let this process take so much more memory than it has now; nothing happens where the system has no limits."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    now = pages * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + more_bytes, resource.RLIM_INFINITY))
