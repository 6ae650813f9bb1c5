"""Rules across forms: sums of one form against sums of another, province by province."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import PERIOD, Form
from pipeline.catalogue.models import Check
from pipeline.checks.frames import absent_members, as_typed, based_on, corrections_in, finding_at, reject
from pipeline.checks.shown import Figure, broken_rule, holds
from pipeline.expressions import PREVIOUS, Evaluated, Floats, Term
from pipeline.grouping.lines import ranges
from pipeline.labels import Label
from pipeline.messages import Messages
from pipeline.model import GROUP, LANGS, MEMBER, TOTAL, Finding, Lang
from pipeline.periods import Period
from pipeline.plain import tuples
from pipeline.states import LACKING, NOT_APPLICABLE


class Evaluation(NamedTuple):
    """A rule, the provinces it was asked for, the sums it is made of and whether it holds, by province."""

    check: Check
    provinces: list[str]
    terms: dict[Term, Floats]
    held: Evaluated


def check_across(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Tell of every rule of ``checks.yaml`` that does not hold in a province; an error refuses what it is about."""
    findings: list[Finding] = []
    for rule in evaluated(cells, catalogue):
        for i in np.flatnonzero(rule.held.known & ~rule.held.values.astype(bool)):
            numbers = {term: float(values[i]) for term, values in rule.terms.items()}
            findings.append(_broken(cells, rule.check, rule.provinces[i], numbers, catalogue))
    return findings


def evaluated(cells: pd.DataFrame, catalogue: Catalogue) -> Iterator[Evaluation]:
    """Every rule for every province, one rule after the other: what one refuses lacks in those after it."""
    provinces = sorted(province for province in cells["province"].unique() if province)
    for check in catalogue.checks:
        terms = {term: _sums(cells, term, provinces, catalogue) for term in check.expression.terms}
        yield Evaluation(check, provinces, terms, check.expression.evaluate(terms))


def _rows(cells: pd.DataFrame, term: Term, catalogue: Catalogue) -> pd.DataFrame:
    """The member cells that a term sums."""
    name, previous = term.name.removesuffix(PREVIOUS), term.name.endswith(PREVIOUS)
    form, _, measure = name.partition(".")
    is_own = (cells["form"] == form) & (cells["measure"] == measure) & (cells["previous"] == previous)
    own = cells[is_own & (cells["role"] == MEMBER)]
    if PERIOD in catalogue.forms[form].key_names:
        own = own[_in_period(own, previous=previous)]
    if not term.rows:
        return own[own["part_of"] == ""]
    wanted = set(catalogue.rows_of(form, term.rows))
    many = len(catalogue.forms[form].row_keys) > 1
    return own[np.array([bool(wanted & {row, *(row.split("/") if many else ())}) for row in own["row"]], dtype=bool)]


def _in_period(cells: pd.DataFrame, *, previous: bool) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which cells are about the submission's own period (or the year before it): rows may have periods of their own."""
    within = []
    for about, reported in tuples(cells, ["period", "reported_in"]):
        own, whole = Period.parse(about), Period.parse(reported)
        whole = whole.year_before if whole is not None and previous else whole
        within.append(own is not None and whole is not None and whole.covers(own))
    return np.array(within, dtype=bool)


def _sums(cells: pd.DataFrame, term: Term, provinces: list[str], catalogue: Catalogue) -> Floats:
    """The term's sum for each province; NaN where a number lacks."""
    rows = _rows(cells, term, catalogue)
    counted = rows[rows["state"] != NOT_APPLICABLE]
    sums = counted.groupby("province")["value"].sum()
    lacking = set(counted.loc[counted["state"].isin(LACKING), "province"])
    form = catalogue.forms[term.name.partition(".")[0]]
    wanted = catalogue.rows_of(term.name.partition(".")[0], term.rows) if term.rows else ()
    # A sum without one of its rows says nothing of the other sum; the row that lacks is told.
    lacking |= {str(p) for p, came in rows.groupby("province")["row"] if absent_members(form, came, wanted)}
    return np.array([float(sums.get(p, np.nan)) if p not in lacking else np.nan for p in provinces])


def _broken(
    cells: pd.DataFrame, check: Check, province: str, numbers: dict[Term, float], catalogue: Catalogue
) -> Finding:
    first = check.expression.terms[0]
    rows = _rows(cells, first, catalogue)
    rows = rows[rows["province"] == province]
    figures = {}
    for term, value in numbers.items():
        label = Label({lang: term_text(term, catalogue, lang) for lang in LANGS})
        figures[term] = Figure(label, value, _summed(_rows(cells, term, catalogue), province))
    params = broken_rule(check.expression, figures, "", check.message)
    rule, used = check.id, {term: _counted(cells, term, province, catalogue) for term in numbers}
    corrected = [said for own in used.values() for said in corrections_in(own, own.index)]
    typed = {term: float(as_typed(own)["value"].sum(skipna=False)) for term, own in used.items()}
    if corrected and holds(check.expression, typed):
        rule, params["corrected"] = "corrected_rule_broken", corrected
    if check.severity == "error":
        for term in check.expression.terms:
            refused = _rows(cells, term, catalogue)
            reject(cells, refused.index[refused["province"] == province])
    position = _total_position(cells, rows, first)
    sides = check.expression.sides({term: np.array([value]) for term, value in numbers.items()})
    off = float(sides[0].values[0] - sides[1].values[0]) if sides else np.nan
    told = finding_at(cells, position, rule, check.severity, f"{numbers[first]:.12g}", **params)
    return based_on(told, cells, [p for own in used.values() for p in own.index], off)


def _counted(cells: pd.DataFrame, term: Term, province: str, catalogue: Catalogue) -> pd.DataFrame:
    """The cells that a term sums for a province."""
    rows = _rows(cells, term, catalogue)
    return rows[(rows["province"] == province) & (rows["state"] != NOT_APPLICABLE)]


def _summed(rows: pd.DataFrame, province: str) -> str:
    """The cells that a province's sum adds up, with their sheet, and what was corrected in them."""
    own = rows[rows["province"] == province]
    places = (f"{sheet}!{ranges(of_sheet['cell'])}" for sheet, of_sheet in own.groupby("sheet", sort=False))
    return "; ".join([*places, *corrections_in(own, own.index)])


def term_text(term: Term, catalogue: Catalogue, lang: Lang) -> str:
    """A sum by the names of its form, column and rows."""
    name = term.name.removesuffix(PREVIOUS)
    form_id, _, measure = name.partition(".")
    form = catalogue.forms[form_id]
    rows = [_row_label(row, form, lang) for row in term.rows]
    place = ": ".join([form.number or form.title.text(lang), *([", ".join(rows)] if rows else [])])
    text = f"{form.label_of(measure).text(lang)} [{place}]"
    return Messages(lang)("number.last_year", name=text) if term.name != name else text


def _row_label(row: str, form: Form, lang: Lang) -> str:
    if row in form.groups:
        label = form.groups[row].label
        return label.text(lang) if label else row
    return form.members[row].name.text(lang) if row in form.members else row


def _total_position(cells: pd.DataFrame, rows: pd.DataFrame, term: Term) -> int:
    """The cell that states the sum, else the first that is added up."""
    first = rows.iloc[0]
    near = (cells["file"] == first["file"]) & (cells["form"] == first["form"])
    column = (cells["measure"] == first["measure"]) & (cells["previous"] == first["previous"])
    role = (cells["role"] == TOTAL) if not term.rows else (cells["role"] == GROUP) & cells["group"].isin(term.rows)
    totals = cells.index[near & column & role]
    return int(totals[0] if len(totals) else rows.index[0])
