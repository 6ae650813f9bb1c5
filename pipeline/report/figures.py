"""Which pictures a period gets: chosen from the catalogue's indicators and forms, by no name of theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.catalogue.forms import Form
from pipeline.definition import SIGNS
from pipeline.report import figures_drawing as drawing
from pipeline.report.chance import apart, by_chance
from pipeline.report.doubts import doubt_of
from pipeline.report.figures_drawing import Row, Share
from pipeline.report.figures_rows import MOST, at_ends, in_workbook, left_out, number, panels_of, rows_of, told_ends
from pipeline.report.figures_view import Drawn, View
from pipeline.report.theme import CLUSTER, PARTS
from pipeline.states import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd


_MOST_PARTS, MOST_PANELS = 7, 6
_OTHER = "#C9CED4"


def figures(view: View) -> Iterator[Drawn]:
    """The main indicator against its target and last year, changes on last year, shares of a form's rows."""
    main = main_indicator(view)
    if main:
        yield comparison(view, main)
        if has_values(view, main, "previous"):
            yield _against_previous(view, main)
    changing = [name for name, entry in view.catalogue.indicators.items() if entry.kind == "change"]
    with_values = [name for name in changing if has_values(view, name, "value")][:MOST_PANELS]
    if with_values:
        yield _changes(view, with_values)
    shared = (_shares(view, form, measure) for form, measure in _shared_out(view))
    yield from islice(filter(None, shared), 1)


def comparison(view: View, indicator: str, provinces: Sequence[str] = ()) -> Drawn:
    """Each province's value of an indicator, with its interval and target; all where none are named."""
    rows = rows_of(view, indicator, provinces)
    own = [row for row in rows if not row.strong]
    targeted = [row for row in own if row.target is not None]
    title = view.say("figures.compare.title", indicator=view.label(indicator))
    if targeted:
        met = sum(bool(row.met) for row in targeted)
        title = view.say("figures.compare.title_target", met=met, all=len(targeted), indicator=view.label(indicator))
    key = "note" if any(row.low is not None for row in rows) else "note_plain"
    shown = at_ends(rows)
    notes = [view.say(f"figures.compare.{key}", period=view.when), *told_ends(view, rows, shown)]
    note = " ".join([*notes, *doubted(view, indicator, provinces)])
    target = target_text(view, indicator, {row.target for row in targeted if row.target is not None})
    figure = drawing.intervals(shown, title, note, target, lambda value: view.write(indicator, value))
    return Drawn(indicator, title, figure)


def doubted(view: View, indicator: str, provinces: Sequence[str] = ()) -> list[str]:
    """Whose figures rest on numbers to look at again; nothing where nobody's do."""
    frame = view.consolidation.indicators
    own = frame[(frame["indicator"] == indicator) & frame["value"].notna() & (frame["province"] != "")]
    kind, told = view.catalogue.indicators[indicator].kind, zip(own["province"], own["reason"], strict=True)
    rests = [province for province, reason in told if doubt_of(reason, kind, view.say)]
    names = [view.province(p) for p in rests if not provinces or p in provinces]
    return [view.say("figures.doubted", names=names)] if names else []


def target_text(view: View, indicator: str, values: set[float]) -> str:
    """The name of the targets' line: what is asked for, where it is the same of all."""
    binding, _ = view.catalogue.targets_of(indicator, view.period, "")
    if len(values) != 1 or binding is None or binding.value not in values:
        return view.say("figures.targets") if values else ""
    kind = view.catalogue.indicators[indicator].kind
    value = view.say.number(binding.value) if kind in {"total", "per_100k"} else _short_percent(view, binding.value)
    return view.say("figures.target", op=SIGNS[binding.op], value=value)


def _short_percent(view: View, value: float) -> str:
    return view.say.percent(value, 0 if round(100 * value, 6).is_integer() else 2)


def main_indicator(view: View) -> str:
    """The first indicator with a target, values and intervals; else the first with a target and values."""
    names = [n for n in view.catalogue.indicators if has_values(view, n, "value") and has_values(view, n, "target")]
    return next((n for n in names if has_values(view, n, "low")), names[0] if names else "")


def has_values(view: View, indicator: str, column: str) -> bool:
    """Whether an indicator's column has any value."""
    frame = view.consolidation.indicators
    return bool(frame.loc[frame["indicator"] == indicator, column].notna().any())


def _changes(view: View, indicators: Sequence[str]) -> Drawn:
    panels = panels_of(view, indicators)
    whole = next((row.value for row in panels[0].rows if row.strong), None)
    title = view.say("figures.change.title_plain")
    if whole is not None and len(panels) == 1:
        value = view.write(indicators[0], whole, signed=True)
        title = view.say("figures.change.title", indicator=view.label(indicators[0]), value=value)
    chance = by_chance(view.consolidation.tables, indicators, view.say)
    shown = [replace(panel, rows=at_ends(panel.rows, panels[0].rows)) for panel in panels]
    ends = told_ends(view, panels[0].rows, shown[0].rows)
    note = " ".join([view.say("figures.change.note", period=view.when), *ends, *chance])
    figure = drawing.bars(shown, title, note, lambda v: view.write(indicators[0], v, signed=True))
    return Drawn("change", title, figure)


def _against_previous(view: View, indicator: str) -> Drawn:
    rows = rows_of(view, indicator)
    shown = at_ends(rows)
    title, note = previous_title(view, indicator, rows), [view.say("figures.previous.note", period=view.when)]
    note += told_ends(view, rows, shown)
    note += apart(view.consolidation.indicators, indicator, view.period, view.say)
    figure = drawing.dumbbells(shown, title, " ".join(note), lambda value: view.write(indicator, value))
    return Drawn(f"{indicator}_change", title, figure)


def previous_title(view: View, indicator: str, rows: Sequence[Row]) -> str:
    """How many of the provinces are better than last year."""
    lower = view.catalogue.indicators[indicator].better == "lower"
    pairs = [(r.value, r.previous) for r in rows if not r.strong and r.value is not None and r.previous is not None]
    better = sum(now < then if lower else now > then for now, then in pairs)
    return view.say("figures.previous.title", indicator=view.label(indicator), better=better, all=len(pairs))


def _shared_out(view: View) -> Iterator[tuple[str, str]]:
    """Forms whose rows are one list of members, with their first count."""
    for name, form in view.catalogue.forms.items():
        if form.layout == "table" and len(form.row_keys) == 1 and form.row_keys[0].listed:
            yield from ((name, m) for m, column in list(form.measures.items())[:1] if column.kind == "count")


def _shares(view: View, form: str, measure: str) -> Drawn | None:
    """The shares of a form's members in each province's count; None if there is nothing to share out."""
    totals = _totals(view, view.catalogue.forms[form], form, measure)
    complete = totals.columns[totals.notna().all()]
    whole = totals[complete].sum(axis=1)
    if not whole.sum():
        return None
    members = view.catalogue.forms[form].members
    largest = whole.sort_values(ascending=False, kind="stable").index[: _MOST_PARTS - 1]
    kept = [name for name in totals.index if name in set(largest)]
    table = totals.loc[kept]
    if len(kept) < len(totals):
        table.loc[""] = totals.drop(index=kept).sum(skipna=False)
    table[""] = table[complete].sum(axis=1)
    fractions = table / table.sum(skipna=False)
    most = totals.sum().nlargest(MOST).index
    shown = [p for p in totals.columns if p in most]
    shares = [
        Share(
            label=members[name].name.text(view.lang) if name else view.say("figures.other"),
            colour=PARTS[kept.index(name) % len(PARTS)] if name else _OTHER,
            shares=[number(fractions.loc[name, p]) for p in (*shown, "")],
        )
        for name in table.index
    ]
    rows = [_shared_row(view, p, table[p]) for p in shown]
    count = len(view.catalogue.members_on(view.period))
    some = view.say("figures.some", used=len(complete), count=count)
    is_part = len(complete) < count
    rows.append(Row(f"{view.province('')} ({some})" if is_part else view.province(""), CLUSTER, strong=True))
    measure_label = view.catalogue.forms[form].label_of(measure).text(view.lang)
    top = str(largest[0])
    said = f"{measure_label}, {some}" if is_part else measure_label
    share = view.say.percent(number(fractions.loc[top, ""]) or 0.0, 0)
    title = view.say("figures.share.title", member=members[top].name, share=share, measure=said)
    note = view.say("figures.share.note", form=view.catalogue.forms[form].title, period=view.when)
    file = in_workbook(view, "observations.parquet")
    note = " ".join([note, *left_out(view, totals.shape[1], len(shown), file, "largest")])
    figure = drawing.stacked(rows, shares, title, note, lambda value: view.say.percent(value, 0))
    return Drawn(f"{form}_{measure}_share", title, figure)


def _totals(view: View, form: Form, name: str, measure: str) -> "pd.DataFrame":
    """Members (without the `part_of` ones) x provinces that sent any; NaN where a number lacks."""
    frame = view.consolidation.observations
    members = [member.id for member in form.members.values() if not member.part_of]
    chosen = frame[
        (frame["form"] == name)
        & (frame["measure"] == measure)
        & (frame["period"] == view.period.id)
        & frame["row"].isin(members)
    ]
    # What does not apply is no part of the whole, and nothing is lacking.
    chosen = chosen.assign(value=chosen["value"].mask(chosen["state"] == NOT_APPLICABLE, 0.0))
    known = [p for p in view.catalogue.members_on(view.period) if p in set(chosen["province"])]
    wide = chosen.pivot(index="row", columns="province", values="value")
    return wide.reindex(index=[m for m in members if m in wide.index], columns=known)


def _shared_row(view: View, province: str, counts: "pd.Series[float]") -> Row:
    note = view.say("figures.no_value") if counts.isna().any() or not counts.sum() else ""
    return Row(view.province(province), view.colour(province), note=note)
