"""Figures that add up over the year: those of its first nine months cannot be fewer than those of its first six."""

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding
from pipeline.plain import tuples
from pipeline.states import NIL, NUMBER

_ONE_NUMBER = ["province", "form", "row", "measure", "within"]
_CLOSE = 1e-9


def check_cumulative(cells: pd.DataFrame, before: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Compare with ``before``, the cells of an earlier part of the same year as they were reported; a fall is a doubt.

    Measures that the catalogue says do not add up (``cumulates: false``: what there is on a day) are not compared, nor
    rows that have a period of their own.
    """
    summing = {
        (name, measure)
        for name, form in catalogue.forms.items()
        for measure, column in form.measures.items()
        if column.sums and column.cumulates and not column.signed
    }
    now, then = (_comparable(frame, summing) for frame in (cells, before))
    then = then.drop_duplicates(_ONE_NUMBER, keep=False)
    both = (
        now.reset_index(names="position")
        .merge(then, on=_ONE_NUMBER, suffixes=("", "_then"), validate="m:1")
        .sort_values("position")
    )
    fallen = both[both["value"] < both["value_then"] * (1 - _CLOSE)]
    return [
        finding_at(
            cells, int(row.position), "cumulative_fell", "warning",
            then=row.raw_then or "0", file=row.file_then, cell=f"{row.sheet_then}!{row.cell_then}",
            earlier=row.period_then,
        )
        for row in fallen.itertuples()
    ]  # fmt: skip


def _comparable(cells: pd.DataFrame, summing: set[tuple[str, str]]) -> pd.DataFrame:
    """The numbers of the measures that add up, each about the submission's own period."""
    own = cells[(cells["role"] == MEMBER) & ~cells["previous"] & cells["state"].isin([NUMBER, NIL])]
    own = texts(own[[*_ONE_NUMBER[:-1], "value", "period", "reported_in", "file", "sheet", "cell", "raw"]])
    adds_up = [key in summing for key in tuples(own, ["form", "measure"])]
    own = own[np.array(adds_up, dtype=bool)]
    own = own[own["period"] == own["reported_in"]]
    return own.assign(within=own["period"].str[:4])[[*_ONE_NUMBER, "value", "period", "file", "sheet", "cell", "raw"]]
