"""Several files of one province: the newest stated version is used, the older ones are set aside by name.

Nothing is guessed, and nobody reads an old number unknowingly: where the newest cannot be told, none is used; where the
newest cannot be read, the older ones are not used in its place.
"""

from collections.abc import Sequence
from itertools import groupby

from pipeline.ingest.revision import UNORDERED, says_more
from pipeline.ingest.submission import Part
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import PERSONAL, Finding, Place, Severity
from pipeline.text import spelt

_FIRST = 1  # an original need not say that it is the first version


def settle_resubmissions(parts: Sequence[Part], vocabulary: Vocabulary) -> list[Finding]:
    """Set the statuses of files that are one province's, and say why."""
    findings: list[Finding] = []
    whole = sorted((p for p in parts if _takes_part(p)), key=_province)
    for _, group in groupby(whole, key=_province):
        distinct, copies = without_copies(list(group))
        findings.extend(copies)
        if len(distinct) > 1:
            findings.extend(_choose(distinct, vocabulary))
    return findings


def _province(part: Part) -> str:
    return part.submission.province


def _takes_part(part: Part) -> bool:
    """Whether a file is one of a province's versions of this period's submission; one that was refused may be."""
    submission = part.submission
    if not submission.province or submission.covers_cluster:
        return False
    told = {f.rule for f in part.findings}
    another = bool({"period_conflict", "only_returned_list"} & told) or ("no_form" in told and submission.revision == 0)
    return not (submission.status and another)


def without_copies(group: list[Part]) -> tuple[list[Part], list[Finding]]:
    """The different ones; an identical copy of another one is set aside."""
    seen: dict[str, Part] = {}
    distinct, findings = [], []
    # Of the copies the one stays that states a version, else the one with the plainest name.
    for part in sorted(group, key=lambda p: (p.submission.revision <= 0, len(p.submission.file))):
        own = part.submission
        first = seen.setdefault(own.sha256, part) if own.sha256 else part
        if first is part:
            distinct.append(part)
            continue
        # What its name says of the version counts for the contents, whichever of the two is used.
        first.submission.revision = _higher(first.submission.revision, own.revision)
        findings.append(set_aside(part, "identical_copy", "warning", [first.submission.file]))
    return distinct, findings


def _higher(one: int, other: int) -> int:
    return UNORDERED if UNORDERED in {one, other} else max(one, other)


def _choose(group: list[Part], vocabulary: Vocabulary) -> list[Finding]:
    """Of different files, the one with the highest version; a refused file counts only where it states one."""
    readable = [p for p in group if not p.submission.status]
    stating = [p for p in group if p.submission.status and p.submission.revision != 0]
    ordered = readable + stating
    if len(ordered) < 2 and not (ordered and version(ordered[0]) > _FIRST):
        return []
    mended = _mended(readable, ordered)
    if mended is not None:
        older = [p for p in group if p is not mended]
        return [set_aside(part, "superseded_by_mended", "info", [mended.submission.file]) for part in older]
    names = [p.submission.file for p in ordered]
    top = max(version(p) for p in ordered)
    if any(p.submission.revision == UNORDERED for p in ordered) or _unplaced(readable, ordered, top, vocabulary):
        return [_refused(part, _of_one_version(ordered), names) for part in readable]
    newest = [p for p in ordered if version(p) == top]
    older = [p for p in group if version(p) < top]
    of_newest = [p.submission.file for p in newest]
    if len(newest) == 1:
        usable = newest[0] in readable
        return [supersede(part, of_newest, usable=usable) for part in older]
    rule = "duplicate_revision" if top > _FIRST else _of_one_version(newest)
    told = [_refused(part, rule, of_newest, revision=top) for part in newest if part in readable]
    return told + [supersede(part, of_newest, usable=False) for part in older]


def _of_one_version(parts: list[Part]) -> str:
    """What is wrong with several files: each holds forms that none of the others has, or they stand for each other."""
    held = [[form for form, cells in part.cells.items() if len(cells)] for part in parts]
    forms = [form for own in held for form in own]
    split = all(held) and len(set(forms)) == len(forms)
    return "split_submission" if split else "duplicate_submission"


def _mended(readable: list[Part], ordered: list[Part]) -> Part | None:
    """The file that was mended in a copy of another one that we marked, and so on back to all others.

    Our list in such a copy says of which contents it was made. What a file itself says of its version goes before.
    """
    by_hash = {spelt(p.submission.sha256): p for p in ordered if p.submission.sha256}
    for last in readable:
        own, before, unseen = last.submission.revision, {id(last)}, [last]
        while unseen:
            found = [by_hash[name] for name in unseen.pop().submission.mends if name in by_hash]
            unseen += [p for p in found if id(p) not in before]
            before |= {id(p) for p in found}
        later = own > 0 and any(version(p) > own for p in ordered)
        if len(before) == len(ordered) and not later:
            return last
    return None


def _unplaced(readable: list[Part], ordered: list[Part], top: int, vocabulary: Vocabulary) -> bool:
    """Whether beside a stated version a file has a name of which nobody knows if it is the original's."""
    stating = [p.submission.file for p in ordered if p.submission.revision > 0]
    unstated = [p.submission.file for p in readable if p.submission.revision == 0]
    return top > _FIRST and any(says_more(file, stating, vocabulary) for file in unstated)


def version(part: Part) -> int:
    """The version for ordering: what states none is the first."""
    return max(part.submission.revision, _FIRST)


def supersede(part: Part, newest: Sequence[str], *, usable: bool) -> Finding:
    """Set an older version aside; where the newest cannot be used, it is not used in its place either."""
    if usable:
        return set_aside(part, "superseded_submission", "info", newest)
    return set_aside(part, "superseded_by_refused", "warning", newest)


def _refused(part: Part, rule: str, names: Sequence[str], **params: object) -> Finding:
    part.submission.status = "refused"
    return _told(part, rule, "error", names, **params)


def set_aside(part: Part, rule: str, severity: Severity, names: Sequence[str]) -> Finding:
    """Mark a file as not used in favour of others; what was found in it is no longer anybody's to mend."""
    part.submission.status = "superseded"
    part.findings[:] = [f for f in part.findings if f.rule in PERSONAL]
    return _told(part, rule, severity, names)


def _told(part: Part, rule: str, severity: Severity, names: Sequence[str], **params: object) -> Finding:
    place, province = Place(part.submission.file), part.submission.province
    return Finding(rule, severity, place, province, params={"files": list(names), **params})
