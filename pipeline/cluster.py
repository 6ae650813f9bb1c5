"""A Dask cluster that runs parts of a run: the way to it, and what its workers answer."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import UsageError
from pipeline.installed import code
from pipeline.model import Options

if TYPE_CHECKING:
    from distributed import Client, Future

_LOOK = 10.0  # seconds between two looks at who is left: more than a worker that is started again takes
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
        _see_that_all_have_this_program(client)
        yield client


def _see_that_all_have_this_program(client: "Client") -> None:
    """Raise `UsageError` where a worker has another one: it might give other figures, and nobody would know."""
    address, own = client.scheduler.address, code()
    try:
        there = client.run(code)
    except Exception as error:  # noqa: BLE001  whatever a worker without this program raises
        raise UsageError("error.worker", address=address, detail=f"{type(error).__name__}: {error}") from None
    if others := [worker for worker, found in there.items() if found != own]:
        raise UsageError("error.other_program", address=address, workers=others)


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

    Raises `UsageError` where a worker cannot do its task, where no worker is left, or the scheduler goes away.
    """
    from distributed.scheduler import KilledWorker

    address = client.scheduler.address  # a client that lost its scheduler does not know it any more
    futures = [client.submit(function, task, pure=False) for task in tasks]
    for task, future in zip(tasks, futures, strict=True):
        error = _error_of(future, client, address)
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


def _error_of(future: "Future", client: "Client", address: str) -> BaseException | None:
    """What a task raised, once it is done. A cluster whose last worker is gone would be waited for without an end."""
    alone = False
    while True:
        try:
            found: BaseException | None = future.exception(timeout=_LOOK)
        except TimeoutError:
            nobody = not client.nthreads()
            if nobody and alone:
                raise UsageError("error.no_workers", address=address) from None
            alone = nobody
        else:
            return found
