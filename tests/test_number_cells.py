"""Numbers as they stand in a sheet: its habits, units and marks beside numbers, and the advice where one is refused."""

import datetime as dt

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from pipeline.ingest.percent import _share
from tests.books import Desk, Formatted, found, only, states, values

FORM = """
    title: F
    rows: [{key: district, header: D, members: open}]
    totals: none
    columns:
      n: {header: Cases, kind: count, unit: vụ}
      cleared: {header: Cleared, kind: count, required: false}
      money: {header: Damage, kind: amount, unit: triệu đồng, required: false, MONEY}
      rate: {header: Rate, kind: rate, required: false}
      share: {header: Share, kind: percent, required: false, FORMULA}
      area: {header: Area, kind: amount, required: false}
    rules: [{id: within, check: cleared <= n}]
"""
HEADERS = {"n": "Cases", "cleared": "Cleared", "money": "Damage", "rate": "Rate", "share": "Share", "area": "Area"}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def form(money="signed: false", formula="total: none"):
    return FORM.replace("MONEY", money).replace("FORMULA", formula)


def sheet(**columns):
    """Rows with these columns: measure -> what is typed in each row; the rows are R0, R1, ..."""
    height = max(len(typed) for typed in columns.values())
    head = ["D", *(HEADERS[name] for name in columns)]
    cells = [[*typed, *[None] * (height - len(typed))] for typed in columns.values()]
    return [head, *([f"R{row}", *(column[row] for column in cells)] for row in range(height))]


def check(desk, catalogue=None, **columns):
    return desk.catalogue(catalogue or form()).send(sheet(n=[1] * max(map(len, columns.values())), **columns)).check()


def rule_at(result, cell):
    return [(f.severity, f.rule) for f in result.findings.itertuples() if f.cell == cell]


# What a number format says


@pytest.mark.parametrize("shown", ['0.0" tỷ"', '#,##0.0" tỷ";-0.0" tỷ"', "General\\ \\t\\ỷ", '0.0" tỷ đồng"_)'])
def test_a_unit_in_a_number_format_converts_as_one_that_is_typed(desk, shown):
    result = check(desk, money=[Formatted(5.8031, shown), "5,8031 tỷ"])
    assert values(result, "money") == {"R0": 5803.1, "R1": 5803.1}
    assert [rule_at(result, cell) for cell in ("C2", "C3")] == [[("warning", "unit_converted")], []]


@pytest.mark.parametrize("shown", ['0.0" triệu"', '0.0" (*)"', '0.0,," tỷ"', '"Lần "0.0', '0.0" mục"', '#,##0.0\\ "₫"'])
def test_a_number_format_that_says_the_columns_unit_or_none_is_no_doubt(desk, shown):
    result = check(desk, money=[Formatted(5803.1, shown)])
    assert (values(result, "money"), found(result)) == ({"R0": 5803.1}, [])


def test_a_unit_of_another_kind_in_a_number_format_is_refused(desk):
    rows = sheet(n=[Formatted(5, '0" vụ"'), Formatted(5, '0" km²"')])
    result = desk.catalogue(form()).send(rows).check()
    assert states(result) == {"R0": "number", "R1": "rejected"}
    assert '"5 km²" is not a number (R1). "km²" is not the column\'s unit' in only(result, "not_a_number")["message"]


def test_a_count_that_is_shown_as_a_percentage_is_refused(desk):
    rows = sheet(n=[Formatted(1, "0.00%"), Formatted(0.9467, "0%"), Formatted(0, "0%")])
    result = desk.catalogue(form()).send(rows).check()
    assert states(result) == {"R0": "rejected", "R1": "rejected", "R2": "number"}
    assert [rule_at(result, cell) for cell in ("B2", "B3")] == [[("error", "not_a_number")]] * 2
    assert "shows 94.67%, and this column is no percentage" in " ".join(result.findings["message"])


# What is refused, and why

REFUSED = [
    ("91/97 vụ", 'Write 91 under "Cleared" and 97 under "Cases".'),
    ("97/91", 'Write 97 under "Cases" and 91 under "Cleared".'),
    ("12 xe", "\"xe\" is not the column's unit (vụ)"),
    ("5 người chết", "\"người chết\" is not the column's unit (vụ)"),
    ("12km2", "\"km2\" is not the column's unit"),
    ("12 vụ?", "An estimate"),
    ("12 vụ (có 3 vụ cũ)", "Something else stands after the number"),
    ("12 (34)", "Something else stands after the number"),
    ("12 tháng 5", "Something else stands after the number"),
    ("12 vụ...", "Something else stands after the number"),
    ("12%", "This column is no percentage"),
    ("12 % vụ", "Something else stands after the number"),
    ("(12)", '"Cases" cannot be negative'),
    ("(-5)", '"Cases" cannot be negative'),
    ("½", 'The fraction "½" is not read'),
    ("1½", 'The fraction "½" is not read'),
    ("10²", "raised or circled digit"),
    ("5①", "raised or circled digit"),
    ("mười hai", "Write digits, or 0 / -"),
    ("chưa rõ", "... / n/a"),
    ("?", "This mark is not in the catalogue"),
    ("_", "This mark is not in the catalogue"),
    ("~100", "An estimate"),
    (">100", "An estimate"),
    ("≥ 100", "An estimate"),
    ("100?", "An estimate"),
    ("100+", "An estimate"),
    ("khoảng 100", "Words stand before the number"),
    ("5+3", "This is a calculation"),
    ("5 x 3", "This is a calculation"),
    ("5-3", "Two numbers stand in one cell"),
    ("5 – 7", "Two numbers stand in one cell"),
    ("5-", "The minus stands after the number"),
    ("1.2E+05", "shortened number"),
    ("O", "type 0 again"),
    ("o", "type 0 again"),
    ("l2", "type 12 again"),
    ("1O5", "type 105 again"),
    ("IV", "Roman"),
    ("12.", "Dots or commas"),
    ("12,", "Dots or commas"),
    ("1.2.3", "Dots or commas"),
    ("1.234.56", "Dots or commas"),
    ("01.234", "Dots or commas"),
    ("5 6", "Spaces stand between digits"),
    ("12/2024", "It looks like a date"),
    ("01/02/2024", "It looks like a date"),
    ("8:30", "It looks like a time"),
    ("#DIV/0!", "divides by 0"),
    ("#N/A", "did not find"),
    ("#NAME?", "name or a range"),
    ("#NUM!", "cannot be computed"),
    ("#REF!", "was deleted"),
    ("#VALUE!", "met a text"),
    ("####", "too narrow"),
    ("Err:502", "met a text"),
    (True, "TRUE or FALSE"),
    (1e19, "too large"),
    ("9" * 30, "too large"),
    ("1 " * 16_000 + "x", "long text"),
]  # fmt: skip


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    typed = [typed for typed, _ in REFUSED]
    return Desk(tmp_path_factory.mktemp("refused")).catalogue(form()).send(sheet(n=typed, cleared=[0])).check()


@pytest.mark.parametrize(("row", "advice"), list(enumerate(advice for _, advice in REFUSED)),
                         ids=[repr(typed)[:20] for typed, _ in REFUSED])  # fmt: skip
def test_a_count_that_cannot_be_read_is_refused_at_its_cell_with_its_own_advice(refusals, row, advice):
    own = refusals.findings[(refusals.findings["cell"] == f"B{row + 2}") & (refusals.findings["severity"] == "error")]
    assert own["rule"].tolist() == ["not_a_number"]
    assert advice in own["message"].iloc[0]
    assert states(refusals)[f"R{row}"] == "rejected"


def test_two_numbers_in_a_cell_get_no_columns_where_the_form_relates_none(desk):
    result = check(desk, area=["91/97"])
    assert "each under its own column" in only(result, "not_a_number")["message"]


def test_the_columns_for_two_numbers_are_those_of_the_formula_that_divides_them(desk):
    stated = form(formula="equals: cleared / n").replace("rules: [{id: within, check: cleared <= n}]", "")
    result = desk.catalogue(stated).send(sheet(n=[1], cleared=["97/91"])).check()
    assert 'Write 97 under "Cleared" and 91 under "Cases".' in only(result, "not_a_number")["message"]


@pytest.mark.parametrize(("typed", "advice"), [
    ("91/97", 'Write 91 under "Cleared" and 97 under "Cases".'),
    ("162/2", '162 and 2. Check which is of "Cleared" and which of "Cases"'),
])  # fmt: skip
def test_two_numbers_that_a_formula_would_put_against_a_rule_get_no_columns(desk, typed, advice):
    result = desk.catalogue(form(formula="equals: cleared / n")).send(sheet(n=[typed], cleared=[1])).check()
    assert advice in only(result, "not_a_number")["message"]


def test_two_numbers_that_keep_a_rule_either_way_get_no_columns(desk):
    result = check(desk, cleared=["9/9"])
    assert 'Check which is of "Cleared" and which of "Cases"' in only(result, "not_a_number")["message"]


def test_advice_about_marks_names_only_those_that_the_catalogue_has(desk):
    catalogue = "{name: T, clusters: [{id: c, provinces: [north]}], forms: [f], nil_marks: [], missing_marks: [later]}"
    result = desk.catalogue(form(), catalogue=catalogue).send(sheet(n=["?"])).check()
    message = only(result, "not_a_number")["message"]
    assert "0 for none, later where it is not available" in message


def test_what_advice_quotes_holds_no_personal_data(desk):
    result = check(desk, cleared=["0912345678/5", "12 a 0912345678"])
    assert "0912345678" not in result.findings.to_csv()


def test_a_correction_that_is_no_number_is_refused_with_advice_about_its_own_text(desk):
    desk.catalogue(form()).send(sheet(n=["l2"]))
    lines = "province,file,sheet,cell,reads,should_read,reason,by,date\nnorth,north.xlsx,F,B2,l2,5+3,r,b,d\n"
    (desk.inputs / "corrections.csv").write_text(lines, encoding="utf-8")
    finding = only(desk.check(), "not_a_number")
    assert (finding["value"], "calculation" in finding["message"]) == ("5+3", True)


# Texts of which a part is raised or struck out

RAISED, LOWERED = InlineFont(vertAlign="superscript"), InlineFont(vertAlign="subscript")
STRUCK, PLAIN = InlineFont(strike=True), InlineFont()


def rich(*parts):
    return CellRichText([TextBlock(font, text) for text, font in parts])


@pytest.mark.parametrize(("typed", "advice"), [
    ([("79", PLAIN), ("1", RAISED)], "superscript"), ([("1", RAISED), ("79", PLAIN)], "superscript"),
    ([("14", PLAIN), (" 2", LOWERED)], "superscript"), ([("12 %", PLAIN), ("1", RAISED)], "superscript"),
    ([("7", STRUCK), ("79", PLAIN)], "struck out"), ([("1 ", STRUCK), ("062", PLAIN)], "struck out"),
    ([("-", STRUCK), ("5", PLAIN)], "struck out"), ([("79", STRUCK)], "struck out"),
])  # fmt: skip
def test_a_number_of_which_a_part_is_raised_or_struck_out_is_refused(desk, typed, advice):
    result = check(desk, cleared=[rich(*typed), 1])
    assert values(result, "cleared") == {"R0": None, "R1": 1}
    assert found(result) == [("error", "not_a_number", "C2")]
    assert advice in only(result, "not_a_number")["message"]


@pytest.mark.parametrize(("typed", "value"), [
    ([("7", PLAIN), ("9", InlineFont(b=True))], 79), ([("79", RAISED)], 79), ([("79", PLAIN), ("*", RAISED)], 79),
    ([("79", PLAIN), (" ", STRUCK)], 79), ([("79", InlineFont(strike=False)), (" ", PLAIN)], 79),
    ([("79", PLAIN), ("(1)", RAISED)], 79),
])  # fmt: skip
def test_a_number_whose_digits_are_all_set_alike_is_read(desk, typed, value):
    assert values(check(desk, cleared=[rich(*typed)]), "cleared") == {"R0": value}


def test_a_raised_digit_of_a_unit_is_none_of_the_number(desk):
    catalogue = form().replace("area: {header: Area,", "area: {header: Area, unit: m2,")
    assert values(check(desk, catalogue, area=[rich(("5 m", PLAIN), ("2", RAISED))]), "area") == {"R0": 5}


def test_a_text_that_excel_keeps_with_those_of_all_sheets_is_looked_at_too(desk):
    desk.catalogue(form()).send([["D", "Cases"]])
    with xlsxwriter.Workbook(desk.inputs / "north.xlsx") as book:
        page, raised, struck = book.add_worksheet("F"), *(
            book.add_format(said) for said in ({"font_script": 1}, {"font_strikeout": True})
        )  # fmt: skip
        page.write_row(0, 0, ["D", "Cases"])
        page.write_column(1, 0, ["R0", "R1", "R2"])
        page.write_rich_string(1, 1, "79", raised, "1")
        page.write_rich_string(2, 1, "7", book.add_format({"bold": True}), "79", struck)  # the 7 is set as the cell is
        page.write_number(3, 1, 12)
    result = desk.check()
    assert values(result) == {"R0": None, "R1": None, "R2": 12}
    assert found(result) == [("error", "not_a_number", "B2"), ("error", "not_a_number", "B3")]


def test_a_number_in_a_cell_that_is_struck_out_is_refused(desk):
    desk.catalogue(form()).send([["D", "Cases"]])
    with xlsxwriter.Workbook(desk.inputs / "north.xlsx") as book:
        page, struck = book.add_worksheet("F"), book.add_format({"font_strikeout": True})
        page.write_row(0, 0, ["D", "Cases"])
        page.write_column(1, 0, ["R0", "R1", "R2", "R3", "R4"])
        page.write_column(1, 1, [13, "14", " ", None], struck)  # what is struck out and blank is blank
        page.write_formula(5, 1, "=6+6", struck, 12)
    result = desk.check()
    assert values(result) == dict.fromkeys(["R0", "R1", "R2", "R3", "R4"])
    refused = [cell for _, rule, cell in found(result) if rule == "not_a_number"]
    assert (refused, states(result)["R2"]) == (["B2", "B3", "B6"], "blank")


# Dates and times that Excel made of numbers


@pytest.mark.parametrize(("stored", "guess"), [
    (dt.date(2024, 2, 1), "1.2, 1/2, 2.1, 2/1, 2.24"),
    (dt.date(2024, 3, 25), "25.3, 25/3"),
    (dt.datetime(2024, 3, 2, 12, 0), "2.3, 2/3, 3.2, 3/2"),  # noqa: DTZ001  a cell has no zone
    (dt.date(1900, 2, 14), "probably the number 45 "),
    (dt.date(1900, 3, 1), "probably the number 61 "),
    (dt.time(1, 30), "1:30, 1.30"),
    (dt.timedelta(hours=30), "30:00, 30.00"),
    (dt.timedelta(days=12), "probably the number 12 "),
], ids=repr)  # fmt: skip
def test_a_date_in_a_number_column_is_refused_and_says_what_was_probably_typed(desk, stored, guess):
    result = check(desk, area=[stored])
    finding = only(result, "number_became_date")
    assert (finding["severity"], finding["cell"], finding["expected"]) == ("error", "C2", "one number")
    assert guess in finding["message"]
    assert "format to Number" in finding["message"]
    assert states(result, "area") == {"R0": "rejected"}


# Counts


@pytest.mark.parametrize(("stored", "whole"), [(29.375, "29375"), (1.23, "1230"), (-1.5, "-1500")])
def test_a_stored_count_with_decimals_is_refused_and_says_which_count_excel_may_have_broken(desk, stored, whole):
    result = desk.catalogue(form()).send(sheet(n=[stored, 12])).check()
    assert ("error", "fractional_count") in rule_at(result, "B2")
    own = result.findings[result.findings["rule"] == "fractional_count"].iloc[0]
    assert f"If it is {whole} " in own["message"]
    assert values(result) == {"R0": None, "R1": 12}


@pytest.mark.parametrize("typed", ["12,5", 1.23456, 0.5])
def test_a_count_with_other_decimals_is_refused_without_a_guess(desk, typed):
    result = desk.catalogue(form()).send(sheet(n=[typed])).check()
    finding = only(result, "fractional_count")
    assert "If it is" not in finding["message"]
    assert states(result) == {"R0": "rejected"}


def test_a_computed_count_that_is_whole_in_the_digits_excel_shows_is_whole(desk):
    result = desk.catalogue(form()).send(sheet(n=[0.1 * 3 * 10])).check()
    assert (values(result), found(result)) == ({"R0": 3.0}, [])


# The sheet's own habit


@pytest.mark.parametrize(("others", "typed", "value"), [
    (["12,5"], "1,234", 1.234), (["12.5"], "1,234", 1234), (["1.234,5"], "1.234", 1234), (["1,234.5"], "1.234", 1.234),
    (["1.234.567"], "29,375", 29.375), (["1,234,567"], "29,375", 29375), (["0,85"], "1.234", 1234),
    (["0.850"], "1.234", 1.234),
])  # fmt: skip
def test_an_amount_that_can_be_read_two_ways_is_read_as_the_rest_of_its_sheet_is_written(desk, others, typed, value):
    result = check(desk, area=[typed], money=others)
    assert values(result, "area") == {"R0": value}
    assert found(result) == []


@pytest.mark.parametrize(("counts", "value"), [(["29,375"], 1234), (["29.375"], 1.234)])
def test_counts_show_the_sheets_habit_too(desk, counts, value):
    result = desk.catalogue(form()).send(sheet(n=counts, area=["1,234"])).check()
    assert values(result, "area") == {"R0": value}
    assert found(result) == []


@pytest.mark.parametrize(("others", "why"), [([5], "no other number"), (["1.234,5", "1,234.5"], "both ways")])
@pytest.mark.parametrize(("typed", "value"), [("1.234", 1234), ("29,375", 29.375)])
@pytest.mark.parametrize("measure", ["area", "rate"])
def test_without_one_habit_the_countrys_rule_holds_and_a_warning_names_both_readings(
    desk, others, why, typed, value, measure
):
    result = check(desk, **{measure: [typed]}, money=others)
    assert values(result, measure)["R0"] == value
    finding = only(result, "ambiguous_number")
    assert (finding["severity"], finding["value"]) == ("warning", typed)
    whole, part = typed.replace(",", "").replace(".", ""), " point ".join(typed.replace(",", ".").split("."))
    assert f"the whole number {whole}" in finding["message"]
    assert part in finding["message"]
    assert why in finding["message"]


def test_a_count_against_the_sheets_habit_is_whole_all_the_same_and_a_doubt(desk):
    result = desk.catalogue(form()).send(sheet(n=["29,375"], area=["12,5"])).check()
    assert values(result) == {"R0": 29375}
    assert "the other way" in only(result, "ambiguous_number")["message"]


def test_a_number_outside_the_measures_shows_no_habit(desk):
    rows = sheet(area=["1.234"], n=[1])
    rows = [["STT", *rows[0]], *(["12.5", *row] for row in rows[1:])]
    result = desk.catalogue(form()).send(rows).check()
    assert values(result, "area") == {"R0": 1234}
    assert only(result, "ambiguous_number")["value"] == "1.234"


def test_a_refused_number_shows_no_habit(desk):
    result = desk.catalogue(form()).send(sheet(n=["12.5"], area=["1.234"])).check()
    assert values(result, "area") == {"R0": 1234}
    assert rule_at(result, "C2") == [("warning", "ambiguous_number")]


def test_a_correction_is_not_read_by_the_habit_of_the_sheet(desk):
    desk.catalogue(form()).send(sheet(n=[1, 1], area=["1,234.5", "x"]))
    lines = 'province,file,sheet,cell,reads,should_read,reason,by,date\nnorth,north.xlsx,F,C3,x,"29,375",r,b,d\n'
    (desk.inputs / "corrections.csv").write_text(lines, encoding="utf-8")
    result = desk.check()
    assert values(result, "area") == {"R0": 1234.5, "R1": 29.375}
    assert only(result, "ambiguous_number")["cell"] == "C3"


CUSTOMS = {
    "comma": ([".", " ", "\u00a0", "\u202f", "'", ""], ","),
    "point": ([",", " ", "\u2009", "\u2019", ""], "."),
}


@pytest.mark.slow
@given(st.sampled_from(sorted(CUSTOMS)), st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_amounts_written_in_one_custom_come_back_exactly(tmp_path_factory, custom, data):
    thousands, point = CUSTOMS[custom]
    numbers = data.draw(st.lists(st.tuples(st.integers(0, 10**9), st.text("0123456789", max_size=4)), max_size=25))
    typed = [f"1234{point}5", *(
        f"{whole:,}".replace(",", data.draw(st.sampled_from(thousands))) + (f"{point}{part}" if part else "")
        for whole, part in numbers
    )]  # fmt: skip
    expected = [1234.5, *(float(f"{whole}.{part or 0}") for whole, part in numbers)]
    result = check(Desk(tmp_path_factory.mktemp("custom")), area=typed)
    assert list(values(result, "area").values()) == expected
    assert "ambiguous_number" not in set(result.findings["rule"])


# What stands beside a number


@pytest.mark.parametrize("typed", ["12*", "12 **", "12 (1)", "12(a)", "12 [1]", "12†"])
def test_a_footnote_mark_is_no_part_of_the_number_and_is_told(desk, typed):
    result = desk.catalogue(form()).send(sheet(n=[typed])).check()
    assert (values(result), result.observations["raw"].tolist()) == ({"R0": 12}, [typed])
    assert only(result, "footnote_mark")["severity"] == "info"


@pytest.mark.parametrize("typed", ["12 vụ", "12vụ", "12 VỤ", "12 vụ.", "12 (vụ)", "+12 vụ"])
def test_the_columns_own_unit_beside_a_number_is_told(desk, typed):
    result = desk.catalogue(form()).send(sheet(n=[typed])).check()
    assert (values(result), result.observations["raw"].tolist()) == ({"R0": 12}, [typed])
    assert only(result, "unit_in_cell")["severity"] == "info"


@pytest.mark.parametrize(("typed", "value"), [
    ("1,2 tỷ", 1200), ("1,2 tỷ đồng", 1200), ("1.234,5 tỷ", 1234500), ("500 nghìn đồng", 0.5), ("12 triệu", 12),
])  # fmt: skip
def test_a_number_with_another_power_of_ten_is_converted(desk, typed, value):
    result = check(desk, money=[typed])
    assert values(result, "money") == {"R0": value}
    rule = "unit_in_cell" if value == 12 else "unit_converted"
    assert rule in set(result.findings["rule"])


def test_a_bare_power_of_ten_beside_a_number_is_told_with_the_columns_unit_as_the_catalogue_writes_it(desk):
    assert only(check(desk, money=["7,2 tỷ"]), "unit_converted")["value"] == "tỷ đồng"


def test_a_bare_thousand_in_a_column_of_millions_could_be_either_and_is_refused(desk):
    result = check(desk, money=["500 nghìn"])
    assert "not the column's unit" in only(result, "not_a_number")["message"]


def test_a_count_in_thousands_may_have_decimals(desk):
    result = desk.catalogue(form()).send(sheet(n=["1,5 nghìn", "29,375 nghìn"], area=["0,5"])).check()
    assert values(result) == {"R0": 1500, "R1": 29375}
    assert "fractional_count" not in set(result.findings["rule"])


def test_a_count_under_a_header_in_thousands_is_read_by_the_habit_of_the_sheet(desk):
    rows = sheet(n=["29,375", "1,2"])
    rows[0][1] = "Cases (nghìn vụ)"
    result = desk.catalogue(form()).send(rows).check()
    assert values(result) == {"R0": 29375, "R1": 1200}


def test_a_cell_that_says_its_columns_own_unit_is_not_converted_by_what_the_sheet_says(desk):
    rows = sheet(n=["12 vụ", "1,5"])
    rows[0][1] = "Cases (nghìn vụ)"
    result = desk.catalogue(form()).send(rows).check()
    assert values(result) == {"R0": 12, "R1": 1500}


def test_a_rate_is_not_converted_and_another_unit_beside_it_is_refused(desk):
    catalogue = form().replace("kind: rate", "kind: rate, unit: vụ")
    result = check(desk, catalogue, rate=["1,5 nghìn vụ", "1,5 vụ"])
    assert values(result, "rate") == {"R0": None, "R1": 1.5}
    assert "is not the column's unit" in only(result, "not_a_number")["message"]


def test_a_percent_sign_is_right_in_a_rate_whose_unit_has_it(desk):
    result = check(desk, form().replace("kind: rate", "kind: rate, unit: '%'"), rate=["12,5%", "13"])
    assert values(result, "rate") == {"R0": 12.5, "R1": 13}


def test_a_number_in_brackets_is_negative_where_that_can_be_and_is_told(desk):
    result = check(desk, form(money="signed: true"), money=["(12)", "(1,5)"])
    assert values(result, "money") == {"R0": -12, "R1": -1.5}
    assert [rule for _, rule, _ in found(result)] == ["negative_in_brackets"] * 2


@pytest.mark.parametrize("mark", ["--", "——", "- -", "KPS.", "Không phát sinh", "không có"])
def test_marks_for_none_are_zero(desk, mark):
    result = desk.catalogue(form()).send(sheet(n=[mark])).check()
    assert (states(result), values(result), found(result)) == ({"R0": "nil"}, {"R0": 0}, [])


@pytest.mark.parametrize("mark", [".....", "…", ". . .", "n/a", "N/A", "không có số liệu"])
def test_marks_for_not_available_are_null(desk, mark):
    result = desk.catalogue(form()).send(sheet(n=[mark])).check()
    assert (states(result), values(result), found(result)) == ({"R0": "missing"}, {"R0": None}, [])


@pytest.mark.parametrize("words", ["chưa có", "Chưa có số liệu", "chưa thống kê", "Chưa báo cáo.", "pending"])
def test_words_that_a_figure_is_still_to_come_are_null_and_ask_for_it(desk, words):
    result = desk.catalogue(form()).send(sheet(n=[1, words])).check()
    assert (states(result)["R1"], values(result)["R1"]) == ("missing", None)
    assert found(result) == [("warning", "figure_to_come", "B3")]
    for part in (f'"{words}"', "(R1)", "0 or -"):
        assert part in only(result, "figure_to_come")["message"]


def test_a_total_and_a_recomputed_rate_are_not_asked_for(desk):
    rows = [["D", "Cases", "Cleared", "Rate"], ["A", 4, 2, "chưa có"], ["Total", "chưa có", 2, None]]
    layout = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns: {n: {header: Cases}, c: {header: Cleared}, r: {header: Rate, kind: percent, equals: c / n}}
    """
    assert "figure_to_come" not in {rule for _, rule, _ in found(desk.catalogue(layout).send(rows).check())}


@pytest.mark.parametrize("mark", ["x", "X", "×", "Không áp dụng"])
def test_marks_for_not_applicable_are_null(desk, mark):
    result = desk.catalogue(form()).send(sheet(n=[mark])).check()
    assert (states(result), values(result), found(result)) == ({"R0": "not_applicable"}, {"R0": None}, [])


# Shares


def shares(desk, typed, formula="total: none", n=None, cleared=()):
    rows = sheet(n=n or [100] * len(typed), cleared=list(cleared) or [None] * len(typed), share=typed)
    return desk.catalogue(form(formula=formula)).send(rows).check()


@pytest.mark.parametrize(("typed", "expected"), [
    (["84,95%", "85 %", 90.5], [0.8495, 0.85, 0.905]),
    ([Formatted(0.8495, "0.00%"), 0.85, "0,9"], [0.8495, 0.85, 0.9]),
    ([84.95, "85", 40.5], [0.8495, 0.85, 0.405]),
    ([3.5, "0,5", "0,9"], [0.035, 0.005, 0.009]),
    ([0, 0], [0, 0]),
    ([Formatted(1.5, "0%"), Formatted(2.5, "0%")], [1.5, 2.5]),
])  # fmt: skip
def test_shares_of_one_evident_scale_are_read_without_a_doubt(desk, typed, expected):
    result = shares(desk, typed)
    assert list(values(result, "share").values()) == expected
    assert "percent_scale_guessed" not in set(result.findings["rule"])


@pytest.mark.parametrize(("typed", "doubted"), [
    ([1, 1], {"D2": 0.01, "D3": 0.01}),
    (["0,8495", "0,9"], {"D2": 0.008495, "D3": 0.009}),
    (["84,95%", "0,85"], {"D3": 0.0085}),
    ([84.95, 90, 0.85], {"D4": 0.0085}),
    ([3.2, 84.95, 0.5], {"D4": 0.005}),
    ([Formatted(0.8495, "0.00%"), 84.95], {"D3": 84.95}),
    ([Formatted(84.95, "0.00%"), Formatted(0.9, "0%")], {"D2": 84.95}),
    ([84.95, 8495], {"D3": 84.95}),
])  # fmt: skip
def test_a_share_that_could_be_on_the_other_scale_is_a_warning(desk, typed, doubted):
    result = shares(desk, typed)
    told = result.findings[result.findings["rule"] == "percent_scale_guessed"]
    assert dict.fromkeys(told["severity"]) == {"warning": None}
    own = result.observations[result.observations["measure"] == "share"].set_index("cell")["value"]
    assert {cell: own[cell] for cell in told["cell"]} == doubted


def test_the_warning_about_a_scale_names_both_readings(desk):
    finding = only(shares(desk, ["84,95%", "0,85"]), "percent_scale_guessed")
    assert "read as 0.85% but could be 85.00%" in finding["message"]


def test_a_percent_format_says_nothing_of_a_text(desk):
    result = shares(desk, [Formatted("84,95", "0.00%"), 90])
    assert list(values(result, "share").values()) == [0.8495, 0.9]


def test_small_shares_are_read_on_the_scale_that_their_formula_is_nearest_to(desk):
    formula = "equals: cleared / n"
    fractions = shares(desk, [0.002, 0.003], formula, n=[1000, 1000], cleared=[2, 3])
    assert list(values(fractions, "share").values()) == [0.002, 0.003]
    hundreds = shares(desk, [0.2, 0.3], formula, n=[1000, 1000], cleared=[2, 3])
    assert list(values(hundreds, "share").values()) == [0.002, 0.003]
    assert found(fractions, severities=("warning",)) == found(hundreds, severities=("warning",)) == []


def test_the_one_share_that_fits_its_formula_on_the_other_scale_only_is_a_doubt(desk):
    result = shares(desk, [50, 25, 0.75], "equals: cleared / n", n=[100] * 3, cleared=[50, 25, 75])
    assert ("warning", "percent_scale_guessed") in rule_at(result, "D4")
    assert rule_at(result, "D2") == rule_at(result, "D3") == []


@given(st.integers(0, 9999))
def test_a_share_is_as_exact_as_it_was_typed(basis_points):
    assert _share(float(f"{basis_points / 100:.2f}")) == float(f"{basis_points}e-4")


@pytest.mark.parametrize("typed", ["150\n160", "150 \r\n 160", "1\t234"])
def test_digits_on_two_lines_of_a_cell_are_no_thousands(desk, typed):
    result = desk.catalogue(form()).send(sheet(n=[typed, "150\n"], cleared=[1, 1])).check()
    assert list(values(result).values()) == [None, 150]
    assert [(rule, cell) for _, rule, cell in found(result, severities=("error",))] == [("not_a_number", "B2")]


def test_a_raised_digit_after_a_header_or_a_name_is_a_footnotes_mark(desk):
    rows = [["D", rich(("Cases", PLAIN), ("2", RAISED))], [rich(("Vinh", PLAIN), ("1", RAISED)), 5]]
    rows.append([rich(("Ward ", PLAIN), ("3", InlineFont(b=True))), 6])
    result = desk.catalogue(form()).send(rows).check()
    assert (values(result), found(result)) == ({"Vinh": 5, "Ward 3": 6}, [])
    assert set(result.observations["label"]) == {"Vinh\u00b9", "Ward 3"}
