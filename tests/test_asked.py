"""A consolidation asked for in the words of one before is answered without reading them, and says the same."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import pytest

from pipeline import asked, installed, unchanged
from pipeline.asked import Asked
from pipeline.model import Options, Places
from pipeline.summary import Summary
from tests.conftest import REPO
from tests.frames import write_small
from tests.test_cli import run, run_here

LIBRARIES = ("typer", "pydantic", "yaml", "pandas")
PROGRAM = (
    "import runpy, sys\n"
    f"sys.path.insert(0, {str(REPO)!r})\n"
    "try:\n    runpy.run_module('pipeline', run_name='__main__')\n"
    "except SystemExit as end:\n    print('exit', end.code)\n"
    f"print('imported', *[name for name in {LIBRARIES} if name in sys.modules])"
)
INTERRUPTED = """
import sys

class Finder:
    def find_spec(self, name, *_):
        if name == "typer":
            sys.meta_path.remove(self)
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder())
"""
QUIET = ("consolidate", "2024", "--quiet")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The small world, consolidated by the command line in two ways; read only."""
    folder = tmp_path_factory.mktemp("asked")
    write_small(folder)
    assert run(*QUIET, cwd=folder).returncode == 0
    assert run("consolidate", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def there(shared, monkeypatch):
    monkeypatch.chdir(shared)
    return shared


def started(*words, cwd):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )
    *said, code, imported = done.stdout.splitlines()
    return said, code, imported


def test_the_same_words_are_answered_before_a_library_is_imported(shared):
    assert started(*QUIET, cwd=shared) == ([], "exit 0", "imported")


def test_they_say_what_reading_them_says(shared):
    said, code, _ = started("consolidate", cwd=shared)
    assert code == "exit 0"
    assert said == run_here("consolidate", cwd=shared).stdout.splitlines()


@pytest.mark.usefixtures("there")
def test_other_words_are_read():
    assert asked.again(QUIET) == 0
    assert asked.again((*QUIET, "--strict")) is None
    assert asked.again(()) is None


@pytest.mark.parametrize(
    ("complete", "warned", "strict", "code"),
    [(True, True, False, 0), (True, True, True, 1), (True, False, True, 0), (False, False, False, 1)],
)
def test_a_run_ends_with_what_it_came_to(complete, warned, strict, code):
    summary = Summary("", (), (), (), (), "", complete=complete, warned=warned)
    assert asked.exit_code(summary, Options(strict=strict)) == code


@pytest.mark.parametrize("content", ["{", "[1]", '[{"words": ["consolidate", "2024", "--quiet"]}]', '{"words": []}'])
def test_what_this_program_did_not_keep_is_passed_over(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs" / ".cache").mkdir(parents=True)
    (tmp_path / "outputs" / ".cache" / "asked.json").write_text(content)
    assert asked.again(QUIET) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system's files are all files")
def test_what_is_no_file_is_not_waited_for(tmp_path):
    write_small(tmp_path)
    (tmp_path / "outputs" / ".cache").mkdir(parents=True)
    os.mkfifo(tmp_path / "outputs" / ".cache" / "asked.json")
    assert run("catalogue", "check", cwd=tmp_path, timeout=30).returncode == 0


def test_a_command_that_is_interrupted_while_it_starts_says_so_too(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED)
    done = run("catalogue", "check", cwd=tmp_path, paths=[tmp_path], lang="en")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (130, "", 1)


KEPT = {"period": "2024", "inputs": "inputs", "outputs": "outputs", "schemas": "schemas", "quiet": True}
SPOILED = ({"period": 5}, {"inputs": None}, {"options": {}}, {"options": {"lang": "vi"}}, {"more": 1}, {"quiet": "no"})


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda one: next(iter(one)))
def test_what_was_spoiled_is_passed_over(monkeypatch, spoiled):
    def line(**more):
        about = {**KEPT, "options": asdict(Options()), **more}
        return [{"words": list(QUIET), "program": installed.program(), "asked": about}]

    monkeypatch.setattr(asked, "_kept", lambda _: line())
    assert asked.again(QUIET) == 0
    monkeypatch.setattr(asked, "_kept", lambda _: line(**spoiled))
    assert asked.again(QUIET) is None


@pytest.mark.usefixtures("there")
def test_what_another_version_of_the_program_read_is_read_again(monkeypatch):
    monkeypatch.setattr(installed, "program", lambda: "another")
    assert asked.again(QUIET) is None


def test_what_stops_a_run_is_said_as_ever(tmp_path):
    write_small(tmp_path)
    assert run_here("consolidate", "--quiet", cwd=tmp_path).returncode == 0
    (tmp_path / "inputs").rename(tmp_path / "elsewhere")
    done = run("consolidate", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Traceback" not in done.stderr


def test_the_last_twenty_ways_of_asking_are_kept(tmp_path):
    places = Places(outputs=tmp_path)
    unchanged.cache_of(places).mkdir()
    for number in range(25):
        words = ["consolidate", str(2000 + number)]
        asked.keep(words, Asked(words[1], "inputs", str(tmp_path), "schemas", Options(), quiet=True), places)
    kept = json.loads((tmp_path / ".cache" / "asked.json").read_text())
    assert [line["words"][1] for line in kept] == [str(year) for year in range(2024, 2004, -1)]


def test_where_nothing_can_be_kept_nothing_is_left(tmp_path):
    places = Places(outputs=tmp_path)
    (tmp_path / ".cache" / "asked.json").mkdir(parents=True)
    asked.keep(["consolidate"], Asked(None, "inputs", str(tmp_path), "schemas", Options(), quiet=True), places)
    assert [path.name for path in (tmp_path / ".cache").iterdir()] == ["asked.json"]


@pytest.mark.parametrize("more", [{"options": Options(cache=False)}, {"inputs": "s3://bucket/inputs"}])
def test_what_is_to_be_read_each_time_is_not_kept(tmp_path, more):
    places = Places(outputs=tmp_path)
    unchanged.cache_of(places).mkdir()
    plain = {"period": "2024", "inputs": "inputs", "outputs": str(tmp_path), "schemas": "schemas", "quiet": True}
    asked.keep(["consolidate"], Asked(**{"options": Options(), **plain, **more}), places)
    assert not (tmp_path / ".cache" / "asked.json").exists()


@pytest.mark.parametrize(
    ("words", "outputs"),
    [
        ((), "outputs"),
        (("--outputs", "a"), "a"),
        (("--outputs=a", "--quiet"), "a"),
        (("--outputs", "a", "--outputs=b"), "b"),
        (("--outputs",), ""),
    ],
)
def test_the_outputs_are_found_in_the_words(words, outputs):
    assert str(asked._outputs(words)) == str(asked.Path(outputs))
