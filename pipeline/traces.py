"""How a figure is traced back: the way to the file that it stands in, and what was made of what was typed there."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import MEMBER, Places, Traces
from pipeline.periods import Period
from pipeline.platforms import way_between

if TYPE_CHECKING:
    import pandas as pd


def traces_of(
    cells: "pd.DataFrame", sources: Mapping[str, Path], before: Mapping[str, Path], places: Places, period: Period
) -> Traces:
    """The ways from a period's outputs to its files; and of each checked cell that is not used as it was typed, why.

    ``sources`` are the files, and ``before`` last year's, by the names that outputs give them.
    A file whose name is shown otherwise than it is, for it holds personal data, has no way.
    """
    start = (places.seen_from or places.outputs) / period.id
    files, earlier = (
        {name: way_between(start, path) for name, path in named.items() if name == path.name}
        for named in (sources, before)
    )
    changed = cells[(cells["role"] == MEMBER) & ((cells["factor"] != 1) | (cells["corrected"].fillna("") != ""))]
    columns = (changed[name].tolist() for name in ("file", "sheet", "cell", "factor", "corrected"))
    recast = {(f, s, c): (float(by), said or "") for f, s, c, by, said in zip(*columns, strict=True)}
    return Traces(files, recast, earlier)
