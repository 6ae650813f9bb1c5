"""Generated submissions that were consolidated, beside what the generator says must come of them."""

from dataclasses import dataclass

import pytest

from pipeline.catalogue import load_catalogue
from pipeline.periods import Period


@dataclass
class Generated:
    """What a generated folder is expected to hold, and the consolidation of one of its periods."""

    folder: object
    expected: dict
    period: str
    result: object

    @property
    def scopes(self):
        return self.expected["periods"][self.period]["provinces"]

    def sums(self, about):
        """(form.measure, province) -> sum over the rows that count, of the numbers about a period."""
        catalogue = load_catalogue(self.folder / "schemas")
        seen = self.result.observations
        part_of = {(f, m.id) for f, form in catalogue.forms.items() for m in form.members.values() if m.part_of}
        seen = seen[[row not in part_of for row in zip(seen["form"], seen["row"], strict=True)]]
        seen = seen[(seen["period"] == about) & (seen["reported_in"] == self.period)]
        seen = seen.assign(key=seen["form"].astype(str) + "." + seen["measure"].astype(str))
        return seen.groupby(["key", "province"], observed=True)["value"].sum().to_dict()

    def assert_sums(self):
        year_before = Period.parse(self.period).year_before.id
        for kind, about in (("sums", self.period), ("previous", year_before)):
            found = self.sums(about)
            for province, scope in self.scopes.items():
                for key, value in scope[kind].items():
                    own = found[key, province] if province else sum(v for (k, _), v in found.items() if k == key)
                    assert own == pytest.approx(value, rel=1e-9), (kind, province, key)

    def assert_rows(self):
        seen = self.result.observations
        seen = seen[(seen["period"] == self.period) & (seen["reported_in"] == self.period)]
        found = seen.groupby(["form", "measure", "row"], observed=True)["value"].sum()
        for key, rows in self.scopes[""]["rows"].items():
            assert {row: found[(*key.split("."), row)] for row in rows} == pytest.approx(rows)

    def assert_rates(self):
        columns = ["numerator", "denominator", "value"]
        found = self.result.indicators.set_index(["indicator", "province"])[columns].to_dict("index")
        for province, scope in self.scopes.items():
            for name, rate in scope["rates"].items():
                assert found[name, province] == pytest.approx(rate), (name, province)

    def assert_counts(self):
        counts = self.result.observations.groupby("form", observed=True).size().to_dict()
        assert counts == self.expected["periods"][self.period]["observations"]
