"""What is to be said of changes that are shown: how many may be chance, where two years cover other provinces."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pipeline.messages import Messages
from pipeline.periods import Period
from pipeline.report.doubts import covered_then

if TYPE_CHECKING:
    import pandas as pd


def by_chance(tables: "Mapping[str, pd.DataFrame]", indicators: Collection[str], say: Messages) -> list[str]:
    """One sentence about the provinces' changes that have an interval; none without such."""
    table = tables.get("comparison")
    if table is None:
        return []
    own = table[table["indicator"].isin(list(indicators)) & (table["province"] != "") & table["chance"].notna()]
    return [say("figures.change.chance", count=int(own["chance"].sum()), all=len(own))] if len(own) else []


def apart(indicators: "pd.DataFrame", indicator: str, period: Period, say: Messages) -> list[str]:
    """Which provinces the cluster's figure counts in one of the two years only; none where both are of the same."""
    own = indicators[(indicators["indicator"] == indicator) & (indicators["province"] == "")]
    told = [covered_then(reason, period.year_before.id, say) for reason in own["reason"].fillna("")]
    return [say("figures.apart", said=said) for said in told if said]
