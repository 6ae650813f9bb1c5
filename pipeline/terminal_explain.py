"""Prints what a figure is made of: its formula, both sides, their cells, what was found there."""

import math
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Target
from pipeline.definition import CONDITIONS, form_name, formula_of, name_of, rows_of
from pipeline.explain import Explanation, Side
from pipeline.messages import Messages
from pipeline.periods import Period
from pipeline.voice import Voice

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 60  # cells


def show_explanation(console: Console, found: Explanation, catalogue: Catalogue, period: Period, say: Messages) -> None:
    """Print it, from the figure down to its cells."""
    model = catalogue.indicators[found.indicator]
    voice = Voice.of(model, catalogue, say)
    who = say.label(catalogue.province_label(found.province)) if found.province else say("cli.cluster")
    name = name_of(catalogue, found.indicator, say)
    console.print(escape(say("cli.explain.title", indicator=name, province=who, period=period.id)), style="bold")
    console.print(escape(_figure(found, catalogue, period, voice)), soft_wrap=True)
    console.print(escape(f"{say('workbook.column.formula')}: {formula_of(catalogue, model, say)}"), soft_wrap=True)
    if rows := rows_of(catalogue, model, say):
        console.print(escape(f"{say('workbook.column.rows')}: {rows}"), soft_wrap=True)
    for side in found.sides:
        console.print(escape(_side(side, found.cells, say)), soft_wrap=True, style="" if side.agrees else "yellow")
    if reason := str(found.figure["reason"] or ""):
        console.print(escape(f"{say('workbook.column.reason')}: {reason}"), soft_wrap=True, style="yellow")
    if found.parts:
        console.print(escape(say("cli.explain.parts", period=period.id, names=list(found.parts))), soft_wrap=True)
    if len(found.cells):
        console.print(_cells(found, catalogue, say))
    if len(found.cells) > _SHOWN:
        console.print(escape(say("cli.explain.more", count=len(found.cells) - _SHOWN)), soft_wrap=True)
    for message in found.findings["message"]:
        console.print(escape(f"! {message}"), soft_wrap=True, style="yellow")


def _figure(found: Explanation, catalogue: Catalogue, period: Period, voice: Voice) -> str:
    """The value, the target and whether it is met, the rank, as one sentence."""
    figure, say = found.figure, voice.say
    value = _number(figure["value"])
    parts = [say("cli.explain.no_value") if math.isnan(value) else voice.shown(value)]
    target = catalogue.targets_of(found.indicator, period, found.province)[0]
    if target:
        parts.append(say("cli.explain.target", condition=_condition(target, voice)))
    parts.append(say(f"workbook.status.{figure['status']}", months=period.months))
    low, high, rank = (_number(figure[name]) for name in ("low", "high", "rank"))
    if not math.isnan(low):
        parts.append(say("cli.explain.interval", low=voice.shown(low), high=voice.shown(high)))
    if not math.isnan(rank):
        parts.append(say("cli.explain.rank", rank=int(rank)))
    return "; ".join(parts)


def _condition(target: Target, voice: Voice) -> str:
    return voice.say(f"workbook.condition.{CONDITIONS[target.op]}", value=voice.shown(target.value))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _side(side: Side, cells: "pd.DataFrame", say: Messages) -> str:
    """What a side comes to, and whether its cells give that."""
    name, count = say(f"workbook.column.{side.name}"), int((cells["side"] == side.name).sum())
    if math.isnan(side.stated):
        return say("cli.explain.none", name=name)
    key = "agrees" if side.agrees else "differs" if count else "elsewhere"
    return say(f"cli.explain.{key}", name=name, stated=side.stated, summed=side.summed, count=count)


def _cells(found: Explanation, catalogue: Catalogue, say: Messages) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in ("side", "place", "row", "measure", "value", "raw"):
        is_number = head in {"value", "raw"}
        name = say(f"cli.explain.column.{head}")
        table.add_column(name, overflow="fold", justify="right" if is_number else "left")
    file = ""
    for cell in found.cells.head(_SHOWN).itertuples():
        if cell.file != file:
            table.add_row("", escape(str(cell.file)), end_section=False, style="bold")
            file = cell.file
        measure = say.label(catalogue.forms[cell.form].label_of(cell.measure))
        value = "" if cell.value is None or math.isnan(cell.value) else say.number(cell.value)
        row = cell.label or form_name(catalogue, cell.form, say)
        side = say(f"cli.explain.side.{cell.side}")
        texts = (side, f"{cell.sheet}!{cell.cell}", row, measure, value, cell.raw)
        table.add_row(*(escape(str(text)) for text in texts))
    return table
