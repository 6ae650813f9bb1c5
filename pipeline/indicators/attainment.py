"""Every target beside every figure: met or missed, by how much, and how many cases that is."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.columns import TABLES
from pipeline.indicators.figures import decided
from pipeline.messages import Messages
from pipeline.model import DECIDED, MET, MISSED, Lang
from pipeline.periods import Period
from pipeline.plain import tuples
from pipeline.statistics.exact import exact
from pipeline.statistics.targets import CHANGE, PER_100K, SHARE, TOTAL, cases_to, rate_of_the_rest

if TYPE_CHECKING:
    import pandas as pd

_SCALES = {"change": CHANGE, "per_100k": PER_100K, "total": TOTAL}
_DECIDED_BY_VALUE = DECIDED | {"no_target"}
_ALL = ""  # the group of all targets together


def attainment(
    indicators: "pd.DataFrame",
    catalogue: Catalogue,
    period: Period,
    lang: Lang,
    windows: Mapping[str, tuple[date, date]] = MappingProxyType({}),
) -> "pd.DataFrame":
    """One row for each figure and each target that applies to it, binding and context, with `TABLES["attainment"]`.

    ``needed`` are the cases that a missed target lacks: more of the numerator where the target is to be reached, fewer
    where it is not to be passed; ``margin`` those that could still go the other way where it is met. ``days``: how long
    the needed cases take at the pace of the period's; ``rest_rate``: what share of the cases still to come this year
    would do, 0 where any does; ``pace``: what part of a year would come to in the whole year, of what grows towards a
    target. Both go by days: ``part_days`` of the figures, ``year_days`` of the year that a year's target refers to, and
    ``assumes`` says what that takes for granted; ``windows`` are the days of provinces that name them. Null where a
    whole number of cases says nothing (amounts, a share of targets) or none is enough (a share above the whole).
    """
    import pandas as pd

    say = Messages(lang)
    rows = [
        row
        for figure in indicators.itertuples()
        for target, role in _targets(catalogue, str(figure.indicator), period, str(figure.province))
        for window in [windows.get(str(figure.province), catalogue.window_of(period))]
        for row in [_row(figure, (target, role), catalogue, period, window, say)]
    ]
    return pd.DataFrame(rows, columns=list(TABLES["attainment"]))


def _targets(catalogue: Catalogue, indicator: str, period: Period, province: str) -> Iterator[tuple[Target, str]]:
    """The one that binds, then those of other issuers that are shown beside it."""
    binding, context = catalogue.targets_of(indicator, period, province)
    if binding is not None:
        yield binding, "binding"
    yield from ((target, "context") for target in context)


def _row(
    figure: object,
    target_role: tuple[Target, str],
    catalogue: Catalogue,
    period: Period,
    window: tuple[date, date],
    say: Messages,
) -> tuple[object, ...]:
    target, role = target_role
    indicator_id, province = (str(getattr(figure, name)) for name in ("indicator", "province"))
    value, numerator, denominator = (float(getattr(figure, n)) for n in ("value", "numerator", "denominator"))
    indicator, own = catalogue.indicators[indicator_id], str(figure.status)  # type: ignore[attr-defined]
    status = own if own not in _DECIDED_BY_VALUE else decided(value, target, period, catalogue)
    needed = _needed(indicator, target, numerator, denominator, catalogue) if status in DECIDED else None
    lacks, margin = _sides(needed, status)
    out_of_reach = indicator.proportion and target.op.startswith(">") and lacks > denominator - numerator
    lacks = math.nan if out_of_reach else lacks
    rest, pace, told = _whole_year(figure, target, catalogue, period, window)
    year = catalogue.year_of(period)
    return (
        period.id, province, _name(catalogue, province, say), indicator.group, indicator_id,
        _text(indicator.label, indicator_id, say), role, _text(target.issuer, "", say), target.op, target.value,
        value, value - target.value, status, lacks, margin,
        _days(indicator, target, lacks, numerator, window),
        rest, pace, target.source, float(_days_of(window)), float(_days_of(year)),
        _assumed(window, year, say, told),
    )  # fmt: skip


def _sides(needed: int | None, status: str) -> tuple[float, float]:
    """Cases that lack and cases to spare: one of the two is null."""
    if needed is None:
        return math.nan, math.nan
    return (math.nan, float(-needed)) if status == MET else (float(needed), math.nan)


def _name(catalogue: Catalogue, province: str, say: Messages) -> str:
    return catalogue.province_label(province).text(say.lang) if province else say("cli.cluster")


def _text(label: object, default: str, say: Messages) -> str:
    text = getattr(label, "text", None)
    return str(text(say.lang)) if text else default


def _needed(
    indicator: Indicator, target: Target, numerator: float, denominator: float, catalogue: Catalogue
) -> int | None:
    operands = indicator.operands(indicator.numerator)
    if not operands or any(catalogue.forms[form].columns[measure].kind != "count" for form, measure in operands):
        return None
    over = exact(0.0 if math.isnan(denominator) else denominator)
    return cases_to(exact(numerator), over, exact(target.value), target.op, _SCALES.get(indicator.kind, SHARE))


def _days(indicator: Indicator, target: Target, needed: float, numerator: float, window: tuple[date, date]) -> float:
    """Days that the needed cases take at the pace of the period; null where fewer cases are needed, not more."""
    is_share = indicator.kind in {"percent", "achievement"}
    if not is_share or not target.op.startswith(">") or math.isnan(needed) or not numerator > 0:
        return math.nan
    return needed * _days_of(window) / numerator


def _days_of(window: tuple[date, date]) -> int:
    return (window[1] - window[0]).days + 1


def _assumed(window: tuple[date, date], year: tuple[date, date], say: Messages, told: str) -> str:
    """What a figure for the whole year takes for granted, and which of its days the part does not begin with."""
    if not told:
        return ""
    start, end, first, last = (
        say("workbook.date", year=f"{d.year:04d}", month=f"{d.month:02d}", day=f"{d.day:02d}") for d in (*window, *year)
    )
    days, of = _days_of(window), _days_of(year)
    about = {"start": start, "end": end, "first": first, "last": last, "days": days, "of": of, "rest": of - days}
    said = [say(f"attainment.{told}", **about)]
    if window[0] > year[0]:
        said.append(say("attainment.begins_later", missing=(window[0] - year[0]).days, **about))
    if window[0] < year[0] or window[1] > year[1]:
        said.append(say("attainment.reaches_beyond", **about))
    return " ".join(said)


def _whole_year(
    figure: object, target: Target, catalogue: Catalogue, period: Period, window: tuple[date, date]
) -> tuple[float, float, str]:
    """The rate that the rest of the year needs, what the year comes to at this pace, and which of the two is told."""
    value, numerator, denominator = (float(getattr(figure, n)) for n in ("value", "numerator", "denominator"))
    indicator = catalogue.indicators[target.indicator]
    part = _days_of(window) / _days_of(catalogue.year_of(period))
    if math.isnan(value):
        return math.nan, math.nan, ""
    if catalogue.grows_to(target.indicator, target.op, period):
        return math.nan, value / part, "pace"
    if indicator.kind != "percent" or not target.op.startswith(">") or period.first_month != 1 or part >= 1:
        return math.nan, math.nan, ""
    rest = rate_of_the_rest(numerator, denominator, target.value, part)
    return (math.nan if rest is None or (indicator.proportion and rest > 1) else rest), math.nan, "rest"


def targets_met(table: "pd.DataFrame", catalogue: Catalogue, lang: Lang) -> "pd.DataFrame":
    """Of each province, and of each group of indicators, how many of the binding targets are met.

    ``table`` is that of `attainment`; the columns are `TABLES["targets_met"]`. ``of`` counts the targets whose
    indicator has a value over all that it needs, ``open`` the others: they are neither met nor missed.
    """
    import pandas as pd

    say = Messages(lang)
    binding = table[table["role"] == "binding"]
    rows: list[tuple[object, ...]] = []
    targets: dict[tuple[object, ...], list[tuple[str, str]]] = {}  # of each province: group and status
    for *key, group, status in tuples(binding, ["period", "province", "name", "group", "status"]):
        targets.setdefault(tuple(key), []).append((group, status))
    for (period, province, name), own in targets.items():
        for group in dict.fromkeys((_ALL, *(group for group, _ in own))):
            part = [status for of_group, status in own if group in (_ALL, of_group)]
            met, missed = (float(part.count(status)) for status in (MET, MISSED))
            label = _text(catalogue.settings.groups.get(group), group, say) if group else say("targets_met.all")
            rows.append((period, province, name, group, label, met, met + missed, len(part) - met - missed))
    return pd.DataFrame(rows, columns=list(TABLES["targets_met"])).astype({"met": float, "of": float, "open": float})
