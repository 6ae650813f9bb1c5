"""Which earlier periods a consolidation reads, and what their submissions said: bases, the period before, a series."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.model import Finding, Options, Place, Places, Submission
from pipeline.periods import Period, periods_in, wanted
from pipeline.progress import SILENT, Progress

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ingest import Shelf


@dataclass(frozen=True)
class Earlier:
    """Checked cells (columns of `CELLS`) of each earlier period that was read, and what failed there."""

    cells: "Mapping[Period, pd.DataFrame]"
    findings: list[Finding]
    windows: Mapping[Period, Mapping[str, tuple[date, date]]] = field(default_factory=dict)  # the days they name
    hashes: Mapping[Period, Mapping[str, str]] = field(default_factory=dict)  # of the files that were read

    def just_before(self, period: Period) -> "pd.DataFrame | None":
        """The cells of the period just before, where it was read."""
        return self.cells.get(period.preceding) if period.preceding else None

    def part_of(self, period: Period) -> "pd.DataFrame | None":
        """The cells of an earlier part of the period's own year, where one was read."""
        return next((cells for one, cells in self.cells.items() if period.grows_from(one)), None)


def read_earlier(
    period: Period,
    places: Places,
    catalogue: Catalogue,
    options: Options,
    shelf: "Shelf | None" = None,
    progress: Progress = SILENT,
) -> Earlier:
    """Read and check the submissions of earlier periods, as they were sent then; what failed there is said."""
    from pipeline.apart import Compared, own_of
    from pipeline.ingest import find_workbooks, ingest

    cells: dict[Period, pd.DataFrame] = {}
    findings: list[Finding] = []
    windows: dict[Period, dict[str, tuple[date, date]]] = {}
    hashes: dict[Period, dict[str, str]] = {}
    for one in wanted(period, periods_in(places.inputs) if places.inputs.is_dir() else []):
        paths = find_workbooks(places.inputs, one)
        folder = places.inputs / one.id
        read = ingest(paths, folder, one, catalogue, options, alone=True, shelf=shelf, progress=progress)
        nothing = read.cells.iloc[:0]
        checked, _ = own_of(read.cells, Compared(nothing), (), catalogue, one, options)
        cells[one] = checked.cells
        windows[one] = windows_of(read.submissions)
        hashes[one] = {submission.file: submission.sha256 for submission in read.submissions}
        findings.extend(_failed([*read.findings, *checked.findings], one))
    return Earlier(cells, findings, windows, hashes)


def windows_of(submissions: Iterable[Submission]) -> dict[str, tuple[date, date]]:
    """The days that the provinces' own workbooks name."""
    return {s.province: s.window for s in submissions if s.window and s.province and not s.status}


def _failed(findings: Sequence[Finding], period: Period) -> list[Finding]:
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return []
    files = sorted({finding.place.file for finding in errors if finding.place.file})
    params = {"period": period.id, "count": len(errors), "files": files}
    return [Finding("base_period_errors", "warning", Place(), params=params)]
