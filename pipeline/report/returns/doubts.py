"""The findings of one file, as its return shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.grouping import grouped
from pipeline.model import Bases, Lang
from pipeline.report.returns.grid import position

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

FILLS = {"error": "F8CBAD", "warning": "FFF2CC"}
ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Doubt:
    """One finding; or, in the list, all of one cause, with the ``cells`` it is about."""

    severity: str
    rule: str
    sheet: str
    cells: str
    value: str
    expected: str
    message: str

    @property
    def cell(self) -> str:
        """The first cell or range; empty if it is none."""
        first = self.cells.split(",")[0].strip()
        return first if all(position(end) for end in first.split(":")) else ""


def by_cell(doubts: Iterable[Doubt]) -> dict[tuple[str, str], list[Doubt]]:
    """Errors and warnings by sheet and cell, the worst first."""
    cells: dict[tuple[str, str], list[Doubt]] = {}
    for doubt in sorted(doubts, key=rank):
        if doubt.severity in FILLS and position(doubt.cells):
            cells.setdefault((doubt.sheet, doubt.cells), []).append(doubt)
    return cells


def rank(doubt: Doubt) -> int:
    """Where a finding stands in the list: errors first."""
    return ORDER.get(doubt.severity, 3)


def doubts_of(findings: "pd.DataFrame") -> list[Doubt]:
    """The findings one by one, the worst first."""
    return _doubts(findings, "cell", "message")


def lines_of(findings: "pd.DataFrame", lang: Lang, catalogue: "Catalogue | None", bases: Bases | None) -> list[Doubt]:
    """The findings as people mend them, those of one cause together, the worst first."""
    return _doubts(grouped(findings, lang, catalogue, bases), "cells", "said")


def _doubts(frame: "pd.DataFrame", place: str, said: str) -> list[Doubt]:
    names = ("severity", "rule", "sheet", place, "value", "expected", said)
    rows = zip(*(frame[name].astype(str) for name in names), strict=True)
    return sorted((_without_place(Doubt(*row), file) for row, file in zip(rows, frame["file"], strict=True)), key=rank)


def _without_place(doubt: Doubt, file: str) -> Doubt:
    """The list and the notes say where a finding is; its sentence need not."""
    place = f"{doubt.sheet}!{doubt.cells}" if doubt.cells else doubt.sheet
    where = f"{place} ({file}): " if place else f"{file}: "
    return replace(doubt, message=doubt.message.removeprefix(where))
