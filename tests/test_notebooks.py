"""The notebooks run, and are stored without what they showed."""

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tools.run_notebooks import run


def notebooks(repo):
    return sorted((repo / "notebooks").glob("*.ipynb"))


def test_notebooks_are_stored_without_outputs(repo):
    assert notebooks(repo)
    for path in notebooks(repo):
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        assert [(c.outputs, c.execution_count) for c in cells] == [([], None)] * len(cells)


def test_each_notebook_runs_from_top_to_bottom(repo, consolidated):
    for path in notebooks(repo):
        before = path.read_bytes()
        executed = run(path, consolidated.outputs)
        assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")
        assert path.read_bytes() == before


def test_the_comparison_shows_a_table_and_a_picture(repo, consolidated):
    executed = run(repo / "notebooks" / "compare_provinces.ipynb", consolidated.outputs)
    shown = {kind for cell in executed.cells for output in cell.get("outputs", []) for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= shown


def test_a_notebook_that_fails_is_noticed(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(notebook, tmp_path / "broken.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(tmp_path / "broken.ipynb", tmp_path)
