"""Rows that stand twice: which one is right cannot be guessed, so neither is used."""

import pandas as pd

from pipeline.checks.frames import finding_at, reject
from pipeline.model import MEMBER, Finding

_ONE_NUMBER = ["province", "form", "row", "measure", "period", "previous"]


def check_duplicates(cells: pd.DataFrame) -> list[Finding]:
    """Reject every number that is given more than once, and tell it once for each sheet row."""
    members = cells[cells["role"] == MEMBER]
    repeated = members[members.duplicated(_ONE_NUMBER, keep=False)]
    findings = []
    at = repeated["cell"].str.extract(r"(\d+)$", expand=False)  # `line` is the same for all rows of a list
    for _, rows in repeated.groupby(["file", "sheet", at, "row", "province"], sort=False):
        others = repeated[(repeated["row"] == rows["row"].iloc[0]) & (repeated["form"] == rows["form"].iloc[0])]
        same = others[(others["province"] == rows["province"].iloc[0]) & (others["measure"] == rows["measure"].iloc[0])]
        places = [f"{sheet}!{cell}" for sheet, cell in zip(same["sheet"], same["cell"], strict=True)]
        position = int(rows.index[0])
        findings.append(finding_at(cells, position, "duplicate_row", "error", rows["label"].iloc[0], places=places))
    reject(cells, repeated.index)
    return findings
