"""Where files are read: in processes of this machine, or on a Dask cluster."""

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

_FEWEST = 3  # files for each process: for fewer another one takes more time to start than it saves
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
    workers = options.jobs or max(min(processors(), len(items) // _FEWEST), 1)
    return read_each(
        function, items, workers=workers, limits=Limits.of(options), progress=progress, name_of=attrgetter("name")
    )
