"""Proves that outputs are what their inputs give: by hashes, and by running the inputs again."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import run, store
from pipeline.catalogue import load_catalogue
from pipeline.errors import OutputError
from pipeline.model import Options, Said
from pipeline.periods import Period


@dataclass(frozen=True)
class Verdict:
    """Whether it is proven, and what there is to say."""

    proven: bool
    said: list[Said]


def verify_outputs(period: Period, places: run.Places) -> Verdict:
    """Compare every hash of ``run.json``, then consolidate again into a temporary folder and compare the bytes.

    Raises `OutputError` where there are no outputs of the period.
    """
    folder = places.outputs / period.id
    manifest = store.read_manifest(folder)
    if not manifest:
        raise OutputError("error.not_consolidated", period=period.id, outputs=places.outputs)
    problems = [*_outputs(folder, manifest), *_inputs(period, places, manifest)]
    if not problems:
        problems = _again(period, places, manifest)
    if problems:
        return Verdict(proven=False, said=problems)
    numbers = len(store.load(period.id, places.outputs).observations)
    params = {
        "period": period.id,
        "files": len(manifest["outputs"]),
        "inputs": len(manifest["inputs"]),
        "numbers": numbers,
    }
    return Verdict(proven=True, said=[Said("verify.ok", params)])


def _outputs(folder: Path, manifest: dict[str, Any]) -> list[Said]:
    found = store.hashes(folder)
    said = []
    for name, expected in manifest["outputs"].items():
        if name not in found:
            said.append(Said("verify.missing_output", {"file": name}))
        elif found[name] != expected:
            said.append(Said("verify.changed_output", {"file": name}))
    return said


def _inputs(period: Period, places: run.Places, manifest: dict[str, Any]) -> list[Said]:
    now = run.hashed_inputs(period, places)
    names = sorted(now.keys() | manifest["inputs"].keys())
    changed = [name for name in names if now.get(name) != manifest["inputs"].get(name)]
    said = [Said("verify.changed_input", {"file": name}) for name in changed]
    if load_catalogue(places.schemas).hash != manifest["catalogue"]:
        said.append(Said("verify.changed_catalogue"))
    return said


def _again(period: Period, places: run.Places, manifest: dict[str, Any]) -> list[Said]:
    """Consolidate anew and compare; with other library versions the bytes may differ and the frames are compared."""
    with tempfile.TemporaryDirectory(prefix="verify-") as name:
        anew = replace(places, outputs=Path(name))
        run.consolidate(period, anew, Options(**manifest["options"]))
        fresh = store.read_manifest(anew.outputs / period.id)
        names = manifest["outputs"]
        if fresh["versions"] != manifest["versions"]:
            names = [file for file in names if file.endswith(".csv")]
        different = [file for file in names if fresh["outputs"].get(file) != manifest["outputs"][file]]
    return [Said("verify.not_reproduced", {"file": file}) for file in different]
