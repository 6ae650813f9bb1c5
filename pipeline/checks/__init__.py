"""Checks what was read: forms by Pandera, then totals, stated figures, rules across forms, last year's figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.model import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Checked", "check_beside_others", "check_own", "check_provinces", "check_rows", "in_order"]

_TOGETHER = 20_000  # cells of which all forms are compared at once


@dataclass(frozen=True)
class Checked:
    """The cells after checking (columns of `CELLS`; refused numbers null, proven blanks zero), and what was found.

    ``added`` holds by the position of each total those of the rows that it adds up.
    """

    cells: "pd.DataFrame"
    findings: list[Finding]
    added: dict[int, Sequence[int]] = field(default_factory=dict)


def check_own(
    cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue, earlier: "pd.DataFrame | None" = None
) -> Checked:
    """What a province's own files say against themselves, and against what it reported before.

    ``base`` holds the cells of the same period of last year as they were reported then, ``earlier`` those of an earlier
    part of the same year, from its first day too, where there is one. All that changes a cell is here. Findings stand
    by file and province, then check by check.
    """
    return check_provinces(check_rows(cells, base, catalogue), base, catalogue, earlier)


def check_rows(cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue) -> Checked:
    """What is asked of a form's rows and totals.

    Nothing is asked of rows of two files together, unless they are rows of one form of one province.
    """
    from pipeline.checks.duplicates import check_duplicates
    from pipeline.checks.forms import check_form
    from pipeline.checks.points import check_points
    from pipeline.checks.restated import as_reported
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
    return Checked(cells, findings, added)


def check_provinces(
    rows: Checked, base: "pd.DataFrame", catalogue: Catalogue, earlier: "pd.DataFrame | None" = None
) -> Checked:
    """What is asked of all that a province sent, once its rows were checked; the findings with those of the rows.

    Nothing is asked of cells of two provinces together.
    """
    from pipeline.checks.cross import check_across
    from pipeline.checks.cumulative import check_cumulative
    from pipeline.checks.restated import check_restated

    if rows.cells.empty:
        return rows
    cells = rows.cells.copy(deep=False)
    findings = [*rows.findings, *check_across(cells, catalogue), *check_restated(cells, base, catalogue)]
    findings.extend(_check_names(cells, base, catalogue))
    if earlier is not None:
        findings.extend(check_cumulative(cells, earlier, catalogue))
    return Checked(cells, in_order(findings), rows.added)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file and province, else as they were found: the same wherever, and beside whatever, they were found."""
    return sorted(findings, key=lambda finding: (finding.place.file, finding.province))


def check_beside_others(own: Checked, base: "pd.DataFrame", catalogue: Catalogue) -> list[Finding]:
    """What the figures of all provinces together make doubtful: warnings all of them, and no cell is changed."""
    from pipeline.checks.conversions import check_conversions
    from pipeline.checks.leaps import check_leaps
    from pipeline.checks.magnitude import check_magnitude
    from pipeline.checks.suspicions import check_suspicions

    findings = check_conversions(own.cells, base, catalogue) if len(own.cells) else []
    # A form's figures are compared with that form's: side by side they take more than the cells themselves.
    is_small = len(own.cells) + len(base) <= _TOGETHER
    for forms in [[*catalogue.forms]] if is_small else [[name] for name in catalogue.forms]:
        cells, then = (frame[frame["form"].isin(forms)] for frame in (own.cells, base))
        if len(cells):
            found = [*check_magnitude(cells, then, catalogue), *check_suspicions(cells, then, catalogue)]
            findings += [*found, *check_leaps(cells, then, catalogue, found)]
    return findings


def _check_names(cells: "pd.DataFrame", base: "pd.DataFrame", catalogue: Catalogue) -> list[Finding]:
    """What the names of rows in the province's other forms, and last year's, make doubtful."""
    from pipeline.checks.absences import check_absences
    from pipeline.checks.names import Named, check_names, check_places
    from pipeline.checks.stand_ins import check_stand_ins

    named = Named.of(cells, base, catalogue)
    found = (
        check_places(cells, named, catalogue),
        check_names(cells, named),
        check_stand_ins(cells, named, catalogue),
        check_absences(cells, named, catalogue),
    )
    return [finding for findings in found for finding in findings]
