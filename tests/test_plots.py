"""Pictures and tables for notebooks: what they show, of whom, and what they say where there is nothing to show."""

import dataclasses
from functools import partial

import pandas as pd
import pytest

import pipeline
from pipeline import plots
from pipeline.errors import PipelineError
from pipeline.report.figures_view import View
from pipeline.report.theme import CLUSTER

CASES = ("crime_by_district", "cases")
RATES = ("crime_by_district", "cleared", "cases")


@pytest.fixture(scope="module")
def done(repo, consolidated):
    return pipeline.load("2024", consolidated.outputs, repo / "schemas")


@pytest.fixture(scope="module")
def history(consolidated):
    return pipeline.history(consolidated.outputs)


def said(figure):
    own = [figure.get_suptitle(), figure.get_supxlabel()]
    drawn = [text.get_text() for axes in figure.axes for text in axes.texts]
    return " ".join(" ".join([*own, *drawn]).split())


def test_a_slope_joins_last_year_and_this_period_of_each_province_in_its_own_colour(done):
    figure = plots.slope(done, "clearance_rate", ["Nghệ An"])
    lines = {line.get_color(): line.get_ydata() for line in figure.axes[0].lines if list(line.get_xdata()) == [0, 1]}
    row = done.indicators.query("indicator == 'clearance_rate' and province == 'nghe-an'").iloc[0]
    view = View(done, done.of_period, done.catalogue, "vi")
    assert list(lines[view.colour("nghe-an")]) == [row["previous"], row["value"]]
    assert len(lines) == 2
    assert CLUSTER in lines
    assert "Nghệ An 91,17 %" in said(figure)


def test_pictures_of_figures_that_are_made_up_say_so(done, history):
    rate, cases = "clearance_rate", partial(plots.districts, done, "ha-tinh", history=history)
    drawn = [draw(done, rate) for draw in (plots.compare, plots.slope, plots.funnel, plots.trend)]
    drawn += [cases(of=CASES), cases(of=RATES)]
    assert all("(SỐ LIỆU MINH HỌA)" in said(figure) for figure in drawn)
    real = dataclasses.replace(done, note=None)
    assert "MINH HỌA" not in said(plots.compare(real, "clearance_rate"))


def test_a_slope_names_those_without_one_of_the_two_figures(done):
    frame = done.indicators
    lacks = (frame["indicator"] == "clearance_rate") & (frame["province"] == "ha-tinh")
    figure = plots.slope(dataclasses.replace(done, indicators=frame.assign(previous=frame["previous"].mask(lacks))),
                         "clearance_rate", lang="en")  # fmt: skip
    assert "Without figures of both periods: Ha Tinh." in said(figure)


@pytest.mark.parametrize("indicator", ["serious_fires", "traffic_three_down", "gang_cases"])
def test_a_slope_names_every_line_at_both_ends_though_all_end_at_one_value(done, indicator):
    figure = plots.slope(done, indicator)
    low, high = figure.axes[0].get_ylim()
    drawn = sum(list(line.get_xdata()) == [0, 1] for line in figure.axes[0].lines)
    inside = [text for text in figure.axes[0].texts if low < text.xy[1] < high]
    assert len(inside) == 2 * drawn >= 10


def test_a_funnel_is_drawn_of_any_share_and_of_nothing_else(done):
    assert "ma túy" in said(plots.funnel(done, "drug_clearance_rate"))
    assert "Phễu chỉ có với tỷ lệ" in said(plots.funnel(done, "crime_change"))


def test_a_trend_of_one_province_tells_its_own_way(done):
    told = said(plots.trend(done, "clearance_rate", ["Ninh Binh"], lang="en"))
    assert "Ninh Binh 82.10% (2022), 81.90% (2023), 79.22% (2024)" in told
    assert "Nghe An" not in told
    assert "Thanh Hoa" not in told
    assert "Target" in told
    bare = dataclasses.replace(done, tables={})
    assert "figures of three periods" in said(plots.trend(bare, "clearance_rate", lang="en"))


def test_districts_stand_largest_first_with_their_shares_and_last_years_counts(done, history):
    earlier = history.query("form == 'crime_by_district' and measure == 'cases'").assign(
        period="2023", reported_in="2023", value=lambda frame: frame["value"] / 2
    )
    both = pd.concat([earlier, history])
    table = plots.district_table(done, "Hà Tĩnh", CASES, both)
    assert table.index[0] == "Thành phố Hà Tĩnh"
    assert table["share"].sum() == pytest.approx(1)
    assert set(table["change"]) == {1.0}
    assert table["value"].is_monotonic_decreasing
    assert plots.district_table(done, "ha-tinh", CASES, history)["change"].isna().all()


def test_where_a_district_lacks_a_number_no_share_is_given_and_it_is_named(done, history):
    town = (history["label"] == "Thị xã Kỳ Anh") & (history["measure"] == "cases")
    lacking = history.assign(value=history["value"].mask(town))
    assert plots.district_table(done, "ha-tinh", CASES, lacking)["share"].isna().all()
    told = said(plots.districts(done, "ha-tinh", CASES, lacking))
    assert "không tính phần trăm: Thị xã Kỳ Anh" in told
    assert "%)" not in told
    assert "Không tính đơn vị thiếu số" in said(plots.districts(done, "ha-tinh", RATES, lacking))


def test_rates_of_districts_stand_beside_the_provinces_own_rate(done, history):
    figure = plots.districts(done, "ha-tinh", RATES, history, lang="en")
    assert len(figure.axes[0].get_yticklabels()) == len(plots.district_table(done, "ha-tinh", CASES, history))
    rows = history.query("form == 'crime_by_district' and province == 'ha-tinh'").pivot(
        index="row", columns="measure", values="value"
    )
    assert f"Province {rows['cleared'].sum() / rows['cases'].sum():.1%}" in said(figure)


def test_a_province_without_the_form_is_told_so(done, history):
    none = history[history["form"] != "crime_by_district"]
    assert "sent no such form" in said(plots.districts(done, "ha-tinh", CASES, none, lang="en"))
    assert "sent no such form" in said(plots.districts(done, "ha-tinh", RATES, none, lang="en"))


def test_a_column_that_nobody_knows_is_refused_and_no_province_is_said_to_lack_it(done, history):
    for of in (("crime_by_district", "casess"), ("crime_by_district", "cleared", "casess")):
        with pytest.raises(PipelineError, match=r'Did you mean "crime_by_district\.cases"'):
            plots.districts(done, "ha-tinh", of, history)
    with pytest.raises(PipelineError, match="choose of: vi, en"):
        plots.compare(done, "clearance_rate", lang="fr")


def test_one_province_may_stand_alone(done):
    assert list(plots.table(done, "clearance_rate", "ha tinh").index) == ["Hà Tĩnh", "Toàn cụm"]
    assert list(done.compare("ha-tinh", "clearance_rate").index.get_level_values("province")) == ["ha-tinh", ""]
    assert "Nghệ An" not in said(plots.compare(done, "clearance_rate", "ha-tinh"))


def test_the_forms_of_districts_are_those_whose_rows_a_province_names(done):
    found = dict(plots.countings(done, lang="en"))
    assert {form for form, _ in found.values()} == {"crime_by_district", "identity"}
    assert ("crime_by_district", "cleared") in found.values()
    assert all(label.isascii() for label in found)


def test_several_indicators_stand_in_one_table_with_doubtful_figures_marked(done):
    table = plots.matrix(done, ["clearance_rate", "Tỷ lệ khám phá tội phạm về ma túy"], ["thanh-hoa", "nghe-an"])
    assert list(table.columns) == ["Thanh Hóa", "Nghệ An", "Toàn cụm"]
    assert list(table.iloc[0]) == ["89,61 % *", "91,17 %", "88,14 % *"]


def test_names_that_nobody_knows_and_a_catalogue_that_is_not_there_are_refused(done, tmp_path):
    for ask in (plots.compare, plots.slope, plots.trend, plots.table):
        with pytest.raises(PipelineError, match="Atlantis"):
            ask(done, "clearance_rate", ["Atlantis"])
    with pytest.raises(PipelineError, match="nowhere"):
        plots.compare(dataclasses.replace(done, schemas=tmp_path / "nowhere"), "clearance_rate")


def test_without_widgets_a_choice_shows_what_was_chosen_first(monkeypatch):
    monkeypatch.setattr(plots, "find_spec", lambda _: None)
    assert plots.choose(lambda one: f"chose {one}", one=("a", [("A", "a"), ("B", "b")])) == "chose a"


def test_with_widgets_there_is_a_drop_down_for_each_choice(monkeypatch):
    class Widgets:
        made = None

        def SelectMultiple(self, **field):  # noqa: N802 - the name that ipywidgets gives it
            return ("several", field["value"], dict(field["options"]))

        def Dropdown(self, **field):  # noqa: N802 - the same
            return ("one", field["value"], dict(field["options"]))

        def interact(self, shown, **fields):
            assert shown.__name__  # ipywidgets asks for it
            shown(**{name: value for name, (_, value, _) in fields.items()})
            self.made = fields

    widgets = Widgets()
    monkeypatch.delenv(plots.NO_WIDGETS, raising=False)
    monkeypatch.setattr(plots, "find_spec", lambda _: True)
    monkeypatch.setattr(plots, "import_module", lambda _: widgets)
    seen = {}
    plots.choose(partial(seen.update, also=True), one=("b by name", [("A", "a")]), many=([], [("A", "a")]))
    assert seen == {"one": "b by name", "many": [], "also": True}
    assert widgets.made["one"] == ("one", "b by name", {"A": "a", "b by name": "b by name"})
    assert widgets.made["many"] == ("several", [], {"A": "a"})
