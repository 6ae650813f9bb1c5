"""Whatever people do to a form without changing a figure, the same figures are read; what spoils one is told."""

import math
import random
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.checks import check_beside_others, check_own
from pipeline.ingest.corrections import Corrections
from pipeline.ingest.files import Source
from pipeline.ingest.limits import Limits
from pipeline.ingest.seen import seen_frame
from pipeline.ingest.settle import settle
from pipeline.ingest.sink import frame_of
from pipeline.ingest.submission import read_submission
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import MEMBER
from pipeline.reconciliation import reconcile
from tests.operators import KEEPING, SPOILING, TOLD
from tests.pages import PERIOD, catalogue, clean, write

# A blank total proves nothing, a mark says none: where a zero is written as a mark its state is another.
_SAME_STATE = {"nil": "number"}
# Without totals nothing tells that districts are lost; another file name says whose the workbook is.
_UNDOING = {"no_total_row", "another_file_name"}
# Spoiler -> what mends it: a signature's place names the province.
_MENDING = {"nobody_says_whose_it_is": {"notes_and_signatures_below"}}
_ALWAYS = frozenset({"key_column_guessed", "value_column_guessed"})


class Choose:
    """Choices of an operator, from one seed."""

    def __init__(self, seed):
        self._random = random.Random(seed)  # noqa: S311  the same choices each time

    def one(self, among):
        return self._random.choice(list(among))

    def number(self, low, high):
        return self._random.randint(low, high)

    def yes(self):
        return self._random.random() < 0.5

    def shuffle(self, items):
        self._random.shuffle(items)


@cache
def vocabulary():
    """One for all workbooks, as in a run."""
    return Vocabulary(catalogue(), PERIOD)


class Read:
    """What a book gives: observations by what they are about, and what was found."""

    def __init__(self, book, folder):
        source = Source(write(book, folder), book.file)
        part = read_submission(source, vocabulary(), Corrections(), Limits())
        settled = settle([part], vocabulary(), alone=True)
        kept = {} if part.submission.status == "refused" else part.cells
        cells = frame_of(kept.values())
        checked = check_own(cells, cells.iloc[:0], catalogue())
        doubts = check_beside_others(checked, cells.iloc[:0], catalogue())
        seen = seen_frame(part.seen.values())
        _, lost = reconcile(seen, checked.cells, [part.submission], catalogue(), "en")
        assert lost == []  # whatever was done to a form, it is known what became of each of its numbers
        self.findings = [*part.findings, *settled, *checked.findings, *doubts]
        self.told = {(f.rule, f.severity, f.form, f.place.cell, f.value) for f in self.findings}
        self.rules = {f.rule for f in self.findings}
        self.serious = {f.rule for f in self.findings if f.severity != "info"}
        self.values = {}
        for row in checked.cells[checked.cells["role"] == MEMBER].itertuples():
            key = (row.period, row.province, row.form, row.row, row.measure)
            assert key not in self.values or row.state == "rejected"
            value = None if math.isnan(row.value) else round(row.value, 9)
            self.values[key] = (row.unit, _SAME_STATE.get(row.state, row.state), value)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The clean submission's observations."""
    read = Read(clean(), tmp_path_factory.mktemp("plain"))
    assert read.told == set()
    assert len(read.values) > 250
    return read


def changed(names, seed):
    book, choose = clean(), Choose(seed)
    for name in sorted(names, key=KEEPING.__contains__):  # a figure is spoiled before its page is changed
        (KEEPING.get(name) or SPOILING[name])(book, choose)
    return book


def assert_kept(names, seed, folder, plain):
    found = Read(changed(names, seed), folder)
    allowed = _ALWAYS.union(*(TOLD[name] for name in names))
    assert {t for t in found.told if t[0] not in allowed} == set()
    assert found.values == plain.values


def assert_told(names, seed, folder, plain):
    """Something is said, and no number is accepted that the clean submission does not have."""
    found = Read(changed(names, seed), folder)
    assert found.serious
    for key, (_, _, value) in found.values.items():
        assert value is None or (key in plain.values and plain.values[key][2] == value), key


@pytest.mark.slow
@pytest.mark.parametrize("name", KEEPING)
def test_a_change_of_layout_changes_no_figure(name, tmp_path, plain):
    assert_kept([name], 1, tmp_path, plain)


@pytest.mark.slow
@pytest.mark.parametrize("name", KEEPING)
@pytest.mark.parametrize("seed", range(2, 5))
def test_a_change_of_layout_with_other_choices_changes_no_figure(name, seed, tmp_path, plain):
    assert_kept([name], seed, tmp_path, plain)


@pytest.mark.parametrize("name", SPOILING)
def test_what_loses_or_spoils_a_figure_is_told_and_no_wrong_number_is_read(name, tmp_path, plain):
    assert_told([name], 1, tmp_path, plain)


# What the searches found, smallest composition and its choices, in the order in which they are made.
@pytest.mark.parametrize(
    ("names", "seed"),
    [
        (["a_small_table_beside", "a_row_of_column_numbers"], 100053),
        (["a_small_table_beside", "a_row_of_column_numbers"], 100226),
        (["text_in_tcvn3", "footnotes_in_headers"], 100200),
        (["no_total_row", "footnotes_in_headers", "text_in_tcvn3"], 100122),
        (["codes_beside_the_labels", "empty_and_foreign_sheets", "text_in_vni", "footnotes_in_headers"], 100185),
        (["ordinals_in_labels", "a_hidden_form", "blanks_around_texts", "a_misspelt_header"], 100149),
        (["rows_above", "units_in_headers", "a_misspelt_header"], 200215),
        (["units_in_headers", "a_hidden_form", "a_misspelt_header"], 200836),
        (["the_header_again_on_a_new_page", "footnotes_in_headers"], 200300),
        (["the_header_again_on_a_new_page", "units_in_headers"], 200371),
        (["a_blank_column_between", "a_row_of_column_numbers"], 200521),
        (["codes_beside_the_labels", "percents_as_shown", "a_row_of_column_numbers"], 200765),
        (["blank_rows_within", "a_column_of_remarks"], 201037),
        (["the_header_again_on_a_new_page", "a_column_of_remarks"], 300012),
        (["footnotes_in_headers", "codes_beside_the_labels", "a_hidden_form", "a_row_of_column_numbers"], 300227),
        (["a_header_that_is_not_merged", "a_small_table_beside"], 300072),
        (["a_header_that_is_not_merged", "a_small_table_beside"], 200740),
        (["a_header_that_is_not_merged", "a_small_table_beside"], 201096),
    ],
)
def test_a_composition_that_once_changed_a_figure_changes_none(names, seed, tmp_path, plain):
    assert_kept(names, seed, tmp_path, plain)


@pytest.mark.parametrize(
    ("names", "seed"),
    [
        (["full_width_digits", "a_listed_row_is_lost"], 100096),
        (["amounts_in_another_unit", "a_listed_row_is_lost"], 100378),
        (["small_numbers_with_a_zero_before", "a_figure_with_a_fraction"], 200405),
        (["full_width_digits", "a_figure_with_a_fraction"], 201064),
        (["amounts_in_another_unit", "a_form_is_lost"], 300078),
        (["sheets_named_by_number", "a_form_stands_twice"], 100155),
        (["a_small_table_beside", "a_row_of_column_numbers", "rows_below_the_signature"], 100226),
    ],
)
def test_a_composition_that_once_hid_a_spoiled_figure_hides_none(names, seed, tmp_path, plain):
    assert_told(names, seed, tmp_path, plain)


COMPOSED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
NAMES = st.lists(st.sampled_from(sorted(KEEPING)), min_size=2, max_size=6, unique=True)


@given(NAMES, st.integers(0, 10_000))
@settings(COMPOSED, max_examples=8)
def test_no_composition_of_changes_changes_a_figure(tmp_path_factory, plain, names, seed):
    assert_kept(names, seed, tmp_path_factory.mktemp("composed"), plain)


@pytest.mark.slow
@given(NAMES, st.integers(0, 1_000_000))
@settings(COMPOSED, max_examples=150)
def test_no_composition_of_many_changes_a_figure(tmp_path_factory, plain, names, seed):
    assert_kept(names, seed, tmp_path_factory.mktemp("composed"), plain)


@pytest.mark.slow
@given(
    st.lists(st.sampled_from(sorted(set(KEEPING) - _UNDOING)), max_size=4, unique=True),
    st.sampled_from(sorted(SPOILING)),
    st.integers(0, 1_000_000),
)
@settings(COMPOSED, max_examples=80)
def test_a_spoiled_figure_is_told_in_any_layout(tmp_path_factory, plain, names, spoiler, seed):
    kept = [name for name in names if name not in _MENDING.get(spoiler, ())]
    assert_told([*kept, spoiler], seed, tmp_path_factory.mktemp("spoiled"), plain)


def test_there_are_enough_ways_to_change_a_form():
    assert len(KEEPING) >= 25
    assert len(SPOILING) >= 15
