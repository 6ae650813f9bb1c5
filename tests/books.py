"""Small workbooks and catalogues, written where a test wants them."""

import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import yaml

import pipeline

# What a file that names no period always gets; tests look at what else is found.
USUAL = frozenset({"period_assumed"})


@dataclass(frozen=True)
class Formatted:
    """A number with a number format, such as ``0.00%``."""

    value: float
    number_format: str


def write_book(path, sheets, merged=None):
    """Write a workbook: sheet name -> rows of values; ``merged``: sheet name -> ranges such as ``A1:B1``.

    A text that begins with ``=`` is a formula without a result, one such as ``#DIV/0!`` an error cell.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, values in enumerate(rows, start=1):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(row, column, value.value if isinstance(value, Formatted) else value)
                if isinstance(value, Formatted):
                    cell.number_format = value.number_format
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_catalogue(folder, forms, **files):
    """Write a catalogue: form id -> its YAML, and further files by name; what is left out gets the least there is."""
    provinces = files.setdefault("provinces", "[{id: north, name: North}, {id: south, name: South}]")
    if "catalogue" not in files:
        ids = [entry["id"] for entry in yaml.safe_load(textwrap.dedent(provinces))][:1]
        files["catalogue"] = f"{{name: Test, clusters: [{{id: c, provinces: {ids}}}], forms: {list(forms)}}}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "forms").mkdir(exist_ok=True)
    for name, text in forms.items():
        (folder / "forms" / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


@dataclass
class Desk:
    """A catalogue and a folder of inputs, and what the pipeline makes of them."""

    folder: Path
    period: str = "2024"

    @property
    def inputs(self):
        return self.folder / "inputs" / self.period

    def catalogue(self, forms, **files):
        """Lay the catalogue; a form given alone has the id ``f``."""
        write_catalogue(self.folder / "schemas", {"f": forms} if isinstance(forms, str) else forms, **files)
        return self

    def send(self, sheets, name="north.xlsx", merged=None, period=None):
        """Send a workbook; rows given alone are those of the sheet ``F``."""
        sheets, merged = ({"F": sheets}, {"F": merged or ()}) if isinstance(sheets, list) else (sheets, merged)
        write_book(self.folder / "inputs" / (period or self.period) / name, sheets, merged)
        return self

    def _places(self):
        return {name: self.folder / name for name in ("inputs", "outputs", "schemas")}

    def check(self, files=(), **options):
        return pipeline.check(self.period, files, **self._places(), lang="en", **options)

    def consolidate(self, **options):
        return pipeline.consolidate(self.period, **self._places(), lang="en", **options)


def copy_samples(repo, folder, period="2024"):
    """The samples of a period and the catalogue as shipped, to be spoiled."""
    shutil.copytree(repo / "inputs" / period, folder / "inputs" / period)
    shutil.copytree(repo / "schemas", folder / "schemas")
    return Desk(folder, period)


def found(result, *, severities=("error", "warning", "info"), but=USUAL):
    """What was found, as (severity, rule, cell), in the findings' order."""
    rows = result.findings.itertuples()
    return [(f.severity, f.rule, f.cell) for f in rows if f.severity in severities and f.rule not in but]


def only(result, rule):
    """The one finding of a rule."""
    rows = result.findings[result.findings["rule"] == rule]
    assert len(rows) == 1, f"{len(rows)} findings of {rule} among {found(result)}"
    return rows.iloc[0]


def values(result, measure="n"):
    """Row -> value of a measure about the period itself, in the sheet's order; None where there is none."""
    own = result.observations[result.observations["measure"] == measure]
    own = own[own["period"] == own["reported_in"]]
    return {row: None if value != value else value for row, value in zip(own["row"], own["value"], strict=True)}  # noqa: PLR0124  NaN


def states(result, measure="n"):
    """Row -> state of a measure about the period itself."""
    own = result.observations[result.observations["measure"] == measure]
    own = own[own["period"] == own["reported_in"]]
    return dict(zip(own["row"], own["state"], strict=True))


def status_of(result, province):
    """A province's status in the list of submissions."""
    rows = result.submissions[result.submissions["province"] == province]
    assert len(rows) == 1, result.submissions
    return rows["status"].iloc[0]
