"""What stages hand to each other: findings, submissions, and frames with the columns that CONTRACT and docs name."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pipeline.errors import UsageError
from pipeline.periods import Period

if TYPE_CHECKING:  # pandas is imported when there is data, not to answer --help
    import pandas as pd

    from pipeline.catalogue import Catalogue
    from pipeline.labels import Label

Severity = Literal["error", "warning", "info"]
Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
Edition = Literal["working", "publication"]
Engine = Literal["local", "dask"]

MEMBER, TOTAL, GROUP = "member", "total", "group"
# How a value stands against its target; the last: not up to it yet, in a part of the year that it is the target of.
MET, MISSED, UNDER_WAY = "met", "missed", "under_way"
DECIDED = frozenset({MET, MISSED, UNDER_WAY})
# Figures that this period's are compared with: last year's, the base of a change, that of the period just before.
PREVIOUS, BASE, PRECEDING = "previous", "base", "preceding"
NUMERATOR, DENOMINATOR = "numerator", "denominator"
# Rules about personal data: to be deleted before anything else is mended, and told of files that are not used too.
PERSONAL = frozenset({"personal_data", "personal_data_in_name"})


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, a sheet in it, a cell in that; later parts may be empty."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def at(self, cell: str) -> "Place":
        """A cell of the same sheet."""
        return Place(self.file, self.sheet, cell)


@dataclass(frozen=True)
class Said:
    """A message inside another one: its id and what fills it; shown in the user's language."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def reworded(said: object, change: Callable[[str], str]) -> object:
    """What fills a message with each of its texts changed, those inside other messages and lists too."""
    if isinstance(said, str):
        return change(said)
    if isinstance(said, Said):
        return Said(said.key, {name: reworded(part, change) for name, part in said.params.items()})
    return [reworded(part, change) for part in said] if isinstance(said, list) else said


@dataclass(frozen=True)
class Share:
    """A share inside a message, shown as a percentage."""

    value: float
    decimals: int = 2  # of the percentage


@dataclass(frozen=True)
class Basis:
    """The ``numbers`` that a finding is about or rests on, by sheet and cell, and by how much they are ``off``."""

    numbers: Mapping[tuple[str, str], float] = field(default_factory=dict)
    off: float = math.nan


@dataclass(frozen=True)
class Finding:
    """One thing wrong or doubtful. ``params`` fill the rule's message in the user's language when it is shown.

    Its ``basis`` tells whether it follows from another one.
    """

    rule: str
    severity: Severity
    place: Place = Place()
    province: str = ""
    form: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    basis: Basis = Basis()


# By rule, file, sheet and cell of a finding.
Bases = Mapping[tuple[str, str, str, str], Basis]


@dataclass
class Submission:
    """One workbook: what it is about, and what was found in it."""

    file: str
    sha256: str = ""
    province: str = ""  # empty: unknown, or the whole cluster
    period: str = ""
    status: str = ""  # set by `run.judge`, or early: refused, superseded
    base_only: bool = False
    covers_cluster: bool = False
    forms: dict[str, str] = field(default_factory=dict)  # form id -> sheet
    is_sample: bool = False  # its own text says that its figures are made up
    revision: int = 0  # which version of the submission it says it is; 0: it does not say; -1: it cannot be ordered
    window: tuple[date, date] | None = None  # the days that it says its figures are about
    lang: str = ""  # the language of its headers, where that is one of ours
    mends: frozenset[str] = frozenset()  # what our lists in it say of the files that they were made from (`text.spelt`)


@dataclass(frozen=True)
class Options:
    """Options of a run, as the command line and the Python functions take them."""

    lang: Lang = "vi"
    jobs: int | None = None  # processes that read files; None: as many as pay
    cache: bool = True
    strict: bool = False
    file_seconds: float = 60.0
    memory_mb: int = 2048
    engine: Engine = "local"
    scheduler: str = ""
    edition: Edition = "working"

    def __post_init__(self) -> None:
        """Raise `UsageError` for a word that is no choice."""
        for name, kind in (("lang", Lang), ("engine", Engine), ("edition", Edition)):
            if getattr(self, name) not in get_args(kind):
                raise UsageError("error.option", name=name, value=getattr(self, name), choices=get_args(kind))


RUN = "run.json"  # what went into a period's outputs and came out: where it is, they are whole
FILE_MB = 256  # of a file of more MiB nothing is read


@dataclass(frozen=True)
class Places:
    """Where inputs, outputs and the catalogue are."""

    inputs: Path = Path("inputs")
    outputs: Path = Path("outputs")
    schemas: Path = Path("schemas")
    seen_from: Path | None = None  # where links start from, if the outputs are written to another place first


@dataclass(frozen=True)
class Ingested:
    """All that was read for one period: submissions, every number cell (`CELLS`), text cells (`TEXTS`), findings.

    ``seen`` are the numbers that stand in the forms' columns (`SEEN`), those of files that are not used too.
    """

    submissions: list[Submission]
    cells: "pd.DataFrame"
    texts: "pd.DataFrame"
    findings: list[Finding]
    seen: "pd.DataFrame"
    ignored: tuple[str, ...] = ()  # entries of the period's folder that are no workbooks


@dataclass(frozen=True)
class Known:
    """What earlier submissions say of a form that is still to be filled in.

    ``rows`` are the labels and codes of the rows of its open key, ``before`` last year's figures by province, row and
    measure.
    """

    rows: tuple[tuple[str, str], ...] = ()
    before: Mapping[tuple[str, str, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Dated:
    """Outputs that lie in a ``folder`` with a dated name, for in their own place ``files`` are open elsewhere."""

    folder: Path
    place: Path
    files: tuple[Path, ...]

    @property
    def said(self) -> Said:
        """The sentence that says so."""
        files = [str(path) for path in self.files]
        return Said("cli.dated", {"files": files, "place": str(self.place), "folder": str(self.folder)})


@dataclass(frozen=True)
class Consolidation:
    """What a run yields: four frames with the columns of `OBSERVATIONS`, `INDICATORS`, `FINDINGS`, `SUBMISSIONS`.

    Texts of observations may be kept as `pipeline.coded` has them.
    ``changes`` is what differs from the accepted baseline (`pipeline.changes.CHANGES`); a check has none. ``tables``
    are further ones by name, with the columns of `TABLES`; a check has none of them either. ``bases`` tell which of
    the findings follow from others. ``dated``: it was written, but not to its own place. ``note`` is what a workbook
    says of itself whose figures are made up.
    """

    period: str
    observations: "pd.DataFrame"
    indicators: "pd.DataFrame"
    findings: "pd.DataFrame"
    submissions: "pd.DataFrame"
    changes: "pd.DataFrame | None" = None
    tables: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    bases: Bases = field(default_factory=dict)
    note: "Label | None" = None
    dated: Dated | None = None

    def folder(self, place: Path) -> Path:
        """Where it was written: in its own ``place``, or beside it."""
        return self.dated.folder if self.dated else place

    @property
    def complete(self) -> bool:
        """Whether everything expected came in and was accepted (exit code 0 rather than 1)."""
        settled = {"accepted", "accepted_with_warnings", "base_only", "superseded"}
        return bool(self.submissions["status"].isin(settled).all()) and not (self.findings["severity"] == "error").any()


class Traced(NamedTuple):
    """The way to a file (empty: there is none), and its hash."""

    way: str
    sha256: str


@dataclass(frozen=True)
class Traces:
    """The way from the outputs to each file (empty: there is none), and what was made of cells not used as typed.

    ``recast`` holds by file, sheet and cell what the number was multiplied by, and what corrected it (empty: nothing).
    ``earlier`` are the files of the periods that this one is compared with, by period and name.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    recast: Mapping[tuple[str, str, str], tuple[float, str]] = field(default_factory=dict)
    earlier: Mapping[tuple[str, str], Traced] = field(default_factory=dict)


@dataclass(frozen=True)
class Results:
    """What the report is written from: the consolidation, and what its sheets say about it."""

    consolidation: Consolidation
    period: Period
    catalogue: "Catalogue"
    lang: Lang
    edition: Edition
    texts: "pd.DataFrame"
    note: "Label | None" = None  # what the report says of figures that are made up
    ignored: tuple[str, ...] = ()  # entries of the period's folder that are no workbooks
    langs: Mapping[str, Lang] = field(default_factory=dict)  # file -> its own language
    worded: "pd.DataFrame | None" = None  # the findings of those files, as they are told to their senders
    traces: Traces = field(default_factory=Traces)
    summed: "pd.DataFrame | None" = None  # the cells of earlier periods that figures are sums of: `SUMMED`
