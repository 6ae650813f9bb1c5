"""Writes every picture of a period, as PNG and SVG."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.model import Results
from pipeline.report.figures import Drawn, View, figures
from pipeline.report.figures_achievement import achievement
from pipeline.report.figures_funnel import funnel
from pipeline.report.figures_gaps import gaps
from pipeline.report.figures_saving import save
from pipeline.report.figures_trends import trend


def write_pictures(results: Results, folder: Path) -> list[Path]:
    """Write every picture there is something to draw for; the paths written."""
    view = View(results.consolidation, results.period, results.catalogue, results.lang, results.note)
    written: list[Path] = []
    for drawn in _drawn(view):
        folder.mkdir(parents=True, exist_ok=True)
        written += save(drawn.figure, folder, drawn.name, drawn.title)
    return written


def _drawn(view: View) -> Iterator[Drawn]:
    yield from figures(view)
    yield from (drawn for draw in (trend, funnel, gaps, achievement) if (drawn := draw(view)) is not None)
