"""Consolidates the workbooks that provinces send, with every number traced to its cell.

import pipeline
result = pipeline.consolidate("2024")
result.indicators[result.indicators["indicator"] == "clearance_rate"]
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError
from pipeline.model import Consolidation, Options
from pipeline.periods import choose_period
from pipeline.remote import reached

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.analysis import Analysis

__all__ = ["Analysis", "Consolidation", "PipelineError", "check", "consolidate", "history", "load", "sql"]
__version__ = "0.1.0"

_Path = str | Path


def _told(error: PipelineError) -> str:
    from pipeline.usage import in_every_language

    return in_every_language(error)


PipelineError.told = _told


def __getattr__(name: str) -> Any:
    """`Analysis` is imported when it is named: a run over unchanged inputs needs none."""
    if name != "Analysis":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipeline.analysis import Analysis

    return Analysis


def consolidate(
    period: str | None = None,
    *,
    inputs: _Path = "inputs",
    outputs: _Path = "outputs",
    schemas: _Path = "schemas",
    **options: Any,
) -> "Analysis":
    """Ingest, check, compute and write all of ``outputs/PERIOD/``; the newest period where none is named.

    ``options`` are those of `pipeline.model.Options`: lang, jobs, cache, strict, file_seconds, engine, scheduler,
    edition. Raises `PipelineError` where nothing can be produced; what is wrong with single files is in ``.findings``.
    """
    from pipeline import run, store, unchanged
    from pipeline.analysis import Analysis

    with reached(str(inputs), str(outputs), str(schemas)) as places:
        chosen_options, chosen = Options(**options), choose_period(period, places.inputs)
        is_known = unchanged.recall(chosen, places, chosen_options)
        done = store.load(chosen.id, places.outputs) if is_known else run.consolidate(chosen, places, chosen_options)
        return Analysis.of(done, places.schemas)


def check(
    period: str | None = None,
    files: Sequence[_Path] = (),
    *,
    inputs: _Path = "inputs",
    outputs: _Path = "outputs",
    schemas: _Path = "schemas",
    **options: Any,
) -> "Analysis":
    """Ingest and check only; with ``files`` nothing else is expected."""
    from pipeline import run
    from pipeline.analysis import Analysis

    with reached(str(inputs), str(outputs), str(schemas)) as places:
        chosen = choose_period(period, places.inputs)
        return Analysis.of(run.check(chosen, [Path(f) for f in files], places, Options(**options)), places.schemas)


def load(period: str, outputs: _Path = "outputs", schemas: _Path = "schemas") -> "Analysis":
    """The consolidation of a period as it was written. Raises `PipelineError` where there is none.

    ``schemas`` is the catalogue by which it can be asked (`Analysis`); it is read when something is asked.
    """
    from pipeline import store
    from pipeline.analysis import Analysis

    with reached(outputs=str(outputs), schemas=str(schemas)) as places:
        return Analysis.of(store.load(period, places.outputs), places.schemas)


def history(outputs: _Path = "outputs") -> "pd.DataFrame":
    """The observations of all consolidated periods."""
    from pipeline import store

    with reached(outputs=str(outputs)) as places:
        return store.history(places.outputs)


def sql(query: str, outputs: _Path = "outputs") -> "pd.DataFrame":
    """The answer to an SQL query on the table ``observations``, which holds those of all consolidated periods.

    DuckDB answers it from the files where it is installed, else SQLite, which comes with Python.
    """
    from pipeline import queries

    with reached(outputs=str(outputs)) as places:
        return queries.sql(query, places.outputs)
