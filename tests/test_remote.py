"""Inputs, outputs and the catalogue may lie at an address: the results are those of folders of this machine."""

import fsspec
import pytest

import pipeline
from pipeline import remote, store
from pipeline.errors import PipelineError, UsageError
from pipeline.ingest.engine_dask import _fetched
from pipeline.ingest.files import Source
from pipeline.model import FILE_MB
from pipeline.periods import Period
from tests.books import Desk, values
from tests.test_progress import Diary

FORM = """
title: F
rows: [{key: d, header: District, members: open}]
columns: {n: {header: Cases}}
"""
CATALOGUE = "{name: Test, clusters: [{id: c, provinces: [north, south]}], forms: [f]}"


class Storage:
    """A storage in memory, and a desk whose folders hold the same."""

    def __init__(self, desk, root):
        self.desk, self.files, self.root = desk, fsspec.filesystem("memory"), root
        self.places = {part: f"memory:/{root}/{part}" for part in ("inputs", "outputs", "schemas")}

    def take(self):
        """What stands on the desk stands there too, and nothing else."""
        for part in ("inputs", "schemas"):
            for path in self.files.find(f"{self.root}/{part}"):
                self.files.rm_file(path)
            for path in (self.desk.folder / part).rglob("*.*"):
                self.files.pipe_file(f"{self.root}/{path.relative_to(self.desk.folder).as_posix()}", path.read_bytes())

    def send(self, cases, name):
        self.desk.send([["District", "Cases"], ["A", cases], ["B", 1]], name)
        self.take()

    def consolidate(self, **options):
        return pipeline.consolidate("2024", **self.places, lang="en", **options)

    def written(self, part="2024"):
        """Relative name -> contents of what lies in the outputs."""
        top = f"{self.root}/outputs/{part}"
        return {path.removeprefix(f"{top}/"): self.files.cat_file(path) for path in self.files.find(top)}


def below(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def storage(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    desk = Desk(tmp_path).catalogue(FORM, catalogue=CATALOGUE)
    place = Storage(desk, f"/{tmp_path.name}")
    place.send(3, "north.xlsx")
    place.send(4, "south.xlsx")
    yield place
    for path in place.files.find(place.root):
        place.files.rm_file(path)


def test_what_is_written_at_an_address_is_to_the_byte_what_is_written_in_a_folder(storage):
    storage.consolidate()
    storage.desk.consolidate()
    assert storage.written() == below(storage.desk.folder / "outputs" / "2024")


def test_what_changes_at_the_address_is_read_again_and_what_is_taken_away_is_gone(storage):
    storage.consolidate()
    storage.send(30, "north.xlsx")
    (storage.desk.inputs / "south.xlsx").unlink()
    storage.take()
    done = storage.consolidate()
    assert values(done) == {"A": 30.0, "B": 1.0}
    assert done.submissions.set_index("province")["status"].to_dict() == {"north": "accepted", "south": "missing"}


def test_nothing_changed_there_is_nothing_fetched_and_nothing_written(storage, monkeypatch):
    storage.consolidate()
    before = {path: storage.files.created(path) for path in storage.files.find(storage.root)}
    monkeypatch.setattr(type(storage.files), "get_file", lambda *_, **__: pytest.fail("fetched"))
    assert values(storage.consolidate()) == {"A": 4.0, "B": 1.0}
    assert {path: storage.files.created(path) for path in storage.files.find(storage.root)} == before


def test_who_watches_hears_how_many_files_are_fetched(storage):
    diary = Diary()
    with remote.reached(**storage.places, progress=diary):
        stages = [(key, address) for key, _, address in diary.stages]
        assert stages == [("fetch", storage.places[part]) for part in ("inputs", "schemas", "outputs")]
        assert len(diary.told) == sum(total for _, total, _ in diary.stages) > 4


def test_results_at_an_address_are_loaded_and_accepted_as_a_baseline(storage):
    storage.consolidate()
    outputs = storage.places["outputs"]
    assert len(pipeline.load("2024", outputs).observations) == len(pipeline.history(outputs)) == 4
    with remote.reached(outputs=outputs) as places:
        store.accept(Period.parse("2024"), places.outputs)
    assert storage.written("accepted/2024") == storage.written()
    storage.send(5, "south.xlsx")
    changes = storage.consolidate().changes
    assert changes[["old", "new"]].dropna().to_numpy().tolist() == [[4.0, 5.0]]


def test_a_run_that_ends_while_its_outputs_are_taken_there_leaves_none_that_look_whole(storage, monkeypatch):
    storage.consolidate()
    storage.send(5, "south.xlsx")
    put = type(storage.files).put_file

    def lose_the_line(files, here, there, **more):
        if there.endswith("observations.parquet"):
            raise ConnectionResetError("connection reset")
        put(files, here, there, **more)

    monkeypatch.setattr(type(storage.files), "put_file", lose_the_line)
    with pytest.raises(UsageError, match="connection reset"):
        storage.consolidate()
    assert "run.json" not in storage.written()
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(storage.desk.folder / "cache"))
    storage.consolidate()
    storage.desk.consolidate()
    assert storage.written() == below(storage.desk.folder / "outputs" / "2024")


def test_a_file_too_large_to_be_read_is_refused_without_being_fetched(storage, monkeypatch):
    monkeypatch.setattr("pipeline.remote.FILE_MB", 0.003)
    monkeypatch.setattr("pipeline.ingest.files.MB", 10)
    done = storage.consolidate()
    assert FILE_MB == 256
    assert set(done.findings["rule"]) >= {"unreadable_file"}
    assert next((storage.desk.folder / "cache").rglob("inputs/2024/north.xlsx")).read_bytes().strip(b"\0") == b""


def test_a_sub_folder_there_is_told_as_it_is_here(storage):
    storage.files.pipe_file(f"{storage.root}/inputs/2024/old/north.xlsx", b"x")
    assert "folder_ignored" in set(storage.consolidate().findings["rule"])


@pytest.mark.parametrize(
    ("part", "address"),
    [
        ("inputs", "memory://nowhere/at/all"),
        ("schemas", "memory://nowhere/at/all"),
        ("inputs", "nostorage://bucket/inputs"),
        ("inputs", "memory://a/../b"),
        ("outputs", "memory://"),
        ("inputs", "zip://inputs::memory://a.zip"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(storage, part, address):
    with pytest.raises(PipelineError) as caught:
        pipeline.consolidate("2024", **storage.places | {part: address})
    assert caught.value.params["address"] == address


def test_a_name_that_leads_out_of_the_copy_is_refused(storage):
    storage.files.store[f"{storage.root}/inputs/../../evil.xlsx"] = storage.files.store[
        f"{storage.root}/inputs/2024/north.xlsx"
    ]
    with pytest.raises(UsageError, match=r"used \(\.\.\)"):
        storage.consolidate()
    del storage.files.store[f"{storage.root}/inputs/../../evil.xlsx"]


def test_another_machine_finds_a_file_of_a_copy_at_its_address(storage, tmp_path):
    storage.consolidate()
    copies = [path for path in (tmp_path / "cache").rglob("north.xlsx") if "inputs" in path.parts]
    assert [remote.address_of(path) for path in copies] == [f"{storage.places['inputs']}/2024/north.xlsx"]
    assert remote.address_of(storage.desk.inputs / "north.xlsx") == ""
    remote.fetch(remote.address_of(copies[0]), tmp_path / "fetched.xlsx")
    assert (tmp_path / "fetched.xlsx").read_bytes() == (storage.desk.inputs / "north.xlsx").read_bytes()


def test_a_worker_reads_what_lies_at_the_address_whatever_stands_under_the_same_path(storage, tmp_path):
    stale = tmp_path / "north.xlsx"
    stale.write_bytes(b"of another day")
    source = Source(stale, "north.xlsx", f"{storage.places['inputs']}/2024/north.xlsx")
    fetched = _fetched(source, tmp_path / "task")
    assert fetched.path.read_bytes() == (storage.desk.inputs / "north.xlsx").read_bytes()
    assert _fetched(Source(stale, "north.xlsx"), tmp_path / "task").path == stale
