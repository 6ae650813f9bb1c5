"""What many tests share: the repository, its sample inputs, one consolidation of them, LibreOffice."""

import gc
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import hypothesis
import openpyxl
import pytest

from pipeline.report.figures_saving import import_canvases
from tests import office as libreoffice

REPO = Path(__file__).resolve().parent.parent
gc.set_threshold(
    200_000, 50, 100
)  # thousands of short tests leave few cycles; looking for them takes a seventh of the time

# The same examples on every machine; no deadline, for a busy machine is not a bug.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True)
def _cycles_are_looked_for():
    """The command line turns that off for its own process; where a test calls it, the others' memory would grow."""
    yield
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _pictures_can_be_drawn():
    """What is imported here the processes have that are forked to draw; a tenth of the time went into their imports."""
    import_canvases()


def pytest_collection_modifyitems(items):
    opens = {}
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "office" in names:
            item.add_marker(pytest.mark.office)
        opens[item.path] = opens.get(item.path, False) or not {"consolidated", "consolidated_en"}.isdisjoint(names)
    # The samples' workbooks stay open from the first test that looks at them: half a gigabyte, of which each process
    # that is forked to read a file costs as much time again as it reads. Those that need none of it come before.
    items.sort(key=lambda item: opens[item.path])


class Consolidated(NamedTuple):
    """A consolidation of the samples and the folder it was written to (`outputs`/2024/...)."""

    consolidation: object
    outputs: Path

    @property
    def folder(self):
        return self.outputs / "2024"

    def book(self, *, values=False):
        """The workbook, or with ``values`` what it shows; for tests that look up what is there and change nothing."""
        return _opened(self.folder / "consolidated.xlsx", values)


@cache
def _opened(path, values):
    return openpyxl.load_workbook(path, data_only=values)


@pytest.fixture(scope="session")
def repo():
    return REPO


@pytest.fixture(scope="session")
def samples(repo):
    """The five provinces' workbooks of 2024."""
    return repo / "inputs" / "2024"


@pytest.fixture(scope="session")
def consolidated(repo, tmp_path_factory):
    """The samples of 2024, consolidated once for all tests, in Vietnamese; read only."""
    return consolidate_samples(repo, tmp_path_factory.mktemp("outputs-vi"))


@pytest.fixture(scope="session")
def consolidated_en(repo, tmp_path_factory):
    """The same in English."""
    return consolidate_samples(repo, tmp_path_factory.mktemp("outputs-en"), lang="en")


def consolidate_samples(repo, outputs, **options):
    import pipeline

    result = pipeline.consolidate("2024", inputs=repo / "inputs", outputs=outputs, schemas=repo / "schemas", **options)
    return Consolidated(result, outputs)


@pytest.fixture(scope="session")
def office():
    """LibreOffice (tests/office.py); its absence is a failure, for nothing else recalculates a workbook."""
    if lacking := libreoffice.missing():
        if os.environ.get("PIPELINE_SKIP_OFFICE") == "1":
            pytest.skip(f"PIPELINE_SKIP_OFFICE=1, and {', '.join(lacking)} is not installed")
        pytest.fail(f"{', '.join(lacking)} is not installed: `make system-deps`, or PIPELINE_SKIP_OFFICE=1")
    return libreoffice
