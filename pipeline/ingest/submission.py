"""Reads one workbook: what it is about, which forms it holds, and their cells."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.catalogue.forms import PROVINCE
from pipeline.errors import UnreadableError
from pipeline.ingest.corrections import Corrections, apply_corrections, corrections_outcome
from pipeline.ingest.files import shown_name, take_snapshot
from pipeline.ingest.identify import identify, province_in_name
from pipeline.ingest.listform import read_list
from pipeline.ingest.locate import locate
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet, read_sheets
from pipeline.ingest.sink import CellRecord, Sink, TextRecord
from pipeline.ingest.table import read_table
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said, Submission
from pipeline.states import NUMBER
from pipeline.text import holds_personal_data


@dataclass
class Part:
    """What one workbook gave."""

    submission: Submission
    cells: list[CellRecord] = field(default_factory=list)
    texts: list[TextRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_submission(path: Path, vocabulary: Vocabulary, corrections: Corrections) -> Part:
    """Read one workbook; whatever is wrong with it is a finding."""
    part = Part(Submission(shown_name(path)))
    try:
        snapshot = take_snapshot(path)
        part.submission.sha256 = snapshot.sha256
        sheets = read_sheets(snapshot)
    except UnreadableError as error:
        refuse(part, error.reason, error.detail, vocabulary)
        return part
    _read(part, sheets, vocabulary, corrections)
    return part


def refuse(part: Part, reason: str, detail: str, vocabulary: Vocabulary) -> None:
    """Note that a workbook cannot be read, and why; its name may still say whose it is."""
    said, place = Said(reason, {"detail": detail}), Place(part.submission.file)
    part.submission.province = province_in_name(part.submission.file, vocabulary)
    province = part.submission.province
    part.findings.append(Finding("unreadable_file", "error", place, province, params={"reason": said}))
    part.submission.status = "refused"


def _read(part: Part, sheets: list[Sheet], vocabulary: Vocabulary, corrections: Corrections) -> None:
    submission, file = part.submission, part.submission.file
    located = locate(file, sheets, vocabulary)
    forms = vocabulary.catalogue.forms
    submission.forms = {form: sheet.name for form, sheet in located.sheets.items()}
    submission.covers_cluster = bool(located.sheets) and all(forms[form].covers_cluster for form in located.sheets)
    submission.period = vocabulary.period.id
    identity = identify(file, sheets, vocabulary)
    submission.is_sample = identity.is_sample
    province = identity.province.id if identity.province and not submission.covers_cluster else ""
    submission.province = province
    about = [f for f in identity.findings if not (submission.covers_cluster and f.rule == "province_conflict")]
    if not located.sheets or (not province and not submission.covers_cluster):
        rule = "unknown_province" if located.sheets else "no_form"
        part.findings.append(Finding(rule, "error", Place(file), province))
        submission.status = "refused"
    elsewhen = {finding.place.sheet for finding in about if finding.rule == "period_conflict"}
    forms_told = [_of_form(finding, located.sheets) for finding in about]
    part.findings.extend(_of(province, [*located.findings, *forms_told]))
    current = {form: sheet for form, sheet in located.sheets.items() if sheet.name not in elsewhen}
    if not current:
        submission.status = "refused"
    if submission.status:
        part.findings.extend(_personal_data(part, sheets, province))
        return
    part.findings.extend(apply_corrections(sheets, corrections.of(file), province, vocabulary))
    for name in (form for form in forms if form in current):
        _read_form(part, name, current[name], vocabulary)
    part.findings.extend(corrections_outcome(sheets, province))
    part.findings.extend(_personal_data(part, sheets, province))


def _of(province: str, findings: list[Finding]) -> list[Finding]:
    return [Finding(f.rule, f.severity, f.place, province, f.form, f.value, f.params) for f in findings]


def _of_form(finding: Finding, sheets: dict[str, Sheet]) -> Finding:
    """The finding with the form that its sheet holds."""
    form = next((form for form, sheet in sheets.items() if sheet.name == finding.place.sheet), "")
    return replace(finding, form=finding.form or form)


def _read_form(part: Part, name: str, sheet: Sheet, vocabulary: Vocabulary) -> None:
    form = vocabulary.catalogue.forms[name]
    owner = "" if PROVINCE in form.key_names else part.submission.province
    sink = Sink(part.submission.file, sheet, name, form, vocabulary, owner, vocabulary.period.id)
    (read_list if form.layout == "list" else read_table)(sink)
    part.cells.extend(sink.cells)
    part.texts.extend(sink.texts)
    part.findings.extend(sink.findings)


def _personal_data(part: Part, sheets: list[Sheet], province: str) -> list[Finding]:
    """Texts that seem to hold a citizen's number, a phone number or an address for mail; none of it is kept.

    An amount of twelve digits that was read as a number is none of these.
    """
    amounts = {(c.sheet, c.cell) for c in part.cells if c.state == NUMBER and not c.raw.startswith("0")}
    findings = []
    for sheet in sheets:
        for row, values in enumerate(sheet.rows):
            for column, value in enumerate(values):
                if not isinstance(value, str) or len(value) < 6 or not holds_personal_data(value):
                    continue
                place = Place(part.submission.file, sheet.name, address(row, column))
                if (place.sheet, place.cell) not in amounts:
                    findings.append(Finding("personal_data", "warning", place, province, value="***"))
    return findings
