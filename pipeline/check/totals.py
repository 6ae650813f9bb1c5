"""Totals and sub-totals against what they add up, and blank cells that a total proves to be zero."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.check.frames import finding_at, same
from pipeline.model import BLANK, GROUP, LACKING, MEMBER, NIL, NUMBER, TOTAL, Finding

_TABLE = ["file", "form", "measure", "previous"]


def check_totals(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Compare each total with its rows' sum; ``of which`` rows do not count. Proven blanks become nil in ``cells``."""
    findings: list[Finding] = []
    members = cells[(cells["role"] == MEMBER) & (cells["part_of"] == "")]
    totals = cells[cells["role"].isin([TOTAL, GROUP]) & cells["state"].isin([NUMBER, NIL])]
    groups = dict(iter(members.groupby(_TABLE, sort=False))) if len(totals) else {}
    for position, total in totals.iterrows():
        column = catalogue.forms[total["form"]].columns[total["measure"]]
        table = groups.get(tuple(total[name] for name in _TABLE))
        if not column.sums or table is None:
            continue
        rows = _added_up(table, total)
        if rows.empty:
            continue
        findings.extend(_compare(cells, int(str(position)), total, rows, signed=column.signed))
    return [*findings, *_blanks(cells, catalogue)]


def _added_up(table: pd.DataFrame, total: "pd.Series[object]") -> pd.DataFrame:
    """The rows that a total or sub-total says it adds up."""
    if total["role"] == GROUP:
        return table[(table["group"] == total["group"]) & (table["period"] == total["period"])]
    wanted = dict(part.split("=", 1) for part in str(total["block"]).split("\n") if part)
    if not wanted:
        return table
    keep = [wanted.items() <= _keys(block).items() for block in table["block"]]
    return table[keep]


def _keys(block: str) -> Mapping[str, str]:
    return dict(part.split("=", 1) for part in block.split("\n") if part)


def _compare(
    cells: pd.DataFrame, position: int, total: "pd.Series[object]", rows: pd.DataFrame, *, signed: bool
) -> list[Finding]:
    states = cells.loc[rows.index, "state"]
    if states.isin([s for s in LACKING if s != BLANK]).any():
        return []
    values = cells.loc[rows.index, "value"]
    found = float(values.sum())
    stated = float(str(total["value"]))
    decimals = max(float(str(total["decimals"])), 0.0)
    blank = rows.index[states == BLANK]
    agrees = bool(same(np.array([stated]), np.array([found]), np.array([decimals]))[0])
    if len(blank):
        if agrees and (not signed or len(blank) == 1):
            cells.loc[blank, "state"] = NIL
            cells.loc[blank, "value"] = 0.0
            return [finding_at(cells, p, "blank_is_zero", "info", total=str(total["cell"])) for p in blank]
        return []
    if agrees:
        return []
    difference = stated - found
    return [finding_at(cells, position, "total_mismatch", "warning", sum=found, difference=difference, rows=len(rows))]


def _blanks(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Blank cells that nothing proves to be zero; a stated figure that cannot be computed is rightly blank."""
    blank = cells[(cells["role"] == MEMBER) & (cells["state"] == BLANK)]
    findings = []
    for position, cell in blank.iterrows():
        form = catalogue.forms[cell["form"]]
        if form.columns[cell["measure"]].equals:
            continue
        findings.append(
            finding_at(cells, int(str(position)), "blank_cell", "warning", column=form.label_of(cell["measure"]))
        )
    return findings
