"""The sheet of targets: each with a defined name that formulas refer to, populations, and what chance is judged by."""

from pipeline.catalogue.models import Population, Target
from pipeline.definition import SIGNS
from pipeline.report import theme
from pipeline.report.funnel import level_texts
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.chance import levels
from pipeline.report.sheets.formulas import sheet_ref
from pipeline.report.sheets.living import share_words
from pipeline.statistics.funnel import FAR_LEVEL, LEVEL, WINSORISED
from pipeline.statistics.intervals import Z

KEY = "targets"
_WIDTHS = (57.5, 5, 9.5, 11, 16, 11, 11, 34, 42, 28)
_COLUMNS = ("indicator", "op", "target", "role", "applies_to", "from", "to", "issuer", "origin", "defined_name")


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
    _parameters(book, page, row)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 1))


def _target(book: Book, page: Page, at: int, target: Target, name: str) -> None:
    say, lang = book.say, book.results.lang
    known = book.results.catalogue.indicators.get(target.indicator)
    page.text(at, 0, book.label(target.indicator), "cell")
    page.text(at, 1, SIGNS[target.op], "cell", "center")
    page.number(at, 2, target.value, "cell", theme.value_style(known.kind if known else "percent"), "flag")
    page.sheet.data_validation(at, 2, at, 2, _number_between(book, -1e15, 1e15))
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


def _parameters(book: Book, page: Page, row: int) -> None:
    """Write what chance is judged by: levels, z that follows, small numbers, what the dispersion draws in."""
    names, least = levels(book), book.results.catalogue.settings.small_numbers
    page.text(row, 0, book.say("workbook.targets.chance"), "section")
    values = (
        ("near", LEVEL, "share", (0.5, 0.9999)),
        ("far", FAR_LEVEL, "share", (0.5, 0.99999)),
        ("least", least, "count", (0.0, 1e9)),
        ("outer", WINSORISED, "share", (0.0, 0.4)),
    )
    for at, (name, value, style, between) in enumerate(values, row + 1):
        _named(book, page, at, name)
        page.number(at, 2, value, "cell", style, "flag")
        page.sheet.data_validation(at, 2, at, 2, _number_between(book, *between))
    for at, (name, level) in enumerate((("near_words", names.near), ("far_words", names.far)), row + 5):
        _named(book, page, at, name)
        decimals = f"IF(ABS(100*{level}-ROUND(100*{level},0))<1E-9,0,1)"
        page.formula(
            at,
            2,
            f"={share_words(book.say, level, decimals)}",
            level_texts(book.say)[name.removesuffix("_words")],
            "cell",
            "right",
        )
    _named(book, page, row + 7, "z")
    page.formula(row + 7, 2, f"=NORMSINV(1-(1-{names.near})/2)", Z, "cell", "factor")


def _named(book: Book, page: Page, at: int, name: str) -> None:
    """What a parameter is and how formulas call it."""
    for column in range(len(_WIDTHS)):
        page.text(at, column, "", "cell")
    page.text(at, 0, book.say(f"workbook.targets.{name}"), "cell", "wrap")
    page.high(at, [(0, book.say(f"workbook.targets.{name}"))])
    page.text(at, 9, book.say(f"workbook.name.{name}"), "cell", "muted")
    _define(book, book.say(f"workbook.name.{name}"), at)


def _number_between(book: Book, least: float, most: float) -> dict[str, object]:
    """What may be typed into a yellow cell."""
    return {
        "validate": "decimal", "criteria": "between", "minimum": least, "maximum": most, "ignore_blank": False,
        "error_title": book.say("workbook.column.target"), "error_message": book.say("workbook.targets.number"),
    }  # fmt: skip


def origin(book: Book, source: str) -> str:
    """Where a figure of the catalogue comes from, in words where it is no address."""
    return book.say("workbook.illustrative") if source == "illustrative" else source


def _define(book: Book, name: str, at: int, last: int | None = None) -> None:
    """Name the cell with a row's number, or those of rows up to the last one."""
    end = "" if last is None else f":$C${last + 1}"
    book.workbook.define_name(name, f"={sheet_ref(book.names[KEY])}!$C${at + 1}{end}")


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
    _define(book, book.population_name(""), row + 2, row + 1 + len(people))
    return row + 3 + len(people)


def _people(book: Book, province: str, rates: list[str]) -> tuple[float | None, Population | None]:
    """The population that the rates were computed with, and the catalogue's entry that says so."""
    model = book.results.catalogue.provinces.get(province)
    known = model.population if model else ()
    rows = [book.indicators[rate, province] for rate in rates if (rate, province) in book.indicators]
    value = next((row.denominator for row in rows if row.denominator is not None), None)
    return value, next((entry for entry in reversed(known) if entry.value == value), None)
