"""Makes the sample inputs: five provinces' workbooks and the cluster's targets for 2023 and 2024, its points for 2024.

Usage: ``python -m tools.make_samples [--out inputs] [--seed 2024]``. Same seed, same bytes. The figures are
invented (`samples.provinces`, `samples.figures`), the layouts imitate real offices (`samples.hands`),
and what is doubtful on purpose is listed in `samples.doubts`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.samples.figures import figures
from tools.samples.hands import HANDS, hand_of
from tools.samples.scoring import write_scoring
from tools.samples.targets import write_targets
from tools.samples.write import write_submission

PERIODS = (2023, 2024)
SCORED = 2024  # the year that schemas/scoring.yaml has a table for


def make_samples(out: Path, seed: int) -> list[Path]:
    """Write all workbooks under `out`, one folder a year, and return their paths."""
    written = []
    for year in PERIODS:
        folder = out / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        for province in (hand.province for hand in HANDS):
            hand = hand_of(province, year)
            written.append(folder / hand.file.format(year=year))
            write_submission(written[-1], hand, year, figures(seed, province, year))
        written.append(folder / "targets.xlsx")
        write_targets(written[-1], seed, year)
    written.append(out / str(SCORED) / "scoring.xlsx")
    write_scoring(written[-1], seed, SCORED)
    return written


def main() -> None:
    """Read the options and make the samples."""
    parser = argparse.ArgumentParser(description="Make the illustrative sample inputs.")
    parser.add_argument("--out", type=Path, default=Path("inputs"), help="folder to write into (default: inputs)")
    parser.add_argument("--seed", type=int, default=2024, help="another seed, other figures (default: 2024)")
    options = parser.parse_args()
    for path in make_samples(options.out, options.seed):
        print(path)


if __name__ == "__main__":
    main()
