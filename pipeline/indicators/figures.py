"""One indicator of one province, or of the cluster: numerator, denominator, value, and why there is none."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.indicators.numbers import Book, Side, Sum, exact, exact_sum
from pipeline.model import Said
from pipeline.periods import Period

NO_DATA, INCOMPLETE, NOT_COMPARABLE = "no_data", "incomplete", "not_comparable"
PER = 100_000
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

    @property
    def has_value(self) -> bool:
        """Whether there is a value."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Source:
    """Where an indicator's numbers are: about the period, and about the year before by two vintages."""

    catalogue: Catalogue
    period: Period
    now: Book
    stated: Book  # last year as this year's submissions state it
    reported: Book  # last year as it was reported then


def meets(value: float, target: Target) -> bool:
    """Whether an unrounded value meets a target; exactly on it is met (not for ``<`` and ``>``)."""
    return _MEETS[target.op](value, target.value)


def figure_of(indicator: Indicator, province: str, source: Source) -> Figure:
    """An indicator of one province, all kinds but ``all_met``."""
    if indicator.kind == "change":
        this, base = _this_and_base(indicator, province, source)
        return _finish(indicator, this, base, base_lacks=not base.complete)
    sums = source.now.sums(province, _sides(indicator), indicator.rows)
    if indicator.kind == "per_100k":
        return _finish(indicator, sums[0], _population(province, source))
    return _finish(indicator, sums[0], sums[1] if len(sums) > 1 else Sum(have=1))


def previous_of(indicator: Indicator, province: str, source: Source) -> Figure:
    """The same indicator a year before: from one vintage whole, the one stated now before the one reported then."""
    figures = [
        figure_of(indicator, province, replace(source, now=book, period=source.period.year_before))
        for book in (source.stated, source.reported)
    ]
    return next((figure for figure in figures if figure.used), figures[-1])


def _sides(indicator: Indicator) -> tuple[Side, ...]:
    sides = [indicator.operands(indicator.numerator)]
    if indicator.kind in {"percent", "achievement"}:
        sides.append(indicator.operands(indicator.denominator))
    return tuple(sides)


def _this_and_base(indicator: Indicator, province: str, source: Source) -> tuple[Sum, Sum]:
    """Sums of this year and of last year, the latter whole from one vintage: as stated now, else as reported then."""
    sides, rows = _sides(indicator), indicator.rows
    for book in (source.stated, source.reported):
        # A row that is not applicable in one year leaves the other too.
        this = source.now.sums(province, sides, rows, book.not_applicable(province, sides))
        base = book.sums(province, sides, rows, source.now.not_applicable(province, sides))
        if base[0].complete:
            return this[0], base[0]
    return source.now.sums(province, sides, rows)[0], base[0]


def _population(province: str, source: Source) -> Sum:
    """People on the newest date up to the period's last day, else on the oldest."""
    counts = sorted(source.catalogue.provinces[province].population, key=lambda p: p.at)
    upto = [p for p in counts if p.at <= source.period.end]
    chosen = upto[-1] if upto else counts[0] if counts else None
    return Sum(chosen.value, 1) if chosen else Sum(lacking=("population",))


def _finish(indicator: Indicator, top: Sum, bottom: Sum, *, base_lacks: bool = False) -> Figure:
    lacking = top.lacking if base_lacks else (*top.lacking, *bottom.lacking)
    if lacking:
        # Whether anything came is asked of this period's rows, not of last year's and not of the population.
        is_ratio = indicator.kind in {"percent", "achievement"}
        nothing = not top.have and not (is_ratio and bottom.have)
        params = {"cells": [*lacking[:3], *(["..."] if len(lacking) > 3 else [])], "count": len(lacking)}
        return Figure(status=NO_DATA if nothing else INCOMPLETE, reason=Said("reason.lacking", params))
    if base_lacks:
        return Figure(top.value, status=NOT_COMPARABLE, reason=Said("reason.no_base"), base_lacks=True)
    if not top.have or not bottom.have:
        return Figure(status=NOT_COMPARABLE, used=1, reason=Said("reason.not_applicable"))
    if indicator.kind == "total":
        return Figure(top.value, value=top.value, used=1)
    return ratio(indicator, top.value, bottom.value, 1, 1)


def ratio(indicator: Indicator, top: float, bottom: float, used: int, expected: int) -> Figure:
    """The value of two sums, rounded once, so that what is exactly on a target equals it; none over zero."""
    figure = Figure(top, bottom, used=used, expected=expected)
    if bottom == 0:
        key = "reason.base_zero" if indicator.kind == "change" else "reason.denominator_zero"
        return replace(figure, status=NOT_COMPARABLE, reason=Said(key))
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
    figure = Figure(top, value=top, used=len(used), expected=expected)
    if not counted:
        reason = Said("reason.not_applicable")
        figure = Figure(status=NOT_COMPARABLE, used=len(used), expected=expected, reason=reason)
    elif indicator.kind != "total":
        figure = ratio(indicator, top, exact_sum(f.denominator for f in counted), len(used), expected)
    if len(used) == expected:
        return figure
    absent = [catalogue.province_label(province) for province, f in figures.items() if not f.used]
    reason = Said("reason.some_provinces", {"used": len(used), "expected": expected, "absent": absent})
    return replace(figure, status=INCOMPLETE, reason=reason)


def _no_cluster(figures: Sequence[Figure], expected: int) -> Figure:
    if figures and all(f.base_lacks or f.status == NO_DATA for f in figures) and any(f.base_lacks for f in figures):
        return Figure(status=NOT_COMPARABLE, used=0, expected=expected, reason=Said("reason.no_base"))
    status = NO_DATA if all(f.status == NO_DATA for f in figures) else INCOMPLETE
    reason = Said("reason.no_province", {"expected": expected})
    return Figure(status=status, used=0, expected=expected, reason=reason)
