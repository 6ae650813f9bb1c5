"""The sample inputs: made from a seed, clean but for their documented doubts, and each number where it says it is."""

import zipfile
from collections import Counter

import openpyxl
import pandas as pd
import pytest

import pipeline
from pipeline.ingest.reader import shortest
from tools.make_samples import make_samples
from tools.samples.doubts import DOUBTS, Kind

SEED = 2024  # the default of tools/make_samples.py


def parts(path):
    """What a workbook holds; how it is packed depends on the machine's zlib."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_samples_in_git_are_what_the_seed_gives(repo, tmp_path):
    make_samples(tmp_path, SEED)
    made = {p.relative_to(tmp_path): parts(p) for p in tmp_path.rglob("*.xlsx")}
    kept = {p.relative_to(repo / "inputs"): parts(p) for p in (repo / "inputs").rglob("*.xlsx")}
    assert sorted(made) == sorted(kept)
    assert [str(name) for name in made if made[name] != kept[name]] == []


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_doubts_put_into_the_samples_are_found_and_nothing_else(year, repo, tmp_path):
    done = pipeline.check(str(year), inputs=repo / "inputs", outputs=tmp_path, schemas=repo / "schemas")
    expected = Counter((d.kind.value, d.province, d.form) for d in DOUBTS if d.year == year)
    found = done.findings[done.findings["rule"] != "sheet_without_form"]
    assert Counter(found[["rule", "province", "form"]].itertuples(index=False, name=None)) == expected
    info = found["rule"] == Kind.PROVED_ZERO.value
    assert set(found.loc[~info, "severity"]) == {"warning"}
    assert (found["cell"] != "").all()
    assert done.complete


def test_every_number_is_in_the_cell_that_it_names(consolidated, samples):
    observations = consolidated.consolidation.observations
    books = {}
    for row in observations.itertuples():
        if row.file not in books:
            books[row.file] = openpyxl.load_workbook(samples / row.file, data_only=True)
        value = books[row.file][row.sheet][row.cell].value
        typed = "" if value is None else shortest(float(value)) if isinstance(value, int | float) else value
        assert typed == row.raw, f"{row.sheet}!{row.cell} ({row.file})"
    assert len(observations) > 1900
    assert len(books) == 7


def test_the_clusters_clearance_rate_is_that_of_its_observations(consolidated):
    observations = pd.read_parquet(consolidated.folder / "observations.parquet")
    indicators = pd.read_parquet(consolidated.folder / "indicators.parquet")
    ordinary = ["murder", "intentional_injury", "robbery", "theft", "fraud", "rape", "gambling", "public_disorder"]
    rows = observations[
        (observations["form"] == "crime_by_type")
        & (observations["period"] == "2024")
        & observations["row"].isin([*ordinary, "other_social_order"])
    ]
    sums = rows.groupby("measure")["value"].sum()
    cluster = indicators[(indicators["indicator"] == "clearance_rate") & (indicators["province"] == "")]
    assert cluster["value"].item() == sums["cleared"] / sums["cases"]
    assert cluster["used"].item() == 5
