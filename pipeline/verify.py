"""Proves that outputs are what their inputs give: by hashes, and by running the inputs again."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from pipeline import run, store
from pipeline.catalogue import load_catalogue
from pipeline.errors import OutputError
from pipeline.manifest import hashed_inputs
from pipeline.model import RUN, Edition, Lang, Options, Places, Said
from pipeline.periods import Period
from pipeline.platforms import sha256
from pipeline.progress import SILENT, Progress

# What a run records of its options, and the values that each can have.
_OF_BASELINE = ("changes.csv", "consolidated.xlsx")  # they tell what differs from it
_RECORDED: dict[str, tuple[Any, ...]] = {"lang": get_args(Lang), "strict": (False, True), "edition": get_args(Edition)}


@dataclass(frozen=True)
class Verdict:
    """Whether it is proven, and what there is to say."""

    proven: bool
    said: list[Said]


def verify_outputs(period: Period, places: Places, progress: Progress = SILENT) -> Verdict:
    """Compare every hash of ``run.json``, then consolidate again into a temporary folder and compare the bytes.

    Raises `OutputError` where there are no outputs of the period, or their ``run.json`` cannot be understood.
    """
    manifest = store.manifest_of(period, places.outputs)
    options = _options(manifest, period, places)
    changed = store.altered(places.outputs / period.id, manifest["outputs"])
    problems = [*changed, *_inputs(period, places, manifest)]
    if problems:
        return Verdict(proven=False, said=problems)
    remarks, problems = _again(period, places, manifest, options, progress)
    if problems:
        return Verdict(proven=False, said=[*remarks, *problems])
    done = store.load(period.id, places.outputs)
    proof = done.tables.get("reconciliation")
    differs = proof is not None and proof[(proof[["lost", "difference"]] != 0).any(axis=1)]["file"].unique().tolist()
    if differs:
        return Verdict(proven=False, said=[*remarks, Said("verify.not_reconciled", {"files": differs})])
    numbers = len(done.observations)
    params = {
        "period": period.id,
        "files": len(manifest["outputs"]),
        "inputs": len(manifest["inputs"]),
        "numbers": numbers,
    }
    return Verdict(proven=True, said=[*remarks, Said("verify.ok", params)])


def _options(manifest: dict[str, Any], period: Period, places: Places) -> Options:
    """The options of the run that wrote the outputs."""
    options: dict[str, Any] = manifest["options"]
    if any(value not in _RECORDED.get(name, ()) for name, value in options.items()):
        raise OutputError("error.damaged_outputs", period=period.id, outputs=places.outputs, detail=RUN)
    return Options(**options)


def _inputs(period: Period, places: Places, manifest: dict[str, Any]) -> list[Said]:
    now = hashed_inputs(period, places)
    names = sorted(now.keys() | manifest["inputs"].keys())
    changed = [name for name in names if now.get(name) != manifest["inputs"].get(name)]
    said = [Said("verify.changed_input", {"file": name}) for name in changed]
    if load_catalogue(places.schemas).hash != manifest.get("catalogue"):
        said.append(Said("verify.changed_catalogue"))
    return said


def _again(
    period: Period, places: Places, manifest: dict[str, Any], options: Options, progress: Progress
) -> tuple[list[Said], list[Said]]:
    """Consolidate anew and compare: remarks, and problems. With other library versions only the numbers can agree."""
    old = places.outputs / period.id
    with tempfile.TemporaryDirectory(prefix="verify-", ignore_cleanup_errors=True) as name:
        anew = replace(places, outputs=Path(name), seen_from=places.outputs)
        lost_baseline = _lay_baseline(period, places, anew, manifest)
        run.consolidate(period, anew, options, progress)
        new = anew.outputs / period.id
        fresh = store.read_manifest(new)
        names = sorted(fresh["outputs"].keys() | manifest["outputs"].keys())
        told = [name for name in names if name in _OF_BASELINE] if lost_baseline else []
        versions = fresh["versions"].items() ^ manifest["versions"].items()
        same = _same_numbers if versions else _same_bytes
        different = [file for file in names if file not in told and not same(old / file, new / file)]
    libraries = sorted({library for library, _ in versions})
    remarks = [Said("verify.changed_versions", {"names": libraries})] if libraries else []
    if told:
        remarks.append(Said("verify.changed_baseline", {"files": told}))
    return remarks, [Said("verify.not_reproduced", {"file": file}) for file in different]


def _lay_baseline(period: Period, places: Places, anew: Places, manifest: dict[str, Any]) -> bool:
    """Let the new run compare with the baseline that the old one had; whether that one is no longer there."""
    had = manifest.get("baseline")
    if not had:
        return False
    if store.baseline(period, places.outputs) != had:
        return True
    kept = Path(store.ACCEPTED) / period.id
    shutil.copytree(places.outputs / kept, anew.outputs / kept)
    return False


def _same_bytes(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and sha256(one) == sha256(other)


def _same_numbers(one: Path, other: Path) -> bool:
    """Whether two tables hold the same; pictures and workbooks of other library versions are not compared."""
    if not (one.is_file() and other.is_file()):
        return False
    if one.suffix == ".parquet":
        import pandas as pd

        return bool(pd.read_parquet(one).equals(pd.read_parquet(other)))
    return one.suffix != ".csv" or _same_bytes(one, other)
