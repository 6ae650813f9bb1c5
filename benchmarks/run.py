"""Times whole processes in turn and prints ratios: ``python -m benchmarks.run [--size S --size M ...]``.

Two yardsticks, then this program: cold (no cache), with nothing changed, and with one workbook changed. The medians of
the last run are kept in ``results.json`` beside this file.
"""

from __future__ import annotations

import argparse
import compileall
import json
import platform
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
import pyarrow.parquet as pq

from benchmarks import long_tables
from benchmarks.watch import REPO, Cost, run
from tools.synthesise import synthesise

# Provinces, districts, periods; S is the period of the sample workbooks, N a nation's communes month by month.
SIZES = {"M": (63, 200, 1), "2M": (126, 200, 1), "4M": (252, 200, 1), "L": (700, 30, 1), "N": (34, 98, 12)}
SIZED = ("S", *SIZES, "XL")
RESULTS = Path(__file__).with_name("results.json")
Told = dict[str, dict[str, float]]


def main() -> None:
    """Run each size in turn, print its table, and keep the medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").split(":")[0])
    sizes = ", ".join(f"{name} {provinces} x {districts}" for name, (provinces, districts, _) in SIZES.items())
    told = f"S the samples; XL long tables, 20,000 rows a form; provinces x districts: {sizes} (default S, M)"
    parser.add_argument("--size", choices=SIZED, action="append", help=told)
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown (default 3)")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds: expected at least 1")
    # As an installation does: where Python may keep no bytecode each run would compile all of it.
    compileall.compile_dir(REPO / "pipeline", quiet=1)
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for size in given.size or ["S", "M"]:
        with TemporaryDirectory() as scratch:
            known[size] = {"machine": _machine(), "rounds": given.rounds} | measure(size, Path(scratch), given.rounds)
        if size == "S":
            with TemporaryDirectory() as scratch:
                known["guarded"] = round(guarded(Path(scratch)), 1)
        RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        _print(size, known[size]["costs"])


def guarded(scratch: Path) -> float:
    """How much computing a cold run over the samples takes, in runs of the floor: of those many, for each is short."""
    programs = _programs(_source("S", scratch), scratch)
    before = [programs["floor"]().cpu for _ in range(8)]
    cold = [programs["cold"]().cpu for _ in range(2)]
    return min(cold) / median(before + [programs["floor"]().cpu for _ in range(8)])


def measure(size: str, scratch: Path, rounds: int) -> dict[str, object]:
    """The medians of the programs, run in turn."""
    programs = _programs(_source(size, scratch), scratch)
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    programs["unchanged"]()  # fills the cache
    for _ in range(rounds):
        for name, program in programs.items():
            costs[name].append(program())
    told = {
        name: {key: median(asdict(cost)[key] for cost in found) for key in asdict(found[0])}
        for name, found in costs.items()
    }
    observations = [pq.read_metadata(path).num_rows for path in scratch.glob("outputs/*/observations.parquet")]
    return {"observations": sum(observations), "costs": told}


def _source(size: str, scratch: Path) -> Path:
    """A folder of its own with ``inputs/`` and ``schemas/``."""
    source = scratch / "source"
    if size == "S":
        for name in ("inputs", "schemas"):
            shutil.copytree(REPO / name, source / name)
    elif size == "XL":
        long_tables.write(source)
    else:
        provinces, districts, periods = SIZES[size]
        first = "2024" if periods == 1 else "2024-01"
        synthesise(source, provinces, districts, periods=periods, seed=1, first_period=first)
    return source


def _programs(source: Path, scratch: Path) -> dict[str, Callable[[], Cost]]:
    """What is timed, by name."""
    folders = sorted((source / "inputs").iterdir())
    periods = [f.name for f in folders] if len(folders) == 12 else ["2024"]
    one = min((source / "inputs" / periods[-1]).glob("*.xlsx"))

    def consolidate(*more: str) -> Cost:
        places = ["--inputs", str(source / "inputs"), "--schemas", str(source / "schemas")]
        options = [*places, "--outputs", str(scratch / "outputs"), "--quiet", *more]
        return _sum([run(["pipeline", "consolidate", period, *options]) for period in periods])

    def yardstick(name: str) -> Cost:
        out = str(scratch / f"{name}.xlsx")
        return _sum([run([f"benchmarks.{name}", str(source / "inputs" / period), out]) for period in periods])

    def changed() -> Cost:
        with zipfile.ZipFile(one, "a") as book:  # other bytes, the same figures
            book.comment += b"."
        return consolidate()

    return {
        "floor": lambda: yardstick("floor"),
        "naive": lambda: yardstick("naive"),
        "cold": lambda: consolidate("--no-cache"),
        "unchanged": consolidate,
        "one changed": changed,
    }


def _sum(costs: list[Cost]) -> Cost:
    """Of runs one after the other."""
    seconds, cpu = sum(cost.seconds for cost in costs), sum(cost.cpu for cost in costs)
    return Cost(seconds, cpu, max(cost.peak_mib for cost in costs))


def _machine() -> str:
    """The processor, how many there are, and the Python; no name of the machine."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{psutil.cpu_count()} x {model}, Python {platform.python_version()}"


def _print(size: str, costs: Told) -> None:
    print(f"{size:<12}{'seconds':>9}{'CPU':>9}{'MiB':>7}{'to naive':>10}{'to floor':>10}")
    for name, cost in costs.items():
        ratios = [cost["seconds"] / costs[yardstick]["seconds"] for yardstick in ("naive", "floor")]
        print(f"{name:<12}{cost['seconds']:>9.2f}{cost['cpu']:>9.2f}{cost['peak_mib']:>7.0f}", end="")
        print("".join(f"{ratio:>10.2f}" for ratio in ratios), flush=True)


if __name__ == "__main__":
    main()
