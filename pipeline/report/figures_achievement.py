"""The picture of what was done of what was assigned: a panel for each indicator, bars from zero, targets across."""

from dataclasses import replace

from pipeline.report import figures_drawing as drawing
from pipeline.report.figures import MOST_PANELS, has_values
from pipeline.report.figures_rows import at_ends, panels_of, told_ends
from pipeline.report.figures_view import Drawn, View


def achievement(view: View) -> Drawn | None:
    """The indicators of what was assigned that have values; how many of their provinces meet the target."""
    entries = view.catalogue.indicators.items()
    chosen = [name for name, entry in entries if entry.kind == "achievement" and has_values(view, name, "value")]
    if not chosen:
        return None
    panels = panels_of(view, chosen[:MOST_PANELS])
    own = [row for panel in panels for row in panel.rows if not row.strong]
    title = view.say("workbook.chart.achievement", met=sum(bool(row.met) for row in own), count=len(own))
    shown = [replace(panel, rows=at_ends(panel.rows, panels[0].rows)) for panel in panels]
    note = view.say("figures.achievement.note", period=view.when)
    note = " ".join([note, *told_ends(view, panels[0].rows, shown[0].rows)])
    return Drawn("achievement", title, drawing.bars(shown, title, note, lambda value: view.write(chosen[0], value)))
