"""What is needed later is imported while other processes work, and not when there is nothing to wait for."""

import sys
import time

import pytest

from pipeline import soon
from pipeline.ingest.limits import Limits
from pipeline.ingest.workers import read_each
from pipeline.run import _LATER

MODULES = ("colorsys",)


def doubled_slowly(item):
    time.sleep(0.2)
    return 2 * item


@pytest.fixture
def unknown(monkeypatch):
    monkeypatch.setattr(soon, "_waiting", type(soon._waiting)())
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("unknown")
def test_modules_are_imported_while_files_are_read():
    soon.want(MODULES)
    assert read_each(doubled_slowly, [1, 2, 3], workers=2, limits=Limits(10, 256)) == [2, 4, 6]
    assert set(MODULES) <= set(sys.modules)
    assert not soon.import_one()


@pytest.mark.usefixtures("unknown")
def test_they_wait_while_there_is_nothing_to_wait_for():
    soon.want(MODULES)
    assert read_each(doubled_slowly, [], workers=2, limits=Limits(10, 256)) == []
    assert not set(MODULES) & set(sys.modules)


@pytest.mark.parametrize("name", _LATER)
def test_what_a_run_wants_later_is_there(name):
    __import__(name)
