"""Fair comparison of small frames: methods, limits, ranges of ranks, caveats; gaps that their parts add up to."""

import math

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

import pipeline
from pipeline.fair_intervals import with_all_intervals, with_fair_intervals
from pipeline.indicators.comparison import comparison
from pipeline.indicators.decomposition import decomposition
from pipeline.indicators.whole import sources
from pipeline.messages import Messages
from pipeline.periods import Period
from tests.frames import FORMS, RATE, catalogue, cells, computed, crime, row, write_small, write_submission
from tests.test_workbook import assert_recalculates

RATE_OF_ALL = RATE | {"proportion": True}
PERIOD = Period.parse("2024")


def compared(now, indicator=RATE_OF_ALL, lang="en", base=None, **more):
    made = catalogue({"rate": indicator}, **({"members": ["north", "south", "east"]} | more))
    frame = computed(made, now, base).frame.reset_index()
    source, _ = sources(now, cells() if base is None else base, made, PERIOD)
    return comparison(frame, source, lang), decomposition(source, lang)


def of(table, province):
    return table[table["province"] == province].iloc[0]


def typed(province, theft, fraud, **more):
    """Cases and cleared cases of two types."""
    return [
        *row(province, "theft", cases=theft[0], cleared=theft[1], **more),
        *row(province, "fraud", cases=fraud[0], cleared=fraud[1], **more),
        *row(province, "drugs", cases=0, cleared=0, **more),
    ]


@given(st.integers(1, 500), st.integers(0, 500))
@settings(max_examples=25)
def test_a_shares_interval_is_wilsons_and_its_limits_are_the_binomials(cases, cleared):
    cleared = min(cleared, cases)
    table, _ = compared(cells(crime("north", cases, cleared), crime("south", 400, 300), crime("east", 100, 60)))
    found = of(table, "north")
    low, high = proportion_confint(cleared, cases, method="wilson")
    assert (found["method"], found["low"], found["high"]) == ("binomial", pytest.approx(low), pytest.approx(high))
    centre = (cleared + 360) / (cases + 500)
    assert found["centre"] == pytest.approx(centre)
    at_most, at_least = stats.binom.cdf(cleared, cases, centre), stats.binom.sf(cleared - 1, cases, centre)
    assert (found["place"] in {"below_95", "below_998"}) == (at_most < 0.025)
    assert (found["place"] in {"above_95", "above_998"}) == (at_least < 0.025)
    assert (found["place"] == "below_998") == (at_most < 0.001)


def test_a_rate_above_the_whole_has_no_binomial_interval_and_says_why():
    now = cells(crime("north", 36, 40), crime("south", 400, 300), crime("east", 100, 60))
    for lang, word in (("en", "above 100 %"), ("vi", "trên 100 %")):
        table, _ = compared(now, lang=lang)
        assert set(table["method"]) == {"poisson"}
        assert all(word in caveat for caveat in table["caveat"])
    found = of(table, "north")
    assert found["low"] < 40 / 36 < found["high"]


def test_amounts_have_neither_interval_nor_limits():
    ratio = {"kind": "percent", "numerator": "list.damage", "denominator": "list.fires"}
    now = cells(*(row(p, form="list", damage=d, fires=4) for p, d in (("north", 2.5), ("south", 3), ("east", 1))))
    table, _ = compared(now, ratio)
    found = of(table, "north")
    assert found["method"] == "none"
    assert all(math.isnan(found[name]) for name in ("low", "high", "lower95", "dispersion", "rank_best"))
    assert found["caveat"]


def test_ranks_of_counts_come_with_those_that_exact_intervals_of_the_counts_allow():
    counts = {"north": 3, "south": 9, "east": 40}
    total = {"kind": "total", "numerator": "crime.cases", "better": "lower"}
    table, _ = compared(cells(*(crime(p, n, 0) for p, n in counts.items())), total)
    ends = {p: confint_poisson(n, 1, method="exact-c") for p, n in counts.items()}
    for province, (low, high) in ends.items():
        found = of(table, province)
        assert (found["low"], found["high"]) == (pytest.approx(low), pytest.approx(high))
        best = 1 + sum(other < low for p, (_, other) in ends.items() if p != province)
        worst = 1 + sum(other < high for p, (other, _) in ends.items() if p != province)
        assert (found["rank_best"], found["rank_worst"]) == (best, worst)
        assert math.isnan(found["lower95"])
        assert math.isnan(found["dispersion"])
        assert "size of the province" in found["caveat"]
    assert [of(table, p)["rank_worst"] for p in counts] == [2, 2, 3]
    assert (of(table, "north")["small"], of(table, "east")["small"]) == (1, 0)


def test_a_total_of_amounts_has_no_interval_and_its_rank_no_range():
    total = {"kind": "total", "numerator": "list.damage", "better": "lower"}
    now = cells(*(row(p, form="list", damage=d, fires=4) for p, d in (("north", 2.5), ("south", 3), ("east", 1))))
    table, _ = compared(now, total)
    assert table["method"].tolist() == ["none"] * 4
    assert table[["low", "rank_best"]].isna().all(axis=None)


def test_a_count_earns_points_as_it_is():
    total = {"kind": "total", "numerator": "crime.cases", "better": "lower"}
    now = cells(crime("north", 3, 0), crime("south", 9, 0), crime("east", 40, 0))
    table, _ = compared(now, total)
    made = catalogue({"rate": total}, members=["north", "south", "east"])
    frame = computed(made, now).frame.reset_index()
    assert with_all_intervals(frame, table).equals(frame)


def test_ranks_come_with_those_that_the_intervals_allow():
    now = cells(crime("north", 1000, 950), crime("south", 100, 80), crime("east", 100, 79))
    table, _ = compared(now, RATE_OF_ALL | {"better": "higher"})
    ranks = {p: tuple(of(table, p)[["rank", "rank_best", "rank_worst"]]) for p in ("north", "south", "east")}
    assert ranks == {"north": (1, 1, 1), "south": (2, 2, 3), "east": (3, 2, 3)}


def test_small_numbers_are_shown_and_flagged():
    now = cells(crime("north", 29, 20), crime("south", 30, 20), crime("east", 100, 79))
    table, _ = compared(now)
    assert [of(table, p)["small"] for p in ("north", "south")] == [1, 0]
    assert "below 30" in of(table, "north")["caveat"]
    lower, _ = compared(now, small_numbers=10)
    assert of(lower, "north")["small"] == 0


RATE_OF_PEOPLE = {"kind": "per_100k", "numerator": "crime.cases", "rows": ["order"], "better": "lower"}
SIZES = {"north": 1_000_000, "south": 500_000, "east": 40_000}
PEOPLE = {province: [{"value": people, "at": "2024-01-01"}] for province, people in SIZES.items()}


@given(st.lists(st.integers(0, 900), min_size=3, max_size=3))
@settings(max_examples=25)
def test_a_rate_of_people_has_the_exact_interval_of_its_count_and_the_ranks_that_it_allows(counts):
    now = cells(*(crime(p, n, 0) for p, n in zip(("north", "south", "east"), counts, strict=True)))
    table, _ = compared(now, RATE_OF_PEOPLE, populations=PEOPLE)
    ends = {}
    for province, count in zip(("north", "south", "east"), counts, strict=True):
        found, per = of(table, province), 1e5 / PEOPLE[province][0]["value"]
        ends[province] = [per * end for end in confint_poisson(count, 1, method="exact-c")]
        assert (found["low"], found["high"]) == pytest.approx(ends[province], rel=1e-9, abs=1e-12)
        assert found["small"] == (count < 30)
        centre = found["centre"] / per  # cases that the cluster's rate would make
        if sum(counts):
            assert (found["place"] in {"above_95", "above_998"}) == (stats.poisson.sf(count - 1, centre) < 0.025)
    for province, (low, high) in ends.items():
        others = [ends[other] for other in ends if other != province]
        best, worst = 1 + sum(end < low for _, end in others), 3 - sum(high < end for end, _ in others)
        assert tuple(of(table, province)[["rank_best", "rank_worst"]]) == (best, worst)


@pytest.mark.parametrize(("lang", "word"), [("en", "count different people"), ("vi", "kh\u00f4ng x\u1ebfp h\u1ea1ng")])
def test_rates_over_populations_that_count_different_people_have_no_ranks_and_no_funnel(lang, word):
    bases = {"north": "mean", "south": "mean", "east": "registered"}
    people = {province: [PEOPLE[province][0] | {"basis": basis}] for province, basis in bases.items()}
    now = cells(crime("north", 300, 0), crime("south", 100, 0), crime("east", 90, 0))
    table, _ = compared(now, RATE_OF_PEOPLE, lang, populations=people)
    compared_with_others = ["rank", "rank_best", "rank_worst", "centre", "lower95", "upper998", "dispersion"]
    assert table[compared_with_others].isna().all(axis=None)
    assert set(table["place"]) == {""}
    assert table["low"].notna().all()
    assert all(word in caveat for caveat in table["caveat"])
    alike, _ = compared(now, RATE_OF_PEOPLE, lang, populations=PEOPLE)
    assert alike["rank"].notna().sum() == 3
    assert not any(word in caveat for caveat in alike["caveat"])


CHANGE = {"kind": "change", "numerator": "crime.cases", "rows": ["order"], "better": "lower"}


def test_a_change_that_may_be_chance_is_flagged_and_its_rank_is_a_range():
    pairs = {"north": (80, 100), "south": (800, 1000), "east": (9, 12)}
    now = cells(*(crime(p, n, 0) for p, (n, _) in pairs.items()))
    base = cells(*(crime(p, n, 0, about="2023", reported_in="2023") for p, (_, n) in pairs.items()))
    for lang, word in (("en", "May be chance"), ("vi", "ng\u1eabu nhi\u00ean: kho\u1ea3ng")):
        table, _ = compared(now, CHANGE, lang, base)
        assert [of(table, p)["chance"] for p in ("north", "south", "east", "")] == [1, 0, 1, 0]
        assert [word in of(table, p)["caveat"] for p in ("north", "south", "east", "")] == [True, False, True, False]
    assert [of(table, p)["small"] for p in ("north", "south", "east")] == [0, 0, 1]
    assert tuple(of(table, "south")[["rank", "rank_best", "rank_worst"]]) == (2, 1, 3)
    assert set(table["place"]) == {""}
    assert not table["caveat"].str.contains("100%|100 %").any()


def test_a_change_of_money_has_no_interval_and_is_no_chance():
    now = cells(*(row(p, form="list", damage=d) for p, d in (("north", 2.5), ("south", 3), ("east", 1))))
    base = cells(*(row(p, form="list", damage=2, about="2023", reported_in="2023") for p in ("north", "south", "east")))
    table, _ = compared(now, {"kind": "change", "numerator": "list.damage"}, base=base)
    assert set(table["method"]) == {"none"}
    assert table[["low", "rank_best", "chance"]].isna().all(axis=None)
    assert not table["small"].any()


def test_a_spread_that_is_more_than_chance_is_stated():
    table, _ = compared(cells(crime("north", 1000, 990), crime("south", 1000, 500), crime("east", 1000, 700)))
    assert of(table, "north")["dispersion"] > 100
    assert "overdispersion" in of(table, "north")["caveat"]
    even, _ = compared(cells(*(crime(p, 1000, 700) for p in ("north", "south", "east"))))
    assert "overdispersion" not in of(even, "north")["caveat"]


def test_one_province_alone_has_an_interval_and_no_limits_of_its_own_making():
    table, _ = compared(cells(crime("north", 100, 80)))
    assert of(table, "north")["low"] < 0.8 < of(table, "north")["high"]
    assert "covers only 1 of 3" in of(table, "")["caveat"]


def test_the_standardised_rate_is_that_of_the_clusters_mix():
    now = cells(
        typed("north", (100, 90), (100, 10)), typed("south", (300, 270), (100, 10)), typed("east", (100, 90), (0, 0))
    )
    table, _ = compared(now)
    # Every province clears 90 % of thefts and 10 % of frauds: with the cluster's mix they are alike.
    cluster = (450 + 20) / 700
    assert of(table, "north")["standardised"] == of(table, "south")["standardised"] == pytest.approx(cluster)
    assert math.isnan(of(table, "east")["standardised"])  # its rate of frauds is not known
    assert of(table, "north")["value"] < of(table, "south")["value"]


def test_a_row_that_is_not_applicable_in_one_province_is_left_out_of_all_standardised_rates_and_told():
    lacks = row("north", "theft", cases="not_applicable", cleared="not_applicable")
    north = [*lacks, *row("north", "fraud", cases=100, cleared=50), *row("north", "drugs", cases=0, cleared=0)]
    now = cells(north, typed("south", (300, 270), (100, 10)), typed("east", (50, 45), (50, 5)))
    for lang, word in (("en", "not applicable"), ("vi", "kh\u00f4ng \u00e1p d\u1ee5ng")):
        table, effects = compared(now, lang=lang)
        assert [of(table, p)["standardised"] for p in ("north", "south", "east")] == [0.5, 0.1, 0.1]
        for province in ("north", "south", "east"):
            assert all(text in of(table, province)["caveat"] for text in ("theft", word, "north"))
    assert set(effects["province"]) == {"south", "east"}


def test_a_row_without_cases_says_why_a_province_has_no_standardised_rate():
    others = (typed("south", (300, 270), (100, 10)), typed("east", (50, 45), (50, 5)))
    table, effects = compared(cells(typed("north", (0, 0), (100, 80)), *others))
    assert math.isnan(of(table, "north")["standardised"])
    assert "theft in north has a denominator of 0: there is no standardised rate" in of(table, "north")["caveat"]
    assert "decomposition" not in of(table, "north")["caveat"]
    assert "theft" not in of(table, "south")["caveat"] + of(table, "")["caveat"]
    assert "north" in set(effects["province"])


def test_a_row_with_a_numerator_over_no_cases_says_why_a_gap_has_no_parts():
    table, effects = compared(
        cells(typed("north", (0, 1), (100, 80)), typed("south", (300, 270), (9, 1)), typed("east", (50, 45), (50, 5)))
    )
    caveat = of(table, "north")["caveat"]
    assert "no standardised rate" in caveat
    assert "theft in north has a numerator over a denominator of 0: there is no decomposition" in caveat
    assert "decomposition" not in of(table, "south")["caveat"]
    assert set(effects["province"]) == {"south", "east"}
    # Where no province has cases of it, none has a gap in parts.
    none, effects = compared(cells(*(typed(p, (0, n), (9, 5)) for p, n in (("north", 1), ("south", 0), ("east", 0)))))
    assert all("theft in north has a numerator" in of(none, p)["caveat"] for p in ("north", "south", "east"))
    assert effects.empty


PARTS = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda pair: (pair[0] + pair[1], pair[0]))


@given(st.lists(st.tuples(PARTS, PARTS), min_size=3, max_size=3), st.tuples(PARTS, PARTS))
@settings(max_examples=25)
def test_the_parts_of_every_gap_add_up_to_it(now, before):
    rows = [typed(p, *parts) for p, parts in zip(("north", "south", "east"), now, strict=True)]
    base = cells(typed("north", *before, about="2023", reported_in="2023"))
    _, table = compared(cells(*rows), base=base)
    for (_, _), own in table.groupby(["against", "province"]):
        parts, whole = own[own["row"] != ""], own[own["row"] == ""].iloc[0]
        assert math.fsum(parts["total"]) == pytest.approx(whole["total"], abs=1e-12)
        assert whole["total"] == pytest.approx(whole["rate"] - whole["base_rate"], abs=1e-12)
        assert math.fsum(parts["rate_effect"]) + math.fsum(parts["mix_effect"]) == pytest.approx(
            whole["total"], abs=1e-12
        )
    assert set(table[table["against"] == "last_year"]["province"]) == {"north"}


def test_a_gap_that_is_all_mix_has_no_rate_effect():
    now = cells(
        typed("north", (100, 90), (100, 10)), typed("south", (300, 270), (100, 10)), typed("east", (50, 45), (50, 5))
    )
    _, table = compared(now)
    whole = table[(table["row"] == "") & (table["province"] == "north")].iloc[0]
    assert whole["rate_effect"] == pytest.approx(0, abs=1e-12)
    assert whole["mix_effect"] == pytest.approx(whole["total"])


def test_a_row_that_lacks_a_number_leaves_no_decomposition():
    lacking = [*row("north", "theft", cases="missing", cleared=3), *row("north", "fraud", cases=5, cleared=3)]
    _, table = compared(cells(lacking, typed("south", (300, 270), (100, 10)), typed("east", (50, 45), (50, 5))))
    assert "north" not in set(table["province"])


def test_of_a_form_whose_rows_are_not_listed_there_is_none():
    resolved = {
        "kind": "percent",
        "numerator": "districts.resolved",
        "denominator": "districts.due",
        "proportion": True,
    }
    now = cells(*(row(p, "A", "districts", due=10, resolved=8) for p in ("north", "south", "east")))
    table, effects = compared(now, resolved, forms=FORMS)
    assert effects.empty
    assert of(table, "north")["method"] == "binomial"


def test_a_row_in_which_a_part_exceeds_its_whole_is_named_beside_every_figure():
    now = cells(typed("north", (24, 25), (100, 80)), typed("south", (50, 40), (10, 9)), typed("east", (50, 40), (9, 9)))
    table, _ = compared(now)
    assert set(table["method"]) == {"binomial"}
    assert table["caveat"].str.contains("In some row the numerator is larger than the denominator").all()
    assert table["caveat"].str.contains("north, theft: 25/24").all()
    table, _ = compared(cells(typed("north", (25, 25), (100, 80)), typed("south", (50, 40), (10, 9))))
    assert not table["caveat"].str.contains("larger").any()


def test_where_a_rate_is_above_the_whole_every_figure_has_one_interval():
    now = cells(typed("north", (30, 40), (10, 10)), typed("south", (50, 40), (10, 9)))
    made = catalogue({"rate": RATE_OF_ALL}, members=["north", "south"])
    frame = computed(made, now).frame.reset_index()
    table, _ = compared(now, members=["north", "south"])
    fair = with_fair_intervals(frame, table, made.shares).set_index("province")
    for province in ("north", "south", ""):
        own = of(table, province)
        assert (fair.loc[province, "low"], fair.loc[province, "high"]) == (own["low"], own["high"])
    assert fair.loc["south", "low"] < frame.set_index("province").loc["south", "low"]
    plain = cells(typed("north", (30, 20), (10, 10)), typed("south", (50, 40), (10, 9)))
    frame, (table, _) = computed(made, plain).frame.reset_index(), compared(plain, members=["north", "south"])
    assert with_fair_intervals(frame, table, made.shares).equals(frame)


@pytest.mark.slow
def test_the_workbook_shows_those_intervals_and_computes_places_around_the_target(tmp_path, office):
    """By Poisson's law there; a binomial formula would be an error, and of the others say too much."""
    places = write_small(tmp_path)
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 100, 112), ("Hai", 50, 50)])
    write_submission(places["inputs"] / "2024" / "Bắc 2024.xlsx", "Bắc", [("Một", 100, 88), ("Hai", 50, 50)])
    result = pipeline.consolidate("2024", **places, lang="en")
    path = places["outputs"] / "2024" / "consolidated.xlsx"
    assert assert_recalculates(office, path, tmp_path) > 0
    book = openpyxl.load_workbook(path, data_only=True)
    table = result.tables["comparison"].set_index("name")
    shown = {row_[1]: row_ for row_ in book["Fair comparison"].iter_rows(min_row=7, values_only=True)}
    at = [cell.value for cell in book["Fair comparison"][6]].index("Against the target")
    lows = {row_[1]: row_[5] for row_ in book["Indicators"].iter_rows(min_row=7, values_only=True)}
    say = Messages("en")
    for province in ("Bắc", "Nam"):
        own = table.loc[province]
        assert own["method"] == "poisson"
        assert shown[province][at] == say(f"workbook.place.{own['target_place']}")
        assert lows[province] == pytest.approx(own["low"])


@pytest.mark.slow
def test_counts_for_which_spreadsheets_have_no_poissons_law_stay_numbers(tmp_path, office):
    places = write_small(tmp_path)
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("Một", 3_000_000, 3_100_000)])
    write_submission(places["inputs"] / "2024" / "Bắc 2024.xlsx", "Bắc", [("Một", 40, 30)])
    result = pipeline.consolidate("2024", **places, lang="en")
    path = places["outputs"] / "2024" / "consolidated.xlsx"
    assert assert_recalculates(office, path, tmp_path) > 0
    sheet, own = openpyxl.load_workbook(path)["Fair comparison"], result.tables["comparison"].set_index("name")
    ends = {row_[1].value: row_[5] for row_ in sheet.iter_rows(min_row=7)}
    assert ends["Nam"].value == pytest.approx(own.loc["Nam", "low"])
    assert ends["Bắc"].data_type == "f"


def test_a_caveat_stands_once_at_the_clusters_line(consolidated):
    sheet = consolidated.book(values=True)["So sánh công bằng"]
    same = Messages("vi")("workbook.comparison.as_cluster")
    table = next(iter(sheet.tables.values()))
    rows = [[cell.value for cell in line] for line in sheet[table.ref]]
    label, name, caveat = (rows[0].index(Messages("vi")(f"workbook.column.{n}")) for n in ("label", "name", "caveat"))
    of_cluster = {row[label]: row[caveat] for row in rows if row[name] == "Toàn cụm"}
    said = [(row[caveat], of_cluster[row[label]]) for row in rows[1:] if row[name] != "Toàn cụm" and row[caveat]]
    assert sum(own == same for own, _ in said) > len(said) / 2
    assert all(own != whole and (own != same or whole) for own, whole in said)


def test_a_part_over_a_whole_of_nought_makes_the_clusters_rate_no_proportion():
    """It has no value itself, but its cases are among the cluster's."""
    table, _ = compared(cells(crime("north", 100, 80), crime("south", 0, 2), crime("east", 50, 40)))
    assert set(table["method"]) == {"poisson"}
    assert table["caveat"].str.contains("numerator is larger than its").all()
