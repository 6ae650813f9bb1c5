"""The picture of gaps to the cluster: of each province's, how much is the rates' and how much the mix of cases."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.report import figures_drawing as drawing
from pipeline.report.figures import main_indicator
from pipeline.report.figures_rows import ends, left_out
from pipeline.report.figures_view import Drawn, View
from pipeline.report.gaps import PARTS, Gap, cluster_of, gaps_of, note_of, points, title_of
from pipeline.report.theme import CLUSTER, MUTED
from pipeline.report.theme import PARTS as COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROOM = 0.16  # of all that is drawn: on each side, for the figures


def gaps(view: View) -> Drawn | None:
    """The main indicator's gaps, the largest first above the cluster's rate, below it last."""
    indicator, members = main_indicator(view), view.catalogue.members_on(view.period)
    found = sorted(gaps_of(view.consolidation.tables, indicator), key=lambda gap: -gap.total)
    if not found:
        return None
    cluster = cluster_of(len(found), len(members), view.say)
    title = title_of(found, view.label(indicator), cluster, view.province, view.say)
    shown = ends(found)
    notes = [f"{view.when}.", *left_out(view, len(found), len(shown), "decomposition.csv")]
    note = " ".join([*notes, note_of(found, members, cluster, view.province, view.say)])
    with drawing.style():
        figure, axes = drawing.canvas(title, note, 2.1 + 0.6 * len(shown))
        _bars(view, axes, shown)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_yticks(range(len(shown)), [view.province(gap.province) for gap in shown])
        axes.xaxis.set_major_formatter(lambda value, _: points(value, view.say, 1))
        look: dict[str, Any] = {"frameon": False, "fontsize": 9.5, "handlelength": 1, "borderaxespad": 0.2}
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, **look)
    return Drawn(f"{indicator}_gaps", title, figure)


def _bars(view: View, axes: "Axes", found: Sequence[Gap]) -> None:
    """Parts to the left and right of nought, each on its own side of it; the whole as a mark, with its figure."""
    edges = {"low": [0.0] * len(found), "high": [0.0] * len(found)}
    for part, fill in zip(PARTS, COLOURS, strict=False):
        widths = [float(getattr(gap, part)) for gap in found]
        sides = ["low" if width < 0 else "high" for width in widths]
        starts = [edges[side][y] for y, side in enumerate(sides)]
        axes.barh(range(len(found)), widths, 0.62, starts, color=fill, label=view.say(f"gap.{part}"), edgecolor="white")
        for y, (side, width) in enumerate(zip(sides, widths, strict=True)):
            edges[side][y] += width
    low, high = min(edges["low"]), max(edges["high"])
    room = _ROOM * (high - low or 0.01)
    axes.set_xlim(low - room, high + room)
    axes.axvline(0, color=MUTED, linewidth=1)
    marks: dict[str, Any] = {"color": CLUSTER, "markeredgecolor": "white", "label": view.say("gap.total")}
    axes.plot([gap.total for gap in found], range(len(found)), "D", markersize=8, **marks)
    for y, gap in enumerate(found):
        is_left = gap.total < 0
        end = edges["low" if is_left else "high"][y]
        drawing.beside(axes, (end, y), points(gap.total, view.say), strong=True, left=is_left)
