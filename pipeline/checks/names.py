"""Rows of open keys that one form names and another of the same province does not, but almost so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.checks.frames import finding_at
from pipeline.model import MEMBER, Finding
from pipeline.text import fold, strip_opening

_SIMILAR = 85.0  # of 100: one letter in a short name
_TOLD = ["province", "form", "file", "reported_in", "sheet", "cell", "label"]
Cell = Mapping[str, Any]  # of these columns, and its ``position`` in the frame
Names = dict[str, Cell]  # folded name -> the first cell of its row


class Named(NamedTuple):
    """(province, form) -> the names of its rows about the period itself, in their order: this year's, and last year's.

    ``keys`` holds the open key of each form that has one alone, in the catalogue's order.
    """

    keys: dict[str, str]
    now: dict[tuple[str, str], Names]
    then: dict[tuple[str, str], Names]

    @classmethod
    def of(cls, cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> "Named":
        """The names in the cells and in those of the year before."""
        keys = {name: form.row_keys[0].key for name, form in catalogue.forms.items() if is_open(form)}
        return cls(keys, names_of(cells, keys), names_of(base, keys))


def check_names(cells: pd.DataFrame, named: Named) -> list[Finding]:
    """Tell of names that two forms of a submission, or this and last year's form, spell differently."""
    findings: list[Finding] = []
    keys, now, then = named
    for (province, form), names in now.items():
        later = (other for other in keys if list(keys).index(other) > list(keys).index(form))
        others = [now[province, other] for other in later if keys[other] == keys[form] and (province, other) in now]
        for other in (*others, *([then[province, form]] if (province, form) in then else [])):
            findings.extend(_differences(cells, names, other))
    return list({(f.place, f.params["cell"]): f for f in findings}.values())


def check_places(cells: pd.DataFrame, named: Named, catalogue: Catalogue) -> list[Finding]:
    """Tell of rows of one open table that name one place twice: its kind short and in full, or left out."""
    findings: list[Finding] = []
    for names in named.now.values():
        seen: dict[str, list[tuple[str, Cell]]] = {}
        for name, cell in names.items():
            kind, bare = catalogue.place_of(name)
            other = next((c for k, c in seen.get(bare, []) if k == kind or not k or not kind), None)
            if other is not None:
                params = {"other": str(other["label"]), "cell": str(other["cell"])}
                findings.append(
                    finding_at(cells, cell["position"], "same_place", "warning", str(cell["label"]), **params)
                )
            seen.setdefault(bare, []).append((kind, cell))
    return findings


def is_open(form: Form) -> bool:
    """Whether a form's rows are whatever its submissions list, and nothing else tells them apart."""
    return len(form.row_keys) == 1 and form.row_keys[0].members == "open"


def names_of(cells: pd.DataFrame, keys: dict[str, str]) -> dict[tuple[str, str], Names]:
    """(province, form) -> the names of its rows about the period itself, in their order."""
    found: dict[tuple[str, str], Names] = {}
    if cells.empty:
        return found
    own = cells[(cells["role"] == MEMBER) & cells["form"].isin(list(keys)) & ~cells["previous"].astype(bool)]
    rows = own.drop_duplicates(["province", "form", "row"])[_TOLD].reset_index(names="position")
    for cell in rows.to_dict("records"):
        found.setdefault((cell["province"], cell["form"]), {})[fold(strip_opening(cell["label"]))] = cell
    return found


def _differences(cells: pd.DataFrame, names: Names, others: Names) -> list[Finding]:
    """Where exactly one name of each side that the other side lacks is like one of the other's."""
    here, there = ([n for n in one if n not in other] for one, other in ((names, others), (others, names)))
    like = [(one, other) for one in here for other in there if are_alike(one, other)]
    clear = [pair for pair in like if not any(set(pair) & set(p) for p in like if p != pair)]
    return [
        finding_at(
            cells, names[one]["position"], "name_differs", "warning", value=names[one]["label"],
            other=others[other]["label"], file=others[other]["file"],
            cell=f"{others[other]['sheet']}!{others[other]['cell']}".lstrip("!"),
        )
        for one, other in clear
    ]  # fmt: skip


def are_alike(one: str, other: str) -> bool:
    """Whether one folded name may be a misspelling of another."""
    from rapidfuzz import fuzz  # not needed before two forms differ

    return _numbers(one) == _numbers(other) and fuzz.ratio(one, other) >= _SIMILAR


def _numbers(name: str) -> str:
    """The digits of a name: District 11 is no misspelling of District 12."""
    return "".join(c for c in name if c.isdigit())
