"""The picture of the funnel: the main proportion over its denominator, with the limits around the cluster's own."""

from typing import TYPE_CHECKING, Any

from pipeline.messages import Messages
from pipeline.report import figures_drawing as drawing
from pipeline.report.figures import doubted, target_text
from pipeline.report.figures_view import Drawn, View
from pipeline.report.funnel import Axis, Funnel, across_of, funnel_of, level_texts, note_of, title_of
from pipeline.report.sides import sides_of
from pipeline.report.theme import CLUSTER, INK, MUTED, TARGET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT = 6.4
_LETTER, _LINE = 0.0094, 0.042  # of the field's width and height: a letter of a name, its line
# By the side: where a name stands from its point, and how it is aligned.
_PLACED: dict[str, tuple[tuple[int, int], str, str]] = {
    "right": ((9, 0), "left", "center"),
    "left": ((-9, 0), "right", "center"),
    "above": ((0, 9), "center", "bottom"),
    "below": ((0, -9), "center", "top"),
}
_DASHED = (0, (4, 2))


def funnel(view: View, indicator: str = "") -> Drawn | None:
    """The funnel of an indicator, the first that has one where none is named; each province named beside its point."""
    found = funnel_of(view.consolidation.tables, indicator)
    if found is None:
        return None
    say = view.say
    title = title_of(found, view.label(found.indicator), view.province, say)
    said = [f"{view.when}.", note_of(found, view.catalogue, view.province, say), *doubted(view, found.indicator)]
    with drawing.style():
        figure, axes = drawing.canvas(title, " ".join(said), _HEIGHT)
        _lines(view, found, axes)
        for point in found.points:
            look: dict[str, Any] = {"color": view.colour(point.province), "markeredgecolor": "white", "zorder": 3}
            axes.plot(point.denominator, point.value, "o", markersize=10, clip_on=False, **look)
        _scales(view, found, axes)
        _names(view, found, axes)
        place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 4}
        axes.legend(frameon=False, fontsize=9.5, borderaxespad=0.2, **place)
    return Drawn(f"{found.indicator}_funnel", title, figure)


def _lines(view: View, found: Funnel, axes: "Axes") -> None:
    """The cluster's rate, the limits around it and the target."""
    sizes, say = [size for size, _ in found.curve], view.say
    centre = say("funnel.centre", value=view.write(found.indicator, found.centre))
    axes.plot([sizes[0], sizes[-1]], [found.centre] * 2, color=CLUSTER, linewidth=2, label=centre)
    for share, look in (("95", _DASHED), ("998", "solid")):
        ends = [(getattr(around, f"lower{share}"), getattr(around, f"upper{share}")) for _, around in found.curve]
        for number, curve in enumerate(zip(*ends, strict=True)):
            name = "" if number else say(f"funnel.limits{share}", **level_texts(say))
            axes.plot(sizes, curve, color=MUTED, linewidth=1.2, linestyle=look, label=name or "_")
    if found.target is not None:
        name = target_text(view, found.indicator, {found.target})
        thin: dict[str, Any] = {"color": TARGET, "linewidth": 1.1, "linestyle": _DASHED}
        axes.plot([sizes[0], sizes[-1]], [found.target] * 2, label=name, clip_on=False, zorder=2.6, **thin)


def _scales(view: View, found: Funnel, axes: "Axes") -> None:
    across, up = found.across, found.up
    axes.grid(visible=True, axis="both")
    axes.set_xlim(across.low, across.high)
    axes.set_ylim(up.low, up.high)
    axes.set_xticks(_ticks(across))
    axes.set_yticks(_ticks(up))
    axes.xaxis.set_major_formatter(lambda value, _: view.say.number(value, 0))
    axes.yaxis.set_major_formatter(lambda value, _: view.say.percent(value, _decimals(up)))
    axes.set_xlabel(across_of(found, view.catalogue, Messages(view.lang, view.period.year)), fontsize=10)


def _ticks(axis: Axis) -> list[float]:
    return [axis.low + n * axis.step for n in range(round((axis.high - axis.low) / axis.step) + 1)]


def _decimals(axis: Axis) -> int:
    """As many decimals as tell the ticks apart."""
    return next((n for n, least in enumerate((0.01, 0.001, 0.0001)) if axis.step >= least), 4)


def _names(view: View, found: Funnel, axes: "Axes") -> None:
    """Provinces' names and rates beside their points, where there is room for them."""
    texts = [f"{view.province(p.province)} {view.write(found.indicator, p.value)}" for p in found.points]
    for point, text, side in zip(found.points, texts, sides_of(*found.field(texts, _LETTER, _LINE)), strict=True):
        if point.province not in found.named:
            continue
        offset, across, up = _PLACED[side]
        axes.annotate(
            text,
            (point.denominator, point.value),
            xytext=offset,
            textcoords="offset points",
            ha=across,
            va=up,
            fontsize=10,
            fontweight="bold" if point.outside else "normal",
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},  # a line behind would strike it through
        )
