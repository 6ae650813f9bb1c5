"""Writes submissions of long tables: provinces with two forms each, a row for every commune and kind of case.

``python -m benchmarks.long_tables FOLDER [PROVINCES COMMUNES]`` writes ``inputs/2024``, ``schemas`` and the sums of
both forms, which a consolidation has to come to, as ``expected.json``.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from pathlib import Path
from random import Random

import xlsxwriter
import yaml

KINDS = 40
_FORMS = {"known": ("Cases", "Cleared"), "reported": ("Reports", "Resolved")}
_MEASURES = ("cases", "cleared")


def write(folder: Path, provinces: int = 34, communes: int = 500, seed: int = 1) -> None:
    """Write them all; 500 communes are 20,000 rows a form."""
    numbers = Random(seed)
    names = [f"P{number:03}" for number in range(1, provinces + 1)]
    _write_catalogue(folder / "schemas", names)
    inputs = folder / "inputs" / "2024"
    inputs.mkdir(parents=True)
    sums = {name: _write_workbook(inputs / f"{name}.xlsx", name, communes, numbers) for name in names}
    (folder / "expected.json").write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")


def _write_workbook(path: Path, name: str, communes: int, numbers: Random) -> dict[str, list[int]]:
    """One province's workbook; what each form adds up to."""
    sums: dict[str, list[int]] = {}
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        for form, headers in _FORMS.items():
            sheet = book.add_worksheet(form)
            for row, text in enumerate((form, f"Province {name}", "Year 2024")):
                sheet.write_string(row, 0, text)
            sheet.write_row(4, 0, ("Commune", "Kind", *headers))
            total = [0, 0]
            for row, (commune, kind) in enumerate(product(range(communes), range(KINDS)), 5):
                cases = numbers.randint(1, 400)
                cleared = numbers.randint(0, cases)
                sheet.write_row(row, 0, (f"{name} commune {commune:03}", f"Kind {kind:02}", cases, cleared))
                total = [total[0] + cases, total[1] + cleared]
            sums[form] = total
    return sums


def _write_catalogue(folder: Path, provinces: list[str]) -> None:
    """Forms of two keys, and a rate of each."""
    (folder / "forms").mkdir(parents=True)
    kinds = [{"id": f"kind_{kind:02}", "label": f"Kind {kind:02}"} for kind in range(KINDS)]
    for form, headers in _FORMS.items():
        rows = [
            {"key": "commune", "header": "Commune", "members": "open"},
            {"key": "kind", "header": "Kind", "members": kinds},
        ]
        columns = {measure: {"header": header} for measure, header in zip(_MEASURES, headers, strict=True)}
        content = {"title": form, "sheets": [form], "rows": rows, "columns": columns}
        _dump(folder / "forms" / f"{form}.yaml", content)
    _dump(folder / "provinces.yaml", [{"id": name, "name": f"Province {name}"} for name in provinces])
    clusters = [{"id": "all", "provinces": provinces}]
    _dump(folder / "catalogue.yaml", {"name": "Long tables", "clusters": clusters, "forms": [*_FORMS]})
    rates = {
        f"{form}_rate": {"label": f"Rate of {form}", "kind": "percent", "proportion": True}
        | {"numerator": f"{form}.cleared", "denominator": f"{form}.cases"}
        for form in _FORMS
    }
    _dump(folder / "indicators.yaml", rates)


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
