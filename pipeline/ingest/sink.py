"""Collects the cells of a form and makes frames of them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue.forms import Form
from pipeline.columns import CELLS, TEXTS
from pipeline.ingest.packed import FLAGS, FLOATS, INTEGERS, Packed, frame, pack
from pipeline.ingest.parts import address
from pipeline.ingest.plain_cells import PlainCells
from pipeline.ingest.reader import Sheet
from pipeline.ingest.seen import SeenCell
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, reworded
from pipeline.numbers import Parsed
from pipeline.states import REJECTED, STATES
from pipeline.text import mask_personal

if TYPE_CHECKING:
    import pandas as pd


class Row(NamedTuple):
    """What is known of a sheet's row before its cells are read."""

    role: str  # member, total, group
    row: str
    label: str
    period: str
    province: str
    part_of: str = ""
    block: str = ""
    group: str = ""


@dataclass(slots=True)
class CellRecord:
    """One number cell: the columns of `CELLS`, whether a percent sign or format stands there, or a sign.

    ``said_unit`` is a unit typed in the cell beside the number; ``factor`` what the typed value was multiplied by,
    since the cell ``stated_at`` says ``stated_unit``; ``left_out`` are cells that a total's own formula does not add.
    """

    period: str
    reported_in: str
    province: str
    form: str
    row: str
    label: str
    measure: str
    value: float
    state: str
    unit: str
    file: str
    sheet: str
    cell: str
    raw: str
    role: str
    part_of: str
    block: str
    group: str
    line: int
    decimals: int
    previous: bool
    percent: bool
    signed: bool
    computed: bool
    said_unit: str = ""
    factor: float = 1.0
    corrected: str = ""
    typed_value: float = math.nan
    stated_unit: str = ""
    stated_at: str = ""
    left_out: str = ""


class TypedCell(NamedTuple):
    """A number that was typed as text: its record, what was read of it, and the kind of its column."""

    record: CellRecord
    parsed: Parsed
    kind: str
    by_author: bool  # a correction is typed by somebody else, whose habits are not the sheet's


class TextRecord(NamedTuple):
    """One cell of a text column, with the columns of `TEXTS`."""

    province: str
    form: str
    label: str
    column: str
    text: str
    file: str
    sheet: str
    cell: str


@dataclass
class Sink:
    """What one form of one workbook gave."""

    file: str
    sheet: Sheet
    form: str
    layout: Form
    vocabulary: Vocabulary
    province: str
    reported_in: str
    cells: list[CellRecord] = field(default_factory=list)
    texts: list[TextRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen: list[SeenCell] = field(default_factory=list)
    set_aside: set[int] = field(default_factory=set)  # rows that the form says are to be ignored, and notes
    typed: list[TypedCell] = field(default_factory=list)  # until all are there to show how the author writes numbers

    @cached_property
    def plain(self) -> PlainCells:
        """The cells of the sheet of which only their numbers are known."""
        return PlainCells(self.sheet, self.layout, self.vocabulary.marks)

    def find(
        self, rule: str, severity: str, cell: tuple[int, int] | None = None, value: str = "", **params: object
    ) -> None:
        """Record a finding about this form, at a cell of its sheet; what it quotes holds no personal data."""
        value, params = mask_personal(value), {name: reworded(said, mask_personal) for name, said in params.items()}
        place = Place(self.file, self.sheet.name, address(*cell) if cell else "")
        finding = Finding(rule, severity, place, self.province, self.form, value, params)  # type: ignore[arg-type]
        self.findings.append(finding)

    def refuse(self, cells: Sequence[CellRecord]) -> None:
        """Keep numbers out of everything: what needs them is incomplete."""
        refused = {id(cell) for cell in cells}
        self.typed[:] = [typed for typed in self.typed if id(typed.record) not in refused]
        for cell in cells:
            cell.state, cell.value = REJECTED, math.nan


_KINDS = {
    "value": FLOATS,
    "factor": FLOATS,
    "typed_value": FLOATS,
    "decimals": INTEGERS,
    "line": INTEGERS,
    "previous": FLAGS,
    "computed": FLAGS,
}


# What tells rows apart is rarely the same in many cells, and the checks change states.
_CODED: dict[str, tuple[str, ...]] = {name: () for name in CELLS if name not in {*_KINDS, "row", "label", "cell"}}
_CODED["state"] = STATES


def pack_cells(records: Iterable[CellRecord]) -> Packed:
    """The cells by column: those of `CELLS`."""
    return pack(records, CELLS, _KINDS)


def frame_of(packed: Iterable[Packed]) -> "pd.DataFrame":
    """The cells as a frame with the columns of `CELLS`; `line` numbers the sheet rows over all files."""
    cells = frame(packed, CELLS, _KINDS, _CODED)
    if len(cells):
        cells["line"] = cells.groupby(["file", "sheet", "line"], sort=False).ngroup()
    return cells


def texts_frame(records: Iterable[TextRecord]) -> "pd.DataFrame":
    """The text cells as a frame with the columns of `TEXTS`."""
    import pandas as pd

    return pd.DataFrame(list(records), columns=list(TEXTS), dtype="str")
