"""Why a figure, or the figure of last year that it is compared with, is not there or not the whole."""

from pipeline.catalogue.models import Indicator
from pipeline.indicators.figures import Figure, Source
from pipeline.messages import Messages
from pipeline.model import Lang


def reason_of(indicator: Indicator, figure: Figure, before: Figure, source: Source, lang: Lang) -> str:
    """The reason in words; empty where nothing is to be said.

    A province that was formed since is compared with all that it was formed from; what of that lacks is named.
    """
    say = Messages(lang)
    if figure.reason and not (figure.base_lacks and figure.absent):
        return say(figure.reason.key, **figure.reason.params)
    if figure.has_value and before.reason and before.reason.key == "reason.population_basis":
        return say(before.reason.key)
    # What last year's own change would need is of the year before last, and this year's change needs it not.
    told = before.has_value or (indicator.kind == "change" and figure.has_value)
    absent = figure.absent or (() if told else before.absent)
    if not absent:
        return ""
    named = [source.catalogue.province_label(unit) for unit in dict.fromkeys(absent)]
    return say("reason.no_base_of", units=named, period=source.period.year_before.id)
