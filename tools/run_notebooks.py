"""Runs every notebook from top to bottom, on outputs of the sample inputs; ends with 1 if one fails.

If ``outputs/2024`` is there already it is used, else the samples are consolidated into a temporary folder.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from pipeline.plots import NO_WIDGETS

REPO = Path(__file__).resolve().parent.parent
PERIODS = ("2023", "2024")  # the last one is what the notebooks are about
# Where the notebooks find outputs.
VARIABLE = "PIPELINE_OUTPUTS"


def run(notebook: Path, outputs: Path) -> nbformat.NotebookNode:
    """Execute one notebook in its own folder; the executed copy. The file stays as it is: without outputs.

    Raises `CellExecutionError` for the first cell that fails.
    """
    content: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    # The notebooks use the program beside them, whichever is installed.
    where = os.pathsep.join([str(REPO), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, VARIABLE: str(outputs.resolve()), "PYTHONPATH": where, NO_WIDGETS: "1"}
    client = NotebookClient(content, timeout=300, resources={"metadata": {"path": str(notebook.parent)}})
    client.execute(env=environment)
    return content


def main() -> int:
    """Run all of ``notebooks/``; the exit code."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        outputs = _outputs(Path(folder))
        for notebook in sorted((REPO / "notebooks").glob("*.ipynb")):
            try:
                run(notebook, outputs)
            except CellExecutionError as error:
                failed += 1
                print(f"{notebook.name}: failed\n{error}", file=sys.stderr)
            else:
                print(f"{notebook.name}: ran")
    return 1 if failed else 0


def _outputs(temporary: Path) -> Path:
    """The repository's outputs if they hold the period, else freshly made ones."""
    return REPO / "outputs" if (REPO / "outputs" / PERIODS[-1] / "run.json").is_file() else fresh(temporary)


def fresh(outputs: Path) -> Path:
    """Outputs of the samples of all periods, made in a folder; the folder."""
    import pipeline

    for period in PERIODS:
        pipeline.consolidate(period, inputs=REPO / "inputs", outputs=outputs, schemas=REPO / "schemas")
    return outputs


if __name__ == "__main__":
    sys.exit(main())
