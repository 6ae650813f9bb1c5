"""What differs on Windows and macOS, simulated: files that are open in Excel, names that Windows refuses."""

import builtins
import ctypes
import io
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import pipeline
from pipeline import beside, cli, platforms, store
from pipeline.ingest import workers
from pipeline.model import Places
from pipeline.periods import Period
from pipeline.report.returns import _names
from pipeline.verify import verify_outputs
from tests.frames import write_small

DATED = re.compile(r"2024 \(\d{4}-\d\d-\d\d \d\d\.\d\d\)( \d)?")


def contents(folder):
    """Relative path -> bytes of every file, but for what marks one as open."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("~$"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def windows(monkeypatch):
    """A machine with Windows, as far as `pipeline.platforms` can tell; but children are forked, which is quick."""
    for room in (workers, beside):
        monkeypatch.setattr(room, "process_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr(platforms, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(platforms, "_PATIENCE", (0.0,))
    return monkeypatch


@pytest.fixture
def excel(windows):
    """Opens a file in Excel: then Windows lets nobody write it, or rename a folder that holds it.

    Excel marks such a file by another one, which cannot even be read. What is given is closed by its `discard`.
    """
    held = set()
    rename, open_file = Path.rename, builtins.open

    def refuse(path):
        raise PermissionError(13, "The process cannot access the file", str(path), 32)

    def renamed(self, target):
        if any(path.is_relative_to(self.absolute()) for path in held):
            refuse(self)
        return rename(self, target)

    def opened(file, mode="r", *more, **options):
        path = Path(file).absolute() if isinstance(file, str | Path) else Path()
        if path.name.startswith("~$") or (path in held and set(mode) & set("wa+")):
            refuse(path)
        return open_file(file, mode, *more, **options)

    def open_in_excel(path):
        held.add(path)
        (path.parent / f"~${path.name}").touch()
        return held

    windows.setattr(Path, "rename", renamed)
    windows.setattr(builtins, "open", opened)
    windows.setattr(io, "open", opened)
    return open_in_excel


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The small world, consolidated; read only."""
    places = write_small(tmp_path_factory.mktemp("once"))
    pipeline.consolidate("2024", **places)
    return places


@pytest.fixture
def small(once, tmp_path):
    """A copy of the consolidated small world."""
    for path in once.values():
        shutil.copytree(path, tmp_path / path.name)
    return {name: tmp_path / path.name for name, path in once.items()}


def run_here(monkeypatch, capsys, folder, *arguments):
    """What the command line gives: exit code, what it prints, and what it says on stderr."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["pipeline", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return (stopped.value.code, *capsys.readouterr())


# A workbook that is open in Excel


def dated_ones(folder):
    return sorted(path.name for path in folder.iterdir() if DATED.fullmatch(path.name))


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "đang mở trong chương trình khác"), ("en", "is open in another program")]
)
def test_outputs_that_are_open_in_excel_stay_and_the_new_ones_get_a_dated_name(
    small, excel, monkeypatch, capsys, lang, said
):
    outputs = small["outputs"]
    before = contents(outputs / "2024")
    excel(outputs / "2024" / "consolidated.xlsx")
    command = ("consolidate", "2024", "--no-cache", f"--lang={lang}")
    code, printed, error = run_here(monkeypatch, capsys, outputs.parent, *command)
    (dated,) = dated_ones(outputs)
    assert code == 1
    assert error.count("\n") == 1
    assert said in error
    assert str(Path("outputs", "2024", "consolidated.xlsx")) in error
    assert str(Path("outputs", dated)) in error
    assert str(Path("outputs", dated, "consolidated.xlsx")) in printed.replace("\n", "")
    assert contents(outputs / "2024") == before
    assert sorted(contents(outputs / dated)) == sorted(before)
    assert store.read_manifest(outputs / dated)["options"]["lang"] == lang
    assert not [path for path in outputs.iterdir() if path.name.startswith((".building", ".replaced"))]


@pytest.mark.slow
def test_outputs_saved_beside_take_the_place_of_none_before_and_confuse_nobody(small, excel):
    outputs = small["outputs"]
    held = excel(outputs / "2024" / "findings.csv")
    first = pipeline.consolidate("2024", **small, lang="en")
    second = pipeline.consolidate("2024", **small, lang="en")
    assert dated_ones(outputs) == sorted([first.dated.folder.name, second.dated.folder.name])
    assert first.dated.files == (outputs / "2024" / "findings.csv",)
    assert store.observation_files(outputs) == [outputs / "2024" / "observations.parquet"]
    assert store.read_manifest(outputs / "2024")["options"]["lang"] == "vi"
    places = Places(**small)
    assert verify_outputs(Period.parse("2024"), places).proven
    assert store.accept(Period.parse("2024"), outputs) == outputs / "accepted" / "2024"
    held.clear()
    (outputs / "2024" / "~$findings.csv").unlink()
    third = pipeline.consolidate("2024", **small, lang="en")
    assert third.dated is None
    assert store.read_manifest(outputs / "2024")["options"]["lang"] == "en"


def test_what_is_saved_beside_can_take_the_outputs_place_with_an_analysts_own_files(small, excel):
    folder = small["outputs"] / "2024"
    (folder / "notes.txt").write_text("mine")
    (folder / "fixed.txt").write_text("mine too")
    (folder / "fixed.txt").chmod(0o444)
    excel(folder / "consolidated.xlsx")
    done = pipeline.consolidate("2024", **small, cache=False)
    assert contents(done.dated.folder) == contents(folder)


def test_a_check_and_templates_get_a_dated_name_too(small, excel, tmp_path, monkeypatch, capsys):
    outputs = small["outputs"]
    for command, place in (("check", outputs / "2024" / "check"), ("templates", outputs / "templates" / "2024")):
        assert run_here(monkeypatch, capsys, tmp_path, command, "2024")[0] == 0
        held = next(path for path in sorted(place.iterdir()) if path.is_file())
        before = contents(place)
        excel(held)
        code, printed, error = run_here(monkeypatch, capsys, tmp_path, command, "2024", "--lang=en")
        (dated,) = (path for path in place.parent.iterdir() if path.name.startswith(f"{place.name} ("))
        assert (code, error.count("\n")) == (1, 1)
        assert f"{held.relative_to(tmp_path)} is open in another program" in error
        assert str(dated.relative_to(tmp_path)) in printed.replace("\n", "")
        assert contents(place) == before
        assert sorted(contents(dated)) == sorted(before)


def test_a_baseline_that_is_open_is_no_other_one(small, excel, tmp_path, monkeypatch, capsys):
    outputs = small["outputs"]
    kept = store.accept(Period.parse("2024"), outputs)
    excel(kept / "consolidated.xlsx")
    code, printed, error = run_here(monkeypatch, capsys, tmp_path, "accept", "2024")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert f"{Path('outputs', 'accepted', '2024', 'consolidated.xlsx')} đang mở trong chương trình khác" in error
    assert sorted(path.name for path in (outputs / "accepted").iterdir()) == ["2024"]


def test_a_folder_that_only_an_explorer_shows_is_named_itself(tmp_path, windows):
    target = tmp_path / "2024"
    store.write_folder(target, lambda folder: (folder / "a").write_text("old"))
    rename = Path.rename

    def renamed(self, other):
        if self == target:
            raise PermissionError(13, "Access is denied", str(self), 5)
        return rename(self, other)

    windows.setattr(Path, "rename", renamed)
    dated = store.write_folder(target, lambda folder: (folder / "a").write_text("new"))
    assert dated.files == (target,)
    assert (contents(target), contents(dated.folder)) == ({"a": b"old"}, {"a": b"new"})


def test_a_scanner_that_looks_at_new_files_for_a_moment_is_waited_for(tmp_path, windows):
    target = tmp_path / "2024"
    rename, refused = Path.rename, []

    def renamed(self, other):
        if not refused:
            refused.append(self)
            raise PermissionError(13, "Access is denied", str(self), 5)
        return rename(self, other)

    windows.setattr(Path, "rename", renamed)
    assert store.write_folder(target, lambda folder: (folder / "a").write_text("new")) is None
    assert refused
    assert contents(target) == {"a": b"new"}


@pytest.mark.usefixtures("windows")
def test_old_outputs_that_could_not_be_cleared_away_do_not_stay_in_the_way(tmp_path):
    target, aside = tmp_path / "2024", tmp_path / ".replaced-2024"
    for folder in (target, aside):
        folder.mkdir()
        (folder / "a").write_text("old")
    (aside / "a").chmod(0o444)
    assert store.write_folder(target, lambda folder: (folder / "a").write_text("new")) is None
    assert [path.name for path in tmp_path.iterdir()] == ["2024"]


@pytest.mark.parametrize("mark", ["~$Nam 2024.xlsx", ".~lock.Nam 2024.xlsx#"])
def test_an_input_that_is_open_is_read_as_it_was_saved_and_that_is_said(small, tmp_path, monkeypatch, capsys, mark):
    (small["inputs"] / "2024" / mark).write_text("who has it open")
    for command in ("consolidate", "check"):
        code, printed, _ = run_here(monkeypatch, capsys, tmp_path, command, "2024", "--lang=en")
        assert code == 0
        assert "Nam 2024.xlsx is open" in printed.replace("\n", " ")
    (small["inputs"] / "2024" / mark).unlink()
    for command in ("consolidate", "check"):
        assert "is open" not in run_here(monkeypatch, capsys, tmp_path, command, "2024", "--lang=en")[1]
    assert verify_outputs(Period.parse("2024"), Places(**small)).proven


def test_an_input_that_nobody_may_read_is_refused_with_a_sentence(small, windows):
    locked, open_file = small["inputs"] / "2024" / "Nam 2024.xlsx", os.open

    def opened(path, *more, **options):
        if Path(path) == locked:
            raise PermissionError(13, "The process cannot access the file", str(path), 32)
        return open_file(path, *more, **options)

    windows.setattr(os, "open", opened)
    done = pipeline.consolidate("2024", **small, lang="en")
    found = done.findings.set_index("file")
    assert found.loc[locked.name, "rule"] == "unreadable_file"
    assert "another program has it open" in found.loc[locked.name, "message"]


# Names, folders and drives


def test_returns_have_names_that_windows_allows_and_no_two_alike():
    files = ["a:b.xlsx", "a?b.xlsx", "CON.xlsx", "nul.2024.xlsx", "Nam 2024.xlsx", f"{'tỉnh ' * 45}.xlsx"]
    names = _names(files)
    assert [names[file] for file in files[:-1]] == ["a_b", "a_b_", "_CON", "_nul.2024", "Nam 2024"]
    assert len(names[files[-1]]) <= 120


@pytest.mark.parametrize("name", ["prn", "COM1", "LPT\u00b2.txt", "aux .old"])
def test_a_name_that_windows_keeps_for_a_device_gets_a_sign_before_it(name):
    assert platforms.safe_name(name) == f"_{name}"
    assert platforms.safe_name(f"a {name}") == f"a {name}"


def test_inputs_and_outputs_may_lie_on_different_drives(small, monkeypatch):
    def apart(path, start=None):
        raise ValueError(path, start)

    monkeypatch.setattr(os.path, "relpath", apart)
    done = pipeline.consolidate("2024", **small, lang="en")
    assert done.complete
    assert pipeline.consolidate("2024", **small, lang="en").complete


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_what_only_linux_has_is_left_out_elsewhere(monkeypatch, tmp_path, system):
    monkeypatch.setattr(platforms, "sys", SimpleNamespace(platform=system))
    monkeypatch.setitem(sys.modules, "resource", None)
    for name in ("sched_getaffinity", "sysconf", "getppid"):
        monkeypatch.delattr(os, name)
    monkeypatch.setattr(platforms.ctypes, "CDLL", None)
    platforms.limit_memory(1)
    platforms.limit_cpu(1)
    platforms.die_with_parent(1)
    assert platforms.resident_bytes() == 0
    assert platforms.processors() == (os.cpu_count() or 1)
    assert platforms.process_context().get_start_method() == "spawn"
    assert not platforms.exchange_folders(tmp_path, tmp_path)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    kept = {"win32": "local", "darwin": "xdg"}[system]
    assert platforms.cache_home() == tmp_path / kept / "provincial-pipeline"


# What every Python that starts in the test below does first: no fork, no limits, a thread that runs.
AS_ON_WINDOWS = """
import os, sys, threading
from types import SimpleNamespace
threading.Thread(target=threading.Event().wait, daemon=True).start()
for name in ("fork", "sched_getaffinity", "sysconf", "geteuid"):
    delattr(os, name)
sys.modules["resource"] = None
import pipeline.platforms
pipeline.platforms.sys = SimpleNamespace(platform="win32")
"""


@pytest.mark.slow
def test_everything_works_without_fork_and_limits_in_a_folder_with_spaces_and_vietnamese_letters(repo, tmp_path):
    """The console has a code page without Vietnamese letters, and so have files that are opened without an encoding."""
    folder = tmp_path / "Thư mục của tôi"
    write_small(folder)
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(AS_ON_WINDOWS)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder / "site"), str(repo)]),
        "PYTHONIOENCODING": "cp1252",
        "PYTHONWARNDEFAULTENCODING": "1",
    }
    for command in ("consolidate 2024", "check 2024", "templates 2025", "accept 2024", "verify 2024", "--help"):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *command.split()],
            cwd=folder, env=environment, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        said = done.stderr.decode("utf-8")
        assert done.returncode == 0, (command, said)
        assert not [line for line in said.splitlines() if "EncodingWarning" in line and str(repo / "pipeline") in line]
        assert "Traceback" not in said
        assert re.search("[ạảấầẩếềểộờủữị]", done.stdout.decode("utf-8")), command


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library gives back by itself")
def test_what_small_blocks_took_is_given_back_though_others_beside_them_are_in_use():
    held = [f"{number:>1000}" for number in range(100_000)]
    kept = held[::50]
    del held
    before = platforms.resident_bytes()
    platforms.release_memory()
    assert platforms.resident_bytes() < before - 20 * 2**20
    assert kept[1].strip() == "50"


def test_elsewhere_nothing_is_asked_of_the_c_library(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("asked"))
    platforms.release_memory()
