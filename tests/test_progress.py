"""How far a run is: shown in a terminal and nowhere else, after a second, with the names of files."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import time

import pytest
from rich.console import Console

from pipeline import run
from pipeline.ingest.limits import Limits
from pipeline.ingest.verdicts import TIMEOUT, Lost
from pipeline.ingest.workers import read_each
from pipeline.messages import Messages
from pipeline.model import Options, Places
from pipeline.periods import Period
from pipeline.progress import Progress
from pipeline.terminal_progress import Shown
from tests.frames import write_small

FILES = ["Bắc 2024.xlsx", "Nam 2024.xlsx"]


class Diary(Progress):
    """Writes down what it is told."""

    def __init__(self):
        self.stages, self.told = [], []

    def stage(self, key, total=0, **params):
        self.stages.append((key, total, *params.values()))

    def begun(self, file):
        self.told.append(("begun", file))

    def done(self, file):
        self.told.append(("done", file))

    def waited(self):
        self.told.append(("waited", ""))


class Clock:
    """A clock that the test sets."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def screen():
    """What stands on a terminal of 60 columns, the clock, and who is told."""
    written, clock = io.StringIO(), Clock()
    console = Console(file=written, force_terminal=True, width=60, color_system=None, legacy_windows=False)
    return written, clock, Shown(lambda: console, Messages("en"), clock)


def test_what_takes_less_than_a_second_shows_nothing(screen):
    written, clock, shown = screen
    shown.stage("read", 2, period="2024")
    clock.now = 0.9
    shown.done("a.xlsx")
    shown.close()
    assert written.getvalue() == ""


def test_each_stage_has_a_line_and_files_their_names(screen):
    written, clock, shown = screen
    shown.stage("read", 3, period="2024")
    shown.begun("a.xlsx")
    clock.now = 1.5
    shown.done("a.xlsx")
    clock.now = 2.0
    shown.begun("BC CA Nghệ An 2024.xlsx")
    assert "Reading 2024" in written.getvalue()
    assert "1/3  2.0 s  BC CA Nghệ A…" in written.getvalue()
    clock.now = 3.0
    shown.stage("check")
    clock.now = 4.25
    shown.stage("workbook")
    picture = [" ".join(line.split()) for line in written.getvalue().splitlines()[-3:]]
    assert picture[1] == "Checking the figures 1.3 s"
    assert picture[2].startswith("Writing the workbook ...")


def test_no_more_than_ten_pictures_a_second_are_drawn_and_the_last_is_taken_away(screen):
    written, clock, shown = screen
    shown.stage("read", 100, period="2024")
    for number in range(100):
        clock.now = 2 + number / 1000
        shown.done(f"{number}.xlsx")
    assert written.getvalue().count("Reading 2024") == 1
    shown.close()
    assert written.getvalue().endswith("\x1b[2K")  # the line is cleared
    assert "\x1b[?25h" in written.getvalue()  # and the cursor is back


def slow(item):
    time.sleep(item)
    return item


def test_who_watches_hears_of_each_file_when_it_begins_and_ends_and_of_long_waits():
    diary = Diary()
    limits = Limits(seconds=1.2)
    found = read_each(slow, [0, 30], workers=1, limits=limits, progress=diary, name_of=lambda item: f"{item}.xlsx")
    assert found == [0, Lost(TIMEOUT)]
    files = [told for told in diary.told if told[0] != "waited"]
    assert files == [("begun", "0.xlsx"), ("done", "0.xlsx"), ("begun", "30.xlsx"), ("done", "30.xlsx")]
    assert ("waited", "") in diary.told


def test_a_run_tells_its_stages_in_their_order_and_every_file_once(tmp_path):
    places = Places(**write_small(tmp_path))
    read = [("read", 2, "2024"), ("read", 2, "2023")]
    for again in (False, True):
        diary = Diary()
        run.consolidate(Period.parse("2024"), places, Options(), diary)
        assert diary.stages[:2] == read
        assert [key for key, *_ in diary.stages[2:]] == ["check", "indicators", "workbook", "returns", "pictures"]
        done = sorted(file for what, file in diary.told if what == "done")
        assert len(done) == 4
        assert set(FILES) <= set(done)
        assert again != any(what == "begun" for what, _ in diary.told)  # what is kept is not read again
    diary = Diary()
    run.check(Period.parse("2024"), [], places, Options(), diary)
    assert [key for key, *_ in diary.stages] == ["read", "read", "check", "indicators", "returns"]
    diary = Diary()
    run.templates(Period.parse("2025"), "", places, "vi", diary)
    assert diary.stages[-1][0] == "templates"
    assert [what for what, _ in diary.told[-2:]] == ["begun", "done"]


# Everything that is told is drawn, at once: whether a file is long enough in the making to be seen is the machine's.
DRAWN = """
from pipeline import cli, terminal_progress
terminal_progress._PATIENCE = terminal_progress._PAUSE = 0.0
cli.main()
"""


def on_terminal(arguments, cwd, *, stdout):
    """What a command writes to a terminal that its stderr is; its stdout goes to a file."""
    from tests.conftest import REPO

    ours, theirs = os.openpty()
    # Wide, for the names of two files that are read at once: the second is cut off in a narrow terminal.
    environment = os.environ | {"PYTHONPATH": str(REPO), "TERM": "xterm", "COLUMNS": "250"}
    command = [sys.executable, "-c", DRAWN, *arguments]
    with (
        stdout.open("wb") as out,
        subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=theirs) as run,
    ):
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # the terminal ends with the command
            while part := os.read(ours, 65536):
                said += part
        code = run.wait()
    os.close(ours)
    return code, said.decode()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of POSIX")
def test_progress_goes_to_the_terminal_of_stderr_and_the_table_is_whole(repo, tmp_path):
    shutil.copytree(repo / "inputs" / "2024", tmp_path / "inputs" / "2024")
    arguments = ["check", "2024", "--no-cache", "--schemas", str(repo / "schemas")]
    code, said = on_terminal(arguments, tmp_path, stdout=tmp_path / "table.txt")
    table = (tmp_path / "table.txt").read_text("utf-8")
    assert code == 0
    assert "Đọc tệp kỳ 2024" in said
    assert [count for count in range(8) if f"{count}/7" not in said] == []
    assert [path.name for path in (tmp_path / "inputs" / "2024").glob("*.xlsx") if path.name not in said] == []
    assert "\x1b[?25h" in said
    assert "Đọc tệp" not in table
    assert "\x1b" not in table
    assert "nhận, có cảnh báo" in table
    assert "nhận, có cảnh báo" not in said
    code, said = on_terminal([*arguments, "--quiet"], tmp_path, stdout=tmp_path / "table.txt")
    assert (code, said) == (0, "")
