"""The small language of the catalogue's rules: ``+ - * /``, comparisons, ``and``, ``or``, ``abs``, names, ``sum(...)``.

An expression is parsed once and evaluated over numpy arrays, one element a row. A row in which a used number is
null, or a denominator zero, is *not evaluated*: its ``known`` is False.
"""

import ast
import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import ExpressionError
from pipeline.expression_texts import OPPOSITES, TYPED, divides, formula, worded

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_ARITHMETIC: dict[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CLOSE = 1e-9  # sums of amounts differ in their last bits; relative to the numbers' size
PREVIOUS = ".previous"


@dataclass(frozen=True)
class Term:
    """A number that an expression uses: a column (``cases``, ``cases.previous``) or a form's sum over some rows."""

    name: str
    rows: tuple[str, ...] = ()

    @property
    def previous(self) -> "Term":
        """The same number of the same period of last year."""
        return Term(self.name + PREVIOUS, self.rows)


@dataclass(frozen=True)
class Change:
    """Two numbers that a formula compares: by their difference, or by that relative to the base."""

    this: Term
    base: Term
    is_relative: bool


@dataclass(frozen=True)
class Evaluated:
    """Values (floats, or booleans of a comparison) and where they are known; both of shape (rows,)."""

    values: Floats | Bools
    known: Bools


def _is_close(left: Floats, right: Floats) -> Bools:
    return np.abs(left - right) <= _CLOSE * np.maximum(np.abs(left), np.abs(right))


_COMPARISONS: dict[type[ast.cmpop], Callable[[Floats, Floats], Bools]] = {
    ast.Eq: _is_close,
    ast.NotEq: lambda a, b: ~_is_close(a, b),
    ast.LtE: lambda a, b: (a < b) | _is_close(a, b),
    ast.GtE: lambda a, b: (a > b) | _is_close(a, b),
    ast.Lt: lambda a, b: (a < b) & ~_is_close(a, b),
    ast.Gt: lambda a, b: (a > b) & ~_is_close(a, b),
}


class Expression:
    """A parsed rule or formula.

    >>> import numpy as np
    >>> rule = Expression("cleared <= cases")
    >>> result = rule.evaluate({Term("cleared"): np.array([3.0, 5, np.nan]), Term("cases"): np.array([4.0, 4, 4])})
    >>> result.values[result.known].tolist(), result.known.tolist()
    ([True, False], [True, True, False])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._root = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ExpressionError("no_expression", name=text) from error
        self.terms: tuple[Term, ...] = tuple(dict.fromkeys(self._collect(self._root)))

    @property
    def is_comparison(self) -> bool:
        """Whether it says true or false (a rule) rather than a number (a formula)."""
        return isinstance(self._root, ast.Compare | ast.BoolOp)

    def evaluate(self, numbers: Mapping[Term, Floats]) -> Evaluated:
        """Evaluate every row; a term's null is NaN."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return self._evaluate(self._root, numbers)

    def sides(self, numbers: Mapping[Term, Floats]) -> "tuple[Evaluated, Evaluated] | None":
        """Both sides of a rule that is one comparison; None for other expressions."""
        match self._root:
            case ast.Compare(left=left, ops=[_], comparators=[right]):
                with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                    return self._evaluate(left, numbers), self._evaluate(right, numbers)
        return None

    def worded(self, names: Mapping[Term, str]) -> str:
        """The expression as people read it: each term by its name, ``*`` and ``/`` as signs."""
        return worded(self._root, lambda node: names[self._term(node)])

    def compared(self, names: Mapping[Term, str]) -> tuple[str, str, str] | None:
        """Left side, sign and right side as formulas have them, of a rule that is one comparison; else None."""
        match self._root:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                sides = (worded(side, lambda node: names[self._term(node)], TYPED) for side in (left, right))
                return next(sides), TYPED[type(op)], next(sides)
        return None

    def broken(self, names: Mapping[Term, str]) -> str:
        """What is so where a rule does not hold, if that is one comparison: ``a > b`` of ``a <= b``; else empty."""
        match self._root:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                opposite = ast.Compare(left, [OPPOSITES[type(op)]()], [right])
                return worded(opposite, lambda node: names[self._term(node)])
        return ""

    def formula(self, cells: Mapping[Term, str], *, exact: bool = False) -> str:
        """It as a spreadsheet's formula over cells, with the same outcome as `evaluate`.

        A rule that cannot be evaluated, because a cell has no number or a denominator is zero, holds. ``exact``: all
        of its numbers are whole, so that none differs from another in its last bits only.

        >>> Expression("cleared <= cases").formula({Term("cleared"): "B2", Term("cases"): "A2"}, exact=True)
        'IF(COUNT(B2,A2)<2,TRUE,(B2<=A2))'
        """
        exact = exact and not divides(self._root)
        text = formula(self._root, lambda node: cells[self._term(node)], exact=exact)
        if not self.is_comparison:
            return text
        used = list(dict.fromkeys(cells[term] for term in self.terms))
        guarded = f"IF(COUNT({','.join(used)})<{len(used)},TRUE,{text})"
        return f"IFERROR({guarded},TRUE)" if divides(self._root) else guarded

    @property
    def change(self) -> "Change | None":
        """What it compares, if it is ``a - b``, ``(a - b) / b`` or ``a / b - 1`` of two names; else None."""
        name = ast.Name | ast.Attribute
        match self._root:
            case ast.BinOp(ast.BinOp(this, ast.Sub(), base), ast.Div(), divisor):
                is_relative = ast.dump(base) == ast.dump(divisor)
            case ast.BinOp(ast.BinOp(this, ast.Div(), base), ast.Sub(), ast.Constant(value=1)):
                is_relative = True
            case ast.BinOp(this, ast.Sub(), base):
                is_relative = False
            case _:
                return None
        if not (isinstance(this, name) and isinstance(base, name)):
            return None
        if isinstance(self._root.op, ast.Div) and not is_relative:
            return None
        return Change(self._term(this), self._term(base), is_relative=is_relative)

    def _term(self, node: ast.expr) -> Term:
        return self._sum(node) if isinstance(node, ast.Call) else Term(self._path(node))

    @property
    def of_previous(self) -> "Expression":
        """The same with every name read as last year's: ``cleared.previous / cases.previous``."""
        return Expression(ast.unparse(_Previous().visit(ast.parse(self.text.strip(), mode="eval"))))

    def _collect(self, node: ast.expr) -> list[Term]:
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._constant(value)
            case ast.Name() | ast.Attribute():
                return [Term(self._path(node))]
            case ast.Call(func=ast.Name(id="abs"), args=[inner], keywords=[]):
                return self._collect(inner)
            case ast.Call(func=ast.Name(id="sum"), args=[_, *_], keywords=[]):
                return [self._sum(node)]
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self._collect(inner)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._collect(left) + self._collect(right)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
                return [term for part in (left, *others) for term in self._collect(part)]
            case ast.BoolOp(values=values):
                return [term for part in values for term in self._collect(part)]
        raise ExpressionError("not_allowed", name=self.text, part=ast.unparse(node))

    def _constant(self, value: float) -> list[Term]:
        """No term; but a number that no float can hold could not be computed with."""
        if not abs(value) <= sys.float_info.max:
            raise ExpressionError("too_large", name=self.text)
        return []

    def _path(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner, attr=attr):
                return f"{self._path(inner)}.{attr}"
            case ast.Constant(value=str() as name):
                return name
        raise ExpressionError("no_name", name=self.text, part=ast.unparse(node))

    def _sum(self, call: ast.Call) -> Term:
        rows: list[str] = []
        for argument in call.args[1:]:
            parts = argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]
            rows.extend(self._path(part) for part in parts)
        return Term(self._path(call.args[0]), tuple(rows))

    def _evaluate(self, node: ast.expr, numbers: Mapping[Term, Floats]) -> Evaluated:
        match node:
            case ast.Constant(value=int() | float() as value):
                shape = np.shape(next(iter(numbers.values()))) if numbers else ()
                return Evaluated(np.full(shape, float(value)), np.ones(shape, dtype=bool))
            case ast.Name() | ast.Attribute():
                return _known(numbers[Term(self._path(node))])
            case ast.Call(func=ast.Name(id="sum")):
                return _known(numbers[self._sum(node)])
            case ast.Call(args=[inner]):
                part = self._evaluate(inner, numbers)
                return Evaluated(np.abs(part.values.astype(float)), part.known)
            case ast.UnaryOp(operand=inner):
                part = self._evaluate(inner, numbers)
                return Evaluated(-part.values.astype(float), part.known)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(type(op), self._evaluate(left, numbers), self._evaluate(right, numbers))
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compare(ops, [self._evaluate(part, numbers) for part in (left, *others)])
            case ast.BoolOp(op=op, values=values):
                parts = [self._evaluate(part, numbers) for part in values]
                join = np.logical_and if isinstance(op, ast.And) else np.logical_or
                return Evaluated(
                    join.reduce([p.values.astype(bool) for p in parts]), np.logical_and.reduce([p.known for p in parts])
                )
        raise AssertionError(node)  # _collect has refused everything else

    @staticmethod
    def _arithmetic(op: type[ast.operator], left: Evaluated, right: Evaluated) -> Evaluated:
        known = left.known & right.known
        if op is ast.Div:
            known = known & (right.values != 0)
        return Evaluated(_ARITHMETIC[op](left.values.astype(float), right.values.astype(float)), known)

    @staticmethod
    def _compare(ops: list[ast.cmpop], parts: list[Evaluated]) -> Evaluated:
        held = [
            _COMPARISONS[type(op)](left.values.astype(float), right.values.astype(float))
            for op, left, right in zip(ops, parts, parts[1:], strict=False)
        ]
        return Evaluated(np.logical_and.reduce(held), np.logical_and.reduce([p.known for p in parts]))


class _Previous(ast.NodeTransformer):
    """Appends ``.previous`` to every name."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A bare name becomes NAME.previous."""
        return ast.Attribute(node, PREVIOUS.removeprefix("."), ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The function's own name stays."""
        return ast.Call(node.func, [self.visit(arg) for arg in node.args], [])


def _known(values: Floats) -> Evaluated:
    return Evaluated(values, np.isfinite(values))
