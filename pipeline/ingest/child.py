"""What runs in a process that reads files: one after the other, each within its limits."""

import contextlib
import gc
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import TypeVar

from pipeline.ingest.limits import MB, Limits
from pipeline.platforms import die_with_parent, limit_cpu, limit_memory, resident_bytes

Item = TypeVar("Item")
Result = TypeVar("Result")

BEGUN, DONE, FAILED, NO_MEMORY = "begun", "done", "failed", "no memory"
_LARGEST_ANSWER = 8  # of the memory, one part in so many: unpacked it is several times as large
_WORN_BYTES = 256 * MB  # a process that kept so much of the files before takes it from those after


def serve(function: Callable[[Item], Result], channel: Connection, limits: Limits, parent: int, errors: int) -> None:
    """Answer items until the channel closes; a process that a file has worn out ends, and is replaced."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the parent ends its children itself
    limit_memory(limits.memory_mb * MB)
    # What the reader prints as it dies is not for the user: it tells the parent why.
    os.dup2(errors if errors >= 0 else os.open(os.devnull, os.O_WRONLY), 2)
    gc.freeze()  # what came with the fork is not looked through again after each file
    fresh = resident_bytes()
    with contextlib.suppress(EOFError, OSError):
        while True:
            item = channel.recv()
            channel.send((BEGUN, None))
            limit_cpu(limits.seconds)
            said, answer = _answer(function, item, limits)
            channel.send_bytes(answer)
            if said != DONE:
                return
            del answer
            gc.collect()
            if resident_bytes() - fresh > _WORN_BYTES:
                return


def _answer(function: Callable[[Item], Result], item: Item, limits: Limits) -> tuple[str, bytes]:
    """What is to be said of an item, and the message that says it."""
    try:
        answer = bytes(ForkingPickler.dumps((DONE, function(item))))
    except MemoryError:
        return NO_MEMORY, bytes(ForkingPickler.dumps((NO_MEMORY, None)))
    except BaseException as error:  # noqa: BLE001  a panic of the reader derives from BaseException
        return FAILED, bytes(ForkingPickler.dumps((FAILED, f"{type(error).__name__}: {error}"[:200])))
    if len(answer) > limits.memory_mb * MB // _LARGEST_ANSWER:
        return NO_MEMORY, bytes(ForkingPickler.dumps((NO_MEMORY, None)))
    return DONE, answer
