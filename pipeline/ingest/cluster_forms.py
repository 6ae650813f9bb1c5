"""Forms whose rows are provinces, in several workbooks: each is taken from one of them, the newest, or from none."""

from collections.abc import Hashable, Sequence

from pipeline.ingest.resubmissions import supersede, version, without_copies
from pipeline.ingest.revision import UNORDERED, without_revision
from pipeline.ingest.seen import UNUSED
from pipeline.ingest.submission import Part
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import MEMBER, Finding, Place


def settle_cluster_forms(parts: Sequence[Part], vocabulary: Vocabulary) -> list[Finding]:
    """Leave each form of the cluster in one workbook; what was set aside or cannot be told is a finding."""
    findings = _behind_unreadable(parts, vocabulary)
    findings += without_copies([p for p in parts if p.submission.covers_cluster and not p.submission.status])[1]
    for form in (name for name, form in vocabulary.catalogue.forms.items() if form.covers_cluster):
        holders = [p for p in parts if not p.submission.status and _holds(p, form)]
        if len(holders) > 1:
            findings.extend(_one_of(holders, form, vocabulary))
    return findings


def _behind_unreadable(parts: Sequence[Part], vocabulary: Vocabulary) -> list[Finding]:
    """A workbook whose newer version, by its name, cannot be read is not used in its place."""
    findings = []
    nameless = [p for p in parts if p.submission.status == "refused" and not p.submission.province]
    for newer in (p for p in nameless if p.submission.revision > 0):
        subject = without_revision(newer.submission.file, vocabulary)
        for part in parts:
            own = part.submission
            same = own.covers_cluster and without_revision(own.file, vocabulary) == subject
            if same and not own.status and version(part) < version(newer):
                findings.append(supersede(part, [newer.submission.file], usable=False))
    return findings


def _holds(part: Part, form: str) -> bool:
    """Whether a workbook has the form for this period."""
    elsewhen = any(f.rule == "period_conflict" and f.form == form for f in part.findings)
    return form in part.submission.forms and not elsewhen


def _one_of(holders: list[Part], form: str, vocabulary: Vocabulary) -> list[Finding]:
    """Take the form from the newest workbook; where several are, and they differ, from none."""
    top = max(version(part) for part in holders)
    newest = [part for part in holders if version(part) == top]
    unordered = any(part.submission.revision == UNORDERED for part in holders)
    alike = len({_contents(part, form) for part in (holders if unordered else newest)}) == 1
    if not alike:
        return [_conflict(part, form, holders, vocabulary) for part in (holders if unordered else newest)] + [
            finding
            for part in holders
            if not unordered and part not in newest
            for finding in _drop(part, form, newest[0], vocabulary, usable=False)
        ]
    kept = newest[0]
    return [f for part in holders if part is not kept for f in _drop(part, form, kept, vocabulary, usable=True)]


def _contents(part: Part, form: str) -> Hashable:
    """The numbers of a form, wherever they stand."""
    if form not in part.cells:
        return frozenset()
    columns = (part.cells[form].values(name) for name in ("role", "province", "row", "period", "measure", "state"))
    values = map(repr, part.cells[form].values("value"))  # no NaN equals another
    return frozenset(cell for cell in zip(*columns, values, strict=True) if cell[0] == MEMBER)


def _drop(part: Part, form: str, kept: Part, vocabulary: Vocabulary, *, usable: bool) -> list[Finding]:
    """Take a form out of a workbook; one that held nothing else is set aside as a whole."""
    if not (part.submission.forms.keys() - {form}):
        return [supersede(part, [kept.submission.file], usable=usable)]
    sheet = part.submission.forms.pop(form)
    _forget(part, form)
    part.findings[:] = [f for f in part.findings if f.form != form]
    params = {"form": vocabulary.catalogue.forms[form].title, "file": kept.submission.file}
    place = Place(part.submission.file, sheet)
    return [Finding("superseded_form", "warning", place, part.submission.province, form, params=params)]


def _conflict(part: Part, form: str, holders: list[Part], vocabulary: Vocabulary) -> Finding:
    submission = part.submission
    _forget(part, form)
    if not any(len(cells) for cells in part.cells.values()):
        submission.status = "refused"
    params = {"form": vocabulary.catalogue.forms[form].title, "files": [p.submission.file for p in holders]}
    place = Place(submission.file, submission.forms[form])
    return Finding("duplicate_form", "error", place, submission.province, form, params=params)


def _forget(part: Part, form: str) -> None:
    part.cells.pop(form, None)
    part.texts[:] = [text for text in part.texts if text.form != form]
    if form in part.seen:
        part.seen[form] = part.seen[form].with_text("place", UNUSED)
