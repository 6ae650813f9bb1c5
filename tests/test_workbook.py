"""The consolidated workbook: what it says, that its formulas hold, and that nothing that came in does harm."""

import math
import shutil
import zipfile
from contextlib import closing
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from pipeline.catalogue import load_catalogue
from pipeline.columns import CELLS, FINDINGS, OBSERVATIONS, SUBMISSIONS, TEXTS
from pipeline.indicators import compute, own_figures
from pipeline.indicators.attainment import attainment, targets_met
from pipeline.messages import Messages
from pipeline.model import LANGS, Consolidation, Results
from pipeline.periods import Period
from pipeline.report.doubts import besides_coverage, covered, covered_then, doubt_of
from pipeline.report.sheets.book import HEAD_ROW
from pipeline.report.sheets.form_tables import build_tables
from pipeline.report.sheets.room import fitting, lines
from pipeline.report.theme import Formats
from pipeline.report.workbook import sheet_name, write_workbook

CATALOGUE = {
    "catalogue.yaml": """
name: {vi: Số liệu thử, en: Figures for a test}
clusters: [{id: c, name: Cụm thử, provinces: [a, b]}]
forms: [crimes, months, fires, goals]
""",
    "provinces.yaml": """
- {id: a, name: Tỉnh A, population: [{value: 200000, at: 2023-01-01, source: illustrative}]}
- {id: b, name: Tỉnh B, population: [{value: 100000, at: 2023-01-01}]}
- {id: z, name: Tỉnh Z}
""",
    "forms/crimes.yaml": """
number: "01"
title: {vi: Tội phạm, en: Crimes}
groups: {social: {label: {vi: "Nhóm *", en: "Group *"}}}
rows:
  - key: type
    header: Loại
    members:
      - {id: murder, label: Giết người, group: social}
      - {id: theft, label: Trộm cắp, group: social}
      - {id: drugs, label: Ma túy}
      - {id: gang, label: Băng nhóm, part_of: total}
columns:
  cases: {header: "Số vụ, xảy ra [kỳ này]", unit: vụ, previous: {}}
  cleared: {header: "Khám phá: 'đã rõ' #", unit: vụ, previous: {}}
""",
    "forms/months.yaml": """
title: Theo tháng
rows:
  - {key: period, header: Kỳ}
  - {key: place, header: Nơi, members: open}
  - {key: type, header: Loại, members: [{id: x}, {id: y}]}
columns:
  files: {header: Hồ sơ}
  done: {header: Xong}
""",
    "forms/fires.yaml": """
number: "03"
title: Cháy
layout: list
periods: {previous: {}}
columns: {fires: {header: Cháy}, dead: {header: Chết}}
""",
    "forms/goals.yaml": """
number: CT
title: Chỉ tiêu giao
rows: [{key: province}]
columns: {goal: {header: Số giao}}
""",
    "indicators.yaml": """
rate:
  {label: Tỷ lệ, kind: percent, numerator: crimes.cleared, denominator: crimes.cases, rows: [social], proportion: true}
all: {kind: percent, numerator: crimes.cleared, denominator: crimes.cases}
two: {kind: percent, numerator: crimes.cleared, denominator: crimes.cases, rows: [theft, gang]}
down: {kind: change, numerator: crimes.cases, rows: [social], better: lower}
fires_down: {kind: change, numerator: fires.fires, better: lower}
both: {kind: all_met, of: [down, fires_down]}
per: {kind: per_100k, numerator: crimes.cases}
dead: {kind: total, numerator: fires.dead, better: lower}
done: {kind: percent, numerator: months.done, denominator: months.files, rows: [x]}
across: {kind: percent, numerator: months.done, denominator: months.files, rows: [x, Nơi 1]}
achieved: {kind: achievement, numerator: fires.fires, denominator: goals.goal}
""",
    "targets.yaml": """
- {indicator: rate, value: 0.8, op: ">="}
- {indicator: rate, value: 0.6, op: ">=", provinces: [b]}
- {indicator: rate, value: 0.7, op: ">=", role: context}
- {indicator: down, value: 0, op: "<"}
- {indicator: fires_down, value: 0, op: "<"}
- {indicator: both, value: 1, op: ">="}
- {indicator: dead, value: 2, op: "<="}
""",
}

# province, form, row, measure, this year, last year; a text is a state without a number
NUMBERS = [
    ("a", "crimes", "murder", "cases", 10, 12),
    ("a", "crimes", "murder", "cleared", 9, 12),
    ("a", "crimes", "theft", "cases", 30, 28),
    ("a", "crimes", "theft", "cleared", 23, 20),
    ("a", "crimes", "drugs", "cases", 7, 7),
    ("a", "crimes", "drugs", "cleared", "not_applicable", 7),
    ("a", "crimes", "gang", "cases", 3, 3),
    ("a", "crimes", "gang", "cleared", 3, 3),
    ("b", "crimes", "murder", "cases", 5, 5),
    ("b", "crimes", "murder", "cleared", 5, 5),
    ("b", "crimes", "theft", "cases", 5, 5),
    ("b", "crimes", "theft", "cleared", 2, 3),
    ("b", "crimes", "drugs", "cases", 1, 0),
    ("b", "crimes", "drugs", "cleared", "missing", 0),
    ("b", "crimes", "gang", "cases", 0, 0),
    ("b", "crimes", "gang", "cleared", 0, 0),
    ("a", "fires", "", "fires", 4, 5),
    ("a", "fires", "", "dead", 0, 1),
    ("b", "fires", "", "fires", 4, "blank"),
    ("b", "fires", "", "dead", 3, "blank"),
    ("a", "goals", "", "goal", 3, None),
    ("b", "goals", "", "goal", 8, None),
    ("z", "fires", "", "fires", 99, 99),
]
FORMULA = '=HYPERLINK("http://example.org","bấm")'


def cell(number, key, measure, value, period):
    province, form, row = key
    state = "number" if not isinstance(value, str) else value
    part = "total" if row == "gang" else ""
    made = dict.fromkeys(CELLS, "") | {"period": period, "reported_in": "2024", "province": province, "form": form}
    made |= {"row": row, "label": row or measure, "measure": measure, "state": state, "part_of": part, "role": "member"}
    made |= {"file": f"{province}.xlsx", "sheet": form, "cell": f"A{number}", "raw": FORMULA}
    return made | {"value": math.nan if isinstance(value, str) else float(value)}


def cells_of(numbers):
    made = []
    for province, form, row, measure, now, before in numbers:
        for period, value in (("2024", now), ("2023", before)):
            if value is not None:
                made.append(cell(len(made), (province, form, row), measure, value, period))
    months = [("2024-01", 5, 4), ("2024-02", 6, 6), ("2025-01", 100, 1)]
    for province in "ab":
        for period, files, done in months:
            for row in ("Nơi 1/x", "Nơi 1/y", f"{FORMULA}/x"):
                for measure, value in (("files", files), ("done", done)):
                    made.append(cell(len(made), (province, "months", row), measure, value, period))
    return pd.DataFrame(made, columns=CELLS)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schemas")
    for name, text in CATALOGUE.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_catalogue(folder)


@pytest.fixture(scope="module")
def make(catalogue):
    period = Period.parse("2024")

    def make(numbers=NUMBERS, lang="vi", message=FORMULA):
        cells = cells_of(numbers)
        indicators = compute(own_figures(cells, cells.iloc[:0], None, catalogue, period), catalogue, period, lang)
        finding = dict.fromkeys(FINDINGS, "") | {"severity": "warning", "rule": "r", "province": "a", "form": "crimes"}
        finding |= {"file": "a.xlsx", "sheet": "crimes", "cell": "A0", "value": "@x", "message": message}
        sent = dict.fromkeys(SUBMISSIONS, 0) | {"province": "a", "file": "+a.xlsx", "sha256": "0", "status": "partial"}
        text = dict.fromkeys(TEXTS, "-1") | {"province": "a", "form": "crimes", "text": FORMULA}
        targets = attainment(indicators, catalogue, period, lang)
        consolidation = Consolidation(
            "2024",
            cells[list(OBSERVATIONS)],
            indicators,
            pd.DataFrame([finding], columns=FINDINGS),
            pd.DataFrame([sent], columns=SUBMISSIONS),
            tables={"attainment": targets, "targets_met": targets_met(targets, catalogue, lang)},
        )
        return Results(consolidation, period, catalogue, lang, "working", pd.DataFrame([text], columns=TEXTS))

    return make


def written(results, path):
    write_workbook(results, path)
    return openpyxl.load_workbook(path)


def formulas(path):
    """Every formula's place and text."""
    return {at: cell.value for at, cell in cells_in(path).items() if cell.data_type == "f"}


def cells_in(path, *, values=False):
    """(sheet, cell) -> each cell that holds something, or with ``values`` shows something."""
    with closing(openpyxl.load_workbook(path, data_only=values, read_only=True)) as book:
        cells = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
        return {(title, cell.coordinate): cell for title, cell in cells if cell.value is not None}


def shown_in(path):
    """(sheet, cell) -> what it shows, of those that show something."""
    return {at: cell.value for at, cell in cells_in(path, values=True).items()}


def same(one, other):
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def assert_recalculates(office, path, tmp):
    return assert_same(path, shown_in(path), office.recalculate(path, tmp))


def assert_same(path, old, again):
    """A workbook's cached values, which are ``old``, are those that it has where it was computed ``again``."""
    where, new = formulas(path), shown_in(again)
    pairs = {at: (old.get(at), new.get(at)) for at in where}
    assert {at: (where[at], *pair) for at, pair in pairs.items() if not same(*pair)} == {}
    return len(pairs)


def table(book, sheet, *, number=0):
    """An Excel table as a frame of what its cells hold."""
    area = list(book[sheet].tables.values())[number].ref
    rows = [[cell.value for cell in row] for row in book[sheet][area]]
    return pd.DataFrame(rows[1:], columns=rows[0])


def indicator_rows(path, consolidation, catalogue, lang="vi"):
    """The sheet's rows beside the frame's, in the sheet's order."""
    frame = consolidation.indicators
    shown = table(openpyxl.load_workbook(path, data_only=True), Messages(lang)("workbook.sheet.indicators"))
    members = catalogue.members_on(Period.parse(consolidation.period))
    order = [(name, province) for name in catalogue.indicators for province in (*members, "")]
    return shown, frame.set_index(["indicator", "province"]).loc[order].reset_index()


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_each_formula_of_the_samples_recalculates_to_its_cached_value(office, lang, request, tmp_path):
    made = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en")
    assert assert_recalculates(office, made.folder / "consolidated.xlsx", tmp_path) > 1000


def test_the_sheet_of_indicators_shows_the_values_of_the_parquet_file(consolidated, repo):
    path = consolidated.folder / "consolidated.xlsx"
    shown, frame = indicator_rows(path, consolidated.consolidation, load_catalogue(repo / "schemas"))
    stored = pd.read_parquet(consolidated.folder / "indicators.parquet")
    assert stored.value.tolist() == pytest.approx(consolidated.consolidation.indicators.value.tolist(), nan_ok=True)
    for column, name in (("Tử số", "numerator"), ("Giá trị", "value"), ("Mục tiêu", "target"), ("Hạng", "rank")):
        wanted = frame[name].astype("float64").tolist()
        assert shown[column].astype("float64").tolist() == pytest.approx(wanted, nan_ok=True), name


def test_how_a_change_differs_from_the_one_of_last_year_is_not_shown_as_that_change(consolidated, repo):
    path, known = consolidated.folder / "consolidated.xlsx", load_catalogue(repo / "schemas")
    shown, frame = indicator_rows(path, consolidated.consolidation, known)
    is_change = frame["indicator"].map(lambda indicator: known.indicators[indicator].kind) == "change"
    assert frame[is_change]["change"].notna().all()
    assert shown[is_change]["Tăng giảm"].isna().all()
    assert (shown[is_change]["Tăng giảm (số)"].notna() & shown[is_change]["Cùng kỳ"].notna()).all()
    wanted = frame[~is_change]["change"].astype("float64").tolist()
    assert shown[~is_change]["Tăng giảm"].astype("float64").tolist() == pytest.approx(wanted, nan_ok=True)


def test_each_ratio_of_the_samples_is_a_formula_over_the_form_tables(consolidated):
    book = consolidated.book()
    shown = table(book, "Chỉ tiêu")
    for column in ("Tử số", "Giá trị", "So với mục tiêu", "Hạng"):
        numbers = shown[column].dropna()
        assert len(numbers)
        assert all(str(value).startswith("=") for value in numbers), column
    assert shown["Tử số"][0].startswith("=SUMIFS(Bieu01[[")


def test_every_kind_of_indicator_recalculates_with_gaps_in_the_data(make, office, tmp_path, catalogue):
    results = make()
    path = tmp_path / "b.xlsx"
    write_workbook(results, path)
    assert_recalculates(office, path, tmp_path)
    shown, frame = indicator_rows(path, results.consolidation, catalogue)
    assert shown["Giá trị"].astype("float64").tolist() == pytest.approx(frame.value.tolist(), nan_ok=True)


def test_rows_that_are_not_applicable_leave_both_sides_of_the_formula(make, tmp_path):
    path = tmp_path / "b.xlsx"
    book = written(make(), path)
    shown = table(openpyxl.load_workbook(path, data_only=True), "Chỉ tiêu")
    row = shown[(shown["Chỉ tiêu"] == "all") & (shown["Tỉnh"] == "Tỉnh A")].iloc[0]
    assert (row["Tử số"], row["Mẫu số / kỳ gốc"]) == (32, 40)
    formula = table(book, "Chỉ tiêu").loc[row.name, "Mẫu số / kỳ gốc"]
    assert formula.startswith("=SUMIFS(Bieu01[[Số vụ, xảy ra (kỳ này)]]")
    assert ">=-1E+300" in formula


def test_a_province_that_lacks_a_number_shows_no_value_and_the_cluster_says_how_many(make, tmp_path):
    book = written(make(), tmp_path / "b.xlsx")
    shown = table(book, "Chỉ tiêu").set_index(["Chỉ tiêu", "Tỉnh"])
    lacking = shown.loc[("all", "Tỉnh B")]
    assert lacking[["Tử số", "Mẫu số / kỳ gốc", "Giá trị", "So với mục tiêu", "Hạng"]].isna().all()
    assert lacking["Kết quả"] == "… Chưa đủ số"
    assert lacking["Ghi chú"]
    assert shown.loc[("all", "Toàn cụm"), "Kết quả"] == "… Mới 1/2 tỉnh"


def test_a_province_has_the_status_of_its_own_target(make, tmp_path):
    path = tmp_path / "b.xlsx"
    names = written(make(), path).defined_names
    assert names["MT_rate"].attr_text == "'Mục tiêu'!$C$7"
    shown = table(openpyxl.load_workbook(path, data_only=True), "Chỉ tiêu").set_index(["Chỉ tiêu", "Tỉnh"])
    assert shown.loc["Tỷ lệ"]["Mục tiêu"].tolist() == [0.8, 0.6, 0.8]
    assert shown.loc["Tỷ lệ"]["Kết quả"].tolist() == ["✓ Đạt", "✓ Đạt", "✗ Chưa đạt"]


def test_the_overview_answers_in_words_who_misses_the_target_and_by_how_much(make, tmp_path):
    numbers = [(*n[:4], 10, n[5]) if n[:4] == ("a", "crimes", "theft", "cleared") else n for n in NUMBERS]
    said = _said(make(numbers), tmp_path / "b.xlsx")
    own = next(text for text in said if text.startswith("Tỷ lệ: cả 2 tỉnh"))
    assert own.startswith("Tỷ lệ: cả 2 tỉnh có đạt mục tiêu riêng của mình không (Tỉnh A: từ 80 % trở lên; ")
    assert own.endswith(": từ 60 % trở lên)?")
    answer = next(text for text in said if text.startswith("Không"))
    assert "1/2 tỉnh đạt" in answer
    assert "Tỉnh A 47,50 % (còn thiếu 32,50 điểm %, tức thêm 13 vụ ở “Khám phá: 'đã rõ' #”)" in answer


def _said(results, path):
    """What the overview's first column shows."""
    written(results, path)
    sheet = openpyxl.load_workbook(path, data_only=True)["Tổng quan"]
    return [row[0].value for row in sheet.iter_rows(max_col=1) if row[0].value]


def _answered(make, path, *changed):
    """What the overview answers where some of a's and b's figures are others: (province, row, measure, value)."""
    others = {(p, r, m): v for p, r, m, v in changed}
    numbers = [(*n[:4], others.get((n[0], n[2], n[3]), n[4]), n[5]) for n in NUMBERS]
    said = _said(make(numbers), path)
    return said[said.index(next(text for text in said if text.startswith("Tỷ lệ: cả 2 tỉnh"))) + 1]


@pytest.mark.parametrize(("lang", "said"), [("vi", "tức thêm 7.700 thẻ"), ("en", "that is 7,700 more")])
def test_thousands_of_cases_are_written_as_the_language_writes_them(lang, said, request):
    made = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en")
    book = made.book(values=True)
    overview, targets = book.worksheets[0], book[Messages(lang)("workbook.sheet.attainment")]
    for sheet, column in ((overview, 1), (targets, targets.max_column)):
        cells = (row[0].value for row in sheet.iter_rows(min_col=column, max_col=column))
        assert [text for text in cells if said in str(text)], sheet.title


def test_a_share_just_below_its_target_is_not_shown_as_the_target(make, tmp_path):
    murder = [("a", "murder", "cases", 0), ("a", "murder", "cleared", 0)]
    theft = [("a", "theft", "cases", 36_000), ("a", "theft", "cleared", 28_799)]
    said = _answered(make, tmp_path / "b.xlsx", *murder, *theft)
    assert "79,997 % (còn thiếu 0,003 điểm %, tức thêm 1 vụ ở “Khám phá: 'đã rõ' #”)" in said


def test_a_province_without_cases_lacks_no_figures(make, tmp_path):
    nothing = [("a", row, measure, 0) for row in ("murder", "theft") for measure in ("cases", "cleared")]
    said = _answered(make, tmp_path / "b.xlsx", *nothing)
    assert "mẫu số bằng 0" in said
    assert "Chưa đủ số liệu" not in said


def test_without_any_figure_nothing_is_known(make, tmp_path):
    gone = [(p, row, "cleared", "missing") for p in "ab" for row in ("murder", "theft")]
    assert _answered(make, tmp_path / "b.xlsx", *gone).startswith("Chưa kết luận được: chưa có số liệu của tỉnh nào.")


def test_where_a_province_lacks_the_answer_names_it_and_says_how_many_the_clusters_figure_covers(make, tmp_path):
    said = _answered(make, tmp_path / "b.xlsx", *(("a", row, "cleared", "missing") for row in ("murder", "theft")))
    assert "Chưa đủ số liệu để kết luận: Tỉnh A." in said
    assert said.endswith("(Mới tính 1/2 tỉnh.)")


def test_text_that_looks_like_a_formula_stays_text(make, tmp_path):
    path = tmp_path / "b.xlsx"
    book = written(make(), path)
    links = [part for text in formulas(path).values() for part in text.split("HYPERLINK(")[1:]]
    assert links
    assert all(part.startswith('"#"&') for part in links)  # within this workbook, whatever a text says
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    held = [cell for cell in cells if cell.value in {FORMULA, "@x", "+a.xlsx", "-1"}]
    assert len(held) > 20
    assert {cell.data_type for cell in held} == {"s"}
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert links
    assert not any(link is None or "example" in link for link in links)


def test_the_same_results_give_the_same_bytes(make, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(make(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_form_sheet_marks_what_is_no_number_what_is_not_added_and_what_a_finding_is_about(make, tmp_path):
    book = written(make(), tmp_path / "b.xlsx")
    crimes = table(book, "Biểu 01")
    assert crimes.columns.tolist()[:5] == ["Tỉnh", "Mã dòng", "Nội dung", "Nhóm", "Cộng vào tổng"]
    assert crimes["Cộng vào tổng"].tolist() == [1, 1, 1, 0] * 2
    assert crimes.iloc[2, 7] == "x"
    assert crimes.iloc[6, 7] == "…"
    rows = book["Biểu 01"].iter_rows(max_row=HEAD_ROW + 1 + len(crimes))
    assert [cell.comment.text for row in rows for cell in row if cell.comment] == [FORMULA]
    fires = table(book, "Biểu 03")
    assert fires["Tỉnh"].tolist() == ["Tỉnh A", "Tỉnh B", "Tỉnh Z (ngoài cụm)"]
    assert fires["Cộng vào tổng"].tolist() == [1, 1, 0]


def by_row(path):
    """The lines below the table of form 01 as they are cached, by the member's id."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Biểu 01"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD_ROW + 2)]
    return {line[1]: line[4:] for line in lines if line[0] == "Toàn cụm"}


@pytest.mark.slow
def test_below_a_form_stand_the_sums_of_the_whole_cluster_row_by_row(make, office, tmp_path):
    outside = [("z", "crimes", row, "cases", 50, 50) for row in ("theft", "gang")]
    path = tmp_path / "b.xlsx"
    sheet = written(make([*NUMBERS, *outside]), path)["Biểu 01"]
    sums = by_row(path)
    assert list(sums) == ["murder", "theft", "drugs", "gang"]
    assert sums["theft"] == [1, 35, 33, 25, 23]
    assert sums["gang"] == [0, 3, 3, 3, 3]
    assert by_row(office.recalculate(path, tmp_path)) == sums
    notes = {c.comment.text: c.value for row in sheet.iter_rows() for c in row if c.comment and c.data_type == "f"}
    assert list(notes) == ["Mới tính 1/2 tỉnh."]
    assert '"drugs"' in notes["Mới tính 1/2 tỉnh."]
    assert sheet["C4"].hyperlink.location == "'Biểu 01'!A19"
    assert sheet["A19"].value.startswith("Toàn cụm theo dòng")


def test_only_a_form_that_lists_its_rows_has_them_summed_one_by_one(make, tmp_path):
    book = written(make(), tmp_path / "b.xlsx")
    titles = [s.title for s in book for (cell,) in s.iter_rows(max_col=1) if "theo dòng" in str(cell.value)]
    assert titles == ["Biểu 01"]


def test_a_rate_that_the_submission_states_says_so_in_its_heading(consolidated):
    book = consolidated.book()
    stated = [head for sheet in book if sheet.title.startswith("Biểu 0") for head in table(book, sheet.title)]
    stated = [head for head in stated if "Tỷ lệ" in head]
    assert stated
    assert all("(theo báo cáo)" in head for head in stated)


def test_the_chart_of_what_was_assigned_shows_decimals_and_the_target(consolidated):
    with zipfile.ZipFile(consolidated.folder / "consolidated.xlsx") as file:
        charts = [file.read(n).decode() for n in file.namelist() if n.startswith("xl/charts/chart")]
    (chart,) = [text for text in charts if "Kết quả so với số được giao" in text]
    bars, line = chart.split("<c:lineChart>")
    assert bars.count('<c:numFmt formatCode="0.0%"') == 1
    assert "Mục tiêu" in line


def test_what_rounds_to_nought_has_no_sign(office, tmp_path):
    wanted = [
        ("points", -0.00001, "0.00%"),
        ("points", -0.0123, "-1.23%"),
        ("points", 0.0123, "+1.23%"),
        ("points", 0, "0.00%"),
        ("percent", -1e-17, "0.00%"),
        ("percent", -0.00006, "-0.01%"),
        ("percent", 0.8971, "89.71%"),
        ("more_rate", -0.04, "0.0"),
        ("more_rate", -0.06, "-0.1"),
        ("more_rate", 1234.56, "+1,234.6"),
    ]
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        formats, sheet = Formats(book), book.add_worksheet()
        for row, (style, value, _) in enumerate(wanted):
            sheet.write_number(row, 0, value)
            sheet.write_formula(row, 1, f'=TEXT(A{row + 1},"{formats(style).num_format}")')
    sheet = openpyxl.load_workbook(office.recalculate(tmp_path / "b.xlsx", tmp_path), data_only=True).active
    assert [line[1].value for line in sheet.iter_rows()] == [shown for *_, shown in wanted]


@pytest.mark.slow
def test_a_status_that_rests_on_doubtful_figures_is_marked_and_counted(make, office, tmp_path):
    results = make()
    frame = results.consolidation.indicators.copy()
    doubtful = (frame["indicator"] == "rate") & (frame["province"] == "a")
    frame.loc[doubtful, "reason"] = "dựa trên số cần xem lại: crimes!A0"
    results = replace(results, consolidation=replace(results.consolidation, indicators=frame))
    path = tmp_path / "b.xlsx"
    write_workbook(results, path)
    assert_recalculates(office, path, tmp_path)
    book = openpyxl.load_workbook(path, data_only=True)
    row = table(book, "Chỉ tiêu").set_index(["Chỉ tiêu", "Tỉnh"]).loc[("Tỷ lệ", "Tỉnh A")]
    assert (row["Kết quả"], row["Ghi chú"]) == ("✓ Đạt", "dựa trên số cần xem lại: crimes!A0")
    overview = [[cell.value for cell in line[:3]] for line in book["Tổng quan"].iter_rows()]
    assert next(line[2] for line in overview if line[0] == "Tỉnh A") == "✓ Đạt !"
    assert next(line[2] for line in overview if line[0] == "Tỉnh B") == "✓ Đạt"
    assert next(line[1] for line in overview if line[0] == "Số tỉnh đạt") == 2
    assert "! có số liệu cần xem lại: trang Chỉ tiêu (cột Ghi chú) và trang Cần xem lại" in [n[0] for n in overview]


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_said_of_last_years_figure_alone_is_no_doubt_about_this_years(lang):
    say = Messages(lang)
    units = {"units": ["A", "B"], "period": "2024"}
    alone = [say("reason.no_base_of", **units), say("reason.population_basis"), say("reason.population_preceding")]
    unverified, cells = say("reason.base_unverified", **units), say("reason.doubtful", cells=["A; B!C1", "B!D2"])
    assert [doubt_of(reason, "percent", say) for reason in (*alone, unverified, "", None)] == [""] * 6
    assert doubt_of(unverified, "change", say) == unverified
    over = say("reason.over_nothing", provinces=["A"])
    assert doubt_of("; ".join([alone[0], over, alone[2], cells]), "percent", say) == f"{over}; {cells}"
    apart = [say(f"reason.{key}", **units) for key in ("not_counted", "other_lacks", "other_counts")]
    assert doubt_of("; ".join([over, *apart, cells]), "percent", say) == f"{over}; {cells}"
    assert besides_coverage("; ".join([over, *apart, cells]), say) == f"{over}; {cells}"
    assert covered("; ".join([over, *apart]), say) == apart[0]
    assert covered_then("; ".join([over, *apart]), "2024", say) == "; ".join(apart[1:])


def test_rows_of_a_long_table_count_when_their_period_lies_within(make):
    months = build_tables(make(), {"a": "A", "b": "B"})["months"]
    assert [row.within for row in months.by_province["a"]] == [1] * 6 + [0] * 3


def test_an_edited_target_changes_the_statuses_that_follow_from_it(make, office, tmp_path):
    path = tmp_path / "b.xlsx"
    book = written(make(), path)
    book["Mục tiêu"]["C7"] = 0.81
    book.save(tmp_path / "edited.xlsx")
    new = openpyxl.load_workbook(office.recalculate(tmp_path / "edited.xlsx", tmp_path), data_only=True)
    assert [new["Chỉ tiêu"][f"K{row}"].value for row in (7, 8, 9)] == ["✗ Chưa đạt", "✓ Đạt", "✗ Chưa đạt"]
    assert new["Chỉ tiêu"]["J7"].value == pytest.approx(0.8 - 0.81)


def test_every_sheet_prints_on_a4_one_page_wide_with_its_period_below(make, tmp_path):
    book = written(make(lang="en"), tmp_path / "b.xlsx")
    assert book.sheetnames[:2] == ["Overview", "Indicators"]
    assert book.sheetnames.index("Charts") < book.sheetnames.index("Form 01")
    for sheet in book:
        spans = [(column.width, column.max - column.min + 1) for column in sheet.column_dimensions.values()]
        across = sum((width - 5 / 7) * count for width, count in spans) > 165
        assert sheet.page_setup.paperSize == 9
        if sheet.title not in {"Overview", "Charts", "Trends", "Compare", "Profile"}:
            assert sheet.page_setup.orientation == ("landscape" if across else "portrait"), sheet.title
        assert (sheet.page_setup.fitToWidth or 1) == 1
        if sheet.title == "Overview":  # whose pages end where they are told to, which Excel heeds with a scale only
            assert sheet.page_setup.scale < 100
            assert not sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title in {"Compare", "Profile"}:  # nothing said is 1, a page high
            assert sheet.page_setup.fitToHeight is None
        assert "2024" in f"{sheet.oddFooter.left.text} {sheet.oddFooter.center.text}"
        assert sheet.freeze_panes
        assert sheet.sheet_state == "visible"
        assert sheet.title == "Overview" or sheet["A4"].hyperlink.location == "'Overview'!A1"


def test_a_consolidation_of_nothing_is_a_workbook_too(make, office, tmp_path):
    results = make([])
    nothing = results.consolidation.observations.iloc[:0]
    results = replace(
        results, consolidation=replace(results.consolidation, observations=nothing), texts=results.texts[:0]
    )
    write_workbook(results, tmp_path / "b.xlsx")
    office.recalculate(tmp_path / "b.xlsx", tmp_path)


@pytest.mark.slow
def test_missing_workbooks_leave_formulas_right(repo, office, tmp_path):
    import pipeline

    shutil.copytree(repo / "inputs" / "2024", tmp_path / "inputs" / "2024")
    for name in ("ninh-binh-2024.xlsx", "targets.xlsx"):
        (tmp_path / "inputs" / "2024" / name).unlink()
    pipeline.consolidate("2024", inputs=tmp_path / "inputs", outputs=tmp_path / "out", schemas=repo / "schemas")
    assert_recalculates(office, tmp_path / "out" / "2024" / "consolidated.xlsx", tmp_path)


def test_a_text_longer_than_a_cell_is_cut_where_all_can_see():
    assert fitting("a" * 40_000, " [cut]") == "a" * (32_767 - 6) + " [cut]"
    assert len(fitting("🙂" * 40_000, " [cut]").encode("utf-16-le")) // 2 <= 32_767
    assert fitting("a\udcff", "") == "a?"


def test_a_long_message_is_cut_in_its_cell(make, tmp_path):
    book = written(make(message="b" * 50_000), tmp_path / "b.xlsx")
    assert table(book, "Cần xem lại")["Nội dung"][0].endswith("[đã cắt bớt]")


def test_names_that_excel_forbids_are_mended_and_each_is_there_once():
    taken = set()
    assert sheet_name("'Biểu: 01/[a]*?'", taken) == "Biểu 01 a"
    assert sheet_name("BIỂU 01 A", taken) == "BIỂU 01 A (2)"
    assert sheet_name("History", taken) == "History (2)"
    assert len(sheet_name("x" * 40, taken)) == 31
    assert len(sheet_name("x" * 40, taken)) == 31
    assert sheet_name("::", taken) == "-"


def test_a_row_is_as_high_as_its_longest_text_needs():
    assert [lines(text, 10) for text in ("một", "một hai ba bốn", "x" * 25, "a\nb")] == [1, 2, 3, 2]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_sheet_says_from_which_files_it_is_and_in_which_unit(request, lang):
    source, unit = {"vi": ("Nguồn: ", "Đơn vị tính: "), "en": ("Source: ", "Units: ")}[lang]
    given = request.getfixturevalue({"vi": "consolidated", "en": "consolidated_en"}[lang])
    for sheet in given.book():
        said = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=7) for cell in row if cell.value)
        assert source in said, sheet.title
        assert unit in said or sheet.title in {"Ghi chú", "Notes"}, sheet.title
