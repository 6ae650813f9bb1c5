"""The frames of findings, submissions and observations, in the order in which people read them."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.coded import texts
from pipeline.columns import FINDINGS, OBSERVATIONS, SUBMISSIONS
from pipeline.messages import Messages
from pipeline.model import LANGS, MEMBER, PERSONAL, Finding, Lang, Submission
from pipeline.periods import Period
from pipeline.states import REJECTED

if TYPE_CHECKING:
    import pandas as pd

_SEVERITIES = ("error", "warning", "info")
_CELL = re.compile(r"([A-Z]+)(\d+)")


def findings_frame(
    findings: list[Finding], catalogue: Catalogue, period: Period, lang: Lang, *, to_province: bool = False
) -> "pd.DataFrame":
    """Findings as a frame: personal data first, then errors; then by province, form and place."""
    import pandas as pd

    say = Messages(lang, period.year, to_province=to_province)
    members = [*catalogue.members_on(period), ""]
    forms = [*catalogue.forms, ""]

    def order(finding: Finding) -> tuple[object, ...]:
        province = members.index(finding.province) if finding.province in members else len(members)
        form = forms.index(finding.form) if finding.form in forms else len(forms)
        match = _CELL.fullmatch(finding.place.cell)
        cell = (int(match[2]), len(match[1]), match[1]) if match else (0, 0, "")
        return (
            finding.rule not in PERSONAL,
            _SEVERITIES.index(finding.severity),
            province,
            finding.place.file,
            form,
            cell,
            finding.rule,
            finding.value,
        )

    rows = []
    for f in sorted(findings, key=order):
        expected, message = say.finding(f)
        place = f.place
        rows.append(
            (f.severity, f.rule, f.province, f.form, place.file, place.sheet, place.cell, f.value, expected, message)
        )
    return pd.DataFrame(rows, columns=list(FINDINGS), dtype=str)


def for_provinces(
    findings: list[Finding], submissions: Sequence[Submission], catalogue: Catalogue, period: Period, lang: Lang
) -> tuple[dict[str, Lang], "pd.DataFrame"]:
    """Each file's language (that of its headers, else ``lang``), and the files' findings worded for who sent them."""
    import pandas as pd

    langs: dict[str, Lang] = {s.file: next((own for own in LANGS if own == s.lang), lang) for s in submissions}
    frames = [
        findings_frame(
            [f for f in findings if langs.get(f.place.file) == own], catalogue, period, own, to_province=True
        )
        for own in LANGS
    ]
    return langs, pd.concat(frames, ignore_index=True)


def observations_frame(cells: "pd.DataFrame", catalogue: Catalogue, period: Period) -> "pd.DataFrame":
    """The numbers that are stored: those of rows, not of totals; by province and form, then as they stand."""
    provinces = {p: i for i, p in enumerate(catalogue.members_on(period))}
    forms = {f: i for i, f in enumerate(catalogue.forms)}
    members = texts(cells.loc[cells["role"] == MEMBER, ["province", "form"]])
    order = members.assign(
        place=members["province"].map(lambda p: provinces.get(p, len(provinces))), form=members["form"].map(forms)
    ).sort_values(["place", "province", "form"], kind="stable")
    return cells[list(OBSERVATIONS)].loc[order.index].reset_index(drop=True)  # taken once: the largest frame there is


def submissions_frame(  # noqa: PLR0913  two of them are flags
    submissions: Sequence[Submission],
    cells: "pd.DataFrame",
    findings: "pd.DataFrame",
    catalogue: Catalogue,
    period: Period,
    *,
    strict: bool,
    alone: bool,
) -> "pd.DataFrame":
    """What was expected and what came, with a status each; members first, in the cluster's order."""
    import pandas as pd

    members = list(catalogue.members_on(period))
    usable = set(cells.loc[(cells["role"] == MEMBER) & (cells["state"] != REJECTED), "file"])
    judged = [_judged(s, findings, catalogue, is_usable=s.file in usable, strict=strict) for s in submissions]
    rows = [row for row in judged if row[0]] + [row for row in judged if not row[0]]
    if not alone:
        rows += _missing(judged, findings, catalogue, members)
    order = {province: i for i, province in enumerate(members)}
    rows.sort(key=lambda row: (order.get(str(row[0]), len(order) + (not row[0])), str(row[1])))
    days = {s.file: s.window or catalogue.window_of(period) for s in submissions}
    dated = [(*row, *_days(days.get(str(row[1])))) for row in rows]
    return pd.DataFrame(dated, columns=list(SUBMISSIONS)).astype(
        dict.fromkeys(("forms_expected", "forms_accepted", "errors", "warnings"), "int64")
    )


def _days(window: tuple[date, date] | None) -> tuple[str, str]:
    """The first and the last day that figures are about, as texts; empty where nothing came."""
    return (window[0].isoformat(), window[1].isoformat()) if window else ("", "")


def _judged(
    submission: Submission, findings: "pd.DataFrame", catalogue: Catalogue, *, is_usable: bool, strict: bool
) -> tuple[object, ...]:
    """A submission's row; ``is_usable``: whether some number of it can be used."""
    own = findings[findings["file"] == submission.file]
    bad = own["severity"].isin(["error", "warning"] if strict else ["error"])
    errors, warnings = int(bad.sum()), int((~bad & (own["severity"] == "warning")).sum())
    wrong = set(own.loc[bad, "form"])
    whole = len(submission.forms) if submission.covers_cluster or submission.base_only else 0
    expected = whole or len(catalogue.expected_forms)
    refused = submission.status in {"refused", "superseded"}
    accepted = 0 if refused else sum(form not in wrong for form in submission.forms)
    status = submission.status or ("base_only" if submission.base_only else "")
    if not status:
        if errors:
            status = "partial" if is_usable else "refused"
        else:
            status = "accepted_with_warnings" if warnings else "accepted"
    return submission.province, submission.file, submission.sha256, status, expected, accepted, errors, warnings


def _missing(
    judged: list[tuple[object, ...]],
    findings: "pd.DataFrame",
    catalogue: Catalogue,
    members: list[str],
) -> list[tuple[object, ...]]:
    here = {row[0] for row in judged}
    forms = len(catalogue.expected_forms)
    rows: list[tuple[object, ...]] = [
        (province, "", "", "missing", forms, 0, 1, 0) for province in members if forms and province not in here
    ]
    absent = findings[(findings["rule"] == "missing_form") & (findings["file"] == "")]
    if len(absent):
        rows.append(("", "", "", "missing", len(absent), 0, len(absent), 0))
    return rows
