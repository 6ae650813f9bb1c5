"""Rows that stand twice: which one is right cannot be guessed, so neither is used."""

import unicodedata

import pandas as pd

from pipeline.checks.frames import finding_at, reject
from pipeline.coded import texts
from pipeline.model import MEMBER, Finding
from pipeline.text import fold, tidy

_ONE_NUMBER = ["province", "form", "named", "measure", "period", "previous"]
_OF_A_NUMBER, _WHERE = ["province", "form", "row", "measure", "period", "previous"], ["label", "file", "sheet", "cell"]
_TYPED_FREELY = frozenset("-.,'()\u2010\u2011\u2013\u2014\u2019")  # signs that make no other name


def check_duplicates(cells: pd.DataFrame) -> list[Finding]:
    """Reject every number that is given more than once, and tell it once for each sheet row."""
    members = cells.loc[cells["role"] == MEMBER, [*_WHERE, *_OF_A_NUMBER]]
    # A code is what it is; a text may be typed in two ways.
    is_text = members["row"] == members["label"]
    named = {row: _named(row) for row in members.loc[is_text, "row"].unique()}
    members = members.assign(named=members["row"].map(named).where(is_text, members["row"]))
    repeated = texts(members[members.duplicated(_ONE_NUMBER, keep=False)])
    findings = []
    at = repeated["cell"].str.extract(r"(\d+)$", expand=False)  # `line` is the same for all rows of a list
    for _, rows in repeated.groupby(["file", "sheet", at, "named", "province"], sort=False):
        others = repeated[(repeated["named"] == rows["named"].iloc[0]) & (repeated["form"] == rows["form"].iloc[0])]
        same = others[(others["province"] == rows["province"].iloc[0]) & (others["measure"] == rows["measure"].iloc[0])]
        places = [f"{sheet}!{cell}" for sheet, cell in zip(same["sheet"], same["cell"], strict=True)]
        position = int(rows.index[0])
        findings.append(finding_at(cells, position, "duplicate_row", "error", rows["label"].iloc[0], places=places))
    reject(cells, repeated.index)
    return findings


def _named(row: str) -> str:
    """A row's text whatever its capitals, tones' places and spaces are; ``< 14`` and ``> 14`` stay apart.

    >>> _named("TP Ho\u00e0 B\u00ecnh") == _named("tp H\u00f2a  b\u00ecnh"), _named("< 14") == _named("> 14")
    (True, False)
    """
    signs = "".join(c for c in row if unicodedata.category(c)[0] in "PS" and c not in _TYPED_FREELY)
    return f"{fold(row) or tidy(row)} {signs}".strip()
