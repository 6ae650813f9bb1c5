"""The cell formats of one blank workbook, each made once: black on white, as official forms are."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from pipeline.report.templates.entries import Looks

NUMBERS = {"count": "#,##0", "amount": "#,##0.00", "percent": "0.00%", "rate": "#,##0.00", "text": "@"}
HEAD, COMPUTED, EMPTY, WRONG, DOUBTFUL = "#E7EDF3", "#EFEFEF", "#FFFBE6", "#F8C9C4", "#FCE2B0"


class Formats:
    """Formats of one font; cells are locked but for those that are to be filled in."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.looks = Looks(*(workbook.add_format({"bg_color": color}) for color in (EMPTY, WRONG, DOUBTFUL)))

    def __call__(self, **properties: object) -> Format:
        """A format with these properties besides font and vertical alignment."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            common = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format(common | properties)
        return self._made[key]
