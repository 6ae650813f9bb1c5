"""The generator for scale: what it writes is consolidated without a finding, and its totals are the run's."""

import json
import subprocess
import sys

import pytest
from python_calamine import CalamineWorkbook

import pipeline
from pipeline.catalogue import load_catalogue
from pipeline.periods import Period
from tests.generated import Generated
from tools.synthesis import NotMadeError
from tools.synthesise import main, synthesise


def generated(folder, provinces, districts, periods, first_period="2024"):
    """A generated folder and the consolidation of its last period."""
    expected = synthesise(folder, provinces, districts, periods, 7, first_period)
    period = list(expected["periods"])[-1]
    places = {name: folder / name for name in ("inputs", "outputs", "schemas")}
    return Generated(folder, expected, period, pipeline.consolidate(period, **places))


SLOW = pytest.mark.slow
SIZES = [(3, 4, 1), pytest.param((5, 2, 2), marks=SLOW), pytest.param((1, 3, 1), marks=SLOW)]


@pytest.fixture(scope="module", params=SIZES, ids="{0[0]}x{0[1]}x{0[2]}".format)
def run(request, tmp_path_factory):
    return generated(tmp_path_factory.mktemp("synthetic"), *request.param)


def test_generated_submissions_have_no_finding(run):
    assert run.result.findings[["rule", "file", "cell", "message"]].to_dict("records") == []
    assert run.result.complete
    assert set(run.result.submissions["status"]) == {"accepted"}


def test_every_expected_sum_is_that_of_the_observations(run):
    run.assert_sums()


def test_every_listed_row_has_its_expected_sum(run):
    run.assert_rows()


def test_each_rate_has_its_expected_numerator_denominator_and_value(run):
    run.assert_rates()


def test_as_many_numbers_are_observed_as_were_written(run):
    run.assert_counts()


def test_every_district_is_observed(run):
    seen = run.result.observations.query("form == 'crime_by_district' and measure == 'cases'")
    assert len(seen) == run.scopes[""]["districts"] == sum(s.get("districts", 0) for p, s in run.scopes.items() if p)


@pytest.mark.slow
def test_months_are_generated_as_well_as_years(tmp_path):
    run = generated(tmp_path, 2, 2, 2, "2024-12")
    assert list(run.expected["periods"]) == ["2024-12", "2025-01"]
    assert run.result.findings.empty


def test_last_year_stands_as_it_was_reported_then(tmp_path):
    periods = synthesise(tmp_path, 2, 3, 4, 7)["periods"]
    assert list(periods) == ["2024", "2025", "2026", "2027"]
    for before, period in zip(list(periods.values())[:-1], list(periods.values())[1:], strict=True):
        stated, reported = period["provinces"][""]["previous"], before["provinces"][""]["sums"]
        assert stated == {key: reported[key] for key in stated}
        assert period["provinces"][""]["sums"] != reported


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        synthesise(tmp_path / name, 2, 3, 1, seed)
    contents = {
        name: {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "same", "other")
    }
    assert contents["one"] == contents["same"]
    assert contents["one"] != contents["other"]


def test_the_shipped_provinces_report_when_there_are_as_many(tmp_path):
    synthesise(tmp_path, 5, 1, 1, 1)
    names = {path.name for path in (tmp_path / "inputs" / "2024").iterdir()}
    members = load_catalogue(tmp_path / "schemas").members_on(Period.parse("2024"))
    assert names == {*(f"{member}.xlsx" for member in members), "targets.xlsx"}


def test_total_rows_hold_the_sums_of_the_rows_above(tmp_path):
    synthesise(tmp_path, 1, 6, 1, 1)
    sheet = CalamineWorkbook.from_path(tmp_path / "inputs" / "2024" / "tinh-001.xlsx").get_sheet_by_name("Biểu 02")
    *_, total = rows = sheet.to_python()
    districts = [row for row in rows if str(row[0]).startswith("Huyện")]
    assert len(districts) == 6
    assert total[0] == "Tổng số"
    assert total[1:3] == [sum(row[column] for row in districts) for column in (1, 2)]
    assert total[3] == round(100 * total[2] / total[1], 2)


def test_the_command_writes_what_the_function_gives(tmp_path):
    command = ["--provinces", "2", "--districts", "2", "--periods", "1", "--seed", "5"]
    assert main([*command, str(tmp_path / "by_command")]) == 0
    given = synthesise(tmp_path / "by_function", 2, 2, 1, 5)
    assert json.loads((tmp_path / "by_command" / "expected.json").read_text("utf-8")) == given


@pytest.mark.parametrize("size", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_a_size_below_one_is_refused(tmp_path, size):
    with pytest.raises(NotMadeError, match="expected at least 1"):
        synthesise(tmp_path / "new", *size, seed=1)
    assert not (tmp_path / "new").exists()


def test_a_refusal_is_one_clear_line(repo, tmp_path):
    command = [
        "-m",
        "tools.synthesise",
        "--provinces",
        "2",
        "--districts",
        "0",
        "--periods",
        "1",
        str(tmp_path),
    ]
    done = subprocess.run([sys.executable, *command], cwd=repo, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "synthesise: --districts 0: expected at least 1\n"


def test_a_folder_that_has_inputs_is_left_alone(tmp_path):
    (tmp_path / "inputs").mkdir()
    with pytest.raises(NotMadeError, match="exists already"):
        synthesise(tmp_path, 1, 1, 1, 1)
