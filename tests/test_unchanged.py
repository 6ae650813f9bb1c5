"""A run that would write again what it wrote last time does nothing, and any other one does all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline import installed, store, unchanged
from pipeline.model import Options, Places
from pipeline.periods import Period
from tests.frames import write_small

YEAR = Period.parse("2024")
FRAMES = ("observations", "indicators", "findings", "submissions")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The small world, consolidated; read only."""
    places = write_small(tmp_path_factory.mktemp("once"))
    return places, pipeline.consolidate("2024", **places)


@pytest.fixture
def small(once, tmp_path):
    for path in once[0].values():
        shutil.copytree(path, tmp_path / path.name)
    return Places(**{name: tmp_path / path.name for name, path in once[0].items()})


def recalled(places, **options):
    return unchanged.recall(YEAR, places, Options(**options)) is not None


def a_workbook(places, period="2024"):
    return min((places.inputs / period).glob("*.xlsx"))


def append(path, text=" "):
    path.write_bytes(path.read_bytes() + text.encode())


def replaced_by_a_link(path):
    target = path.rename(path.parent.parent / path.name)
    path.symlink_to(target)


VERSIONS = installed.versions
CHANGES = {
    "a file": lambda p: append(a_workbook(p)),
    "a file of the year before": lambda p: append(a_workbook(p, "2023")),
    "a file more": lambda p: shutil.copy(a_workbook(p), p.inputs / "2024" / "more.xlsx"),
    "a file less": lambda p: a_workbook(p).unlink(),
    "a file's name": lambda p: a_workbook(p).rename(p.inputs / "2024" / "renamed.xlsx"),
    "a link instead of a file": lambda p: replaced_by_a_link(a_workbook(p)),
    "something that is no workbook": lambda p: (p.inputs / "2024" / "notes.txt").write_text("so"),
    "corrections": lambda p: (p.inputs / "2024" / "corrections.csv").write_text("province\n"),
    "a period to compare with": lambda p: shutil.copytree(p.inputs / "2023", p.inputs / "2022"),
    "the catalogue": lambda p: append(min(p.schemas.rglob("*.yaml")), "\n# more\n"),
    "a form": lambda p: (p.schemas / "forms" / "more.yaml").write_text("{}"),
    "a baseline": lambda p: store.accept(YEAR, p.outputs),
    "an output": lambda p: append(p.outputs / "2024" / "findings.csv"),
    "an output less": lambda p: (p.outputs / "2024" / "findings.csv").unlink(),
    "what run.json says": lambda p: append(p.outputs / "2024" / "run.json"),
    "no outputs": lambda p: shutil.rmtree(p.outputs / "2024"),
    "a damaged cache": lambda p: (p.outputs / ".cache" / "2024.json").write_text("{"),
    "a cache of something else": lambda p: (p.outputs / ".cache" / "2024.json").write_text("[1]"),
    "no cache": lambda p: shutil.rmtree(p.outputs / ".cache"),
}  # fmt: skip


def test_nothing_is_done_anew_where_nothing_changed(small):
    assert recalled(small)
    before = (small.outputs / ".log" / "runs.log").read_text()
    assert pipeline.consolidate("2024", inputs=small.inputs, outputs=small.outputs, schemas=small.schemas).complete
    assert (small.outputs / ".log" / "runs.log").read_text() == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_noticed(small, change):
    change(small)
    assert not recalled(small)


@pytest.mark.parametrize("options", [{"lang": "en"}, {"strict": True}, {"edition": "publication"}, {"cache": False}])
def test_other_options_are_another_run(small, options):
    assert not recalled(small, **options)


def test_another_version_of_the_program_or_of_a_library_is_another_run(small, tmp_path, monkeypatch):
    monkeypatch.setattr(installed, "program", installed.program.__wrapped__)  # a run hashes itself once
    monkeypatch.setattr(installed, "versions", lambda: {"pandas": "99"})
    assert not recalled(small)
    monkeypatch.setattr(installed, "versions", VERSIONS)
    assert recalled(small)
    program = tmp_path / "program"
    shutil.copytree(installed._PROGRAM, program, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(installed, "_PROGRAM", program)
    assert recalled(small)
    append(program / "states.py", "\n")
    assert not recalled(small)


def test_what_changes_elsewhere_is_no_matter(small):
    shutil.copytree(small.inputs / "2024", small.inputs / "2025")
    (small.outputs / "2024" / "my notes.txt").write_text("an analyst's")
    os.utime(a_workbook(small))
    assert recalled(small)


def test_a_run_whose_inputs_change_while_they_are_read_is_not_recalled(small, monkeypatch):
    a_workbook(small).unlink()
    written = store.write_folder

    def late(target, build):
        written(target, build)
        (small.inputs / "2024" / "late.txt").write_text("late")

    monkeypatch.setattr(store, "write_folder", late)
    pipeline.consolidate("2024", inputs=small.inputs, outputs=small.outputs, schemas=small.schemas)
    assert not recalled(small)


def test_what_is_read_back_is_what_was_written(once, small):
    again = pipeline.consolidate("2024", inputs=small.inputs, outputs=small.outputs, schemas=small.schemas)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(once[1], name))
    for name, frame in once[1].tables.items():
        pd.testing.assert_frame_equal(again.tables[name], frame, obj=name, check_dtype=False)
    pd.testing.assert_frame_equal(again.changes, once[1].changes)


@pytest.mark.slow
def test_the_command_line_says_the_same_once_more_without_pandas(small):
    program = (
        "import runpy, sys\n"
        "try:\n    runpy.run_module('pipeline', run_name='__main__')\n"
        "except SystemExit as end:\n    print('exit', end.code)\n"
        "print('heavy', *[name for name in ('pandas', 'pandera', 'openpyxl', 'pyarrow') if name in sys.modules])"
    )
    (small.inputs / "2024" / "notes.txt").write_text("one more thing")
    words = [
        "consolidate",
        "2024",
        "--lang",
        "en",
        *(f"--{n}={getattr(small, n)}" for n in ("inputs", "outputs", "schemas")),
    ]
    first, second = ((run.stdout, run.stderr) for run in (
        subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
        for _ in range(2)
    ))  # fmt: skip
    assert "exit" in first[0], first[1]
    assert "pandas" in first[0].splitlines()[-1]
    assert second[0].splitlines()[-1] == "heavy", second
    *told, added, _, _ = second[0].splitlines()
    assert told == first[0].splitlines()[: len(told)]
    assert added.startswith("Nothing has changed since")


def test_the_cache_holds_one_small_file_for_each_period_and_is_private(small):
    parts, kept = sorted((small.outputs / ".cache").iterdir(), reverse=True)
    assert (parts.name, kept.name) == ("parts", "2024.json")
    assert json.loads(kept.read_text("utf-8"))["run"] == store.sha256(small.outputs / "2024" / "run.json")
    if os.name == "posix":
        small_outputs = small.outputs / ".cache"
        assert small_outputs.stat().st_mode & 0o077 == 0


def test_a_summary_names_the_folder_as_it_is_called_now(small, monkeypatch):
    """The same outputs may be named from the root, or from beside them."""
    named = unchanged.recall(YEAR, small, Options())
    monkeypatch.chdir(small.outputs.parent)
    inputs, outputs, schemas = (Path(path.name) for path in (small.inputs, small.outputs, small.schemas))
    beside = unchanged.recall(YEAR, Places(inputs, outputs, schemas), Options())
    for summary, folder in ((named, small.outputs), (beside, outputs)):
        said = [text for text, _ in summary.lines if text.endswith("consolidated.xlsx")]
        assert [text.rpartition(" ")[2] for text in said] == [str(folder / "2024" / "consolidated.xlsx")]
