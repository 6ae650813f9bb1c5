"""Checks what was read: forms by Pandera, then totals, stated figures, rules across forms, last year's figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.model import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Checked", "check"]


@dataclass(frozen=True)
class Checked:
    """The cells after checking (columns of `CELLS`; refused numbers null, proven blanks zero), and what was found.

    ``added`` holds by the position of each total those of the rows that it adds up.
    """

    cells: "pd.DataFrame"
    findings: list[Finding]
    added: dict[int, Sequence[int]] = field(default_factory=dict)


def check(
    cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue, earlier: "pd.DataFrame | None" = None
) -> Checked:
    """Check a period's cells; ``base`` holds those of the same period of last year as they were reported then.

    ``earlier`` holds those of an earlier part of the same year, from its first day too, where there is one.
    """
    from pipeline.checks.cross import check_across
    from pipeline.checks.cumulative import check_cumulative
    from pipeline.checks.duplicates import check_duplicates
    from pipeline.checks.forms import check_form
    from pipeline.checks.leaps import check_leaps
    from pipeline.checks.points import check_points
    from pipeline.checks.restated import as_reported, check_restated
    from pipeline.checks.stated import check_stated
    from pipeline.checks.totals import check_totals

    cells = cells.copy(deep=False)  # pandas copies a column as it is changed
    if cells.empty:
        return Checked(cells, [])
    findings = check_duplicates(cells)
    told = as_reported(cells, base, catalogue)
    for name, form in catalogue.forms.items():
        findings.extend(check_form(cells, name, form, told))
    findings.extend(check_points(cells, catalogue))
    totals, added = check_totals(cells, catalogue)
    findings.extend([*totals, *check_stated(cells, catalogue, totals)])
    findings.extend([*check_across(cells, catalogue), *check_restated(cells, base, catalogue)])
    findings.extend(_beside_others(cells, base, catalogue))
    findings.extend(check_leaps(cells, base, catalogue, findings))
    if earlier is not None:
        findings.extend(check_cumulative(cells, earlier, catalogue))
    return Checked(cells, findings, added)


def _beside_others(cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue) -> list[Finding]:
    """What the other forms and provinces, and last year's rows, make doubtful."""
    from pipeline.checks.absences import check_absences
    from pipeline.checks.conversions import check_conversions
    from pipeline.checks.magnitude import check_magnitude
    from pipeline.checks.names import Named, check_names, check_places
    from pipeline.checks.stand_ins import check_stand_ins
    from pipeline.checks.suspicions import check_suspicions

    named = Named.of(cells, base, catalogue)
    found = (
        check_places(cells, named, catalogue),
        check_names(cells, named),
        check_stand_ins(cells, named, catalogue),
        check_absences(cells, named, catalogue),
        check_magnitude(cells, base, catalogue),
        check_conversions(cells, base, catalogue),
        check_suspicions(cells, base, catalogue),
    )
    return [finding for findings in found for finding in findings]
