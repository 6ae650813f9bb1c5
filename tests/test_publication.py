"""The publication edition: the rules of accessible spreadsheets, each looked for in the file as it is written.

`docs/publication.md` lists the rules with these tests.
"""

import inspect
import re
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from lxml import etree

from pipeline.catalogue import load_catalogue
from pipeline.columns import FINDINGS, INDICATORS, OBSERVATIONS, SUBMISSIONS, TABLES, TEXTS
from pipeline.messages import Messages
from pipeline.model import Consolidation, Results
from pipeline.periods import Period
from pipeline.report.publication import write_publication

MEMBERS = ("thanh-hoa", "ninh-binh", "nghe-an", "ha-tinh", "quang-binh")
MODES = ("road", "rail", "waterway")


def observation(province, row, value, state="number"):
    made = dict.fromkeys(OBSERVATIONS, "") | {"period": "2024", "form": "traffic", "measure": "accidents"}
    return made | {"province": province, "row": row, "value": value, "state": state}


@pytest.fixture(scope="module")
def make(repo):
    catalogue = load_catalogue(repo / "schemas")

    def make(observations=(), lang="vi"):
        numbers = ["numerator", "denominator", "value", "low", "high", "target", "gap", "previous", "change"]
        row = dict.fromkeys(INDICATORS) | {
            "period": "2024",
            "indicator": "clearance_rate",
            "used": 1,
            "expected": 1,
        }
        met = {
            "province": "nghe-an",
            "value": 0.9117,
            "target": 0.8,
            "gap": 0.1117,
            "status": "met",
            "rank": 1,
        }
        lacking = {"province": "", "target": 0.8, "status": "incomplete", "used": 4, "expected": 5}
        indicators = pd.DataFrame([row | met, row | lacking], columns=INDICATORS)
        submissions = pd.DataFrame([dict.fromkeys(SUBMISSIONS, 0)], columns=SUBMISSIONS)
        consolidation = Consolidation(
            "2024",
            pd.DataFrame(observations, columns=OBSERVATIONS).astype({"value": float}),
            indicators.astype(dict.fromkeys(numbers, float)),
            pd.DataFrame(columns=FINDINGS),
            submissions,
        )
        texts = pd.DataFrame(columns=TEXTS)
        return Results(consolidation, Period.parse("2024"), catalogue, lang, "publication", texts)

    return make


def written(results, path):
    write_publication(results, path)
    return openpyxl.load_workbook(path)


def table(sheet):
    ((name, area),) = sheet.tables.items()
    assert name
    return [[cell.value for cell in row] for row in sheet[area.ref if hasattr(area, "ref") else area]]


@pytest.fixture(scope="module", params=["vi", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def path(make, lang, tmp_path_factory):
    """The edition in each language, with figures and one that lacks."""
    observations = [observation(p, mode, 2.0) for p in MEMBERS for mode in MODES]
    observations[0] = observation("thanh-hoa", "road", None, "missing")
    path = tmp_path_factory.mktemp("publication") / f"{lang}.xlsx"
    write_publication(make(observations, lang), path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def parts(path, pattern):
    """The parts of a file whose names match, as trees."""
    with zipfile.ZipFile(path) as archive:
        return [etree.fromstring(archive.read(name)) for name in archive.namelist() if re.fullmatch(pattern, name)]


def data(book):
    """Every sheet but the cover, with its table's rows."""
    return [(sheet, table(sheet)) for sheet in book.worksheets[1:]]


def lines(sheet):
    """What stands above the table, or on the cover."""
    ends = next((int(re.search(r"\d+", area)[0]) for _, area in sheet.tables.items()), sheet.max_row + 1)
    return [sheet.cell(row, 1).value for row in range(1, ends)]


def texts(book):
    return [cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)]


# Structure


def test_each_sheet_has_a_title_and_one_table_right_below_the_text(make, tmp_path):
    workbook = written(make(), tmp_path / "p.xlsx")
    assert workbook.sheetnames[:4] == ["Bìa", "Mục lục", "Ghi chú", "Chỉ tiêu"]
    for sheet in workbook.worksheets:
        assert isinstance(sheet["A1"].value, str)
        assert all(sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1))
        assert len(sheet.tables) == (sheet.title != "Bìa")


def test_nothing_is_merged_hidden_or_drawn(make, tmp_path):
    workbook = written(make(), tmp_path / "p.xlsx")
    assert not any(sheet.merged_cells.ranges or sheet.sheet_state != "visible" for sheet in workbook.worksheets)
    shapes = [
        shape
        for sheet in workbook.worksheets
        for shape in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
    ]
    assert not any(shape.hidden or shape.outlineLevel for shape in shapes)
    assert not any("drawing" in name for name in zipfile.ZipFile(tmp_path / "p.xlsx").namelist())


def test_a_workbook_is_made_of_sheets_and_tables_only(path):
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    known = r"xl/(worksheets/(_rels/)?sheet|tables/table)\d+\.xml(\.rels)?|xl/(workbook|styles|sharedStrings)\.xml"
    known += r"|xl/theme/theme1\.xml|xl/_rels/workbook\.xml\.rels|docProps/(app|core)\.xml|_rels/\.rels"
    assert {name for name in names if not re.fullmatch(known, name)} == {"[Content_Types].xml"}


def test_a_sheet_is_made_of_cells_one_table_and_links_only(path):
    """No header or footer of pages, no filter, no condition, no choice, no comment, no formula."""
    plain = {"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "pageMargins", "pageSetup"}
    for sheet in parts(path, r"xl/worksheets/sheet\d+\.xml"):
        assert {etree.QName(part).localname for part in sheet} <= plain | {"hyperlinks", "tableParts"}
        assert not list(sheet.iter("{*}f", "{*}pane"))
    for area in parts(path, r"xl/tables/table\d+\.xml"):
        assert {etree.QName(part).localname for part in area} == {"tableColumns", "tableStyleInfo"}


def test_a_table_begins_at_the_left_and_ends_the_sheet(book):
    for sheet, rows in data(book):
        ((_, area),) = sheet.tables.items()
        start = len(lines(sheet)) + 1
        assert area.split(":")[0] == f"A{start}"
        assert (sheet.max_row, sheet.max_column) == (start + len(rows) - 1, len(rows[0]))
        assert not any(sheet.cell(row, 2).value for row in range(1, start))


def test_a_table_has_one_header_row_of_different_texts_and_no_empty_cell(book, path):
    for sheet, (heads, *rows) in data(book):
        assert all(isinstance(head, str) and head.strip() for head in heads)
        assert len(set(heads)) == len(heads), sheet.title
        assert rows
        assert not [cell for row in rows for cell in row if cell is None or not str(cell).strip()]
    marked = [[c.get("name") for c in area.iter("{*}tableColumn")] for area in parts(path, r"xl/tables/.*")]
    assert sorted(marked) == sorted(heads for _, (heads, *_) in data(book))
    assert {area.get("headerRowCount", "1") for area in parts(path, r"xl/tables/.*")} == {"1"}


def test_a_table_without_figures_has_a_row_that_says_so(make, tmp_path):
    results = make(lang="en")
    nothing = results.consolidation.indicators.iloc[:0]
    results = replace(results, consolidation=replace(results.consolidation, indicators=nothing))
    rows = table(written(results, tmp_path / "p.xlsx")["Indicators"])
    assert len(rows) == 2
    assert set(rows[1]) == {"[x]"}


def test_sheets_titles_and_tables_have_names_of_their_own(book):
    names = [sheet.title.casefold() for sheet in book.worksheets]
    titles = [sheet["A1"].value for sheet in book.worksheets]
    tables = [name for sheet in book.worksheets for name in sheet.tables]
    assert all(len(set(group)) == len(group) for group in (names, titles, tables))
    assert max(map(len, names)) <= 31
    assert {"contents", "notes", "indicators", "form_traffic"} <= set(tables)
    assert not [name for name in tables if re.match(r"table", name, re.IGNORECASE)]


def test_each_sheet_says_that_it_has_one_table(book, lang):
    said = {"vi": "Trang này có một bảng.", "en": "This sheet has one table."}[lang]
    assert all(lines(sheet)[1] == said for sheet, _ in data(book))


def test_it_opens_at_the_first_cell_of_the_first_sheet(book):
    assert book.active is book.worksheets[0]
    for sheet in book.worksheets:
        assert [s.activeCell for s in sheet.sheet_view.selection] == ["A1"]
        assert sheet.freeze_panes is None
        assert sheet.sheet_view.showGridLines is not False
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == book.sheetnames[:1]


def test_contents_lead_to_every_sheet_by_its_name(book):
    contents = book.worksheets[1]
    rows = table(contents)[1:]
    assert [row[0] for row in rows] == book.sheetnames[2:]
    assert [row[1] for row in rows] == [sheet["A1"].value for sheet in book.worksheets[2:]]
    links = {cell.value: cell.hyperlink for row in contents for cell in row if cell.hyperlink}
    assert list(links) == book.sheetnames[2:]
    assert all(link.location == f"'{name}'!A1" and not link.target for name, link in links.items())
    others = [sheet for sheet in book.worksheets if sheet is not contents]
    assert not [cell for sheet in others for row in sheet for cell in row if cell.hyperlink]


# What the sheets say


def test_notes_have_numbers_and_every_marker_has_its_note(book, lang):
    notes, indicators = book.worksheets[2:4]
    word = {"vi": "ghi chú", "en": "note"}[lang]
    numbers = [row[0] for row in table(notes)[1:]]
    assert numbers == [f"[{word} {number}]" for number in range(1, len(numbers) + 1)]
    assert table(indicators)[1][-1] == f"[{word} 1], [{word} 2], [{word} 3]"
    for sheet, (_, *rows) in data(book):
        cells = [str(cell) for row in rows for cell in (row[1:] if sheet is notes else row[:-1])]
        assert not [cell for cell in cells if f"[{word}" in cell]
    about = [row[-1] for row in table(notes)[1:]]
    assert all(table(indicators)[1][0] in text.split("; ") for text in about[:3])


def test_a_note_that_several_indicators_have_stands_once(book):
    texts = [row[1] for row in table(book.worksheets[2])[1:]]
    assert len(set(texts)) == len(texts)
    assert "; " in table(book.worksheets[2])[1][2]


def doubtful(results, *reasons):
    """The same with reasons beside the first indicators."""
    frame = results.consolidation.indicators
    rest = [""] * (len(frame) - len(reasons))
    consolidation = replace(results.consolidation, indicators=frame.assign(reason=[*reasons, *rest]))
    return replace(results, consolidation=consolidation)


@pytest.mark.parametrize(("lang", "said"), [
    ("vi", ["[ghi chú 4]", "Nghệ An: cần xem lại ô A!C3."]), ("en", ["[note 4]", "Nghe An: look at A!C3."]),
])  # fmt: skip
def test_a_figure_that_something_is_to_be_said_of_has_a_note_of_its_own(make, lang, said, tmp_path):
    plain = make(lang=lang)
    results = doubtful(plain, said[1].partition(": ")[2].rstrip("."))
    others = table(written(plain, tmp_path / "q.xlsx").worksheets[2])[1:]
    workbook = written(results, tmp_path / "p.xlsx")
    notes, (_, own, cluster) = table(workbook.worksheets[2])[1:], table(workbook.worksheets[3])
    number = f"{said[0][:-2]}{len(others) + 1}]"
    assert notes == [*others, [number, said[1], own[0]]]
    assert own[-1].split(", ") == [*(f"{said[0][:-2]}{n}]" for n in (1, 2, 3)), number]
    assert number not in cluster[-1]


def test_a_note_of_a_province_that_several_figures_have_stands_once(make, tmp_path):
    results = make(lang="en")
    frame = results.consolidation.indicators
    both = pd.concat([frame, frame.iloc[:1].assign(indicator="crime_change")], ignore_index=True)
    both = both.assign(reason="look at A!C3")
    results = replace(results, consolidation=replace(results.consolidation, indicators=both))
    workbook = written(results, tmp_path / "p.xlsx")
    own = [row for row in table(workbook["Notes"]) if row[1].endswith("look at A!C3.")]
    rows = table(workbook["Indicators"])[1:]
    assert [(said, about) for _, said, about in own] == [("Nghe An: look at A!C3.", f"{rows[0][0]}; {rows[2][0]}")]
    assert [own[0][0] in row[-1] for row in rows] == [True, False, True]  # of the second there is no figure


def test_without_notes_no_sheet_speaks_of_markers(make, tmp_path):
    results = make(lang="en")
    plain = {name: entry.model_copy(update={"note": None}) for name, entry in results.catalogue.indicators.items()}
    results = replace(results, catalogue=replace(results.catalogue, indicators=plain, targets=()))
    workbook = written(results, tmp_path / "p.xlsx")
    assert table(workbook["Notes"])[1:] == [["[z]", "No notes", "[z]"]]
    assert table(workbook["Indicators"])[1][-1] == "[z]"
    assert not [text for text in texts(workbook) if "[note" in text]


def test_a_sheet_explains_its_own_shorthand_and_no_other(book):
    for sheet, rows in data(book):
        used = {cell for row in rows for cell in row if re.fullmatch(r"\[\w\]", str(cell))}
        assert used == set(re.findall(r"\[\w\]", " ".join(lines(sheet)))), sheet.title
    assert set(re.findall(r"\[\w+\]", " ".join(texts(book)))) == {"[x]", "[z]"}
    assert set(re.findall(r"\[\w\]", " ".join(lines(book.worksheets[0])))) == {"[x]", "[z]"}


def test_the_properties_say_title_author_keywords_and_language(book, lang):
    said = book.properties
    assert said.title == book.worksheets[0]["A1"].value
    assert said.creator == {"vi": "Cụm thi đua số 6", "en": "Emulation cluster No. 6"}[lang]
    assert {"vi": "Trật tự an toàn giao thông", "en": "Traffic"}[lang] in said.keywords.split("; ")
    assert said.language == lang


def test_the_cover_says_what_the_figures_are_about(book, lang):
    said = " ".join(lines(book.worksheets[0]))
    wanted = {"vi": ["Kỳ số liệu", "Thanh Hóa", "0/5", "Nguồn"], "en": ["Period", "Thanh Hoa", "0 of 5", "Source"]}
    assert [word for word in wanted[lang] if word not in said] == []


def test_dates_are_written_out(book, lang):
    said = lines(book.worksheets[0])
    assert any({"vi": "từ ngày 15 tháng 11 năm 2023", "en": "from 15 November 2023"}[lang] in line for line in said)
    assert not [text for text in texts(book) if re.search(r"\d+/\d+/\d{4}|\d{4}-\d\d-\d\d", text)]


def test_every_sheet_of_figures_says_its_source(book, lang):
    word = {"vi": "Nguồn: ", "en": "Source: "}[lang]
    assert all(lines(sheet)[-1].startswith(word) for sheet in book.worksheets[3:])


def test_units_stand_in_headers_or_in_a_column_of_their_own(book, make, lang):
    forms = make().catalogue.forms
    for sheet, (heads, *_) in data(book)[3:]:
        form = forms[next(iter(sheet.tables)).removeprefix("form_")]
        units = [Messages(lang).unit(column.unit) for column in form.measures.values() if column.sums]
        assert [head.endswith(f"({unit})") for head, unit in zip(heads[1:], units, strict=True)] == [True] * len(units)
    heads, *rows = table(book.worksheets[3])
    assert heads[2] == {"vi": "Đơn vị tính", "en": "Unit"}[lang]
    assert {row[2] for row in rows} == {{"vi": "phần trăm", "en": "percent"}[lang]}


def test_each_rank_stands_beside_those_that_the_intervals_allow(make, tmp_path):
    results, entry = make(lang="en"), dict.fromkeys(TABLES["comparison"]) | {"indicator": "clearance_rate"}
    ranks = pd.DataFrame([entry | {"province": "nghe-an", "rank_best": 1.0, "rank_worst": 3.0}])
    consolidation = replace(results.consolidation, tables={"comparison": ranks})
    for own, wanted in ((consolidation, [1, 1, 3]), (results.consolidation, [1, "[z]", "[z]"])):
        heads, first, _ = table(written(replace(results, consolidation=own), tmp_path / "p.xlsx").worksheets[3])
        at = heads.index("Rank")
        assert heads[at : at + 3] == ["Rank", "Best possible rank", "Worst possible rank"]
        assert first[at : at + 3] == wanted


def test_english_headers_have_units_in_english(make, tmp_path):
    workbook = written(make(lang="en"), tmp_path / "p.xlsx")
    heads = [head for sheet in workbook.worksheets[4:] for head in table(sheet)[0]]
    assert {"Deaths (people)", "Property damage (million dong)", "Identity cards assigned (cards)"} <= set(heads)
    assert [head for head in heads if not head.isascii()] == []


def test_a_figure_is_a_number(book):
    for _, (heads, *rows) in data(book)[3:]:
        for column in range(1, len(heads)):
            assert all(isinstance(row[column], int | float) or row[column] == "[x]" for row in rows)


def test_no_sign_stands_for_a_word(book):
    assert not [
        text for text in texts(book) if set(text) & set("<>=≤≥≠±*†‡§¶✓✗✔✘▲▼↑↓→●■…") or not re.search(r"\w", text)
    ]


# How they look


def used(book):
    return [cell for sheet in book.worksheets for row in sheet for cell in row if cell.value is not None]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_is_large_upright_and_without_serifs(book):
    for cell in used(book):
        font = cell.font
        assert font.name == "Arial"
        assert font.sz >= 12
        assert {font.i, font.strike, font.vertAlign} <= {None, False}
        assert bool(font.u) == bool(cell.hyperlink)
    assert book._fonts[0].sz >= 12  # of cells without a format


def test_colour_carries_no_meaning_and_has_contrast(book):
    assert {cell.fill.fill_type for cell in used(book)} == {None}
    for sheet, rows in data(book):
        inks = {c.font.color.rgb for row in sheet.iter_rows(min_row=sheet.max_row - len(rows) + 1) for c in row}
        edges = {c.border.bottom.style for row in sheet.iter_rows(min_row=sheet.max_row - len(rows) + 1) for c in row}
        assert len(edges) == 1
        assert len(inks) == 1 + (sheet is book.worksheets[1]), (
            sheet.title
        )  # links are of another colour, and underlined
    for colour in {cell.font.color.rgb[-6:] for cell in used(book)}:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_text_stands_left_and_numbers_right_under_their_headers(book):
    for sheet, (heads, *rows) in data(book):
        start, before = sheet.max_row - len(rows), False
        for column in range(1, len(heads) + 1):
            numbers = any(isinstance(row[column - 1], int | float) for row in rows)
            looks = [sheet.cell(row, column).alignment for row in range(start, sheet.max_row + 1)]
            assert {look.horizontal for look in looks} <= ({"right"} if numbers else {None, "left"}), column
            # Text close to the numbers before it would read as part of them.
            assert {bool(look.indent) for look in looks} == {numbers or before}, (sheet.title, column)
            before = numbers


def test_text_wraps_and_its_row_is_high_enough(book):
    for sheet, rows in data(book):
        columns = sheet.column_dimensions.values()  # one for all neighbours of the same width
        widths = {column: shape.width for shape in columns for column in range(shape.min, shape.max + 1)}
        for number, row in enumerate(rows, sheet.max_row - len(rows) + 1):
            lengths = {column: len(text) for column, text in enumerate(row, 1) if isinstance(text, str)}
            assert all(sheet.cell(number, column).alignment.wrap_text for column in lengths)
            needed = max((length / widths[column] for column, length in lengths.items()), default=1)
            assert sheet.row_dimensions[number].height >= 15 * max(needed, 1)


# The figures


def test_what_lacks_has_a_mark_and_no_empty_cell(make, tmp_path):
    rows = table(written(make(), tmp_path / "p.xlsx")["Chỉ tiêu"])
    assert rows[1][1:7] == ["Nghệ An", "phần trăm", 0.9117, 0.8, 0.1117, "Đạt"]
    assert rows[2][1:7] == ["Toàn cụm", "phần trăm", "[x]", 0.8, "[x]", "Chưa đủ số liệu"]
    assert None not in [cell for row in rows for cell in row]


def test_a_total_is_there_only_where_nothing_lacks(make, tmp_path):
    observations = [observation(p, mode, 2.0) for p in MEMBERS for mode in MODES]
    accidents = [row[1] for row in table(written(make(observations), tmp_path / "p.xlsx")["Biểu 03"])]
    assert accidents[1:] == [6, 6, 6, 6, 6, 30]
    observations[0] = observation("thanh-hoa", "road", None, "missing")
    observations[3] = observation("ninh-binh", "road", None, "not_applicable")
    accidents = [row[1] for row in table(written(make(observations[:-1]), tmp_path / "q.xlsx")["Biểu 03"])]
    assert accidents[1:] == ["[x]", 4, 6, 6, "[x]", "[x]"]


def test_it_speaks_english_too(make, tmp_path):
    workbook = written(make(lang="en"), tmp_path / "p.xlsx")
    assert workbook.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert table(workbook["Indicators"])[1][6] == "Met"


def test_the_same_results_give_the_same_bytes(make, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_publication(make(), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_points_are_not_published(make, tmp_path):
    write_publication(make(lang="en"), tmp_path / "p.xlsx")
    titles = " ".join(str(cell.value) for sheet in openpyxl.load_workbook(tmp_path / "p.xlsx") for cell in sheet["A"])
    assert "Targets assigned" in titles
    assert "scoring sheet" not in titles.casefold()


# The checklist


def test_the_checklist_names_tests_that_are_there_and_all_that_look_at_the_file(repo):
    text = (repo / "docs" / "publication.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    rules = [row for row in rows if row[0] not in {"rule", "---"}]
    assert len(rules) > 50
    assert {state for _, state, _ in rules} == {"**kept by test**", "**partly**", "**no**"}
    assert [rule for rule, state, why in rules if "test" in state and "`test_" not in why] == []
    assert [rule for rule, state, why in rules if "test" not in state and len(why) < 30] == []
    named = set(re.findall(r"\btest_\w+", text)) - {"test_publication"}
    assert named - {name for name, value in globals().items() if callable(value)} == set()
    looking = {
        name for name, value in globals().items() if name.startswith("test_") and takes(value) & {"book", "path"}
    }
    assert looking - named == set()


def takes(function):
    return set(inspect.signature(function).parameters)
