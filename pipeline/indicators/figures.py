"""One indicator of one province, or of the cluster: numerator, denominator, value, and why there is none."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.indicators.joined import Joined
from pipeline.indicators.numbers import Book, Lack, Side, Sum
from pipeline.model import MET, MISSED, UNDER_WAY, Said
from pipeline.periods import Period
from pipeline.statistics.exact import exact, exact_sum

NO_DATA, INCOMPLETE, NOT_COMPARABLE = "no_data", "incomplete", "not_comparable"
STATED, REPORTED = "stated", "reported"  # vintages of last year's figures
POPULATION_BASIS, UNVERIFIED = "reason.population_basis", "reason.base_unverified"
PER = 100_000
_NAMED = 3  # numbers that lack, of which one can still read the names
_MEETS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, target: value >= target,
    "<=": lambda value, target: value <= target,
    ">": lambda value, target: value > target,
    "<": lambda value, target: value < target,
}


@dataclass(frozen=True)
class Figure:
    """The value of an indicator; NaN with a status where there is none."""

    numerator: float = math.nan
    denominator: float = math.nan
    value: float = math.nan
    status: str = ""  # empty: there is a value that nothing speaks against
    used: int = 0
    expected: int = 1
    reason: Said | None = None
    base_lacks: bool = False
    absent: tuple[str, ...] = ()  # units of a province formed since, whose numbers of then lack
    over_nothing: tuple[str, ...] = ()  # provinces of the cluster that add a numerator, but a denominator of 0
    not_counted: tuple[str, ...] = ()  # provinces of the cluster that add nothing, for it is not applicable there
    vintage: str = ""  # where last year's figure is from

    @property
    def has_value(self) -> bool:
        """Whether there is a value."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Source:
    """Where an indicator's numbers are: about the period, and about the year before by two vintages."""

    catalogue: Catalogue
    period: Period
    now: Book | Joined
    stated: Book | Joined  # last year as this year's submissions state it
    reported: Joined  # last year as it was reported then, by what the provinces were then

    def merged(self, province: str) -> tuple[str, ...]:
        """The units that a province was formed from since last year; empty where it was the same then."""
        then = self.catalogue.units_on(province, self.period.year_before)
        return then if len(then) > 1 and then != self.catalogue.units_on(province, self.period) else ()

    def vintages(self, indicator: Indicator, province: str) -> tuple[tuple[str, Book | Joined], ...]:
        """Last year's numbers of an indicator by where they are from, those that are preferred first.

        Over a merger the sums of what was reported: what the new province states may leave one of its parts out, and is
        taken only where nothing was reported that could tell.
        """
        stated, reported = (STATED, self.stated), (REPORTED, self.reported)
        if units := self.merged(province):
            sums = self.reported.sums(province, sides_of(indicator), indicator.rows)
            came = any(one.have or len(one.absent) < len(units) for one in sums)
            return (reported,) if came else (reported, stated)
        return (stated, reported) if self.catalogue.settings.compare_with == STATED else (reported, stated)


def meets(value: float, target: Target) -> bool:
    """Whether an unrounded value meets a target; exactly on it is met (not for ``<`` and ``>``)."""
    return _MEETS[target.op](value, target.value)


def decided(value: float, target: Target, period: Period, catalogue: Catalogue) -> str:
    """Whether a value meets a target, misses it, or has the rest of the year to meet it."""
    if meets(value, target):
        return MET
    return UNDER_WAY if catalogue.grows_to(target.indicator, target.op, period) else MISSED


def figure_of(indicator: Indicator, province: str, source: Source) -> Figure:
    """An indicator of one province, all kinds but ``all_met``."""
    if indicator.kind == "change":
        this, base, vintage = this_and_base(indicator, province, source)
        figure = replace(_finish(indicator, this, base, base_lacks=not base.complete), vintage=vintage)
        return _of_vintage(figure, province, source)
    sums = source.now.sums(province, sides_of(indicator), indicator.rows)
    if indicator.kind == "per_100k":
        return _finish(indicator, sums[0], _population(province, source))
    return _finish(indicator, sums[0], sums[1] if len(sums) > 1 else Sum(have=1))


def previous_of(indicator: Indicator, province: str, source: Source) -> Figure:
    """The same indicator a year before: from one vintage whole, the one that is preferred first."""
    before = source.period.year_before
    if indicator.kind == "per_100k" and not counts_alike(province, source.catalogue, source.period, before):
        return Figure(reason=Said(POPULATION_BASIS))
    figures = [
        replace(figure_of(indicator, province, replace(source, now=book, period=before)), vintage=vintage)
        for vintage, book in source.vintages(indicator, province)
    ]
    # What lacks is told of the units that a province was formed from, wherever they would have been preferred.
    found = next((f for f in figures if f.used), next((f for f in figures if f.absent), figures[-1]))
    return _of_vintage(found, province, source)


def _of_vintage(figure: Figure, province: str, source: Source) -> Figure:
    """Says that last year's figure, as a province that was formed since states it, stands alone."""
    units = source.merged(province)
    if not (figure.has_value and figure.vintage == STATED and units):
        return figure
    return replace(figure, reason=Said(UNVERIFIED, {"units": units, "period": source.period.year_before.id}))


def sides_of(indicator: Indicator) -> tuple[Side, ...]:
    """What is summed above and below the line; of a change and of a rate over a population only what is above."""
    sides = [indicator.operands(indicator.numerator)]
    if indicator.kind in {"percent", "achievement"}:
        sides.append(indicator.operands(indicator.denominator))
    return tuple(sides)


def this_and_base(indicator: Indicator, province: str, source: Source) -> tuple[Sum, Sum, str]:
    """Sums of this year and of last year, the latter whole from one vintage, and which one that is."""
    sides, rows = sides_of(indicator), indicator.rows
    bases: list[Sum] = []
    for vintage, book in source.vintages(indicator, province):
        # A row that is not applicable in one year leaves the other too.
        this = source.now.sums(province, sides, rows, book.not_applicable(province, sides))
        base = book.sums(province, sides, rows, source.now.not_applicable(province, sides))
        if base[0].complete:
            return this[0], base[0], vintage
        bases.append(base[0])
    told = next((base for base in bases if base.absent), bases[-1])
    return source.now.sums(province, sides, rows)[0], told, ""


def bases_of(provinces: Iterable[str], catalogue: Catalogue, period: Period) -> set[str]:
    """Who is counted in the populations that rates of the period are taken over."""
    units = (unit for province in provinces for unit in catalogue.units_on(province, period))
    counts = (catalogue.provinces[unit].people_on(period.end) for unit in units)
    return {count.basis for count in counts if count}


def counts_alike(province: str, catalogue: Catalogue, period: Period, other: Period) -> bool:
    """Whether the populations that rates of two periods are taken over count the same people."""
    return bases_of([province], catalogue, period) == bases_of([province], catalogue, other)


def counts_mixed(indicator: Indicator, provinces: Iterable[str], catalogue: Catalogue, period: Period) -> bool:
    """Whether rates of these provinces are taken over populations that count different people: none is a rank."""
    return indicator.kind == "per_100k" and len(bases_of(provinces, catalogue, period)) > 1


def _population(province: str, source: Source) -> Sum:
    """People of the province's units of then, each on the newest date up to the period's last day, else the oldest."""
    units = source.catalogue.units_on(province, source.period)
    counts = [source.catalogue.provinces[unit].people_on(source.period.end) for unit in units]
    absent = tuple(unit for unit, count in zip(units, counts, strict=True) if count is None)
    if absent:
        return Sum(lacking=(Lack(),), absent=absent if len(units) > 1 else ())
    return Sum(exact_sum(count.value for count in counts if count), 1)


def _finish(indicator: Indicator, top: Sum, bottom: Sum, *, base_lacks: bool = False) -> Figure:
    lacking = top.lacking if base_lacks else (*top.lacking, *bottom.lacking)
    if lacking:
        # Whether anything came is asked of this period's rows, not of last year's and not of the population.
        is_ratio = indicator.kind in {"percent", "achievement"}
        nothing = not top.have and not (is_ratio and bottom.have)
        absent = (*top.absent, *bottom.absent)
        status = NO_DATA if nothing else INCOMPLETE
        return Figure(status=status, reason=_lacking(lacking), absent=tuple(dict.fromkeys(absent)))
    if base_lacks:
        figure = Figure(top.value, status=NOT_COMPARABLE, base_lacks=True, absent=bottom.absent)
        return replace(figure, reason=Said("reason.no_base"))
    if not top.have or not bottom.have:
        return Figure(status=NOT_COMPARABLE, used=1, reason=Said("reason.not_applicable"))
    if indicator.kind == "total":
        return Figure(top.value, value=top.value, used=1)
    return ratio(indicator, top.value, bottom.value, 1, 1)


def _lacking(lacking: Sequence[Lack]) -> Said:
    """Which numbers lack, the first of them by name; a form of which nothing came is named once, as a whole."""
    told = tuple(dict.fromkeys(lack.told for lack in lacking))
    key = "reason.lacking" if any(lack.alone for lack in lacking) else "reason.no_form"
    return Said(key, {"numbers": told[:_NAMED], "more": len(told) > _NAMED, "count": len(lacking)})


def ratio(indicator: Indicator, top: float, bottom: float, used: int, expected: int) -> Figure:
    """The value of two sums, rounded once, so that what is exactly on a target equals it; none over zero."""
    figure = Figure(top, bottom, used=used, expected=expected)
    if bottom == 0:
        key = "reason.base_zero" if indicator.kind == "change" else "reason.denominator_zero"
        params = {"value": top} if indicator.kind == "change" else {}
        return replace(figure, status=NOT_COMPARABLE, reason=Said(key, params))
    share = exact(top) / exact(bottom)
    if indicator.kind == "change":
        share -= 1
    return replace(figure, value=float(share * PER if indicator.kind == "per_100k" else share))


def cluster_of(indicator: Indicator, figures: dict[str, Figure], catalogue: Catalogue) -> Figure:
    """The cluster's figure: sums over the provinces that lack nothing, divided last."""
    used = [f for f in figures.values() if f.used]
    expected = len(figures)
    if not used:
        return _no_cluster(list(figures.values()), expected)
    counted = [f for f in used if not math.isnan(f.numerator)]  # the others: not applicable there
    top = exact_sum(f.numerator for f in counted)
    apart = tuple(p for p, f in figures.items() if f.used and math.isnan(f.numerator))
    figure = Figure(top, value=top, used=len(used), expected=expected, not_counted=apart)
    if not counted:
        reason = Said("reason.not_applicable")
        figure = Figure(status=NOT_COMPARABLE, used=len(used), expected=expected, reason=reason)
    elif indicator.kind != "total":
        figure = ratio(indicator, top, exact_sum(f.denominator for f in counted), len(used), expected)
        figure = replace(figure, over_nothing=_over_nothing(indicator, figures), not_counted=apart)
    if len(used) == expected:
        return figure if figure.reason else replace(figure, reason=_unverified(used))
    absent = [catalogue.province_label(province) for province, f in figures.items() if not f.used]
    reason = Said("reason.some_provinces", {"used": len(used), "expected": expected, "absent": absent})
    return replace(figure, status=INCOMPLETE, reason=reason)


def _over_nothing(indicator: Indicator, figures: dict[str, Figure]) -> tuple[str, ...]:
    """The provinces whose part of a cluster's ratio is a numerator only; a change from 0 has two whole sums."""
    if indicator.kind == "change":
        return ()
    return tuple(p for p, f in figures.items() if f.used and f.denominator == 0 and f.numerator != 0)


def _unverified(figures: Iterable[Figure]) -> Said | None:
    """The reason that holds of a sum where last year's figure of a province in it stands alone."""
    told = [figure.reason.params for figure in figures if figure.reason and figure.reason.key == UNVERIFIED]
    units = [unit for params in told for unit in cast("tuple[str, ...]", params["units"])]
    return Said(UNVERIFIED, {**told[0], "units": tuple(dict.fromkeys(units))}) if told else None


def _no_cluster(figures: Sequence[Figure], expected: int) -> Figure:
    if figures and all(f.base_lacks or f.status == NO_DATA for f in figures) and any(f.base_lacks for f in figures):
        return Figure(status=NOT_COMPARABLE, used=0, expected=expected, reason=Said("reason.no_base"))
    status = NO_DATA if all(f.status == NO_DATA for f in figures) else INCOMPLETE
    reason = Said("reason.no_province", {"expected": expected})
    return Figure(status=status, used=0, expected=expected, reason=reason)
