"""What lies under outputs/: whole or absent, reproducible, kept, proven."""

import csv
import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline import placing, store
from pipeline.columns import OBSERVATIONS
from pipeline.errors import OutputError, UsageError
from pipeline.model import Places
from pipeline.periods import Period
from pipeline.verify import verify_outputs
from tests.frames import write_small, write_submission

YEAR = Period.parse("2024")
FRAMES = ("observations", "indicators", "findings", "submissions")


def contents(folder):
    """Relative path -> bytes of every file."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def fill(**files):
    """A builder that writes some files."""

    def build(folder):
        for name, text in files.items():
            (folder / name).write_text(text)

    return build


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The small world, consolidated; read only."""
    places = write_small(tmp_path_factory.mktemp("once"))
    write_submission(places["inputs"] / "2024" / "Nam 2024.xlsx", "Nam", [("=Một", 10, 12), ("Hai", 5, 5)])
    return places, pipeline.consolidate("2024", **places)


@pytest.fixture
def small(once, tmp_path):
    """A copy of the consolidated small world, to be spoilt."""
    for path in once[0].values():
        shutil.copytree(path, tmp_path / path.name)
    return {name: tmp_path / path.name for name, path in once[0].items()}


# Whole or absent


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt, MemoryError])
def test_a_run_that_fails_while_it_writes_leaves_the_previous_outputs(tmp_path, error):
    store.write_folder(tmp_path / "2024", fill(a="old", b="old"))

    def build(folder):
        (folder / "a").write_text("new")
        raise error("in the middle")

    with pytest.raises(OutputError if error is OSError else error):
        store.write_folder(tmp_path / "2024", build)
    assert contents(tmp_path / "2024") == {"a": b"old", "b": b"old"}
    assert listing(tmp_path) == ["2024"]


def test_a_killed_run_leaves_the_previous_outputs_and_the_next_run_works(tmp_path):
    store.write_folder(tmp_path / "2024", fill(a="old"))
    script = (
        "import os, pathlib, signal; from pipeline import store\n"
        "def build(folder): (folder / 'a').write_text('new'); os.kill(os.getpid(), signal.SIGKILL)\n"
        f"store.write_folder(pathlib.Path({str(tmp_path / '2024')!r}), build)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == -signal.SIGKILL
    assert contents(tmp_path / "2024") == {"a": b"old"}
    store.write_folder(tmp_path / "2024", fill(a="new"))
    assert contents(tmp_path / "2024") == {"a": b"new"}


def test_a_run_killed_while_folders_change_places_is_undone_by_the_next(tmp_path, monkeypatch):
    target = tmp_path / "2024"
    store.write_folder(target, fill(a="old"))
    monkeypatch.setattr(placing, "exchange_folders", lambda *_: False)
    rename = Path.rename

    def killed(self, other):
        if self.name.startswith(".building-"):
            raise KeyboardInterrupt
        return rename(self, other)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            store.write_folder(target, fill(a="new"))
    assert not target.exists()
    store.recover(target)
    assert contents(target) == {"a": b"old"}
    store.write_folder(target, fill(a="new"))
    assert contents(target) == {"a": b"new"}
    assert listing(tmp_path) == ["2024"]


def test_outputs_that_cannot_be_put_in_place_leave_the_previous_ones_there(tmp_path, monkeypatch):
    target = tmp_path / "2024"
    store.write_folder(target, fill(a="old"))
    monkeypatch.setattr(placing, "exchange_folders", lambda *_: False)
    rename = Path.rename

    def refused(self, other):
        if self.name.startswith(".building-"):
            raise PermissionError(13, "refused")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OutputError, match="refused"):
        store.write_folder(target, fill(a="new"))
    assert contents(target) == {"a": b"old"}


def test_what_a_killed_run_left_half_built_goes_after_a_day(tmp_path):
    fresh, stale = (tmp_path / f".building-2024-{name}" for name in ("fresh", "stale"))
    for folder in (fresh, stale):
        folder.mkdir()
    os.utime(stale, (time.time() - 90_000,) * 2)
    store.write_folder(tmp_path / "2024", fill(a="new"))
    assert listing(tmp_path) == [".building-2024-fresh", "2024"]


def test_a_file_where_the_outputs_belong_is_refused_and_left_alone(tmp_path):
    (tmp_path / "2024").write_text("a note")
    with pytest.raises(OutputError):
        store.write_folder(tmp_path / "2024", fill(a="new"))
    with pytest.raises(OutputError):
        store.write_folder(tmp_path / "2024" / "check", fill(a="new"))
    assert contents(tmp_path) == {"2024": b"a note"}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_to_another_place_stays_a_link(tmp_path, there):
    elsewhere = tmp_path / "disk" / "2024"
    (elsewhere if there else elsewhere.parent).mkdir(parents=True)
    (tmp_path / "outputs").mkdir()
    link = tmp_path / "outputs" / "2024"
    link.symlink_to(elsewhere)
    store.write_folder(link, fill(a="new"))
    assert link.is_symlink()
    assert contents(elsewhere) == {"a": b"new"}
    assert listing(tmp_path / "outputs") == listing(tmp_path / "disk") == ["2024"]


def test_a_log_that_cannot_be_written_spoils_no_run(tmp_path):
    (tmp_path / ".log").write_text("in the way")
    store.log_run(tmp_path, "consolidate 2024", 1.0)


# What others put there


def test_an_analysts_own_files_survive_a_new_run(small):
    folder = small["outputs"] / "2024"
    own = {"notes.txt": b"mine", "figures/mine.png": b"drawn", "meeting/minutes.txt": b"said"}
    for name, content in own.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "link").symlink_to("meeting")
    before = contents(folder)
    pipeline.consolidate("2024", **small)
    assert contents(folder) == before
    assert (folder / "link").is_symlink()
    assert own.keys().isdisjoint(store.read_manifest(folder)["outputs"])


def test_what_a_run_wrote_and_the_next_does_not_is_gone(small):
    assert (small["outputs"] / "2024" / "returns" / "Nam 2024.xlsx").is_file()
    write_submission(small["inputs"] / "2024" / "Nam 2024.xlsx", "Nam")
    pipeline.consolidate("2024", **small, edition="publication")
    assert not (small["outputs"] / "2024" / "returns" / "Nam 2024.xlsx").exists()
    assert not (small["outputs"] / "2024" / "consolidated.xlsx").exists()


def test_marked_copies_of_an_earlier_check_do_not_stay_once_the_file_is_mended(small):
    pipeline.check("2024", **small)
    folder = small["outputs"] / "2024" / "check"
    assert sorted(contents(folder)) == ["findings.csv", "returns/Nam 2024.xlsx"]
    write_submission(small["inputs"] / "2024" / "Nam 2024.xlsx", "Nam")
    pipeline.check("2024", **small)
    assert sorted(contents(folder)) == ["findings.csv"]


def test_a_check_touches_nothing_but_its_own_folder_and_survives_a_consolidation(small):
    folder = small["outputs"] / "2024"
    before = contents(folder)
    pipeline.check("2024", **small)
    after = contents(folder)
    assert {name: after[name] for name in before} == before
    pipeline.consolidate("2024", **small)
    assert contents(folder) == after


# The same bytes


def test_two_runs_give_the_same_bytes_in_every_file(small):
    before = contents(small["outputs"] / "2024")
    shutil.rmtree(small["outputs"])
    pipeline.consolidate("2024", **small)
    assert contents(small["outputs"] / "2024") == before


def test_how_the_work_is_spread_out_changes_no_byte(small):
    before = contents(small["outputs"] / "2024")
    pipeline.consolidate("2024", **small, jobs=2, cache=False, file_seconds=30.0, memory_mb=4096)
    assert contents(small["outputs"] / "2024") == before


def test_the_manifest_has_hashes_of_all_inputs_and_outputs_and_no_clock(small):
    folder = small["outputs"] / "2024"
    manifest = json.loads((folder / "run.json").read_text("utf-8"))
    assert manifest["outputs"] == {n: store.sha256(folder / n) for n in contents(folder) if n != "run.json"}
    inputs = contents(small["inputs"])
    assert manifest["inputs"] == {name: store.sha256(small["inputs"] / name) for name in inputs}
    assert set(manifest) == {"baseline", "catalogue", "ignored", "inputs", "options", "outputs", "period", "versions"}
    assert manifest["options"] == {"edition": "working", "lang": "vi", "strict": False}
    assert (small["outputs"] / ".log" / "runs.log").read_text("utf-8").count("consolidate 2024") == 1


def test_hashes_in_submissions_are_those_of_the_files(once):
    places, done = once
    files = done.submissions.set_index("file")["sha256"].to_dict()
    assert files == {name: store.sha256(places["inputs"] / "2024" / name) for name in files}


# Read back


def test_what_is_loaded_equals_what_was_consolidated(once):
    places, done = once
    loaded = pipeline.load("2024", places["outputs"])
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(done, name), obj=name)
    assert loaded.period == done.period
    assert loaded.complete == done.complete


def test_text_that_looks_like_a_formula_is_quoted_in_csv_and_read_back_as_it_was(once, tmp_path):
    from pipeline.report.tables import write_findings

    texts = ["=1+1", "+84", "-5", "@a", "\ttab", "\rreturn", "plain", "it's", "a\nb", 'say "x", y', "", "'quoted"]
    frame = pd.concat([once[1].findings.iloc[:1]] * len(texts), ignore_index=True).assign(value=texts)
    write_findings(frame, tmp_path / "findings.csv")
    content = (tmp_path / "findings.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))
    column = rows[0].index("value")
    assert [row[column] for row in rows[1:]] == [
        f"'{t}" if t in {"=1+1", "@a", "\ttab", "\rreturn"} else t for t in texts
    ]
    assert store._read_csv(tmp_path / "findings.csv")["value"].tolist() == texts


def test_there_is_nothing_to_load_where_nothing_was_consolidated(tmp_path):
    with pytest.raises(OutputError, match="There are no outputs"):
        pipeline.load("2024", tmp_path)


@pytest.mark.parametrize("name", ["observations.parquet", "indicators.parquet", "findings.csv", "submissions.csv"])
@pytest.mark.parametrize("damage", ["gone", "empty", "other"])
def test_damaged_outputs_are_refused_by_name(small, name, damage):
    path = small["outputs"] / "2024" / name
    path.unlink() if damage == "gone" else path.write_bytes(b"" if damage == "empty" else b"x\n1\n")
    with pytest.raises(OutputError, match="damaged"):
        pipeline.load("2024", small["outputs"])


def test_history_is_the_observations_of_all_periods_in_order(small):
    pipeline.consolidate("2023", **small)
    for folder in ("accepted", "2024-X", "2022"):
        (small["outputs"] / folder).mkdir()
    found = pipeline.history(small["outputs"])
    assert list(found.columns) == list(OBSERVATIONS)
    assert found["reported_in"].drop_duplicates().tolist() == ["2023", "2024"]
    parts = [pipeline.load(year, small["outputs"]).observations for year in ("2023", "2024")]
    pd.testing.assert_frame_equal(found, pd.concat(parts, ignore_index=True))


def test_without_outputs_history_is_empty(tmp_path):
    found = pipeline.history(tmp_path / "none")
    assert list(found.columns) == list(OBSERVATIONS)
    assert (len(found), str(found["value"].dtype)) == (0, "float64")


# The baseline


def test_a_later_run_records_the_accepted_baseline(small):
    folder = small["outputs"] / "2024"
    outputs = store.read_manifest(folder)["outputs"]
    (folder / "notes.txt").write_text("mine")
    kept = store.accept(YEAR, small["outputs"])
    assert kept == small["outputs"] / "accepted" / "2024"
    assert contents(kept).keys() == {*outputs, "run.json"}
    pipeline.consolidate("2024", **small)
    assert store.read_manifest(folder)["baseline"] == outputs
    again = store.read_manifest(folder)["outputs"]
    assert {name for name in again.keys() | outputs if again.get(name) != outputs.get(name)} == {
        "changes.csv",
        "consolidated.xlsx",
    }


def test_only_what_was_consolidated_can_be_accepted(tmp_path):
    with pytest.raises(OutputError, match="There are no outputs"):
        store.accept(YEAR, tmp_path)


@pytest.mark.parametrize("name", ["consolidated.xlsx", "findings.csv", "figures/rate.png"])
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_outputs_that_are_not_what_was_written_are_not_accepted(small, name, damage):
    path = small["outputs"] / "2024" / name
    path.write_bytes(b"x") if damage == "changed" else path.unlink()
    with pytest.raises(OutputError, match=name):
        store.accept(YEAR, small["outputs"])
    assert not (small["outputs"] / "accepted").exists()


UNSOUND = ["", "{}", "[]", "3", "not json", "[" * 100_000, '{"outputs": {}}', '{"outputs": ["findings.csv"]}']


@pytest.mark.parametrize("text", UNSOUND, ids=lambda text: text[:20])
def test_outputs_whose_manifest_cannot_be_understood_are_not_accepted(small, text):
    (small["outputs"] / "2024" / "run.json").write_text(text)
    with pytest.raises(OutputError, match="damaged"):
        store.accept(YEAR, small["outputs"])
    assert not (small["outputs"] / "accepted").exists()


@pytest.mark.parametrize(
    "name", ["../..", "../../inputs/2024/Nam 2024.xlsx", "/etc/hostname", "", ".", "a\0b", "figures"]
)
def test_a_manifest_that_names_what_is_not_among_the_outputs_is_not_accepted(small, name):
    changed_manifest(small, outputs={name: ""})
    with pytest.raises(OutputError, match="not kept as the baseline"):
        store.accept(YEAR, small["outputs"])
    assert not (small["outputs"] / "accepted").exists()


def test_a_baseline_that_was_kept_stays_when_the_next_is_refused(small):
    before = contents(store.accept(YEAR, small["outputs"]))
    (small["outputs"] / "2024" / "findings.csv").unlink()
    with pytest.raises(OutputError):
        store.accept(YEAR, small["outputs"])
    assert contents(small["outputs"] / "accepted" / "2024") == before


def changed_manifest(places, **parts):
    """Change entries of parts of ``run.json``: part -> what is put into it, or in its place."""
    folder = places["outputs"] / "2024"
    manifest = store.read_manifest(folder)
    for part, value in parts.items():
        manifest[part] = manifest[part] | value if isinstance(value, dict) else value
    (folder / "run.json").write_text(json.dumps(manifest))


# Proof


def verdict(places):
    found = verify_outputs(YEAR, Places(**places))
    return found.proven, [(said.key, said.params.get("file")) for said in found.said]


def test_outputs_that_the_inputs_give_are_proven(small):
    store.accept(YEAR, small["outputs"])
    (small["outputs"] / "2024" / "notes.txt").write_text("mine")
    assert verdict(small) == (True, [("verify.ok", None)])


@pytest.mark.parametrize("name", ["consolidated.xlsx", "findings.csv", "figures/rate.png", "returns/Nam 2024.xlsx"])
def test_an_altered_output_is_named(small, name):
    with (small["outputs"] / "2024" / name).open("ab") as file:
        file.write(b" ")
    assert verdict(small) == (False, [("verify.changed_output", name)])
    (small["outputs"] / "2024" / name).unlink()
    assert verdict(small) == (False, [("verify.missing_output", name)])


@pytest.mark.parametrize("name", ["2024/Nam 2024.xlsx", "2023/Bắc 2023.xlsx"])
def test_an_altered_input_is_named(small, name):
    path = small["inputs"] / name
    write_submission(path, name.split("/")[1].split()[0], [("Một", 1, 1)])
    assert verdict(small) == (False, [("verify.changed_input", name)])
    path.unlink()
    assert verdict(small) == (False, [("verify.changed_input", name)])


def test_a_new_input_is_named(small):
    (small["inputs"] / "2024" / "corrections.csv").write_text("province,file,sheet,cell\n")
    assert verdict(small) == (False, [("verify.changed_input", "2024/corrections.csv")])


def test_a_changed_catalogue_is_told(small):
    with (small["schemas"] / "targets.yaml").open("a") as file:
        file.write("# a remark\n")
    assert verdict(small) == (False, [("verify.changed_catalogue", None)])


@pytest.mark.slow
def test_numbers_that_were_altered_together_with_their_hash_are_not_reproduced(small):
    folder = small["outputs"] / "2024"
    frame = pd.read_parquet(folder / "indicators.parquet").assign(value=1.0)
    frame.to_parquet(folder / "indicators.parquet")
    manifest = store.read_manifest(folder)
    manifest["outputs"]["indicators.parquet"] = store.sha256(folder / "indicators.parquet")
    (folder / "run.json").write_text(json.dumps(manifest))
    assert verdict(small) == (False, [("verify.not_reproduced", "indicators.parquet")])
    # With other library versions the bytes may differ, the numbers may not.
    manifest["versions"]["pandas"] = "0"
    (folder / "run.json").write_text(json.dumps(manifest))
    assert verdict(small) == (
        False,
        [("verify.changed_versions", None), ("verify.not_reproduced", "indicators.parquet")],
    )


def test_an_output_that_the_manifest_hides_is_not_reproduced(small):
    folder = small["outputs"] / "2024"
    manifest = store.read_manifest(folder)
    del manifest["outputs"]["findings.csv"]
    (folder / "findings.csv").write_text("nothing found")
    (folder / "run.json").write_text(json.dumps(manifest))
    assert verdict(small) == (False, [("verify.not_reproduced", "findings.csv")])


def test_other_library_versions_are_told_and_the_numbers_compared(small):
    folder = small["outputs"] / "2024"
    manifest = store.read_manifest(folder)
    manifest["versions"]["matplotlib"] = "0"
    with (folder / "figures" / "rate.png").open("ab") as file:
        file.write(b" ")
    manifest["outputs"]["figures/rate.png"] = store.sha256(folder / "figures" / "rate.png")
    (folder / "run.json").write_text(json.dumps(manifest))
    assert verdict(small) == (True, [("verify.changed_versions", None), ("verify.ok", None)])


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"outputs": {}}', '{"outputs": 3, "options": {"x": 1}}'])
def test_a_manifest_that_cannot_be_understood_is_refused(small, text):
    (small["outputs"] / "2024" / "run.json").write_text(text)
    with pytest.raises(OutputError):
        verdict(small)


@pytest.mark.parametrize("parts", [
    {"versions": {"a": [1]}},
    {"versions": {"a": None}},
    {"inputs": {"2024/Nam 2024.xlsx": {"sha256": "0"}}},
    {"inputs": []},
    {"outputs": {"findings.csv": 1}},
    {"outputs": None},
    {"options": {"lang": ["vi"]}},
    {"options": {"lang": "fr"}},
    {"options": {"strict": "yes"}},
    {"options": {"jobs": "many"}},
    {"options": {"edition": {}}},
    {"options": 3},
    {"period": "2023"},
    {"period": [2024]},
], ids=str)  # fmt: skip
def test_a_manifest_with_what_no_run_writes_is_refused_by_its_name(small, parts):
    changed_manifest(small, **parts)
    with pytest.raises(OutputError, match=r"damaged.*run\.json"):
        verdict(small)


# What is read and what is written


@pytest.mark.slow
def test_a_file_that_may_not_be_read_is_a_finding_and_the_rest_is_consolidated(small, monkeypatch):
    spoilt = small["inputs"] / "2024" / "Nam 2024.xlsx"
    for module, name in ((os, "open"), (io, "open")):
        monkeypatch.setattr(module, name, _refusing(getattr(module, name), spoilt))
    result = pipeline.consolidate("2024", **small, cache=False)
    assert not result.complete
    assert result.findings.loc[result.findings["severity"] == "error", "file"].unique().tolist() == [spoilt.name]
    assert result.submissions.set_index("file").loc["Bắc 2024.xlsx", "status"] == "accepted"
    manifest = store.read_manifest(small["outputs"] / "2024")
    assert manifest["inputs"]["2024/Nam 2024.xlsx"] == ""
    assert verdict(small) == (True, [("verify.ok", None)])
    monkeypatch.undo()
    assert verdict(small) == (False, [("verify.changed_input", "2024/Nam 2024.xlsx")])


def _refusing(opened, spoilt):
    """An ``open`` that the system refuses for one file, as for a user without the right to read it."""

    def refuse(path, *arguments, **named):
        if not isinstance(path, int) and os.fspath(path) == str(spoilt):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *arguments, **named)

    return refuse


@pytest.mark.parametrize("option", ["inputs", "schemas"])
@pytest.mark.parametrize("where", [".", "2024", "../outputs/../{option}"])
def test_outputs_among_what_is_read_are_refused(small, option, where):
    wrong = small | {"outputs": small[option] / where.format(option=option)}
    before = contents(small[option].parent)
    for run in (pipeline.consolidate, pipeline.check):
        with pytest.raises(UsageError, match=f"must be apart from.*--{option}"):
            run("2024", **wrong)
    assert contents(small[option].parent) == before


def test_outputs_that_would_take_the_place_of_the_inputs_are_refused(small):
    inputs = small["inputs"].rename(small["inputs"].with_name("2024"))
    with pytest.raises(UsageError, match="must be apart from"):
        pipeline.check("2024", **(small | {"inputs": inputs, "outputs": inputs.parent}))


def test_outputs_around_the_inputs_do_no_harm(small):
    before = contents(small["inputs"])
    pipeline.consolidate("2024", **(small | {"outputs": small["inputs"].parent}))
    assert contents(small["inputs"]) == before


def test_outputs_beside_the_inputs_are_told_from_them_even_where_the_names_begin_alike(small):
    pipeline.check("2024", **(small | {"outputs": small["inputs"].with_name("inputs-2")}))


def test_outputs_that_are_a_link_to_the_inputs_are_refused(small):
    link = small["outputs"].with_name("link")
    link.symlink_to(small["inputs"])
    with pytest.raises(UsageError, match="must be apart from"):
        pipeline.check("2024", **(small | {"outputs": link}))
