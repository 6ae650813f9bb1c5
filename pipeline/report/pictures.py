"""Writes every picture of a period, as PNG and SVG."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.coded import texts
from pipeline.model import Results
from pipeline.report.figures import figures
from pipeline.report.figures_achievement import achievement
from pipeline.report.figures_funnel import funnel
from pipeline.report.figures_gaps import gaps
from pipeline.report.figures_saving import import_canvases, save
from pipeline.report.figures_trends import trend
from pipeline.report.figures_view import Drawn, View

_OF_ROWS = ["period", "province", "form", "row", "measure", "value", "state"]
_TABLES = frozenset({"comparison", "decomposition", "trends"})


def ready() -> None:
    """Import all that the first picture needs."""
    import_canvases()


def drawn_from(results: Results) -> Results:
    """The results with no more than what is drawn: little enough to be sent to the process that draws."""
    done = results.consolidation
    forms = [name for name, form in results.catalogue.forms.items() if form.members]
    rows = done.observations
    shown = replace(
        done,
        observations=texts(rows.loc[(rows["period"] == results.period.id) & rows["form"].isin(forms), _OF_ROWS]),
        findings=done.findings.iloc[:0],
        changes=None,
        tables={name: table for name, table in done.tables.items() if name in _TABLES},
        bases={},
    )
    bare = Results(shown, results.period, results.catalogue, results.lang, results.edition, results.texts.iloc[:0])
    return replace(bare, note=results.note)


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
