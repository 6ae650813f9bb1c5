"""What a series over periods says in one sentence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.messages import Messages

if TYPE_CHECKING:
    import pandas as pd


def title_of(own: "pd.DataFrame", label: str, write: Callable[[float], str], say: Messages) -> str:
    """From where to where the cluster went, as rows of one indicator's series say; without it the periods alone."""
    whole = own[own["province"] == ""].sort_values("period")
    periods = sorted(set(own["period"]))
    if whole.empty:
        return say("figures.trend.title", indicator=label, first=periods[0], last=periods[-1])
    before, now = (float(value) for value in whole["value"].iloc[[0, -1]])
    said = {"before": write(before), "now": write(now)}
    way = "same" if said["before"] == said["now"] else "up" if now > before else "down"
    when = dict(zip(("first", "last"), whole["period"].iloc[[0, -1]], strict=True))
    return say(f"course.title.{way}", label=label, **said, **when)
