"""The catalogue that expects generated submissions: the shipped one, or that with made-up provinces."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import yaml

SHIPPED = Path(__file__).resolve().parents[2] / "schemas"
_CLUSTERS = re.compile(r"^clusters:.*?(?=^\w|\Z)", re.MULTILINE | re.DOTALL)


def copy_schemas(folder: Path) -> None:
    """Copy the shipped catalogue."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns(".*"))


def replace_provinces(folder: Path, provinces: int, districts: int) -> None:
    """Let a copied catalogue expect made-up provinces; everything else stays as shipped."""
    width = max(3, len(str(provinces)))
    numbers = [f"{number:0{width}}" for number in range(1, provinces + 1)]
    entries = [_province(number, 20_000 * districts + 1_000 * int(number)) for number in numbers]
    _dump(folder / "provinces.yaml", entries)
    clusters = [
        {
            "id": "synthetic",
            "name": {"vi": "Cụm giả lập", "en": "Synthetic cluster"},
            "provinces": [e["id"] for e in entries],
        }
    ]
    text = (folder / "catalogue.yaml").read_text("utf-8")
    block = yaml.safe_dump({"clusters": clusters}, allow_unicode=True, sort_keys=False)
    (folder / "catalogue.yaml").write_text(_CLUSTERS.sub(lambda _: f"{block}\n", text, count=1), "utf-8")
    _drop_provinces_targets(folder / "targets.yaml")


def _province(number: str, population: int) -> dict[str, object]:
    return {
        "id": f"tinh-{number}",
        "code": number,
        "name": {"vi": f"Tỉnh {number}", "en": f"Province {number}"},
        "also": [f"Công an tỉnh {number}"],
        "population": [{"value": population, "at": "2023-07-01", "source": "synthetic"}],
    }


def _drop_provinces_targets(path: Path) -> None:
    """Targets of single provinces go with those provinces."""
    if path.is_file() and "provinces:" in path.read_text("utf-8"):
        targets = yaml.safe_load(path.read_text("utf-8")) or []
        _dump(path, [target for target in targets if not target.get("provinces")])


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
