"""Sizes at which something else breaks first: memory that grows with what passes, work that grows with its square.

Left out of `make test-slow`, for they take half an hour: `make test-all`, or `pytest -m scale`.
"""

import pytest

import pipeline
from benchmarks.watch import run
from tests.generated import Generated
from tools.synthesise import synthesise

pytestmark = [pytest.mark.slow, pytest.mark.scale]
ONE_PERIOD_MIB = 600  # 417,900 figures of 700 provinces
NATION_MIB = 2048
GROWTH = 2.1  # of the computing, where there is twice as much to do


def consolidate(folder, period, *options):
    """What a whole run costs, and no cache of another one."""
    places = [word for name in ("inputs", "schemas", "outputs") for word in (f"--{name}", str(folder / name))]
    return run(["pipeline", "consolidate", period, *places, "--quiet", *options])


def test_a_nation_for_a_year_by_month_is_held_in_bounds_and_comes_to_its_sums(tmp_path):
    expected = synthesise(tmp_path, 34, 98, 12, 1, "2024-01")
    assert len(expected["periods"]) == 12
    for period in expected["periods"]:
        assert consolidate(tmp_path, period).peak_mib <= NATION_MIB
        found = Generated(tmp_path, expected, period, pipeline.load(period, tmp_path / "outputs"))
        found.assert_counts()
        found.assert_sums()
        found.assert_rows()
        found.assert_rates()


def test_seven_hundred_workbooks_are_held_in_bounds(tmp_path):
    synthesise(tmp_path, 700, 30, 1, 1)
    assert consolidate(tmp_path, "2024", "--no-cache").peak_mib <= ONE_PERIOD_MIB


def test_twice_as_many_provinces_take_twice_the_computing(tmp_path):
    costs = []
    for provinces in (63, 126, 252):
        folder = tmp_path / str(provinces)
        synthesise(folder, provinces, 200, 1, 1)
        costs.append(consolidate(folder, "2024", "--no-cache").cpu)
    assert costs[1] / costs[0] <= GROWTH
    assert costs[2] / costs[1] <= GROWTH
