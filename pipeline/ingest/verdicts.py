"""Why a file took its reader with it, told from how the process ended."""

import re
import signal
from dataclasses import dataclass

TIMEOUT, MEMORY, DIED, SIGNAL = "reader.timeout", "reader.memory", "reader.died", "reader.signal"
_MEMORY = re.compile(
    r"memory allocation of \d+ bytes failed|MemoryError|bad_alloc|out of memory|capacity overflow"
    # What PyO3 panics with where Python could not allocate the object that it asked for.
    r"|PyObject pointer is null"
)
_TIME_SIGNALS = {"SIGXCPU"}


@dataclass(frozen=True)
class Lost:
    """A file that took its reader with it; ``reason`` is a message id."""

    reason: str
    detail: str = ""


def is_of_memory(said: str) -> bool:
    """Whether what a reader says as it fails means that it had not memory enough."""
    return bool(_MEMORY.search(said))


def verdict_of(exit_code: int | None, printed: str) -> Lost:
    """What the end of a process says: memory, time, a signal, or another failure.

    >>> verdict_of(-6, "memory allocation of 549755813888 bytes failed"), verdict_of(-11, "")
    (Lost(reason='reader.memory', detail=''), Lost(reason='reader.signal', detail='SIGSEGV'))
    """
    if is_of_memory(printed):
        return Lost(MEMORY)
    if exit_code is None or exit_code >= 0:
        return Lost(DIED, str(exit_code if exit_code is not None else ""))
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = str(-exit_code)
    return Lost(TIMEOUT) if name in _TIME_SIGNALS else Lost(SIGNAL, name)
