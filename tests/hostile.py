"""Files that no reader should trust: how each is made, and what the pipeline must say of it.

As in the stress test of Apache POI, what is expected of a file is part of the table: one that is read although it
should be refused is as much a failure as the other way round. Files that are read carry the name of a province outside
the cluster, so that they stand in nobody's way; refused ones carry none.
"""

import gzip
import os
import random
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests import forge
from tests.forge import Xml, book, entry, repeated

SHEET1, WORKBOOK, STYLES, STRINGS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
)
RELS = "xl/_rels/workbook.xml.rels"
CALL = "=cmd|' /C calc'!A0"
PERSONAL = ("001099012345", "0912 345 678", "nguyen.van.a@example.com")


class Verdict(NamedTuple):
    """What the pipeline must say: the submission's status ("": no submission), and its errors and warnings.

    ``reason`` is the message that says why a file cannot be read; ``notes`` are infos that must be among the findings.
    """

    status: str
    rules: frozenset[str] = frozenset()
    reason: str = ""
    notes: frozenset[str] = frozenset()


def read(*rules, notes=()):
    """Read, with these errors and warnings and no others."""
    return Verdict("base_only", frozenset(rules), notes=frozenset(notes))


def refused(reason):
    """Refused as unreadable, for this reason."""
    return Verdict("refused", frozenset({"unreadable_file"}), f"reader.{reason}")


def turned_down(*rules):
    """Readable, but no submission."""
    return Verdict("refused", frozenset(rules))


IGNORED = Verdict("")
OLD = 1_700_000_000
WRONG = {"B2": "abc"}
READ_WITH_A_WRONG_CELL = read("not_a_number")


class Trap(NamedTuple):
    """What a file must neither fetch nor read."""

    url: str
    secret: Path


class Kind(NamedTuple):
    """One kind of file; ``make`` gives its bytes, or puts it at a path where it is more than bytes."""

    name: str
    verdict: Verdict
    make: Callable[[], bytes] | None = None
    put: Callable[[Path], None] | None = None
    lure: Callable[[Trap], bytes] | None = None
    quick: bool = False


def k(name, verdict, make, *, quick=False):
    return Kind(name, verdict, make, quick=quick)


def put(name, verdict, place):
    return Kind(name, verdict, put=place)


def lure(name, verdict, make):
    return Kind(name, verdict, lure=make)


def build(folder, kinds, provinces, trap):
    """Write each kind into a folder; file name -> kind. What is read gets a province of its own."""
    free = iter(provinces)
    written = {}
    for kind in kinds:
        name = f"{next(free)} {kind.name}" if kind.verdict.status == "base_only" else kind.name
        if kind.put is not None:
            kind.put(folder / name)
        else:
            (folder / name).write_bytes(kind.make() if kind.make is not None else kind.lure(trap))
            # A damaged file that was written just now might be on its way still, and the reader would wait for it.
            os.utime(folder / name, (OLD, OLD))
        written[name] = kind
    return written


# Too much


def _sheet_of(chunk, total, *, size=None, head="<sheetData>", tail="</sheetData></worksheet>", part=SHEET1):
    opening = f'<worksheet xmlns="{forge.MAIN}">{head}'
    return repeated(part, chunk, total, opening, tail, size=size)


def _string_bomb(total):
    tail = "</t></is></c></row></sheetData></worksheet>"
    return _sheet_of("A", total, head='<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>', tail=tail)


def _noise(length):
    """Bytes without sense, the same each time."""
    return random.Random(length).randbytes(length)  # noqa: S311


def _long_text(total):
    """A text of many megabytes that no limit of the archive stops: its parts pack less well than a bomb's."""
    chunk = "a" * 2**20 + _noise(10_000).hex()
    tail = "</t></is></c></row></sheetData></worksheet>"
    return _sheet_of(chunk, total, head='<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>', tail=tail)


def _many_cells(total):
    row = f"<row>{'<c><v>1</v></c>' * 40}</row>"
    return _sheet_of(row * 500 + f"<!--{_noise(3_000).hex()}-->", total)


def _shared_string_bomb(total):
    return repeated(STRINGS, "<si><t>x</t></si>", total, f'<sst xmlns="{forge.MAIN}">', "</sst>")


def _nested(depth):
    inner = book(WRONG)
    for _ in range(depth):
        inner = forge.archive([entry("again.zip", inner * 3, method=8)])
    return book(WRONG, entries=[entry("xl/media/again.zip", inner)])


def _shared(name, content, count):
    first = entry(name.format(0), content)
    return [first, *(first._replace(name=name.format(n), shared=True) for n in range(1, count))]


def _attributes(count):
    names = " ".join(f'a{n}=""' for n in range(count))
    return book(WRONG | {"C2": Xml(f'<c r="C2" {names}><v>3</v></c>')})


TOO_MUCH = (
    k("4 GiB of blanks.xlsx", refused("bomb"), lambda: book(entries=[_sheet_of(" ", 2**32 - 2**26)])),
    k("one string of 2 GiB.xlsx", refused("bomb"), lambda: book(entries=[_string_bomb(2**31)])),
    k("shared strings of 2 GiB.xlsx", refused("bomb"), lambda: book(entries=[_shared_string_bomb(2**31)])),
    k("cells of 1 GiB.xlsx", refused("bomb"), lambda: book(entries=[_sheet_of("<c><v>1</v></c>", 2**30)])),
    k("blanks that claim to be few.xlsx", refused("bomb"),
      lambda: book(entries=[_sheet_of(" ", 2**30, size=2_000)])),
    k("blanks of 100 MB in a part that nobody reads.xlsx", refused("bomb"),
      lambda: book(entries=[repeated("xl/media/image1.png", " ", 10**8)])),
    k("cells within every limit of the archive.xlsx", refused("timeout"),
      lambda: book(entries=[_many_cells(400 * 2**20)])),
    k("a text of 100 MB within every limit of the archive.xlsx", refused("timeout"),
      lambda: book(entries=[_long_text(100 * 2**20)])),
    k("a hundred thousand members.xlsx", refused("many_parts"),
      lambda: book(entries=[entry(f"xl/media/{n}.png", b"", method=0) for n in range(100_000)])),
    k("members that share their bytes.xlsx", refused("bomb"),
      lambda: book(entries=_shared("xl/media/{}", b"\0" * 2**20, 2_000))),
    # These are read, and marked copies of them are written: the wrong cell is there for that.
    k("archives in archives.xlsx", READ_WITH_A_WRONG_CELL, lambda: _nested(5)),
    k("half a million empty rows.xlsx", READ_WITH_A_WRONG_CELL, lambda: book(WRONG, more_rows="<row/>" * 500_000)),
    k("a hundred thousand merges.xlsx", READ_WITH_A_WRONG_CELL,
      lambda: book(WRONG, after=_counted("mergeCells", '<mergeCell ref="F{0}:G{0}"/>', 100_000, 10))),
    k("three hundred thousand validations.xlsx", READ_WITH_A_WRONG_CELL,
      lambda: book(WRONG, after=_counted("dataValidations", '<dataValidation sqref="A{0}"/>', 300_000))),
    k("two hundred thousand styles.xlsx", READ_WITH_A_WRONG_CELL,
      lambda: book(WRONG, parts={STYLES: forge.styles_xml(xfs='<xf numFmtId="10"/>' * 200_000)})),
    k("two thousand sheets.xlsx", READ_WITH_A_WRONG_CELL, lambda: book(
        WRONG, names=(forge.SHEET, *(f"s{n}" for n in range(2_000))),
        parts={f"xl/worksheets/sheet{n}.xml": forge.sheet_xml({}) for n in range(2, 2_002)})),
    k("thirty thousand attributes.xlsx", READ_WITH_A_WRONG_CELL, lambda: _attributes(30_000)),
    k("elements two hundred thousand deep.xlsx", READ_WITH_A_WRONG_CELL,
      lambda: book(WRONG, after=f"<extLst>{'<a>' * 200_000}{'</a>' * 200_000}</extLst>")),
)  # fmt: skip


def _counted(outer, item, count, start=1):
    return f"<{outer}>{''.join(item.format(n) for n in range(start, start + count))}</{outer}>"


# XML


def _with_doctype(declaration, part, content, place):
    """A part with a document type declaration, ``place`` put before its first end tag's text."""
    head, _, rest = content.partition("?>\n")
    before, close, after = rest.rpartition(place[0])
    return book(parts={part: f"{head}?>\n{declaration}{before}{place[1]}{close}{after}"})


def _laughs(part, content, at):
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _with_doctype(f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>', part, content, (at, "&l9;"))


def _quadratic():
    entity = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
    return _with_doctype(entity, SHEET1, forge.sheet_xml(forge.GRID), ("</sheetData>", "&a;" * 50_000))


def _external(trap, part, content, at):
    entity = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{trap.secret}"><!ENTITY u SYSTEM "{trap.url}">]>'
    return _with_doctype(entity, part, content, (at, "&s;&u;"))


def _utf16(part, content):
    return book(parts={part: content.replace("UTF-8", "UTF-16").encode("utf-16")})


FORM = forge.sheet_xml(forge.GRID)
XML = (
    k("a billion laughs in the workbook.xlsx", refused("doctype"),
      lambda: _laughs(WORKBOOK, forge.workbook_xml(forge.SHEET), "</sheets>"), quick=True),
    k("a billion laughs in the shared strings.xlsx", refused("doctype"),
      lambda: _laughs(STRINGS, forge.strings_xml("x"), "</t>")),
    k("a billion laughs in the styles.xlsx", refused("doctype"),
      lambda: _laughs(STYLES, forge.styles_xml(), "</cellXfs>")),
    k("quadratic blow-up.xlsx", refused("doctype"), _quadratic),
    lure("an entity of another file.xlsx", refused("doctype"),
         lambda trap: _external(trap, SHEET1, forge.sheet_xml({**forge.GRID, "A6": "x"}), "</t>")),
    lure("an entity of another file in the shared strings.xlsx", refused("doctype"),
         lambda trap: _external(trap, STRINGS, forge.strings_xml("x"), "</t>")),
    lure("an entity of another file.ods", refused("doctype"), lambda trap: forge.ods(
        content=f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file://{trap.secret}">]><x>&s;</x>')),
    lure("a DTD from elsewhere.xlsx", refused("doctype"),
         lambda trap: _with_doctype(f'<!DOCTYPE worksheet SYSTEM "{trap.url}">', SHEET1, FORM, ("</sheetData>", ""))),
    k("a sheet in UTF-16.xlsx", refused("encoding"), lambda: _utf16(SHEET1, FORM)),
    k("a workbook in UTF-16.xlsx", refused("encoding"),
      lambda: _utf16(WORKBOOK, forge.workbook_xml(forge.SHEET))),
    k("no UTF-8 in a sheet.xlsx", refused("damaged"),
      lambda: book(parts={SHEET1: FORM.encode().replace(b"lo", b"\xff\xfe")}), quick=True),
    k("no UTF-8 in the shared strings.xlsx", refused("damaged"),
      lambda: book({"A2": Xml('<c r="A2" t="s"><v>0</v></c>')}, parts={STRINGS: b"<sst><si><t>\xff</t></si></sst>"})),
    k("an unknown encoding.xlsx", refused("encoding"),
      lambda: book(parts={SHEET1: FORM.replace("UTF-8", "UTF-7")})),
    k("a sheet that breaks off.xlsx", refused("damaged"), lambda: book(parts={SHEET1: FORM[: len(FORM) // 2]}),
      quick=True),
    k("an empty sheet part.xlsx", refused("damaged"), lambda: book(parts={SHEET1: ""})),
    k("control characters in XML.xlsx", refused("damaged"), lambda: book({"A6": "\x01\x08"})),
)  # fmt: skip


# Cells at no place, or at too many


def _at(row, reference, value=1):
    return Xml(f'<row r="{row}"><c r="{reference}"><v>{value}</v></c></row>')


def _row(row, *, reference="A6"):
    return book(more_rows=_at(row, reference))


PLACES = (
    k("two cells far apart.xlsx", refused("far_cell"), lambda: _row(1048576, reference="XFD1048576"), quick=True),
    k("a hundred thousand rows of a thousand columns.xlsx", refused("far_cell"),
      lambda: _row(100000, reference="ALL100000")),
    k("row 99999999999.xlsx", refused("past_limits"), lambda: _row(99999999999, reference="A99999999999")),
    k("one row more than there are.xlsx", refused("past_limits"), lambda: _row(1048577, reference="A1048577")),
    k("one column more than there are.xlsx", refused("past_limits"), lambda: _row(6, reference="XFE6")),
    k("column ZZZZZZZZ.xlsx", refused("past_limits"), lambda: _row(6, reference="ZZZZZZZZ6")),
    k("a row number of 5000 digits.xlsx", refused("past_limits"), lambda: _row("9" * 5000, reference="A" + "9" * 5000)),
    k("a cell address of 5000 digits.xlsx", refused("past_limits"), lambda: _row(6, reference="A" + "9" * 5000)),
    k("a row number that is no ASCII.xlsx", refused("damaged"), lambda: _row("²", reference="A²"), quick=True),
    k("a dimension that lies.xlsx", read(), lambda: book(before='<dimension ref="A1:XFD1048576"/>')),
    k("an empty cell far away.xlsx", READ_WITH_A_WRONG_CELL,
      lambda: book(WRONG, more_rows='<row r="1048576"><c r="XFD1048576" s="0"/></row>'), quick=True),
    k("row minus 5.xlsx", refused("damaged"), lambda: _row(-5, reference="A-5")),
    k("row 0.xlsx", refused("past_limits"), lambda: _row(0, reference="A0")),
    k("rows out of order.xlsx", read(), lambda: book(
        {"A2": None, "B2": None, "C2": None, "D2": None},
        more_rows='<row r="2"><c r="D2"><v>4</v></c><c r="C2"><v>3</v></c><c r="B2"><v>12</v></c>'
                  '<c r="A2" t="inlineStr"><is><t>Đường bộ</t></is></c></row>')),
    k("a cell twice.xlsx", refused("disagree"), lambda: book(more_rows=_at(2, "B2", 99)), quick=True),
    k("a far cell.xls", refused("past_limits"),
      lambda: forge.xls(more=forge.record(0x0203, struct.pack("<HHHd", 65535, 65535, 0, 1.0)))),
    k("a far cell.xlsb", refused("far_cell"),
      lambda: forge.xlsb(more=forge.binary(0, struct.pack("<I", 1048575), b"\0" * 13)
                         + forge.binary(5, struct.pack("<IId", 16383, 0, 1.0)))),
    k("a cell repeated a million times a million.ods", refused("past_limits"), lambda: forge.ods(
        rows='<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
             'office:value="1" table:number-columns-repeated="1000000"/></table:table-row>')),
    k("an empty cell repeated a million times a million.ods", read(), lambda: forge.ods(
        rows='<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
             'table:number-columns-repeated="1000000"/></table:table-row>')),
)  # fmt: skip


# What stands in cells


def _typed(value, kind="n", cell="B2"):
    return book({cell: Xml(f'<c r="{cell}" t="{kind}"><v>{value}</v></c>')})


def _dated(value):
    styles = forge.styles_xml(xfs='<xf numFmtId="0"/><xf numFmtId="14"/>')
    return book({"B2": Xml(f'<c r="B2" s="1"><v>{value}</v></c>')}, parts={STYLES: styles})


def _districts(*labels, sheet=forge.DISTRICTS_SHEET):
    """A form with open row keys, whose labels are any text and reach the outputs."""
    grid = dict(forge.DISTRICTS)
    for row, label in enumerate(labels, start=2):
        grid |= {f"A{row}": label, f"B{row}": 9, f"C{row}": 7, f"D{row}": 5, f"E{row}": 4}
    return book(grid=grid, names=(sheet,))


CELLS = (
    k("NaN.xlsx", read("not_a_number"), lambda: _typed("NaN"), quick=True),
    k("INF.xlsx", read("not_a_number"), lambda: _typed("INF")),
    k("1e999.xlsx", read("not_a_number"), lambda: _typed("1e999")),
    k("1e308.xlsx", read("not_a_number"), lambda: _typed("1e308")),
    k("minus zero.xlsx", read(), lambda: _typed("-0", cell="C3")),
    k("text in a number cell.xlsx", refused("damaged"), lambda: _typed("abc")),
    k("a boolean that is none.xlsx", refused("damaged"), lambda: _typed("maybe", "b")),
    k("an error that is none.xlsx", refused("damaged"), lambda: _typed("#EVIL!", "e")),
    k("a cell type that is none.xlsx", refused("damaged"), lambda: _typed("12", "zz")),
    k("a date out of range.xlsx", read("not_a_number"), lambda: _dated("1e10")),
    k("a date before all dates.xlsx", read("not_a_number"), lambda: _dated("-5")),
    k("a string that is not there.xlsx", refused("damaged"), lambda: _typed("4000000000", "s", "A6")),
    k("a style that is not there.xlsx", read(),
      lambda: book({"B2": Xml('<c r="B2" s="99999999999"><v>12</v></c>')})),
    k("half a character.xlsx", read(),
      lambda: _districts("A _xD800_", "B _x0000_", "C _x001F_", "D _xFFFF_")),
    k("formulas as texts.xlsx", read("of_which_set_aside"),
      lambda: _districts(CALL, "+1+1", "-2+3", "@SUM(1,1)", '=HYPERLINK("http://127.0.0.1/","x")', "{=1+1}"),
      quick=True),
    k("formulas behind tabs and returns.xlsx", read("of_which_set_aside"),
      lambda: _districts("\t" + CALL, "\r=1+1", "\n@SUM(1)", " -1+1")),
    k("a formula as the sheet's name.xlsx", read(), lambda: _districts("A", sheet="Biểu 02=cmd|'x'!A0")),
    k("links as texts.xlsx", read(),
      lambda: _districts("http://127.0.0.1/a", Path("/etc/passwd").as_uri(), "internal:A1", "external:c:\\a.xlsx")),
    k("texts that turn around.xlsx", read(), lambda: _districts("Huyện \u202egnod", "\u2066A\u2069", "B\u200b\u200dC")),
    k("markup as texts.xlsx", read(),
      lambda: _districts("[red]A[/red]", "[/]", "{value}", "%s", "<b>&amp;</b>", "$x^2$")),
    k("personal data in labels.xlsx", read("personal_data"),
      lambda: _districts(*(f"{n} {p}" for n, p in zip("ABC", PERSONAL, strict=True))), quick=True),
    k("personal data in a header.xlsx", read("personal_data", "unknown_column"),
      lambda: book({"E1": f"Số vụ {PERSONAL[1]}", "E2": 1, "E3": 1, "E4": 1, "E5": 3})),
    k("personal data in a number cell.xlsx", read("personal_data", "not_a_number"),
      lambda: book({"B2": f"12 {PERSONAL[2]}"})),
    k("personal data in a note.xlsx", read("personal_data"),
      lambda: book({"A8": f"Ghi chú: {PERSONAL[0]}", "A9": PERSONAL[2]})),
    k("the longest text of one letter.xlsx", read(), lambda: _districts("a" * 32_767, "A")),
    k("the longest text of brackets.xlsx", read(), lambda: _districts("(" * 32_767, "[(" * 16_000, "A")),
    k("the longest text of digits.xlsx", read("not_a_number"), lambda: book({"B2": "1 " * 16_000})),
    k("a number of 30000 digits.xlsx", read("not_a_number"), lambda: book({"B2": "9" * 30_000})),
    k("raised and endless digits as heads.xlsx", read(), lambda: book(
        {"E1": "²", "F1": "9" * 5_000, "G1": "⑦", "H1": "٣", "A6": "²", "A7": "9" * 5_000})),
    k("raised digits as column numbers.xlsx", read("unknown_row"), lambda: book(
        more_rows="<row>" + "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in "¹²³⁴") + "</row>")),
    k("a number format of raised digits.xlsx", read(),
      lambda: book({"B2": Xml('<c r="B2" s="0"><v>12</v></c>')}, parts={STYLES: forge.styles_xml(
          '<numFmts><numFmt numFmtId="²" formatCode="0%"/></numFmts>', '<xf numFmtId="²"/>')})),
    k("a text longer than any.xlsx", read(), lambda: _districts("Huyện " + "A b " * 25_000, "A")),
    k("a header longer than any.xlsx", read("unknown_column"),
      lambda: book({"E1": "Số " * 10_000, "E2": 1, "E3": 1, "E4": 1, "E5": 3})),
)  # fmt: skip


# The package


OUTSIDE = ("../../escaped.txt", "../escaped.txt", "/escaped.txt", "..\\..\\escaped.txt", "C:\\escaped.txt")


def _packed(**lies):
    return book(entries=[entry(SHEET1, FORM)._replace(**lies)])


def _members(cells=None):
    return [entry(*part) for part in forge.parts_of(cells).items()]


def _renamed(change):
    return forge.archive([member._replace(name=change(member.name)) for member in _members({"B2": ERROR})])


ERROR = Xml('<c r="B2" t="e"><v>#DIV/0!</v></c>')
TWO = (forge.SHEET, "Ghi chú")


def _rels(*targets):
    return {RELS: forge.relationships(*targets)}


PACKAGE = (
    k("names that lead out of the folder.xlsx", READ_WITH_A_WRONG_CELL, lambda: book(
        WRONG, entries=[entry(name, b"written") for name in OUTSIDE])),
    k("a sheet outside the package.xlsx", refused("lacks_sheet"),
      lambda: book(parts=_rels(("worksheet", "../../../../../../etc/passwd")))),
    k("a sheet from elsewhere.xlsx", refused("no_sheets"),
      lambda: book(parts=_rels(("worksheet", "http://127.0.0.1/sheet1.xml", "External")))),
    k("a part twice.xlsx", refused("namesakes"),
      lambda: forge.archive([*_members(), entry(SHEET1, FORM.replace("12", "13"))]),
      quick=True),
    k("an encrypted part.xlsx", refused("encrypted"), lambda: book(entries=[entry(SHEET1, FORM, flags=0x801)])),
    k("a packing that is none.xlsx", refused("packing"), lambda: _packed(method=99)),
    k("a checksum that is wrong.xlsx", refused("damaged"), lambda: _packed(crc=1)),
    k("packed bytes that are none.xlsx", refused("damaged"),
      lambda: _packed(packed=b"\xff" * 500)),
    k("the longest comment.xlsx", read(),
      lambda: forge.archive(_members(), comment=b"x" * 65_535)),
    k("a comment full of ends.xlsx", refused("damaged"),
      lambda: forge.archive(_members(), comment=b"PK\5\6" * 16_000)),
    k("junk behind the archive.xlsx", refused("truncated"), lambda: book() + b"\0" * 70_000),
    k("a program before the archive.xlsx", refused("program"), lambda: b"MZ" + b"\0" * 500 + book()),
    k("only the end of an archive.xlsx", refused("other_zip"), lambda: b"PK\x03\x04" + b"\0" * 8 + forge.archive([])),
    k("no sheet.xlsx", refused("no_sheets"), lambda: book(names=()), quick=True),
    k("no workbook.xlsx", refused("no_workbook_part"), lambda: book(drop=[WORKBOOK])),
    k("no relationships.xlsx", refused("no_sheets"), lambda: book(drop=[RELS])),
    k("no sheet part.xlsx", refused("lacks_sheet"), lambda: book(drop=[SHEET1]), quick=True),
    k("a chart sheet only.xlsx", refused("only_charts"), lambda: book(parts={
        **_rels(("chartsheet", "chartsheets/sheet1.xml")),
        "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{forge.MAIN}"/>'})),
    k("two sheets of one name.xlsx", refused("duplicate_sheets"), lambda: book(names=(forge.SHEET,) * 2), quick=True),
    k("two sheets of one name in other letters.xlsx", refused("duplicate_sheets"),
      lambda: book(names=(forge.SHEET, forge.SHEET.upper()))),
    k("a sheet without a name.xlsx", turned_down("no_form"), lambda: book(names=("",), grid={"A1": "x"})),
    k("two sheets of one part.xlsx", read("sheet_like_form"),
      lambda: book(names=TWO, parts=_rels(*[("worksheet", "worksheets/sheet1.xml")] * 2))),
    k("a sheet that is the workbook.xlsx", turned_down("no_form"),
      lambda: book(parts=_rels(("worksheet", "workbook.xml")))),
    k("relationships that go in a circle.xlsx", read(), lambda: book(parts={
        "xl/worksheets/_rels/sheet1.xml.rels": forge.relationships(("a", "../workbook.xml"), ("b", "sheet1.xml")),
        "_rels/.rels": forge.relationships(("officeDocument", "xl/workbook.xml"), ("a", "_rels/.rels"))})),
    k("an error in parts of capital names.xlsx", read("not_a_number"),
      lambda: _renamed(lambda name: name.replace("xl/w", "XL/W").replace("xl/", "XL/"))),
    k("an error in parts named with backslashes.xlsx", read("not_a_number"),
      lambda: _renamed(lambda name: name.replace("/", "\\"))),
    k("a workbook of another name.xlsx", refused("no_workbook_part"), lambda: forge.archive(
        entry(name.replace("workbook.xml", "book2.xml"), content.replace("workbook.xml", "book2.xml"))
        for name, content in forge.parts_of().items())),
    k("a sheet hidden deeply.xlsx", read(notes=("hidden_sheet",)),
      lambda: book(names=(Xml(f'name="{forge.SHEET}" state="veryHidden"'),))),
)  # fmt: skip


# What might run or fetch


def _with_part(part, content, kind, *, more="", names=(forge.SHEET,)):
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
    parts = _rels(*targets, (kind, part)) | {f"xl/{part}": content, WORKBOOK: forge.workbook_xml(*names, more=more)}
    return book({"B2": Xml('<c r="B2"><f>[1]x!A1</f><v>12</v></c>')}, names=names, parts=parts)


def _external_link(inner, *rels):
    link = f'<externalLink xmlns="{forge.MAIN}" xmlns:r="{forge.OFFICE}">{inner}</externalLink>'
    reference = f'<externalReferences><externalReference r:id="rId{2}"/></externalReferences>'
    parts = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": forge.relationships(*rels),
        WORKBOOK: forge.workbook_xml(forge.SHEET, more=reference),
        **_rels(("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/externalLink1.xml")),
    }
    return book({"B2": Xml('<c r="B2"><f>[1]x!A1</f><v>12</v></c>')}, parts=parts)


VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
XLM = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
MACRO_SHEET = f"""<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" xmlns="{forge.MAIN}">
<sheetData><row r="1"><c r="A1"><f>EXEC("calc")</f><v>0</v></c></row></sheetData></xm:macrosheet>"""
ACTIVE = (
    k("a DDE link.xlsx", read(notes=("dde_links",)),
      lambda: _external_link('<ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems/></ddeLink>')),
    lure("a link to another workbook.xlsx", read(notes=("external_links",)),
         lambda trap: _external_link('<externalBook r:id="rId1"/>', ("externalLinkPath", trap.url, "External"))),
    lure("a data connection.xlsx", read(notes=("data_connections",)), lambda trap: _with_part(
        "connections.xml",
        f'<connections xmlns="{forge.MAIN}"><connection id="1" type="4" refreshOnLoad="1" name="c">'
        f'<webPr url="{trap.url}"/></connection></connections>',
        "connections")),
    k("macros.xlsm", read(notes=("macros_present",)),
      lambda: _with_part("vbaProject.bin", b"\xcc" * 4096, VBA), quick=True),
    k("macros of the old kind.xlsm", read(notes=("macros_present",)), lambda: book(
        names=(forge.SHEET, "Macro1"),
        parts=_rels(("worksheet", "worksheets/sheet1.xml"), (XLM, "macrosheets/sheet1.xml"))
        | {"xl/macrosheets/sheet1.xml": MACRO_SHEET},
        drop=["xl/worksheets/sheet2.xml"])),
    k("formulas that call.xlsx", read(), lambda: book({
        "F1": Xml('<c r="F1" t="str"><f>WEBSERVICE("http://127.0.0.1/")</f><v></v></c>'),
        "B2": Xml("<c r=\"B2\"><f>cmd|'/C calc'!A0</f><v>12</v></c>")})),
)  # fmt: skip


# Other formats under the names of workbooks


def _docx():
    return forge.archive(
        [
            entry("[Content_Types].xml", "<Types/>"),
            entry("_rels/.rels", forge.relationships(("officeDocument", "word/document.xml"))),
            entry("word/document.xml", "<document/>"),
        ]
    )


def _png():
    size = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + size
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(chunk[4:]))


HTML = "<html><body><table><tr><td>Số vụ</td><td>12</td></tr></table></body></html>"
SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>"""
OTHERS = (
    k("a web page.xls", refused("html"), HTML.encode, quick=True),
    k("a web page in UTF-16.xls", refused("html"), lambda: HTML.encode("utf-16")),
    k("a web page after a comment.xls", refused("html"), lambda: b"<!-- exported --> " + HTML.encode()),
    k("a web archive.xls", refused("mhtml"),
      lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML.encode()),
    k("XML of 2003.xls", refused("xml_2003"), SPREADSHEET.encode),
    k("a CSV.xlsx", refused("text_table"), "Đơn vị,Số vụ\nA,12\n".encode, quick=True),
    k("a PDF.xlsx", refused("pdf"), lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    k("rich text.xls", refused("document"), lambda: rb"{\rtf1\ansi So vu 12}"),
    k("JSON.xlsx", refused("text"), lambda: b'{"cases": 12}'),
    k("a picture.xlsx", refused("image"), _png),
    k("a gzip file.xlsx", refused("packed"), lambda: gzip.compress(book(), mtime=0)),
    k("a text document.xlsx", refused("document"), _docx),
    k("a plain archive.xlsx", refused("other_zip"), lambda: forge.archive([entry("notes.txt", "12")])),
    k("a workbook in an archive.xlsx", refused("zip_of_workbooks"),
      lambda: forge.archive([entry("book.xlsx", book())])),
    k("nothing.xlsx", refused("empty_file"), lambda: b"", quick=True),
    k("one byte.xlsx", refused("text"), lambda: b"P"),
    k("blanks.xlsx", refused("text"), lambda: b" \r\n" * 2000),
    *(k(f"the first {share} hundredths.xlsx", refused("truncated"), lambda share=share: _first(share))
      for share in (10, 50, 90, 99)),
    k("a workbook named as another format.xls", read(), book),
    k("a workbook named as another format.ods", read(), forge.xls),
    k("an old text document.xls", refused("document"), lambda: forge.ole({"WordDocument": b"\xec\xa5\xc1\0" * 1024})),
    k("an empty container.xls", refused("other_ole"), lambda: forge.ole({})),
)  # fmt: skip


def _first(hundredths):
    whole = book()
    return whole[: len(whole) * hundredths // 100]


# The old, the binary and the open format


def _loop(table):
    directory = table.index(0xFFFFFFFE) + 1
    table[directory] = directory


def _encrypted_ods():
    return forge.ods(manifest='<manifest:encryption-data manifest:checksum="x"/>', content=_noise(999))


FORMATS = (
    k("a good old workbook.xls", read(), forge.xls),
    k("a good binary workbook.xlsb", read(), forge.xlsb),
    k("a good open workbook.ods", read(), forge.ods),
    k("a password.xlsx", refused("encrypted"),
      lambda: forge.ole({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": _noise(5000)}), quick=True),
    k("a password.xls", refused("encrypted"),
      lambda: forge.xls(globals_=forge.record(0x002F, b"\1\0\1\0\1\0" + b"\x5a" * 48))),
    k("a password.ods", refused("encrypted"), _encrypted_ods),
    k("broken off.xls", refused("truncated"), lambda: forge.xls()[:2500]),
    k("junk behind the head.xls", refused("truncated"),
      lambda: forge.xls()[:512] + _noise(4000), quick=True),
    k("a directory that goes in a circle.xls", refused("damaged"),
      lambda: forge.ole({"Workbook": forge.xls_stream()}, fat=_loop)),
    k("sectors that are not there.xls", refused("damaged"),
      lambda: forge.ole({"Workbook": forge.xls_stream()}, fat=lambda table: table.__setitem__(3, 999_999))),
    k("a record that runs over.xls", refused("truncated"),
      lambda: forge.xls(more=struct.pack("<HH", 0x0204, 0xFFFF))),
    k("junk for a workbook.xlsb", refused("truncated"),
      lambda: forge.xlsb(parts={"xl/workbook.bin": _noise(3000)})),
    k("junk for a sheet.xlsb", refused("past_limits"),
      lambda: forge.xlsb(parts={"xl/worksheets/sheet1.bin": _noise(3001)})),
    k("a record of 4 GB.xlsb", refused("truncated"),
      lambda: forge.xlsb(more=b"\x06\xff\xff\xff\x7f")),
    k("no contents.ods", refused("damaged"), lambda: forge.ods(content="")),
)  # fmt: skip


# What is no file, and names


def _socket(path):
    os.mknod(path, stat.S_IFSOCK | 0o600)


def _link(target):
    def place(path):
        path.symlink_to(target)

    return place


def _link_beside(path):
    beside = path.parent.parent / "elsewhere.xlsx"
    beside.write_bytes(book())
    path.symlink_to(beside)


def _closed(path):
    path.write_bytes(book())
    path.chmod(0)


def _sparse(path):
    with path.open("wb") as file:
        file.truncate(2**33)


def _folder(path):
    path.mkdir()
    (path / "inside.xlsx").write_bytes(book())


NAMELESS = turned_down("unknown_province")
CLOSED = NAMELESS if os.geteuid() == 0 else refused("locked")
NO_FILES = (
    put("a pipe.xlsx", refused("pipe"), os.mkfifo),
    put("a socket.xlsx", refused("socket"), _socket),
    put("a folder.xlsx", refused("folder"), _folder),
    put("a link to zeros.xlsx", refused("link"), _link("/dev/zero")),
    put("a link to nothing.xlsx", refused("link"), _link("nothing-there.xlsx")),
    put("a link to itself.xlsx", refused("link"), _link("a link to itself.xlsx")),
    put("a link to a file elsewhere.xlsx", refused("link"), _link_beside),
    put("a link to a file beside it.xlsx", refused("link"), _link("targets.xlsx")),
    put("closed to all.xlsx", CLOSED, _closed),
    put("8 GiB of nothing.xlsx", refused("too_large"), _sparse),
)
NAMES = (
    k("~$a lock file.xlsx", IGNORED, lambda: b"\5lock" + b" " * 160, quick=True),
    k(".hidden.xlsx", IGNORED, lambda: b"", quick=True),
    k("notes.txt", IGNORED, lambda: b"not a workbook", quick=True),
    k("no ending", IGNORED, book),
    k("b\udcff\udcfe.xlsx", NAMELESS, book),
    k("a\nb\r\n=1+1.xlsx", NAMELESS, book),
    k("a\tb\x1b[31m\x07.xlsx", NAMELESS, book),
    k("[red]{0}%s$(touch made)`;&'\".xlsx", NAMELESS, book),
    k("\u202exslx.exe.xlsx", NAMELESS, book),
    k(f"{'x' * 225}.xls", refused("empty_file"), lambda: b""),
    k(f"{'ế' * 81}.xlsx", refused("empty_file"), lambda: b""),
    k("=cmd|' C calc'!A0.xlsx", refused("empty_file"), lambda: b""),
    k("-rf.xlsx", refused("empty_file"), lambda: b""),
    k("@SUM(1).xlsx", refused("empty_file"), lambda: b""),
    k("CON.xlsx", refused("empty_file"), lambda: b""),
    k("capitals.XLSX", NAMELESS, book),
    k("lần ².xlsx", NAMELESS, book),
    k(f"lần {'9' * 200}.xlsx", NAMELESS, book),
)

KINDS = (*TOO_MUCH, *XML, *PLACES, *CELLS, *PACKAGE, *ACTIVE, *OTHERS, *FORMATS, *NO_FILES, *NAMES)
