"""The house's rules, read from the source: small modules, imports one way, heavy libraries in their place."""

import ast
import graphlib
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "pipeline"
SOURCES = sorted(HOUSE.rglob("*.py"))
ALL_SOURCES = [path for place in ("pipeline", "tools", "benchmarks") for path in (ROOT / place).rglob("*.py")]

# From the ground up: a module imports what stands below it, or its own room. The ground is what has no entry.
FLOORS = {
    "catalogue": 1,
    "model": 2,
    **dict.fromkeys(["cluster", "messages", "remote"], 3),
    **dict.fromkeys(["definition", "grouping", "usage", "voice"], 4),
    **dict.fromkeys(
        ["ingest", "checks", "indicators", "report", "judge", "changes", "reconciliation", "naming", "traces"], 5
    ),
    **dict.fromkeys(["placing", "scoring"], 5),
    **dict.fromkeys(["apart", "explain", "store", "summary"], 6),
    **dict.fromkeys(["inputs", "known"], 6),
    **dict.fromkeys(["analysis", "earlier"], 7),
    **dict.fromkeys(
        ["queries", "terminal", "terminal_catalogue", "terminal_explain", "terminal_progress", "unchanged"], 7
    ),
    **dict.fromkeys(["asked", "manifest", "plots", "stages"], 8),
    "run": 9,
    **dict.fromkeys(["", "verify"], 10),
    "cli": 11,
    "__main__": 12,
}

HEAVY = (
    "pandas",
    "pandera",
    "numpy",
    "pyarrow",
    "matplotlib",
    "openpyxl",
    "xlsxwriter",
    "dask",
    "distributed",
    "fsspec",
)


def name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name(path): path for path in SOURCES}


def room(module):
    """`pipeline.ingest.reader` is in the room `ingest`; `pipeline` itself is the room ``."""
    return module.split(".")[1] if "." in module else ""


def imports(path, nodes=None):
    """Every name that a source imports, wherever in it, as absolute dotted names."""
    package = name(path).split(".") if path.name == "__init__.py" else name(path).split(".")[:-1]
    for node in ast.walk(parse(path)) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield submodule if submodule in MODULES else base


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def own_imports(path):
    return {module for module in imports(path) if module.split(".")[0] == "pipeline"}


def libraries(path, nodes=None):
    return {module.split(".")[0] for module in imports(path, nodes)}


def on_import(path):
    """The nodes that run when a module is imported: all but those inside functions."""
    waiting = [parse(path)]
    while waiting:
        node = waiting.pop()
        yield node
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not for_types and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def test_a_module_has_at_most_300_lines():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL_SOURCES}
    assert {module: length for module, length in lengths.items() if length > 300} == {}


def test_a_function_has_at_most_40_lines():
    lengths = {
        f"{name(path)}.{node.name}": node.end_lineno - node.lineno + 1
        for path in ALL_SOURCES
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: length for function, length in lengths.items() if length > 40} == {}


def test_imports_run_one_way():
    wrong = [
        f"{name(path)} imports {module}"
        for path in SOURCES
        for module in own_imports(path)
        if room(module) != room(name(path)) and not _may_import(room(name(path)), room(module))
    ]
    assert wrong == []


def _may_import(above, below):
    ground = above not in FLOORS and below not in FLOORS
    return ground or FLOORS.get(below, 0) < FLOORS.get(above, 0)


def test_no_modules_import_each_other_in_a_circle():
    graph = {name(path): own_imports(path) - {name(path)} for path in SOURCES}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    ("library", "places"),
    [
        (("python_calamine", "zipfile", "xml"), r"ingest/(.+/)?(reader|archive|markup)\.py|report/returns/package\.py"),
        (("openpyxl", "xlsxwriter"), r"report/.+\.py"),
        (("matplotlib",), r"report/figures.*\.py|plots.*\.py"),
    ],
    ids=["workbooks are read", "workbooks are written", "pictures are drawn"],
)
def test_a_library_is_imported_in_one_place_only(library, places):
    wrong = {
        name(path)
        for path in SOURCES
        if libraries(path) & set(library) and not re.fullmatch(places, path.relative_to(HOUSE).as_posix())
    }
    assert wrong == set()


def test_matplotlib_is_imported_when_a_figure_is_drawn():
    assert {name(path) for path in SOURCES if "matplotlib" in libraries(path, on_import(path))} == set()


def test_help_answers_before_a_heavy_library_is_imported():
    program = (
        "import runpy, sys\n"
        "sys.argv = ['pipeline', '--help']\n"
        "try:\n    runpy.run_module('pipeline', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('heavy:', *[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "heavy:"


def test_vietnamese_is_data_not_code():
    wrong = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(_without_examples(path.read_text(encoding="utf-8")), 1)
        if any(map(_is_accented_word, re.findall(r"\w+", unicodedata.normalize("NFC", line))))
    ]
    assert wrong == []


def _without_examples(text):
    """The lines of a source, blank where a docstring shows an example: what it types and what it gets."""
    inside = False
    for line in text.splitlines():
        inside = (inside or line.lstrip().startswith(">>>")) and line.strip() not in ("", '"""')
        yield "" if inside else line


def _is_accented_word(word):
    """Is it text, and not just one letter that some rule of spelling is about?"""
    return len(word) > 1 and any("LATIN" in unicodedata.name(letter, "") for letter in word if letter > "\x7f")
