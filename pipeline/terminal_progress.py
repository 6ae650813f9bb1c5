"""Shows in a terminal how far a run is; what takes less than a second shows nothing, and nothing stays."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.messages import Messages
from pipeline.progress import Progress

if TYPE_CHECKING:  # a run that is over within a second does not wait for them
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

_PATIENCE = 1.0  # seconds
_PAUSE = 0.1  # seconds between two pictures
_LINES = 8
_BAR = 16


@dataclass
class _Stage:
    name: str
    total: int
    began: float
    ended: float | None = None
    done: int = 0
    files: dict[str, None] = field(default_factory=dict)  # being worked on, in the order in which they began


@contextlib.contextmanager
def shown(say: Messages) -> "Iterator[Progress]":
    """Show it on the terminal of stderr: what is printed on stdout may go to a file."""
    progress = Shown(_terminal, say)
    try:
        yield progress
    finally:
        progress.close()


def _terminal() -> "Console":
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False)


class Shown(Progress):
    """One line for each stage, with the files that are being read.

    Drawn when something is told, and by no thread: children of a process with threads could not be forked.
    """

    def __init__(
        self, console: "Callable[[], Console]", say: Messages, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._say, self._clock = console, say, clock
        self._started, self._drawn = clock(), 0.0
        self._stages: list[_Stage] = []
        self._live: Live | None = None

    def stage(self, key: str, total: int = 0, **params: object) -> None:
        """Begin a line."""
        now = self._clock()
        if self._stages:
            self._stages[-1].ended = now
        self._stages.append(_Stage(self._say(f"cli.stage.{key}", **params), total, now))
        self._draw(at_once=True)

    def begun(self, file: str) -> None:
        """Name a file."""
        self._stages[-1].files[file] = None
        self._draw()

    def done(self, file: str) -> None:
        """Count a file."""
        self._stages[-1].files.pop(file, None)
        self._stages[-1].done += 1
        self._draw()

    def waited(self) -> None:
        """Show how long it takes."""
        self._draw()

    def close(self) -> None:
        """Take it off the screen."""
        if self._live is not None:
            self._live.stop()

    def _draw(self, *, at_once: bool = False) -> None:
        now = self._clock()
        if now - self._started < _PATIENCE or not (at_once or now - self._drawn >= _PAUSE):
            return
        if self._live is None:
            from rich.live import Live

            self._live = Live(
                console=self._console(),
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        self._drawn = now
        # Room is left for the ^C of an interrupted command: it would begin a line, and the wrong ones would be cleared.
        self._live.update(self._lines(now, self._live.console.width - 3), refresh=True)

    def _lines(self, now: float, width: int) -> "Table":
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2), expand=True)
        table.width = width
        table.add_column(no_wrap=True)
        table.add_column(width=_BAR)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for stage in self._stages[-_LINES:]:
            bar = ProgressBar(stage.total, stage.done, width=_BAR) if stage.total else ""
            count = f"{stage.done}/{stage.total}" if stage.total else ""
            # Between two pictures time goes on; where nothing moves, a number that stands still would look dead.
            is_told = stage.ended or stage.total
            seconds = f"{self._say.number((stage.ended or now) - stage.began, 1)} s" if is_told else "..."
            style = "dim" if stage.ended else "bold"
            table.add_row(stage.name, bar, count, seconds, Text(", ".join(stage.files)), style=style)
        return table
