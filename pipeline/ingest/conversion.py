"""Turns numbers that stand in another unit than the form's into the form's, and says so.

The narrowest statement wins: the cell's own, the unit column's, the header's, then the line above the table.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.catalogue.forms import Column
from pipeline.ingest.header_paths import header_paths, merged_from
from pipeline.ingest.headers import Columns
from pipeline.ingest.parts import address, cell_position, column_letters
from pipeline.ingest.reader import Sheet
from pipeline.ingest.sink import CellRecord, Sink
from pipeline.ingest.unit_remarks import is_line, tell_unused
from pipeline.ingest.unit_texts import Stated, UnitTexts
from pipeline.model import Basis, Said
from pipeline.states import NUMBER
from pipeline.text import tidy

_SHOWN_CELLS = 6
_GROUPS_ABOVE = 2  # rows above a header that may head several of its columns, and say no more of them than a unit
_CONVERTED_KINDS = frozenset({"count", "amount"})


@dataclass
class _Group:
    """Numbers with one cause: the unit that one cell states against the one that the form wants."""

    stated: Stated
    wanted: str
    factor: float | None
    cells: list[CellRecord] = field(default_factory=list)


def convert_units(sink: Sink, stated_for: Callable[[CellRecord], Stated | None]) -> None:
    """Convert every number of the sink whose unit the sheet says to be another than the form's."""
    texts = UnitTexts.of(sink.vocabulary)
    # A number beside which the form's own unit stands is in it, whatever the column is in.
    settled = {id(t.record) for t in sink.typed if t.parsed.typed is not None and t.parsed.typed.unit}
    groups: dict[tuple[object, ...], _Group] = {}
    factors: dict[tuple[Stated, str], float | None] = {}
    for cell in sink.cells:
        column = sink.layout.columns[cell.measure]
        if cell.state != NUMBER or column.kind not in _CONVERTED_KINDS:
            continue
        stated = _own(cell) or (None if id(cell) in settled else stated_for(cell))
        if stated is None:
            continue
        if (stated, column.unit) not in factors:
            factors[stated, column.unit] = texts.factor_of(stated, column.unit)
        factor = factors[stated, column.unit]
        if factor is None or factor != 1:
            column_of = (cell.measure, cell.previous) if cell.said_unit else ()
            key = (column_of, "" if cell.said_unit else stated.cell, stated.text, column.unit)
            groups.setdefault(key, _Group(stated, column.unit, factor)).cells.append(cell)
    for group in groups.values():
        if group.factor is not None:
            for cell in group.cells:
                _convert(cell, group.factor)
                cell.stated_unit, cell.stated_at = group.stated.text, address(*group.stated.cell)
        _tell(sink, group, contradicts=_contradicts(sink, texts, group))
    tell_unused(sink)


def _own(cell: CellRecord) -> Stated | None:
    position = cell_position(cell.cell) if cell.said_unit else None
    return Stated(cell.said_unit, position) if position else None


def _convert(cell: CellRecord, factor: float) -> None:
    """A factor below one divides: 0.001 is no binary fraction, and figures would gain digits that nobody typed."""
    value = cell.value * factor if factor >= 1 else cell.value / round(1 / factor, 9)
    cell.factor = factor
    cell.decimals -= math.ceil(round(math.log10(factor), 9))
    cell.value = round(value, cell.decimals)


def _contradicts(sink: Sink, texts: UnitTexts, group: _Group) -> bool:
    """Whether amounts stand in a unit that is known and is another quantity: persons for money, square metres for ha.

    Such numbers are not used. Counts are: what is counted has many names.
    """
    is_amount = all(sink.layout.columns[cell.measure].kind == "amount" for cell in group.cells)
    said, wanted = (texts.base(text) for text in (group.stated.text, group.wanted))
    if group.factor is not None or not is_amount or not said or not wanted or "/" in group.stated.text:
        return False
    sink.refuse(group.cells)
    return True


def _tell(sink: Sink, group: _Group, *, contradicts: bool) -> None:
    rule = "unit_converted" if group.factor is not None else "unit_contradicts" if contradicts else "unit_differs"
    names = dict.fromkeys(cell.measure for cell in group.cells)
    sink.find(
        rule, "error" if contradicts else "warning", group.stated.cell, value=group.stated.text,
        wanted=group.wanted or Said("unit.none"), how=_how(group.factor or 1.0),
        columns=[sink.layout.label_of(name) for name in names],
        count=len(group.cells), cells=_shown(cell.cell for cell in group.cells), stored=_stored(group.cells[0]),
    )  # fmt: skip
    basis = Basis({(cell.sheet, cell.cell): cell.value for cell in group.cells})
    sink.findings[-1] = replace(sink.findings[-1], basis=basis)


def _stored(cell: CellRecord) -> Said:
    """What was made of a number as typed."""
    return Said("unit.stored", {"raw": cell.raw, "value": float(cell.value), "cell": cell.cell})


def _how(factor: float) -> Said:
    if factor >= 1:
        return Said("unit.multiplied", {"by": float(factor)})
    return Said("unit.divided", {"by": round(1 / factor, 9)})


def _shown(cells: Iterable[str]) -> list[str]:
    every = list(cells)
    return [*every[:_SHOWN_CELLS], *(["..."] if len(every) > _SHOWN_CELLS else [])]


class LineUnits:
    """What the line above a table says of its columns' units; the one below it, where that says nothing of them."""

    def __init__(self, sink: Sink, top: int, bottom: int | None = None) -> None:
        """Look above the header, which begins at ``top`` and ends at ``bottom``, then below the last row read.

        A line between the header and the first row is nearer than one above.
        """
        self._texts = UnitTexts.of(sink.vocabulary)
        self._columns = [c for c in sink.layout.measures.values() if c.kind in _CONVERTED_KINDS]
        rows = [cell.line for cell in sink.cells] or [len(sink.sheet.rows)]
        first, last = min(rows), max(rows)
        between = range(first if bottom is None else bottom + 1, first)
        within = next((stated for row in between if (stated := self._texts.line_of(sink.sheet, row))), [])
        self.stated = within or self._texts.line(sink.sheet, top)
        self._below = self._texts.line_below(sink.sheet, last)
        if self.stated and not any(self.of(column) for column in self._columns if column.unit):
            self._doubt(sink)

    def of(self, column: Column) -> Stated | None:
        """What the line says of a column's unit; nothing where it names no unit of that kind."""
        lines = ([s for s in stated if self._applies(s, column)] for stated in (self.stated, self._below))
        own = next((stated for stated in lines if stated), [])
        factors = {self._texts.factor(s.text, column.unit) for s in own}
        if not own or 1.0 in factors:
            return Stated(column.unit, own[0].cell) if own else None
        joined = " / ".join(s.text for s in own)
        return own[0] if len(factors) == 1 else Stated(joined, own[0].cell)

    def _applies(self, stated: Stated, column: Column) -> bool:
        if self._texts.factor(stated.text, column.unit) is None:
            return False
        if self._texts.base(stated.text):
            return True
        # A power of ten alone ("million") speaks of amounts where the form has any: people are counted one by one.
        return column.kind == "amount" or all(c.kind != "amount" for c in self._columns)

    def _doubt(self, sink: Sink) -> None:
        wanted = list(dict.fromkeys(c.unit for c in self._columns if c.unit))
        if wanted:
            sink.find(
                "unit_differs", "warning", self.stated[0].cell, value=", ".join(s.text for s in self.stated),
                wanted=wanted, columns=[], cells=[], count=0,
            )  # fmt: skip


def table_units(sink: Sink, columns: Columns, unit_rows: Sequence[int]) -> Callable[[CellRecord], Stated | None]:
    """What a table says of the unit of each column; ``unit_rows`` stand below the header and hold units only."""
    texts, line = UnitTexts.of(sink.vocabulary), LineUnits(sink, columns.top, columns.bottom)
    paths = header_paths(sink.sheet, max(columns.top - _GROUPS_ABOVE, 0), columns.bottom)
    keys = [c for m, c in columns.meanings.items() if m.kind == "key"]
    of_keys = [(text, _place(sink.sheet, columns, c, text)) for c in keys for text in columns.paths.get(c, [])]
    found: dict[tuple[str, bool], Stated | None] = {}
    for (measure, previous), column in columns.measures.items():
        path = paths[column]
        at = [merged_from(sink.sheet, (row, column)) for row in reversed(unit_rows)]
        # One that begins in another column is that column's own; of this one it only says what could be so.
        below = [(t, cell) for cell in at for t in ([] if cell[1] == column else [""]) + [sink.sheet.text(*cell)]]
        header = [*below, *((text, _place(sink.sheet, columns, column, text)) for text in reversed(path))]
        layout = sink.layout.columns[measure]
        general = [("", (columns.bottom, column)), *of_keys]  # a key's header is never a column's own
        stated = texts.of_header(header, layout) or texts.of_header(general, layout)
        if stated is not None and layout.kind in _CONVERTED_KINDS:
            others = (texts.of_header([one], layout, own=0) for one in (*header, *of_keys))
            # A line above the table is told where it is unused.
            told = [other for other in others if other and not is_line(sink.sheet, other.cell[0])]
            if other := _disagreeing(texts, [stated, *told], layout.unit):
                about = (tidy(columns.texts[column]), column_letters(column))
                _tell_two_units(sink, other.cell, (stated, other), *about)
        found[measure, previous] = stated or line.of(layout)
    # Where rows are periods, one column holds both years.
    return lambda cell: found.get((cell.measure, cell.previous), found.get((cell.measure, False)))


def tell_disagreement(sink: Sink, texts: UnitTexts, cell: CellRecord, found: Sequence[Stated]) -> None:
    """Say where a number's unit, its label and its header speak of different powers of ten; the first is believed."""
    other = _disagreeing(texts, found, cell.unit)
    if other is not None:
        _tell_two_units(sink, cell_position(cell.cell), (found[0], other), cell.raw, cell.label)


def _disagreeing(texts: UnitTexts, found: Sequence[Stated], unit: str) -> Stated | None:
    """Of texts about a number, the nearest first, the first one that turns it into its unit otherwise than that."""
    factors = [texts.factor_of(stated, unit) for stated in found]
    if not factors or factors[0] is None:
        return None
    return next((s for s, factor in zip(found, factors, strict=True) if factor not in {None, factors[0]}), None)


def _tell_two_units(
    sink: Sink, cell: tuple[int, int] | None, units: tuple[Stated, Stated], value: str, label: str
) -> None:
    nearest, other = units
    sink.find(
        "units_disagree", "warning", cell, value=value, label=label,
        unit=nearest.text, at=address(*nearest.cell), other=other.text, there=address(*other.cell),
    )  # fmt: skip


def _place(sheet: Sheet, columns: Columns, column: int, text: str) -> tuple[int, int]:
    """Where a text of a column's header stands: in its own column, else in the nearest one to the left."""
    rows = range(columns.bottom, max(columns.top - _GROUPS_ABOVE, 0) - 1, -1)
    return next(
        ((r, c) for c in range(column, -1, -1) for r in rows if sheet.text(r, c) == text), (columns.bottom, column)
    )
