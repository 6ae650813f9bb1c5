"""Like for like across a merger: what a province was formed from is summed first, then compared."""

import math
import shutil

import openpyxl
import pytest
import yaml

import pipeline
from pipeline.catalogue import load_catalogue
from pipeline.checks.restated import check_restated
from pipeline.errors import CatalogueError
from pipeline.model import LANGS
from pipeline.periods import Period
from tests.frames import MEMBERS, RATE, catalogue, cells, computed, computed_of, crime, row
from tools.synthesis.figures import Generator
from tools.synthesis.schemas import SHIPPED
from tools.synthesis.workbooks import Sheet, write_workbook

CHANGE = {"kind": "change", "numerator": "crime.cases", "rows": ["order"]}
PEOPLE = {"kind": "per_100k", "numerator": "crime.cases", "rows": ["order"]}
ENDED = {"to": "2025-06-30"}
MERGED = {"id": "new", "from": "2025-07-01", "formed_from": ["old-a", "old-b"]}
OTHERS = [{"id": "old-a", **ENDED}, {"id": "old-b", **ENDED}, MERGED]
CHOICES = {"others": OTHERS, "members": ["new", "steady"], "compare_with": "reported"}


def made(indicators, **more):
    return catalogue(indicators, **(CHOICES | more))


def of_2025(*rows):
    return cells(*rows)


def before(*rows):
    return cells(*rows)


def year(province, cases, cleared, about="2025"):
    return crime(province, cases, cleared, about=about, reported_in=about)


def test_numerators_and_denominators_of_the_predecessors_are_summed_and_then_divided():
    now = of_2025(year("new", 300, 240), year("steady", 10, 5))
    base = before(year("old-a", 100, 90, "2024"), year("old-b", 300, 150, "2024"), year("steady", 20, 5, "2024"))
    found = computed(made({"rate": RATE, "change": CHANGE}), now, base, "2025")
    assert found("new").previous == 240 / 400
    assert (found("new", "change").denominator, found("new", "change").value) == (400, -0.25)
    assert (found("steady", "change").value, found("", "change").value) == (-0.5, pytest.approx(310 / 420 - 1))
    assert {found(p, i).base for p in ("new", "steady", "") for i in ("rate", "change")} == {"reported"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_predecessor_makes_it_not_comparable_and_is_named(lang):
    now = of_2025(year("new", 300, 240), year("steady", 10, 5))
    base = before(year("old-a", 100, 90, "2024"), year("steady", 20, 5, "2024"))
    found = computed(made({"rate": RATE, "change": CHANGE}), now, base, "2025", lang)
    assert (found("new", "change").status, found("", "change").status) == ("not_comparable", "incomplete")
    assert "old-b" in found("new", "change").reason
    assert "old-a" not in found("new", "change").reason
    assert "2024" in found("new", "change").reason
    assert (found("new").status, math.isnan(found("new").previous), found("new").base) == ("no_target", True, "")
    assert "old-b" in found("new").reason


@pytest.mark.parametrize("lang", LANGS)
def test_what_joins_changes_names_the_missing_predecessor_as_they_do(lang):
    joined = {"change": CHANGE, "both": {"kind": "all_met", "of": ["change"]}}
    fewer = [{"indicator": "change", "value": 0, "op": "<"}]
    base = before(year("old-a", 100, 90, "2024"), year("steady", 20, 5, "2024"))
    now = of_2025(year("new", 300, 240), year("steady", 10, 5))
    found = computed(made(joined, targets=fewer), now, base, "2025", lang)
    assert (found("new", "both").status, found("steady", "both").value) == ("not_comparable", 1)
    assert found("new", "both").reason == found("new", "change").reason
    assert math.isnan(found("new", "both").numerator)
    assert found("steady", "both").reason == ""


def test_a_predecessor_that_lacks_one_number_lacks_the_sum():
    now = of_2025(year("new", 300, 240))
    base = before(year("old-a", 100, 90, "2024"), row("old-b", "theft", about="2024", cases="missing", cleared=3))
    found = computed(made({"change": CHANGE}), now, base, "2025")
    assert found("new", "change").status == "not_comparable"


BOTH = {"rate": RATE, "change": CHANGE}


def stating(province, cases, cleared):
    """What a province has in 2025 and what it states of 2024, all of it thefts."""
    theft = {"cases": 390, "cleared": 240, "cases__before": cases, "cleared__before": cleared}
    none = dict.fromkeys(theft, 0)
    own = {"about": "2025", "reported_in": "2025"}
    return [*row(province, "theft", **theft, **own), *row(province, "fraud", **none, **own)]


def test_what_a_province_that_was_the_same_states_of_last_year_comes_first_unless_the_catalogue_says_otherwise():
    now, base = of_2025(stating("steady", 500, 250)), before(year("steady", 400, 240, "2024"))
    stated = computed(made(BOTH, compare_with="stated"), now, base, "2025")
    assert (stated("steady", "change").denominator, stated("steady", "change").base) == (500, "stated")
    assert (stated("steady").previous, stated("steady").base) == (0.5, "stated")
    reported = computed(made(BOTH), now, base, "2025")
    assert (reported("steady", "change").denominator, reported("steady", "change").base) == (400, "reported")


@pytest.mark.parametrize("compare_with", ["stated", "reported"])
def test_over_a_merger_the_sum_of_what_was_reported_comes_before_what_the_new_province_states(compare_with):
    base = before(year("old-a", 100, 90, "2024"), year("old-b", 300, 150, "2024"))
    catalogue_of_both = made(BOTH, compare_with=compare_with)
    now = of_2025(stating("new", 100, 90))
    found = computed(catalogue_of_both, now, base, "2025")
    assert (found("new", "change").denominator, found("new", "change").base) == (400, "reported")
    assert found("new", "change").reason == ""
    assert (found("new").previous, found("new").base) == (0.6, "reported")
    told = check_restated(now, base, catalogue_of_both)
    assert [(f.rule, f.params["then"], f.params["used"].key) for f in told] == [
        ("restated", "400", "restated.reported"), ("restated", "240", "restated.reported"),
    ]  # fmt: skip


@pytest.mark.parametrize("compare_with", ["stated", "reported"])
def test_what_the_new_province_states_is_refused_where_one_predecessor_reported_and_another_lacks(compare_with):
    # The new province states 100 of last year: that is one of its parts alone, and +290 % would be no change at all.
    base = before(year("old-a", 100, 90, "2024"))
    found = computed(made(BOTH, compare_with=compare_with), of_2025(stating("new", 100, 90)), base, "2025")
    change, rate = found("new", "change"), found("new")
    assert (change.status, math.isnan(change.value), change.base) == ("not_comparable", True, "")
    assert (math.isnan(rate.previous), math.isnan(rate.change), rate.base) == (True, True, "")
    assert rate.value == 240 / 390
    for reason in (change.reason, rate.reason):
        assert "old-b" in reason
        assert "old-a" not in reason


def test_a_predecessor_that_lacks_one_number_refuses_what_the_new_province_states():
    base = before(year("old-a", 100, 90, "2024"), row("old-b", "theft", about="2024", cases="missing", cleared=3))
    found = computed(made(BOTH, compare_with="stated"), of_2025(stating("new", 400, 240)), base, "2025")
    assert found("new", "change").status == "not_comparable"
    assert "old-b" in found("new", "change").reason


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_new_province_states_stands_unverified_where_no_predecessor_reported(lang):
    base = before(year("steady", 20, 10, "2024"))
    now = of_2025(stating("new", 300, 150), stating("steady", 20, 10))
    found = computed(made(BOTH, compare_with="stated"), now, base, "2025", lang)
    assert (found("new", "change").value, found("new", "change").base) == (pytest.approx(0.3), "stated")
    assert (found("new").previous, found("new").base) == (0.5, "stated")
    word = {"vi": "chưa đối chiếu", "en": "unverified over the merger"}[lang]
    for told in (found("new", "change"), found("new"), found("", "change"), found("")):
        assert all(text in told.reason for text in (word, "old-a", "old-b", "2024"))
    assert found("steady", "change").reason == found("steady").reason == ""


def test_the_next_year_compares_the_new_province_with_itself():
    now = of_2025(year("new", 300, 240, "2026"))
    found = computed(made({"change": CHANGE}), now, before(year("new", 100, 90, "2025")), "2026")
    assert found("new", "change").value == 2


def test_people_of_the_year_before_are_those_of_the_predecessors():
    people = [{"value": 1_000_000, "at": "2023-07-01"}]
    others = [o | {"population": people} for o in OTHERS[:2]]
    merged = MERGED | {"population": [{"value": 4_000_000, "at": "2025-07-01"}]}
    now = of_2025(year("new", 400, 240))
    base = before(year("old-a", 100, 90, "2024"), year("old-b", 300, 150, "2024"))
    found = computed(made({"rate": PEOPLE}, others=[*others, merged]), now, base, "2025")
    assert (found("new").value, found("new").previous) == (10, 20)


def test_rates_over_populations_of_two_kinds_are_not_compared_and_say_so():
    people = [{"value": 1_000_000, "at": "2023-07-01"}]
    others = [o | {"population": people} for o in OTHERS[:2]]
    merged = MERGED | {"population": [{"value": 4_000_000, "at": "2025-07-01", "basis": "registered"}]}
    base = before(year("old-a", 100, 90, "2024"), year("old-b", 300, 150, "2024"))
    found = computed(made({"rate": PEOPLE}, others=[*others, merged]), of_2025(year("new", 400, 240)), base, "2025")
    assert (found("new").value, math.isnan(found("new").previous)) == (10, True)
    assert "count different people" in found("new").reason


def test_a_rate_is_not_compared_with_the_period_just_before_over_a_population_of_another_kind():
    counted = [("2023-01-01", "resident"), ("2024-04-01", "registered")]
    people = {"north": [{"value": 1000, "at": at, "basis": basis} for at, basis in counted]}
    made_of_two = catalogue({"rate": PEOPLE, "share": RATE}, members=["north"], populations=people)
    now, then = (cells(crime("north", 10, 8, about=q, reported_in=q)) for q in ("2024-Q2", "2024-Q1"))
    found = computed_of(made_of_two, now, cells(), then, Period.parse("2024-Q2"))
    for province in ("north", ""):
        rate = found(province)
        assert (rate.value, math.isnan(rate.preceding), math.isnan(rate.preceding_change)) == (1000, True, True)
        assert "period just before: the populations" in rate.reason
        assert (found(province, "share").preceding, found(province, "share").preceding_change) == (0.8, 0)
        assert "populations" not in found(province, "share").reason


def test_a_cluster_over_populations_of_two_kinds_says_so():
    people = {
        p: [{"value": 1000, "at": "2024-01-01", "basis": basis}] for p, basis in zip(MEMBERS, "aabaa", strict=True)
    }
    rate = {"kind": "per_100k", "numerator": "crime.cases"}
    now = cells(*(crime(p, 10, 8) for p in MEMBERS))
    said = {p: computed(catalogue({"rate": rate}, populations=people), now)(p).reason for p in ("", MEMBERS[0])}
    assert "count different people" in said[""]
    assert said[MEMBERS[0]] == ""


def test_a_figure_that_the_new_province_restates_is_told_with_all_cells_of_the_sum():
    now = of_2025(
        row("new", "theft", about="2025", reported_in="2025", cases=300, cases__before=500),
        row("new", "fraud", about="2025", reported_in="2025", cases=1, cases__before=8),
    )
    old = [
        row(p, r, about="2024", cases=n)
        for p, r, n in (("old-a", "theft", 100), ("old-b", "theft", 300), ("old-a", "fraud", 3), ("old-b", "fraud", 5))
    ]
    told = check_restated(now, before(*old), made({"change": CHANGE}))
    assert [(f.rule, f.value, f.params["then"], f.params["file"]) for f in told] == [
        ("restated", "", "400", "old-a.xlsx + old-b.xlsx")
    ]
    assert told[0].params["cell"].count("cases-theft") == 2


def test_a_province_cannot_be_formed_from_one_that_did_not_exist_before_it():
    with pytest.raises(CatalogueError, match="did not exist before it"):
        made({"change": CHANGE}, others=[*OTHERS[:2], MERGED | {"from": "0001-01-01"}])


# The shipped catalogue on both sides of 2025-07-01.

THEN, NOW = Period.parse("2024"), Period.parse("2025")
FIVE = ("thanh-hoa", "ninh-binh", "nghe-an", "ha-tinh", "quang-binh")
NINH_BINH, QUANG_TRI = ("ninh-binh", "ha-nam", "nam-dinh"), ("quang-binh", "quang-tri")


def forget_last_year(path):
    """Take last year's columns, and the rules over them, out of a form."""
    form = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  texts as they stand: codes keep their zeros
    for column in form["columns"].values():
        column.pop("previous", None)
    form.get("periods", {}).pop("previous", None)
    form["rules"] = [rule for rule in form.get("rules", []) if ".previous" not in rule["check"]]
    path.write_text(yaml.safe_dump(form, allow_unicode=True, sort_keys=False), "utf-8")


class World:
    """Generated submissions of 2024 and 2025 with the shipped catalogue; its forms state last year if wanted."""

    def __init__(self, folder, provinces_then, *, states=False):
        self.folder = folder
        shutil.copytree(SHIPPED, folder / "schemas")
        for form in () if states else (folder / "schemas" / "forms").iterdir():
            forget_last_year(form)
        self.catalogue = load_catalogue(folder / "schemas")
        self.generator = Generator(self.catalogue, 4, 11)
        for period, provinces in ((THEN, provinces_then), (NOW, self.catalogue.members_on(NOW))):
            for province in provinces:
                self._write(period, province)
        places = {name: folder / name for name in ("inputs", "outputs", "schemas")}
        self.result = pipeline.consolidate("2025", **places, lang="en")
        self.places = places

    def _write(self, period, province):
        now, then = (self.generator.province(province, p) for p in (period, period.year_before))
        sheets = [Sheet(self.catalogue.forms[n], t, now[n], then[n]) for n, t in self.generator.tables.items()]
        path = self.folder / "inputs" / period.id / f"{province}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        name = self.catalogue.provinces[province].label.text("vi")
        write_workbook(path, f"Công an tỉnh {name}", period, sheets)

    def by_hand(self, provinces, period, measure, rows=None):
        """A measure's sum over some rows of some provinces, added up from what the generator drew."""
        form, _, name = measure.partition(".")
        table = self.generator.tables[form]
        own = table.where(self.catalogue.rows_of(form, rows)) if rows else table.counted
        return sum(float(self.generator.province(p, period)[form][name][own].sum()) for p in provinces)

    def figure(self, indicator, province):
        frame = self.result.indicators
        return frame[(frame["indicator"] == indicator) & (frame["province"] == province)].iloc[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return World(tmp_path_factory.mktemp("whole"), (*FIVE, "ha-nam", "nam-dinh", "quang-tri"))


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    return World(tmp_path_factory.mktemp("without"), FIVE)


@pytest.fixture(scope="module")
def stated(tmp_path_factory):
    """Quang Tri has all that it was formed from, Ninh Binh lacks two; all provinces state last year's figures."""
    return World(tmp_path_factory.mktemp("stated"), (*FIVE, "quang-tri"), states=True)


def test_figures_whose_year_before_lacks_are_not_called_doubtful(without):
    reasons = [without.figure("clearance_rate", p).reason for p in ("ninh-binh-2025", "quang-tri-2025")]
    assert all("not comparable with last year" in reason for reason in reasons)
    overview = openpyxl.load_workbook(without.folder / "outputs" / "2025" / "consolidated.xlsx", data_only=True).active
    said = [str(cell.value) for line in overview.iter_rows() for cell in line]
    assert any("Ninh Binh" in text for text in said)
    assert not any("look at again" in text for text in said)
    assert not any(text.endswith(" !") for text in said)


@pytest.mark.parametrize(
    ("province", "units"), [("ninh-binh-2025", NINH_BINH), ("quang-tri-2025", QUANG_TRI), ("nghe-an", ("nghe-an",))]
)
def test_the_merged_year_against_the_year_before_reproduces_sums_done_by_hand(whole, province, units):
    for indicator, measure in (("accident_change", "traffic.accidents"), ("death_change", "traffic.deaths")):
        found = whole.figure(indicator, province)
        this, base = whole.by_hand([province], NOW, measure), whole.by_hand(units, THEN, measure)
        assert (found.numerator, found.denominator) == (this, base)
        assert found.value == pytest.approx(this / base - 1)
        assert "lack" not in found.reason
    crime = whole.figure("clearance_rate", province)
    sums = [whole.by_hand(units, THEN, f"crime_by_type.{name}", ("social_order",)) for name in ("cleared", "cases")]
    assert crime.previous == pytest.approx(sums[0] / sums[1])


def test_the_clusters_change_covers_all_that_its_provinces_were_formed_from(whole):
    found = whole.figure("accident_change", "")
    then = (*FIVE, "ha-nam", "nam-dinh", "quang-tri")
    assert found.denominator == whole.by_hand(then, THEN, "traffic.accidents")
    assert (found.used, found.expected) == (5, 5)


def test_with_a_predecessor_missing_the_change_is_refused_and_says_which(without):
    for province, lacking in (("ninh-binh-2025", ("Ha Nam", "Nam Dinh")), ("quang-tri-2025", ("Quang Tri",))):
        found = without.figure("accident_change", province)
        assert (found.status, math.isnan(found.value)) == ("not_comparable", True)
        assert all(name in found.reason for name in lacking)
        assert without.figure("clearance_rate", province).status in {"met", "missed"}
        assert math.isnan(without.figure("clearance_rate", province).previous)
    assert without.figure("accident_change", "nghe-an").status in {"met", "missed"}
    assert without.figure("accident_change", "").used == 3


@pytest.mark.slow
def test_what_merged_provinces_state_of_last_year_is_no_base_beside_what_was_reported(stated):
    whole, lacking, same = (
        stated.figure("accident_change", p) for p in ("quang-tri-2025", "ninh-binh-2025", "nghe-an")
    )
    assert (whole.base, whole.denominator) == ("reported", stated.by_hand(QUANG_TRI, THEN, "traffic.accidents"))
    assert (lacking.status, lacking.base, math.isnan(lacking.value)) == ("not_comparable", "", True)
    assert all(name in lacking.reason for name in ("Ha Nam", "Nam Dinh"))
    assert math.isnan(stated.figure("clearance_rate", "ninh-binh-2025").previous)
    assert (same.base, same.denominator) == ("stated", stated.by_hand(["nghe-an"], THEN, "traffic.accidents"))


@pytest.mark.slow
def test_of_the_year_before_the_others_are_bases_only_and_in_no_total(whole):
    then = pipeline.consolidate("2024", **whole.places)
    assert set(then.submissions.loc[then.submissions["status"] == "base_only", "province"]) == {
        "ha-nam",
        "nam-dinh",
        "quang-tri",
    }
    own = then.indicators[(then.indicators["indicator"] == "clearance_rate") & (then.indicators["province"] == "")]
    assert own["denominator"].iloc[0] == whole.by_hand(FIVE, THEN, "crime_by_type.cases", ("social_order",))


def test_code_44_is_another_province_on_each_side_of_the_merger():
    provinces = yaml.safe_load((SHIPPED / "provinces.yaml").read_text("utf-8"))
    assert [p["id"] for p in provinces if p["code"] == "44"] == ["quang-binh", "quang-tri-2025"]
