"""Workbooks with something changed at random go through ``pipeline check`` beside the good submissions."""

import os
import time
from typing import NamedTuple

import pandas as pd
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.model import Consolidation, Options, Places
from pipeline.periods import Period
from pipeline.terminal import show_check
from tests import forge, mutants
from tests.books import Desk, copy_samples

# More of them: PIPELINE_MUTANTS=50000 pytest tests/test_fuzz.py
MUTANTS = int(os.environ.get("PIPELINE_MUTANTS", "2000"))
QUICK, BATCH, SECONDS = 40, 50, 10
STATUSES = {"refused", "base_only", "superseded"}


class Field(NamedTuple):
    """The good submissions, what they give alone, and the workbooks and provinces that mutants are made of."""

    desk: Desk
    good: Consolidation
    bases: list[mutants.Base]
    provinces: list[str]


@pytest.fixture(scope="module")
def field(repo, samples, tmp_path_factory):
    desk = copy_samples(repo, tmp_path_factory.mktemp("fuzz"))
    catalogue, period = load_catalogue(desk.folder / "schemas"), Period.parse("2024")
    provinces = [p.id for p in catalogue.provinces_on(period) if p.id not in catalogue.members_on(period)]
    return Field(desk, desk.check(), mutants.bases(samples.glob("*.xlsx")), provinces)


def put(path, content):
    """Write a file that is not new: the reader gives a broken file that is new some time to become whole."""
    path.write_bytes(content)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def check_beside_the_good(field, numbers, capsys):
    """Check a batch of mutants, each under the name of a province outside the cluster."""
    written = {}
    for number, province in zip(numbers, field.provinces, strict=False):
        suffix, content = mutants.make(number, field.bases)
        written[f"{province} mutant{suffix}"] = number
        put(field.desk.inputs / f"{province} mutant{suffix}", content)
    try:
        started = time.monotonic()
        result = field.desk.check(jobs=2, file_seconds=SECONDS)
        assert time.monotonic() - started < len(written) * SECONDS
    finally:
        for name in written:
            (field.desk.inputs / name).unlink()
    folder = field.desk.folder
    places = Places(folder / "inputs", folder / "outputs", folder / "schemas")
    show_check(result, places, Options(lang="en"), alone=False)
    assert "Traceback" not in capsys.readouterr().out
    assert_settled(result, field.good, written)
    return result.submissions.set_index("file").loc[list(written), "status"].tolist()


def assert_settled(result, good, written):
    """Each mutant has one row in the list of submissions, and the good ones are what they are without mutants."""
    rows = result.submissions.set_index("file")
    assert rows.index[rows.index != ""].is_unique
    assert {name: number for name, number in written.items() if rows.loc[name, "status"] not in STATUSES} == {}
    files = set(good.submissions["file"])
    for name in ("submissions", "observations"):
        frame = getattr(result, name)
        own = frame[frame["file"].isin(files)].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, getattr(good, name))
    pd.testing.assert_frame_equal(result.indicators, good.indicators)


def test_forty_mutants_are_settled_and_no_good_submission_is_lost(field, capsys):
    statuses = check_beside_the_good(field, range(QUICK), capsys)
    assert min(statuses.count("refused"), statuses.count("base_only")) >= QUICK // 5


@pytest.mark.slow
@pytest.mark.parametrize("first", range(QUICK, MUTANTS, BATCH))
def test_mutants_are_settled_and_no_good_submission_is_lost(field, capsys, first):
    check_beside_the_good(field, range(first, min(first + BATCH, MUTANTS)), capsys)


def test_what_mutants_are_made_of_is_read_without_an_error(field, tmp_path):
    for province, base in zip(field.provinces, field.bases, strict=False):
        put(tmp_path / f"{province}{base.suffix}", base.content)
    submissions = field.desk.check(list(tmp_path.iterdir())).submissions
    assert submissions["status"].tolist() == ["base_only"] * len(field.bases)
    assert submissions["errors"].tolist() == [0] * len(field.bases)


def test_mutants_are_the_same_each_time_and_differ_from_each_other(field):
    one, two = ([mutants.make(number, field.bases)[1] for number in range(60)] for _ in range(2))
    assert one == two
    assert len(set(one)) > 50
    assert not set(one) & {base.content for base in field.bases}


def test_a_doubt_about_a_province_outside_the_cluster_is_no_doubt_about_the_cluster(field):
    path = field.desk.inputs / f"{field.provinces[0]}.xlsx"
    put(path, forge.book({"B5": 16}))  # its total does not add up
    result = field.desk.check()
    path.unlink()
    assert "total_mismatch" in set(result.findings.loc[result.findings["file"] == path.name, "rule"])
    assert result.indicators["reason"].tolist() == field.good.indicators["reason"].tolist()
