"""Joins the stages: a period's workbooks in, everything under ``outputs/PERIOD/`` out."""

import importlib.metadata
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.changes import compare
from pipeline.errors import NoInputsError, UnreadableError, UsageError
from pipeline.model import (
    MEMBER,
    Consolidation,
    Finding,
    Ingested,
    Lang,
    Options,
    Place,
    Places,
    Results,
)
from pipeline.periods import Period, by_recency

if TYPE_CHECKING:
    import pandas as pd

_VERSIONS = ("pandas", "pandera", "python-calamine", "openpyxl", "XlsxWriter", "matplotlib", "pyarrow", "pydantic")


def periods_in(inputs: Path) -> list[Period]:
    """The periods that have a folder under the inputs, oldest first."""
    if not inputs.is_dir():
        raise UsageError("error.no_inputs_folder", path=inputs)
    found = (Period.parse(entry.name) for entry in inputs.iterdir() if entry.is_dir())
    return sorted((period for period in found if period), key=by_recency)


def choose_period(text: str | None, inputs: Path) -> Period:
    """The period that was asked for, or the newest one there is."""
    if text is None:
        periods = periods_in(inputs)
        if not periods:
            raise NoInputsError("error.no_periods", path=inputs)
        return periods[-1]
    period = Period.parse(text)
    if period is None:
        raise UsageError("error.bad_period", period=text)
    return period


def consolidate(period: Period, places: Places, options: Options) -> Consolidation:
    """Read every submission of a period, check it, compute the indicators, write the outputs."""
    started = time.monotonic()
    _apart(places, period)
    catalogue = load_catalogue(places.schemas)
    paths = _inputs_of(period, places)
    results = _process(paths, period, places, catalogue, options)
    before, without = store.accepted(period, places.outputs)
    accepted = store.baseline(period, places.outputs)
    changes = compare(results.consolidation, before, without)
    results = replace(results, consolidation=replace(results.consolidation, changes=changes))
    target = places.outputs / period.id

    def build(folder: Path) -> None:
        from pipeline.ingest import sources_of
        from pipeline.report import write_report

        write_report(results, {source.name: source.path for source in sources_of(paths)}, folder)
        store.write_manifest(folder, _manifest(results, options, places, accepted))

    store.write_folder(target, build)
    store.log_run(places.outputs, f"consolidate {period.id}", time.monotonic() - started)
    return results.consolidation


def check(period: Period, files: Sequence[Path], places: Places, options: Options) -> Consolidation:
    """Read and check only; with ``files`` nothing else is expected. Writes findings and marked copies."""
    _apart(places, period)
    catalogue = load_catalogue(places.schemas)
    paths = _given(files) or _inputs_of(period, places)
    results = _process(paths, period, places, catalogue, options, alone=bool(files))
    target = places.outputs / period.id / "check"

    def build(folder: Path) -> None:
        from pipeline.ingest import sources_of
        from pipeline.report import write_check

        write_check(results, {source.name: source.path for source in sources_of(paths)}, folder)

    store.write_folder(target, build)
    return results.consolidation


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
    from pipeline.ingest.files import is_workbook_name

    if not os.path.lexists(file):
        raise UsageError("error.no_file", path=file)
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
) -> Results:
    """The stages in their order."""
    from pipeline.checks import check as check_cells
    from pipeline.indicators import compute
    from pipeline.indicators.attainment import attainment, targets_met
    from pipeline.indicators.doubts import mark_doubts
    from pipeline.ingest import ingest
    from pipeline.judge import findings_frame, in_own_languages, observations_frame, submissions_frame

    if catalogue.cluster_on(period) is None:
        raise UsageError("error.no_cluster", period=period.id, day=period.end)
    read = ingest(paths, places.inputs / period.id, period, catalogue, options, alone=alone)
    base, about_base = _base(period, places, catalogue, options)
    checked = check_cells(read.cells, base, catalogue)
    found = [*read.findings, *about_base, *checked.findings]
    findings = findings_frame(found, catalogue, period, options.lang)
    indicators = compute(checked.cells, base, catalogue, period, options.lang)
    indicators = mark_doubts(indicators, checked.cells, found, catalogue, options.lang)
    submissions = submissions_frame(
        read.submissions, checked.cells, findings, catalogue, period, strict=options.strict, alone=alone
    )
    observations = observations_frame(checked.cells, catalogue, period)
    attained = attainment(indicators, catalogue, period, options.lang)
    tables = {"attainment": attained, "targets_met": targets_met(attained, catalogue, options.lang)}
    consolidation = Consolidation(period.id, observations, indicators, findings, submissions, tables=tables)
    note = catalogue.settings.sample_note if any(s.is_sample for s in read.submissions) else None
    langs, worded = in_own_languages(found, read.submissions, catalogue, period, options.lang)
    about = (options.lang, options.edition, read.texts, note, read.ignored, langs, worded)
    return Results(consolidation, period, catalogue, *about)


def _base(
    period: Period, places: Places, catalogue: Catalogue, options: Options
) -> "tuple[pd.DataFrame, list[Finding]]":
    """The cells of the same period of last year as they were reported then, checked; what failed there is said."""
    from pipeline.checks import check as check_cells
    from pipeline.ingest import find_workbooks, ingest

    before = period.year_before
    paths = find_workbooks(places.inputs, before)
    read: Ingested = ingest(paths, places.inputs / before.id, before, catalogue, options, alone=True)
    checked = check_cells(read.cells, read.cells.iloc[:0], catalogue)
    errors = [f for f in (*read.findings, *checked.findings) if f.severity == "error"]
    if not errors:
        return checked.cells, []
    files = sorted({f.place.file for f in errors if f.place.file})
    params = {"period": before.id, "count": len(errors), "files": files}
    return checked.cells, [Finding("base_period_errors", "warning", Place(), params=params)]


def _manifest(results: Results, options: Options, places: Places, accepted: dict[str, str]) -> dict[str, Any]:
    kept = asdict(options)
    # How the work was spread out changes no byte of the outputs.
    for name in ("jobs", "cache", "engine", "scheduler", "file_seconds", "memory_mb"):
        kept.pop(name)
    return {
        "period": results.period.id,
        "inputs": {**hashed_inputs(results.period, places), **_read_hashes(results)},
        "ignored": list(results.ignored),
        "baseline": accepted,
        "catalogue": results.catalogue.hash,
        "versions": {name: importlib.metadata.version(name) for name in _VERSIONS},
        "options": kept,
    }


def _read_hashes(results: Results) -> dict[str, str]:
    """The hashes of the very bytes that were read, whatever stands in the files by now."""
    came = results.consolidation.submissions
    named = zip(came["file"], came["sha256"], strict=True)
    return {f"{results.period.id}/{file}": sha256 for file, sha256 in named if file and sha256}


def hashed_inputs(period: Period, places: Places) -> dict[str, str]:
    """Hashes of all that a consolidation reads: the period's files and those of the year before.

    Empty for what is no file that would be read, such as a link or one that is too large.
    """
    from pipeline.ingest import find_workbooks, sources_of
    from pipeline.ingest.corrections import FILE

    found: dict[str, str] = {}
    for own in (period, period.year_before):
        sources = sources_of([*find_workbooks(places.inputs, own), places.inputs / own.id / FILE])
        found |= {f"{own.id}/{source.name}": _hash(source.path) for source in sources if os.path.lexists(source.path)}
    return found


def _hash(path: Path) -> str:
    """A file's hash; empty where it cannot be read, which `ingest` tells of."""
    from pipeline.ingest.files import take_snapshot

    try:
        return take_snapshot(path).sha256
    except UnreadableError:
        return ""


def period_and_files(what: Sequence[str], inputs: Path) -> tuple[Period, list[Path]]:
    """Tell a period from files; without a period it is that of the first file's folder, or the newest."""
    named = Period.parse(what[0]) if what else None
    files = [Path(text) for text in what[1 if named else 0 :]]
    if named is None and files:
        named = Period.parse(files[0].parent.resolve().name)
        if named is None and not files[0].suffix:
            raise UsageError("error.bad_period", period=what[0])
    return named or choose_period(None, inputs), files


def templates(period: Period, province: str, places: Places, lang: Lang) -> tuple[Path, int]:
    """Write blank workbooks for a period; rows of open keys are those of the province's newest submission."""
    from pipeline.report.templates import write_templates

    _apart(places, period)
    catalogue = load_catalogue(places.schemas)
    if catalogue.cluster_on(period) is None:
        raise UsageError("error.no_cluster", period=period.id, day=period.end)
    members = catalogue.members_on(period)
    if province and province not in members:
        raise UsageError("error.unknown_province", province=province, provinces=list(members))
    rows = _known_rows(period, places, catalogue)
    folder = places.outputs / "templates" / period.id
    wanted = (province,) if province else members
    count = 0

    def build(fresh: Path) -> None:
        nonlocal count
        count = len(write_templates(catalogue, period, fresh, lang, wanted, rows))

    store.write_folder(folder, build)
    return folder, count


def _known_rows(period: Period, places: Places, catalogue: Catalogue) -> dict[tuple[str, str], list[str]]:
    """(province, form) -> the row labels of the newest submission before or in the period."""
    from pipeline.ingest import find_workbooks, ingest

    earlier = [p for p in periods_in(places.inputs) if p.end <= period.end] if places.inputs.is_dir() else []
    for last in reversed(earlier):
        paths = find_workbooks(places.inputs, last)
        if paths:
            cells = ingest(paths, places.inputs / last.id, last, catalogue, Options(), alone=True).cells
            members = cells[cells["role"] == MEMBER].drop_duplicates(["province", "form", "label"])
            grouped = members.groupby(["province", "form"], sort=False)["label"]
            return {(str(key[0]), str(key[1])): list(labels) for key, labels in grouped}
    return {}
