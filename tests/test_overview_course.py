"""The first sheet's changes against last year, and its curves over the periods."""

import re
import zipfile

import openpyxl
import pytest

from tests.books import Desk

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
FORM = (
    "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {header: Cases}, k: {header: Cleared}}"
)
RATE = "rate: {kind: percent, label: Rate, numerator: f.k, denominator: f.n, proportion: true, better: higher}"
TARGET = "[{indicator: rate, value: 0.8, op: '>=', issuer: X}]"


def test_each_change_of_the_main_indicators_is_that_of_the_sheet_of_indicators(consolidated):
    """A change of what is a change itself would be read as that change; it has no column."""
    path = consolidated.folder / "consolidated.xlsx"
    shown, formulas = (openpyxl.load_workbook(path, data_only=only)["Tổng quan"] for only in (True, False))
    rows = [row for row in range(1, 60) if str(shown.cell(row, 8).value).startswith("Tăng giảm so với cùng kỳ 2023")]
    frame = consolidated.consolidation.indicators.set_index(["indicator", "province"])
    line = next(row for row in range(rows[0], rows[0] + 9) if shown.cell(row, 1).value == "Nghệ An")
    wanted = (
        "clearance_rate",
        "report_resolution_rate",
        "serious_fires",
        "id_card_achievement",
        "residence_on_time_rate",
    )
    for column, indicator in enumerate(wanted, 8):
        own = frame.loc[indicator, "nghe-an"]
        assert shown.cell(line, column).value == pytest.approx(own["value"] - own["previous"])
        # Blank where a target that the figure rests on was emptied.
        assert re.fullmatch(r"=IF\(.+,'Chỉ tiêu'!E\d+-'Chỉ tiêu'!N\d+\)", formulas.cell(line, column).value)
    assert shown.cell(line, 10).value == 1  # from no serious fire to one
    heads = [shown.cell(rows[0] + 1, column).value for column in range(1, 15)]
    assert not [head for head in heads if head and "Tăng giảm số vụ tai nạn" in head]


def curves(path):
    with zipfile.ZipFile(path) as file:
        return re.findall(
            r"<xm:f>([^<]*)</xm:f><xm:sqref>([^<]*)</xm:sqref>", file.read("xl/worksheets/sheet1.xml").decode()
        )


def test_a_curve_of_the_first_main_indicator_stands_beside_each_province(consolidated):
    path = consolidated.folder / "consolidated.xlsx"
    found = curves(path)
    book = openpyxl.load_workbook(path, data_only=True)
    overview, trends = book["Tổng quan"], book["Xu hướng"]
    assert len(found) == 6
    for area, cell in found:
        sheet, _, cells = area.rpartition("!")
        row = trends[cells][0]
        assert sheet == "'Xu hướng'"
        assert [trends.cell(6, cell_.column).value for cell_ in row] == ["2022", "2023", "2024"]
        assert trends.cell(row[0].row, 1).value == "Tỷ lệ khám phá tội phạm về trật tự xã hội"
        assert trends.cell(row[0].row, 2).value == overview.cell(overview[cell].row, 1).value


def test_without_a_series_or_a_year_before_there_is_neither(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM, indicators="{" + RATE + "}", targets=TARGET)
    desk.send([["District", "Cases", "Cleared"], ["A", 10, 9]]).consolidate()
    path = desk.folder / "outputs" / "2024" / "consolidated.xlsx"
    assert curves(path) == []
    texts = [str(cell.value) for row in openpyxl.load_workbook(path)["Overview"].iter_rows() for cell in row]
    assert not [text for text in texts if text.startswith("Changes against")]


YEARS = (
    "title: F\nrows: [{key: d, header: District, members: open}]\n"
    "columns:\n  n: {header: Cases, previous: {also: Cases before}}\n"
    "  k: {header: Cleared, previous: {also: Cleared before}}"
)


@pytest.mark.parametrize(("before", "is_marked"), [(10, False), (20, True)])
def test_a_change_against_figures_that_read_otherwise_now_is_yellow(tmp_path, before, is_marked):
    desk = Desk(tmp_path).catalogue(YEARS, indicators=RATE, targets=TARGET)
    head = ["District", "Cases before", "Cases", "Cleared before", "Cleared"]
    desk.send([head, ["A", 8, 30, 6, 25]], name="north.xlsx", period="2023")
    desk.send([head, ["A", 30 + before - 10, 40, 25, 35]], name="north.xlsx").consolidate()
    sheet = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx")["Overview"]
    top = next(row for row in range(1, 60) if str(sheet.cell(row, 8).value).startswith("Changes against"))
    fills = {sheet.cell(top + 2, 8).fill.fgColor.rgb, sheet.cell(top + 3, 8).fill.fgColor.rgb}
    assert ("FFFFF3C4" in fills) == is_marked


def test_a_period_that_lacks_within_a_series_is_named_below_the_trends(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM, indicators=RATE, targets=TARGET)
    for period in ("2021", "2023", "2024"):
        desk.send([["District", "Cases", "Cleared"], ["A", 10, 9]], name="north.xlsx", period=period)
    desk.consolidate()
    sheet = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx")["Trends"]
    said = [str(cell.value) for line in sheet.iter_rows(max_col=1) for cell in line]
    assert any(text.startswith("There are no figures of 2022:") for text in said)
    picture = next((tmp_path / "outputs" / "2024" / "figures").glob("*trend*.svg")).read_text("utf-8")
    assert "no figures of 2022" in " ".join(re.findall(r"<!-- (.*?) -->", picture))


def test_a_cluster_whose_two_years_are_not_of_the_same_provinces_says_so_beside_its_change(tmp_path):
    """South writes x for all of last year: the cluster's change is of two provinces against one."""
    catalogue = "{name: T, clusters: [{id: c, provinces: [north, south]}], forms: [f], not_applicable_marks: [x]}"
    indicators = RATE + "\nmore: {kind: change, label: More, numerator: f.n}"
    targets = "[{indicator: rate, value: 0.8, op: '>='}, {indicator: more, value: 0, op: '<'}]"
    desk = Desk(tmp_path).catalogue(YEARS, catalogue=catalogue, indicators=indicators, targets=targets)
    head = ["District", "Cases before", "Cases", "Cleared before", "Cleared"]
    desk.send([head, ["A", 30, 40, 25, 35]], name="north.xlsx")
    desk.send([head, ["B", "x", 40, "x", 39]], name="south.xlsx").consolidate()
    folder = tmp_path / "outputs" / "2024"
    book = openpyxl.load_workbook(folder / "consolidated.xlsx", data_only=True)
    said = [str(cell.value) for line in book["Overview"].iter_rows(max_col=1) for cell in line]
    apart = "the two periods cover different provinces: 2023 is without South (not applicable)"
    assert f"Whole cluster, {apart}: Rate" in said
    assert any(text.endswith("The whole cluster: 33.33%, without South (not applicable).") for text in said)
    assert not [text for text in said if text.startswith("Yellow: rests")]
    notes = {(line[0].value, line[1].value): line[-1].value for line in book["Indicators"].iter_rows(min_row=7)}
    assert (notes["Rate", "Whole cluster"], notes["Rate", "South"]) == (
        apart,
        "not comparable with 2023: the figures of then lack, or come to nothing, for South",
    )
    with zipfile.ZipFile(folder / "consolidated.xlsx") as file:
        charts = "".join(file.read(n).decode() for n in file.namelist() if n.startswith("xl/charts/chart"))
    picture = (folder / "figures" / "rate_change.svg").read_text("utf-8")
    for drawn in (charts, " ".join(re.findall(r"<!-- (.*?) -->", picture))):
        assert "cluster: the two periods cover different provinces" in drawn.lower()
