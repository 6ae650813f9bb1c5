"""The sheet of notes: how to read the workbook, what each indicator, column, mark and word means."""

from collections.abc import Iterable, Sequence

from pipeline.definition import formula_of, rows_of
from pipeline.messages import Messages
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.form_tables import measure_label
from pipeline.report.sheets.sources import Sources
from pipeline.report.sheets.targets import origin
from pipeline.report.sheets.words import status_word
from pipeline.states import BLANK, MISSING, NIL, NOT_APPLICABLE, NUMBER, REJECTED

KEY = "notes"
_WIDTHS = (48, 24, 56, 30, 13, 32, 48)
_ABOUT = (
    "totals",
    "incomplete",
    "of_which",
    "formulas",
    "targets",
    "intervals",
    "fair",
    "effects",
    "trends",
    "choices",
    "changes",
    "sources",
)
_STATUSES = ("met", "missed", "under_way", "no_target", "incomplete", "no_data", "not_comparable")


def write(book: Book, held: Sources) -> None:
    """Write the sheet."""
    page = book.page(KEY, _WIDTHS)
    note = book.results.note
    page.opening(book.say("workbook.notes.title"), files=("catalogue.yaml", "indicators.yaml", "forms/*.yaml"))
    at = 5
    if note:
        page.text(at, 0, note.text(book.results.lang), "notice")
        at += 2
    page.text(at, 0, book.say("workbook.notes.about"), "section")
    about = (*_ABOUT, *(("many",) if len(held.lines) < held.count else ()))
    for number, name in enumerate(about):
        page.prose(at + 1 + number, len(_WIDTHS) - 1, book.say(f"workbook.notes.about.{name}", count=held.count))
    at += len(about) + 2
    # The two short tables stand beside each other.
    beside = _section(book, page, at, "states", ("mark", "state"), _states(book), column=4)
    at = max(beside, _section(book, page, at, "statuses", ("status", "meaning"), _statuses(book)))
    at = _section(
        book,
        page,
        at,
        "indicators",
        ("indicator", "kind", "formula", "rows", "better", "id", "origin"),
        _indicators(book),
    )
    at = _section(
        book,
        page,
        at,
        "dictionary",
        ("form", "number", "measure", "id", "unit", "kind", "has_previous"),
        _dictionary(book),
    )
    _section(book, page, at, "provinces", ("province", "id", "cluster", "official_code"), _provinces(book))
    page.paper(None, (4, 0))


def _section(  # noqa: PLR0913  one table
    book: Book,
    page: Page,
    at: int,
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    column: int = 0,
) -> int:
    """A heading and a table below it; returns the next free row."""
    page.text(at, column, book.say(f"workbook.notes.{name}"), "section")
    page.heads(at + 1, [book.say(f"workbook.column.{head}") for head in heads], column)
    if len(heads) == 2:
        page.text(at + 1, column + 2, "", "head")
    line = at + 2
    for row in rows:
        if len(row) == 2:  # a word and a sentence: that has the next column too
            page.sheet.merge_range(line, column + 1, line, column + 2, "", page.book.formats("cell", "wrap"))
        else:
            page.high(line, enumerate(row))
        for number, text in enumerate(row, column):
            page.text(line, number, text, "cell", "wrap")
        line += 1
    return line + 1


def _statuses(book: Book) -> Iterable[Sequence[str]]:
    say, period = book.say, book.results.period
    names = [name for name in _STATUSES if name != "under_way" or period.kind != "year"]
    return [(status_word(book, n), say(f"workbook.notes.status.{n}")) for n in names]


def _states(book: Book) -> Iterable[Sequence[str]]:
    marks = [(name, book.say(f"workbook.mark.{name}")) for name in (MISSING, NOT_APPLICABLE, BLANK, REJECTED)]
    marks = [(NUMBER, "1"), (NIL, "0"), *marks]
    return [(mark or book.say("workbook.notes.empty_cell"), book.say(f"workbook.state.{name}")) for name, mark in marks]


def _indicators(book: Book) -> Iterable[Sequence[str]]:
    catalogue, dated = book.results.catalogue, Messages(book.results.lang, book.results.period.year)
    for name, model in catalogue.indicators.items():
        source, note = origin(book, model.source), model.note.text(book.results.lang) if model.note else ""
        better = book.say(f"workbook.better.{model.better}") if model.better else ""
        kind = book.say(f"workbook.kind.{model.kind}")
        yield (
            book.label(name),
            kind,
            formula_of(catalogue, model, dated),
            rows_of(catalogue, model, dated),
            better,
            name,
            "\n".join(filter(None, (note, source))),
        )


def _dictionary(book: Book) -> Iterable[Sequence[str]]:
    for form, model in book.results.catalogue.forms.items():
        for name, column in model.columns.items():
            previous = column.is_number and model.has_previous(name)
            yield (
                model.title.text(book.results.lang),
                book.form(form),
                measure_label(model, name, book.results),
                f"{form}.{name}",
                book.say.unit(column.unit),
                book.say(f"workbook.measure_kind.{column.kind}"),
                book.say(f"workbook.{'yes' if previous else 'no'}"),
            )


def _provinces(book: Book) -> Iterable[Sequence[str]]:
    cluster = book.results.catalogue.cluster_on(book.results.period)
    name = cluster.name.text(book.results.lang) if cluster else ""
    source = origin(book, cluster.source) if cluster else ""
    for province, label in book.provinces.items():
        model = book.results.catalogue.provinces.get(province)
        yield label, province, f"{name} ({source})" if source else name, model.code if model else ""
