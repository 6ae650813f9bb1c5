"""Points that were sent in: of a criterion that the period's scoring table has, and not above its maximum."""

from collections.abc import Iterator

import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.scoring import Scoring
from pipeline.checks.frames import finding_at, reject
from pipeline.model import MEMBER, Finding, Place
from pipeline.periods import Period


def check_points(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Points that cannot be are rejected in ``cells``; below nothing is what every form refuses."""
    own = cells[(cells["form"] == catalogue.points_form) & (cells["role"] == MEMBER)]
    findings: list[Finding] = []
    for reported_in, sent in own.groupby("reported_in", sort=False):
        period = Period.parse(str(reported_in))
        table = catalogue.scoring_on(period) if period else None
        findings += _without_table(sent, catalogue) if table is None else _impossible(cells, sent, table)
    return findings


def _without_table(sent: pd.DataFrame, catalogue: Catalogue) -> Iterator[Finding]:
    """One finding for each sheet of points that nothing is scored by."""
    places = sent[["file", "sheet", "reported_in"]].drop_duplicates().astype(str)
    for file, sheet, period in places.itertuples(index=False, name=None):
        about = {"period": period}
        yield Finding("points_without_table", "warning", Place(file, sheet), form=catalogue.points_form, params=about)


def _impossible(cells: pd.DataFrame, sent: pd.DataFrame, table: Scoring) -> list[Finding]:
    """Points of what is no criterion of the table, or above its maximum."""
    most = {part.criterion.id: part.criterion.points for part in table.parts()}
    findings, rejected = [], []
    for position, row, value, period in zip(sent.index, sent["row"], sent["value"], sent["reported_in"], strict=True):
        if row in most and not value > most[row]:
            continue
        rule = "points_above_maximum" if row in most else "criterion_elsewhere"
        about = {"maximum": most.get(row), "period": period, "table": table.name}
        findings.append(finding_at(cells, position, rule, "error", None, **about))
        rejected.append(position)
    reject(cells, rejected)
    return findings
