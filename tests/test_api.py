"""The samples of 2024 through the Python functions: what is written is what the workbooks say."""

import json
import math

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

import pipeline
from pipeline import store
from pipeline.catalogue import load_catalogue
from pipeline.columns import TABLES
from tests.frames import write_small, write_submission

FIVE = ["thanh-hoa", "ninh-binh", "nghe-an", "ha-tinh", "quang-binh"]
# The columns as CONTRACT says them, written out here so that no renaming goes unseen.
OBSERVATIONS = [
    "period",
    "reported_in",
    "province",
    "form",
    "row",
    "label",
    "measure",
    "value",
    "state",
    "unit",
    "file",
    "sheet",
    "cell",
    "raw",
]
INDICATORS = [
    "period",
    "province",
    "indicator",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "target",
    "gap",
    "status",
    "used",
    "expected",
    "reason",
    "previous",
    "change",
    "rank",
    "base",
    "preceding",
    "preceding_change",
]
FINDINGS = ["severity", "rule", "province", "form", "file", "sheet", "cell", "value", "expected", "message"]
SUBMISSIONS = ["province", "file", "sha256", "status", "forms_expected", "forms_accepted", "errors", "warnings"]
SUBMISSIONS += ["period_start", "period_end"]


@pytest.fixture(scope="module")
def observations(consolidated):
    return pd.read_parquet(consolidated.folder / "observations.parquet")


@pytest.fixture(scope="module")
def indicators(consolidated):
    return pd.read_parquet(consolidated.folder / "indicators.parquet")


@pytest.fixture(scope="module")
def catalogue(repo):
    return load_catalogue(repo / "schemas")


def one(indicators, name, province=""):
    found = indicators[(indicators["indicator"] == name) & (indicators["province"] == province)]
    assert len(found) == 1
    return found.iloc[0]


def social_order(observations, catalogue, period="2024"):
    members = catalogue.forms["crime_by_type"].members.values()
    rows = [member.id for member in members if member.group == "social_order"]
    assert len(rows) == 9
    own = observations[(observations["form"] == "crime_by_type") & observations["row"].isin(rows)]
    return own[own["period"] == period]


def shortest(value):
    """A cell as it was typed; a stored number in its shortest form."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(float(value)).removesuffix(".0")


# Figures against an independent computation


def test_the_clusters_clearance_rate_is_the_sum_of_cleared_over_the_sum_of_cases(observations, indicators, catalogue):
    sums = social_order(observations, catalogue).groupby("measure")["value"].sum()
    cluster = one(indicators, "clearance_rate")
    assert cluster["value"] == sums["cleared"] / sums["cases"]
    assert (cluster["numerator"], cluster["denominator"]) == (sums["cleared"], sums["cases"])
    assert (cluster["used"], cluster["expected"]) == (5, 5)


def test_each_provinces_clearance_and_change_are_those_of_its_own_rows(observations, indicators, catalogue):
    sums = {}
    for period in ("2024", "2023"):
        own = social_order(observations, catalogue, period)
        sums[period] = own.groupby(["province", "measure"])["value"].sum().unstack()
    now, before = sums["2024"], sums["2023"]
    for province in FIVE:
        rate = one(indicators, "clearance_rate", province)
        assert rate["value"] == now.loc[province, "cleared"] / now.loc[province, "cases"]
        assert rate["previous"] == before.loc[province, "cleared"] / before.loc[province, "cases"]
        assert rate["change"] == rate["value"] - rate["previous"]
        change = one(indicators, "crime_change", province)
        base = before.loc[province, "cases"]
        assert change["value"] == pytest.approx((now.loc[province, "cases"] - base) / base, rel=1e-15)
        assert (change["numerator"], change["denominator"]) == (now.loc[province, "cases"], base)


def test_every_indicator_is_there_for_every_province_and_the_cluster(indicators, catalogue):
    found = list(zip(indicators["indicator"], indicators["province"], strict=True))
    assert found == [(name, province) for name in catalogue.indicators for province in (*FIVE, "")]
    assert set(indicators["status"]) <= {"met", "missed", "no_target"}


def test_each_status_follows_from_value_and_target(indicators, catalogue):
    operators = {t.indicator: t.op for t in catalogue.targets if t.role == "binding"}
    for row in indicators.itertuples():
        if math.isnan(row.target):
            assert row.status == "no_target"
            continue
        assert row.gap == row.value - row.target
        met = {
            ">=": row.value >= row.target,
            "<=": row.value <= row.target,
            "<": row.value < row.target,
            ">": row.value > row.target,
        }
        assert row.status == ("met" if met[operators[row.indicator]] else "missed")


def test_shares_are_fractions(observations, indicators, catalogue):
    rates = [(f, m) for f, form in catalogue.forms.items() for m, c in form.measures.items() if c.kind == "percent"]
    stated = observations[[pair in rates for pair in zip(observations["form"], observations["measure"], strict=True)]]
    assert len(stated) > 100
    assert stated["value"].max() < 2
    assert indicators.loc[indicators["indicator"] == "clearance_rate", "value"].between(0.5, 1).all()


# Every number has its cell


def test_every_number_stands_in_the_cell_that_it_names(samples, observations):
    books = {}
    wrong = []
    for row in observations.itertuples():
        if row.file not in books:
            books[row.file] = openpyxl.load_workbook(samples / row.file, data_only=True)
        value = books[row.file][row.sheet][row.cell].value
        if shortest(value) != row.raw:
            wrong.append((row.file, row.sheet, row.cell, value, row.raw))
    assert wrong == []
    assert len(books) == 7
    assert len(observations) > 1000


def test_no_cell_is_two_numbers_and_no_number_has_two_cells(observations):
    assert not observations.duplicated(["file", "sheet", "cell"]).any()
    assert not observations.duplicated(["period", "province", "form", "row", "measure"]).any()


def test_a_states_number_is_what_the_state_says(observations):
    null = observations["value"].isna()
    assert (null == observations["state"].isin(["missing", "not_applicable", "blank", "rejected"])).all()
    assert (observations.loc[observations["state"] == "nil", "value"] == 0).all()
    assert set(observations["period"]) == {"2024", "2023"}
    assert set(observations["reported_in"]) == {"2024"}
    assert set(observations["province"]) == set(FIVE)


def test_totals_and_sub_totals_are_not_stored(observations, catalogue):
    for name, form in catalogue.forms.items():
        rows = set(observations.loc[observations["form"] == name, "row"])
        labels = set(observations.loc[observations["form"] == name, "label"].str.casefold())
        assert rows.isdisjoint(form.groups)
        assert labels.isdisjoint(label.casefold() for label in catalogue.words.total_labels)
        if form.layout == "list" or form.row_keys == ():
            assert rows == {""}
        elif all(key.complete for key in form.rows) and form.members:
            assert rows == set(form.members)
        else:
            assert rows <= set(form.members) or not form.members


# Files


def test_the_frames_have_the_contracts_columns(consolidated):
    done = consolidated.consolidation
    assert list(done.observations.columns) == OBSERVATIONS
    assert list(done.indicators.columns) == INDICATORS
    assert list(done.findings.columns) == FINDINGS
    assert list(done.submissions.columns) == SUBMISSIONS


def test_the_parquet_files_have_the_contracts_columns_and_types(consolidated):
    schema = pq.read_schema(consolidated.folder / "observations.parquet")
    assert {f.name: str(f.type) for f in schema} == dict.fromkeys(OBSERVATIONS, "string") | {"value": "double"}
    schema = pq.read_schema(consolidated.folder / "indicators.parquet")
    texts = dict.fromkeys(["period", "province", "indicator", "status", "reason", "base"], "string")
    whole = dict.fromkeys(["used", "expected", "rank"], "int64")
    assert {f.name: str(f.type) for f in schema} == dict.fromkeys(INDICATORS, "double") | texts | whole


def test_everything_that_the_contract_lists_is_written(consolidated):
    names = {path.name for path in consolidated.folder.iterdir()}
    tables = {
        "observations.parquet",
        "indicators.parquet",
        "submissions.csv",
        "findings.csv",
        "changes.csv",
        "run.json",
    }
    assert names == {"consolidated.xlsx", "returns", "figures", *tables, *(f"{name}.csv" for name in TABLES)}
    figures = {path.suffix for path in (consolidated.folder / "figures").iterdir()}
    assert figures == {".png", ".svg"}


def test_the_submissions_say_what_was_expected_and_what_came(consolidated, samples):
    found = pd.read_csv(consolidated.folder / "submissions.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert list(found.columns) == SUBMISSIONS
    assert found["province"].tolist() == [*FIVE, "", ""]
    assert set(found["status"]) <= {"accepted", "accepted_with_warnings"}
    assert set(found["file"]) == {path.name for path in samples.glob("*.xlsx")}
    assert found["sha256"].tolist() == [store.sha256(samples / file) for file in found["file"]]
    assert found["forms_expected"].tolist() == ["8"] * 5 + ["1", "1"] == found["forms_accepted"].tolist()


def test_the_findings_begin_with_the_mark_that_excel_needs(consolidated):
    content = (consolidated.folder / "findings.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" + ",".join(FINDINGS).encode() + b"\r\n")
    assert set(consolidated.consolidation.findings["severity"]) == {"warning", "info"}


def test_each_submission_with_findings_has_a_marked_copy(consolidated):
    findings = consolidated.consolidation.findings
    assert {p.name for p in (consolidated.folder / "returns").iterdir()} == set(findings["file"]) - {""}


def test_the_manifest_proves_every_file(consolidated, repo):
    manifest = json.loads((consolidated.folder / "run.json").read_text("utf-8"))
    assert manifest["outputs"] == store.hashes(consolidated.folder)
    assert len(manifest["inputs"]) == 13
    for name, expected in manifest["inputs"].items():
        assert store.sha256(repo / "inputs" / name) == expected
    assert str(repo) not in json.dumps(manifest, ensure_ascii=False)


def test_what_is_loaded_equals_what_was_returned(consolidated):
    loaded = pipeline.load("2024", consolidated.outputs)
    for name in ("observations", "indicators", "findings", "submissions"):
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(consolidated.consolidation, name), obj=name)


@pytest.mark.slow
def test_a_language_changes_words_and_no_number(consolidated, consolidated_en):
    vi, en = consolidated.consolidation, consolidated_en.consolidation
    pd.testing.assert_frame_equal(vi.observations, en.observations)
    pd.testing.assert_frame_equal(vi.indicators.drop(columns="reason"), en.indicators.drop(columns="reason"))
    assert vi.findings["rule"].tolist() == en.findings["rule"].tolist()
    assert (vi.findings["message"] != en.findings["message"]).all()


# The functions


def test_check_may_be_called_again_and_again(tmp_path):
    places = write_small(tmp_path)
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", "abc", 5)])
    first, second = (pipeline.check("2024", **places) for _ in range(2))
    pd.testing.assert_frame_equal(first.findings, second.findings)
    assert first.findings["rule"].tolist() == ["not_a_number"]
    assert not first.complete
    assert not (places["outputs"] / "2024" / "indicators.parquet").exists()
    assert pipeline.check("2024", [places["inputs"] / "2024" / "Bắc 2024.xlsx"], **places).complete


def test_without_a_period_it_is_the_newest(tmp_path):
    places = write_small(tmp_path)
    (places["inputs"] / "drafts").mkdir()
    assert pipeline.consolidate(**places).period == "2024"
    (places["inputs"] / "2024").rename(places["inputs"] / "2022")
    assert pipeline.consolidate(**places).period == "2023"


def test_an_error_keeps_its_value_out_of_the_indicators_and_a_warning_does_not(tmp_path):
    places = write_small(tmp_path)
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 10, "abc"), ("Hai", 30, 30)])
    done = pipeline.consolidate("2024", **places, lang="en")
    cluster, nam = (done.indicators.set_index("province").loc[name] for name in ("", "nam"))
    assert (cluster["status"], cluster["used"], cluster["expected"], cluster["numerator"]) == ("incomplete", 1, 2, 38)
    assert nam["status"] == "incomplete"
    assert "Biểu một!C4" in nam["reason"]
    status = done.submissions.set_index("province")["status"]
    assert status.to_dict() == {"bac": "accepted", "nam": "partial"}


@pytest.mark.slow
def test_a_base_comes_from_the_inputs_of_the_year_before_and_never_from_outputs(tmp_path):
    rate = "{kind: percent, numerator: one.cleared, denominator: one.cases}"
    places = write_small(tmp_path, indicators=f"rate: {rate}\ndown: {{kind: change, numerator: one.cases}}\n")
    pipeline.consolidate("2023", **places)
    with_base = pipeline.consolidate("2024", **places).indicators
    assert with_base[with_base["indicator"] == "down"]["value"].tolist() == [0, 0, 0]
    for path in (places["inputs"] / "2023").iterdir():
        path.unlink()
    found = pipeline.consolidate("2024", **places).indicators
    assert set(found[found["indicator"] == "down"]["status"]) == {"not_comparable"}
    assert found[found["indicator"] == "rate"]["previous"].isna().all()


def test_a_province_outside_the_cluster_is_base_only(tmp_path):
    places = write_small(tmp_path, provinces="[{id: bac, name: Bắc}, {id: nam, name: Nam}, {id: tay, name: Tây}]\n")
    before = pipeline.consolidate("2024", **places).indicators
    write_submission(places["inputs"] / "2024" / "Tây.xlsx", "Tây")
    done = pipeline.consolidate("2024", **places)
    pd.testing.assert_frame_equal(done.indicators, before)
    assert done.submissions.set_index("province").loc["tay", "status"] == "base_only"
    assert done.complete
