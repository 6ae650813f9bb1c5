"""Figures that are each possible and together improbable: copied from last year, rounded, far from all others.

Each is a doubt with its reason; thresholds are high, for a doubt about everything is one about nothing.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.checks.frames import finding_at
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding, Said, Share
from pipeline.plain import tuples
from pipeline.states import NUMBER
from pipeline.statistics.robust import OUTLYING, chance_of_as_many, chance_of_same, modified_z

_ONE_NUMBER = ["province", "form", "row", "measure"]
_NEEDED = [*_ONE_NUMBER, "value", "factor", "previous"]
_SAME_FIGURES, _SAME_CHANCE = 3, 1e-5  # so many figures at least, and how rarely all would be last year's
_ROUND_CHANCE = 2e-5  # how rarely so many figures of two digits end in 0 or 5: seven of seven, 13 of 20
_DECIMALS = 6  # more are none that anybody typed
_CASES = 20.0  # fewer cases make rates and changes jump
_PEERS = 4  # so many others are needed to stand out from
_TWICE, _POINTS = np.log(2.0), 0.2  # and this far from the middle one: a factor of two, twenty points


def check_suspicions(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Doubt what is copied, rounded or far out; ``base`` holds the cells of the year before as they were reported."""
    own = texts(cells.loc[(cells["role"] == MEMBER) & (cells["state"] == NUMBER), _NEEDED])
    is_count = [catalogue.kinds.get(key) == "count" for key in tuples(own, ["form", "measure"])]
    counted = own[np.array(is_count, dtype=bool)]
    found = [
        *_copied(cells, counted, base),
        *_rounded(cells, counted[~counted["previous"]]),
        *_changes(cells, counted, catalogue),
        *_rates(cells, counted[~counted["previous"]], catalogue),
    ]
    return [finding for _, finding in sorted(found, key=lambda one: one[0])]


def _copied(cells: pd.DataFrame, counted: pd.DataFrame, base: pd.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Forms whose figures are all last year's: as reported then, or as this sheet itself states them."""
    now = counted[~counted["previous"]].reset_index(names="position")
    reported = texts(base.loc[(base["role"] == MEMBER) & ~base["previous"] & (base["state"] == NUMBER), _NEEDED])
    stated = counted[counted["previous"]]
    for then in (one for one in (reported, stated) if not one.empty):
        last = then.drop_duplicates(_ONE_NUMBER, keep=False)[[*_ONE_NUMBER, "value"]]
        both = now.merge(last, on=_ONE_NUMBER, suffixes=("", "_then"), validate="m:1")
        for _, own in both.groupby(["province", "form"], sort=False):
            told = own[(own["value"] > 0) | (own["value_then"] > 0)]
            same = len(told) >= _SAME_FIGURES and bool((told["value"] == told["value_then"]).all())
            if same and chance_of_same(told["value"].tolist()) < _SAME_CHANCE:
                position = int(own["position"].min())
                now = now[~now["position"].isin(own["position"])]
                yield position, finding_at(cells, position, "copied_forward", "warning", count=len(told))


def _rounded(cells: pd.DataFrame, counted: pd.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Columns of which too many figures end in 0 or 5 as they were typed: in thousands, all end in 0 once converted."""
    typed = (counted["value"] / counted["factor"]).round(_DECIMALS)
    large = counted.assign(typed=typed)[typed >= 10]
    large = large.assign(is_round=large["typed"] % 5 == 0, position=large.index)
    columns = large.groupby(["province", "form", "measure"], sort=False)
    told = columns.agg(position=("position", "first"), rounded=("is_round", "sum"), of=("is_round", "size"))
    for position, rounded, of in told.to_numpy().tolist():
        if chance_of_as_many(rounded, of, 0.2) < _ROUND_CHANCE:
            yield position, finding_at(cells, position, "round_numbers", "warning", count=rounded, of=of)


def _changes(cells: pd.DataFrame, counted: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[int, Finding]]:
    """Rows that changed since last year by far more, or less, than in the other provinces."""
    listed = [n for n, form in catalogue.forms.items() if all(key.listed is not None for key in form.row_keys)]
    own = counted[counted["form"].isin(listed) & (counted["value"] >= _CASES)]
    if not own["previous"].any():
        return
    now = own[~own["previous"]].reset_index(names="position").drop_duplicates(_ONE_NUMBER, keep=False)
    last = own[own["previous"]].drop_duplicates(_ONE_NUMBER, keep=False)[[*_ONE_NUMBER, "value"]]
    both = now.merge(last, on=_ONE_NUMBER, suffixes=("", "_then"), validate="1:1")
    for _, rows in both.groupby(["form", "row", "measure"], sort=False):
        changes = np.log(rows["value"].to_numpy() / rows["value_then"].to_numpy())
        for at in _outlying(changes, float(_TWICE)):
            row = rows.iloc[at]
            share, usual = (float(np.exp(change) - 1) for change in (changes[at], np.median(np.delete(changes, at))))
            params: dict[str, Any] = {
                "then": float(row["value_then"]),
                "direction": _direction(share),
                "change": Share(abs(share)),
                "usual_direction": _direction(usual),
                "usual": Share(abs(usual)),
            }
            position = int(row["position"])
            yield position, finding_at(cells, position, "outlying_change", "warning", **params)


def _direction(share: float) -> Said:
    return Said("change.down" if share < 0 else "change.up")


def _rates(cells: pd.DataFrame, counted: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[int, Finding]]:
    """Rows of an open key whose rate is far from that of the province's other rows."""
    for form, above, below in _proportions(catalogue):
        own = counted[counted["form"] == form].reset_index(names="position").drop_duplicates(_ONE_NUMBER, keep=False)
        sides = [own[own["measure"] == measure] for measure in (above, below)]
        both = sides[0].merge(sides[1][["province", "row", "value"]], on=["province", "row"], suffixes=("", "_of"))
        for _, rows in both[both["value_of"] >= _CASES].groupby("province", sort=False):
            rates = rows["value"].to_numpy() / rows["value_of"].to_numpy()
            for at in _outlying(rates, _POINTS):
                row, position = rows.iloc[at], int(rows["position"].iloc[at])
                params: dict[str, Any] = {"of": float(row["value_of"]), "rate": Share(rates[at])}
                params["usual"] = Share(float(np.median(np.delete(rates, at))))
                yield position, finding_at(cells, position, "outlying_rate", "warning", **params)


def _proportions(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Form, part and whole of the indicators that divide one measure of a form with open rows by another of it."""
    for indicator in catalogue.indicators.values():
        sides = [Indicator.operands(side) for side in (indicator.numerator, indicator.denominator)]
        if not indicator.proportion or [len(side) for side in sides] != [1, 1] or sides[0][0][0] != sides[1][0][0]:
            continue
        form = sides[0][0][0]
        if any(key.listed is None for key in catalogue.forms[form].row_keys):
            yield form, sides[0][0][1], sides[1][0][1]


def _outlying(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", least: float) -> list[int]:
    """Which values stand out from the others, by their modified z-score and by a distance that matters."""
    if len(values) <= _PEERS:
        return []
    far = np.abs(values - np.median(values)) > least
    if far.sum() > max(1, len(values) // 10):  # rows of many kinds: nothing is usual among them
        return []
    return [at for at, z in enumerate(modified_z(values.tolist())) if abs(z) > OUTLYING and far[at]]
