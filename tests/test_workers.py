"""Files are read in processes that may die."""

import faulthandler
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pipeline.ingest import engine
from pipeline.ingest.files import Source
from pipeline.ingest.limits import MB, Limits
from pipeline.ingest.verdicts import DIED, MEMORY, SIGNAL, TIMEOUT, Lost
from pipeline.ingest.workers import read_each
from pipeline.model import Options
from pipeline.platforms import resident_bytes

KEPT = []


def fail(item):
    raise ValueError(item)


def compute(_):
    while True:
        pass


def die_after_answering(_):
    """End the process as it tidies up behind the file, when the answer is on its way."""
    gc.disable()
    gc.callbacks.append(lambda *_: os._exit(0))


DEEDS = {
    "abort": lambda _: os.abort(),
    "sleep": lambda _: time.sleep(60),
    "memory": lambda _: bytearray(3 * 2**30),
    "some memory": lambda _: bytearray(150 * 2**20),
    "keep": lambda _: KEPT.append(bytearray(400 * 2**20)),
    "raise": fail,
    "compute": compute,
    "die later": die_after_answering,
}


def work(item):
    faulthandler.disable()  # pytest would print where the child died
    if item in DEEDS:
        DEEDS[item](item)
    return os.getpid() if item == "process" else item.upper()


def test_what_the_process_that_reads_was_forked_with_is_not_taken_from_a_file():
    held = b"1" * 400 * MB
    limits = Limits(memory_mb=resident_bytes() // MB + 10)
    assert len(held) == 400 * MB
    assert read_each(work, ["some memory", "memory"], workers=1, limits=limits) == ["SOME MEMORY", Lost(MEMORY)]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_file_that_kills_its_reader_takes_only_itself(workers):
    items = ["a", "abort", "b", "raise", "memory", "c"]
    results = read_each(work, items, workers=workers, limits=Limits())
    assert results == ["A", Lost(SIGNAL, "SIGABRT"), "B", Lost(DIED, "ValueError: raise"), Lost(MEMORY), "C"]


def test_a_file_that_takes_too_long_is_stopped():
    started = time.monotonic()
    assert read_each(work, ["sleep", "a", "sleep"], workers=2, limits=Limits(seconds=1)) == [
        Lost(TIMEOUT),
        "A",
        Lost(TIMEOUT),
    ]
    assert time.monotonic() - started < 30  # far from the minute that one sleep takes


def test_results_are_in_the_items_order():
    items = [f"file {number}" for number in range(40)]
    assert read_each(work, items, workers=3, limits=Limits()) == [item.upper() for item in items]


def test_a_reader_that_dies_between_two_files_loses_neither():
    items = ["die later", "a", "die later", "die later", "b"]
    assert read_each(work, items, workers=1, limits=Limits()) == [item.upper() for item in items]


def test_readers_that_never_come_up_end_in_a_verdict(monkeypatch):
    monkeypatch.setattr("pipeline.ingest.workers.serve", lambda *_: os._exit(3))
    assert read_each(work, ["a", "b"], workers=2, limits=Limits()) == [Lost(DIED, "3"), Lost(DIED, "3")]


def test_what_one_file_left_in_memory_is_not_taken_from_the_next():
    first, kept, second, third = read_each(work, ["process", "keep", "process", "process"], workers=1, limits=Limits())
    assert kept == "KEEP"
    assert first != second == third


def test_a_file_that_computes_for_ever_is_stopped():
    assert read_each(work, ["compute", "a"], workers=1, limits=Limits(seconds=0.5)) == [Lost(TIMEOUT), "A"]


def test_no_reader_outlives_an_interrupted_run(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.ingest.workers.wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_each(work, ["sleep", "sleep"], workers=2, limits=Limits())
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the system to end the readers with their parent")
def test_no_reader_outlives_a_run_that_is_killed(repo):
    program = """
        import os, time
        from pipeline.ingest.limits import Limits
        from pipeline.ingest.workers import read_each
        def work(item):
            os.write(1, f"{os.getpid()}\\n".encode())
            time.sleep(60)
        read_each(work, ["a"], workers=1, limits=Limits())
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, cwd=repo, stdout=subprocess.PIPE, text=True) as run:
        reader = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)
    ended = time.monotonic() + 10
    while is_alive(reader) and time.monotonic() < ended:
        time.sleep(0.05)
    assert not is_alive(reader)


def is_alive(process):
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return False


@pytest.mark.parametrize(
    ("files", "jobs", "processors", "expected"),
    [(5, None, 8, 1), (7, None, 8, 2), (63, None, 2, 2), (1, None, 8, 1), (63, 1, 8, 1), (2, 8, 1, 2)],
)
@pytest.mark.parametrize("size", [0, 1_000])
def test_there_is_a_process_for_every_three_files_unless_told_otherwise(  # noqa: PLR0917
    monkeypatch, tmp_path, files, jobs, processors, expected, size
):
    """Never more than processors; one that is asked for is there, if there is a file for it."""
    assert min(workers_for(monkeypatch, tmp_path, [size] * files, jobs, processors), files) == expected


@pytest.mark.parametrize(
    ("sizes", "processors", "expected"),
    [([350_000, 1], 8, 2), ([60_000, 60_000], 8, 1), ([100_000, 60_000, 60_000], 8, 2), ([10**7] * 3, 2, 2)],
)
def test_large_files_have_more_processes(monkeypatch, tmp_path, sizes, processors, expected):
    """For each 100 KB, which take a second; never more than files."""
    assert workers_for(monkeypatch, tmp_path, sizes, None, processors) == expected


def workers_for(monkeypatch, folder, sizes, jobs, processors):
    """How many processes read files of these sizes."""
    sources = [Source(folder / f"{number}.xlsx", f"{number}.xlsx") for number in range(len(sizes))]
    for source, size in zip(sources, sizes, strict=True):
        with source.path.open("wb") as file:
            file.truncate(size)
    seen = []
    monkeypatch.setattr(engine, "processors", lambda: processors)
    monkeypatch.setattr(engine, "read_each", lambda *_, workers, **__: seen.append(workers) or [])
    engine.each(len, sources, Options(jobs=jobs))
    return seen[0]
