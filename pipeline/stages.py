"""Joins the stages: cells that were read in, checked and summed cells, indicators and further tables out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.earlier import Earlier, windows_of
from pipeline.fair_intervals import with_all_intervals
from pipeline.grouping.bases import bases_of
from pipeline.model import Bases, Consolidation, Finding, Ingested, Options, Places, Results, Submission, Traces
from pipeline.periods import Period
from pipeline.platforms import release_memory
from pipeline.progress import Progress
from pipeline.reconciliation import reconcile
from pipeline.traces import traces_of

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from pipeline.checks import Checked
    from pipeline.indicators import Own


@dataclass(frozen=True)
class Job:
    """What a run is about; ``alone``: nothing but these files is expected, ``judges``: the further tables are made."""

    paths: Sequence[Path]
    period: Period
    places: Places
    catalogue: Catalogue
    options: Options
    progress: Progress
    alone: bool = False
    judges: bool = True


def process(job: Job, reads: Callable[[Job], tuple[Ingested, Earlier]]) -> Results:
    """The stages in their order; ``reads`` gives what the period's files say, and those of the earlier periods."""
    from pipeline.indicators import compute
    from pipeline.indicators.doubts import mark_doubts
    from pipeline.judge import findings_frame, for_provinces, observations_frame, submissions_frame

    period, catalogue, options = job.period, job.catalogue, job.options
    came, earlier = reads(job)
    job.progress.stage("check")
    checked, own, found, bases, proof = _examined(came, earlier, job)
    submitted, texts, ignored = came.submissions, came.texts, came.ignored
    del came  # its frames are the largest, and what follows rests on the checked cells
    release_memory()
    findings = findings_frame(found, catalogue, period, options.lang)
    job.progress.stage("indicators")
    computed = compute(own, catalogue, period, options.lang)
    indicators = mark_doubts(computed, checked.cells, found, catalogue, options.lang)
    about = (submitted, checked.cells, findings, catalogue, period)
    submissions = submissions_frame(*about, strict=options.strict, alone=job.alone)
    of_all = {**earlier.cells, period: checked.cells}
    tables: dict[str, pd.DataFrame] = {}
    if job.judges:
        tables = _tables(of_all, checked.added, indicators, job, windows_of(submitted)) | {"reconciliation": proof}
    note = catalogue.settings.sample_note if any(s.is_sample for s in submitted) else None
    traced = _traced(checked.cells, earlier, job)
    added = _summed(of_all, tables, job) if job.judges and options.edition == "working" else None
    release_memory()
    frames = (observations_frame(checked.cells, catalogue, period), indicators, findings, submissions)
    consolidation = Consolidation(period.id, *frames, tables=tables, bases=bases, note=note)
    said = (texts, note, ignored, *for_provinces(found, submitted, catalogue, period, options.lang))
    return Results(consolidation, period, catalogue, options.lang, options.edition, *said, traced, added)


def _examined(read: Ingested, earlier: Earlier, job: Job) -> "tuple[Checked, Own, list[Finding], Bases, pd.DataFrame]":
    """The checked cells and the provinces' figures, all that was found and what that rests on, the proof of no loss."""
    from pipeline.apart import Compared, own_of

    period, catalogue, options = job.period, job.catalogue, job.options
    beside = Compared(earlier.cells[period.year_before], earlier.part_of(period), earlier.just_before(period))
    checked, own = own_of(read.cells, beside, catalogue.members_on(period), catalogue, period, options)
    proof, failed = reconcile(read.seen, checked.cells, read.submissions, catalogue, options.lang)
    doubts = _doubts(read.submissions, checked, earlier, catalogue, period)
    found = [*read.findings, *earlier.findings, *checked.findings, *doubts, *failed]
    return checked, own, found, bases_of(found, read.seen), proof


def _doubts(
    submissions: list[Submission], checked: "Checked", earlier: Earlier, catalogue: Catalogue, period: Period
) -> list[Finding]:
    """What other provinces and earlier periods make doubtful: other days of the year, counts far from theirs."""
    from pipeline.checks import check_beside_others
    from pipeline.checks.history import check_history
    from pipeline.checks.windows import check_windows

    cells, last = checked.cells, period.year_before
    beside = check_beside_others(checked, earlier.cells[last], catalogue)
    series = [frame for one, frame in earlier.cells.items() if one.is_like(period)]
    unlike = check_windows(submissions, earlier.windows[last], earlier.cells[last], catalogue, period)
    return [*beside, *unlike, *check_history(cells, series, catalogue)]


def _tables(
    cells: "Mapping[Period, pd.DataFrame]",
    added: Mapping[int, Sequence[int]],
    indicators: "pd.DataFrame",
    job: Job,
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

    catalogue, period, lang = job.catalogue, job.period, job.options.lang
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


def _summed(cells: "Mapping[Period, pd.DataFrame]", tables: "Mapping[str, pd.DataFrame]", job: Job) -> "pd.DataFrame":
    """The cells that earlier periods' figures are sums of, over which the working edition has formulas."""
    from pipeline.indicators.summed import summed

    return summed(cells, tables["trends"], job.catalogue, job.period)


def _traced(cells: "pd.DataFrame", earlier: Earlier, job: Job) -> Traces:
    """The ways to the period's files and to those of the earlier periods that were read."""
    from pipeline.ingest import find_workbooks, sources_of

    def named(own: Sequence[Path]) -> dict[str, Path]:
        return {source.name: source.path for source in sources_of(own)}

    places = job.places
    there = [one for one in earlier.cells if (places.inputs / one.id).is_dir()]
    before = {one: named(find_workbooks(places.inputs, one)) for one in there}
    return traces_of(cells, named(job.paths), before, earlier.hashes, places, job.period)
