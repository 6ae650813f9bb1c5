"""Scores every province by the period's scoring table: criteria, group sub-totals, total, bonus and penalty, rank."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.catalogue import Catalogue
from pipeline.catalogue.scoring import BONUS, PENALTY, Scoring
from pipeline.columns import TABLE_NUMBERS, TABLES
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.periods import Period
from pipeline.scoring.given import given_points
from pipeline.scoring.lines import Desk, Known, Line, line_of, veto_of
from pipeline.statistics.ranks import rank_ranges

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["scores"]

CRITERION, GROUP, TOTAL, FINAL, VETO = "criterion", "group", "total", "final", "veto"
_COLUMNS = TABLES["scores"]
Row = dict[str, Any]


def scores(
    indicators: "pd.DataFrame", cells: "pd.DataFrame", catalogue: Catalogue, period: Period, lang: Lang
) -> "pd.DataFrame | None":
    """The points of every province of the cluster, with `TABLES["scores"]`; None where no table scores the period.

    ``level`` says what a row is: a ``criterion``, a ``group``'s sub-total, the ``total`` (which bonus and penalty
    follow), what is ``final``, a ``veto`` beside it. A sum over criteria of which one has no points is what there is,
    and its ``origin`` is ``incomplete``; while there is one, no province has a rank, for it could still change. ``low``
    and ``high`` are the points that the indicators' intervals allow, and points still to come; the range of ranks
    follows from them.
    """
    import pandas as pd

    table = catalogue.scoring_on(period)
    if table is None:
        return None
    desk = Desk(_known(indicators, period), given_points(cells, catalogue), catalogue, Messages(lang))
    sheets = [_sheet(table, province, desk) for province in catalogue.members_on(period)]
    ranked = _ranked([sheet.final for sheet in sheets])
    rows = [
        {"period": period.id, "province": sheet.province, "name": sheet.name} | row
        for sheet, ranks in zip(sheets, ranked, strict=True)
        for row in _rows(table, sheet, ranks, desk)
    ]
    blank = {name: math.nan if name in TABLE_NUMBERS else "" for name in _COLUMNS}
    frame = pd.DataFrame([[(blank | row)[name] for name in _COLUMNS] for row in rows], columns=list(_COLUMNS))
    return frame.astype({name: "float64" for name in _COLUMNS if name in TABLE_NUMBERS})


@dataclass(frozen=True)
class Sum:
    """What criteria come to: the points that are known, the least and the most they may be, and what lacks."""

    points: Fraction
    low: Fraction
    high: Fraction
    lacking: tuple[str, ...]
    count: int = 0

    @property
    def shown(self) -> float:
        """The points; null where all are still to come, for that is not 0."""
        return math.nan if self.count and len(self.lacking) == self.count else float(self.points)


@dataclass(frozen=True)
class Sheet:
    """A province's scoring sheet."""

    province: str
    name: str
    lines: list[Line]

    def sum(self, parts: Iterable[str]) -> Sum:
        """The sum of the criteria in some parts of the table."""
        wanted = set(parts)
        own = [line for line in self.lines if line.part in wanted]
        points = sum((line.points for line in own if line.points is not None), Fraction(0))
        lacking = tuple(str(line.shown["label"]) for line in own if line.lacks)
        low, high = (sum((getattr(line, end) for line in own), Fraction(0)) for end in ("low", "high"))
        return Sum(points, low, high, lacking, len(own))

    @property
    def final(self) -> Sum:
        """The sum of all."""
        return self.sum(line.part for line in self.lines)


def _known(indicators: "pd.DataFrame", period: Period) -> dict[tuple[str, str], Known]:
    """Each indicator's row by indicator and province."""
    own = indicators[indicators["period"] == period.id]
    keys = zip(own["indicator"], own["province"], strict=True)
    values = zip(*(own[name].tolist() for name in Known._fields), strict=True)
    return dict(zip(keys, map(Known._make, values), strict=True))


def _sheet(table: Scoring, province: str, desk: Desk) -> Sheet:
    name = desk.catalogue.province_label(province).text(desk.say.lang)
    return Sheet(province, name, [line_of(part, province, desk) for part in table.parts()])


def _rows(table: Scoring, sheet: Sheet, ranks: Row, desk: Desk) -> Iterator[Row]:
    """A province's rows in the sheet's order: each group's criteria and sub-total, total, extras, final, vetoes."""
    say = desk.say
    for group in table.groups:
        about = {"group": group.id, "group_label": group.name.text(say.lang)}
        yield from _criteria(sheet, group.id, about)
        yield about | {"level": GROUP, "maximum": group.max} | _sums(sheet.sum([group.id]), say)
    total = sheet.sum(group.id for group in table.groups)
    yield {"level": TOTAL, "maximum": table.maximum} | _sums(total, say)
    for extra in (BONUS, PENALTY):
        yield from _criteria(sheet, extra, {"group": extra, "group_label": say(f"scoring.{extra}")})
    nothing = {"points": math.nan} if math.isnan(total.shown) else {}  # no final points before there is a total
    yield {"level": FINAL} | _sums(sheet.final, say) | nothing | ranks
    for veto in table.veto:
        yield {"level": VETO} | veto_of(veto, sheet.province, desk)


def _criteria(sheet: Sheet, part: str, about: Row) -> Iterator[Row]:
    for line in (line for line in sheet.lines if line.part == part):
        points = math.nan if line.points is None else float(line.points)
        ends = {"low": float(line.low), "high": float(line.high)}
        yield about | {"level": CRITERION, "points": points} | ends | line.shown


def _sums(found: Sum, say: Messages) -> Row:
    """The columns of a sum; one that lacks points says which."""
    reason = say("scoring.incomplete", count=len(found.lacking), lacking="; ".join(found.lacking))
    row = {"points": found.shown, "low": float(found.low), "high": float(found.high)}
    return row | ({"origin": "incomplete", "reason": reason} if found.lacking else {"origin": "sum"})


def _ranked(finals: Sequence[Sum]) -> list[Row]:
    """Ranks, equal sums sharing the better, once no sum lacks points; and the ranks that are possible at all."""
    possible = rank_ranges([(float(f.low), float(f.high)) for f in finals], higher_is_better=True)
    whole = not any(final.lacking for final in finals)
    rows = []
    for final, (best, worst) in zip(finals, possible, strict=True):
        rank = float(1 + sum(other.points > final.points for other in finals)) if whole else math.nan
        rows.append({"rank": rank, "rank_best": float(best), "rank_worst": float(worst)})
    return rows
