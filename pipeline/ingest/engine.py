"""Runs one function over many files: here, in processes of this machine, or on a Dask cluster."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

from pipeline.errors import UsageError
from pipeline.model import Options

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item], options: Options) -> list[Result]:
    """The results in the items' order. Raises `UsageError` where the Dask extra or its scheduler is not there."""
    if options.engine == "dask":
        return _on_dask(function, items, options.scheduler)
    if options.jobs > 1 and len(items) > 1:
        # A fresh interpreter for each worker: it works alike on every platform and inherits no open file.
        with ProcessPoolExecutor(min(options.jobs, len(items)), get_context("spawn")) as pool:
            return list(pool.map(function, items))
    return [function(item) for item in items]


def _on_dask(function: Callable[[Item], Result], items: Sequence[Item], scheduler: str) -> list[Result]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("error.no_dask") from None
    if not scheduler:
        raise UsageError("error.no_scheduler")
    try:
        client = Client(scheduler, timeout="20s")
    except (OSError, ValueError) as error:
        raise UsageError("error.scheduler", address=scheduler, detail=error) from None
    with client:
        return list(client.gather(client.map(function, items, pure=False)))
