"""Reads files on a Dask cluster: some in each task, and there too in a process of their own with the same limits."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from pipeline.cluster import answers, connected, tasks_for
from pipeline.ingest.files import Source
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import DIED, Lost
from pipeline.ingest.workers import read_each
from pipeline.model import Options
from pipeline.progress import SILENT, Progress
from pipeline.remote import fetch

if TYPE_CHECKING:
    from distributed import Client

_MOST = 16  # files in a task: those of a worker that dies are read again
Result = TypeVar("Result")


def each_on_dask(
    function: Callable[[Source], Result], items: Sequence[Source], options: Options, progress: Progress = SILENT
) -> list[Result | Lost]:
    """The results in the items' order; `Lost` for a file that killed its reader or took too long.

    The workers must see the files under the same paths. Raises `UsageError` where the cluster cannot be used, or a
    worker cannot do its task.
    """
    with connected(options) as client:
        size = min(max(len(items) // tasks_for(client), 1), _MOST)
        return _read(client, partial(_read_here, function, Limits.of(options)), items, size, progress)


def _read(
    client: "Client",
    read: Callable[[Sequence[Source]], list[Result | Lost]],
    items: Sequence[Source],
    size: int,
    progress: Progress,
) -> list[Result | Lost]:
    """Read so many files in each task; those of a task that killed its workers again, one by one."""
    chunks = [items[at : at + size] for at in range(0, len(items), size)]
    found: list[Result | Lost] = []
    for chunk, answer in answers(client, read, chunks):
        if answer is None and size > 1:
            found += _read(client, read, chunk, 1, progress)
            continue
        found += [Lost(DIED)] if answer is None else answer
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
