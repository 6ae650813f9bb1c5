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
            raise CatalogueError(_FILE, other.id, f"there are two scoring tables on one day (see {one.id!r})")


def _once(key: str, names: Iterable[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise CatalogueError(_FILE, f"{key}.{name}" if key else name, f"{name!r} stands twice")


def _table(table: Scoring, catalogue: "Catalogue") -> None:
    if table.start > table.end:
        raise CatalogueError(_FILE, table.id, "its `from` is later than its `to`")
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
        raise CatalogueError(_FILE, f"{table.id}.groups.{taken}", "what comes after the total is called so")
    for criterion in table.criteria:
        if criterion.group not in points:
            raise CatalogueError(_FILE, f"{table.id}.{criterion.id}.group", f"{criterion.group!r} is none of `groups`")
        points[criterion.group].append(criterion.points)
    for group in table.groups:
        found = exact_sum(points[group.id])
        if found != group.max:
            reason = f"its criteria add up to {found:g}, not to {group.max:g}"
            raise CatalogueError(_FILE, f"{table.id}.groups.{group.id}.max", reason)


def _names(table: Scoring) -> None:
    """No two criteria or groups of one name: a row of the scoring workbook could mean either."""
    named = [(part.criterion.id, (*part.criterion.name.all, *part.criterion.also)) for part in table.parts()]
    named += [(group.id, group.name.all) for group in table.groups]
    seen: dict[str, str] = {}
    for entry, names in named:
        for name in {fold(n) for n in names} - {""}:
            if seen.setdefault(name, entry) != entry:
                raise CatalogueError(_FILE, f"{table.id}.{entry}.label", f"{name!r} is a name of {seen[name]!r} too")


def _criterion(key: str, criterion: Extra, catalogue: "Catalogue") -> None:
    if bool(criterion.indicator) != bool(criterion.rule):
        lacks = "rule" if criterion.indicator else "indicator"
        raise CatalogueError(_FILE, f"{key}.{lacks}", "an indicator earns points by a rule, and a rule needs one")
    for rule, names in _NEEDS.items():
        for name in names:
            given = getattr(criterion, name) not in (None, ())
            if given and rule != criterion.rule:
                raise CatalogueError(_FILE, f"{key}.{name}", f"belongs to the rule `{rule}`")
            if not given and rule == criterion.rule:
                raise CatalogueError(_FILE, f"{key}.{name}", f"the rule `{rule}` needs it")
    if criterion.indicator:
        _known(f"{key}.indicator", criterion.indicator, catalogue)
    if criterion.rule == LINEAR and criterion.floor == criterion.full:
        raise CatalogueError(_FILE, f"{key}.full", "is the same as `floor`; nothing grows between them")
    if criterion.rule == THRESHOLD:
        _steps(f"{key}.steps", criterion)


def _steps(key: str, criterion: Extra) -> None:
    """Steps lead upwards: the further one gives the more points, the furthest all of them."""
    ordered = sorted(criterion.steps, key=lambda step: step.at, reverse=criterion.reached == "below")
    for one, other in pairwise(ordered):
        if one.at == other.at or one.points >= other.points:
            raise CatalogueError(_FILE, key, f"{other.at:g} is further than {one.at:g} and must give more points")
    if ordered[-1].points != criterion.points:
        reason = f"the furthest step gives {ordered[-1].points:g}, but there are {criterion.points:g} points"
        raise CatalogueError(_FILE, key, reason)


def _known(key: str, indicator: str, catalogue: "Catalogue") -> None:
    if indicator not in catalogue.indicators:
        raise CatalogueError(_FILE, key, f"{indicator!r} is no indicator of indicators.yaml")
