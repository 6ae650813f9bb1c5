"""The tables of the form sheets; of very many figures one line for what a province's open rows have in common."""

import math
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import replace

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.plain import tuples
from pipeline.report.sheets.form_tables import Cell, Column, FormTable, Row, build_tables

Kept = Callable[[Row], bool]


def tables_of(results: Results, names: dict[str, str]) -> dict[str, FormTable]:
    """The table of each form that has a sheet. ``names`` are the provinces' names by id."""
    catalogue = results.catalogue
    if count_cells(results) <= catalogue.settings.sources_most:
        return build_tables(results, names)
    say, told = Messages(results.lang), set(tuples(results.consolidation.findings, ("file", "sheet", "cell")))
    kept = {form: _kept(catalogue, form, told) for form in catalogue.forms}
    return build_tables(results, names, lambda form, rows: gathered(rows, catalogue.forms[form], kept[form], say))


def count_cells(results: Results) -> int:
    """How many cells the figures and texts of a consolidation stand in, those of stated totals among them."""
    checks = results.consolidation.tables.get("checks")
    totals = 0 if checks is None else int((checks["kind"] != "rule").sum())
    return len(results.consolidation.observations) + totals + len(results.texts)


def _kept(catalogue: Catalogue, form: str, told: Collection[tuple[str, str, str]]) -> Kept:
    """Which rows stay as they are: what an indicator names, and what a finding is about (``told``: its cells)."""
    named = {row for model in catalogue.indicators.values() for row in catalogue.rows_of(form, model.rows)}
    return lambda row: not named.isdisjoint(row.parts) or any(cell.place in told for cell in row.cells.values())


def gathered(rows: Iterable[Row], model: Form, kept: Kept, say: Messages) -> list[Row]:
    """The rows with those of open keys added up; what a sum over the table comes to stays the same.

    Rows are added up where nothing but the open keys tells them apart and the same columns have numbers: a formula
    that leaves out rows which lack a number leaves out whole lines.
    """
    openly = [at for at, key in enumerate(model.row_keys) if key.listed is None]
    groups: dict[Hashable, list[Row]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(number if not openly or kept(row) else _alike(row, openly), []).append(row)
    return [own[0] if len(own) == 1 else _added(own, model, openly, say) for own in groups.values()]


def _alike(row: Row, openly: Collection[int]) -> Hashable:
    """What rows have in common that are added up."""
    listed = tuple("" if at in openly else part for at, part in enumerate(row.parts))
    cells = [
        (column, cell.state if cell.value is None else "", cell.place[0]) for column, cell in sorted(row.cells.items())
    ]
    return row.province, row.period, listed, row.group, row.counts, row.within, tuple(cells)


def _added(rows: list[Row], model: Form, openly: Collection[int], say: Messages) -> Row:
    first = rows[0]
    parts = tuple("" if at in openly else part for at, part in enumerate(first.parts))
    names = [model.members[part].name.text(say.lang) for part in parts if part in model.members]
    label = " / ".join([*names, say("workbook.forms.added", count=len(rows))])
    # Shares and means do not add up.
    columns = [c for c, cell in first.cells.items() if model.columns[c[0]].sums or cell.value is None]
    cells = {column: _sum(column, rows) for column in columns}
    return replace(first, parts=parts, label=label, cells=cells)


def _sum(column: Column, rows: list[Row]) -> Cell:
    """A sum stands in no cell of the file; where there is no number the state is the same in all rows."""
    first = rows[0].cells[column]
    values = [value for row in rows if (value := row.cells[column].value) is not None]
    return Cell(math.fsum(values) if values else None, first.state, (first.place[0], "", ""))
