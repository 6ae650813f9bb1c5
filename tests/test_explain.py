"""A figure taken apart, by the library and on the command line: its cells add up to it, names are found as typed."""

import math

import pytest

import pipeline
from pipeline.catalogue import load_catalogue
from pipeline.errors import PipelineError, UnknownNameError
from tests.test_cli import assert_refused, run


@pytest.fixture(scope="module")
def asked(repo, consolidated):
    return pipeline.load("2024", consolidated.outputs, repo / "schemas")


@pytest.fixture(scope="module")
def places(repo, consolidated):
    options = {"--outputs": consolidated.outputs, "--schemas": repo / "schemas"}
    return [word for option in options.items() for word in option]


def test_the_cells_of_every_figure_of_the_samples_add_up_to_it(asked):
    rows = asked.indicators[["indicator", "province"]].itertuples(index=False)
    sides = [(row, side) for row in rows for side in asked.explain(*row).sides if not math.isnan(side.stated)]
    assert len(sides) > 200
    assert [(row, side) for row, side in sides if not side.agrees] == []


def test_each_cell_holds_what_its_file_holds(asked, samples):
    import openpyxl

    cells = asked.explain("crime_change", "Th\u0061nh Ho\u00e1").cells
    assert set(cells["side"]) == {"numerator", "denominator"}
    book = openpyxl.load_workbook(samples / cells["file"].iloc[0], data_only=True)
    assert [str(book[c.sheet][c.cell].value) for c in cells.itertuples()] == list(cells["raw"])


def test_what_was_found_at_the_cells_is_told(asked):
    found = asked.explain("clearance_rate", "thanh-hoa").findings
    assert list(found["rule"]) == ["cleared_within_cases"]
    assert asked.explain("clearance_rate", "nghe-an").findings.empty


def test_what_joins_indicators_names_them(asked):
    found = asked.explain("traffic_three_down", "ha-tinh")
    assert found.parts == ("accident_change", "death_change", "injury_change")
    assert found.sides == ()
    assert found.cells.empty


def test_a_rate_per_people_is_explained_by_its_cases(asked):
    found = asked.explain("crime_rate", "ha-tinh")
    assert [side.name for side in found.sides] == ["numerator"]
    assert found.cells["value"].sum() == found.sides[0].stated


@pytest.mark.parametrize(
    ("indicator", "province", "near"), [("clearence_rate", "", "clearance_rate"), ("crime_rate", "Nghe Ann", "nghe-an")]
)
def test_a_misspelt_name_is_refused_and_the_nearest_known_one_proposed(
    asked, places, tmp_path, indicator, province, near
):
    with pytest.raises(UnknownNameError):
        asked.explain(indicator, province)
    done = run("explain", "2024", indicator, *([province] if province else []), *places, cwd=tmp_path, lang="en")
    assert_refused(done, f'Did you mean "{near}"?')


def test_provinces_are_compared_by_the_names_that_people_use(asked):
    frame = asked.compare(["Ngh\u1ec7 An", "ninh binh"], "clearance_rate")
    assert list(frame.index) == [("clearance_rate", "ninh-binh"), ("clearance_rate", "nghe-an"), ("clearance_rate", "")]
    assert frame.loc[("clearance_rate", "nghe-an"), ["numerator", "denominator", "rank_best"]].tolist() == [
        970,
        1064,
        1,
    ]
    assert len(asked.compare()) == len(asked.indicators)


def test_a_trend_has_each_period_that_was_read(asked):
    trend = asked.trend("clearance_rate", "ninh-binh")
    assert list(trend.index) == ["2022", "2023", "2024"]
    assert trend.loc["2024", "numerator"] == 286


def test_without_its_catalogue_a_consolidation_has_its_frames_and_says_why_it_cannot_be_asked(consolidated, tmp_path):
    alone = pipeline.load("2024", consolidated.outputs, tmp_path / "nowhere")
    assert len(alone.observations)
    with pytest.raises(PipelineError, match="nowhere"):
        alone.compare()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_prints_the_formula_both_sides_and_their_cells(places, tmp_path, lang):
    done = run("explain", "2024", "clearance_rate", "thanh-hoa", *places, cwd=tmp_path, lang=lang)
    assert (done.returncode, done.stderr) == (0, "")
    words = {
        "vi": ("966 = t\u1ed5ng c\u1ee7a 9 \u00f4", "1.078", "[Bi\u1ec3u 01]"),
        "en": ("966 = the sum of the 9 cells", "1,078", "[Form 01]"),
    }
    for word in (
        *words[lang],
        "Bi\u1ec3u 01!G16",
        "Bi\u1ec3u 01!E24",
        "Thanh H\u00f3a_b\u00e1o c\u00e1o n\u0103m 2024.xlsx",
    ):
        assert word in done.stdout


def test_of_a_figure_with_many_cells_the_first_are_shown_and_the_rest_counted(places, tmp_path, asked):
    done = run("explain", "2024", "crime_change", *places, cwd=tmp_path, lang="en")
    more = len(asked.explain("crime_change").cells) - 60
    assert f"{more} more cells" in done.stdout


def test_a_period_that_was_not_consolidated_says_so(repo, tmp_path):
    places = ["--schemas", repo / "schemas", "--outputs", tmp_path]
    assert_refused(run("explain", "2023", "clearance_rate", *places, cwd=tmp_path, lang="en"), "2023", "consolidate")


def test_the_catalogue_is_listed_with_every_form_indicator_and_target(repo, tmp_path):
    catalogue = load_catalogue(repo / "schemas")
    places = ["--inputs", repo / "inputs", "--schemas", repo / "schemas"]
    done = run("catalogue", *places, "--period", "2024", cwd=tmp_path, lang="en")
    assert (done.returncode, done.stderr) == (0, "")
    for name in (*catalogue.forms, *catalogue.indicators, "\u2265 80% (\u2265 75%)", "Thanh Hoa (thanh-hoa)"):
        assert name in done.stdout


def test_a_catalogue_is_checked_by_itself(repo, tmp_path):
    done = run("catalogue", "check", "--schemas", repo / "schemas", cwd=tmp_path, lang="en")
    assert (done.returncode, done.stderr) == (0, "")
    assert "27 indicators" in done.stdout
    assert_refused(run("catalogue", "check", "--schemas", tmp_path, cwd=tmp_path, lang="en"), "catalogue.yaml")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["consolidat"], "consolidate"),
        (["check", "2024Q3"], "2024-Q3"),
        (["consolidate", "qu\u00fd 3 2024"], "2024-Q3"),
        (["check", "Q3 2024"], "2024-Q3"),
        (
            ["check", "2024", "Thanh H\u00f3a_bao cao nam 2024.xlsx"],
            "Thanh H\u00f3a_b\u00e1o c\u00e1o n\u0103m 2024.xlsx",
        ),
        (["templates", "2025", "--province", "ha-tinj"], "ha-tinh"),
    ],
)
def test_commands_periods_files_and_provinces_are_proposed_too(repo, tmp_path, samples, words, meant):
    places = (
        []
        if words[0] == "consolidat"
        else ["--inputs", repo / "inputs", "--schemas", repo / "schemas", "--outputs", tmp_path]
    )
    done = run(*words, *places, cwd=samples if words[-1].endswith(".xlsx") else tmp_path, lang="en")
    assert done.returncode == 2
    assert f'Did you mean "{meant}"?' in done.stderr


def test_words_of_a_name_are_enough_to_propose_it_and_a_folder_beside_is_proposed(places, repo, tmp_path):
    done = run("explain", "2024", "ty le kham pha kinh te", *places, cwd=tmp_path, lang="en")
    assert_refused(done, "serious_fires (Serious fires)", 'Did you mean "economic_clearance_rate"?')
    done = run("check", "2024", "--inputs", "imputs", cwd=repo, lang="en")
    assert_refused(done, 'Did you mean "inputs"?')


@pytest.mark.parametrize(
    ("there", "typed", "proposed"),
    [
        ("report \x1b[31m of all.xlsx", "report of all.xlsx", True),
        ("call 0912345678.xlsx", "call 0912345679.xlsx", False),
    ],
)
def test_a_proposed_file_tells_no_personal_number_and_writes_no_control_to_the_terminal(
    repo, tmp_path, there, typed, proposed
):
    (tmp_path / there).touch()
    places = ["--inputs", repo / "inputs", "--schemas", repo / "schemas", "--outputs", tmp_path / "out"]
    done = run("check", "2024", typed, *places, cwd=tmp_path, lang="en")
    assert done.returncode == 2
    assert ("Did you mean" in done.stderr) == proposed
    assert "\x1b" not in done.stderr
    assert "0912345678" not in done.stderr
