"""Whether the days and provinces of a catalogue fit together: clusters, provinces, targets."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.models import Cluster, Province, Target
from pipeline.errors import CatalogueError
from pipeline.text import fold

_CATALOGUE, _PROVINCES, _TARGETS = "catalogue.yaml", "provinces.yaml", "targets.yaml"
_OF_COUNTS = {"per_100k", "total"}
# Targets of shares from here on were meant as percentages; no share falls by more than all of it.
_MOST, _MOST_OF_PART, _LEAST = 10, 2, -1


def validate_dates(catalogue: Catalogue) -> None:
    """Raise `CatalogueError` for the first thing that does not fit."""
    _clusters(catalogue)
    _provinces(catalogue)


def once(file: str, key: str, names: Iterable[str]) -> None:
    """Refuse a name that stands twice where each stands once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CatalogueError(file, f"{key}.{name}" if key else name, "twice", name=name)
        seen.add(name)


def _clusters(catalogue: Catalogue) -> None:
    clusters = catalogue.settings.clusters
    once(_CATALOGUE, "forms", catalogue.settings.forms)
    once(_CATALOGUE, "clusters", (cluster.id for cluster in clusters))
    for cluster in clusters:
        once(_CATALOGUE, f"clusters.{cluster.id}.provinces", cluster.provinces)
        for province in (*cluster.provinces, *([cluster.leader] if cluster.leader else [])):
            if province not in catalogue.provinces:
                raise _no_province(_CATALOGUE, f"clusters.{cluster.id}", province, catalogue)
        if cluster.leader and cluster.leader not in cluster.provinces:
            raise CatalogueError(_CATALOGUE, f"clusters.{cluster.id}.leader", "leader", name=cluster.leader)
        _in_order(_CATALOGUE, f"clusters.{cluster.id}", cluster)
    for one, other in combinations(clusters, 2):
        if _meet(one, other):
            key = f"clusters.{other.id}"
            raise CatalogueError(_CATALOGUE, key, "two_clusters", other=one.id)


def _in_order(file: str, key: str, dated: Cluster | Province | Target) -> None:
    if dated.start > dated.end:
        raise CatalogueError(file, key, "ends_first")


def _no_province(file: str, key: str, province: str, catalogue: Catalogue) -> CatalogueError:
    return CatalogueError(file, key, "no_province", meant_among=catalogue.provinces, name=province)


def _meet(one: Cluster | Target, other: Cluster | Target) -> bool:
    return one.start <= other.end and other.start <= one.end


def _provinces(catalogue: Catalogue) -> None:
    names: dict[str, list[str]] = {}
    codes: dict[str, list[str]] = {}
    for province in catalogue.provinces.values():
        _in_order(_PROVINCES, province.id, province)
        for old in province.formed_from:
            if old not in catalogue.provinces:
                raise _no_province(_PROVINCES, f"{province.id}.formed_from", old, catalogue)
            if catalogue.provinces[old].start >= province.start:
                raise CatalogueError(_PROVINCES, f"{province.id}.formed_from", "not_before", name=old)
        for name in {fold(n) for n in (*province.name.all, *province.also)} - {""}:
            names.setdefault(name, []).append(province.id)
        if code := province.code.lstrip("0"):
            codes.setdefault(code, []).append(province.id)
    _apart_each_day(names, "province_named", catalogue)
    _apart_each_day(codes, "province_coded", catalogue)


def _apart_each_day(named: Mapping[str, list[str]], reason: str, catalogue: Catalogue) -> None:
    """Refuse what two provinces are called on one day: a row could mean either."""
    for name, ids in named.items():
        for one, other in combinations(ids, 2):
            first, second = catalogue.provinces[one], catalogue.provinces[other]
            if first.start <= second.end and second.start <= first.end:
                raise CatalogueError(_PROVINCES, other, reason, name=name, other=one)


def validate_targets(catalogue: Catalogue) -> None:
    """Raise `CatalogueError` for the first target that does not fit."""
    for index, target in enumerate(catalogue.targets):
        try:
            _target(target, catalogue)
        except CatalogueError as error:
            error.way = f"{index}{error.place.removeprefix(target.indicator)}"
            raise
    binding = (pair for pair in enumerate(catalogue.targets) if pair[1].role == "binding")
    for (_, one), (index, other) in combinations(binding, 2):
        if _tie(one, other):
            way, name = str(index), one.indicator
            raise CatalogueError(_TARGETS, name, "two_binding", way=way, name=name, day=one.start)


def _target(target: Target, catalogue: Catalogue) -> None:
    name = target.indicator
    _in_order(_TARGETS, name, target)
    if name not in catalogue.indicators:
        raise CatalogueError(_TARGETS, name, "no_indicator", meant_among=catalogue.indicators, name=name)
    for province in target.provinces:
        if province not in catalogue.provinces:
            raise _no_province(_TARGETS, name, province, catalogue)
    indicator = catalogue.indicators[name]
    most = _MOST_OF_PART if indicator.proportion else _MOST
    if indicator.kind not in _OF_COUNTS and not _LEAST <= target.value < most:
        raise CatalogueError(_TARGETS, f"{name}.value", "share", value=target.value, share=f"{100 * target.value:g} %")


def _tie(one: Target, other: Target) -> bool:
    """Whether two targets could bind one province on one day with nothing to choose between them."""
    same = one.indicator == other.indicator and one.start == other.start and len(one.provinces) == len(other.provinces)
    shared = not one.provinces or bool(set(one.provinces) & set(other.provinces))
    return same and shared and _meet(one, other)
