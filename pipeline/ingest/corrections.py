"""``corrections.csv``: what a cell reads and should read, who says so and why; applied only while it reads that."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.parts import cell_position
from pipeline.ingest.reader import Corrected, Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said
from pipeline.numbers import parse_number
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
            Finding("correction_stale", "warning", line.place, params={**line.params, "why": Said("stale.file")})
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
    except (OSError, UnicodeDecodeError):
        return Corrections((), (Finding("corrections_unreadable", "error", Place(FILE), value="UTF-8"),))
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
    """Note each correction at its cell, if the cell still reads as it says; a stale one is a finding."""
    findings = []
    for correction in corrections:
        place, params = correction.place, correction.params
        sheet = next((s for s in sheets if tidy(s.name) == tidy(correction.sheet)), None)
        cell = cell_position(correction.cell)
        found = sheet.text(*cell) if sheet is not None and cell is not None else ""
        stale = ""
        if correction.province and not _same_province(correction.province, province, vocabulary):
            stale = "stale.province"
        elif sheet is None or cell is None:
            stale = "stale.sheet" if sheet is None else "stale.cell"
        elif not _reads(sheet.value(*cell), found, correction.reads):
            stale = "stale.reads"
        if sheet is not None and cell is not None and not stale:
            sheet.corrected[cell] = Corrected(correction.should_read, place, {**params, "value": found})
        else:
            why = Said(stale, {"value": found, **params})
            stale_params = {**params, "why": why}
            findings.append(Finding("correction_stale", "warning", place, province, value=found, params=stale_params))
    return findings


def corrections_outcome(sheets: list[Sheet], province: str) -> list[Finding]:
    """After reading: which corrections were used, and which stand at a cell that holds no number of a form."""
    findings = []
    for corrected in (corrected for sheet in sheets for corrected in sheet.corrected.values()):
        place, params, value = corrected.place, corrected.params, str(corrected.params["value"])
        if corrected.used:
            findings.append(Finding("correction_applied", "info", place, province, value=value, params=params))
        else:
            why = {"why": Said("stale.unused")}
            findings.append(Finding("correction_stale", "warning", place, province, value=value, params=params | why))
    return findings


def _reads(value: object, found: str, reads: str) -> bool:
    """Whether a cell reads as a correction says; a stored number may be written as a sheet shows it (87,51)."""
    if tidy(found) == tidy(reads):
        return True
    if not isinstance(value, float):
        return False
    numbers = (parse_number(tidy(reads).removesuffix("%"), kind) for kind in ("count", "percent"))
    return any(number is not None and number.value == value for number in numbers)


def _same_province(said: str, province: str, vocabulary: Vocabulary) -> bool:
    named = vocabulary.provinces.get(fold(said))
    return said == province or slug(said) == province or (named is not None and named.id == province)
