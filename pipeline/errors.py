"""Everything the pipeline raises for a user's sake; one root, so that the command line catches one name."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar

_SHOWN = 80  # signs of what stands in a catalogue


class PipelineError(Exception):
    """The run cannot go on. ``key`` is the message's id, ``params`` fill it; it is shown in the user's language.

    ``typed`` is a name that may be misspelt, ``among`` are those that may be meant.
    """

    typed: str = ""
    among: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()
    told: "ClassVar[Callable[[PipelineError], str] | None]" = None  # how `str` says it: `pipeline` knows the languages

    def __init__(self, key: str, **params: object) -> None:
        self.key, self.params = key, params
        shown = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{key} ({shown})" if shown else key)

    def __str__(self) -> str:
        """The sentence that a user reads."""
        told = type(self).told
        return told(self) if told else super().__str__()


class UsageError(PipelineError):
    """An option or argument that cannot be used (a period that does not exist, a folder that is not there)."""


class UnknownNameError(UsageError):
    """A name that was typed and is none of those that are known; it may be meant for one of them.

    ``meant`` are those for which it surely is, though they are not spelt alike.
    """

    def __init__(
        self, key: str, typed: str, among: Iterable[str], *, meant: Iterable[str] = (), **params: object
    ) -> None:
        super().__init__(key, **params)
        self.typed, self.among, self.meant = typed, tuple(among), tuple(meant)


class CatalogueError(PipelineError):
    """The catalogue (``schemas/``) is broken; names the file, the key and what was expected there.

    ``reason`` is the end of a message's id (``catalogue.REASON``), the rest fills it; ``way`` leads there
    where names do not suffice, ``line`` is where, if it is known.
    """

    def __init__(
        self,
        file: Path | str,
        place: str,
        reason: str,
        *,
        way: str = "",
        line: int = 0,
        meant_among: Iterable[str] = (),
        **params: object,
    ) -> None:
        self.file, self.place, self.reason = Path(file), _in_a_line(place), reason
        self.way, self.line = way or place, line
        shown = {name: _in_a_line(value) if isinstance(value, str) else value for name, value in params.items()}
        super().__init__("error.catalogue", **shown)
        self.typed, self.among = str(shown.get("name", "")), tuple(meant_among)

    def at(self, line: int) -> "CatalogueError":
        """The same with its line, where that is not known already."""
        self.line = self.line or line
        return self


class NoInputsError(PipelineError):
    """No workbook was found for the period."""


class ExpressionError(Exception):
    """A rule or formula of the catalogue is not an expression that the pipeline knows; the loader says where."""

    def __init__(self, reason: str, **params: object) -> None:
        self.reason = reason
        self.params: dict[str, Any] = params
        super().__init__(f"{reason}: {params}")


class UnreadableError(Exception):
    """A file is no workbook that can be read; ``reason`` is the id of the message that says why and what to do."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


class OutputError(PipelineError):
    """The outputs are absent, incomplete or cannot be written."""


class UncountedError(PipelineError):
    """An entry of a period's folder has no verdict, or two: a fault of the program, not of a file."""


def _in_a_line(text: str) -> str:
    return " ".join(text.split())[:_SHOWN]
