"""Texts typed before Unicode are read as their author saw them; good Unicode is left alone."""

import string
import unicodedata
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from pipeline.catalogue import load_catalogue
from pipeline.ingest.decoded_labels import decode_labels
from pipeline.ingest.decoding import decode_sheets
from pipeline.ingest.encodings import encodings, weigh
from pipeline.ingest.fonts import read_fonts
from pipeline.ingest.limits import Limits
from pipeline.ingest.reader import Sheet, read_sheets
from pipeline.ingest.scan import scan_book
from pipeline.ingest.scan.runs import Run
from pipeline.ingest.syllables import is_syllable
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from tests import forge
from tests.books import Desk, found, only, values, write_book
from tests.legacy import ALPHABET, LOWER, as_tcvn3, as_vni

ROOT = Path(__file__).resolve().parent.parent
TYPED = {"tcvn3": as_tcvn3, "vni": as_vni}
BOTH = pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
FONTS = {"tcvn3": ".VnTime", "vni": "VNI-Times"}

FORM = """
    title: F
    rows: [{key: district, header: Đơn vị, members: open}]
    totals: none
    columns:
      cases: {header: Số vụ xảy ra, kind: count}
      cleared: {header: Khám phá, kind: count}
"""
GRID = [
    ["Đơn vị", "Số vụ xảy ra", "Khám phá"],
    ["Huyện Quỳnh Lưu", 12, 10],
    ["Thị xã Hoàng Mai", 7, "không"],
    ["Huyện Nghĩa Đàn", 5, 4],
]
OPEN = """
title: {title}
rows: [{{key: district, header: Đơn vị, members: open}}]
columns: {{n: {{header: Số vụ}}}}
"""


def _said(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner)
    elif isinstance(value, str):
        yield value


def shipped_texts():
    """What the shipped catalogue and samples say: titles, labels, province and district names."""
    texts = {
        text for path in (ROOT / "schemas").rglob("*.yaml") for text in _said(yaml.safe_load(path.read_text("utf-8")))
    }
    for path in sorted((ROOT / "inputs" / "2024").glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        texts |= {v for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str)}
    nfc = (unicodedata.normalize("NFC", text) for text in texts)
    return sorted(text for text in nfc if not text.isascii() and not set("«»·²³°×§") & set(text))


TEXTS = shipped_texts()


def typed(grid, encoding):
    return [[TYPED[encoding](v) if isinstance(v, str) else v for v in row] for row in grid]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def decode(grid, fonts=None):
    """What becomes of one sheet; ``fonts``: cell -> font, or a font for all."""
    cells = [(r, c) for r, row in enumerate(grid) for c in range(len(row))]
    of = dict.fromkeys(cells, fonts) if isinstance(fonts, str) else fonts or {}
    known = {cell: (Run("", font),) if isinstance(font, str) else font for cell, font in of.items()}
    decoded = decode_sheets([("Sheet1", grid)], lambda: {"Sheet1": known})
    return decoded[0] if decoded else None


def in_fonts(desk, grid, font, name="north.xlsx"):
    """Send a grid set in a font; ``font``: one for all cells, or cell -> font."""
    desk.send(grid, name)
    path = desk.inputs / name
    book = openpyxl.load_workbook(path)
    for row in book["F"].iter_rows():
        for cell in row:
            cell.font = Font(name=font if isinstance(font, str) else font.get(cell.coordinate, "Arial"))
    book.save(path)
    return desk


def test_every_letter_comes_back_from_vni():
    assert "".join(encodings()["vni"].decode(as_vni(letter)) for letter in ALPHABET) == ALPHABET


def test_every_small_letter_and_each_capital_with_a_code_comes_back_from_tcvn3():
    letters = LOWER + "ĂÂĐÊÔƠƯ"
    assert "".join(encodings()["tcvn3"].decode(as_tcvn3(letter)) for letter in letters) == letters


def test_capitals_of_tcvn3_come_back_where_their_font_or_their_word_says_so():
    tcvn3 = encodings()["tcvn3"]
    capitals = LOWER.upper()
    assert tcvn3.decode(as_tcvn3(capitals), capitals=True) == capitals
    assert tcvn3.decode(as_tcvn3("TỔNG CỘNG, Hà Nội")) == "TỔNG CỘNG, Hà Nội"


def test_no_two_letters_are_typed_alike():
    for encoding in encodings().values():
        letters = list(encoding.letters.values())
        codes = [code for code, letter in encoding.letters.items() if letters.count(letter) == 1]
        assert len({encoding.letters[code] for code in codes}) == len(codes)


def test_every_text_that_the_project_ships_comes_back():
    tcvn3, vni = encodings()["tcvn3"], encodings()["vni"]
    assert len(TEXTS) > 500
    assert [text for text in TEXTS if vni.decode(as_vni(text)) != text] == []
    assert [text for text in TEXTS if tcvn3.decode(as_tcvn3(text)).casefold() != text.casefold()] == []


@given(st.text(st.sampled_from(ALPHABET + string.ascii_letters + " -/()0123456789.,")))
def test_any_letters_come_back_from_vni(text):
    assert encodings()["vni"].decode(as_vni(text)) == text


@given(st.text(st.sampled_from(LOWER + string.ascii_lowercase + " -/()0123456789.,")))
def test_any_small_letters_come_back_from_tcvn3(text):
    assert encodings()["tcvn3"].decode(as_tcvn3(text)) == text


@BOTH
@pytest.mark.parametrize("with_fonts", [True, False], ids=["font says so", "no font says so"])
def test_a_sheet_in_a_legacy_encoding_is_read_as_its_author_saw_it(encoding, with_fonts):
    decoded = decode(typed(GRID, encoding), FONTS[encoding] if with_fonts else None)
    assert decoded.rows == GRID
    assert not decoded.unclear


@BOTH
def test_all_that_the_project_ships_is_recognised_without_fonts(encoding):
    decoded = decode(typed([[text] for text in TEXTS], encoding))
    assert [row[0].casefold() for row in decoded.rows] == [text.casefold() for text in TEXTS]


@pytest.mark.parametrize("font", [None, ".VnTime", ".VnTimeH", "VNI-Times"])
def test_good_unicode_is_never_converted_whatever_its_font_says(font):
    grid = [[text] for text in TEXTS] + [["Bauhaus für Préfecture"], ["Straße · 10 µm"], ["T¹ «Tên» ½"]]
    decoded = decode(grid, font)
    assert decoded is None or (decoded.rows == grid and not decoded.typed and not decoded.unclear)


@pytest.mark.parametrize("font", [".VnTime", "VNI-Times"])
@pytest.mark.parametrize("text", ["Cà Mau", "Đà Nẵng", "Thái Bình", "Bauhaus für", "Préfecture", "Nam Dinh", "1.234,5"])
def test_a_text_that_stands_alone_is_not_converted_for_its_font(text, font):
    decoded = decode([[text]], font)
    assert decoded is None or not decoded.typed


@pytest.mark.parametrize(
    "words",
    [
        ["Baden-Württemberg", "Thüringen", "Aufklärungsquote", "Straftaten gegen das Leben", "Fälle", "davon männlich"],
        ["Préfecture", "été", "où", "dû", "Île-de-France", "Côte d'Azur", "nombre d'élèves", "année précédente"],
        ["España", "número", "año", "población", "Coruña", "Bogotá", "não", "São Paulo", "município"],
        ["Kraków", "Łódź", "Škoda", "Tromsø", "Århus", "Öland", "Malmö", "naïve", "Noël"],
    ],
    ids=["German", "French", "Spanish and Portuguese", "others"],
)
def test_other_languages_are_left_alone(words):
    decoded = decode([[word] for word in words])
    assert decoded is None or (not decoded.typed and not decoded.unclear)


def test_a_sheet_without_a_suspect_letter_is_not_looked_at():
    def fonts():
        raise AssertionError("fonts are not to be read")

    assert decode_sheets([("Biểu 01", [["Tội phạm", 12.0, "không", "m²", "10 °C", "- “x” …"]])], fonts) is None


@BOTH
def test_a_foreign_word_in_another_font_of_a_legacy_sheet_stays(encoding):
    grid = [*typed(GRID, encoding), ["für"], ["Straße"]]
    fonts = {(r, c): FONTS[encoding] if r < len(GRID) else "Arial" for r in range(len(grid)) for c in range(3)}
    assert decode(grid, fonts).rows == [*GRID, ["für"], ["Straße"]]


@BOTH
@pytest.mark.parametrize("sign", ["½", "×", "§ 5", "© 2024", "«Tên»", "10 m²", "± 5 °C", "“x” – …", "Tong¹"])
def test_signs_in_a_legacy_sheet_stay(encoding, sign):
    assert decode([*typed(GRID, encoding), [sign]]).rows[-1] == [sign]


def test_names_that_are_no_vietnamese_syllables_are_converted_with_their_sheet():
    names = ["Krông Pắc", "Đắk Glong", "M'Đrắk", "Cư M'gar", "Buôn Ma Thuột"]
    for encoding in TYPED:
        decoded = decode(typed([*GRID, *([name] for name in names)], encoding))
        assert [row[0] for row in decoded.rows[len(GRID) :]] == names


def test_unicode_cells_among_legacy_ones_stay():
    fonts = {(r, c): ".VnTime" for r in range(9) for c in range(3)}
    unicode = [["Tổng cộng"], ["Hà Tĩnh"], ["Cà Mau"]]
    assert decode([*typed(GRID, "tcvn3"), *unicode], fonts).rows == [*GRID, *unicode]


def test_each_font_of_a_sheet_is_taken_at_its_own_word():
    grid = [*typed(GRID, "tcvn3"), *typed(GRID, "vni"), *GRID]
    fonts = {(r, c): [".VnTime", "VNI-Times", "Arial"][r // len(GRID)] for r in range(len(grid)) for c in range(3)}
    decoded = decode(grid, fonts)
    assert decoded.rows == [*GRID, *GRID, *GRID]
    assert decoded.encodings == ["TCVN3 (ABC)", "VNI"]


def test_a_font_of_another_encoding_is_overruled_by_the_words():
    assert decode(typed(GRID, "vni"), ".VnTime").rows == GRID


def test_a_font_of_capitals_shows_small_codes_as_capitals():
    fonts = {(0, 0): ".VnTimeH", (1, 0): ".VnTime"}
    decoded = decode([[as_tcvn3("tổng cộng")], [as_tcvn3("huyện Nghĩa Đàn")]], fonts)
    assert decoded.rows == [["TỔNG CỘNG"], ["huyện Nghĩa Đàn"]]


def test_a_name_that_begins_with_a_tone_begins_with_a_capital():
    assert decode(typed([*GRID, ["Ứng Hòa"]], "tcvn3")).rows[-1] == ["Ứng Hòa"]


def test_runs_of_a_cell_are_converted_each_for_itself():
    runs = (Run("Số vụ ", "Arial"), Run(as_tcvn3("xảy ra"), ".VnTime"), Run(" (Cà Mau)", "Arial"))
    text = "".join(run.text for run in runs)
    assert decode([[text], ["x"]], {(0, 0): runs}).rows[0] == ["Số vụ xảy ra (Cà Mau)"]


def test_what_reads_well_both_ways_follows_its_sheet():
    alone = [as_tcvn3("Số vụ")]
    assert decode([*typed(GRID, "tcvn3"), alone]).rows[-1] == ["Số vụ"]
    assert decode([*GRID, alone, ["Kr«ng"]]) is None or decode([*GRID, alone, ["Kr«ng"]]).rows[-2] == alone


def test_where_a_sheet_has_both_and_no_fonts_the_doubtful_texts_stay_and_are_told():
    grid = [*GRID, *typed(GRID, "tcvn3"), ["Hòa"]]
    decoded = decode(grid)
    assert decoded.rows[: len(GRID)] == GRID
    assert decoded.rows[-1] == ["Hòa"]
    assert (len(grid) - 1, 0) in decoded.unclear


def test_a_sheet_too_small_to_tell_goes_with_the_others_of_its_workbook():
    sheets = [("A", typed(GRID, "tcvn3")), ("B", [[as_tcvn3("Tội phạm")]])]
    assert decode_sheets(sheets, dict)[1].rows == [["Tội phạm"]]


def test_a_name_of_a_sheet_is_read_by_its_words():
    sheets = [(as_tcvn3("Biểu tội phạm"), typed(GRID, "tcvn3")), ("Cà Mau", GRID)]
    assert [sheet.name for sheet in decode_sheets(sheets, dict)] == ["Biểu tội phạm", "Cà Mau"]


@BOTH
def test_a_submission_in_a_legacy_encoding_is_read_and_told_once(desk, encoding):
    desk.catalogue(FORM)
    result = in_fonts(desk, typed(GRID, encoding), FONTS[encoding]).check()
    assert values(result, "cases") == {"Huyện Quỳnh Lưu": 12, "Thị xã Hoàng Mai": 7, "Huyện Nghĩa Đàn": 5}
    assert values(result, "cleared")["Thị xã Hoàng Mai"] == 0
    assert found(result) == [("info", "legacy_encoding", "A1")]
    assert "Đơn vị" in only(result, "legacy_encoding")["message"]


def test_raw_keeps_what_was_typed(desk):
    desk.catalogue(FORM)
    result = in_fonts(desk, typed(GRID, "tcvn3"), ".VnTime").check()
    nil = result.observations[result.observations["state"] == "nil"].iloc[0]
    assert (nil["raw"], nil["label"]) == ("kh«ng", "Thị xã Hoàng Mai")


def test_a_correction_may_quote_a_cell_as_typed_or_as_read(desk):
    for reads in ("kh«ng", "không"):
        desk.catalogue(FORM)
        in_fonts(desk, typed(GRID, "tcvn3"), ".VnTime")
        line = f"north,north.xlsx,F,C3,{reads},6,asked,me,2024-01-01"
        head = "province,file,sheet,cell,reads,should_read,reason,by,date"
        (desk.inputs / "corrections.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
        assert values(desk.check(), "cleared")["Thị xã Hoàng Mai"] == 6


@BOTH
def test_one_label_among_unicode_ones_is_read_by_what_it_would_name(desk, encoding):
    members = "[{id: theft, label: Trộm cắp}, {id: drugs, label: Ma túy}]"
    form = f"""
        title: F
        rows: [{{key: type, header: Loại, members: {members}}}]
        columns: {{n: {{header: Số vụ}}}}
    """
    rows = [["Loại", "Số vụ"], ["Trộm cắp", 5], [TYPED[encoding]("2. Ma túy"), 3], [TYPED[encoding]("Tổng số"), 8]]
    result = desk.catalogue(form).send(rows).check()
    assert values(result) == {"theft": 5, "drugs": 3}
    assert found(result) == [("info", "legacy_encoding", "A3")]


@BOTH
def test_one_district_among_unicode_ones_is_read_by_another_sheet_that_names_it(desk, encoding):
    rows = [["Đơn vị", "Số vụ"], ["Huyện Quỳ Hợp", 5], ["TX. Ba Đồn", 3]]
    spoilt = [*rows[:2], [TYPED[encoding]("TX. Ba Đồn"), 3]]
    desk.catalogue({name: OPEN.format(title=name) for name in ("f", "g")})
    result = desk.send({"f": spoilt, "g": rows}).check()
    assert set(result.observations["row"]) == {"Huyện Quỳ Hợp", "TX. Ba Đồn"}
    assert found(result) == [("info", "legacy_encoding", "A3")]


@BOTH
def test_one_district_that_no_other_cell_names_is_told_where_its_words_are_of_an_old_encoding(desk, encoding):
    rows = [["Đơn vị", "Số vụ"], ["Huyện Quỳ Hợp", 5], [TYPED[encoding]("TX. Ba Đồn"), 3], ["Hòa Vang", 1], ["m²", 1]]
    result = desk.catalogue({"f": OPEN.format(title="f")}).send({"f": rows}).check()
    assert found(result) == [("warning", "legacy_encoding_unclear", "A3")]
    assert values(result)["Hòa Vang"] == 1


def test_no_text_that_a_form_knows_is_read_as_another(repo):
    catalogue = load_catalogue(repo / "schemas")
    sheets = [Sheet("F", hidden=False, rows=[[text] for text in TEXTS])]
    assert decode_labels(sheets, Vocabulary(catalogue, Period.parse("2024"))) == sheets


def test_texts_that_nobody_can_tell_are_a_warning(desk):
    desk.catalogue(FORM)
    both = [*GRID, *([as_tcvn3(v) if isinstance(v, str) else v for v in row] for row in GRID[1:]), ["Hòa", 1, 1]]
    warning = only(desk.send(both).check(), "legacy_encoding_unclear")
    assert (warning["severity"], warning["cell"]) == ("warning", "C1")


def test_fonts_of_cells_and_runs_are_read_from_a_workbook(tmp_path):
    path = write_book(tmp_path / "book.xlsx", {"F": [["plain", "set", None, 12]]})
    book = openpyxl.load_workbook(path)
    book["F"]["B1"].font = Font(name=".VnTimeH")
    book["F"]["C1"] = CellRichText("a ", TextBlock(InlineFont(rFont=".VnTime"), "b"))
    book["F"]["C1"].font = Font(name="Arial")
    book.save(path)
    fonts = read_fonts(path.read_bytes(), Limits())["F"]
    assert [run.font for run in fonts[0, 1]] == [".VnTimeH"]
    assert fonts[0, 2] == (Run("a ", "Arial"), Run("b", ".VnTime"))
    assert (0, 3) not in fonts


def test_a_file_that_holds_no_fonts_has_none():
    assert read_fonts(b"\xd0\xcf\x11\xe0", Limits()) == {}
    assert read_fonts(b"PK\x03\x04 and nothing", Limits()) == {}


@pytest.mark.parametrize(
    "word",
    ["quyền", "quốc", "gìn", "giữ", "giếng", "huyện", "Quỳnh", "Nghĩa", "thuỷ", "thủy", "khuyết", "Ý", "Hoá", "Ðông"],
)
def test_a_syllable_is_known_however_its_tone_is_placed(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Téi", "phaïm", "für", "Käse", "kông", "céi", "gế", "nghà", "câc"])
def test_what_no_vietnamese_word_looks_like_is_no_syllable(word):
    assert not is_syllable(word)


def test_a_text_of_words_that_are_none_speaks_for_nothing():
    assert weigh("Hermès GmbH für Öl", "tcvn3").verdict == "open"


@pytest.mark.parametrize("make", [forge.xls, forge.book], ids=["xls", "xlsx"])
def test_a_workbook_of_any_format_says_by_its_words_what_it_is(make):
    texts = ["Huyện Quỳnh Lưu", "Tội phạm về trật tự xã hội", "Thị xã Hoàng Mai"]
    content = make({f"A{20 + number}": as_tcvn3(text) for number, text in enumerate(texts)})
    (sheet,) = read_sheets(scan_book(content, Limits()), Limits())
    assert [sheet.text(19 + number, 0) for number in range(len(texts))] == texts
    assert sheet.typed(19, 0) == as_tcvn3(texts[0])
