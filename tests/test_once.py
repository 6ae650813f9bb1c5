"""Columns of texts as objects, each text once."""

import pandas as pd
import pytest

from pipeline.once import once


@pytest.mark.parametrize("kind", ["str", "object"])
def test_texts_stay_in_their_order_and_null_is_none(kind):
    assert once(pd.Series(["b", None, "", "a", "b"], dtype=kind)).tolist() == ["b", None, "", "a", "b"]
    assert once(pd.Series([], dtype=kind)).tolist() == []


def test_texts_that_are_the_same_are_one_object():
    first, _, again = once(pd.Series(["a text", "another", "a text"], dtype="str"))
    assert first is again
