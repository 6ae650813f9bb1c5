"""Compares the period that a workbook states with its folder's, and says where they differ or none is stated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.ingest.approximate import unmarked
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.stated_periods import PeriodReader, Stated
from pipeline.ingest.title_texts import TitleText, first_figures, title_texts
from pipeline.ingest.titles import Titles
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place
from pipeline.text import fold, tidy

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_Said = list[tuple[Stated, TitleText]]


Window = tuple[date, date]


@dataclass(frozen=True)
class PeriodSaid:
    """The days that a workbook says its figures are about (None: it names no days), and what is doubtful."""

    window: Window | None
    findings: list[Finding]


def read_period(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> PeriodSaid:
    """Compare the period that the workbook states with the folder's, and its days with the catalogue's.

    Days that are the period's, shifted as reporting periods are, win over the catalogue's; a difference is a doubt.
    """
    reader = PeriodReader(vocabulary)
    stated = {sheet.name: said for sheet in sheets if (said := _statements(sheet, reader, vocabulary))}
    findings = _period_findings(file, stated, vocabulary)
    if not stated:
        others = (_in_other_words(file, sheet, reader, vocabulary) for sheet in sheets)
        other = next((finding for finding in others if finding), None)
        findings = [other, *(f for f in findings if f.severity != "info")] if other else findings
    findings += [f for sheet in sheets if (f := _contradiction(file, sheet, stated.get(sheet.name, []), vocabulary))]
    days = [(s, text) for said in stated.values() for s, text in said if s.by_days and s.is_about(vocabulary.period)]
    expected = vocabulary.catalogue.window_of(vocabulary.period)
    told: dict[Window, Finding] = {}
    for span, text in days:
        window = (span.start, span.end)
        if window not in told and window != expected:
            place = Place(file, text.sheet, address(text.row, text.column))
            told[window] = Finding("period_window", "warning", place, value=span.label, params=_days(expected))
    if not days:
        told_at = {finding.place for finding in findings}
        findings += [f for f in _early(file, sheets, reader, expected) if f.place not in told_at]
    return PeriodSaid((days[0][0].start, days[0][0].end) if days else None, [*findings, *told.values()])


def _in_other_words(file: str, sheet: Sheet, reader: PeriodReader, vocabulary: Vocabulary) -> Finding | None:
    """A line alone in its row above the figures that speaks of another period, in a sheet that states none."""
    last, words = first_figures(sheet), vocabulary.catalogue.words
    years = {fold(word.partition("{")[0]) for word in (*words.current, *words.previous) if "{" in word} - {""}
    others = vocabulary.folded(words.documents) | {word for word in vocabulary.previous if not _YEAR.search(word)}
    for text in title_texts(sheet):
        folded = f" {fold(text.text)} "
        if not text.is_alone or text.row >= last or any(f" {word} " in folded for word in others):
            continue
        stated = reader.read(text.text)
        if len(stated) != 1 or any(s.is_about(vocabulary.period) for s in stated):
            continue
        if stated[0].is_part or any(f" {year} {stated[0].label} " in folded for year in years):
            place, params = Place(file, sheet.name, address(text.row, text.column)), {"period": vocabulary.period.id}
            return Finding("period_in_text", "warning", place, value=tidy(text.text), params=params)
    return None


def _early(file: str, sheets: list[Sheet], reader: PeriodReader, expected: Window) -> list[Finding]:
    """A line above the figures that says up to which day they reach, where that is before the period's last day."""
    for sheet in sheets:
        for text in title_texts(sheet):
            until = reader.until(text.text, expected[1].year) if text.row < first_figures(sheet) else None
            if until is not None and expected[0] <= until < expected[1]:
                place = Place(file, text.sheet, address(text.row, text.column))
                return [Finding("as_of_early", "warning", place, value=f"{until:%d/%m/%Y}", params=_days(expected))]
    return []


def _days(window: Window) -> dict[str, object]:
    return {"start": f"{window[0]:%d/%m/%Y}", "end": f"{window[1]:%d/%m/%Y}"}


def _period_findings(file: str, stated: dict[str, _Said], vocabulary: Vocabulary) -> list[Finding]:
    """Compare the period that the workbook states with the folder's; say so where it states none.

    A sheet that says another period is about that one: an error, and it is not read. A file's name may hold the day
    it was sent, so a year in it is only a doubt.
    """
    period = vocabulary.period
    others = [_conflict(file, said, vocabulary) for said in stated.values()]
    found = [finding for finding in others if finding is not None]
    errors = [finding for finding in found if finding.severity == "error"]
    if errors or stated:
        return errors or found[:1]
    named = [int(year) for year in _YEAR.findall(tidy(file))]
    params = {"period": period.id}
    part = _part_in_name(file, vocabulary)
    if part is not None:
        return [Finding("period_in_name", "warning", Place(file), value=part.label, params=params)]
    if period.year in named:
        return []
    if named:
        return [Finding("period_in_name", "warning", Place(file), value=str(named[0]), params=params)]
    return [Finding("period_assumed", "info", Place(file), params=params)]


def _part_in_name(file: str, vocabulary: Vocabulary) -> Stated | None:
    """The part of a year, with or without its year, that a file's name says, where that is not the folder's period."""
    name = tidy(file.rpartition(".")[0]).replace("_", " ")
    reader = PeriodReader(vocabulary, unmarked)  # names are often written without marks
    parts = [stated for stated in reader.read(name, year=vocabulary.period.year) if stated.is_part]
    other = all(not stated.is_about(vocabulary.period) for stated in parts)
    return parts[0] if parts and other else None


def _conflict(file: str, said: _Said, vocabulary: Vocabulary) -> Finding | None:
    """What a sheet's statements say against the folder's period; None where one of them is that period."""
    period = vocabulary.period
    if any(stated.is_about(period) for stated, _ in said):
        return None
    whole_folder = (period.first_month, period.last_month) == (1, 12)
    own = [(stated, text) for stated, text in said if stated.year == period.year]
    # A part of the year in the folder of a whole one may be a heading; so may a year in the folder of a part.
    doubtful = next(((stated, text) for stated, text in own if stated.is_part == whole_folder), None)
    stated, text = doubtful or said[0]
    place, params = Place(file, text.sheet, address(text.row, text.column)), {"period": period.id}
    if doubtful is None:
        return Finding("period_conflict", "error", place, value=stated.label, params=params)
    rule = "period_span" if whole_folder else "period_wider"
    return Finding(rule, "warning", place, value=tidy(text.text), params=params)


def _contradiction(file: str, sheet: Sheet, said: _Said, vocabulary: Vocabulary) -> Finding | None:
    """A line above the figures that speaks of a part of the year, beside another one that says the whole."""
    period = vocabulary.period
    whole = [text for stated, text in said if not stated.is_part and stated.is_about(period)]
    parts = [text for stated, text in said if stated.is_part and not stated.by_days and stated.year == period.year]
    others = [text for text in parts if text not in whole and text.row < first_figures(sheet)]
    if not whole or not others:
        return None
    place, params = Place(file, sheet.name, address(others[0].row, others[0].column)), {"period": period.id}
    return Finding("period_span", "warning", place, value=tidy(others[0].text), params=params)


def _statements(sheet: Sheet, reader: PeriodReader, vocabulary: Vocabulary) -> _Said:
    """The periods of lines about the period: after a word for it, or alone in their row; else of titles; else below."""
    return (
        list(_said(title_texts(sheet), reader, vocabulary, alone=first_figures(sheet)))
        or _in_titles(sheet, reader, vocabulary)
        or list(_said(title_texts(sheet, deep=True), reader, vocabulary))
    )


def _in_titles(sheet: Sheet, reader: PeriodReader, vocabulary: Vocabulary) -> _Said:
    """The one period that a form's title says: "Crimes by district, quarter II of 2024", or without the year."""
    forms = Titles(vocabulary).forms.values()
    for text in title_texts(sheet):
        stated = reader.read(text.text, year=vocabulary.period.year)
        named = [form for form in forms if len(stated) == 1 and form.of_line(unmarked(text.text))]
        # What the form itself is called says nothing of this workbook.
        titles = [vocabulary.fill(title) for form in named for title in form.form.title.all]
        called = {own.label for title in titles for own in reader.read(title, year=stated[0].year)}
        if named and stated[0].label not in called:
            return [(stated[0], text)]
    return []


def _said(
    texts: Iterator[TitleText], reader: PeriodReader, vocabulary: Vocabulary, *, alone: int | None = None
) -> Iterator[tuple[Stated, TitleText]]:
    """Statements after a word for the period; with ``alone``, the first row of figures, lines of their own too."""
    words = vocabulary.folded(vocabulary.catalogue.words.period)
    # "Last period (2023)" heads a column; it says nothing of the workbook's own period.
    before = tuple(word for word in vocabulary.previous if not word[0].isdigit())
    for text in texts:
        folded = fold(text.text)
        if any(folded == w or folded.startswith(f"{w} ") for w in words) and not folded.startswith(before):
            yield from ((stated, text) for stated in _after_word(text, reader, vocabulary.period.year))
        elif alone is None or not text.is_alone:
            continue
        elif _opens_with_year(folded, vocabulary) or reader.opens(text.text):
            yield from ((stated, text) for stated in reader.read(text.text))
        elif text.row < alone and reader.names_part(text.text):
            yield from ((stated, text) for stated in reader.read(text.text, year=vocabulary.period.year))


def _after_word(text: TitleText, reader: PeriodReader, year: int) -> list[Stated]:
    """What follows a word for the period: in its cell, in the next ones, or below it."""
    own = reader.read(text.text, year=year)
    if own:
        return own
    if text.year_after is not None:
        return reader.read(f"{text.text} {text.year_after}")
    return reader.read(text.after, year=year) or ([] if text.after else reader.read(text.below))


def _opens_with_year(folded: str, vocabulary: Vocabulary) -> bool:
    """Whether a line begins as a period's column would in some year: the words for a year, then its number."""
    found = _YEAR.search(folded)
    if found is None:
        return False
    return folded[: found.end()].replace(found.group(), str(vocabulary.period.year)) in vocabulary.current
