"""The sheets of rate and mix effects and of trends: formulas, that follow the figures on the forms' sheets."""

import re

import openpyxl
import pandas as pd
import pytest

from pipeline.columns import FINDINGS, OBSERVATIONS, SUBMISSIONS, TEXTS
from pipeline.indicators import compute, own_figures
from pipeline.indicators.comparison import comparison
from pipeline.indicators.decomposition import decomposition
from pipeline.indicators.summed import summed
from pipeline.indicators.trends import trends
from pipeline.indicators.whole import sources
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.report.workbook import write_workbook
from tests.frames import RATE, catalogue, cells, crime, row
from tests.test_workbook import assert_recalculates, same

PERIOD = Period.parse("2024")
MEMBERS = ("north", "south", "east")
TARGETS = ({"indicator": "rate", "value": 0.8, "op": ">="},)
INDICATORS = {
    "rate": RATE,
    "all": {"kind": "percent", "numerator": "crime.cleared", "denominator": "crime.cases"},
    "amount": {"kind": "total", "numerator": "crime.cases", "rows": ["theft"]},
    "more": {"kind": "change", "numerator": "crime.cases"},
    "people": {"kind": "per_100k", "numerator": "crime.cases"},
}
EFFECTS, TRENDS = "Rate and mix", "Trends"

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")]


def typed(province, theft, fraud, **more):
    """Cases and cleared cases of two types, and none of the third."""
    return [
        *row(province, "theft", cases=theft[0], cleared=theft[1], **more),
        *row(province, "fraud", cases=fraud[0], cleared=fraud[1], **more),
        *row(province, "drugs", cases=0, cleared=0, **more),
    ]


def written(path, now, base=None, years=None, lang="en", *, period=PERIOD, preceding=None, **settings):
    """The workbook of some cells; ``years`` are those of the trend."""
    base = cells() if base is None else base
    people = {p: [{"value": 123456, "at": "2010-01-01"}] for p in MEMBERS}
    known = catalogue(INDICATORS, TARGETS, members=MEMBERS, populations=people, **settings)
    frame = compute(own_figures(now, base, preceding, known, period), known, period, lang)
    source, _ = sources(now, base, known, period)
    tables = {"comparison": comparison(frame, source, lang), "decomposition": decomposition(source, lang)}
    tables["trends"] = trends({**(years or {}), period: now}, known, period, lang)
    empty = (pd.DataFrame(columns=columns) for columns in (FINDINGS, SUBMISSIONS))
    made = Consolidation(period.id, now[list(OBSERVATIONS)], frame, *empty, tables=tables)
    read = {**(years or {}), period.year_before: base, period: now}
    read |= {period.preceding: preceding} if preceding is not None else {}
    added = summed(read, tables["trends"], known, period)
    write_workbook(Results(made, period, known, lang, "working", pd.DataFrame(columns=TEXTS), summed=added), path)
    return tables


def held(path, sheet, *, formulas=False):
    """A sheet's table as a frame: what its cells hold."""
    opened = openpyxl.load_workbook(path, data_only=not formulas)[sheet]
    (table,) = opened.tables.values()
    first, *rest = [[cell.value for cell in cells_] for cells_ in opened[table.ref]]
    return pd.DataFrame(rest, columns=first)


def shown(path, sheet):
    """Every cell of a sheet that shows something."""
    opened = openpyxl.load_workbook(path, data_only=True)[sheet]
    return {cell.coordinate: cell.value for line in opened.iter_rows() for cell in line if cell.value not in {None, ""}}


def retyped(path, to, sheet, old, new):
    """A copy of a workbook in which someone typed another figure."""
    book = openpyxl.load_workbook(path)
    (cell,) = (cell for line in book[sheet].iter_rows() for cell in line if cell.value == old)
    cell.value = new
    book.save(to)
    return to


NOW = (typed("south", (300, 270), (100, 10)), typed("east", (50, 45), (0, 0)))
NORTH, NORTH_BEFORE = typed("north", (107, 90), (103, 17)), typed("north", (90, 70), (40, 20), about="2023")


def test_every_computed_figure_of_the_effects_is_a_formula(tmp_path, office):
    """Last year of north is stated by this year's submissions, that of south is of last year's workbook."""
    stated = [dict(cell, period="2023", reported_in="2024", previous=True) for cell in NORTH_BEFORE]
    base = cells(typed("south", (200, 150), (60, 30), about="2023", reported_in="2023"))
    table = written(tmp_path / "w.xlsx", cells(NORTH, *NOW, stated), base)["decomposition"]
    assert assert_recalculates(office, tmp_path / "w.xlsx", tmp_path) > 100
    formulas, values = (held(tmp_path / "w.xlsx", EFFECTS, formulas=f) for f in (True, False))
    is_pasted = ~formulas.iloc[:, 4:-1].map(lambda value: str(value).startswith("="))
    assert not is_pasted.to_numpy().any()
    before = formulas[formulas["Base numerator"].str.contains("EarlierSources")]
    assert set(zip(before["Province"], before["Against"], strict=True)) == {("south", "Last year")}
    wholes = table[table["row"] == ""]
    assert (values["Adds up to the gap"].dropna() == "OK").all()
    assert values["Adds up to the gap"].notna().sum() == len(wholes)
    # The parts of all indicators are on the sheet: the main one's above, the others' below.
    assert len(values) == len(table)


def test_the_effects_and_their_sentence_follow_a_figure_that_is_typed_anew(tmp_path, office):
    written(tmp_path / "old.xlsx", cells(NORTH, *NOW))
    written(tmp_path / "new.xlsx", cells(typed("north", (107, 90), (103, 99)), *NOW))
    path = retyped(tmp_path / "old.xlsx", tmp_path / "edited.xlsx", "Crime", 17, 99)
    found, wanted = (shown(p, EFFECTS) for p in (office.recalculate(path, tmp_path / "again"), tmp_path / "new.xlsx"))
    assert found.keys() == wanted.keys()
    assert {cell: (found[cell], own) for cell, own in wanted.items() if not same(found[cell], own)} == {}
    assert "north is farthest from the cluster" in wanted["A5"]
    assert "east is farthest" in shown(tmp_path / "old.xlsx", EFFECTS)["A5"]


def test_a_cluster_over_some_provinces_sums_those_by_name(tmp_path, office):
    lacks = [*row("north", "theft", cases="missing", cleared=3), *row("north", "fraud", cases=5, cleared=3)]
    written(tmp_path / "w.xlsx", cells(lacks, *NOW))
    assert assert_recalculates(office, tmp_path / "w.xlsx", tmp_path) > 50
    base = held(tmp_path / "w.xlsx", EFFECTS, formulas=True)["Base numerator"].tolist()
    assert any('{"south";"east"}' in formula for formula in base)


def years(counts, **more):
    """The cells of earlier years: each province clears as many of 100 thefts."""
    return {
        Period.parse(year): cells(*(crime(p, 100, n, about=year, reported_in=year, **more) for p in MEMBERS))
        for year, n in counts.items()
    }  # fmt: skip


SERIES = {str(2014 + n): 70 + n % 3 for n in range(10)}


def test_every_value_limit_and_signal_of_a_trend_is_a_formula(tmp_path, office):
    now = cells(crime("north", 100, 97), crime("south", 100, 70), crime("east", 100, 71))
    table = written(tmp_path / "w.xlsx", now, years(SERIES)[Period.parse("2023")], years(SERIES))["trends"]
    assert assert_recalculates(office, tmp_path / "w.xlsx", tmp_path) > 100
    formulas, values = (held(tmp_path / "w.xlsx", TRENDS, formulas=f) for f in (True, False))
    assert set(values["Indicator"]) == {"rate", "all", "amount", "more", "people"}
    periods = [*SERIES, "2024"]
    for period in periods:
        pasted = formulas[period][~formulas[period].astype(str).str.startswith("=")]
        assert set(pasted) <= {"\N{EN DASH}"}
    assert formulas["2024"].str.fullmatch(r"='Indicators'!E\d+").all()
    for column in ("Mean moving range", "Mean of the periods", "Lower control limit", "Upper control limit"):
        assert formulas[column].dropna().str.startswith("=").all()
    own = table[(table["indicator"] == "rate") & (table["period"] == "2024")].set_index("province")
    rates = values[values["Indicator"] == "rate"].set_index("Province")
    assert rates.loc["north", "Upper control limit"] == pytest.approx(own.loc["north", "upper"], abs=1e-12)
    assert own.loc["north", "signal"] == "above"
    assert re.match(r"above .* to .*: unusual", rates.loc["north", "This period against the limits"])


def test_a_gap_in_a_series_is_stepped_over(tmp_path, office):
    some = years(SERIES)
    del some[Period.parse("2019")]
    now = cells(*(crime(p, 100, 70) for p in MEMBERS))
    table = written(tmp_path / "w.xlsx", now, None, some)["trends"]
    assert "2019" not in set(table[table["indicator"] == "rate"]["period"])
    assert assert_recalculates(office, tmp_path / "w.xlsx", tmp_path) > 100


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_trends_signal_and_sentence_follow_a_figure_that_is_typed_anew(tmp_path, office, lang):
    def book(name, cleared):
        now = cells(crime("north", 100, cleared), crime("south", 100, 70), crime("east", 100, 71))
        written(tmp_path / name, now, years(SERIES)[Period.parse("2023")], years(SERIES), lang)
        return tmp_path / name

    sheet = {"vi": "Xu h\u01b0\u1edbng", "en": TRENDS}[lang]
    path = retyped(book("old.xlsx", 75), tmp_path / "edited.xlsx", "Crime", 75, 37)
    found = shown(office.recalculate(path, tmp_path / "again"), sheet)
    wanted, before = shown(book("new.xlsx", 37), sheet), shown(tmp_path / "old.xlsx", sheet)
    assert {cell: (found.get(cell), own) for cell, own in wanted.items() if not same(found.get(cell), own)} == {}
    assert wanted["A5"] != before["A5"]
    assert sum(wanted[cell] != before[cell] for cell in wanted if isinstance(wanted[cell], str)) > 3


def test_the_change_against_the_period_just_before_is_a_formula(tmp_path, office):
    now, then = (
        cells(*(crime(p, 100 + n, n, about=quarter, reported_in=quarter) for p, n in zip(MEMBERS, counts, strict=True)))
        for quarter, counts in (("2024-Q2", (90, 70, 60)), ("2024-Q1", (80, 70, 65)))
    )
    written(tmp_path / "w.xlsx", now, period=Period.parse("2024-Q2"), preceding=then)
    assert assert_recalculates(office, tmp_path / "w.xlsx", tmp_path) > 50
    table = held(tmp_path / "w.xlsx", "Indicators", formulas=True).set_index(["Indicator", "Province"])
    head = "Against the period before"
    assert re.fullmatch(r"=E7-[A-Z]7", table.loc[("rate", "north"), head])
    assert table.loc[("amount", "north"), head].startswith("=IF(")
