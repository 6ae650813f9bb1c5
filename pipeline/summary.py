"""What the command line prints when it is done: one table, and where to look next."""

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.changes import CHANGED, DAMAGED_BASELINE, GONE, NEW, NO_BASELINE
from pipeline.messages import Messages
from pipeline.model import PERSONAL, Consolidation, Options, Places

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

_CLUSTER = ""
_NUMBERS = frozenset({2, 3, 4, 5})  # columns of the table
_SHOWN_LINES = 100
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_RANK = {name: rank for rank, name in enumerate(_COLOURS)}


def _console() -> Console:
    # Piped into a file or a test there is no terminal to fit: wide enough that no word is cut.
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)


@dataclass(frozen=True)
class Summary:
    """What a run comes to, in the user's language: a table by province, sentences each with its colour, a verdict."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    cluster: Sequence[str]
    lines: Sequence[tuple[str, str]]
    folder: str  # of the outputs, as the sentences name it
    complete: bool  # everything expected came in and was accepted
    warned: bool


def summarise(done: Consolidation, places: Places, options: Options) -> Summary:
    """The table by province with the first targeted indicator, and where the workbook is."""
    from pipeline.catalogue import load_catalogue

    say, catalogue, folder = Messages(options.lang), load_catalogue(places.schemas), places.outputs / done.period
    changes = [] if done.changes is None else [(_changes(done.changes, done.period, say, folder / "changes.csv"), "")]
    name = "publication.xlsx" if options.edition == "publication" else "consolidated.xlsx"
    closing = _closing(done, say, str(folder / name), str(folder / "findings.csv"))
    return _summary(done, catalogue, say, [*changes, *closing], folder)


def show(summary: Summary, more: Iterable[str] = ()) -> None:
    """Print it, and what else there is to say."""
    console = _console()
    console.print(_table(summary))
    _print_lines(console, [*summary.lines, *((text, "") for text in more)])


def show_check(done: Consolidation, places: Places, options: Options, *, alone: bool) -> None:
    """The table by province, then the findings of each: one line for one cause, the worst first."""
    from pipeline.catalogue import load_catalogue

    console, say = _console(), Messages(options.lang)
    catalogue = load_catalogue(places.schemas)
    folder = places.outputs / done.period / "check"
    console.print(_table(_summary(done, catalogue, say, [], folder, with_cluster=not alone)))
    _show_findings(console, done, catalogue, say, folder / "findings.csv")
    _print_lines(console, _closing(done, say, str(folder), str(folder / "findings.csv"), written_workbook=False))


def _print_lines(console: Console, lines: Iterable[tuple[str, str]]) -> None:
    for text, style in lines:  # a path is to be copied whole; what has a colour names none
        console.print(escape(text), style=style, soft_wrap=not style)


def _changes(changes: "pd.DataFrame", period: str, say: Messages, path: Path) -> str:
    """What changed since the baseline, in one sentence."""
    counts = changes["kind"].value_counts()
    for kind in (NO_BASELINE, DAMAGED_BASELINE):
        if kind in counts:
            return say(f"cli.changes.{kind}", period=period)
    if changes.empty:
        return say("cli.changes.none")
    numbers = {kind: int(counts.get(kind, 0)) for kind in (CHANGED, NEW, GONE)}
    return say("cli.changes.some", **numbers, submissions=len(changes) - sum(numbers.values()), path=path)


def _closing(
    done: Consolidation, say: Messages, written: str, findings: str, *, written_workbook: bool = True
) -> list[tuple[str, str]]:
    """The last sentences and their colours."""
    counts = done.findings["severity"].value_counts()
    errors, warnings, infos = (int(counts.get(s, 0)) for s in ("error", "warning", "info"))
    if errors + warnings + infos:
        lines = [(say("cli.findings", errors=errors, warnings=warnings, infos=infos, path=findings), "")]
    else:
        lines = [(say("cli.no_findings"), "")]
    lacking = done.indicators[done.indicators["status"].isin(["incomplete", "no_data"])]
    lacking = lacking[lacking["province"] != _CLUSTER]
    if written_workbook and len(lacking):
        text = say("cli.lacking", indicators=lacking["indicator"].nunique(), provinces=lacking["province"].nunique())
        lines.append((text, "yellow"))
    if not done.complete:
        lines.append((say("cli.incomplete") if written_workbook else _would_be_used(done, say), "red"))
    return [*lines, (say("cli.written", path=written), "")]


def _would_be_used(done: Consolidation, say: Messages) -> str:
    """What a consolidation would make use of, after a check found something wrong."""
    own = done.submissions[(done.submissions["province"] != "") & (done.submissions["status"] != "base_only")]
    used = own[own["status"].isin(["accepted", "accepted_with_warnings", "partial"])]
    expected = own.drop_duplicates("province")
    return say(
        "cli.incomplete_check", period=done.period, used=used["province"].nunique(), expected=len(expected),
        forms=used["forms_accepted"].sum(), expected_forms=expected["forms_expected"].sum(),
    )  # fmt: skip


def _headline(done: Consolidation, catalogue: "Catalogue") -> str:
    """The first indicator with a binding target."""
    targeted = set(done.indicators.loc[done.indicators["target"].notna(), "indicator"])
    return next((name for name in catalogue.indicators if name in targeted), "")


def _summary(
    done: Consolidation,
    catalogue: "Catalogue",
    say: Messages,
    lines: Sequence[tuple[str, str]],
    folder: Path,
    *,
    with_cluster: bool = True,
) -> Summary:
    headline = _headline(done, catalogue)
    headers = [say(f"cli.column.{key}") for key in ("province", "status", "forms", "errors", "warnings")]
    if headline:
        label = catalogue.indicators[headline].label
        headers += [label.text(say.lang) if label else headline, say("cli.column.target")]
    figures = done.indicators[done.indicators["indicator"] == headline].set_index("province")
    rows = []
    for row in done.submissions.itertuples():
        province = catalogue.province_label(row.province).text(say.lang) if row.province else _nameless(row, say)
        cells = [province, say(f"status.{row.status}"), f"{row.forms_accepted}/{row.forms_expected}"]
        cells += [str(row.errors), str(row.warnings)]
        is_member = bool(row.province) and row.province in figures.index and row.status != "superseded"
        cells += _figure(figures.loc[row.province], say) if headline and is_member else ["", ""] * bool(headline)
        rows.append(cells)
    has_cluster = headline and with_cluster and _CLUSTER in figures.index
    cluster = [say("cli.cluster"), "", "", "", "", *_figure(figures.loc[_CLUSTER], say)] if has_cluster else []
    title = say("cli.title", name=catalogue.settings.name, period=done.period)
    warned = bool((done.findings["severity"] == "warning").any())
    return Summary(title, headers, rows, cluster, lines, str(folder), done.complete, warned)


def _table(summary: Summary) -> Table:
    table = Table(title=escape(summary.title), title_justify="left")
    for at, header in enumerate(summary.headers):
        table.add_column(escape(header), justify="right" if at in _NUMBERS else "left")
    for row in summary.rows:
        table.add_row(*(escape(cell) for cell in row))
    if summary.cluster:
        table.add_section()
        table.add_row(*(escape(cell) for cell in summary.cluster), style="bold")
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
    gap = value - target
    return [say.percent(value, 2 if math.isnan(gap) else say.telling(gap)), text]


def _show_findings(console: Console, done: Consolidation, catalogue: "Catalogue", say: Messages, path: Path) -> None:
    """A section for each submission with findings, those with errors first, then what is about none of them."""
    from pipeline.grouping import grouped

    lines = grouped(done.findings, say.lang, catalogue, done.bases)
    subjects = _subjects(lines, done)
    sections = sorted(set(subjects), key=lambda at: (lines.loc[subjects == at, "severity"].map(_RANK).min(), at))
    left = _SHOWN_LINES
    for at in sections:
        own = lines[subjects == at]
        own = own.iloc[own["severity"].map(_RANK).mask(own["rule"].isin(PERSONAL), -1).argsort(kind="stable")]
        if left > 0:
            console.print(escape(f"\n{_heading(done, at, catalogue, say)}"), style="bold")
            console.print(_section(own.head(left), catalogue, say, with_file=at >= len(done.submissions)))
        left -= len(own)
    if sections:
        console.print()
    if left < 0:
        console.print(escape(say("cli.more_findings", count=-left, path=path)), soft_wrap=True)


def _subjects(lines: "pd.DataFrame", done: Consolidation) -> "pd.Series[int]":
    """The row of the submissions that each line is about; after the last one where it is about none."""
    files = {file: at for at, file in enumerate(done.submissions["file"]) if file}
    provinces: dict[str, int] = {}
    for at, province in enumerate(done.submissions["province"]):
        if province:
            provinces.setdefault(province, at)
    none = len(done.submissions)
    by_province = lines["province"].map(provinces).fillna(none)
    return lines["file"].map(files).fillna(by_province.where(lines["file"] == "", none)).astype("int64")


def _heading(done: Consolidation, at: int, catalogue: "Catalogue", say: Messages) -> str:
    """Whose submission it is, its file and what became of it."""
    if at >= len(done.submissions):
        return say("cli.section.general")
    row = done.submissions.iloc[at]
    province = catalogue.province_label(row["province"]).text(say.lang) if row["province"] else ""
    parts = (province or ("" if row["file"] else say("cli.cluster")), row["file"], say(f"status.{row['status']}"))
    return " · ".join(part for part in parts if part)


def _section(lines: "pd.DataFrame", catalogue: "Catalogue", say: Messages, *, with_file: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("cli.column.severity"), no_wrap=True)
    table.add_column(say("cli.column.place"), overflow="fold", max_width=34)
    table.add_column(say("cli.column.message"), overflow="fold", ratio=1)
    for row in lines.itertuples():
        severity = f"[{_COLOURS[row.severity]}]{say(f'severity.{row.severity}')}[/]"
        number = catalogue.forms[row.form].number if row.form in catalogue.forms else ""
        place = f"{row.sheet}!{row.cells}" if row.cells else row.sheet or number
        place = f"{row.file} {place}".strip() if with_file else place
        table.add_row(severity, escape(place), escape(row.said))
    return table
