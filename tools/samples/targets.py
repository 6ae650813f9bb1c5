"""The cluster's own workbook: what each province was assigned for the year."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter import Workbook

from tools.samples.figures import assigned
from tools.samples.hands import Hand
from tools.samples.layout import Column, Line, Table, columns_of
from tools.samples.looks import Looks
from tools.samples.provinces import PROFILES
from tools.samples.wording import TITLES, UNITS
from tools.samples.write import CREATED, write_table

SECRETARIAT = Hand(
    province="",
    file="targets.xlsx",
    agency="Thường trực Cụm thi đua số 6",
    place="Thanh Hóa",
    top="plain",
    wording=1,
    sheets=(),
    title="{title} NĂM {year}",
    total="below",
    total_label="Toàn cụm",
    formulas=True,
    leader="TM. THƯỜNG TRỰC CỤM",
)


def write_targets(path: Path, seed: int, year: int) -> None:
    """Write the targets of a year for all five provinces."""
    form = {province: assigned(seed, province, year) for province in PROFILES}
    items = [Line("item", profile.name, row, str(i)) for i, (row, profile) in enumerate(PROFILES.items(), start=1)]
    lines = [*items, Line("total", SECRETARIAT.total_label, parts=tuple(PROFILES))]
    columns: list[Column] = columns_of("targets", SECRETARIAT, year)
    number, titles = TITLES["targets"]
    content = Table("targets", number, titles[0], UNITS["targets"], columns, lines, form)
    with Workbook(path) as book:
        book.set_properties({"title": titles[0], "created": CREATED})
        write_table(book.add_worksheet("Chỉ tiêu"), content, SECRETARIAT, year, Looks(book, SECRETARIAT))
