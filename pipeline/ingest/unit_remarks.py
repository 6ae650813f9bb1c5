"""Tells of units that a sheet speaks of outside its header and rows, or in comments, and that were not used."""

from collections.abc import Iterator

from pipeline.catalogue.forms import Column
from pipeline.ingest.parts import address, cell_position
from pipeline.ingest.reader import Sheet
from pipeline.ingest.sink import Sink
from pipeline.ingest.unit_texts import Stated, UnitTexts, has_numbers
from pipeline.states import NUMBER

_MOST_TEXTS = 2  # a row of more texts is one of a table, no line


def tell_unused(sink: Sink) -> None:
    """Once numbers are converted: a line whose unit is none of those in which the numbers of its kind were read."""
    texts = UnitTexts.of(sink.vocabulary)
    told = {f.place.cell for f in sink.findings if f.rule in {"unit_converted", "unit_differs"}}
    for stated in _lines(sink, texts):
        ignored = [
            name for name, column in sink.layout.columns.items() if _is_ignored(sink, texts, stated, name, column)
        ]
        if ignored and address(*stated.cell) not in told:
            told.add(address(*stated.cell))
            labels = [sink.layout.label_of(name) for name in ignored]
            wanted = list(dict.fromkeys(sink.layout.columns[name].unit for name in ignored))
            sink.find("unit_unused", "warning", stated.cell, value=stated.text, columns=labels, wanted=wanted)
    _tell_comments(sink, texts)


def _tell_comments(sink: Sink, texts: UnitTexts) -> None:
    """A comment whose unit is none of those in which the numbers that it stands at were read."""
    columns = sink.layout.columns
    for said, text in dict.fromkeys(sink.sheet.scan.beside):
        cell = cell_position(said)
        if cell is None:
            continue
        about = [name for name in _measures_at(sink, cell) if name in columns]
        for unit in texts.in_header(text)[0] or texts.within(text):
            ignored = [n for n in about if _is_ignored(sink, texts, Stated(unit, cell), n, columns[n])]
            if ignored:
                wanted = list(dict.fromkeys(columns[name].unit for name in ignored))
                labels = [sink.layout.label_of(name) for name in ignored]
                sink.find("unit_in_note", "warning", cell, value=unit, columns=labels, wanted=wanted)
                break


def _measures_at(sink: Sink, cell: tuple[int, int]) -> list[str]:
    """The measures of a cell, else of its column, else of its row, else of the sheet."""
    places = [(cell_position(record.cell), record.measure) for record in sink.cells]
    near = (
        [measure for place, measure in places if place == cell],
        [measure for place, measure in places if place and place[1] == cell[1]],
        [measure for place, measure in places if place and place[0] == cell[0]],
        [measure for _, measure in places],
    )
    return list(dict.fromkeys(next((own for own in near if own), [])))


def is_line(sheet: Sheet, row: int) -> bool:
    """Whether a row of a text or two speaks of a table, and is none of its rows."""
    filled = [value for value in sheet.rows[row] if value != ""]
    return 0 < len(filled) <= _MOST_TEXTS and not any(isinstance(value, float) for value in filled)


def _lines(sink: Sink, texts: UnitTexts) -> Iterator[Stated]:
    """The powers of ten of units in rows of a text or two; not those above numbers of another table."""
    sheet, last = sink.sheet, max((cell.line for cell in sink.cells), default=0)
    for row, values in enumerate(sheet.rows):
        if not is_line(sheet, row):
            continue
        filled = {c: value for c, value in enumerate(values) if value != ""}
        if row > last + 1 and has_numbers(sheet, row + 1):
            return
        for column, text in filled.items():
            for unit in texts.within(str(text)):
                yield Stated(unit, (row, column))


def _is_ignored(sink: Sink, texts: UnitTexts, stated: Stated, name: str, column: Column) -> bool:
    factor = texts.factor(stated.text, column.unit) if column.kind in {"count", "amount"} else None
    used = {cell.factor for cell in sink.cells if cell.measure == name and cell.state == NUMBER}
    return factor is not None and bool(used) and factor not in used
