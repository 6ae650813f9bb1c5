"""A province's districts (the rows of a form that the province names itself): a table, their counts, their rates."""

import math
from typing import TYPE_CHECKING, NamedTuple

from pipeline.periods import Period
from pipeline.report import figures_drawing as drawing
from pipeline.report.figures_drawing import Panel, Row
from pipeline.report.figures_view import Drawn, View
from pipeline.states import NOT_APPLICABLE
from pipeline.statistics.exact import exact_sum
from pipeline.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd


class Asked(NamedTuple):
    """Which rows are asked for: a form's, of a province, and what of them."""

    form: str
    province: str
    measure: str


def open_forms(view: View) -> dict[str, list[str]]:
    """The forms whose rows a province names itself, with what they count."""
    forms = view.catalogue.forms.items()
    return {
        name: [measure for measure, column in form.measures.items() if column.kind == "count"]
        for name, form in forms
        if form.layout == "table" and len(form.row_keys) == 1 and not form.row_keys[0].listed
    }


def districts(view: View, asked: Asked, history: "pd.DataFrame") -> "pd.DataFrame":
    """One row for each district by its name: ``value``, its ``share``, last year's ``previous``, the ``change``.

    ``history`` are observations of all periods. Last year's are those of the same name as stated last; there is no
    share where any district lacks a number.
    """
    now, then = _stated(history, asked, view.period), _stated(history, asked, view.period.year_before)
    frame = now[["label", "value"]].assign(previous=then["value"].reindex(now.index))
    total = exact_sum(frame["value"]) if len(frame) and frame["value"].notna().all() else math.nan
    frame["share"] = frame["value"] / total if total else math.nan
    frame["change"] = frame["value"] / frame["previous"].where(frame["previous"] > 0) - 1
    frame = frame.sort_values(["value", "label"], ascending=[False, True], na_position="last")
    return frame.set_index("label")[["value", "share", "previous", "change"]]


def _stated(history: "pd.DataFrame", asked: Asked, period: Period) -> "pd.DataFrame":
    """What the newest submission that states a period has of it, by row; without rows that do not apply."""
    own = history[
        (history["form"] == asked.form)
        & (history["province"] == asked.province)
        & (history["measure"] == asked.measure)
        & (history["period"] == period.id)
        & (history["state"] != NOT_APPLICABLE)
    ]
    return own[own["reported_in"] == own["reported_in"].max()].set_index("row")


def counts(view: View, asked: Asked, history: "pd.DataFrame") -> Drawn | None:
    """A bar for each district, the largest first, with its share; None where the province sent none."""
    table, say = districts(view, asked, history), view.say
    if table.empty:
        return None
    colour = view.colour(asked.province)
    unknown = say("figures.no_value")
    rows = [Row(str(name), colour, value=_known(value), note=unknown) for name, value in table["value"].items()]
    total = float(table["value"].sum())
    texts = {"province": view.province(asked.province), "measure": _label(view, asked.form, asked.measure)}
    title, lacking = say("figures.district.title_plain", **texts), table.index[table["value"].isna()].tolist()
    if total and not lacking:
        share = say.percent(float(table["share"].iloc[0]), 1)
        title = say("figures.district.title", top=table.index[0], share=share, **texts)
    note = say("figures.district.note", form=view.catalogue.forms[asked.form].title, period=view.when)
    said = [note, *([say("figures.district.lacking", names=lacking)] if lacking else [])]

    def write(value: float) -> str:
        share = "" if lacking or not total else f" ({say.percent(value / total, 1)})"
        return f"{say.number(value)}{share}"

    figure = drawing.bars([Panel("", rows)], title, " ".join(said), write)
    return Drawn(f"{asked.form}_{asked.measure}_districts", title, figure)


def rates(view: View, asked: Asked, over: str, history: "pd.DataFrame") -> Drawn | None:
    """The share of ``asked.measure`` in ``over`` in each district with its interval, beside the province's own."""
    tops, bottoms = (districts(view, asked._replace(measure=m), history)["value"] for m in (asked.measure, over))
    pairs = [(str(name), float(top), float(bottoms.get(name, math.nan))) for name, top in tops.items()]
    known = [pair for pair in pairs if 0 <= pair[1] <= pair[2] > 0]
    left_out = [name for name, *_ in pairs if name not in {name for name, *_ in known}]
    if not known or not exact_sum(bottom for *_, bottom in known):
        return None
    whole = exact_sum(top for _, top, _ in known) / exact_sum(bottom for *_, bottom in known)
    rows = sorted((_rate(view, asked, one, whole) for one in known), key=lambda row: (-(row.value or 0.0), row.label))
    apart, say = sum(bool(row.met) for row in rows), view.say
    labels = {"top": _label(view, asked.form, asked.measure), "bottom": _label(view, asked.form, over)}
    texts = {"province": view.province(asked.province), "value": say.percent(whole, 1), **labels}
    title = say("figures.district.rate_title", count=apart, all=len(rows), **texts)
    note = say("figures.district.rate_note", form=view.catalogue.forms[asked.form].title, period=view.when)
    note += f" {say('figures.district.left_out', names=left_out)}" if left_out else ""
    line = say("figures.district.rate_line", value=say.percent(whole, 1))
    figure = drawing.intervals(rows, title, note, line, lambda value: say.percent(value, 1))
    return Drawn(f"{asked.form}_{asked.measure}_rates", title, figure)


def _rate(view: View, asked: Asked, one: tuple[str, float, float], whole: float) -> Row:
    name, top, bottom = one
    low, high = wilson(top, bottom) or (0.0, 1.0)
    is_apart = not low <= whole <= high
    counted = f"({view.say.number(top)}/{view.say.number(bottom)})"
    return Row(name, view.colour(asked.province), top / bottom, low, high, target=whole, met=is_apart, note=counted)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _label(view: View, form: str, measure: str) -> str:
    return view.catalogue.forms[form].label_of(measure).text(view.lang)
