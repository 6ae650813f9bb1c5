"""A Dask cluster that runs parts of a run: the way to it, and what its workers answer."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import UsageError
from pipeline.model import Options

if TYPE_CHECKING:
    from distributed import Client

_TASKS = 4  # for each thread of the cluster: one that has done its own takes another's
Task = TypeVar("Task")
Result = TypeVar("Result")


@contextmanager
def connected(options: Options) -> "Iterator[Client]":
    """The cluster that the options name, as long as it is used.

    Its workers must have this program. Raises `UsageError` where the extra, the scheduler or a worker is not there.
    """
    if not options.scheduler:
        raise UsageError("error.no_scheduler")
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("error.no_dask") from None
    try:
        client = Client(options.scheduler, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError("error.scheduler", address=options.scheduler, detail=error) from None
    with _silent(), client:
        if not client.nthreads():
            raise UsageError("error.no_workers", address=options.scheduler)
        yield client


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the client from printing tracebacks of what it raises as well."""
    log = logging.getLogger("distributed.client")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def tasks_for(client: "Client") -> int:
    """Into how many tasks work is cut for this cluster."""
    return _TASKS * sum(map(int, client.nthreads().values()))


def answers(
    client: "Client", function: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[tuple[Task, Result | None]]:
    """What workers make of each task, in the tasks' order; None where it killed one worker after the other.

    Raises `UsageError` where a worker cannot do its task, or the scheduler goes away.
    """
    from distributed.scheduler import KilledWorker

    address = client.scheduler.address  # a client that lost its scheduler does not know it any more
    futures = [client.submit(function, task, pure=False) for task in tasks]
    for task, future in zip(tasks, futures, strict=True):
        error = future.exception()
        if error is None:
            try:
                answer = future.result()
            except CancelledError as lost:
                raise UsageError("error.scheduler", address=address, detail=lost) from None
            yield task, answer
        elif isinstance(error, KilledWorker):
            yield task, None
        else:
            detail = f"{type(error).__name__}: {error}"
            raise UsageError("error.worker", address=address, detail=detail)
