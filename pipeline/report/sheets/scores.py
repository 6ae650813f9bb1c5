"""The sheet of the emulation score: criteria by province, sub-totals, total, rank, and conditions of exclusion."""

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.catalogue.scoring import BONUS, PENALTY, Scoring
from pipeline.report import theme
from pipeline.report.sheets import score_notes, score_origins
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.leads import to_cells
from pipeline.report.sheets.paper import reach, side_by_side
from pipeline.report.sheets.records import records
from pipeline.report.sheets.score_ends import ENDS
from pipeline.report.sheets.targets import origin

KEY = "scores"
_LABEL, _MAXIMUM, _POINTS = 54, 10, 16.5
_FIRST = 2  # the column of the first province
_TOP = 8  # the row of the headings
_NEAR = "0.000001"  # of points: what their sums' last digits may differ by
Row = dict[str, Any]


def write(book: Book) -> None:
    """Write the sheet, and that of the points' origins which it is computed from; nothing where nothing is scored."""
    table = book.results.catalogue.scoring_on(book.results.period)
    rows = records(book, KEY)
    if table is None or not rows:
        return
    page = book.page(KEY, (_LABEL, _MAXIMUM, *([_POINTS] * len(book.provinces))))
    _opening(book, page, table)
    matrix = _Matrix(book, page, rows, score_origins.write(book, rows))
    at = matrix.write(_TOP + 1)
    wide = reach(page.widths)
    for number, (formula, text) in enumerate(score_notes.notes(book, rows, matrix.cells), at + 1):
        page.prose(number, wide, text, formula=formula)
    page.paper((_TOP, _TOP), (_TOP + 1, _FIRST))
    page.sheet.fit_to_pages(1, 1)
    side_by_side(page.sheet, page.widths, _FIRST)


def _opening(book: Book, page: Page, table: Scoring) -> None:
    say = book.say
    source = say("workbook.scores.source", source=origin(book, table.source)) if table.source else ""
    wide = reach(page.widths)
    page.opening(say("workbook.scores.title", label=table.name.text(book.results.lang)), source, last=wide)
    is_example = table.source == "illustrative"
    page.prose(4, wide, say("workbook.scores.illustrative") if is_example else "", "notice", "wrap")
    page.prose(5, wide, say("workbook.scores.vote"))
    page.prose(6, wide, say("workbook.scores.unit"))
    page.heads(_TOP, [say("workbook.scores.criterion"), say("workbook.scores.maximum"), *book.provinces.values()])


class _Matrix:
    """The table: a line for each criterion, a column for each province; sums are formulas over the lines above."""

    def __init__(self, book: Book, page: Page, rows: list[Row], places: score_origins.Places) -> None:
        self.book, self.page, self.places = book, page, places
        scored = {row["province"] for row in rows}
        self.provinces = [p for p in book.provinces if p in scored]
        self.columns = {p: xl_col_to_name(_FIRST + number) for number, p in enumerate(self.provinces)}
        self.rows = {(r["level"], r["group"] or "", r["criterion"] or "", r["province"]): r for r in rows}
        first = [row for row in rows if row["province"] == self.provinces[0]] if self.provinces else []
        self.lines = [(row["level"], row["group"] or "", row["criterion"] or "") for row in first]
        self.criteria: list[int] = []  # the sheet rows of all criteria, extras included
        self.subtotals: list[int] = []
        self.last: dict[str, int] = {}  # the sheet row of total and final
        self.cells = score_notes.Cells(quoted(book.say("workbook.scores.no_points")), {}, {}, {})

    def write(self, at: int) -> int:
        """Write all lines, a group's sub-total above its criteria; returns the next free row."""
        for line in self._ordered():
            {"criterion": self._criterion, "group": self._group, "total": self._total, "final": self._final}.get(
                line[0], self._veto
            )(at, line)
            at += 1
            if line[0] == "final":
                at = self._standing(at, line)
        return at

    def _ordered(self) -> list[tuple[str, str, str]]:
        """The lines with each group's own before its criteria, as scoring sheets have them."""
        groups = {group: line for line in self.lines if (group := line[1]) and line[0] == "group"}
        ordered: list[tuple[str, str, str]] = []
        for line in self.lines:
            if line[0] == "group":
                continue
            own = groups.pop(line[1], None)
            ordered += [own, line] if own else [line]
        return ordered

    def _head(self, at: int, line: tuple[str, str, str], label: str, *look: str) -> None:
        row = self.rows[*line, self.provinces[0]]
        self.page.text(at, 0, label, "cell", *look, "wrap")
        self.page.number(at, 1, row["maximum"], "cell", *(style for style in look if style != "gap"), "score")
        self.page.high(at, [(0, label)], bold="cluster" in look)

    def _formula(
        self, at: int, line: tuple[str, str, str], province: str, formula: str, *look: str, to: str = ""
    ) -> None:
        value = self.rows[*line, province]["points"]
        lacks = self.book.say("workbook.scores.no_points")
        column = _FIRST + self.provinces.index(province)
        styles = ("cell", *look, "score", "right")
        self.page.link(at, column, to, lacks if value is None else value, *styles, formula=formula)

    def _criterion(self, at: int, line: tuple[str, str, str]) -> None:
        label, part = self.rows[*line, self.provinces[0]]["label"], line[1]
        extra = part in {BONUS, PENALTY}
        self._head(at, line, self.book.say(f"workbook.scores.{part}", label=label) if extra else label, "gap")
        self.criteria.append(at)
        lacks, sign = quoted(self.book.say("workbook.scores.no_points")), "-" if part == PENALTY else ""
        for province in self.provinces:
            cell = self.places.points[province, line[2]]
            origin_ = self.rows[*line, province]["origin"]
            look = {"computed": (), "self_assessed": ("apart",), "none": ("flag",)}.get(origin_, ("bold",))
            self._formula(at, line, province, f'=IF({cell}="",{lacks},{sign}{cell})', *look, to=f"internal:{cell}")
            self.cells.points[line[2], province] = f"{self.columns[province]}{at + 1}"

    def _group(self, at: int, line: tuple[str, str, str]) -> None:
        self._head(at, line, self.rows[*line, self.provinces[0]]["group_label"], "cluster")
        self.subtotals.append(at)
        count = sum(other[0] == "criterion" and other[1] == line[1] for other in self.lines)
        for province, column in self.columns.items():
            area = f"{column}{at + 2}:{column}{at + 1 + count}"
            self._formula(at, line, province, self._added(area, area), *self._look(line, province))

    def _total(self, at: int, line: tuple[str, str, str]) -> None:
        self.last["total"] = at
        self._sum(at, line, self.subtotals)

    def _final(self, at: int, line: tuple[str, str, str]) -> None:
        """The total and what follows it; there is none without a total."""
        self.last["final"] = at
        self._sum(at, line, [self.last["total"], *(row for row in self.criteria if row > self.last["total"])])

    def _sum(self, at: int, line: tuple[str, str, str], rows: list[int]) -> None:
        """The sum of some lines, none where the first of them has no points (a total), or none of them (a group)."""
        self._head(at, line, self.book.say(f"workbook.scores.{line[0]}"), "cluster")
        for province, column in self.columns.items():
            cells = [f"{column}{row + 1}" for row in rows]
            counted = ",".join(cells[:1] if line[0] == "final" else cells)
            self._formula(at, line, province, self._added(counted, ",".join(cells)), *self._look(line, province))

    def _added(self, counted: str, cells: str) -> str:
        """A sum, or a word where nothing that is counted has points."""
        return f"=IF(COUNT({counted})=0,{quoted(self.book.say('workbook.scores.no_points'))},SUM({cells}))"

    def _look(self, line: tuple[str, str, str], province: str) -> tuple[str, ...]:
        return ("cluster", *(("flag",) if self.rows[*line, province]["origin"] == "incomplete" else ()))

    def _standing(self, at: int, line: tuple[str, str, str]) -> int:
        """Criteria without points, the rank, the points and ranks that are possible; returns the next free row."""
        page, say = self.page, self.book.say
        for number, name in enumerate(("lacking", "rank", "low", "high", "ranks")):
            page.text(at + number, 0, say(f"workbook.scores.{name}"), "cell", "bold")
            page.text(at + number, 1, "", "cell")
        for number, (province, column) in enumerate(self.columns.items(), _FIRST):
            row = self.rows[*line, province]
            own = [self.rows[*other, province] for other in self.lines if other[0] == "criterion"]
            cells = ",".join(f"{column}{c + 1}" for c in self.criteria)
            lacking = sum(one["points"] is None for one in own)
            page.formula(at, number, f"={len(self.criteria)}-COUNT({cells})", lacking, "cell", "count")
            self.cells.lacking[province] = f"{column}{at + 1}"
            rank = "" if row["rank"] is None else row["rank"]
            page.formula(at + 1, number, self._rank(at, column), rank, "cell", "bold", "count", "right")
            for end_row, end in enumerate(ENDS, at + 2):
                page.formula(end_row, number, f"=SUM({self.places.ends[end][province]})", row[end], "cell", "score")
            best, worst = (int(row[name]) for name in ("rank_best", "rank_worst"))
            said = str(best) if best == worst else f"{best}\u2013{worst}"
            page.formula(at + 4, number, self._ranks(at + 2, column), said, "cell", "right")
        return at + 5

    def _ranks(self, at: int, column: str) -> str:
        """The best and the worst rank that the points' ends allow, which stand in two rows from ``at``."""
        ends = list(self.columns.values())
        lows, highs = (f"${ends[0]}${row + 1}:${ends[-1]}${row + 1}" for row in (at, at + 1))
        low, high = (f"{column}{row + 1}" for row in (at, at + 1))
        best = f"1+SUMPRODUCT(--({lows}>{high}+{_NEAR}))"
        # A province is not above itself, though its most is above its least.
        worst = f"1+SUMPRODUCT(--({highs}>{low}+{_NEAR}))-({high}>{low}+{_NEAR})"
        return f'={best}&IF({worst}>{best},"\u2013"&{worst},"")'

    def _rank(self, lacking: int, column: str) -> str:
        """Equal scores share the better rank, floats that differ in the last digit too; none while points lack."""
        ends = list(self.columns.values())
        final, lacks = (f"${ends[0]}${row + 1}:${ends[-1]}${row + 1}" for row in (self.last["final"], lacking))
        own = f"{column}{self.last['final'] + 1}"
        return f'=IF(SUM({lacks})>0,"",1+SUMPRODUCT(--({final}>{own}+{_NEAR})))'

    def _veto(self, at: int, line: tuple[str, str, str]) -> None:
        row = self.rows[*line, self.provinces[0]]
        label = self.book.say("workbook.scores.veto", label=row["label"], rule=row["rule"])
        self._head(at, line, label)
        for number, province in enumerate(self.provinces, _FIRST):
            formula, said = score_notes.veto_words(self.book, self.rows[*line, province])
            to = to_cells(self.book, row["indicator"], province)
            self.page.link(at, number, to, said, "cell", "right", "wrap", formula=formula)
            self.cells.vetoes[line[2], province] = f"{self.columns[province]}{at + 1}"
        area = (at, _FIRST, at, _FIRST + len(self.provinces) - 1)
        for status, ink, fill in (("applies", theme.MISSED, theme.MISSED_FILL), ("unknown", theme.INK, theme.FLAG)):
            rule = {"type": "cell", "criteria": "==", "value": quoted(self.book.say(f"workbook.scores.veto.{status}"))}
            self.page.sheet.conditional_format(*area, rule | {"format": self.book.formats.highlight(ink, fill)})
