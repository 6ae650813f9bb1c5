"""Finds what seems to be personal data: texts and stored numbers, comments, names of files and sheets.

None of it is kept: a finding names the place and shows asterisks.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from string import digits

from pipeline.ingest.files import Source
from pipeline.ingest.guard import Opened
from pipeline.ingest.parts import Cell, address, cell_position, column_letters
from pipeline.ingest.reader import Sheet, shortest
from pipeline.ingest.scan.xlsx_texts import UNSEEN
from pipeline.ingest.seen import UNKNOWN, SeenCell
from pipeline.ingest.spoken import any_of
from pipeline.model import Finding, Place, Said, reworded
from pipeline.text import fold, holds_personal_data, mask_personal

_HIDDEN = "***"
_SHORTEST = 6  # letters of the shortest address for mail
_ID_DIGITS, _FEWEST = 12, 9
_LONGEST_HEADER = 100
_Cells = Collection[tuple[str, str]]  # sheet, cell


def personal_findings(
    source: Source, opened: Opened, read: tuple[_Cells, _Cells], province: str, headers: Collection[str] = ()
) -> list[Finding]:
    """A finding for each place of a workbook; ``read`` are the cells that were read as numbers, and those masked.

    ``headers`` are words (folded) under or beside which stand persons' numbers, which may have lost their zeros.
    """
    file, (amounts, refused) = source.name, read
    measures = {(sheet, cell.rstrip(digits)) for sheet, cell in amounts}
    places: list[Place] = []
    for sheet in opened.sheets:
        under, labelled = _named(sheet, headers)
        numbered = (*_identifiers(sheet), *under)
        stored = (cell for cell in numbered if (sheet.name, column_letters(cell[1])) not in measures)
        longer = (at for name, cell in refused if name == sheet.name and (at := cell_position(cell)))
        found = sorted({*_texts(sheet), *stored, *labelled, *longer})
        places.extend(Place(file, sheet.name, address(*cell)) for cell in found)
    unread = [place for place in dict.fromkeys(places) if (place.sheet, place.cell) not in amounts]
    found_in_cells = [_found(place, "cell", province) for place in unread]
    beside = [(Place(file, sheet, cell), "note" if cell else "box") for sheet, cell in opened.personal_notes]
    # A text that a cell shows is kept in such a part too; where it is told, its copy need not be.
    untold = [(kind, sheet) for kind, sheet in opened.personal_texts if kind != UNSEEN or not found_in_cells]
    beside.extend((Place(file, sheet), kind) for kind, sheet in untold)
    found_beside = [_found(place, kind, province) for place, kind in dict.fromkeys(beside)]
    named = [Finding("personal_data_in_name", "warning", Place(file, name), province, value=_HIDDEN)
             for name in opened.personal_names]  # fmt: skip
    return [*personal_name(source, province), *named, *found_in_cells, *found_beside]


def _found(place: Place, kind: str, province: str) -> Finding:
    return Finding(
        "personal_data", "warning", place, province, value=_HIDDEN, params={"what": Said(f"personal.{kind}")}
    )


def personal_name(source: Source, province: str) -> list[Finding]:
    """A finding where a file's own name seems to hold personal data."""
    if not holds_personal_data(source.path.name):
        return []
    return [Finding("personal_data_in_name", "warning", Place(source.name), province, value=_HIDDEN)]


def hidden_numbers(opened: Opened, told: Collection[Finding]) -> frozenset[str]:
    """The stored numbers that only their place shows to be personal data: no finding about anything else quotes one."""
    sheets = {sheet.name: sheet for sheet in opened.sheets}
    places = [(sheets[f.place.sheet], cell_position(f.place.cell)) for f in told if f.place.sheet in sheets]
    cells = [(sheet, cell) for sheet, cell in places if cell and _is_personal_number(sheet.value(*cell))]
    return frozenset(sheet.text(*cell).strip() for sheet, cell in cells)


def without_personal(seen: Iterable[SeenCell], told: Iterable[Finding]) -> list[SeenCell]:
    """The noted numbers without those that are personal data, and without all of an unknown column that holds some.

    A sum of one number is that number.
    """
    cells = {(f.place.sheet, f.place.cell) for f in told}
    columns = {(sheet, cell.rstrip(digits)) for sheet, cell in cells}
    known = [c for c in seen if (c.sheet, c.cell) not in cells]
    return [c for c in known if c.place != UNKNOWN or (c.sheet, c.cell.rstrip(digits)) not in columns]


def masked(finding: Finding, hidden: Collection[str] = ()) -> Finding:
    """The finding without personal data in what it quotes; ``hidden`` are numbers that do not show it themselves."""
    mask = partial(without_hidden, hidden=hidden)
    params = {name: reworded(said, mask) for name, said in finding.params.items()}
    return replace(finding, value=mask(finding.value), params=params)


def without_hidden(text: str, hidden: Collection[str]) -> str:
    """Asterisks instead of a text with personal data."""
    return _HIDDEN if any(number in text for number in hidden) else mask_personal(text)


def _texts(sheet: Sheet) -> Iterator[Cell]:
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if isinstance(value, str) and len(value) >= _SHORTEST and holds_personal_data(value):
                yield row, column


def _identifiers(sheet: Sheet) -> Iterator[Cell]:
    """Stored numbers of twelve digits, where the column holds no other large numbers: amounts are of many lengths."""
    columns: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if isinstance(value, float) and abs(value) >= 1e6:
                columns[column].append((row, value))
    for column, found in columns.items():
        if all(_is_identifier(number) for _, number in found):
            yield from ((row, column) for row, _ in found if (row, column) not in sheet.scan.formulas)


def _named(sheet: Sheet, headers: Collection[str]) -> tuple[list[Cell], list[Cell]]:
    """Numbers as long as a person's below a text with one of these words, and those right of one."""
    under: list[Cell] = []
    beside: list[Cell] = []
    columns: set[int] = set()
    names: dict[str, bool] = {}  # labels repeat
    words = re.compile(rf" (?:{any_of(headers)}) ")
    for row, values in enumerate(sheet.rows):
        labelled = False
        for column, value in enumerate(values):
            if (labelled or column in columns) and _is_personal_number(value):
                (beside if labelled else under).append((row, column))
            labelled = False
            if isinstance(value, str):
                if value not in names:
                    names[value] = _names_a_number(value, words)
                labelled = names[value]
            if labelled:
                columns.add(column)
    return under, beside


def _names_a_number(text: str, words: re.Pattern[str]) -> bool:
    return len(text) <= _LONGEST_HEADER and words.search(f" {fold(text)} ") is not None


def _is_personal_number(value: object) -> bool:
    """Whether a stored number, or digits alone, are as long as an identity card's or a telephone's without its 0."""
    digits_alone = shortest(value) if isinstance(value, float) and value > 0 else str(value).strip()
    return digits_alone.isdigit() and _FEWEST <= len(digits_alone) <= _ID_DIGITS


def _is_identifier(number: float) -> bool:
    """Whether a stored number is as long as a citizen's; rounded to thousands it is an amount."""
    return number.is_integer() and len(shortest(number)) == _ID_DIGITS and number > 0 and number % 1000 != 0
