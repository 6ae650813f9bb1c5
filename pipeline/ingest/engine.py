"""Where files are read: in processes of this machine, or on a Dask cluster."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.errors import UsageError
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import DIED, Lost
from pipeline.ingest.workers import read_each
from pipeline.model import Options
from pipeline.platforms import processors

_FEWEST = 3  # files for each process: for fewer another one takes more time to start than it saves
Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item], options: Options) -> list[Result | Lost]:
    """The results in the items' order; `Lost` for a file that killed its reader or took too long.

    Raises `UsageError` where the Dask extra or its scheduler is not there.
    """
    if options.engine == "dask":
        return _on_dask(function, items, options.scheduler)
    workers = options.jobs or max(min(processors(), len(items) // _FEWEST), 1)
    return read_each(function, items, workers=workers, limits=Limits.of(options)) if items else []


def _on_dask(function: Callable[[Item], Result], items: Sequence[Item], scheduler: str) -> list[Result | Lost]:
    if not scheduler:
        raise UsageError("error.no_scheduler")
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("error.no_dask") from None
    try:
        client = Client(scheduler, timeout="20s")
    except (OSError, ValueError) as error:
        raise UsageError("error.scheduler", address=scheduler, detail=error) from None
    with client:
        futures = client.map(function, items, pure=False)
        return [future.result() if future.exception() is None else Lost(DIED) for future in futures]
