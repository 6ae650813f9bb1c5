"""The blank workbooks that provinces fill in."""

import itertools

import openpyxl
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.messages import Messages
from pipeline.model import Known
from pipeline.periods import Period
from pipeline.report.period_text import period_text
from pipeline.report.templates import write_templates

PERIOD = Period.parse("2025-H1")
MEMBERS = ("thanh-hoa", "ninh-binh", "nghe-an", "ha-tinh", "quang-binh")


@pytest.fixture(scope="module")
def catalogue(repo):
    return load_catalogue(repo / "schemas")


@pytest.fixture(scope="module")
def folder(catalogue, tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    known = {
        ("nghe-an", "identity"): Known((("Vinh", ""), ("=1+1", ""))),
        ("nghe-an", "traffic"): Known(before={("", "road", "accidents"): 41.0, ("", "rail", "accidents"): 0.0}),
        ("nghe-an", "crime_by_type"): Known(before={("", "theft", "cases"): 8.0, ("", "theft", "cleared"): 6.0}),
    }
    write_templates(catalogue, PERIOD, folder, "vi", MEMBERS, known)
    return folder


def cells(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_each_province_and_the_cluster_get_a_workbook(folder):
    assert {path.name for path in folder.iterdir()} == {
        *(f"{province}-2025-H1.xlsx" for province in MEMBERS),
        "cluster-2025-H1.xlsx",
    }


def test_one_province_alone_gets_no_cluster_workbook(catalogue, tmp_path):
    written = write_templates(catalogue, PERIOD, tmp_path, "vi", ["nghe-an"], {})
    assert [path.name for path in written] == ["nghe-an-2025-H1.xlsx"]


def test_a_workbook_has_a_sheet_for_each_form_in_order(folder, catalogue):
    workbook = openpyxl.load_workbook(folder / "nghe-an-2025-H1.xlsx")
    forms = [f"Biểu {catalogue.forms[form].number}" for form in catalogue.expected_forms]
    assert workbook.sheetnames == ["Hướng dẫn", *forms]


def test_the_sheet_says_whose_it_is_and_of_when(folder):
    sheet = openpyxl.load_workbook(folder / "nghe-an-2025-H1.xlsx")["Biểu 01"]
    texts = cells(sheet)
    assert "Đơn vị báo cáo: Nghệ An" in texts
    assert "Kỳ báo cáo: 6 tháng đầu năm 2025" in texts


def test_headers_and_rows_are_the_catalogues(folder, catalogue):
    for lang in ("vi",):
        workbook = openpyxl.load_workbook(folder / "ha-tinh-2025-H1.xlsx")
        for name in catalogue.expected_forms:
            form = catalogue.forms[name]
            texts = cells(workbook[f"Biểu {form.number}"])
            wanted = [c.header.root[lang] for c in form.columns.values()]
            assert {text for path in wanted for text in path} <= set(texts)
            assert {m.name.text(lang) for m in form.members.values()} <= set(texts)


def test_known_rows_are_filled_in_as_text_and_blank_lines_stand_in_for_none(folder):
    known = openpyxl.load_workbook(folder / "nghe-an-2025-H1.xlsx")["Biểu 05"]
    blank = openpyxl.load_workbook(folder / "ha-tinh-2025-H1.xlsx")["Biểu 05"]
    formula = next(c for row in known.iter_rows() for c in row if c.value == "=1+1")
    assert formula.data_type == "s"
    assert "Vinh" in cells(known)
    assert blank.max_row - known.max_row == 30 - 2 - 5


def test_the_totals_add_up_what_is_typed(folder, office, tmp_path):
    workbook = openpyxl.load_workbook(folder / "nghe-an-2025-H1.xlsx")
    sheet = workbook["Biểu 01"]
    numbers = itertools.count(1)
    typed = {}
    for row in sheet.iter_rows(min_row=8, min_col=4):
        label = sheet.cell(row[0].row, 2).value
        for cell in row:
            if label and not cell.protection.locked and cell.number_format == "#,##0":
                cell.value = next(numbers)
                typed[label, cell.column] = cell.value
    workbook.save(tmp_path / "filled.xlsx")
    done = openpyxl.load_workbook(office.recalculate(tmp_path / "filled.xlsx", tmp_path), data_only=True)["Biểu 01"]
    found = {done.cell(r, 2).value: r for r in range(8, done.max_row) if done.cell(r, 2).value}
    cases = {label: value for (label, column), value in typed.items() if column == 4}
    parts = {"Tội phạm tham nhũng, chức vụ", *list(cases)[13:]}
    assert done.cell(found["Tổng số"], 4).value == sum(v for k, v in cases.items() if k not in parts)
    assert done.cell(found["Tội phạm về trật tự xã hội"], 4).value == sum(list(cases.values())[:9])
    rate = [done.cell(found["Giết người"], column).value for column in (4, 5, 6, 7, 10, 11)]
    assert rate[4:] == pytest.approx([rate[2] / rate[0], rate[3] / rate[1]])


def test_the_same_catalogue_gives_the_same_bytes(folder, catalogue, tmp_path):
    write_templates(catalogue, PERIOD, tmp_path, "vi", ["ha-tinh"], {})
    name = "ha-tinh-2025-H1.xlsx"
    assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_words_that_the_reader_looks_for_are_in_english_too(catalogue, tmp_path):
    write_templates(catalogue, PERIOD, tmp_path, "en", ["ha-tinh"], {})
    sheet = openpyxl.load_workbook(tmp_path / "ha-tinh-2025-H1.xlsx")["Form 01"]
    assert {"Reporting unit: Ha Tinh", "Total", "Same period of last year", "Murder"} <= set(cells(sheet))
    assert {"Unit: cases, suspects", "Code"} <= set(cells(sheet))


def test_a_mark_that_is_to_be_written_stands_in_quotes(folder):
    book = openpyxl.load_workbook(next(folder.glob("ha-tinh*.xlsx")))
    said = [text for sheet in book.worksheets[:2] for text in cells(sheet) if isinstance(text, str)]
    assert sum('ch\u01b0a c\u00f3 s\u1ed1 li\u1ec7u th\u00ec ghi "..."' in text.lower() for text in said) == 2


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("2025", "Năm 2025"),
        ("2025-H2", "6 tháng cuối năm 2025"),
        ("2025-Q3", "Quý III năm 2025"),
        ("2025-9M", "9 tháng đầu năm 2025"),
        ("2025-02", "Tháng 2 năm 2025"),
    ],
)
def test_a_period_is_written_as_officials_write_it(period, text):
    assert period_text(Period.parse(period), Messages("vi")) == text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "period", ["2025", "2025-H1", "2025-H2", "2025-Q3", "2025-9M", "2025-1M", "2025-02", "2025-12"]
)
def test_the_reader_takes_a_period_for_the_one_that_is_written(catalogue, period, lang):
    about = Period.parse(period)
    [stated] = PeriodReader(Vocabulary(catalogue, about)).read(period_text(about, Messages(lang)))
    assert stated.is_about(about)
