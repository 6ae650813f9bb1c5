"""What a run comes to: one table by province, and where to look next. `pipeline.terminal` prints it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.changes import CHANGED, DAMAGED_BASELINE, GONE, NEW, NO_BASELINE
from pipeline.messages import Messages
from pipeline.model import Consolidation, Options, Places
from pipeline.platforms import is_open
from pipeline.states import MISSING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

_CLUSTER = ""
_SHOWN_PLACES = 8  # of cells without a number


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

    say, catalogue = Messages(options.lang), load_catalogue(places.schemas)
    folder = done.folder(places.outputs / done.period)
    changes = [] if done.changes is None else [(_changes(done.changes, done.period, say, folder / "changes.csv"), "")]
    name = "publication.xlsx" if options.edition == "publication" else "consolidated.xlsx"
    last = closing(done, places, say, str(folder / name), str(folder / "findings.csv"))
    return summary_of(done, catalogue, say, [*changes, *last], folder)


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


def closing(
    done: Consolidation, places: Places, say: Messages, written: str, findings: str, *, written_workbook: bool = True
) -> list[tuple[str, str]]:
    """The last sentences and their colours."""
    counts = done.findings["severity"].value_counts()
    errors, warnings, infos = (int(counts.get(s, 0)) for s in ("error", "warning", "info"))
    lacked = _unavailable(done, say)
    if errors + warnings + infos:
        lines = [(say("cli.findings", errors=errors, warnings=warnings, infos=infos, path=findings), "")]
    else:
        lines = [] if lacked else [(say("cli.no_findings"), "")]
    lines += [(text, "yellow") for text in lacked]
    lacking = done.indicators[done.indicators["status"].isin(["incomplete", "no_data"])]
    lacking = lacking[lacking["province"] != _CLUSTER]
    if written_workbook and len(lacking):
        text = say("cli.lacking", indicators=lacking["indicator"].nunique(), provinces=lacking["province"].nunique())
        lines.append((text, "yellow"))
    if not done.complete:
        lines.append((say("cli.incomplete") if written_workbook else _would_be_used(done, say), "red"))
    came = (places.inputs / done.period / file for file in done.submissions["file"] if file)
    if being_edited := [path.name for path in came if is_open(path)]:
        lines.append((say("cli.open_inputs", files=being_edited), "yellow"))
    return [*lines, (say("cli.written", path=written), "")]


def _unavailable(done: Consolidation, say: Messages) -> list[str]:
    """A sentence for each file with cells that say that there is no number yet: no finding tells of them."""
    from pipeline.grouping.lines import ranges

    own = done.observations[done.observations["state"] == MISSING]
    lines = []
    for file, cells in own.groupby("file", sort=False):
        by_sheet = ((sheet, ranges(group["cell"]).split(", ")) for sheet, group in cells.groupby("sheet", sort=False))
        places = [f"{sheet}!{cell}" for sheet, found in by_sheet for cell in found]
        more = ["..."] if len(places) > _SHOWN_PLACES else []
        lines.append(say("cli.unavailable", file=file, cells=[*places[:_SHOWN_PLACES], *more]))
    return lines


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


def summary_of(
    done: Consolidation,
    catalogue: "Catalogue",
    say: Messages,
    lines: Sequence[tuple[str, str]],
    folder: Path,
    *,
    with_cluster: bool = True,
) -> Summary:
    """The table by province with the first targeted indicator; ``lines`` go below it, each with its colour."""
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
