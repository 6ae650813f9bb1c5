"""Files are read in processes that may die."""

import faulthandler
import os
import time

import pytest

from pipeline.ingest.workers import DIED, TIMEOUT, Lost, read_each


def work(item):
    faulthandler.disable()  # pytest would print where the child died
    if item == "abort":
        os.abort()
    if item == "sleep":
        time.sleep(60)
    if item == "memory":
        return len(bytearray(3 * 2**30))
    if item == "raise":
        raise ValueError(item)
    return item.upper()


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_file_that_kills_its_reader_takes_only_itself(workers):
    items = ["a", "abort", "b", "raise", "memory", "c"]
    results = read_each(work, items, workers=workers, seconds=30)
    assert results == ["A", Lost(DIED), "B", Lost(DIED), Lost(DIED), "C"]


def test_a_file_that_takes_too_long_is_stopped():
    started = time.monotonic()
    assert read_each(work, ["sleep", "a", "sleep"], workers=2, seconds=1) == [Lost(TIMEOUT), "A", Lost(TIMEOUT)]
    assert time.monotonic() - started < 30  # far from the minute that one sleep takes


def test_results_are_in_the_items_order():
    items = [f"file {number}" for number in range(40)]
    assert read_each(work, items, workers=3, seconds=30) == [item.upper() for item in items]
