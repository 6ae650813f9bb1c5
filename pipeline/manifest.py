"""What `run.json` says of a consolidation: what went in, by hashes, and how; no clock."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import UnreadableError
from pipeline.installed import versions
from pipeline.model import Options, Places, Results
from pipeline.periods import Period, periods_in, wanted


def manifest(results: Results, options: Options, places: Places, accepted: dict[str, str]) -> dict[str, Any]:
    """The content of ``run.json`` but for the outputs' hashes."""
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
        "versions": versions(),
        "options": kept,
        **({"note": results.note.root} if results.note else {}),
    }


def _read_hashes(results: Results) -> dict[str, str]:
    """The hashes of the very bytes that were read, whatever stands in the files by now."""
    came = results.consolidation.submissions
    named = zip(came["file"], came["sha256"], strict=True)
    return {f"{results.period.id}/{file}": sha256 for file, sha256 in named if file and sha256}


def hashed_inputs(period: Period, places: Places) -> dict[str, str]:
    """Hashes of all that a consolidation reads: the period's files and those of the earlier ones it compares with.

    Empty for what is no file that would be read, such as a link or one that is too large.
    """
    from pipeline.ingest import find_workbooks, sources_of
    from pipeline.ingest.corrections import FILE

    found: dict[str, str] = {}
    for own in (period, *wanted(period, periods_in(places.inputs))):
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
