"""How the workbook looks, in one place: fonts, colours, number formats, and the formats made of them."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT, SIZE = "Arial", 10
INK, MUTED, LINE = "#1F2933", "#52606D", "#C5CED8"
ACCENT, HEAD, BAND = "#0B4F6C", "#DDE8EE", "#F3F7F9"
MET, MET_FILL = "#00594A", "#DDF3EC"
MISSED, MISSED_FILL = "#9C3300", "#FDE9DC"
UNKNOWN, UNKNOWN_FILL = "#52606D", "#ECEFF2"
FLAG = "#FFF3C4"
TARGET, TARGET_PALE = "#B42318", "#EDB9B3"
THIS_YEAR, LAST_YEAR = ACCENT, "#A9B8C4"  # no province's colour
CLUSTER = "#4D4D4D"

# Okabe and Ito's colours, then Tol's muted ones: told apart with every kind of colour vision. A province keeps its own.
PALETTE = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00",
    "#332288", "#999933", "#882255", "#44AA99", "#AA4499", "#117733",
)  # fmt: skip


def _unsigned_zero(look: str, least: float, plus: str = "") -> str:
    """A number format under which a figure smaller than ``least`` is 0 and never "-0.00%".

    >>> _unsigned_zero("0.0", 0.05, "+")
    '[>=0.05]+0.0;[<=-0.05]-0.0;0.0'
    """
    edge = f"{least:.5f}".rstrip("0")
    return f"[>={edge}]{plus}{look};[<=-{edge}]-{look};{look}"


_BASE: dict[str, Any] = {"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "vcenter"}
_CELL: dict[str, Any] = {"bottom": 1, "bottom_color": LINE, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "section": {"bold": True, "font_size": 12, "font_color": ACCENT},
    "muted": {"font_color": MUTED},
    "link": {"font_color": ACCENT, "underline": 1},
    "notice": {"bold": True, "font_color": MISSED},
    "answer": {
        "bold": True,
        "font_size": 13,
        "text_wrap": True,
        "bg_color": BAND,
        "left": 5,
        "left_color": ACCENT,
        "indent": 1,
    },
    "prose": {"text_wrap": True, "valign": "top"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "bg_color": HEAD,
        "bottom": 2,
        "bottom_color": ACCENT,
    },
    "cell": _CELL,
    "wrap": {"text_wrap": True, "valign": "top"},
    "gap": {"align": "left", "indent": 1},
    "center": {"align": "center"},
    "middle": {"valign": "vcenter"},
    "right": {"align": "right"},
    "inset": {"align": "right", "indent": 1},
    "bold": {"bold": True},
    "cluster": {"bold": True, "bg_color": BAND, "top": 1, "top_color": ACCENT},
    "apart": {"font_color": MUTED, "italic": True},
    "flag": {"bg_color": FLAG},
    "choice": {"bold": True, "bg_color": FLAG, "border": 1, "border_color": ACCENT, "text_wrap": True},
    "text": {"num_format": "@"},
    "large": {"font_size": 14},
    "legible": {"font_size": 12},
    "group": {"bold": True, "font_color": ACCENT, "bg_color": BAND},
    "mark": {"font_color": MUTED, "align": "right", "italic": True},
    "count": {"num_format": "#,##0"},
    "amount": {"num_format": "#,##0.0##"},
    "rate": {"num_format": "#,##0.0"},
    "score": {"num_format": "0.00##"},
    "more_score": {"num_format": _unsigned_zero("0.00##", 0.00005, "+")},
    "share": {"num_format": "0.0##%"},
    "factor": {"num_format": "0.000"},
    "percent": {"num_format": _unsigned_zero("0.00%", 0.00005)},
    "points": {"num_format": _unsigned_zero("0.00%", 0.00005, "+")},
    "more_count": {"num_format": "+#,##0;-#,##0;0"},
    "more_rate": {"num_format": _unsigned_zero("#,##0.0", 0.05, "+")},
    "date": {"num_format": "@", "align": "center"},
}
# Parts of a whole, light enough for dark figures on them (Tol's light ones).
PARTS = ("#77AADD", "#EE8866", "#EEDD88", "#44BB99", "#FFAABB", "#BBCC33", "#DDDDDD")
# How an indicator's value, and a difference of two values, are written.
VALUE = {"total": "count", "per_100k": "rate"}
DIFFERENCE = {"total": "more_count", "per_100k": "more_rate"}


class Formats:
    """The workbook's formats by the names of their styles; each combination is made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, ...], Format] = {}

    def __call__(self, *styles: str) -> Format:
        """The format that has all these styles; a later one wins."""
        if styles not in self._made:
            properties = dict(_BASE)
            for style in styles:
                properties |= _STYLES[style]
            self._made[styles] = self._workbook.add_format(properties)
        return self._made[styles]

    def numbers(self, style: str) -> Format:
        """What a conditional format adds to a cell so that its number is written in that style."""
        key = ("numbers", style)
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"num_format": _STYLES[style]["num_format"]})
        return self._made[key]

    def highlight(self, ink: str, fill: str) -> Format:
        """What a conditional format adds to a cell."""
        key = ("highlight", ink, fill)
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_color": ink, "bg_color": fill})
        return self._made[key]


def value_style(kind: str) -> str:
    """The number format of an indicator's value.

    >>> value_style("percent"), value_style("total")
    ('percent', 'count')
    """
    return VALUE.get(kind, "percent")


def difference_style(kind: str) -> str:
    """The number format of a difference between two of an indicator's values."""
    return DIFFERENCE.get(kind, "points")
