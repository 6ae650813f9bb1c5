"""The picture of a trend: the main indicator over the periods, a line for each province, its target across."""

from typing import TYPE_CHECKING

from pipeline.periods import skipped
from pipeline.report import figures_drawing as drawing
from pipeline.report.course import title_of
from pipeline.report.figures import Drawn, View, main_indicator
from pipeline.report.theme import TARGET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HEIGHT = 6.2
_APART = 0.045  # of the axis: labels nearer to each other would overlap


def trend(view: View) -> Drawn | None:
    """The main indicator's series; a province whose series has a gap keeps its line across it."""
    indicator = main_indicator(view)
    table = view.consolidation.tables.get("trends")
    own = None if table is None else table[table["indicator"] == indicator]
    if own is None or own.empty:
        return None
    periods = sorted(set(own["period"]))
    title = title_of(own, view.label(indicator), lambda value: view.write(indicator, value), view.say)
    with drawing.style():
        figure, axes = drawing.canvas(title, _note(view, own), _HEIGHT)
        ends: list[tuple[float, str, bool]] = []
        for province, line in own.groupby("province", sort=False):
            at = [periods.index(period) for period in line["period"]]
            strong, colour = not province, view.colour(str(province))
            axes.plot(at, line["value"], "o-", color=colour, linewidth=3.2 if strong else 1.8, markersize=6)
            ends.append((float(line["value"].iloc[-1]), view.province(str(province)), strong))
        _target(view, indicator, axes, own)
        axes.set_xticks(range(len(periods)), periods)
        axes.set_xlim(-0.2, len(periods) - 1 + 0.35 * (len(periods) - 1))
        axes.yaxis.set_major_formatter(lambda value, _: view.write(indicator, round(value, 12)))
        _name_ends(axes, ends, len(periods) - 1, lambda value: view.write(indicator, value))
    return Drawn(f"{indicator}_trend", title, figure)


def _note(view: View, own: "pd.DataFrame") -> str:
    """What is drawn, which periods lack between, and who has no line."""
    note = view.say("figures.trend.note", period=view.when)
    everyone = (*view.catalogue.members_on(view.period), "")
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
    return " ".join([note, *said])


def _target(view: View, indicator: str, axes: "Axes", own: "pd.DataFrame") -> None:
    """The binding target of the cluster, as a line across."""
    binding, _ = view.catalogue.targets_of(indicator, view.period, "")
    if binding is not None:
        axes.axhline(binding.value, color=TARGET, linewidth=1.4, linestyle=(0, (4, 2)))
        low, high = min(own["value"].min(), binding.value), max(own["value"].max(), binding.value)
        room = 0.15 * (high - low) or 1.0
        axes.set_ylim(low - room, high + room)


def _name_ends(axes: "Axes", ends: list[tuple[float, str, bool]], last: int, write: "drawing.Write") -> None:
    """Name each line at its end, the labels moved apart where lines end near each other."""
    low, high = axes.get_ylim()
    place = float("-inf")
    for value, name, strong in sorted(ends):
        place = max(value, place + _APART * (high - low))
        drawing.beside(axes, (last, place), f"{name} {write(value)}", strong=strong)
