"""A process and all that it starts: how long they take, how much they compute, how much memory they hold at most."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

REPO = Path(__file__).resolve().parent.parent
_EVERY = 0.05  # seconds between two looks at the memory
_MIB = 2**20


@dataclass(frozen=True)
class Cost:
    """What a run cost: wall and computing time in seconds, memory of the process tree in MiB (shared pages once)."""

    seconds: float
    cpu: float
    peak_mib: float


def run(command: list[str]) -> Cost:
    """Run a module of this project with arguments; looking at the memory costs a small part of one processor."""
    begun = time.perf_counter()
    before = psutil.Process().cpu_times()
    with subprocess.Popen([sys.executable, "-m", *command], cwd=REPO) as process:
        peak = _watch(process)
        code = process.wait()
    after = psutil.Process().cpu_times()
    if code not in {0, 1}:  # 1: consolidated, with errors in the inputs
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - begun, cpu, peak / _MIB)


def _watch(process: subprocess.Popen[bytes]) -> float:
    peak = 0.0
    while True:
        peak = max(peak, _held(process.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_EVERY)
            return peak


def _held(pid: int) -> float:
    """What a process tree holds; pages that several share are divided among them."""
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0.0
    return sum(map(_pss, tree))


def _pss(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error, OSError):
        if sys.platform.startswith("linux"):
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
            return float(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:"))) * 1024
        return float(process.memory_info().rss)
    return 0.0
