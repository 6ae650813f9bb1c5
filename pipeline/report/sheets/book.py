"""What the sheets share: the workbook, its names and tables, where indicators stand; and a page to write on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from pipeline.catalogue.models import Indicator, Target
from pipeline.columns import INDICATORS
from pipeline.definition import form_name, name_of
from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.plain import plain, tuples
from pipeline.report import theme
from pipeline.report.sheets.form_tables import FormTable
from pipeline.report.sheets.formulas import bare, sheet_ref
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.paper import ROW, lay_out
from pipeline.report.sheets.room import fitting, lines, word_width
from pipeline.report.worksheet import QuickWorksheet

_Pair = tuple[int, int]
_Row = TypeVar("_Row")
HEAD_ROW = 5  # the row of every table's header, counted from 0
_FILES_NAMED = 6
_MOST_LINKS, _LONGEST_LINK = 65_520, 255  # of a sheet, with room for those that lead back; of a link, either part of it
_HIGHEST = 400  # points; Excel's own limit is 409
_USED = ("accepted", "accepted_with_warnings", "partial")
BOLD, _BUTTON = 0.92, 2.0  # bold letters are wider; the filter's button takes the room of two
_LARGE = 0.7  # of the room that usual letters have: bold ones of 13 points
_SPARE = 0.8  # of the room for a text that follows what is edited: it may become longer
_BETWEEN = 5 / 7  # of a column's width: what lies between two columns, which a text over both may use


@dataclass
class Book:
    """The workbook while it is written. ``provinces`` are the cluster's, names by id, in its order."""

    workbook: Workbook
    results: Results
    say: Messages
    formats: theme.Formats
    provinces: dict[str, str]
    tables: dict[str, FormTable]
    names: dict[str, str]  # sheet names by the sheet's key
    sheets: dict[str, QuickWorksheet] = field(default_factory=dict)
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # further tables as rows
    numbered: dict[tuple[str, ...], dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]]] = field(
        default_factory=dict
    )  # the same by what they hold in some columns
    ways: dict[tuple[int, str], str] = field(default_factory=dict)  # links that indicators have, by row and column
    left_out: list[str] = field(default_factory=list)  # the names of sheets that would have nothing to show

    @cached_property
    def cut(self) -> str:
        """What a text ends with that is too long for a cell."""
        return self.say("workbook.cut")

    @cached_property
    def indicators(self) -> dict[tuple[str, str], IndicatorRow]:
        """The indicators' rows by indicator and province (empty: the cluster).

        How a change differs from last year's change is left out: it would be read as the change itself.
        """
        frame = self.results.consolidation.indicators
        frame = frame[frame["period"] == self.results.period.id]
        rows = map(IndicatorRow._make, tuples(frame, INDICATORS))
        found = (row._replace(change=None) if self.model(row.indicator).kind == "change" else row for row in rows)
        return {(row.indicator, row.province or ""): row._replace(province=row.province or "") for row in found}

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """The sheet row of each indicator and province on the indicators' sheet, counted from 0."""
        order = [
            (indicator, province)
            for indicator in self.results.catalogue.indicators
            for province in (*self.provinces, "")
            if (indicator, province) in self.indicators
        ]
        return {key: HEAD_ROW + 1 + number for number, key in enumerate(order)}

    @cached_property
    def targets(self) -> list[tuple[Target, str]]:
        """The targets that apply on the last day of the period's window, each with its defined name."""
        catalogue = self.results.catalogue
        day = catalogue.window_of(self.results.period)[1]
        wanted = [t for t in catalogue.targets if any(t.applies(day, p) for p in ("", *self.provinces))]
        taken: dict[str, int] = {}
        named = []
        for target in wanted:
            base = f"{self.say('workbook.name.target')}_{bare(target.indicator)}"
            taken[base] = taken.get(base, 0) + 1
            named.append((target, base if taken[base] == 1 else f"{base}_{taken[base]}"))
        return named

    def binding(self, indicator: str, province: str) -> Target | None:
        """The target that decides an indicator for a province (empty: the cluster)."""
        return self.results.catalogue.targets_of(indicator, self.results.period, province)[0]

    def target_name(self, indicator: str, province: str) -> str:
        """The defined name of that target; empty when there is none."""
        binding = self.binding(indicator, province)
        return next((name for target, name in self.targets if target is binding), "")

    def population_name(self, province: str) -> str:
        """The defined name of a province's population; the cluster's (empty) is that of all provinces' cells."""
        name = self.say("workbook.name.population")
        return f"{name}_{list(self.provinces).index(province) + 1}_{bare(province)}" if province else name

    def label(self, indicator: str) -> str:
        """An indicator's name."""
        return name_of(self.results.catalogue, indicator, self.say)

    def model(self, indicator: str) -> Indicator:
        """An indicator as the catalogue has it."""
        return self.results.catalogue.indicators[indicator]

    def province(self, province: str) -> str:
        """A province's name; the cluster's for the empty id; others of the catalogue as they are called."""
        if not province:
            return self.say("workbook.cluster")
        return self.provinces.get(province) or self.results.catalogue.province_label(province).text(self.results.lang)

    def form(self, form: str) -> str:
        """How a form is called: its number, else its title."""
        return form_name(self.results.catalogue, form, self.say)

    @cached_property
    def used(self) -> list[str]:
        """The files that figures were taken from."""
        frame = self.results.consolidation.submissions
        return [str(file) for file in plain(frame[frame["status"].isin(_USED)]["file"]) if file]

    @cached_property
    def scope(self) -> str:
        """The cluster and the period's window, as subtitles say them."""
        period, cluster = self.results.period, self.results.catalogue.cluster_on(self.results.period)
        name = cluster.name.text(self.results.lang) if cluster else ""
        name = name or self.results.catalogue.settings.name.text(self.results.lang)
        start, end = self.results.catalogue.window_of(period)
        days = {"start": self.day(start), "end": self.day(end)}
        return self.say("workbook.scope", name=name, count=len(self.provinces), period=period.id, **days)

    def day(self, day: date) -> str:
        """A date as the language writes it; empty for the ends of time."""
        if day in {date.min, date.max}:
            return ""
        return self.say("workbook.date", year=f"{day.year:04d}", month=f"{day.month:02d}", day=f"{day.day:02d}")

    def files(self, files: Iterable[str]) -> str:
        """The files that a sheet's figures come from, as subtitles say them."""
        names = [name for name in dict.fromkeys(files) if name]
        shown = ", ".join(names[:_FILES_NAMED])
        more = len(names) - _FILES_NAMED
        return self.say("workbook.files_more", files=shown, more=more) if more > 0 else shown

    def cell(self, key: str, row: int, column: str) -> str:
        """A cell of a sheet as a formula names it."""
        return f"{sheet_ref(self.names[key])}!{column}{row + 1}"

    def page(self, key: str, widths: Sequence[float]) -> "Page":
        """The sheet of that key, ready to be written on."""
        return Page(self, self.sheets[key], widths)


class Page:
    """A sheet to write on. Texts are always written as texts: nothing that came in becomes a formula or a link."""

    def __init__(self, book: Book, sheet: QuickWorksheet, widths: Sequence[float]) -> None:
        self.book, self.sheet, self.widths = book, sheet, list(widths)
        sheet.set_default_row(ROW)  # before any row is let go, which says its own height
        for column, width in enumerate(widths):
            self._widen(column, width)

    def _widen(self, column: int, width: float) -> None:
        self.widths[column] = width
        self.sheet.set_column(column, column, width, self.book.formats())

    def opening(self, title: str, unit: str = "", files: Iterable[str] | None = None, last: int = -1) -> None:
        """Title, scope and period, files and unit, and the way back: the first rows of every sheet.

        Without ``files`` a sheet rests on all that were used; ``last`` is the last column on paper, if not the sheet's.
        """
        say, book = self.book.say, self.book
        self.text(0, 0, title, "title")
        self.text(1, 0, book.scope, "muted")
        source = say("workbook.source", files=book.files(files)) if any(files := list(files or book.used)) else ""
        said, last = "  ".join(part for part in (source, unit) if part), last % len(self.widths)
        if lines(said, sum(self.widths[: last + 1])) > 1:
            self.prose(2, last, said, "muted", "prose")
        else:
            self.text(2, 0, said, "muted")
        self.sheet.set_row(0, 24)
        if self.sheet is not book.sheets["overview"]:
            home = f"internal:{sheet_ref(book.names['overview'])}!A1"
            self.sheet.write_url(3, 0, home, book.formats("link"), say("workbook.back"))

    def paper(
        self, repeat: _Pair | None, freeze: _Pair, printed: _Pair | None = None, breaks: Sequence[int] = ()
    ) -> None:
        """Lay the sheet out on paper: the rows of its headings, repeated on each page; frozen panes on screen.

        ``printed`` is the last row and column that are on paper, where there is more on screen; ``breaks`` are the rows
        that pages begin with.
        """
        results, say = self.book.results, self.book.say
        texts = (results.note, results.catalogue.settings.name)
        left = "\n".join(text.text(results.lang) for text in texts if text)[:120].replace("&", "&&")
        middle = say("workbook.footer_period", period=results.period.id)
        last = printed or (self.sheet.dim_rowmax or 0, len(self.widths) - 1)
        if printed:
            self.sheet.print_area(0, 0, *printed)
        widths = self.widths[: last[1] + 1]
        lay_out(self.sheet, widths, last[0], (left, middle, say("workbook.footer_page")), repeat, breaks)
        self.sheet.freeze_panes(*freeze)

    def lines(self, rows: Iterable[_Row]) -> Iterator[tuple[int, _Row]]:
        """The rows of a table with the sheet's row of each; those that were passed are written, and get no more."""
        for at, row in enumerate(rows, HEAD_ROW + 1):
            yield at, row
            self.sheet.let_go(at + 1)

    def text(self, row: int, column: int, text: str | None, *styles: str) -> None:
        """A text; none is a blank cell."""
        if text:
            self.sheet.write_string(row, column, fitting(text, self.book.cut), self.book.formats(*styles))
        else:
            self.sheet.write_blank(row, column, None, self.book.formats(*styles))

    def number(self, row: int, column: int, value: float | None, *styles: str) -> None:
        """A number; null is a blank cell."""
        if value is None:
            self.sheet.write_blank(row, column, None, self.book.formats(*styles))
        else:
            self.sheet.write_number(row, column, value, self.book.formats(*styles))

    def link(self, row: int, column: int, to: str, text: float | str | None, *styles: str, formula: str = "") -> None:
        """A number or text that leads somewhere; where there is no way, or the sheet has too many, it stays."""
        if to and self.sheet.hlink_count < _MOST_LINKS and len(to) < _LONGEST_LINK:
            self.sheet.write_url(row, column, to, self.book.formats(*styles), "")
        self.living(row, column, formula, text, *styles)

    def formula(self, row: int, column: int, formula: str, value: float | str, *styles: str) -> None:
        """A formula with what it comes to."""
        self.sheet.write_formula(row, column, formula, self.book.formats(*styles), value)

    def living(self, row: int, column: int, formula: str, value: float | str | None, *styles: str) -> None:
        """A formula with what it comes to; without one the number or text itself. A blank is an empty text."""
        if formula:
            self.formula(row, column, formula, "" if value is None else value, *styles)
        elif isinstance(value, str):
            self.text(row, column, value, *styles)
        else:
            self.number(row, column, value, *styles)

    def heads(self, row: int, heads: Sequence[str], column: int = 0) -> None:
        """A row of column headings, high enough for the longest."""
        for number, head in enumerate(heads):
            self.text(row, column + number, head, "head")
        self.sheet.set_row(row, 13.5 * max(lines(h, BOLD * self.widths[column + n]) for n, h in enumerate(heads)) + 5)

    def high(self, row: int, texts: Iterable[tuple[int, str]], *, bold: bool = False, indent: float = 0) -> None:
        """Make a row high enough for wrapped texts (column, text): not every program does so by itself."""
        most = max(lines(text, (BOLD if bold else 1) * self.widths[column] - indent) for column, text in texts)
        if most > 1:
            self.sheet.set_row(row, min(13 * most + 3, _HIGHEST))

    def hold(self, column: int, head: str) -> None:
        """Make a column wide enough that no word of a head is broken."""
        self._widen(column, max(self.widths[column], word_width(head) / BOLD))

    def table(self, name: str, heads: Sequence[str], rows: int, first: int = HEAD_ROW) -> None:
        """Make an Excel table of what is written below ``first``; an empty one keeps one blank row, and is said so."""
        for column, head in enumerate(heads):
            self.hold(column, head)
        columns = [{"header": head, "header_format": self.book.formats("head")} for head in heads]
        options: dict[str, Any] = {"name": name, "columns": columns, "style": None}
        last = first + max(rows, 1)
        self.sheet.add_table(first, 0, last, len(heads) - 1, options)
        # Figures as they were typed are texts, and a column's formulas differ: neither is a mistake to point at.
        area = f"A{first + 2}:{xl_col_to_name(len(heads) - 1)}{last + 1}"
        self.sheet.ignore_errors({"number_stored_as_text": area, "formula_differs": area})
        high = max(lines(h, max(BOLD * self.widths[n] - _BUTTON, word_width(h))) for n, h in enumerate(heads))
        self.sheet.set_row(first, 13.5 * high + 5)
        if not rows:
            self.text(last + 1, 0, self.book.say("workbook.no_lines"), "muted")

    def prose(self, row: int, last_column: int, text: str, *styles: str, formula: str = "") -> None:
        """A text over several columns, as high as it needs; or a ``formula`` that comes to it, with room to spare."""
        styles = styles or ("prose",)
        large = "answer" in styles
        wide = sum(width + _BETWEEN for width in self.widths[: last_column + 1])
        wide *= (_LARGE if large else 1) * (_SPARE if formula else 1)
        self.sheet.merge_range(row, 0, row, last_column, "", self.book.formats(*styles))
        self.living(row, 0, formula, text, *styles)
        self.sheet.set_row(row, (19 if large else 14) * lines(text, wide) + 4)
