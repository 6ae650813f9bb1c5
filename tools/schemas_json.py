"""Writes what an editor needs to help with the catalogue's files: a JSON Schema of each kind of file.

``python -m tools.schemas_json`` writes ``schemas/json``, from the models that read the files. A file names its schema
in its first line (``# yaml-language-server: $schema=json/indicators.json``), which editors with a YAML language server
follow.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from pipeline.catalogue.entry import Entry
from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Check, Indicator, Province, Settings, Target
from pipeline.catalogue.scoring import Scoring

FOLDER = Path(__file__).resolve().parent.parent / "schemas" / "json"
# What each kind of file holds, by the name of its schema; ``form`` is of each file in ``forms/``.
FILES: dict[str, Any] = {
    "catalogue": Settings,
    "provinces": list[Province],
    "indicators": dict[str, Indicator],
    "targets": list[Target],
    "checks": list[Check],
    "scoring": list[Scoring],
    "form": Form,
}


def schema(name: str) -> dict[str, Any]:
    """The schema of a kind of file."""
    content = TypeAdapter(FILES[name]).json_schema(mode="validation")
    told = _told()
    for entry in (content, *content.get("$defs", {}).values()):
        for key, field in entry.get("properties", {}).items():
            if words := told.get(entry.get("title", ""), {}).get(key):
                field["description"] = words
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{name}.yaml", **content}


def _told() -> dict[str, dict[str, str]]:
    """What each key of each model means, which an editor shows: the texts below the models' fields."""
    kinds: list[type[BaseModel]] = [Entry]
    for kind in kinds:  # grows
        kinds += kind.__subclasses__()
    own = {kind.__name__: _below_fields(kind) for kind in kinds}
    # A field of another model that this one builds on is told there.
    return {kind.__name__: {k: t for base in reversed(kind.__mro__) for k, t in own.get(base.__name__, {}).items()}
            for kind in kinds}  # fmt: skip


def _below_fields(kind: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0].body  # type: ignore[attr-defined]
    told = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            name = ast.unparse(field.target)
            told[kind.model_fields[name].alias or name] = str(below.value.value)
    return told


def written(name: str) -> str:
    """The same as it stands in its file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name in FILES:
        (FOLDER / f"{name}.json").write_text(written(name), encoding="utf-8")


if __name__ == "__main__":
    main()
