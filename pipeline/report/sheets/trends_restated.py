"""On the sheet of trends: which figures the year after stated otherwise, beside each and below the table."""

from collections.abc import Iterable
from typing import Any

from pipeline.messages import Messages
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.words import value_words

Point = dict[str, Any]


def is_restated(point: Point) -> bool:
    """Whether the year after stated another figure."""
    return point["restated"] is not None


def note(page: Page, at: tuple[int, int], point: Point) -> None:
    """Both figures and which one the change is computed against, as a note of the point's cell."""
    said = f"{_named(page.book, point, 'cell')} {_compared(page.book.say, point)}"
    page.sheet.write_comment(*at, said, {"x_scale": 2.4, "y_scale": 1.2, "author": "", "font_size": 9})


def lines(book: Book, points: Iterable[Point]) -> list[str]:
    """The same as sentences, one for each indicator and year: notes of cells are not printed."""
    found: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        if is_restated(point):
            found.setdefault((point["indicator"], point["period"]), []).append(point)
    return [_line(book, own) for own in found.values()]


def _line(book: Book, own: list[Point]) -> str:
    first = own[0]
    told = [_named(book, point, "province") for point in own]
    bases = {point["restated_base"] for point in own}
    compared = _compared(book.say, first | {"restated_base": bases.pop() if len(bases) == 1 else "mixed"})
    about = {"label": book.label(first["indicator"]), "period": first["period"], "later": first["restated_in"]}
    return f"{book.say('workbook.trends.restated', points=told, **about)} {compared}"


def _named(book: Book, point: Point, where: str) -> str:
    kind = book.model(point["indicator"]).kind
    old, new = (value_words(book, kind, point[name]) for name in ("value", "restated"))
    about = {"province": book.province(point["province"] or ""), "period": point["period"]}
    return book.say(f"workbook.trends.restated.{where}", old=old, new=new, later=point["restated_in"], **about)


def _compared(say: Messages, point: Point) -> str:
    return say(f"workbook.trends.compared.{point['restated_base']}", later=point["restated_in"])
