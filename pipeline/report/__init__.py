"""Writes everything under ``outputs/PERIOD/``."""

import gc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.beside import Beside, EndedError
from pipeline.errors import OutputError
from pipeline.fair_intervals import with_fair_intervals
from pipeline.model import UNDER_WAY, Results
from pipeline.platforms import release_memory
from pipeline.progress import SILENT, Progress

# Figures of which the pictures are drawn beside the workbook. Of more they are drawn after it, and here: what another
# process takes (a quarter of a GiB) comes on top, where this one has room that the workbook's parts left.
_MOST_BESIDE = 250_000

__all__ = ["draw", "ready_to_draw", "write_check", "write_report"]


def ready_to_draw() -> None:
    """Import what a process that draws needs before its first picture: half a second."""
    from pipeline.report.pictures import ready

    ready()


def draw(results: Results, folder: Path) -> None:
    """Write the pictures of a period into a folder."""
    from pipeline.report.pictures import write_pictures

    write_pictures(results, folder)


def write_report(
    results: Results, sources: Mapping[str, Path], folder: Path, pictures: Beside, progress: Progress = SILENT
) -> None:
    """Write the workbook of the chosen edition, the tables, the marked copies and the figures into a new folder.

    ``sources`` gives the path of each submission by its file name; ``pictures`` is a process that draws.
    Raises `OutputError` where that was ended from outside.
    """
    from pipeline.report.pictures import drawn_from
    from pipeline.report.publication import write_publication
    from pipeline.report.tables import write_tables
    from pipeline.report.workbook import write_workbook

    shown = _as_shown(results)
    progress.stage("workbook")
    is_beside = len(results.consolidation.observations) <= _MOST_BESIDE
    if is_beside:
        pictures.give(drawn_from(shown), folder / "figures")  # they take as long as the workbook
    if results.edition == "publication":
        write_publication(shown, folder / "publication.xlsx")
    else:
        write_workbook(shown, folder / "consolidated.xlsx")
    progress.stage("returns")
    write_tables(results, folder)
    _write_returns(results, sources, folder / "returns")
    progress.stage("pictures")
    if is_beside:
        _wait_for(pictures)
    else:
        _let_go()
        draw(drawn_from(shown), folder / "figures")


def _wait_for(pictures: Beside) -> None:
    try:
        pictures.wait()
    except EndedError as error:
        raise OutputError("error.pictures", detail=error) from None


def _let_go() -> None:
    """Give back what the workbook was made of: its parts know each other, so that only a search frees them."""
    gc.collect()
    release_memory()


def _as_shown(results: Results) -> Results:
    """The results as people read them: no figure with two intervals, none said to miss what the year may still bring.

    The frame of indicators itself says ``missed`` of the latter, and has Wilson's interval wherever there is one.
    """
    done = results.consolidation
    if "comparison" not in done.tables:
        return results
    fair = with_fair_intervals(done.indicators, done.tables["comparison"], results.catalogue.shares)
    judged = done.tables["attainment"]
    late = judged[(judged["role"] == "binding") & (judged["status"] == UNDER_WAY)].set_index(["indicator", "province"])
    is_late = fair.set_index(["indicator", "province"]).index.isin(late.index)
    shown = fair.assign(status=fair["status"].mask(is_late, UNDER_WAY))
    return replace(results, consolidation=replace(done, indicators=shown))


def write_check(results: Results, sources: Mapping[str, Path], folder: Path) -> None:
    """Write the findings and the marked copies only."""
    from pipeline.report.tables import write_findings

    write_findings(results.consolidation.findings, folder / "findings.csv")
    _write_returns(results, sources, folder / "returns")


def _write_returns(results: Results, sources: Mapping[str, Path], folder: Path) -> None:
    """Each file goes back in the language of its own headers, with what its sender can do."""
    from pipeline.report.returns import write_returns

    findings = results.consolidation.findings if results.worded is None else results.worded
    langs = {file: results.langs.get(file, results.lang) for file in sources}
    write_returns(findings, sources, folder, langs, results.catalogue, results.consolidation.bases)
