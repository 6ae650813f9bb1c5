"""The sheet of targets: each with a defined name that formulas refer to, the populations, and the interval's z."""

from pipeline.catalogue.models import Population, Target
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.indicators import SIGNS

KEY = "targets"
_WIDTHS = (46, 5, 9.5, 11, 16, 11, 11, 34, 42, 28)
_COLUMNS = ("indicator", "op", "target", "role", "applies_to", "from", "to", "issuer", "origin", "defined_name")
# The 97.5 % point of the standard normal distribution, for 95 % intervals.
_Z = 1.959963984540054


def write(book: Book) -> None:
    """Write the sheet."""
    page = book.page(KEY, _WIDTHS)
    files = ("targets.yaml", "provinces.yaml")
    page.opening(book.say("workbook.targets.title"), book.say("workbook.targets.unit"), files)
    heads = [book.say(f"workbook.column.{name}") for name in _COLUMNS]
    page.table(book.say("workbook.table.targets"), heads, len(book.targets))
    for number, (target, name) in enumerate(book.targets):
        _target(book, page, HEAD_ROW + 1 + number, target, name)
    row = HEAD_ROW + max(len(book.targets), 1) + 3
    row = _populations(book, page, row)
    page.text(row, 0, book.say("workbook.targets.z"), "cell")
    page.number(row, 2, _Z, "cell")
    page.text(row, 9, book.say("workbook.name.z"), "cell", "muted")
    _define(book, book.say("workbook.name.z"), row)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1))


def _target(book: Book, page: Page, at: int, target: Target, name: str) -> None:
    say, lang = book.say, book.results.lang
    known = book.results.catalogue.indicators.get(target.indicator)
    page.text(at, 0, book.label(target.indicator), "cell")
    page.text(at, 1, SIGNS[target.op], "cell", "center")
    page.number(at, 2, target.value, "cell", theme.value_style(known.kind if known else "percent"), "flag")
    said = {"error_title": say("workbook.column.target"), "error_message": say("workbook.targets.number")}
    whole = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15, "ignore_blank": False}
    page.sheet.data_validation(at, 2, at, 2, whole | said)
    page.text(at, 3, say(f"workbook.role.{target.role}"), "cell", "gap")
    page.text(at, 4, ", ".join(book.province(p) for p in target.provinces) or say("workbook.all_provinces"), "cell")
    page.text(at, 5, book.day(target.start), "cell", "date")
    page.text(at, 6, book.day(target.end), "cell", "date")
    issuer = target.issuer.text(lang) if target.issuer else ""
    page.text(at, 7, issuer, "cell", "wrap")
    page.text(at, 8, origin(book, target.source), "cell", "wrap")
    page.high(at, [(7, issuer), (8, origin(book, target.source))])
    page.text(at, 9, name, "cell", "muted")
    _define(book, name, at)


def origin(book: Book, source: str) -> str:
    """Where a figure of the catalogue comes from, in words where it is no address."""
    return book.say("workbook.illustrative") if source == "illustrative" else source


def _define(book: Book, name: str, at: int) -> None:
    book.workbook.define_name(name, f"={sheet_ref(book.names[KEY])}!$C${at + 1}")


def _populations(book: Book, page: Page, row: int) -> int:
    """Write the people that rates are related to; returns the next free row."""
    rates = [name for name, model in book.results.catalogue.indicators.items() if model.kind == "per_100k"]
    people = {p: _people(book, p, rates) for p in book.provinces}
    if not any(value is not None for value, _ in people.values()):
        return row
    page.text(row, 0, book.say("workbook.targets.population"), "section")
    heads = ("province", "", "population", "population_basis", "", "at", "", "", "origin", "defined_name")
    page.heads(row + 1, [book.say(f"workbook.column.{name}") if name else "" for name in heads])
    for number, (province, (value, entry)) in enumerate(people.items()):
        at = row + 2 + number
        for column in range(len(heads)):
            page.text(at, column, "", "cell")
        page.text(at, 0, book.province(province), "cell")
        page.number(at, 2, value, "cell", "count")
        page.text(at, 3, entry.basis if entry else "", "cell", "wrap")
        page.text(at, 5, book.day(entry.at) if entry else "", "cell", "date")
        page.text(at, 8, origin(book, entry.source) if entry else "", "cell")
        page.text(at, 9, book.population_name(province), "cell", "muted")
        _define(book, book.population_name(province), at)
    return row + 3 + len(people)


def _people(book: Book, province: str, rates: list[str]) -> tuple[float | None, Population | None]:
    """The population that the rates were computed with, and the catalogue's entry that says so."""
    model = book.results.catalogue.provinces.get(province)
    known = model.population if model else ()
    rows = [book.indicators[rate, province] for rate in rates if (rate, province) in book.indicators]
    value = next((row.denominator for row in rows if row.denominator is not None), None)
    return value, next((entry for entry in reversed(known) if entry.value == value), None)
