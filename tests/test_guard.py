"""A stranger's file: what it is, what is hidden in it, what must not be done with it, and that none is lost."""

import io
import itertools
import json
import os
import socket
import struct
import threading
import time
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.ingest import flood, reader
from pipeline.ingest.files import list_folder, masked_names, sources_of, take_snapshot
from pipeline.ingest.guard import open_workbook
from pipeline.ingest.limits import MB, Limits
from pipeline.ingest.reader import UnreadableError
from pipeline.ingest.scan.xlsb import _shared_runs
from pipeline.messages import Messages, sentences
from pipeline.model import Finding, Place
from tests import forge
from tests.books import Desk, Formatted, found, only, values, write_book
from tests.forge import Xml

OPEN = "{title: F, rows: [{key: district, header: District, members: open}], columns: {n: {header: Cases}}}"
AMOUNTS = """
    title: F
    rows: [{key: district, header: District, members: open}]
    columns: {n: {header: Cases, kind: amount}, note: {header: Remarks, kind: text}}
"""
TABLE = [["District", "Cases"], ["A", 1]]
REL = "xl/worksheets/_rels/sheet1.xml.rels"
NUMBER = 340_123_456_789


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def opened(tmp_path, content, limits=None):
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))
    return open_workbook(path, limits or Limits())


def reason_of(tmp_path, content, limits=None):
    error = opened(tmp_path, content, limits).error
    return error and error.reason


def first_scan(tmp_path, content):
    done = opened(tmp_path, content)
    assert done.error is None, done.error
    return done.sheets[0].scan


# What kind of thing it is


KINDS = {
    "a link": (lambda path: path.symlink_to("north.xlsx"), "a link to another place"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "a link to another place"),
    "a link to nothing": (lambda path: path.symlink_to("gone"), "a link to another place"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "a link to another place"),
    "a folder": (lambda path: path.mkdir(), "a folder that is named like a workbook"),
    "a pipe": (os.mkfifo, "a pipe (FIFO)"),
}


def test_only_regular_files_are_read_and_each_other_kind_is_refused_in_its_own_words(desk):
    desk.catalogue(OPEN).send(TABLE)
    for name, (make, _) in KINDS.items():
        make(desk.inputs / f"{name}.xlsx")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(desk.inputs)  # a socket's path may have few letters
        server.bind("a socket.xlsx")
        result = desk.check()
    said = {f.file: f.message for f in result.findings.itertuples() if f.rule == "unreadable_file"}
    assert {name: words in said[f"{name}.xlsx"] for name, (_, words) in KINDS.items()} == dict.fromkeys(KINDS, True)
    assert "a socket" in said["a socket.xlsx"]
    assert values(result) == {"A": 1}


@pytest.fixture(autouse=True)
def _same_folder():
    here = os.getcwd()  # noqa: PTH109
    yield
    os.chdir(here)


def test_a_file_above_the_cap_is_not_read(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(3 * MB)
    with pytest.raises(UnreadableError, match=r"reader\.too_large: 3 MB"):
        take_snapshot(path, Limits(file_mb=2))


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty_file"), (b"\0" * 5000, "zeros"), (b"%PDF-1.7", "pdf"), (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff\xe0", "image"), (b"\x1f\x8b\x08", "packed"), (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!\x1a\x07\x00", "packed"), (b"{\\rtf1 x}", "document"), (b"PK\5\6" + b"\0" * 18, "empty_zip"),
    (b"a;b\n1;2", "text_table"), ("\ufeffTỉnh\t1".encode("utf-16"), "text_table"), (b"hello", "text"),
    (b"<HTML><body>", "html"), ("<table>".encode("utf-16"), "html"), (b"MIME-Version: 1.0", "mhtml"),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', "xml_2003"),
    (b"<?xml version='1.0'?><a/>", "xml"), (b"\x09\x00\x04\x00\x00\x00\x10\x00", "old_excel"), (b"MZ\x90", "program"),
])  # fmt: skip
def test_the_first_bytes_tell_what_only_carries_a_workbooks_name(tmp_path, content, reason):
    assert reason_of(tmp_path, content) == f"reader.{reason}"


@pytest.mark.parametrize(("names", "reason"), [
    (["[Content_Types].xml", "word/document.xml"], "document"), (["ppt/presentation.xml"], "slides"),
    (["a.xlsx", "b.txt"], "zip_of_workbooks"), (["a.txt"], "other_zip"), (["Index/Document.iwa"], "numbers"),
    (["[Content_Types].xml"], "no_workbook_part"), (["xl/workbook.xml", "xl/workbook.bin"], "two_workbooks"),
])  # fmt: skip
def test_the_parts_of_an_archive_tell_what_it_is(tmp_path, names, reason):
    assert reason_of(tmp_path, forge.archive(forge.entry(name, "x") for name in names)) == f"reader.{reason}"


@pytest.mark.parametrize(("stream", "reason"), [
    ("EncryptedPackage", "encrypted"), ("WordDocument", "document"), ("PowerPoint Document", "slides"),
    ("x", "other_ole"),
])  # fmt: skip
def test_the_streams_of_a_compound_file_tell_what_it_is(tmp_path, stream, reason):
    assert reason_of(tmp_path, forge.ole({stream: b"x" * 5000})) == f"reader.{reason}"


def test_every_reason_has_its_sentence_with_what_to_do():
    reasons = [key for key in sentences() if key.startswith("reader.")]
    assert len(reasons) >= 40
    for key, say in itertools.product(reasons, (Messages("vi"), Messages("en"))):
        assert say(key, detail="x").endswith((".", "?")), key


# Archives


@pytest.mark.parametrize(("entries", "reason"), [
    ([forge.entry("xl/a.xml", b" " * 11 * MB)], "bomb"),
    ([forge.entry("xl/a.xml", b"x" * 5000, size=50)], "size_lie"),
    ([forge.entry("XL/Worksheets/Sheet1.XML", b"x")], "namesakes"),
    ([forge.entry("a", b"x", flags=1)], "encrypted"),
    ([forge.entry("a", b"x")._replace(method=12)], "packing"),
    ([forge.entry("a", b"x")._replace(crc=1)], "damaged"),
    ([forge.entry("a", b"x" * 50), forge.entry("b", b"x" * 50, shared=True)], "bomb"),
])  # fmt: skip
def test_an_archive_that_no_office_program_writes_is_not_read(tmp_path, entries, reason):
    assert reason_of(tmp_path, forge.book(entries=entries)) == f"reader.{reason}"


def test_limits_are_those_that_are_handed_over(tmp_path):
    book = forge.book()
    assert reason_of(tmp_path, book) is None
    assert reason_of(tmp_path, book, Limits(entries=3)) == "reader.many_parts"
    assert reason_of(tmp_path, book, Limits(part_mb=0)) == "reader.bomb"
    assert reason_of(tmp_path, book, Limits(cells=10)) == "reader.far_cell"


# What the reader of values hides


def test_error_cells_of_xls_are_told_with_their_codes(tmp_path):
    more = b"".join([
        forge.record(0x205, struct.pack("<HHHBB", 6, 0, 0, 0x07, 1)),
        forge.record(0x205, struct.pack("<HHHBB", 6, 1, 0, 1, 0)),  # TRUE, no error
        forge.record(0x06, struct.pack("<HHH", 6, 2, 0), b"\x02\0\x2a\0\0\0\xff\xff", struct.pack("<HIH", 0, 0, 0)),
        forge.record(0x06, struct.pack("<HHHd", 6, 3, 0, 5.0), struct.pack("<HIH", 0, 0, 0)),
        forge.record(0x203, struct.pack("<HHHd", 6, 4, 0, float("inf"))),
    ])  # fmt: skip
    scan = first_scan(tmp_path, forge.xls(more=more))
    assert scan.errors == {(6, 0): "#DIV/0!", (6, 2): "#N/A", (6, 4): "INF"}
    assert scan.formulas == {(6, 2), (6, 3)}


def styled(kind, column, value, style):
    return forge.binary(kind, struct.pack("<II", column, style), value)


XLSB_ROW = forge.binary(0, struct.pack("<I", 6) + b"\0" * 13)
XLSB_STYLES = b"".join([
    forge.binary(44, struct.pack("<HI", 164, 10), "dd/mm/yyyy".encode("utf-16-le")), forge.binary(617, b"\3\0\0\0"),
    *(forge.binary(47, struct.pack("<HH", 0, number), b"\0" * 12) for number in (0, 10, 164)), forge.binary(618),
])  # fmt: skip


MARKING_FONTS = [(0, 400, 0, 0), (8, 400, 0, 0), (0, 400, 1, 0)]  # flags, weight, script
XLS_FONTS = [MARKING_FONTS[0]] * 4 + MARKING_FONTS[1:]  # of which the fifth has the number 5


def test_error_cells_and_percentages_of_xlsb_are_told(tmp_path):
    formula = struct.pack("<HII", 0, 0, 0)
    more = b"".join([
        XLSB_ROW, styled(3, 0, b"\x17", 0), styled(11, 1, b"\x24" + formula, 0),
        styled(5, 2, struct.pack("<d", 0.5), 1), styled(5, 3, struct.pack("<d", -5), 2),
        styled(2, 4, struct.pack("<I", 7 << 2 | 2), 0),
    ])  # fmt: skip
    done = opened(tmp_path, forge.xlsb(more=more, parts={"xl/styles.bin": XLSB_STYLES}))
    scan = done.sheets[0].scan
    assert scan.errors == {(6, 0): "#REF!", (6, 1): "#NUM!", (6, 3): "-5 (dd/mm/yyyy?)"}
    assert scan.percents == {(6, 2)}
    assert done.sheets[0].rows[6][4] == 7.0
    assert isinstance(done.sheets[0].rows[6][4], float)


def test_raised_and_struck_out_figures_of_xlsb_are_told(tmp_path):
    fonts = b"".join(forge.binary(43, struct.pack("<5H", 220, *font), b"\0" * 11) for font in MARKING_FONTS)
    used = (forge.binary(47, struct.pack("<HHH", 0, 0, font), b"\0" * 10) for font in (0, 1))
    styles = b"".join([fonts, forge.binary(617, b"\2\0\0\0"), *used, forge.binary(618)])
    rich = b"\1" + struct.pack("<I", 3) + "791".encode("utf-16-le") + struct.pack("<IHH", 1, 2, 2)
    plain = b"\0" + struct.pack("<I", 2) + "79".encode("utf-16-le")
    more = b"".join([
        XLSB_ROW, styled(5, 0, struct.pack("<d", 5), 0), styled(5, 1, struct.pack("<d", 5), 1), styled(62, 2, rich, 0),
    ])  # fmt: skip
    assert opened(tmp_path, forge.xlsb(more=more, parts={"xl/styles.bin": styles})).sheets[0].scan.doubtful == {
        (6, 1): "struck_part", (6, 2): "raised_part",
    }  # fmt: skip
    archive = {"xl/sharedStrings.bin": forge.binary(19, plain) + forge.binary(19, rich)}
    opened_archive = SimpleNamespace(has=lambda part: part in archive, read=lambda part: archive[part])
    assert [*_shared_runs(opened_archive, {2: "raised_part"})] == [1]


def test_raised_and_struck_out_figures_of_xls_are_told(tmp_path):
    fonts = [forge.record(0x31, struct.pack("<HHHHH", 220, font[0], 0, 0, font[2]), b"\0" * 6) for font in XLS_FONTS]
    used = [forge.record(0xE0, struct.pack("<HH", font, 0), b"\0" * 16) for font in (0, 5)]
    texts = [struct.pack("<HBH", 3, 8, 1) + b"791" + struct.pack("<HH", 2, 6), struct.pack("<HB", 2, 0) + b"79"]
    # The table goes on in another record in the middle of a text, whose letters are wide from there.
    whole = struct.pack("<II", 3, 3) + b"".join(texts) + struct.pack("<HBH", 3, 8, 1) + b"5"
    shared = forge.record(0xFC, whole) + forge.record(0x3C, b"\1" + "62".encode("utf-16-le") + struct.pack("<HH", 1, 5))
    cells = [forge.record(0xFD, struct.pack("<HHHI", 6, column, 0, text)) for column, text in enumerate((0, 1, 2))] + [
        forge.record(0x203, struct.pack("<HHHd", 6, 3, 1, 7))
    ]
    content = forge.xls(globals_=b"".join([*fonts, *used, shared]), more=b"".join(cells))
    sheet = opened(tmp_path, content).sheets[0]
    assert sheet.rows[6] == ["791", "79", "562", 7.0]
    assert sheet.scan.doubtful == {(6, 0): "raised_part", (6, 2): "struck_part", (6, 3): "struck_part"}


ODS_CELLS = """<table:table-row>
<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell>
<table:table-cell table:formula="of:=A1"/>
<table:table-cell table:formula="of:=x"><text:p/></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>
<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>
<table:table-cell office:value-type="string" calcext:value-type="error" xmlns:calcext="urn:calcext"
 table:number-columns-repeated="2"><text:p>Err:502</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="5.83"><text:p>5,8 km²</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="5831.2"><text:p>5,8 km²</text:p></table:table-cell>
</table:table-row>""".replace("\n", "")


def test_pictures_are_told_for_what_they_show_is_not_read(tmp_path):
    drawn = forge.relationships(("drawing", "../drawings/drawing1.xml"))
    shown = forge.relationships(("image", "../media/image1.png"))
    content = forge.book(
        entries=[
            forge.entry("xl/worksheets/_rels/sheet1.xml.rels", drawn),
            forge.entry("xl/drawings/drawing1.xml", "<wsDr/>"),
            forge.entry("xl/drawings/_rels/drawing1.xml.rels", shown),
            forge.entry("xl/media/image1.png", b"\x89PNG"),
        ]
    )
    told = opened(tmp_path, content).presences
    assert [(p.rule, p.where) for p in told] == [("pictures_present", forge.SHEET)]


def test_error_cells_formulas_without_result_percentages_and_booleans_of_ods_are_told(tmp_path):
    done = opened(tmp_path, forge.ods(rows=ODS_CELLS))
    scan = done.sheets[0].scan
    assert scan.errors == {(5, 0): "#DIV/0!", (5, 5): "Err:502", (5, 6): "Err:502"}
    assert scan.valueless == {(5, 1)}
    assert scan.percents == {(5, 3)}
    assert scan.units == {(5, 7): "km2"}  # what is shown in thousands of what is stored says nothing of that
    assert done.sheets[0].rows[5][4] is True


ODS_STYLES = """<office:automatic-styles>
<style:style style:name="ce1"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="ce2" style:parent-style-name="ce1"><style:text-properties/></style:style>
<style:style style:name="T1"><style:text-properties style:text-line-through-type="none"
 style:text-position="33% 58%"/></style:style>
<style:style style:name="T2"><style:text-properties style:text-position="0% 100%"/></style:style>
</office:automatic-styles>""".replace("\n", "")


def test_raised_and_struck_out_figures_of_ods_are_told(tmp_path):
    def text(style, *parts):
        said = "".join(parts)
        return f'<table:table-cell{style} office:value-type="string"><text:p>{said}</text:p></table:table-cell>'

    def span(style, said):
        return f'<text:span text:style-name="{style}">{said}</text:span>'

    number = '<table:table-cell{} office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    own = ' table:style-name="{}"'.format
    cells = [number.format(""), number.format(own("ce1")), number.format(own("ce2")), text("", "79", span("T1", "1")),
             text("", "79", span("T2", "1")), text(own("ce1"), span("T2", "79"))]  # fmt: skip
    row = '<table:table-row table:default-cell-style-name="ce1">' + number.format("") + "</table:table-row>"
    rows = f"<table:table-row>{''.join(cells)}</table:table-row>{row}"
    scan = opened(tmp_path, forge.ods(rows=rows, styles=ODS_STYLES)).sheets[0].scan
    struck = dict.fromkeys([(5, 1), (5, 2), (6, 0)], "struck_part")
    assert scan.doubtful == {**struck, (5, 3): "raised_part"}


def test_another_workbooks_sheet_that_an_ods_keeps_for_its_links_is_no_sheet_of_it(tmp_path):
    name, link = "'file:x.ods'#Biểu 02", 'xlink:href="../x.ods" xmlns:xlink="urn:xlink"'
    row = '<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    copy = f'</table:table><table:table table:name="{name}"><table:table-source {link}/>{row}'
    done = opened(tmp_path, forge.ods(rows=copy))
    assert [sheet.name for sheet in done.sheets] == [forge.SHEET]
    assert [(p.rule, p.where) for p in done.presences] == [("external_links", "x.ods")]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_and_open_formats_of_an_office_program_tell_the_same(office, tmp_path, suffix):
    rows = [
        ["District", "Cases", "Share"],
        ["A", "#DIV/0!", Formatted(0.5, "0.0%")],
        ["B", "=1/0", Formatted(3, '0"%"')],
        ["C", Formatted(5.8, '0.0" ha"'), Formatted(5800, '0.0," ha"')],
    ]
    source = write_book(tmp_path / "b.xlsx", {"F": rows}, {"F": ["A6:B7"]})
    scan = first_scan(tmp_path, office._convert(source, tmp_path, suffix, suffix).read_bytes())
    assert scan.errors == {(1, 1): "#DIV/0!", (2, 1): "#DIV/0!"}
    assert scan.percents == {(1, 2)}
    assert scan.units == {(3, 1): "ha"}
    assert (2, 1) in scan.formulas


def test_a_number_that_stands_where_the_reader_of_values_does_not_see_it_is_not_lost_in_silence(tmp_path):
    content = forge.book(more_rows='<row r="6"><c r="B2"><v>99</v></c></row>')
    assert reason_of(tmp_path, content) == "reader.disagree"


@pytest.mark.parametrize("value", ["NaN", "INF", "1e999"])
def test_what_is_no_number_is_told_at_its_cell(tmp_path, value):
    scan = first_scan(tmp_path, forge.book({"B2": Xml(f'<c r="B2"><v>{value}</v></c>')}))
    assert scan.errors == {(1, 1): "NaN" if value == "NaN" else "INF"}


def test_a_merged_range_of_the_whole_sheet_is_cut_to_what_the_sheet_holds(tmp_path):
    whole = '<mergeCells count="1"><mergeCell ref="A7:XFD1048576"/></mergeCells>'
    done = opened(tmp_path, forge.book({"A7": 1, "B9": 2}, after=whole))
    assert done.sheets[0].merges == ((6, 0, 8, 3),)
    past = whole.replace("1048576", "1048577")
    assert reason_of(tmp_path, forge.book(after=past)) == "reader.past_limits"


# What else is in it


def macro_sheet():
    xml = '<x:macrosheet xmlns:x="urn:x"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></x:macrosheet>'
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    rels = forge.relationships(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "macrosheets/sheet1.xml"))
    head, _, tail = rels.rpartition(f"{forge.OFFICE}/worksheet")
    parts = {"xl/_rels/workbook.xml.rels": f"{head}{kind}{tail}", "xl/macrosheets/sheet1.xml": xml}
    return forge.book(names=(forge.SHEET, "Macro1"), parts=parts)


def linked(inner):
    parts = {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{forge.MAIN}">{inner}</externalLink>'}
    cell = Xml('<c r="F2"><f>[1]Sheet1!A1</f><v>3</v></c>')
    return forge.book({"F2": cell}, parts=parts)


PRESENT = {
    "a macro": (lambda: forge.book(parts={"xl/vbaProject.bin": "x"}), ("macros_present", "VBA", "")),
    "a macro sheet": (macro_sheet, ("macros_present", "Macro1", "")),
    "a link": (lambda: linked("<externalBook/>"), ("external_links", "-", "F2")),
    "DDE": (lambda: linked('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'), ("dde_links", "cmd|/c calc", "F2")),
    "an object": (lambda: forge.book(parts={
        "xl/embeddings/a.bin": "x", REL: forge.relationships(("oleObject", "../embeddings/a.bin"))}),
        ("embedded_objects", forge.SHEET, "")),
    "a connection": (lambda: forge.book(parts={"xl/connections.xml": "<a/>"}), ("data_connections", "-", "")),
    "a query": (lambda: forge.book(parts={
        "customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode("utf-16")}),
        ("data_connections", "-", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", PRESENT)
def test_what_could_run_or_fetch_is_told_once_and_the_values_are_read(tmp_path, name):
    make, told = PRESENT[name]
    done = opened(tmp_path, make())
    assert done.error is None
    assert [(p.rule, p.where, p.cell) for p in done.presences] == [told]
    assert done.sheets[0].rows[1][1] == 12.0


def test_a_presence_is_an_info_finding_of_the_file(desk):
    desk.catalogue(OPEN).send(TABLE)
    path = desk.inputs / "north.xlsx"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", "x")
    result = desk.check()
    assert found(result) == [("info", "macros_present", "")]
    assert values(result) == {"A": 1}


# Personal data


def test_an_id_number_stored_as_a_number_is_told_outside_of_measures_and_an_amount_is_not(desk):
    rows = [
        ["District", "Cases", "Remarks", "Other"],
        ["A", NUMBER, "x", 7],
        ["B", 2 * NUMBER, NUMBER + 2, 8],
        [NUMBER + 3, 5, None, 9],
    ]
    result = desk.catalogue(AMOUNTS).send([*rows, [None], ["note", None, None, None, NUMBER + 4]]).consolidate()
    cells = {f.cell for f in result.findings.itertuples() if f.rule == "personal_data"}
    assert cells == {"A4", "C3", "E6"}
    assert result.observations["raw"].tolist() == [str(NUMBER), str(2 * NUMBER), "5"]
    for number in (NUMBER + 2, NUMBER + 3, NUMBER + 4):
        assert not any(str(number).encode() in p.read_bytes() for p in (desk.folder / "outputs").rglob("*.csv"))
        assert str(number) not in result.observations.to_csv()


@pytest.mark.parametrize("header", ["Số CCCD", "CCCD/CMND", "Số định danh cá nhân", "CMND (9 số)", "Điện thoại"])
@pytest.mark.parametrize("number", [38099012345, 1099012345, 123456789, "38099012345", 340123456000])
def test_numbers_under_a_header_of_persons_numbers_are_told_whatever_zeros_they_lost(desk, header, number):
    result = desk.catalogue(OPEN).send([["District", "Cases", header], ["A", 123456789, number], ["B", 2, 7]]).check()
    assert [f.cell for f in result.findings.itertuples() if f.rule == "personal_data"] == ["C2"]
    assert str(number) not in result.findings.to_csv()


def test_a_number_beside_its_label_is_told_and_counts_under_such_a_header_are_not(desk):
    rows = [
        ["District", "Cases", "Số CCCD đã cấp"],
        ["A", 1, 34_567_890],
        ["B", 2, 1200.5],
        [None, None, None, "CMND:", 123456789],
    ]
    result = desk.catalogue(OPEN).send(rows).check()
    assert [f.cell for f in result.findings.itertuples() if f.rule == "personal_data"] == ["E4"]


def test_a_persons_number_that_was_stored_as_one_is_quoted_by_no_other_finding(desk):
    noted = AMOUNTS.replace("Remarks", "Số điện thoại")
    rows = [["District", "Cases", "Số điện thoại"], ["A", 1, 912345678]]
    rows += [["B", 2], [None, None, None, "SĐT:", 987654321], ["C", 3]]
    result = desk.catalogue(noted).send(rows).consolidate()
    assert [f.cell for f in result.findings.itertuples() if f.rule == "personal_data"] == ["C2", "E4"]
    assert "unnamed_column" in set(result.findings["rule"])
    for output in (desk.folder / "outputs").rglob("*"):
        if output.suffix in {".csv", ".json"}:
            assert not any(number in output.read_bytes() for number in (b"912345678", b"987654321"))
        if output.suffix == ".xlsx":
            texts = [str(c.value) for s in openpyxl.load_workbook(output) for row in s.iter_rows() for c in row]
            assert not any("912345678" in text or "987654321" in text for text in texts)


def test_a_column_of_amounts_of_many_lengths_holds_no_id_numbers(desk):
    rows = [["District", "Cases", "Budget"], ["A", 1, 733717207025], ["B", 2, 21242031389801], ["C", 3, 371349712898]]
    result = desk.catalogue(OPEN).send(rows).check()
    assert "personal_data" not in set(result.findings["rule"])


@pytest.mark.parametrize(("text", "is_personal"), [
    ("0912 345 678", True), ("0912.345.678", True), ("0912345678", True), ("+84 912 345 678", True),
    ("84912345678", True), ("84 912 345 678", True), ("+84(0)912345678", True), ("(0912) 345-678", True),
    ("a.b@c.vn", True), ("001099012345", True), ("05.11.2024 14:30", False), ("01-01-2024 31-12-2024", False),
    ("84.912.345.678", False), ("1.234.567.890", False), ("0,84951234567", False), ("tháng 11 năm 2024", False),
])  # fmt: skip
def test_phone_numbers_addresses_and_id_numbers_are_told_from_dates_and_amounts(desk, text, is_personal):
    result = desk.catalogue(OPEN).send([*TABLE, [None], [f"note: {text}", None]]).check()
    assert ("personal_data" in set(result.findings["rule"])) == is_personal


def test_a_long_run_of_letters_is_searched_in_no_time(desk):
    started = time.monotonic()
    desk.catalogue(OPEN).send([*TABLE, ["a" * 32_767, 2]]).check()
    assert time.monotonic() - started < 20


def test_names_of_files_and_sheets_are_masked_and_stay_apart(desk):
    desk.catalogue({"f": OPEN}, provinces="[{id: north, name: North}, {id: south, name: South}]")
    desk.send({"F": TABLE, "0912345671": [["x"]], "0912345672": [["y"]]}, name="north 0912345678.xlsx")
    (desk.inputs / "south 0912345679.xlsx").write_bytes(b"")
    (desk.inputs / "south 0912345670.xlsx").write_bytes(b"")
    result = desk.consolidate()
    assert sorted(result.submissions["file"]) == ["north ***.xlsx", "south *** (2).xlsx", "south ***.xlsx"]
    named = result.findings[result.findings["rule"] == "personal_data_in_name"]
    assert sorted(zip(named["file"], named["sheet"], strict=True)) == [
        ("north ***.xlsx", ""), ("north ***.xlsx", "***"), ("north ***.xlsx", "*** (2)"),
        ("south *** (2).xlsx", ""), ("south ***.xlsx", ""),
    ]  # fmt: skip
    for path in (desk.folder / "outputs").rglob("*"):
        assert "09123456" not in path.name
        if path.suffix in {".csv", ".json"}:
            assert b"09123456" not in path.read_bytes()
    assert masked_names(["a@b.vn", "c@d.vn", "*** (2)"]) == ["***", "*** (3)", "*** (2)"]


def test_personal_data_in_a_comment_is_told_at_its_cell(tmp_path):
    comments = f'<comments xmlns="{forge.MAIN}"><commentList><comment ref="B3"><text><t>0912 345 </t><t>678</t></text>'
    parts = {REL: forge.relationships(("comments", "../comments1.xml")),
             "xl/comments1.xml": f"{comments}</comment></commentList></comments>"}  # fmt: skip
    assert opened(tmp_path, forge.book(parts=parts)).personal_notes == [(forge.SHEET, "B3")]


def spoiled(desk, spoil):
    """What is found in a clean workbook into which something is put beside its cells."""
    desk.catalogue(OPEN).send(TABLE)
    path = desk.inputs / "north.xlsx"
    book = openpyxl.load_workbook(path)
    spoil(book, book.worksheets[0])
    book.save(path)
    result = desk.consolidate()
    returned = desk.folder / "outputs" / "2024" / "returns" / "north.xlsx"
    assert openpyxl.load_workbook(returned).sheetnames == ["To mend"]
    for output in (desk.folder / "outputs").rglob("*"):
        if output.suffix in {".csv", ".json"}:
            assert b"0912345678" not in output.read_bytes()
    return [(f.sheet, f.cell, f.message) for f in result.findings.itertuples() if f.rule == "personal_data"]


def put_link(sheet):
    sheet["B2"].hyperlink = "mailto:0912345678%40x.vn"


def put_prompt(sheet):
    sheet.add_data_validation(DataValidation("whole", prompt="0912345678", sqref="B2"))


BESIDE = {
    "a header": (lambda _, sheet: setattr(sheet.oddHeader.center, "text", "&B0912345678"), "F", "header or footer"),
    "a footer of even pages": (lambda _, s: setattr(s.evenFooter.left, "text", "a@b.vn"), "F", "header or footer"),
    "a validation": (lambda _, sheet: put_prompt(sheet), "F", "validation"),
    "a link": (lambda _, sheet: put_link(sheet), "F", "hyperlink"),
    "a name": (lambda b, _: b.defined_names.add(DefinedName("x", attr_text='"0912345678"')), "", "defined name"),
    "a property": (lambda book, _: setattr(book.properties, "creator", "a@b.vn"), "", "properties"),
    "a subject": (lambda book, _: setattr(book.properties, "subject", "001099012345"), "", "properties"),
    "a formula": (lambda _, s: setattr(s["D9"], "value", '=HYPERLINK("mailto:a@b.vn","x")'), "F", "formula"),
    "a conditional format": (
        lambda _, s: s.conditional_formatting.add("B2", FormulaRule(formula=['B2="0912345678"'])), "F", "formula",
    ),
    "a number format": (lambda _, s: setattr(s["B2"], "number_format", '"Tel 0912345678" 0'), "", "no sheet shows"),
    "a comment's author": (lambda _, s: setattr(s["A1"], "comment", Comment("x", "a@b.vn")), "", "comment's author"),
}  # fmt: skip


@pytest.mark.parametrize("what", BESIDE)
def test_personal_data_beside_the_cells_are_told_by_their_place_and_no_copy_spreads_them(desk, what):
    spoil, place, word = BESIDE[what]
    [(sheet, cell, message)] = spoiled(desk, spoil)
    assert (sheet, cell) == (place, "")
    assert word in message


def test_a_comment_at_a_number_is_told_too(desk):
    [(_, cell, message)] = spoiled(desk, lambda _, s: setattr(s["B2"], "comment", Comment("call 0912345678", "x")))
    assert cell == "B2"
    assert "comment" in message


def test_where_boxes_stand_is_no_personal_data(tmp_path):
    corner = "<from><col>0</col><colOff>912345</colOff><row>678</row></from>"
    box = "<sp><txBody><p><r><t>{}</t></r></p></txBody></sp>"
    parts = {REL: forge.relationships(("drawing", "../drawings/drawing1.xml"))}
    for text, notes in (("note", []), ("0912345678", [(forge.SHEET, "")])):
        drawing = {"xl/drawings/drawing1.xml": f"<wsDr>{corner}{box.format(text)}</wsDr>"}
        assert opened(tmp_path, forge.book(parts=parts | drawing)).personal_notes == notes


def old_text(text):
    return struct.pack("<H", len(text)) + b"\x01" + text.encode("utf-16-le")


def test_an_old_workbook_is_searched_beside_its_cells_too(tmp_path):
    box = forge.record(0x1B6, b"\0" * 18) + forge.record(0x3C, b"\x01" + "0912345678".encode("utf-16-le"))
    for more, kind in (
        (forge.record(0x14, old_text("&L0912345678")), "header"),
        (forge.record(0x15, struct.pack("<HB", 6, 0) + b"a@b.vn"), "header"),
        (box, "box"),
    ):
        assert opened(tmp_path, forge.xls(more=more)).personal_texts == [(kind, forge.SHEET)]
    name = forge.record(0x18, b"\0" * 14, b"\x01", "0912345678".encode("utf-16-le"))
    assert opened(tmp_path, forge.xls(globals_=name)).personal_texts == [("name", "")]
    assert opened(tmp_path, forge.xls(more=forge.record(0x3C, b"a@b.vn"))).personal_texts == []


def test_a_binary_workbook_is_searched_beside_its_cells_too(tmp_path):
    text = struct.pack("<I", 48) + "0912345678".ljust(48).encode("utf-16-le")
    header = forge.binary(479, b"\0\0", text)
    assert opened(tmp_path, forge.xlsb(more=header)).personal_texts == [("header", forge.SHEET)]
    comment = forge.binary(635, struct.pack("<5I", 0, 2, 2, 1, 1), b"\0" * 16) + forge.binary(637, b"\0", text)
    parts = {"xl/worksheets/_rels/sheet1.bin.rels": forge.relationships(("comments", "../comments1.bin")),
             "xl/comments1.bin": comment, "docProps/core.xml": "<c><creator>a@b.vn</creator></c>"}  # fmt: skip
    found_beside = opened(tmp_path, forge.xlsb(parts=parts))
    assert found_beside.personal_notes == [(forge.SHEET, "B3")]
    assert found_beside.personal_texts == [("properties", "")]


def test_notes_and_boxes_of_an_old_workbook_are_read_with_their_cells(tmp_path):
    def noted(number, *parts):
        length = sum(len(part) for part in parts)
        codes = [(b"\0", part.encode()) if part.isascii() else (b"\1", part.encode("utf-16-le")) for part in parts]
        texts = [forge.record(0x3C, *code) for code in codes]
        about = forge.record(0x5D, struct.pack("<4H", 0x15, 0x12, 0x19, number), b"\0" * 14)
        return about + forge.record(0x1B6, struct.pack("<6H6x", 0, 0, 0, 0, 0, length)) + b"".join(texts)

    runs = forge.record(0x3C, b"\0" * 16)
    more = noted(1, "Số liệu ", "final") + runs + noted(2, "box") + forge.record(0x1C, struct.pack("<4H", 2, 1, 0, 1))
    [sheet] = opened(tmp_path, forge.xls(more=more)).sheets
    assert sheet.scan.beside == [("B3", "Số liệu final"), ("", "box")]
    cut = forge.record(0x1B6, b"\0") + forge.record(0x1B6, struct.pack("<6H", 0, 0, 0, 0, 0, 9)) + forge.record(0x3C)
    [sheet] = opened(tmp_path, forge.xls(more=cut + forge.record(0x1C, b"") + forge.record(0x5D))).sheets
    assert sheet.scan.beside == []


def test_comments_of_a_binary_workbook_are_read_with_their_cells(tmp_path):
    text = "Số liệu tạm tính"
    author = forge.binary(632, struct.pack("<I", 1), "A".encode("utf-16-le"))
    at = forge.binary(635, struct.pack("<5I", 0, 2, 2, 1, 1), b"\0" * 16)
    said = forge.binary(637, b"\0", struct.pack("<I", len(text)), text.encode("utf-16-le"))
    parts = {"xl/worksheets/_rels/sheet1.bin.rels": forge.relationships(("comments", "../comments1.bin")),
             "xl/comments1.bin": author + at + said}  # fmt: skip
    [sheet] = opened(tmp_path, forge.xlsb(parts=parts)).sheets
    assert sheet.scan.beside == [("B3", text)]


def test_an_open_document_is_searched_beside_its_cells_too(tmp_path):
    note = "<text:p>x</text:p><office:annotation><text:p>0912345678</text:p></office:annotation>"
    row = f'<table:table-row><table:table-cell office:value-type="string">{note}</table:table-cell></table:table-row>'
    [(sheet, cell)] = opened(tmp_path, forge.ods(rows=row)).personal_notes
    assert (sheet, cell[0]) == (forge.SHEET, "A")
    for part, kind in (("styles.xml", "header"), ("meta.xml", "properties")):
        content = forge.ods()
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            members = [forge.entry(name, old.read(name)) for name in old.namelist()]
        content = forge.archive([*members, forge.entry(part, "<s><p>0912345678</p></s>")])
        assert opened(tmp_path, content).personal_texts == [(kind, "")]


def test_what_no_sheet_shows_is_searched_but_numbers_in_it_are_amounts(tmp_path):
    cached = '<x><sheetName val="S"/><cell r="A1" t="str"><v>{text}</v></cell><cell r="A2"><v>{number}</v></cell></x>'
    chart = "<x><numCache><v>{number}</v></numCache><strCache><v>{text}</v></strCache></x>"
    for part, content in (("xl/externalLinks/externalLink1.xml", cached), ("xl/charts/chart1.xml", chart)):
        for text, told in (("Lan 0912345678", [("unseen", "")]), ("Lan", [])):
            parts = {part: content.format(text=text, number="123456789012")}
            assert opened(tmp_path, forge.book(parts=parts)).personal_texts == told
    strings = "<sst><si><t>a</t></si><si><t>ask 0912345678</t></si></sst>"
    assert opened(tmp_path, forge.book(parts={"customXml/item1.xml": strings})).personal_texts == [("unseen", "")]


def test_a_prompt_a_link_and_a_name_of_an_open_document_are_searched(tmp_path):
    with zipfile.ZipFile(io.BytesIO(forge.ods())) as old:
        members = {name: old.read(name) for name in old.namelist()}
    head, tail = members["content.xml"].split(b"<office:spreadsheet>")
    prompt = b"<table:content-validations><text:p>0912345678</text:p></table:content-validations>"
    name = b'<table:named-expression table:name="x" table:expression="&quot;a@b.vn&quot;"/>'
    for added, kind in ((prompt, "prompt"), (name, "name")):
        content = head + b"<office:spreadsheet>" + added + tail
        entries = [forge.entry(part, content if part == "content.xml" else text) for part, text in members.items()]
        found = opened(tmp_path, forge.archive(entries))
        assert (found.error, found.personal_texts) == (None, [(kind, "")])


def test_properties_that_cannot_be_read_refuse_no_workbook(tmp_path):
    assert opened(tmp_path, forge.book(parts={"docProps/core.xml": "<a>"})).error is None


# One verdict for every entry


def test_every_entry_is_read_refused_or_ignored_and_run_json_names_the_ignored(desk):
    desk.catalogue(OPEN).send(TABLE)
    for name in ("~$north.xlsx", ".hidden.xlsx", "README.md", "notes.txt", "line\nbreak.csv"):
        (desk.inputs / name).write_text("x")
    (desk.inputs / "older").mkdir()
    (desk.inputs / b"\xff.xlsx".decode("utf-8", "surrogateescape")).write_bytes(b"")
    (desk.inputs / b"\xfe.xlsx".decode("utf-8", "surrogateescape")).write_bytes(b"")
    (desk.inputs / "NORTH.XLSX").write_bytes(b"")
    (desk.inputs / f"{'x' * 250}.xls").write_bytes(b"")
    result = desk.consolidate()
    ignored = json.loads((desk.folder / "outputs" / "2024" / "run.json").read_text(encoding="utf-8"))["ignored"]
    read = result.submissions["file"].tolist()
    assert sorted(ignored) == [".hidden.xlsx", "README.md", "line␊break.csv", "notes.txt", "older", "~$north.xlsx"]
    assert len(set(read)) == len(read) == 5
    assert {"\\xff.xlsx", "\\xfe.xlsx", "NORTH.XLSX", "north.xlsx"} < set(read)
    listing = list_folder(desk.inputs)
    assert len(listing.workbooks) + len(listing.ignored) == len(os.listdir(desk.inputs))  # noqa: PTH208
    told = {(f.rule, f.file) for f in result.findings.itertuples() if f.rule.endswith("_ignored")}
    assert told == {("file_ignored", "notes.txt"), ("file_ignored", "line␊break.csv"), ("folder_ignored", "older")}


def test_names_that_output_changes_are_kept_apart(tmp_path):
    paths = [tmp_path / name for name in ("a\n.xlsx", "a␊.xlsx", "b.xlsx")]
    names = [source.name for source in sources_of(paths)]
    assert names[1:] == ["a␊.xlsx", "b.xlsx"]
    assert len(set(names)) == 3


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u2066", "\u00ad", "\ufeff"])
def test_signs_that_hide_or_turn_a_files_name_are_not_printed_and_hide_no_province_or_version(desk, sign):
    desk.catalogue(OPEN).send([*TABLE, ["Late", 5]], f"no{sign}rth l{sign}an 2.xlsx").send(TABLE, "north lan 1.xlsx")
    result = desk.consolidate()
    statuses = result.submissions.set_index("file")["status"].to_dict()
    assert statuses == {"north lan 2.xlsx": "accepted", "north lan 1.xlsx": "superseded"}
    assert sign not in "".join(result.findings["message"])


def test_a_refused_file_is_hashed_as_it_was_read_and_a_link_is_not_followed(desk):
    desk.catalogue(OPEN).send(TABLE)
    (desk.folder / "secret").write_text("secret")
    (desk.inputs / "link.xlsx").symlink_to(desk.folder / "secret")
    (desk.inputs / "text.xlsx").write_text("a;b")
    result = desk.consolidate()
    manifest = json.loads((desk.folder / "outputs" / "2024" / "run.json").read_text(encoding="utf-8"))
    hashes = result.submissions.set_index("file")["sha256"]
    assert (hashes["link.xlsx"], manifest["inputs"]["2024/link.xlsx"]) == ("", "")
    assert len(hashes["text.xlsx"]) == 64
    assert manifest["inputs"]["2024/text.xlsx"] == hashes["text.xlsx"]


# A moment's patience


def test_a_file_that_is_still_being_copied_is_read_when_it_is_whole(tmp_path):
    whole = forge.book()
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[:1000])
    writer = threading.Timer(0.1, path.write_bytes, [whole])
    writer.start()
    done = open_workbook(path, Limits())
    writer.join()
    assert done.error is None
    assert len(done.sheets) == 1


def test_a_file_that_goes_on_changing_is_said_to_be_on_its_way(tmp_path):
    whole = forge.book()
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[:1000])
    writer = threading.Timer(0.1, path.write_bytes, [whole[:1500]])
    writer.start()
    done = open_workbook(path, Limits())
    writer.join()
    assert done.error is not None
    assert done.error.reason == "reader.copying"


def test_a_file_that_broke_off_long_ago_is_refused_at_once(tmp_path):
    started = time.monotonic()
    assert reason_of(tmp_path, forge.book()[:1000]) == "reader.truncated"
    assert time.monotonic() - started < 0.25


# Limits of a run


def test_a_file_that_needs_more_memory_than_it_may_is_refused_and_the_others_are_read(desk):
    desk.catalogue(OPEN).send(TABLE)
    far = '<row r="1200"><c r="XFD1200"><v>1</v></c></row>'
    (desk.inputs / "south.xlsx").write_bytes(forge.book(more_rows=far))
    result = desk.check(memory_mb=900)
    assert "too much memory" in only(result, "unreadable_file")["message"]
    assert values(result) == {"A": 1}


def test_a_reader_that_could_not_allocate_an_object_needed_too_much_memory(tmp_path, monkeypatch):
    def panics(_file):
        raise BaseException("PyObject pointer is null")  # noqa: TRY002  the reader's PanicException is one

    monkeypatch.setattr(reader, "CalamineWorkbook", SimpleNamespace(from_filelike=panics))
    (tmp_path / "b.xlsx").write_bytes(forge.book())
    with pytest.raises(MemoryError):
        open_workbook(tmp_path / "b.xlsx", Limits())


@pytest.mark.slow
def test_a_flood_of_findings_is_held_back_and_the_file_is_judged_as_it_was(desk):
    rows = [*TABLE, *([f"B{n}", "?"] for n in range(11_000))]
    result = desk.catalogue(OPEN).send(rows).check()
    kept = flood.held_back([Finding("r", "error", Place("f", "s", f"A{n}")) for n in range(10_005)], Place("f"), "")
    assert (len(kept), kept[-1].rule, kept[-1].params["count"]) == (10_001, "findings_held_back", 5)
    assert only(result, "findings_held_back")["severity"] == "warning"
    assert result.submissions["status"].tolist() == ["partial"]
