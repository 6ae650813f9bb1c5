"""Tables of one form side by side, each with its own names: a figure is of the row that its own names say."""

import pytest

from tests.books import Desk, found, only, values

OPEN = "title: F\nrows: [{key: d, header: District, members: open}]\ncolumns: {n: {}, m: {}}\n"
LISTED = """
title: F
rows: [{key: k, header: Field, members: [{id: a, label: Alpha}, {id: b, label: Beta}, {id: c, label: Gamma}]}]
columns:
  n: {also: [Cases], previous: {}}
  m: {}
"""
LEFT = [["Alpha", 1], ["Beta", 2], ["Gamma", 3]]
SAME = [["Alpha", 10], ["Beta", 20], ["Gamma", 30]]
TURNED = SAME[::-1]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def beside(left, right, heads=(["No.", "District", "n"], ["No.", "District", "m"])):
    """Two tables side by side, a blank column between them."""
    pairs = enumerate(zip(left, right, strict=True), start=1)
    return [[*heads[0], None, *heads[1]], *([i, *one, None, i, *other] for i, (one, other) in pairs)]


@pytest.mark.parametrize(("form", "name"), [(OPEN, "District"), (LISTED, "Field")], ids=["open", "listed"])
def test_figures_beside_names_in_another_order_are_refused(desk, form, name):
    rows = beside(LEFT, TURNED, (["No.", name, "n"], ["No.", name, "m"]))
    result = desk.catalogue(form).send(rows).check()
    assert list(values(result).values()) == [1, 2, 3]
    assert list(values(result, "m").values()) == [None, 20, None]
    assert found(result) == [("error", "names_beside_differ", "F2")]
    message = only(result, "names_beside_differ")["message"]
    assert all(said in message for said in ('"Gamma" here', '"Alpha" in B2', "column G", "rows: 2"))


def test_figures_beside_the_same_names_in_the_same_order_are_read_and_nothing_is_said(desk):
    right = [["1. Alpha", 10], ["TP Beta", 20], ["gamma", 30], ["Cộng", 60]]
    left = [["Alpha", 1], ["Thành phố Beta", 2], ["Gamma", 3], ["Tổng cộng", 6]]
    result = desk.catalogue(OPEN).send(beside(left, right)).check()
    assert values(result, "m") == {"Alpha": 10, "Thành phố Beta": 20, "Gamma": 30}
    assert found(result) == []


def test_figures_beside_no_name_are_doubtful_only_where_other_names_differ(desk):
    same = desk.catalogue(OPEN).send(beside(LEFT, [["Alpha", 10], ["Beta", 20], [None, 30]])).check()
    assert (values(same, "m"), found(same)) == ({"Alpha": 10, "Beta": 20, "Gamma": 30}, [])
    other = desk.send(beside(LEFT, [["Beta", 10], ["Alpha", 20], [None, 30]])).check()
    assert values(other, "m") == {"Alpha": None, "Beta": None, "Gamma": None}


def years_beside(desk, years, right):
    """What is read of two years side by side: (this year's figures, last year's), by the row, and what was found."""
    rows = beside(LEFT, right, (["No.", "Field", "Cases"], ["No.", "Field", "Cases"]))
    top = [f"Năm {years[0]}", None, None, None, f"Năm {years[1]}"]
    form = LISTED.replace("  m: {}\n", "")
    result = desk.catalogue(form).send([top, *rows]).check()
    seen = {(o.period, o.row): o.value for o in result.observations.dropna(subset="value").itertuples()}
    return *({r: v for (p, r), v in seen.items() if p == period} for period in ("2024", "2023")), found(result)


def test_two_years_beside_each_other_in_one_order_are_read_and_nothing_is_said(desk):
    left, right = {"a": 1, "b": 2, "c": 3}, {"a": 10, "b": 20, "c": 30}
    assert years_beside(desk, (2024, 2023), SAME) == (left, right, [])
    assert years_beside(desk, (2023, 2024), SAME) == (right, left, [])


def test_last_year_beside_this_year_in_another_order_is_refused_on_either_side(desk):
    told = "error", "names_beside_differ"
    left, right = {"a": 1, "b": 2, "c": 3}, {"a": 10, "b": 20, "c": 30}
    assert years_beside(desk, (2024, 2023), TURNED) == (left, {"b": 20}, [(*told, "F3")])
    assert years_beside(desk, (2023, 2024), TURNED) == (right, {"b": 2}, [(*told, "B3")])


def test_each_of_three_tables_is_judged_by_its_own_names(desk):
    form = OPEN.replace("m: {}", "m: {}, o: {}")
    right = [["Alpha", 7], ["Beta", 8], ["Gamma", 9]]
    middle = [["Beta", 20], ["Alpha", 10], ["Gamma", 30]]
    joined = [[*one, *other] for one, other in zip(middle, right, strict=True)]
    heads = ["No.", "District", "n"], ["No.", "District", "m", "District", "o"]
    result = desk.catalogue(form).send(beside(LEFT, joined, heads)).check()
    assert list(values(result, "m").values()) == [None, None, 30]
    assert list(values(result, "o").values()) == [7, 8, 9]


def test_a_table_of_something_else_left_of_the_forms_own_is_none_of_it(desk):
    right = [["Gamma", 30, 3], ["Beta", 20, 2], ["Alpha", 10, 1]]
    heads = ["No.", "District", "People"], ["No.", "District", "n", "m"]
    result = desk.catalogue(OPEN).send(beside(LEFT, right, heads)).check()
    assert values(result) == {"Gamma": 30, "Beta": 20, "Alpha": 10}
    assert [f for f in found(result) if f[0] == "error"] == []


@pytest.mark.parametrize(("form", "name"), [(OPEN, "District"), (LISTED, "Field")], ids=["open", "listed"])
@pytest.mark.parametrize("right", [["Gama", "Bêta", "Anpha"], ["CA huyện Gamma", "CA huyện Beta", "CA huyện Alpha"]])
def test_names_that_are_spelt_otherwise_are_told_apart_too(desk, form, name, right):
    rows = [
        [name, "n", None, "Unit", "m"],
        *([*a, None, b, c] for a, b, c in zip(LEFT, right, (10, 20, 30), strict=True)),
    ]
    result = desk.catalogue(form).send(rows).check()
    assert list(values(result, "m").values()) == [None, 20, None]
    assert only(result, "names_beside_differ")["cell"] == "D2"
    same = [row if at == 0 else [*row[:3], right[::-1][at - 1], row[4]] for at, row in enumerate(rows)]
    result = desk.send(same).check()
    assert list(values(result, "m").values()) == [10, 20, 30]
    assert [f for f in found(result) if f[0] == "error"] == []


@pytest.mark.parametrize(
    ("right", "spacer", "is_told"),
    [
        (["Delta", "Epsilon", "Zeta"], True, True),
        (["Huyện Delta", "TP Epsilon", "TX Zeta"], False, True),
        (["good", "bad", "good"], True, False),
        (["Delta", "Epsilon", "Zeta"], False, False),  # may be anything about the row: told as unknown
    ],
)
def test_other_names_behind_an_empty_column_or_of_places_are_those_of_other_rows(desk, right, spacer, is_told):
    gap = [None] * spacer
    rows = [["District", "n", *gap, "Unit", "m"], *([*a, *gap, b, 5] for a, b in zip(LEFT, right, strict=True))]
    result = desk.catalogue(OPEN).send(rows).check()
    assert list(values(result, "m").values()) == ([None] * 3 if is_told else [5] * 3)
    assert [rule for _, rule, _ in found(result)] == ["names_beside_differ" if is_told else "unknown_column"]


def test_a_column_of_remarks_behind_all_figures_is_told_as_unknown(desk):
    rows = [["District", "n", "m", None, "Remarks"], *([*a, 5, None, f"remark {a[0]}"] for a in LEFT)]
    result = desk.catalogue(OPEN).send(rows).check()
    assert found(result) == [("warning", "unknown_column", "E1")]


def test_a_remark_that_names_another_row_is_no_second_column_of_names(desk):
    rows = [["District", "n", "Led by", "m"], ["Alpha", 1, "Beta", 4], ["Beta", 2, "Beta", 5], ["Gamma", 3, "Beta", 6]]
    result = desk.catalogue(OPEN).send(rows).check()
    assert values(result, "m") == {"Alpha": 4, "Beta": 5, "Gamma": 6}
    assert found(result) == [("warning", "unknown_column", "C1")]
