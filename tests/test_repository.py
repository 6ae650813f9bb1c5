"""The repository as a stranger gets it: nothing in it knows the machine it was made on."""

import re
import subprocess
import zipfile

import pytest

# Put together from pieces, so that this file does not find itself.
REGISTRIES = ["pypi" + r"\.org", "python" + "hosted", "find-" + "links", "(?<!no-emit-)index" + "-url"]
FOLDERS = "work|root|farm|opt|home|Users"
MACHINE = [rf"(?<![\w.~/}}-])/({FOLDERS})/\w", "file:" + "///", r"\.\./" + "shared"]
STRANGE = re.compile("|".join(REGISTRIES + MACHINE))


@pytest.fixture(scope="module")
def files(repo):
    """What git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  whichever git there is
        cwd=repo,
        capture_output=True,
        check=True,
    )
    names = {name.decode() for name in listed.stdout.split(b"\0") if name}
    return sorted(path for name in names if (path := repo / name).is_file())


def texts(path):
    """A file's text, or that of each part of a workbook."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(part).decode(errors="ignore") for part in archive.namelist())
    else:
        yield path.read_bytes().decode(errors="ignore")


def test_no_file_names_a_registry_or_a_folder_of_some_machine(repo, files):
    found = [
        f"{path.relative_to(repo)}: {match.group()}"
        for path in files
        for text in texts(path)
        for match in STRANGE.finditer(text)
    ]
    assert found == []


def test_what_is_made_is_not_kept(repo, files):
    folders = {path.relative_to(repo).parts[0] for path in files if path.name != ".gitignore"}
    assert folders.isdisjoint({".venv", "outputs", "dist", "build"})


def requirements(repo):
    lines = (repo / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def test_every_locked_requirement_has_one_version_and_hashes(repo):
    pinned = re.compile(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}")
    assert [line for line in requirements(repo) if not pinned.match(line)] == []


def test_the_lock_file_names_no_address(repo):
    text = (repo / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"://|^\s*-|@ ", "\n".join(requirements(repo)), re.MULTILINE) is None
    assert "://" not in text


def test_the_lock_file_covers_every_requirement_of_the_project(repo):
    import tomllib

    project = tomllib.loads((repo / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    locked = {line.split("==")[0].lower().replace("_", "-") for line in requirements(repo)}
    assert names - locked == set()
