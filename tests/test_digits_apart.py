"""Digits of one number typed in cells side by side: the first of them is no number of the form."""

import pytest

from tests.books import Desk, found, only, values

FORM = """
title: F
sheets: [F]
rows: [{key: d, header: District, members: open}]
columns: {n: {header: Cases}, m: {header: Cleared, required: false}}
"""
LIST = "title: F\nsheets: [F]\nlayout: list\ncolumns: {n: {header: Fires}, m: {header: Deaths}}\n"
TOLD = ("error", "digits_apart", "B2")


@pytest.mark.parametrize("kind", [float, str])
def test_digits_in_cells_side_by_side_are_refused_and_told_once(tmp_path, kind):
    rows = [["District", "Cases"], *([name, *map(kind, map(int, n))] for name, n in (("A", "160"), ("B", "052")))]
    result = Desk(tmp_path).catalogue(FORM).send(rows).check()
    assert values(result) == {"A": None, "B": None}
    assert found(result) == [TOLD]
    assert "1 | 6 | 0 in B2:D2; columns B, C, D" in only(result, "digits_apart")["message"]


def test_digits_under_a_header_over_the_last_of_them_and_groups_of_three_are_refused(tmp_path):
    last = [["District", None, None, "Cases"], ["A", 1, 6, 0], ["B", None, 5, 2], ["C", 3, 1, 7]]
    desk = Desk(tmp_path).catalogue(FORM)
    assert ("error", "digits_apart", "D2") in found(desk.send(last).check())
    groups = [["District", "Cases"], ["A", "1", "060"], ["B", "12", "345"], ["C", "7", "100"]]
    result = desk.send(groups).check()
    assert (values(result), found(result)) == ({"A": None, "B": None, "C": None}, [TOLD])


def test_digits_of_a_list_are_refused(tmp_path):
    rows = [["Item", "2024"], ["Fires", 1, 6, 0], ["Deaths", None, 3, 4]]
    result = Desk(tmp_path).catalogue(LIST).send(rows).check()
    assert TOLD in found(result)
    assert result.observations["value"].isna().all()


@pytest.mark.parametrize(
    "rows",
    [
        [["A", 1, 9, 60], ["B", 2, 8, 5], ["C", 9, 6, 7]],  # more than a digit
        [["A", 1, 9, 1], ["B", 2, 8, 2], ["C", 9, 6, 3]],  # numbers of rows
        [["A", 1, 9, 4], ["B", 2, 8, 5], ["C", 9, 6, 5]],  # small numbers in the other column too
    ],
)
def test_other_numbers_without_a_header_leave_the_column_as_it_is(tmp_path, rows):
    result = Desk(tmp_path).catalogue(FORM).send([["District", "Cases", "Cleared"], *rows]).check()
    assert values(result) == {"A": 1, "B": 2, "C": 9}
    assert [f for f in found(result) if f[0] == "error"] == []
