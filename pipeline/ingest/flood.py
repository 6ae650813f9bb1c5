"""Keeps what is said of one file readable: a file may give a finding at each of a million cells."""

from pipeline.model import Finding, Place

MOST = 10_000


def held_back(findings: list[Finding], place: Place, province: str) -> list[Finding]:
    """The findings, or where they are a flood the first of each kind, as many others as fit, and how many are not told.

    What a file is judged by (which forms have errors, which rules were broken) is the same.
    """
    if len(findings) <= MOST:
        return findings
    firsts: set[tuple[str, str, str, str]] = set()
    others: list[int] = []
    for number, finding in enumerate(findings):
        kind = (finding.rule, finding.severity, finding.form, finding.place.sheet)
        if kind in firsts:
            others.append(number)
        firsts.add(kind)
    told = set(others[: max(MOST - len(firsts), 0)])
    untold = set(others) - told
    kept = [finding for number, finding in enumerate(findings) if number not in untold]
    return [*kept, Finding("findings_held_back", "warning", place, province, params={"count": len(untold)})]
