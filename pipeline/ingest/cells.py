"""Reads the number cells of one row."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from pipeline.catalogue.forms import Column
from pipeline.ingest.parts import address
from pipeline.ingest.plain_cells import PlainNumber
from pipeline.ingest.reader import Corrected
from pipeline.ingest.refusals import refusal
from pipeline.ingest.sink import CellRecord, Row, Sink, TextRecord, TypedCell
from pipeline.ingest.templates import is_ours
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.model import MEMBER
from pipeline.number_faults import error_fault
from pipeline.number_text import Reading, Readings, Typed
from pipeline.numbers import Parsed, is_no_count, parse_cell
from pipeline.periods import Period
from pipeline.states import MISSING, NUMBER, REJECTED
from pipeline.text import MASK, fold, mask_personal, tidy

PERSON = "person"  # why a number of a citizen's length is no count


def read_row(sink: Sink, row: int, measures: Mapping[tuple[str, bool], int], about: Row) -> None:
    """Read a row's cells: numbers to the sink's cells, texts to its texts, what is neither to its findings."""
    for (measure, previous), column in measures.items():
        if sink.layout.columns[measure].is_number:
            read_cell(sink, (row, column), (measure, previous), about)
        elif sink.sheet.text(row, column).strip():
            place = (sink.file, sink.sheet.name, address(row, column))
            text = mask_personal(tidy(sink.sheet.text(row, column)))
            sink.texts.append(TextRecord(about.province, sink.form, mask_personal(about.label), measure, text, *place))


def read_cell(sink: Sink, cell: tuple[int, int], measured: tuple[str, bool], about: Row) -> None:
    """Read one number cell; ``measured`` is the measure and whether it is last year's."""
    if (plain := sink.plain.at(cell, measured[0])) is not None:
        sink.cells.append(_plain_record(sink, cell, measured, about, plain))
        return
    column = sink.layout.columns[measured[0]]
    read, said_unit = _by_column(sink, _parse(sink, cell, column), column)
    if read.state == REJECTED:
        _refuse(sink, cell, measured[0], read, about)
        if cell in sink.sheet.corrected:
            sink.sheet.corrected[cell].refused = True
    record = _record(sink, cell, measured, about, read)
    record.said_unit = said_unit
    if cell in sink.sheet.corrected:
        record.corrected = _correction(sink.sheet.corrected[cell])
        record.typed_value = _by_column(sink, _as_typed(sink, cell, column), column)[0].value
    sink.cells.append(record)
    if read.state == NUMBER and read.typed is not None:
        sink.typed.append(TypedCell(record, read, column.kind, cell not in sink.sheet.corrected))
        if not _is_stored(sink, cell):
            _tell_what_stood_beside(sink, cell, record, read.typed)
    elif read.state == MISSING and about.role == MEMBER and not column.equals:
        _ask_for(sink, cell, measured[0], about)


def _plain_record(
    sink: Sink, cell: tuple[int, int], measured: tuple[str, bool], about: Row, plain: PlainNumber
) -> CellRecord:
    """The record of a plain number, in the order of its fields: naming them takes as long as all the rest."""
    measure, previous = measured
    role, row, label, period, province, part_of, block, group = about
    return CellRecord(
        _period_of(period, previous), sink.reported_in, province, sink.form, row, mask_personal(label), measure,
        plain.value, NUMBER, sink.layout.columns[measure].unit, sink.file, sink.sheet.name, address(*cell), plain.raw,
        role, part_of, block, group, cell[0], plain.decimals, previous, plain.percent, False, plain.computed,
    )  # fmt: skip


def _record(sink: Sink, cell: tuple[int, int], measured: tuple[str, bool], about: Row, read: Parsed) -> CellRecord:
    measure, previous = measured
    return CellRecord(
        period=_period_of(about.period, previous),
        reported_in=sink.reported_in,
        province=about.province,
        form=sink.form,
        row=about.row,
        label=mask_personal(about.label),
        measure=measure,
        value=read.value,
        state=read.state,
        unit=sink.layout.columns[measure].unit,
        file=sink.file,
        sheet=sink.sheet.name,
        cell=address(*cell),
        raw=_without_personal_data(sink, cell, sink.sheet.typed(*cell), read),
        role=about.role,
        part_of=about.part_of,
        block=about.block,
        group=about.group,
        line=cell[0],
        decimals=read.decimals,
        previous=previous,
        computed=cell in sink.sheet.scan.formulas,
        percent=read.percent or _is_shown_as_percent(sink, cell),
        signed=read.percent,
    )


def _is_shown_as_percent(sink: Sink, cell: tuple[int, int]) -> bool:
    """Whether a number format multiplies by a hundred; it does nothing to a text or to a correction's number."""
    return _is_stored(sink, cell) and cell in sink.sheet.scan.percents


def _is_stored(sink: Sink, cell: tuple[int, int]) -> bool:
    return isinstance(sink.sheet.value(*cell), float) and cell not in sink.sheet.corrected


def _parse(sink: Sink, cell: tuple[int, int], column: Column) -> Parsed:
    if cell in sink.sheet.corrected:
        corrected = sink.sheet.corrected[cell]
        corrected.used = True
        return parse_cell(corrected.should_read, column.kind, sink.vocabulary.marks)
    return _as_typed(sink, cell, column)


def _as_typed(sink: Sink, cell: tuple[int, int], column: Column) -> Parsed:
    """What stands in the cell, whatever a correction says."""
    if cell in sink.sheet.scan.errors:
        why, params = error_fault(sink.sheet.scan.errors[cell]) or ("other", {})
        return Parsed(REJECTED, why=why, params=params)
    if cell in sink.sheet.scan.valueless:  # our own formula of a stated figure lacks only what is computed anyway
        return Parsed(MISSING) if column.equals and is_ours(sink.sheet) else Parsed(REJECTED, why="other")
    if cell in sink.sheet.scan.doubtful and sink.sheet.text(*cell).strip():
        return Parsed(REJECTED, why=sink.sheet.scan.doubtful[cell])
    value = sink.sheet.value(*cell)
    read = parse_cell(value, column.kind, sink.vocabulary.marks)
    if read.state == NUMBER and is_no_count(read.value, column.kind):
        return Parsed(REJECTED, why=PERSON)
    is_number = read.state == NUMBER and isinstance(value, float)
    return _as_shown(sink, cell, read, column) if is_number and column.kind in {"count", "amount"} else read


def _as_shown(sink: Sink, cell: tuple[int, int], read: Parsed, column: Column) -> Parsed:
    """A stored count or amount as its number format shows it: as a percentage, which it is not, or with a unit."""
    if cell in sink.sheet.scan.percents and read.value and "%" not in column.unit:
        return Parsed(REJECTED, why="percent_format", params={"shown": f"{100 * read.value:.10g}%"})
    unit = sink.sheet.scan.units.get(cell, "")
    if not unit or (_unit(sink, unit, column) is None and not UnitTexts.of(sink.vocabulary).is_unit(unit)):
        return read
    reading = Reading(read.value, read.decimals)
    params = {"unit": unit, "shown": f"{sink.sheet.text(*cell)} {unit}"}
    return Parsed(REJECTED, why="unit", params=params, typed=Typed(1.0, Readings(reading, reading), unit=unit))


def _correction(corrected: Corrected) -> str:
    """What was made of what, by whom and when, in no language."""
    said = corrected.params
    return f'"{said["reads"]}" \u2192 "{said["should_read"]}", {said["by"]}, {said["date"]}'


def _by_column(sink: Sink, read: Parsed, column: Column) -> tuple[Parsed, str]:
    """What the column makes of a number with a unit, brackets or a % sign, and the unit that was typed beside it."""
    typed = read.typed
    if typed is None:
        return read, ""
    if typed.percent and column.kind != "percent":
        # Such a unit is a rate's own: its numbers are typed with the sign and stay as they are.
        fits = "%" in column.unit
        return replace(read, percent=False) if fits else Parsed(REJECTED, why="percent_sign"), ""
    if typed.bracketed and not column.signed:
        return read, ""
    unit = _unit(sink, typed.unit, column) if typed.unit else ""
    if unit is None:
        return replace(read, why="unit"), ""
    # In thousands a count has decimals as an amount has.
    kind = "amount" if unit not in {"", column.unit} else column.kind
    return read.accepted(kind), unit


def _unit(sink: Sink, said: str, column: Column) -> str | None:
    """The column's own unit, or for what can be converted the same in another power of ten; None where it is neither.

    A bare "thousand" or "million" counts what the column counts, unless the column counts in larger steps itself:
    "5 thousand" in a column of millions could be either.
    """
    wanted = column.unit
    units = sink.vocabulary.quantities
    factor = units.factor(said, wanted) if wanted else None
    if factor is None and wanted:
        (scale, base), (own_scale, _) = units.parse(said), units.parse(wanted)
        if not base and scale > 1 and scale >= own_scale:
            said, factor = f"{said} {units.counted(wanted)}", scale / own_scale
    if factor is None or (factor != 1 and column.kind not in {"count", "amount"}):
        return None
    return wanted if factor == 1 else said


def _tell_what_stood_beside(sink: Sink, cell: tuple[int, int], record: CellRecord, typed: Typed) -> None:
    """Say what was taken off a number that was accepted; a unit that converts it is told where it does."""
    unit = typed.unit if record.said_unit == record.unit else ""
    corrected = sink.sheet.corrected.get(cell)
    read = tidy(corrected.should_read) if corrected else record.raw
    for rule, beside in (("footnote_mark", typed.footnote), ("unit_in_cell", unit)):
        if beside:
            sink.find(rule, "info", cell, value=read, label=record.label, beside=beside)
    if typed.bracketed:
        sink.find("negative_in_brackets", "info", cell, value=read, label=record.label)


def _ask_for(sink: Sink, cell: tuple[int, int], measure: str, about: Row) -> None:
    """Ask for a number of which the cell says that it is still to come; a mark such as ... says that there is none."""
    corrected = sink.sheet.corrected.get(cell)
    said = corrected.should_read if corrected else sink.sheet.text(*cell)
    if fold(said) in sink.vocabulary.to_come:
        column = sink.layout.label_of(measure)
        sink.find("figure_to_come", "warning", cell, tidy(said), label=about.label, column=column)


def _without_personal_data(sink: Sink, cell: tuple[int, int], raw: str, parsed: Parsed) -> str:
    """What was typed; an amount may be as long as a citizen's number, so only what was no number is masked."""
    if parsed.why == PERSON:
        return MASK
    was_number = parsed.state == NUMBER and cell not in sink.sheet.corrected and not raw.startswith("0")
    return raw if was_number or isinstance(sink.sheet.value(*cell), float) else mask_personal(raw)


def _refuse(sink: Sink, cell: tuple[int, int], measure: str, read: Parsed, about: Row) -> None:
    """Say why a cell holds no number; in a total row nothing is lost by it, so it is a doubt there."""
    severity = "error" if about.role == MEMBER else "warning"
    corrected = sink.sheet.corrected.get(cell)
    said = corrected.should_read if corrected else sink.sheet.text(*cell)
    rule, params = refusal(sink, measure, said if corrected else sink.sheet.value(*cell), read)
    if cell in sink.sheet.scan.valueless and corrected is None:
        rule, params = "formula_without_value", {}
    sink.find(rule, severity, cell, value=read.params.get("shown", said), label=about.label, **params)


@lru_cache(maxsize=64)
def _period_of(period: str, previous: bool) -> str:
    found = Period.parse(period)
    return found.year_before.id if previous and found else period
