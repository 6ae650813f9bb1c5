"""The workbook on paper."""

import re
import zipfile
from itertools import pairwise

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils import get_column_letter, range_boundaries

import pipeline
from pipeline.report.sheets.paper import _pages, lay_out, reach, side_by_side
from pipeline.report.sheets.room import lines
from tests.books import copy_samples

A4 = (595.3, 841.9)  # points
LEAST = 0.565  # of the letters' size on screen
MOST = 40  # pages of the whole book without the sheets of sources and findings
LEFT_OUT = ("Nguồn số liệu", "Nguồn số liệu kỳ trước", "Cần xem lại")


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_by_excels_own_measures_it_is_forty_pages_at_most_too_and_can_be_read(request, lang):
    """LibreOffice takes its own fonts' widths; Excel those that the file says."""
    book = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en").book()
    left_out = LEFT_OUT if lang == "vi" else ("Sources", "Sources of earlier periods", "Findings")
    found = {sheet.title: printed(sheet) for sheet in book if sheet.title not in left_out}
    assert sum(pages for pages, _ in found.values()) <= MOST, found
    assert min(scale for _, scale in found.values()) > LEAST, found


@pytest.mark.parametrize(("rows", "fitted"), [(50, 0), (70, 1), (90, 0)])
def test_a_page_is_saved_by_smaller_letters_only_where_they_can_still_be_read(tmp_path, rows, fitted):
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_number(row, 0, row)
        lay_out(sheet, (60.0,) * 4, rows - 1, ("", "", ""), (0, 0))
        assert sheet.fit_height == fitted


@pytest.mark.parametrize(("columns", "pages"), [(9, 1), (34, 3)])
def test_columns_that_no_page_holds_go_on_beside_it_with_the_names_of_their_rows(tmp_path, columns, pages):
    widths = (40.0, *(16.5,) * columns)
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet()
        lay_out(sheet, widths, 50, ("", "", ""), (0, 0))
        side_by_side(sheet, widths, 1)
        assert (sheet.fit_page, sheet.repeat_col_range) == ((1, "") if pages == 1 else (False, "Sheet1!$A:$A"))
        last = reach(widths)
        assert last == columns if pages == 1 else -(-columns // last) == pages
        assert sheet.print_scale > 100 * LEAST


@pytest.mark.parametrize(("width", "rows", "across"), [(20, 60, True), (20, 100, False), (30, 100, True)])
def test_a_part_too_tall_for_a_page_stands_upright_or_runs_on_in_letters_that_can_be_read(
    tmp_path, width, rows, across
):
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet()
        lay_out(sheet, (float(width),) * 7, 300, ("", "", ""), None, breaks=[rows])
        assert sheet.orientation == (not across)
        assert sheet.print_scale > 100 * LEAST


def printed(sheet):
    """How many pages a sheet takes, and the scale of its letters, as Excel counts rows and columns."""
    setup, margins = sheet.page_setup, sheet.page_margins
    paper = A4 if setup.orientation != "landscape" else A4[::-1]
    wide, high = paper[0] - 72 * (margins.left + margins.right), paper[1] - 72 * (margins.top + margins.bottom)
    area = sheet.print_area.rpartition("!")[2].replace("$", "") if sheet.print_area else sheet.dimensions
    left, first, right, last = range_boundaries(area)
    columns = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
    width = sum(7 * 0.75 * columns.get(n, 9.14) for n in range(left, right + 1))
    usual = sheet.sheet_format.defaultRowHeight
    heights = [sheet.row_dimensions[n].height or usual for n in range(first, last + 1)]
    fit = sheet.sheet_properties.pageSetUpPr
    if fit is None or not fit.fitToPage:  # a scale of its own, and breaks that are kept
        scale = (setup.scale or 100) / 100
        assert width * scale <= wide
        ends = [mark.id for mark in sheet.row_breaks.brk]
        parts = [heights[start:end] for start, end in zip([0, *ends], [*ends, None], strict=True)]
        return sum(_pages(part, 0.0, high / scale) for part in parts), scale
    titles = [int(n) for n in (sheet.print_title_rows or "$1:$0").replace("$", "").split(":")]
    again, scale = sum(heights[titles[0] - 1 : titles[1]]), min(wide / width, 1.0)
    most = 1 if setup.fitToHeight is None else setup.fitToHeight or 99
    while _pages(heights, again, high / scale) > most:
        scale -= 0.01
    return _pages(heights, again, high / scale), scale


def test_where_everything_is_refused_a_few_pages_say_what_and_why(repo, tmp_path):
    files = [path.name for path in (repo / "inputs" / "2024").glob("*.xlsx")]
    (tmp_path / "inputs" / "2024").mkdir(parents=True)
    for name in files:
        (tmp_path / "inputs" / "2024" / name).write_bytes(b"no workbook")
    places = {"inputs": tmp_path / "inputs", "outputs": tmp_path / "outputs", "schemas": repo / "schemas"}
    pipeline.consolidate("2024", **places, lang="en")
    book = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx", data_only=True)
    assert sum(printed(sheet)[0] for sheet in book) < 20
    said = [str(cell.value) for row in book.worksheets[0] for cell in row if cell.value]
    assert all(any(name in text and "cannot be read" in text for text in said) for name in files)
    (left_out,) = [text for text in said if text.startswith("Left out")]
    assert all(name in left_out for name in ("Fair comparison", "Charts", "Form 01", "Sources"))
    assert not any(name in left_out for name in book.sheetnames)


def test_points_that_were_given_by_hand_are_shown_though_all_reports_are_refused(repo, tmp_path):
    desk = copy_samples(repo, tmp_path)
    for path in desk.inputs.glob("*.xlsx"):
        if path.name != "scoring.xlsx":
            path.write_bytes(b"no workbook")
    desk.consolidate()
    book = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx", data_only=True)
    assert {"Emulation score", "Origin of points", "Sources", "Form C\u0110"} <= set(book.sheetnames)
    assert not {"Form 01", "Fair comparison", "Charts"} & set(book.sheetnames)
    assert 9.5 in [cell.value for row in book["Emulation score"] for cell in row]


def test_one_province_that_is_missing_is_named_on_the_first_sheet(repo, tmp_path):
    desk = copy_samples(repo, tmp_path)
    (desk.inputs / "ninh-binh-2024.xlsx").unlink()
    desk.consolidate()
    book = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx", data_only=True)
    said = [str(row[0].value) for row in book.worksheets[0]]
    assert "Ninh Binh: \u2717 Missing. No submission of Ninh Binh has come." in said
    assert len(book.sheetnames) == 30


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
def test_the_book_without_its_sources_and_findings_is_forty_pages_at_most(consolidated, office, tmp_path):
    path = consolidated.folder / "consolidated.xlsx"
    titles = {sheet.title: sheet["A1"].value for sheet in openpyxl.load_workbook(path)}
    of_sheet, counts = "", dict.fromkeys(titles, 0)
    for page in office.texts_of_pages(office.to_pdf(path, tmp_path)):
        first = page.strip().partition("\n")[0].strip()
        of_sheet = next((sheet for sheet, title in titles.items() if same(first, title)), of_sheet)
        counts[of_sheet] += 1
    assert all(counts.values()), counts
    assert sum(count for sheet, count in counts.items() if sheet not in LEFT_OUT) <= MOST, counts


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_nothing_of_the_overview_reaches_beyond_its_matrix(request, lang):
    """Where there are no curves beside the matrix, paper ends with it."""
    folder = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en").folder
    book = openpyxl.load_workbook(folder / "consolidated.xlsx")  # a column that is asked for is made
    sheet = book.worksheets[0]
    last = max(merged.max_col for merged in sheet.merged_cells.ranges if merged.max_col == merged.min_col + 1)
    assert [chart.anchor.to.col for chart in sheet._charts] == [last - 1]
    widths = [sheet.column_dimensions[get_column_letter(column)].width for column in range(1, last + 1)]
    # What a sheet holds stands left of the chart.
    (chart,) = sheet._charts
    told = [merged for merged in sheet.merged_cells.ranges if sheet.cell(merged.min_row, 1).hyperlink]
    assert len(told) == len(book.sheetnames) - 1
    assert {merged.max_col for merged in told} == {chart.anchor._from.col}
    for merged in told:
        needed = lines(merged.start_cell.value, sum(widths[merged.min_col - 1 : merged.max_col]))
        assert needed == 1 or sheet.row_dimensions[merged.min_row].height > 13 * needed


@pytest.mark.parametrize("lang", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_the_overview_is_two_pages_in_letters_of_three_fifths_at_least(request, lang):
    book = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en").book()
    pages, scale = printed(book.worksheets[0])
    assert pages == 2
    assert scale >= 0.65


def same(line, title):
    """Whether a page begins with a sheet's title; pdftotext puts spaces between letters with marks."""
    return "".join(line.split()) == "".join(title.split())


def test_the_workbooks_usual_letters_are_those_of_its_cells(consolidated):
    """Columns are so many digits wide of the usual font: one that a computer lacks makes all sheets wider."""
    with zipfile.ZipFile(consolidated.folder / "consolidated.xlsx") as package:
        styles = package.read("xl/styles.xml").decode()
    assert re.search(r'<fonts[^>]*><font><sz val="10"/>.*?<name val="Arial"/>', styles)


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [
        ("mmmm", 10, 1),
        ("mmmmmmmm", 10, 2),
        ("iiiiiiiiiiiiiiiiiiiiiii", 10, 1),
        ("Tỷ lệ khám phá tội phạm về ma túy", 30, 1),
    ],
)
def test_letters_take_the_room_that_their_own_width_is(text, width, count):
    assert lines(text, width) == count


def test_no_word_of_a_tables_head_is_broken(consolidated_en):
    broken = []
    for sheet in consolidated_en.book():
        widths = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
        heads = [cell for table in sheet.tables.values() for cell in sheet[table.ref][0]]
        if sheet.title == "Against targets":
            heads += next(row[1:] for row in sheet.iter_rows() if row[1].value == "All targets")
        for head in (cell for cell in heads if cell.value):
            room = 0.92 * (widths[head.column] - 0.72)
            broken += [(sheet.title, word) for word in head.value.replace("-", "- ").split() if lines(word, room) > 1]
    assert broken == []


def test_the_clusters_lines_below_a_forms_table_are_not_cut(consolidated_en):
    sheet = consolidated_en.book()["Form C\u0110"]
    widths = {n: d.width - 0.72 for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
    cells = [cell for row in sheet.iter_rows(min_row=7) for cell in row[:4] if isinstance(cell.value, str)]
    assert "Administration of residents, Project 06" in {cell.value for cell in cells}
    named = (cell for cell in cells if "sum of what came" not in cell.value)
    assert [cell.value for cell in named if lines(cell.value, widths[cell.column]) > 1] == []


def test_a_hash_takes_no_more_than_its_cell_on_paper(consolidated):
    book = consolidated.book()
    sources, submissions = book["Ngu\u1ed3n s\u1ed1 li\u1ec7u"], book["T\u1ec7p \u0111\u00e3 nh\u1eadn"]
    heads = {cell.value: cell.column for cell in sources[6]}
    assert range_boundaries(sources.print_area.rpartition("!")[2].replace("$", ""))[2] == heads["SHA-256"] - 1
    assert {sheet.alignment.wrap_text for sheet in submissions["J"][6:]} == {True}
    assert all(submissions.row_dimensions[cell.row].height > 25 for cell in submissions["J"][6:])


@pytest.mark.slow
def test_a_table_without_a_line_says_so(repo, tmp_path):
    desk = copy_samples(repo, tmp_path)
    for name in ("BC CA Ngh\u1ec7 An 2024.xlsx", "Thanh H\u00f3a_b\u00e1o c\u00e1o n\u0103m 2024.xlsx"):
        (desk.inputs / name).unlink()
    for path in (p for p in desk.inputs.glob("*.xlsx") if p.name != "ninh-binh-2024.xlsx"):
        path.write_bytes(b"no workbook")
    desk.consolidate()
    book = openpyxl.load_workbook(tmp_path / "outputs" / "2024" / "consolidated.xlsx")
    assert book["Form CT"]["A8"].value == "There are no lines."
    assert "There are no lines." not in {cell.value for cell in book["Form 01"]["A"]}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_text_is_neither_cut_by_its_neighbour_nor_close_to_the_number_before_it(request, lang):
    book = request.getfixturevalue("consolidated" if lang == "vi" else "consolidated_en").book(values=True)
    cut, close = set(), set()
    for sheet in book:
        widths = {n: d.width - 0.72 for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
        for head, *rows in (sheet[table.ref] for table in sheet.tables.values()):
            named = dict(zip((cell.column for cell in head), (cell.value for cell in head), strict=True))
            for cell, beside in (pair for row in rows for pair in pairwise(row)):
                side = beside.alignment
                if isinstance(cell.value, str) and not cell.alignment.wrap_text and beside.value not in {None, ""}:
                    room = (0.92 if cell.font.b else 1) * widths[cell.column] - cell.alignment.indent
                    cut |= {(sheet.title, named[cell.column])} if lines(cell.value, room) > 1 else set()
                if isinstance(cell.value, int | float) and isinstance(beside.value, str) and not side.horizontal:
                    close.add((sheet.title, named[beside.column]))
    assert close == set()
    # Findings stand whole on their own sheet; of rows and measures the sources show forty letters at least.
    long = {"vi": ("Điều cần xem lại", "Nội dung", "Số đo"), "en": ("Finding", "Row", "Measure")}[lang]
    sheets = {"vi": LEFT_OUT[:2], "en": ("Sources", "Sources of earlier periods")}[lang]
    assert cut <= {(sheet, name) for sheet in sheets for name in long}


def test_no_text_that_is_wrapped_is_cut(consolidated):
    """A row is as high as its longest text needs, bold ones too."""
    book = consolidated.book(values=True)
    cut = []
    for title in (
        "Chỉ tiêu",
        "So với mục tiêu",
        "So sánh công bằng",
        "Cơ cấu và kết quả",
        "Xu hướng",
        "Căn cứ chấm điểm",
    ):
        sheet = book[title]
        widths = {n: d.width - 0.72 for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
        table = next(iter(sheet.tables.values()))
        for row in sheet[table.ref][1:]:
            for cell in row:
                if cell.alignment.wrap_text and isinstance(cell.value, str):
                    needed = lines(cell.value, widths[cell.column] * (0.92 if cell.font.b else 1))
                    if 12.7 * needed > (sheet.row_dimensions[cell.row].height or 12.75):
                        cut.append((title, cell.coordinate))
    assert cut == []


def test_a_value_that_rests_on_doubt_is_marked_beside_targets_and_in_the_comparison(consolidated):
    book = openpyxl.load_workbook(consolidated.folder / "consolidated.xlsx", data_only=True)
    frame = consolidated.consolidation.indicators
    doubted = frame[frame["reason"].fillna("").ne("") & frame["value"].notna()]
    wanted = set(zip(doubted["indicator"], doubted["province"], strict=True))
    compared = consolidated.consolidation.tables["comparison"]
    wanted &= set(zip(compared["indicator"], compared["province"], strict=True))
    marked = [c for row in book["So sánh công bằng"]["E7:E200"] for c in row if c.comment]
    assert len(marked) == len(wanted) > 0
    assert any(c.comment for row in book["So với mục tiêu"]["E7:E200"] for c in row)
