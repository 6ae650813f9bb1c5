"""Reads one YAML file of a catalogue: its content, and on which line an entry stands."""

import re
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import CatalogueError

# What the YAML library says of a text that it cannot read; `catalogue.yaml.NAME` says it to people.
_PROBLEMS = {
    "nested": "mapping values are not allowed",
    "tab": "tab character",
    "sign": "cannot start any token",
    "bracket": "did not find expected ',' or",
    "unclosed": "unexpected end of stream",
    "indent": "did not find expected key",
    "item": "did not find expected '-' indicator",
    "block": "did not find expected comment or line break",
    "anchor": "did not find expected alphabetic or numeric character",
    "alias": "undefined alias",
    "escape": "escape",
    "colon": "could not find expected ':'",
    "tag": "could not determine a constructor",
}


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's scalars: ``01``, ``no`` and days are texts, only ``true`` and ``false`` are booleans; no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: the second would silently win."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _TwiceError(None, None, key.value, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _TwiceError(yaml.constructor.ConstructorError):
    """A key stands twice in one mapping; ``problem`` is the key."""


_RESOLVED_ANEW = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _RESOLVED_ANEW]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def parse(name: str, path: Path) -> Any:
    """The content of a file that a catalogue calls ``name``. Raises `CatalogueError` for what cannot be read."""
    try:
        return yaml.load(path.read_bytes().decode("utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, refined above
    except _TwiceError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise CatalogueError(name, "", "twice", line=line, name=error.problem) from None
    except yaml.YAMLError as error:
        raise _no_yaml(name, error) from None
    except UnicodeDecodeError as error:
        raise CatalogueError(name, "", "no_utf8", byte=error.start + 1) from None
    except (RecursionError, ValueError) as error:
        raise CatalogueError(name, "", "unreadable", detail=str(error)) from None
    except OSError as error:
        raise CatalogueError(name, "", "unopened", detail=error.strerror) from None


def _no_yaml(name: str, error: yaml.YAMLError) -> CatalogueError:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or " ".join(str(error).split())
    line = mark.line + 1 if mark else 0
    kind = next((kind for kind, text in _PROBLEMS.items() if text in said), "other")
    return CatalogueError(name, "", f"yaml.{kind}", line=line, detail=said)


def line_of(path: Path, place: str) -> int:
    """The line on which an entry stands that is named by ids and keys (``rows.district.members``); 0 if there is none.

    Of a path that leads nowhere it is the last part that there is.
    """
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8"), Loader=_Loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return 0
    return _line(node, place.split(".")) if node and place else 0


def _line(node: yaml.Node, parts: Sequence[str]) -> int:
    line = 0
    for part in parts:
        found = next((hit for hit in _named(node) if hit[0] == part), None)
        if found is None:
            # Ids of lists stand in places without the list's own key.
            nested = (hit for _, inner, _ in _named(node) for hit in _named(inner))
            found = next((hit for hit in nested if hit[0] == part), None)
        if found is None:
            break
        _, node, line = found
    return line


def _named(node: yaml.Node) -> Iterator[tuple[str, yaml.Node, int]]:
    """What an entry holds: by its keys, or a list's items by their ids and their places."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            names = [v.value for k, v in _pairs(item) if k in {"id", "key", "indicator"}]
            for name in (str(index), *map(str, names)):
                yield name, item, item.start_mark.line + 1


def _pairs(node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []
