"""What only shows when all submissions are side by side: which are missing, doubled, or from outside the cluster."""

from pipeline.ingest.cluster_forms import settle_cluster_forms
from pipeline.ingest.resubmissions import settle_resubmissions
from pipeline.ingest.submission import Part
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said


def settle(parts: list[Part], vocabulary: Vocabulary, *, alone: bool) -> list[Finding]:
    """Set the statuses that depend on the other submissions, and return what was found."""
    members = vocabulary.catalogue.members_on(vocabulary.period)
    for part in parts:
        submission = part.submission
        submission.base_only = bool(submission.province) and submission.province not in members
    findings = [*settle_resubmissions(parts, vocabulary), *settle_cluster_forms(parts, vocabulary)]
    findings.extend(
        Finding("base_only_submission", "info", Place(p.submission.file), p.submission.province)
        for p in parts
        if p.submission.base_only and not p.submission.status
    )
    for part in parts:
        findings.extend(_missing_forms(part, parts, vocabulary))
    if not alone:
        findings.extend(_missing_submissions(parts, vocabulary))
        findings.extend(_missing_cluster_forms(parts, vocabulary))
    return findings


def _missing_forms(part: Part, parts: list[Part], vocabulary: Vocabulary) -> list[Finding]:
    own = part.submission
    if own.status or own.base_only or own.covers_cluster:
        return []
    told = {f.form for f in part.findings if f.rule == "ambiguous_form"}
    before = [s for s in (p.submission for p in parts) if s.province == own.province and s.status == "superseded"]
    findings = []
    for form in vocabulary.catalogue.expected_forms:
        if form not in own.forms and form not in told:
            holding = [older.file for older in before if form in older.forms]
            older = Said("missing.older", {"files": holding}) if holding else ""
            params = {"form": vocabulary.catalogue.forms[form].title, "older": older}
            findings.append(Finding("missing_form", "error", Place(own.file), own.province, form, params=params))
    return findings


def _missing_submissions(parts: list[Part], vocabulary: Vocabulary) -> list[Finding]:
    catalogue = vocabulary.catalogue
    if not catalogue.expected_forms:
        return []
    here = {part.submission.province for part in parts}
    return [
        Finding(
            "missing_submission", "error", province=province, params={"province": catalogue.province_label(province)}
        )
        for province in catalogue.members_on(vocabulary.period)
        if province not in here
    ]


def _missing_cluster_forms(parts: list[Part], vocabulary: Vocabulary) -> list[Finding]:
    here = {
        form
        for part in parts
        if part.submission.status not in {"refused", "superseded"}
        for form in part.submission.forms
    }
    forms = vocabulary.catalogue.forms
    return [
        Finding("missing_form", "error", form=form, params={"form": forms[form].title, "older": ""})
        for form in vocabulary.catalogue.cluster_forms
        if form not in here
    ]
