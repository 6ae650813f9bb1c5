"""Work beside: done when the block ends, its failure raised there, and no process left behind."""

import multiprocessing
import os
import signal

import pytest

from pipeline.beside import beside


class _StubbornError(Exception):
    """An error that cannot be sent."""

    def __reduce__(self):
        raise TypeError("no")


def _fail(error):
    raise error


def _write(path):
    path.write_text(str(os.getpid()))


def test_it_is_done_in_another_process_when_the_block_ends(tmp_path):
    with beside(_write, tmp_path / "a"):
        pass
    assert (tmp_path / "a").read_text() != str(os.getpid())
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("raised", "seen"), [(FileExistsError(17, "there", "x"), FileExistsError), (_StubbornError(), RuntimeError)]
)
def test_what_it_raises_is_raised_where_it_is_waited_for(raised, seen):
    with pytest.raises(seen), beside(_fail, raised):
        pass


def test_a_process_that_is_killed_is_told():
    with pytest.raises(RuntimeError, match="ended with -9"), beside(lambda: os.kill(os.getpid(), signal.SIGKILL)):
        pass


def test_when_the_block_fails_nothing_goes_on_beside():
    with pytest.raises(ZeroDivisionError), beside(signal.pause):
        raise ZeroDivisionError
    assert multiprocessing.active_children() == []
