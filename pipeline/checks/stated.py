"""Stated figures (rates, changes) against what their own row gives; total rows too."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.checks.forms import figures_of
from pipeline.checks.frames import Wide, as_typed, corrections_in, finding_at, same, widen
from pipeline.checks.misreadings import misreading
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
    stating = _Stating(cells, wide, form, shifted, is_share=form.columns[measure].kind == "percent")
    findings = [stating.mismatch(int(positions[i]), int(lines[i]), float(computed[i])) for i in np.flatnonzero(wrong)]
    return findings + [
        finding_at(cells, int(positions[i]), "blank_cell", "warning", column=form.label_of(measure))
        for i in np.flatnonzero(blank)
    ]


@dataclass(frozen=True)
class _Stating:
    """A column's stated figures and the formula that they do not agree with."""

    cells: pd.DataFrame
    wide: Wide
    form: Form
    formula: Expression
    is_share: bool

    def mismatch(self, position: int, line: int, computed: float) -> Finding:
        """A doubt about the figure; about our own correction where the submission itself agrees without it."""
        figures = figures_of(self.cells, self.wide, line, self.formula, self.form)
        params: dict[str, object] = {
            "computed": self._shown(computed),
            "formula": self.formula.text,
            "numbers": listed(figures),
        }
        used = [p for term in self.formula.terms if (p := self.wide.position(line, term.name)) is not None]
        corrected = corrections_in(self.cells, [*used, position])
        if not corrected or self._is_wrong_as_typed(position, line):
            rule = self._misreading(position, line) or "stated_mismatch"
            return finding_at(self.cells, position, rule, "warning", None, **params)
        raw = str(self.cells.at[position, "raw"])
        params |= {"now": self._shown(float(self.cells.at[position, "value"])), "corrected": corrected}
        return finding_at(self.cells, position, "corrected_stated_mismatch", "warning", raw, **params)

    def _misreading(self, position: int, line: int) -> str:
        """The mistake that gives just this figure, if it is a change; else empty."""
        change = self.formula.change
        if change is None:
            return ""
        stated, decimals = (float(self.cells.at[position, name]) for name in ("value", "decimals"))
        this, base = (float(self.wide.numbers.at[line, term.name]) for term in (change.this, change.base))
        kinds = {self.form.columns[term.name.removesuffix(PREVIOUS)].kind for term in (change.this, change.base)}
        of_shares = kinds == {"percent"}
        return misreading(stated, this, base, decimals, is_relative=change.is_relative, of_shares=of_shares)

    def _shown(self, value: float) -> float | Share:
        return Share(value) if self.is_share else value

    def _is_wrong_as_typed(self, position: int, line: int) -> bool:
        """Whether the figure disagrees with the formula without any correction too."""
        stated = self.cells.loc[[position]]
        if (stated["corrected"] != "").any():
            return False
        places = {term: self.wide.position(line, term.name) for term in self.formula.terms}
        own = as_typed(self.cells.loc[[p for p in places.values() if p is not None]])["value"]
        numbers = {term: np.array([own.get(p, np.nan)], dtype=float) for term, p in places.items()}
        result = self.formula.evaluate(numbers)
        agrees = same(stated["value"].to_numpy(), result.values.astype(float), stated["decimals"].to_numpy(dtype=float))
        return bool(result.known[0] and not agrees[0])
