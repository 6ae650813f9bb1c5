"""Which province and which period a workbook is about: from its own text, then from its name."""

from dataclasses import dataclass, field

from pipeline.catalogue.models import Province
from pipeline.ingest.period_findings import Window, read_period
from pipeline.ingest.reader import Sheet
from pipeline.ingest.reporting_unit import reporting_province
from pipeline.ingest.title_texts import title_texts
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold, slug


@dataclass
class Identity:
    """The province (None: not known), and what was doubtful."""

    province: Province | None = None
    place: Place = field(default_factory=Place)
    findings: list[Finding] = field(default_factory=list)
    is_sample: bool = False
    window: Window | None = None  # the days that it says its figures are about


def identify(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> Identity:
    """Find the province; the workbook's text wins over the file's name, and a conflict is a finding."""
    named = _from_name(file, vocabulary)
    reporting = reporting_province(file, sheets, vocabulary, named)
    said, place = reporting.province, reporting.place
    identity = Identity(said or named, place)
    if said and named and said.id != named.id:
        params = {"said": said.label, "named": named.label}
        identity.findings.append(Finding("province_conflict", "warning", place, said.id, params=params))
    own = identity.province
    if own is not None:
        identity.findings.extend(
            Finding(
                "several_provinces" if other.beside_own else "other_province",
                "error",
                other.place,
                own.id,
                value=other.province.id,
                params=_names(other.province, own),
            )
            for other in reporting.others
        )
    said_period = read_period(file, sheets, vocabulary)
    identity.window = said_period.window
    identity.findings.extend(said_period.findings)
    note = vocabulary.catalogue.settings.sample_note
    words = {fold(text) for text in note.all} if note else set()
    identity.is_sample = any(word in fold(t.text) for sheet in sheets for t in title_texts(sheet) for word in words)
    return identity


def _names(other: Province, own: Province) -> dict[str, object]:
    return {"other": other.label, "own": own.label}


def province_in_name(file: str, vocabulary: Vocabulary) -> str:
    """The id of the province that a file's name says; empty where it says none."""
    named = _from_name(file, vocabulary)
    return named.id if named else ""


def _from_name(file: str, vocabulary: Vocabulary) -> Province | None:
    """The province whose name stands in a file's name, its syllables apart or together."""
    stem = f"-{slug(file.rpartition('.')[0])}-"
    on_day = vocabulary.catalogue.provinces_on(vocabulary.period)
    slugs = {slug(name): p for p in on_day for name in (*p.name.all, *p.also, p.id)}
    names = {f"-{spelt}-": p for s, p in slugs.items() for spelt in (s, s.replace("-", "")) if spelt}
    fits = [name for name in names if len(name) > 3 and name in stem]
    best = max(fits, key=len, default=None)
    return names[best] if best else None
