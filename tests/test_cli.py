"""The command line as a user meets it: exit codes, one clear line where nothing can be done, never a traceback."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from pipeline import cli, terminal, usage
from pipeline.messages import Messages
from pipeline.summary import Summary
from tests.frames import write_small, write_submission

NARROW = re.compile(r"[│┃┏┡└╇━─┴┼┬]")


def run(*arguments, cwd, lang="", paths=(), timeout=120):
    """Start ``python -m pipeline`` in a folder; with ``paths`` before everything else that Python imports from."""
    from tests.conftest import REPO

    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    if lang:
        command.append(f"--lang={lang}")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (*paths, REPO))), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=timeout, check=False
    )


def run_here(*arguments, cwd, lang=""):
    """The same without a new process, which takes a second to start, where many are tried."""
    words = [*map(str, arguments), *([f"--lang={lang}"] if lang else [])]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["pipeline", *words])
        patch.setattr(cli, "_say", Messages(usage.lang_of(words)))  # a process finds it as it starts
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())
    return subprocess.CompletedProcess(words, stopped.value.code, *said)


def assert_refused(done, *words):
    """Exit code 2 with one line on stderr that holds the words."""
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.endswith("\n")
    assert "Traceback" not in done.stderr
    for word in words:
        assert str(word) in done.stderr


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The small world, consolidated by the command line; read only."""
    folder = tmp_path_factory.mktemp("cli")
    write_small(folder)
    done = run("consolidate", cwd=folder)
    assert done.returncode == 0, done
    return folder


@pytest.fixture
def small(tmp_path):
    """The small world, not yet consolidated."""
    write_small(tmp_path)
    return tmp_path


@pytest.fixture
def own(shared, tmp_path):
    """A copy of the consolidated small world."""
    shutil.copytree(shared, tmp_path, dirs_exist_ok=True)
    return tmp_path


# The samples


@pytest.mark.slow
def test_the_samples_are_consolidated_with_exit_code_0_and_a_summary(repo, consolidated, tmp_path):
    outputs = tmp_path  # as far from the inputs as the outputs compared with: links to files are relative
    done = run("consolidate", "2024", "--outputs", outputs, cwd=repo)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("Thanh Hóa", "Quảng Bình", "88,14 %", "79,22 %", "chưa đạt", "nhận, có cảnh báo", "Toàn cụm"):
        assert word in done.stdout
    assert f"{outputs}/2024/consolidated.xlsx" in done.stdout
    for path in sorted(p for p in consolidated.folder.rglob("*") if p.is_file()):
        written = outputs / "2024" / path.relative_to(consolidated.folder)
        assert written.read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
def test_strict_gives_exit_code_1_on_the_samples_and_the_same_values(repo, consolidated, tmp_path):
    done = run("consolidate", "2024", "--strict", "--quiet", "--outputs", tmp_path, cwd=repo)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    for name in ("observations.parquet", "indicators.parquet", "findings.csv"):
        assert (tmp_path / "2024" / name).read_bytes() == (consolidated.folder / name).read_bytes()
    found = pd.read_csv(tmp_path / "2024" / "submissions.csv", keep_default_na=False)
    before = consolidated.consolidation.submissions
    assert set(found["status"]) == {"accepted", "partial"}
    assert (found["errors"] == before["warnings"]).all()


@pytest.mark.slow
def test_a_missing_province_gives_exit_code_1_and_the_others_are_consolidated(repo, tmp_path):
    shutil.copytree(repo / "inputs", tmp_path / "inputs")
    (tmp_path / "inputs" / "2024" / "BC CA Nghệ An 2024.xlsx").unlink()
    done = run("consolidate", "2024", "--schemas", repo / "schemas", cwd=tmp_path, lang="en")
    assert (done.returncode, done.stderr) == (1, "")
    assert "missing" in done.stdout
    assert "Something is missing" in done.stdout
    folder = tmp_path / "outputs" / "2024"
    submissions = pd.read_csv(folder / "submissions.csv", keep_default_na=False).set_index("province")
    assert submissions.loc["nghe-an", "status"] == "missing"
    indicators = pd.read_parquet(folder / "indicators.parquet").set_index(["indicator", "province"])
    cluster = indicators.loc[("clearance_rate", "")]
    assert (cluster["used"], cluster["expected"], cluster["status"]) == (4, 5, "incomplete")
    assert indicators.loc[("clearance_rate", "nghe-an"), "status"] == "no_data"
    rules = pd.read_csv(folder / "findings.csv", encoding="utf-8-sig", keep_default_na=False)
    assert rules.loc[rules["severity"] == "error", ["rule", "province"]].to_numpy().tolist() == [
        ["missing_submission", "nghe-an"]
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("command", ["consolidate", "check", "accept", "verify", "templates", "explain"])
def test_help_shows_an_example(shared, command, lang):
    assert f": pipeline {command} " in run(command, "--help", cwd=shared, lang=lang).stdout


@pytest.mark.parametrize(("width", "framed"), [(80, False), (120, True)])
def test_the_table_breaks_no_word_where_a_terminal_is_narrow(width, framed):
    headers = ["Province", "Status", "Forms", "Errors", "Warnings", "Clearance rate of social-order crime", "Against"]
    row = ["scoring.xlsx (whole cluster)", "accepted with warnings", "8/8", "0", "1", "89.61%", "missed (80%)"]
    written = io.StringIO()
    console = Console(file=written, width=width)
    console.print(terminal._table(Summary("Title", headers, [row], row, [], "", complete=True, warned=True), console))
    assert ("┃" in written.getvalue()) == framed
    for word in " ".join([*headers, *row]).split():
        assert word in written.getvalue()
    assert max(map(len, written.getvalue().splitlines())) <= width


def test_a_terminal_gets_a_sentence_broken_between_words_and_nothing_else_does(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "20")
    usage.tell("There is  no file\na-name-that-is-longer-than-that.xlsx.")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    usage.tell("There is  no file\na-name-that-is-longer-than-that.xlsx.")
    lines = ["There is no file a-name-that-is-longer-than-that.xlsx."]
    assert capsys.readouterr().err.splitlines() == [*lines, "There is no file", "a-name-that-is-longer-than-that.xlsx."]


# Exit code 2, one line


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["destroy"], ["destroy"]),
        (["consolidate", "--colour"], ["--colour"]),
        (["consolidate", "2024", "2023"], ["2023"]),
        (["consolidate", "2024-13"], ["2024-13", "2024-Q3"]),
        (["consolidate", "last year"], ["last year"]),
        (["verify", "../2024"], ["../2024"]),
        (["check", "2024-5Q"], ["2024-5Q"]),
        (["consolidate", "2019"], ["2019", "2023, 2024"]),
        (["consolidate", "--jobs", "0"], ["--jobs"]),
        (["consolidate", "--jobs", "many"], ["--jobs"]),
        (["consolidate", "--file-seconds", "-1"], ["--file-seconds"]),
        (["consolidate", "--file-seconds", "nan"], ["--file-seconds"]),
        (["consolidate", "--file-seconds", "inf"], ["--file-seconds"]),
        (["consolidate", "--edition", "draft"], ["draft", "working | publication"]),
        (["consolidate", "--engine", "spark"], ["spark", "local | dask"]),
        (["consolidate", "--engine", "dask"], ["--scheduler"]),
        (["consolidate", "--inputs", "nowhere"], ["nowhere", "--inputs"]),
        (["consolidate", "--schemas", "nowhere"], ["nowhere", "catalogue.yaml"]),
        (["check", "2024", "nowhere.xlsx"], ["nowhere.xlsx"]),
        (["check", "nowhere.xlsx"], ["nowhere.xlsx"]),
        (["check", "2024", "schemas/catalogue.yaml"], ["catalogue.yaml", ".xlsx"]),
        (["accept", "2024"], ["2024"]),
        (["verify", "2024"], ["2024", "pipeline consolidate 2024"]),
        (["verify"], []),
        (["templates", "2024", "--province", "mars"], ["mars", "bac (Bắc), nam (Nam)"]),
        (["templates"], []),
        (["--lang", "en"], ["--help"]),
        (["consolidate", "--inputs"], ["--inputs"]),
        (["consolidate", "--quiet=1"], ["--quiet"]),
        (["consolidate", "--outputs", "inputs"], ["inputs", "--inputs", "--outputs"]),
        (["check", "--outputs", "inputs/2024"], ["inputs/2024", "--inputs"]),
        (["check", "--outputs", "schemas/../schemas"], ["--schemas"]),
        (["templates", "2024", "--outputs", "inputs"], ["--inputs"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and value else None,
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(small_unwritten, lang, arguments, words):
    assert_refused(run_here(*arguments, cwd=small_unwritten, lang=lang), *words)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["destroy"], "destroy"), (["consolidate", "2019"], "2019"), (["verify", "2024"], "2024"), (["templates"], "")],
)
def test_a_process_ends_with_one_line_and_exit_code_2(small_unwritten, lang, arguments, word):
    assert_refused(run(*arguments, cwd=small_unwritten, lang=lang), word)


@pytest.fixture(scope="module")
def small_unwritten(tmp_path_factory):
    """The small world for commands that fail before they write."""
    folder = tmp_path_factory.mktemp("refused")
    write_small(folder)
    yield folder
    assert not (folder / "outputs").exists()


@pytest.mark.parametrize(
    ("arguments", "vietnamese", "english"),
    [
        (["destroy"], "không có lệnh destroy", "no command destroy"),
        (["--lang"], "tùy chọn --lang cần một giá trị", ""),
        (["verify", "--colour"], "không có tùy chọn --colour", "no option --colour"),
        (["verify", "--input", "x"], "có thể là --inputs", "perhaps --inputs"),
        (["verify"], "thiếu tham số period", "argument period is missing"),
        (["verify", "2024", "2023"], "thừa tham số: 2023", "too many: 2023"),
        (["verify", "--inputs"], "tùy chọn --inputs cần một giá trị", ""),
        (["verify", "--quiet=1"], "tùy chọn --quiet không nhận giá trị", "takes no value"),
        (["check", "--jobs", "0"], "giá trị của --jobs không hợp lệ: phải từ 1 trở lên", "at least 1"),
        (["check", "--jobs", "x"], "giá trị của --jobs không hợp lệ: cần một số nguyên", "a whole number"),
        (["check", "--file-seconds", "x"], "cần một số", "a number is needed"),
        (["check", "--file-seconds", "1e9"], "không được quá 86400", "at most 86400"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_that_is_not_right_is_told_wholly_in_the_users_language(
    monkeypatch, capsys, arguments, vietnamese, english
):
    for lang, words in (("vi", vietnamese), ("en", english)):
        monkeypatch.setattr(sys, "argv", ["pipeline", *arguments])
        monkeypatch.setattr(cli, "_say", Messages(lang))
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert (stopped.value.code, said.out) == (2, "")
        assert words in said.err
        assert not re.search(r"Input should|Invalid|Missing|No such|Got unexpected", said.err)


def test_without_a_command_there_is_help_and_no_complaint(tmp_path):
    done = run(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("--help", cwd=tmp_path).stdout
    assert "consolidate" in done.stdout


def test_an_unknown_language_is_refused(small_unwritten):
    assert_refused(run("consolidate", "--lang", "fr", cwd=small_unwritten), "fr", "vi | en")


def test_an_error_is_told_in_the_language_that_was_asked_for(small_unwritten):
    assert "is no period" in run("consolidate", "2024-13", "--lang", "en", cwd=small_unwritten).stderr
    assert "không phải là kỳ" in run("consolidate", "2024-13", cwd=small_unwritten).stderr


@pytest.mark.parametrize("command", [["consolidate"], ["check"], ["consolidate", "2024"], ["check", "2024"]])
def test_without_inputs_there_is_nothing_to_do(tmp_path, repo, command):
    assert_refused(run_here(*command, "--schemas", repo / "schemas", cwd=tmp_path), "inputs")
    (tmp_path / "inputs" / "2024").mkdir(parents=True)
    (tmp_path / "inputs" / "2024" / "~$open.xlsx").write_text("a lock file")
    assert_refused(run_here(*command, "--schemas", repo / "schemas", cwd=tmp_path), "inputs/2024")
    (tmp_path / "inputs" / "2024" / "~$open.xlsx").unlink()
    (tmp_path / "inputs" / "2024").rmdir()
    assert_refused(run_here(*command, "--schemas", repo / "schemas", cwd=tmp_path), "inputs")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("catalogue", "name: [", []),
        ("catalogue", "", ["catalogue.yaml"]),
        ("catalogue", "just a text", ["catalogue.yaml"]),
        ("catalogue", "name: A\nclusters: []\nforms: [one]\n", ["clusters"]),
        ("catalogue", "name: A\nclusters: [{id: c, provinces: [mars]}]\nforms: [one]\n", ["mars"]),
        ("catalogue", "name: A\nclusters: [{id: c, provinces: [bac]}]\nforms: [two]\n", ["forms/two.yaml"]),
        ("catalogue", "name: A\nnmae: B\nclusters: [{id: c, provinces: [bac]}]\nforms: [one]\n", ["nmae"]),
        ("catalogue", "name: A\nname: B\nclusters: [{id: c, provinces: [bac]}]\nforms: [one]\n", ["name", "hai lần"]),
        ("catalogue", "name: A\nclusters: [{id: c, from: soon, provinces: [bac]}]\nforms: [one]\n", ["from", "soon"]),
        ("catalogue", "a: &a [*a]\n", ["catalogue.yaml"]),
        ("catalogue", "name: !!python/object:os.system x\n", ["catalogue.yaml"]),
        ("provinces", "[{id: bac}, {id: bac}]", ["bac", "đã có"]),
        ("provinces", "{id: bac}", ["provinces.yaml", "danh sách"]),
        ("indicators", "rate: {kind: percentage}", ["indicators.yaml", "rate", "kind"]),
        ("indicators", "rate: {kind: percent, numerator: one.cleared}", ["denominator"]),
        ("indicators", "rate: {kind: total, numerator: two.cases}", ["two"]),
        ("indicators", "rate: {kind: total, numerator: one.crimes}", ["crimes"]),
        ("indicators", "- rate", ["indicators.yaml"]),
        ("indicators", "rate: 3", ["indicators.yaml", "rate"]),
        ("targets", '[{indicator: other, value: 1, op: ">="}]', ["targets.yaml", "other"]),
        ("targets", '[{indicator: rate, value: much, op: ">="}]', ["targets.yaml", "value", "much"]),
        ("targets", '[{indicator: rate, value: 1, op: "="}]', ["op"]),
        ("one", "title: One\nlayout: pivot\ncolumns: {cases: {}}\n", ["forms/one.yaml", "layout"]),
        ("one", "title: One\ncolumns: {cases: {}}\n", ["forms/one.yaml", "rows"]),
        ("one", "title: One\nlayout: list\ncolumns: {cases: {equals: os.system}}\n", ["forms/one.yaml", "cases"]),
        ("one", "title: One\nlayout: list\ncolumns: {}\n", ["columns"]),
    ],
    ids=lambda value: value.replace("\n", " ")[:40] if isinstance(value, str) else None,
)
def test_a_broken_catalogue_is_refused_with_file_key_and_reason(tmp_path, file, text, words):
    write_small(tmp_path, **{file: text})
    assert_refused(run_here("consolidate", cwd=tmp_path), ".yaml", *words)
    assert not (tmp_path / "outputs").exists()


def test_a_catalogue_that_is_no_text_is_refused(small):
    (small / "schemas" / "targets.yaml").write_bytes(b"\xff\xfe\x00broken")
    assert_refused(run_here("consolidate", cwd=small), "targets.yaml", "UTF-8")
    (small / "schemas" / "targets.yaml").unlink()
    (small / "schemas" / "catalogue.yaml").unlink()
    assert_refused(run_here("consolidate", cwd=small, lang="en"), "catalogue.yaml", "missing")


@pytest.mark.parametrize(
    ("command", "outputs"),
    [
        (["consolidate"], "taken"),
        (["consolidate"], "/proc/no"),
        (["check"], "taken/a"),
        (["templates", "2024"], "taken"),
    ],
)
def test_outputs_that_cannot_be_written_are_refused(small, command, outputs):
    (small / "taken").write_text("a file, not a folder")
    assert_refused(run_here(*command, "--outputs", outputs, cwd=small), outputs)


def test_dask_without_its_extra_says_how_to_install_it(small_unwritten, tmp_path):
    (tmp_path / "distributed.py").write_text("raise ImportError('not here')\n")
    arguments = ["consolidate", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"]
    assert_refused(run(*arguments, cwd=small_unwritten, paths=[tmp_path]), "pip install", "dask")


def test_a_folder_and_a_file_of_the_wrong_kind_are_refused(small_unwritten):
    assert_refused(run_here("consolidate", "--inputs", "schemas/catalogue.yaml", cwd=small_unwritten), "catalogue.yaml")
    assert_refused(
        run_here("consolidate", "--schemas", "schemas/catalogue.yaml", cwd=small_unwritten), "catalogue.yaml"
    )


# Commands


def test_help_answers_in_both_languages(tmp_path):
    for lang, word in (("vi", "Đọc, kiểm tra"), ("en", "Ingest, check")):
        done = run("--help", cwd=tmp_path) if lang == "vi" else run("consolidate", "--help", "--lang=en", cwd=tmp_path)
        assert done.returncode == 0
        assert word in done.stdout
    listed = run("--help", cwd=tmp_path).stdout
    assert all(command in listed for command in ("consolidate", "check", "accept", "verify", "templates"))


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (
            "consolidate",
            [
                "--jobs",
                "--no-cache",
                "--strict",
                "--file-seconds",
                "--memory-mb",
                "--engine",
                "--scheduler",
                "--edition",
            ],
        ),
        ("check", ["--jobs", "--no-cache", "--strict", "--file-seconds", "--memory-mb"]),
        ("accept", []),
        ("verify", []),
        ("templates", ["--province"]),
    ],
)
def test_every_command_has_the_contracts_options(tmp_path, command, options):
    shown = run(command, "--help", cwd=tmp_path).stdout
    for option in ("--inputs", "--outputs", "--schemas", "--lang", "--quiet", *options):
        assert option in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["consolidate"],
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in (
                ["check"],
                ["check", "2024", "inputs/2024/Nam 2024.xlsx"],
                ["accept", "2024"],
                ["verify", "2024"],
                ["templates", "2024"],
            )
        ),
    ],
    ids=" ".join,
)
def test_quiet_prints_nothing(own, arguments):
    done = run(*arguments, "--quiet", cwd=own)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_the_publication_edition_is_another_workbook(own):
    assert run_here("consolidate", "2024", "--edition", "publication", cwd=own).returncode == 0
    assert (own / "outputs" / "2024" / "publication.xlsx").is_file()
    openpyxl.load_workbook(own / "outputs" / "2024" / "publication.xlsx")


def test_an_error_in_a_file_gives_exit_code_1_and_the_rest_is_consolidated(small):
    write_submission(small / "inputs" / "2024" / "Nam 2024.xlsx", "Nam", [("Một", "9/10 vụ", 9)])
    (small / "inputs" / "2024" / "broken.xlsx").write_bytes(b"no workbook")
    done = run("consolidate", cwd=small)
    assert (done.returncode, done.stderr) == (1, "")
    assert (small / "outputs" / "2024" / "consolidated.xlsx").is_file()
    findings = pd.read_csv(small / "outputs" / "2024" / "findings.csv", encoding="utf-8-sig", keep_default_na=False)
    assert set(findings.loc[findings["severity"] == "error", "rule"]) >= {"not_a_number", "unreadable_file"}


# Check


def test_a_file_that_is_checked_alone_needs_no_other(small):
    done = run_here("check", "inputs/2024/Nam 2024.xlsx", cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Không có gì cần xem lại" in done.stdout
    assert not (small / "outputs" / "2024" / "consolidated.xlsx").exists()
    assert (small / "outputs" / "2024" / "check" / "findings.csv").is_file()


def test_a_file_from_anywhere_is_checked_for_the_period_that_is_named(small, tmp_path):
    write_submission(tmp_path / "desk" / "2024.xlsx", "Nam", [("Một", -3, 2)])
    (tmp_path / "desk" / "2024.xlsx").rename(tmp_path / "Nam.xlsx")
    done = run_here("check", "2024", tmp_path / "Nam.xlsx", cwd=small, lang="en")
    assert done.returncode == 1
    assert "Biểu một!B4" in done.stdout
    folder = small / "outputs" / "2024" / "check"
    assert sorted(p.name for p in folder.iterdir()) == ["findings.csv", "returns"]
    assert [p.name for p in (folder / "returns").iterdir()] == ["Nam.xlsx"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_two_files_of_one_name_are_refused_and_both_are_named(small, lang):
    for desk in ("d1", "d2"):
        write_submission(small / desk / "Nam.xlsx", "Nam")
    done = run_here("check", "2024", "d1/Nam.xlsx", "d2/Nam.xlsx", cwd=small, lang=lang)
    assert_refused(done, "d1/Nam.xlsx", "d2/Nam.xlsx")
    assert not (small / "outputs").exists()


def test_one_file_that_is_named_twice_is_checked_once(small):
    done = run_here("check", "inputs/2024/Nam 2024.xlsx", "./inputs/2024/Nam 2024.xlsx", cwd=small)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_period_is_checked_whole(small):
    (small / "inputs" / "2024" / "Nam 2024.xlsx").unlink()
    done = run("check", "2024", cwd=small)
    assert done.returncode == 1
    assert "Nam" in NARROW.sub(" ", done.stdout)


def test_a_check_says_what_a_consolidation_would_use(small):
    write_submission(small / "inputs" / "2024" / "Nam 2024.xlsx", "Nam", [("Một", "9/10 vụ", 9)])
    done = run_here("check", "2024", cwd=small, lang="en")
    assert "consolidate 2024 would now use figures of 2 of 2 provinces, 1 of 2 forms" in " ".join(done.stdout.split())
    (small / "inputs" / "2024" / "Nam 2024.xlsx").unlink()
    done = run_here("check", "2024", cwd=small, lang="en")
    assert "would now use figures of 1 of 2 provinces, 1 of 2 forms" in " ".join(done.stdout.split())
    assert "the rest is consolidated" not in done.stdout


@pytest.mark.parametrize("command", ["check", "consolidate"])
def test_cells_that_say_that_there_is_no_number_yet_are_named_and_not_passed_over(small, command):
    rows = [("Một", 10, "..."), ("Hai", 30, "...")]
    write_submission(small / "inputs" / "2024" / "Nam 2024.xlsx", "Nam", rows)
    done = run_here(command, "2024", cwd=small, lang="en")
    assert done.returncode == 0
    assert "Nam 2024.xlsx has no number yet in Biểu một!C4:C5: an indicator that needs" in " ".join(done.stdout.split())
    assert "Nothing to look at" not in done.stdout


@pytest.mark.slow
def test_a_sample_alone_is_checked_without_missing_anything(repo, tmp_path):
    done = run("check", "inputs/2024/ninh-binh-2024.xlsx", "--outputs", tmp_path, cwd=repo, lang="en")
    assert (done.returncode, done.stderr) == (0, "")
    rules = pd.read_csv(tmp_path / "2024" / "check" / "findings.csv", encoding="utf-8-sig")["rule"]
    assert "missing_submission" not in set(rules)


def test_a_command_that_is_interrupted_says_so_in_one_line_and_ends_with_130(small_unwritten, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.run.check", interrupted)
    done = run_here("check", cwd=small_unwritten)
    assert (done.returncode, done.stdout) == (130, "")
    assert [line for line in done.stderr.splitlines() if line] == [Messages("vi")("cli.interrupted")]


def _end_from_outside(*_):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("what", ["draw", "ready_to_draw"])
def test_where_the_process_that_draws_is_ended_one_line_says_so_and_nothing_is_written(tmp_path, monkeypatch, what):
    write_small(tmp_path)
    monkeypatch.setattr(f"pipeline.report.{what}", _end_from_outside)
    done = run_here("consolidate", "2024", cwd=tmp_path, lang="en")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "ended with -9" in line
    assert not (tmp_path / "outputs" / "2024").exists()


# Accept, verify, templates


def test_accept_keeps_a_baseline(own):
    done = run("accept", "2024", cwd=own, lang="en")
    assert (done.returncode, done.stdout) == (0, "Kept as the baseline: outputs/accepted/2024\n")
    assert (own / "outputs" / "accepted" / "2024" / "run.json").is_file()


def test_outputs_that_were_altered_are_not_kept_and_the_file_is_named(own):
    (own / "outputs" / "2024" / "findings.csv").unlink()
    for lang in ("vi", "en"):
        assert_refused(run_here("accept", "2024", cwd=own, lang=lang), "findings.csv", "pipeline consolidate 2024")
    (own / "outputs" / "2024" / "run.json").write_text("{}")
    assert_refused(run_here("accept", "2024", cwd=own), "run.json")
    assert not (own / "outputs" / "accepted").exists()


@pytest.mark.slow
def test_verify_proves_and_names_what_was_altered(own):
    done = run("verify", "2024", cwd=own, lang="en")
    assert done.returncode == 0
    assert "are what the inputs give" in done.stdout
    with (own / "outputs" / "2024" / "findings.csv").open("a") as file:
        file.write("x")
    for lang in ("vi", "en"):
        done = run_here("verify", "2024", cwd=own, lang=lang)
        assert (done.returncode, done.stderr) == (1, "")
        assert "findings.csv" in done.stdout
    (own / "outputs" / "2024" / "run.json").write_text('{"outputs": 1}')
    assert_refused(run_here("verify", "2024", cwd=own), "run.json")


@pytest.mark.parametrize("typed", ["nam", "Nam", "NAM "])
def test_templates_are_written_for_each_province_or_one(own, typed):
    assert run_here("templates", "2024", cwd=own).returncode == 0
    folder = own / "outputs" / "templates" / "2024"
    assert len(list(folder.glob("*.xlsx"))) == 2
    shutil.rmtree(folder)
    done = run_here("templates", "2024", "--province", typed, cwd=own)
    assert done.returncode == 0
    assert len(list(folder.glob("*.xlsx"))) == 1


@pytest.mark.slow
def test_templates_of_a_period_to_come_are_those_of_the_cluster_of_that_day(repo, tmp_path):
    done = run("templates", "2025", "--outputs", tmp_path, cwd=repo)
    assert (done.returncode, done.stderr) == (0, "")
    names = " ".join(path.name for path in (tmp_path / "templates" / "2025").iterdir())
    assert "quang-tri" in names
    assert "quang-binh" not in names
