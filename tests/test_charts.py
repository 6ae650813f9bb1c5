"""The sheet of charts: what each series refers to, what its cells come to, and how the charts stand on paper."""

import html
import re
import zipfile
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from pipeline.columns import FINDINGS, OBSERVATIONS, SUBMISSIONS, TABLES, TEXTS
from pipeline.indicators.comparison import comparison
from pipeline.indicators.decomposition import decomposition
from pipeline.indicators.whole import sources
from pipeline.messages import Messages
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.report.course import title_of as course_title
from pipeline.report.gaps import Gap, gaps_of, note_of, title_of
from pipeline.report.theme import CLUSTER, PALETTE
from pipeline.report.workbook import write_workbook
from tests.frames import RATE, catalogue, cells, computed, crime, row

PERIOD = Period.parse("2024")
SHEET = "Biểu đồ"
MAIN = "clearance_rate"
MAIN_LABEL = "Tỷ lệ khám phá tội phạm về trật tự xã hội"
MINUS = "\N{MINUS SIGN}"
TITLES = (
    f"{MAIN_LABEL}: 4/5 tỉnh đạt từ 80 % trở lên",
    f"{MAIN_LABEL}: 3/5 tỉnh tăng so với cùng kỳ",
    f"{MAIN_LABEL}: 2/5 tỉnh nằm ngoài giới hạn 99,8 % (cao hơn: Nghệ An; thấp hơn: Ninh Bình)",
    f"{MAIN_LABEL}: toàn cụm 87,79 % (2022), 88,37 % (2023), 88,14 % (2024)",
    f"{MAIN_LABEL}: Ninh Bình chênh toàn cụm nhiều nhất, {MINUS}8,91 điểm % (kết quả {MINUS}8,90; cơ cấu {MINUS}0,01)",
    "Biểu 01. Số vụ xảy ra: Tội phạm về ma túy chiếm 38,7 % của toàn cụm",
    "Biểu 03. Tai nạn giao thông: Số vụ tai nạn giảm 7,45 % so với cùng kỳ",
    "Biểu 04. Tình hình cháy, nổ: Số vụ cháy giảm 4,14 % so với cùng kỳ",
    "Giảm cả ba tiêu chí về tai nạn giao thông: 3/5 tỉnh đạt",
    "Kết quả so với số được giao: 10/15 lượt đạt",
)
TARGETED, BEFORE, _, TREND, GAPS, *_, CHANGES, ASSIGNED = TITLES
SERIES = re.compile(r"<c:ser>.*?</c:ser>", re.DOTALL)
ANCHOR = re.compile(
    r"<xdr:from>.*?<xdr:col>(\d+)<.*?<xdr:row>(\d+)<.*?<xdr:to>.*?<xdr:row>(\d+)<.*?descr=\"(.*?)\"", re.DOTALL
)


class Workbook(NamedTuple):
    """A workbook's charts, its formulas and what they come to."""

    charts: dict[str, str]
    formulas: openpyxl.Workbook
    values: openpyxl.Workbook

    def cells(self, reference, *, formulas=False):
        """The cells that a series refers to, row by row."""
        sheet, area = html.unescape(reference).rsplit("!", 1)
        first, top, last, bottom = range_boundaries(area.replace("$", ""))
        book = self.formulas if formulas else self.values
        found = book[sheet.strip("'")].iter_rows(top, bottom, first, last, values_only=True)
        return [one[0] if len(one) == 1 else one for one in found]

    def series(self, title):
        """The series of a chart."""
        return SERIES.findall(self.charts[title])


def opened(path):
    with zipfile.ZipFile(path) as file:
        texts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/charts/chart")]
    titled = {title_in(text): text for text in texts}
    return Workbook(titled, openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True))


def title_in(chart):
    title = chart.split("</c:title>")[0]
    return html.unescape("".join(re.findall(r"<c:v>(.*?)</c:v>|<a:t>(.*?)</a:t>", title)[0]))


def reference(series, part):
    """What a part of a series refers to: `cat`, `val`, `tx`, `plus` or `minus`."""
    return re.search(rf"<c:{part}>.*?<c:f>(.*?)</c:f>", series, re.DOTALL).group(1)


@pytest.fixture(scope="module")
def book(consolidated):
    return opened(consolidated.folder / "consolidated.xlsx")


@pytest.fixture(scope="module")
def rows(consolidated):
    """Indicator and province -> the row of the indicators' frame, the cluster last."""
    frame = consolidated.consolidation.indicators
    return frame[frame["period"] == "2024"].set_index(["indicator", "province"])


# The whole sheet


def test_the_sheet_holds_the_whole_set_and_each_title_says_its_finding(book):
    with_formulas = [book.formulas[SHEET].cell(at, 1).value for at in range(1, 400)]
    shown = [cell.value for cell in book.values[SHEET]["A"]]
    assert [title for title in TITLES if title not in book.charts] == []
    assert [title for title in TITLES if title not in shown] == []
    living = [str(with_formulas[shown.index(title)]).startswith("=") for title in (TARGETED, CHANGES, ASSIGNED)]
    assert living == [True] * 3


def drawn_on(path, sheet_title):
    """The charts of a sheet: first column and row, last row, description; and the rows where pages end."""
    with zipfile.ZipFile(path) as file:
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
        number = names.index(sheet_title) + 1
        links = file.read(f"xl/worksheets/_rels/sheet{number}.xml.rels").decode()
        drawing = file.read(f"xl/drawings/{re.search(r'drawing[0-9]+[.]xml', links).group(0)}").decode()
        breaks = file.read(f"xl/worksheets/sheet{number}.xml").decode()
    found = [(int(c), int(a), int(b), html.unescape(d)) for c, a, b, d in ANCHOR.findall(drawing)]
    return found, [int(at) for at in re.findall(r'<brk id="(\d+)"', breaks)]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_chart_is_cut_over_two_pages_or_alone_on_one(request, lang):
    made = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en")
    found, breaks = drawn_on(made.folder / "consolidated.xlsx", SHEET if lang == "vi" else "Charts")
    assert len(found) == len(TITLES)
    assert all(sum(at <= first for at in breaks) == sum(at <= last for at in breaks) for _, first, last, _ in found)
    pages = Counter(sum(at <= first for at in breaks) for _, first, _, _ in found)
    assert sorted(pages.values()) == [4, 6]


def test_each_chart_is_described_by_its_title_and_its_figures(consolidated):
    found, _ = drawn_on(consolidated.folder / "consolidated.xlsx", SHEET)
    told = dict(zip(TITLES, (description for *_, description in found), strict=True))
    assert all(description.startswith(title) for title, description in told.items())
    assert "Ninh Bình: 79,22 % (74,74 %" in told[TARGETED]
    assert "Ninh Bình: 81,9" in told[BEFORE]
    assert "Toàn cụm: 87,79 % (2022), 88,37 % (2023)" in told[TREND]
    assert "Nghệ An: +3,1" in told[GAPS]


# The main indicator against its target, with intervals


def test_the_error_bars_refer_to_cells_that_follow_the_intervals(book, rows):
    (bars, line) = book.series(TARGETED)
    own = rows.loc[MAIN]
    assert book.cells(reference(bars, "val")) == pytest.approx(own["value"].tolist())
    minus, plus = (reference(bars, end) for end in ("minus", "plus"))
    assert book.cells(minus) == pytest.approx((own["value"] - own["low"]).tolist())
    assert book.cells(plus) == pytest.approx((own["high"] - own["value"]).tolist())
    assert all(re.fullmatch(r"='Chỉ tiêu'!\w+-'Chỉ tiêu'!\w+", cell) for cell in book.cells(plus, formulas=True))
    assert '<c:errValType val="cust"/>' in bars
    assert set(book.cells(reference(line, "val"))) == {0.8}
    assert '<c:min val="0"/>' in book.charts[TARGETED]


def test_each_province_has_its_own_colour_in_every_chart(book):
    own = [*PALETTE[:5], CLUSTER]
    for title, count in ((TARGETED, 1), (CHANGES, 3), (ASSIGNED, 3)):
        bars = book.series(title)[0]
        assert re.findall(r'<c:dPt>.*?<a:srgbClr val="(\w+)"', bars) == [one[1:] for one in own] * count
    lines = [re.search(r'<a:srgbClr val="(\w+)"', one).group(1) for one in book.series(TREND)]
    assert lines[:6] == [one[1:] for one in own]
    dots = [re.search(r'<c:marker>.*?<a:srgbClr val="(\w+)"', one) for one in book.series(BEFORE)]
    assert [one.group(1) for one in dots[3:]] == [one[1:] for one in own]


# Against last year


def test_two_dots_are_joined_by_as_much_as_they_are_apart(book, rows):
    higher, lower, before, *now = book.series(BEFORE)
    then, found = (rows.loc[MAIN, name].tolist() for name in ("previous", "value"))
    assert book.cells(reference(before, "val")) == pytest.approx(then)
    assert [book.cells(reference(one, "val"))[n] for n, one in enumerate(now)] == pytest.approx(found)
    assert all(Counter(book.cells(reference(one, "val")))[None] == 5 for one in now)
    pairs = list(zip(then, found, strict=True))
    assert book.cells(reference(higher, "val")) == pytest.approx([max(pair) for pair in pairs])
    assert book.cells(reference(lower, "val")) == pytest.approx([min(pair) for pair in pairs])
    assert book.cells(reference(higher, "minus")) == pytest.approx([max(pair) - min(pair) for pair in pairs])
    assert '<c:errBarType val="minus"/>' in higher
    assert all("<a:ln" in one and "<a:noFill/>" in one for one in book.series(BEFORE))  # dots, no lines


# The trend


def test_the_trend_is_the_table_of_trends_and_its_target_follows(book, consolidated):
    table = consolidated.consolidation.tables["trends"]
    table = table[table["indicator"] == MAIN]
    *lines, target = book.series(TREND)
    assert book.cells(reference(lines[0], "cat")) == ["2022", "2023", "2024"]
    for series, (_, own) in zip(lines, table.groupby("province", sort=False), strict=True):
        assert book.cells(reference(series, "val")) == pytest.approx(own["value"].tolist())
        assert all(cell.startswith("='Xu hướng'!") for cell in book.cells(reference(series, "val"), formulas=True))
    assert book.cells(reference(target, "val")) == [0.8] * 3
    assert all("'Chỉ tiêu'!" in cell for cell in book.cells(reference(target, "val"), formulas=True))
    assert book.cells(reference(target, "tx"), formulas=True)[0].startswith("=")
    assert "<c:min" not in book.charts[TREND].split("<c:valAx>")[1]  # for an edited target would leave a fixed axis


def test_the_title_of_a_trend_says_where_the_cluster_went():
    def said(*values, lang="en"):
        periods = [str(2025 - len(values) + number) for number in range(len(values))]
        own = pd.DataFrame({"period": periods, "province": "", "value": values})
        say = Messages(lang)
        return course_title(own, "Rate", say.percent, say)

    assert said(0.8, 0.9, 0.85) == "Rate: the whole cluster 80.00% (2022), 90.00% (2023), 85.00% (2024)"
    assert said(0.8, 0.9, 0.9, 0.9, 0.85) == "Rate: cluster up from 80.00% (2020) to 85.00% (2024)"
    assert said(0.8, 0.9, 0.9, 0.9, 0.75, lang="vi") == "Rate: toàn cụm giảm từ 80,00 % (2020) xuống 75,00 % (2024)"
    assert said(0.8, 0.9, 0.9, 0.9, 0.800001) == "Rate: cluster at 80.00% in both 2020 and 2024"
    alone = pd.DataFrame({"period": ["2022", "2023"], "province": "north", "value": [0.1, 0.2]})
    assert course_title(alone, "Rate", str, Messages("en")) == "Rate, 2022 to 2023"


# Gaps to the cluster


def test_the_parts_of_a_gap_are_stacked_and_come_to_the_whole(book, rows):
    rate, mix, whole = (book.cells(reference(one, "val")) for one in book.series(GAPS))
    values = rows.loc[MAIN, "value"].tolist()
    assert whole == pytest.approx([value - values[-1] for value in values[:-1]])
    assert [a + b for a, b in zip(rate, mix, strict=True)] == pytest.approx(whole)
    chart = book.charts[GAPS]
    assert '<c:grouping val="stacked"/>' in chart
    assert '<c:overlap val="100"/>' in chart
    cells_ = book.cells(reference(book.series(GAPS)[0], "val"), formulas=True)
    assert all(cell.startswith("='Cơ cấu và kết quả'!") for cell in cells_)


def test_the_title_of_gaps_names_who_is_farthest_and_why():
    gaps = [Gap("north", 0.01, 0.0, 0.01), Gap("south", 0.01, -0.05, -0.04)]
    assert (
        title_of(gaps, "Rate", "the cluster", str, Messages("en"))
        == f"Rate: south is farthest from the cluster, {MINUS}4.00 points (rates +1.00; mix {MINUS}5.00)"
    )
    even = [Gap("north", 0.0, 0.0, 0.0), Gap("south", 0.00001, 0.0, 0.00001)]
    assert title_of(even, "Rate", "toàn cụm", str, Messages("vi")) == "Rate: không tỉnh nào chênh toàn cụm"
    assert note_of(gaps, ["north", "south", "west"], "the cluster", str, Messages("en")).endswith("apart: west.")


# Several indicators as bars with marks


def test_every_bar_has_its_own_target_that_follows(book, rows):
    for title, names in (
        (CHANGES, ("accident_change", "death_change", "injury_change")),
        (ASSIGNED, ("id_card_achievement", "e_id_achievement", "model_achievement")),
    ):
        bars, marks = book.series(title)
        own = pd.concat([rows.loc[name] for name in names])
        assert book.cells(reference(bars, "val")) == pytest.approx(own["value"].tolist())
        assert book.cells(reference(marks, "val")) == pytest.approx(own["target"].tolist())
        assert all("'Chỉ tiêu'!" in cell for cell in book.cells(reference(marks, "val"), formulas=True))
        outer, inner = zip(*book.cells(reference(bars, "cat")), strict=True)
        assert [at for at, text in enumerate(outer) if text] == [0, 6, 12]
        assert inner == (("Thanh Hóa", "Ninh Bình", "Nghệ An", "Hà Tĩnh", "Quảng Bình", "Toàn cụm") * 3)
        assert [one.count("<c:multiLvlStrRef>") for one in (bars, marks)] == [1, 1]


# Where something lacks


def made(counts, members=("north", "south", "west"), **more):
    """The workbook's results for a small cluster: cases and cleared cases of each province."""
    indicators = {
        "rate": RATE | {"proportion": True},
        "done": {"kind": "achievement", "numerator": "list.fires", "denominator": "list.posts"},
    }
    targets = ({"indicator": "rate", "value": 0.8, "op": ">="}, {"indicator": "done", "value": 1, "op": ">="})
    known = catalogue(indicators, targets, members=members)
    now = cells(
        *(crime(province, *count) for province, count in counts.items()),
        *(row(province, form="list", fires=9, posts=10) for province in counts),
    )
    frame = computed(known, now, lang="en").frame.reset_index()
    source, _ = sources(now, cells(), known, PERIOD)
    tables = {"comparison": comparison(frame, source, "en"), "decomposition": decomposition(source, "en")}
    empty = (pd.DataFrame(columns=columns) for columns in (FINDINGS, SUBMISSIONS))
    return Results(
        Consolidation("2024", now[list(OBSERVATIONS)], frame, *empty, tables=tables | more),
        PERIOD, known, "en", "working", pd.DataFrame(columns=TEXTS),
    )  # fmt: skip


def test_of_gaps_that_differ_by_the_last_digit_the_first_is_told():
    gaps = [Gap("north", 0.0, 0.2, 0.2), Gap("south", -0.1, -0.1, -0.2 - 3e-17)]
    assert "north is farthest" in title_of(gaps, "Rate", "the cluster", str, Messages("en"))


def test_titles_say_of_how_many_the_figures_lack(tmp_path):
    gap = f"{MINUS}20.00"
    write_workbook(made({"north": (100, 90), "south": (50, 30)}), tmp_path / "two.xlsx")
    found = opened(tmp_path / "two.xlsx")
    wanted = {
        "rate: 1 of 3 provinces at or above 80% (1 incomplete)",
        f"rate: south is farthest from the cluster (2 of 3 provinces), {gap} points (rates {gap}; mix 0.00)",
        "Results against what was assigned: 0 of 3 met (1 incomplete)",
    }
    assert wanted - found.charts.keys() == set()
    cells_ = book_titles(found)
    assert all(str(cells_[title]).startswith("=") for title in wanted if "farthest" not in title)


def book_titles(found):
    """What a text in the first column comes from."""
    pairs = zip(found.values["Charts"]["A"], found.formulas["Charts"]["A"], strict=True)
    return {shown.value: cell.value for shown, cell in pairs if shown.value}


def test_one_province_alone_has_neither_gaps_nor_a_trend(tmp_path):
    results = made({"north": (100, 90)}, members=("north",))
    assert gaps_of(results.consolidation.tables, "rate") == []
    write_workbook(results, tmp_path / "one.xlsx")
    found = opened(tmp_path / "one.xlsx")
    assert "rate: 1 of 1 provinces at or above 80%" in found.charts
    assert not [title for title in found.charts if "farthest" in title or "the whole cluster" in title]


def test_without_intervals_there_are_no_error_bars_and_figures_stand_above(tmp_path):
    results = made({"north": (100, 130), "south": (50, 30)})
    frame = results.consolidation.indicators
    frame[["low", "high"]] = float("nan")
    write_workbook(results, tmp_path / "none.xlsx")
    (title,) = (title for title in opened(tmp_path / "none.xlsx").charts if "provinces at or above" in title)
    bars = opened(tmp_path / "none.xlsx").series(title)[0]
    assert "<c:errBars>" not in bars
    assert "<c:showVal" in bars
    assert '<c:dLblPos val="ctr"/>' not in bars  # outside the bar's end, as bars have it anyway


def test_where_there_are_more_provinces_than_colours_the_trend_is_the_clusters(tmp_path):
    members = [f"p{n}" for n in range(len(PALETTE) + 1)]
    points = [
        dict.fromkeys(TABLES["trends"]) | {"period": period, "province": province, "indicator": "rate", "value": value}
        for province in (*members, "")
        for period, value in (("2022", 0.7), ("2023", 0.8), ("2024", 0.9))
    ]
    results = made(dict.fromkeys(members, (100, 90)), members=members, trends=pd.DataFrame(points))
    write_workbook(results, tmp_path / "many.xlsx")
    found = opened(tmp_path / "many.xlsx")
    line, target = found.series("rate: the whole cluster 70% (2022), 80% (2023), 90% (2024)")
    assert found.cells(reference(line, "tx")) == ["Whole cluster"]
    assert found.cells(reference(target, "val")) == [0.8] * 3


def test_where_there_are_more_provinces_than_colours_the_dots_of_one_colour_are_one_series(tmp_path):
    """No chart has 256 series: the library leaves out those above in silence."""
    members = [f"p{n}" for n in range(300)]
    results = made(dict.fromkeys(members, (100, 90)), members=members)
    last_year = results.consolidation.indicators.assign(previous=0.8)
    results = replace(results, consolidation=replace(results.consolidation, indicators=last_year))
    write_workbook(results, tmp_path / "many.xlsx")
    found = opened(tmp_path / "many.xlsx")
    [title] = [title for title in found.charts if "last year" in title]
    _, _, _, shared, cluster = found.series(title)
    assert found.cells(reference(shared, "val")) == [0.9] * 300 + [None]
    assert found.cells(reference(cluster, "val")) == [None] * 300 + [0.9]
