"""Names lines at their ends, the labels moved apart where lines end near each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.report.theme import INK, LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_APART = 0.048  # of the axis: labels nearer to each other would overlap
_REACH, _GAP = 0.05, 0.012  # of the axis: from a line's end to its label


class End(NamedTuple):
    """Where a line ends, what is written there, and whether in bold."""

    value: float
    text: str
    strong: bool = False


def name_ends(axes: "Axes", ends: Sequence[End], across: float, *, left: bool = False) -> None:
    """Write beside the ends of lines, on their right or ``left``; a thin line leads to a label that was moved."""
    (low, high), (first, last) = axes.get_ylim(), axes.get_xlim()
    ordered = sorted(ends)
    way = (-1 if left else 1) * (last - first)
    least = min(_APART, 1 / (len(ordered) or 1)) * (high - low)
    within = (low + least / 2, high - least / 2)  # what is written outside is not drawn
    for end, place in zip(ordered, apart([e.value for e in ordered], least, within), strict=True):
        axes.plot([across + _GAP * way, across + _REACH * way], [end.value, place], color=LINE, linewidth=1)
        axes.annotate(
            end.text,
            (across + _REACH * way, place),
            xytext=(-4 if left else 4, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=10,
            fontweight="bold" if end.strong else "normal",
            color=INK,
        )


def apart(values: Sequence[float], least: float, within: tuple[float, float]) -> list[float]:
    """Ascending values moved as little (least squares) as keeps each ``least`` from the one before, all ``within``.

    >>> apart([1, 1, 5], 2, (-9.0, 9.0)), apart([1, 1, 5], 2, (1.0, 9.0))
    ([0.0, 2.0, 5.0], [1.0, 3.0, 5.0])
    """
    groups: list[list[float]] = []  # sums and counts of neighbours that push each other away
    for number, value in enumerate(values):
        groups.append([value - number * least, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1] = [groups[-1][0] + total, groups[-1][1] + count]
    low, high = within[0], within[1] - least * (len(values) - 1)
    levels = [min(max(total / count, low), high) for total, count in groups for _ in range(round(count))]
    return [level + number * least for number, level in enumerate(levels)]
