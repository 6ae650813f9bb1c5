"""Pictures and tables for notebooks, from a consolidation that was made or loaded.

Indicators and provinces are named by their ids, or as people write them.
"""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pipeline.analysis import Analysis
from pipeline.errors import UnknownNameError
from pipeline.explain import sought
from pipeline.messages import Messages
from pipeline.model import DECIDED, Lang, Options

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from pipeline.report.figures_view import Drawn, View

_COLUMNS = (
    "numerator", "denominator", "value", "low", "high", "target", "gap", "status", "previous", "rank", "rank_best",
    "rank_worst",
)  # fmt: skip
NO_WIDGETS = "PIPELINE_NO_WIDGETS"  # where nobody is there to choose
Choice = tuple[str, Any]  # what a drop-down shows, and what it stands for


@dataclass(frozen=True)
class Shown:
    """A figure as a notebook shows it."""

    figure: "Figure"

    def _repr_png_(self) -> bytes:
        return png(self.figure)


def compare(
    done: Analysis,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    lang: Lang = "vi",
) -> "Figure":
    """Draw an indicator of some provinces (of all where none is named) and of the cluster, with intervals."""
    from pipeline.report.figures import comparison

    view = _view(done, lang)
    return comparison(view, *_named(view, indicator, provinces)).figure


def slope(
    done: Analysis,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    lang: Lang = "vi",
) -> "Figure":
    """Draw last year's value on the left and this period's on the right, a line for each province."""
    from pipeline.report.figures_slopes import slopes

    view = _view(done, lang)
    which, who = _named(view, indicator, provinces)
    return _or_why(view, slopes(view, which, who), which, "slope")


def funnel(done: Analysis, indicator: str, *, lang: Lang = "vi") -> "Figure":
    """Draw a share of all provinces over its denominator, with the limits within which chance alone may explain it."""
    from pipeline.report.figures_funnel import funnel as drawn

    view = _view(done, lang)
    which, _ = _named(view, indicator)
    return _or_why(view, drawn(view, which), which, "funnel")


def trend(
    done: Analysis,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    lang: Lang = "vi",
) -> "Figure":
    """Draw an indicator over all periods that were read: of some provinces (of all) and of the cluster."""
    from pipeline.report.figures_trends import trend as drawn

    view = _view(done, lang)
    which, who = _named(view, indicator, provinces)
    return _or_why(view, drawn(view, which, who), which, "trend")


def districts(
    done: Analysis,
    province: str,
    of: Sequence[str],
    history: "pd.DataFrame",
    *,
    lang: Lang = "vi",
) -> "Figure":
    """Draw a province's districts: ``of`` (form, count) as bars with shares, (form, part, whole) as rates.

    ``history`` is what `pipeline.history` gives.
    """
    from pipeline.report.figures_districts import Asked, counts, rates

    view, (form, measure, *over) = _view(done, lang), of
    _counted(view, of)
    asked = Asked(form, _named(view, provinces=[province])[1][0], measure)
    drawn = rates(view, asked, over[0], history) if over else counts(view, asked, history)
    return _or_why(view, drawn, form, "district")


def district_table(
    done: Analysis,
    province: str,
    of: Sequence[str],
    history: "pd.DataFrame",
    *,
    lang: Lang = "vi",
) -> "pd.DataFrame":
    """The districts' counts of ``of`` (form, count), their shares, last year's counts, the change; largest first."""
    from pipeline.report.figures_districts import Asked
    from pipeline.report.figures_districts import districts as listed

    view = _view(done, lang)
    _counted(view, of)
    return listed(view, Asked(of[0], _named(view, provinces=[province])[1][0], of[1]), history)


def table(
    done: Analysis,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    lang: Lang = "vi",
) -> "pd.DataFrame":
    """The same as a table, one row for each province by name, the best rank first, the cluster last.

    Where the consolidation has the table of comparison, the ranks that the intervals allow stand beside each rank.
    """
    view = _view(done, lang)
    frame = done.compare(provinces, indicator).reset_index()
    frame = frame.assign(last=frame["province"] == "").sort_values(["last", "rank", "province"])
    names = [view.province(str(province)) for province in frame["province"]]
    columns = [name for name in _COLUMNS if name in frame]
    return frame[columns].set_axis(names, axis="index").rename_axis(Messages(lang)("figures.province"))


def matrix(
    done: Analysis,
    indicators: Sequence[str],
    provinces: Sequence[str] = (),
    *,
    lang: Lang = "vi",
) -> "pd.DataFrame":
    """Several indicators, one row each, a column for each province: values as the language writes them.

    An asterisk marks what rests on numbers to look at again.
    """
    import pandas as pd

    view = _view(done, lang)
    which = [_named(view, indicator)[0] for indicator in indicators]
    _, who = _named(view, provinces=provinces)
    records = done.indicators.to_dict("records")
    told = {(r["indicator"], r["province"]): _told(view, r) for r in records}
    columns = [*(who or view.catalogue.members_on(view.period)), ""]
    rows = [[told.get((name, province), "") for province in columns] for name in which]
    names = [view.province(province) for province in columns]
    return pd.DataFrame(rows, index=[view.label(name) for name in which], columns=names)


def indicators(done: Analysis, *, lang: Lang = "vi") -> list[Choice]:
    """What indicators there are: the label and the id of each."""
    view = _view(done, lang)
    return [(view.label(name), name) for name in view.catalogue.indicators]


def provinces(done: Analysis, *, lang: Lang = "vi") -> list[Choice]:
    """The provinces of the period: the name and the id of each."""
    view = _view(done, lang)
    return [(view.province(name), name) for name in view.catalogue.members_on(view.period)]


def countings(done: Analysis, *, lang: Lang = "vi") -> list[Choice]:
    """What districts are counted by: the form's title with the column's label, and the ids of both."""
    from pipeline.report.figures_districts import open_forms

    view = _view(done, lang)
    forms = [(name, view.catalogue.forms[name], measures) for name, measures in open_forms(view).items()]
    return [
        (f"{form.title.text(lang)}: {form.label_of(measure).text(lang)}", (name, measure))
        for name, form, measures in forms
        for measure in measures
    ]


def choose(show: Callable[..., object], **choices: tuple[object, Sequence[Choice]]) -> object:
    """Show what ``show`` gives for the chosen values, with a drop-down for each where ipywidgets is installed.

    Each choice is what is chosen at first (a list: several can be chosen) and what there is to choose from.
    """
    if os.environ.get(NO_WIDGETS) or not find_spec("ipywidgets"):
        return show(**{name: chosen for name, (chosen, _) in choices.items()})

    def shown(**chosen: object) -> object:  # ipywidgets asks for a name, which not all that can be called has
        return show(**chosen)

    widgets = import_module("ipywidgets")
    fields = {name: _field(widgets, name, *choice) for name, choice in choices.items()}
    widgets.interact(shown, **fields)
    return None


def _field(widgets: ModuleType, name: str, chosen: object, among: Sequence[Choice]) -> object:
    """A drop-down, or a list of which several can be chosen; what was typed as a name is one of its options too."""
    several = isinstance(chosen, list)
    own = chosen if isinstance(chosen, list) else [chosen]
    typed = [(str(one), one) for one in own if one not in [value for _, value in among]]
    kind = widgets.SelectMultiple if several else widgets.Dropdown
    return kind(options=[*among, *typed], value=chosen, description=name)


def show(figure: "Figure") -> Shown:
    """A figure for a cell's last line."""
    return Shown(figure)


def png(figure: "Figure", dpi: int = 110) -> bytes:
    """A figure as a PNG."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def _view(done: Analysis, lang: Lang) -> "View":
    from pipeline.report.figures_view import View

    lang = Options(lang=lang).lang  # refuses what is no language of ours
    return View(done, done.of_period, done.catalogue, lang, done.note)


def _named(view: "View", indicator: str = "", provinces: str | Sequence[str] = ()) -> tuple[str, list[str]]:
    """The ids of what was named."""
    which = sought(view.catalogue, view.period, indicator)[0] if indicator else next(iter(view.catalogue.indicators))
    wanted = [provinces] if isinstance(provinces, str) else provinces
    return which, [sought(view.catalogue, view.period, which, province)[1] for province in wanted]


def _counted(view: "View", of: Sequence[str]) -> None:
    """Raise `UnknownNameError` for what is no form and columns of it: that is not that a province sent none."""
    known = {f"{form}.{name}" for form, model in view.catalogue.forms.items() for name in model.measures}
    for name in (f"{of[0]}.{measure}" for measure in of[1:]):
        if name not in known:
            raise UnknownNameError("error.unknown_counting", name, sorted(known), name=name)


def _or_why(view: "View", drawn: "Drawn | None", indicator: str, kind: str) -> "Figure":
    """The picture, or the sentence that says why there is none."""
    from pipeline.report import figures_drawing as drawing

    if drawn is not None:
        return drawn.figure
    title = view.say("figures.none.title", indicator=view.label(indicator))
    return drawing.sentence(title, view.say(f"figures.none.{kind}"))


def _told(view: "View", record: dict[Any, Any]) -> str:
    from pipeline.report.doubts import doubt_of

    value, status = float(record["value"]), str(record["status"])
    if not math.isnan(value):
        kind = view.catalogue.indicators[record["indicator"]].kind
        doubt = " *" if doubt_of(record["reason"], kind, view.say) else ""
        return f"{view.write(record['indicator'], value)}{doubt}"
    return view.say(f"figures.{status}" if status in DECIDED else "figures.no_value")
