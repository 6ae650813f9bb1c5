"""How wide columns of indicators and provinces are: as wide as what stands in them, so that paper holds a table."""

from collections.abc import Iterable, Sequence

from pipeline.model import MET
from pipeline.report.sheets.book import BOLD, Book
from pipeline.report.sheets.room import fitting_width
from pipeline.report.sheets.words import source_words, status_text, status_word, unmet

_WIDTHS = {
    "numerator": 10, "denominator": 10, "op": 5, "used": 5, "expected": 5, "change": 8.6, "difference": 9, "rank": 5.5,
    "rank_range": 7.5, "preceding_change": 9,
}  # fmt: skip
_SHARE = 8.4  # a percentage in bold letters
_LABEL = (30, 57.5)  # longer labels take two lines
_ON_PAPER, _NOTES = 233, 22  # what a page holds: notes have what the other columns leave, and this at least
_INDENT = 0.3  # beside what a fitting width leaves
_STATUS, _SOURCE, _PROVINCE = (12, 24), (8, 21), (10, 16)


def widths(book: Book, columns: Sequence[str]) -> list[float]:
    """Each column's width; heads widen them further (`Page.table`)."""
    rows = book.indicators.values()
    own = _WIDTHS | {
        "indicator": label_width(book.label(name) for name, _ in book.places),
        "province": province_width(book),
        "status": _bold({status_text(book, row) for row in rows} | _statuses(book), _STATUS) + _INDENT,
        "base": _bold({source_words(book, row) for row in rows}, _SOURCE) + _INDENT,
    }
    left = _ON_PAPER - sum(own.get(name, _SHARE) for name in columns if name != "reason")
    return [max(left, _NOTES) if name == "reason" else own.get(name, _SHARE) for name in columns]


def label_width(labels: Iterable[str]) -> float:
    """The width of a column of indicators, of which the longest take two lines."""
    return fitting_width(labels, *_LABEL)


def province_width(book: Book) -> float:
    """The width of a column of provinces, in which the cluster's name is bold."""
    names = [book.province(province) for province in book.provinces]
    return max(_bold([book.province("")], _PROVINCE), fitting_width(names, *_PROVINCE))


def rank_width(count: int, least: float) -> float:
    """The width of a column that says a rank among so many, and between which ranks it may be.

    >>> rank_width(5, 12), rank_width(34, 12) > 13
    (12, True)
    """
    return fitting_width([f"{count} / {count} ({count}–{count})"], least, 2 * least)


def _statuses(book: Book) -> set[str]:
    """What an edited target may make of a status."""
    bound = ((row.indicator, book.binding(row.indicator, row.province)) for row in book.indicators.values())
    missed = {unmet(book, indicator, target.op) for indicator, target in bound if target}
    return missed | {status_word(book, status) for status in (MET, "no_target")}


def _bold(texts: Iterable[str], bounds: tuple[float, float]) -> float:
    """The width that bold texts need on one line, within bounds."""
    return min(fitting_width(texts, *bounds) / BOLD, bounds[1])
