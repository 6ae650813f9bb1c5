"""Long-lived processes that read files for us, with limits: a file that kills or stalls its reader takes only that one.

A workbook of 1,500 bytes can make the reader ask for 550 GB, and a failed allocation there ends the process; nothing
inside it can catch that. So files are read in children, and a child that dies or runs out of time is replaced.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from pipeline.platforms import limit_memory, process_context

Item = TypeVar("Item")
Result = TypeVar("Result")

MEMORY_BYTES = 2 * 2**30
TIMEOUT, DIED = "reader.timeout", "reader.died"


@dataclass(frozen=True)
class Lost:
    """A file that took its reader with it; ``reason`` is a message id."""

    reason: str


@dataclass
class _Worker(Generic[Item]):
    process: BaseProcess
    channel: Connection
    index: int = -1
    deadline: float = 0.0

    def give(self, index: int, item: Item, seconds: float) -> None:
        self.index, self.deadline = index, time.monotonic() + seconds
        self.channel.send(item)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.channel.close()


def read_each(
    function: Callable[[Item], Result], items: Sequence[Item], *, workers: int, seconds: float
) -> list[Result | Lost]:
    """Apply a function to every item in child processes; results in the items' order."""
    context = process_context()
    results: dict[int, Result | Lost] = {}
    waiting = iter(enumerate(items))
    with _pool(context, function, min(workers, len(items))) as pool:
        for worker in list(pool):
            _next(pool, worker, waiting, seconds)
        while pool:
            _collect(context, function, pool, waiting, results, seconds)
    return [results[index] for index in range(len(items))]


@contextlib.contextmanager
def _pool(context: BaseContext, function: Callable[[Item], Result], count: int) -> "Iterator[list[_Worker[Item]]]":
    pool: list[_Worker[Item]] = []
    try:
        pool.extend(_start(context, function) for _ in range(count))
        yield pool
    finally:
        for worker in pool:
            worker.stop()


def _start(context: BaseContext, function: Callable[[Item], Result]) -> "_Worker[Item]":
    here, there = context.Pipe()
    process: BaseProcess = context.Process(target=_serve, args=(function, there), daemon=True)  # type: ignore[attr-defined]
    process.start()
    there.close()
    return _Worker(process, here)


def _serve(function: Callable[[Item], Result], channel: Connection) -> None:
    """In the child: answer items until the channel closes. What the reader prints as it dies is not for the user."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(MEMORY_BYTES)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with contextlib.suppress(EOFError, OSError):
        while True:
            channel.send(function(channel.recv()))


def _next(
    pool: "list[_Worker[Item]]", worker: "_Worker[Item]", waiting: "Iterator[tuple[int, Item]]", seconds: float
) -> None:
    """Give a worker its next item, or let it go."""
    index, item = next(waiting, (-1, None))
    if item is None:
        pool.remove(worker)
        worker.stop()
    else:
        worker.give(index, item, seconds)


def _collect(
    context: BaseContext,
    function: Callable[[Item], Result],
    pool: "list[_Worker[Item]]",
    waiting: "Iterator[tuple[int, Item]]",
    results: "dict[int, Result | Lost]",
    seconds: float,
) -> None:
    """Take what is ready; replace the workers that died or ran out of time."""
    patience = max(min(worker.deadline for worker in pool) - time.monotonic(), 0.0)
    ready = wait([worker.channel for worker in pool], timeout=patience)
    for worker in list(pool):
        lost = ""
        if worker.channel in ready:
            try:
                results[worker.index] = worker.channel.recv()
            except (EOFError, OSError):
                lost = DIED
        elif time.monotonic() >= worker.deadline:
            lost = TIMEOUT
        else:
            continue
        fresh = worker
        if lost:
            results[worker.index] = Lost(lost)
            worker.stop()
            fresh = _start(context, function)
            pool[pool.index(worker)] = fresh
        _next(pool, fresh, waiting, seconds)
