"""Findings as people mend them: one cause, one line; ``findings.csv`` has them one by one."""

from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Check
from pipeline.columns import FINDINGS
from pipeline.grouping.causes import causes_of
from pipeline.grouping.lines import Line, lines_of, written
from pipeline.grouping.noted import noted
from pipeline.messages import Messages
from pipeline.model import Bases, Lang

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GROUPED", "grouped"]

# Beyond the columns of findings: the cells as ranges, how many findings the line stands for, how many more follow from
# it, and the sentence without its place.
GROUPED = (*FINDINGS, "cells", "count", "following", "said")


def grouped(
    findings: "pd.DataFrame", lang: Lang = "vi", catalogue: Catalogue | None = None, bases: Bases | None = None
) -> "pd.DataFrame":
    """One line for findings of one cause, with the columns of `GROUPED`, in the order of the findings.

    Findings of one rule that repeat in a column, a row, a sheet or over sheets become one line; those that follow from
    another one (`pipeline.grouping.causes`) are named at their cause; ``bases`` tell by their numbers which those are.
    With the ``catalogue`` its rules across forms are known too. ``cell`` is the first cell. An error is never counted
    behind a warning.
    """
    import pandas as pd

    say = Messages(lang)
    rows = noted(findings, bases or {})
    across = {check.id: _forms(check) for check in catalogue.checks} if catalogue else {}
    causes = causes_of(rows, across)
    lines: list[Line] = lines_of([row for row in rows if row.position not in causes])
    frame = pd.DataFrame([written(line, causes, rows, say) for line in lines], columns=list(GROUPED))
    texts = {name: "str" for name in GROUPED if name not in {"count", "following"}}
    return frame.astype(texts | {"count": "int64", "following": "int64"})


def _forms(check: Check) -> frozenset[str]:
    """The forms that a rule across forms reads."""
    return frozenset(term.name.partition(".")[0] for term in check.expression.terms)
