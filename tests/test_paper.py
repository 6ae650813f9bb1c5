"""The workbook on paper."""

import openpyxl
import pytest

MOST = 40  # pages of the whole book without the sheets of sources and findings
LEFT_OUT = ("Nguồn số liệu", "Cần xem lại")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
def test_the_book_without_its_sources_and_findings_is_forty_pages_at_most(consolidated, office, tmp_path):
    path = consolidated.folder / "consolidated.xlsx"
    titles = {sheet.title: sheet["A1"].value for sheet in openpyxl.load_workbook(path)}
    of_sheet, counts = "", dict.fromkeys(titles, 0)
    for page in office.texts_of_pages(office.to_pdf(path, tmp_path)):
        first = page.strip().partition("\n")[0].strip()
        of_sheet = next((sheet for sheet, title in titles.items() if same(first, title)), of_sheet)
        counts[of_sheet] += 1
    assert all(counts.values()), counts
    assert sum(count for sheet, count in counts.items() if sheet not in LEFT_OUT) <= MOST, counts


def same(line, title):
    """Whether a page begins with a sheet's title; pdftotext puts spaces between letters with marks."""
    return "".join(line.split()) == "".join(title.split())
