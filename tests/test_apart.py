"""Provinces are checked and summed apart as they are together: in tasks that travel, however many there are."""

from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from distributed.protocol.pickle import dumps, loads
from distributed.scheduler import KilledWorker
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from pipeline import apart
from pipeline import cluster as cluster_room
from pipeline.apart import Compared, own_of
from pipeline.catalogue import load_catalogue
from pipeline.catalogue.models import Check
from pipeline.errors import UsageError
from pipeline.ingest import find_workbooks, ingest
from pipeline.model import Options
from pipeline.periods import Period
from tests.frames import MEMBERS, RATE, catalogue, cells, row

PERIOD = Period.parse("2024")
AGREE = "sum(crime.cases) == sum(districts.due)"
CHANGE = {"kind": "change", "numerator": "crime.cases"}
FILES = ("north.xlsx", "south.xlsx", "both.xlsx", "again.xlsx")
CLUSTER = Options(engine="dask", scheduler="tcp://nowhere")


class Cluster:
    """Runs each task where it is asked for, but on copies, as if they had travelled; ``dead`` tasks kill workers."""

    class scheduler:  # noqa: N801  as the client names it
        address = "tcp://nowhere"

    def __init__(self, threads=1, dead=()):
        self.threads, self.dead, self.tasks = threads, set(dead), []

    def nthreads(self):
        return {"worker": self.threads}

    def submit(self, function, task, *, pure):
        assert not pure
        self.tasks.append(task)
        return Future(len(self.tasks) - 1 in self.dead, *loads(dumps((function, task))))


class Future:
    def __init__(self, dies, function, task):
        self._dies, self._call = dies, lambda: loads(dumps(function(task)))

    def exception(self, *, timeout):
        assert timeout
        return KilledWorker("task", "worker", 4) if self._dies else None

    def result(self):
        return self._call()


@contextmanager
def using(cluster):
    @contextmanager
    def connected(_):
        yield cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "connected", connected)
        yield cluster


def assert_alike(world, cluster):
    here, own_here = own_of(*world, Options())
    with using(cluster):
        there, own_there = own_of(*world, CLUSTER)
    assert_frame_equal(there.cells, here.cells)
    assert list(map(repr, there.findings)) == list(map(repr, here.findings))
    assert there.added == here.added
    assert repr(own_there) == repr(own_here)  # NaN is not itself
    return here


@pytest.fixture(scope="module")
def sent(repo):
    """The samples' cells of both years, as they were read."""
    made = load_catalogue(repo / "schemas")

    def read(period):
        paths, folder = find_workbooks(repo / "inputs", period), repo / "inputs" / period.id
        return ingest(paths, folder, period, made, Options(), alone=True).cells

    return made, read(PERIOD), read(PERIOD.year_before)


@pytest.mark.parametrize("threads", [1, 30])
def test_the_samples_come_to_the_same_in_tasks(sent, threads):
    made, now, then = sent
    world = (now, Compared(then, None, then), made.members_on(PERIOD), made, PERIOD)
    cluster = Cluster(threads)
    found = assert_alike(world, cluster)
    assert {"blank_is_zero", "total_mismatch"} <= {finding.rule for finding in found.findings}
    assert len(cluster.tasks) > 1  # though a form of the whole cluster is among them
    assert max(task.cells.num_rows for task in cluster.tasks) < len(now) / 2


def test_what_is_not_to_be_summed_is_only_checked(sent):
    made, now, then = sent
    assert_alike((now, Compared(then.iloc[:0]), (), made, PERIOD), Cluster(2))
    assert_alike((now.iloc[:0], Compared(then), made.members_on(PERIOD), made, PERIOD), Cluster(2))


def test_a_task_that_kills_its_workers_is_done_here(sent):
    made, now, then = sent
    cluster = Cluster(2, dead=(1, 2))
    assert_alike((now, Compared(then), made.members_on(PERIOD), made, PERIOD), cluster)
    assert len(cluster.tasks) > 2


def test_a_worker_without_this_program_says_so(sent):
    made, now, then = sent

    class Lacking(Cluster):
        def submit(self, function, task, *, pure):
            future = super().submit(function, task, pure=pure)
            future.exception = lambda **_: ModuleNotFoundError("No module named 'pipeline'")
            return future

    with using(Lacking()), pytest.raises(UsageError) as raised:
        own_of(now, Compared(then), made.members_on(PERIOD), made, PERIOD, CLUSTER)
    assert raised.value.key == "error.worker"


@pytest.mark.parametrize("left", [{}, {"worker": 1}])
def test_a_cluster_without_workers_is_not_waited_for(sent, monkeypatch, left):
    """A look without any may fall between a worker's end and its start anew."""
    made, now, then = sent
    monkeypatch.setattr(cluster_room, "_LOOK", 0.01)

    class Idle(Cluster):
        looks = [{}, left, {}, {}]  # noqa: RUF012  of one cluster

        def nthreads(self):
            return self.looks.pop(0) if self.tasks else super().nthreads()

        def submit(self, function, task, *, pure):
            future = super().submit(function, task, pure=pure)

            def exception(*, timeout):
                assert timeout == 0.01
                raise TimeoutError

            future.exception = exception
            return future

    cluster = Idle()
    with using(cluster), pytest.raises(UsageError) as raised:
        own_of(now, Compared(then), made.members_on(PERIOD), made, PERIOD, CLUSTER)
    assert raised.value.key == "error.no_workers"
    assert len(Idle.looks) == (0 if left else 2)


def test_a_scheduler_that_goes_away_is_said(sent):
    made, now, then = sent

    class Lost(Cluster):
        def submit(self, function, task, *, pure):
            future = super().submit(function, task, pure=pure)

            def result():
                self.scheduler = None
                raise CancelledError("connection lost")

            def exception(*, timeout):
                self.scheduler = None  # and what is asked of it after that has no address
                return future_exception(timeout=timeout)

            future_exception, future.exception = future.exception, exception
            if len(self.tasks) > 1:
                future.result = result
            return future

    with using(Lost()), pytest.raises(UsageError) as raised:
        own_of(now, Compared(then), made.members_on(PERIOD), made, PERIOD, CLUSTER)
    assert (raised.value.key, raised.value.params["address"]) == ("error.scheduler", "tcp://nowhere")


number = st.sampled_from([0, 1, 2, 5, -1, 1.5, "blank", "missing", "not_applicable", "nil", "rejected"])
form = st.sampled_from(["crime", "districts"])
province = st.sampled_from(["north", "south", "east", ""])
line = st.tuples(
    st.sampled_from(FILES), province, form, st.sampled_from(["theft", "fraud", "drugs", ""]), number, number, number
)
lines = st.lists(line, min_size=1, max_size=25)


def frame(lines, about):
    """Rows of any form, in any file, of any province, many of them twice; a row without a name is a total."""
    found = []
    for at, (file, owner, of, name, one, other, before) in enumerate(lines):
        measures = ("cases", "cleared") if of == "crime" else ("due", "resolved")
        last = {"cases__before": before} if of == "crime" else {}
        own = row(
            owner, name, of, about=about, reported_in=about, **dict(zip(measures, (one, other), strict=True)), **last
        )
        role = "member" if name else "total"
        for n, cell in enumerate(own):
            found.append(
                cell | {"file": file, "line": at, "cell": f"{'BCD'[n]}{at + 5}", "role": role, "raw": f"{one}"}
            )
    return cells(found)


def test_a_sum_of_a_form_of_all_provinces_is_doubted_at_its_total():
    shared = [
        ("both.xlsx", p, "crime", name, 5, 4, 5) for p in ("north", "south") for name in ("theft", "fraud", "drugs")
    ]
    own = [(f"{p}.xlsx", p, "districts", "a", 1, 1, 0) for p in ("north", "south")]
    now = frame([*shared, ("both.xlsx", "", "crime", "", 30, 24, 30), *own], "2024")
    cluster = Cluster()
    found = assert_alike((now, Compared(now.iloc[:0]), (), checked_catalogue(), PERIOD), cluster)
    assert [f.place.cell for f in found.findings if f.rule == "agree"] == ["B11", "B11"]
    assert len(cluster.tasks) == 2


def checked_catalogue():
    made = catalogue({"rate": RATE, "change": CHANGE}, members=MEMBERS)
    return replace(made, checks=(Check.model_validate({"id": "agree", "check": AGREE, "severity": "error"}),))


@pytest.mark.slow
@settings(max_examples=10)
@given(now=lines, then=lines, threads=st.integers(1, 3), summed=st.booleans())
def test_whatever_stands_in_whatever_file_comes_to_the_same_in_tasks(now, then, threads, summed):
    made = checked_catalogue()
    base = frame(then, "2023")
    compared = Compared(base, frame(then, "2024-Q1") if threads == 1 else None, base)
    world = (frame(now, "2024"), compared, MEMBERS if summed else (), made, PERIOD)
    assert_alike(world, Cluster(threads))
