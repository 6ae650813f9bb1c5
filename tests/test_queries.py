"""SQL over all consolidated periods: the same answers from both engines."""

import shutil

import pandas as pd
import pytest

import pipeline
from pipeline import queries

QUERY = """
SELECT province, SUM(value) AS cases FROM observations
WHERE form = 'crime_by_district' AND measure = 'cases' AND period = '2024' GROUP BY province ORDER BY cases DESC
"""


def test_a_query_adds_up_what_the_frames_hold(consolidated):
    answer = pipeline.sql(QUERY, consolidated.outputs)
    frame = consolidated.consolidation.observations
    own = frame.query("form == 'crime_by_district' and measure == 'cases' and period == '2024'")
    assert (
        dict(zip(answer["province"], answer["cases"], strict=True)) == own.groupby("province")["value"].sum().to_dict()
    )
    assert answer["cases"].is_monotonic_decreasing


def test_without_duckdb_the_sqlite_of_python_answers_the_same(consolidated, monkeypatch):
    first = pipeline.sql(QUERY, consolidated.outputs)
    monkeypatch.setattr(queries, "find_spec", lambda _: None)
    assert queries.engine() == "sqlite"
    pd.testing.assert_frame_equal(pipeline.sql(QUERY, consolidated.outputs), first, check_dtype=False)


def test_all_periods_are_asked(consolidated, tmp_path):
    for period in ("2024", "2025"):
        shutil.copytree(consolidated.folder, tmp_path / period)
    [number] = pipeline.sql("SELECT COUNT(*) AS n FROM observations", tmp_path)["n"]
    assert number == 2 * len(consolidated.consolidation.observations)


def test_where_nothing_was_consolidated_the_table_is_empty(tmp_path):
    assert pipeline.sql("SELECT COUNT(*) AS n FROM observations", tmp_path)["n"].tolist() == [0]


def test_a_query_that_cannot_be_answered_says_why_in_one_sentence(consolidated):
    with pytest.raises(pipeline.PipelineError, match="no_such_column"):
        pipeline.sql("SELECT no_such_column FROM observations", consolidated.outputs)
