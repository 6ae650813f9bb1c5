"""Figures that keep every rule of the catalogue: a pure function of seed, province and period."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from pipeline.catalogue.models import Indicator
from pipeline.expressions import Term
from tools.synthesis import NotMadeError
from tools.synthesis.tables import Bound, Figures, Floats, Table, bounds_of, given_totals, table_of

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.catalogue.forms import Column, Form
    from pipeline.periods import Period

_PER_DISTRICT = 40  # the order of a listed row's figure, for each district
_OPEN_ROW = 300


@dataclass(frozen=True, eq=False)
class Generator:
    """Draws the figures of every province and period."""

    catalogue: Catalogue
    districts: int
    seed: int

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The rows of each expected form, the same for all provinces."""
        expected = self.catalogue.expected_forms
        return {name: table_of(name, self.catalogue, self.districts, ()) for name in expected}

    @cached_property
    def _given(self) -> dict[tuple[str, str], Term]:
        return given_totals(self.catalogue)

    @cached_property
    def _rare(self) -> set[tuple[str, str]]:
        """Measures that are a small part of their whole, the fewer the better: disciplined, serious fires."""
        lower = (i for i in self.catalogue.indicators.values() if i.better == "lower" and not i.rows)
        return {operand for i in lower for operand in Indicator.operands(i.numerator)}

    # Both sides of every change are needed: each period's figures and those of the same period a year before.
    @lru_cache(maxsize=4096)  # noqa: B019  a generator lives as long as its run
    def province(self, province: str, period: Period) -> dict[str, Figures]:
        """The figures of a province's forms."""
        drawn: dict[str, Figures] = {}
        for name, table in self.tables.items():
            totals = {
                measure: self._total(drawn, term)
                for (form, measure), term in self._given.items()
                if form == name and term.name.partition(".")[0] in drawn
            }
            drawn[name] = self._draw(name, table, f"{province}/{name}", period, totals)
        self._verify_checks(province, drawn)
        return drawn

    def cluster(self, name: str, provinces: tuple[str, ...], period: Period) -> tuple[Table, Figures]:
        """A form whose rows are the provinces; what it assigns is near to what they achieved."""
        table = table_of(name, self.catalogue, self.districts, provinces)
        figures = self._draw(name, table, name, period, {})
        for indicator in self.catalogue.indicators.values():
            for form, measure in Indicator.operands(indicator.denominator):
                if indicator.kind == "achievement" and form == name:
                    done = self._achieved(indicator, provinces, period)
                    # 90 % to 115 % of what was done: some provinces reach what was assigned, some do not.
                    figures[measure] = np.maximum(1, np.rint(done * (90 + figures[measure] % 26) / 100))
        _verify_rules(name, self.catalogue.forms[name], figures, {})
        return table, figures

    def _achieved(self, indicator: Indicator, provinces: tuple[str, ...], period: Period) -> Floats:
        operands = Indicator.operands(indicator.numerator)
        drawn = [self.province(province, period) for province in provinces]
        terms = [Term(f"{form}.{measure}") for form, measure in operands]
        return np.array([sum(self._total(figures, term) for term in terms) for figures in drawn])

    def _total(self, drawn: dict[str, Figures], term: Term) -> float:
        form, _, measure = term.name.partition(".")
        rows = self.tables[form].where(self.catalogue.rows_of(form, term.rows))
        return float(drawn[form][measure][rows].sum())

    def _draw(self, name: str, table: Table, stream: str, period: Period, totals: dict[str, float]) -> Figures:
        form = self.catalogue.forms[name]
        listed = all(key.listed is not None for key in form.row_keys)
        size = _PER_DISTRICT * self.districts if listed else _OPEN_ROW
        rare = {measure for form_name, measure in self._rare if form_name == name}
        drawing = _Drawing(form, table, totals, frozenset(rare), size)
        shape = (len(form.measures), len(table.keys))
        steady, moving = (
            self._random(stream).random(shape),
            self._random(f"{stream}/{period.id}").random(shape),
        )
        # A period resembles the one before: nine tenths of a figure's chance is the province's own.
        return drawing.draw(dict(zip(form.measures, 0.9 * steady + 0.1 * moving, strict=True)))

    def _random(self, stream: str) -> np.random.Generator:
        digest = hashlib.sha256(f"{self.seed}/{stream}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    def verify(self, name: str, figures: Figures, before: Figures) -> None:
        """Raise `NotMadeError` where a rule of the form does not hold over a submission's figures."""
        _verify_rules(name, self.catalogue.forms[name], figures, before)

    def _verify_checks(self, province: str, drawn: dict[str, Figures]) -> None:
        for check in self.catalogue.checks:
            terms = check.expression.terms
            if any(t.name.count(".") > 1 or t.name.partition(".")[0] not in drawn for t in terms):
                continue
            numbers = {term: np.array([self._total(drawn, term)]) for term in terms}
            result = check.expression.evaluate(numbers)
            if not (result.values.astype(bool) | ~result.known).all():
                raise NotMadeError(f"checks.yaml: {check.id}: no figures were found that keep it ({province})")


@dataclass(frozen=True)
class _Drawing:
    """One form of one province; ``size`` is the order of a figure that nothing bounds."""

    form: Form
    table: Table
    totals: dict[str, float]
    rare: frozenset[str]
    size: int

    def draw(self, chances: dict[str, Floats]) -> Figures:
        bounds = bounds_of(self.form)
        figures: Figures = {}
        for measure in _order(self.form, bounds):
            column = self.form.columns[measure]
            if column.formula is None:
                figures[measure] = self._measure(measure, column, chances[measure], _caps(measure, bounds, figures))
            else:
                figures[measure] = stated(column, figures)
        return {measure: figures[measure] for measure in self.form.measures}

    def _measure(self, measure: str, column: Column, chance: Floats, cap: Floats | None) -> Floats:
        if column.kind in {"percent", "rate"}:
            return np.round(100 * _shares(chance, 0.5, 1), 2)
        grain = 10 if column.kind == "amount" else 1
        if cap is None:
            values = np.ceil(grain * self.size * _shares(chance, 0.3, 1)) / grain
        else:
            share = _shares(chance, 0.002, 0.02) if measure in self.rare else _shares(chance, 0.8, 0.98)
            values = np.minimum(np.rint(grain * cap * share) / grain, cap)
        if measure in self.totals:
            counted = self.table.counted
            values[counted] = apportion(self.totals[measure], values[counted], None if cap is None else cap[counted])
        for row, parents in self.table.parents.items():
            whole = values[[i for i in parents if i not in self.table.parents] or list(parents)].sum()
            small = np.ceil(grain * whole * _shares(chance[row], 0.01, 0.05)) / grain
            values[row] = min(whole, small if cap is None else values[row])
        return values


def stated(column: Column, figures: Figures) -> Floats:
    """What a column with ``equals`` states: rounded as officials do; NaN where it has no value."""
    assert column.formula is not None  # noqa: S101  asked for columns with `equals` only
    result = column.formula.evaluate({term: figures[term.name] for term in column.formula.terms})
    values = np.where(result.known, result.values.astype(float), np.nan)
    return values if column.kind == "count" else np.round(100 * values if column.kind == "percent" else values, 2)


def apportion(total: float, weights: Floats, caps: Floats | None) -> Floats:
    """Whole parts of a total in proportion to the weights, none above its cap; without caps at least 1 each.

    >>> apportion(10, np.array([1.0, 1, 2]), None).tolist()
    [3.0, 3.0, 4.0]
    >>> apportion(10, np.array([1.0, 1, 2]), np.array([5.0, 5, 3])).tolist()
    [4.0, 3.0, 3.0]
    """
    limits = np.full(len(weights), total) if caps is None else caps
    parts = np.ones(len(weights)) if caps is None else np.zeros(len(weights))
    parts += np.floor((total - parts.sum()) * weights / weights.sum())
    parts = np.minimum(parts, limits)
    while (short := int(total - parts.sum())) > 0 and (room := np.flatnonzero(parts < limits)).size:
        take = room[:short]
        parts[take] = np.minimum(parts[take] + max(1, short // room.size), limits[take])
    return parts


def _shares(chance: Floats, low: float, high: float) -> Floats:
    return low + (high - low) * chance


def _order(form: Form, bounds: list[Bound]) -> list[str]:
    """Measures so that a whole comes before its parts, and what a formula uses before its result."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, column in form.measures.items():
        sorter.add(name, *(term.name for term in column.formula.terms) if column.formula else ())
    for bound in bounds:
        for part in bound.parts:
            sorter.add(part, bound.whole)
    return list(sorter.static_order())


def _caps(measure: str, bounds: list[Bound], figures: Figures) -> Floats | None:
    """The least that the wholes leave for a measure after the parts that are drawn already."""
    caps = [
        figures[bound.whole] - sum(figures[part] for part in bound.parts if part in figures) - bound.strict
        for bound in bounds
        if measure in bound.parts
    ]
    return np.maximum(0, np.minimum.reduce(caps)) if caps else None


def _verify_rules(name: str, form: Form, figures: Figures, before: Figures) -> None:
    numbers = {Term(m): values for m, values in figures.items()}
    numbers |= {Term(m).previous: values for m, values in before.items()}
    for rule in form.rules:
        if set(rule.expression.terms) <= set(numbers):
            result = rule.expression.evaluate(numbers)
            if not (result.values.astype(bool) | ~result.known).all():
                raise NotMadeError(f"forms/{name}.yaml: {rule.id}: no figures were found that keep it")
