"""Notes beside each total what its own formula leaves out: cells outside of its range, and numbers typed as texts."""

from pipeline.ingest.parts import cell_position
from pipeline.ingest.scan.sums import Sum, read_sum
from pipeline.ingest.sink import CellRecord, Sink
from pipeline.model import MEMBER
from pipeline.states import NUMBER


def note_left_out(sink: Sink) -> None:
    """Give the totals whose formula is a sum the cells of their column that it does not add, if it adds any other."""
    if not sink.sheet.scan.sums:
        return
    columns: dict[tuple[str, bool], list[CellRecord]] = {}
    for cell in sink.cells:
        if cell.role == MEMBER and cell.state == NUMBER:
            columns.setdefault((cell.measure, cell.previous), []).append(cell)
    for total in sink.cells:
        position = cell_position(total.cell)
        formula = sink.sheet.scan.sums.get(position) if position and total.role != MEMBER else None
        added = read_sum(*formula, position) if formula and position else None
        if added is not None:
            own = columns.get((total.measure, total.previous), [])
            left = [cell.cell for cell in own if not _adds(sink, added, cell)]
            total.left_out = " ".join(left) if len(left) < len(own) else ""


def _adds(sink: Sink, added: Sum, cell: CellRecord) -> bool:
    position = cell_position(cell.cell)
    return position is not None and added.adds(position, is_text=not isinstance(sink.sheet.value(*position), float))
