"""What a model refuses, as the catalogue's messages say it: an entry's key, what stands there, what may stand there."""

from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.catalogue.entry import Entry
from pipeline.errors import CatalogueError

# The beginnings of pydantic's names for what is wrong -> ours, with what of its context fills the message.
_REASONS = {
    "extra_forbidden": "unknown_key",
    "missing": "missing",
    "literal_error": "choice",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "finite_number": "number",
    "date": "date",
    "string_pattern": "pattern",
    "string": "text",
    "greater_than_equal": "at_least",
    "greater_than": "above",
    "less_than_equal": "at_most",
    "too_short": "empty",
    "list": "list",
    "tuple": "list",
    "dict": "mapping",
    "model": "mapping",
}


def fault(error: ValidationError, file: str, entry: str) -> CatalogueError:
    """The first fault of an entry, as it is told to who wrote it; a key that is not known before one that lacks."""
    found = error.errors(include_url=False)
    unknown = [one for one in found if one["type"] == "extra_forbidden"]
    # Of the ways in which a value may be written, the one that was followed furthest is the one that was meant.
    first: Any = max(unknown or found, key=lambda one: len(one["loc"]))
    parts = [str(part) for part in first["loc"] if "[" not in str(part)]
    place = ".".join([*([entry] if entry else []), *parts])
    kind, context = str(first["type"]), first.get("ctx", {})
    reason = next((ours for theirs, ours in _REASONS.items() if kind.startswith(theirs)), "other")
    limit = next((context[name] for name in ("ge", "gt", "le", "min_length") if name in context), "")
    choices = [part.strip("'") for part in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
    if kind == "value_error":  # one of our own: its text is the message's id
        reason = str(context["error"])
    name = parts[-1] if kind in {"extra_forbidden", "missing"} and parts else _shown(first["input"])
    among = _keys() if kind == "extra_forbidden" else choices if reason == "choice" else ()
    pattern = context.get("pattern", "")
    told = {"limit": limit, "choices": choices, "pattern": pattern, "detail": first["msg"]}
    return CatalogueError(file, place, reason, meant_among=among, name=name, **told)


def _shown(value: object) -> str:
    if isinstance(value, dict | BaseModel):
        return "{...}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _keys() -> list[str]:
    """Every key that an entry of a catalogue may have."""
    kinds, keys = [Entry], set()
    for kind in kinds:
        kinds += kind.__subclasses__()
        keys |= {field.alias or name for name, field in kind.model_fields.items()}
    return sorted(keys)
