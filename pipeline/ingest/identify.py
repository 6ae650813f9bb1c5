"""Which province and which period a workbook is about: from its own text, then from its name."""

import re
from dataclasses import dataclass, field

from pipeline.catalogue.models import Province
from pipeline.ingest.parts import address, cell_position
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold, slug, tidy

_TITLE_ROWS = 15
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass
class Identity:
    """The province (None: not known), and what was doubtful."""

    province: Province | None = None
    place: Place = field(default_factory=Place)
    findings: list[Finding] = field(default_factory=list)
    is_sample: bool = False


def identify(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> Identity:
    """Find the province; the workbook's text wins over the file's name, and a conflict is a finding."""
    said, place = _from_text(file, sheets, vocabulary)
    named = _from_name(file, vocabulary)
    identity = Identity(said or named, place)
    if said and named and said.id != named.id:
        params = {"said": said.label, "named": named.label}
        identity.findings.append(Finding("province_conflict", "warning", place, said.id, params=params))
    identity.findings.extend(_period_findings(file, sheets, vocabulary))
    note = vocabulary.catalogue.settings.sample_note
    words = {fold(text) for text in note.all} if note else set()
    identity.is_sample = any(word in fold(text) for _, text, _ in _title_cells(sheets) for word in words)
    return identity


def _title_cells(sheets: list[Sheet]) -> list[tuple[Place, str, str]]:
    """(place, text, text of the next filled cell) of each text in the sheets' first rows."""
    found = []
    for sheet in sheets:
        for row, values in enumerate(sheet.rows[:_TITLE_ROWS]):
            filled = [(c, v) for c, v in enumerate(values) if isinstance(v, str) and v.strip()]
            for index, (column, text) in enumerate(filled):
                after = filled[index + 1][1] if index + 1 < len(filled) else ""
                found.append((Place("", sheet.name, address(row, column)), text, after))
    return found


def _from_text(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> tuple[Province | None, Place]:
    """The province after "reporting unit" and the like; sheets that disagree leave it to the file's name."""
    words = sorted(vocabulary.folded(vocabulary.catalogue.words.reporting_unit), key=len, reverse=True)
    votes: dict[str, tuple[Province, Place]] = {}
    counts: dict[str, int] = {}
    for place, text, after in _title_cells(sheets):
        folded = fold(text)
        word = next((w for w in words if folded.startswith(w)), None)
        if word is None:
            continue
        province = _named(folded.removeprefix(word), vocabulary) or (
            _named(fold(after), vocabulary) if folded == word else None
        )
        if province is not None:
            votes.setdefault(province.id, (province, Place(file, place.sheet, place.cell)))
            counts[province.id] = counts.get(province.id, 0) + 1
    if not votes:
        return None, Place(file)
    most = max(counts, key=lambda p: counts[p])
    return votes[most] if list(counts.values()).count(counts[most]) == 1 else (None, Place(file))


def _named(text: str, vocabulary: Vocabulary) -> Province | None:
    """The province whose name stands in a folded text as whole words; the longest name wins."""
    padded = f" {text.strip()} "
    names = (name for name in vocabulary.provinces if f" {name} " in padded)
    best = max(names, key=len, default=None)
    return vocabulary.provinces[best] if best else None


def province_in_name(file: str, vocabulary: Vocabulary) -> str:
    """The id of the province that a file's name says; empty where it says none."""
    named = _from_name(file, vocabulary)
    return named.id if named else ""


def _from_name(file: str, vocabulary: Vocabulary) -> Province | None:
    stem = f"-{slug(file.rpartition('.')[0])}-"
    on_day = vocabulary.catalogue.provinces_on(vocabulary.period)
    names = {f"-{slug(name)}-": p for p in on_day for name in (*p.name.all, *p.also, p.id)}
    fits = [name for name in names if len(name) > 3 and name in stem]
    best = max(fits, key=len, default=None)
    return names[best] if best else None


def _period_findings(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> list[Finding]:
    """Compare the year that the workbook states with the folder's; say so where it states none.

    A sheet that says another year is about that year: an error, and it is not read. A file's name may hold the day
    it was sent, so a year in it is only a doubt.
    """
    period = vocabulary.period
    stated = _stated_years(file, sheets, vocabulary)
    others = {sheet: years for sheet, years in stated.items() if period.year not in years}
    if others:
        params = {"period": period.id}
        return [
            Finding("period_conflict", "error", next(iter(years.values())), value=str(next(iter(years))), params=params)
            for years in others.values()
        ]
    if stated:
        return _span_findings(stated, sheets, vocabulary)
    named = [int(year) for year in _YEAR.findall(tidy(file))]
    if period.year in named:
        return []
    if named:
        params = {"period": period.id}
        return [Finding("period_in_name", "warning", Place(file), value=str(named[0]), params=params)]
    return [Finding("period_assumed", "info", Place(file), params={"period": period.id})]


def _span_findings(stated: dict[str, dict[int, Place]], sheets: list[Sheet], vocabulary: Vocabulary) -> list[Finding]:
    """A line that speaks of some months or a quarter, in the folder of a whole year."""
    period = vocabulary.period
    if (period.first_month, period.last_month) != (1, 12):
        return []
    words = vocabulary.catalogue.words
    months, quarters = ("|".join(vocabulary.folded(texts)) for texts in (words.month, words.quarter))
    # "6 months" is a span; in "15 month 12" the number before is a day's and the one after the month's.
    part = re.compile(rf"\b(?:[1-9]|1[01]) (?:{months})(?!\w| \d)|\b(?:{quarters}) (?:[1-4]|i{{1,3}}|iv)\b")
    grids = {sheet.name: sheet for sheet in sheets}
    for place in (years[period.year] for years in stated.values()):
        position = cell_position(place.cell)
        text = grids[place.sheet].text(*position) if position else ""
        if part.search(fold(text)):
            return [Finding("period_span", "warning", place, value=tidy(text), params={"period": period.id})]
    return []


def _stated_years(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> dict[str, dict[int, Place]]:
    """By sheet, the years of lines about the period: after a word for it, or alone in its row as "Year 2023"."""
    words = vocabulary.folded(vocabulary.catalogue.words.period)
    # "Last period (2023)" heads a column; it says nothing of the workbook's own period.
    before = tuple(word for word in vocabulary.previous if not word[0].isdigit())
    stated: dict[str, dict[int, Place]] = {}
    alone = {(sheet.name, row) for sheet in sheets for row, values in enumerate(sheet.rows[:_TITLE_ROWS])
             if sum(value != "" for value in values) == 1}  # fmt: skip
    for place, text, after in _title_cells(sheets):
        folded = fold(text)
        after_word = any(folded == w or folded.startswith(f"{w} ") for w in words) and not folded.startswith(before)
        position = cell_position(place.cell)
        is_title = position is not None and (place.sheet, position[0]) in alone
        if after_word or (is_title and _opens_with_year(folded, vocabulary)):
            for year in _YEAR.findall(f"{text} {after if after_word and not _YEAR.search(text) else ''}"):
                stated.setdefault(place.sheet, {}).setdefault(int(year), Place(file, place.sheet, place.cell))
    return stated


def _opens_with_year(folded: str, vocabulary: Vocabulary) -> bool:
    """Whether a line begins as a period's column would in some year: the words for a year, then its number."""
    found = _YEAR.search(folded)
    if found is None:
        return False
    return folded[: found.end()].replace(found.group(), str(vocabulary.period.year)) in vocabulary.current
