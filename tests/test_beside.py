"""Work beside: done when the block ends, its failure raised there, and no process left behind."""

import multiprocessing
import os
import signal
import time
from functools import partial

import pytest

from pipeline.beside import _nothing, beside


class _StubbornError(Exception):
    """An error that cannot be sent."""

    def __reduce__(self):
        raise TypeError("no")


def _fail(error):
    raise error


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def _write(path):
    path.write_text(str(os.getpid()))


def test_it_is_done_in_another_process(tmp_path):
    with beside(_write) as other:
        other.give(tmp_path / "a")
        other.wait()
    assert (tmp_path / "a").read_text() != str(os.getpid())
    assert multiprocessing.active_children() == []


def test_it_is_made_ready_before_its_arguments_are_known(tmp_path):
    with beside(_write, partial(_write, tmp_path / "ready")) as other:
        other.start()
        while not (tmp_path / "ready").exists():
            time.sleep(0.01)
        assert not (tmp_path / "a").exists()
        other.give(tmp_path / "a")
        other.wait()
    assert (tmp_path / "a").read_text() == (tmp_path / "ready").read_text()


@pytest.mark.parametrize(
    ("raised", "seen"), [(FileExistsError(17, "there", "x"), FileExistsError), (_StubbornError(), RuntimeError)]
)
def test_what_it_raises_is_raised_where_it_is_waited_for(raised, seen):
    with beside(partial(_fail, raised)) as other:
        other.give()
        with pytest.raises(seen):
            other.wait()


def test_what_making_it_ready_raises_is_raised_there_too():
    with beside(_write, partial(_fail, FileExistsError(17, "there", "x"))) as other:
        other.start()
        other.give("a")
        with pytest.raises(FileExistsError):
            other.wait()


@pytest.mark.parametrize("early", [True, False])
def test_a_process_that_is_killed_is_told(early):
    with beside(_die, _die if early else _nothing) as other:
        other.give()
        with pytest.raises(RuntimeError, match="_die ended with -9"):
            other.wait()


def test_what_was_never_started_is_not_waited_for():
    with beside(_die) as other:
        other.wait()


def _fail_beside(*given):
    with beside(signal.pause) as other:
        other.start()
        for arguments in given:
            other.give(*arguments)
        raise ZeroDivisionError


@pytest.mark.parametrize("given", [(), ((),)], ids=["it waits", "it works"])
def test_when_the_block_fails_nothing_goes_on_beside(given):
    with pytest.raises(ZeroDivisionError):
        _fail_beside(*given)
    assert multiprocessing.active_children() == []
