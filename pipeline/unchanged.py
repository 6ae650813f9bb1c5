"""Whether a run would write again what it wrote last time: then its summary is recalled, and nothing is read."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from pipeline import installed, store
from pipeline.errors import OutputError
from pipeline.installed import contents, hashed
from pipeline.model import RUN, Options, Places
from pipeline.periods import Period, periods_in, wanted
from pipeline.platforms import sha256, way_between
from pipeline.summary import Summary

_CACHE = ".cache"


def fingerprint(period: Period, places: Places, options: Options) -> str:
    """A hash over all that a consolidation depends on: inputs, catalogue, baseline, options, program, libraries."""
    return hashed(_parts(period, places, options))


def _parts(period: Period, places: Places, options: Options) -> Iterator[str]:
    yield repr((period.id, installed.program(), asdict(options)))
    outputs = places.seen_from or places.outputs
    yield from (way_between(outputs, path) for path in (places.inputs, places.schemas))
    for one in (period, *wanted(period, periods_in(places.inputs))):
        yield one.id
        folder = places.inputs / one.id
        yield from contents(folder, folder.iterdir() if folder.is_dir() else ())
    yield from contents(places.schemas, places.schemas.rglob("*.yaml"))
    yield repr(sorted(store.baseline(period, places.outputs).items()))


def recall(period: Period, places: Places, options: Options) -> Summary | None:
    """The summary of the last run, if all it depends on is as it was and its outputs are still what it wrote."""
    if not options.cache or not _kept(period, places).is_file():
        return None
    try:
        kept = json.loads(_kept(period, places).read_text("utf-8"))
        run = places.outputs / period.id / RUN
        if kept["run"] != sha256(run) or kept["fingerprint"] != fingerprint(period, places, options):
            return None
        manifest = store.manifest_of(period, places.outputs)
        return None if store.altered(run.parent, manifest["outputs"]) else _now(Summary(**kept["summary"]), run.parent)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OutputError):
        return None  # nothing kept, or nothing that this version understands: the run is done anew


def _now(summary: Summary, folder: Path) -> Summary:
    """The summary with the outputs' folder as it is named now: the same one may be called from elsewhere."""
    lines = [(text.replace(summary.folder, str(folder)), style) for text, style in summary.lines]
    return replace(summary, folder=str(folder), lines=lines)


def remember(period: Period, places: Places, mark: str, summary: Summary) -> None:
    """Keep the summary of a run that was just written; where it cannot be kept, the next run is done anew."""
    path = _kept(period, places)
    run = places.outputs / period.id / RUN
    content = {"fingerprint": mark, "run": sha256(run), "summary": asdict(summary)}
    passing = path.with_name(f".{path.name}-{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        passing.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        passing.replace(path)


def cache_of(places: Places) -> Path:
    """The folder of what is kept for the next run; it may be deleted at any time."""
    return places.outputs / _CACHE


def _kept(period: Period, places: Places) -> Path:
    return cache_of(places) / f"{period.id}.json"
