"""Stated figures (rates, changes) against what their own row gives; total rows too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.checks.forms import figures_of
from pipeline.checks.frames import Wide, as_typed, based_on, corrections_in, finding_at, same, widen
from pipeline.checks.misreadings import misreading
from pipeline.checks.shown import listed
from pipeline.expressions import PREVIOUS, Expression
from pipeline.model import GROUP, MEMBER, TOTAL, Finding, Said, Share
from pipeline.states import BLANK, NIL, NUMBER

_DECIMALS = 12  # the most that are shown of a percentage
Sums = Mapping[tuple[object, ...], float]


def check_stated(cells: pd.DataFrame, catalogue: Catalogue, totals: Iterable[Finding] = ()) -> list[Finding]:
    """Recompute every stated figure and compare at its stated decimals.

    ``totals`` are the totals that differ from their rows' sums: a rate that agrees with the sums is right.
    """
    sums: dict[tuple[object, ...], float] = {
        (f.place.file, f.place.sheet, f.place.cell): float(str(f.params["sum"])) for f in totals if "sum" in f.params
    }
    findings: list[Finding] = []
    for name, form in catalogue.forms.items():
        formulas = {measure: column.formula for measure, column in form.measures.items() if column.formula}
        if not formulas or not (cells["form"] == name).any():
            continue
        wide = widen(cells, name, (MEMBER, TOTAL, GROUP))
        for measure, formula in formulas.items():
            for previous in (False, True):
                stating = _Stating(cells, wide, form, formula.of_previous if previous else formula, sums, measure)
                findings.extend(_compare(stating, measure + PREVIOUS if previous else measure))
    return findings


def _compare(stating: "_Stating", column: str) -> list[Finding]:
    cells, wide = stating.cells, stating.wide
    if column not in wide.numbers:
        return []
    result = stating.formula.evaluate(wide.terms(stating.formula))
    at = wide.positions[column]
    there = at.notna().to_numpy()
    positions = at[there].astype(int).to_numpy()
    stated = cells.loc[positions, ["value", "state", "decimals"]]
    computed, known = result.values[there].astype(float), result.known[there]
    agrees = same(stated["value"].to_numpy(), computed, stated["decimals"].to_numpy(dtype=float))
    wrong = known & stated["state"].isin([NUMBER, NIL]).to_numpy() & ~agrees
    blank = known & (stated["state"] == BLANK).to_numpy() & (cells.loc[positions, "role"] == MEMBER).to_numpy()
    blank &= not stating.form.columns[stating.measure].may_be_blank
    lines = wide.positions.index[there]
    findings = [
        stating.mismatch(int(positions[i]), int(lines[i]), float(computed[i]))
        for i in np.flatnonzero(wrong)
        if not stating.agrees_with_sums(int(positions[i]), int(lines[i]))
    ]
    return findings + [stating.blank(int(positions[i]), float(computed[i])) for i in np.flatnonzero(blank)]


@dataclass(frozen=True)
class _Stating:
    """A column's stated figures and the formula that they do not agree with."""

    cells: pd.DataFrame
    wide: Wide
    form: Form
    formula: Expression
    sums: Sums
    measure: str

    @property
    def is_share(self) -> bool:
        """Whether the column states shares."""
        return self.form.columns[self.measure].kind == "percent"

    def agrees_with_sums(self, position: int, line: int) -> bool:
        """Whether the figure is that of the rows' sums, where totals of its row are not: then those are wrong."""
        places = self._places(line)
        keys = self.cells.loc[places, ["file", "sheet", "cell"]].itertuples(index=False, name=None)
        sums = {p: self.sums[key] for p, key in zip(places, keys, strict=True) if key in self.sums}
        return bool(sums) and self._agrees(position, line, self.cells.loc[places, "value"].to_dict() | sums)

    def mismatch(self, position: int, line: int, computed: float) -> Finding:
        """A doubt about the figure; about our own correction where the submission itself agrees without it."""
        figures = figures_of(self.cells, self.wide, line, self.formula, self.form)
        now, shown = self._shown(float(self.cells.at[position, "value"]), computed)
        params: dict[str, object] = {
            "computed": shown,
            "formula": self.formula.text,
            "used": Said("stated.of_rows" if self.cells.at[position, "role"] != MEMBER else "stated.recomputed"),
            "numbers": listed(figures),
        }
        corrected = corrections_in(self.cells, [*self._places(line), position])
        if not corrected or self._is_wrong_as_typed(position, line):
            rule = self._misreading(position, line) or "stated_mismatch"
            read = {} if self.cells.at[position, "corrected"] or not self.is_share else {"value": now}
            told = finding_at(self.cells, position, rule, "warning", None, **params)
            told = replace(told, params={**told.params, **read})
            return based_on(told, self.cells, self._places(line))
        raw = str(self.cells.at[position, "raw"])
        params |= {"now": now, "corrected": corrected}
        return finding_at(self.cells, position, "corrected_stated_mismatch", "warning", raw, **params)

    def blank(self, position: int, computed: float) -> Finding:
        """A doubt about a cell that states nothing where something can be computed."""
        advice = Said("blank.stated", {"computed": Share(computed) if self.is_share else computed})
        column = self.form.label_of(self.measure)
        return finding_at(self.cells, position, "blank_cell", "warning", column=column, advice=advice)

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

    def _shown(self, stated: float, computed: float) -> tuple[float | Share, float | Share]:
        """Both figures in one writing, shares with as many decimals as show that they differ."""
        if not self.is_share:
            return stated, computed
        differing = (n for n in range(2, _DECIMALS) if round(100 * stated, n) != round(100 * computed, n))
        decimals = next(differing, _DECIMALS)
        return Share(stated, decimals), Share(computed, decimals)

    def _is_wrong_as_typed(self, position: int, line: int) -> bool:
        """Whether the figure disagrees with the formula without any correction too."""
        stated = self.cells.loc[[position]]
        if (stated["corrected"] != "").any():
            return False
        own = as_typed(self.cells.loc[self._places(line)])["value"].to_dict()
        return not self._agrees(position, line, own, unknown=True)

    def _places(self, line: int) -> list[int]:
        """Where the figures of a row stand that the formula is made of."""
        return [p for term in self.formula.terms if (p := self.wide.position(line, term.name)) is not None]

    def _agrees(self, position: int, line: int, values: Mapping[Any, float], *, unknown: bool = False) -> bool:
        """Whether the figure is what the formula makes of these values; ``unknown`` where it makes nothing."""
        places = {term: self.wide.position(line, term.name) for term in self.formula.terms}
        numbers = {term: np.array([values.get(p, np.nan)], dtype=float) for term, p in places.items()}
        result = self.formula.evaluate(numbers)
        stated = self.cells.loc[[position]]
        agrees = same(stated["value"].to_numpy(), result.values.astype(float), stated["decimals"].to_numpy(dtype=float))
        return bool(agrees[0]) if result.known[0] else unknown
