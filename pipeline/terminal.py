"""Prints what a run comes to, and the findings of a check, in a terminal or where its output is sent."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.messages import Messages
from pipeline.model import PERSONAL, Consolidation, Options, Places
from pipeline.summary import Summary, closing, summary_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

_NUMBERS = frozenset({2, 3, 4, 5})  # columns of the table
_SHOWN_LINES = 100
_WIDE = 100  # a narrower terminal gets a table without a frame, so that there is room for words
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_RANK = {name: rank for rank, name in enumerate(_COLOURS)}


def terminal() -> Console:
    """Where texts are printed."""
    # Piped into a file or a test there is no terminal to fit: wide enough that no word is cut.
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)


def show(summary: Summary, more: Iterable[str] = ()) -> None:
    """Print it, and what else there is to say."""
    console = terminal()
    console.print(_table(summary, console))
    _print_lines(console, [*summary.lines, *((text, "") for text in more)])


def show_check(done: Consolidation, places: Places, options: Options, *, alone: bool) -> None:
    """The table by province, then the findings of each: one line for one cause, the worst first."""
    from pipeline.catalogue import load_catalogue

    console, say = terminal(), Messages(options.lang)
    catalogue = load_catalogue(places.schemas)
    folder = done.folder(places.outputs / done.period / "check")
    console.print(_table(summary_of(done, catalogue, say, [], folder, with_cluster=not alone), console))
    _show_findings(console, done, catalogue, say, folder / "findings.csv")
    _print_lines(console, closing(done, places, say, str(folder), str(folder / "findings.csv"), written_workbook=False))


def _print_lines(console: Console, lines: Iterable[tuple[str, str]]) -> None:
    for text, style in lines:  # a path is to be copied whole; what has a colour names none
        console.print(escape(text), style=style, soft_wrap=not style)


def _table(summary: Summary, console: Console) -> Table:
    table = Table(title=escape(summary.title), title_justify="left")
    if console.width < _WIDE:
        table.box, table.show_edge, table.pad_edge, table.collapse_padding = SIMPLE_HEAD, False, False, True
    for at, header in enumerate(summary.headers):
        # A name that is wider than a narrow terminal has room for goes on below: it is never cut.
        table.add_column(escape(header), justify="right" if at in _NUMBERS else "left", overflow="fold")
    for row in summary.rows:
        table.add_row(*(escape(cell) for cell in row))
    if summary.cluster:
        table.add_section()
        table.add_row(*(escape(cell) for cell in summary.cluster), style="bold")
    return table


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
