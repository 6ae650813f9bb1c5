"""Writes everything under ``outputs/PERIOD/``."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.model import Results

__all__ = ["write_check", "write_report"]


def write_report(results: Results, sources: Mapping[str, Path], folder: Path) -> None:
    """Write the workbook of the chosen edition, the tables, the marked copies and the figures into a new folder.

    ``sources`` gives the path of each submission by its file name.
    """
    from pipeline.report.figures import write_figures
    from pipeline.report.publication import write_publication
    from pipeline.report.returns import write_returns
    from pipeline.report.tables import write_tables
    from pipeline.report.workbook import write_workbook

    if results.edition == "publication":
        write_publication(results, folder / "publication.xlsx")
    else:
        write_workbook(results, folder / "consolidated.xlsx")
    write_tables(results, folder)
    write_returns(results.consolidation.findings, sources, folder / "returns", results.lang)
    write_figures(results, folder / "figures")


def write_check(results: Results, sources: Mapping[str, Path], folder: Path) -> None:
    """Write the findings and the marked copies only."""
    from pipeline.report.returns import write_returns
    from pipeline.report.tables import write_findings

    write_findings(results.consolidation.findings, folder / "findings.csv")
    write_returns(results.consolidation.findings, sources, folder / "returns", results.lang)
