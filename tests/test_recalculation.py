"""Every formula of every edition, computed anew by LibreOffice, whatever came in: all, few, none, many."""

import itertools
import shutil
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

import pipeline
from pipeline.messages import Messages
from pipeline.report.sheets.room import fitting_width
from tests.test_workbook import assert_same, shown_in
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


def many(_repo, folder):
    """As many provinces as there are since 2025."""
    synthesise(folder, 34, 3, 1, 11)
    return folder / "schemas"


class Came(NamedTuple):
    """Each edition in each language of what came, as it was written and as LibreOffice computed it anew."""

    written: dict[tuple[str, str], Path]
    again: dict[tuple[str, str], Path]
    is_refused: bool


@pytest.fixture(scope="module", params=[lacking, single, refused, many])
def came(request, repo, office, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.__name__)
    places = {"inputs": folder / "inputs", "outputs": folder / "outputs", "schemas": request.param(repo, folder)}
    written = {}
    for lang, edition in itertools.product(("vi", "en"), BOOKS):
        pipeline.consolidate("2024", **places, lang=lang, edition=edition)
        path = written[lang, edition] = folder / f"{edition}-{lang}.xlsx"
        (places["outputs"] / "2024" / BOOKS[edition]).rename(path)
    again = dict(zip(written, office.recalculate_all([*written.values()], folder), strict=True))
    return Came(written, again, request.param is refused)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_formula_of_both_editions_comes_to_its_cached_value(came, lang):
    for edition in BOOKS:
        path = came.written[lang, edition]
        old = shown_in(path)
        count = assert_same(path, old, came.again[lang, edition])
        assert count > 50 if edition == "working" else count == 0
        assert [value for value in old.values() if value in ERRORS] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_provinces_page_has_room_for_its_rank_among_all(came, lang):
    """Numbers in a text that is cut on both sides read as others: 84 / 100 as 4 / 10."""
    book = openpyxl.load_workbook(came.written[lang, "working"], data_only=True)
    name = Messages(lang)("workbook.sheet.profile")
    assert (name in book.sheetnames) != came.is_refused
    if came.is_refused:
        return
    sheet = book[name]
    ranks = [str(cell.value) for cell in sheet["H"][11:40] if cell.value is not None]
    assert ranks
    assert fitting_width(ranks, 0, 99) <= sheet.column_dimensions["H"].width
