"""What the words of a command came to: where they are typed again and nothing changed, they are not read again.

Reading them takes longer than to see that nothing changed.
"""

import contextlib
import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import installed, unchanged
from pipeline.errors import PipelineError
from pipeline.messages import Messages
from pipeline.model import Options, Places
from pipeline.periods import choose_period
from pipeline.remote import is_address, reached
from pipeline.summary import Summary
from pipeline.usage import speak_utf8

_KEPT = "asked.json"
_MOST = 20  # ways of asking that are kept
_MAY_LACK = frozenset({"period", "jobs"})
OUTPUTS = "outputs"


@dataclass(frozen=True)
class Asked:
    """What the words of `pipeline consolidate` come to."""

    period: str | None
    inputs: str
    outputs: str
    schemas: str
    options: Options
    quiet: bool

    @property
    def is_here(self) -> bool:
        """Whether all of it lies on this machine."""
        return not any(map(is_address, (self.inputs, self.outputs, self.schemas)))


def again(words: Sequence[str]) -> int | None:
    """Say once more what the last run came to, and give its exit code; None where the words are to be read."""
    with contextlib.suppress(OSError, PipelineError):  # what stops a run is said by `pipeline.cli`
        asked = _known(words)
        if asked is None:
            return None
        with reached(asked.inputs, asked.outputs, asked.schemas) as places:
            summary = unchanged.recall(choose_period(asked.period, places.inputs), places, asked.options)
        if summary is not None:
            speak_utf8()
            say(summary, asked, is_new=False)
            return exit_code(summary, asked.options)
    return None


def say(summary: Summary, asked: Asked, *, is_new: bool) -> None:
    """Print what a run came to, and whether it was one."""
    if asked.quiet:
        return
    from pipeline.terminal import show

    show(summary, [] if is_new else [Messages(asked.options.lang)("cli.unchanged")])


def exit_code(summary: Summary, options: Options) -> int:
    """0 where everything expected came in and was accepted."""
    return 0 if summary.complete and not (options.strict and summary.warned) else 1


def keep(words: Sequence[str], asked: Asked, places: Places) -> None:
    """Keep what words came to, those of the last runs; where that cannot be, they are read again."""
    if not (words and asked.options.cache and asked.is_here):
        return
    path = unchanged.cache_of(places) / _KEPT
    others = [line for line in _kept(path) if line["words"] != list(words)][: _MOST - 1]
    line = {"words": list(words), "program": installed.program(), "asked": asdict(asked)}
    passing = path.with_name(f".{path.name}-{os.getpid()}")
    with contextlib.suppress(OSError):
        try:
            passing.write_text(json.dumps([line, *others]), "utf-8")
            passing.replace(path)
        finally:
            passing.unlink(missing_ok=True)


def _known(words: Sequence[str]) -> Asked | None:
    """What these words came to when this program read them last."""
    path = unchanged.cache_of(Places(outputs=_outputs(words))) / _KEPT
    for line in _kept(path):
        if line["words"] == list(words) and line["program"] == installed.program() and _is_sound(line["asked"]):
            asked = line["asked"]
            return Asked(**{**asked, "options": Options(**asked["options"])})
    return None


def _is_sound(found: object) -> bool:
    """Whether something has the shape of what is kept: the file may be damaged, or somebody else's."""
    plain = asdict(Asked("", "", "", "", Options(jobs=1), quiet=True))
    return _is_like(found, plain) and isinstance(found, dict) and _is_like(found["options"], plain["options"])


def _is_like(found: object, plain: dict[str, Any]) -> bool:
    return (
        isinstance(found, dict)
        and found.keys() == plain.keys()
        and all(
            type(found[name]) is type(one) or (name in _MAY_LACK and found[name] is None) for name, one in plain.items()
        )
    )


def _outputs(words: Sequence[str]) -> Path:
    """Where the outputs are, if these words are those of a run that was kept there."""
    last = OUTPUTS
    for option, value in itertools.pairwise([*words, ""]):
        if option == "--outputs":
            last = value
        elif option.startswith("--outputs="):
            last = option.removeprefix("--outputs=")
    return Path(last)


def _kept(path: Path) -> list[dict[str, Any]]:
    """The lines that were kept; none where the file is not one that this program wrote."""
    if not path.is_file():  # a pipe of that name would be waited for
        return []
    try:
        lines = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    shape = {"words", "program", "asked"}
    sound = isinstance(lines, list) and all(isinstance(line, dict) and line.keys() == shape for line in lines)
    return lines if sound else []
