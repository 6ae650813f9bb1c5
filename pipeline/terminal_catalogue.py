"""Prints what a catalogue holds: its forms, its indicators with their targets of a period."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.catalogue import Catalogue
from pipeline.definition import SIGNS, formula_of, name_of, rows_of
from pipeline.messages import Messages
from pipeline.periods import Period
from pipeline.voice import Voice


def show_catalogue(console: Console, catalogue: Catalogue, period: Period, say: Messages) -> None:
    """Print the provinces of the period, the forms, the indicators."""
    members = [f"{say.label(catalogue.province_label(one))} ({one})" for one in catalogue.members_on(period)]
    name = say.label(catalogue.settings.name)
    console.print(escape(say("cli.title", name=name, period=period.id)), style="bold")
    console.print(escape(say("cli.catalogue.provinces", names=members)), soft_wrap=True)
    console.print(_forms(catalogue, say))
    console.print(_indicators(catalogue, period, say))


def _table(say: Messages, title: str, *heads: str) -> Table:
    table = Table(title=escape(say(title)), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(escape(say(f"cli.catalogue.column.{head}")), overflow="fold")
    return table


def _forms(catalogue: Catalogue, say: Messages) -> Table:
    table = _table(say, "cli.catalogue.forms", "number", "id", "title", "measures")
    for name, form in catalogue.forms.items():
        measures = ", ".join(form.measures)
        table.add_row(*map(escape, (form.number, name, say.label(form.title), measures)))
    return table


def _indicators(catalogue: Catalogue, period: Period, say: Messages) -> Table:
    table = _table(say, "cli.catalogue.indicators", "id", "label", "formula", "target")
    for name, model in catalogue.indicators.items():
        rows = rows_of(catalogue, model, say) if model.rows else ""
        formula = "\n".join(filter(None, (formula_of(catalogue, model, say), rows)))
        table.add_row(
            *map(escape, (name, name_of(catalogue, name, say), formula, _targets(catalogue, name, period, say)))
        )
    return table


def _targets(catalogue: Catalogue, name: str, period: Period, say: Messages) -> str:
    """The cluster's binding target, and in brackets those that are shown beside it."""
    voice = Voice.of(catalogue.indicators[name], catalogue, say)
    binding, beside = catalogue.targets_of(name, period, "")
    said = [f"{SIGNS[target.op]} {voice.shown(target.value)}" for target in ([binding] if binding else [])]
    return " ".join([*said, *(f"({SIGNS[target.op]} {voice.shown(target.value)})" for target in beside)])
