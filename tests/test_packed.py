"""Records by column are the same records."""

from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.coded import texts
from pipeline.ingest.packed import FLAGS, FLOATS, INTEGERS, frame, pack

KINDS = {"value": FLOATS, "line": INTEGERS, "previous": FLAGS}
FRAME = {"text": "str", "value": "float64", "line": "int64", "previous": "bool"}


class Row(NamedTuple):
    text: str
    value: float
    line: int
    previous: bool


ROWS = st.lists(
    st.builds(Row, st.text(st.characters(codec="utf-8")), st.floats(), st.integers(0, 1 << 40), st.booleans())
)


@settings(max_examples=60)
@given(parts=st.lists(ROWS, max_size=4))
def test_records_by_column_are_the_records_one_by_one(parts: list[list[Row]]) -> None:
    packed = [pack(rows, Row._fields, KINDS) for rows in parts]
    for rows, own in zip(parts, packed, strict=True):
        assert len(own) == len(rows)
        columns = [own.values(name) for name in Row._fields]
        assert repr([Row(*one) for one in zip(*columns, strict=True)]) == repr(rows)
    every = [row for rows in parts for row in rows]
    expected = {name: pd.Series([getattr(row, name) for row in every], dtype=FRAME[name]) for name in Row._fields}
    pd.testing.assert_frame_equal(frame(packed, Row._fields, KINDS), pd.DataFrame(expected))


def test_more_texts_than_a_byte_can_count_stay_what_they_are() -> None:
    rows = [Row(str(number), 0.0, number, True) for number in (*range(70_000), 3)]
    assert pack(rows, Row._fields, KINDS).values("text") == [row.text for row in rows]


def test_one_text_in_all_the_records() -> None:
    packed = pack([Row("a", 1.0, 1, False), Row("b", 2.0, 2, True)], Row._fields, KINDS)
    told = packed.with_text("text", "c")
    assert [told.values(name) for name in Row._fields] == [["c", "c"], [1.0, 2.0], [1, 2], [False, True]]


@settings(max_examples=60)
@given(parts=st.lists(ROWS, max_size=4))
def test_a_coded_column_holds_the_same_texts_in_their_order(parts: list[list[Row]]) -> None:
    packed = [pack(rows, Row._fields, KINDS) for rows in parts]
    coded = frame(packed, Row._fields, KINDS, {"text": ("nil", "")})
    every = [row.text for rows in parts for row in rows]
    assert coded["text"].tolist() == every
    assert texts(coded)["text"].dtype == "str"
    if every:
        assert coded["text"].cat.categories.tolist() == sorted({*every, "nil", ""})


def test_a_column_of_more_texts_than_two_bytes_count_is_not_coded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.packed._MOST_CODED", 2)
    for count, dtype in ((2, "category"), (3, "str")):
        packed = [pack([Row(str(n), 0.0, n, True) for n in range(count)], Row._fields, KINDS)]
        assert frame(packed, Row._fields, KINDS, {"text": ()})["text"].dtype == dtype


def test_a_frame_takes_the_columns_of_its_parts() -> None:
    packed = pack([Row("a", 1.0, 1, False)], Row._fields, KINDS)
    assert len(frame([packed], Row._fields, KINDS)) == 1
    assert not packed.columns
