"""Joins the stages: a period's workbooks in, everything under ``outputs/PERIOD/`` out."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import installed, soon, store, unchanged
from pipeline.beside import beside
from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.changes import compare
from pipeline.earlier import Earlier, read_earlier
from pipeline.errors import UsageError
from pipeline.explain import sought_province
from pipeline.inputs import given, inputs_of
from pipeline.manifest import manifest
from pipeline.model import (
    Consolidation,
    Dated,
    Ingested,
    Lang,
    Options,
    Places,
)
from pipeline.naming import name_changes
from pipeline.periods import Period
from pipeline.platforms import release_memory
from pipeline.progress import SILENT, Progress
from pipeline.stages import Job, process
from pipeline.summary import summarise

if TYPE_CHECKING:
    from pipeline.ingest import Shelf

# What the stages after reading import first, the slowest of it one by one.
_LATER = (
    "pandas",
    "pipeline.indicators",
    "pandera.pandas",
    "scipy.special",
    "pipeline.checks",
    "pandera.backends.pandas.builtin_checks",
    "pipeline.report.publication",
    "pipeline.report.workbook",
)
# Of more the process that draws is started when it is needed: it holds on to what the checks let go of.
_FEW_CELLS = 20_000


def consolidate(period: Period, places: Places, options: Options, progress: Progress = SILENT) -> Consolidation:
    """Read every submission of a period, check it, compute the indicators, write the outputs.

    ``pipeline.unchanged`` recalls what this run comes to as long as nothing changes.
    """
    from pipeline.report import draw, ready_to_draw, write_report

    started, mark = time.monotonic(), unchanged.fingerprint(period, places, options)
    _apart(places, period)
    catalogue = _catalogue(places, period)
    paths = inputs_of(period, places)
    soon.want(_LATER)
    with beside(draw, ready_to_draw) as pictures:

        def read(job: Job) -> tuple[Ingested, Earlier]:
            came = _read(job)
            if len(came[0].cells) < _FEW_CELLS:
                pictures.start()
            return came

        results = process(Job(paths, period, places, catalogue, options, progress), read)
        release_memory()
        before, without = store.accepted(period, places.outputs)
        accepted = store.baseline(period, places.outputs)
        changes = name_changes(compare(results.consolidation, before, without), catalogue, period, options.lang)
        results = replace(results, consolidation=replace(results.consolidation, changes=changes))

        def build(folder: Path) -> None:
            from pipeline.ingest import sources_of

            sources = {source.name: source.path for source in sources_of(paths)}
            write_report(results, sources, folder, pictures, progress)
            store.write_manifest(folder, manifest(results, options, places, accepted))

        done = replace(results.consolidation, dated=store.write_folder(places.outputs / period.id, build))
    store.log_run(places.outputs, f"consolidate {period.id}", time.monotonic() - started)
    # What is recalled lies in its own place, and no input changed while it was read.
    if options.cache and not done.dated and unchanged.fingerprint(period, places, options) == mark:
        unchanged.remember(period, places, mark, summarise(done, places, options))
    return done


def check(
    period: Period, files: Sequence[Path], places: Places, options: Options, progress: Progress = SILENT
) -> Consolidation:
    """Read and check only; with ``files`` nothing else is expected. Writes findings and marked copies."""
    _apart(places, period)
    catalogue = _catalogue(places, period)
    paths = given(files) or inputs_of(period, places)
    job = Job(paths, period, places, catalogue, options, progress, alone=bool(files), judges=False)
    results = process(job, _read)
    target = places.outputs / period.id / "check"

    def build(folder: Path) -> None:
        from pipeline.ingest import sources_of
        from pipeline.report import write_check

        progress.stage("returns")
        write_check(results, {source.name: source.path for source in sources_of(paths)}, folder)

    return replace(results.consolidation, dated=store.write_folder(target, build))


def _catalogue(places: Places, period: Period) -> Catalogue:
    """The catalogue; a period without a cluster is refused."""
    catalogue = load_catalogue(places.schemas)
    if catalogue.cluster_on(period) is None:
        raise UsageError("error.no_cluster", period=period.id, day=period.end)
    return catalogue


def _apart(places: Places, period: Period) -> None:
    """Refuse outputs that would lie among what is read, or take its place."""
    outputs = places.outputs.resolve()
    for option, path in (("--inputs", places.inputs), ("--schemas", places.schemas)):
        read = path.resolve()
        if outputs.is_relative_to(read) or read.is_relative_to(outputs / period.id):
            raise UsageError("error.outputs_among_inputs", outputs=places.outputs, option=option, path=path)


def _read(job: Job) -> tuple[Ingested, Earlier]:
    """What the period's files say, and those of the earlier periods that it is compared with."""
    from pipeline.ingest import ingest

    period, places, about = job.period, job.places, (job.catalogue, job.options)
    folder, shelf = places.inputs / period.id, _shelf(places, job.options)
    read = ingest(job.paths, folder, period, *about, alone=job.alone, shelf=shelf, progress=job.progress)
    earlier = read_earlier(period, places, *about, shelf, job.progress)
    release_memory()
    return read, earlier


def _shelf(places: Places, options: Options) -> "Shelf | None":
    """Where what workbooks gave is kept for the next run."""
    from pipeline.ingest import Shelf

    return Shelf(unchanged.cache_of(places) / "parts", installed.program()) if options.cache else None


def templates(
    period: Period, province: str, places: Places, lang: Lang, progress: Progress = SILENT
) -> tuple[Path, int, Dated | None]:
    """Write blank workbooks for a period, with what earlier submissions say; where they are, and how many.

    The last is told where they are not in their own place.
    """
    from pipeline.known import known_of
    from pipeline.report.templates import write_templates

    _apart(places, period)
    catalogue = _catalogue(places, period)
    wanted = (sought_province(catalogue, period, province),) if province else catalogue.members_on(period)
    if province and not catalogue.expected_forms:
        raise UsageError("error.no_own_forms", province=province)
    known = known_of(period, places, catalogue, _shelf(places, Options()), progress)
    folder = places.outputs / "templates" / period.id
    count = 0

    def build(fresh: Path) -> None:
        nonlocal count
        progress.stage("templates")
        count = len(write_templates(catalogue, period, fresh, lang, wanted, known, progress=progress))

    dated = store.write_folder(folder, build)
    return dated.folder if dated else folder, count, dated
