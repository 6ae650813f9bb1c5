"""Writes everything under ``outputs/PERIOD/``."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.model import Results

__all__ = ["write_check", "write_report"]


def write_report(results: Results, sources: Mapping[str, Path], folder: Path) -> None:
    """Write the workbook of the chosen edition, the tables, the marked copies and the figures into a new folder.

    ``sources`` gives the path of each submission by its file name.
    """
    from pipeline.report.pictures import write_pictures
    from pipeline.report.publication import write_publication
    from pipeline.report.tables import write_tables
    from pipeline.report.workbook import write_workbook

    if results.edition == "publication":
        write_publication(results, folder / "publication.xlsx")
    else:
        write_workbook(results, folder / "consolidated.xlsx")
    write_tables(results, folder)
    _write_returns(results, sources, folder / "returns")
    write_pictures(results, folder / "figures")


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
    write_returns(findings, sources, folder, langs, results.catalogue)
