"""What stops a command, as one sentence in the user's language."""

import re
import shutil
import sys
from typing import get_args

from pipeline.errors import CatalogueError, PipelineError
from pipeline.messages import Messages
from pipeline.model import Lang, Said

LANGUAGES: dict[str, Lang] = {"vi": "vi", "en": "en"}

# What typer says of a command that is not right; the message `cli.usage.NAME` says it in the user's language.
_USAGE = {
    name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        "no_command": r"Missing command\.",
        "unknown_command": r"No such command '(?P<word>.*?)'\.(?P<near>.*)",
        "similar_option": r"No such option: (?P<word>.+?) \(Possible options: (?P<names>.+)\)",
        "unknown_option": r"No such option: (?P<word>.+)",
        "missing_argument": r"Missing argument '(?P<word>.+?)'\..*",
        "too_many": r"Got unexpected extra argument(?:s|\(s\))? \((?P<word>.*)\)",
        "needs_value": r"Option '(?P<word>.+)' requires an argument\.",
        "takes_no_value": r"Option '(?P<word>.+)' does not take a value\.",
        "bad_value": r"Invalid value for '(?P<word>.+?)': (?P<detail>.+)",
        "meant": r" Did you mean '(?P<word>.+?)'\?",
        "no_integer": r"Input should be a valid integer.*",
        "no_number": r"Input should be a (?:valid|finite) number.*",
        "too_small": r"Input should be greater than or equal to (?P<word>\S+)",
        "too_large": r"Input should be less than or equal to (?P<word>\S+)",
    }.items()
}


def lang_of(arguments: list[str]) -> Lang:
    """The language of help and errors, which are needed before the options are read."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        if option == "--lang" and value in LANGUAGES:
            return LANGUAGES[value]
        if option.startswith("--lang=") and option.removeprefix("--lang=") in LANGUAGES:
            return LANGUAGES[option.removeprefix("--lang=")]
    return "vi"


def speak_utf8() -> None:
    """Have what is said written so that every terminal and file gets it, whatever signs it has."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def tell(sentence: str) -> None:
    """Print a sentence on stderr, as one line; a terminal gets it broken between words, so that names stay whole."""
    line = " ".join(sentence.split())
    if sys.stderr.isatty():
        import textwrap

        width = shutil.get_terminal_size().columns
        line = textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
    print(line, file=sys.stderr)


def sentence_of(error: PipelineError, say: Messages) -> str:
    """What stops a run; where a name is misspelt, with the one that was most likely meant."""
    sentence = _of_catalogue(error, say) if isinstance(error, CatalogueError) else say(error.key, **error.params)
    if error.meant:
        names = '", "'.join(error.meant)
        return f"{sentence} {say('cli.meant', name=names)}"
    if not error.among:
        return sentence
    from pipeline.nearest import nearest

    near = nearest(error.typed, error.among)
    return f"{sentence} {say('cli.meant', name=near)}" if near and near != error.typed else sentence


def in_every_language(error: PipelineError) -> str:
    """The same for who calls the library, whose language nobody knows."""
    return " | ".join(sentence_of(error, Messages(lang)) for lang in get_args(Lang))


def _of_catalogue(error: CatalogueError, say: Messages) -> str:
    where = [str(error.file.as_posix())]
    where += [say("catalogue.line", line=error.line)] if error.line else []
    place = ", ".join(where) + (f": {error.place}" if error.place else "")
    return say(error.key, place=place, reason=say(f"catalogue.{error.reason}", **error.params))


def in_own_words(sentence: str) -> Said | str:
    """What typer says of a command, in the user's language; as it stands where it is not known."""
    for name, pattern in _USAGE.items():
        if match := pattern.fullmatch(sentence):
            params = {key: in_own_words(text) for key, text in match.groupdict().items()}
            return Said(f"cli.usage.{name}", params)
    return sentence
