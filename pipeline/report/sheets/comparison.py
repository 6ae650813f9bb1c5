"""The sheet of fair comparison: which differences are more than chance."""

from collections.abc import Callable

from pipeline.report import theme
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.plain import Row, Shown, write_table
from pipeline.report.sheets.records import records
from pipeline.statistics.funnel import BINOMIAL

KEY = "comparison"


def write(book: Book) -> None:
    """Write the sheet."""
    columns = (*_COLUMNS, Shown("caveat", 61, "", _caveats(book)))
    write_table(book, KEY, columns, strong=lambda row: not row["province"])


def _place(name: str) -> Shown:
    def said(book: Book, row: Row) -> str:
        return book.say(f"workbook.place.{row[name]}") if row[name] else ""

    return Shown(name, 17, "", said, formula=_beyond_target if name == "target_place" else None)


def _beyond_target(book: Book, row: Row, line: int) -> str:
    """Where a share lies around its target: beyond a limit where chance alone would rarely bring it there.

    The same tails as `pipeline.statistics.funnel.limits`; empty where there are none.
    """
    name = book.target_name(row["indicator"], row["province"] or "")
    if not row["target_place"] or not name:
        return ""
    count, whole = f"C{line}", f"D{line}"
    rate = f"{name}/100000" if book.model(row["indicator"]).kind == "per_100k" else name
    if row["method"] == BINOMIAL:
        most, bounds = f"BINOMDIST({{}},{whole},{name},TRUE)", f"OR({name}<=0,{name}>=1)"
        all_of_it = f"{count}>={whole}"
    else:
        most, bounds, all_of_it = f"POISSON({{}},{whole}*{rate},TRUE)", f"{name}<=0", "FALSE"
    above = f"IF({count}<=0,1,1-{most.format(f'{count}-1')})"
    below = f"IF({all_of_it},1,{most.format(count)})"
    tails = ((above, "above_998", 0.001), (above, "above_95", 0.025), (below, "below_998", 0.001))
    formula = quoted(book.say("workbook.place.within"))
    for chance, place, tail in reversed([*tails, (below, "below_95", 0.025)]):
        formula = f"IF({chance}<{tail},{quoted(book.say(f'workbook.place.{place}'))},{formula})"
    return f'=IF({bounds},"",{formula})'


def ranges(book: Book) -> dict[tuple[str, str], str]:
    """(indicator, province) -> the range of ranks that the intervals allow; empty where there are none."""
    return {(row["indicator"], row["province"] or ""): _ranks(book, row) for row in records(book, KEY)}


def _caveats(book: Book) -> Callable[[Book, Row], str]:
    """What is to be heeded of a row: not said anew where a row above says it of the same indicator."""
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(records(book, KEY)):
        first.setdefault((row["indicator"], row["caveat"] or ""), number)
    told = {id(records(book, KEY)[number]) for number in first.values()}

    def said(book: Book, row: Row) -> str:
        caveat = str(row["caveat"] or "")
        return book.say("workbook.comparison.as_above") if caveat and id(row) not in told else caveat

    return said


def _ranks(_book: Book, row: Row) -> str:
    """The range of ranks that the intervals allow."""
    best, worst = row["rank_best"], row["rank_worst"]
    return "" if best is None else f"{best:.0f}" if best == worst else f"{best:.0f}\u2013{worst:.0f}"


def _value(book: Book, row: Row) -> str:
    return theme.value_style(book.model(row["indicator"]).kind)


_COLUMNS = (
    Shown("label", 42), Shown("name", 12), Shown("numerator", 9, "count"), Shown("denominator", 9, "count"),
    Shown("value", 9, _value), Shown("low", 9, _value), Shown("high", 9, _value), Shown("rank", 7, "count"),
    Shown("rank_range", 9, "", _ranks), Shown("lower95", 9, _value), Shown("upper95", 9, _value), _place("place"),
    _place("target_place"), Shown("dispersion", 9, "rate"), Shown("standardised", 11, "percent"),
)  # fmt: skip
