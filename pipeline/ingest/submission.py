"""Reads one workbook: what it is about, which forms it holds, and their cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.catalogue.forms import PROVINCE
from pipeline.ingest.corrections import (
    Corrections,
    apply_corrections,
    corrections_outcome,
    mark_labels,
    rewrite_labels,
    set_aside_unclear,
)
from pipeline.ingest.decoded_labels import decode_labels
from pipeline.ingest.decoding import encoding_findings
from pipeline.ingest.files import Source
from pipeline.ingest.flood import held_back
from pipeline.ingest.guard import open_workbook
from pipeline.ingest.identify import identify, province_in_name
from pipeline.ingest.language import language_of
from pipeline.ingest.limits import Limits
from pipeline.ingest.listform import read_list
from pipeline.ingest.locate import Located, locate
from pipeline.ingest.noting import mark_told
from pipeline.ingest.packed import Packed
from pipeline.ingest.personal import (
    hidden_numbers,
    masked,
    personal_findings,
    personal_name,
    without_hidden,
    without_personal,
)
from pipeline.ingest.provisional import provisional_said
from pipeline.ingest.reader import Sheet
from pipeline.ingest.returned import made_from, without_lists
from pipeline.ingest.revision import stated_revision
from pipeline.ingest.said_corrections import SaidCorrections
from pipeline.ingest.seen import pack_seen
from pipeline.ingest.sink import Sink, TextRecord, pack_cells
from pipeline.ingest.table import read_table
from pipeline.ingest.templates import older_templates, with_sums, without_guide
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said, Submission
from pipeline.states import NUMBER, REJECTED
from pipeline.text import MASK, mask_personal

# What is told of a sheet that is about another period or province: none of its forms is read.
_ANOTHERS = frozenset({"other_province", "several_provinces"})
_ABOUT_ANOTHER = _ANOTHERS | {"period_conflict"}


@dataclass
class Part:
    """What one workbook gave."""

    submission: Submission
    cells: dict[str, Packed] = field(default_factory=dict)  # of each form, as they stand
    texts: list[TextRecord] = field(default_factory=list)
    seen: dict[str, Packed] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_submission(source: Source, vocabulary: Vocabulary, corrections: Corrections, limits: Limits) -> Part:
    """Read one workbook; whatever is wrong with it is a finding."""
    part = Part(Submission(source.name))
    opened = open_workbook(source.path, limits)
    part.submission.sha256 = opened.sha256
    if opened.error is not None:
        refuse(part, source, opened.error.reason, opened.error.detail, vocabulary)
        return part
    sheets, lists = without_lists(source.name, opened.sheets)
    sheets, guides = without_guide(source.name, sheets)
    sheets = [with_sums(sheet) for sheet in sheets]
    part.submission.mends = made_from(opened.sheets) if lists else frozenset()
    sinks: list[Sink] = []
    if lists and not sheets:
        part.submission.province = province_in_name(source.name, vocabulary)
        part.submission.status = "refused"
    else:
        sinks = _read(part, sheets, vocabulary, corrections)
    part.findings.extend(_of(part.submission.province, [*lists, *guides]))
    province, place = part.submission.province, Place(source.name)
    for there in opened.presences:
        at = replace(place, sheet=there.sheet, cell=there.cell)
        part.findings.append(Finding(there.rule, "info", at, province, params={"where": there.where}))
    cells = [cell for sink in sinks for cell in sink.cells]
    # An amount of twelve digits that was read as a number is no citizen's number.
    amounts = {(c.sheet, c.cell) for c in cells if c.state == NUMBER and not c.raw.startswith("0")}
    refused = {(c.sheet, c.cell) for c in cells if c.state == REJECTED and c.raw == MASK}
    headers = vocabulary.folded(vocabulary.catalogue.words.personal)
    personal = personal_findings(source, opened, (amounts, refused), province, headers)
    part.findings.extend(personal)
    hidden = hidden_numbers(opened, personal)
    part.findings = [masked(finding, hidden) for finding in held_back(part.findings, place, province)]
    part.texts = [t._replace(text=without_hidden(t.text, hidden)) for sink in sinks for t in sink.texts]
    part.cells = {sink.form: pack_cells(sink.cells) for sink in sinks}
    part.seen = {sink.form: pack_seen(without_personal(sink.seen, personal)) for sink in sinks}
    return part


def refuse(part: Part, source: Source, reason: str, detail: str, vocabulary: Vocabulary) -> None:
    """Note that a workbook cannot be read, and why; its name may still say whose it is."""
    said, place = Said(reason, {"detail": mask_personal(detail)}), Place(part.submission.file)
    part.submission.province = province_in_name(part.submission.file, vocabulary)
    province = part.submission.province
    part.findings.append(Finding("unreadable_file", "error", place, province, params={"reason": said}))
    part.findings.extend(personal_name(source, province))
    part.submission.revision = stated_revision(part.submission.file, [], vocabulary, province).number
    part.submission.status = "refused"


def _read(part: Part, sheets: list[Sheet], vocabulary: Vocabulary, corrections: Corrections) -> list[Sink]:
    submission, file = part.submission, part.submission.file
    sheets = decode_labels(sheets, vocabulary)
    identity = identify(file, sheets, vocabulary)
    located = locate(file, sheets, vocabulary)
    about = _about_this(identity.findings, located, vocabulary)
    others = {finding.place.sheet for finding in about if finding.rule in _ABOUT_ANOTHER}
    located = _without_others(file, sheets, vocabulary, located, others)
    forms = vocabulary.catalogue.forms
    submission.forms = {form: sheet.name for form, sheet in located.sheets.items()}
    submission.covers_cluster = bool(located.sheets) and all(forms[form].covers_cluster for form in located.sheets)
    submission.period = vocabulary.period.id
    submission.lang = language_of(located.sheets, vocabulary)
    submission.is_sample = identity.is_sample
    submission.window = identity.window
    province = identity.province.id if identity.province and not submission.covers_cluster else ""
    submission.province = province
    revision = stated_revision(file, sheets, vocabulary, province)
    submission.revision = revision.number
    part.findings.extend(revision.findings)
    about = [f for f in about if not (submission.covers_cluster and f.rule == "province_conflict")]
    if not located.sheets or (not province and not submission.covers_cluster):
        rule = "unknown_province" if located.sheets else "no_form"
        part.findings.append(Finding(rule, "error", Place(file), province))
        submission.status = "refused"
    forms_told = [_of_form(finding, located.sheets) for finding in about]
    part.findings.extend(_of(province, [*located.findings, *forms_told]))
    told = [f for s in sheets if s.decoded for f in encoding_findings(Place(file, s.name), s.decoded, province)]
    part.findings.extend(_of_form(finding, located.sheets) for finding in told)
    current = {form: sheet for form, sheet in located.sheets.items() if sheet.name not in others}
    if not current:
        submission.status = "refused"
    if submission.status:
        return []
    part.findings.extend(apply_corrections(sheets, corrections.of(file), province, vocabulary))
    sinks = _read_forms(part, [(form, current[form]) for form in forms if form in current], vocabulary)
    part.findings.extend(corrections_outcome(sheets, province))
    said = list(_said_in_words(part, sheets, province, vocabulary))
    part.findings.extend(_of_form(finding, located.sheets) for finding in said)
    return sinks


def _said_in_words(part: Part, sheets: list[Sheet], province: str, vocabulary: Vocabulary) -> Iterator[Finding]:
    """What texts say of figures: that one is to be corrected, that they are not final; a header's is told already."""
    corrections, file = SaidCorrections(vocabulary), part.submission.file
    doubted = {finding.place for finding in part.findings if finding.rule == "header_remark"}
    for sheet in sheets:
        yield from corrections.found_in(file, sheet, province)
        provisional = provisional_said(file, sheet, province, vocabulary)
        yield from (finding for finding in provisional if finding.place not in doubted)


def _about_this(findings: list[Finding], located: Located, vocabulary: Vocabulary) -> list[Finding]:
    """What was found of province and period but for sheets that may well name another province.

    Such are those with a form whose rows are provinces, and those that hold none of the forms.
    """
    forms = vocabulary.catalogue.forms
    free = {sheet.name for form, sheet in located.sheets.items() if forms[form].covers_cluster}
    free |= {f.place.sheet for f in located.findings if f.rule in {"sheet_without_form", "sheet_like_form"}}
    return [f for f in findings if f.rule not in _ANOTHERS or f.place.sheet not in free]


def _without_others(
    file: str, sheets: list[Sheet], vocabulary: Vocabulary, found: Located, others: set[str]
) -> Located:
    """The sheets that hold the forms; one about another period or province leaves no choice to be made."""
    doubtful = (finding.params["sheets"] for finding in found.findings if finding.rule == "ambiguous_form")
    if any(others.intersection(names) for names in doubtful):  # type: ignore[arg-type]
        return locate(file, [sheet for sheet in sheets if sheet.name not in others], vocabulary)
    return found


def _read_forms(part: Part, present: list[tuple[str, Sheet]], vocabulary: Vocabulary) -> list[Sink]:
    sinks = _read_each(part, present, vocabulary)
    renamed = rewrite_labels([sheet for _, sheet in present])
    if renamed:
        sinks = list(mark_labels(renamed, lambda: _read_each(part, present, vocabulary)))
    # One sheet may hold several forms; it is told once.
    hidden = {sheet.name: form for form, sheet in present if sheet.hidden}
    file, province = part.submission.file, part.submission.province
    older = older_templates(file, (sheet for _, sheet in present), vocabulary)
    part.findings.extend(replace(finding, province=province) for finding in older)
    part.findings.extend(Finding("hidden_sheet", "info", Place(file, s), province, f) for s, f in hidden.items())
    part.findings.extend(finding for sink in sinks for finding in sink.findings)
    return sinks


def _read_each(part: Part, present: list[tuple[str, Sheet]], vocabulary: Vocabulary) -> list[Sink]:
    """Read the forms, once more without the corrections of which only the whole column tells that they are unclear."""
    while True:
        sinks = [_read_form(part, form, sheet, vocabulary) for form, sheet in present]
        if not set_aside_unclear([sheet for _, sheet in present]):
            return sinks


def _of(province: str, findings: list[Finding]) -> list[Finding]:
    return [Finding(f.rule, f.severity, f.place, province, f.form, f.value, f.params) for f in findings]


def _of_form(finding: Finding, sheets: dict[str, Sheet]) -> Finding:
    """The finding with the form that its sheet holds."""
    form = next((form for form, sheet in sheets.items() if sheet.name == finding.place.sheet), "")
    return replace(finding, form=finding.form or form)


def _read_form(part: Part, name: str, sheet: Sheet, vocabulary: Vocabulary) -> Sink:
    form = vocabulary.catalogue.forms[name]
    owner = "" if PROVINCE in form.key_names else part.submission.province
    sink = Sink(part.submission.file, sheet, name, form, vocabulary, owner, vocabulary.period.id)
    (read_list if form.layout == "list" else read_table)(sink)
    mark_told(sink)
    return sink
