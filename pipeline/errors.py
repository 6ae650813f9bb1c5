"""Everything the pipeline raises for a user's sake; one root, so that the command line catches one name."""

from collections.abc import Iterable
from pathlib import Path


class PipelineError(Exception):
    """The run cannot go on. ``key`` is the message's id, ``params`` fill it; it is shown in the user's language."""

    def __init__(self, key: str, **params: object) -> None:
        self.key, self.params = key, params
        shown = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{key} ({shown})" if shown else key)


class UsageError(PipelineError):
    """An option or argument that cannot be used (a period that does not exist, a folder that is not there)."""


class UnknownNameError(UsageError):
    """A name that was typed and is none of those that are known; it may be meant for one of them."""

    def __init__(self, key: str, typed: str, among: Iterable[str], **params: object) -> None:
        self.typed, self.among = typed, tuple(among)
        super().__init__(key, **params)


class CatalogueError(PipelineError):
    """The catalogue (``schemas/``) is broken; names the file, the key and what was expected there."""

    def __init__(self, file: Path | str, key: str, reason: str) -> None:
        self.file, self.place, self.reason = Path(file), key, reason
        super().__init__("error.catalogue", place=f"{file}: {key}" if key else f"{file}", reason=reason)


class NoInputsError(PipelineError):
    """No workbook was found for the period."""


class ExpressionError(Exception):
    """A rule or formula of the catalogue is not an expression that the pipeline knows; the loader says where."""


class UnreadableError(Exception):
    """A file is no workbook that can be read; ``reason`` is the id of the message that says why and what to do."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


class OutputError(PipelineError):
    """The outputs are absent, incomplete or cannot be written."""


class UncountedError(PipelineError):
    """An entry of a period's folder has no verdict, or two: a fault of the program, not of a file."""
