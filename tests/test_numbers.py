"""Numbers as officials type them, and the small language of rules and formulas."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ExpressionError
from pipeline.expressions import Expression, Term
from pipeline.messages import Messages
from pipeline.number_text import COMMA, POINT, clean, take_apart
from pipeline.numbers import Marks, parse_cell
from pipeline.text import fold, holds_personal_data, label_variants, mask_personal, slug, tidy

MARKS = Marks(frozenset({"-", "kps", "không"}), frozenset({"...", ".."}), frozenset({"x"}))


def number(value, kind):
    """The number, or the state where there is none."""
    parsed = parse_cell(value, kind, MARKS)
    return parsed.value if parsed.state == "number" else parsed.state


@pytest.mark.parametrize(("typed", "count", "amount", "percent"), [
    ("7", 7, 7, 7),
    ("02", 2, 2, 2),
    ("007", 7, 7, 7),
    (" 7 ", 7, 7, 7),
    ("\u00a07\u200b", 7, 7, 7),
    ("+7", 7, 7, 7),
    ("-7", -7, -7, -7),
    ("\u22127", -7, -7, -7),
    ("– 7", -7, -7, -7),
    ("1.234", 1234, 1234, 1.234),
    ("1,234", 1234, 1.234, 1.234),
    ("1 234", 1234, 1234, 1234),
    ("1\u00a0234", 1234, 1234, 1234),
    ("1\u202f234", 1234, 1234, 1234),
    ("1'234", 1234, 1234, 1234),
    ("1.234.567", 1234567, 1234567, 1234567),
    ("1,234,567", 1234567, 1234567, 1234567),
    ("12.345.678.901", 12345678901, 12345678901, 12345678901),
    ("1.234,5", 1234.5, 1234.5, 1234.5),
    ("1,234.5", 1234.5, 1234.5, 1234.5),
    ("1 234,56", 1234.56, 1234.56, 1234.56),
    ("84,95", 84.95, 84.95, 84.95),
    ("84.95", 84.95, 84.95, 84.95),
    ("0,8495", 0.8495, 0.8495, 0.8495),
    ("0.849", 0.849, 0.849, 0.849),
    ("0,849", 0.849, 0.849, 0.849),
    ("84,95%", 84.95, 84.95, 84.95),
    ("84,95 %", 84.95, 84.95, 84.95),
    ("100%", 100, 100, 100),
    ("\uff11\uff12", 12, 12, 12),
    ("12.50", 12.5, 12.5, 12.5),
    ("1.2345", 1.2345, 1.2345, 1.2345),
    ("12,5", 12.5, 12.5, 12.5),
    (7, 7, 7, 7),
    (7.25, 7.25, 7.25, 7.25),
    (0.0, 0, 0, 0),
    (1e15, 1e15, 1e15, 1e15),
    ("", "blank", "blank", "blank"),
    ("   ", "blank", "blank", "blank"),
    ("-", "nil", "nil", "not_applicable"),
    ("KPS", "nil", "nil", "not_applicable"),
    (" Không ", "nil", "nil", "not_applicable"),
    ("...", "missing", "missing", "missing"),
    ("…", "missing", "missing", "missing"),
    ("X", "not_applicable", "not_applicable", "not_applicable"),
    *((bad, *["rejected"] * 3) for bad in (
        "91/97 vụ", "91/97", "12 vụ", "vụ", "1.23.4", "1.2.3", "12.34.567", "1,23,456", "1.234.56", "1..2", "1,2,",
        ",5", "5.", "--5",
        "- -5", "+-5", "1e5", "0x10", "1_000", "nan", "inf", "Infinity", "#DIV/0!", "=1+1", "5 6", "5-6", "(5)", "5%%",
        "%",
        "1.234,567.8", "1 234.567,8", "²", "10²", "5①", "½", "12/2024", "1.000 đ", "khoảng 5", ">5", "9" * 400,
        "0912345678", "038093012345",
        True, False, math.nan, math.inf, None, b"5", [5],
    )),
], ids=repr)  # fmt: skip
def test_a_cell_reads_as_its_kind_of_column_reads_it(typed, count, amount, percent):
    assert [number(typed, kind) for kind in ("count", "amount", "percent")] == [count, amount, percent]


@pytest.mark.parametrize(
    ("typed", "rate"), [("1.234", 1234), ("1,234", 1.234), ("12.5", 12.5), ("-", "not_applicable"), ("...", "missing")]
)
def test_a_rate_may_have_thousands_and_decimals(typed, rate):
    assert number(typed, "rate") == rate


@pytest.mark.parametrize(("typed", "decimals"), [
    ("84,95", 2), ("84,90", 2), ("85", 0), ("0,8495", 4), (84.95, 2), (84.9, 1), (85.0, 0), (1e300, 0), (1e-7, 17),
    ("1.234,50", 2),
    ("84,9%", 1),
])  # fmt: skip
def test_stated_decimals_are_those_that_were_typed(typed, decimals):
    assert parse_cell(typed, "amount", MARKS).decimals == decimals


@given(st.integers(min_value=0, max_value=10**12))
def test_a_whole_number_survives_every_way_of_grouping_it(whole):
    grouped = f"{whole:,}"
    for sign in (".", " ", "\u00a0", "'"):
        assert number(grouped.replace(",", sign), "amount") == whole
    for sign in (",", "."):
        assert number(grouped.replace(",", sign), "count") == whole
    assert number(float(whole), "count") == whole


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_an_amount_with_two_decimals_survives_both_customs(whole, cents):
    expected = float(f"{whole}.{cents:02d}")
    assert number(f"{whole:,}.{cents:02d}", "amount") == expected
    assert number(f"{whole:,}".replace(",", ".") + f",{cents:02d}", "amount") == expected
    assert number(f"{whole},{cents:02d}", "percent") == expected


@given(st.text(max_size=12), st.sampled_from(["count", "amount", "percent", "rate"]))
def test_any_text_is_a_finite_number_or_has_a_state(text, kind):
    parsed = parse_cell(text, kind, MARKS)
    assert (parsed.state in {"number", "nil"}) == math.isfinite(parsed.value)
    assert parsed.decimals >= 0


SIGNS = {"": 1, "-": -1, "+": 1, "- ": -1, "\u2212": -1, "– ": -1}
THOUSANDS = {COMMA: [".", " ", "\u00a0", "\u2009", "\u202f", "'", "\u2019", ""], POINT: [",", " ", "\u00a0", "'", ""]}
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,.%"}


@given(
    st.sampled_from([COMMA, POINT]),
    st.integers(0, 10**12),
    st.text("0123456789", max_size=6),
    st.tuples(st.sampled_from(sorted(SIGNS)), st.sampled_from(["", "%", " %", "*", " (1)", " vụ", " tỷ đồng"])),
    st.data(),
)
def test_a_number_written_in_a_custom_is_exactly_that_number_under_it(custom, whole, part, around, data):
    (sign, after), wide = around, data.draw(st.booleans())
    thousands = data.draw(st.sampled_from(THOUSANDS[custom]))
    point = "," if custom == COMMA else "."
    digits = f"{whole:,}".replace(",", thousands) + (f"{point}{part}" if part else "")
    typed = f"{sign}{digits.translate(FULL_WIDTH) if wide else digits}{after}"
    read = take_apart(clean(typed))
    assert read is not None
    value, decimals = read.readings.by(custom)
    assert (read.sign * value, decimals) == (SIGNS[sign] * float(f"{whole}.{part or 0}"), len(part))


@given(st.text("0123456789.,' ", min_size=1, max_size=14), st.sampled_from(["count", "amount", "percent", "rate"]))
def test_a_number_that_is_read_has_the_digits_that_were_typed_and_its_point_at_a_sign(text, kind):
    parsed = parse_cell(text, kind, MARKS)
    if parsed.state == "number":
        whole, _, part = re.sub(r"[' ]", "", text).replace(",", ".").rpartition(".")
        digits = re.sub(r"\D", "", whole)
        assert parsed.value in {float(digits + part), float(f"{digits or 0}.{part}")}


@given(st.text("0123456789.,' -+()%*/xOl=~?:#eE²½vụ", max_size=10) | st.text(max_size=12))
def test_every_refusal_has_its_own_sentence(text):
    parsed = parse_cell(text, "count", MARKS)
    assert (parsed.state == "rejected") == bool(parsed.why)
    assert not parsed.why or Messages("vi").has(f"number.why.{parsed.why}")


# Text


@given(st.text(max_size=20))
def test_folding_and_tidying_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)
    assert fold(tidy(text)) == fold(text)


@pytest.mark.parametrize(("one", "other"), [
    ("Hoá", "hóa"), ("THUỶ", "thủy"), ("Tỷ lệ", "Tỉ lệ"), ("Quy\u0300", "quỳ"), ("Đường  bộ", "ĐƯỜNG\nBỘ"),
    ("tr/đó", "Tr đó"), ("Ðà Nẵng", "Đà Nẵng"),
    ("Khoá", "khóa"), ("loè", "lòe"), ("ﬁre", "fire"),
])  # fmt: skip
def test_two_ways_of_typing_one_word_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ma", "má"), ("cướp", "cuop"), ("Hà Nam", "Hà Nạm"), ("đa", "da"), ("tay", "tai"), ("thuý", "thúi")],
)
def test_different_words_stay_different(one, other):
    assert fold(one) != fold(other)


def test_a_label_is_known_without_its_ordinal_and_its_of_which():
    of_which = (fold("Trong đó"),)
    for label in (
        "1. Theft",
        "1.1 Theft",
        "1.1. Theft",
        "IV. Theft",
        "a) Theft",
        "- Theft",
        "+ Theft",
        "Trong đó: Theft",
        "- Trong đó: 1. Theft",
    ):
        assert "theft" in label_variants(label, of_which), label


def test_a_name_becomes_a_plain_slug():
    assert slug("Thanh Hoá_báo cáo ĐỢT 1.xlsx") == "thanh-hoa-bao-cao-dot-1-xlsx"


@pytest.mark.parametrize(
    "text", ["CCCD 038093012345", "Lan, ĐT: 0912 345 678", "0912.345.678", "+84912345678", "lan.nt@example.vn"]
)
def test_personal_data_is_seen_and_masked_with_all_that_stands_beside(text):
    assert holds_personal_data(text)
    assert mask_personal(text) == "***"


@pytest.mark.parametrize(
    "text", ["123.456.789.012", "1234567890123", "Số 12/BC-CAT ngày 05/01/2025", "2024-01-05", "12.345,67", "Biểu 02"]
)
def test_amounts_dates_and_numbers_of_documents_are_no_personal_data(text):
    assert not holds_personal_data(text)


# Expressions


NAMES = ("a", "b", "c.previous")
numbers = st.floats(min_value=-1e6, max_value=1e6).map(lambda v: round(v, 3)) | st.integers(-50, 50).map(float)
nullable = numbers | st.none()


def arithmetic():
    leaves = st.sampled_from(NAMES) | st.integers(0, 20).map(str) | st.sampled_from(["0.5", "1.25"])

    def bigger(inner):
        return (
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
            | inner.map(lambda e: f"abs({e})")
            | inner.map(lambda e: f"(-{e})")
        )

    return st.recursive(leaves, bigger, max_leaves=8)


class Row:
    """A row whose `c` has a previous."""

    def __init__(self, values):
        self.a, self.b, self.previous = values


def plainly(text, values):
    """What Python makes of it; None where a used number is null or a denominator zero."""
    names = {"a": values[0], "b": values[1], "c": Row(values), "abs": abs}
    used = [value for name, value in zip(NAMES, values, strict=True) if name in text.replace("abs", "")]
    if any(value is None for value in used):
        return None
    try:
        return float(eval(text, {"__builtins__": {}}, names))  # noqa: S307  the test's own text
    except ZeroDivisionError:
        return None


def evaluate(text, values):
    expression = Expression(text)
    given_numbers = {Term(n): np.array([math.nan if v is None else v]) for n, v in zip(NAMES, values, strict=True)}
    result = expression.evaluate(given_numbers)
    return float(result.values[0]) if result.known[0] else None


@given(arithmetic(), st.tuples(nullable, nullable, nullable))
def test_a_formula_gives_what_python_gives_and_nothing_for_nulls_and_zero_denominators(text, values):
    expected = plainly(text, values)
    found = evaluate(text, values)
    if expected is None:
        assert found is None
    elif math.isfinite(expected):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


OPERATORS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@given(
    st.sampled_from(sorted(OPERATORS)),
    st.integers(-3, 3),
    st.integers(-3, 3),
    st.integers(-3, 3),
    st.sampled_from(["and", "or"]),
)
def test_comparisons_and_their_joins_give_what_python_gives(operator, a, b, c, join):
    text = f"a {operator} b {join} b {operator} c.previous"
    first, second = OPERATORS[operator](a, b), OPERATORS[operator](b, c)
    assert evaluate(text, (a, b, c)) == float(first and second if join == "and" else first or second)


@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3))
def test_a_chain_of_comparisons_means_all_of_them(a, b, c):
    assert evaluate("a <= b < c.previous", (a, b, c)) == float(a <= b < c)


@pytest.mark.parametrize(("text", "values"), [
    ("a <= b", (None, 1, 1)), ("a / b >= 1", (1, 0, 1)), ("a <= b or b <= a", (1, None, 1)), ("0 / a == 0", (0, 1, 1)),
    ("a / (b - b) > 0", (1, 5, 0)),
    ("a == b and c.previous == 1", (1, 1, None)),
])  # fmt: skip
def test_a_rule_with_a_null_or_a_zero_denominator_is_not_evaluated(text, values):
    assert evaluate(text, values) is None


def test_sums_of_amounts_that_differ_in_their_last_bits_are_equal():
    assert evaluate("a + b == c.previous", (0.1, 0.2, 0.3)) == 1.0
    assert evaluate("a + b <= c.previous", (0.1, 0.2, 0.3)) == 1.0
    assert evaluate("a + b > c.previous", (0.1, 0.2, 0.3)) == 0.0


def test_last_years_formula_uses_last_years_names():
    assert Expression("abs(a - b) / a").of_previous.text == "abs(a.previous - b.previous) / a.previous"


@pytest.mark.parametrize("text", [
    "", " ", "a +", "a b", "a ** b", "a // b", "a % b", "not a", "a if b else a", "a[0]", "a()", "__import__('os')",
    "abs(a, b)", "abs()", "max(a, b)",
    "'a'", "True", "a is b", "a in b", "lambda: a", "[a]", "{a}", "a = b", "a := b", "a; b", "f'{a}'", "1j", "...",
    "None", "a @ b", "a & b", "~a",
    "(" * 300 + "a" + ")" * 300, "\x00",
])  # fmt: skip
def test_anything_else_is_no_expression(text):
    with pytest.raises(ExpressionError):
        Expression(text)


@pytest.mark.parametrize("typed", ["x?", "X ?", "không?", "KPS??", ".. ?", "- ?"])
def test_a_mark_with_a_question_is_asked_about(typed):
    assert number(typed, "count") == "rejected"


def test_a_formula_has_every_digit_of_a_rule_s_number():
    rule = Expression("n <= 1234567")
    assert rule.compared({Term("n"): "A1"}) == ("A1", "<=", "1234567")
    assert rule.formula({Term("n"): "A1"}, exact=True) == "IF(COUNT(A1)<1,TRUE,(A1<=1234567))"
    assert rule.worded({Term("n"): "Cases"}) == "Cases \u2264 1234567"


def test_a_formula_of_numbers_with_last_bits_allows_for_them():
    formula = Expression("a + b == c").formula({Term(name): f"{name.upper()}1" for name in "abc"})
    assert formula == "IF(COUNT(A1,B1,C1)<3,TRUE,(ABS((A1+B1)-C1)<=1E-9*MAX(ABS((A1+B1)),ABS(C1))))"
