"""How a figure is traced back: the way to the file that it stands in, and what was made of what was typed there."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import MEMBER, Places, Traced, Traces
from pipeline.periods import Period
from pipeline.platforms import way_between

if TYPE_CHECKING:
    import pandas as pd


Files = Mapping[str, Path]  # by the names that outputs give them


def traces_of(
    cells: "pd.DataFrame",
    sources: Files,
    earlier: Mapping[Period, Files],
    hashes: Mapping[Period, Mapping[str, str]],
    places: Places,
    period: Period,
) -> Traces:
    """The ways from a period's outputs to its files; and of each checked cell that is not used as it was typed, why.

    ``sources`` are its files, ``earlier`` and ``hashes`` those of earlier periods.
    A file whose name is shown otherwise than it is, for it holds personal data, has no way.
    """
    start = (places.seen_from or places.outputs) / period.id
    files = _ways(start, sources)
    ways = {one: _ways(start, named) for one, named in earlier.items()}
    told = {
        (one.id, name): Traced(ways[one].get(name, ""), hashes.get(one, {}).get(name, ""))
        for one, named in earlier.items()
        for name in named
    }
    corrected = cells["corrected"].notna() & (cells["corrected"] != "")
    changed = cells[(cells["role"] == MEMBER) & ((cells["factor"] != 1) | corrected)]
    columns = (changed[name].tolist() for name in ("file", "sheet", "cell", "factor", "corrected"))
    recast = {(f, s, c): (float(by), said or "") for f, s, c, by, said in zip(*columns, strict=True)}
    return Traces(files, recast, told)


def _ways(start: Path, named: Files) -> dict[str, str]:
    return {name: way_between(start, path) for name, path in named.items() if name == path.name}
