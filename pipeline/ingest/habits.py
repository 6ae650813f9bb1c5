"""Which sign a sheet's author puts before decimals, and what that makes of the numbers that could be read two ways."""

from pipeline.ingest.parts import cell_position
from pipeline.ingest.sink import Sink, TypedCell
from pipeline.model import Said
from pipeline.number_text import COMMA, POINT, Custom, Reading, Readings


def settle_habit(sink: Sink) -> None:
    """Read again the numbers whose decimal sign only the rest of the sheet tells; warn of those that nothing tells.

    A text that can be read one way only shows its author's habit, and so does a count, as it has no decimals.
    """
    typed = [cell for cell in sink.typed if cell.parsed.readings is not None]
    shown = {vote for cell in typed if cell.by_author and (vote := _shape_vote(cell))}
    counted = {vote for cell in typed if cell.by_author and (vote := _count_vote(cell))}
    for cell in typed:
        readings = cell.parsed.readings
        if readings is not None and readings.ambiguous:
            _settle(sink, cell, readings, shown, shown | counted)
    sink.typed.clear()


def _kind(cell: TypedCell) -> str:
    """The kind by which the digits are read: a count in thousands has decimals as an amount has."""
    return "amount" if cell.kind == "count" and cell.record.factor != 1 else cell.kind


def _shape_vote(cell: TypedCell) -> Custom | None:
    """What digits show by themselves; decimals in a count are a fault and show nothing."""
    readings = cell.parsed.readings
    if readings is None or (_kind(cell) == "count" and cell.parsed.decimals):
        return None
    return readings.vote


def _count_vote(cell: TypedCell) -> Custom | None:
    readings = cell.parsed.readings
    if readings is None or not readings.ambiguous or _kind(cell) != "count":
        return None
    return readings.custom_of("count")


def _settle(sink: Sink, cell: TypedCell, readings: Readings, shown: set[Custom], habits: set[Custom]) -> None:
    """Choose a reading: by the kind, where it decides, else by the one habit that the sheet shows."""
    kind = _kind(cell)
    custom, doubt = readings.custom_of(kind), ""
    if kind in {"count", "percent"}:
        doubt = "against_habit" if shown and custom not in shown else ""
    elif len(habits) == 1 and cell.by_author:
        custom = next(iter(habits))
    else:
        doubt = "two_habits" if len(habits) > 1 else "no_habit"
    _read_as(cell, custom)
    if doubt:
        _warn(sink, cell, readings, custom, doubt)


def _read_as(cell: TypedCell, custom: Custom) -> None:
    """Give the record its number under a custom; one that was converted already stays so."""
    record, before, now = cell.record, cell.parsed, cell.parsed.under(custom)
    record.decimals += now.decimals - before.decimals
    record.value = round(now.value * record.factor, record.decimals) if record.factor != 1 else now.value


def _warn(sink: Sink, cell: TypedCell, readings: Readings, custom: Custom, doubt: str) -> None:
    record, read, other = cell.record, readings.by(custom), readings.by(POINT if custom == COMMA else COMMA)
    whole = read if read.decimals == 0 else other
    params = {"label": record.label, "read": _said(read), "other": _said(other), "whole": f"{whole.value:.0f}"}
    why = Said(f"number.doubt.{doubt}")
    sink.find("ambiguous_number", "warning", cell_position(record.cell), value=record.raw, why=why, **params)


def _said(reading: Reading) -> Said:
    """A reading that nobody can misread: 29375, or 29,375 with its decimals named."""
    if reading.decimals == 0:
        return Said("number.reading_whole", {"whole": f"{reading.value:.0f}"})
    whole, _, part = f"{reading.value:.{reading.decimals}f}".partition(".")
    return Said("number.reading_decimals", {"whole": whole, "part": part})
