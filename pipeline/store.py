"""What lies under ``outputs/``: written whole or not at all, read back, kept as a baseline."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.changes import CHANGES, DAMAGED_BASELINE, NO_BASELINE
from pipeline.columns import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TABLE_NUMBERS, TABLES
from pipeline.errors import OutputError
from pipeline.labels import Label
from pipeline.model import RUN, Consolidation, Said
from pipeline.periods import Period, by_recency
from pipeline.platforms import exchange_folders, sha256

if TYPE_CHECKING:
    import pandas as pd

ACCEPTED = "accepted"
# Folders that exist while a run works; one that is left over from a killed run goes with the next run after a day.
_PASSING = (".building-", ".replaced-")
_LEFT_OVER_SECONDS = 86_400
# What a run writes into a folder that has no manifest to tell it from an analyst's files (`check/`).
_UNLISTED = {"findings.csv", "returns"}
_ESCAPED = tuple("=+-@\t\r")


def write_folder(target: Path, build: Callable[[Path], None]) -> None:
    """Let ``build`` fill a new folder and put it in the place of ``target``; a run that is killed changes nothing.

    What lies in the old folder and was not written by a run (an analyst's notes, ``check/``) is kept.
    """
    fresh: Path | None = None
    try:
        target = target.resolve() if target.is_symlink() else target  # a link to another disk stays a link
        target.parent.mkdir(parents=True, exist_ok=True)
        recover(target)
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        fresh = Path(tempfile.mkdtemp(prefix=f".building-{target.name}-", dir=target.parent))
        fresh.chmod(0o755)
        build(fresh)
        _keep_foreign(target, fresh)
        _sync(fresh)
        _swap(fresh, target)
    except OSError as error:
        raise OutputError("error.output", path=target, detail=error.strerror or error) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
    elif not exchange_folders(fresh, target):
        # Two steps where the system has no exchange; `recover` undoes the first if the run dies between them.
        aside = _aside(target)
        target.rename(aside)
        try:
            fresh.rename(target)
        except OSError:
            aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _aside(target: Path) -> Path:
    return target.with_name(f".replaced-{target.name}")


def recover(target: Path) -> None:
    """Put back the outputs that a killed run had set aside, and clear what such runs left half built."""
    aside = _aside(target)
    if aside.exists() and not target.exists():
        aside.rename(target)
    for left in target.parent.glob(f"{_PASSING[0]}{target.name}-*"):
        if time.time() - left.stat().st_mtime > _LEFT_OVER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _keep_foreign(target: Path, fresh: Path) -> None:
    """Carry over what no run wrote, wherever in the folder it lies."""
    ours = _ours(target)
    for folder, names, files in os.walk(target):
        here = Path(folder)
        names[:] = [name for name in names if not name.startswith(_PASSING)]
        links = [name for name in names if (here / name).is_symlink()]
        for path in (here / name for name in (*files, *links)):
            relative = path.relative_to(target)
            copy = fresh / relative
            if not {relative.as_posix(), relative.parts[0]} & ours and not os.path.lexists(copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy, follow_symlinks=False)


def _ours(target: Path) -> set[str]:
    """The files that a run wrote into a folder, or the names at its top under which all are a run's."""
    outputs = read_manifest(target).get("outputs")
    return {*outputs, RUN} if isinstance(outputs, dict) else {*_UNLISTED, RUN}


def _sync(folder: Path) -> None:
    """Have the system write the files out before they take the place of the old ones."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def hashes(folder: Path) -> dict[str, str]:
    """Relative path -> hash of every file below a folder, ``run.json`` aside."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != RUN)
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
    write_folder(target, copy)
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


def _note(said: object) -> Label | None:
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
