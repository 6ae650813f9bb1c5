"""What a quick look decides is what a long one finds."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue import load_catalogue
from pipeline.ingest.parts import address, next_position
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period


@pytest.fixture(scope="module")
def vocabulary(repo):
    return Vocabulary(load_catalogue(repo / "schemas"), Period.parse("2024"))


@settings(max_examples=400)
@given(
    text=st.lists(
        st.sampled_from(["quý", "Quý", "II", "iv", "tháng", "3", "12", "năm", "2024", "đầu", "31/12/2024", "½"]),
        max_size=6,
    ).map(" ".join)
)
def test_a_text_that_states_no_period_at_first_sight_states_none(vocabulary, text):
    quick = PeriodReader(vocabulary)
    assert quick.read("Vinh") == []
    slow = PeriodReader(vocabulary)
    slow.__dict__["_may_state"] = SimpleNamespace(search=lambda _: True)
    assert quick.read(text, year=2024) == slow.read(text, year=2024)


@given(row=st.integers(0, 1 << 20), column=st.integers(0, 1 << 14))
def test_a_cell_stands_where_its_address_says(row, column):
    beside = (row, column - 1)
    assert next_position(address(row, column), beside) == next_position(address(row, column), (0, 0)) == (row, column)
    assert next_position("", beside) == (row, column)
