"""Reads files on a Dask cluster: some in each task, and there too in a process of their own with the same limits."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import UsageError
from pipeline.ingest.files import Source
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import DIED, Lost
from pipeline.ingest.workers import read_each
from pipeline.model import Options
from pipeline.progress import SILENT, Progress
from pipeline.remote import fetch

if TYPE_CHECKING:
    from distributed import Client

_TASKS = 4  # for each thread of the cluster: one that has done its own takes another's
_MOST = 16  # files in a task: those of a worker that dies are read again
Result = TypeVar("Result")


def each_on_dask(
    function: Callable[[Source], Result], items: Sequence[Source], options: Options, progress: Progress = SILENT
) -> list[Result | Lost]:
    """The results in the items' order; `Lost` for a file that killed its reader or took too long.

    The workers must have this program and see the files under the same paths. Raises `UsageError` where the extra or
    the scheduler is not there, or a worker cannot do its task.
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
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise UsageError("error.no_workers", address=options.scheduler)
        size = min(max(len(items) // (threads * _TASKS), 1), _MOST)
        return _read(client, partial(_read_here, function, Limits.of(options)), items, size, progress)


def _read(
    client: "Client",
    read: Callable[[Sequence[Source]], list[Result | Lost]],
    items: Sequence[Source],
    size: int,
    progress: Progress,
) -> list[Result | Lost]:
    """Read so many files in each task; those of a task that killed its workers again, one by one."""
    from distributed.scheduler import KilledWorker

    chunks = [items[at : at + size] for at in range(0, len(items), size)]
    futures = [client.submit(read, chunk, pure=False) for chunk in chunks]
    found: list[Result | Lost] = []
    for chunk, future in zip(chunks, futures, strict=True):
        error = future.exception()
        if error is None:
            found += future.result()
        elif not isinstance(error, KilledWorker):
            raise UsageError(
                "error.worker", address=client.scheduler.address, detail=f"{type(error).__name__}: {error}"
            )
        elif size == 1:
            found.append(Lost(DIED))
        else:
            found += _read(client, read, chunk, 1, progress)
            continue
        for source in chunk:
            progress.done(source.name)
    return found


def _read_here(function: Callable[[Source], Result], limits: Limits, chunk: Sequence[Source]) -> list[Result | Lost]:
    """What a worker does. Dask starts workers as daemons, which may have no children; ours end with their parent."""
    multiprocessing.current_process().daemon = False
    with TemporaryDirectory() as folder:
        here = [_fetched(source, Path(folder, str(number))) for number, source in enumerate(chunk)]
        return read_each(function, here, workers=1, limits=limits)


def _fetched(source: Source, folder: Path) -> Source:
    """A file that has an address lies there for every worker, whatever stands under its path on this one."""
    if not source.address:
        return source
    fetch(source.address, folder / source.path.name)
    return replace(source, path=folder / source.path.name)
