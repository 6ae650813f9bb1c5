"""Work in a process of its own, beside what this one does meanwhile."""

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from pipeline.platforms import die_with_parent, process_context


@contextlib.contextmanager
def beside(function: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Call a function in another process while the block runs, and wait for it at the block's end.

    Raises what the function raised, or `RuntimeError` where its process ended without a word. If the block itself
    fails, the process is ended.
    """
    context = process_context()
    here, there = context.Pipe(duplex=False)
    process: BaseProcess = context.Process(  # type: ignore[attr-defined]
        target=_serve, args=(there, os.getpid(), function, arguments), daemon=True
    )
    process.start()
    there.close()
    try:
        yield
        try:
            failure = here.recv()
        except EOFError:
            process.join()
            failure = RuntimeError(f"{function.__name__} ended with {process.exitcode}")
        if failure is not None:
            raise failure
    finally:
        process.kill()
        process.join()
        here.close()


def _serve(channel: Connection, parent: int, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    die_with_parent(parent)
    failure: BaseException | None = None
    try:
        function(*arguments)
    except Exception as error:  # noqa: BLE001  raised again where it is waited for
        error.add_note(traceback.format_exc())
        failure = error
    try:
        channel.send(failure)
    except Exception:  # noqa: BLE001  an error that does not travel goes as its text
        channel.send(RuntimeError("".join(traceback.format_exception(failure))))
