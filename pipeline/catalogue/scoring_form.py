"""The form in which points come in: its rows are the criteria of ``scoring.yaml``, which need not be listed twice."""

from collections.abc import Mapping, Sequence

from pipeline.catalogue.forms import CRITERION, PROVINCE, Form, Group, Key, Member
from pipeline.catalogue.scoring import BONUS, PENALTY, Part, Scoring
from pipeline.errors import CatalogueError

SELF_ASSESSED, VERIFIED = "self_assessed", "verified"


def form_of_points(forms: Mapping[str, Form]) -> str:
    """The form whose rows are the criteria: it has that key and lists no members for it. Empty where there is none.

    Raises `CatalogueError` where there are two.
    """
    found = [n for n, form in forms.items() if any(k.key == CRITERION and k.members is None for k in form.rows)]
    if len(found) > 1:
        raise CatalogueError(
            f"forms/{found[1]}.yaml", f"rows.{CRITERION}.members", "two_forms_of_points", form=found[0]
        )
    return next(iter(found), "")


def with_criteria(name: str, form: Form, scoring: Sequence[Scoring]) -> Form:
    """The form of points with the criteria of all scoring tables as members, their groups as its groups.

    Raises `CatalogueError` where there are no tables, or the form has other keys or no points.
    """
    file = f"forms/{name}.yaml"
    if not scoring:
        raise CatalogueError(file, f"rows.{CRITERION}.members", "members_or_criteria")
    if set(form.key_names) != {PROVINCE, CRITERION}:
        raise CatalogueError(file, "rows", "keys_of_points", keys=(PROVINCE, CRITERION))
    if not set(form.measures) & {SELF_ASSESSED, VERIFIED}:
        raise CatalogueError(file, "columns", "columns_of_points", columns=(SELF_ASSESSED, VERIFIED))
    members = _members([part for table in reversed(scoring) for part in table.parts()])
    groups = {group.id: Group(label=group.name) for table in scoring for group in table.groups}
    rows = tuple(_filled(key, members) if key.key == CRITERION else key for key in form.rows)
    own = {field: getattr(form, field) for field in Form.model_fields}
    return Form.model_validate(own | {"rows": rows, "groups": {**groups, **form.groups}})


def _members(parts: Sequence[Part]) -> tuple[Member, ...]:
    """Every criterion once, as its newest table has it; older names are further ones."""
    found: dict[str, Member] = {}
    for part, criterion in parts:
        own = found.get(criterion.id)
        if own is None:
            # What comes after the total is in no sum of the form.
            where = {"part_of": "total"} if part in {BONUS, PENALTY} else {"group": part}
            found[criterion.id] = Member(id=criterion.id, label=criterion.name, also=criterion.also, **where)
        else:
            also = (*own.also, *(name for name in criterion.name.all if name not in own.name.all), *criterion.also)
            found[criterion.id] = own.model_copy(update={"also": tuple(dict.fromkeys(also))})
    return tuple(found.values())


def _filled(key: Key, members: tuple[Member, ...]) -> Key:
    return key.model_copy(update={"members": members, "complete": False})
