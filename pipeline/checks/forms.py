"""Pandera's checks of a form: all submissions in one frame, one validation, each failure led back to its cell."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.pandas as pa

from pipeline.catalogue.forms import Column, Form, Rule
from pipeline.checks.frames import Wide, as_typed, based_on, columns_of, corrections_in, finding_at, reject, widen
from pipeline.checks.shown import Figure, broken_rule, holds
from pipeline.expressions import PREVIOUS, Expression, Term
from pipeline.labels import Label
from pipeline.messages import Messages
from pipeline.model import LANGS, Finding, Lang, Said, Share

_NEGATIVE_COUNT, _NEGATIVE, _FRACTION, _INFINITE = (
    "negative_count",
    "negative_value",
    "fractional_count",
    "not_a_number",
)


def check_form(cells: pd.DataFrame, name: str, form: Form, as_reported: frozenset[int] = frozenset()) -> list[Finding]:
    """Validate one form's rows; numbers that an error names are rejected in ``cells``.

    A doubt about last year's figures alone was told when they were reported, if they still read so (``as_reported``).
    """
    wide = widen(cells, name)
    if wide.numbers.empty:
        return []
    findings: list[Finding] = []
    rejected: set[int] = set()
    rules = {rule.id: rule for rule in form.rules}
    failures = _failures(_schema(form), wide)
    for line, column, check in sorted(failures, key=lambda failure: failure[2] in rules):
        if check in rules:
            if not (_is_told_of_this_year(rules[check], form) and _uses(wide, line, rules[check]) <= as_reported):
                findings.extend(_broken_rule(cells, wide, line, rules[check], form, rejected))
            continue
        position = wide.position(line, column)
        if position is not None:
            label = form.label_of(column.removesuffix(PREVIOUS))
            advice = _advice(cells, position) if check == _FRACTION else None
            told = finding_at(cells, position, check, "error", None, column=label, advice=advice)
            if form.columns[column.removesuffix(PREVIOUS)].kind == "percent":
                told = replace(told, params={**told.params, "value": Share(float(cells.at[position, "value"]))})
            findings.append(based_on(told, cells, _computed_from(wide, line, column, form)))
            rejected.add(position)
    reject(cells, rejected)
    return findings


def _computed_from(wide: Wide, line: int, column: str, form: Form) -> list[int | None]:
    """Where the figures stand that a stated one is computed from."""
    formula = form.columns[column.removesuffix(PREVIOUS)].formula
    if formula is None:
        return []
    used = formula.of_previous if column.endswith(PREVIOUS) else formula
    return [wide.position(line, term.name) for term in used.terms]


def _schema(form: Form) -> pa.DataFrameSchema:
    """The form's columns and rules as a Pandera schema; a check's name is the rule id of its finding."""
    columns = {
        name: pa.Column(float, _column_checks(form.columns[name.removesuffix(PREVIOUS)]), nullable=True, required=False)
        for name in columns_of(form)
    }
    return pa.DataFrameSchema(columns, checks=[_rule_check(rule) for rule in form.rules])


def _column_checks(column: Column) -> list[pa.Check]:
    checks = []
    if not column.signed:
        rule = _NEGATIVE_COUNT if column.kind == "count" else _NEGATIVE
        checks.append(pa.Check.ge(0, name=rule, error=rule))
    if column.kind == "count":
        checks.append(pa.Check(_is_whole, name=_FRACTION, error=_FRACTION))
    return checks


def _is_whole(series: pd.Series) -> pd.Series:
    return series % 1 == 0


def _advice(cells: pd.DataFrame, position: int) -> Said:
    """How a count with decimals came about: 29.375 is 29375 where Excel took the sign between thousands for a point."""
    value = cells.at[position, "value"]
    whole = round(value * 1000)
    is_stored = cells.at[position, "raw"] == repr(float(value))
    if is_stored and 1 <= abs(value) < 1000 and math.isclose(whole, value * 1000, rel_tol=1e-12):
        return Said("number.fraction.thousands", {"whole": str(whole)})
    return Said("number.fraction.other")


def _rule_check(rule: Rule) -> pa.Check:
    def holds(frame: pd.DataFrame) -> pd.Series:
        # Pandera hands over its own copy of the frame, so the columns are looked up here.
        wide = Wide(frame, frame)
        result = rule.expression.evaluate(wide.terms(rule.expression))
        return pd.Series(np.where(result.known, result.values, True).astype(bool), index=frame.index)

    return pa.Check(holds, name=rule.id, error=rule.id)


def _failures(schema: pa.DataFrameSchema, wide: Wide) -> list[tuple[int, str, str]]:
    """(line, column, check) of each failure, once; a rule's failure names no column."""
    try:
        schema.validate(wide.numbers, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        of_frame = cases["schema_context"] == "DataFrameSchema"
        column = cases["column"].astype(object).where(~of_frame, "")
        found = zip(cases["index"].astype(int), column.astype(str), cases["check"].astype(str), strict=True)
        return sorted(set(found))
    return []


def _broken_rule(
    cells: pd.DataFrame, wide: Wide, line: int, rule: Rule, form: Form, rejected: set[int]
) -> list[Finding]:
    positions = [p for term in rule.expression.terms if (p := wide.position(line, term.name)) is not None]
    if rejected.intersection(positions):
        return []  # its cause is told already
    if rule.severity == "error":
        rejected.update(positions)
    if not positions:
        return []
    row = str(cells.at[positions[0], "label"]) if form.layout == "table" else ""
    params = broken_rule(rule.expression, figures_of(cells, wide, line, rule.expression, form), row, rule.message)
    corrected = corrections_in(cells, positions)
    if corrected and _held_as_typed(cells, wide, line, rule.expression):
        params["corrected"] = corrected
        return [finding_at(cells, positions[0], "corrected_rule_broken", rule.severity, None, **params)]
    return [finding_at(cells, positions[0], rule.id, rule.severity, None, **params)]


def _is_told_of_this_year(rule: Rule, form: Form) -> bool:
    """Whether a rule is another one's about last year's figures, and no more than a doubt."""
    before = {_spelt(other.expression.of_previous) for other in form.rules}
    return rule.severity == "warning" and _spelt(rule.expression) in before


def _spelt(expression: Expression) -> str:
    return expression.worded({term: term.name for term in expression.terms})


def _uses(wide: Wide, line: int, rule: Rule) -> set[int]:
    return {p for term in rule.expression.terms if (p := wide.position(line, term.name)) is not None}


def _held_as_typed(cells: pd.DataFrame, wide: Wide, line: int, expression: Expression) -> bool:
    """Whether the submission's own numbers keep a rule, or are not enough to break it."""
    places = {term: wide.position(line, term.name) for term in expression.terms}
    own = as_typed(cells.loc[[p for p in places.values() if p is not None]])["value"]
    return holds(expression, {term: float(own.get(p, math.nan)) for term, p in places.items()})


def figures_of(cells: pd.DataFrame, wide: Wide, line: int, expression: Expression, form: Form) -> dict[Term, Figure]:
    """The numbers that an expression uses in a row, with their names and cells."""
    figures = {}
    for term in expression.terms:
        name, position = term.name.removesuffix(PREVIOUS), wide.position(line, term.name)
        value = math.nan if position is None else float(cells.at[position, "value"])
        label = Label({lang: _name(term, form, lang) for lang in LANGS})
        cell = "" if position is None else next(iter(corrections_in(cells, [position])), cells.at[position, "cell"])
        figures[term] = Figure(label, Share(value) if form.columns[name].kind == "percent" else value, cell)
    return figures


def _name(term: Term, form: Form, lang: Lang) -> str:
    name = term.name.removesuffix(PREVIOUS)
    label = form.label_of(name).text(lang)
    return Messages(lang)("number.last_year", name=label) if term.name != name else label
