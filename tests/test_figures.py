"""The pictures: what is drawn, from which numbers, and that it is the same every time."""

import dataclasses
import math

import pandas as pd
import pytest

from pipeline import plots
from pipeline.analysis import Analysis
from pipeline.catalogue import load_catalogue
from pipeline.columns import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TABLES, TEXTS
from pipeline.errors import PipelineError
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.report.figures import comparison, figures
from pipeline.report.figures_achievement import achievement
from pipeline.report.figures_drawing import Row, canvas, style
from pipeline.report.figures_gaps import gaps
from pipeline.report.figures_rows import MOST, at_ends
from pipeline.report.figures_view import View
from pipeline.report.pictures import write_pictures
from pipeline.report.theme import TARGET

PERIOD = Period.parse("2024")
RATES = {
    "thanh-hoa": (966, 1078),
    "ninh-binh": (286, 361),
    "nghe-an": (970, 1064),
    "ha-tinh": (377, 431),
    "quang-binh": None,
    "": None,
}
CHANGES = {
    "thanh-hoa": -0.056,
    "ninh-binh": 0.037,
    "nghe-an": -0.057,
    "ha-tinh": -0.025,
    "quang-binh": None,
    "": -0.041,
}


@pytest.fixture(scope="module")
def catalogue(repo):
    return load_catalogue(repo / "schemas")


def wilson(part, whole):
    z, p = 1.959964, part / whole
    middle, half = p + z * z / (2 * whole), z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    return (middle - half) / (1 + z * z / whole), (middle + half) / (1 + z * z / whole)


def rate(province, parts):
    row = dict.fromkeys(INDICATORS) | {"period": "2024", "province": province, "indicator": "clearance_rate"}
    if parts is None:
        return row | {"status": "incomplete", "target": 0.8, "used": 0, "expected": 1}
    low, high = wilson(*parts)
    value = parts[0] / parts[1]
    status = "met" if value >= 0.8 else "missed"
    return row | {
        "value": value,
        "low": low,
        "high": high,
        "target": 0.8,
        "status": status,
        "previous": value - 0.01,
    }


def change(indicator, province, value):
    row = dict.fromkeys(INDICATORS) | {"period": "2024", "province": province, "indicator": indicator}
    target = -0.05 if indicator == "crime_change" else 0.0
    status = "incomplete" if value is None else "met" if value <= target else "missed"
    return row | {"value": value, "target": target, "status": status}


def observation(province, row, value):
    made = dict.fromkeys(OBSERVATIONS, "") | {"period": "2024", "form": "crime_by_type", "measure": "cases"}
    return made | {
        "province": province,
        "row": row,
        "value": value,
        "state": "number" if value is not None else "missing",
    }


def consolidation(indicators, observations=()):
    numbers = ["numerator", "denominator", "value", "low", "high", "target", "gap", "previous", "change"]
    frame = pd.DataFrame(indicators, columns=INDICATORS).astype(dict.fromkeys(numbers, float))
    return Consolidation(
        "2024",
        pd.DataFrame(observations, columns=OBSERVATIONS).astype({"value": float}),
        frame,
        pd.DataFrame(columns=FINDINGS),
        pd.DataFrame(columns=SUBMISSIONS),
    )


def results(catalogue, made, lang="vi"):
    return Results(made, PERIOD, catalogue, lang, "working", pd.DataFrame(columns=TEXTS))


@pytest.fixture(scope="module")
def made(catalogue):
    rows = [rate(province, parts) for province, parts in RATES.items()]
    for shift, name in enumerate(("crime_change", "accident_change", "death_change", "injury_change")):
        rows += [change(name, p, v and v + 0.02 * shift) for p, v in CHANGES.items()]
    members = [m.id for m in catalogue.forms["crime_by_type"].members.values()]
    counts = [
        observation(
            province,
            row,
            None if province == "quang-binh" and row == "theft" else float((i * 37 + n * 11) % 90),
        )
        for n, province in enumerate(list(RATES)[:5])
        for i, row in enumerate(members)
    ]
    return consolidation(rows, counts)


def test_each_picture_is_written_as_png_and_svg(catalogue, made, tmp_path):
    write_pictures(results(catalogue, made), tmp_path)
    names = {"clearance_rate", "clearance_rate_change", "change", "crime_by_type_cases_share"}
    assert {path.name for path in tmp_path.iterdir()} == {f"{n}.{kind}" for n in names for kind in ("png", "svg")}


@pytest.mark.slow
def test_the_same_numbers_give_the_same_bytes(catalogue, made, tmp_path):
    for name in ("one", "two"):
        write_pictures(results(catalogue, made), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_where_there_is_nothing_to_draw_there_is_no_picture(catalogue, tmp_path):
    write_pictures(results(catalogue, consolidation([])), tmp_path)
    without_values = [rate(province, None) for province in RATES]
    write_pictures(results(catalogue, consolidation(without_values)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def drawn(catalogue, made, lang="vi"):
    return {picture.name: picture for picture in figures(View(made, PERIOD, catalogue, lang))}


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_the_title_says_how_many_meet_the_target(catalogue, made):
    assert drawn(catalogue, made)["clearance_rate"].title.startswith("3/5 đơn vị đạt mục tiêu")
    assert drawn(catalogue, made, "en")["clearance_rate"].title.startswith("3 of 5 provinces meet the target")


def test_numbers_are_written_as_the_language_does(catalogue, made):
    assert "89,61 %  đạt" in texts(drawn(catalogue, made)["clearance_rate"].figure)
    assert "89.61%  met" in texts(drawn(catalogue, made, "en")["clearance_rate"].figure)


def test_no_line_of_a_title_or_note_begins_with_the_percent_sign_of_the_line_above():
    with style():
        figure, _ = canvas(f"{'n' * 74} 9,8 % cao", f"{'n' * 121} 9,8 %", 4)
    assert figure.get_suptitle() == f"{'n' * 74}\n9,8 % cao"
    assert figure.get_supxlabel() == f"{'n' * 121}\n9,8 %"


def test_the_interval_that_is_drawn_is_wilsons(catalogue, made):
    axes = drawn(catalogue, made)["clearance_rate"].figure.axes[0]
    lines = [tuple(line.get_xdata()) for line in axes.get_lines() if len(line.get_xdata()) == 2]
    assert wilson(966, 1078) in lines


def test_a_province_without_a_value_says_so(catalogue, made):
    for picture in drawn(catalogue, made).values():
        assert "chưa đủ số liệu" in texts(picture.figure)


def test_bars_begin_at_zero(catalogue, made):
    axes = drawn(catalogue, made)["change"].figure.axes[0]
    assert {patch.get_x() for patch in axes.patches} == {0.0}


def test_the_picture_of_several_changes_has_a_title_that_fits_them_all(catalogue, made):
    assert drawn(catalogue, made)["change"].title == "Tăng, giảm so với cùng kỳ năm trước"
    assert drawn(catalogue, made, "en")["change"].title == "Change against the same period of last year"


def test_the_picture_of_changes_says_how_many_of_them_may_be_chance(catalogue, made):
    told = [("crime_change", "thanh-hoa", 0.0), ("crime_change", "nghe-an", 1.0), ("crime_change", "", 1.0)]
    rows = [
        dict.fromkeys(TABLES["comparison"]) | dict(zip(("indicator", "province", "chance"), t, strict=True))
        for t in told
    ]
    tables = {"comparison": pd.DataFrame(rows, columns=list(TABLES["comparison"]))}
    figure = drawn(catalogue, dataclasses.replace(made, tables=tables), "en")["change"].figure
    said = [text.get_text().replace("\n", " ") for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    assert any("1 of 2 changes of provinces may be chance" in text for text in said)


def test_no_target_runs_through_the_figure_beside_a_bar(catalogue, made):
    figure = drawn(catalogue, made)["change"].figure
    figure.draw_without_rendering()
    struck = []
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        lines = [line for line in axes.get_lines() if line.get_color() == TARGET]
        where = {axes.transData.transform((line.get_xdata()[0], 0))[0] for line in lines}
        boxes = [text.get_window_extent() for text in axes.texts if "%" in text.get_text()]
        struck += [box for box in boxes for x in where if box.x0 <= x <= box.x1]
    assert struck == []


def test_of_which_rows_are_no_part_of_the_whole(catalogue, made):
    shares = drawn(catalogue, made)["crime_by_type_cases_share"].figure
    widths = [[patch.get_width() for patch in bar] for bar in shares.axes[0].containers]
    assert sum(column[0] for column in widths) == pytest.approx(1)
    names = {catalogue.forms["crime_by_type"].members[m].name.text("vi") for m in ("corruption", "high_tech", "gang")}
    assert names.isdisjoint(texts(shares))


def test_the_main_indicator_is_compared_with_last_year(catalogue, made):
    picture = drawn(catalogue, made)["clearance_rate_change"]
    assert "4/4 đơn vị tốt hơn cùng kỳ năm trước" in picture.title


@pytest.fixture(scope="module")
def asked(made, repo):
    return Analysis.of(made, repo / "schemas")


def test_a_notebook_gets_the_same_picture_of_any_indicator_and_provinces(asked):
    figure = plots.compare(asked, "crime_change", ["nghe-an", "ha-tinh"])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "Nghệ An",
        "Hà Tĩnh",
        "Toàn cụm",
    ]
    assert plots.png(figure).startswith(b"\x89PNG")


def test_a_notebook_gets_a_table_by_name_and_rank(asked):
    table = plots.table(asked, "clearance_rate", ["nghe-an", "quang-binh"], lang="en")
    assert list(table.index) == ["Nghe An", "Quang Binh", "Cluster"]


def test_an_unknown_indicator_is_refused_with_the_known_ones(asked):
    with pytest.raises(PipelineError, match="clearance_rate"):
        plots.compare(asked, "no_such")


def test_a_picture_that_covers_a_part_of_the_cluster_or_rests_on_doubts_says_so(catalogue, made):
    view = View(made, PERIOD, catalogue, "en")
    [share] = [drawn for drawn in figures(view) if drawn.name.endswith("_share")]
    assert "4 of 5 provinces" in share.title
    doubt = {"thanh-hoa": "rests on figures to look at: A!B1"}
    frame = made.indicators.assign(reason=[doubt.get(p, "") for p in made.indicators["province"]])
    doubted = View(dataclasses.replace(made, indicators=frame), PERIOD, catalogue, "en")
    said = " ".join(" ".join(texts(comparison(doubted, "clearance_rate").figure)).split())
    assert "to be looked at again: Thanh" in said


def gap(province, rate_effect, mix_effect):
    names = TABLES["decomposition"]
    row = dict.fromkeys(names) | {"indicator": "clearance_rate", "against": "cluster", "province": province, "row": ""}
    return row | {"rate_effect": rate_effect, "mix_effect": mix_effect, "total": rate_effect + mix_effect}


def view_with_gaps(catalogue, made, *rows):
    tables = {"decomposition": pd.DataFrame(rows, columns=TABLES["decomposition"])}
    return View(dataclasses.replace(made, tables=tables), PERIOD, catalogue, "en")


def test_the_parts_of_a_gap_begin_at_zero_on_their_own_side_and_the_mark_is_the_whole(catalogue, made):
    rows = (gap("nghe-an", 0.03, 0.01), gap("ninh-binh", -0.09, 0.02), gap("ha-tinh", -0.01, -0.02))
    picture = gaps(view_with_gaps(catalogue, made, *rows))
    axes = picture.figure.axes[0]
    spans = [[(bar.get_x(), bar.get_x() + bar.get_width()) for bar in part] for part in axes.containers]
    assert spans[0] == [(0, 0.03), (0, -0.01), (0, -0.09)]
    assert spans[1] == [pytest.approx(span) for span in ((0.03, 0.04), (-0.01, -0.03), (0, 0.02))]
    (marks,) = [line for line in axes.get_lines() if line.get_marker() == "D"]
    assert list(marks.get_xdata()) == pytest.approx([0.04, -0.03, -0.07])
    assert "Ninh Binh is farthest from the cluster (3 of 5 provinces), \N{MINUS SIGN}7.00 points" in picture.title
    assert "Not to be taken apart: Thanh Hoa, Quang Binh." in " ".join(" ".join(texts(picture.figure)).split())


def test_without_gaps_or_assignments_there_is_no_picture_of_them(catalogue, made):
    assert gaps(View(made, PERIOD, catalogue, "en")) is None
    assert gaps(view_with_gaps(catalogue, made)) is None
    assert achievement(View(made, PERIOD, catalogue, "en")) is None


def test_what_was_assigned_is_bars_from_zero_with_the_target_across(catalogue):
    rows = [
        change(name, province, value) | {"target": 1.0, "status": "met" if value >= 1 else "missed"}
        for name in ("id_card_achievement", "model_achievement")
        for province, value in (("nghe-an", 1.05), ("ha-tinh", 0.9), ("", 0.99))
    ]
    picture = achievement(View(consolidation(rows), PERIOD, catalogue, "en"))
    assert picture.title == "Results against what was assigned: 2 of 4 met"
    for axes in picture.figure.axes:
        assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 1.05), (0, 0.9), (0, 0.99)]
        lines = [line for line in axes.get_lines() if line.get_color() == TARGET]
        assert [line.get_xdata()[0] for line in lines] == [1.0] * 3


@pytest.fixture
def very_many():
    """Two hundred provinces, of which five have no rate; the cluster's own row."""
    rows = [rate(f"p{n:03}", (400 + n, 1000) if n % 40 else None) for n in range(200)]
    return consolidation([*rows, rate("", (50_000, 100_000))])


def test_of_very_many_provinces_a_picture_shows_those_at_both_ends_and_says_so(catalogue, very_many):
    figure = comparison(View(very_many, PERIOD, catalogue, "en"), "clearance_rate").figure
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(names) == MOST + 1
    assert names[:2] == ["p199", "p198"]
    assert names[-3:] == ["p002", "p001", "Cluster"]  # not those without a rate
    assert figure.get_size_inches()[1] < 50
    assert "Shown are 80 of 200 provinces" in said_in(figure)
    assert "0 of 200 provinces meet" in said_in(figure)  # what is counted is counted over all


@pytest.mark.parametrize("known", [10, MOST])
def test_a_picture_that_has_room_for_all_with_figures_does_not_say_that_some_of_them_lack(catalogue, known):
    rows = [rate(f"p{n:03}", (400 + n, 1000) if n < known else None) for n in range(MOST + 20)]
    view = View(consolidation([*rows, rate("", None)]), PERIOD, catalogue, "en")
    said = said_in(comparison(view, "clearance_rate").figure)
    assert "Shown are 80 of 100 provinces, those with figures before those without" in said
    assert "the last of those" not in said


def test_what_a_picture_leaves_out_is_said_to_be_in_the_workbook_too(catalogue, very_many):
    pictures = {lang: comparison(View(very_many, PERIOD, catalogue, lang), "clearance_rate") for lang in ("vi", "en")}
    said = {lang: said_in(picture.figure) for lang, picture in pictures.items()}
    assert "all are in the Excel workbook and in indicators.parquet" in said["en"]
    assert "đủ các tỉnh ở tệp Excel kết quả và ở indicators.parquet" in said["vi"]


def test_the_ends_are_the_first_pictures_where_several_stand_beside_each_other():
    one, other = ([Row(f"p{n}", "", float(n + by)) for n in range(200)] for by in (0, 5))
    assert [row.label for row in at_ends(other, one)] == [row.label for row in at_ends(one)]
    few = [Row(f"p{n}", "", float(n) if n < 10 else None) for n in range(200)]
    assert [row.value for row in at_ends(few)[:11]] == [*map(float, range(10)), None]
    assert len(at_ends(few)) == MOST


def test_of_very_many_provinces_the_shares_are_of_the_largest(catalogue, made, monkeypatch):
    whole = drawn(catalogue, made, "en")["crime_by_type_cases_share"].figure.axes[0]
    monkeypatch.setattr("pipeline.report.figures.MOST", 3)
    figure = drawn(catalogue, made, "en")["crime_by_type_cases_share"].figure
    few = figure.axes[0]
    names = [label.get_text() for label in whole.get_yticklabels()]
    shown = [names.index(label.get_text()) for label in few.get_yticklabels()]
    assert (len(shown), shown[-1]) == (4, 5)
    assert shown == sorted(shown)
    for part, all_of_it in zip(few.containers, whole.containers, strict=True):
        assert [bar.get_width() for bar in part] == [all_of_it[at].get_width() for at in shown]
    assert "Shown are 3 of 5 provinces, those with the largest numbers" in said_in(figure)


def test_of_very_many_gaps_the_picture_shows_the_farthest_on_either_side(catalogue, made, monkeypatch):
    rows = (gap("nghe-an", 0.03, 0.01), gap("ninh-binh", -0.09, 0.02), gap("ha-tinh", -0.01, -0.02))
    monkeypatch.setattr("pipeline.report.figures_rows.MOST", 2)
    figure = gaps(view_with_gaps(catalogue, made, *rows)).figure
    (marks,) = [line for line in figure.axes[0].get_lines() if line.get_marker() == "D"]
    assert list(marks.get_xdata()) == pytest.approx([0.04, -0.07])
    assert "Shown are 2 of 3 provinces" in said_in(figure)


def said_in(figure):
    return " ".join(" ".join(texts(figure)).split())
