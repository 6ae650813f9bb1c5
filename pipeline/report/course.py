"""What a series over periods says in one sentence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.messages import Messages

if TYPE_CHECKING:
    import pandas as pd


SHORT = 4  # so many points can be named: from the first to the last one could go up and the last year down


def title_of(own: "pd.DataFrame", label: str, write: Callable[[float], str], say: Messages) -> str:
    """The way of the cluster, by the rows of one series: every point of a short one; without it the periods alone."""
    whole = own[own["province"] == ""].sort_values("period")
    periods = sorted(set(own["period"]))
    if whole.empty:
        return say("figures.trend.title", indicator=label, first=periods[0], last=periods[-1])
    if len(whole) <= SHORT:
        pairs = zip(whole["value"], whole["period"], strict=True)
        return say("course.title.points", label=label, points=[f"{write(float(v))} ({period})" for v, period in pairs])
    before, now = (float(value) for value in whole["value"].iloc[[0, -1]])
    said = {"before": write(before), "now": write(now)}
    way = "same" if said["before"] == said["now"] else "up" if now > before else "down"
    when = dict(zip(("first", "last"), whole["period"].iloc[[0, -1]], strict=True))
    return say(f"course.title.{way}", label=label, **said, **when)
