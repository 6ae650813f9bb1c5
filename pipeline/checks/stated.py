"""Stated figures (rates, changes) against what their own row gives; total rows too."""

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.checks.forms import figures_of
from pipeline.checks.frames import Wide, finding_at, same, widen
from pipeline.checks.shown import listed
from pipeline.expressions import PREVIOUS, Expression
from pipeline.model import GROUP, MEMBER, TOTAL, Finding, Share
from pipeline.states import BLANK, NIL, NUMBER


def check_stated(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Recompute every stated figure and compare at its stated decimals."""
    findings: list[Finding] = []
    for name, form in catalogue.forms.items():
        formulas = {measure: column.formula for measure, column in form.measures.items() if column.formula}
        if not formulas or not (cells["form"] == name).any():
            continue
        wide = widen(cells, name, (MEMBER, TOTAL, GROUP))
        for measure, formula in formulas.items():
            findings.extend(_compare(cells, wide, form, measure, formula, previous=False))
            findings.extend(_compare(cells, wide, form, measure, formula, previous=True))
    return findings


def _compare(
    cells: pd.DataFrame, wide: Wide, form: Form, measure: str, formula: Expression, *, previous: bool
) -> list[Finding]:
    column = measure + PREVIOUS if previous else measure
    if column not in wide.numbers:
        return []
    shifted = formula.of_previous if previous else formula
    result = shifted.evaluate(wide.terms(shifted))
    at = wide.positions[column]
    there = at.notna().to_numpy()
    positions = at[there].astype(int).to_numpy()
    stated = cells.loc[positions, ["value", "state", "decimals"]]
    computed, known = result.values[there].astype(float), result.known[there]
    agrees = same(stated["value"].to_numpy(), computed, stated["decimals"].to_numpy(dtype=float))
    wrong = known & stated["state"].isin([NUMBER, NIL]).to_numpy() & ~agrees
    blank = known & (stated["state"] == BLANK).to_numpy() & (cells.loc[positions, "role"] == MEMBER).to_numpy()
    lines = wide.positions.index[there]
    percent = form.columns[measure].kind == "percent"
    findings = [
        finding_at(
            cells, int(positions[i]), "stated_mismatch", "warning",
            computed=Share(float(computed[i])) if percent else float(computed[i]), formula=shifted.text,
            numbers=listed(figures_of(cells, wide, int(lines[i]), shifted, form)),
        )
        for i in np.flatnonzero(wrong)
    ]  # fmt: skip
    return findings + [
        finding_at(cells, int(positions[i]), "blank_cell", "warning", column=form.label_of(measure))
        for i in np.flatnonzero(blank)
    ]
