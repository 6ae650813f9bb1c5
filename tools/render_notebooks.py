"""Writes what the notebooks show on the samples to ``docs/notebooks``: Markdown, with the pictures beside it."""

import argparse
import base64
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
from lxml import html
from PIL import Image

from tools.run_notebooks import REPO, fresh, run

FOLDER = REPO / "docs" / "notebooks"


def render(notebook: Path, outputs: Path, folder: Path) -> list[Path]:
    """Execute a notebook and write its copy; the files written, the text first."""
    executed = run(notebook, outputs)
    pictures: list[Path] = []
    parts = []
    for cell in executed.cells:
        parts.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        parts += [_shown(output, folder / notebook.stem, pictures) for output in cell.get("outputs", [])]
    text = folder / f"{notebook.stem}.md"
    origin = f"*[`notebooks/{notebook.name}`](../../notebooks/{notebook.name}), on the samples (made-up figures).*"
    text.write_text("\n\n".join([*parts[:1], origin, *parts[1:]]) + "\n", encoding="utf-8")
    return [text, *pictures]


def _shown(output: nbformat.NotebookNode, stem: Path, pictures: list[Path]) -> str:
    """One output as Markdown; a picture is written to a file of its own, and noted."""
    data: dict[str, Any] = output.get("data", {})
    if "image/png" in data:
        picture = stem.with_name(f"{stem.name}-{len(pictures) + 1}.png")
        picture.write_bytes(_small(base64.b64decode(data["image/png"])))
        pictures.append(picture)
        return f"![{picture.stem}]({picture.name})"
    if "text/html" in data:
        return _table(data["text/html"])
    return f"```text\n{(output.get('text') or data.get('text/plain', '')).rstrip()}\n```"


def _table(text: str) -> str:
    """A frame's table; the row with the index's name becomes a part of the heading."""
    frame = html.fromstring(text)
    rows = [[_escaped("".join(map(str, cell.itertext()))) for cell in row] for row in frame.iter("tr")]
    count = sum(1 for head in frame.iter("thead") for _ in head)
    head = [" ".join(filter(None, names)) for names in zip(*rows[:count], strict=True)]
    lines = [head, ["---"] * len(head), *rows[count:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


def _small(png: bytes) -> bytes:
    """A picture in 256 colours, the rare ones of its points among them."""
    buffer = BytesIO()
    with Image.open(BytesIO(png)) as opened:
        few = opened.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def main() -> int:
    """Render all of ``notebooks/``; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.render_notebooks", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write into (default: docs/notebooks)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        outputs = fresh(Path(folder))
        for notebook in sorted((REPO / "notebooks").glob("*.ipynb")):
            for path in render(notebook, outputs, out):
                print(f"{path.name}: {path.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
