"""From a figure to its cell: links of the form sheets, lines of the sheet of sources, ways to the provinces' files."""

import posixpath
import re
import zipfile
from collections import Counter
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_from_string

from pipeline.ingest.limits import Limits
from pipeline.ingest.reader import shortest
from tests.books import Desk

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
HEAD = 6  # the sheet's row of headings
TO_LINE = re.compile(r"^'(.+)'!A(\d+)$")
FORM = """
title: F
rows: [{key: d, header: District, members: open}]
columns: {n: {header: Cases}, money: {header: Damage, kind: amount, unit: triệu đồng}}
"""


def lines_of(book, name):
    """Sheet row -> the line of sources that stands there, by heading."""
    rows = book[name].iter_rows(min_row=HEAD, values_only=True)
    heads = next(rows)
    return {number: dict(zip(heads, row, strict=True)) for number, row in enumerate(rows, HEAD + 1)}


def figures(book, names):
    """Every figure or mark of the forms' tables, with the line that its link leads to."""
    for sheet in (s for s in book if re.fullmatch(names, s.title)):
        for table in sheet.tables.values():
            for cell in (cell for row in sheet[table.ref][1:] for cell in row):
                if cell.hyperlink is not None:
                    yield sheet.title, cell, TO_LINE.match(cell.hyperlink.location)


def test_every_figure_of_a_form_leads_to_the_line_with_its_cell_and_its_raw_text(consolidated):
    book = consolidated.book()
    lines, seen = lines_of(book, "Nguồn số liệu"), set()
    raw = consolidated.consolidation.observations.set_index(["file", "sheet", "cell"])
    for _, cell, match in figures(book, "Biểu .*"):
        line = lines[int(match[2])]
        place = (line["Tệp"], line["Trang tính"], line["Ô"])
        seen.add(place)
        assert line["Như đã ghi"] == (raw.loc[place, "raw"] or None)
        if isinstance(cell.value, int | float):
            assert line["Giá trị đọc được"] == cell.value
    assert seen == set(raw.index)


def test_every_number_of_the_forms_tables_has_a_link(consolidated):
    book = consolidated.book()
    linked = {(sheet, cell.coordinate) for sheet, cell, _ in figures(book, "Biểu .*")}
    shown = set()
    for sheet, table in ((s, t) for s in book if s.title.startswith("Biểu ") for t in s.tables.values()):
        heads = [column.name for column in table.tableColumns]
        for row in sheet[table.ref][1:]:
            for head, cell in zip(heads, row, strict=True):
                if isinstance(cell.value, int | float) and head not in {"Cộng vào tổng", "Trong kỳ"}:
                    shown.add((sheet.title, cell.coordinate))
    assert len(shown) > 1500
    assert shown <= linked


def test_a_lines_address_opens_the_file_at_the_cell_that_holds_its_raw_text(repo, consolidated):
    """Where the folders lie beside each other as they do for users, the way leads from the outputs to the inputs."""
    from pipeline.ingest.guard import open_workbook

    path, book = consolidated.folder / "consolidated.xlsx", consolidated.book()
    sheet, opened, checked = book["Nguồn số liệu"], {}, 0
    for number, line in lines_of(book, "Nguồn số liệu").items():
        link = sheet.cell(number, list(line).index("Ô") + 1).hyperlink
        assert link.target
        way = posixpath.normpath(posixpath.join(path.parent.resolve(), unquote(link.target).replace("\\", "/")))
        assert way == str(repo / "inputs" / "2024" / line["Tệp"])
        match = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", link.location)
        assert (match[1].replace("''", "'"), match[2]) == (line["Trang tính"], line["Ô"])
        if way not in opened:
            opened[way] = {s.name: s for s in open_workbook(repo / "inputs" / "2024" / line["Tệp"], Limits()).sheets}
        letters, row = coordinate_from_string(match[2])
        column = openpyxl.utils.column_index_from_string(letters) - 1
        value = opened[way][line["Trang tính"]].value(row - 1, column)
        if line["Trạng thái"] == "Số":
            checked += 1
            assert line["Như đã ghi"] == (shortest(value) if isinstance(value, float) else value)
    assert checked > 1500


def test_a_line_has_the_hash_of_its_file_and_what_findings_say(consolidated):
    book = consolidated.book()
    lines = lines_of(book, "Nguồn số liệu").values()
    sent = consolidated.consolidation.submissions
    hashes = dict(zip(sent["file"], sent["sha256"], strict=True))
    assert all(line["SHA-256"] == hashes[line["Tệp"]] for line in lines)
    at = {(line["Tệp"], line["Trang tính"], line["Ô"]): line for line in lines}
    told = [f for f in consolidated.consolidation.findings.itertuples() if (f.file, f.sheet, f.cell) in at]
    assert told
    assert all(f.message in at[f.file, f.sheet, f.cell]["Điều cần xem lại"] for f in told)


def test_a_finding_opens_the_file_at_its_cell_or_else_its_sheet_or_the_file(repo, consolidated):
    path = consolidated.folder / "consolidated.xlsx"
    sheet, seen = openpyxl.load_workbook(path)["Cần xem lại"], set()
    for row in sheet.iter_rows(min_row=HEAD + 1):
        file, place, cell = row[3], row[4], row[5]
        own = next(one for one in (cell, place, file) if one.value)
        way = posixpath.normpath(posixpath.join(path.parent, unquote(own.hyperlink.target).replace("\\", "/")))
        assert way == str(repo / "inputs" / "2024" / file.value)
        assert own.hyperlink.location == f"'{place.value}'!{cell.value or 'A1'}"
        assert [one.hyperlink for one in row if one is not own] == [None] * 9
        seen.add(own.column_letter)
    assert seen == {"E", "F"}


def test_a_finding_about_a_whole_file_and_a_submission_open_the_file(desk):
    desk.send([["District", "Cases", "Damage"], ["A", 1, 5000]])
    (desk.inputs / "other.xlsx").write_text("no workbook")
    book = openpyxl.load_workbook(workbook_of(desk))
    for name, column in (("Findings", "D"), ("Submissions", "B")):
        rows = range(HEAD + 1, book[name].max_row + 1)
        (own,) = [c for row in rows if (c := book[name][f"{column}{row}"]).value == "other.xlsx"]
        assert own.hyperlink.target.replace("\\", "/").endswith("inputs/2024/other.xlsx"), name
        assert own.hyperlink.location is None


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).catalogue(FORM)


def workbook_of(desk):
    desk.consolidate()
    return desk.folder / "outputs" / "2024" / "consolidated.xlsx"


def test_what_was_converted_or_corrected_says_so_at_its_line_and_on_its_form(desk):
    desk.send([["District", "Cases", "Damage (nghìn đồng)"], ["A", 1, 5000], ["B", "2 vu?", 7000]])
    (desk.inputs / "corrections.csv").write_text(
        "province,file,sheet,cell,reads,should_read,reason,by,date\n"
        "north,north.xlsx,F,B3,2 vu?,2,asked,Ms Lan,2024-12-01\n"
    )
    book = openpyxl.load_workbook(workbook_of(desk))
    recast = {line["Cell"]: line["Converted or corrected"] for line in lines_of(book, "Sources").values()}
    assert recast["B2"] is None
    assert recast["C2"] == "times 0.001 (unit converted)"
    assert recast["B3"] == 'corrected by corrections.csv: "2 vu?" → "2", Ms Lan, 2024-12-01'
    notes = {c.value: c.comment.text for row in book["F"].iter_rows(min_row=HEAD + 1) for c in row if c.comment}
    assert "times 0.001" in notes[5]
    assert "Ms Lan" in notes[2]


@pytest.mark.parametrize(("most", "kept"), [(3, {"B3", "B4", "C4"}), (2, {"B4", "C4"})])
def test_of_very_many_cells_the_totals_and_those_with_findings_stay(desk, most, kept):
    """Totals first, for the sheet of checks is computed from them; and never more than the bound."""
    settings = desk.folder / "schemas" / "catalogue.yaml"
    settings.write_text(settings.read_text().replace("name: Test", f"name: Test, sources_most: {most}"))
    desk.send([["District", "Cases", "Damage"], ["A", 1, 5], ["B", "many", 6], ["Total", 4, 11]])
    book = openpyxl.load_workbook(workbook_of(desk))
    assert {line["Cell"] for line in lines_of(book, "Sources").values()} == kept
    assert f"6 cells, more than {most}" in book["Sources"]["A3"].value
    assert [cell.value for _, cell, _ in figures(book, "F")] == ["✗ rejected"] * ("B3" in kept)


def test_a_file_whose_name_holds_personal_data_has_no_way(desk):
    desk.send([["District", "Cases", "Damage"], ["A", 1, 5]], name="north 0912345678.xlsx")
    with zipfile.ZipFile(workbook_of(desk)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert not [name for name, part in parts.items() if b"0912345678" in part]
    links = [part for name, part in parts.items() if name.endswith(".rels") and b"External" in part]
    assert not links


def test_the_links_parts_are_well_formed_and_relative(consolidated):
    with zipfile.ZipFile(consolidated.folder / "consolidated.xlsx") as file:
        rels = "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".rels"))
    ways = set(re.findall(r'Target="([^"]*)" TargetMode="External"', rels))
    assert len(ways) == 13  # this period's files, and those of last year that figures are compared with
    assert all(way.startswith("..") for way in ways)


def test_an_indicators_operands_lead_to_the_rows_of_the_form_that_they_are_the_sum_of(consolidated):
    book, values = consolidated.book(), consolidated.book(values=True)
    indicators = book["Chỉ tiêu"]
    heads = [cell.value for cell in indicators[6]]
    led = Counter()
    for row in indicators.iter_rows(min_row=7):
        for name in ("Tử số", "Mẫu số / kỳ gốc"):
            cell = row[heads.index(name)]
            if cell.value is None or not str(cell.value).startswith("=") or cell.hyperlink is None:
                continue
            sheet, area = cell.hyperlink.location.rpartition("!")[::2]
            if not sheet.startswith("'Biểu "):
                continue
            table = values[sheet.strip("'")]
            area = [cell for line in table[area] for cell in line] if ":" in area else [table[area]]
            assert row[1].value in {"Toàn cụm", *(table.cell(own.row, 1).value for own in area)}
            sums = [own.value for own in area if isinstance(own.value, int | float)]
            led[name, sum(sums) >= values["Chỉ tiêu"][cell.coordinate].value] += 1
    assert led["Tử số", True] > 100
    assert led["Mẫu số / kỳ gốc", True] > 70
    assert not led["Tử số", False] + led["Mẫu số / kỳ gốc", False]


def test_the_overviews_values_lead_to_their_rows_on_the_sheet_of_indicators(consolidated):
    book = consolidated.book()
    cells = [cell for row in book["Tổng quan"].iter_rows() for cell in row if cell.hyperlink]
    links = {cell.value: cell.hyperlink.location for cell in cells if str(cell.value).startswith("='Chỉ tiêu'!")}
    assert len(links) > 100
    assert all(formula == f"={place}" for formula, place in links.items())


def test_every_link_within_the_book_leads_to_a_sheet_or_a_name_that_is_there(consolidated):
    book = consolidated.book()
    links = [cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    inner = {link.location for link in links if not link.target}
    places = {place.rpartition("!")[0].strip("'") or place for place in inner}
    assert places <= {*book.sheetnames, *book.defined_names}


def test_each_value_against_a_target_leads_to_its_row_on_the_sheet_of_indicators(consolidated):
    book = consolidated.book()
    targets, indicators = book["So với mục tiêu"], book["Chỉ tiêu"]
    area = next(iter(targets.tables.values())).ref
    rows = targets[area][1:]
    assert len(rows) > 100
    for row in rows:
        sheet, cell = row[4].hyperlink.location.rsplit("!", 1)
        assert (sheet.strip("'"), cell[0]) == (indicators.title, "E")
        assert [indicators[f"{letter}{cell[1:]}"].value for letter in "AB"] == [row[0].value, row[1].value]
