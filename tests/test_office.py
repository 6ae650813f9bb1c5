import openpyxl
import xlsxwriter


def workbook_with_a_wrong_cached_value(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Biểu 02")
        sheet.write_number("A1", 90)
        sheet.write_number("A2", 120)
        sheet.write_formula("A3", "=A1/A2", value=0.5)
    return path


def cached(path, cell):
    return openpyxl.load_workbook(path, data_only=True).active[cell].value


def test_a_recalculation_replaces_a_wrong_cached_value(office, tmp_path):
    path = workbook_with_a_wrong_cached_value(tmp_path / "sai.xlsx")
    assert cached(path, "A3") == 0.5

    assert cached(office.recalculate(path, tmp_path), "A3") == 0.75


def test_a_workbook_becomes_pages_and_pictures(office, tmp_path):
    path = workbook_with_a_wrong_cached_value(tmp_path / "trang.xlsx")

    pages = office.pages_to_png(office.to_pdf(path, tmp_path), tmp_path, dpi=50)

    assert len(pages) == 1
    assert pages[0].read_bytes().startswith(b"\x89PNG")
