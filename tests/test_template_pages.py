"""Blank workbooks on paper, as LibreOffice prints them: A4, nothing cut, what an official form has in its places."""

import re

import openpyxl
import pytest

from pipeline import run
from pipeline.catalogue import load_catalogue
from pipeline.model import Places
from pipeline.periods import Period
from pipeline.report.templates import write_templates
from tests.test_template_entries import CATALOGUES

A4 = {(595, 842), (842, 595)}


@pytest.fixture(scope="module")
def shipped(repo, tmp_path_factory):
    """The blank workbook of a province of which much is known, with last year's figures."""
    places = Places(repo / "inputs", tmp_path_factory.mktemp("pages"), repo / "schemas")
    folder, *_ = run.templates(Period.parse("2025"), "thanh-hoa", places, "vi")
    return folder / "thanh-hoa-2025.xlsx"


def pages(office, path, tmp_path):
    """Each page's size and words."""
    pdf = office.to_pdf(path, tmp_path)
    return office.sizes_of_pages(pdf), [re.sub(r"\s+", "", text) for text in office.texts_of_pages(pdf)]


@pytest.mark.slow
def test_each_form_stands_on_upright_or_wide_a4_and_says_all_that_it_says(office, shipped, tmp_path):
    sizes, texts = pages(office, shipped, tmp_path)
    assert set(sizes) <= A4
    book = openpyxl.load_workbook(shipped)
    printed = "".join(sorted("".join(texts)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "s":
                    letters = re.sub(r"\s+", "", cell.value)
                    assert set(letters) <= set(printed)
                    assert any(_within(letters, page) for page in texts), (sheet.title, cell.coordinate, cell.value)
    # The sheet that explains on two pages; who signs stands on the page of the figures.
    assert len(texts) <= len(book.worksheets) + 3
    heads = [page for page in texts if "Thủtrưởngđơnvị" in page]
    assert len(heads) == 8
    assert all("STT" in page and "(A)" in page for page in heads)


def _within(letters, page):
    """Whether a text stands on a page, perhaps in several lines between which others stand."""
    if letters in page:
        return True
    pieces = [letters[i : i + 4] for i in range(0, len(letters) - 3, 4)]
    return bool(pieces) and sum(piece in page for piece in pieces) >= 0.7 * len(pieces)


@pytest.mark.slow
@pytest.mark.parametrize("where", CATALOGUES[1:])
def test_those_of_other_catalogues_open_too(office, repo, tmp_path, where):
    catalogue = load_catalogue(repo / where)
    period = Period.parse("2014")
    [path] = write_templates(catalogue, period, tmp_path, "en", catalogue.members_on(period), {})
    sizes, texts = pages(office, path, tmp_path)
    assert set(sizes) <= A4
    assert any("Headoftheunit" in page for page in texts)


@pytest.mark.slow
def test_what_is_computed_before_anything_is_typed_is_what_libreoffice_computes(office, shipped, tmp_path):
    cached = openpyxl.load_workbook(shipped, data_only=True)
    done = openpyxl.load_workbook(office.recalculate(shipped, tmp_path), data_only=True)
    formulas = openpyxl.load_workbook(shipped)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    own, theirs = (book[sheet.title][cell.coordinate].value or 0 for book in (cached, done))
                    assert own == (pytest.approx(theirs) if theirs else 0), (sheet.title, cell.coordinate)
    assert count > 100
