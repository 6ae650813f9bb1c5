"""Two ways of typing the same words compare equal; different words do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import fold, fold_variants, holds_personal_data, label_variants, mask_personal, slug, tidy
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


@pytest.mark.parametrize(
    "text",
    [
        "CCCD 001 099 012 345",
        "001-099-012-345",
        "001.099.012.345",
        "\uff10\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "đt 0912 345 678",
    ],
)
def test_a_number_of_a_person_is_found_in_groups_and_in_wide_digits(text):
    assert holds_personal_data(text)
    assert not any(sign.isdigit() for sign in mask_personal(text))


@pytest.mark.parametrize("text", ["123.456.789.012", "1 234 567", "05.11.2024 14:30", "12/11/2024"])
def test_an_amount_and_a_date_are_nobodys_number(text):
    assert not holds_personal_data(text)
