"""One run over the five good submissions and every kind of hostile file: each has its verdict, nothing else happens."""

import csv
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
import pytest

import pipeline
from pipeline.catalogue import load_catalogue
from pipeline.ingest import shown_name
from pipeline.messages import Messages, sentences
from pipeline.periods import Period
from tests import forge, hostile
from tests.books import Desk, copy_samples, found, write_book

SECONDS = 5
MEMORY_KIB = 2 * 2**20
ELSEWHERE = "the text of a file elsewhere"
QUICK = tuple(kind for kind in hostile.KINDS if kind.quick)
# Runs the pipeline and says how much memory the largest of its processes took.
WATCHED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "pipeline", *sys.argv[1:]])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


class Siege(NamedTuple):
    """What the run gave, and what was there before."""

    result: pipeline.Consolidation
    good: pipeline.Consolidation
    folder: Path
    kinds: dict[str, hostile.Kind]
    exit_code: int
    said: str
    seconds: float
    peak_kib: int
    processes: list[int]
    was_fetched: bool
    changed: list[str]

    @property
    def outputs(self):
        return self.folder / "outputs" / "2024"


@pytest.fixture(scope="module")
def siege(repo, tmp_path_factory):
    """Every hostile file beside the good ones, consolidated once by the command line."""
    desk = copy_samples(repo, tmp_path_factory.mktemp("siege"))
    good = desk.check()
    with socket.create_server(("127.0.0.1", 0)) as server:
        kinds = lay_out(desk, hostile.KINDS, f"http://127.0.0.1:{server.getsockname()[1]}/x")
        before = everything_in(desk.folder)
        return _run(desk, good, kinds, before, server)


def lay_out(desk, kinds, url):
    """Put hostile files among the good ones; shown name -> kind."""
    secret = desk.folder / "secret.txt"
    secret.write_text(ELSEWHERE)
    catalogue, period = load_catalogue(desk.folder / "schemas"), Period.parse("2024")
    outside = [p.id for p in catalogue.provinces_on(period) if p.id not in catalogue.members_on(period)]
    written = hostile.build(desk.inputs, kinds, outside, hostile.Trap(url, secret))
    return {shown_name(Path(name)): kind for name, kind in written.items()}


def _run(desk, good, kinds, before, server):
    places = [part for name in ("inputs", "schemas", "outputs") for part in (f"--{name}", desk.folder / name)]
    own_temp = desk.folder / "temp"
    own_temp.mkdir()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED, "consolidate", "2024", *places, "--lang", "en", "--jobs", "2",
         "--file-seconds", str(SECONDS)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
        env=os.environ | {"TMPDIR": str(own_temp)},
    )  # fmt: skip
    said = process.communicate(timeout=600)[0]
    server.settimeout(0.1)
    try:
        server.accept()
        was_fetched = True
    except TimeoutError:
        was_fetched = False
    peak = re.search(r"^peak (\d+)$", said, re.MULTILINE)
    return Siege(
        result=pipeline.load("2024", desk.folder / "outputs"), good=good, folder=desk.folder, kinds=kinds,
        exit_code=process.returncode, said=said, seconds=time.monotonic() - started,
        peak_kib=int(peak[1]) if peak else 0, processes=session_members(process.pid), was_fetched=was_fetched,
        changed=sorted(dict(everything_in(desk.folder).items() ^ before.items())),
    )  # fmt: skip


def everything_in(folder):
    """Path -> size, time of change and mode of all that lies in a folder, but for what a run writes."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            stat = os.lstat(os.path.join(place, name))  # noqa: PTH118  names that are no Unicode
            relative = os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118
            if Path(relative).parts[0] not in {"outputs", "temp"}:
                found[relative] = (stat.st_size, stat.st_mtime_ns, stat.st_mode)
    return found


def session_members(session):
    """The processes that still live of those that a run started."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                members.append(int(entry.name))
    return members


def verdict_on(name, result):
    """What the pipeline said of a file, in the terms of the table."""
    findings = result.findings[result.findings["file"] == name]
    doubts = findings[findings["severity"] != "info"]
    status = result.submissions.loc[result.submissions["file"] == name, "status"].tolist()
    reasons = [_reason(message) for message in doubts.loc[doubts["rule"] == "unreadable_file", "message"]]
    notes = frozenset(findings.loc[findings["severity"] == "info", "rule"])
    return hostile.Verdict(", ".join(status), frozenset(doubts["rule"]), ", ".join(reasons), notes)


def _reason(message):
    """The id of the message that says why a file cannot be read."""
    for key, texts in sentences().items():
        if key.startswith("reader."):
            pattern = ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", texts["en"]))
            if re.search(f": {pattern}$", message, re.DOTALL):
                return key
    return message


def assert_verdict(name, kind, result):
    said = verdict_on(name, result)
    assert said._replace(notes=kind.verdict.notes) == kind.verdict, result.findings[result.findings["file"] == name]
    assert kind.verdict.notes <= said.notes


def of_the_good(frame, result):
    """The rows that come from the good submissions."""
    files = set(result.submissions["file"]) - {""}
    return frame[frame["file"].isin(files)].reset_index(drop=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", hostile.KINDS, ids=lambda kind: ascii(kind.name)[:60])
def test_each_hostile_file_gets_its_verdict(siege, kind):
    name = next(name for name, other in siege.kinds.items() if other is kind)
    assert_verdict(name, kind, siege.result)


@pytest.mark.slow
def test_every_file_of_the_folder_is_accepted_or_refused_or_ignored_and_nothing_twice(siege):
    listed = siege.result.submissions["file"].tolist()
    ignored = [name for name, kind in siege.kinds.items() if kind.verdict is hostile.IGNORED]
    there = [shown_name(Path(name)) for name in os.listdir(siege.folder / "inputs" / "2024")]  # noqa: PTH208
    assert len(set(listed)) == len(listed)
    assert sorted(listed + ignored) == sorted(there)


@pytest.mark.slow
def test_the_good_submissions_are_consolidated_as_if_they_had_come_alone(siege):
    for name in ("observations", "submissions"):
        expected = getattr(siege.good, name)
        pd.testing.assert_frame_equal(of_the_good(getattr(siege.result, name), siege.good), expected)
    pd.testing.assert_frame_equal(siege.result.indicators, siege.good.indicators)


@pytest.mark.slow
def test_the_run_ends_with_one_and_no_traceback_and_in_time(siege):
    assert siege.exit_code == 1
    assert not siege.result.complete
    assert "Traceback" not in siege.said
    stopped = sum(kind.verdict.reason == "reader.timeout" for kind in hostile.KINDS)
    assert siege.seconds < 90 + stopped * SECONDS


@pytest.mark.slow
def test_no_process_takes_more_than_two_gigabytes_and_none_is_left(siege):
    assert 0 < siege.peak_kib <= MEMORY_KIB
    assert siege.processes == []


@pytest.mark.slow
def test_nothing_is_written_outside_the_outputs_and_nothing_is_fetched(siege):
    assert siege.changed == []
    assert os.listdir(siege.folder / "temp") == []  # noqa: PTH208
    assert list(siege.folder.parent.rglob("*escaped.txt")) == []
    assert not siege.was_fetched
    assert [path for path, text in texts_of(siege.outputs) if ELSEWHERE in text] == []


@pytest.mark.slow
def test_no_text_of_an_input_becomes_a_formula_or_a_link(siege):
    book = openpyxl.load_workbook(siege.outputs / "consolidated.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert formulas
    assert [text for text in formulas if re.search(r"cmd|(?<![A-Z\d])1\+1|SUM\(1|127\.0\.0\.1", str(text))] == []
    targets = [str(cell.hyperlink.target) for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]
    assert [target for target in targets if re.search(r"127\.0\.0\.1|passwd|a\.xlsx", target)] == []
    for path in siege.outputs.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [field for row in csv.reader(file) for field in row if may_run(field)] == [], path


def may_run(field):
    """Whether Excel may take a field of a CSV file for a formula."""
    return field[:1] in {"=", "+", "-", "@", "\t", "\r"} and not re.fullmatch(r"[+-]?[\d.,eE+-]+", field)


@pytest.mark.slow
def test_no_personal_data_reach_an_output(siege):
    needles = {needle for text in hostile.PERSONAL for needle in (text, text.replace(" ", ""))}
    assert [(path, needle) for path, text in texts_of(siege.outputs) for needle in needles if needle in text] == []


def texts_of(folder):
    """(path, contents as text) of each output and of each part of those that are archives."""
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            yield path, pd.read_parquet(path).to_csv()
        elif path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((path, archive.read(name).decode("utf-8", "replace")) for name in archive.namelist())
        elif path.is_file() and path.suffix != ".png":
            yield path, path.read_text("utf-8", "replace")


def test_the_cheap_ones_get_their_verdicts_beside_the_good_submissions(repo, tmp_path):
    desk = copy_samples(repo, tmp_path)
    good = sorted(path.name for path in desk.inputs.glob("*.xlsx"))
    kinds = lay_out(desk, QUICK, "http://127.0.0.1:9/x")
    result = desk.check(jobs=2, file_seconds=SECONDS)
    for name, kind in kinds.items():
        assert_verdict(name, kind, result)
    own = result.submissions.set_index("file")["status"]
    assert set(own[good]) <= {"accepted", "accepted_with_warnings"}
    assert not result.complete


# Corrections


FORM = """
    title: F
    rows: [{key: district, header: District, members: open}]
    columns: {n: {header: Cases}}
"""
HEAD = "province,file,sheet,cell,reads,should_read,reason,by,date\n"
ROWS = [["District", "Cases"], ["A", 1], ["B", 2]]


def _sparse(path):
    with path.open("wb") as file:
        file.truncate(2**30)


BAD_CORRECTIONS = {
    "bytes that are no text": lambda path: path.write_bytes(b"\x00\xff\xfe" * 1000),
    "a workbook": lambda path: path.write_bytes(forge.book()),
    "a field of a megabyte": lambda path: path.write_text(f'{HEAD}north,north.xlsx,F,B2,1,"{"9" * 2**20}",r,b,d\n'),
    "one endless field": lambda path: path.write_text(f'{HEAD}north,"{"x," * 2**19}'),
    "null bytes": lambda path: path.write_text(f"{HEAD}north,north.xlsx,F,B3,2\0,3,r,b,d\n"),
    "other columns": lambda path: path.write_text("a,b,c\n1,2,3\n"),
    "1 GiB of nothing": _sparse,
    "a pipe": os.mkfifo,
    "a link to zeros": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("gone.csv"),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("put", BAD_CORRECTIONS.values(), ids=BAD_CORRECTIONS)
def test_corrections_that_no_one_can_use_are_told_and_the_submissions_are_read(tmp_path, put):
    desk = Desk(tmp_path).catalogue(FORM).send(ROWS)
    put(desk.inputs / "corrections.csv")
    result = desk.check()
    assert [rule for severity, rule, _ in found(result) if severity == "error"] == ["corrections_unreadable"]
    assert result.observations["value"].tolist() == [1, 2]


def test_corrections_that_look_like_formulas_are_stale_texts(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send(ROWS)
    (desk.inputs / "corrections.csv").write_text(f"{HEAD}north,north.xlsx,F,B2,=1+1,=cmd|'x'!A0,@SUM(1),-b,+d\n")
    result = desk.consolidate()
    assert [rule for _, rule, _ in found(result)] == ["correction_stale"]
    with (tmp_path / "outputs" / "2024" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [field for row in csv.reader(file) for field in row if may_run(field)] == []


# Names and moments


def test_two_files_whose_names_look_the_same_are_two_submissions(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM, provinces="[{id: north, name: North}, {id: south, name: South}]")
    desk.send(ROWS)
    desk.inputs.joinpath("north.xlsx").rename(desk.inputs / "north \udcff.xlsx")
    (desk.inputs / "north \udcfe.xlsx").write_bytes(b"")
    result = desk.check()
    assert sorted(result.submissions["status"]) == ["accepted", "refused"]


def test_a_hostile_file_of_the_year_before_harms_no_comparison(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send(ROWS)
    before = tmp_path / "inputs" / "2023"
    before.mkdir()
    os.mkfifo(before / "north.xlsx")
    result = desk.consolidate()
    assert [rule for _, rule, _ in found(result)] == ["base_period_errors"]
    assert result.observations["value"].tolist() == [1, 2]


@pytest.mark.slow
def test_a_file_that_is_being_written_is_refused_or_read_whole(tmp_path):
    desk = Desk(tmp_path).catalogue(FORM).send(ROWS)
    path = desk.inputs / "north.xlsx"
    small = path.read_bytes()
    write_book(path, {"F": [*ROWS, *([f"C{n}", n] for n in range(500))]})
    large = path.read_bytes()
    (tmp_path / "small").write_bytes(small)
    (tmp_path / "large").write_bytes(large)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path, tmp_path / "small", tmp_path / "large"])
    try:
        for _ in range(5):
            result = desk.check()
            status = result.submissions["status"].tolist()
            assert len(result.observations) in ({0} if status == ["refused"] else {2, 502})
    finally:
        writer.kill()
        writer.wait()


WRITER = """
import pathlib, sys
path, *others = map(pathlib.Path, sys.argv[1:])
while True:
    for other in others:
        with path.open("r+b") as file:
            content = other.read_bytes()
            file.write(content[:1000])
            file.flush()
            file.write(content[1000:])
            file.truncate()
"""


def test_the_messages_name_every_reason_of_the_table():
    say = Messages("en")
    assert [kind.name for kind in hostile.KINDS if kind.verdict.reason and not say.has(kind.verdict.reason)] == []
    assert len(hostile.KINDS) >= 60
    assert len({kind.name for kind in hostile.KINDS}) == len(hostile.KINDS)


def test_hostile_files_are_the_same_each_time():
    makers = [kind.make for kind in QUICK if kind.make is not None]
    assert [make() for make in makers] == [make() for make in makers]
