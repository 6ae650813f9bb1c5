"""What stands around a table: motto, title, reporting unit, period, unit, footnotes, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tools.samples.hands import Hand
from tools.samples.layout import Table

SAMPLE = "SỐ LIỆU MINH HỌA"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
Side = Literal["left", "right", "all"]


@dataclass(frozen=True)
class Text:
    """A text over the left part, the right part or the whole width of a row."""

    row: int
    side: Side
    text: str
    look: str
    """A name in `looks.LOOKS`."""


def head(table: Table, hand: Hand, year: int) -> tuple[list[Text], int]:
    """The texts above a table, and the row in which its header begins."""
    words = {"number": table.number, "title": table.title, "year": year, "unit": table.unit}
    title, period, unit = (text.format(**words) for text in (hand.title, hand.period, hand.unit))
    page = {"motto": _motto, "form": _form, "plain": _plain}[hand.top]
    # A list form has a column for the units, so it needs no line for them.
    texts, top = page(table, hand, title, period, unit if table.unit else "")
    return [text for text in texts if text.text], top


def _motto(_table: Table, hand: Hand, title: str, period: str, unit: str) -> tuple[list[Text], int]:
    texts = [
        Text(0, "left", "BỘ CÔNG AN", "centre"),
        Text(0, "right", NATION, "centre_bold"),
        Text(1, "left", hand.agency.upper(), "centre_bold"),
        Text(1, "right", MOTTO, "centre_bold"),
        Text(2, "left", "-------", "centre"),
        Text(2, "right", "---------------", "centre"),
        Text(4, "all", title.upper(), "title"),
        Text(5, "all", period, "centre_italic"),
        Text(6, "all", f"Đơn vị báo cáo: {hand.agency}", "centre"),
        Text(7, "all", f"({SAMPLE})", "sample"),
        Text(8, "all", unit, "right_italic"),
    ]
    return texts, 9


def _form(table: Table, hand: Hand, title: str, period: str, unit: str) -> tuple[list[Text], int]:
    texts = [
        Text(0, "left", f"Biểu số: {table.number}/BC-CA6", "bold"),
        Text(0, "right", f"Đơn vị báo cáo: {hand.agency}", "plain"),
        Text(1, "left", "Ban hành theo Quy chế Cụm thi đua số 6", "plain"),
        Text(1, "right", "Đơn vị nhận báo cáo: Thường trực Cụm thi đua số 6", "plain"),
        Text(2, "all", title.upper(), "title"),
        Text(3, "all", period, "centre_italic"),
        Text(4, "left", SAMPLE, "sample_left"),
        Text(4, "right", unit, "right_italic"),
    ]
    return texts, 5


def _plain(_table: Table, hand: Hand, title: str, period: str, unit: str) -> tuple[list[Text], int]:
    texts = [
        Text(0, "all", hand.agency.upper(), "bold"),
        Text(2, "all", title.upper() if hand.wording else title, "title"),
        Text(3, "all", f"{period} - {SAMPLE}" if hand.wording else period, "centre_bold"),
        Text(4, "left", "" if hand.wording else SAMPLE, "sample_left"),
        Text(4, "right", unit, "right_italic"),
    ]
    return texts, 6


def foot(table: Table, hand: Hand, year: int, row: int) -> list[Text]:
    """The texts below a table whose last row is before `row`."""
    texts = []
    if note := hand.notes.get(table.form):
        # Right under the table where an office does so, else after an empty row.
        texts.append(Text(row if hand.top == "motto" else row + 1, "all", note, "note"))
    texts += [
        Text(row + 3, "left", "NGƯỜI LẬP BIỂU", "centre_bold"),
        Text(row + 4, "left", "(Ký, họ tên)", "centre_italic"),
        Text(row + 2, "right", f"{hand.place}, ngày ..... tháng ..... năm {year}", "centre_italic"),
    ]
    leader = hand.leader.split("\n")
    texts += [Text(row + 3 + i, "right", line, "centre_bold") for i, line in enumerate(leader)]
    texts.append(Text(row + 3 + len(leader), "right", "(Ký, đóng dấu, họ tên)", "centre_italic"))
    return texts
