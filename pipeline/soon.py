"""Modules that are needed later, imported while this process waits for others anyway."""

import importlib
from collections import deque
from collections.abc import Iterable

_waiting: deque[str] = deque()


def want(modules: Iterable[str]) -> None:
    """Have these modules imported when there is time, in this order; whoever needs one before imports it as ever."""
    _waiting.extend(modules)


def import_one() -> bool:
    """Import the next of them; False where none waits."""
    if not _waiting:
        return False
    importlib.import_module(_waiting.popleft())
    return True
