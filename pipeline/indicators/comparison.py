"""Which differences between provinces are more than chance, and how much of them is the mix of the cases."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.columns import TABLES
from pipeline.indicators.figures import PER, Source, counts_mixed
from pipeline.indicators.strata import Strata, gaps_of, rows_of, shared, strata_of, summed
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.statistics.effects import standardised
from pipeline.statistics.funnel import BINOMIAL, POISSON, Limits, dispersion, limits, overdispersed
from pipeline.statistics.intervals import change_of_counts, poisson, wilson
from pipeline.statistics.ranks import rank_ranges

if TYPE_CHECKING:
    import pandas as pd

_NONE, _CHANGE, _COUNT = "none", "change", "count"


def _of_a_count(count: float, _: float) -> tuple[float, float] | None:
    return poisson(count, 1)


_LAWS = {BINOMIAL: wilson, POISSON: poisson, _CHANGE: change_of_counts, _COUNT: _of_a_count}
_COMPARED = frozenset({"percent", "per_100k", "change", "total"})
_NO_LIMITS = Limits(math.nan, math.nan, math.nan, math.nan)
_NUMBERS = (
    "numerator", "denominator", "value", "low", "high", "centre", "lower95", "upper95", "lower998", "upper998",
    "target", "target_lower95", "target_upper95", "target_lower998", "target_upper998", "dispersion",
    "standardised", "rank", "rank_best", "rank_worst", "small", "chance",
)  # fmt: skip


@dataclass(frozen=True)
class _Figure:
    """One province's figure, as the frame of indicators has it."""

    province: str
    numerator: float
    denominator: float
    value: float
    target: float
    rank: float
    used: float


def comparison(indicators: "pd.DataFrame", source: Source, lang: Lang) -> "pd.DataFrame":
    """Each rate, change and count of each province and of the cluster, with the columns `TABLES["comparison"]`.

    Intervals are Wilson's where the numerator is a part of the denominator (``proportion``) and is nowhere larger, else
    exact ones of Poisson's law: of a count, of one over the denominator or, of a change, of two; amounts have none.
    ``chance``: whether the interval of a change holds no change at all. Limits (of a funnel) are exact, around the
    cluster's own rate and around the binding target; changes have none. ``dispersion`` says how many times chance the
    spread is; limits are not widened by it.
    """
    import pandas as pd

    catalogue = source.catalogue
    # Counts, of which there is least to say, come last.
    compared = [
        (name, indicator, _figures(indicators[indicators["indicator"] == name]))
        for name, indicator in sorted(catalogue.indicators.items(), key=lambda one: one[1].kind == "total")
        if indicator.kind in _COMPARED
    ]
    strata = _strata(compared, source)
    rows: list[tuple[object, ...]] = []
    for name, indicator, figures in compared:
        rows.extend(_Compared(name, indicator, figures, source, strata.get(name, {}), Messages(lang)).rows())
    return pd.DataFrame(rows, columns=list(TABLES["comparison"])).astype(dict.fromkeys(_NUMBERS, "float64"))


def _strata(
    compared: Sequence[tuple[str, Indicator, Sequence[_Figure]]], source: Source
) -> dict[str, dict[str, Strata]]:
    """Of each indicator that is made of listed rows the numbers by row of the provinces that have a value.

    Made one province after the other: its numbers are let go after it.
    """
    made_of = {name: made for name, indicator, _ in compared if (made := rows_of(indicator, source.catalogue))}
    asked = {name: {f.province: f for f in figures if f.province} for name, _, figures in compared if name in made_of}
    found: dict[str, dict[str, Strata]] = {name: {} for name in made_of}
    provinces = dict.fromkeys(province for figures in asked.values() for province in figures)
    for province, (name, rows) in product(provinces, made_of.items()):
        figure = asked[name].get(province)
        if figure is None or math.isnan(figure.value):
            continue
        if own := strata_of(source.catalogue.indicators[name], rows, province, source.now):
            found[name][province] = own
    return found


def _figures(own: "pd.DataFrame") -> list[_Figure]:
    names = ("numerator", "denominator", "value", "target", "rank", "used")
    columns = [own[name].astype("float64").tolist() for name in names]
    return [_Figure(p, *numbers) for p, *numbers in zip(own["province"], *columns, strict=True)]


class _Compared:
    """One indicator: what the method is, the cluster's own rate, and what each province is beside it."""

    def __init__(
        self,
        name: str,
        indicator: Indicator,
        figures: Sequence[_Figure],
        source: Source,
        strata: Mapping[str, Strata],
        say: Messages,
    ) -> None:
        """``strata`` are the provinces' numbers by row, where the indicator is made of listed rows."""
        self._name, self._indicator, self._source, self._say = name, indicator, source, say
        self._figures = [figure for figure in figures if not math.isnan(figure.value)]
        self._own = [figure for figure in self._figures if figure.province]
        self._cluster = next((figure for figure in self._figures if not figure.province), None)
        is_share = indicator.kind == "percent"
        # Of a part over a whole of 0 there is no value, but it is in the cluster's.
        self._exceeds = is_share and any(f.numerator > f.denominator for f in figures if f.province)
        self._method = _method(indicator, source.catalogue, exceeds=self._exceeds)
        members = source.catalogue.members_on(source.period)
        self._apart = counts_mixed(indicator, members, source.catalogue, source.period)
        self._centre = self._cluster.value if self._cluster and not self._apart else math.nan
        self._has_limits = self._method in {BINOMIAL, POISSON}
        self._scale = PER if indicator.kind == "per_100k" else 1
        self._phi = self._dispersion()
        self._rows = rows_of(indicator, source.catalogue) if self._method not in {_NONE, _COUNT} else None
        self._of_rows = strata
        self._strata = {} if self._rows is None else dict(strata)
        self._standards = self._standardised()
        self._gaps = gaps_of(self._strata, self._rows, source.catalogue) if self._rows else {}
        self._above = self._rows_above()
        self._ranges = self._rank_ranges()

    def rows(self) -> list[tuple[object, ...]]:
        """The indicator's rows, the cluster's last."""
        return [self._row(figure) for figure in self._figures]

    def _interval(self, figure: _Figure) -> tuple[float, float]:
        law = _LAWS.get(self._method)
        low, high = (law and law(figure.numerator, figure.denominator)) or (math.nan, math.nan)
        return low * self._scale, high * self._scale

    def _dispersion(self) -> float:
        if not self._has_limits or math.isnan(self._centre):
            return math.nan
        counts = [(figure.numerator, figure.denominator) for figure in self._own]
        found = dispersion(counts, self._centre / self._scale, self._method)
        return math.nan if found is None else found

    def _rank_ranges(self) -> dict[str, tuple[int, int]]:
        ranked = [figure for figure in self._own if not math.isnan(figure.rank)]
        intervals = [self._interval(figure) for figure in ranked]
        if self._method == _NONE or any(math.isnan(low) for low, _ in intervals):
            return {}
        ranges = rank_ranges(intervals, higher_is_better=self._higher_is_better(ranked))
        return dict(zip((figure.province for figure in ranked), ranges, strict=True))

    def _higher_is_better(self, ranked: Sequence[_Figure]) -> bool:
        if self._indicator.better:
            return self._indicator.better == "higher"
        best = min(ranked, key=lambda figure: figure.rank, default=None)
        return best is not None and best.value == max(figure.value for figure in ranked)

    def _standardised(self) -> dict[str, float]:
        """Each province's rate with the cluster's mix of the rows that all have; none where a row's is not known."""
        alike = shared(self._strata)
        standard = summed(alike)
        rates = {province: standardised(part, standard) for province, part in alike.items()}
        return {province: float(rate) for province, rate in rates.items() if rate is not None}

    def _around(self, rate: float, figure: _Figure) -> Limits:
        if not self._has_limits or math.isnan(rate) or not figure.province:
            return _NO_LIMITS
        found = limits(rate / self._scale, figure.denominator, self._method)
        return Limits(*(bound * self._scale for bound in astuple(found))) if found else _NO_LIMITS

    def _row(self, figure: _Figure) -> tuple[object, ...]:
        say, catalogue = self._say, self._source.catalogue
        around, target = self._around(self._centre, figure), self._around(figure.target, figure)
        label = self._indicator.label
        name = catalogue.province_label(figure.province).text(say.lang) if figure.province else say("cli.cluster")
        best, worst = self._ranges.get(figure.province, (math.nan, math.nan))
        small = self._cases(figure) < catalogue.settings.small_numbers
        low, high = self._interval(figure)
        chance = math.nan if self._method != _CHANGE else float(low <= 0 <= high)
        return (
            self._source.period.id, self._name, label.text(say.lang) if label else self._name, figure.province, name,
            figure.numerator, figure.denominator, figure.value, self._method, low, high, self._centre,
            around.lower95, around.upper95, around.lower998, around.upper998, _place(around, figure.value),
            figure.target, target.lower95, target.upper95, target.lower998, target.upper998,
            _place(target, figure.value), self._phi, self._standards.get(figure.province, math.nan), figure.rank,
            best, worst, float(small), chance, self._caveat(figure.province, small=small, chance=chance == 1),
        )  # fmt: skip

    def _cases(self, figure: _Figure) -> float:
        """The number of which one more or less changes the figure most."""
        if self._indicator.kind == "percent":
            return figure.denominator
        if self._method == _COUNT:
            return figure.numerator
        return math.inf if self._method == _NONE else min(figure.numerator, figure.denominator)

    def _rows_above(self) -> list[str]:
        """The rows in which a part exceeds its whole, though the whole indicator does not, with their figures."""
        rows = rows_of(self._indicator, self._source.catalogue)
        if rows is None or not self._indicator.proportion or self._exceeds:
            return []
        members, lang = self._source.catalogue.forms[rows.form].members, self._say.lang
        names = {f.province: self._source.catalogue.province_label(f.province).text(lang) for f in self._own}
        return [
            f"{names[figure.province]}, {members[row].name.text(lang)}: {top}/{of}"
            for figure in self._own
            for row, (top, of) in self._of_rows.get(figure.province, {}).items()
            if top > of
        ]

    def _law(self) -> str:
        """The key of what is said of the interval's law; empty of the usual one."""
        if self._exceeds and self._method == POISSON:
            return "comparison.above_whole"
        ratio = "no_part" if self._indicator.kind == "percent" else "per_people"
        keys = {POISSON: ratio, _CHANGE: "change", _COUNT: "count", _NONE: "amount"}
        return f"comparison.{keys[self._method]}" if self._method in keys else ""

    def _caveat(self, province: str, *, small: bool, chance: bool) -> str:
        """What is to be said beside the figure, in sentences."""
        say, note = self._say, self._indicator.note
        phi = self._phi
        said = [note.text(say.lang)] if note else []
        if law := self._law():
            said.append(say(law))
        if self._apart:
            said.append(say("comparison.population_mixed"))
        if self._above:
            said.append(say("comparison.row_above", rows=self._above))
        members = len(self._source.catalogue.members_on(self._source.period))
        if self._cluster and self._cluster.used < members:
            said.append(say("comparison.covers", used=int(self._cluster.used), expected=members))
        said.extend(say(gap.key, **gap.params) for gap in self._gaps.get(province, ()))
        # What follows from the figures comes last: the workbook has it as formulas.
        if chance:
            said.append(say("comparison.chance"))
        if not math.isnan(phi) and overdispersed(phi, len(self._own)):
            said.append(say("comparison.overdispersed", factor=say.number(phi, 1)))
        if small:
            said.append(say("comparison.small", least=self._source.catalogue.settings.small_numbers))
        return " ".join(said)


def _place(around: Limits, value: float) -> str:
    return "" if around is _NO_LIMITS else around.place(value)


def _method(indicator: Indicator, catalogue: Catalogue, *, exceeds: bool) -> str:
    """Binomial for a part of a whole, Poisson's law for other counts, both of a change, one; none for amounts."""
    sides = (*indicator.operands(indicator.numerator), *indicator.operands(indicator.denominator))
    if any(catalogue.forms[form].columns[measure].kind != "count" for form, measure in sides):
        return _NONE
    if indicator.kind in {"change", "total"}:
        return _CHANGE if indicator.kind == "change" else _COUNT
    return BINOMIAL if indicator.proportion and not exceeds else POISSON
