"""What findings rest on, by their places; of rows that were not read the numbers that were seen in them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.grouping.causes import UNREAD_ROWS
from pipeline.model import Bases, Basis, Finding

if TYPE_CHECKING:
    import pandas as pd

_ROW = re.compile(r"[0-9]+$")


def bases_of(findings: Iterable[Finding], seen: "pd.DataFrame") -> Bases:
    """By rule, file, sheet and cell; ``seen`` are the numbers that stand in the forms' columns (`SEEN`)."""
    found: dict[tuple[str, str, str, str], Basis] = {}
    unread: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    for finding in findings:
        place = finding.place
        key = (finding.rule, place.file, place.sheet, place.cell)
        if finding.basis.numbers:
            found[key] = finding.basis
        elif finding.rule in UNREAD_ROWS:
            unread[place.file, place.sheet, _row_of(place.cell)].append(key)
    columns = ["file", "sheet", "cell", "value", "measure"]
    for file, sheet, cell, number, measure in seen[columns].itertuples(index=False, name=None) if unread else ():
        if measure.startswith("?"):  # in no column of the form
            continue
        for key in unread.get((file, sheet, _row_of(cell)), ()):
            found[key] = Basis({**(found[key].numbers if key in found else {}), (sheet, cell): float(number)})
    return found


def _row_of(cell: str) -> str:
    match = _ROW.search(cell)
    return match[0] if match else ""
