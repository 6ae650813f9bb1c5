"""Figures of earlier periods in the workbook: formulas over the cells that they are sums of, each with its file."""

import hashlib
import unicodedata
from textwrap import dedent

import openpyxl
import pytest
from openpyxl.cell import Cell

from tests.books import Desk
from tests.test_lineage import lines_of
from tests.test_workbook import assert_recalculates

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
SHEET = "Sources of earlier periods"
FORM = """
    title: {en: Cases}
    sheets: [F]
    layout: table
    rows: [{key: district, header: {en: District}, members: open}]
    columns:
      cases: {header: {en: Cases}, kind: count}
      cleared: {header: {en: Cleared}, kind: count}
    """
INDICATORS = """
    share: {label: {en: Share}, kind: percent, numerator: f.cleared, denominator: f.cases}
    growth: {label: {en: Growth}, kind: change, numerator: f.cases}
    number: {label: {en: Number}, kind: total, numerator: f.cases}
    rate: {label: {en: Rate}, kind: per_100k, numerator: f.cases}
    """
HEADS = ["District", "Cases", "Cleared"]


def laid(folder, period="2024", of_catalogue="", provinces=()):
    """A desk with two provinces, and what each sent in a period and before."""
    people = "population: [{value: 1000, at: 2020-01-01}]"
    known = [f"{{id: {p}, name: {p.title()}, {people}}}" for p in ("north", "south")]
    settings = "{name: Test, clusters: [{id: c, provinces: [north, %s]}], forms: [f]%s}"
    catalogue = settings % ("new" if provinces else "south", of_catalogue)
    files = {"provinces": f"[{', '.join([*known, *provinces])}]", "catalogue": catalogue, "indicators": INDICATORS}
    return Desk(folder, period).catalogue(FORM, **files)


def send(desk, who, period, *rows):
    desk.send({"F": [["Province", who], ["Period", period], HEADS, *rows]}, f"{who}.xlsx", period=period)


def made(desk):
    desk.consolidate()
    return desk.folder / "outputs" / desk.period / "consolidated.xlsx"


def figures(path, column="Last year", sheet="Indicators"):
    """A column of the indicators' sheet by label and province: what its cell holds and what that comes to."""
    found = {}
    for cached in (False, True):
        rows = lines_of(openpyxl.load_workbook(path, data_only=cached), sheet).values()
        for row in rows:
            found.setdefault((row["Indicator"], row["Province"]), []).append(row[column])
    return {key: tuple(pair) for key, pair in found.items()}


def test_no_figure_of_last_year_is_pasted_and_each_cell_holds_what_its_line_says(repo, consolidated_en):
    path = consolidated_en.folder / "consolidated.xlsx"
    shown = figures(path)
    assert [key for key, (held, _) in shown.items() if held is not None and not str(held).startswith("=")] == []
    assert sum("EarlierSources" in str(held) for held, _ in shown.values()) > 70
    book = openpyxl.load_workbook(path, data_only=True)
    assert "italics" not in book["Indicators"]["A3"].value
    lines = [line for line in lines_of(book, SHEET).values() if line["Cell"]]
    files = [file for year in ("2023", "2024") for file in (repo / "inputs" / year).glob("*.xlsx")]
    by_hash = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files}
    sent, sums = {line["SHA-256"] for line in lines}, 0
    books = {sha256: openpyxl.load_workbook(by_hash[sha256], data_only=True) for sha256 in sent}
    for line in lines:
        assert unicodedata.normalize("NFC", by_hash[line["SHA-256"]].name) == line["File"]
        sheet = books[line["SHA-256"]][line["Sheet"]]
        ranges = [sheet[part] for part in line["Cell"].split(", ")]
        if [type(part) for part in ranges] == [Cell]:
            typed = ranges[0].value
            assert str(typed if typed is not None else "").strip() == (line["As typed"] or "")
        else:
            cells = [c for part in ranges for row in (((part,),) if isinstance(part, Cell) else part) for c in row]
            assert line["Row"] == f"sum of {len(cells)} rows"
            assert line["As typed"] is None
            sums += 1
            if all(isinstance(cell.value, int | float) for cell in cells):
                assert sum(cell.value for cell in cells) == pytest.approx(line["Value read"])
    assert len(lines) > 1100
    assert sums > 50


def test_no_figure_of_an_earlier_period_is_pasted_among_trends_or_effects(consolidated_en):
    book = openpyxl.load_workbook(consolidated_en.folder / "consolidated.xlsx")
    for name, least in (("Trends", 250), ("Rate and mix", 60)):
        (table,) = book[name].tables.values()
        cells = [cell.value for row in book[name][table.ref][1:] for cell in row]
        assert [value for value in cells if isinstance(value, int | float)] == []
        assert sum("EarlierSources" in str(value) for value in cells) >= least
    # Nothing is said of figures in italics that are not there, and what is there is said.
    assert "add up lines of Sources of earlier periods" in book["Trends"]["G4"].value


@pytest.mark.slow
def test_formulas_over_earlier_cells_come_to_their_values_whoever_lacks(office, tmp_path):
    desk = laid(tmp_path, "2024-Q2")
    for period, cases in (("2023-Q2", 10), ("2024-Q1", 5)):
        send(desk, "north", period, ["A", cases, 3], ["B", 10, "x"])
        send(desk, "south", period, ["A", cases, 4])
    send(desk, "north", "2024-Q2", ["A", 20, 9], ["B", 6, 3])
    path = made(desk)
    last, just, change = (figures(path, name) for name in ("Last year", "Period before", "Against the period before"))
    # The cluster covers the north alone this time, and is compared with the north alone.
    assert {last["Share", who][1] for who in ("North", "Whole cluster")} == {3 / 10}
    assert {just["Number", who][1] for who in ("North", "Whole cluster")} == {15}
    assert {last["Rate", who][1] for who in ("North", "Whole cluster")} == {2000}
    assert change["Growth", "North"][1] == pytest.approx(26 / 15 - 1)
    held = [pair[0] for column in (last, just, change) for pair in column.values() if pair[1] is not None]
    assert [one for one in held if not str(one).startswith("=")] == []
    assert assert_recalculates(office, path, tmp_path / "again") > 20


@pytest.mark.slow
def test_the_base_of_a_merged_province_is_a_formula_over_the_cells_of_what_it_was_formed_from(office, tmp_path):
    ends = "{id: old-a, name: Old A, to: 2024-06-30}", "{id: old-b, name: Old B, to: 2024-06-30}"
    new = "{id: new, name: New, from: 2024-07-01, formed_from: [old-a, old-b]}"
    desk = laid(tmp_path, provinces=(*ends, new))
    for who, cases in (("north", 5), ("old a", 7), ("old b", 9)):
        send(desk, who, "2023", ["A", cases, 4])
    for who, cases in (("north", 10), ("new", 12)):
        send(desk, who, "2024", ["A", cases, 6])
    path = made(desk)
    base = figures(path, "Denominator / base")["Growth", "New"]
    assert (base[1], str(base[0])[:9]) == (16, "=SUMIFS(E")
    assert figures(path)["Share", "New"][1] == 0.5
    lines = lines_of(openpyxl.load_workbook(path), SHEET).values()
    sent = {line["Sent by"] for line in lines if line["Province"] == "New" and line["Figure code"] == "growth.base"}
    assert sent == {"Old A", "Old B"}
    assert_recalculates(office, path, tmp_path / "again")


@pytest.mark.slow
def test_of_very_many_cells_the_sums_of_each_sheet_are_shown(office, tmp_path):
    desk = laid(tmp_path, of_catalogue=", sources_most: 6")
    for who in ("north", "south"):
        send(desk, who, "2023", ["A", 1, 1], ["B", 2, 1], ["C", 5, 1])
        send(desk, who, "2024", ["A", 3, 1], ["B", 4, 2])
    path = made(desk)
    lines = [line for line in lines_of(openpyxl.load_workbook(path), SHEET).values() if line["Measure"] == "Cases"]
    assert {(line["Row"], line["Value read"], line["File"]) for line in lines if line["Province"] == "North"} == {
        ("sum of 3 rows", 8, "north.xlsx")
    }
    assert figures(path)["Share", "North"][1] == 3 / 8
    assert_recalculates(office, path, tmp_path / "again")


TARGETS = """
    - {indicator: share, value: 0.5, op: ">=", role: binding, from: 2000-01-01, to: 2022-12-31, source: illustrative}
    - {indicator: share, value: 0.9, op: ">=", role: binding, from: 2023-01-01, source: illustrative}
    - {indicator: number, value: 15, op: "<=", role: binding, from: 2000-01-01, source: illustrative}
    """
BOTH = "both: {label: {en: Both}, kind: all_met, of: [share, number]}\n"


@pytest.mark.slow
def test_how_many_were_met_is_counted_from_the_points_by_the_targets_of_then(office, tmp_path):
    desk = laid(tmp_path)
    (tmp_path / "schemas" / "indicators.yaml").write_text(dedent(INDICATORS + BOTH))
    (tmp_path / "schemas" / "targets.yaml").write_text(dedent(TARGETS))
    for year, cases in (("2022", 10), ("2023", 10), ("2024", 20)):
        for who, cleared in (("north", 6), ("south", 2)):
            send(desk, who, year, ["A", cases, cleared])
    path = made(desk)
    for year, wanted in (("2022", [1, 0.5, 0]), ("2023", [0.5, 0.5, 0]), ("2024", [0, 0, 0])):
        shown = figures(path, year, "Trends")
        assert [shown["Both", who][1] for who in ("North", "South", "Whole cluster")] == wanted
    met = figures(path, "2022: Numerator", "Trends")["Both", "North"]
    assert met[0].startswith("=IF(COUNT(")
    assert met[1] == 2
    links = {c.hyperlink.location for row in openpyxl.load_workbook(path)["Trends"] for c in row if c.hyperlink}
    assert "'Trends'!C7" in links
    assert_recalculates(office, path, tmp_path / "again")


@pytest.mark.slow
def test_points_of_a_trend_add_up_one_line_of_each_file_and_side_with_its_cells(office, tmp_path):
    ends = "{id: old-a, name: Old A, to: 2024-06-30}", "{id: old-b, name: Old B, to: 2024-06-30}"
    new = "{id: new, name: New, from: 2024-07-01, formed_from: [old-a, old-b]}"
    desk = laid(tmp_path, provinces=(*ends, new))
    for year in ("2021", "2022", "2023"):
        for who, cases in (("north", 5), ("old a", 7), ("old b", 9)):
            send(desk, who, year, ["A", cases, 4], ["B", 10, 2])
    for who in ("north", "new"):
        send(desk, who, "2024", ["A", 10, 6], ["B", 20, 2])
    path = made(desk)
    lines = lines_of(openpyxl.load_workbook(path), SHEET).values()
    own = [line for line in lines if line["Figure code"] == "share.2021" and line["Province"] == "New"]
    assert {(line["Sent by"], line["Side"], line["Value read"], line["Cell"]) for line in own} == {
        ("Old A", "Numerator", 6, "C4:C5"), ("Old A", "Denominator / base", 17, "B4:B5"),
        ("Old B", "Numerator", 6, "C4:C5"), ("Old B", "Denominator / base", 19, "B4:B5"),
    }  # fmt: skip
    shown = figures(path, "2021", "Trends")
    assert shown["Share", "New"][1] == 12 / 36
    assert shown["Share", "Whole cluster"][1] == 18 / 51
    assert {str(held)[0] for held, value in shown.values() if isinstance(value, int | float)} == {"="}
    assert_recalculates(office, path, tmp_path / "again")


def test_without_an_earlier_period_there_is_no_such_sheet(tmp_path):
    desk = laid(tmp_path)
    send(desk, "north", "2024", ["A", 10, 6])
    assert SHEET not in openpyxl.load_workbook(made(desk)).sheetnames


def test_a_figure_of_last_year_that_one_province_lacks_is_said_to_lack_where_it_would_stand(tmp_path):
    desk = laid(tmp_path)
    send(desk, "north", "2023", ["A", 10, "..."])
    send(desk, "south", "2023", ["A", 8, 4])
    for who in ("north", "south"):
        send(desk, who, "2024", ["A", 10, 6])
    path = made(desk)
    notes = {key: pair[1] for key, pair in figures(path, "Note").items()}
    said = "not comparable with 2023: the figures of then lack, or come to nothing, for North"
    assert (notes["Share", "North"], notes["Share", "Whole cluster"]) == (said, said)
    assert "2023" not in (notes["Share", "South"] or "") + (notes["Number", "North"] or "")
    assert figures(path)["Share", "South"][1] == 0.5


def test_where_no_figure_of_last_year_came_none_is_said_to_lack(tmp_path):
    desk = laid(tmp_path)
    for who in ("north", "south"):
        send(desk, who, "2024", ["A", 10, 6])
    assert not any("not comparable with 2023" in (text or "") for _, text in figures(made(desk), "Note").values())
