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
    line = only(type(result)("2024", None, None, grouped(result.findings, "en"), None), "magnitude_suspect")
    assert (line["cells"], line["count"]) == ("B2:B6", 5)
    for word in ("20,000,000", "about 1,000 times", "19,000", "vụ", "5 cells in column B"):
        assert word in line["message"]
    assert result.complete


def test_the_doubt_stands_before_what_follows_from_it(tmp_path):
    form = FORM.replace("columns: {", "columns: {m: {header: M}, r: {header: R, kind: percent, equals: m / n}, ")
    rows = [["D", "M", "R", "Cases", "Before"], ["A", 5_000, 25, 20_000_000, 19_000], ["B", 5_000, 25, 20_000, 19_000]]
    result = Desk(tmp_path).catalogue(form).send([*rows, ["Total", 10_000, 25, 40_000, 38_000]]).check()
    assert {"total_mismatch", "stated_mismatch", "magnitude_suspect"} <= set(result.findings["rule"])
    lines = grouped(result.findings, "en")
    lines = lines[lines["severity"] == "warning"]
    assert [(line.rule, line.cell, line.following) for line in lines.itertuples()] == [("magnitude_suspect", "D2", 2)]
