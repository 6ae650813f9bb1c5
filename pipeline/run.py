"""Joins the stages: a period's workbooks in, everything under ``outputs/PERIOD/`` out."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store, unchanged
from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.changes import compare
from pipeline.earlier import Earlier, read_earlier, windows_of
from pipeline.errors import NoInputsError, UnknownNameError, UsageError
from pipeline.fair_intervals import with_all_intervals
from pipeline.grouping.bases import bases_of
from pipeline.manifest import manifest
from pipeline.model import Consolidation, Finding, Lang, Options, Places, Results, Submission
from pipeline.naming import name_changes
from pipeline.periods import Period, choose_period, period_of, periods_in
from pipeline.reconciliation import reconcile
from pipeline.summary import summarise
from pipeline.traces import traces_of

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from pipeline.ingest import Shelf


def consolidate(period: Period, places: Places, options: Options) -> Consolidation:
    """Read every submission of a period, check it, compute the indicators, write the outputs.

    ``pipeline.unchanged`` recalls what this run comes to as long as nothing changes.
    """
    started, mark = time.monotonic(), unchanged.fingerprint(period, places, options)
    _apart(places, period)
    catalogue = _catalogue(places, period)
    paths = _inputs_of(period, places)
    results = _process(paths, period, places, catalogue, options)
    before, without = store.accepted(period, places.outputs)
    accepted = store.baseline(period, places.outputs)
    changes = name_changes(compare(results.consolidation, before, without), catalogue, period, options.lang)
    results = replace(results, consolidation=replace(results.consolidation, changes=changes))
    target = places.outputs / period.id

    def build(folder: Path) -> None:
        from pipeline.ingest import sources_of
        from pipeline.report import write_report

        write_report(results, {source.name: source.path for source in sources_of(paths)}, folder)
        store.write_manifest(folder, manifest(results, options, places, accepted))

    store.write_folder(target, build)
    store.log_run(places.outputs, f"consolidate {period.id}", time.monotonic() - started)
    if options.cache and unchanged.fingerprint(period, places, options) == mark:  # no input changed while it was read
        unchanged.remember(period, places, mark, summarise(results.consolidation, places, options))
    return results.consolidation


def check(period: Period, files: Sequence[Path], places: Places, options: Options) -> Consolidation:
    """Read and check only; with ``files`` nothing else is expected. Writes findings and marked copies."""
    _apart(places, period)
    catalogue = _catalogue(places, period)
    paths = _given(files) or _inputs_of(period, places)
    results = _process(paths, period, places, catalogue, options, alone=bool(files), judges=False)
    target = places.outputs / period.id / "check"

    def build(folder: Path) -> None:
        from pipeline.ingest import sources_of
        from pipeline.report import write_check

        write_check(results, {source.name: source.path for source in sources_of(paths)}, folder)

    store.write_folder(target, build)
    return results.consolidation


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


def _given(files: Sequence[Path]) -> list[Path]:
    """The files that were named, each once; everything found is told by file name, so two of one name are refused."""
    from pipeline.ingest.files import shown_name

    named: dict[str, Path] = {}
    for path in map(_existing, files):
        first = named.setdefault(path.name, path)
        if os.path.realpath(first) != os.path.realpath(path):
            raise UsageError("error.same_name", name=shown_name(path), one=first, other=path)
    return list(named.values())


def _inputs_of(period: Period, places: Places) -> list[Path]:
    from pipeline.ingest.files import find_workbooks

    if not places.inputs.is_dir():
        raise UsageError("error.no_inputs_folder", path=places.inputs)
    paths = find_workbooks(places.inputs, period)
    if not paths:
        there = [p.id for p in periods_in(places.inputs)]
        raise NoInputsError("error.no_inputs", path=places.inputs / period.id, periods=there or ["-"])
    return paths


def _existing(file: Path) -> Path:
    from pipeline.ingest.files import is_workbook_name, shown_name

    if not os.path.lexists(file):
        beside = [shown_name(path) for path in file.parent.iterdir()] if file.parent.is_dir() else []
        raise UnknownNameError("error.no_file", file.name, beside, path=file)
    if not is_workbook_name(file.name):
        raise UsageError("error.not_a_workbook_name", path=file)
    return file


def _process(
    paths: Sequence[Path],
    period: Period,
    places: Places,
    catalogue: Catalogue,
    options: Options,
    *,
    alone: bool = False,
    judges: bool = True,
) -> Results:
    """The stages in their order; the further tables only where something is to be judged by them."""
    from pipeline.checks import check as check_cells
    from pipeline.indicators import compute
    from pipeline.indicators.doubts import mark_doubts
    from pipeline.ingest import ingest
    from pipeline.judge import findings_frame, for_provinces, observations_frame, submissions_frame

    shelf = _shelf(places, options)
    read = ingest(paths, places.inputs / period.id, period, catalogue, options, alone=alone, shelf=shelf)
    earlier = read_earlier(period, places, catalogue, options, shelf)
    base = earlier.cells[period.year_before]
    checked = check_cells(read.cells, base, catalogue, earlier.part_of(period))
    proof, failed = reconcile(read.seen, checked.cells, read.submissions, catalogue, options.lang)
    against = _against_earlier(read.submissions, checked.cells, earlier, catalogue, period)
    found = [*read.findings, *earlier.findings, *checked.findings, *against, *failed]
    findings = findings_frame(found, catalogue, period, options.lang)
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
    langs, worded = for_provinces(found, read.submissions, catalogue, period, options.lang)
    more_to_say = (options.lang, options.edition, read.texts, note, read.ignored, langs, worded)
    traced = traces_of(checked.cells, *_files(paths, places, period.year_before), places, period)
    return Results(consolidation, period, catalogue, *more_to_say, traces=traced)


def _shelf(places: Places, options: Options) -> "Shelf | None":
    """Where what workbooks gave is kept for the next run."""
    from pipeline.ingest import Shelf

    return Shelf(unchanged.cache_of(places) / "parts", unchanged.program()) if options.cache else None


def _files(paths: Sequence[Path], places: Places, before: Period) -> tuple[dict[str, Path], dict[str, Path]]:
    """A period's files and those of the year before, by the names that outputs give them."""
    from pipeline.ingest import find_workbooks, sources_of

    folders = (paths, find_workbooks(places.inputs, before) if (places.inputs / before.id).is_dir() else [])
    now, then = ({source.name: source.path for source in sources_of(own)} for own in folders)
    return now, then


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


def period_and_files(what: Sequence[str], inputs: Path) -> tuple[Period, list[Path]]:
    """Tell a period from files; without a period it is that of the first file's folder, or the newest."""
    named = Period.parse(what[0]) if what else None
    files = [Path(text) for text in what[1 if named else 0 :]]
    if named is None and files:
        named = Period.parse(files[0].parent.resolve().name)
        if named is None and not files[0].suffix:
            named = period_of(what[0])  # it is none, and says so
    return named or choose_period(None, inputs), files


def templates(period: Period, province: str, places: Places, lang: Lang) -> tuple[Path, int]:
    """Write blank workbooks for a period, with what earlier submissions say; where they are, and how many."""
    from pipeline.known import known_of
    from pipeline.report.templates import write_templates

    _apart(places, period)
    catalogue = _catalogue(places, period)
    members = catalogue.members_on(period)
    if province and province not in members:
        raise UnknownNameError("error.unknown_province", province, members, province=province, provinces=list(members))
    if province and not catalogue.expected_forms:
        raise UsageError("error.no_own_forms", province=province)
    known = known_of(period, places, catalogue, _shelf(places, Options()))
    folder = places.outputs / "templates" / period.id
    wanted = (province,) if province else members
    count = 0

    def build(fresh: Path) -> None:
        nonlocal count
        count = len(write_templates(catalogue, period, fresh, lang, wanted, known))

    store.write_folder(folder, build)
    return folder, count
