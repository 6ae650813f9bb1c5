"""Writes a drawn picture to its files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.platforms import safe_name
from pipeline.report.figures_drawing import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 160


def import_canvases() -> None:
    """Import what the first picture is drawn with."""
    import matplotlib.backends.backend_agg
    import matplotlib.backends.backend_svg
    import matplotlib.figure  # noqa: F401


def save(figure: "Figure", folder: Path, name: str, title: str) -> list[Path]:
    """Write ``name.png`` and ``name.svg``; the same figure gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    png, svg = (folder / f"{safe_name(name)}.{kind}" for kind in ("png", "svg"))
    with style():
        figure.set_dpi(_DPI)
        # `savefig` draws all of it once more before each file, to find where everything is.
        pixels: Any = FigureCanvasAgg(figure)
        if layout := figure.get_layout_engine():
            layout.execute(figure)
        figure.set_layout_engine("none")
        pixels.print_png(png, metadata={"Software": None, "Title": title})
        strokes: Any = FigureCanvasSVG(figure)
        strokes.print_svg(svg, metadata={"Date": None, "Creator": None, "Title": title})
    return [png, svg]
