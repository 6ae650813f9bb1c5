"""Conversions that look wrong: a number as typed fits last year's, or the other provinces', and converted it does not.

Somebody copied a line of units, or changed one and left the figures as they were. The doubt is told where the unit
stands, once, however many numbers it converted.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.checks.magnitude import OTHERS, middles
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding, Said
from pipeline.states import NUMBER

_FITS = 5.0  # a figure and its reference differ by no more
_LEAST = 100.0  # a conversion by less cannot be told from a real change
_SHOWN = 6
_KEY = ["province", "form", "row", "measure", "within"]
_SAME = ["form", "row", "measure", "within", "previous"]
_UNIT = ["file", "sheet", "stated_at"]
_NEEDED = [
    "province", "form", "row", "measure", "period", "previous", "value", "factor", "unit", "cell", "stated_unit",
    *_UNIT,
]  # fmt: skip


def check_conversions(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Compare every converted number; ``base`` holds the cells of the year before as they were reported."""
    forms = [*cells.loc[cells["stated_at"] != "", "form"].unique()]
    if not forms:
        return []
    numbers, then = _numbers(cells, forms), _numbers(base, forms)
    by = np.maximum(numbers["factor"], 1 / numbers["factor"])
    converted = numbers[(numbers["stated_at"] != "") & (by >= _LEAST)]
    if converted.empty:
        return []
    listed = [name for name, form in catalogue.forms.items() if all(k.listed is not None for k in form.row_keys)]
    references = _references(converted, numbers, then[~then["previous"]], listed)
    is_right = _fits(references, converted["value"]).any(axis=1)
    fits_as_typed = _fits(references, converted["value"] / converted["factor"])
    is_wrong = fits_as_typed.any(axis=1) & ~is_right
    found = []
    for _, same in converted[is_right | is_wrong].groupby(_UNIT, sort=False):
        doubts = same[is_wrong[same.index]]
        if len(doubts) * 2 > len(same):
            position = int(doubts.index[0])
            name = str(fits_as_typed.loc[position].idxmax())
            told = Said(f"magnitude.{name}", {"reference": float(references.at[position, name])})
            found.append(_finding(cells, converted, position, told))
    return found


def _numbers(cells: pd.DataFrame, forms: Collection[str]) -> pd.DataFrame:
    is_own = (cells["role"] == MEMBER) & (cells["state"] == NUMBER) & (cells["value"] > 0) & cells["form"].isin(forms)
    own = texts(cells.loc[is_own, _NEEDED])
    return own.assign(within=own["period"].str[4:])


def _references(
    converted: pd.DataFrame, numbers: pd.DataFrame, reported: pd.DataFrame, listed: list[str]
) -> pd.DataFrame:
    """By position: what was reported a year ago, what the sheet says of last year in the form's, others' middle."""
    keys = pd.MultiIndex.from_frame(converted[_KEY])
    once = reported.drop_duplicates(_KEY, keep=False).set_index(_KEY)["value"]
    stated = numbers[numbers["previous"]].drop_duplicates(_KEY, keep=False).set_index(_KEY)
    independent = (stated["factor"].reindex(keys).to_numpy() == 1) & ~converted["previous"].to_numpy()
    found = pd.DataFrame({"last_year_reported": once.reindex(keys).to_numpy()}, index=converted.index)
    found["last_year"] = np.where(independent, stated["value"].reindex(keys).to_numpy(), np.nan)
    found["others"] = np.nan
    alone = numbers.drop_duplicates([*_KEY, "previous"], keep=False)
    alone = alone[alone["form"].isin(listed)]  # rows of an open key that have one name are not the same row
    many = alone[alone.groupby(_SAME, sort=False)["value"].transform("size") > OTHERS]
    each = [pd.Series(middles(same.to_numpy()), same.index) for _, same in many.groupby(_SAME, sort=False)["value"]]
    if each:
        found["others"] = pd.concat(each).reindex(found.index)
    return found


def _fits(references: pd.DataFrame, values: "pd.Series[float]") -> pd.DataFrame:
    """Where a value is not far from a reference; not where there is none."""
    return references.rdiv(values, axis=0).map(lambda ratio: 1 / _FITS <= ratio <= _FITS)


def _finding(cells: pd.DataFrame, converted: pd.DataFrame, position: int, told: Said) -> Finding:
    """At the cell that states the unit, with the first number that speaks against it and all that it converted."""
    cell = converted.loc[position]
    same = converted.loc[(converted[_UNIT] == cell[_UNIT]).all(axis=1), "cell"].tolist()
    finding = finding_at(
        cells, position, "conversion_suspect", "warning", cell["stated_unit"],
        number=round(float(cell["value"] / cell["factor"]), 6), converted=float(cell["value"]), at=cell["cell"],
        told=told, unit=cell["unit"], count=len(same), where=[*same[:_SHOWN], *(["..."] if len(same) > _SHOWN else [])],
    )  # fmt: skip
    return replace(finding, place=finding.place.at(cell["stated_at"]))
