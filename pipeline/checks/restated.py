"""Last year's figure as stated now against the same figure as reported then."""

import numpy as np
import pandas as pd

from pipeline.checks.frames import finding_at, same
from pipeline.model import MEMBER, Finding
from pipeline.states import NIL, NUMBER

_ONE_NUMBER = ["province", "form", "row", "measure", "period"]


def check_restated(cells: pd.DataFrame, base: pd.DataFrame) -> list[Finding]:
    """Compare with ``base``, the cells of the year before as they were reported; a difference is a doubt."""
    now = cells[(cells["role"] == MEMBER) & cells["previous"] & cells["state"].isin([NUMBER, NIL])]
    then = base[(base["role"] == MEMBER) & ~base["previous"] & base["state"].isin([NUMBER, NIL])]
    then = then.drop_duplicates(_ONE_NUMBER, keep=False)
    kept = [*_ONE_NUMBER, "value", "file", "sheet", "cell", "raw", "decimals", "factor"]
    both = (
        now.reset_index(names="position")
        .merge(then[kept], on=_ONE_NUMBER, suffixes=("", "_then"), validate="m:1")
        .sort_values("position")
    )
    # Figures are the same number, but for one that stands in coarser units: it was rounded.
    own, old = (both[f"decimals{side}"].where(both[f"factor{side}"] != 1, 15) for side in ("", "_then"))
    decimals = np.minimum(own.to_numpy(dtype=float), old.to_numpy(dtype=float))
    agrees = same(both["value"].to_numpy(), both["value_then"].to_numpy(), decimals)
    return [
        finding_at(
            cells, int(row.position), "restated", "warning",
            then=row.raw_then or "0", file=row.file_then, cell=f"{row.sheet_then}!{row.cell_then}", period=row.period,
        )
        for row in both[~agrees].itertuples()
    ]  # fmt: skip
