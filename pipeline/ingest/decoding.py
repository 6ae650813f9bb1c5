"""Decides for each text of a workbook whether it is in a legacy encoding, and converts those that are.

A text follows its own words where these are clear, else the other texts of its sheet that are set in such a font; what
neither settles stays as it is and is a finding. Fonts alone prove nothing: many hold good Unicode.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from pipeline.ingest.encodings import LEGACY, OPEN, UNICODE, Encoding, encodings, holds_suspect, opened, weigh
from pipeline.ingest.fonts import Fonts
from pipeline.ingest.parts import Cell, address
from pipeline.model import Finding, Place
from pipeline.text import mask_personal, tidy

Rows = Sequence[Sequence[object]]

# Without a font that says so, this many different words have to speak for an encoding before a sheet is read in it,
_ENOUGH = 3
# at least one text for it to this many that are Unicode,
_RARE = 10
# and so many more texts on one side than on the other settle what its doubtful texts are.
_CLEAR = 4
_NAMED, _LONGEST = 5, 60  # cells that a finding names, letters that it quotes


@dataclass
class Decoded:
    """A sheet's rows and name in Unicode, its cells as typed, and what its findings say."""

    rows: list[Sequence[object]]
    name: str
    typed: dict[Cell, str] = field(default_factory=dict)
    encodings: list[str] = field(default_factory=list)  # their names, in the order of their cells
    unclear: list[Cell] = field(default_factory=list)

    def put(self, cell: Cell, text: str) -> None:
        """Let a cell read so, and keep what was typed."""
        row, column = cell
        typed = self.rows[row][column]
        if typed != text and isinstance(typed, str):
            self.typed[cell] = typed
            self.rows[row] = [*self.rows[row][:column], text, *self.rows[row][column + 1 :]]


@dataclass(frozen=True)
class _Claim:
    """What a font says: its encoding (empty: none), and whether it shows all letters as capitals."""

    encoding: str = ""
    capitals: bool = False


@dataclass
class _Piece:
    """A stretch of text in fonts of one kind."""

    cell: Cell
    text: str
    claim: _Claim
    opens: bool = True  # the cell's text begins with it


@dataclass
class _Group:
    """The texts of a sheet whose fonts say the same: in which encoding they may be, and how many of them are."""

    claimed: str
    texts: set[str] = field(default_factory=set)
    encoding: str = ""  # the one that is weighed against Unicode; empty: none is
    legacy: int = 0
    unicode: int = 0
    doubtful: str = OPEN  # what texts are whose own words do not say it

    def words(self, encoding: str) -> int:
        """How many different words speak for an encoding."""
        return len({word for text in self.texts for word in weigh(text, encoding).pro})

    def consider(self, encoding: str) -> None:
        """Weigh this encoding: count the texts that clearly are in it, and those that clearly are Unicode."""
        verdicts = [weigh(text, encoding).verdict for text in self.texts] if encoding else []
        self.encoding, self.legacy, self.unicode = encoding, verdicts.count(LEGACY), verdicts.count(UNICODE)

    def settle(self, known: set[str]) -> None:
        """Say what doubtful texts are, from the clear ones beside them, else from those of other sheets."""
        if self.legacy and self.legacy >= _CLEAR * self.unicode:
            self.doubtful = LEGACY
        elif self.unicode and self.unicode >= _CLEAR * self.legacy:
            self.doubtful = UNICODE
        elif not self.unicode and not self.legacy and self.encoding in known:
            self.doubtful = LEGACY

    def verdict(self, text: str) -> str:
        """Legacy, Unicode, or open: it cannot be known and would make a difference."""
        if not self.encoding or text.isascii():
            return UNICODE
        weight = weigh(text, self.encoding)
        if weight.verdict != OPEN:
            return weight.verdict
        if weight.fits:
            return self.doubtful
        return OPEN if weight.pro else UNICODE


@dataclass
class _Grid:
    """A sheet: its name, its cells, the stretches of their texts, and these by what their fonts say."""

    name: str
    rows: Rows
    pieces: list[_Piece]
    groups: dict[str, _Group] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for piece in self.pieces:
            self.groups.setdefault(piece.claim.encoding, _Group(piece.claim.encoding)).texts.add(piece.text)


def decode_sheets(sheets: Sequence[tuple[str, Rows]], fonts: Callable[[], Mapping[str, Fonts]]) -> list[Decoded] | None:
    """The sheets (name, rows) in Unicode; None if none of them holds a text that could be anything else.

    ``fonts`` is asked only where some text looks as if it were in a legacy encoding.
    """
    if not any(holds_suspect(rows) for _, rows in sheets):
        return None
    found = fonts()
    grids = [_Grid(name, rows, list(_pieces(rows, found.get(name, {})))) for name, rows in sheets]
    known = _settle([group for grid in grids for group in grid.groups.values()])
    return [_decode(grid, known) for grid in grids]


def _pieces(rows: Rows, fonts: Fonts) -> Iterator[_Piece]:
    """The texts of a sheet by what their fonts say; a cell in one piece where its runs are not its text."""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if not isinstance(value, str) or value.isascii():
                continue
            cell = (row, column)
            runs = fonts.get(cell, ())
            claims = list(dict.fromkeys(_claim(run.font) for run in runs))
            if len(claims) > 1 and "".join(run.text for run in runs) == value:
                alike = groupby(runs, key=lambda run: _claim(run.font))
                for number, (claim, same) in enumerate(alike):
                    yield _Piece(cell, "".join(run.text for run in same), claim, opens=number == 0)
            else:
                yield _Piece(cell, value, claims[0] if len(claims) == 1 else _Claim())


@lru_cache(maxsize=1024)
def _claim(font: str) -> _Claim:
    for encoding in encodings().values():
        if encoding.fonts.fullmatch(font):
            shows_capitals = encoding.capital_fonts is not None and bool(encoding.capital_fonts.fullmatch(font))
            return _Claim(encoding.id, shows_capitals)
    return _Claim()


def _settle(groups: list[_Group]) -> set[str]:
    """Say of each group which encoding its texts may be in; the encodings that the workbook is known to hold."""
    for group in groups:
        words = {name: group.words(name) for name in encodings()}
        best = max(words, key=lambda name: words[name])
        if words[best] >= _ENOUGH and words[best] > words.get(group.claimed, 0):
            group.consider(best)
            if not group.claimed and group.legacy * _RARE < group.unicode:
                group.consider("")
        else:
            group.consider(group.claimed)
    known = {group.encoding for group in groups if group.legacy}
    for group in groups:
        for encoding in () if group.encoding else sorted(known):
            group.consider(encoding)
            if group.legacy > group.unicode:
                break
            group.consider("")
        group.settle(known)
    return known


def _decode(grid: _Grid, known: set[str]) -> Decoded:
    decoded = Decoded(list(grid.rows), _decoded_name(grid.name, known))
    for cell, pieces in groupby(grid.pieces, key=lambda piece: piece.cell):
        parts = []
        for piece in pieces:
            group = grid.groups[piece.claim.encoding]
            verdict = group.verdict(piece.text)
            if verdict == OPEN and cell not in decoded.unclear:
                decoded.unclear.append(cell)
            parts.append(_read(piece, encodings()[group.encoding]) if verdict == LEGACY else piece.text)
            if verdict == LEGACY and encodings()[group.encoding].name not in decoded.encodings:
                decoded.encodings.append(encodings()[group.encoding].name)
        decoded.put(cell, "".join(parts))
    return decoded


def _read(piece: _Piece, encoding: Encoding) -> str:
    text = encoding.decode(piece.text, capitals=piece.claim.capitals and piece.claim.encoding == encoding.id)
    return text if encoding.tones_have_capitals or not piece.opens else opened(text)


def _decoded_name(name: str, known: set[str]) -> str:
    """A sheet's name: it has no font, so only its words and the sheets can say what it is."""
    for encoding in sorted(known):
        if weigh(name, encoding).verdict == LEGACY:
            return encodings()[encoding].decode(name)
    return name


def encoding_findings(place: Place, decoded: Decoded, province: str) -> list[Finding]:
    """One finding about the texts of a sheet that were converted, one about those that may need it."""
    findings = []
    if decoded.typed:
        cell, before = next(iter(decoded.typed.items()))
        after = decoded.rows[cell[0]][cell[1]]
        params: dict[str, object] = {
            "encodings": decoded.encodings,
            "count": len(decoded.typed),
            "before": _quoted(before),
            "after": _quoted(str(after)),
        }
        where = place.at(address(*cell))
        findings.append(Finding("legacy_encoding", "info", where, province, value=_quoted(before), params=params))
    if decoded.unclear:
        row, column = decoded.unclear[0]
        text = _quoted(str(decoded.rows[row][column]))
        params = {"count": len(decoded.unclear), "cells": [address(*cell) for cell in decoded.unclear[:_NAMED]]}
        where = place.at(address(row, column))
        findings.append(Finding("legacy_encoding_unclear", "warning", where, province, value=text, params=params))
    return findings


def _quoted(text: str) -> str:
    """The beginning of a text as a finding quotes it."""
    tidied = mask_personal(tidy(text))
    return tidied if len(tidied) <= _LONGEST else f"{tidied[:_LONGEST]}..."
