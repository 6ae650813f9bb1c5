"""The rows of a form as a generated workbook has them, and what the catalogue demands of their figures."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pipeline.catalogue.forms import PERIOD, PROVINCE
from tools.synthesis import NotMadeError

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.catalogue.forms import Form, Key
    from pipeline.expressions import Term

Floats = npt.NDArray[np.float64]
Figures = dict[str, Floats]
"""Measure -> one value a row as typed: a percent is 84.95, a figure that has no value NaN."""


@dataclass(frozen=True)
class Table:
    """A form's rows. ``parents`` has, for each of-which row, the rows that it is a part of."""

    keys: tuple[tuple[str, ...], ...]  # the ids of each row, one for each key
    labels: tuple[tuple[str, ...], ...]  # the same as the sheet says it
    parents: dict[int, tuple[int, ...]]

    @property
    def counted(self) -> list[int]:
        """Rows that are added up: all but the of-which ones."""
        return [row for row in range(len(self.keys)) if row not in self.parents]

    def where(self, names: tuple[str, ...]) -> list[int]:
        """Rows in which one of the members stands; all that count for no names."""
        return [i for i, keys in enumerate(self.keys) if set(keys) & set(names)] if names else self.counted

    @property
    def ids(self) -> tuple[str, ...]:
        """How observations name the rows."""
        return tuple("/".join(keys) for keys in self.keys)


def table_of(name: str, catalogue: Catalogue, districts: int, provinces: tuple[str, ...]) -> Table:
    """A form's rows: its members, `districts` texts for an open key, the provinces where it lists those."""
    form = catalogue.forms[name]
    if PERIOD in form.key_names:
        raise NotMadeError(f"forms/{name}.yaml: rows that are periods are not generated")
    if form.layout == "list":
        return Table(((),), ((),), {})
    choices = [_choices(key, catalogue, districts, provinces) for key in form.rows]
    rows = list(product(*choices))
    keys = tuple(tuple(choice[0] for choice in row) for row in rows)
    parents = {i: _parents(keys, row) for i, row in enumerate(rows) if any(choice[2] for choice in row)}
    return Table(keys, tuple(tuple(choice[1] for choice in row) for row in rows), parents)


def _choices(key: Key, catalogue: Catalogue, districts: int, provinces: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """What may stand in a key's column: id, text and the member it is part of."""
    if key.key == PROVINCE:
        return [(name, catalogue.provinces[name].label.text("vi"), "") for name in provinces]
    if key.listed is None:
        width = max(3, len(str(districts)))
        return [(f"Huyện {i:0{width}}", f"Huyện {i:0{width}}", "") for i in range(1, districts + 1)]
    return [(member.id, member.name.text("vi"), member.part_of) for member in key.listed]


def _parents(keys: tuple[tuple[str, ...], ...], row: tuple[tuple[str, str, str], ...]) -> tuple[int, ...]:
    at = next(i for i, choice in enumerate(row) if choice[2])
    own, parent = tuple(choice[0] for choice in row), row[at][2]
    beside = [i for i, other in enumerate(keys) if other[:at] + other[at + 1 :] == own[:at] + own[at + 1 :]]
    return tuple(i for i in beside if parent in {"total", keys[i][at]})


@dataclass(frozen=True)
class Bound:
    """``a + b <= c``: the parts together are at most the whole (less one where the rule is strict)."""

    parts: tuple[str, ...]
    whole: str
    strict: bool


def bounds_of(form: Form) -> list[Bound]:
    """The form's rules that say that some measures are at most another; other rules are only verified."""
    return [bound for rule in form.rules for bound in _bounds(ast.parse(rule.check.strip(), mode="eval").body)]


def _bounds(node: ast.expr) -> list[Bound]:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return [bound for value in values for bound in _bounds(value)]
        case ast.Compare(left=left, ops=[ast.LtE() | ast.Lt() as op], comparators=[right]):
            parts, whole = _sum_of(left), _sum_of(right)
        case ast.Compare(left=left, ops=[ast.GtE() | ast.Gt() as op], comparators=[right]):
            parts, whole = _sum_of(right), _sum_of(left)
        case _:
            return []
    return [Bound(parts, whole[0], isinstance(op, ast.Lt | ast.Gt))] if parts and len(whole) == 1 else []


def _sum_of(node: ast.expr) -> tuple[str, ...]:
    """The names of ``a + b + c``; none where the expression is anything else."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            names = (_sum_of(left), _sum_of(right))
            return names[0] + names[1] if all(names) else ()
    return ()


def given_totals(catalogue: Catalogue) -> dict[tuple[str, str], Term]:
    """Totals that an earlier form decides: ``sum(A.x, group) == sum(B.y)`` gives (B, y) -> A's sum."""
    given: dict[tuple[str, str], Term] = {}
    order = list(catalogue.forms)
    for check in catalogue.checks:
        match ast.parse(check.check.strip(), mode="eval").body:
            case ast.Compare(left=ast.Call(), ops=[ast.Eq()], comparators=[ast.Call()]):
                pair = sorted(check.expression.terms, key=lambda term: order.index(term.name.partition(".")[0]))
                form, _, measure = pair[-1].name.partition(".")
                if len(pair) == 2 and not pair[1].rows:
                    given[form, measure] = pair[0]
    return given
