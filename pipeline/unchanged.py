"""Whether a run would write again what it wrote last time: then its summary is recalled, and nothing is read."""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from pipeline import store
from pipeline.errors import OutputError
from pipeline.model import RUN, Options, Places
from pipeline.periods import Period, periods_in, wanted
from pipeline.platforms import sha256, way_between
from pipeline.summary import Summary

_LIBRARIES = ("pandas", "pandera", "python-calamine", "openpyxl", "XlsxWriter", "matplotlib", "pyarrow", "pydantic")
_CACHE = ".cache"
_PROGRAM = Path(__file__).parent
_CODE = frozenset({".py", ".yaml"})


def versions() -> dict[str, str]:
    """The versions of the libraries that shape the outputs."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@cache
def program() -> str:
    """A hash over what reads and writes: the program's code and words, Python and the libraries."""
    own = (repr((sys.version, sorted(versions().items()))), *_below(_PROGRAM, _code()))
    return _hash(own)


def _code() -> Iterator[Path]:
    return (path for path in _PROGRAM.rglob("*") if path.suffix in _CODE)


def _hash(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()


def fingerprint(period: Period, places: Places, options: Options) -> str:
    """A hash over all that a consolidation depends on: inputs, catalogue, baseline, options, program, libraries."""
    return _hash(_parts(period, places, options))


def _parts(period: Period, places: Places, options: Options) -> Iterator[str]:
    yield repr((period.id, program(), asdict(options)))
    outputs = places.seen_from or places.outputs
    yield from (way_between(outputs, path) for path in (places.inputs, places.schemas))
    for one in (period, *wanted(period, periods_in(places.inputs))):
        yield one.id
        folder = places.inputs / one.id
        yield from _below(folder, folder.iterdir() if folder.is_dir() else ())
    yield from _below(places.schemas, places.schemas.rglob("*.yaml"))
    yield repr(sorted(store.baseline(period, places.outputs).items()))


def _below(folder: Path, paths: Iterable[Path]) -> Iterator[str]:
    """The names, kinds and contents of what lies in a folder; of what is no file, when it was changed."""
    for path in sorted(paths):
        yield str(path.relative_to(folder))
        try:
            found = path.lstat()
            yield str(stat.S_IFMT(found.st_mode))
            yield sha256(path) if stat.S_ISREG(found.st_mode) else str(found.st_mtime_ns)
        except OSError as error:
            yield str(error.errno)


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
