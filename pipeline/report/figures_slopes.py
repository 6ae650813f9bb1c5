"""The picture of two points in time: last year's value on the left, this period's on the right, a line for each."""

from collections.abc import Sequence
from typing import Any

from pipeline.report import figures_drawing as drawing
from pipeline.report.chance import apart
from pipeline.report.figures import doubted, previous_title
from pipeline.report.figures_ends import End, name_ends
from pipeline.report.figures_rows import rows_of
from pipeline.report.figures_view import Drawn, View
from pipeline.report.theme import LINE, MUTED

_HEIGHT = 5.6


def slopes(view: View, indicator: str, provinces: Sequence[str] = ()) -> Drawn | None:
    """An indicator of some provinces, of all where none are named, and of the cluster; None where nobody has both."""
    rows = rows_of(view, indicator, provinces)
    both = [(row, row.previous, row.value) for row in rows if row.previous is not None and row.value is not None]
    if not both:
        return None
    title, say = previous_title(view, indicator, rows), view.say
    without = [row.label for row in rows if row.previous is None or row.value is None]
    said = [say("figures.slope.note", period=view.when), *doubted(view, indicator, provinces)]
    said += [say("figures.slope.without", names=without)] if without else []
    said += apart(view.consolidation.indicators, indicator, view.period, say)
    with drawing.style():
        figure, axes = drawing.canvas(title, " ".join(said), _HEIGHT)
        for row, *pair in both:
            look: dict[str, Any] = {"linewidth": 3.4 if row.strong else 2, "zorder": 2 if row.strong else 3}
            axes.plot([0, 1], pair, "o-", color=row.colour, markersize=7, markeredgecolor="white", **look)
        axes.set_xlim(-0.75, 1.75)
        numbers = [number for _, *pair in both for number in pair]
        room = 0.06 * (max(numbers) - min(numbers) or 1.0)
        axes.set_ylim(min(numbers) - room, max(numbers) + room)
        axes.grid(visible=False)
        axes.vlines([0, 1], *axes.get_ylim(), color=LINE, linewidth=1, zorder=1)
        axes.set_xticks([0, 1], [say("figures.slope.before"), say("figures.slope.now", period=view.period.id)])
        axes.tick_params(axis="x", length=0, labelcolor=MUTED)
        axes.spines["bottom"].set_visible(False)
        axes.yaxis.set_visible(False)
        for across in (0, 1):
            ends = [(row, pair[across]) for row, *pair in both]
            named = [End(number, f"{row.label} {view.write(indicator, number)}", row.strong) for row, number in ends]
            name_ends(axes, named, across, left=not across)
    return Drawn(f"{indicator}_slopes", title, figure)
