"""Reads ``corrections.csv``: every line that can be used, and a finding about each that cannot."""

import csv
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.model import Finding, Place, Said
from pipeline.numbers import parse_number
from pipeline.text import MASK, holds_personal_data, mask_in_name, mask_personal, tidy

FILE = "corrections.csv"
_COLUMNS = ("province", "file", "sheet", "cell", "reads", "should_read", "reason", "by", "date")
_NEEDED = _COLUMNS[1:6]
# Who says so and why: without it nobody can answer for the figure later.
_ANSWERED = ("file", "sheet", "cell", "should_read", "reason", "by", "date")
_DELIMITERS = ",;\t"
_MOST_BYTES = 16 * 2**20


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

    @cached_property
    def place(self) -> Place:
        """The cell that it is about."""
        return Place(mask_in_name(self.file), mask_in_name(self.sheet), mask_personal(self.cell))

    @cached_property
    def params(self) -> dict[str, object]:
        """What its findings say; nothing personal."""
        figures = {name: _public(getattr(self, name)) for name in ("reads", "should_read")}
        texts = {name: mask_personal(getattr(self, name)) for name in ("reason", "by", "date")}
        return {**figures, **texts, "line": self.line}

    @property
    def lacking(self) -> list[str]:
        """The columns that it leaves empty and must not."""
        return [name for name in _ANSWERED if not getattr(self, name)]


def _public(text: str) -> str:
    """A text without personal data; an amount may be as long as a citizen's number, but begins with no 0."""
    is_amount = parse_number(text, "amount") is not None and not text.startswith("0")
    return text if is_amount or not holds_personal_data(text) else mask_personal(text)


def read_lines(folder: Path) -> tuple[list[Correction], list[Finding]]:
    """The lines of a period's file, and what is wrong with it; nothing where there is no such file."""
    path = folder / FILE
    try:
        found = os.lstat(path)
    except OSError:
        return [], []
    if not stat.S_ISREG(found.st_mode):
        return [], [_unreadable("no_file")]
    if found.st_size > _MOST_BYTES:
        return [], [_unreadable("too_large")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [_unreadable("encoding")]
    except OSError:
        return [], [_unreadable("no_access")]
    if "\0" in text:
        return [], [_unreadable("encoding")]
    try:
        return _read(text)
    except csv.Error as error:
        return [], [_unreadable("csv", detail=str(error))]


def _unreadable(why: str, **params: object) -> Finding:
    said = Said(f"corrections.{why}", params)
    return Finding("corrections_unreadable", "error", Place(FILE), params={"why": said})


def _read(text: str) -> tuple[list[Correction], list[Finding]]:
    """The lines of a text that is one; the sign between columns is the one that parts the header best."""
    first, end, rest = text.partition("\n")
    if tidy(first).casefold().startswith("sep="):  # Excel's own line, which says the sign between columns
        text = end + rest
    delimiter = max(_DELIMITERS, key=lambda sign: len(_columns(_header(text, sign)).keys() & set(_COLUMNS)))
    rows = _rows(text, delimiter)
    header = next(rows, (0, []))[1]
    columns = _columns(header)
    lacking = [name for name in _NEEDED if name not in columns]
    twice = [name for name in _COLUMNS if len(columns.get(name, ())) > 1]
    for why, names in (("columns", lacking), ("twice", twice)):
        if names:
            return [], [_unreadable(why, columns=names)]
    unknown = [mask_personal(name) for name in columns if name and name not in _COLUMNS]
    findings = [Finding("corrections_columns", "info", Place(FILE), params={"columns": unknown})] if unknown else []
    lines: list[Correction] = []
    for number, fields in rows:
        read = _line(number, fields, columns, len(header))
        if isinstance(read, Finding):
            findings.append(read)
        else:
            lines.append(read)
    return lines, findings


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, fields) of each record that is not empty; a quoted field may go over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    for fields in reader:
        if any(field.strip() for field in fields):
            yield start, fields
        start = reader.line_num + 1


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next(_rows(text, delimiter), (0, []))[1]
    except csv.Error:
        return []


def _columns(header: list[str]) -> dict[str, list[int]]:
    """The columns' names -> where they stand."""
    found: dict[str, list[int]] = {}
    for place, field in enumerate(header):
        found.setdefault("_".join(tidy(field).casefold().replace("-", " ").split()), []).append(place)
    return found


def _line(number: int, fields: list[str], columns: dict[str, list[int]], width: int) -> Correction | Finding:
    """A line taken apart, or why it cannot be used: a comma too many, nobody who answers for it."""
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    if len(fields) > width:
        too_many = {"line": number, "count": len(fields), "expected": width}
        return Finding("correction_line_broken", "warning", Place(FILE), params=too_many)
    padded = [*fields, *[""] * (width - len(fields))]
    said = {name: padded[columns[name][0]].strip() if name in columns else "" for name in _COLUMNS}
    correction = Correction(number, **said)
    if correction.lacking:
        params: dict[str, object] = {**correction.params, "columns": correction.lacking}
        return Finding("correction_incomplete", "warning", correction.place, params=params)
    if correction.params["should_read"] == MASK:
        # What we would write is not the province's to remove.
        return Finding("correction_personal", "warning", Place(FILE), value=MASK, params=correction.params)
    return correction
