"""What is read the quick way is what is read by asking everything of each cell and each row."""

from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue import load_catalogue
from pipeline.ingest.cells import read_cell
from pipeline.ingest.page_breaks import Pages
from pipeline.ingest.parts import SheetScan
from pipeline.ingest.plain_cells import PlainCells
from pipeline.ingest.plain_rows import PlainRows
from pipeline.ingest.reader import Corrected, Sheet
from pipeline.ingest.sink import Row, Sink
from pipeline.ingest.table import read_table
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import MEMBER, Place
from pipeline.periods import Period
from tests.books import write_catalogue

COLUMNS = """
groups: {g: {label: The group}}
columns:
  cases: {header: Cases, also: ['{year}'], previous: {also: [Cases last year]}}
  damage: {header: Damage, kind: amount, unit: triệu đồng, required: false}
  share: {header: Share, kind: percent, equals: damage / cases, required: false}
  rate: {header: Rate, kind: rate, required: false}
  remark: {header: Remark, kind: text}
"""
KIND = """
{key: kind, header: Kind, code_header: [Code], members: [
    {id: theft, code: 1, label: Theft}, {id: fraud, code: 2, label: Fraud, group: g},
    {id: part, label: Gang, part_of: theft},
]}
"""  # fmt: skip
KEYS = {
    "open": "[{key: place, header: Place, code_header: [Code], members: open}]",
    "listed": f"[{KIND}]",
    "long": f"[{{key: place, header: Place, members: open}}, {{key: period, header: Month}}, {KIND}]",
    "ignoring": f"[{{key: place, header: Place, members: open}}, {KIND.replace('kind,', 'kind, unlisted: ignore,')}]",
}
KEYS["twice"] = "[{key: place, header: Place, members: open}, {key: unit, header: Unit, members: open}]"
OVER = {
    "open": "{over: place}",
    "listed": "{over: kind}",
    "long": "{over: kind}",
    "ignoring": "none",
    "twice": "{over: place}",
}
HEADS = {"open": ["Place", "Code"], "listed": ["Kind", "Code"], "long": ["Place", "Month", "Kind"]}
HEADS |= {"ignoring": ["Place", "Kind"], "twice": ["Place", "Unit"]}
MEASURES = ["Cases", "Cases last year", "Damage", "Share", "Rate", "Remark"]
PLACES = [
    "Vinh", "Vinh 2", "Vinh¹", "1. Vinh", "- Vinh", "Vinh (kế hoạch)", "Trong đó", "Trong đó: Vinh", "Tổng số",
    "Tổng số Vinh", "Kế hoạch", "Kế hoạch năm nay", "Năm 2023", "Bình quân", "Ghi chú: a", "Đính chính: 5", "Quý I",
    "Các huyện", "2024", "12", "A", "I", "", " ", "#REF!", "***", "0912345678", "Place", "Cases", "Đơn vị tính: nghìn",
    1.0, 2.0, 2024.0, True,
]  # fmt: skip
KINDS = [
    "Theft",
    "Fraud",
    "Gang",
    "The group",
    "Tổng số",
    "Theft (kế hoạch)",
    "theft",
    "- Fraud",
    "Arson",
    "",
    "2",
    2.0,
]
MONTHS = ["1", "tháng 2", 3.0, "Quý I", "2024", "Tổng số", ""]
CODES = ["", "1", "2", "9", 1.0, 2.0, "x"]
TEXTS = ["", " ", "-", "...", "x", "1.234", "5 vụ", "(3)", "12%", "a", "Cases", "2024", "0912345678", "5 triệu đồng"]
NUMBERS = st.one_of(
    st.integers(-3, 3000).map(float),
    st.floats(),
    st.sampled_from([2024.0, -0.0, 1e10, 5e11, 1e15, 1e17, 1e18, 0.1 * 3 * 10, 0.85]),
)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    forms = {name: f"title: F\nrows: {keys}\ntotals: {OVER[name]}\n{COLUMNS}" for name, keys in KEYS.items()}
    return Vocabulary(load_catalogue(write_catalogue(tmp_path_factory.mktemp("plain"), forms)), Period.parse("2024"))


@contextmanager
def asking_everything():
    """Take no cell and no row for a plain one."""
    with ExitStack() as changed:
        for kind, name in ((PlainCells, "at"), (PlainRows, "at")):
            changed.enter_context(patch.object(kind, name, lambda *_: None))
        changed.enter_context(patch.object(Pages, "_is_of_figures", lambda *_: False))
        yield


def taken(sink):
    """All that a sink took, with the types of its values."""
    return repr((sink.cells, sink.texts, sink.findings, sink.seen, sorted(sink.set_aside)))


def both(read, make):
    """What is read the quick way, and by asking everything, from two sheets of one making."""
    quick, slow = make(), make()
    read(quick)
    with asking_everything():
        read(slow)
    return taken(quick), taken(slow)


SAID = st.sampled_from(["errors", "valueless", "doubtful", "units", "percents", "formulas", "corrected", "typed"])


@settings(max_examples=600)
@given(
    value=st.one_of(NUMBERS, NUMBERS, st.sampled_from([*TEXTS, True])),
    measure=st.sampled_from(["cases", "damage", "share", "rate"]),
    said=st.sets(SAID, max_size=2),
    previous=st.booleans(),
)
def test_a_plain_cell_is_what_asking_everything_makes_of_it(vocabulary, value, measure, said, previous):
    cell, form = (4, 2), vocabulary.catalogue.forms["open"]

    def make():
        dicts = {"errors": "#REF!", "doubtful": "struck_part", "units": "nghìn"}
        scan = SheetScan(**{name: {cell: dicts[name]} if name in dicts else {cell}
                            for name in said - {"corrected", "typed"}})  # fmt: skip
        params = {"reads": "7", "should_read": "8", "by": "A", "date": "2025-01-01"}
        corrected = {cell: Corrected("8", Place(), params)} if "corrected" in said else {}
        decoded = SimpleNamespace(typed={cell: "odd"}) if "typed" in said else None
        sheet = Sheet("F", False, [[]] * 4 + [["Vinh", "", value]], (), scan, corrected, decoded=decoded)
        return Sink("north.xlsx", sheet, "open", form, vocabulary, "north", "2024")

    def read(sink):
        read_cell(sink, cell, (measure, previous), Row(MEMBER, "Vinh", "Vinh", "2024", "north"))

    quick, slow = both(read, make)
    assert quick == slow


POOLS = {
    "Place": PLACES,
    "Unit": PLACES,
    "Code": CODES,
    "Kind": KINDS,
    "Month": MONTHS,
    "STT": ["1", "2", "Tổng số", "", 3.0],
}
PLAIN = {"Place": PLACES[:3], "Unit": PLACES[:3], "Code": [""], "Kind": KINDS[:3], "Month": MONTHS[:3], "STT": ["1"]}


@st.composite
def tables(draw):
    """A form, rows of its table below a header, and cells that are merged, errors, percentages or formulas."""
    form = draw(st.sampled_from(list(KEYS)))
    keys = [*(["STT"] if draw(st.booleans()) else []), *HEADS[form]]
    if form == "open" and draw(st.booleans()):
        keys.remove("Code")
    measures = ["Cases", *draw(st.lists(st.sampled_from(MEASURES[1:]), unique=True, max_size=4))]
    heads = ["2024" if head == "Cases" and draw(st.booleans()) else head for head in measures]  # figures may be a year

    def row(kind):
        names = [draw(st.sampled_from(PLAIN[key])) for key in keys]
        if kind in {"named", "empty"}:
            at = draw(st.integers(0, len(keys) - 1))
            names[at] = draw(st.sampled_from(POOLS[keys[at]]))
        numbers = ["" if head == "Remark" else draw(st.integers(0, 900).map(float)) for head in measures]
        if kind == "typed":
            numbers[draw(st.integers(0, len(numbers) - 1))] = draw(st.one_of(NUMBERS, st.sampled_from(TEXTS)))
        return [*names, *([""] * len(numbers) if kind == "empty" else numbers)]

    others = [
        [], [*keys, *heads], [*keys, *heads[::-1]], [*keys, *[2024.0] * len(heads)], ["Ghi chú: a"], ["Năm 2024"],
        ["A", *map(float, range(1, len(keys) + len(measures)))], [*[""] * len(keys), *["nghìn"] * len(measures)],
    ]  # fmt: skip
    kinds = st.sampled_from(["plain", "plain", "named", "named", "empty", "typed", "other"])
    rows = [[], ["F"], [], [*keys, *heads]]
    some = draw(st.lists(kinds, min_size=1, max_size=8))
    rows += [draw(st.sampled_from(others)) if kind == "other" else row(kind) for kind in some]
    rows.append(["Tổng số", *[""] * (len(keys) - 1), *[9.0] * len(measures)])
    at = st.tuples(st.integers(4, len(rows) - 1), st.integers(0, len(keys) + 1))
    cells = draw(st.lists(st.tuples(at, st.sampled_from(["merged", "errors", "percents", "formulas"])), max_size=2))
    return form, rows, cells


@settings(max_examples=700)
@given(table=tables())
def test_a_table_of_plain_rows_is_what_asking_everything_makes_of_it(vocabulary, table):
    name, rows, marked = table

    def make():
        scan, merges = SheetScan(), []
        own = [list(row) for row in rows]
        for (row, column), kind in marked:
            if kind == "merged":
                merges.append((row, column, min(row + 1, len(own) - 1), column))
            elif kind == "errors":
                scan.errors[row, column] = "#DIV/0!"
                if column < len(own[row]):
                    own[row][column] = ""
            else:
                getattr(scan, kind).add((row, column))
        sheet = Sheet("F", False, own, tuple(merges), scan)
        form = vocabulary.catalogue.forms[name]
        return Sink("north.xlsx", sheet, name, form, vocabulary, "north", "2024")

    quick, slow = both(read_table, make)
    assert quick == slow


HEAD = ["Place", "Code", "Cases"]
LONG = ["Place", "Month", "Kind", "Cases"]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("open", [HEAD, ["Vinh", "", 9.0], ["Trong đó", "", ""], ["A", "", 4.0], ["B", "", 6.0], ["C", "", 2.0]]),
        ("open", [HEAD, ["Trong đó", "", ""], ["- A", "", 4.0], ["- B", "", 6.0], ["Vinh", "", 2.0]]),
        ("open", [HEAD, ["Vinh", "", 9.0], ["", "", ""], ["A", "", 4.0], ["Các huyện", "", ""], ["B", "", 4.0]]),
        ("open", [HEAD, ["Vinh", "", 9.0], ["", "", ""], ["Các huyện", "", ""], ["Ghi chú: A", "", 4.0]]),
        ("open", [HEAD, ["Vinh", "", 9.0], ["Tổng số", "", 9.0], ["A", "", 4.0], ["Các huyện", "", ""]]),
        ("open", [HEAD, ["Vinh", "", 9.0], ["Kế hoạch", "", 4.0], ["Tổng số Vinh", "", 4.0], ["#REF!", "", 4.0]]),
        ("open", [["Place", "2024"], ["Vinh", 9.0], ["Place", 2024.0], ["Hà Tĩnh", 2024.0]]),
        ("open", [["STT", *HEAD], ["1", "Vinh", "", 9.0], ["Tổng số", "", "", 9.0], ["", "", "", 9.0]]),
        ("long", [LONG, ["Vinh", "1", "Theft", 9.0], ["", "", "Fraud", 4.0], ["Tổng số", "Trong đó", "", ""],
                  ["Vinh", "1", "Fraud", 3.0], ["Vinh", "2", "Theft", 3.0], ["", "3", "Theft", 3.0]]),
        ("long", [LONG, ["Vinh (kế", "1", "Theft", 9.0], ["Kế hoạch", "1", "Theft", 9.0], ["Vinh", 1.0, "Theft", 9.0],
                  ["Vinh", True, "Theft", 9.0], ["Tổng số Vinh", "1", "Theft", 4.0], ["#REF!", "2", "Theft", 1.0]]),
        ("listed", [["Kind", "Code", "Cases"], ["Arson", 1.0, 5.0], ["Tháng 2", 2.0, 3.0], ["Theft", "2", 1.0]]),
        ("listed", [["Kind", "Code", "Cases"], ["", 1.0, 5.0], ["#DIV/0!", 1.0, 3.0], ["", 2.0, 1.0]]),
        ("twice", [["Place", "Unit", "Cases"], ["Bình", "quân", 1.0], ["Vinh", "A", 2.0], ["Vinh", "(năm 2023)", 2.0]]),
    ],
)  # fmt: skip
def test_what_stands_around_a_row_is_minded(vocabulary, name, rows):
    def make():
        errors = {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row) if text == "#DIV/0!"}
        own = [["" if text == "#DIV/0!" else text for text in row] for row in rows]
        sheet = Sheet("F", False, own, (), SheetScan(errors=errors))
        return Sink("north.xlsx", sheet, name, vocabulary.catalogue.forms[name], vocabulary, "north", "2024")

    quick, slow = both(read_table, make)
    assert quick == slow


def test_rows_of_names_and_numbers_are_plain(vocabulary):
    """Else nothing is gained by it."""
    rows = [["Place", "Kind", "Cases"], *([f"Vinh {n}", "Theft", float(n)] for n in range(50))]
    form = vocabulary.catalogue.forms["ignoring"]
    sink = Sink("north.xlsx", Sheet("F", False, rows), "ignoring", form, vocabulary, "north", "2024")
    with patch("pipeline.ingest.table_rows._read_one", side_effect=AssertionError):
        read_table(sink)
    assert [cell.value for cell in sink.cells] == [float(n) for n in range(50)]


WORDS = [
    "",
    "-",
    "1.",
    "I",
    "a",
    "Vinh",
    "Kế hoạch",
    "Năm",
    "2023",
    "Năm 2023",
    "Bình quân",
    "Cùng kỳ",
    "so với",
    ".x",
    "/",
]


@settings(max_examples=600)
@given(
    first=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    after=st.one_of(st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join), st.text(max_size=8)),
)
def test_what_opens_no_other_row_is_none_whatever_comes_after(vocabulary, first, after):
    first, after = " ".join(first.split()), " ".join(after.split())
    if vocabulary.opens_no_other_row(first) and not set("()[]\uff08\uff09") & set(after):
        assert not vocabulary.is_other_row(" ".join(filter(None, (first, after))))
