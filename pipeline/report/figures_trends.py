"""The picture of a trend: the main indicator over the periods, a line for each province, its target across."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.periods import skipped
from pipeline.report import figures_drawing as drawing
from pipeline.report.course import SHORT, title_of
from pipeline.report.figures import doubted, main_indicator, target_text
from pipeline.report.figures_ends import End, name_ends
from pipeline.report.figures_view import Drawn, View
from pipeline.report.theme import TARGET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HEIGHT = 6.2


def trend(view: View, indicator: str = "", provinces: Sequence[str] = ()) -> Drawn | None:
    """An indicator's series, the main one's where none is named; one with a gap keeps its line across it.

    All provinces' where none are named; of one alone the title tells the way, else of the cluster.
    """
    indicator = indicator or main_indicator(view)
    table = view.consolidation.tables.get("trends")
    own = None if table is None else table[table["indicator"] == indicator]
    if own is None or own.empty:
        return None
    periods = sorted(set(own["period"]))
    own = own[own["province"].isin({*provinces, ""})] if provinces else own
    if own.empty:
        return None
    title = _title(view, indicator, own, provinces)
    with drawing.style():
        figure, axes = drawing.canvas(title, _note(view, own, provinces), _HEIGHT)
        ends: list[End] = []
        for province, line in own.groupby("province", sort=False):
            at = [periods.index(period) for period in line["period"]]
            strong, colour = not province, view.colour(str(province))
            axes.plot(at, line["value"], "o-", color=colour, linewidth=3.2 if strong else 1.8, markersize=6)
            last = float(line["value"].iloc[-1])
            ends.append(End(last, f"{view.province(str(province))} {view.write(indicator, last)}", strong))
        _target(view, indicator, axes, own)
        axes.set_xticks(range(len(periods)), periods)
        axes.set_xlim(-0.2, len(periods) - 1 + 0.35 * (len(periods) - 1))
        axes.yaxis.set_major_formatter(drawing.ticks(lambda value: view.write(indicator, value)))
        name_ends(axes, ends, len(periods) - 1)
    return Drawn(f"{indicator}_trend", title, figure)


def _title(view: View, indicator: str, own: "pd.DataFrame", provinces: Sequence[str]) -> str:
    """The way of the one province that was asked for, else of the cluster."""
    if len(provinces) != 1 or provinces[0] not in set(own["province"]):
        return title_of(own, view.label(indicator), lambda value: view.write(indicator, value), view.say)
    line = own[own["province"] == provinces[0]]
    points = [f"{view.write(indicator, v)} ({p})" for v, p in zip(line["value"], line["period"], strict=True)]
    ends = points if len(points) <= SHORT else [points[0], points[-1]]
    return view.say("figures.trend.one", indicator=view.label(indicator), name=view.province(provinces[0]), points=ends)


def _note(view: View, own: "pd.DataFrame", provinces: Sequence[str]) -> str:
    """What is drawn, which periods lack between, and who has no line."""
    note = view.say("figures.trend.note", period=view.when)
    everyone = (*(provinces or view.catalogue.members_on(view.period)), "")
    without = [view.province(province) for province in everyone if province not in set(own["province"])]
    lacking = skipped(set(own["period"]))
    said = [view.say("workbook.trends.skipped", periods=lacking)] if lacking else []
    said += [view.say("figures.trend.without", names=without)] if without else []
    again = own[own["restated"].notna()]
    points = [
        view.say("figures.trend.restated", province=view.province(str(p)), period=period, old=view.write(name, old),
                 new=view.write(name, new), later=later)
        for p, period, name, old, new, later in zip(
            *(again[n] for n in ("province", "period", "indicator", "value", "restated", "restated_in")), strict=True
        )
    ]  # fmt: skip
    said += [view.say("figures.trend.as_reported", points=points)] if points else []
    return " ".join([note, *said, *doubted(view, str(own["indicator"].iloc[0]), provinces)])


def _target(view: View, indicator: str, axes: "Axes", own: "pd.DataFrame") -> None:
    """The binding target of the cluster, as a line across."""
    binding, _ = view.catalogue.targets_of(indicator, view.period, "")
    if binding is not None:
        axes.axhline(binding.value, color=TARGET, linewidth=1.4, linestyle=(0, (4, 2)))
        low, high = min(own["value"].min(), binding.value), max(own["value"].max(), binding.value)
        room = 0.15 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)
        said, at = target_text(view, indicator, {binding.value}), (0, binding.value)
        place: dict[str, Any] = {"xytext": (8, 3), "textcoords": "offset points", "va": "bottom"}
        axes.annotate(said, at, color=TARGET, fontsize=10, **place)
