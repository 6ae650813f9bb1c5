"""Refuses a number in a cell that is merged over several cells of a form: whose it is, cannot be known."""

from pipeline.ingest.parts import address, column_letters
from pipeline.ingest.sink import Sink
from pipeline.states import NUMBER


def refuse_merged(sink: Sink) -> None:
    """Give none of the cells a value over which a number is merged, and say so; a nought is each one's own.

    A cell that a correction gave a number of its own keeps it.
    """
    records = {record.cell: record for record in sink.cells if not record.corrected} if sink.sheet.merges else {}
    for top, left, bottom, right in sink.sheet.merges:
        first = records.get(address(top, left))
        if first is None or first.state != NUMBER or first.value == 0:
            continue
        columns = {column_letters(column) for column in range(left, right + 1)}
        own = [r for r in records.values() if top <= r.line <= bottom and r.cell.rstrip("0123456789") in columns]
        if len(own) > 1:
            where = f"{first.cell}:{address(bottom, right)}"
            sink.find("number_over_cells", "error", (top, left), value=first.raw, label=first.label, where=where)
            sink.refuse(own)
