"""The notebooks run, and are stored without what they showed."""

from collections import Counter

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tools.render_notebooks import render
from tools.run_notebooks import fresh, run

PICTURES = {"compare_provinces": 3, "explore_province": 3, "figure_to_cell": 0, "observations_sql": 0}
NAMES = sorted(PICTURES)


def notebooks(repo):
    return sorted((repo / "notebooks").glob("*.ipynb"))


def test_notebooks_are_stored_without_outputs(repo):
    assert notebooks(repo)
    for path in notebooks(repo):
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        assert [(c.outputs, c.execution_count) for c in cells] == [([], None)] * len(cells)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_from_top_to_bottom_without_a_warning(repo, consolidated, name):
    path = repo / "notebooks" / f"{name}.ipynb"
    before = path.read_bytes()
    executed = run(path, consolidated.outputs)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    shown = [output for cell in code for output in cell.outputs]
    assert [output.text for output in shown if output.get("name") == "stderr"] == []
    kinds = Counter(kind for output in shown for kind in output.get("data", {}))
    assert kinds["text/html"] >= 3
    assert kinds["image/png"] == PICTURES[name]
    assert path.read_bytes() == before


def test_every_notebook_is_explained_in_both_languages_and_begins_with_its_parameters(repo):
    assert {path.stem for path in notebooks(repo)} == set(NAMES)
    for path in notebooks(repo):
        first, second, *_ = nbformat.read(path, as_version=4).cells
        assert (first.cell_type, second.cell_type) == ("markdown", "code")
        assert not first.source.isascii()
        assert " / " in first.source.splitlines()[0]
        assert second.source.startswith("# Tham số / Parameters")


@pytest.mark.parametrize(
    ("indicator", "least"), [("overall_clearance_rate", 100), ("traffic_three_down", 30)], ids=["own", "joined"]
)
def test_every_cell_of_a_province_is_found_in_its_file_as_it_was_recorded(
    repo, consolidated, tmp_path, indicator, least
):
    """The walk to the cells, for other figures of the whole cluster."""
    content = nbformat.read(repo / "notebooks" / "figure_to_cell.ipynb", as_version=4)
    cells = [cell for cell in content.cells if cell.cell_type == "code"]
    folders = f'INPUTS, SCHEMAS = "{repo / "inputs"}", "{repo / "schemas"}"'
    cells[0].source += f'\nPROVINCE, INDICATOR = "", "{indicator}"\n{folders}'
    nbformat.write(content, tmp_path / "walk.ipynb")
    executed = run(tmp_path / "walk.ipynb", consolidated.outputs)
    [said] = [o.text for c in executed.cells for o in c.get("outputs", []) if " / " in o.get("text", "")]
    same, _, count = said.strip().partition(" / ")
    assert same == count
    assert int(count) >= least


def test_the_numbers_of_a_province_are_found_by_its_name(repo, consolidated, tmp_path):
    content = nbformat.read(repo / "notebooks" / "observations_sql.ipynb", as_version=4)
    cells = [cell for cell in content.cells if cell.cell_type == "code"]
    cells[0].source += f'\nPROVINCE, SCHEMAS = "Nghệ An", "{repo / "schemas"}"'
    nbformat.write(content, tmp_path / "numbers.ipynb")
    executed = run(tmp_path / "numbers.ipynb", consolidated.outputs)
    assert "BC CA Nghệ An 2024.xlsx" in executed.cells[-1].outputs[0].data["text/html"]


@pytest.mark.parametrize("name", NAMES)
def test_the_copy_of_a_notebook_has_its_texts_and_its_pictures(repo, name):
    copy = (repo / "docs" / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
    stored = nbformat.read(repo / "notebooks" / f"{name}.ipynb", as_version=4).cells
    assert [cell.source for cell in stored if cell.source not in copy] == []
    pictures = sorted((repo / "docs" / "notebooks").glob(f"{name}-*.png"))
    assert len(pictures) == PICTURES[name]
    assert all(f"({path.name})" in copy and path.stat().st_size < 100_000 for path in pictures)


@pytest.mark.slow
def test_the_copies_show_what_the_samples_give(repo, tmp_path):
    outputs = fresh(tmp_path / "outputs")
    for path in notebooks(repo):
        text, *_ = render(path, outputs, tmp_path)
        assert text.read_text(encoding="utf-8") == (repo / "docs" / "notebooks" / text.name).read_text(encoding="utf-8")


def test_a_notebook_that_fails_is_noticed(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(tmp_path / "broken.ipynb", tmp_path)
