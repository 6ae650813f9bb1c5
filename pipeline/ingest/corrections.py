"""``corrections.csv``: what a cell reads and should read, who says so and why; applied only while it reads that."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.parts import cell_position
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold, slug, tidy

FILE = "corrections.csv"
_COLUMNS = ("province", "file", "sheet", "cell", "reads", "should_read", "reason", "by", "date")


@dataclass(frozen=True)
class Correction:
    """One line of the file."""

    line: int
    province: str
    file: str
    sheet: str
    cell: str
    reads: str
    should_read: str
    reason: str
    by: str
    date: str

    @property
    def place(self) -> Place:
        """The cell that it is about."""
        return Place(self.file, self.sheet, self.cell.upper())

    @property
    def params(self) -> dict[str, object]:
        """What its findings say."""
        named = ("reads", "should_read", "reason", "by", "date", "line")
        return {name: getattr(self, name) for name in named}


@dataclass(frozen=True)
class Corrections:
    """The lines that can be used, and findings about those that cannot."""

    lines: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, file: str) -> tuple[Correction, ...]:
        """The corrections of one workbook."""
        return tuple(line for line in self.lines if tidy(line.file) == tidy(file))

    def unread(self, files: Collection[str]) -> list[Finding]:
        """A finding for each line about a file that is none of these."""
        names = {tidy(file) for file in files}
        return [
            Finding("correction_stale", "warning", line.place, params=line.params)
            for line in self.lines
            if tidy(line.file) not in names
        ]


def load_corrections(folder: Path) -> Corrections:
    """Read a period's corrections; a line that cannot be used is a finding."""
    path = folder / FILE
    if not path.is_file():
        return Corrections()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return Corrections((), (Finding("corrections_unreadable", "error", Place(FILE), value=str(error)),))
    head = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    rows = list(enumerate(reader, start=1))
    header = [name.strip() for name in rows[0][1]] if rows else []
    lacking = [name for name in _COLUMNS[1:6] if name not in header]
    if lacking:
        return Corrections((), (Finding("corrections_unreadable", "error", Place(FILE), value=", ".join(lacking)),))
    lines = [_line(number, dict(zip(header, row, strict=False))) for number, row in rows[1:] if any(row)]
    return Corrections(tuple(lines))


def _line(number: int, row: dict[str, str]) -> Correction:
    return Correction(number, **{name: row.get(name, "").strip() for name in _COLUMNS})


def apply_corrections(
    sheets: list[Sheet], corrections: tuple[Correction, ...], province: str, vocabulary: Vocabulary
) -> list[Finding]:
    """Note each correction at its cell, if the cell still reads as it says; both outcomes are findings."""
    findings = []
    for correction in corrections:
        place, params = correction.place, correction.params
        sheet = next((s for s in sheets if tidy(s.name) == tidy(correction.sheet)), None)
        cell = cell_position(correction.cell)
        found = sheet.text(*cell) if sheet is not None and cell is not None else ""
        same_province = not correction.province or _same_province(correction.province, province, vocabulary)
        if sheet is None or cell is None or not same_province or tidy(found) != tidy(correction.reads):
            findings.append(Finding("correction_stale", "warning", place, province, value=found, params=params))
        else:
            sheet.corrected[cell] = correction.should_read
            findings.append(Finding("correction_applied", "info", place, province, value=found, params=params))
    return findings


def _same_province(said: str, province: str, vocabulary: Vocabulary) -> bool:
    named = vocabulary.provinces.get(fold(said))
    return said == province or slug(said) == province or (named is not None and named.id == province)
