"""Joins the stages: a period's workbooks in, everything under ``outputs/PERIOD/`` out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import soon, store, unchanged
from pipeline.beside import beside
from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.changes import compare
from pipeline.earlier import Earlier, read_earlier, windows_of
from pipeline.errors import UsageError
from pipeline.explain import sought_province
from pipeline.fair_intervals import with_all_intervals
from pipeline.grouping.bases import bases_of
from pipeline.inputs import given, inputs_of
from pipeline.manifest import manifest
from pipeline.model import Consolidation, Dated, Finding, Ingested, Lang, Options, Places, Results, Submission, Traces
from pipeline.naming import name_changes
from pipeline.periods import Period
from pipeline.progress import SILENT, Progress
from pipeline.reconciliation import reconcile
from pipeline.summary import summarise
from pipeline.traces import traces_of

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

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
        read = _read(paths, period, places, catalogue, options, progress)
        if len(read[0].cells) < _FEW_CELLS:
            pictures.start()
        results = _process(read, paths, period, places, catalogue, options, progress=progress)
        del read  # a tenth of all memory, and nothing more is made of it
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
    about, alone = (paths, period, places, catalogue, options), bool(files)
    results = _process(_read(*about, progress, alone=alone), *about, progress=progress, alone=alone, judges=False)
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


def _process(
    came: tuple[Ingested, Earlier],
    paths: Sequence[Path],
    period: Period,
    places: Places,
    catalogue: Catalogue,
    options: Options,
    *,
    progress: Progress,
    alone: bool = False,
    judges: bool = True,
) -> Results:
    """The stages in their order; the further tables only where something is to be judged by them."""
    from pipeline.checks import check as check_cells
    from pipeline.indicators import compute
    from pipeline.indicators.doubts import mark_doubts
    from pipeline.judge import findings_frame, for_provinces, observations_frame, submissions_frame

    read, earlier = came
    base = earlier.cells[period.year_before]
    checked = check_cells(read.cells, base, catalogue, earlier.part_of(period))
    proof, failed = reconcile(read.seen, checked.cells, read.submissions, catalogue, options.lang)
    against = _against_earlier(read.submissions, checked.cells, earlier, catalogue, period)
    found = [*read.findings, *earlier.findings, *checked.findings, *against, *failed]
    findings = findings_frame(found, catalogue, period, options.lang)
    progress.stage("indicators")
    indicators = compute(checked.cells, base, catalogue, period, options.lang, preceding=earlier.just_before(period))
    indicators = mark_doubts(indicators, checked.cells, found, catalogue, options.lang)
    about = (read.submissions, checked.cells, findings, catalogue, period)
    submissions = submissions_frame(*about, strict=options.strict, alone=alone)
    of_all = {**earlier.cells, period: checked.cells}
    more = (indicators, catalogue, period, options.lang, windows_of(read.submissions))
    tables = _tables(of_all, checked.added, *more) | {"reconciliation": proof} if judges else {}
    frames = (observations_frame(checked.cells, catalogue, period), indicators, findings, submissions)
    note = catalogue.settings.sample_note if any(s.is_sample for s in read.submissions) else None
    consolidation = Consolidation(period.id, *frames, tables=tables, bases=bases_of(found, read.seen), note=note)
    told = (read.texts, note, read.ignored, *for_provinces(found, read.submissions, catalogue, period, options.lang))
    traced = _traced(checked.cells, paths, earlier, places, period)
    added = _summed(of_all, tables, catalogue, period) if judges and options.edition == "working" else None
    return Results(consolidation, period, catalogue, options.lang, options.edition, *told, traced, added)


def _summed(
    cells: "Mapping[Period, pd.DataFrame]", tables: "Mapping[str, pd.DataFrame]", catalogue: Catalogue, period: Period
) -> "pd.DataFrame":
    """The cells that earlier periods' figures are sums of, over which the working edition has formulas."""
    from pipeline.indicators.summed import summed

    return summed(cells, tables["trends"], catalogue, period)


def _read(
    paths: Sequence[Path],
    period: Period,
    places: Places,
    catalogue: Catalogue,
    options: Options,
    progress: Progress,
    *,
    alone: bool = False,
) -> tuple[Ingested, Earlier]:
    """What the period's files say, and those of the earlier periods that it is compared with."""
    from pipeline.ingest import ingest

    folder, shelf = places.inputs / period.id, _shelf(places, options)
    read = ingest(paths, folder, period, catalogue, options, alone=alone, shelf=shelf, progress=progress)
    earlier = read_earlier(period, places, catalogue, options, shelf, progress)
    progress.stage("check")
    return read, earlier


def _shelf(places: Places, options: Options) -> "Shelf | None":
    """Where what workbooks gave is kept for the next run."""
    from pipeline.ingest import Shelf

    return Shelf(unchanged.cache_of(places) / "parts", unchanged.program()) if options.cache else None


def _traced(cells: "pd.DataFrame", paths: Sequence[Path], earlier: Earlier, places: Places, period: Period) -> Traces:
    """The ways to the period's files and to those of the earlier periods that were read."""
    from pipeline.ingest import find_workbooks, sources_of

    def named(own: Sequence[Path]) -> dict[str, Path]:
        return {source.name: source.path for source in sources_of(own)}

    there = [one for one in earlier.cells if (places.inputs / one.id).is_dir()]
    before = {one: named(find_workbooks(places.inputs, one)) for one in there}
    return traces_of(cells, named(paths), before, earlier.hashes, places, period)


def _against_earlier(
    submissions: list[Submission], cells: "pd.DataFrame", earlier: Earlier, catalogue: Catalogue, period: Period
) -> list[Finding]:
    """What the earlier periods make doubtful: other days of the year, counts far from their own history."""
    from pipeline.checks.history import check_history
    from pipeline.checks.windows import check_windows

    last = period.year_before
    series = [frame for one, frame in earlier.cells.items() if one.is_like(period)]
    unlike = check_windows(submissions, earlier.windows[last], earlier.cells[last], catalogue, period)
    return [*unlike, *check_history(cells, series, catalogue)]


def _tables(  # noqa: PLR0917  all that a period's tables rest on
    cells: "Mapping[Period, pd.DataFrame]",
    added: Mapping[int, Sequence[int]],
    indicators: "pd.DataFrame",
    catalogue: Catalogue,
    period: Period,
    lang: Lang,
    windows: "Mapping[str, tuple[date, date]]",
) -> "dict[str, pd.DataFrame]":
    """The further tables of a consolidation; ``cells`` are the checked ones of all periods that were read."""
    from pipeline.checks.recomputed import recomputed
    from pipeline.checks.restated import restated
    from pipeline.indicators.attainment import attainment, targets_met
    from pipeline.indicators.comparison import comparison
    from pipeline.indicators.decomposition import decomposition
    from pipeline.indicators.trends import trends
    from pipeline.indicators.whole import sources
    from pipeline.scoring import scores

    base = cells[period.year_before]
    source, _ = sources(cells[period], base, catalogue, period)
    attained = attainment(indicators, catalogue, period, lang, windows)
    compared = comparison(indicators, source, lang)
    scored = scores(with_all_intervals(indicators, compared), cells[period], catalogue, period, lang)
    tables = {
        "attainment": attained,
        "targets_met": targets_met(attained, catalogue, lang),
        "comparison": compared,
        "decomposition": decomposition(source, lang),
        "trends": trends(cells, catalogue, period, lang),
        "checks": recomputed(cells[period], added, catalogue, lang),
        "restated": None if base.empty else restated(cells[period], base, catalogue, lang),
        "scores": scored,
    }
    return {name: table for name, table in tables.items() if table is not None}


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
