"""Writes `consolidated.xlsx`, which analysts open. One module per sheet is in `sheets`, the looks in `theme`."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path

from xlsxwriter import Workbook

from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.plain import plain
from pipeline.platforms import release_memory
from pipeline.report import theme
from pipeline.report.sheets import (
    attainment,
    changed,
    charts,
    checks,
    compare,
    comparison,
    comparison_frame,
    decomposition,
    findings,
    forms,
    indicators,
    indicators_before,
    notes,
    overview,
    profile,
    reconciliation,
    score_origins,
    scores,
    sources,
    sources_before,
    submissions,
    targets,
    trends,
)
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.form_tables import FormTable
from pipeline.report.sheets.gathered import tables_of
from pipeline.report.sheets.records import forget
from pipeline.report.worksheet import QuickWorksheet

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_WITH = {scores.KEY: (score_origins.KEY,)}  # sheets that are written with another
_DRAWN_FROM = {charts.KEY, compare.KEY, profile.KEY}  # charts hold copies of their cells, made at the end


def write_workbook(results: Results, path: Path) -> None:
    """Write the workbook of a consolidation. The same results give the same bytes."""
    say = Messages(results.lang)
    provinces = _provinces(results)
    tables = tables_of(results, provinces)
    with Workbook(str(path), _options()) as workbook:
        names, bare = _sheet_names(results, list(tables), say), _bare(results, tables)
        book = Book(workbook, results, say, theme.Formats(workbook), provinces, tables, names)
        book.left_out = [names.pop(key) for key in list(names) if key in bare]
        held = indicators_before.held_before(book)
        if not held.lines:
            names.pop(sources_before.KEY)
        book.sheets |= {key: workbook.add_worksheet(name, QuickWorksheet) for key, name in book.names.items()}
        _describe(book)
        _write_sheets(book, held)
        book.sheets[overview.KEY].activate()


def _options() -> dict[str, object]:
    """What comes in stays what it is: no text becomes a formula, a link, a number. XlsxWriter adds to what it gets."""
    return {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        # Columns are so many digits wide of this font; another one that a computer lacks would be replaced by a wider.
        "default_format_properties": {"font_name": theme.FONT, "font_size": theme.SIZE},
    }


def _write_sheets(book: Book, before: sources_before.Before) -> None:
    found = findings.findings(book)
    held = sources.sources(book, findings.remarks(found))
    overview.write(book, found, charts.write(book) if charts.KEY in book.names else None)
    notes_of = indicators.write(book, before)
    for key in (overview.KEY, indicators.KEY):
        book.sheets[key].settle()
    writers: dict[str, Callable[[], object]] = {
        attainment.KEY: lambda: attainment.write(book),
        comparison_frame.KEY: lambda: comparison.write(book),
        decomposition.KEY: lambda: decomposition.write(book, before),
        trends.KEY: lambda: trends.write(book, before),
        scores.KEY: lambda: scores.write(book),
        compare.KEY: lambda: compare.write(book, notes_of),
        profile.KEY: lambda: profile.write(book, found),
        **{forms.key(form): partial(forms.write, book, form, held) for form in book.tables},
        submissions.KEY: lambda: submissions.write(book, found),
        changed.KEY: lambda: changed.write(book, held),
        checks.KEY: lambda: checks.write(book, held),
        reconciliation.KEY: lambda: reconciliation.write(book, held),
        findings.KEY: lambda: findings.write(book, found),
        targets.KEY: lambda: targets.write(book),
        sources.KEY: lambda: sources.write(book, held),
        sources_before.KEY: lambda: sources_before.write(book, before),
        notes.KEY: lambda: notes.write(book, held),
    }
    for key, write in writers.items():
        if key in book.names:
            write()
            for whole in (key, *_WITH.get(key, ())):  # in an order: formats are numbered as they are met
                if whole not in _DRAWN_FROM:
                    book.sheets[whole].settle()
            forget(book)
            release_memory()


def _bare(results: Results, tables: dict[str, FormTable]) -> set[str]:
    """The sheets that would have nothing to show, where no indicator has a value: a few pages say then what came."""
    consolidation = results.consolidation
    own = consolidation.indicators[consolidation.indicators["period"] == results.period.id]
    if own["value"].notna().any():
        return set()
    full = {name for name, table in consolidation.tables.items() if len(table)}
    if trends.KEY in full:  # earlier periods are to be shown
        full |= {compare.KEY, profile.KEY, charts.KEY}
    scored = consolidation.tables.get(scores.KEY)
    given = scored is not None and scored[["self_assessed", "verified"]].notna().any(axis=None)
    full = full | {score_origins.KEY} if given else full - {scores.KEY}
    if len(consolidation.observations) + len(results.texts):
        full |= {sources.KEY}
    full |= {forms.key(form) for form, table in tables.items() if table.rows}
    analyses = {comparison_frame.KEY, decomposition.KEY, trends.KEY, scores.KEY, score_origins.KEY, compare.KEY}
    proofs = {profile.KEY, charts.KEY, checks.KEY, reconciliation.KEY, sources.KEY}
    return (analyses | proofs | {forms.key(form) for form in tables}) - full


def _provinces(results: Results) -> dict[str, str]:
    """The cluster's provinces, names by id in its order; without a cluster those that indicators were computed for."""
    catalogue = results.catalogue
    ids = list(catalogue.members_on(results.period))
    if not ids:
        ids = [p for p in dict.fromkeys(plain(results.consolidation.indicators["province"])) if p]
    names = {province: catalogue.province_label(province).text(results.lang) for province in ids}
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {province: f"{name} ({province})" if name in shared else name for province, name in names.items()}


def _sheet_names(results: Results, tables: list[str], say: Messages) -> dict[str, str]:
    """Each sheet's name by its key, in the workbook's order: as Excel allows it, and each once."""
    scored = (scores.KEY, score_origins.KEY) if scores.KEY in results.consolidation.tables else ()
    analyses = (attainment.KEY, comparison_frame.KEY, decomposition.KEY, trends.KEY, *scored, compare.KEY, profile.KEY)
    front = (overview.KEY, indicators.KEY, *analyses, charts.KEY)
    wanted = {key: say(f"workbook.sheet.{key}") for key in front}
    for form in tables:
        model = results.catalogue.forms[form]
        wanted[forms.key(form)] = (
            say("workbook.form", number=model.number) if model.number else model.title.text(results.lang)
        )
    ends = (submissions, changed, checks, reconciliation, findings, targets, sources, sources_before, notes)
    wanted |= {sheet.KEY: say(f"workbook.sheet.{sheet.KEY}") for sheet in ends}
    taken: set[str] = set()
    return {key: sheet_name(name, taken) for key, name in wanted.items()}


def sheet_name(text: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet, and that no other sheet has (``taken``, which it joins).

    >>> taken = set()
    >>> sheet_name("A/B: [c]", taken), sheet_name("a b c", taken)
    ('A B c', 'a b c (2)')
    """
    bare = " ".join("".join(c for c in text.translate(_FORBIDDEN) if c.isprintable()).split()).strip("'") or "-"
    name, number = bare[:_LONGEST_NAME].strip(" '"), 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{bare[: _LONGEST_NAME - len(f' ({number})')].strip()} ({number})"
    taken.add(name.casefold())
    return name


def _describe(book: Book) -> None:
    """Title and subject; the date is the period's last day, for a clock would change the bytes."""
    results = book.results
    title = results.catalogue.settings.name.text(results.lang)
    created = datetime.combine(results.period.end, time(), tzinfo=UTC).replace(tzinfo=None)
    book.workbook.set_properties(
        {"title": f"{title}, {results.period.id}"[:200], "subject": book.scope[:200], "created": created}
    )
    book.workbook.set_calc_mode("auto")
