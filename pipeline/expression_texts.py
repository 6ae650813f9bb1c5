"""Expressions as people read them, and as formulas of a spreadsheet that come to the same."""

import ast
from collections.abc import Callable, Mapping
from itertools import pairwise

Name = Callable[[ast.expr], str]

OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE,
}  # fmt: skip
_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "\u2212", ast.Mult: "\u00d7", ast.Div: "\u00f7", ast.Eq: "=", ast.NotEq: "\u2260",
    ast.LtE: "\u2264", ast.GtE: "\u2265", ast.Lt: "<", ast.Gt: ">", ast.And: "&", ast.Or: "|",
}  # fmt: skip
TYPED: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Eq: "=", ast.NotEq: "<>",
    ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">",
}  # fmt: skip
# Comparisons of numbers that may differ in their last bits; the same relative tolerance as `expressions` has.
_CLOSE = {
    ast.Eq: "ABS({0}-{1})<={2}", ast.NotEq: "ABS({0}-{1})>{2}", ast.LtE: "{0}-{1}<={2}",
    ast.GtE: "{1}-{0}<={2}", ast.Lt: "{1}-{0}>{2}", ast.Gt: "{0}-{1}>{2}",
}  # fmt: skip


def worded(node: ast.expr, name: Name, signs: Mapping[type[ast.AST], str] = _SIGNS) -> str:
    """An expression's tree as a text, each name as ``name`` says it."""

    def inner(part: ast.expr) -> str:
        text = worded(part, name, signs)
        return f"({text})" if isinstance(part, ast.BinOp | ast.BoolOp) else text

    match node:
        case ast.Constant(value=int() | float() as value):
            return repr(value) if signs is TYPED else f"{value:.12g}"
        case ast.UnaryOp(operand=operand):
            return f"{signs[ast.Sub]}{inner(operand)}"
        case ast.BinOp(left=left, op=op, right=right):
            return f"{inner(left)} {signs[type(op)]} {inner(right)}"
        case ast.Compare(left=left, ops=ops, comparators=others):
            pairs = zip(ops, others, strict=True)
            following = (f"{signs[type(op)]} {worded(p, name, signs)}" for op, p in pairs)
            return " ".join([worded(left, name, signs), *following])
        case ast.BoolOp(op=op, values=values):
            return f" {signs[type(op)]} ".join(f"({worded(value, name, signs)})" for value in values)
        case ast.Call(func=ast.Name(id="abs"), args=[operand]):
            return ("ABS({})" if signs is TYPED else "|{}|").format(worded(operand, name, signs))
    return name(node)


def formula(node: ast.expr, name: Name, *, exact: bool) -> str:
    """The same as a formula, everything that is made of parts in brackets; ``exact``: its numbers have no last bits."""

    def part(inner: ast.expr) -> str:
        return formula(inner, name, exact=exact)

    match node:
        case ast.Constant(value=int() | float() as value):
            return repr(value)
        case ast.UnaryOp(operand=operand):
            return f"(-{part(operand)})"
        case ast.BinOp(left=left, op=op, right=right):
            return f"({part(left)}{TYPED[type(op)]}{part(right)})"
        case ast.Compare(left=left, ops=ops, comparators=others):
            values = [part(value) for value in (left, *others)]
            held = [_compared(op, *pair, exact) for op, pair in zip(ops, pairwise(values), strict=True)]
            return held[0] if len(held) == 1 else f"AND({','.join(held)})"
        case ast.BoolOp(op=op, values=operands):
            return f"{'AND' if isinstance(op, ast.And) else 'OR'}({','.join(map(part, operands))})"
        case ast.Call(func=ast.Name(id="abs"), args=[operand]):
            return f"ABS({part(operand)})"
    return name(node)


def _compared(op: ast.cmpop, left: str, right: str, exact: bool) -> str:
    if exact:
        return f"({left}{TYPED[type(op)]}{right})"
    return f"({_CLOSE[type(op)].format(left, right, f'1E-9*MAX(ABS({left}),ABS({right}))')})"


def divides(node: ast.expr) -> bool:
    """Whether it has a denominator, which may be zero."""
    return any(isinstance(part, ast.Div) for part in ast.walk(node))
