"""Rows that have periods of their own: a quarter beside its months is their sum, and is not counted again."""

from collections import defaultdict

from pipeline.catalogue.forms import PERIOD
from pipeline.ingest.opened_table import Table
from pipeline.ingest.sink import CellRecord
from pipeline.model import MEMBER
from pipeline.periods import Period


def set_aside_longer_periods(table: Table) -> None:
    """Take rows out of a table whose period others of its rows fill; one that they fill in part is an error."""
    if PERIOD not in table.form.key_names:
        return
    out: set[int] = set()
    for rows in _by_subject([c for c in table.sink.cells if c.role == MEMBER and not c.previous]):
        for row, period in rows.items():
            within = {p for r, p in rows.items() if r not in out and period.covers(p) and not p.covers(period)}
            if not within:
                continue
            whole = set(_months(period)) == {month for p in within for month in _months(p)}
            rule, severity = ("longer_period_set_aside", "info") if whole else ("periods_overlap", "error")
            table.sink.find(rule, severity, table.key_cell(row), value=period.id, periods=sorted(p.id for p in within))
            out.add(row)
    table.sink.cells[:] = [c for c in table.sink.cells if c.role != MEMBER or c.line not in out]


def _by_subject(cells: list[CellRecord]) -> list[dict[int, Period]]:
    """For each thing that rows are about, its sheet rows with their periods, the longest first."""
    found: dict[tuple[str, str], dict[int, Period]] = defaultdict(dict)
    for cell in cells:
        period = Period.parse(cell.period)
        if period is not None:
            found[cell.province, cell.row][cell.line] = period
    return [dict(sorted(rows.items(), key=lambda item: -len(_months(item[1])))) for rows in found.values()]


def _months(period: Period) -> range:
    return range(period.first_month, period.last_month + 1)
