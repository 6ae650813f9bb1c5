"""Why a figure, or the figure of last year that it is compared with, is not there or not the whole."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.indicators.figures import POPULATION_BASIS, UNVERIFIED, Figure
from pipeline.indicators.numbers import Lack
from pipeline.messages import Messages
from pipeline.model import Lang, Said
from pipeline.periods import Period


class Compared(NamedTuple):
    """A figure, and those that it is compared with: a year before, and in the period just before."""

    now: Figure
    before: Figure
    just_before: Figure


def reason_of(indicator: Indicator, compared: Compared, catalogue: Catalogue, period: Period, lang: Lang) -> str:
    """The reasons in words, of the figure and of both that it is compared with; empty where nothing is to be said."""
    figure, before, just_before = compared
    first = _reason(indicator, figure, before, period)
    said = [first] if first else []
    if figure.has_value and figure.over_nothing:
        names = [catalogue.province_label(province) for province in figure.over_nothing]
        said.append(Said("reason.over_nothing", {"provinces": names}))
    others = {period.preceding: just_before, period.year_before: before}  # which may be the same
    said += _not_counted(figure, others)
    apart = just_before.reason is not None and just_before.reason.key == POPULATION_BASIS
    # The period before a year is the year before: said already.
    if figure.has_value and apart and period.preceding != period.year_before:
        said.append(Said("reason.population_preceding"))
    say = Messages(lang)
    return "; ".join(say(one.key, **_named(one.params, catalogue)) for one in said)


def _not_counted(figure: Figure, compared: Mapping[Period | None, Figure]) -> Iterator[Said]:
    """Where something is not applicable, of the cluster; and where that is otherwise in what it is compared with."""
    if not figure.has_value:
        return
    if figure.not_counted:
        yield Said("reason.not_counted", {"units": figure.not_counted})
    for then, other in compared.items():
        for key, own, beside in (("lacks", other, figure), ("counts", figure, other)):
            apart = tuple(p for p in own.not_counted if p not in beside.not_counted)
            if then and other.has_value and apart:
                yield Said(f"reason.other_{key}", {"units": apart, "period": then.id})


def _reason(indicator: Indicator, figure: Figure, before: Figure, period: Period) -> Said | None:
    """Why there is no figure, or none of last year, or what is to be said of either.

    A province that was formed since is compared with all that it was formed from; what of that lacks is named.
    """
    if figure.reason and not (figure.base_lacks and figure.absent):
        return figure.reason
    if figure.has_value and before.reason and before.reason.key in {POPULATION_BASIS, UNVERIFIED}:
        return before.reason
    # What last year's own change would need is of the year before last, and this year's change needs it not.
    told = before.has_value or (indicator.kind in {"change", "all_met"} and figure.has_value)
    absent = figure.absent or (() if told else before.absent)
    if not absent:
        return None
    return Said("reason.no_base_of", {"units": tuple(dict.fromkeys(absent)), "period": period.year_before.id})


def _named(params: Mapping[str, object], catalogue: Catalogue) -> dict[str, object]:
    """What fills a reason, with numbers that lack by their names."""
    numbers, units = params.get("numbers"), params.get("units")
    if isinstance(units, tuple):
        return {**params, "units": [catalogue.province_label(unit) for unit in units]}
    if not isinstance(numbers, tuple):
        return dict(params)
    more = ["..."] if params["more"] else []
    return {**params, "numbers": [*(_lacking(lack, catalogue) for lack in numbers), *more]}


def _lacking(lack: Lack, catalogue: Catalogue) -> Said:
    """A number that lacks as a reader finds it: its cell, else its column, row and form."""
    if not lack.form:
        said = Said("reason.cell", {"cell": lack.cell}) if lack.cell else Said("reason.population")
    else:
        form = catalogue.forms[lack.form]
        names: dict[str, object] = {"form": form.title}
        names |= {"measure": form.label_of(lack.measure)} if lack.measure else {}
        row: dict[str, object] = {"row": form.names_of(lack.row)} if lack.row else {}
        said = Said("reason.number" if row else "reason.measure" if lack.measure else "reason.form", names | row)
    return Said("reason.unit", {"unit": catalogue.province_label(lack.unit), "number": said}) if lack.unit else said
