"""How many of the changes that are shown may be chance, in a sentence."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pipeline.messages import Messages

if TYPE_CHECKING:
    import pandas as pd


def by_chance(tables: "Mapping[str, pd.DataFrame]", indicators: Collection[str], say: Messages) -> list[str]:
    """One sentence about the provinces' changes that have an interval; none without such."""
    table = tables.get("comparison")
    if table is None:
        return []
    own = table[table["indicator"].isin(list(indicators)) & (table["province"] != "") & table["chance"].notna()]
    return [say("figures.change.chance", count=int(own["chance"].sum()), all=len(own))] if len(own) else []
