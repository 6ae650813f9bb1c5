"""Whether ``scoring.yaml`` fits together: one table a day, sums that agree, rules that say all they need."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from pipeline.catalogue.scoring import BONUS, DEDUCTION, LINEAR, PENALTY, THRESHOLD, Extra, Scoring
from pipeline.errors import CatalogueError
from pipeline.statistics.exact import exact_sum
from pipeline.text import fold

if TYPE_CHECKING:
    from pipeline.catalogue.catalogue import Catalogue

_FILE = "scoring.yaml"
_NEEDS = {LINEAR: ("floor", "full"), THRESHOLD: ("steps",), DEDUCTION: ("lose",)}


def validate_scoring(catalogue: "Catalogue") -> None:
    """Raise `CatalogueError` for the first thing that does not fit."""
    _once("", (table.id for table in catalogue.scoring))
    for table in catalogue.scoring:
        _table(table, catalogue)
    for one, other in combinations(catalogue.scoring, 2):
        if one.start <= other.end and other.start <= one.end and set(one.periods) & set(other.periods):
            raise CatalogueError(_FILE, other.id, "two_tables", other=one.id)


def _once(key: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise CatalogueError(_FILE, f"{key}.{name}" if key else name, "twice", name=name)


def _table(table: Scoring, catalogue: "Catalogue") -> None:
    if table.start > table.end:
        raise CatalogueError(_FILE, table.id, "ends_first")
    _once(f"{table.id}.groups", (group.id for group in table.groups))
    _once(f"{table.id}.criteria", (part.criterion.id for part in table.parts()))
    _once(f"{table.id}.veto", (veto.id for veto in table.veto))
    _groups(table)
    _names(table)
    for _, criterion in table.parts():
        _criterion(f"{table.id}.{criterion.id}", criterion, catalogue)
    for veto in table.veto:
        _known(f"{table.id}.{veto.id}.indicator", veto.indicator, catalogue)


def _groups(table: Scoring) -> None:
    """Each criterion in a group that there is; each group the sum of its criteria."""
    points: dict[str, list[float]] = {group.id: [] for group in table.groups}
    for taken in {BONUS, PENALTY} & set(points):
        raise CatalogueError(_FILE, f"{table.id}.groups.{taken}", "group_taken", name=taken)
    for criterion in table.criteria:
        if criterion.group not in points:
            key = f"{table.id}.{criterion.id}.group"
            raise CatalogueError(_FILE, key, "no_group", meant_among=points, name=criterion.group)
        points[criterion.group].append(criterion.points)
    for group in table.groups:
        found = exact_sum(points[group.id])
        if found != group.max:
            raise CatalogueError(_FILE, f"{table.id}.groups.{group.id}.max", "sum", found=found, stated=group.max)


def _names(table: Scoring) -> None:
    """No two criteria or groups of one name: a row of the scoring workbook could mean either."""
    named = [(part.criterion.id, (*part.criterion.name.all, *part.criterion.also)) for part in table.parts()]
    named += [(group.id, group.name.all) for group in table.groups]
    seen: dict[str, str] = {}
    for entry, names in named:
        for name in {fold(n) for n in names} - {""}:
            if seen.setdefault(name, entry) != entry:
                raise CatalogueError(_FILE, f"{table.id}.{entry}.label", "named", name=name, other=seen[name])


def _criterion(key: str, criterion: Extra, catalogue: "Catalogue") -> None:
    if bool(criterion.indicator) != bool(criterion.rule):
        lacks = "rule" if criterion.indicator else "indicator"
        raise CatalogueError(_FILE, f"{key}.{lacks}", "indicator_and_rule")
    for rule, names in _NEEDS.items():
        for name in names:
            given = getattr(criterion, name) not in (None, ())
            if given and rule != criterion.rule:
                raise CatalogueError(_FILE, f"{key}.{name}", "of_rule", rule=rule)
            if not given and rule == criterion.rule:
                raise CatalogueError(_FILE, f"{key}.{name}", "rule_needs", rule=rule)
    if criterion.indicator:
        _known(f"{key}.indicator", criterion.indicator, catalogue)
    if criterion.rule == LINEAR and criterion.floor == criterion.full:
        raise CatalogueError(_FILE, f"{key}.full", "full_is_floor")
    if criterion.rule == THRESHOLD:
        _steps(f"{key}.steps", criterion)


def _steps(key: str, criterion: Extra) -> None:
    """Steps lead upwards: the further one gives the more points, the furthest all of them."""
    ordered = sorted(criterion.steps, key=lambda step: step.at, reverse=criterion.reached == "below")
    for one, other in pairwise(ordered):
        if one.at == other.at or one.points >= other.points:
            raise CatalogueError(_FILE, key, "further", further=other.at, nearer=one.at)
    if ordered[-1].points != criterion.points:
        raise CatalogueError(_FILE, key, "furthest", found=ordered[-1].points, points=criterion.points)


def _known(key: str, indicator: str, catalogue: "Catalogue") -> None:
    if indicator not in catalogue.indicators:
        raise CatalogueError(_FILE, key, "no_indicator", meant_among=catalogue.indicators, name=indicator)
