"""Whether the parts of a catalogue fit together: every name that one part uses, another part must have."""

from collections.abc import Iterable, Mapping

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.forms import PERIOD, PROVINCE, Column, Form, Key, Member, Rule
from pipeline.catalogue.models import Check, Indicator
from pipeline.catalogue.validate_dates import once, validate_dates, validate_targets
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
    validate_dates(catalogue)
    validate_scoring(catalogue)
    for name, form in catalogue.forms.items():
        _form(f"forms/{name}.yaml", form)
    for name, indicator in catalogue.indicators.items():
        _indicator(name, indicator, catalogue)
    validate_targets(catalogue)
    once("checks.yaml", "", (check.id for check in catalogue.checks))
    for check in catalogue.checks:
        _check(check, catalogue)


def _form(file: str, form: Form) -> None:
    if form.layout == "table" and not form.rows:
        raise CatalogueError(file, "rows", "table_rows")
    if form.layout == "list" and form.rows:
        raise CatalogueError(file, "rows", "list_rows")
    if form.totals_over and form.totals_over not in form.key_names:
        raise CatalogueError(
            file, "totals.over", "no_key", meant_among=form.key_names, name=form.totals_over, known=form.key_names
        )
    once(file, "rows", form.key_names)
    once(file, "rules", (rule.id for rule in form.rules))
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
        raise CatalogueError(file, f"{place}.members", "members")
    members = key.listed or ()
    once(file, place, (member.id for member in members))
    once(file, f"{place}.code", (m.code.lstrip("0") for m in members if m.code.strip("0")))
    by_id = {member.id: member for member in members}
    for member in members:
        if member.group and member.group not in form.groups:
            raise CatalogueError(
                file, f"{place}.{member.id}.group", "no_group", meant_among=form.groups, name=member.group
            )
        if member.part_of and member.part_of not in {*by_id, "total"}:
            raise CatalogueError(
                file, f"{place}.{member.id}.part_of", "no_whole", meant_among=(*by_id, "total"), name=member.part_of
            )
        _part_of_itself(file, f"{place}.{member.id}.part_of", member, by_id)
    groups = ((name, (*(group.label.all if group.label else ()), *group.also)) for name, group in form.groups.items())
    _names(file, place, [*((m.id, (*m.name.all, *m.also)) for m in members), *groups])


def _part_of_itself(file: str, key: str, member: Member, by_id: Mapping[str, Member]) -> None:
    whole, steps = member.part_of, 0
    while whole in by_id and steps <= len(by_id):
        whole, steps = by_id[whole].part_of, steps + 1
    if steps > len(by_id):
        raise CatalogueError(file, key, "part_of_itself")


def _names(file: str, place: str, named: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Refuse a name that two entries answer to."""
    seen: dict[str, str] = {}
    for entry, names in named:
        for name in {fold(n) for n in names} - {""}:
            if seen.setdefault(name, entry) != entry:
                raise CatalogueError(file, f"{place}.{entry}", "named", name=name, other=seen[name])


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
                raise CatalogueError(file, place, "headed", name=" / ".join(folded), other=first)


def _column(file: str, name: str, column: Column, form: Form) -> None:
    place = f"columns.{name}"
    if name in form.key_names:
        raise CatalogueError(file, place, "column_is_key", name=name)
    if column.equals:
        expression = _parsed(file, f"{place}.equals", column.equals)
        if expression.is_comparison:
            raise CatalogueError(file, f"{place}.equals", "formula")
        _columns_known(file, f"{place}.equals", expression, form)
        if any(term.name == name for term in expression.terms):
            raise CatalogueError(file, f"{place}.equals", "formula_of_itself")


def _rule(file: str, rule: Rule, form: Form) -> None:
    expression = _parsed(file, f"rules.{rule.id}.check", rule.check)
    if not expression.is_comparison:
        raise CatalogueError(file, f"rules.{rule.id}.check", "comparison")
    _columns_known(file, f"rules.{rule.id}.check", expression, form)


def _parsed(file: str, key: str, text: str) -> Expression:
    try:
        return Expression(text)
    except ExpressionError as error:
        raise CatalogueError(file, key, error.reason, **error.params) from None


def _columns_known(file: str, key: str, expression: Expression, form: Form) -> None:
    if not expression.terms:
        raise CatalogueError(file, key, "no_column_named", name=expression.text)
    for term in expression.terms:
        base = term.name.removesuffix(PREVIOUS)
        if term.rows or base not in form.measures:
            raise CatalogueError(
                file, key, "no_column", meant_among=form.measures, name=term.name, known=list(form.measures)
            )
        if term.name != base and not form.has_previous(base):
            raise CatalogueError(file, key, "no_previous", name=base)


def _indicator(name: str, indicator: Indicator, catalogue: Catalogue) -> None:
    file = "indicators.yaml"
    for side in _SIDES[indicator.kind]:
        if not getattr(indicator, side):
            raise CatalogueError(file, f"{name}.{side}", "side", kind=indicator.kind, side=side)
    for other in indicator.of:
        if other not in catalogue.indicators or catalogue.indicators[other].kind == "all_met":
            raise CatalogueError(file, f"{name}.of", "no_part", meant_among=catalogue.indicators, name=other)
    for side in ("numerator", "denominator"):
        for form, measure in Indicator.operands(getattr(indicator, side)):
            _operand(f"{name}.{side}", form, measure, catalogue)
    for row in indicator.rows:
        forms = {form for form, _ in Indicator.operands(indicator.numerator)}
        if not any(_row_known(row, catalogue.forms[form]) for form in forms):
            among = [row for form in forms for row in (*catalogue.forms[form].members, *catalogue.forms[form].groups)]
            raise CatalogueError(file, f"{name}.rows", "no_row", meant_among=among, name=row, known=sorted(forms))


def _row_known(row: str, form: Form) -> bool:
    is_open = any(key.listed is None for key in form.row_keys)
    return is_open or row in form.groups or any(row in {m.id, m.code} for m in form.members.values())


def _operand(key: str, form: str, measure: str, catalogue: Catalogue) -> None:
    if form not in catalogue.forms:
        known = list(catalogue.forms)
        raise CatalogueError("indicators.yaml", key, "no_form", meant_among=known, name=form, known=known)
    column = catalogue.forms[form].measures.get(measure)
    if column is None:
        known = list(catalogue.forms[form].measures)
        raise CatalogueError(
            "indicators.yaml", key, "no_measure", meant_among=known, name=measure, form=form, known=known
        )
    if column.kind in {"percent", "rate"} or column.equals:
        raise CatalogueError("indicators.yaml", key, "stated_measure", name=f"{form}.{measure}")


def _check(check: Check, catalogue: Catalogue) -> None:
    expression = _parsed("checks.yaml", check.id, check.check)
    for term in expression.terms:
        form, _, measure = term.name.removesuffix(PREVIOUS).partition(".")
        if form not in catalogue.forms or measure not in catalogue.forms[form].measures:
            among = [f"{name}.{own}" for name, one in catalogue.forms.items() for own in one.measures]
            raise CatalogueError("checks.yaml", check.id, "no_number", meant_among=among, name=term.name)
        if term.name.endswith(PREVIOUS) and not catalogue.forms[form].has_previous(measure):
            raise CatalogueError("checks.yaml", check.id, "no_previous", name=measure)
        _rows_known(check.id, term.rows, catalogue.forms[form])
    if not expression.is_comparison or not expression.terms:
        raise CatalogueError("checks.yaml", check.id, "comparison_of_sums")


def _rows_known(key: str, rows: Iterable[str], form: Form) -> None:
    for row in rows:
        if not _row_known(row, form):
            among = (*form.members, *form.groups)
            raise CatalogueError("checks.yaml", key, "no_row", meant_among=among, name=row, known=among)
