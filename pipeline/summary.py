"""What the command line prints when it is done: one table, and where to look next."""

import math
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.messages import Messages
from pipeline.model import Consolidation, Options, Places

if TYPE_CHECKING:
    import pandas as pd

_SHOWN_FINDINGS = 100
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_CLUSTER = ""


def _console() -> Console:
    # Piped into a file or a test there is no terminal to fit: wide enough that no word is cut.
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)


def show_consolidation(done: Consolidation, places: Places, options: Options) -> None:
    """The table by province with the first targeted indicator, and where the workbook is."""
    console, say = _console(), Messages(options.lang)
    catalogue = load_catalogue(places.schemas)
    console.print(_by_province(done, catalogue, say))
    folder = places.outputs / done.period
    name = "publication.xlsx" if options.edition == "publication" else "consolidated.xlsx"
    _close(console, done, say, str(folder / name), str(folder / "findings.csv"))


def show_check(done: Consolidation, places: Places, options: Options, *, alone: bool) -> None:
    """Every finding by province, then the table."""
    console, say = _console(), Messages(options.lang)
    catalogue = load_catalogue(places.schemas)
    folder = places.outputs / done.period / "check"
    console.print(_by_province(done, catalogue, say, with_cluster=not alone))
    if len(done.findings):
        console.print(_findings(done.findings.head(_SHOWN_FINDINGS), catalogue, say))
    more = len(done.findings) - _SHOWN_FINDINGS
    if more > 0:
        console.print(escape(say("cli.more_findings", count=more, path=folder / "findings.csv")))
    _close(console, done, say, str(folder), str(folder / "findings.csv"))


def _close(console: Console, done: Consolidation, say: Messages, written: str, findings: str) -> None:
    counts = done.findings["severity"].value_counts()
    errors, warnings, infos = (int(counts.get(s, 0)) for s in ("error", "warning", "info"))
    if errors + warnings + infos:
        text = say("cli.findings", errors=errors, warnings=warnings, infos=infos, path=findings)
        console.print(escape(text), soft_wrap=True)
    else:
        console.print(escape(say("cli.no_findings")))
    lacking = done.indicators[done.indicators["status"].isin(["incomplete", "no_data"])]
    lacking = lacking[lacking["province"] != _CLUSTER]
    if len(lacking):
        text = say("cli.lacking", indicators=lacking["indicator"].nunique(), provinces=lacking["province"].nunique())
        console.print(escape(text), style="yellow")
    if not done.complete:
        console.print(escape(say("cli.incomplete")), style="red")
    console.print(escape(say("cli.written", path=written)), soft_wrap=True)


def _headline(done: Consolidation, catalogue: Catalogue) -> str:
    """The first indicator with a binding target."""
    targeted = set(done.indicators.loc[done.indicators["target"].notna(), "indicator"])
    return next((name for name in catalogue.indicators if name in targeted), "")


def _by_province(done: Consolidation, catalogue: Catalogue, say: Messages, *, with_cluster: bool = True) -> Table:
    headline = _headline(done, catalogue)
    title = say("cli.title", name=catalogue.settings.name, period=done.period)
    table = Table(title=escape(title), title_justify="left")
    for key in ("province", "status", "forms", "errors", "warnings"):
        table.add_column(say(f"cli.column.{key}"), justify="left" if key in {"province", "status"} else "right")
    if headline:
        label = catalogue.indicators[headline].label
        table.add_column(label.text(say.lang) if label else headline, justify="right")
        table.add_column(say("cli.column.target"))
    figures = done.indicators[done.indicators["indicator"] == headline].set_index("province")
    for row in done.submissions.itertuples():
        province = catalogue.province_label(row.province).text(say.lang) if row.province else _nameless(row, say)
        cells = [province, say(f"status.{row.status}"), f"{row.forms_accepted}/{row.forms_expected}"]
        cells += [str(row.errors), str(row.warnings)]
        is_member = bool(row.province) and row.province in figures.index
        cells += _figure(figures.loc[row.province], say) if headline and is_member else ["", ""] * bool(headline)
        table.add_row(*(escape(cell) for cell in cells))
    if headline and with_cluster and _CLUSTER in figures.index:
        table.add_section()
        cluster = [say("cli.cluster"), "", "", "", "", *_figure(figures.loc[_CLUSTER], say)]
        table.add_row(*(escape(cell) for cell in cluster), style="bold")
    return table


def _nameless(row: object, say: Messages) -> str:
    status, file = getattr(row, "status", ""), getattr(row, "file", "")
    return f"{file} {say('cli.unknown') if status == 'refused' else say('cli.cluster_file')}".strip()


def _figure(figure: "pd.Series", say: Messages) -> list[str]:
    """The value and how it stands against its target."""
    value, target, status = float(str(figure["value"])), float(str(figure["target"])), str(figure["status"])
    if math.isnan(value):
        return ["", say(f"status.{status}")]
    text = say(f"status.{status}")
    if not math.isnan(target):
        text = f"{text} ({say.percent(target, 0)})"
    return [say.percent(value), text]


def _findings(findings: "pd.DataFrame", catalogue: Catalogue, say: Messages) -> Table:
    table = Table()
    for key in ("province", "status", "message"):
        table.add_column(say(f"cli.column.{key}"), overflow="fold")
    for row in findings.itertuples():
        province = catalogue.province_label(row.province).text(say.lang)
        severity = f"[{_COLOURS[row.severity]}]{say(f'severity.{row.severity}')}[/]"
        table.add_row(escape(province), severity, escape(row.message))
    return table
