"""The tables of ``encodings.yaml``."""

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def tables() -> dict[str, Any]:
    """What the file holds."""
    text = (resources.files("pipeline") / "encodings.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # our own file
    return found
