"""Says by which line of which file the catalogue would learn a text that it does not know."""

import json
from collections.abc import Sequence

from pipeline.ingest.sink import Sink
from pipeline.model import Said
from pipeline.text import tidy

NO_ALIAS = Said("advice.no_alias")


def alias_line(
    sink: Sink, entry: str, path: Sequence[str], *, word: str = "also", previous: bool = False
) -> dict[str, object]:
    """The file of the sink's form, the entry in it, and the line that makes a header or label known there.

    ``path`` is the header from top to bottom, or one label; the years of the period are left for others to fill in.
    """
    year = sink.vocabulary.period.year
    names = {str(year): "{year}", str(year - 1): "{previous_year}"}
    parts = [" ".join(names.get(piece, piece) for piece in tidy(part).split()) for part in path]
    alias = json.dumps([parts if len(parts) > 1 else parts[0]], ensure_ascii=False)
    line = f"previous: {{{word}: {alias}}}" if previous else f"{word}: {alias}"
    return {"file": f"forms/{sink.form}.yaml", "entry": entry, "line": line}


def advice(text: str, cell: str, alias: dict[str, object]) -> Said:
    """What to do about a name that lacks where one text may be it."""
    return Said("advice.alias", {"text": text, "cell": cell, **alias})
