"""Writes any number of valid submissions in the shipped forms, the catalogue that expects them, and totals.

``python -m tools.synthesise --provinces 63 --districts 200 --periods 1 --seed 1 DIR``; then
``pipeline consolidate --inputs DIR/inputs --schemas DIR/schemas --outputs DIR/outputs`` has no findings,
and every number of ``DIR/expected.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalogue import load_catalogue
from pipeline.errors import PipelineError
from pipeline.periods import Period
from tools.synthesis import NotMadeError
from tools.synthesis.expected import Expected
from tools.synthesis.figures import Generator
from tools.synthesis.schemas import SHIPPED, copy_schemas, replace_provinces
from tools.synthesis.workbooks import Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.catalogue import Catalogue


def synthesise(
    folder: Path, provinces: int, districts: int, periods: int, seed: int, first_period: str = "2024"
) -> dict[str, Any]:
    """Write ``inputs/``, ``schemas/`` and ``expected.json`` into a folder; give what ``expected.json`` holds.

    Raises `NotMadeError` for a size below one, a first period that is none, a folder that has inputs already.
    """
    sizes = {"provinces": provinces, "districts": districts, "periods": periods}
    for name, size in sizes.items():
        if size < 1:
            raise NotMadeError(f"--{name} {size}: expected at least 1")
    first = Period.parse(first_period)
    if first is None:
        raise NotMadeError(
            f"--first-period {first_period}: expected a period such as 2024, 2024-H1, 2024-Q3 or 2024-11"
        )
    for name in ("inputs", "schemas"):
        if (folder / name).exists():
            raise NotMadeError(f"{folder / name} exists already; name a new folder, or remove it")
    span = _span(first, periods)
    catalogue = _catalogue(folder, provinces, districts, span)
    generator = Generator(catalogue, districts, seed)
    found = {period.id: _write_period(folder / "inputs" / period.id, generator, period) for period in span}
    expected = {"seed": seed, **sizes, "periods": found}
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return expected


def next_period(period: Period) -> Period:
    """The period after: the next month, quarter or half; the same months of next year for the others.

    >>> [next_period(Period.parse(text)).id for text in ("2024", "2024-H2", "2024-Q3", "2024-9M", "2024-12")]
    ['2025', '2025-H1', '2024-Q4', '2025-9M', '2025-01']
    """
    year, rest = period.year, period.id[4:]
    if rest in {"-H2", "-Q4", "-12"} or not rest or rest.endswith("M"):
        year, rest = year + 1, {"-H2": "-H1", "-Q4": "-Q1", "-12": "-01"}.get(rest, rest)
    elif rest[1] in "HQ":
        rest = f"{rest[:2]}{int(rest[2:]) + 1}"
    else:
        rest = f"-{int(rest[1:]) + 1:02}"
    following = Period.parse(f"{year:04}{rest}")
    if following is None:
        raise NotMadeError(f"there is no period after {period.id}")
    return following


def _span(first: Period, periods: int) -> list[Period]:
    span = [first]
    while len(span) < periods:
        span.append(next_period(span[-1]))
    return span


def _catalogue(folder: Path, provinces: int, districts: int, span: list[Period]) -> Catalogue:
    """The shipped catalogue if its cluster is as large in each period, else one with made-up provinces."""
    shipped = load_catalogue(SHIPPED)
    folder.mkdir(parents=True, exist_ok=True)
    copy_schemas(folder / "schemas")
    if any(len(shipped.members_on(period)) != provinces for period in span):
        replace_provinces(folder / "schemas", provinces, districts)
    return load_catalogue(folder / "schemas")


def _write_period(folder: Path, generator: Generator, period: Period) -> dict[str, Any]:
    catalogue, expected = generator.catalogue, Expected(generator.catalogue)
    members = catalogue.members_on(period)
    folder.mkdir(parents=True)
    for province in members:
        figures, before = (
            generator.province(province, period),
            generator.province(province, period.year_before),
        )
        sheets = {
            name: Sheet(catalogue.forms[name], table, figures[name], before[name])
            for name, table in generator.tables.items()
        }
        for name in sheets:
            generator.verify(name, figures[name], before[name])
        expected.add(sheets, (province,))
        write_workbook(folder / f"{province}.xlsx", _office(catalogue, province), period, sheets.values())
    assigned = {}
    for name in catalogue.cluster_forms:
        table, now = generator.cluster(name, members, period)
        _, then = generator.cluster(name, members, period.year_before)
        assigned[name] = Sheet(catalogue.forms[name], table, now, then)
    if assigned:
        expected.add(assigned, members)
        write_workbook(folder / "targets.xlsx", "", period, assigned.values())
    return expected.result()


def _office(catalogue: Catalogue, province: str) -> str:
    """How the office of a province calls itself."""
    name = catalogue.provinces[province].label.text("vi")
    return f"Công an {name}" if name.startswith(("Tỉnh", "TP")) else f"Công an tỉnh {name}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a command; 0 when all is written, 2 with one line on stderr when it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m tools.synthesise", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--provinces", type=int, required=True, metavar="N", help="submissions in each period")
    parser.add_argument("--districts", type=int, required=True, metavar="N", help="districts of each province")
    parser.add_argument("--periods", type=int, default=1, metavar="N", help="periods, one after the other (default 1)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other figures (default 1)")
    parser.add_argument(
        "--first-period", default="2024", metavar="PERIOD", help="2024, 2024-Q1, 2024-01 ... (default 2024)"
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where inputs/, schemas/ and expected.json go")
    given = parser.parse_args(arguments)
    try:
        synthesise(given.folder, given.provinces, given.districts, given.periods, given.seed, given.first_period)
    except (NotMadeError, PipelineError, OSError) as error:
        print(f"synthesise: {error}", file=sys.stderr)
        return 2
    print(f"{given.provinces} x {given.periods} submissions: {given.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
