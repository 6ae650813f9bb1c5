"""Says why a cell is no number and how to mend it: what it looks like, what was probably typed, where to write it."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np

from pipeline.catalogue.forms import Column, Form
from pipeline.expressions import PREVIOUS, Term
from pipeline.ingest.sink import Sink
from pipeline.labels import Label
from pipeline.model import Said
from pipeline.numbers import Parsed, mark_key, parse_number

_DAY_ONE = date(1899, 12, 31)
_LEAP_BUG = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
_MARKS_SHOWN = 2
_PAIR = 2  # columns that two numbers of one cell are of
# A number of this size that is shown as a date lies before 1955, and nobody reports about such days.
_SMALL_SERIAL = 20_000
_SECONDS_A_DAY = 86_400


class Refusal(NamedTuple):
    """A finding's rule and what fills its sentence."""

    rule: str
    params: Mapping[str, object]


def refusal(sink: Sink, measure: str, value: object, parsed: Parsed) -> Refusal:
    """The rule and the advice for a cell's value that is refused."""
    if isinstance(value, date | time | timedelta):
        return Refusal("number_became_date", {"guess": became_date(value)})
    return Refusal("not_a_number", {"why": _why(sink, measure, parsed)})


def _why(sink: Sink, measure: str, parsed: Parsed) -> Said:
    params: dict[str, object] = dict(parsed.params)
    column = sink.layout.columns[measure]
    key = parsed.why
    if key in {"words", "signs"}:
        params["marks"] = _marks(sink)
    elif key == "unit" and not column.unit:
        key = "unit_unasked"
    elif key == "unit":
        params["wanted"] = column.unit
    elif key == "pair":
        related = _pair(sink.layout, measure, (params["first"], params["second"]))
        if related is not None:
            how, (here, there) = related
            key, params = f"pair_{how}", params | {"here": here, "there": there}
    elif key == "brackets":
        params["column"] = _header(column, measure)
    return Said(f"number.why.{key}", params)


def _marks(sink: Sink) -> list[Said]:
    """What may stand where a number does not, as the catalogue says; each mark in one of its spellings."""
    words = sink.vocabulary.catalogue.words
    known = {
        "nil": ("0", *words.nil_marks),
        "missing": words.missing_marks,
        "not_applicable": words.not_applicable_marks,
    }
    said = []
    for state, marks in known.items():
        spellings: dict[str, str] = {}
        for mark in marks:
            spellings.setdefault(mark_key(mark), mark)
        shown = " / ".join([*spellings.values()][:_MARKS_SHOWN])
        said.extend([Said(f"number.marks.{state}", {"marks": shown})] if shown else [])
    return said


def _header(column: Column, measure: str) -> Label:
    return column.header.label if column.header else Label({"*": measure})


def _pair(form: Form, measure: str, typed: tuple[object, object]) -> tuple[str, tuple[Label, Label]] | None:
    """The columns that ``91/97`` is of, where a formula or rule relates two: ``named`` in its order, or ``unordered``.

    A rate's formula says the order in which people write the two; it is not told where a rule would be broken by it.
    Without such a formula the order is told that alone keeps the rules.
    """
    formulas = [column for column in form.columns.values() if column.formula]
    related = [_names(column.formula.terms) for column in formulas if column.formula]
    related += [_names(rule.expression.terms) for rule in form.rules]
    names = next((names for names in related if measure in names and len(names) == _PAIR), None)
    if names is None:
        return None
    first, second = (parse_number(str(number), "count") for number in typed)
    numbers = [one.value if one else math.nan for one in (first, second)]
    kept = [order for order in (names, names[::-1]) if _keeps_rules(form, dict(zip(order, numbers, strict=True)))]
    if any(column.equals.replace(" ", "") == "/".join(names) for column in formulas):
        kept = kept[:1] if names in kept else []
    how, (here, there) = ("named", kept[0]) if len(kept) == 1 else ("unordered", names)
    return how, (form.label_of(here), form.label_of(there))


def _keeps_rules(form: Form, numbers: Mapping[str, float]) -> bool:
    """Whether the two numbers keep every rule that is about their columns alone."""
    for rule in form.rules:
        terms = rule.expression.terms
        if set(_names(terms)) != set(numbers):
            continue
        result = rule.expression.evaluate({t: np.array([numbers[t.name.removesuffix(PREVIOUS)]]) for t in terms})
        if not (result.known & result.values.astype(bool)).all():
            return False
    return True


def _names(terms: tuple[Term, ...]) -> list[str]:
    """The columns of an expression in the order in which they stand; last year's count as the same column."""
    return list(dict.fromkeys(term.name.removesuffix(PREVIOUS) for term in terms))


def became_date(value: date | time | timedelta) -> Said:
    """What was probably typed where Excel shows a date, a time or a duration.

    >>> from datetime import date
    >>> became_date(date(2024, 2, 1)).params["options"]
    ['1.2', '1/2', '2.1', '2/1', '2.24']
    """
    if isinstance(value, time | timedelta):
        return _became_time(value)
    day = value.date() if isinstance(value, datetime) else value
    serial = (day - _DAY_ONE).days + (day >= _LEAP_BUG)
    part = (value.hour * 3600 + value.minute * 60 + value.second) / _SECONDS_A_DAY if isinstance(value, datetime) else 0
    number = serial + round(part, 6)
    if serial < _SMALL_SERIAL:
        return Said("number.typed.serial", {"serial": f"{number:g}"})
    d, m, year = day.day, day.month, day.year % 100
    options = [f"{d}.{m}", f"{d}/{m}"]
    if d <= 12 and d != m:
        options += [f"{m}.{d}", f"{m}/{d}"]
    if d == 1:
        options.append(f"{m}.{year:02}")
    return Said("number.typed.date", {"options": options, "serial": f"{number:.10g}"})


def _became_time(value: time | timedelta) -> Said:
    seconds = (
        value.total_seconds() if isinstance(value, timedelta) else value.hour * 3600 + value.minute * 60 + value.second
    )
    days = seconds / _SECONDS_A_DAY
    if days.is_integer():
        return Said("number.typed.serial", {"serial": f"{days:g}"})
    hours, minutes = divmod(int(seconds) // 60, 60)
    options = [f"{hours}:{minutes:02}", f"{hours}.{minutes:02}"]
    return Said("number.typed.date", {"options": options, "serial": f"{round(days, 6):g}"})
