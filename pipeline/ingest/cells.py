"""Reads the number cells of one row."""

from collections.abc import Mapping

from pipeline.ingest.parts import address
from pipeline.ingest.sink import CellRecord, Row, Sink, TextRecord
from pipeline.model import MEMBER
from pipeline.numbers import Parsed, parse_cell
from pipeline.periods import Period
from pipeline.states import NUMBER, REJECTED
from pipeline.text import mask_personal, tidy


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
    measure, previous = measured
    column = sink.layout.columns[measure]
    raw = sink.sheet.text(*cell)
    parsed = _parse(sink, cell, column.kind)
    if parsed.state == REJECTED:
        _refuse(sink, cell, raw, about)
    sink.cells.append(
        CellRecord(
            period=_period_of(about.period, previous),
            reported_in=sink.reported_in,
            province=about.province,
            form=sink.form,
            row=about.row,
            label=mask_personal(about.label),
            measure=measure,
            value=parsed.value,
            state=parsed.state,
            unit=column.unit,
            file=sink.file,
            sheet=sink.sheet.name,
            cell=address(*cell),
            raw=_without_personal_data(sink, cell, raw, parsed),
            role=about.role,
            part_of=about.part_of,
            block=about.block,
            group=about.group,
            line=cell[0],
            decimals=parsed.decimals,
            previous=previous,
            computed=cell in sink.sheet.scan.formulas,
            percent=parsed.percent or (cell in sink.sheet.scan.percents and cell not in sink.sheet.corrected),
            signed=parsed.percent,
        )
    )


def _parse(sink: Sink, cell: tuple[int, int], kind: str) -> Parsed:
    if cell in sink.sheet.corrected:
        corrected = sink.sheet.corrected[cell]
        corrected.used = True
        return parse_cell(corrected.should_read, kind, sink.vocabulary.marks)
    if cell in sink.sheet.scan.errors or cell in sink.sheet.scan.valueless:
        return Parsed(REJECTED)
    return parse_cell(sink.sheet.value(*cell), kind, sink.vocabulary.marks)


def _without_personal_data(sink: Sink, cell: tuple[int, int], raw: str, parsed: Parsed) -> str:
    """What was typed; an amount may be as long as a citizen's number, so only what was no number is masked."""
    was_number = parsed.state == NUMBER and cell not in sink.sheet.corrected and not raw.startswith("0")
    return raw if was_number or isinstance(sink.sheet.value(*cell), float) else mask_personal(raw)


def _refuse(sink: Sink, cell: tuple[int, int], raw: str, about: Row) -> None:
    """Say why a cell holds no number; in a total row nothing is lost by it, so it is a doubt there."""
    severity = "error" if about.role == MEMBER else "warning"
    corrected = sink.sheet.corrected.get(cell)
    valueless = cell in sink.sheet.scan.valueless and corrected is None
    rule = "formula_without_value" if valueless else "not_a_number"
    sink.find(rule, severity, cell, value=corrected.should_read if corrected else raw, label=about.label)


def _period_of(period: str, previous: bool) -> str:
    found = Period.parse(period)
    return found.year_before.id if previous and found else period
