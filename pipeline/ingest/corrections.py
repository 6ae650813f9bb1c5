"""``corrections.csv``: what a cell reads and should read, who says so and why; applied only while it reads that."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.ingest.correction_lines import FILE, Correction, read_lines
from pipeline.ingest.parts import Cell, address, cell_position
from pipeline.ingest.reader import Corrected, Sheet, Value
from pipeline.ingest.sink import Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said
from pipeline.numbers import parse_number
from pipeline.text import fold, mask_personal, slug, tidy

__all__ = ["FILE", "Correction", "Corrections", "apply_corrections", "corrections_outcome", "load_corrections"]

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\s?\$?([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Corrections:
    """The lines that can be used, and findings about those that cannot."""

    lines: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()

    @cached_property
    def _by_file(self) -> dict[str, list[Correction]]:
        found: dict[str, list[Correction]] = {}
        for line in self.lines:
            found.setdefault(_name(line.file), []).append(line)
        return found

    def of(self, file: str) -> tuple[Correction, ...]:
        """The corrections of one workbook; upper and lower case do not matter in its name."""
        return tuple(self._by_file.get(_name(file), ()))

    def unread(self, statuses: Mapping[str, str]) -> list[Finding]:
        """A finding for each line about a file that is not here, or was not read; ``statuses`` are by file name."""
        known = {_name(file): status for file, status in statuses.items()}
        findings: list[Finding] = []
        for file, lines in self._by_file.items():
            status = known.get(file, "file")
            if status:
                findings.extend(_stale(line, Said(f"stale.{status}"), "") for line in lines)
        return findings


def _name(file: str) -> str:
    return tidy(file).casefold()


def load_corrections(folder: Path) -> Corrections:
    """Read a period's corrections; a line that cannot be used is a finding."""
    lines, findings = read_lines(folder)
    return Corrections(tuple(lines), tuple(findings))


def _stale(correction: Correction, why: Said, province: str, found: str = "") -> Finding:
    params = {**correction.params, "why": why}
    return Finding("correction_stale", "warning", correction.place, province, value=found, params=params)


@dataclass
class _Asked:
    """What lines that hold ask of one cell; the lines that say the same go together."""

    sheet: Sheet
    cell: Cell
    found: str
    lines: list[Correction] = field(default_factory=list)

    def settle(self, province: str) -> list[Finding]:
        """Note the correction at its cell; lines that contradict each other are findings and change nothing."""
        first, *others = self.lines
        place = Place(first.place.file, self.sheet.name, address(*self.cell))
        if len({_plain(line.should_read) for line in self.lines}) > 1:
            wanted = [str(line.params["should_read"]) for line in self.lines]
            numbers = [line.line for line in self.lines]
            params = {**first.params, "wanted": wanted, "lines": numbers}
            return [Finding("correction_conflict", "warning", place, province, value=self.found, params=params)]
        params = {**first.params, "value": self.found}
        self.sheet.corrected[self.cell] = Corrected(first.should_read, place, params)
        return [
            Finding("correction_repeated", "info", place, province, params={**line.params, "first": first.line})
            for line in others
        ]


def _plain(text: str) -> str:
    """A figure whatever the way it is written; another text as it is."""
    number = parse_number(tidy(text), "count")
    return repr(number.value) if number else tidy(text)


def apply_corrections(
    sheets: Sequence[Sheet], corrections: Sequence[Correction], province: str, vocabulary: Vocabulary
) -> list[Finding]:
    """Note each correction at its cell, if the cell still reads as it says; a stale one is a finding."""
    findings = []
    asked: dict[tuple[str, Cell], _Asked] = {}
    for correction in corrections:
        sheet, cell = _sheet(sheets, correction), _cell(correction.cell)
        if correction.province and not _same_province(correction.province, province, vocabulary):
            findings.append(_stale(correction, Said("stale.province"), province))
        elif sheet is None or cell is None:
            findings.append(_stale(correction, Said("stale.cell" if sheet else "stale.sheet"), province))
        else:
            value, said = sheet.value(*cell), (sheet.text(*cell), sheet.typed(*cell))
            found = mask_personal(said[0]) if isinstance(value, str) else said[0]
            shown = 100 * value if isinstance(value, float) and cell in sheet.scan.percents else None
            if tidy(correction.reads) == tidy(correction.should_read):
                findings.append(_stale(correction, Said("stale.same"), province, found))
            elif any(_reads(value, text, correction.reads, shown) for text in said):
                asked.setdefault((sheet.name, cell), _Asked(sheet, cell, found)).lines.append(correction)
            else:
                why = Said("stale.reads", {**correction.params, "value": found})
                findings.append(_stale(correction, why, province, found))
    return [*findings, *(finding for one in asked.values() for finding in one.settle(province))]


def set_aside_unclear(sheets: Sequence[Sheet]) -> bool:
    """Take out the corrections that reading found to mean one thing or another; whether there were some."""
    found = [(sheet, cell) for sheet in sheets for cell, corrected in sheet.corrected.items() if corrected.unclear]
    for sheet, cell in found:
        sheet.unclear.append(sheet.corrected.pop(cell))
    return bool(found)


@dataclass(frozen=True)
class Renamed:
    """A correction that was written into the grid."""

    sheet: Sheet
    cell: Cell
    typed: Value
    corrected: Corrected

    def write(self, value: Value) -> None:
        """Put a value into its cell."""
        row, column = self.cell
        if isinstance(self.sheet.rows, list):
            self.sheet.rows[row] = [*self.sheet.rows[row][:column], value, *self.sheet.rows[row][column + 1 :]]


def rewrite_labels(sheets: Sequence[Sheet]) -> list[Renamed]:
    """Write the corrections that no number cell took into the grid, for they may be of a name.

    A figure is left alone: a number that no form reads is nobody's.
    """
    written: list[Renamed] = []
    for sheet in sheets:
        for (row, column), corrected in sheet.corrected.items():
            typed = sheet.value(row, column)
            is_figure = not isinstance(typed, str) or parse_number(tidy(typed), "amount") is not None
            if corrected.used or is_figure or row >= len(sheet.rows) or column >= len(sheet.rows[row]):
                continue
            written.append(Renamed(sheet, (row, column), typed, corrected))
            written[-1].write(corrected.should_read)
    return written


def mark_labels(written: Sequence[Renamed], read: Callable[[], Sequence[Sink]]) -> Sequence[Sink]:
    """Note which corrections of names tell: without them something else is read. Returns what is read with all."""
    with_all = read()
    for one in written:
        one.write(one.typed)
        if list(map(_told, read())) != list(map(_told, with_all)):
            one.corrected.used = one.corrected.is_label = True
        one.write(one.corrected.should_read)
    return with_all


def _told(sink: Sink) -> list[object]:
    about = [(c.cell, c.row, c.label, c.period, c.province, c.measure, c.role) for c in sink.cells]
    read = [(c.state, repr(c.value)) for c in sink.cells]
    return [*zip(about, read, strict=True), *sorted((f.rule, f.place.cell, f.value) for f in sink.findings)]


def corrections_outcome(sheets: Sequence[Sheet], province: str) -> list[Finding]:
    """After reading: which corrections were used, and which stand at a cell that nothing is read from."""
    findings = []
    for corrected in (corrected for sheet in sheets for corrected in sheet.corrected.values()):
        place, params, value = corrected.place, corrected.params, str(corrected.params["value"])
        if not corrected.used:
            why = {"why": Said("stale.unused")}
            findings.append(Finding("correction_stale", "warning", place, province, value=value, params=params | why))
        elif corrected.is_label or not corrected.refused:
            findings.append(Finding("correction_applied", "info", place, province, value=value, params=params))
        else:
            findings.append(Finding("correction_no_number", "warning", place, province, value=value, params=params))
    return [*findings, *(_unclear(corrected, province) for sheet in sheets for corrected in sheet.unclear)]


def _unclear(corrected: Corrected, province: str) -> Finding:
    """A share that could be two: neither is taken, the cell stays as it was typed."""
    one, other = corrected.unclear or ("", "")
    params, value = {**corrected.params, "one": one, "other": other}, str(corrected.params["value"])
    return Finding("correction_scale_unclear", "warning", corrected.place, province, value=value, params=params)


def _sheet(sheets: Sequence[Sheet], correction: Correction) -> Sheet | None:
    """The sheet of that name, else the only one whose name differs from it in case, spaces or signs."""
    exact = [s for s in sheets if tidy(correction.sheet) in {tidy(s.name), tidy(s.called)}]
    alike = exact or [s for s in sheets if fold(correction.sheet) in {fold(s.name), fold(s.called)} - {""}]
    return alike[0] if len(alike) == 1 or exact else None


def _cell(text: str) -> Cell | None:
    """An address as people write it: ``f14``, ``$F$14``, with the sheet's name before it."""
    match = _ADDRESS.fullmatch(tidy(text).rpartition("!")[2].strip().upper())
    return cell_position(f"{match[1]}{match[2]}") if match else None


def _reads(value: object, found: str, reads: str, shown: float | None) -> bool:
    """Whether a cell reads as a correction says; a stored number may be written as a sheet shows it (87,51).

    ``shown`` is what a number format with a % sign makes of it: 0.8495 is shown as 84,95%.
    """
    if tidy(found) == tidy(reads):
        return True
    if not isinstance(value, float):
        return False
    numbers = [n for kind in ("count", "percent") if (n := parse_number(tidy(reads).removesuffix("%"), kind))]
    if shown is not None and tidy(reads).endswith("%"):
        return any(math.isclose(number.value, shown, rel_tol=1e-12) for number in numbers)
    return any(number.value == value for number in numbers)


def _same_province(said: str, province: str, vocabulary: Vocabulary) -> bool:
    named = vocabulary.provinces.get(fold(said))
    return said == province or slug(said) == province or (named is not None and named.id == province)
