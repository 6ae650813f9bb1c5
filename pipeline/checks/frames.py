"""The cells of one form as a wide frame, and the way back from a number to its cell."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.catalogue.forms import Form
from pipeline.coded import texts
from pipeline.expressions import PREVIOUS, Expression, Floats, Term
from pipeline.model import MEMBER, Basis, Finding, Place, Said, Severity
from pipeline.states import REJECTED


@dataclass(frozen=True)
class Wide:
    """A form's rows over all submissions: one row a sheet row, one column a measure (last year's with `.previous`).

    ``numbers`` holds the values (NaN where there is none), ``positions`` where each stands in the frame of cells.
    """

    numbers: pd.DataFrame
    positions: pd.DataFrame

    def terms(self, expression: Expression) -> dict[Term, Floats]:
        """The columns that an expression uses; one that is not there is unknown everywhere."""
        nothing = np.full(len(self.numbers), np.nan)
        return {
            term: self.numbers[term.name].to_numpy() if term.name in self.numbers else nothing
            for term in expression.terms
        }

    def position(self, line: int, name: str) -> int | None:
        """Where the cell of a column stands in the frame of cells."""
        if name not in self.positions or line not in self.positions.index:
            return None
        found = self.positions.at[line, name]
        return int(found) if pd.notna(found) else None


def widen(cells: pd.DataFrame, form: str, roles: Iterable[str] = (MEMBER,)) -> Wide:
    """The cells of a form, one row for each sheet row; numbers that were refused are NaN."""
    is_own = (cells["form"] == form) & cells["role"].isin(list(roles))
    own = texts(cells.loc[is_own, ["measure", "previous", "line", "value"]])
    column = own["measure"].where(~own["previous"], own["measure"] + PREVIOUS)
    long = pd.DataFrame({"line": own["line"], "column": column, "position": own.index})
    long = long.drop_duplicates(["line", "column"])  # a repeated row of a list: refused before, told by its own finding
    positions = long.pivot(index="line", columns="column", values="position")
    at = positions.to_numpy(dtype=float)
    numbers = np.full(at.shape, np.nan)
    numbers[~np.isnan(at)] = own["value"].reindex(at[~np.isnan(at)].astype(int)).to_numpy()
    return Wide(pd.DataFrame(numbers, positions.index, positions.columns), positions)


def finding_at(
    cells: pd.DataFrame, position: int, rule: str, severity: Severity, value: str | None = None, **params: object
) -> Finding:
    """A finding at a cell of the frame."""
    cell = cells.loc[position]
    place = Place(cell["file"], cell["sheet"], cell["cell"])
    said = cell["raw"] if value is None else value
    shown = {} if value is not None else _as_number(cell)
    return Finding(
        rule, severity, place, cell["province"], cell["form"], said, {"label": cell["label"], **shown, **params}
    )


def based_on(finding: Finding, cells: pd.DataFrame, positions: Iterable[int | None], off: float = math.nan) -> Finding:
    """The finding with the numbers that it rests on; ``off`` is by how much they differ from what they should be."""
    rows = cells.loc[[p for p in positions if p is not None], ["sheet", "cell", "value"]]
    numbers = {(sheet, cell): float(value) for sheet, cell, value in rows.itertuples(index=False, name=None)}
    return replace(finding, basis=Basis(numbers, off))


def _as_number(cell: "pd.Series") -> dict[str, object]:
    """A stored number as a number, so that a sentence writes it as its other numbers; what was typed stays.

    One that was converted from another unit is shown as typed and as it is compared, one that was corrected with
    what it reads.
    """
    if cell["corrected"]:
        return {"value": cell["corrected"]}
    if cell["factor"] != 1 and not np.isnan(cell["value"]):
        return {"value": Said("number.converted", {"raw": cell["raw"], "value": float(cell["value"])})}
    try:
        stored = float(cell["raw"])
    except ValueError:
        return {}
    return {"value": stored} if stored in {cell["value"], 100 * cell["value"]} else {}


def corrections_in(cells: pd.DataFrame, positions: Iterable[int]) -> list[str]:
    """Which of these cells corrections.csv changed, each with what it says of it."""
    changed = cells.loc[list(positions), ["cell", "corrected"]]
    return [f"{cell}: {said}" for cell, said in zip(changed["cell"], changed["corrected"], strict=True) if said]


def as_typed(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with the numbers that the submissions themselves state; null where a correction replaced no number."""
    changed = cells["corrected"] != ""
    if not changed.any():
        return cells
    return cells.assign(value=cells["value"].mask(changed, cells["typed_value"].astype(float) * cells["factor"]))


def reject(cells: pd.DataFrame, positions: Iterable[int]) -> None:
    """Keep numbers out of everything that follows."""
    rows = list(positions)
    cells.loc[rows, "state"] = REJECTED
    cells.loc[rows, "value"] = np.nan


def columns_of(form: Form) -> list[str]:
    """The names of a form's columns in a `Wide`, last year's included."""
    return [n for m in form.measures for n in ((m, m + PREVIOUS) if form.has_previous(m) else (m,))]


def same(left: Floats, right: Floats, decimals: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether numbers agree at the decimals that were stated."""
    tolerance = 0.5 * 10.0 ** -np.minimum(decimals, 15) * (1 + 1e-9) + 1e-9 * np.maximum(np.abs(left), np.abs(right))
    return np.asarray(np.abs(left - right) <= tolerance)


def absent_members(form: Form, rows: Iterable[str], wanted: Iterable[str] = ()) -> frozenset[str]:
    """Which rows that a sum needs are in none of these: the ``wanted`` ones, else all listed members but "of which"."""
    needed = tuple(wanted) or form.added_up
    if not needed:
        return frozenset()
    many = len(form.row_keys) > 1
    present = {name for row in rows for name in (row, *(row.split("/") if many else ()))}
    return frozenset(needed) - present
