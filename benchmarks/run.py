"""Times whole processes in turn and prints ratios: ``python -m benchmarks.run [--size S|M|L]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.synthesise import synthesise

REPO = Path(__file__).resolve().parent.parent
# Provinces and districts; S is the period of the sample workbooks.
SIZES = {"M": (63, 200), "L": (700, 30)}
PERIOD = "2024"


def main() -> None:
    """Run the three programs some rounds, one after the other, and print the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--size", choices=["S", *SIZES], default="S", help="S samples, M 63 x 200, L 700 x 30")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown (default 3)")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds: expected at least 1")
    with TemporaryDirectory() as scratch:
        source = _source(given.size, Path(scratch))
        commands = _commands(source, Path(scratch))
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(given.rounds):
            for name, command in commands.items():
                seconds[name].append(_seconds(command))
    _print(given.size, {name: median(times) for name, times in seconds.items()})


def _source(size: str, scratch: Path) -> Path:
    """The folder with ``inputs/`` and ``schemas/``."""
    if size == "S":
        return REPO
    provinces, districts = SIZES[size]
    synthesise(scratch / size, provinces, districts, periods=1, seed=1, first_period=PERIOD)
    return scratch / size


def _commands(source: Path, scratch: Path) -> dict[str, list[str]]:
    folder = str(source / "inputs" / PERIOD)
    places = ["--inputs", str(source / "inputs"), "--schemas", str(source / "schemas"), "--outputs"]
    options = ["--no-cache", "--quiet"]
    return {
        "floor": ["benchmarks.floor", folder, str(scratch / "floor.xlsx")],
        "naive": ["benchmarks.naive", folder, str(scratch / "naive.xlsx")],
        "pipeline": ["pipeline", "consolidate", PERIOD, *places, str(scratch / "outputs"), *options],
    }


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", *command], check=True, cwd=REPO)
    return time.perf_counter() - begun


def _print(size: str, seconds: dict[str, float]) -> None:
    print(f"{size:<10}{'seconds':>10}{'to naive':>10}{'to floor':>10}")
    for name, value in seconds.items():
        print(f"{name:<10}{value:>10.2f}{value / seconds['naive']:>10.2f}{value / seconds['floor']:>10.2f}")


if __name__ == "__main__":
    main()
