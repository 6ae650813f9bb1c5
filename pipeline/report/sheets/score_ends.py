"""The least and the most that a criterion may come to, as formulas: the ranges of ranks follow from them."""

import math
from collections.abc import Mapping
from typing import Any

from pipeline.catalogue.scoring import PENALTY, Extra
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.score_rules import rule_formula

Row = dict[str, Any]
ENDS = {"low": min, "high": max}
_CLOSE = 1e-9


def end_formula(book: Book, row: Row, criterion: Extra | None, cells: Mapping[str, str], end: str) -> str:
    """What a criterion adds to the sums at the least (``end`` low) or at the most (high).

    ``cells`` are those of its row by the columns' names; ``nothing`` is what it may come to where no figure is given.
    """
    is_penalty = row["group"] == PENALTY
    side = {"low": "high", "high": "low"}[end] if is_penalty else end  # what takes off most leaves least
    verified, computed, own = (cells[name] for name in ("verified", "computed", "self_assessed"))
    last = "0" if side == "low" else cells["nothing"]
    if not cells["stand_in"]:
        formula = last
    else:
        reckoned = _reckoned(book, row, criterion, computed, side)
        formula = f'IF({computed}<>"",{reckoned},IF({own}<>"",{own},{last}))'
    return f'={"-" if is_penalty else ""}IF({verified}<>"",{verified},{formula})'


def _reckoned(book: Book, row: Row, criterion: Extra | None, computed: str, side: str) -> str:
    """The points at the ends of the indicator's interval; as they are where no formula surely comes to them."""
    indicator = book.indicators.get((row["indicator"], row["province"]))
    place = book.places.get((row["indicator"], row["province"]))
    wanted = _wanted(row, side)
    if indicator is None or place is None or criterion is None or row["computed"] is None:
        return computed
    parts, points = [computed], [row["computed"]]
    for name in ENDS:
        value = getattr(indicator, name)
        if value is None:
            continue
        cell = book.cell(INDICATORS, place, LETTER[name])
        formula, found = rule_formula(criterion, cell, value)
        if found is None:
            return computed if wanted is None else f"{wanted:.12g}"
        parts.append(f"IF(ISNUMBER({cell}),{formula},{computed})")
        points.append(found)
    if wanted is not None and not math.isclose(ENDS[side](points), wanted, abs_tol=_CLOSE):
        return f"{wanted:.12g}"
    return f"{ENDS[side].__name__.upper()}({','.join(parts)})" if len(parts) > 1 else computed


def _wanted(row: Row, side: str) -> float | None:
    """What the table has for it, where its points are those computed."""
    if row["origin"] != "computed":
        return None
    found: float = -row[{"low": "high", "high": "low"}[side]] if row["group"] == PENALTY else row[side]
    return found
