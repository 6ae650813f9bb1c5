"""Two ways of typing the same words compare equal; different words do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import (
    fold,
    fold_variants,
    holds_personal_data,
    label_variants,
    mask_in_name,
    mask_personal,
    slug,
    tidy,
)
from tests.legacy import ALPHABET


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thanh Hoá", "Thanh Hóa"),
        ("THUỶ", "thủy"),
        ("quý", "quí"),
        ("Quy định", "qui định"),
        ("tỷ lệ", "tỉ lệ"),
        ("kỹ thuật", "kĩ thuật"),
        ("lý do", "lí do"),
        ("Ðông Hà", "Đông Hà"),
        ("Ɖông Hà", "Đông Hà"),
        ("Số\u00a0vụ", "Số vụ"),
        ("Số\u202fvụ", "Số vụ"),
        ("Số\u3000vụ", "Số vụ"),
        ("\u200bSố\u200b vụ\ufeff", "Số vụ"),
        ("\u202aSố vụ\u202c", "Số vụ"),
        ("phạm\u00adtội", "phạmtội"),
        ("\uff33\u1ed1 \uff12\uff10\uff12\uff14", "Số 2024"),
        ("Số_x000D_\nvụ", "Số vụ"),
        ("Số vụ phát-\nhiện", "Số vụ phát hiện"),
        ("Khám phá.", "khám  phá"),
        ("T\u043eng s\u043e", "Tong so"),
        ("\u0410n Giang", "An Giang"),
        ("B\u0391C NINH", "BAC NINH"),
    ],
)
def test_the_same_words_typed_otherwise_are_the_same(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sơn", "Son"),
        ("bản", "bán"),
        ("Đa", "Da"),
        ("thủy", "thui"),
        ("tuy", "tui"),
        ("m²", "m³"),
        ("Loại 1", "Loại 2"),
        ("\u041c\u0430", "Ma"),
    ],
)
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


@given(st.text(st.sampled_from(ALPHABET + "abcdxyz -,.()0123456789"), max_size=40))
def test_composed_and_decomposed_text_is_the_same(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert tidy(unicodedata.normalize("NFD", text)) == tidy(text)


@pytest.mark.parametrize("letter", [letter for letter in ALPHABET if len(unicodedata.normalize("NFD", letter)) == 3])
def test_marks_in_any_order_make_the_same_letter(letter):
    base, first, second = unicodedata.normalize("NFD", letter)
    assert tidy(base + second + first) == letter
    assert fold(base + second + first) == fold(letter)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_tidy_text_is_tidy(text):
    assert tidy(tidy(text)) == tidy(text)


def test_a_word_broken_at_the_end_of_a_line_is_one_word_or_two():
    assert fold("clearance rate") in fold_variants("clear-\nance rate")
    assert fold("clearance rate") in fold_variants("clear\u00ad\nance rate (%)")
    assert fold("Số vụ phát hiện") in fold_variants("Số vụ phát-\nhiện (vụ)")


def test_a_dash_between_lines_joins_nothing_else():
    assert fold_variants("Số vụ\n- phát hiện") == (fold("Số vụ phát hiện"),)
    assert "20232024" not in " ".join(fold_variants("2023-\n2024"))


@pytest.mark.parametrize("mark", ["¹", " ²", "*", " (1)", "[1]", "¹⁾", "¹,²", " 1)", " ⁽¹⁾", "†", " (*)"])
def test_the_mark_of_a_footnote_may_be_left_out(mark):
    assert fold("Số vụ") in fold_variants(f"Số vụ{mark}")
    assert fold("Số vụ") in label_variants(f"1. Số vụ{mark}")


@pytest.mark.parametrize("text", ["Diện tích m²", "Khối lượng m³", "Tội phạm CO2", "Loại 1", "Biểu 2", "km²"])
def test_what_belongs_to_a_name_is_no_footnote(text):
    assert fold_variants(text) == (fold(text),)


def test_a_text_as_it_stands_is_its_first_variant_and_the_barest_its_last():
    variants = fold_variants("Số vụ¹ (vụ)")
    assert variants[0] == fold("Số vụ1 vụ")
    assert variants[-1] == fold("Số vụ")


def test_full_width_brackets_are_brackets():
    assert fold("Số") in fold_variants("Số\uff08vụ\uff09")


def test_a_control_character_is_not_kept():
    assert tidy("Số\x00 vụ\x07") == "Số vụ"
    assert tidy("Số_x0007_ vụ") == "Số vụ"


def test_a_slug_has_no_marks():
    assert slug("Đắk Lắk_báo cáo") == "dak-lak-bao-cao"


@pytest.mark.parametrize("text", [
    "Hoa\n0912 345\n678", "Hoa 0912\t345678", "CMND 123 456 789", "\u0110T 912345678", "S\u0110T: 912.345.678",
    "0912,345,678", "0912345678 \u0110\u1ed3ng Th\u1ecb Hoa", "0912345678 Tri\u1ec7u V\u0103n An",
    "001099012345 Tri\u1ec7u V\u0103n An", "84912345678 Tri\u1ec7u V\u0103n An",
    "84912345678 \u0111\u1ed3ng ch\u00ed Hoa", "0912345678 vnd",
    "CCCD 001 099 012 345", "001-099-012-345", "001.099.012.345", "đt 0912 345 678", "ĐT.0912345601",
    "ĐT.0912.345.602", "CCCD.037085012306", "0912345603,0987654303", "037085012304,037085012305",
    "0912\u00a0345\u00a0678", "037\u00a0085\u00a0012\u00a0306", "(+84) 912 345 609", "0912\u2013345\u2013612",
    "0912/345/612", "0912_345_613", "0912 - 345 - 620", "0.912.345.622", "09 12 34 56 10", "0912\u200b345678",
    "0370 8501 2307", "037085 012308", "02293871615", "024 3825 1616", "CMND 186123417", "an18\uff20gmail.com",
    "an19 @ gmail.com", "\u0660\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "0912 345 678",
    "+84(0)912345678", "(0912) 345-678", "84 912 345 678", "Nghệ An (+84) 912 345 302.xlsx",
    "Thanh Hóa.0912345301.xlsx", "0084912345678", "+84 912 345 678",
    "Huyện A 038 099 012345", "038.099.012345", "zalo 912345678", "Zalo: 912 345 678", "Số CC 38099012345",
])  # fmt: skip
def test_a_number_of_a_person_is_found_in_groups_and_in_wide_digits(text):
    assert holds_personal_data(text)
    assert mask_personal(text) == "***"
    assert not any(sign.isdigit() for sign in mask_in_name(text))


@pytest.mark.parametrize("text", [
    "08 09 10 11 12", "03.04.05.06.07", "340123456789 \u0111\u1ed3ng", "84912345678 VND",
    "05.11.2024 14:30", "01-01-2024 31-12-2024", "84.912.345.678", "1.234.567.890", "0,84951234567",
    "tháng 11 năm 2024", "123.456.789.012", "123456789012,5", "1234567890123", "Số 12/BC-CAT ngày 05/01/2025",
    "2024-01-05", "12.345,67", "Biểu 02", "012/2024/1234", "0912", "037.085.012,5", "từ 15/11/2023 đến 14/11/2024",
    "2023-12-15 2024-11-14", "15.12.2023-14.11.2024", "1 234 567 890 123", "12 345 678 901",
    "Tổng số CMND đã thu hồi: 123.456.789", "0,5 0,25 0,125", "01.02.2024 10:20:30", "001 002 003", "(1) (2) (3) (4)",
    "01 02 03 04 05", "01.12.2023 - 30.11.2024", "qua zalo 12 vụ", "138 099 012345",
    "lừa đảo qua Zalo, Facebook: 912", "Số vụ 038.099,12",
])  # fmt: skip
def test_an_amount_and_a_date_are_nobodys_number(text):
    assert not holds_personal_data(text)
