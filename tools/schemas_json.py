"""Writes what an editor needs to help with the catalogue's files: a JSON Schema of each kind of file.

``python -m tools.schemas_json`` writes ``schemas/json``, from the models that read the files. A file names its schema
in its first line (``# yaml-language-server: $schema=json/indicators.json``), which editors with a YAML language server
follow.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

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
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{name}.yaml", **content}


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
