"""Work in a process of its own, beside what this one does meanwhile."""

import contextlib
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from pipeline.platforms import die_with_parent, process_context


class EndedError(RuntimeError):
    """The process ended without a word: something else ended it, as a system does that runs short of memory."""


class Beside:
    """A function that another process calls; it may be started, and made ready, before its arguments are known."""

    def __init__(self, function: Callable[..., object], prepare: Callable[[], object]) -> None:
        self._function, self._prepare = function, prepare
        self._process: BaseProcess | None = None
        self._channel: Connection | None = None

    def start(self) -> None:
        """Start the process: it prepares itself, then waits for the arguments."""
        context = process_context()
        self._channel, there = context.Pipe()
        self._process = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(there, os.getpid(), self._function, self._prepare), daemon=True
        )
        self._process.start()
        there.close()

    def give(self, *arguments: object) -> None:
        """Have the function called with these arguments; a process that is gone is noticed when it is waited for."""
        if self._channel is None:
            self.start()
        if self._channel:
            with contextlib.suppress(OSError):
                self._channel.send(arguments)

    def wait(self) -> None:
        """Raise what the function raised, or `EndedError` where its process ended without a word."""
        if self._channel is None or self._process is None:
            return
        try:
            failure = self._channel.recv()
        except (EOFError, OSError):
            self._process.join()
            failure = EndedError(f"{self._function.__name__} ended with {self._process.exitcode}")
        if failure is not None:
            raise failure

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._channel is None or self._process is None:
            return
        self._process.kill()
        self._process.join()
        self._channel.close()


def _nothing() -> None:
    """What most functions need to be ready."""


@contextlib.contextmanager
def beside(function: Callable[..., object], prepare: Callable[[], object] = _nothing) -> Iterator[Beside]:
    """Another process for a function, at most until the block ends."""
    other = Beside(function, prepare)
    try:
        yield other
    finally:
        other.end()


def _serve(channel: Connection, parent: int, function: Callable[..., object], prepare: Callable[[], object]) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the parent ends its children itself
    failure: BaseException | None = None
    try:
        prepare()
        function(*channel.recv())
    except Exception as error:  # noqa: BLE001  raised again where it is waited for
        error.add_note(traceback.format_exc())
        failure = error
    try:
        channel.send(failure)
    except Exception:  # noqa: BLE001  an error that does not travel goes as its text
        channel.send(RuntimeError("".join(traceback.format_exception(failure))))
