"""The publication edition."""

import zipfile

import openpyxl
import pandas as pd
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.model import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TEXTS, Consolidation, Results
from pipeline.periods import Period
from pipeline.report.publication import write_publication

MEMBERS = ("thanh-hoa", "ninh-binh", "nghe-an", "ha-tinh", "quang-binh")
MODES = ("road", "rail", "waterway")


def observation(province, row, value, state="number"):
    made = dict.fromkeys(OBSERVATIONS, "") | {"period": "2024", "form": "traffic", "measure": "accidents"}
    return made | {"province": province, "row": row, "value": value, "state": state}


@pytest.fixture(scope="module")
def make(repo):
    catalogue = load_catalogue(repo / "schemas")

    def make(observations=(), lang="vi"):
        numbers = ["numerator", "denominator", "value", "low", "high", "target", "gap", "previous", "change"]
        row = dict.fromkeys(INDICATORS) | {
            "period": "2024",
            "indicator": "clearance_rate",
            "used": 1,
            "expected": 1,
        }
        met = {
            "province": "nghe-an",
            "value": 0.9117,
            "target": 0.8,
            "gap": 0.1117,
            "status": "met",
            "rank": 1,
        }
        lacking = {"province": "", "target": 0.8, "status": "incomplete", "used": 4, "expected": 5}
        indicators = pd.DataFrame([row | met, row | lacking], columns=INDICATORS)
        submissions = pd.DataFrame([dict.fromkeys(SUBMISSIONS, 0)], columns=SUBMISSIONS)
        consolidation = Consolidation(
            "2024",
            pd.DataFrame(observations, columns=OBSERVATIONS).astype({"value": float}),
            indicators.astype(dict.fromkeys(numbers, float)),
            pd.DataFrame(columns=FINDINGS),
            submissions,
        )
        texts = pd.DataFrame(columns=TEXTS)
        return Results(consolidation, Period.parse("2024"), catalogue, lang, "publication", texts)

    return make


def written(results, path):
    write_publication(results, path)
    return openpyxl.load_workbook(path)


def table(sheet):
    ((name, area),) = sheet.tables.items()
    assert name
    return [[cell.value for cell in row] for row in sheet[area.ref if hasattr(area, "ref") else area]]


def test_each_sheet_has_a_title_and_one_table_right_below_the_text(make, tmp_path):
    workbook = written(make(), tmp_path / "p.xlsx")
    assert workbook.sheetnames[:3] == ["Bìa", "Mục lục", "Chỉ tiêu"]
    for sheet in workbook.worksheets:
        assert isinstance(sheet["A1"].value, str)
        assert all(sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1))
        assert len(sheet.tables) == (sheet.title != "Bìa")


def test_nothing_is_merged_hidden_or_drawn(make, tmp_path):
    workbook = written(make(), tmp_path / "p.xlsx")
    assert not any(sheet.merged_cells.ranges or sheet.sheet_state != "visible" for sheet in workbook.worksheets)
    assert not any("drawing" in name for name in zipfile.ZipFile(tmp_path / "p.xlsx").namelist())


def test_what_lacks_has_a_mark_and_no_empty_cell(make, tmp_path):
    rows = table(written(make(), tmp_path / "p.xlsx")["Chỉ tiêu"])
    assert rows[1][1:6] == ["Nghệ An", 0.9117, 0.8, 0.1117, "Đạt"]
    assert rows[2][1:6] == ["Toàn cụm", "[x]", 0.8, "[x]", "Chưa đủ số liệu"]
    assert None not in [cell for row in rows for cell in row]


def test_a_total_is_there_only_where_nothing_lacks(make, tmp_path):
    observations = [observation(p, mode, 2.0) for p in MEMBERS for mode in MODES]
    accidents = [row[1] for row in table(written(make(observations), tmp_path / "p.xlsx")["Biểu 03"])]
    assert accidents[1:] == [6, 6, 6, 6, 6, 30]
    observations[0] = observation("thanh-hoa", "road", None, "missing")
    observations[3] = observation("ninh-binh", "road", None, "not_applicable")
    accidents = [row[1] for row in table(written(make(observations[:-1]), tmp_path / "q.xlsx")["Biểu 03"])]
    assert accidents[1:] == ["[x]", 4, 6, 6, "[x]", "[x]"]


def test_it_speaks_english_too(make, tmp_path):
    workbook = written(make(lang="en"), tmp_path / "p.xlsx")
    assert workbook.sheetnames[:3] == ["Cover", "Contents", "Indicators"]
    assert table(workbook["Indicators"])[1][5] == "Met"


def test_the_same_results_give_the_same_bytes(make, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_publication(make(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_points_are_not_published(make, tmp_path):
    write_publication(make(lang="en"), tmp_path / "p.xlsx")
    titles = " ".join(str(cell.value) for sheet in openpyxl.load_workbook(tmp_path / "p.xlsx") for cell in sheet["A"])
    assert "Targets assigned" in titles
    assert "scoring sheet" not in titles.casefold()
