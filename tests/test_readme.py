"""What the READMEs, docs/ and CONTRIBUTING say is true: commands, options, outputs, links, keys, examples."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer
import yaml

from pipeline.catalogue import load_catalogue
from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Check, Indicator, Province, Settings, Target, Words
from pipeline.catalogue.scoring import Scoring

NOTEBOOKS = ["compare_provinces", "explore_province", "figure_to_cell", "observations_sql"]
READMES = ["README.md", "README.vi.md"]
REPO = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(f"docs/{path.name}" for path in (REPO / "docs").glob("*.md"))
RENDERED = [f"docs/notebooks/{name}.md" for name in NOTEBOOKS]
PAGES = [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", *DOCUMENTS, *RENDERED, "inputs/README.md"]
ALL = {"all", "mọi lệnh"}  # the word for every command in the tables of options

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(repo, page):
    return (repo / page).read_text(encoding="utf-8")


def blocks(text, language):
    return [body for tongue, body in BLOCK.findall(text) if tongue == language]


def prompted(text):
    """Command after the prompt -> the output shown below it."""
    return dict(body.removeprefix("$ ").split("\n", 1) for body in blocks(text, "console"))


def code(text):
    """Lines of code blocks, and code inside sentences."""
    lines = [line.removeprefix("$ ") for _, body in BLOCK.findall(text) for line in body.splitlines()]
    return lines + CODE.findall(BLOCK.sub("", text))


def table(text, first):
    """The rows of a table, by the head of its first column."""
    lines = text[text.index(f"\n| {first} |") + 1 :].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.fixture(scope="module")
def commands():
    """The subcommands of the command line, by name."""
    from pipeline.cli import app

    return typer.main.get_command(app).commands


def options(command):
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


@pytest.fixture(scope="module")
def clone(repo, tmp_path_factory):
    """A folder with the inputs and the catalogue, as a clone has them."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("inputs", "schemas"):
        shutil.copytree(repo / name, folder / name)
    return folder


def run(repo, folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(repo), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def stripped(output):
    return [line.rstrip() for line in output.strip().splitlines()]


# Commands


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_exists(repo, page):
    makefile = text_of(repo, "Makefile")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = {target for line in code(text_of(repo, page)) for target in re.findall(r"\bmake ([a-z][a-z-]*)", line)}
    assert named <= targets


def test_the_first_screen_shows_both_commands_in_both_languages(repo):
    for page in READMES:
        assert list(prompted(text_of(repo, page))) == ["make consolidate", "make test"]


def test_make_consolidate_and_make_test_do_what_is_shown_below_them(repo):
    makefile = text_of(repo, "Makefile")
    recipes = dict(re.findall(r"^([a-z-]+):[^\n]*\n\t@(.*)$", makefile, re.MULTILINE))
    assert recipes["consolidate"] == "$(BIN)/pipeline consolidate $(PERIOD)"
    assert 'halves = $(BIN)/python -m pytest -m "$1"' in makefile
    files = [f"tests/{path.name}" for path in (repo / "tests").glob("test_*.py")]
    for target, mark in (("test", "not slow"), ("test-slow", "slow and not scale")):
        own, *halves = recipes[target].removeprefix("$(call halves,").removesuffix(")").split(",")
        patterns = " ".join(halves).split()
        assert own == mark
        assert [f for f in files if sum(fnmatch(f, pattern) for pattern in patterns) != 1] == []


def test_the_run_before_a_merge_calls_make_consolidate_and_make_test(repo):
    steps = re.findall(r"^step (.+)$", text_of(repo, ".ci/run"), re.MULTILINE)
    assert {"consolidate", "lint", "test", "test-slow"} <= set(steps)


@pytest.mark.slow
def test_the_shown_output_of_consolidate_is_what_the_samples_give(repo, clone):
    done = run(repo, clone, "-m", "pipeline", "consolidate")
    assert done.returncode == 0, done.stderr
    for page in READMES:
        first, *shown = stripped(prompted(text_of(repo, page))["make consolidate"])
        assert first == "preparing .venv ..."
        assert shown == stripped(done.stdout)


def test_the_shown_output_of_make_test_is_that_of_a_run_in_which_all_passed(repo):
    shown = {prompted(text_of(repo, page))["make test"] for page in READMES}
    assert len(shown) == 1
    assert re.fullmatch(r"(?:(?:[.s]+ +\[ *\d+%\]\n)+\d+ passed.* in .+s.*\n){1,2}", shown.pop())


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_of_a_code_block_is_one_the_program_takes(repo, commands, page):
    text = text_of(repo, page)
    bodies = [body for language in ("sh", "bat", "console") for body in blocks(text, language)]
    lines = [line.removeprefix("$ ").replace("\\", "/") for body in bodies for line in body.splitlines()]
    for line in lines:
        program, *words = line.split(" ", 1)
        if program.rpartition("/")[2] == "pipeline":
            name, *arguments = shlex.split(words[0], comments=True)
            commands[name].make_context(name, arguments)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_sentence_names_exists_with_its_options(repo, commands, page):
    for span in CODE.findall(BLOCK.sub("", text_of(repo, page))):
        program, *words = span.split()
        if program == "pipeline" and words:
            assert words[0] in commands, span
            assert {word for word in words if word.startswith("--")} <= options(commands[words[0]]), span


@pytest.mark.parametrize("page", [*READMES, *DOCUMENTS])
def test_every_option_that_a_sentence_names_is_one_of_the_program(repo, commands, page):
    named = {span.split()[0] for span in CODE.findall(BLOCK.sub("", text_of(repo, page))) if span.startswith("--")}
    assert named <= set().union({"--help"}, *map(options, commands.values()))


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_commands_is_that_of_the_program(repo, commands, page):
    first = {"README.md": "command", "README.vi.md": "lệnh"}[page]
    named = [CODE.search(row[0]).group(1).split()[1] for row in table(text_of(repo, page), first)]
    assert named == list(commands)


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_options_is_that_of_the_program(repo, commands, page):
    first = {"README.md": "option", "README.vi.md": "tùy chọn"}[page]
    said = {name: set() for name in commands}
    for option, of, *_ in table(text_of(repo, page), first):
        for name in commands if of in ALL else of.split(", "):
            said[name].add(option.strip("`").split()[0])
    assert said == {name: options(command) for name, command in commands.items()}


def test_help_names_every_option_of_the_table(repo, commands):
    for name, command in commands.items():
        shown = run(repo, repo, "-m", "pipeline", name, "--help").stdout
        assert options(command) <= set(re.findall(r"--[a-z-]+", shown))


@pytest.mark.slow
def test_the_python_example_is_the_same_in_both_languages_and_runs(repo, clone):
    (example,), (other,) = (blocks(text_of(repo, page), "python") for page in READMES)
    assert ast.dump(ast.parse(example)) == ast.dump(ast.parse(other))
    done = run(repo, clone, "-c", example)
    assert done.returncode == 0, done.stderr
    assert "thanh-hoa" in done.stdout
    assert "BC CA Nghệ An 2024.xlsx" in done.stdout


# Outputs, folders, links, pictures


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_outputs_is_what_a_run_writes(repo, page, consolidated):
    first = {"README.md": "file", "README.vi.md": "tệp"}[page]
    named = {name.split("/")[0] for row in table(text_of(repo, page), first) for name in CODE.findall(row[0])}
    written = {path.name for path in consolidated.folder.iterdir()}
    assert named - {"*.svg"} == written | {"publication.xlsx"}


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_folders_is_that_of_the_repository(repo, page):
    first = {"README.md": "folder", "README.vi.md": "thư mục"}[page]
    named = {row[0].strip("`/") for row in table(text_of(repo, page), first)}
    assert named <= {path.name for path in repo.iterdir()}
    kept = {path.parent for path in repo.glob("*/*") if not path.parent.name.startswith((".", "__"))}
    made = {"build", "dist"}
    assert {folder.name for folder in kept} - made <= named


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(repo, page):
    for link in LINK.findall(BLOCK.sub("", text_of(repo, page))):
        if "://" not in link:
            path, _, heading = link.partition("#")
            target = (repo / page).parent / path if path else repo / page
            assert target.exists(), link
            assert not heading or heading in anchors(target), link


def anchors(page):
    """The anchors that GitHub makes of headings."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", h).lower()).replace(" ", "-") for h in headings}


def test_docs_lead_from_their_first_page_to_every_other(repo):
    links = set(LINK.findall(text_of(repo, "docs/README.md")))
    assert {page.removeprefix("docs/") for page in DOCUMENTS} - {"README.md"} <= links


@pytest.mark.parametrize("page", [page for page in DOCUMENTS if page.endswith(".vi.md")])
def test_a_page_in_two_languages_has_the_same_headings_pictures_and_commands(repo, page):
    one, other = (text_of(repo, name) for name in (page, page.replace(".vi.md", ".md")))
    for pattern in (r"^#+(?= )", r"^\.venv/bin/pipeline \w+", r"!\[.+?\]\((pictures/\w+)"):
        assert re.findall(pattern, one, re.MULTILINE) == re.findall(pattern, other, re.MULTILINE)


def test_each_readme_leads_to_the_other(repo):
    assert "(README.vi.md)" in text_of(repo, "README.md")
    assert "(README.md)" in text_of(repo, "README.vi.md")


GUIDES = {"docs/guide.md": "sheet", "docs/guide.vi.md": "trang"}


def sheets_of(repo, page):
    rows = table(text_of(repo, page), GUIDES[page])
    return [CODE.findall(row[0]) for row in rows]


def assert_guide_names_every_sheet(repo, page, folder):
    with zipfile.ZipFile(folder / "consolidated.xlsx") as archive:
        sheets = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode("utf-8"))
    named = sheets_of(repo, page)
    [[first, last]] = [names for names in named if len(names) > 1]
    at = slice(sheets.index(first), sheets.index(last) + 1)
    assert [names[0] for names in named] == [*sheets[: at.start], first, *sheets[at.stop :]]


def test_the_guide_goes_through_the_workbook_sheet_by_sheet(repo, consolidated):
    assert_guide_names_every_sheet(repo, "docs/guide.vi.md", consolidated.folder)


@pytest.mark.slow
def test_the_guide_in_english_names_the_sheets_in_english(repo, consolidated_en):
    assert_guide_names_every_sheet(repo, "docs/guide.md", consolidated_en.folder)


@pytest.mark.slow
def test_the_correction_that_the_guide_shows_is_applied(repo, clone, tmp_path):
    (lines,), (other,) = (blocks(text_of(repo, page), "csv") for page in GUIDES)
    assert lines == other
    inputs = shutil.copytree(clone / "inputs", tmp_path / "inputs")
    (inputs / "2024" / "corrections.csv").write_text(lines, encoding="utf-8")
    done = run(repo, tmp_path, "-m", "pipeline", "check", "--schemas", str(clone / "schemas"))
    assert done.returncode == 0, done.stderr
    rules = (tmp_path / "outputs" / "2024" / "check" / "findings.csv").read_text(encoding="utf-8-sig")
    assert "correction_applied" in rules
    assert "total_mismatch" not in rules


def test_every_picture_is_small_and_shown(repo):
    pictures = sorted((repo / "docs" / "pictures").iterdir())
    shown = "".join(text_of(repo, page) for page in [*READMES, *DOCUMENTS])
    assert pictures
    assert [p.name for p in pictures if p.suffix != ".png" or p.stat().st_size > 300_000] == []
    assert [p.name for p in pictures if not re.search(rf"!\[.+\]\((docs/)?pictures/{p.name}\)", shown)] == []


# docs/extending.md and CONTRIBUTING


def keys_of(model):
    """Every key that a model and those inside it take, as YAML writes it."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def test_every_key_of_the_catalogue_is_explained(repo):
    models = (Settings, Words, Province, Form, Indicator, Target, Check, Scoring)
    said = {word for part in CODE.findall(text_of(repo, "docs/extending.md")) for word in re.findall(r"\w+", part)}
    assert set().union(*map(keys_of, models)) - said == set()


def test_the_additions_that_are_shown_are_a_catalogue(repo, tmp_path):
    schemas = shutil.copytree(repo / "schemas", tmp_path / "schemas")
    for example in blocks(text_of(repo, "docs/extending.md"), "yaml"):
        path = tmp_path / example.split("\n", 1)[0].removeprefix("# ")
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n{example}", encoding="utf-8")
    settings = yaml.safe_load((schemas / "catalogue.yaml").read_text(encoding="utf-8"))
    settings["forms"].append("weapons")
    (schemas / "catalogue.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")

    catalogue = load_catalogue(schemas)

    assert "weapons" in catalogue.expected_forms
    assert {"guns_collected"} <= catalogue.indicators.keys()
    assert {"newland"} <= catalogue.provinces.keys()
    assert "guns_collected" in [target.indicator for target in catalogue.targets]


def test_what_is_shown_of_a_catalogue_stands_in_its_files(repo):
    shown = blocks(text_of(repo, "docs/extending.md"), "yml")
    assert len(shown) > 3
    for head, text in (block.split("\n", 1) for block in shown):
        assert text in text_of(repo, head.removeprefix("# "))


@pytest.mark.slow
def test_the_commands_of_the_worked_example_run(repo, clone):
    shutil.copytree(repo / "tests" / "catalogues", clone / "tests" / "catalogues")
    [lines] = [body for body in blocks(text_of(repo, "docs/extending.md"), "sh") if "german" in body]
    done = [run(repo, clone, "-m", "pipeline", *line.split()[1:]) for line in lines.splitlines()]
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
    assert "0 errors, 5 warnings" in done[1].stdout
    assert "64.06%" in done[2].stdout
    assert {"Tab01-2013_LÜ!H3", "Tab01-2013_LÜ!D3"} <= set(done[2].stdout.split())


def test_what_the_architecture_names_is_there(repo):
    text = text_of(repo, "docs/architecture.md")
    named = {span for span in CODE.findall(text) if "/" in span and span.split("/")[0] in {"pipeline", "schemas"}}
    assert len(named) > 5
    assert [span for span in named if not (repo / span).exists()] == []
    [drawing] = blocks(text, "mermaid")
    stages = [row[0] for row in table(text, "stage")]
    assert [stage for stage in stages if f'{stage}["{stage}<' not in drawing] == []


def test_every_room_stands_in_the_drawn_house(repo):
    house = next(body for body in blocks(text_of(repo, "CONTRIBUTING.md"), "") if body.startswith("cli"))
    sources = [*(repo / "pipeline").glob("*.py"), *(path.parent for path in (repo / "pipeline").glob("*/__init__.py"))]
    rooms = {path.stem for path in sources} - {"__init__", "__main__"}
    assert rooms <= set(re.findall(r"\w+", house))
