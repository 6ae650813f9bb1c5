"""Which sheet of a workbook holds which form: by the sheet's name, the form's number or its title."""

import re
from dataclasses import dataclass, field

from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold

# How sure each way of finding a form is; a title inside a longer line is weaker than one that stands alone.
_NAME, _NAME_BEGINS, _TITLE, _NUMBER, _TITLE_WITHIN = 8, 6, 5, 4, 3
_TITLE_ROWS = 15


@dataclass
class Located:
    """Form id -> sheet, and what was doubtful about it."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def locate(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> Located:
    """Find each form's sheet. Two sheets that could be the same form are an error, and neither is read."""
    scores = _scores([s for s in sheets if any(cell != "" for row in s.rows for cell in row)], vocabulary)
    located = Located()
    taken: set[str] = set()
    for form in sorted(vocabulary.catalogue.forms, key=lambda f: -max((scores[f].values()), default=0)):
        own = {name: score for name, score in scores[form].items() if name not in taken}
        best = [name for name, score in own.items() if score == max(own.values())]
        if len(best) > 1:
            title = vocabulary.catalogue.forms[form].title
            params = {"form": title, "sheets": best}
            located.findings.append(Finding("ambiguous_form", "error", Place(file, best[0]), form=form, params=params))
            taken.update(best)
        elif best and not _better_elsewhere(best[0], form, scores):
            located.sheets[form] = next(s for s in sheets if s.name == best[0])
            taken.add(best[0])
    located.findings.extend(_about_sheets(file, sheets, taken))
    return located


def _better_elsewhere(sheet: str, form: str, scores: dict[str, dict[str, int]]) -> bool:
    return any(other[sheet] > scores[form][sheet] for other in scores.values() if sheet in other)


def _scores(sheets: list[Sheet], vocabulary: Vocabulary) -> dict[str, dict[str, int]]:
    """Form id -> sheet name -> how well the sheet fits; sheets that do not fit at all are left out."""
    lines = {sheet.name: _title_lines(sheet) for sheet in sheets}
    prefixes = [fold(word) for word in vocabulary.catalogue.words.form_number]
    scores: dict[str, dict[str, int]] = {}
    for name, form in vocabulary.catalogue.forms.items():
        names = vocabulary.form_names(form)
        number = _number_pattern(form.number, prefixes)
        titles = vocabulary.folded(form.title.all)
        found = {s.name: _score(fold(s.name), lines[s.name], names, titles, number) for s in sheets}
        scores[name] = {sheet: score for sheet, score in found.items() if score}
    return scores


def _number_pattern(number: str, prefixes: list[str]) -> re.Pattern[str] | None:
    """``Form 02``, ``F02``, ``Form no. 2`` ... at the start of a folded text."""
    if not number:
        return None
    bare = re.escape(fold(number).lstrip("0") or fold(number))
    words = "|".join(sorted((re.escape(p) for p in prefixes if p), key=len, reverse=True))
    return re.compile(rf"(?:(?:{words})\s*)0*{bare}(?!\w)")


def _score(
    name: str, lines: list[str], names: frozenset[str], titles: frozenset[str], number: re.Pattern[str] | None
) -> int:
    if name in names or (number and number.fullmatch(name)):
        return _NAME
    if number and number.match(name):
        return _NAME_BEGINS
    if any(line in titles for line in lines):
        return _TITLE
    if number and any(number.match(line) for line in lines):
        return _NUMBER
    return _TITLE_WITHIN if any(title in line for line in lines for title in titles) else 0


def _title_lines(sheet: Sheet) -> list[str]:
    """The texts that may be a title: the first rows' cells, and a title that runs over two rows."""
    lines: list[str] = []
    above: dict[int, str] = {}
    for row in sheet.rows[:_TITLE_ROWS]:
        here = {column: fold(cell) for column, cell in enumerate(row) if isinstance(cell, str) and cell.strip()}
        lines.extend(here.values())
        lines.extend(f"{above[column]} {text}" for column, text in here.items() if column in above)
        above = here
    return lines


def _about_sheets(file: str, sheets: list[Sheet], taken: set[str]) -> list[Finding]:
    """Say which hidden sheets were read, and which sheets hold no form."""
    findings = []
    for sheet in sheets:
        place = Place(file, sheet.name)
        if sheet.name not in taken and any(cell != "" for row in sheet.rows for cell in row):
            findings.append(Finding("sheet_without_form", "info", place))
        elif sheet.hidden and sheet.name in taken:
            findings.append(Finding("hidden_sheet", "info", place))
    return findings
