"""Whether the parts of a catalogue fit together: every name that one part uses, another part must have."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.forms import PERIOD, PROVINCE, Column, Form, Key, Member, Rule
from pipeline.catalogue.models import Check, Cluster, Indicator, Province, Target
from pipeline.catalogue.validate_scoring import validate_scoring
from pipeline.errors import CatalogueError, ExpressionError
from pipeline.expressions import PREVIOUS, Expression
from pipeline.text import fold

_SIDES = {
    "percent": ("numerator", "denominator"),
    "achievement": ("numerator", "denominator"),
    "per_100k": ("numerator",),
    "change": ("numerator",),
    "total": ("numerator",),
    "all_met": ("of",),
}


def validate(catalogue: Catalogue) -> None:
    """Raise `CatalogueError` for the first thing that does not fit."""
    _clusters(catalogue)
    _provinces(catalogue)
    validate_scoring(catalogue)
    for name, form in catalogue.forms.items():
        _form(f"forms/{name}.yaml", form)
    for name, indicator in catalogue.indicators.items():
        _indicator(name, indicator, catalogue)
    _targets(catalogue)
    _once("checks.yaml", "", (check.id for check in catalogue.checks))
    for check in catalogue.checks:
        _check(check, catalogue)


def _once(file: str, key: str, names: Iterable[str]) -> None:
    """Refuse a name that stands twice where each stands once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CatalogueError(file, f"{key}.{name}" if key else name, f"{name!r} stands twice")
        seen.add(name)


def _clusters(catalogue: Catalogue) -> None:
    clusters = catalogue.settings.clusters
    _once("catalogue.yaml", "forms", catalogue.settings.forms)
    _once("catalogue.yaml", "clusters", (cluster.id for cluster in clusters))
    for cluster in clusters:
        _once("catalogue.yaml", f"clusters.{cluster.id}.provinces", cluster.provinces)
        for province in (*cluster.provinces, *([cluster.leader] if cluster.leader else [])):
            if province not in catalogue.provinces:
                raise CatalogueError(
                    "catalogue.yaml", f"clusters.{cluster.id}", f"{province!r} is no id of provinces.yaml"
                )
        if cluster.leader and cluster.leader not in cluster.provinces:
            reason = f"{cluster.leader!r} is none of its provinces"
            raise CatalogueError("catalogue.yaml", f"clusters.{cluster.id}.leader", reason)
        _in_order("catalogue.yaml", f"clusters.{cluster.id}", cluster)
    for one, other in combinations(clusters, 2):
        if _meet(one, other):
            key = f"clusters.{other.id}"
            raise CatalogueError("catalogue.yaml", key, f"there are two clusters on one day (see {one.id!r})")


def _in_order(file: str, key: str, dated: Cluster | Province | Target) -> None:
    if dated.start > dated.end:
        raise CatalogueError(file, key, "its `from` is later than its `to`")


def _meet(one: Cluster | Target, other: Cluster | Target) -> bool:
    return one.start <= other.end and other.start <= one.end


def _provinces(catalogue: Catalogue) -> None:
    names: dict[str, list[str]] = {}
    for province in catalogue.provinces.values():
        _in_order("provinces.yaml", province.id, province)
        for old in province.formed_from:
            if old not in catalogue.provinces:
                raise CatalogueError("provinces.yaml", f"{province.id}.formed_from", f"{old!r} is no id of this file")
            if catalogue.provinces[old].start >= province.start:
                reason = f"{old!r} did not exist before it (compare `from` of both)"
                raise CatalogueError("provinces.yaml", f"{province.id}.formed_from", reason)
        for name in {fold(n) for n in (*province.name.all, *province.also)} - {""}:
            names.setdefault(name, []).append(province.id)
    for name, ids in names.items():
        for one, other in combinations(ids, 2):
            first, second = catalogue.provinces[one], catalogue.provinces[other]
            if first.start <= second.end and second.start <= first.end:
                raise CatalogueError("provinces.yaml", other, f"{name!r} is a name of {one!r} too, on the same day")


def _form(file: str, form: Form) -> None:
    if form.layout == "table" and not form.rows:
        raise CatalogueError(file, "rows", "a form with `layout: table` says what its rows are")
    if form.layout == "list" and form.rows:
        raise CatalogueError(file, "rows", "the rows of a form with `layout: list` are its columns' names")
    if form.totals_over and form.totals_over not in form.key_names:
        raise CatalogueError(file, "totals.over", f"{form.totals_over!r} is none of the keys {list(form.key_names)}")
    _once(file, "rows", form.key_names)
    _once(file, "rules", (rule.id for rule in form.rules))
    for key in form.rows:
        _key(file, key, form)
    _headers(file, form)
    for name, column in form.columns.items():
        _column(file, name, column, form)
    for rule in form.rules:
        _rule(file, rule, form)


def _key(file: str, key: Key, form: Form) -> None:
    place = f"rows.{key.key}"
    if key.members is None and key.key not in {PROVINCE, PERIOD}:
        raise CatalogueError(file, f"{place}.members", "expected `open` or a list of members")
    members = key.listed or ()
    _once(file, place, (member.id for member in members))
    _once(file, f"{place}.code", (m.code.lstrip("0") for m in members if m.code.strip("0")))
    by_id = {member.id: member for member in members}
    for member in members:
        if member.group and member.group not in form.groups:
            raise CatalogueError(file, f"{place}.{member.id}.group", f"{member.group!r} is none of `groups`")
        if member.part_of and member.part_of not in {*by_id, "total"}:
            raise CatalogueError(file, f"{place}.{member.id}.part_of", f"{member.part_of!r} is no member (or `total`)")
        _part_of_itself(file, f"{place}.{member.id}.part_of", member, by_id)
    groups = ((name, (*(group.label.all if group.label else ()), *group.also)) for name, group in form.groups.items())
    _names(file, place, [*((m.id, (*m.name.all, *m.also)) for m in members), *groups])


def _part_of_itself(file: str, key: str, member: Member, by_id: Mapping[str, Member]) -> None:
    whole, steps = member.part_of, 0
    while whole in by_id and steps <= len(by_id):
        whole, steps = by_id[whole].part_of, steps + 1
    if steps > len(by_id):
        raise CatalogueError(file, key, "it would be part of itself")


def _names(file: str, place: str, named: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Refuse a name that two entries answer to."""
    seen: dict[str, str] = {}
    for entry, names in named:
        for name in {fold(n) for n in names} - {""}:
            if seen.setdefault(name, entry) != entry:
                raise CatalogueError(file, f"{place}.{entry}", f"{name!r} is a name of {seen[name]!r} too")


def _headers(file: str, form: Form) -> None:
    """Refuse a header that two columns answer to: neither would be read."""
    keys = [(f"rows.{k.key}", (*(k.header.paths if k.header else ()), *k.also)) for k in form.rows]
    own = [
        (f"columns.{name}", (*(column.header.paths if column.header else ((name,),)), *column.also))
        for name, column in form.columns.items()
    ]
    before = [
        (f"columns.{name}.previous", (*(c.previous.header.paths if c.previous.header else ()), *c.previous.also))
        for name, c in form.columns.items()
        if c.previous is not None
    ]
    seen: dict[tuple[str, ...], str] = {}
    for place, paths in (*keys, *own, *before):
        for path in paths:
            folded = tuple(fold(part) for part in path)
            # "Last year" alone may head every measure's second column: the measure stands above it.
            first = seen.get(folded, place) if place.endswith(".previous") else seen.setdefault(folded, place)
            if first != place:
                raise CatalogueError(file, place, f"{' / '.join(folded)!r} is a header of {first!r} too")


def _column(file: str, name: str, column: Column, form: Form) -> None:
    place = f"columns.{name}"
    if name in form.key_names:
        raise CatalogueError(file, place, "is the name of a key too")
    if column.equals:
        expression = _parsed(file, f"{place}.equals", column.equals)
        if expression.is_comparison:
            raise CatalogueError(
                file, f"{place}.equals", "expected a formula such as `cleared / cases`, found a comparison"
            )
        _columns_known(file, f"{place}.equals", expression, form)
        if any(term.name == name for term in expression.terms):
            raise CatalogueError(file, f"{place}.equals", "it would equal a formula over itself")


def _rule(file: str, rule: Rule, form: Form) -> None:
    expression = _parsed(file, f"rules.{rule.id}.check", rule.check)
    if not expression.is_comparison:
        raise CatalogueError(file, f"rules.{rule.id}.check", "expected a comparison such as `cleared <= cases`")
    _columns_known(file, f"rules.{rule.id}.check", expression, form)


def _parsed(file: str, key: str, text: str) -> Expression:
    try:
        return Expression(text)
    except ExpressionError as error:
        raise CatalogueError(file, key, str(error)) from None


def _columns_known(file: str, key: str, expression: Expression, form: Form) -> None:
    if not expression.terms:
        raise CatalogueError(file, key, f"{expression.text!r} names no column")
    for term in expression.terms:
        base = term.name.removesuffix(PREVIOUS)
        if term.rows or base not in form.measures:
            raise CatalogueError(
                file, key, f"{term.name!r} is no number column of this form; it has {list(form.measures)}"
            )
        if term.name != base and not form.has_previous(base):
            raise CatalogueError(file, key, f"{base!r} has no `previous` column")


def _indicator(name: str, indicator: Indicator, catalogue: Catalogue) -> None:
    file = "indicators.yaml"
    for side in _SIDES[indicator.kind]:
        if not getattr(indicator, side):
            raise CatalogueError(file, f"{name}.{side}", f"an indicator of kind {indicator.kind} needs it")
    for other in indicator.of:
        if other not in catalogue.indicators or catalogue.indicators[other].kind == "all_met":
            raise CatalogueError(file, f"{name}.of", f"{other!r} is no indicator that can be met or missed here")
    for side in ("numerator", "denominator"):
        for form, measure in Indicator.operands(getattr(indicator, side)):
            _operand(f"{name}.{side}", form, measure, catalogue)
    for row in indicator.rows:
        forms = {form for form, _ in Indicator.operands(indicator.numerator)}
        if not any(_row_known(row, catalogue.forms[form]) for form in forms):
            raise CatalogueError(file, f"{name}.rows", f"{row!r} is no member, code or group of {sorted(forms)}")


def _row_known(row: str, form: Form) -> bool:
    is_open = any(key.listed is None for key in form.row_keys)
    return is_open or row in form.groups or any(row in {m.id, m.code} for m in form.members.values())


def _operand(key: str, form: str, measure: str, catalogue: Catalogue) -> None:
    if form not in catalogue.forms:
        raise CatalogueError("indicators.yaml", key, f"{form!r} is no form; there are {list(catalogue.forms)}")
    if measure not in catalogue.forms[form].measures:
        known = list(catalogue.forms[form].measures)
        raise CatalogueError("indicators.yaml", key, f"{measure!r} is no measure of {form}; it has {known}")


def _targets(catalogue: Catalogue) -> None:
    for target in catalogue.targets:
        _in_order("targets.yaml", target.indicator, target)
        if target.indicator not in catalogue.indicators:
            raise CatalogueError("targets.yaml", target.indicator, "is no indicator of indicators.yaml")
        for province in target.provinces:
            if province not in catalogue.provinces:
                raise CatalogueError("targets.yaml", target.indicator, f"{province!r} is no id of provinces.yaml")
    binding = (t for t in catalogue.targets if t.role == "binding")
    for one, other in combinations(binding, 2):
        if _tie(one, other):
            reason = (
                f"two binding targets apply to the same provinces from {one.start}; one must end, or be `role: context`"
            )
            raise CatalogueError("targets.yaml", one.indicator, reason)


def _tie(one: Target, other: Target) -> bool:
    """Whether two targets could bind one province on one day with nothing to choose between them."""
    same = one.indicator == other.indicator and one.start == other.start and len(one.provinces) == len(other.provinces)
    shared = not one.provinces or bool(set(one.provinces) & set(other.provinces))
    return same and shared and _meet(one, other)


def _check(check: Check, catalogue: Catalogue) -> None:
    expression = _parsed("checks.yaml", check.id, check.check)
    for term in expression.terms:
        form, _, measure = term.name.removesuffix(PREVIOUS).partition(".")
        if form not in catalogue.forms or measure not in catalogue.forms[form].measures:
            raise CatalogueError("checks.yaml", check.id, f"{term.name!r} is no FORM.MEASURE of this catalogue")
        if term.name.endswith(PREVIOUS) and not catalogue.forms[form].has_previous(measure):
            raise CatalogueError("checks.yaml", check.id, f"{term.name!r}: the form has no `previous` column for it")
        _rows_known(check.id, term.rows, catalogue.forms[form])
    if not expression.is_comparison or not expression.terms:
        raise CatalogueError("checks.yaml", check.id, "expected a comparison of sums")


def _rows_known(key: str, rows: Iterable[str], form: Form) -> None:
    for row in rows:
        if not _row_known(row, form):
            raise CatalogueError("checks.yaml", key, f"{row!r} is no member or group of {list(form.members)}")
