"""What each workbook gave is kept: whatever changes, a run comes to what a run without anything kept comes to."""

import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.ingest import engine, inert, shelf
from pipeline.ingest.shelf import Shelf
from pipeline.ingest.submission import Part
from pipeline.labels import Label
from pipeline.model import Basis, Finding, Place, Said, Share, Submission
from tests.books import Desk, copy_samples, write_book

FORM = """
    title: F
    rows: [{key: district, header: District, members: open}]
    columns: {n: {header: Cases, unit: case}, m: {header: Money, kind: amount, unit: million dong, required: false}}
"""
ROWS = [["District", "Cases", "Money"], ["A", 1, 2.5], ["B", "1.234", "x"], ["Total", 1235, 2.5]]
PROVINCES = "[{id: north, name: North}, {id: south, name: South}]"
CLUSTER = "{name: Test, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM, provinces=PROVINCES, catalogue=CLUSTER)
    return desk.send(ROWS).send(ROWS, "south.xlsx").send(ROWS, period="2023")


@pytest.fixture
def read(monkeypatch):
    """The files that were read, in the order in which they were asked for."""
    names, each = [], engine.each

    def noting(function, items, options, progress):
        names.extend(item.name for item in items)
        return each(function, items, options, progress)

    monkeypatch.setattr("pipeline.ingest.each", noting)
    return names


def frames(result):
    return [frame.to_csv() for frame in (result.observations, result.findings, result.submissions, result.indicators)]


def parts_of(desk):
    return sorted((desk.folder / "outputs" / ".cache" / "parts").glob("*.part"))


def test_only_what_changed_is_read_again(desk, read):
    first = desk.check()
    assert sorted(read) == ["north.xlsx", "north.xlsx", "south.xlsx"]
    read.clear()
    assert frames(desk.check()) == frames(first)
    assert read == []
    desk.send([*ROWS[:2], ["C", 7, 1]], "south.xlsx").check()
    assert read == ["south.xlsx"]


def test_without_the_cache_everything_is_read_and_nothing_kept(desk, read):
    desk.check(cache=False)
    desk.check(cache=False)
    assert len(read) == 6
    assert parts_of(desk) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda desk: desk.catalogue(FORM.replace("Cases,", "Cases, also: [Number],"), provinces=PROVINCES,
                                    catalogue=CLUSTER),
        lambda desk: shutil.rmtree(desk.folder / "outputs" / ".cache"),
        lambda desk: [path.write_bytes(path.read_bytes()[:-9]) for path in parts_of(desk)],
        lambda desk: [path.write_text("[]") for path in parts_of(desk)],
    ],
    ids=["another catalogue", "no cache", "cut short", "other texts"],
)  # fmt: skip
def test_what_is_not_to_be_trusted_is_read_anew(desk, read, change):
    first = desk.check()
    read.clear()
    change(desk)
    assert frames(desk.check()) == frames(first)
    assert len(read) == 3


def test_a_correction_is_a_change_of_its_own_file_alone(desk, read):
    desk.check()
    read.clear()
    (desk.inputs / "corrections.csv").write_text(
        "province,file,sheet,cell,reads,should_read,reason,by,date\nnorth,north.xlsx,F,B2,1,3,r,b,2024-12-01\n"
    )
    assert frames(desk.check()) == frames(desk.check(cache=False))
    assert read[:1] == ["north.xlsx"]
    assert read.count("south.xlsx") == 1


def test_a_file_that_could_not_be_read_is_tried_again(desk, read):
    (desk.inputs / "south.xlsx").write_bytes(b"PK")
    desk.check()
    read.clear()
    desk.check()
    assert read == ["south.xlsx"]


def test_what_was_used_longest_ago_is_let_go(tmp_path, monkeypatch):
    kept = Shelf(tmp_path / "parts", "p")
    for number, key in enumerate("abc"):
        kept.put(key, Part(Submission(key)))
        os.utime(tmp_path / "parts" / f"{key}.part", (number, number))
    assert kept.get("a").submission.file == "a"  # it was used just now
    size = (tmp_path / "parts" / "c.part").stat().st_size
    monkeypatch.setattr(shelf, "_MOST", 2 * size)
    kept.tidy()
    assert [kept.get(key) is not None for key in "abc"] == [True, False, True]


MESSAGE = st.recursive(
    st.one_of(
        st.text(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(), st.dates(),
        st.builds(Share, st.floats(allow_nan=False)), st.builds(Place, st.text(), st.text(), st.text()),
        st.dictionaries(st.sampled_from(["vi", "en"]), st.text(), min_size=1).map(Label),
    ),
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.frozensets(st.text()),
        st.builds(Said, st.text(), st.dictionaries(st.text(), inner)),
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(st.text(), MESSAGE), st.dictionaries(st.tuples(st.text(), st.text()), st.floats(allow_nan=False))
)
def test_whatever_fills_a_message_comes_back_as_it_was(params, numbers):
    said = Finding("rule", "error", Place("f"), params=params, basis=Basis(numbers, 1.0))
    part = Part(Submission("f", mends=frozenset({"b", "a"})), findings=[said])
    assert inert.loads(inert.dumps(part)) == part


def test_what_has_no_plain_form_is_not_kept(tmp_path):
    kept = Shelf(tmp_path / "parts", "p")
    kept.put("a", Part(Submission("a"), findings=[Finding("r", "info", params={"odd": object()})]))
    assert kept.get("a") is None


@pytest.mark.parametrize(
    "content",
    ["", "1", "[]", '["Part"]', '["os.system","x"]', '["Part",1,2,3,4,5]', '["list"]', '["records","Part",9]',
     '["date","x"]', '["Label",1]', "[" * 100_000],
)  # fmt: skip
def test_a_text_of_another_make_is_nothing(tmp_path, content):
    """Even one that somebody gave the right sum."""
    kept = Shelf(tmp_path, "p")
    (tmp_path / "a.part").write_text(f"{shelf._digest(content)}\n{content}")
    part = kept.get("a")
    assert part is None or not isinstance(part.submission, Submission)


def test_every_part_of_the_samples_is_kept_and_comes_back_as_it_was(repo, tmp_path):
    desk = copy_samples(repo, tmp_path)
    desk.check()
    kept = parts_of(desk)
    assert len(kept) == len(list(desk.inputs.glob("*.xlsx")))
    for path in kept:
        content = path.read_text("ascii").partition("\n")[2]
        assert inert.dumps(inert.loads(content)) == content


# Random changes


class Cold:
    """What runs without anything kept come to; where a run would read what one has read, no other is made."""

    def __init__(self):
        self._known = {}

    def frames(self, desk):
        read = sorted(path for name in ("inputs", "schemas") for path in (desk.folder / name).rglob("*.*"))
        state = tuple((str(path.relative_to(desk.folder)), path.read_bytes()) for path in read)
        if state not in self._known:
            self._known[state] = frames(desk.check(cache=False))
        return self._known[state]


@pytest.fixture(scope="module")
def cold():
    return Cold()


@cache
def book(rows):
    """A workbook of these rows, to the byte the same each time."""
    with TemporaryDirectory() as folder:
        return write_book(Path(folder) / "book.xlsx", {"F": rows}).read_bytes()


def put(desk, rows, name="north.xlsx", period="2024"):
    path = desk.folder / "inputs" / period / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(book(tuple(map(tuple, rows))))


CHANGES = ("edit", "add", "remove", "rename", "catalogue", "corrections", "spoil", "forget", "unreadable")


def change(desk, kind, number):
    """Change something on the desk, as users and accidents do; nothing where there is nothing to change."""
    files = sorted(desk.inputs.glob("*.xlsx"))
    file = files[number % len(files)] if files else None
    kept = parts_of(desk)
    if kind == "edit" and file:
        put(desk, [*ROWS[:2], ["C", number, "1,5"]], file.name)
    elif kind == "add":
        put(desk, ROWS, ("south.xlsx", "north v2.xlsx", "south lan 2.xlsx")[number % 3])
    elif kind == "remove" and file:
        file.unlink()
    elif kind == "rename" and file:
        file.rename(file.with_name(f"south {number}.xlsx"))
    elif kind == "unreadable" and file:
        file.write_bytes(file.read_bytes()[: 100 * number])
    elif kind == "catalogue":
        title = f"title: F{number % 2}"
        desk.catalogue(FORM.replace("title: F", title), provinces=PROVINCES, catalogue=CLUSTER)
    elif kind == "corrections":
        line = f"north,north.xlsx,F,B2,{number % 3},9,r,b,2024-12-01"
        (desk.inputs / "corrections.csv").write_text(
            f"province,file,sheet,cell,reads,should_read,reason,by,date\n{line}\n"
        )
    elif kind == "spoil" and kept:
        content = bytearray(kept[number % len(kept)].read_bytes())
        content[number * 31 % len(content)] ^= 1
        kept[number % len(kept)].write_bytes(content)
    elif kind == "forget":
        shutil.rmtree(desk.folder / "outputs" / ".cache", ignore_errors=True)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 20)), min_size=1, max_size=6))
def test_whatever_changes_a_run_comes_to_what_a_cold_one_does(tmp_path_factory, cold, changes):
    desk = Desk(tmp_path_factory.mktemp("desk")).catalogue(FORM, provinces=PROVINCES, catalogue=CLUSTER)
    for name, period in (("north.xlsx", "2024"), ("south.xlsx", "2024"), ("north.xlsx", "2023")):
        put(desk, ROWS, name, period)
    for kind, number in changes:
        change(desk, kind, number)
        if any(desk.inputs.glob("*.xlsx")):
            assert frames(desk.check()) == cold.frames(desk), (kind, number)
