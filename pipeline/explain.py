"""Takes a figure apart: its formula, the cells that it is a sum of, what was found at them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import UnknownNameError, UsageError
from pipeline.model import MEMBER, Consolidation, Said
from pipeline.nearest import named
from pipeline.periods import Period
from pipeline.statistics.exact import exact_sum
from pipeline.text import slug

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue
    from pipeline.catalogue.models import Indicator
    from pipeline.labels import Label

_FEW = 8  # names of which a text may be words
TOP, BOTTOM = "numerator", "denominator"
# What a figure's cells are told with, after the side of the formula on which each stands.
CELLS = ("side", "province", "form", "row", "label", "measure", "value", "state", "raw", "file", "sheet", "cell")


class Side(NamedTuple):
    """One side of a figure's formula: what was consolidated, and what its cells add up to; NaN where there is none."""

    name: str
    stated: float
    summed: float

    @property
    def agrees(self) -> bool:
        """Whether the cells give what was consolidated."""
        return self.stated == self.summed


@dataclass(frozen=True)
class Explanation:
    """A figure and what it is made of.

    ``figure`` is its row of the indicators; ``cells`` (columns `CELLS`) are the cells of both sides, one row each;
    ``findings`` are those at these cells, with the columns of the findings; ``parts`` the indicators that it joins.
    """

    indicator: str
    province: str
    figure: "pd.Series[object]"
    cells: "pd.DataFrame"
    findings: "pd.DataFrame"
    sides: tuple[Side, ...]
    parts: tuple[str, ...] = ()


def sought(catalogue: "Catalogue", period: Period, indicator: str, province: str = "") -> tuple[str, str]:
    """The ids of an indicator and a province that were typed: as an id, or as a name however it is written.

    Raises `UnknownNameError` where the catalogue has none of that name, or the province is no member then.
    """
    indicators = {name: model.label for name, model in catalogue.indicators.items()}
    which = named(indicator, _names(indicators))
    if not which:
        raise _unknown("error.unknown_indicator", indicator, indicators, indicator=indicator)
    return which, sought_province(catalogue, period, province) if province else ""


def sought_province(catalogue: "Catalogue", period: Period, province: str) -> str:
    """The id of a province that was typed. Raises `UnknownNameError` for what is no member in that period."""
    members = {member: catalogue.province_label(member) for member in catalogue.members_on(period)}
    who = named(province, _names(members))
    if not who:
        raise _unknown("error.unknown_province", province, members, province=province)
    return who


def _names(labels: "Mapping[str, Label | None]") -> dict[str, tuple[str, ...]]:
    return {one: label.all if label else () for one, label in labels.items()}


def _unknown(key: str, typed: str, labels: "Mapping[str, Label | None]", **params: object) -> UnknownNameError:
    """What is said of a name that nothing has: it may be misspelt, or be words of a few names."""
    words, known = set(slug(typed).split("-")), _names(labels)
    parts = [one for one, names in known.items() if any(words <= set(slug(n).split("-")) for n in (one, *names))]
    spelt = [*known, *(name for names in known.values() for name in names)]
    listed = [Said("error.named", {"id": one, "name": label}) if label else one for one, label in labels.items()]
    return UnknownNameError(key, typed, spelt, meant=parts if len(parts) <= _FEW else (), known=listed, **params)


def explain(done: Consolidation, catalogue: "Catalogue", indicator: str, province: str = "") -> Explanation:
    """What an indicator of a province is made of; of the cluster where none is named.

    Both are ids (`sought`). Raises `UsageError` for what the consolidation does not have.
    """
    own = done.indicators[(done.indicators["indicator"] == indicator) & (done.indicators["province"] == province)]
    if own.empty or indicator not in catalogue.indicators:
        raise UsageError("error.no_figure", period=done.period, indicator=indicator, province=province or "-")
    model, figure = catalogue.indicators[indicator], own.iloc[0]
    cells = _cells(done, catalogue, model, province)
    sides = () if model.kind == "all_met" else _sides(model, figure, cells)
    return Explanation(indicator, province, figure, cells, _findings(done, cells), sides, model.of)


def _cells(done: Consolidation, catalogue: "Catalogue", model: "Indicator", province: str) -> "pd.DataFrame":
    """The member cells of both sides: this period's and, for a change, last year's as this period's forms state it."""
    import pandas as pd

    observations = done.observations
    if province:
        observations = observations[observations["province"] == province]
    else:
        observations = observations[observations["province"].isin(done.indicators["province"])]
    now, before = (Period.parse(done.period), model.kind == "change")
    parts = [_of_side(observations, catalogue, model, TOP, now)]
    if before and now is not None:
        parts.append(_of_side(observations, catalogue, model, BOTTOM, now.year_before))
    elif model.kind in {"percent", "achievement"}:
        parts.append(_of_side(observations, catalogue, model, BOTTOM, now))
    return pd.concat(parts, ignore_index=True)


def _of_side(
    observations: "pd.DataFrame", catalogue: "Catalogue", model: "Indicator", side: str, period: Period | None
) -> "pd.DataFrame":
    """The cells of one side that are about a period."""
    from pipeline.indicators.doubts import uses

    formula = model.numerator if side == TOP or model.kind == "change" else model.denominator
    operands = set(model.operands(formula))
    about = {one for one in observations["period"].unique() if _covers(period, one)}
    keys = zip(observations["form"], observations["measure"], observations["period"], strict=True)
    found = observations[[(form, measure) in operands and one in about for form, measure, one in keys]]
    part_of = {(f, m.id): m.part_of for f, form in catalogue.forms.items() for m in form.members.values() if m.part_of}
    parts = [part_of.get(key, "") for key in zip(found["form"], found["row"], strict=True)]
    marked = found.assign(side=side, role=MEMBER, part_of=parts, previous=False)
    used = [uses(model, cell, catalogue) for cell in marked.itertuples()]
    return marked.loc[used, list(CELLS)]


def _covers(period: Period | None, one: str) -> bool:
    own = Period.parse(one)
    return period is not None and own is not None and period.covers(own)


def _sides(model: "Indicator", figure: "pd.Series[object]", cells: "pd.DataFrame") -> tuple[Side, ...]:
    names = [TOP, *([BOTTOM] if model.kind in {"percent", "achievement", "change"} else [])]
    return tuple(Side(name, float(str(figure[name])), _sum(cells[cells["side"] == name])) for name in names)


def _sum(cells: "pd.DataFrame") -> float:
    values = [value for value in cells["value"].tolist() if value is not None and not math.isnan(value)]
    return exact_sum(values) if values else math.nan


def _findings(done: Consolidation, cells: "pd.DataFrame") -> "pd.DataFrame":
    """What was found at the cells, each once."""
    places = set(zip(cells["file"], cells["sheet"], cells["cell"], strict=True))
    at = zip(done.findings["file"], done.findings["sheet"], done.findings["cell"], strict=True)
    return done.findings[[place in places for place in at]].reset_index(drop=True)
