"""The funnel of the main proportion: its curves, its sentences, the picture and the workbook's chart."""

import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue import load_catalogue
from pipeline.columns import FINDINGS, OBSERVATIONS, SUBMISSIONS, TEXTS
from pipeline.indicators.comparison import comparison
from pipeline.indicators.whole import sources
from pipeline.messages import Messages
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.report.figures_funnel import funnel
from pipeline.report.figures_view import View
from pipeline.report.funnel import axis, funnel_of, note_of, title_of
from pipeline.report.pictures import write_pictures
from pipeline.report.sides import SIDES, Named, sides_of
from pipeline.report.workbook import write_workbook
from pipeline.statistics.funnel import limits
from tests.frames import RATE, catalogue, cells, computed, crime

PROPORTION = RATE | {"proportion": True}
PERIOD = Period.parse("2024")
MEMBERS = ("north", "south", "east", "west")
TARGET = {"indicator": "rate", "value": 0.8, "op": ">="}
SPREAD = {"north": (1000, 900), "south": (100, 80), "east": (20, 8), "west": (400, 340)}
EVEN = {"north": (1000, 850), "south": (100, 84), "east": (40, 34), "west": (400, 340)}
NAMES = {"Thanh Hóa", "Ninh Bình", "Nghệ An", "Hà Tĩnh", "Quảng Bình"}
SERIES = re.compile(r"<c:ser>.*?</c:ser>", re.DOTALL)


def results(counts, indicators=None, targets=(TARGET,), lang="en", members=MEMBERS):
    """The results of a small cluster: cases and cleared cases of each province."""
    made = catalogue(indicators or {"rate": PROPORTION}, targets, members=members)
    now = cells(*(crime(province, *count) for province, count in counts.items()))
    frame = computed(made, now, lang=lang).frame.reset_index()
    source, _ = sources(now, cells(), made, PERIOD)
    empty = (pd.DataFrame(columns=columns) for columns in (FINDINGS, SUBMISSIONS))
    tables = {"comparison": comparison(frame, source, lang)}
    return Results(
        Consolidation("2024", now[list(OBSERVATIONS)], frame, *empty, tables=tables),
        PERIOD, made, lang, "working", pd.DataFrame(columns=TEXTS),
    )  # fmt: skip


def found_of(counts, **more):
    return funnel_of(results(counts, **more).consolidation.tables)


def picture(counts, **more):
    made = results(counts, **more)
    return funnel(View(made.consolidation, made.period, made.catalogue, made.lang))


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def chart_of(path):
    """The chart of the funnel in a workbook; None where there is none."""
    with zipfile.ZipFile(path) as file:
        parts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/charts/chart")]
    charts = [part for part in parts if "<c:scatterChart>" in part]
    assert len(charts) < 2
    return charts[0] if charts else None


# What it shows


def test_the_curves_are_the_limits_at_their_denominators():
    found = found_of(SPREAD)
    assert found.centre == pytest.approx(1328 / 1520)
    assert [around for _, around in found.curve] == [limits(found.centre, size) for size, _ in found.curve]
    sizes = [size for size, _ in found.curve]
    assert (sizes[0], sizes[-1]) == (10, 1050)
    assert 25 <= len(sizes) <= 40
    assert sizes == sorted(set(sizes))


def test_two_provinces_or_a_ratio_that_is_no_proportion_have_no_funnel():
    two = {province: SPREAD[province] for province in ("north", "south")}
    assert found_of(two) is None
    assert found_of(two | {"east": (20, 8)}) is not None
    assert found_of(two | {"east": (0, 0)}) is None
    assert found_of(SPREAD, indicators={"rate": RATE}) is None
    assert found_of(SPREAD | {"east": (20, 21)}) is None
    assert funnel_of({}) is None


def test_all_cases_cleared_everywhere_leave_nothing_to_chance_and_nothing_to_draw():
    assert found_of(dict.fromkeys(MEMBERS, (100, 100))) is None


def test_the_first_proportion_with_limits_is_drawn():
    indicators = {"amounts": {"kind": "percent", "numerator": "list.damage", "denominator": "list.fires"}}
    indicators |= {"ratio": RATE}
    assert found_of(SPREAD, indicators=indicators | {"rate": PROPORTION, "again": PROPORTION}).indicator == "rate"


def test_a_target_is_a_line_where_it_is_the_same_for_all():
    assert found_of(SPREAD).target == 0.8
    assert found_of(SPREAD, targets=()).target is None
    assert found_of(SPREAD, targets=(TARGET | {"provinces": ["north"]},)).target is None
    own = [TARGET | {"provinces": ["north"]}, TARGET | {"value": 0.7, "provinces": ["south", "east", "west"]}]
    assert found_of(SPREAD, targets=own).target is None


def test_the_title_says_who_lies_outside_and_on_which_side():
    def said(counts, lang="en"):
        return title_of(found_of(counts), "Rate", str, Messages(lang))

    assert said(SPREAD) == "Rate: 1 of 4 provinces outside the 99.8% limits (below: east)"
    assert said(SPREAD, "vi") == "Rate: 1/4 tỉnh nằm ngoài giới hạn 99,8 % (thấp hơn: east)"
    near = said(EVEN | {"south": (100, 76), "east": (40, 40)})
    assert (
        near == "Rate: no province outside the 99.8% limits, 2 of 4 outside the 95% limits (above: east; below: south)"
    )
    assert said(EVEN) == "Rate: all 4 provinces within the 95% limits, where chance alone may explain the differences"


def test_of_very_many_the_title_and_the_note_name_eight():
    high = {f"high{n:02}": (1000, 990) for n in range(11)}
    low = {f"low{n}": (1000, 500) for n in range(8)}
    counts = high | low | {f"few{n:02}": (20, 15) for n in range(10)}
    made = results(counts, members=tuple(counts))
    found, say = funnel_of(made.consolidation.tables), Messages("en")
    above, below = (
        ", ".join(f"{side}{n}" for n in numbers) for side, numbers in (("high0", range(8)), ("low", range(8)))
    )
    assert f"(above: {above} and 3 more; below: {below})" in title_of(found, "Rate", str, say)
    small = ", ".join(f"few0{n}" for n in range(8))
    assert f"(denominators below 30): {small} and 2 more." in note_of(found, made.catalogue, str, say)


def test_the_note_says_what_the_table_says_and_whose_numbers_are_small():
    for counts, small, spread in ((SPREAD, True, True), (EVEN, False, False)):
        made = results(counts)
        note = note_of(funnel_of(made.consolidation.tables), made.catalogue, str, Messages("en"))
        assert ("Small numbers (denominators below 30): east." in note) == small
        assert ("overdispersion" in note) == spread
        assert ("Bold:" in note) == spread


MANY = {f"place{n:02}": (400 + 10 * n, round((400 + 10 * n) * 0.85) + (n % 7) - 3) for n in range(20)}
ODD = {"place03": (430, 300), "place17": (570, 560)}  # far from the others


def test_of_many_provinces_those_are_named_that_lie_farthest_from_the_cluster():
    found = found_of(MANY | ODD, members=tuple(MANY))
    assert len(found.named) == 5
    assert set(ODD) <= found.named
    note = note_of(found, results(MANY | ODD, members=tuple(MANY)).catalogue, str, Messages("en"))
    assert "Named are only the 5 provinces that lie farthest from the cluster's rate for their size." in note
    assert found_of(SPREAD).named == set(SPREAD)
    assert "Named" not in note_of(found_of(SPREAD), results(SPREAD).catalogue, str, Messages("en"))


def test_the_picture_and_the_chart_name_the_same_of_many(tmp_path):
    named = found_of(MANY | ODD, members=tuple(MANY)).named
    said = " ".join(texts(picture(MANY | ODD, members=tuple(MANY)).figure))
    assert {name for name in MANY if f"{name} " in said} == named
    write_workbook(results(MANY | ODD, members=tuple(MANY)), tmp_path / "many.xlsx")
    series = SERIES.findall(chart_of(tmp_path / "many.xlsx"))
    labelled = [one for one in series if "<c:showSerName" in one]
    assert {name for name in MANY for one in labelled if f"<c:v>{name}</c:v>" in one} == named
    # No chart takes more than 255 series: all points are one, and those that are named lie over it.
    spans = (re.search(r"<c:xVal>.*?\$(\d+):\$\w+\$(\d+)</c:f>", one, re.DOTALL) for one in series)
    points = [span for span in spans if span and int(span[2]) - int(span[1]) + 1 == len(MANY)]
    assert len(points) == 1
    assert len(series) == 6 + len(points) + len(named)


@given(st.floats(0, 1), st.floats(0.0001, 1))
def test_an_axis_of_round_numbers_holds_all(low, width):
    found = axis(low, low + width)
    assert found.low <= low + 1e-9
    assert found.high >= low + width - 1e-9
    assert 4 <= round((found.high - found.low) / found.step) <= 11


@given(st.lists(st.tuples(st.floats(0.1, 0.9), st.floats(0.1, 0.9)), min_size=1, max_size=8))
def test_a_name_has_one_of_four_sides(points):
    found = sides_of([Named(x, y, 0.15, 0.05) for x, y in points])
    assert len(found) == len(points)
    assert set(found) <= set(SIDES)


def test_names_of_near_points_do_not_cover_each_other_or_leave_the_field():
    near = [Named(0.5, 0.5, 0.2, 0.05), Named(0.52, 0.51, 0.2, 0.05), Named(0.51, 0.48, 0.2, 0.05)]
    assert len(set(sides_of(near))) == 3
    assert sides_of([Named(0.95, 0.5, 0.2, 0.05)]) == ["left"]
    line = [(0.5 + n / 100, 0.5) for n in range(50)]
    assert sides_of([Named(0.5, 0.5, 0.2, 0.05)], line) == ["left"]


def test_a_name_hides_no_point_even_where_it_must_lie_over_lines():
    lines = [(0.6 + n / 500, 0.8) for n in range(150)]
    above, _ = sides_of([Named(0.88, 0.8, 0.15, 0.06), Named(0.89, 0.7, 0.15, 0.06)], [*lines, (0.88, 0.87)])
    assert above != "below"


# The picture


def test_the_samples_have_a_picture_that_names_every_province(repo, consolidated):
    names = {path.name for path in (consolidated.folder / "figures").iterdir()}
    assert {"clearance_rate_funnel.png", "clearance_rate_funnel.svg"} <= names
    drawn = funnel(View(consolidated.consolidation, PERIOD, load_catalogue(repo / "schemas"), "vi"))
    assert drawn.title.endswith("2/5 tỉnh nằm ngoài giới hạn 99,8 % (cao hơn: Nghệ An; thấp hơn: Ninh Bình)")
    said = " ".join(texts(drawn.figure))
    assert all(name in said for name in NAMES)
    assert {"Giới hạn 95 %", "Giới hạn 99,8 %", "Mục tiêu ≥ 80 %"} <= set(texts(drawn.figure))


def test_each_province_is_named_in_the_picture_beside_its_point():
    figure = picture(SPREAD).figure
    for name, value in (("north", "90.00%"), ("south", "80.00%"), ("east", "40.00%"), ("west", "85.00%")):
        assert f"{name} {value}" in texts(figure)
    axes = figure.axes[0]
    assert axes.get_ylim()[0] <= 0.4
    assert axes.get_xlim()[1] >= 1050


def test_the_pictures_curves_are_the_funnels():
    found, axes = found_of(SPREAD), picture(SPREAD).figure.axes[0]
    drawn = [list(line.get_ydata()) for line in axes.get_lines() if len(line.get_ydata()) == len(found.curve)]
    assert drawn == [[getattr(a, e) for _, a in found.curve] for e in ("lower95", "upper95", "lower998", "upper998")]


def written(rates, folder):
    """The files of the funnel among all pictures."""
    return [path for path in write_pictures(results(rates), folder) if "_funnel" in path.name]


def test_without_a_funnel_there_is_no_picture(tmp_path):
    assert written({province: SPREAD[province] for province in ("north", "south")}, tmp_path / "none") == []
    assert [path.name for path in written(SPREAD, tmp_path)] == ["rate_funnel.png", "rate_funnel.svg"]


def test_the_same_numbers_give_the_same_picture(tmp_path):
    one, other = (written(SPREAD, tmp_path / name) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


# The workbook's chart


def test_the_chart_has_a_series_for_each_province_and_each_curve(consolidated):
    path = consolidated.folder / "consolidated.xlsx"
    chart = chart_of(path)
    series = SERIES.findall(chart)
    points = [one for one in series if "<c:showSerName" in one]
    assert {name for name in NAMES for one in points if f"<c:v>{name}</c:v>" in one} == NAMES
    assert len(points) == len(NAMES)
    # The cluster's rate, two limits on either side, the target.
    assert len(series) - len(points) == 6
    legend = chart.split("<c:legend>")[1]
    assert legend.count('<c:delete val="1"/>') == len(NAMES) + 2
    assert "Nghệ An" in chart.split("<c:plotArea>")[0]
    assert len(set(re.findall(r'<a:srgbClr val="(\w+)"/>', "".join(one.split("<c:dLbls>")[0] for one in points)))) == 6


def test_the_charts_data_are_the_limits_and_stand_on_the_sheet(consolidated):
    sheet = consolidated.book(values=True)["Biểu đồ"]
    rows = [[cell.value for cell in row[1:9]] for row in sheet.iter_rows() if row[0].value == "Đường giới hạn"]
    assert 25 <= len(rows) <= 40
    for size, _, centre, *ends, target in rows:
        around = limits(2913 / 3305, size)
        assert (centre, target) == (pytest.approx(2913 / 3305), 0.8)
        assert ends == [pytest.approx(n) for n in (around.lower95, around.upper95, around.lower998, around.upper998)]


def test_no_point_and_no_curve_is_cut_off(consolidated):
    chart = chart_of(consolidated.folder / "consolidated.xlsx")
    highest, lowest = ([float(n) for n in re.findall(f'<c:{end} val="([^"]+)"/>', chart)] for end in ("max", "min"))
    assert highest == [1200, 0.96]
    assert lowest == [0, 0.78]


def test_what_is_said_below_the_chart_is_also_in_its_description(consolidated):
    path = consolidated.folder / "consolidated.xlsx"
    sheet = openpyxl.load_workbook(path, data_only=True)["Biểu đồ"]
    (note,) = [c.value for row in sheet.iter_rows() for c in row if str(c.value).startswith("Trong giới hạn")]
    assert "phân tán quá mức" in note
    with zipfile.ZipFile(path) as file:
        drawings = "".join(file.read(n).decode() for n in file.namelist() if n.startswith("xl/drawings/drawing"))
    (told,) = [one for one in re.findall(r'descr="([^"]*)"', drawings) if note in one]
    assert all(name in told for name in NAMES)


def test_a_workbook_has_the_chart_where_there_is_a_funnel_only(tmp_path):
    write_workbook(results(SPREAD), tmp_path / "four.xlsx")
    assert len(SERIES.findall(chart_of(tmp_path / "four.xlsx"))) == 6 + 4
    write_workbook(results(SPREAD, targets=()), tmp_path / "free.xlsx")
    assert len(SERIES.findall(chart_of(tmp_path / "free.xlsx"))) == 5 + 4
    write_workbook(results({p: SPREAD[p] for p in ("north", "south")}), tmp_path / "two.xlsx")
    assert chart_of(tmp_path / "two.xlsx") is None
