"""Fonts, borders and number formats."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from tools.samples.hands import Hand

_CELL = {"border": 1, "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "centre": {"align": "center"},
    "centre_bold": {"align": "center", "bold": True},
    "centre_italic": {"align": "center", "italic": True},
    "right_italic": {"align": "right", "italic": True},
    "title": {"align": "center", "valign": "vcenter", "bold": True, "font_size": 14, "text_wrap": True},
    "sample": {"align": "center", "bold": True, "font_color": "#C00000"},
    "sample_left": {"bold": True, "font_color": "#C00000"},
    "note": {"italic": True, "font_size": 10, "text_wrap": True, "valign": "top"},
    "header": {**_CELL, "bold": True, "align": "center", "text_wrap": True},
    "column_number": {**_CELL, "italic": True, "align": "center", "font_size": 9},
    "label": {**_CELL, "text_wrap": True},
    "centred": {**_CELL, "align": "center"},
    "number": {**_CELL, "align": "right"},
}
LINES: dict[str, dict[str, Any]] = {
    "item": {},
    "of_which": {"italic": True},
    "heading": {"italic": True},
    "group": {"bold": True},
    "total": {"bold": True},
}


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, hand: Hand) -> None:
        self._book, self._hand = book, hand
        self._made: dict[tuple[str, str, str], Format] = {}

    def __call__(self, look: str, line: str = "item", number_format: str = "") -> Format:
        """The format of a look, in a line of that kind."""
        key = (look, line, number_format)
        if key not in self._made:
            properties = {"font_name": self._hand.font, "font_size": 12} | LOOKS[look] | LINES[line]
            if number_format:
                properties["num_format"] = number_format
            if look == "header" and self._hand.shade:
                properties["bg_color"] = self._hand.shade
            self._made[key] = self._book.add_format(properties)
        return self._made[key]
