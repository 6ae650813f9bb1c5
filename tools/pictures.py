"""Draws the pictures of the READMEs and the guide, from the samples of 2024: sheets as printed, figures as drawn.

``python -m tools.pictures`` writes ``docs/pictures``, each picture in English and (``NAME.vi.png``) in Vietnamese.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pipeline
from pipeline.messages import Messages
from pipeline.model import Lang
from tests import office

REPO = Path(__file__).resolve().parent.parent
FOLDER = REPO / "docs" / "pictures"
PERIOD = "2024"
DPI = 150
FIGURE = "clearance_rate"
# Printed pages, by what they begin with: the key of a sheet's title, or nothing for the first page there is.
SHEETS = {"overview": "", "charts": "workbook.charts.title", "findings": "workbook.findings.title"}
RETURNED = "returned"  # the list of what to mend in a marked copy
_FOOTER = 0.94  # of a page's height; below it are the page's number and the name of the workbook
_MARGIN = 12


def draw(folder: Path, lang: Lang) -> list[Path]:
    """Consolidate the samples and draw every picture in one language; the files written."""
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        pipeline.consolidate(PERIOD, inputs=REPO / "inputs", outputs=temporary, schemas=REPO / "schemas", lang=lang)
        outputs = temporary / PERIOD
        pdf = office.to_pdf(outputs / "consolidated.xlsx", temporary)
        drawn = {sheet: _page(pdf, key and Messages(lang)(key)) for sheet, key in SHEETS.items()}
        if lang == "vi":  # a marked copy is in the language of the workbook that it is of
            drawn[RETURNED] = _page(office.to_pdf(min((outputs / "returns").iterdir()), temporary), "")
        drawn[FIGURE] = outputs / "figures" / f"{FIGURE}.png"
        return [_keep(source, folder / f"{what}{_suffix(lang)}") for what, source in drawn.items()]


def _suffix(lang: Lang) -> str:
    return ".png" if lang == "en" else f".{lang}.png"


def _page(pdf: Path, beginning: str) -> Path:
    """The first page that begins with a text, as a picture."""
    texts = _run("pdftotext", str(pdf), "-").split("\f")
    number = next((n for n, text in enumerate(texts, 1) if text.strip().startswith(beginning)), 0)
    if not number:
        raise SystemExit(f"no page of {pdf.name} begins with {beginning!r}")
    picture = pdf.with_name(f"{pdf.stem}-{number}")
    only = ["-f", str(number), "-l", str(number), "-singlefile"]
    _run("pdftoppm", "-png", "-r", str(DPI), *only, str(pdf), str(picture))
    return _without_margins(picture.with_suffix(".png"))


def _without_margins(path: Path) -> Path:
    """Cut the footer and the white around a page; without pillow it stays whole."""
    try:
        from PIL import Image, ImageChops, ImageOps
    except ImportError:
        return path
    with Image.open(path) as opened:
        page = opened.convert("RGB").crop((0, 0, opened.width, round(opened.height * _FOOTER)))
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    if box:
        page = ImageOps.expand(page.crop(box), border=_MARGIN, fill="white")
    page.save(path)
    return path


def _keep(source: Path, target: Path) -> Path:
    """Put a picture in its place; with pillow in 256 colours, which a table and a chart do not exceed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        from PIL import Image
    except ImportError:
        target.write_bytes(source.read_bytes())
        return target
    with Image.open(source) as opened:
        opened.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=180).stdout


def main() -> int:
    """Draw all; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write into (default: docs/pictures)")
    out: Path = parser.parse_args().out
    if lacking := office.missing():
        print(f"{', '.join(lacking)} is not installed: `make system-deps`", file=sys.stderr)
        return 2
    languages: tuple[Lang, ...] = ("en", "vi")
    for path in (path for lang in languages for path in draw(out, lang)):
        print(f"{path.name}: {path.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
