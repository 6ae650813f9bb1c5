"""What chance does to rates, as the workbook's formulas have it: the same as Python, and following what is edited."""

import openpyxl
import pytest
import yaml

import pipeline
from pipeline.report import funnel as report_funnel
from pipeline.report.sheets import targets as targets_sheet
from pipeline.report.sheets.chance import Rate, dispersion
from pipeline.report.sheets.comparison_frame import LETTER
from pipeline.statistics import funnel, intervals
from pipeline.statistics.funnel import BINOMIAL, POISSON
from tests.books import Desk
from tests.test_edited_targets import same, shown

SHEET, CHARTS = "So sánh công bằng", "Biểu đồ"
RATES = [0.0004, 0.01, 0.1, 0.5, 0.8814, 0.97, 0.999]
LEVELS = [0.95, 0.998, 0.9]


def test_limits_and_intervals_by_formula_are_those_of_python(office, tmp_path):
    cases = [(law, n, r) for law in (BINOMIAL, POISSON) for n in (1, 2, 10, 37, 1100, 48211) for r in RATES]
    cases += [(POISSON, n, r) for n in (3, 250, 300_000) for r in (1.4, 3)]
    book, wanted = openpyxl.Workbook(), {}
    for line, (law, whole, share) in enumerate(cases, 1):
        count = round(share * whole)
        for column, value in zip("ABC", (count, whole, share), strict=True):
            book.active[f"{column}{line}"] = value
        rate, around = Rate(law, f"A{line}", f"B{line}"), funnel.limits(share, whole, law)
        low, high = {BINOMIAL: intervals.wilson, POISSON: intervals.poisson}[law](count, whole)
        found = [rate.limit(end, f"C{line}", level) for level in LEVELS[:2] for end in ("lower", "upper")]
        found += [rate.interval(end, f"(A{line}/B{line})", "NORMSINV(0.975)") for end in ("low", "high")]
        numbers = (around.lower95, around.upper95, around.lower998, around.upper998, low, high)
        for column, formula, number in zip("DEFGHI", found, numbers, strict=True):
            book.active[f"{column}{line}"] = f"={formula}"
            wanted[f"{column}{line}"] = number
    book.save(tmp_path / "limits.xlsx")
    sheet = openpyxl.load_workbook(office.recalculate(tmp_path / "limits.xlsx", tmp_path), data_only=True).active
    assert {at: sheet[at].value for at in wanted} == {at: pytest.approx(n, rel=1e-9) for at, n in wanted.items()}


def test_the_dispersion_draws_in_the_outer_tenth(office, tmp_path):
    """Of nine provinces none, of ten one at each end."""
    counts = [(90 + 3 * n * n, 300 + 10 * n) for n in range(10)]
    book, wanted = openpyxl.Workbook(), []
    for column, many in (("A", 9), ("B", 10)):
        for line, (top, bottom) in enumerate(counts[:many], 1):
            book.active[f"{column}{line}"] = f"={Rate(BINOMIAL, str(top), str(bottom)).residual('0.4')}"
        book.active[f"{column}20"] = f"={dispersion(f'${column}$1:${column}${many}', '0.1')}"
        wanted.append(pytest.approx(funnel.dispersion(counts[:many], 0.4), rel=1e-9))
    book.save(tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(office.recalculate(tmp_path / "d.xlsx", tmp_path), data_only=True).active
    assert [sheet["A20"].value, sheet["B20"].value] == wanted


def test_nothing_computed_is_pasted_on_the_sheet(consolidated):
    book, shown_values = consolidated.book(), consolidated.book(values=True)
    [area] = [table.ref for table in book[SHEET].tables.values()]
    given = {"label", "name"}
    columns = [letter for name, letter in LETTER.items() if name not in given]
    first, last = (int("".join(filter(str.isdigit, end))) for end in area.split(":"))
    cells = [f"{c}{line}" for line in range(first + 1, last + 1) for c in columns]
    held = [at for at in cells if shown_values[SHEET][at].value not in {None, ""}]
    assert len(held) > 500
    assert [at for at in held if book[SHEET][at].data_type != "f"] == []
    curves = [row for row in book[CHARTS].iter_rows(max_col=9) if row[0].value == "Đường giới hạn"]
    assert len(curves) > 20
    assert all(cell.data_type == "f" for row in curves for cell in row[3:])


def test_what_no_spreadsheet_reckons_is_a_number_in_italics_and_said(tmp_path):
    """No function of theirs has the chances of counts above a million."""
    people = "population: [{value: 9000000, at: 2020-01-01}]"
    known = ", ".join(f"{{id: {p}, name: {p.title()}, {people}}}" for p in ("north", "south"))
    form = """
        title: {en: Cases}
        sheets: [F]
        rows: [{key: district, header: {en: District}, members: open}]
        columns: {cases: {header: {en: Cases}, kind: count}}
        """
    rate = "rate: {label: {en: Rate}, kind: per_100k, numerator: f.cases}"
    cluster = "{name: Test, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"
    desk = Desk(tmp_path).catalogue(form, provinces=f"[{known}]", catalogue=cluster, indicators=rate)
    for who, cases in (("north", 2_000_000), ("south", 1_500_000)):
        desk.send({"F": [["Province", who], ["Period", "2024"], ["District", "Cases"], ["A", cases]]}, f"{who}.xlsx")
    desk.consolidate()
    sheet = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx")["Fair comparison"]
    cells = [cell for row in sheet.iter_rows(7, 9) for cell in row if isinstance(cell.value, int | float)]
    assert cells
    assert all(cell.font.i for cell in cells)
    assert "Figures in italics are no formulas" in sheet["A3"].value


def test_the_rows_of_a_standardised_rate_stand_below_and_lead_to_the_forms(consolidated):
    sheet = consolidated.book()[SHEET]
    codes = [cell for row in sheet.iter_rows(max_col=3) for cell in row if cell.column == 2 and cell.value == "murder"]
    assert codes
    formula = sheet.cell(codes[0].row, 3).value
    assert formula.startswith("=SUMIFS(")
    # What is on paper ends with the shares and rates: the counts below them are for the screen.
    last = int(sheet.print_area.rpartition("$")[2])
    assert last < int(sheet.tables["SoSanhCongBang"].ref.split("Q")[-1]) < codes[0].row
    printed = {row[0].value for row in sheet.iter_rows(min_row=2, max_row=last)}
    assert "Tổng số vụ tội phạm" not in printed


def edited(path, folder, values):
    """A copy of the workbook with other values under defined names."""
    book = openpyxl.load_workbook(path)
    for name, value in values.items():
        sheet, cell = book.defined_names[name].attr_text.rsplit("!", 1)
        book[sheet.strip("'")][cell.replace("$", "")].value = value
    book.save(folder / "edited.xlsx")
    return folder / "edited.xlsx"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
def test_all_that_rests_on_levels_and_small_numbers_follows_them(repo, office, consolidated, tmp_path, monkeypatch):
    values = {"MucTinCay": 0.9, "MucTinCayXa": 0.995, "SoNho": 600, "PhanKeoVao": 0.25}
    given = consolidated.folder / "consolidated.xlsx"
    found = shown(office.recalculate(edited(given, tmp_path, values), tmp_path))
    desk = Desk(tmp_path)
    (tmp_path / "inputs").symlink_to(repo / "inputs")
    for file in (repo / "schemas").rglob("*.yaml"):
        copy = tmp_path / "schemas" / file.relative_to(repo / "schemas")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    settings = yaml.safe_load((tmp_path / "schemas" / "catalogue.yaml").read_text("utf-8"))
    settings["small_numbers"] = 600
    (tmp_path / "schemas" / "catalogue.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    for module in (funnel, report_funnel, targets_sheet):
        monkeypatch.setattr(module, "LEVEL", 0.9)
        monkeypatch.setattr(module, "FAR_LEVEL", 0.995)
    for module in (funnel, targets_sheet):
        monkeypatch.setattr(module, "WINSORISED", 0.25)
    monkeypatch.setattr(funnel, "_TAIL_95", 0.05)
    monkeypatch.setattr(funnel, "_TAIL_998", 0.0025)
    monkeypatch.setattr(intervals, "_TAIL", 0.05)
    for module in (intervals, targets_sheet):
        monkeypatch.setattr(module, "Z", 1.6448536269514722)
    pipeline.consolidate("2024", lang="vi", **desk._places())
    wanted = shown(tmp_path / "outputs" / "2024" / "consolidated.xlsx")
    assert found.keys() == wanted.keys()
    assert {place: (found[place], own) for place, own in wanted.items() if not same(found[place], own)} == {}
    before = shown(given)
    assert len([place for place in wanted if before.get(place) != wanted[place]]) > 200
