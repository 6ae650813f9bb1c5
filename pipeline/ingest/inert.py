"""What a workbook gave as plain JSON and back: reading it runs nothing, whoever wrote it."""

import dataclasses
import json
from array import array
from datetime import date
from typing import Any

from pipeline.ingest.packed import Packed, Texts
from pipeline.ingest.sink import TextRecord
from pipeline.ingest.submission import Part
from pipeline.labels import Label
from pipeline.model import Basis, Finding, Place, Said, Share, Submission

_RECORDS: tuple[type[Any], ...] = (
    Part, Submission, Packed, Texts, TextRecord, Finding, Place, Said, Share, Basis,
)  # fmt: skip
_BY_NAME = {kind.__name__: kind for kind in _RECORDS}
_PLAIN = (str, int, float, bool, type(None))


def dumps(part: Part) -> str:
    """A part as text. Raises `TypeError` for what has no plain form."""
    return json.dumps(_plain(part), separators=(",", ":"))


def loads(text: str) -> Part:
    """The part that a text stands for. Raises `ValueError`, `TypeError`, `KeyError` or the like for any other text."""
    part = _object(json.loads(text))
    if not isinstance(part, Part):
        raise TypeError("no part")
    return part


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever fills a message
    """The value in lists and texts: a list is a list's tag and its parts."""
    if isinstance(value, _PLAIN):
        return value
    kind = type(value)
    if kind is list:
        return ["list", *map(_plain, value)]
    if kind in {tuple, frozenset}:
        return [kind.__name__, *map(_plain, sorted(value) if kind is frozenset else value)]
    if kind is dict:
        return ["dict", *([_plain(key), _plain(part)] for key, part in value.items())]
    if kind is date:
        return ["date", value.isoformat()]
    if kind is Label:
        return ["Label", value.root]
    if kind is bytes:
        return ["bytes", value.decode()]
    if kind is array:
        return ["array", value.typecode, value.tolist()]
    if kind in _RECORDS:
        return [kind.__name__, *map(_plain, _fields(value))]
    raise TypeError(f"{kind.__name__} has no plain form")


def _fields(record: Any) -> tuple[Any, ...]:  # noqa: ANN401  one of the records
    if isinstance(record, tuple):
        return record
    return tuple(getattr(record, field.name) for field in dataclasses.fields(record))


def _object(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, list):
        return value
    tag, *parts = value
    if tag == "list":
        return [*map(_object, parts)]
    if tag in {"tuple", "frozenset"}:
        return {"tuple": tuple, "frozenset": frozenset}[tag](map(_object, parts))
    if tag == "dict":
        return {_object(key): _object(part) for key, part in parts}
    if tag == "date":
        return date.fromisoformat(*parts)
    if tag == "Label":
        return Label(*parts)
    if tag == "bytes":
        return str(*parts).encode()
    if tag == "array":
        return array(*parts)
    return _BY_NAME[tag](*map(_object, parts))
