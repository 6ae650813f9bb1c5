"""The cluster's scoring workbook: points of the criteria that no indicator scores, self-assessed and verified."""

from __future__ import annotations

import random
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tools.samples.hands import HANDS
from tools.samples.looks import Looks
from tools.samples.page import SAMPLE
from tools.samples.provinces import PROFILES
from tools.samples.targets import SECRETARIAT
from tools.samples.write import CREATED

HEADER = ("TT", "Đơn vị", "Nội dung tiêu chí", "Điểm chuẩn", "Điểm tự chấm", "Điểm cụm chấm", "Ghi chú")
_WIDTHS = (6, 14, 52, 10, 10, 10, 26)
_HALVES = 2  # points are given in halves
# Criterion, its maximum, how far below it the provinces put themselves at most.
CRITERIA = (
    ("Hoàn thành nhiệm vụ bảo vệ an ninh quốc gia", 10, 0.5),
    ("Phát hiện, nhân rộng điển hình tiên tiến", 2, 0.5),
    ("Xây dựng Đảng trong sạch, vững mạnh", 3, 0.5),
    ("Chế độ báo cáo, công tác thi đua, khen thưởng", 5, 1.0),
)
BONUS = ("Sáng kiến được Bộ công nhận", 1)
AWARDED = "thanh-hoa"  # whose initiative was recognised


def write_scoring(path: Path, seed: int, year: int) -> None:
    """Write the points of a year for all five provinces, a block of rows for each."""
    with Workbook(path) as book:
        book.set_properties({"title": "Bảng chấm điểm thi đua", "created": CREATED})
        sheet, looks = book.add_worksheet("Chấm điểm"), Looks(book, SECRETARIAT)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, SECRETARIAT.agency.upper(), looks("bold"))
        sheet.merge_range(2, 0, 2, 6, f"BẢNG CHẤM ĐIỂM THI ĐUA NĂM {year}", looks("title"))
        sheet.write_string(3, 0, f"Các tiêu chí không chấm bằng số liệu thống kê - {SAMPLE}", looks("sample_left"))
        sheet.write_string(4, 6, "Đơn vị tính: điểm", looks("right_italic"))
        for column, text in enumerate(HEADER):
            sheet.write_string(5, column, text, looks("header"))
        row = 6
        for hand in HANDS:
            row = _block(sheet, looks, row, hand.province, random.Random(f"scoring {seed} {hand.province} {year}"))
        sheet.write_string(row + 1, 0, "Ghi chú: điểm cộng không tính vào dòng Cộng.", looks("note"))
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _block(sheet: Worksheet, looks: Looks, first: int, province: str, chance: random.Random) -> int:
    """A province's rows under its merged name: criteria, their sum, the bonus. Returns the next free row."""
    total, bonus = first + len(CRITERIA), first + len(CRITERIA) + 1
    sheet.merge_range(first, 1, bonus, 1, PROFILES[province].name, looks("centred"))
    sums = (0.0, 0.0)
    for at, (label, most, below) in enumerate(CRITERIA):
        own = most - chance.randint(0, int(below * _HALVES)) / _HALVES
        verified = own - chance.choice((0, 0, 0.5))
        sums = (sums[0] + own, sums[1] + verified)
        note = "Cụm trừ 0,5 điểm" if verified < own else ""
        _line(sheet, looks, first + at, str(at + 1), (label, most, own, verified, note))
    _line(sheet, looks, total, "", ("Cộng", sum(most for _, most, _ in CRITERIA), *sums, ""), "total")
    given = 1.0 if province == AWARDED else "-"
    _line(sheet, looks, bonus, "", (*BONUS, given, given, "Điểm cộng"))
    return bonus + 1


def _line(
    sheet: Worksheet,
    looks: Looks,
    row: int,
    number: str,
    cells: tuple[str, float, float | str, float | str, str],
    kind: str = "item",
) -> None:
    label, most, own, verified, note = cells
    sheet.write(row, 0, int(number) if number else None, looks("centred", kind))
    sheet.write_string(row, 2, label, looks("label", kind))
    for column, points in ((3, most), (4, own), (5, verified)):
        look = looks("number", kind, "0.0" if column > 3 else "0")
        sheet.write(row, column, points, look)
    sheet.write_string(row, 6, note, looks("label", kind))
