"""The long tables that the benchmark reads come to the sums that they were made of."""

import json

import pipeline
from benchmarks import long_tables


def test_long_tables_come_to_their_sums(tmp_path):
    long_tables.write(tmp_path, provinces=3, communes=4)
    places = {name: tmp_path / name for name in ("inputs", "outputs", "schemas")}
    found = pipeline.consolidate("2024", **places, lang="en")
    assert found.findings.empty
    assert len(found.observations) == 3 * 2 * 4 * long_tables.KINDS * 2
    sums = found.observations.groupby(["province", "form", "measure"])["value"].sum()
    expected = json.loads((tmp_path / "expected.json").read_text("utf-8"))
    for province, forms in expected.items():
        for form, (cases, cleared) in forms.items():
            assert (sums[province, form, "cases"], sums[province, form, "cleared"]) == (cases, cleared)
    rates = found.indicators.set_index(["indicator", "province"])
    for form in ("known", "reported"):
        whole = [sum(parts) for parts in zip(*(forms[form] for forms in expected.values()), strict=True)]
        assert rates.loc[(f"{form}_rate", ""), ["denominator", "numerator"]].tolist() == whole
