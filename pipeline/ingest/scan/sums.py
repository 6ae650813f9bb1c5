"""Reads a formula that adds up cells, and nothing else: ``SUM(C5:C20)``, ``C5+C10``, and both together."""

import re
from typing import NamedTuple

from pipeline.ingest.parts import Cell, Range, cell_position

_REF = r"\$?[A-Z]{1,3}\$?\d{1,7}"
_SPAN = rf"{_REF}(?::{_REF})?"
_TERM = rf"(?:SUM\(|SUBTOTAL\((?:9|109)[,;])({_SPAN}(?:[,;]{_SPAN})*)\)|({_REF})"
_FORMULA = re.compile(rf"\+?(?:{_TERM})(?:\+(?:{_TERM}))*")
_TERMS = re.compile(_TERM)
_SPARE = re.compile(r"\s|\[(?=\.)|(?<=[\[:])\.|\]|^(?:of:)?=")  # blanks, and the signs around a reference of .ods
_LONGEST = 2000


class Sum(NamedTuple):
    """What a formula adds up: areas of which texts are skipped, and cells of which a text with digits counts too."""

    areas: tuple[Range, ...]
    cells: frozenset[Cell]

    def adds(self, cell: Cell, *, is_text: bool) -> bool:
        """Whether it adds what stands in a cell."""
        row, column = cell
        within = any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.areas)
        return cell in self.cells or (within and not is_text)


def may_be_sum(formula: str) -> bool:
    """Whether it is worth keeping a formula to be read as a sum."""
    return len(formula) <= _LONGEST and ("+" in formula or "SU" in formula.upper())


def read_sum(formula: str, written_in: Cell, at: Cell) -> Sum | None:
    """What a formula adds that was written in one cell and stands in another one too; None of any other formula.

    >>> read_sum("SUM(C5:C7)+C9", (10, 2), (10, 3))
    Sum(areas=((4, 3, 6, 3),), cells=frozenset({(8, 3)}))
    >>> read_sum("of:=SUM([.C5:.C7])", (10, 2), (10, 2)).areas, read_sum("C5*2", (10, 2), (10, 2))
    (((4, 2, 6, 2),), None)
    """
    plain = _SPARE.sub("", formula).upper()
    if _FORMULA.fullmatch(plain) is None:
        return None
    by = at[0] - written_in[0], at[1] - written_in[1]
    areas: list[Range] = []
    cells: set[Cell] = set()
    for term in _TERMS.finditer(plain):
        spans, cell = term.groups()
        if cell:
            cells.add(_moved(cell, by))
        for span in re.split("[,;]", spans or ""):
            corners = [_moved(corner, by) for corner in span.split(":") if corner]
            if corners:
                rows, columns = zip(*corners, strict=True)
                areas.append((min(rows), min(columns), max(rows), max(columns)))
    return Sum(tuple(areas), frozenset(cells))


def _moved(reference: str, by: tuple[int, int]) -> Cell:
    """A reference's cell, its parts without ``$`` moved as those of a copied formula are."""
    row, column = cell_position(reference) or (-1, -1)
    return row + (0 if "$" in reference[1:] else by[0]), column + (0 if reference.startswith("$") else by[1])
