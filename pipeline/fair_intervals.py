"""One interval for one figure: that of the fair comparison, where it is another than the frame of indicators has."""

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_RATIO, _COUNT = "poisson", "count"


def with_fair_intervals(
    indicators: "pd.DataFrame", compared: "pd.DataFrame", shares: Collection[str]
) -> "pd.DataFrame":
    """The indicators with the intervals of ``compared`` where some province's share (of ``shares``) is above 100 %.

    There no province's figure is surely a part of a whole, and Wilson's interval of any would be a second one. Both
    frames have the columns ``indicator``, ``province``, ``low`` and ``high``, ``compared`` the ``method`` too.
    """
    own = compared[(compared["method"] == _RATIO) & compared["indicator"].isin(list(shares))]
    return with_all_intervals(indicators, own)


def with_all_intervals(indicators: "pd.DataFrame", compared: "pd.DataFrame") -> "pd.DataFrame":
    """The indicators with every interval of a rate that there is, those of changes and of rates of people too.

    Of what is judged by several of them none is surer than another; a count earns points as it is. Both frames as in
    `with_fair_intervals`.
    """
    keys = ["indicator", "province"]
    rates = compared[compared["method"] != _COUNT]
    found = indicators[keys].merge(rates[[*keys, "low", "high"]], on=keys, how="left", validate="1:1")
    there = found["low"].notna().to_numpy()
    ends = {name: indicators[name].where(~there, found[name].to_numpy()) for name in ("low", "high")}
    return indicators.assign(**ends)
