"""Draws pictures with matplotlib: rows in, a `Figure` out. No pyplot: nothing global, no window."""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.report.theme import INK, LAST_YEAR, LINE, MUTED, TARGET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Write = Callable[[float], str]

_WIDTH = 10.0
_LABEL = 0.1  # the part of a figure's width that a number beside a bar takes
_EMPTY_DECIMALS = re.compile(r"[.,]0+(?= ?%)")
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib and has every Vietnamese letter
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#E4E8EC",
    "xtick.color": MUTED,
    "ytick.color": INK,
    "ytick.major.size": 0,
    "svg.hashsalt": "pipeline",  # else the ids inside an SVG are random
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Row:
    """One province (or the cluster) in a picture; None is a number that is not there."""

    label: str
    colour: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    target: float | None = None
    met: bool | None = None
    strong: bool = False
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """One of several small pictures beside each other, with the same provinces in each."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Share:
    """One part of a whole: its name, its colour, its share in each province (None: unknown)."""

    label: str
    colour: str
    shares: Sequence[float | None]


def intervals(rows: Sequence[Row], title: str, note: str, target: str, write: "Write") -> "Figure":
    """A dot for each row with its interval, and the target as a line; the axis need not begin at zero."""
    with style():
        figure, axes = canvas(title, note, 1.6 + 0.52 * len(rows))
        numbers = [n for row in rows for n in (row.value, row.low, row.high, row.target) if n is not None]
        _span(axes, numbers, right=0.22)
        for y, row in enumerate(rows):
            _target(axes, row, y)
            if row.value is None:
                beside(axes, (axes.get_xlim()[0], y), row.note, muted=True)
                continue
            if row.low is not None and row.high is not None:
                axes.plot([row.low, row.high], [y, y], color=row.colour, linewidth=2.2, solid_capstyle="butt")
            face = row.colour if row.met else "white"
            axes.plot(row.value, y, "o", markersize=9, color=row.colour, markerfacecolor=face, markeredgewidth=2)
            end = max(n for n in (row.value, row.high, row.target) if n is not None)
            text = f"{write(row.value)}  {row.note}".rstrip()
            beside(axes, (row.value if row.high is None else end, y), text, strong=row.strong)
        first = next((row.target for row in rows if row.target is not None), None)
        if first is not None:
            axes.text(first, -0.62, target, color=TARGET, ha="center", va="bottom", fontsize=10)
        _name_rows(axes, rows, write)
        return figure


def _target(axes: "Axes", row: Row, y: float) -> None:
    if row.target is not None:
        axes.plot([row.target] * 2, [y - 0.5, y + 0.5], color=TARGET, linewidth=1.4, linestyle=(0, (4, 2)))


def dumbbells(rows: Sequence[Row], title: str, note: str, write: "Write") -> "Figure":
    """Last year's value and this year's, joined."""
    with style():
        figure, axes = canvas(title, note, 1.6 + 0.52 * len(rows))
        _span(axes, [n for row in rows for n in (row.value, row.previous) if n is not None], right=0.12)
        for y, row in enumerate(rows):
            if row.value is None or row.previous is None:
                beside(axes, (axes.get_xlim()[0], y), row.note, muted=True)
                continue
            axes.plot([row.previous, row.value], [y, y], color=LAST_YEAR, linewidth=3, zorder=1)
            axes.plot(row.previous, y, "o", markersize=8, color=LAST_YEAR)
            axes.plot(row.value, y, "o", markersize=9, color=row.colour)
            beside(axes, (max(row.value, row.previous), y), write(row.value), strong=row.strong)
        _name_rows(axes, rows, write)
        return figure


def bars(panels: Sequence[Panel], title: str, note: str, write: "Write") -> "Figure":
    """Bars from zero, one panel beside the other, at most three in a line."""
    across = 2 if len(panels) in {2, 4} else min(len(panels), 3)
    down = -(-len(panels) // across)
    with style():
        figure = _figure(title, note, 1.3 + down * (0.9 + 0.36 * len(panels[0].rows)))
        grid = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).flatten()
        _bar_span(grid[0], panels)
        for axes, panel in zip(grid, panels, strict=False):
            _name_rows(axes, panel.rows, write)
            _bar_panel(axes, panel, write, _LABEL * across)
            axes.set_title(_wrapped(panel.title, 96 // across), loc="left", fontsize=10.5)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        return figure


def _bar_span(axes: "Axes", panels: Sequence[Panel]) -> None:
    """One scale for all panels, zero on it, with room for the labels at the bars' ends."""
    rows = [row for panel in panels for row in panel.rows]
    values = [n for row in rows for n in (row.value, row.target, 0.0) if n is not None]
    low, high = min(values), max(values)
    room = 0.3 * (high - low or 1.0)
    axes.set_xlim(low - room if low < 0 else low, high + room)


def _bar_panel(axes: "Axes", panel: Panel, write: "Write", label: float) -> None:
    """Draw a panel; ``label`` is the part of its width that a label takes."""
    low, high = axes.get_xlim()
    room = label * (high - low)
    axes.axvline(0, color=MUTED, linewidth=1)
    for y, row in enumerate(panel.rows):
        _target(axes, row, y)
        if row.value is None:
            beside(axes, (0, y), row.note, muted=True)
            continue
        axes.barh(y, row.value, height=0.62, color=row.colour)
        beside(
            axes, (_clear(row.value, row.target, room), y), write(row.value), strong=bool(row.met), left=row.value < 0
        )
    axes.xaxis.set_visible(False)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _clear(value: float, target: float | None, room: float) -> float:
    """Where the label of a bar begins: at its end, or beyond the target's line if that would run through it."""
    if target is None:
        return value
    beyond = value - target if value < 0 else target - value
    return target if 0 <= beyond < room else value


def stacked(rows: Sequence[Row], shares: Sequence[Share], title: str, note: str, write: "Write") -> "Figure":
    """The parts of each row's whole, as one bar from 0 to 100 per cent."""
    with style():
        figure, axes = canvas(title, note, 2.1 + 0.56 * len(rows))
        starts = [0.0] * len(rows)
        for share in shares:
            widths = [part or 0.0 for part in share.shares]
            axes.barh(
                range(len(rows)),
                widths,
                0.7,
                starts,
                color=share.colour,
                label=share.label,
                edgecolor="white",
            )
            for y, (start, width) in enumerate(zip(starts, widths, strict=True)):
                if width >= 0.055:
                    look: dict[str, Any] = {
                        "color": _ink_on(share.colour),
                        "ha": "center",
                        "va": "center",
                        "fontsize": 9.5,
                    }
                    axes.text(start + width / 2, y, write(width), **look)
            starts = [start + width for start, width in zip(starts, widths, strict=True)]
        for y, row in enumerate(rows):
            if row.note:
                beside(axes, (0, y), row.note, muted=True)
        axes.set_xlim(0, 1)
        _name_rows(axes, rows, write)
        look = {"frameon": False, "fontsize": 9.5, "handlelength": 1, "handleheight": 1, "borderaxespad": 0.2}
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=min(3, len(shares)), **look)
        return figure


@contextmanager
def style() -> Iterator[None]:
    """Our own settings alone, whatever a user's matplotlibrc says."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def _figure(title: str, note: str, height: float) -> "Figure":
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(_WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.12))
    figure.suptitle(_wrapped(title, 78), x=0.015, ha="left", fontsize=15, fontweight="bold")
    figure.supxlabel(_wrapped(note, 125), x=0.015, ha="left", fontsize=9, color=MUTED)
    return figure


def _wrapped(text: str, width: int) -> str:
    """The text in lines, none of which begins with a percent sign: a number keeps its own."""
    kept = textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), width)
    return "\n".join(kept).replace("\N{NO-BREAK SPACE}%", " %")


def canvas(title: str, note: str, height: float) -> "tuple[Figure, Axes]":
    """A figure with a title and a note, and its one field to draw on."""
    figure = _figure(title, note, height)
    return figure, figure.subplots()


def sentence(title: str, said: str) -> "Figure":
    """A figure that only says something."""
    with style():
        return _figure(title, said, 1.3)


def _span(axes: "Axes", numbers: Sequence[float], right: float) -> None:
    """An axis that holds the numbers, with room for the labels on the right."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    width = high - low or abs(high) or 1.0
    axes.set_xlim(low - 0.06 * width, high + right * width)


def _name_rows(axes: "Axes", rows: Sequence[Row], write: "Write") -> None:
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    for label, row in zip(axes.get_yticklabels(), rows, strict=False):
        label.set_fontweight("bold" if row.strong else "normal")
    axes.xaxis.set_major_formatter(ticks(write))


def ticks(write: "Write") -> "Callable[[float, float], str]":
    """How an axis writes its ticks: without decimals that are all noughts."""
    return lambda value, _: _EMPTY_DECIMALS.sub("", write(round(value, 12)))


def beside(axes: "Axes", place: tuple[float, float], text: str, **look: bool) -> None:
    """Write beside a point, on its right: ``strong`` in bold, ``muted`` in grey, ``left`` on its left."""
    left, muted = look.get("left"), look.get("muted")
    axes.annotate(
        text,
        place,
        xytext=(-6 if left else 8, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=10,
        fontweight="bold" if look.get("strong") else "normal",
        fontstyle="italic" if muted else "normal",
        color=MUTED if muted else INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},  # a line behind would strike it through
    )


def _ink_on(colour: str) -> str:
    """Black or white, whichever is read better on the colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "white"
