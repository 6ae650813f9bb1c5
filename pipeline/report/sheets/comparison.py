"""The sheet of fair comparison: which differences are more than chance, as formulas over the sheet of indicators."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline.report import theme
from pipeline.report.sheets import chance, doubts
from pipeline.report.sheets.book import HEAD_ROW, Book
from pipeline.report.sheets.comparison_frame import KEY, LETTER, lines_of, range_of, widths
from pipeline.report.sheets.formulas import LONGEST, if_given, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER as AT_INDICATOR
from pipeline.report.sheets.indicators import order
from pipeline.report.sheets.leads import to_cells, to_row
from pipeline.report.sheets.living import number_words, spliced
from pipeline.report.sheets.plain import Row, Shown, write_table
from pipeline.report.sheets.records import records
from pipeline.report.sheets.standard import Standard, standards
from pipeline.statistics.funnel import BINOMIAL, POISSON, overdispersed, residual

_STYLES = {"numerator": "count", "denominator": "count", "rank": "count", "residual": "rate", "dispersion": "rate"}
_OF_COUNTS = frozenset({BINOMIAL, POISSON, chance.CHANGE, chance.COUNT})
_TEXTS = frozenset({"label", "name", "rank_range", "place", "target_place", "caveat"})


def write(book: Book) -> None:
    """Write the sheet: the table, and below it, not on paper, the rows that standardised rates are made of."""
    lines = _Lines(book)
    columns = [
        Shown(n, w, _style(n), _SAID.get(n), lines.formula_of(n), lines.way_of(n)) for n, w in widths(book).items()
    ]
    page = write_table(book, KEY, columns, strong=lambda row: not row["province"], rows=lines.rows)
    value = list(LETTER).index("value")
    for (indicator, province), line in lines.at.items():
        doubts.mark(book, page, (line - 1, value), indicator, province)
    counts = sum(book.model(row["indicator"]).kind == "total" for row in lines.rows)  # below all others, not on paper
    page.sheet.print_area(0, 0, lines.end - 1 - counts, len(columns) - 1)
    if lines.standards:
        page.text(lines.end + 1, 0, book.say("workbook.comparison.standard"), "section")
    for standard in lines.standards.values():
        standard.write(page)


def _style(column: str) -> str | Callable[[Book, Row], str]:
    return "" if column in _TEXTS else _STYLES.get(column, _value_style)


def _value_style(book: Book, row: Row) -> str:
    return theme.value_style(book.model(row["indicator"]).kind)


def _where(name: str) -> Callable[[Book, Row], str]:
    return lambda book, row: book.say(f"workbook.place.{row[name]}") if row[name] else ""


_SAID = {
    "rank_range": lambda _, row: range_of(row), "place": _where("place"), "target_place": _where("target_place"),
    "caveat": lambda _, row: row["shown"],
}  # fmt: skip


@dataclass(frozen=True)
class _Lines:
    """The table's lines: which stand together, and the formulas of their cells."""

    book: Book

    @cached_property
    def rows(self) -> list[Row]:
        """The records, with what only this sheet shows."""
        return [row | {"shown": self._shown(row)} for row in self._found]

    @cached_property
    def _found(self) -> list[Row]:
        found = records(self.book, KEY)
        return [row | {"residual": _residual(row, _per(self.book, row))} for row in found]

    @cached_property
    def _of_cluster(self) -> dict[str, Row]:
        """The cluster's rows by indicator."""
        return {row["indicator"]: row for row in self._found if not row["province"]}

    def _shown(self, row: Row) -> str:
        """A line's caveat; of a province's what the cluster's says too need not stand twice."""
        said, cluster = row["caveat"] or "", self._of_cluster.get(row["indicator"])
        if not row["province"] or not said or cluster is None:
            return said
        if said == cluster["caveat"]:
            return self.book.say("workbook.comparison.as_cluster")
        general = self._general(row)
        return f"{self._told(row)} {said.removeprefix(general).lstrip()}".strip() if general else said

    def _general(self, row: Row) -> str:
        """What is always said of a line, whatever its figures."""
        said: str = row["caveat"] or ""
        for _, _, now in reversed(self._remarks(row, self.at[row["indicator"], row["province"] or ""])):
            said = said.removesuffix(now).rstrip() if now else said
        return said

    def _told(self, row: Row) -> str:
        """The same as it is shown: once, in the cluster's line."""
        said, cluster = self._general(row), self._of_cluster.get(row["indicator"])
        if row["province"] and said and cluster is not None and self._general(cluster) == said:
            return ""
        return said

    @cached_property
    def at(self) -> dict[tuple[str, str], int]:
        """The line of each indicator and province."""
        return lines_of(self.book)

    @property
    def end(self) -> int:
        """The first row below the table."""
        return HEAD_ROW + 1 + max(len(self.rows), 1)

    @cached_property
    def standards(self) -> dict[str, Standard]:
        """What standardised rates are made of, by indicator."""
        return standards(self.book, self.rows, self.end + 2)

    def formula_of(self, column: str) -> Callable[[Book, Row, int], str] | None:
        """What comes to a column; none for what comes from the catalogue."""
        if column in {"numerator", "denominator", "value", "rank"}:
            return lambda _, row, __: self._looked_up(row, column)
        formulas: dict[str, Callable[[Row, int], str]] = {
            "low": lambda row, line: self._interval(row, line, "low"),
            "high": lambda row, line: self._interval(row, line, "high"),
            "rank_range": self._rank_range,
            "lower95": lambda row, line: self._limit(row, line, "lower"),
            "upper95": lambda row, line: self._limit(row, line, "upper"),
            "place": self._place,
            "target_place": self._target_place,
            "residual": self._residual,
            "dispersion": self._dispersion,
            "standardised": self._standardised,
            "caveat": self._caveat,
        }
        made = formulas.get(column)
        return None if made is None else lambda _, row, line: made(row, line)

    def way_of(self, column: str) -> Callable[[Book, Row], str] | None:
        """Where a column's numbers are from: cells of the forms, rows of the sheet of indicators, a block below."""
        if column in {"numerator", "denominator"}:
            return lambda book, row: to_cells(book, row["indicator"], row["province"] or "", column)
        if column in {"value", "rank"}:
            return lambda book, row: to_row(book, row["indicator"], row["province"] or "", column)
        return self._way_to_standard if column == "standardised" else None

    def _way_to_standard(self, _book: Book, row: Row) -> str:
        own = self.standards.get(row["indicator"])
        return own.way(row["province"]) if own and row["province"] else ""

    def _looked_up(self, row: Row, column: str) -> str:
        at = self.book.places.get((row["indicator"], row["province"] or ""))
        if at is None or row[column] is None:
            return ""
        return f"={self.book.cell(INDICATORS, at, AT_INDICATOR[column])}"

    def _rate(self, row: Row, line: int) -> chance.Rate:
        top, over = f"{LETTER['numerator']}{line}", f"{LETTER['denominator']}{line}"
        return chance.Rate(row["method"], top, over, _per(self.book, row))

    @cached_property
    def _own(self) -> dict[str, list[Row]]:
        """The provinces' rows by indicator."""
        own: dict[str, list[Row]] = {}
        for row in self._found:
            own.setdefault(row["indicator"], []).extend([row] if row["province"] else [])
        return own

    def _provinces(self, row: Row) -> list[Row]:
        return self._own[row["indicator"]]

    def _range(self, row: Row, column: str) -> str:
        """The cells of the indicator's provinces in a column."""
        own, letter = [self.at[one["indicator"], one["province"]] for one in self._provinces(row)], LETTER[column]
        return f"${letter}${own[0]}:${letter}${own[-1]}"

    def _centre(self, row: Row) -> str:
        """The cell of the cluster's rate."""
        return f"${LETTER['value']}${self.at[row['indicator'], '']}"

    def _interval(self, row: Row, line: int, end: str) -> str:
        share, z = f"{LETTER['value']}{line}", chance.levels(self.book).z
        if row[end] is None or not chance.is_reckoned(row["method"], row["numerator"]):
            return ""
        return f"={self._rate(row, line).interval(end, share, z)}"

    def _rank_range(self, row: Row, line: int) -> str:
        """Better for sure is whose interval lies wholly on the better side; perhaps, whose reaches beyond the worse."""
        if row["rank_best"] is None or any(one["rank"] is None for one in self._provinces(row)):
            return ""
        low, high = self._range(row, "low"), self._range(row, "high")
        own_low, own_high = f"{LETTER['low']}{line}", f"{LETTER['high']}{line}"
        surely, perhaps = (f"{low}>{own_high}", f"{high}>{own_low}")
        if order(self.book, row["indicator"]):
            surely, perhaps = (f"{high}<{own_low}", f"{low}<{own_high}")
        # Its own interval reaches beyond its own worse end: it is counted among those that may be better.
        best, worst = f"1+SUMPRODUCT(--({surely}))", f"SUMPRODUCT(--({perhaps}))"
        return f'=IF({best}={worst},"",{best}&"\u2013")&{worst}'

    def _is_reckoned(self, row: Row, around: float) -> bool:
        return chance.is_reckoned(row["method"], around * row["denominator"] / _per(self.book, row))

    def _limit(self, row: Row, line: int, end: str) -> str:
        if row[f"{end}95"] is None or not self._is_reckoned(row, row["centre"]):
            return ""
        return f"={self._rate(row, line).limit(end, self._centre(row), chance.levels(self.book).near)}"

    def _place(self, row: Row, line: int) -> str:
        if not row["place"] or row["numerator"] % 1 or not self._is_reckoned(row, row["centre"]):
            return ""
        return f"={self._rate(row, line).place(self.book, self._centre(row))}"

    def _target_place(self, row: Row, line: int) -> str:
        """The same around the target, which may be edited to where chance has a part."""
        name = self.book.target_name(row["indicator"], row["province"] or "")
        if not name or row["target"] is None or not row["province"] or row["method"] not in {BINOMIAL, POISSON}:
            return ""
        if row["numerator"] % 1 or row["denominator"] % 1 or not self._is_reckoned(row, row["target"]):
            return ""
        return f"={if_given(name, self._rate(row, line).place(self.book, name))}"

    def _residual(self, row: Row, line: int) -> str:
        return "" if row["residual"] is None else f"={self._rate(row, line).residual(self._centre(row))}"

    def _dispersion(self, row: Row, _line: int) -> str:
        outer = chance.levels(self.book).outer
        return "" if row["dispersion"] is None else f"={chance.dispersion(self._range(row, 'residual'), outer)}"

    def _standardised(self, row: Row, _line: int) -> str:
        own = self.standards.get(row["indicator"])
        return own.formula(row["province"]) if own and row["province"] else ""

    def _caveat(self, row: Row, line: int) -> str:
        """What is always said, then what follows from the figures, as `indicators.comparison` has it."""
        parts = [f'IF({condition}," "&{sentence},"")' for condition, sentence, _ in self._remarks(row, line)]
        formula, shown = (
            f"MID({'&'.join([*([quoted(f' {said}')] if said else []), *parts])},2,{LONGEST})"
            for said in (self._general(row), self._told(row))
        )
        cluster = self.at.get((row["indicator"], ""))
        if row["province"] and cluster:
            whole = f"${LETTER['caveat']}${cluster}"
            same = quoted(self.book.say("workbook.comparison.as_cluster"))
            formula = f'IF(AND({whole}<>"",{whole}={formula}),{same},{shown})'
        return f"={formula}" if parts and len(formula) < LONGEST else ""

    def _remarks(self, row: Row, line: int) -> list[tuple[str, str, str]]:
        """What may be said of the figures: a condition, a sentence by formula, and the sentence if it is said now."""
        say, phi, least, found = self.book.say, row["dispersion"], chance.levels(self.book).least, []
        if row["chance"] is not None:
            now = say("comparison.chance") if row["chance"] else ""
            within = f"AND({LETTER['low']}{line}<=0,{LETTER['high']}{line}>=0)"
            found.append((within, spliced(say, "comparison.chance", {}), now))
        if phi is not None:
            cell, count = f"{LETTER['dispersion']}{line}", len(self._provinces(row))
            strong = say("comparison.overdispersed", factor=say.number(phi, 1)) if overdispersed(phi, count) else ""
            sentence = spliced(say, "comparison.overdispersed", {"factor": number_words(say, cell, "1")})
            found.append((f"{cell}>1+2*SQRT(2/{count})", sentence, strong))
        is_counted = self.book.model(row["indicator"]).kind == "percent" or row["method"] in _OF_COUNTS
        if is_counted:
            few = say("comparison.small", least=self.book.results.catalogue.settings.small_numbers)
            sentence = spliced(say, "comparison.small", {"least": least})
            found.append((f"{self._cases(row, line)}<{least}", sentence, few if row["small"] else ""))
        return found

    def _cases(self, row: Row, line: int) -> str:
        """The number of which one more or less changes the figure most."""
        top, over = f"{LETTER['numerator']}{line}", f"{LETTER['denominator']}{line}"
        kind = self.book.model(row["indicator"]).kind
        return {"percent": over, "total": top}.get(kind, f"MIN({top},{over})")


def _per(book: Book, row: Row) -> int:
    """Of how many of its denominator a rate is."""
    return 100_000 if book.model(row["indicator"]).kind == "per_100k" else 1


def _residual(row: Row, per: int) -> float | None:
    """How far from the cluster's rate a province's is, where the rates' dispersion is known."""
    if row["dispersion"] is None or not row["province"]:
        return None
    return residual(row["numerator"], row["denominator"], row["centre"] / per, row["method"])
