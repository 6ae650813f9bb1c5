"""The sheet of the cells that figures of earlier periods are sums of, each with its file, and formulas over them."""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_cell_to_rowcol, xl_range

from pipeline.columns import SUBMISSIONS
from pipeline.model import BASE, DENOMINATOR, NUMERATOR, PRECEDING, PREVIOUS, Results, Traced
from pipeline.plain import dicts
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.form_tables import measure_label
from pipeline.report.sheets.formulas import criterion, sheet_ref
from pipeline.report.sheets.room import fitting_width
from pipeline.report.sheets.sources import file_at, recast_words

if TYPE_CHECKING:
    import pandas as pd

KEY = "sources_before"
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("indicator", 40), ("province", 12), ("side", 11), ("period", 9), ("sender", 12), ("form", 8), ("row", 26),
    ("measure", 26), ("raw", 12), ("read_value", 12), ("unit", 8), ("recast", 14), ("file", 26), ("sheet", 12),
    ("cell", 7), ("figure", 32), ("code", 14), ("sha256", 16),
)  # fmt: skip
_ON_PAPER = 15  # columns
_MOST, _MOST_OF_ROWS = 60, 40  # of a column's width; of rows and measures so much is shown at least
_CLOSE = 1e-9
_CELL = re.compile(r"[A-Z]{1,3}\d+")
_PER = 100_000
# What lines have in common that are added up where there are very many.
_ALIKE = (
    "indicator", "province", "figure", "side", "sender", "period", "reported_in", "form", "measure", "unit", "factor",
    "corrected", "file", "sheet",
)  # fmt: skip
Figure = tuple[str, str]  # of an indicator, and which one: `model.PREVIOUS`, `BASE`, `PRECEDING`, a point's period


@dataclass(frozen=True)
class Who:
    """Whose figure it is: provinces by their ids, the cells with their names, and those that say who is counted."""

    provinces: Sequence[str]
    cells: str
    counted: str = ""  # of the cluster: cells with 1 where a province is in it


@dataclass(frozen=True)
class Before:
    """The lines of the sheet in its order: those of a figure, a province and a side stand together."""

    book: Book
    lines: list[dict[str, Any]]

    @cached_property
    def _at(self) -> dict[tuple[str, str, str, str], list[int]]:
        found: dict[tuple[str, str, str, str], list[int]] = {}
        for number, line in enumerate(self.lines):
            found.setdefault((line["indicator"], line["figure"], line["province"], line["side"]), []).append(number)
        return found

    def _numbers(self, figure: Figure, side: str, provinces: Iterable[str], row: str = "") -> list[int]:
        found = (at for province in provinces for at in self._at.get((*figure, province, side), ()))
        return [at for at in found if row in {"", self.lines[at]["row"]}]

    def value(self, figure: Figure, side: str, provinces: Iterable[str], row: str = "") -> float | None:
        """What a side, or one row of it, comes to; None where nothing of it is here."""
        numbers = self._numbers(figure, side, provinces, row)
        return math.fsum(self.lines[at]["value"] for at in numbers) if numbers else None

    def gives(self, figure: Figure, side: str, provinces: Iterable[str], value: float | None, row: str = "") -> bool:
        """Whether the lines come to this value."""
        found = self.value(figure, side, provinces, row)
        return None not in {found, value} and math.isclose(found or 0, value or 0, rel_tol=_CLOSE, abs_tol=_CLOSE)

    def sum(self, figure: Figure, side: str, who: Who, row: str = "") -> str:
        """A side, or one row of it, as a formula, without ``=``; of all provinces where no cells name them."""
        table, say = self.book.say("workbook.table.sources_before"), self.book.say
        column = {name: f"{table}[[{say(f'workbook.column.{name}')}]]" for name, _ in _COLUMNS}
        named = {"figure": criterion(".".join(figure)), "side": criterion(say(f"workbook.column.{side}"))}
        named |= {"province": who.cells} if who.cells else {}
        named |= {"code": criterion(row)} if row else {}
        criteria = ",".join(f"{column[name]},{wanted}" for name, wanted in named.items())
        added = f"SUMIFS({column['read_value']},{criteria})"
        return f"SUMPRODUCT(({who.counted}=1)*{added})" if who.counted else added

    def formula(self, figure: Figure, who: Who, kind: str, value: float) -> str:
        """A figure as a formula; empty where that would not come to its value."""
        top, bottom = (self.value(figure, side, who.provinces) for side in (NUMERATOR, DENOMINATOR))
        found = top if kind == "total" else None
        if top is not None and bottom and kind != "total":
            found = top / bottom - 1 if kind == "change" else top / bottom * (_PER if kind == "per_100k" else 1)
        if found is None or not math.isclose(found, value, rel_tol=_CLOSE, abs_tol=_CLOSE):
            return ""
        above, below = (self.sum(figure, side, who) for side in (NUMERATOR, DENOMINATOR))
        then = {"change": "-1", "per_100k": f"*{_PER}"}.get(kind, "")
        return f"={above}" if kind == "total" else f"={above}/{below}{then}"

    def way(
        self, figure: Figure, provinces: Iterable[str], sides: Iterable[str] = (NUMERATOR, DENOMINATOR), row: str = ""
    ) -> str:
        """A link to the lines of a figure."""
        who = list(provinces)
        numbers = [at for side in sides for at in self._numbers(figure, side, who, row)]
        if not numbers:
            return ""
        first = HEAD_ROW + 1
        cells = xl_range(first + min(numbers), 0, first + max(numbers), _ON_PAPER - 1)
        return f"internal:{sheet_ref(self.book.names[KEY])}!{cells}"


def before(book: Book, needed: Collection[Figure]) -> Before:
    """What the sheet holds: the cells of the figures that are needed; of very many the sums of each file's.

    Of the points of series it is always the sums, each with its cells: there may be many periods.
    """
    import pandas as pd

    frame, catalogue = book.results.summed, book.results.catalogue
    if frame is None or frame.empty:
        return Before(book, [])
    keys = zip(frame["indicator"], frame["figure"], strict=True)
    compared = frame[[key in needed for key in keys]]
    if len(compared) > catalogue.settings.sources_most:
        compared = _added(compared, book)
    points = frame[~frame["figure"].isin({PREVIOUS, BASE, PRECEDING})]
    frame = pd.concat([one for one in (compared, _added(points, book)) if len(one)] or [compared])
    order, who = ({name: n for n, name in enumerate(names)} for names in (catalogue.indicators, book.provinces))
    lines = [line for line in dicts(frame, frame.columns) if line["indicator"] in order and line["province"] in who]
    # A figure's lines stand together, so that the cluster's lead to no other period's.
    lines.sort(key=lambda n: (order[n["indicator"]], n["figure"], who[n["province"]], n["side"] != NUMERATOR))
    return Before(book, lines)


def _added(frame: "pd.DataFrame", book: Book) -> "pd.DataFrame":
    """One line for the cells of a sheet that a side adds up; a single one is told as it is."""
    groups = frame.assign(count=1).groupby(list(_ALIKE), as_index=False, sort=False, dropna=False)
    first = {name: (name, "first") for name in ("row", "label", "raw")}
    whole = groups.agg(value=("value", "sum"), count=("count", "sum"), cell=("cell", cells_text), **first)
    alone = whole["count"] == 1
    labels = [book.say("workbook.forms.added", count=int(count)) for count in whole["count"]]
    return whole.assign(
        label=whole["label"].where(alone, labels), raw=whole["raw"].where(alone, ""), row=whole["row"].where(alone, "")
    )


def cells_text(cells: Iterable[str]) -> str:
    """Cells as the columns' parts that they are.

    >>> cells_text(["D9", "D11", "D10", "F9"])
    'D9:D11, F9'
    """
    found: list[list[int]] = []  # column, first row, last row
    named = [cell for cell in cells if _CELL.fullmatch(cell)]
    for column, row in sorted((column, row) for row, column in map(xl_cell_to_rowcol, named)):
        if found and found[-1][0] == column and found[-1][2] == row - 1:
            found[-1][2] = row
        else:
            found.append([column, row, row])
    return ", ".join(xl_range(first, column, last, column) for column, first, last in found)


def write(book: Book, held: Before) -> None:
    """Write the sheet."""
    shown = [_shown(book, line) for line in held.lines]
    hashes = _hashes(book.results)
    page = book.page(KEY, [_width(name, least, shown) for name, least in _COLUMNS])
    sheets = [book.names[key] for key in ("indicators", "decomposition", "trends") if key in book.names]
    unit = book.say("workbook.sources_before.unit", sheets=sheets, trends=book.say("workbook.sheet.trends"))
    page.opening(book.say("workbook.sources_before.title"), unit, _files(held), _ON_PAPER - 1)
    heads = [book.say(f"workbook.column.{name}") for name, _ in _COLUMNS]
    page.table(book.say("workbook.table.sources_before"), heads, len(shown))
    for at, (line, said) in page.lines(zip(held.lines, shown, strict=True)):
        traced = hashes.get((line["reported_in"] or "", line["file"]), Traced("", ""))
        _line(page, at, line, said | {"sha256": traced.sha256}, traced.way)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 2), (HEAD_ROW + max(len(shown), 2), _ON_PAPER - 1))


def _width(name: str, least: float, shown: list[dict[str, Any]]) -> float:
    most = _MOST_OF_ROWS if name in {"row", "measure"} else _MOST
    return fitting_width({str(line[name] or "") for line in shown}, least, most)


def _files(held: Before) -> list[str]:
    return list(dict.fromkeys(line["file"] for line in held.lines))


def _shown(book: Book, line: dict[str, Any]) -> dict[str, Any]:
    """A line as it is read: names instead of ids."""
    form = book.results.catalogue.forms.get(line["form"])
    people = book.say("workbook.column.population")
    return line | {
        "indicator": book.label(line["indicator"]),
        "figure": f"{line['indicator']}.{line['figure']}",
        "province": book.province(line["province"]),
        "side": book.say(f"workbook.column.{line['side']}"),
        "sender": book.province(line["sender"]),
        "form": book.form(line["form"]) if form else "",
        "row": line["label"],
        "measure": measure_label(form, line["measure"], book.results) if form else people,
        "unit": book.say.unit(line["unit"] or ""),
        "recast": recast_words(book, line["factor"], line["corrected"] or ""),
        "code": line["row"],
        "read_value": "",
        "sha256": "",
    }


def _hashes(results: Results) -> dict[tuple[str, str], Traced]:
    """The way to each file and its hash, by period and name."""
    frame, ways = results.consolidation.submissions[list(SUBMISSIONS)], results.traces.files
    now = zip(frame["file"].tolist(), frame["sha256"].tolist(), strict=True)
    own = {(results.period.id, file): Traced(ways.get(file, ""), sha256) for file, sha256 in now}
    return own | dict(results.traces.earlier)


def _line(page: Page, at: int, line: dict[str, Any], said: dict[str, Any], way: str) -> None:
    for column, (name, _) in enumerate(_COLUMNS):
        if name == "read_value":
            page.number(at, column, line["value"], "cell", "amount" if line["value"] % 1 else "count")
        elif name == "cell":
            to = file_at(way, line["sheet"], line["cell"].partition(",")[0]) if line["cell"] else ""
            page.link(at, column, to, line["cell"] or "", "cell", "link")
        else:
            gap = ("gap",) if name == "unit" else ()
            page.text(at, column, said[name], "cell", *gap, *(("muted",) if name in {"sha256", "figure"} else ()))
