"""What lies under ``outputs/``: written whole or not at all, read back, kept as a baseline."""

import contextlib
import json
import shutil
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.changes import CHANGES, DAMAGED_BASELINE, NO_BASELINE
from pipeline.columns import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TABLE_NUMBERS, TABLES
from pipeline.errors import OutputError
from pipeline.model import RUN, Consolidation, Dated, Said
from pipeline.periods import Period, by_recency
from pipeline.placing import put, recover
from pipeline.platforms import is_lock_file, sha256

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.labels import Label

ACCEPTED = "accepted"
# What a run writes into a folder that has no manifest to tell it from an analyst's files (`check/`).
_UNLISTED = {"findings.csv", "returns"}
_ESCAPED = tuple("=+-@\t\r")


def write_folder(target: Path, build: Callable[[Path], None], *, may_date: bool = True) -> Dated | None:
    """Let ``build`` fill a new folder and put it in the place of ``target`` (`pipeline.placing.put`).

    What lies in the old folder and was not written by a run (an analyst's notes, ``check/``) is kept.
    """
    return put(target, build, _ours, may_date=may_date)


def _ours(target: Path) -> set[str]:
    """The files that a run wrote into a folder, or the names at its top under which all are a run's."""
    outputs = read_manifest(target).get("outputs")
    return {*outputs, RUN} if isinstance(outputs, dict) else {*_UNLISTED, RUN}


def hashes(folder: Path) -> dict[str, str]:
    """Relative path -> hash of every file below a folder, but for ``run.json`` and what marks a file as open."""
    files = sorted(p for p in folder.rglob("*") if p.name != RUN and not is_lock_file(p.name) and p.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p) for p in files}


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write ``run.json``: what went in, what came out, with hashes; no clock."""
    text = json.dumps({**content, "outputs": hashes(folder)}, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / RUN).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """``run.json`` of a folder; empty where there is none that can be read."""
    try:
        content = json.loads((folder / RUN).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def manifest_of(period: Period, outputs: Path) -> dict[str, Any]:
    """``run.json`` of a period. Raises `OutputError` where there is none, or none that a run can have written."""
    content = read_manifest(_written(period.id, outputs))
    hashed = [content.get(name) for name in ("outputs", "inputs", "versions")]
    sound = content.get("period") == period.id and bool(content.get("outputs"))
    if not sound or not all(_are_texts(part) for part in hashed) or not isinstance(content.get("options"), dict):
        raise OutputError("error.damaged_outputs", period=period.id, outputs=outputs, detail=RUN)
    return content


def _are_texts(part: object) -> bool:
    return isinstance(part, dict) and all(isinstance(value, str) for value in part.values())


def altered(folder: Path, expected: dict[str, str]) -> list[Said]:
    """Which outputs are no longer what was written, by their hashes; a name from elsewhere is a missing one."""
    found = hashes(folder)
    said = []
    for name, content in expected.items():
        if name not in found:
            said.append(Said("verify.missing_output", {"file": name}))
        elif found[name] != content:
            said.append(Said("verify.changed_output", {"file": name}))
    return said


def accept(period: Period, outputs: Path) -> Path:
    """Keep a period's outputs as the baseline that later runs compare with; only what a run wrote, unchanged."""
    names = manifest_of(period, outputs)["outputs"]
    source = _written(period.id, outputs)
    target = outputs / ACCEPTED / period.id
    if problems := altered(source, names):
        raise OutputError("error.not_accepted", period=period.id, problems=problems)

    def copy(folder: Path) -> None:
        for name in [*names, RUN]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, folder / name)

    if target.exists():
        shutil.rmtree(target / "check", ignore_errors=True)
    write_folder(target, copy, may_date=False)  # later runs look for the baseline in its own place only
    return target


def baseline(period: Period, outputs: Path) -> dict[str, str]:
    """The hashes of the accepted baseline; empty where nothing was accepted."""
    folder = outputs / ACCEPTED / period.id
    recover(folder)
    return hashes(folder) if folder.is_dir() else {}


def accepted(period: Period, outputs: Path) -> tuple[Consolidation | None, str]:
    """The accepted baseline as it was; without it, why there is none: never accepted, or not what was accepted."""
    found = baseline(period, outputs)
    if not found:
        return None, NO_BASELINE
    expected = read_manifest(outputs / ACCEPTED / period.id).get("outputs")
    tables = ("observations.parquet", "submissions.csv")
    sound = isinstance(expected, dict) and all(found.get(name, "") == expected.get(name) for name in tables)
    try:
        return (load(period.id, outputs / ACCEPTED), "") if sound else (None, DAMAGED_BASELINE)
    except OutputError:
        return None, DAMAGED_BASELINE


def _written(period: str, outputs: Path) -> Path:
    folder = outputs / period
    recover(folder)
    if not (folder / RUN).is_file():
        raise OutputError("error.not_consolidated", period=period, outputs=outputs)
    return folder


def load(period: str, outputs: Path) -> Consolidation:
    """The frames of a consolidation that was written. Raises `OutputError` where there is none."""
    import pandas as pd

    folder = _written(period, outputs)
    try:
        changes = folder / "changes.csv"
        return Consolidation(
            period=period,
            observations=pd.read_parquet(folder / "observations.parquet")[list(OBSERVATIONS)],
            indicators=pd.read_parquet(folder / "indicators.parquet")[list(INDICATORS)].astype({"rank": "Int64"}),
            findings=_read_csv(folder / "findings.csv")[list(FINDINGS)],
            submissions=_read_csv(folder / "submissions.csv")[list(SUBMISSIONS)].astype(
                dict.fromkeys(("forms_expected", "forms_accepted", "errors", "warnings"), "int64")
            ),
            changes=_read_numbers(changes, CHANGES, ("old", "new")) if changes.is_file() else None,
            tables={
                name: _read_numbers(folder / f"{name}.csv", columns, TABLE_NUMBERS)
                for name, columns in TABLES.items()
                if (folder / f"{name}.csv").is_file()
            },
            note=_note(read_manifest(folder).get("note")),
        )
    except (OSError, ValueError, KeyError) as error:
        raise OutputError("error.damaged_outputs", period=period, outputs=outputs, detail=error) from error


def _note(said: object) -> "Label | None":
    from pipeline.labels import Label

    return Label({str(lang): str(text) for lang, text in said.items()}) if isinstance(said, dict) and said else None


def _read_numbers(path: Path, columns: Sequence[str], numbers: Collection[str]) -> "pd.DataFrame":
    import pandas as pd

    frame = _read_csv(path)
    frame = frame.assign(**dict.fromkeys(set(columns) - set(frame), ""))[list(columns)]  # an older version wrote fewer
    return frame.assign(**{n: pd.to_numeric(frame[n]).astype("float64") for n in columns if n in numbers})


def _read_csv(path: Path) -> "pd.DataFrame":
    """A table as it was before texts that look like formulas were quoted."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for name in frame.columns:
        quoted = frame[name].str.startswith(tuple(f"'{sign}" for sign in _ESCAPED))
        frame[name] = frame[name].where(~quoted, frame[name].str[1:])
    return frame


def history(outputs: Path) -> "pd.DataFrame":
    """All consolidated periods' observations, oldest submission first."""
    import pandas as pd

    frames = [pd.read_parquet(file) for file in observation_files(outputs)]
    if not frames:
        return pd.DataFrame(columns=list(OBSERVATIONS), dtype="str").astype({"value": "float64"})
    return pd.concat(frames, ignore_index=True)


def observation_files(outputs: Path) -> list[Path]:
    """The files that hold the observations of each consolidated period, oldest first."""
    entries = outputs.iterdir() if outputs.is_dir() else ()
    periods = sorted((p for p in (Period.parse(entry.name) for entry in entries) if p), key=by_recency)
    files = (outputs / period.id / "observations.parquet" for period in periods)
    return [file for file in files if file.is_file()]


def log_run(outputs: Path, what: str, seconds: float) -> None:
    """Note when a run ended and how long it took: the one place with a clock."""
    folder = outputs / ".log"
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    with contextlib.suppress(OSError):  # the outputs are written; a log that cannot be is no reason to say otherwise
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "runs.log").open("a", encoding="utf-8") as log:
            log.write(f"{stamp}\t{what}\t{seconds:.2f} s\n")
