"""A number that only a wrong unit explains is a doubt at its cell; a number that is merely large or small is none."""

import pandas as pd
import pytest

from pipeline.checks.magnitude import check_magnitude
from pipeline.grouping import grouped
from tests.books import Desk, only
from tests.frames import catalogue, cells, row

MADE = catalogue({"people": {"kind": "total", "numerator": "districts.due"}})
PROVINCES = ("north", "south", "east", "west", "centre")


def found(now, base=None):
    """(cell, factor) of each doubt."""
    doubts = check_magnitude(now, cells() if base is None else base, MADE)
    return [(f.place.cell, f.params["how"].params["factor"]) for f in doubts]


@pytest.mark.parametrize(
    ("value", "factor"),
    [
        (120_000_000, 1000),
        (120, 1000),
        (120_000_000_000, 1_000_000),
        (250_000, 0),
        (60_000, 0),
        (12_000_000, 0),
        (9, 0),
    ],
)
def test_a_figure_a_thousand_or_a_million_times_last_years_is_suspect(value, factor):
    now = cells(row("north", "theft", cases=value, cases__before=110_000))
    assert found(now) == ([("cases-theft", factor)] if factor else [])


@pytest.mark.parametrize(("value", "before"), [(9_000, 9), (1_000, 1), (5_000, 5), (0, 1_000_000), (1_000_000, 0)])
def test_a_small_count_that_grew_or_a_zero_is_no_doubt(value, before):
    assert found(cells(row("north", "theft", cases=value, cases__before=before))) == []


def test_what_was_reported_a_year_ago_counts_before_what_is_stated_now():
    now = cells(row("north", "theft", cases=120_000, cases__before=120))
    assert found(now) == [("cases-theft", 1000)]
    then = cells(row("north", "theft", cases=118_000, about="2023", reported_in="2023"))
    assert found(now, then) == []
    thousand = cells(row("north", "theft", cases=118, about="2023", reported_in="2023"))
    assert found(cells(row("north", "theft", cases=120_000)), thousand) == [("cases-theft", 1000)]


def test_without_last_years_figure_the_other_provinces_tell():
    sizes = dict(zip(PROVINCES, (120_000_000, 90_000, 150_000, 80_000, 60_000), strict=True))
    now = cells(*(row(province, "theft", cases=cases) for province, cases in sizes.items()))
    doubts = check_magnitude(now, cells(), MADE)
    assert [(f.place.file, f.rule, f.severity, f.value) for f in doubts] == [
        ("north.xlsx", "magnitude_suspect", "warning", "120000000")
    ]
    assert found(now[now["province"].isin(["north", "south", "east"])]) == []  # two others are too few to tell


def test_a_large_province_among_small_ones_is_no_doubt():
    sizes = dict(zip(PROVINCES, (400_000, 9_000, 15_000, 8_000, 26_000), strict=True))
    assert found(cells(*(row(province, "theft", cases=cases) for province, cases in sizes.items()))) == []


def test_provinces_that_differ_among_themselves_tell_nothing():
    sizes = dict(zip(PROVINCES, (90_000_000, 20, 90_000, 1_000_000, 3), strict=True))
    assert found(cells(*(row(province, "theft", cases=cases) for province, cases in sizes.items()))) == []


def test_what_the_other_provinces_confirm_is_right_and_last_years_figure_was_wrong():
    rows = [row(province, "theft", cases=100_000, cases__before=95_000) for province in PROVINCES[1:]]
    assert found(cells(row("north", "theft", cases=110_000, cases__before=110), *rows)) == []


def test_of_an_open_key_the_columns_are_compared_even_if_last_years_column_has_the_same_wrong_unit():
    form = {"title": "D", "rows": [{"key": "district", "members": "open"}]}
    form["columns"] = {"due": {"kind": "count", "previous": {"also": ["before"]}}}
    made = catalogue({"due": {"kind": "total", "numerator": "districts.due"}}, forms={"districts": form})
    rows = [row(p, f"{p} {n}", "districts", due=40_000, due__before=41_000) for p in PROVINCES[1:] for n in range(4)]
    own = [row("north", f"north {n}", "districts", due=38_000_000, due__before=39_000_000) for n in range(4)]
    doubts = check_magnitude(cells(*own, *rows), cells(), made)
    assert [(f.place.cell, f.value) for f in doubts] == [("due-north 0", "152000000")]
    then = [row("north", f"north {n}", "districts", due=39_000_000, about="2023", reported_in="2023") for n in range(4)]
    assert check_magnitude(cells(*own, *rows), cells(*then), made) == []


@pytest.mark.parametrize("change", [{"factor": 1000.0}, {"state": "rejected"}, {"role": "total"}])
def test_what_was_converted_or_refused_or_is_a_total_is_no_doubt(change):
    now = cells(row("north", "theft", cases=120_000_000, cases__before=110_000)).assign(**change)
    assert found(now) == []


def test_money_needs_more_than_a_count_does_before_it_is_doubted():
    assert found(cells(row("north", form="list", posts=15_000, posts__before=15))) == [("posts-", 1000)]
    assert found(cells(row("north", form="list", damage=15_000, damage__before=15))) == []
    assert found(cells(row("north", form="list", damage=150_000, damage__before=150))) == [("damage-", 1000)]


def test_an_amount_that_fell_to_a_thousandth_of_last_years_is_suspect_however_small_it_is_now():
    assert found(cells(row("north", form="list", damage=5.803, damage__before=6_839))) == [("damage-", 1000)]
    assert found(cells(row("north", form="list", damage=0.05, damage__before=50))) == []
    sizes = dict(zip(PROVINCES, (5, 9_000, 15_000, 8_000, 6_000), strict=True))  # of another province that is no doubt
    assert found(cells(*(row(province, form="list", damage=damage) for province, damage in sizes.items()))) == []


def test_the_frame_of_cells_stays_as_it_was():
    now = cells(row("north", "theft", cases=120_000_000, cases__before=110_000))
    before = now.copy()
    check_magnitude(now, cells(), MADE)
    pd.testing.assert_frame_equal(now, before)


FORM = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases, unit: vụ, previous: {also: [Before]}}}
"""


def test_a_whole_column_in_a_wrong_unit_is_one_line_with_both_values_and_the_factor(tmp_path):
    rows = [["D", "Cases", "Before"], *([f"Row {n}", 20_000_000 + n, 19_000] for n in range(5))]
    result = Desk(tmp_path).catalogue(FORM).send(rows).check()
    suspect = result.findings[result.findings["rule"] == "magnitude_suspect"]
    assert suspect["cell"].tolist() == ["B2", "B3", "B4", "B5", "B6"]
    lines = grouped(result.findings, "en", bases=result.bases)
    line = only(type(result)("2024", None, None, lines, None), "magnitude_suspect")
    assert (line["cells"], line["count"]) == ("B2:B6", 5)
    for word in ("20,000,000", "about 1,000 times", "19,000", "vụ", "5 cells in column B"):
        assert word in line["message"]
    assert result.complete


def test_the_doubt_stands_before_what_follows_from_it(tmp_path):
    form = FORM.replace("columns: {", "columns: {m: {header: M}, r: {header: R, kind: percent, equals: m / n}, ")
    rows = [["D", "M", "R", "Cases", "Before"], ["A", 5_000, 25, 20_000_000, 19_000], ["B", 5_000, 25, 20_000, 19_000]]
    result = Desk(tmp_path).catalogue(form).send([*rows, ["Total", 10_000, 25, 40_000, 38_000]]).check()
    assert {"total_mismatch", "stated_mismatch", "magnitude_suspect"} <= set(result.findings["rule"])
    lines = grouped(result.findings, "en", bases=result.bases)
    lines = lines[lines["severity"] == "warning"]
    assert [(line.rule, line.cell, line.following) for line in lines.itertuples()] == [("magnitude_suspect", "D2", 2)]


# Conversions


DAMAGE = """
    title: F
    layout: list
    periods: {current: {also: [Now]}, previous: {also: [Then]}}
    unit_header: {also: [ĐVT]}
    columns:
      fires: {header: Số vụ cháy, unit: vụ}
      damage: {header: Thiệt hại, kind: amount, unit: triệu đồng}
"""
HEAD, FIRES = ["Chỉ tiêu", "ĐVT", "Now", "Then"], ["Số vụ cháy", "vụ", 5, 4]


@pytest.mark.parametrize(("unit", "now"), [("nghìn đồng", 1500), ("tỷ đồng", 1500), ("đồng", 3200)])
def test_a_unit_that_takes_a_figure_away_from_what_was_reported_is_told_at_its_cell(tmp_path, unit, now):
    desk = Desk(tmp_path).catalogue(DAMAGE)
    desk.send([HEAD, FIRES, ["Thiệt hại", "triệu đồng", 1200, 1300]], period="2023")
    result = desk.send([HEAD, FIRES, ["Thiệt hại", unit, now, 1200]]).check()
    told = only(result, "conversion_suspect")
    assert (told["severity"], told["cell"], told["value"], told["expected"]) == ("warning", "B3", unit, "triệu đồng")
    for part in (f"{now:,}", "C3", "1,200", "2 numbers"):
        assert part in told["message"]
    lines = grouped(result.findings, "en", bases=result.bases)
    line = lines[lines["rule"] == "conversion_suspect"].iloc[0]
    assert line["following"] == 2
    assert "unit_converted" not in set(lines["rule"])


@pytest.mark.parametrize(("now", "then"), [(1_500_000, 1_200_000), (1500, 1_200_000), (1500, 9_000_000)])
def test_a_unit_that_brings_a_figure_near_what_was_reported_is_right(tmp_path, now, then):
    desk = Desk(tmp_path).catalogue(DAMAGE)
    desk.send([HEAD, FIRES, ["Thiệt hại", "triệu đồng", then / 1000, 1300]], period="2023")
    result = desk.send([HEAD, FIRES, ["Thiệt hại", "nghìn đồng", now, then]]).check()
    assert "conversion_suspect" not in set(result.findings["rule"])


def test_last_years_figure_tells_where_it_stands_in_another_unit_of_the_same_sheet(tmp_path):
    rows = [HEAD, FIRES, ["Thiệt hại", None, "1.500 nghìn đồng", 1400]]
    result = Desk(tmp_path).catalogue(DAMAGE).send(rows).check()
    assert only(result, "conversion_suspect")["cell"] == "C3"
    same = [HEAD, FIRES, ["Thiệt hại", "nghìn đồng", 1500, 1400]]
    result = Desk(tmp_path).send(same).check()
    assert "conversion_suspect" not in set(result.findings["rule"])


def test_the_other_provinces_tell_of_a_whole_column_that_was_converted_wrongly(tmp_path):
    form = """
        title: F
        rows: [{key: d, header: D, members: [{id: a}, {id: b}]}]
        columns: {n: {header: Damage, kind: amount, unit: triệu đồng}}
    """
    desk = Desk(tmp_path)
    provinces = "[{id: north, name: North}, {id: south, name: South}, {id: east, name: East}, {id: west, name: West}]"
    catalogue = "{name: T, clusters: [{id: c, provinces: [north, south, east, west]}], forms: [f]}"
    desk.catalogue(form, provinces=provinces, catalogue=catalogue)
    for n, name in enumerate(("south", "east", "west")):
        desk.send([["D", "Damage"], ["a", 900 + 300 * n], ["b", 50 + n]], name=f"{name}.xlsx")
    desk.send([["Đơn vị tính: nghìn đồng"], ["D", "Damage"], ["a", 1500], ["b", 60]])
    told = only(desk.check(), "conversion_suspect")
    assert (told["cell"], told["province"]) == ("A1", "north")
    desk.send([["Đơn vị tính: nghìn đồng"], ["D", "Damage"], ["a", 1500000], ["b", 60000]])
    assert "conversion_suspect" not in set(desk.check().findings["rule"])


AMOUNTS = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: Cases, unit: vụ}, m: {header: Damage, kind: amount, unit: triệu đồng}}
"""
FOUR = {
    "provinces": "[{id: north, name: North}, {id: south, name: South}, {id: east, name: East}, {id: west, name: West}]",
    "catalogue": "{name: T, clusters: [{id: c, provinces: [north, south, east, west]}], forms: [f]}",
}


@pytest.mark.parametrize(
    ("amounts", "is_told"),
    [
        ((4.5, 2.1, 0.8), True),
        ((4500, 2100, 800), False),
        ((4_500_000, 2_100_000, 800_000), True),
        ((90, 7, 30), False),
    ],
)
def test_a_whole_column_of_amounts_a_thousandth_or_a_thousand_times_the_other_provinces_is_told(
    tmp_path, amounts, is_told
):
    desk = Desk(tmp_path).catalogue(AMOUNTS, **FOUR)
    for n, name in enumerate(("south", "east", "west"), start=1):
        desk.send([["D", "Cases", "Damage"], ["X", 3, 1800 * n], ["Y", 4, 950 * n]], name=f"{name}.xlsx")
    desk.send([["D", "Cases", "Damage"], *([f"R{n}", 5, amount] for n, amount in enumerate(amounts))])
    told = desk.check().findings.query("rule == 'magnitude_suspect'")
    assert told[["province", "cell", "severity"]].values.tolist() == [["north", "C2", "warning"]] * is_told


def test_one_small_amount_alone_is_no_column(tmp_path):
    desk = Desk(tmp_path).catalogue(AMOUNTS, **FOUR)
    for name in ("south", "east", "west"):
        desk.send([["D", "Cases", "Damage"], ["X", 3, 1800], ["Y", 4, 950]], name=f"{name}.xlsx")
    desk.send([["D", "Cases", "Damage"], ["X", 3, 2.5], ["Y", 4, 0]])
    assert "magnitude_suspect" not in set(desk.check().findings["rule"])
