"""Files are read on a Dask cluster as they are here: a scheduler and two workers run beside the tests."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil
import pytest

from tests import hostile
from tests.books import Desk
from tools.synthesise import synthesise

START_SECONDS = 60
FORM = """
title: F
rows: [{key: d, header: District, members: open}]
columns: {n: {header: Cases}}
"""
PROVINCES = "[{id: north, name: North}, {id: south, name: South}, {id: west, name: West}]"


@dataclass
class Cluster:
    """A scheduler's address, and the workers' processes."""

    address: str
    workers: list[subprocess.Popen]
    scheduler: subprocess.Popen


def _start(repo, folder, *words):
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    environment = os.environ | {"PYTHONPATH": str(repo)}
    with (folder / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)


def _wait_for(condition):
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come up"
        time.sleep(0.02)


@pytest.fixture
def cluster(repo, tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    told = folder / "scheduler.json"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
    worker = ("worker", "--scheduler-file", str(told), "--nthreads", "1", "--host", "127.0.0.1")
    processes = [_start(repo, folder, *scheduler)]
    try:
        _wait_for(lambda: told.exists() and told.read_text().strip().endswith("}"))
        processes += [_start(repo, folder, *worker) for _ in range(2)]
        yield Cluster(json.loads(told.read_text())["address"], processes[1:], processes[0])
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def consolidate(repo, folder, outputs, *options):
    """Start a run; nothing it writes may depend on where it reads."""
    places = ["--inputs", "inputs", "--schemas", "schemas", "--outputs", outputs]
    command = [sys.executable, "-m", "pipeline", "consolidate", "2024", *places, "--no-cache", "--lang", "en", *options]
    environment = os.environ | {"PYTHONPATH": str(repo)}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def assert_as_here(repo, folder, process, *options):
    said, _ = process.communicate(timeout=300)
    assert process.returncode in {0, 1}, said.decode()
    consolidate(repo, folder, "here", *options).communicate(timeout=300)
    there, here = (
        {p.name: p.read_bytes() for p in (folder / name / "2024").iterdir() if p.is_file()}
        for name in ("there", "here")
    )
    assert there.keys() == here.keys()
    assert [name for name in there if there[name] != here[name]] == []


@pytest.mark.slow
def test_a_cluster_gives_the_same_to_the_byte_and_no_file_takes_a_worker_with_it(repo, cluster, tmp_path):
    desk = Desk(tmp_path / "desk").catalogue(FORM, provinces=PROVINCES)
    for name in ("north", "south", "west"):
        desk.send([["District", "Cases"], ["A", 1], ["B", "two"]], name=f"{name}.xlsx")
    slow = next(kind for kind in hostile.KINDS if kind.name == "cells within every limit of the archive.xlsx")
    (desk.inputs / slow.name).write_bytes(slow.make())
    limits = ("--file-seconds", "3")
    process = consolidate(repo, desk.folder, "there", *limits, "--engine", "dask", "--scheduler", cluster.address)
    assert_as_here(repo, desk.folder, process, *limits)
    findings = (desk.folder / "there" / "2024" / "findings.csv").read_text("utf-8-sig")
    assert "unreadable_file" in findings
    assert findings.count("not_a_number") == 3
    assert all(worker.poll() is None for worker in cluster.workers)


@pytest.mark.slow
def test_workers_fetch_what_lies_at_an_address(repo, cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    desk = Desk(tmp_path / "desk").catalogue(FORM, provinces=PROVINCES)
    for name in ("north", "south", "west"):
        desk.send([["District", "Cases"], ["A", 1], ["B", "two"]], name=f"{name}.xlsx")
    away = {f"--{name}": f"local://{desk.folder / name}" for name in ("inputs", "schemas")}
    places = [word for option in (away | {"--outputs": f"local://{desk.folder / 'there'}"}).items() for word in option]
    process = consolidate(repo, desk.folder, "-", *places, "--engine", "dask", "--scheduler", cluster.address)
    assert_as_here(repo, desk.folder, process)


@pytest.mark.slow
@pytest.mark.parametrize(("provinces", "districts"), [(16, 40), pytest.param(63, 200, marks=pytest.mark.scale)])
def test_a_worker_that_dies_loses_nothing(repo, cluster, tmp_path, provinces, districts):
    folder = tmp_path / "many"
    synthesise(folder, provinces, districts, 1, 5)
    process = consolidate(repo, folder, "there", "--engine", "dask", "--scheduler", cluster.address)
    _wait_for(lambda: all(_readers(worker) for worker in cluster.workers))
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    assert process.poll() is None
    assert_as_here(repo, folder, process)


def _readers(worker):
    """The processes that read files for a worker."""
    below = psutil.Process(worker.pid).children(recursive=True)
    return [
        process
        for process in below
        if any("spawn_main" in word for word in process.cmdline()) and process.parent().parent().pid == worker.pid
    ]


def test_a_scheduler_without_workers_says_how_to_start_one(repo, tmp_path, cluster):
    for worker in cluster.workers:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    process = consolidate(repo, repo, str(tmp_path / "out"), "--engine", "dask", "--scheduler", cluster.address)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "has no workers" in said.decode()


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_said_in_one_line(repo, cluster, tmp_path):
    folder = tmp_path / "many"
    synthesise(folder, 16, 40, 1, 5)
    process = consolidate(repo, folder, "there", "--engine", "dask", "--scheduler", cluster.address)
    _wait_for(lambda: any(_readers(worker) for worker in cluster.workers))
    os.killpg(cluster.scheduler.pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=120)
    assert (process.returncode, said.count(b"\n")) == (2, 1)
    assert f"scheduler {cluster.address} cannot be reached" in said.decode()
    assert not (folder / "there" / "2024").exists()


@pytest.mark.slow
def test_a_cluster_of_another_version_is_not_used(repo, cluster, tmp_path):
    """It might give other figures, and nobody would know."""
    for worker in cluster.workers:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    other = tmp_path / "other"
    shutil.copytree(repo / "pipeline", other / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "pipeline" / "states.py").open("a") as file:
        file.write("\n")
    told = str(tmp_path / "cluster" / "scheduler.json")
    worker = _start(other, tmp_path, "worker", "--scheduler-file", told, "--nthreads", "1", "--host", "127.0.0.1")
    try:
        said = b"has no workers"
        while b"has no workers" in said:  # until it has come up
            process = consolidate(repo, repo, str(tmp_path / "out"), "--engine", "dask", "--scheduler", cluster.address)
            said, _ = process.communicate(timeout=120)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert (process.returncode, said.count(b"\n")) == (2, 1)
    assert "have another version of this program" in said.decode()
