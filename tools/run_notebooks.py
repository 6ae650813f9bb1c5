"""Runs every notebook from top to bottom, on outputs of the sample inputs; ends with 1 if one fails.

If ``outputs/PERIOD`` is there already it is used, else the samples are consolidated into a temporary folder.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

REPO = Path(__file__).resolve().parent.parent
PERIOD = "2024"
# Where the notebooks find outputs.
VARIABLE = "PIPELINE_OUTPUTS"


def run(notebook: Path, outputs: Path) -> nbformat.NotebookNode:
    """Execute one notebook in its own folder; the executed copy. The file stays as it is: without outputs.

    Raises `CellExecutionError` for the first cell that fails.
    """
    content: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    environment = {**os.environ, VARIABLE: str(outputs.resolve())}
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
    if (REPO / "outputs" / PERIOD / "run.json").is_file():
        return REPO / "outputs"
    import pipeline

    pipeline.consolidate(PERIOD, inputs=REPO / "inputs", outputs=temporary, schemas=REPO / "schemas")
    return temporary


if __name__ == "__main__":
    sys.exit(main())
