"""The generator for scale: what it writes is consolidated without a finding, and its totals are the run's."""

import json
import subprocess
import sys

import pytest
from python_calamine import CalamineWorkbook

from pipeline.catalogue import load_catalogue
from pipeline.periods import Period
from tools.synthesis import NotMadeError
from tools.synthesise import main, synthesise


class Run:
    """A generated folder and the consolidation of its last period."""

    def __init__(self, folder, provinces, districts, periods, first_period="2024"):
        import pipeline

        self.expected = synthesise(folder, provinces, districts, periods, 7, first_period)
        self.period = list(self.expected["periods"])[-1]
        self.catalogue = load_catalogue(folder / "schemas")
        places = {name: folder / name for name in ("inputs", "outputs", "schemas")}
        self.result = pipeline.consolidate(self.period, **places)

    @property
    def scopes(self):
        return self.expected["periods"][self.period]["provinces"]

    def sums(self, about):
        """(form.measure, province) -> sum over the rows that count, of the numbers about a period."""
        seen = self.result.observations
        part_of = {(f, m.id) for f, form in self.catalogue.forms.items() for m in form.members.values() if m.part_of}
        seen = seen[[row not in part_of for row in zip(seen["form"], seen["row"], strict=True)]]
        seen = seen[(seen["period"] == about) & (seen["reported_in"] == self.period)]
        seen = seen.assign(key=seen["form"].astype(str) + "." + seen["measure"].astype(str))
        return seen.groupby(["key", "province"], observed=True)["value"].sum().to_dict()


SLOW = pytest.mark.slow
SIZES = [(3, 4, 1), pytest.param((5, 2, 2), marks=SLOW), pytest.param((1, 3, 1), marks=SLOW)]


@pytest.fixture(scope="module", params=SIZES, ids="{0[0]}x{0[1]}x{0[2]}".format)
def run(request, tmp_path_factory):
    return Run(tmp_path_factory.mktemp("synthetic"), *request.param)


def test_generated_submissions_have_no_finding(run):
    assert run.result.findings[["rule", "file", "cell", "message"]].to_dict("records") == []
    assert run.result.complete
    assert set(run.result.submissions["status"]) == {"accepted"}


def test_every_expected_sum_is_that_of_the_observations(run):
    year_before = Period.parse(run.period).year_before.id
    for kind, about in (("sums", run.period), ("previous", year_before)):
        found = run.sums(about)
        for province, scope in run.scopes.items():
            for key, value in scope[kind].items():
                own = found[key, province] if province else sum(v for (k, _), v in found.items() if k == key)
                assert own == pytest.approx(value, rel=1e-9), (kind, province, key)


def test_every_listed_row_has_its_expected_sum(run):
    seen = run.result.observations
    seen = seen[(seen["period"] == run.period) & (seen["reported_in"] == run.period)]
    found = seen.groupby(["form", "measure", "row"], observed=True)["value"].sum()
    for key, rows in run.scopes[""]["rows"].items():
        assert {row: found[(*key.split("."), row)] for row in rows} == pytest.approx(rows)


def test_each_rate_has_its_expected_numerator_denominator_and_value(run):
    columns = ["numerator", "denominator", "value"]
    found = run.result.indicators.set_index(["indicator", "province"])[columns].to_dict("index")
    for province, scope in run.scopes.items():
        for name, rate in scope["rates"].items():
            assert found[name, province] == pytest.approx(rate), (name, province)


def test_as_many_numbers_are_observed_as_were_written(run):
    counts = run.result.observations.groupby("form", observed=True).size().to_dict()
    assert counts == run.expected["periods"][run.period]["observations"]


def test_every_district_is_observed(run):
    seen = run.result.observations.query("form == 'crime_by_district' and measure == 'cases'")
    assert len(seen) == run.scopes[""]["districts"] == sum(s.get("districts", 0) for p, s in run.scopes.items() if p)


@pytest.mark.slow
def test_months_are_generated_as_well_as_years(tmp_path):
    run = Run(tmp_path, 2, 2, 2, "2024-12")
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
