"""LibreOffice, the second opinion on a workbook: computes every formula itself, shows how pages look."""

import os
import re
import shutil
import subprocess
from pathlib import Path

NEEDED = ("soffice", "pdftoppm")
_SECONDS = 180  # for each file, on a busy machine

# LibreOffice trusts the values cached in a file unless its profile says 0, "always recalculate".
RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def missing() -> list[str]:
    """Name the programs that this machine lacks."""
    return [program for program in NEEDED if shutil.which(program) is None]


def recalculate(path: Path, tmp: Path) -> Path:
    """Open a workbook, compute every formula anew, whatever value is cached, and save it as another .xlsx."""
    return _convert(path, tmp, "xlsx", "xlsx:Calc MS Excel 2007 XML")


def convert(path: Path, tmp: Path, suffix: str) -> Path:
    """Open a workbook, compute it anew and save it in another format: what an office does that has no Excel."""
    targets = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97"}
    return _convert(path, tmp, suffix, targets[suffix])


def recalculate_all(paths: list[Path], tmp: Path) -> list[Path]:
    """The same for many workbooks, whose names differ, in one run of LibreOffice."""
    folder = tmp / "libreoffice"
    said = _run_soffice(paths, tmp, "xlsx:Calc MS Excel 2007 XML")
    results = [folder / f"{path.stem}.xlsx" for path in paths]
    if lacking := [result.name for result in results if not result.exists()]:
        message = f"LibreOffice did not convert {lacking}: {said}"
        raise RuntimeError(message)
    return results


def to_pdf(path: Path, tmp: Path) -> Path:
    """Print a workbook as it would come out on paper."""
    return _convert(path, tmp, "pdf", "pdf:calc_pdf_Export")


def texts_of_pages(pdf: Path) -> list[str]:
    """What each page of a PDF says, laid out as it is."""
    return _run(["pdftotext", "-layout", str(pdf), "-"]).split("\f")[:-1]


def sizes_of_pages(pdf: Path) -> list[tuple[int, int]]:
    """How wide and high each page of a PDF is, in points."""
    found = re.findall(r"size:\s+([\d.]+) x ([\d.]+)", _run(["pdfinfo", "-l", "-1", str(pdf)]))
    return [(round(float(width)), round(float(height))) for width, height in found]


def pages_to_png(pdf: Path, tmp: Path, dpi: int = 80) -> list[Path]:
    """Draw each page of a PDF; the pictures in the order of the pages."""
    folder = tmp / f"{pdf.stem}-pages"
    folder.mkdir(parents=True, exist_ok=True)
    _run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / "page")])
    return sorted(folder.glob("page-*.png"))


def _convert(path: Path, tmp: Path, suffix: str, target: str) -> Path:
    folder = tmp / "libreoffice"
    result = folder / f"{path.stem}.{suffix}"
    result.unlink(missing_ok=True)
    said = _run_soffice([path], tmp, target)
    if not result.exists():  # soffice ends with 0 even if it could not open the file
        message = f"LibreOffice did not convert {path.name} to {suffix}: {said}"
        raise RuntimeError(message)
    return result


def _run_soffice(paths: list[Path], tmp: Path, target: str) -> str:
    """Convert with a profile of our own: nobody's settings count, and an open LibreOffice is no hindrance."""
    profile = tmp / "libreoffice-profile"
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(RECALCULATE_ALWAYS, encoding="utf-8")
    folder = tmp / "libreoffice"
    folder.mkdir(parents=True, exist_ok=True)
    own_profile = f"-env:UserInstallation={profile.resolve().as_uri()}"
    conversion = ["--convert-to", target, "--outdir", str(folder), *map(str, paths)]
    return _run(["soffice", own_profile, "--headless", "--norestore", *conversion], _SECONDS * len(paths))


def _run(command: list[str], seconds: int = _SECONDS) -> str:
    # A fixed locale: LibreOffice takes number formats of new styles from it.
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode != 0:
        message = f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return done.stdout + done.stderr
