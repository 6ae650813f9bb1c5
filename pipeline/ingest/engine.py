"""Where files are read: in processes of this machine, or on a Dask cluster."""

import contextlib
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeVar

from pipeline.ingest.engine_dask import each_on_dask
from pipeline.ingest.files import Source
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import Lost
from pipeline.ingest.workers import read_each
from pipeline.model import Options
from pipeline.platforms import processors
from pipeline.progress import SILENT, Progress

# Files, or bytes of them, for each process: for less another one takes more time to start than it saves.
_FEWEST, _LEAST = 3, 100_000  # so many bytes of a workbook take a second
Result = TypeVar("Result")


def each(
    function: Callable[[Source], Result], items: Sequence[Source], options: Options, progress: Progress = SILENT
) -> list[Result | Lost]:
    """The results in the items' order; `Lost` for a file that killed its reader or took too long.

    Raises `UsageError` where a Dask cluster is asked for and cannot be used.
    """
    if not items:
        return []
    if options.engine == "dask":
        return each_on_dask(function, items, options, progress)
    workers = options.jobs or min(processors(), len(items), _paying(items))
    return read_each(
        function, items, workers=workers, limits=Limits.of(options), progress=progress, name_of=attrgetter("name")
    )


def _paying(items: Sequence[Source]) -> int:
    """How many processes save more time than they take."""
    size = 0
    for item in items:
        with contextlib.suppress(OSError):  # one that is not there is told where it is read
            size += item.path.stat().st_size
    return max(len(items) // _FEWEST, size // _LEAST, 1)
