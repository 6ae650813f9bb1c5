"""Long-lived processes that read files for us, with limits: a file that kills or stalls its reader takes only that one.

A workbook of 1,500 bytes can make the reader ask for 550 GB, and a failed allocation there ends the process; nothing
inside it can catch that. So files are read in children, and a child that dies or runs out of time is replaced. A child
says when it begins with a file: one that dies before is no file's fault, and the file goes to another child.
"""

import contextlib
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import IO, Generic, TypeVar

from pipeline.ingest.child import BEGUN, DONE, NO_MEMORY, serve
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import DIED, MEMORY, TIMEOUT, Lost, verdict_of
from pipeline.platforms import process_context
from pipeline.progress import SILENT, Progress
from pipeline.soon import import_one

__all__ = ["Lost", "read_each"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_ATTEMPTS = 3  # children that may die before they begin with a file
_START_SECONDS = 60.0  # for a child to come up; it is no file's time
_STOP_SECONDS = 5.0
_MOMENT = 0.5  # seconds after which those who watch hear that it still goes on


@dataclass
class _Worker:
    process: BaseProcess
    channel: Connection
    errors: IO[bytes]
    index: int = -1
    deadline: float = 0.0
    has_begun: bool = False

    def give(self, index: int, item: object) -> None:
        """Hand over an item; a child that is gone is noticed when nothing comes back."""
        self.index, self.has_begun = index, False
        self.deadline = time.monotonic() + _START_SECONDS
        with contextlib.suppress(OSError):
            self.channel.send(item)

    def stop(self) -> str:
        """End the child; what it printed last."""
        self.process.kill()
        self.process.join(_STOP_SECONDS)
        self.channel.close()
        with self.errors as errors:
            errors.seek(0)
            return errors.read(4096).decode("utf-8", "replace")


@dataclass
class _Pool(Generic[Item, Result]):
    """The children, the items that wait, and what came back."""

    context: BaseContext
    function: Callable[[Item], Result]
    limits: Limits
    waiting: deque[tuple[int, Item]]
    items: Sequence[Item]
    progress: Progress
    name_of: Callable[[Item], str]
    workers: list[_Worker] = field(default_factory=list)
    results: dict[int, Result | Lost] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)

    def settle(self, index: int, result: Result | Lost) -> None:
        """Keep what an item gave."""
        self.results[index] = result
        self.progress.done(self.name_of(self.items[index]))


def read_each(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int,
    limits: Limits,
    progress: Progress = SILENT,
    name_of: Callable[[Item], str] = str,
) -> list[Result | Lost]:
    """Apply a function to every item in child processes; results in the items' order."""
    pool = _Pool(process_context(), function, limits, deque(enumerate(items)), items, progress, name_of)
    with _ended(pool):
        for _ in range(min(workers, len(items))):
            _start(pool)
        while pool.workers:
            _collect(pool)
    return [pool.results[index] for index in range(len(items))]


@contextlib.contextmanager
def _ended(pool: _Pool[Item, Result]) -> Iterator[None]:
    """No child outlives the reading, however it ends."""
    try:
        yield
    finally:
        for worker in pool.workers:
            worker.stop()


def _start(pool: _Pool[Item, Result]) -> None:
    """Start a child and give it an item, if one waits."""
    if not pool.waiting:
        return
    here, there = pool.context.Pipe()
    errors = tempfile.TemporaryFile()  # noqa: SIM115  closed as its worker stops
    parent = os.getpid()
    arguments = (pool.function, there, pool.limits, parent, errors.fileno() if _inherits(pool.context) else -1)
    process: BaseProcess = pool.context.Process(target=serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
    worker = _Worker(process, here, errors)
    process.start()
    pool.workers.append(worker)
    there.close()
    _next(pool, worker)


def _inherits(context: BaseContext) -> bool:
    return context.get_start_method() == "fork"


def _next(pool: _Pool[Item, Result], worker: _Worker) -> None:
    """Give a worker its next item, or let it go."""
    if pool.waiting:
        worker.give(*pool.waiting.popleft())
    else:
        pool.workers.remove(worker)
        worker.stop()


def _collect(pool: _Pool[Item, Result]) -> None:
    """Take what is ready; replace the workers that died or ran out of time."""
    channels = [worker.channel for worker in pool.workers]
    ready = wait(channels, timeout=0)
    while not ready and import_one():
        ready = wait(channels, timeout=0)
    if not ready:
        patience = max(min(worker.deadline for worker in pool.workers) - time.monotonic(), 0.0)
        ready = wait(channels, timeout=min(patience, _MOMENT))
    if not ready:
        pool.progress.waited()
    for worker in list(pool.workers):
        if worker.channel in ready:
            _receive(pool, worker)
        elif time.monotonic() >= worker.deadline:
            _replace(pool, worker, Lost(TIMEOUT) if worker.has_begun else None)


def _receive(pool: _Pool[Item, Result], worker: _Worker) -> None:
    try:
        said, result = worker.channel.recv()
    except (EOFError, OSError):
        _replace(pool, worker, None)
        return
    if said == BEGUN:
        worker.has_begun = True
        worker.deadline = time.monotonic() + pool.limits.seconds
        pool.progress.begun(pool.name_of(pool.items[worker.index]))
        return
    if said == DONE:
        pool.settle(worker.index, result)
        _next(pool, worker)
    else:  # whatever is left of this child, the next file does not get it
        _replace(pool, worker, Lost(MEMORY) if said == NO_MEMORY else Lost(DIED, str(result)))


def _replace(pool: _Pool[Item, Result], worker: _Worker, lost: Lost | None) -> None:
    """Put another child in a dead one's place; the item goes back if the child had not begun with it."""
    pool.workers.remove(worker)
    printed = worker.stop()
    if lost is None and worker.has_begun:
        lost = verdict_of(worker.process.exitcode, printed)
    if lost is None:
        attempts = pool.attempts[worker.index] = pool.attempts.get(worker.index, 0) + 1
        lost = verdict_of(worker.process.exitcode, printed) if attempts >= _ATTEMPTS else None
    if lost is None:
        pool.waiting.appendleft((worker.index, pool.items[worker.index]))
    else:
        pool.settle(worker.index, lost)
    _start(pool)
