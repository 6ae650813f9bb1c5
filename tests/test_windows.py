"""Periods carry their dates: the catalogue's, or those that a workbook states, and a difference is told."""

import pytest
import yaml

from pipeline.errors import CatalogueError
from tests.books import Desk, found, only

FORM = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}}\n"
TABLE = [["District", "Cases"], ["A", 7], ["B", 8]]
EMULATION = "Kỳ báo cáo: từ 15/11/2023 đến 14/11/2024"
MINISTRY = "Kỳ báo cáo: từ 15/12/2023 đến 14/12/2024"


def desk(folder, windows="{year: {day: 15, months_earlier: 2}}"):
    made = Desk(folder).catalogue(FORM)
    settings = folder / "schemas" / "catalogue.yaml"
    content = yaml.safe_load(settings.read_text("utf-8")) | {"windows": yaml.safe_load(windows)}
    settings.write_text(yaml.safe_dump(content), "utf-8")
    return made


def days(result):
    return result.submissions[["period_start", "period_end"]].iloc[0].tolist()


def test_the_catalogues_days_are_those_of_a_workbook_that_names_none(tmp_path):
    result = desk(tmp_path).send({"F": [["Năm 2024"], *TABLE]}).check()
    assert found(result, but=()) == []
    assert days(result) == ["2023-11-15", "2024-11-14"]


def test_a_workbook_that_states_the_catalogues_days_is_no_doubt(tmp_path):
    assert found(desk(tmp_path).send({"F": [[EMULATION], *TABLE]}).check(), but=()) == []


@pytest.mark.parametrize("line", [MINISTRY, "Kỳ báo cáo: từ 16/11/2023 đến 14/11/2024"])
def test_other_days_win_and_are_told_at_their_cell_by_a_single_day_too(tmp_path, line):
    result = desk(tmp_path).send({"F": [[line], *TABLE]}).check()
    finding = only(result, "period_window")
    assert (finding["severity"], finding["sheet"], finding["cell"]) == ("warning", "F", "A1")
    assert "15/11/2023 - 14/11/2024" in finding["message"]
    assert days(result)[0] == ("2023-12-15" if line == MINISTRY else "2023-11-16")


def test_days_that_do_not_match_last_years_are_told(tmp_path):
    made = desk(tmp_path)
    made.send({"F": [["Kỳ báo cáo: từ 15/12/2022 đến 14/12/2023"], *TABLE]}, period="2023")
    result = made.send({"F": [[EMULATION], *TABLE]}).check()
    finding = only(result, "window_unlike")
    assert finding["value"] == "15/12/2022 - 14/12/2023"
    assert "(366 days)" in finding["message"]
    assert "(365 days)" in finding["message"]


def test_the_same_days_of_both_years_are_alike(tmp_path):
    made = desk(tmp_path)
    made.send({"F": [["Kỳ báo cáo: từ 15/11/2022 đến 14/11/2023"], *TABLE]}, period="2023")
    assert "window_unlike" not in set(made.send({"F": [[EMULATION], *TABLE]}).check().findings["rule"])


@pytest.mark.parametrize("windows", ["{year: {day: 31}}", "{decade: {day: 1}}", "{year: {months_earlier: 12}}"])
def test_a_window_that_cannot_be_is_refused(tmp_path, windows):
    with pytest.raises(CatalogueError, match="windows"):
        desk(tmp_path, windows).send({"F": TABLE}).check()


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("(Số liệu tính đến ngày 30/9/2024)", True),
        ("Số liệu đến hết ngày 30 tháng 9 năm 2024", True),
        ("(Số liệu tính đến ngày 14/11/2024)", False),
        ("(Số liệu tính đến ngày 31/12/2024)", False),
        ("(Số liệu đến hết tháng 9)", True),
        ("Số liệu tính đến tháng 9 năm 2024", True),
        ("(Số liệu đến hết tháng 11/2024)", False),
        ("Hà Nội, ngày 30/9/2024", False),
        ("Hà Nội, tháng 9/2024", False),
    ],
)
def test_figures_that_reach_to_a_day_before_the_last_one_are_a_doubt(tmp_path, line, is_told):
    result = desk(tmp_path).send({"F": [["Năm 2024"], [line], *TABLE]}).check()
    assert found(result, but=()) == [("warning", "as_of_early", "A2")] * is_told


def test_days_within_a_line_about_the_year_are_the_workbooks_own(tmp_path):
    line = "Số liệu năm 2024 (tính từ ngày 15/12/2023 đến ngày 14/11/2024)"
    result = desk(tmp_path).send({"F": [[line], *TABLE]}).check()
    assert only(result, "period_window")["cell"] == "A1"
    assert days(result) == ["2023-12-15", "2024-11-14"]
