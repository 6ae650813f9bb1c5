"""Above the sheet of trends, in words: which way the main indicator went in the whole cluster."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from pipeline.report.course import SHORT, title_of
from pipeline.report.sheets import living
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.trends_cells import Layout, Line
from pipeline.report.sheets.words import value_words

if TYPE_CHECKING:
    import pandas as pd

AT = HEAD_ROW - 1
MOST = SHORT  # cells, right of all others, with the values that are told
_LARGEST = {"percent": 10.0, "rate": 1e9, "count": 1e9}  # that a formula puts into words as the program does


def text(book: Book, own: "pd.DataFrame", indicator: str) -> str:
    """The sentence, by the rows of the indicator's series."""
    kind = book.model(indicator).kind
    return title_of(own, book.label(indicator), lambda value: value_words(book, kind, value), book.say)


def write(page: Page, layout: Layout, lines: Sequence[Line]) -> None:
    """Write the sentence where the main indicator has series, living where there is the cluster's."""
    if not lines:
        return
    book, (indicator, _) = page.book, lines[0].about
    table = book.results.consolidation.tables["trends"]
    said = text(book, table[table["indicator"] == indicator], indicator)
    whole = next((line for line in lines if not line.about[1]), None)
    formula = _formula(page, layout, whole) if whole else ""
    page.prose(AT, layout.printed, said, "prose", "bold", formula=formula)


def _formula(page: Page, layout: Layout, whole: Line) -> str:
    """The sentence, of words that stand beside it; empty where a formula cannot have those."""
    periods = [period for period in layout.periods if period in whole.points]
    named = periods if len(periods) <= SHORT else [periods[0], periods[-1]]
    values = [whole.points[period]["value"] for period in named]
    kind, style = page.book.model(whole.about[0]).kind, whole.style
    words = [living.value_words(page.book, kind, whole.cell("value", period)) for period in named]
    is_broken = style == "count" and any(value % 1 for value in values)
    if is_broken or max(map(abs, values)) >= _LARGEST[style] or max(map(len, words)) > LONGEST:
        return ""
    cells = []
    for number, (formula, value) in enumerate(zip(words, values, strict=True), layout.last + 2):
        page.formula(AT, number, f"={formula}", value_words(page.book, kind, value), "muted")
        cells.append(f"${xl_col_to_name(number)}${AT + 1}")
    return f"={_points(page, whole, named, cells) if named == periods else _way(page, whole, named, cells)}"


def _points(page: Page, whole: Line, periods: Sequence[str], cells: Sequence[str]) -> str:
    told = '&", "&'.join(f"{cell}&{quoted(f' ({period})')}" for cell, period in zip(cells, periods, strict=True))
    return living.spliced(page.book.say, "course.title.points", {"points": told, "label": whole.label})


def _way(page: Page, whole: Line, periods: Sequence[str], cells: Sequence[str]) -> str:
    words = {"before": cells[0], "now": cells[1], "label": whole.label}
    texts = {"first": periods[0], "last": periods[1]}
    up, down, same = (
        living.spliced(page.book.say, f"course.title.{way}", words, **texts) for way in ("up", "down", "same")
    )
    before, now = (whole.cell("value", period) for period in periods)
    return f"IF({cells[0]}={cells[1]},{same},IF({now}>{before},{up},{down}))"
