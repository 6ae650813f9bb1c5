"""A marked copy has all that the province wrote: untouched parts byte for byte, edited ones but for the marks."""

import re
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from python_calamine import CalamineWorkbook

from pipeline.columns import FINDINGS
from pipeline.report.returns import write_returns
from tests.packages import (
    CONTENT_TYPES,
    STRICT,
    Parts,
    add_parts,
    all_of,
    canonical,
    faults,
    links_of,
    local,
    parts_of,
    png,
    replace_in,
    write_parts,
)

# What openpyxl says when it reads what a copy must keep.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

MS = "http://schemas.microsoft.com/office"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What a mark may change; sheets and drawings are compared more closely.
CHANGED = r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"


def finding(cell, severity="error", sheet="Biểu 01", message="sửa ô này", rule="not_a_number"):
    return {"severity": severity, "rule": rule, "sheet": sheet, "cell": cell, "message": message, "value": "a"}


def send_back(source, *findings, lang="vi"):
    """The marked copy of a workbook; it is sound, and made from the same findings it is the same."""
    frame = pd.DataFrame([{"file": source.name, "province": "", "form": "", "expected": "b"} | f for f in findings])
    for folder in ("one", "two"):
        (copy,) = write_returns(
            frame[list(FINDINGS)], {source.name: source}, source.parent / folder, {source.name: lang}
        )
    assert (source.parent / "one" / copy.name).read_bytes() == copy.read_bytes()
    assert faults(copy) == []
    return copy


def reading(copy):
    """The copy as openpyxl reads it, with the sheet of the marks."""
    workbook = openpyxl.load_workbook(copy)
    assert workbook.worksheets[0].title.startswith(("Cần sửa", "To mend"))
    assert workbook.worksheets[0]["A4"].value is None or "Không đánh dấu" not in workbook.worksheets[0]["A4"].value
    return workbook


def colour(cell):
    return cell.fill.start_color.rgb[2:] if cell.fill.fill_type else None


def notes_of(copy):
    sheet = copy.worksheets[0]
    return [sheet[cell].value for cell in ("A3", "A4")]


@pytest.fixture
def plain(tmp_path):
    """The least there is: one sheet, two cells, as xlsxwriter writes it."""
    with xlsxwriter.Workbook(tmp_path / "plain.xlsx") as workbook:
        sheet = workbook.add_worksheet("Biểu 01")
        sheet.write_row("A1", ["Tiêu đề", 5])
    return tmp_path / "plain.xlsx"


@pytest.fixture
def rich(tmp_path):
    """A workbook with most of what Excel has."""
    path = tmp_path / "rich.xlsm"
    (tmp_path / "vba.bin").write_bytes(b"\xd0\xcf\x11\xe0 a project")
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Biểu 01")
        other = workbook.add_worksheet("Ẩn & l'an")
        _fill(workbook, sheet)
        _decorate(workbook, sheet)
        other.hide()
        other.write_formula("A1", "='Biểu 01'!B2*2", None, 4)
        other.write_comment("A1", "ghi chú của tỉnh")
        chart = workbook.add_chart({"type": "pie"})
        chart.add_series({"values": "='Biểu 01'!$B$2:$B$5"})
        workbook.add_chartsheet("Biểu đồ").set_chart(chart)
        workbook.add_vba_project(str(tmp_path / "vba.bin"))
        workbook.define_name("Tong", "='Biểu 01'!$B$6")
        workbook.set_custom_property("Số hiệu", "12/BC")
    local_name = """<definedName name="Rieng" localSheetId="1">'Ẩn &amp; l''an'!$A$1</definedName></definedNames>"""
    replace_in(path, "xl/workbook.xml", ("</definedNames>", local_name))
    links = [("xl/_rels/workbook.xml.rels", f"{OFFICE}/externalLink", "externalLinks/externalLink1.xml")]
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    new = {"xl/externalLinks/externalLink1.xml": link, "customXml/item1.xml": "<a>của tỉnh</a>".encode()}
    return add_parts(path, new, {"xl/externalLinks/externalLink1.xml": kind}, links)


def _fill(workbook, sheet):
    bold = workbook.add_format({"bold": True, "font_color": "red"})
    sheet.write_row("A1", ["Đơn vị", "Số vụ", "Khám phá", "Tỷ lệ"])
    for row in range(1, 5):
        sheet.write_row(row, 0, [f"Huyện {row}", row, row * 10])
        sheet.write_formula(row, 3, f"=C{row + 1}/B{row + 1}", workbook.add_format({"num_format": "0.00%"}), 12.5)
    sheet.write_formula("B6", "=SUM(B2:B5)", None, 99)
    sheet.write_array_formula("C6:C6", "{=SUM(C2:C5*1)}", None, 98)
    sheet.write_rich_string("A6", "Cộng ", bold, "tất cả", " vụ")
    sheet.write_url("A8", "https://example.org/", string="trang")
    sheet.merge_range("F1:G3", "gộp", bold)
    sheet.add_table("J1:K4", {"columns": [{"header": "a"}, {"header": "b", "formula": "=[@a]*2"}]})


def _decorate(workbook, sheet):
    sheet.set_column("A:A", 31.5)
    sheet.set_column("H:H", 9, workbook.add_format({"italic": True}), {"hidden": True})
    sheet.set_row(8, 33, workbook.add_format({"underline": 1}), {"level": 1, "hidden": True})
    sheet.set_row(9, None, None, {"collapsed": True})
    sheet.autofilter("A1:D5")
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.print_area("A1:D6")
    sheet.protect("mật khẩu")
    sheet.data_validation("B2:B5", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format("B2:B5", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C2:C5", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.add_sparkline("E2", {"range": "'Biểu 01'!B2:C2"})
    sheet.insert_image("A12", "a.png", {"image_data": png(), "description": "con dấu"})
    sheet.insert_textbox("C12", "chữ trong khung")
    sheet.insert_button("F12", {"macro": "Tinh", "caption": "Tính"})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "='Biểu 01'!$B$2:$B$5"})
    sheet.insert_chart("C20", chart, {"description": "biểu đồ số vụ"})
    sheet.write_comment("B2", "của tỉnh", {"author": "Công an tỉnh"})
    sheet.write_comment("C5", "còn lại")
    sheet.set_header("&C&G", {"image_center": "a.png", "image_data_center": png()})


def test_parts_that_need_no_change_stay_byte_for_byte(rich):
    before, after = parts_of(rich), parts_of(send_back(rich, finding("B3")))
    for name, content in before.items():
        if not re.fullmatch(
            rf"{CHANGED}|xl/worksheets/sheet1\.xml|xl/(comments1\.xml|drawings/vmlDrawing1\.vml)", name
        ):
            assert after[name] == content, name
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}


def test_a_sheet_changes_by_its_marks_only(rich):
    part = "xl/worksheets/sheet1.xml"
    before, after = parts_of(rich)[part].decode(), parts_of(send_back(rich, finding("B3")))[part].decode()
    assert 'tabSelected="1"' in before
    unmarked = re.sub(r'(<c r="B3") s="\d+"', r"\1", after)
    assert canonical(unmarked.encode()) == canonical(before.replace('tabSelected="1" ', "").encode())


def test_every_value_formula_and_cached_value_is_still_there(rich):
    copy = send_back(rich, finding("B3"), finding("D4"), finding("Q40", sheet="Ẩn & l'an"))
    for data_only in (False, True):
        before, after = (openpyxl.load_workbook(path, data_only=data_only, rich_text=True) for path in (rich, copy))
        assert after.sheetnames == ["Cần sửa", *before.sheetnames]
        for sheet in before.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    there = after[sheet.title][cell.coordinate]
                    assert getattr(there.value, "text", there.value) == getattr(cell.value, "text", cell.value)
                    assert there.number_format == cell.number_format
    assert openpyxl.load_workbook(copy, data_only=True)["Biểu 01"]["D2"].value == 12.5
    old, new = (CalamineWorkbook.from_path(path) for path in (rich, copy))
    name = "Biểu 01"
    assert new.get_sheet_by_name(name).to_python() == old.get_sheet_by_name(name).to_python()


def test_layout_and_protection_are_still_there(rich):
    before, after = (openpyxl.load_workbook(path)["Biểu 01"] for path in (rich, send_back(rich, finding("B3"))))
    for look in (
        lambda sheet: {key: (d.width, d.hidden) for key, d in sheet.column_dimensions.items()},
        lambda sheet: {key: (d.height, d.hidden, d.outlineLevel) for key, d in sheet.row_dimensions.items()},
        lambda sheet: sheet.merged_cells.ranges,
        lambda sheet: (sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows, sheet.print_area),
        lambda sheet: (sheet.protection.sheet, sheet.protection.password),
        lambda sheet: [(v.sqref, v.formula1) for v in sheet.data_validations.dataValidation],
        lambda sheet: sheet.tables.items(),
        lambda sheet: sheet["A8"].hyperlink.target,
    ):
        assert look(before) == look(after)


def test_names_that_belong_to_a_sheet_still_belong_to_it(rich):
    workbook = reading(send_back(rich, finding("B3")))
    assert workbook.defined_names["Tong"].attr_text == "'Biểu 01'!$B$6"
    assert workbook["Ẩn & l'an"].defined_names["Rieng"].attr_text == "'Ẩn & l''an'!$A$1"
    assert workbook["Biểu 01"].print_title_rows == "$1:$1"
    assert workbook.worksheets[0].print_title_rows == "$5:$5"


def test_the_copy_of_a_workbook_with_macros_keeps_them_and_its_ending(rich):
    copy = send_back(rich, finding("B3"))
    assert copy.name == "rich.xlsm"
    assert parts_of(copy)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 a project"


def test_the_marks_stand_beside_the_notes_that_the_province_wrote(rich):
    sheet = reading(send_back(rich, finding("B2"), finding("B3", "warning")))["Biểu 01"]
    assert {
        c.coordinate: c.comment.text.replace("\u200b", "") for row in sheet.iter_rows() for c in row if c.comment
    } == {
        "B2": "của tỉnh\n\nLỗi: sửa ô này",
        "B3": "Cảnh báo: sửa ô này",
        "C5": "còn lại",
    }
    assert sheet["B2"].comment.author == "Công an tỉnh"
    assert [colour(sheet[cell]) for cell in ("B2", "B3", "C5")] == ["F8CBAD", "FFF2CC", None]


def test_the_box_of_a_note_grows_with_its_text(rich):
    part = "xl/drawings/vmlDrawing1.vml"
    before, after = (
        parts_of(rich)[part].decode(),
        parts_of(send_back(rich, finding("B2", message="dài " * 40)))[part].decode(),
    )
    anchors = [re.findall(r"<x:Anchor>\s*([^<]*?)\s*</x:Anchor>", drawing) for drawing in (before, after)]
    changed = [pair for pair in zip(*anchors, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1
    assert int(changed[0][1].split(",")[6]) > int(changed[0][0].split(",")[6])


def test_a_note_shares_the_drawing_of_a_button(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "button.xlsm") as workbook:
        sheet = workbook.add_worksheet("Biểu 01")
        sheet.insert_button("F2", {"macro": "Tinh"})
        (tmp_path / "vba.bin").write_bytes(b"x")
        workbook.add_vba_project(str(tmp_path / "vba.bin"))
    before = parts_of(tmp_path / "button.xlsm")["xl/drawings/vmlDrawing1.vml"]
    after = parts_of(send_back(tmp_path / "button.xlsm", finding("B3")))["xl/drawings/vmlDrawing1.vml"]
    for shape in re.findall(rb"<v:shape .*?</v:shape>", before, re.DOTALL):
        assert shape in after
    assert after.count(b"<v:shape ") == 2


def test_a_drawing_that_is_no_good_xml_is_kept_as_it_is(rich):
    replace_in(rich, "xl/drawings/vmlDrawing1.vml", ("<v:fill", "<br><v:fill"))
    (copy,) = write_returns(
        pd.DataFrame([{"file": rich.name, "province": "", "form": "", "expected": ""} | finding("B3")])[list(FINDINGS)],
        {rich.name: rich},
        rich.parent / "out",
        {rich.name: "vi"},
    )
    before, after = (parts_of(path)["xl/drawings/vmlDrawing1.vml"] for path in (rich, copy))
    assert after.count(b"<br>") == before.count(b"<br>")
    assert reading(copy)["Biểu 01"]["B3"].comment.text.replace("\u200b", "") == "Lỗi: sửa ô này"


def test_cells_and_rows_that_do_not_exist_are_put_in_their_place(plain):
    sheet = reading(send_back(plain, *(finding(cell) for cell in ("D1", "B1", "C1", "A9", "B4", "XFD1048576"))))[
        "Biểu 01"
    ]
    assert [colour(sheet[cell]) for cell in ("A1", "B1", "C1", "D1", "B4", "A9", "XFD1048576")] == [None] + [
        "F8CBAD"
    ] * 6


def test_a_new_cell_looks_as_its_row_or_column_does(rich):
    sheet = reading(send_back(rich, finding("C9"), finding("H12"), finding("D2")))["Biểu 01"]
    assert sheet["C9"].font.underline == "single"
    assert sheet["H12"].font.italic
    assert sheet["D2"].number_format == "0.00%"


def test_cells_without_addresses_are_counted(plain):
    parts = parts_of(plain)
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = re.sub(r' (r|spans)="\w[\w:]*"', "", text).replace("<sheetData>", "<sheetData><row/>")
    write_parts(plain, parts | {"xl/worksheets/sheet1.xml": text.encode()})
    sheet = reading(send_back(plain, finding("B2"), finding("B1")))["Biểu 01"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("Tiêu đề", 5)
    assert [colour(sheet[cell]) for cell in ("A2", "B1", "B2")] == [None, "F8CBAD", "F8CBAD"]


def test_findings_in_one_merged_range_share_its_first_cell(rich):
    sheet = reading(send_back(rich, finding("F2", "warning"), finding("G3"), finding("F2", "warning")))["Biểu 01"]
    assert colour(sheet["F1"]) == "F8CBAD"
    assert sheet["F1"].comment.text.replace("\u200b", "") == "Lỗi: sửa ô này\n\nCảnh báo: sửa ô này"


def test_a_sheet_with_alternatives_of_newer_programs_gets_its_drawing_in_the_right_place(rich):
    wrapped = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice xmlns:x14="urn:x" Requires="x14"><controls/></mc:Choice></mc:AlternateContent><tableParts'
    )
    parts = parts_of(rich)
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = re.sub("<legacyDrawing [^>]*>", "", text).replace("<tableParts", wrapped)
    write_parts(rich, parts | {"xl/worksheets/sheet1.xml": text.encode()})
    copy = send_back(rich, finding("B3"))
    with ZipFile(copy) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.index("<drawing ") < sheet.index("<legacyDrawing ") < sheet.index("<mc:AlternateContent")
    assert reading(copy)["Biểu 01"]["B3"].comment


def test_notes_that_had_no_drawing_get_one(rich):
    parts = parts_of(rich)
    text = re.sub("<legacyDrawing [^>]*>", "", parts["xl/worksheets/sheet1.xml"].decode())
    write_parts(rich, parts | {"xl/worksheets/sheet1.xml": text.encode()})
    send_back(rich, finding("B3"))  # `faults` compares boxes and notes


def test_a_discussion_is_kept_and_the_list_says_that_its_cell_has_no_note(plain):
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    threads = (
        f'<ThreadedComments xmlns="{MS}/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B1" id="{1}"/></ThreadedComments>'
    )
    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<v:shapetype id="t"/><v:shape id="_x0000_s1025" type="#t"><x:ClientData ObjectType="Note">'
        "<x:Row>0</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>"
    )
    comments = (
        f'<comments xmlns="{namespace}"><authors><author>tc={{1}}</author></authors><commentList>'
        '<comment ref="B1" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>'
    )
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    add_parts(
        plain,
        {
            "xl/comments1.xml": comments.encode(),
            "xl/threadedComments/t1.xml": threads.encode(),
            "xl/v.vml": vml.encode(),
        },
        {
            "xl/comments1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
            "xl/threadedComments/t1.xml": "application/vnd.ms-excel.threadedcomments+xml",
            "xl/v.vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        },
        [
            (rels, f"{OFFICE}/comments", "../comments1.xml"),
            (rels, f"{MS}/2017/10/relationships/threadedComment", "../threadedComments/t1.xml"),
            (rels, f"{OFFICE}/vmlDrawing", "../v.vml"),
        ],
    )
    drawing = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="added2"/></worksheet>'
    replace_in(plain, "xl/worksheets/sheet1.xml", ("</worksheet>", drawing))
    copy = send_back(plain, finding("B1"), finding("A1"))
    sheet = reading(copy)["Biểu 01"]
    assert (sheet["B1"].comment.text.replace("\u200b", ""), colour(sheet["B1"])) == ("[Threaded comment]", "F8CBAD")
    assert sheet["A1"].comment.text.replace("\u200b", "") == "Lỗi: sửa ô này"
    assert parts_of(copy)["xl/threadedComments/t1.xml"] == threads.encode()
    assert "1 ô đang có trao đổi bình luận" in notes_of(reading(copy))[1]


def strict(path):
    """Rewrite a workbook in the strict namespaces, as Excel does on demand."""
    parts = parts_of(path)
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            text = content.decode()
            for loose, tight in STRICT.items():
                text = text.replace(f'"{loose}', f'"{tight}')
            parts[name] = text.encode()
    return write_parts(path, parts)


def prefixed(path):
    """Rewrite the parts of the workbook so that they spell their namespace with a prefix."""
    parts = parts_of(path)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", parts[name].decode())
        parts[name] = text.replace("xmlns=", "xmlns:x=").replace("<?x:xml", "<?xml").encode()
    return write_parts(path, parts)


def in_utf_16(path):
    parts = parts_of(path)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        parts[name] = parts[name].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    return write_parts(path, parts)


def with_absolute_targets(path):
    replace_in(path, "xl/_rels/workbook.xml.rels", ('Target="', 'Target="/xl/'))
    return replace_in(path, "_rels/.rels", ('Target="', 'Target="/'))


def in_another_folder(path):
    parts = parts_of(path).items()
    moved = {re.sub(r"^xl/", "book/", name): content.replace(b"/xl/", b"/book/") for name, content in parts}
    return replace_in(write_parts(path, moved), "_rels/.rels", ('"xl/', '"book/'))


def with_names_in_capitals(path):
    parts = {name.replace("xl/worksheets", "xl/Worksheets"): content for name, content in parts_of(path).items()}
    return write_parts(path, parts)


def without_styles(path):
    parts = parts_of(path)
    del parts["xl/styles.xml"]
    write_parts(path, parts)
    replace_in(
        path,
        "xl/_rels/workbook.xml.rels",
        ("relationships/styles", "relationships/none"),
        ("styles.xml", "theme/theme1.xml"),
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
    return replace_in(path, CONTENT_TYPES, (f'<Override PartName="/xl/styles.xml" ContentType="{kind}"/>', ""))


SPELLINGS = [
    strict,
    prefixed,
    in_utf_16,
    with_absolute_targets,
    in_another_folder,
    with_names_in_capitals,
    without_styles,
]


@pytest.mark.parametrize("respell", SPELLINGS, ids=lambda respell: respell.__name__)
def test_a_workbook_is_marked_however_its_parts_are_written(plain, respell):
    before = CalamineWorkbook.from_path(plain).get_sheet_by_index(0).to_python()
    copy = send_back(respell(plain), finding("B1"), finding("C3", "warning"))
    after = CalamineWorkbook.from_path(copy)
    assert after.sheet_names == ["Cần sửa", "Biểu 01"]
    assert after.get_sheet_by_name("Biểu 01").to_python() == before
    listed = after.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[0] for row in listed[5:]] == ["Lỗi", "Cảnh báo"]
    parts = Parts(parts_of(copy))
    sheet = next(p for kind, p in sheets_of(parts) if kind == "worksheet" and "Biểu" not in p and _marked(parts[p]))
    assert {kind for kind, _ in links_of(parts, sheet).values()} == {"comments", "vmlDrawing"}


def sheets_of(parts):
    book = next(part for kind, part in links_of(parts, "").values() if kind == "officeDocument")
    return links_of(parts, book).values()


def _marked(content):
    return any(local(child) == "legacyDrawing" for child in etree.fromstring(content))


# LibreOffice itself does not find a part whose name differs in capitals.
@pytest.mark.parametrize(
    "respell", [r for r in SPELLINGS if r is not with_names_in_capitals], ids=lambda respell: respell.__name__
)
@pytest.mark.slow
def test_libreoffice_reads_the_marks_however_the_parts_are_written(plain, respell, office, tmp_path):
    copy = send_back(respell(plain), finding("B1"), finding("C3", "warning"))
    again = openpyxl.load_workbook(office.recalculate(copy, tmp_path))["Biểu 01"]
    assert (again["A1"].value, again["B1"].value) == ("Tiêu đề", 5)
    assert [colour(again[cell]) for cell in ("B1", "C3")] == ["F8CBAD", "FFF2CC"]
    assert [again[cell].comment.text.replace("\u200b", "") for cell in ("B1", "C3")] == [
        "Lỗi: sửa ô này",
        "Cảnh báo: sửa ô này",
    ]


@pytest.mark.slow
def test_libreoffice_computes_the_same_from_the_copy_and_finds_pictures_and_charts(rich, office, tmp_path):
    copy = send_back(rich, finding("B2"), finding("C3", "warning"), finding("A1", sheet="Ẩn & l'an"))
    copied = office.recalculate(copy, tmp_path / "copy")
    original = office.recalculate(rich, tmp_path / "original")
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (original, copied))
    assert after.sheetnames == ["Cần sửa", *before.sheetnames]
    for sheet in before.worksheets:
        values = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert {cell: after[sheet.title][cell].value for cell in values} == values
    assert after["Biểu 01"]["B6"].value == 10
    kinds = [{re.sub(r"\d+", "", name) for name in parts_of(path)} for path in (original, copied)]
    for name in ("xl/media/image.png", "xl/charts/chart.xml", "xl/tables/table.xml"):
        assert name in kinds[0] & kinds[1]
    assert after["Biểu 01"]["B2"].comment.text.replace("\r", "").replace("\u200b", "") == "của tỉnh\n\nLỗi: sửa ô này"


def test_a_signature_is_taken_out_and_the_list_says_so(plain):
    add_parts(
        plain,
        {"_xmlsignatures/origin.sigs": b"", "_xmlsignatures/sig1.xml": b"<Signature/>"},
        {
            "_xmlsignatures/sig1.xml": "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
            "_xmlsignatures/origin.sigs": "application/vnd.openxmlformats-package.digital-signature-origin",
        },
        [
            (
                "_rels/.rels",
                "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin",
                "_xmlsignatures/origin.sigs",
            ),
            (
                "_xmlsignatures/_rels/origin.sigs.rels",
                "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature",
                "sig1.xml",
            ),
        ],
    )
    copy = send_back(plain, finding("B1"))
    assert [name for name in parts_of(copy) if "signature" in name] == []
    assert "chữ ký số" in notes_of(reading(copy))[1]


@pytest.mark.parametrize("kind", ["shared", "doctype", "no workbook", "large"])
def test_what_cannot_be_marked_gets_a_list_that_says_so(plain, kind, monkeypatch):
    if kind == "shared":
        links = [("xl/_rels/workbook.xml.rels", f"{OFFICE}/revisionHeaders", "revisions/r.xml")]
        add_parts(plain, {"xl/revisions/r.xml": b"<headers/>"}, {}, links)
    elif kind == "large":
        monkeypatch.setattr("pipeline.report.returns.package._MAX_TREE", 20_000)
        replace_in(plain, "xl/worksheets/sheet1.xml", ("</worksheet>", f"<!--{'x' * 20_000}--></worksheet>"))
    elif kind == "doctype":
        replace_in(plain, "xl/worksheets/sheet1.xml", ("<worksheet", "<!DOCTYPE worksheet><worksheet"))
    else:
        replace_in(plain, "_rels/.rels", ("relationships/officeDocument", "relationships/other"))
    copy = openpyxl.load_workbook(send_back(plain, finding("B1")))
    assert copy.sheetnames == ["Cần sửa"]
    assert "chỉ là danh sách" in copy.worksheets[0]["A3"].value
    reason = {"shared": "dùng chung", "large": "quá lớn"}.get(kind, "Không đánh dấu được")
    assert reason in copy.worksheets[0]["A4"].value


def test_only_the_list_is_selected_when_the_copy_is_opened(rich):
    replace_in(rich, "xl/chartsheets/sheet1.xml", ("<sheetView ", '<sheetView tabSelected="1" '))
    replace_in(rich, "xl/workbook.xml", ("<workbookView ", '<workbookView activeTab="2" firstSheet="1" '))
    workbook = reading(send_back(rich, finding("B1")))
    assert [sheet.title for sheet in workbook.worksheets if sheet.sheet_view.tabSelected] == ["Cần sửa"]
    assert workbook.active.title == "Cần sửa"


def test_a_finding_on_a_hidden_sheet_or_on_none_is_listed(rich):
    hidden = "Ẩn & l'an"
    copy = reading(
        send_back(
            rich,
            finding("A1", sheet=hidden),
            finding("A1", sheet="Không có", message="b"),
            finding("", sheet="", message="c"),
        )
    )
    listed = copy.worksheets[0]
    assert [listed.cell(row, 2).value for row in (6, 7, 8)] == [f"{hidden} (trang ẩn)", "Không có", None]
    assert listed["C6"].hyperlink.location == "'Ẩn & l''an'!A1"
    assert listed["C7"].hyperlink is None
    assert copy[hidden]["A1"].comment.text.replace("\u200b", "") == "ghi chú của tỉnh\n\nLỗi: sửa ô này"


def test_findings_of_one_cause_share_a_line_that_leads_to_their_range(plain):
    copy = reading(send_back(plain, *(finding(f"F{row}") for row in (3, 4, 5, 6, 9))))
    listed = copy.worksheets[0]
    assert listed["C6"].value == "F3:F6, F9"
    assert listed["C6"].hyperlink.location == "'Biểu 01'!F3:F6"
    assert listed["A7"].value is None
    assert "5 lỗi" in listed["A2"].value
    assert all(colour(copy["Biểu 01"][f"F{row}"]) == "F8CBAD" for row in (3, 4, 5, 6, 9))


def test_each_file_gets_its_own_language(plain, tmp_path):
    other = tmp_path / "other.xlsx"
    other.write_bytes(plain.read_bytes())
    frame = pd.DataFrame(
        [
            {"file": name, "province": "", "form": "", "expected": ""} | finding("B1")
            for name in ("plain.xlsx", "other.xlsx")
        ]
    )[list(FINDINGS)]
    sources = {"plain.xlsx": plain, "other.xlsx": other}
    paths = write_returns(frame, sources, tmp_path / "out", {"plain.xlsx": "vi", "other.xlsx": "en"})
    assert {p.name: openpyxl.load_workbook(p).sheetnames[0] for p in paths} == {
        "plain.xlsx": "Cần sửa",
        "other.xlsx": "To mend",
    }


def test_what_openpyxl_writes_is_marked_too(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Biểu 01"
    for row in ("a", 1), ("b", "=B1*2"):
        sheet.append(row)
    for cell in ("A1", "A2"):
        sheet[cell].comment = Comment(f"của tỉnh {cell}", "tỉnh")
    sheet.defined_names["Rieng"] = DefinedName("Rieng", attr_text="'Biểu 01'!$A$1")
    workbook.save(tmp_path / "o.xlsx")
    copy = reading(send_back(tmp_path / "o.xlsx", finding("A1"), finding("B2"), finding("B1")))["Biểu 01"]
    assert copy["A1"].comment.text.replace("\u200b", "") == "của tỉnh A1\n\nLỗi: sửa ô này"
    assert [copy[cell].comment.text.replace("\u200b", "") for cell in ("A2", "B1", "B2")] == [
        "của tỉnh A2",
        *["Lỗi: sửa ô này"] * 2,
    ]
    assert copy.defined_names["Rieng"].attr_text == "'Biểu 01'!$A$1"


def test_the_samples_are_marked_without_losing_anything(samples, tmp_path):
    for path in samples.glob("*.xlsx"):
        name = openpyxl.load_workbook(path, read_only=True).sheetnames[0]
        source = tmp_path / path.name
        source.write_bytes(path.read_bytes())
        copy = send_back(source, *(finding(cell, sheet=name) for cell in ("A1", "C9", "D12", "ZZ99")))
        before, after = parts_of(source), parts_of(copy)
        same = {part for part, content in before.items() if after[part] == content}
        selected = {part for part, content in before.items() if b"tabSelected" in content}
        usual = {CONTENT_TYPES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
        assert set(before) - same <= usual | selected | {"xl/worksheets/sheet1.xml"}
        old, new = (CalamineWorkbook.from_path(file) for file in (source, copy))
        for sheet in old.sheet_names[1:]:
            assert new.get_sheet_by_name(sheet).to_python() == old.get_sheet_by_name(sheet).to_python()


def test_so_many_marks_that_excel_would_slow_down_have_their_notes_in_the_list(plain, monkeypatch):
    monkeypatch.setattr("pipeline.report.returns.marked._MOST_NOTES", 3)
    copy = reading(send_back(plain, *(finding(f"B{row}", message=f"ô {row}") for row in range(1, 6))))
    cells = [copy["Biểu 01"][f"B{row}"] for row in range(1, 6)]
    assert [bool(cell.comment) for cell in cells] == [True, True, True, False, False]
    assert {colour(cell) for cell in cells} == {"F8CBAD"}
    assert "3 ô đầu" in notes_of(copy)[1]


def test_ids_of_new_boxes_are_used_by_no_other_drawing(rich):
    parts = parts_of(send_back(rich, finding("B3"), finding("B9", sheet="Ẩn & l'an")))
    drawings = [content for name, content in parts.items() if name.endswith(".vml")]
    ids = [identity for content in drawings for identity in re.findall(rb'<v:shape id="(\w+)"', content)]
    assert len(ids) == len(set(ids)) >= 5
    assert len(all_of(etree.fromstring(drawings[0]), "idmap")) == 1
