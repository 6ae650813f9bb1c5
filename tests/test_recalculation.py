"""Every formula of every edition, computed anew by LibreOffice, whatever came in: all, few, none, many."""

import shutil

import openpyxl
import pytest

import pipeline
from tests.test_workbook import assert_recalculates
from tools.synthesise import synthesise

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")]
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!")
BOOKS = {"working": "consolidated.xlsx", "publication": "publication.xlsx"}


def lacking(repo, folder):
    """A province's workbook and the cluster's targets did not come."""
    shutil.copytree(repo / "inputs" / "2024", folder / "inputs" / "2024")
    for name in ("ninh-binh-2024.xlsx", "targets.xlsx"):
        (folder / "inputs" / "2024" / name).unlink()
    return repo / "schemas"


def single(repo, folder):
    """One province alone."""
    (folder / "inputs" / "2024").mkdir(parents=True)
    shutil.copy(repo / "inputs" / "2024" / "BC CA Nghệ An 2024.xlsx", folder / "inputs" / "2024")
    return repo / "schemas"


def refused(repo, folder):
    """Nothing that came can be read."""
    (folder / "inputs" / "2024").mkdir(parents=True)
    for path in (repo / "inputs" / "2024").glob("*.xlsx"):
        (folder / "inputs" / "2024" / path.name).write_bytes(b"PK\x03\x04 no workbook")
    return repo / "schemas"


def many(repo, folder):
    """As many provinces as there are since 2025."""
    synthesise(folder, 34, 3, 1, 11)
    return folder / "schemas"


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("came", [lacking, single, refused, many])
def test_every_formula_of_both_editions_comes_to_its_cached_value(repo, office, tmp_path, came, lang):
    schemas = came(repo, tmp_path)
    for edition, name in BOOKS.items():
        places = {"inputs": tmp_path / "inputs", "outputs": tmp_path / edition, "schemas": schemas}
        pipeline.consolidate("2024", **places, lang=lang, edition=edition)
        path = tmp_path / edition / "2024" / name
        count = assert_recalculates(office, path, tmp_path / "again" / edition)
        assert count > 50 if edition == "working" else count == 0
        book = openpyxl.load_workbook(path, data_only=True)
        values = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
        assert [value for value in values if value in ERRORS] == []
