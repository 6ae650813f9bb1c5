"""The plain tables: parquet and CSV."""

import csv
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.columns import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TEXTS
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.plain import plain
from pipeline.report.tables import write_findings, write_tables


@pytest.fixture
def results():
    observations = pd.DataFrame(
        [
            dict.fromkeys(OBSERVATIONS, "ắ") | {"value": 2.5},
            dict.fromkeys(OBSERVATIONS, "b") | {"value": None},
        ],
        columns=OBSERVATIONS,
    )
    indicator = dict.fromkeys(INDICATORS) | {"period": "2024", "province": "", "used": 4, "expected": 5}
    submission = dict.fromkeys(SUBMISSIONS) | {
        "file": "-a.xlsx",
        "status": "partial",
        "errors": 1.0,
        "warnings": 0,
    }
    consolidation = Consolidation(
        "2024",
        observations,
        pd.DataFrame([indicator | {"rank": 1}, indicator | {"rank": None}], columns=INDICATORS),
        pd.DataFrame([dict.fromkeys(FINDINGS, "x")], columns=FINDINGS),
        pd.DataFrame([submission], columns=SUBMISSIONS),
    )
    return Results(consolidation, Period.parse("2024"), None, "vi", "working", pd.DataFrame(columns=TEXTS))


def rows(path):
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def test_numbers_are_float64_and_texts_are_plain_text(results, tmp_path):
    write_tables(results, tmp_path)
    table = pq.read_table(tmp_path / "observations.parquet")
    assert {str(f.type) for f in table.schema if f.name != "value"} == {"string"}
    assert str(table.schema.field("value").type) == "double"
    assert table["value"].to_pylist() == [2.5, None]
    assert table["raw"].to_pylist() == ["ắ", "b"]
    assert table.column_names == list(OBSERVATIONS)
    assert table.schema.metadata is None


def test_whole_numbers_may_be_null_and_stay_whole(results, tmp_path):
    write_tables(results, tmp_path)
    table = pq.read_table(tmp_path / "indicators.parquet")
    assert [str(table.schema.field(name).type) for name in ("used", "expected", "rank")] == ["int64"] * 3
    assert table["rank"].to_pylist() == [1, None]
    assert table["reason"].to_pylist() == ["", ""]


def test_empty_tables_have_their_columns_and_types_too(results, tmp_path):
    empty = replace(results.consolidation, observations=pd.DataFrame(columns=OBSERVATIONS))
    write_tables(replace(results, consolidation=empty), tmp_path)
    assert str(pq.read_table(tmp_path / "observations.parquet").schema.field("value").type) == "double"


def test_a_whole_number_has_no_decimals_and_a_name_is_no_formula(results, tmp_path):
    write_tables(results, tmp_path)
    row = dict(zip(*rows(tmp_path / "submissions.csv"), strict=True))
    assert [row[name] for name in ("file", "errors", "warnings", "province")] == ["'-a.xlsx", "1", "0", ""]


@pytest.mark.parametrize("text", ["=1+1", "+1+A1", "-", "-5+A1", "@x", "\tx", "\rx"])
def test_text_that_could_be_a_formula_is_quoted(text, tmp_path):
    write_findings(pd.DataFrame([dict.fromkeys(FINDINGS, "x") | {"value": text}], columns=FINDINGS), tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["value"] == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+1", "-1.5", "-1,5", "12"])
def test_a_number_that_was_typed_is_not_quoted(text, tmp_path):
    write_findings(pd.DataFrame([dict.fromkeys(FINDINGS, "x") | {"value": text}], columns=FINDINGS), tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["value"] == text


def test_the_csv_opens_right_in_excel(tmp_path):
    write_findings(pd.DataFrame([dict.fromkeys(FINDINGS, 'Thanh Hóa, "a"\nb')], columns=FINDINGS), tmp_path / "f.csv")
    content = (tmp_path / "f.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfseverity,rule,")
    assert content.count(b"\r\n") == 2


def test_the_same_frames_give_the_same_bytes(results, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_tables(results, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("kind", ["str", "object"])
def test_a_columns_values_are_plain_and_null_is_none(kind):
    assert plain(pd.Series(["a", None, "", "a"], dtype=kind)) == ["a", None, "", "a"]
    assert plain(pd.Series([], dtype=kind)) == []
    assert plain(pd.Series([1.5, float("nan")])) == [1.5, None]


def test_a_text_that_stands_in_many_rows_is_one_object():
    once, _, again = plain(pd.Series(["a text", "another", "a text"], dtype="str"))
    assert once is again


def test_texts_are_stored_alike_whatever_pieces_they_lie_in(tmp_path, results):
    pieces = [results.consolidation.observations.iloc[[n]] for n in (0, 1)]
    frames = {"pieces": pd.concat(pieces), "objects": pd.concat(pieces).astype({"label": object})}
    stored = []
    for name, frame in frames.items():
        folder = tmp_path / name
        folder.mkdir()
        write_tables(replace(results, consolidation=replace(results.consolidation, observations=frame)), folder)
        stored.append((folder / "observations.parquet").read_bytes())
    assert stored[0] == stored[1]
