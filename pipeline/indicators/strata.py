"""The clearance, or another share, by the rows of its form: what a standardisation and a decomposition are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.indicators.figures import Source
from pipeline.indicators.joined import Joined
from pipeline.indicators.numbers import Book
from pipeline.model import Said
from pipeline.statistics.exact import exact

Strata = dict[str, tuple[Fraction, Fraction]]  # member -> numerator, denominator


@dataclass(frozen=True)
class Rows:
    """The rows that an indicator is made of: one form's, by the one key that it lists."""

    form: str
    members: tuple[str, ...]


def rows_of(indicator: Indicator, catalogue: Catalogue) -> Rows | None:
    """The listed rows that an indicator adds up, two at least; None where its numbers are of no such form."""
    sides = (*indicator.operands(indicator.numerator), *indicator.operands(indicator.denominator))
    forms = {form for form, _ in sides}
    if indicator.kind != "percent" or len(forms) != 1:
        return None
    [name] = forms
    form = catalogue.forms[name]
    if form.layout != "table" or len(form.row_keys) != 1 or form.row_keys[0].listed is None:
        return None
    needed = catalogue.rows_of(name, indicator.rows) or form.added_up
    # Rows of which one is part of another would be counted twice.
    apart = all(form.members[row].part_of not in needed for row in needed if row in form.members)
    known = all(row in form.members for row in needed)
    return Rows(name, needed) if len(needed) > 1 and apart and known else None


def strata_of(indicator: Indicator, rows: Rows, province: str, book: Book | Joined) -> Strata | None:
    """Numerator and denominator of each row of a province but those not applicable; None where a number lacks."""
    sides = (indicator.operands(indicator.numerator), indicator.operands(indicator.denominator))
    found: Strata = {}
    for member in rows.members:
        top, bottom = book.sums(province, sides, (member,))
        if not (top.complete and bottom.complete):
            return None
        if top.have and bottom.have:
            found[member] = (exact(top.value), exact(bottom.value))
    return found or None


def strata_before(indicator: Indicator, rows: Rows, province: str, source: Source) -> Strata | None:
    """The same of a year before, whole from one vintage: the one that is preferred first."""
    found = (strata_of(indicator, rows, province, book) for _, book in source.vintages(indicator, province))
    return next((strata for strata in found if strata is not None), None)


def shared(parts: Mapping[str, Strata]) -> dict[str, Strata]:
    """The strata of several provinces without the rows that are not applicable in one of them."""
    common = set.intersection(*(set(strata) for strata in parts.values())) if parts else set()
    return {p: {row: sides for row, sides in strata.items() if row in common} for p, strata in parts.items()}


def gaps_of(parts: Mapping[str, Strata], rows: Rows, catalogue: Catalogue) -> dict[str, list[Said]]:
    """Why each province has no standardised rate or no decomposition, or one that is not of all rows, in sentences."""
    members = catalogue.forms[rows.form].members
    standard, everything = summed(shared(parts)), summed(parts)
    without = {row: [one for one, strata in parts.items() if row not in strata] for row in everything}
    over_nothing = {
        row: [one for one, strata in parts.items() if row in strata and _is_over_nothing(strata[row])]
        for row in everything
    }
    found: dict[str, list[Said]] = {}
    for province, own in parts.items():
        told: list[tuple[str, str, list[str]]] = []
        for row, sides in everything.items():
            # What has no rate in the whole cluster leaves each gap to it without parts.
            broken = [one for one in over_nothing[row] if one == province or _is_over_nothing(sides)]
            if without[row]:
                told.append(("left_out", row, without[row]))
            elif standard[row][1] and not own[row][1]:
                told.append(("no_cases", row, [province]))
            if broken:
                told.append(("over_nothing", row, broken))
        found[province] = [
            Said(f"comparison.{why}", {"row": members[row].name, "provinces": [*map(catalogue.province_label, whose)]})
            for why, row, whose in told
        ]
    return found


def _is_over_nothing(sides: tuple[Fraction, Fraction]) -> bool:
    return bool(sides[0]) and not sides[1]


def summed(parts: Mapping[str, Strata]) -> Strata:
    """The strata of several provinces added up."""
    found: Strata = {}
    for strata in parts.values():
        for member, (top, bottom) in strata.items():
            one, other = found.get(member, (Fraction(), Fraction()))
            found[member] = (one + top, other + bottom)
    return found
