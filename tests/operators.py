"""Ways in which people change a form without changing a figure, and ways that lose or spoil one.

An operator takes a `Book` and a source of choices, and changes the book. Those of `KEEPING` leave every observation as
it was but for its address and its raw text; what they may be told for is in `TOLD`. Those of `SPOILING` lose something,
and a finding must say so.
"""

# ruff: noqa: ARG001  an operator takes a book and a source of choices, whether it chooses or not

import unicodedata
from collections import defaultdict
from functools import cache
from importlib import resources

import yaml

from tests.pages import Computed, Page, Shown, Strip

KEEPING, SPOILING, TOLD = {}, {}, defaultdict(frozenset)


def keeping(*told):
    """Register an operator that keeps every figure; ``told`` are the rules that may be found after it."""

    def register(operator):
        KEEPING[operator.__name__] = operator
        TOLD[operator.__name__] = frozenset(told)
        return operator

    return register


def spoiling(operator):
    """Register an operator that loses or spoils a figure."""
    SPOILING[operator.__name__] = operator
    return operator


def each_text(book, change):
    """Change every text that a page holds but for its name."""
    for page in book.pages:
        page.lines = [change(t) for t in page.lines]
        page.units = change(page.units)
        for strip in page.strips:
            strip.path = tuple(change(part) for part in strip.path)
            strip.cells = [change(c) if isinstance(c, str) else c for c in strip.cells]


def each_number(book, change, *, kinds=("count", "amount")):
    """Change every stored number of the measures of these kinds."""
    for page in book.pages:
        for strip in page.strips:
            if strip.role == "measure":
                strip.cells = [
                    change(cell) if isinstance(cell, float) and kind_of(page, strip, row) in kinds else cell
                    for row, cell in enumerate(strip.cells)
                ]


def kind_of(page, strip, row):
    """The kind of a measure's cell; in a list each row is another measure."""
    if not page.is_list:
        return strip.column.kind
    kinds = [column.kind for at, column in enumerate(page.form.measures.values()) if at != page.lost]
    return kinds[sum(kind == "member" for kind in page.kinds[:row])]


def a_page(book, choose, *, table=None):
    """A page, of tables only or of lists only where that is asked."""
    return choose.one([p for p in book.pages if table is None or p.is_list != table])


def member_rows(page):
    return page.where("member")


def members_at(page):
    """Body row -> the form's member that stands there; empty where a label no longer reads as in the catalogue."""
    names = {member.name.text("vi"): member for member in page.form.members.values()}
    rows = {at: names.get(page.keys[0].cells[at]) for at in member_rows(page)}
    return rows if all(rows.values()) else {}


# -- around the table


@keeping()
def rows_above(book, choose):
    for page in book.pages:
        page.top += choose.number(0, 7)


@keeping()
def a_letterhead_above(book, choose):
    page = a_page(book, choose)
    page.above += [
        ["BỘ CÔNG AN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [None, None, None, "Độc lập - Tự do"],
        [],
    ]


@keeping()
def columns_on_the_left(book, choose):
    for page in book.pages:
        page.left += choose.number(0, 3)


@keeping()
def a_blank_column_between(book, choose):
    page = a_page(book, choose)
    at = choose.number(1, len(page.strips) - 1)
    page.strips.insert(at, Strip((), "spacer", [None] * len(page.kinds)))


@keeping()
def notes_and_signatures_below(book, choose):
    for page in book.pages:
        page.below += [
            [],
            ["Ghi chú: số liệu đến ngày 31/12/2024."],
            [None, None, "Nghệ An, ngày 05 tháng 01 năm 2025"],
            ["NGƯỜI LẬP BIỂU", None, "THỦ TRƯỞNG ĐƠN VỊ"],
            ["(Ký, họ tên)", None, "(Ký tên, đóng dấu)"],
        ]


@keeping("unnamed_column", "unknown_column")
def a_small_table_beside(book, choose):
    page = a_page(book, choose, table=True)
    page.beside += [["Phân công", "Người"], ["Tổng hợp", 2.0], ["Kiểm tra", 1.0]]


@keeping("row_after_table")
def another_table_below(book, choose):
    page = a_page(book, choose, table=True)
    page.below += [[], ["Ghi chú: bảng quy đổi"], [], ["Loại", "Hệ số"], ["Xe máy", 1.0], ["Ô tô", 2.0]]


# -- sheets


@keeping()
def sheets_in_another_order(book, choose):
    choose.shuffle(book.pages)


@keeping()
def sheets_named_by_number(book, choose):
    pattern = choose.one(["BM{n}", "Biểu {n}", "Biểu số {n}", "B{n}", "BIỂU {n} ", "biểu mẫu {n}"])
    for page in book.pages:
        copied = " (2)" if page.name.endswith(" (2)") else ""
        page.name = pattern.format(n=page.form.number) + copied


@keeping()
def sheets_without_a_name_of_their_own(book, choose):
    for index, page in enumerate(book.pages):
        page.name = f"Sheet{index + 1}"


@keeping("sheet_without_form")
def empty_and_foreign_sheets(book, choose):
    book.others += [
        ("Trang trống", [], False),
        ("Danh bạ", [["Bộ phận", "Phòng"], ["Tham mưu", "201"]], choose.yes()),
        ("Mục lục", [["Mục lục"], *[[f"{p.form.number}. {p.form.title.text('vi')}"] for p in book.pages[:3]]], False),
    ]


@keeping("hidden_sheet")
def a_hidden_form(book, choose):
    a_page(book, choose).hidden = True


@keeping()
def another_file_name(book, choose):
    book.file = choose.one(
        ["NGHE AN.xlsx", "báo cáo Nghệ An năm 2024.xlsx", "ca_nghe_an_bc2024.xlsx", "BC nam 2024 (CA Nghe An).xlsx"]
    )


# -- headers


@keeping()
def a_header_that_is_not_merged(book, choose):
    for page in book.pages:
        page.header = "none" if page.header == "none" else "bare"


@keeping()
def a_header_of_one_row(book, choose):
    for page in book.pages:
        page.header = "none" if page.header == "none" else "flat"


@keeping()
def breaks_in_headers(book, choose):
    sign = choose.one(["\n", "  ", " \n "])
    for page in book.pages:
        for strip in page.strips:
            strip.path = tuple(part.replace(" ", sign, choose.number(0, 2)) for part in strip.path)


@keeping()
def headers_in_capitals(book, choose):
    for page in book.pages:
        for strip in page.strips:
            strip.path = tuple(part.upper() for part in strip.path)


@keeping()
def units_in_headers(book, choose):
    for page in book.pages:
        for strip in page.strips:
            if strip.role == "measure" and strip.column is not None and strip.column.unit:
                strip.path = (f"{strip.path[0]} ({strip.column.unit})", *strip.path[1:])


@keeping("footnote_mark")
def footnotes_in_headers(book, choose):
    mark = choose.one([" *", "*", " (1)", "¹", " (*)"])
    for page in book.pages:
        strip = choose.one(page.strips)
        if strip.path:
            strip.path = (*strip.path[:-1], strip.path[-1] + mark)


@keeping("header_guessed")
def a_misspelt_header(book, choose):
    page = a_page(book, choose, table=True)
    strip = choose.one(page.measures)
    text = strip.path[0]
    if len(text) < 12:
        return
    at = choose.number(3, len(text) - 3)
    if text[at].isalpha():
        wrong = text[:at] + text[at + 1 :]
        for other in page.strips:  # a header that is merged over two columns is misspelt for both
            if other.path and other.path[0] == text and len(other.path) == len(strip.path):
                other.path = (wrong, *other.path[1:])


@keeping()
def columns_in_another_order(book, choose):
    page = a_page(book, choose)
    blocks = defaultdict(list)
    for strip in page.strips:
        blocks[strip.path[:1]].append(strip)
    order = list(blocks.values())
    choose.shuffle(order)
    page.strips = [strip for block in order for strip in block]
    page.split_label = False


@keeping()
def a_row_of_column_numbers(book, choose):
    for page in book.pages:
        keys = sum(s.role in {"key", "unit"} for s in page.strips)
        heads = ["A", "B", "C"][:keys] if page.strips[0].role == "key" else []
        rest = [str(n) for n in range(1, len(page.strips) - len(heads) + 1)]
        if choose.yes():
            heads, rest = [f"({h})" for h in heads], [f"({n})" for n in rest]
        page.below_header += [heads + rest]


@keeping()
def a_column_number_row_with_a_formula(book, choose):
    page = a_page(book, choose, table=True)
    count = len(page.strips)
    if count > 4:
        page.below_header += [[*(f"({n})" for n in range(1, count)), f"({count})=({count - 1})/({count - 2})"]]


@keeping("unknown_column")
def a_column_of_remarks(book, choose):
    page = a_page(book, choose)
    remarks = [choose.one([None, "đã rà soát", "tăng do đợt cao điểm"]) for _ in page.kinds]
    fixed = {"blank": None, "header": "Ghi chú"}
    remarks = [fixed.get(kind, one) for kind, one in zip(page.kinds, remarks, strict=True)]
    page.strips.append(Strip(("Ghi chú",), "extra", remarks))


@keeping()
def an_ordinal_column(book, choose):
    roman = choose.yes()
    for page in book.pages:
        numbers = iter(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"] * 4 if roman else range(1, 99))
        cells = [_ordinal(next(numbers)) if kind == "member" else None for kind in page.kinds]
        if page.strips[0].role != "ordinal" and all(s.role != "ordinal" for s in page.strips):
            page.split_label = False
            page.strips.insert(0, Strip((choose.one(["STT", "TT", "Số TT"]),), "ordinal", cells))


def _ordinal(number):
    return number if isinstance(number, str) else float(number)


# -- rows


@keeping()
def the_total_row_elsewhere(book, choose):
    page = a_page(book, choose, table=True)
    for at in page.where("total"):
        row = page.take(at)
        page.put(choose.one([0, choose.number(0, len(page.kinds))]), row)


@keeping()
def no_total_row(book, choose):
    page = a_page(book, choose, table=True)
    for at in page.where("total"):
        page.take(at)


@keeping()
def another_word_for_the_total(book, choose):
    word = choose.one(["Cộng", "TỔNG CỘNG", "Tổng số:", "Toàn tỉnh", "tổng"])
    for page in book.pages:
        for at in page.where("total"):
            page.keys[0].cells[at] = word


@keeping()
def a_sub_total_row(book, choose):
    page = book.page("crime_by_type")
    if page is None:
        return
    own = [at for at, member in members_at(page).items() if member.group == "social_order"]
    numbers = [s.cells[at] for s in page.measures for at in own if _sums(s)]
    if not own or page.where("group") or not all(isinstance(number, float) for number in numbers):
        return

    def cell(strip):
        if strip.role == "key":
            return "Tội phạm về trật tự xã hội"
        return sum(strip.cells[i] for i in own) if strip.role == "measure" and _sums(strip) else None

    page.insert(choose.one([min(own), max(own) + 1]), "group", cell)


def _sums(strip):
    return strip.column is not None and strip.column.sums


@keeping()
def blank_rows_within(book, choose):
    page = a_page(book, choose)
    for _ in range(choose.number(1, 2)):
        page.insert(choose.number(1, len(page.kinds) - 1), "blank")


@keeping()
def the_header_again_on_a_new_page(book, choose):
    page = a_page(book, choose, table=True)
    if page.header == "merged" and max(len(s.path) for s in page.strips) == 1 and not page.split_label:
        page.insert(choose.number(2, len(page.kinds) - 1), "header", lambda s: s.path[-1] if s.path else None)


@keeping()
def ordinals_in_labels(book, choose):
    pattern = choose.one(["{n}. ", "{n}) ", "1.{n} ", "- "])
    for page in book.pages:
        if page.is_list or page.form.rows[0].listed:
            for number, at in enumerate(member_rows(page), 1):
                cell = page.keys[0].cells[at]
                if isinstance(cell, str):
                    page.keys[0].cells[at] = pattern.format(n=number) + cell


@keeping()
def labels_merged_over_two_columns(book, choose):
    page = a_page(book, choose, table=True)
    if page.strips[0].role == "key":
        page.split_label = True


@keeping()
def codes_beside_the_labels(book, choose):
    page = book.page("crime_by_type")
    members = members_at(page) if page else {}
    if not members or any(s.role == "code" for s in page.strips):
        return
    as_number = choose.yes()
    cells = [None] * len(page.kinds)
    for at, member in members.items():
        cells[at] = float(member.code) if as_number else member.code
    page.split_label = False
    page.strips.insert(choose.number(0, 1), Strip(("Mã số",), "code", cells))


@keeping()
def rows_in_another_order(book, choose):
    page = a_page(book, choose, table=True)
    if page.where("group"):
        return
    rows = [page.take(at) for at in reversed(member_rows(page))]
    choose.shuffle(rows)
    for row in rows:
        page.put(0, row)


# -- text


@keeping()
def decomposed_letters(book, choose):
    each_text(book, lambda text: unicodedata.normalize("NFD", text))


@keeping()
def tones_on_another_vowel(book, choose):
    pairs = [
        ("òa", "oà"),
        ("óa", "oá"),
        ("ỏa", "oả"),
        ("õa", "oã"),
        ("ọa", "oạ"),
        ("ủy", "uỷ"),
        ("úy", "uý"),
        ("tỷ", "tỉ"),
    ]

    def moved(text):
        for one, other in pairs:
            text = text.replace(one, other)
        return text

    each_text(book, moved)


@keeping()
def spaces_that_are_none(book, choose):
    sign = choose.one(["\u00a0", " \u200b", "\u2009", "\u00a0 "])
    each_text(book, lambda text: text.replace(" ", sign, choose.number(0, 3)))


@keeping()
def blanks_around_texts(book, choose):
    each_text(book, lambda text: f" {text}  " if text else text)


@cache
def _codes(encoding):
    """Letter -> code of a legacy encoding; a capital without a code is typed as the small letter."""
    table = yaml.safe_load(resources.files("pipeline").joinpath("encodings.yaml").read_text("utf-8"))[encoding]
    codes = {
        letter: code for letters, row in table["letters"] for letter, code in zip(letters, row.split(), strict=True)
    }
    capitals = {letter.upper(): code.upper() if encoding == "vni" else code for letter, code in codes.items()}
    return str.maketrans(capitals | codes)


def _in_encoding(book, encoding, font):
    for page in book.pages:
        page.font = font
        page.encode = lambda text: _typed(unicodedata.normalize("NFC", text), encoding)


def _typed(text, encoding):
    """A text in a legacy encoding; a raised 1 that is a letter's code there cannot be typed: it is put in brackets."""
    codes = _codes(encoding)
    return (text.replace("¹", "(1)") if "¹" in codes.values() else text).translate(codes)


@keeping("legacy_encoding")
def text_in_tcvn3(book, choose):
    _in_encoding(book, "tcvn3", choose.one([".VnTime", ".VnArial"]))


@keeping("legacy_encoding")
def text_in_vni(book, choose):
    _in_encoding(book, "vni", "VNI-Times")


@keeping("legacy_encoding")
def text_in_tcvn3_whose_font_was_lost(book, choose):
    _in_encoding(book, "tcvn3", "Times New Roman")


@keeping()
def unicode_text_in_a_font_of_old(book, choose):
    for page in book.pages:
        page.font, page.encode = ".VnTime", None


# -- numbers


def _grouped(value, thousands, point):
    text = f"{value:,.12g}" if value % 1 else f"{value:,.0f}"
    return text.translate({ord(","): thousands, ord("."): point})


@keeping()
def numbers_as_texts_with_dots(book, choose):
    each_number(book, lambda value: _grouped(value, ".", ","))


@keeping("ambiguous_number")
def numbers_as_texts_with_commas(book, choose):
    each_number(book, lambda value: _grouped(value, ",", "."), kinds=("count",))


@keeping()
def numbers_as_texts_with_spaces(book, choose):
    sign = choose.one([" ", "\u00a0", "\u2009"])
    each_number(book, lambda value: _grouped(value, sign, ","))


@keeping()
def small_numbers_with_a_zero_before(book, choose):
    each_number(book, lambda value: f"{value:02.0f}" if value < 10 and value.is_integer() else value, kinds=("count",))


@keeping()
def full_width_digits(book, choose):
    wide = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    each_number(book, lambda v: f"{v:.0f}".translate(wide) if v.is_integer() else v, kinds=("count",))


@keeping()
def marks_for_nothing(book, choose):
    mark = choose.one(["-", "–", "KPS", "không", "—"])
    each_number(book, lambda value: mark if value == 0 else value)


@keeping("footnote_mark")
def footnotes_on_numbers(book, choose):
    page = a_page(book, choose)
    strip, row = choose.one(page.measures), choose.one(member_rows(page))
    number = strip.cells[row]
    if isinstance(number, float) and number.is_integer() and kind_of(page, strip, row) == "count":
        strip.cells[row] = f"{strip.cells[row]:.0f}" + choose.one(["*", " *", " (1)"])


@keeping()
def figures_by_formula(book, choose):
    each_number(book, lambda value: Computed(f"={value!r}+0", value))


@keeping()
def percents_as_shown(book, choose):
    style = choose.one(["text", "text with a sign", "fraction in a format"])

    def change(value):
        if style == "fraction in a format":
            return Shown(value / 100, "0.00%")
        text = f"{value:.12g}".replace(".", ",")
        return f"{text}%" if style == "text with a sign" else text

    each_number(book, change, kinds=("percent",))


@keeping("unit_converted")
def amounts_in_another_unit(book, choose):
    page = book.page("fire")
    if page is None or len(member_rows(page)) < len(page.kinds):
        return
    unit = next(s for s in page.strips if s.role == "unit")
    measures = [column for at, column in enumerate(page.form.measures.values()) if at != page.lost]
    for row, column in enumerate(measures):
        strips = [s for s in page.measures if isinstance(s.cells[row], float)]
        if column.kind == "amount" and "đồng" in column.unit and unit.cells[row] == column.unit and len(strips) == 2:
            unit.cells[row] = "nghìn đồng"
            for strip in strips:
                strip.cells[row] = strip.cells[row] * 1000


# -- what loses or spoils something


def _a_cell(book, choose, kinds=("count",)):
    page = a_page(book, choose)
    strips = page.measures
    at = [(s, r) for s in strips for r in member_rows(page) if kind_of(page, s, r) in kinds]
    return page, *choose.one(at)


@spoiling
def a_figure_becomes_words(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = choose.one(
        ["khoảng 100", "91/97 vụ", "12,5", "1/2", "½", "mười", "#REF!", "10²", "1O", "5+3", "12 thùng"]
    )


@spoiling
def a_formula_without_a_value(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = Computed("=SUM(XX1:XX2)", None)


@spoiling
def an_error_cell(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = Computed("=1/0", "#DIV/0!")


@spoiling
def a_negative_figure(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = choose.one([-5.0, "-7", "(12)"])


@spoiling
def a_figure_with_a_fraction(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = choose.one([12.5, 7.25])


@spoiling
def a_blank_cell(book, choose):
    _, strip, row = _a_cell(book, choose)
    strip.cells[row] = None


@spoiling
def a_column_is_lost(book, choose):
    page = a_page(book, choose, table=True)
    strip = choose.one([s for s in page.measures if s.column.must_be_there and "Cùng kỳ" not in s.path[-1]])
    page.strips.remove(strip)


@spoiling
def a_column_stands_twice(book, choose):
    page = a_page(book, choose, table=True)
    strip = choose.one(page.measures)
    page.strips.append(Strip(strip.path, "measure", [7.0 for _ in strip.cells], strip.measure, strip.column))
    page.header = "flat"


@spoiling
def a_column_of_another_name(book, choose):
    page = a_page(book, choose, table=True)
    strip = choose.one([s for s in page.measures if s.column.must_be_there and "Cùng kỳ" not in s.path[-1]])
    strip.path = ("Số liệu bổ sung", *strip.path[1:])


@spoiling
def a_listed_row_is_lost(book, choose):
    page = choose.one([p for p in book.pages if p.is_list or p.form.rows[0].listed])
    page.lost = choose.one(member_rows(page))
    page.take(page.lost)


@spoiling
def districts_are_lost(book, choose):
    page = choose.one([p for p in book.pages if not p.is_list and not p.form.rows[0].listed])
    for _ in range(choose.number(1, 3)):
        page.take(choose.one(member_rows(page)))


@spoiling
def a_row_of_another_name(book, choose):
    page = choose.one([p for p in book.pages if p.is_list or p.form.rows[0].listed])
    page.keys[0].cells[choose.one(member_rows(page))] = "Nội dung phát sinh"


@spoiling
def a_row_without_a_name(book, choose):
    page = a_page(book, choose)
    page.keys[0].cells[choose.one(member_rows(page))] = None


@spoiling
def a_row_stands_twice(book, choose):
    page = a_page(book, choose, table=True)
    row = page.take(choose.one(member_rows(page)))
    page.put(0, row)
    page.put(0, (row[0], [c + 1 if isinstance(c, float) else c for c in row[1]]))


@spoiling
def no_header(book, choose):
    a_page(book, choose, table=True).header = "none"


@spoiling
def a_form_is_lost(book, choose):
    book.pages.remove(choose.one(book.pages))


@spoiling
def a_form_stands_twice(book, choose):
    page = a_page(book, choose)
    other = page.copy()
    other.name = f"{page.name} (2)"
    for strip in other.measures:
        strip.cells = [c + 1 if isinstance(c, float) else c for c in strip.cells]
    book.pages.append(other)


@spoiling
def a_sheet_of_another_year(book, choose):
    page = a_page(book, choose)
    page.lines = [line.replace("2024", "2023") for line in page.lines]


@spoiling
def rows_below_the_signature(book, choose):
    page = a_page(book, choose, table=True)
    at = member_rows(page)[-1]
    _, cells = page.take(at)
    page.below += [[], ["Người lập biểu"], [], cells]


@spoiling
def nobody_says_whose_it_is(book, choose):
    book.file = "bao cao.xlsx"
    for page in book.pages:
        page.lines = [line for line in page.lines if "Đơn vị báo cáo" not in line]


@spoiling
def a_total_that_does_not_add_up(book, choose):
    page = choose.one([p for p in book.pages if p.where("total")])
    strip = choose.one([s for s in page.measures if _sums(s)])
    strip.cells[page.where("total")[0]] += choose.one([1.0, 100.0, -3.0])


@spoiling
def another_unit_of_another_thing(book, choose):
    page = book.page("fire")
    unit = next(s for s in page.strips if s.role == "unit")
    row = choose.one([r for r in member_rows(page) if unit.cells[r] == "ha"])
    unit.cells[row] = "km2"


__all__ = ["KEEPING", "SPOILING", "TOLD", "Page"]
