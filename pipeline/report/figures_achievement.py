"""The picture of what was done of what was assigned: a panel for each indicator, bars from zero, targets across."""

from pipeline.report import figures_drawing as drawing
from pipeline.report.figures import MOST_PANELS, Drawn, View, has_values, panels_of


def achievement(view: View) -> Drawn | None:
    """The indicators of what was assigned that have values; how many of their provinces meet the target."""
    entries = view.catalogue.indicators.items()
    chosen = [name for name, entry in entries if entry.kind == "achievement" and has_values(view, name, "value")]
    if not chosen:
        return None
    panels = panels_of(view, chosen[:MOST_PANELS])
    own = [row for panel in panels for row in panel.rows if not row.strong]
    title = view.say("workbook.chart.achievement", met=sum(bool(row.met) for row in own), count=len(own))
    note = view.say("figures.achievement.note", period=view.when)
    return Drawn("achievement", title, drawing.bars(panels, title, note, lambda value: view.write(chosen[0], value)))
