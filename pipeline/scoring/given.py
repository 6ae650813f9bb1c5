"""The points that the scoring workbook gives: self-assessed and verified, each with its cell."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.model import MEMBER, Place
from pipeline.states import REJECTED
from pipeline.statistics.exact import exact

if TYPE_CHECKING:
    import pandas as pd

SELF_ASSESSED, VERIFIED = "self_assessed", "verified"


class Given(NamedTuple):
    """A cell of the scoring workbook: its points (None where it holds no number), and whether it was refused."""

    points: Fraction | None = None
    refused: bool = False
    place: Place = Place()


Points = dict[tuple[str, str, str], Given]
"""By province, criterion and measure."""


def given_points(cells: "pd.DataFrame", catalogue: Catalogue) -> Points:
    """The points of the period's scoring workbook; a number that a finding refuses is none, and known as refused."""
    form = catalogue.points_form
    if not form or cells.empty:
        return {}
    own = cells[(cells["form"] == form) & (cells["role"] == MEMBER) & ~cells["previous"].astype(bool)]
    found: Points = {}
    for cell in own.itertuples():
        key = (str(cell.province), str(cell.row), str(cell.measure))
        value, refused = float(cell.value), cell.state == REJECTED
        place = Place(str(cell.file), str(cell.sheet), str(cell.cell))
        before = found.get(key, Given())
        # Of a row that stands twice both cells are refused; one that is refused is never overruled.
        points = None if math.isnan(value) or refused or before.refused else exact(value)
        found[key] = Given(points, refused or before.refused, place)
    return found
