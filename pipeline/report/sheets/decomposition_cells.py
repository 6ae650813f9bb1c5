"""The formulas of a line of the sheet of rate and mix effects: strata over the form tables, then their effects."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import PREVIOUS
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import LONGEST, Side, quoted, sheet_ref, sides, texts_of
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER as OF_INDICATORS
from pipeline.report.sheets.leads import to_cells, to_row
from pipeline.report.sheets.sources_before import Before, Who
from pipeline.report.sheets.ways import way

OWN, BASES, EFFECTS = (
    ("numerator", "denominator"),
    ("base_numerator", "base_denominator"),
    ("rate_effect", "mix_effect"),
)
COLUMNS = (
    "label", "name", "against", "row", *OWN, *BASES, "share", "base_share", "rate", "base_rate", *EFFECTS, "total",
    "parts_check",
)  # fmt: skip
LETTER = {name: chr(ord("A") + number) for number, name in enumerate(COLUMNS)}
CLUSTER = "cluster"
_CLOSE, _NOISE = 1e-9, "1E-9"
Row = dict[str, Any]
Key = tuple[str, str, str]  # indicator, what it is set against, province


def key_of(row: Row) -> Key:
    """To which gap a line belongs."""
    return row["indicator"], row["against"], row["province"] or ""


@dataclass
class Gap:
    """The lines of a gap by stratum, "" the whole: where they stand, counted from 0, and what they hold."""

    places: dict[str, int] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def parts(self, column: str) -> str:
        """The parts' cells in a column: they stand below each other."""
        own = [at for stratum, at in self.places.items() if stratum]
        return f"{LETTER[column]}{own[0] + 1}:{LETTER[column]}{own[-1] + 1}"

    def cell(self, column: str, stratum: str = "") -> str:
        """A cell of the whole, or of a part."""
        return f"{LETTER[column]}{self.places[stratum] + 1}"


@dataclass
class Strata:
    """Numerators and denominators of strata as sums over the form tables."""

    book: Book
    held: Before
    _sides: dict[tuple[str, str, bool], tuple[Side, Side]] = field(default_factory=dict)
    _covered: dict[str, list[str]] = field(default_factory=dict)
    _of_cluster: dict[tuple[str, str, str, bool], tuple[str, float, str]] = field(default_factory=dict)

    def side(self, indicator: str, stratum: str, column: str, *, previous: bool) -> Side:
        """One side of an indicator's ratio in a stratum, of this year or as last year is stated now."""
        key, results = (indicator, stratum, previous), self.book.results
        if key not in self._sides:
            of_stratum = self.book.model(indicator).model_copy(update={"rows": (stratum,)})
            found = sides(of_stratum, results.catalogue, self.book.tables, results.lang, previous=previous)
            self._sides[key] = found
        top, bottom = self._sides[key]
        return top if column.endswith("numerator") else bottom

    def covered(self, indicator: str) -> list[str]:
        """The provinces that the whole cluster's figure is made of."""
        if indicator not in self._covered:
            rows = {p: self.book.indicators.get((indicator, p)) for p in self.book.provinces}
            self._covered[indicator] = [p for p, row in rows.items() if row and row.used]
        return self._covered[indicator]

    def of_cluster(self, indicator: str, stratum: str, column: str, *, previous: bool) -> tuple[str, float, str]:
        """The sum over these provinces: its formula, what that comes to, and the way to what it adds up."""
        key = (indicator, stratum, column.removeprefix("base_"), previous)
        if key not in self._of_cluster:
            side, who = self.side(indicator, stratum, column, previous=previous), self.covered(indicator)
            made = side.formula(self._named(indicator, who)) if who and side.sums else ""
            self._of_cluster[key] = made, side.value(who), way(self.book, side, who) if made else ""
        return self._of_cluster[key]

    def _named(self, indicator: str, provinces: list[str]) -> str:
        """The names of provinces as a formula has them: all stand below each other, some are told one by one."""
        if len(provinces) < 2 or provinces != list(self.book.provinces):
            return texts_of([self.book.province(p) for p in provinces])
        first, last = (self.book.places[indicator, p] for p in (provinces[0], provinces[-1]))
        return f"{self.book.cell(INDICATORS, first, '$B$')}:$B${last + 1}"


@dataclass(frozen=True)
class Line:
    """A line of the table, at a sheet row that is counted from 0."""

    strata: Strata
    gaps: Mapping[Key, Gap]
    row: Row
    at: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole gap, which the parts add up to."""
        return not self.row["row"]

    @property
    def _gap(self) -> Gap:
        return self.gaps[key_of(self.row)]

    def _cell(self, column: str) -> str:
        return f"{LETTER[column]}{self.at + 1}"

    def operand(self, name: str) -> tuple[str, str]:
        """A numerator or denominator and the link to what it adds up: cells of the forms, or of then, or lines here.

        Empty where it is none of these.
        """
        if self.is_whole:
            parts = self._gap.parts(name)
            return f"=SUM({parts})", self._way_of_whole(name) or self._here(parts)
        return self._over_tables(name) or self._over_before(name) or self._over_lines(name)

    def _here(self, cells: str) -> str:
        return f"internal:{sheet_ref(self.strata.book.names['decomposition'])}!{cells}"

    def _way_of_whole(self, name: str) -> str:
        province, column = self._of_indicators().get("base_rate" if name in BASES else "rate", ("", ""))
        side = name.removeprefix("base_") if column == "value" else column
        return to_cells(self.strata.book, self.row["indicator"], province, side) if column else ""

    def way_of_rate(self, name: str) -> str:
        """The link to a rate of the whole; empty where the sheet of indicators has no such rate."""
        province, column = self._of_indicators().get(name, ("", ""))
        return to_row(self.strata.book, self.row["indicator"], province, column) if column else ""

    def _who(self, name: str) -> list[str]:
        """Whose numbers a column has."""
        indicator, against, province = key_of(self.row)
        is_of_all = not province or (name in BASES and against == CLUSTER)
        return self.strata.covered(indicator) if is_of_all else [province]

    def _over_tables(self, name: str) -> tuple[str, str] | None:
        indicator, against, province = key_of(self.row)
        previous, value, who = name in BASES and against != CLUSTER, self.row[name], self._who(name)
        if who == [province]:
            side = self.strata.side(indicator, self.row["row"], name, previous=previous)
            formula, found = side.formula(f"${self._cell('name')}"), side.value(who)
            to = way(self.strata.book, side, who) if formula else ""
        else:
            formula, found, to = self.strata.of_cluster(indicator, self.row["row"], name, previous=previous)
        return (formula, to) if formula and math.isclose(found, value, rel_tol=_CLOSE) else None

    def _over_before(self, name: str) -> tuple[str, str] | None:
        """The same over the cells that were reported then."""
        (indicator, _, province), held, row = key_of(self.row), self.strata.held, self.row["row"]
        if self._who(name) != [province]:
            return None
        figure, side = (indicator, PREVIOUS), name.removeprefix("base_")
        if name not in BASES or not held.gives(figure, side, [province], self.row[name], row):
            return None
        who = Who([province], f"${self._cell('name')}")
        return f"={held.sum(figure, side, who, row)}", held.way(figure, who.provinces, [side], row)

    def _over_lines(self, name: str) -> tuple[str, str]:
        indicator, against, province = key_of(self.row)
        column, who = name.removeprefix("base_") if against == CLUSTER else name, self._who(name)
        found = [self.gaps.get((indicator, against, p), Gap()) for p in who]
        if who == [province] or any(self.row["row"] not in gap.rows for gap in found):
            return "", ""
        total = sum(gap.rows[self.row["row"]][column] for gap in found)
        formula = "=" + "+".join(gap.cell(column, self.row["row"]) for gap in found)
        if not math.isclose(total, self.row[name], rel_tol=_CLOSE) or len(formula) > LONGEST:
            return "", ""
        return formula, self._here(found[0].cell(column, self.row["row"]))

    def computed(self) -> dict[str, tuple[str, float | None]]:
        """Shares, rates, effects and their sum: formulas with what they come to."""
        made: dict[str, tuple[str, float | None]] = {
            "share": self._share("denominator"),
            "base_share": self._share("base_denominator"),
        }
        made |= {"rate": (self._rate(*OWN), self.row["rate"]), "base_rate": (self._rate(*BASES), self.row["base_rate"])}
        formulas = (self._gap.parts(name) for name in EFFECTS) if self.is_whole else self._effects()
        look = "=SUM({})" if self.is_whole else "={}"
        made |= {e: (look.format(formula), self.row[e]) for e, formula in zip(EFFECTS, formulas, strict=True)}
        return made | {"total": (f"={self._cell('rate_effect')}+{self._cell('mix_effect')}", self.row["total"])}

    def _share(self, cases: str) -> tuple[str, float]:
        if self.is_whole:
            return f"=SUM({self._gap.parts('base_share' if cases in BASES else 'share')})", 1.0
        return f"={self._cell(cases)}/{self._gap.cell(cases)}", self.row[cases] / self._gap.rows[""][cases]

    def _rate(self, above: str, below: str) -> str:
        return f'=IF({self._cell(below)}=0,"",{self._cell(above)}/{self._cell(below)})'

    def _effects(self) -> tuple[str, str]:
        """Rate and mix effect (Kitagawa 1955); a stratum that has a rate on one side only is all mix."""
        rates, shares = (f"{self._cell(n)}:{self._cell(f'base_{n}')}" for n in ("rate", "share"))
        middle = f"AVERAGE({self._gap.cell('rate')}:{self._gap.cell('base_rate')})"
        rate, base_rate, share, base_share = map(self._cell, ("rate", "base_rate", "share", "base_share"))
        return (
            f"IF(COUNT({rates})<2,0,({rate}-{base_rate})*AVERAGE({shares}))",
            f"IF(COUNT({rates})=0,0,(AVERAGE({rates})-{middle})*({share}-{base_share}))",
        )

    def check(self) -> str:
        """Whether the parts add up to the gap, which is that of the sheet of indicators; else by how much not."""
        off = f"{self._cell('total')}-({self._between()})"
        return f"=IF(ABS({off})<={_NOISE},{quoted(self.strata.book.say('workbook.checks.ok'))},{off})"

    def _between(self) -> str:
        """The gap without its parts."""
        book, indicator, cells = self.strata.book, self.row["indicator"], self._of_indicators().values()
        if not cells:
            return f"{self._cell('rate')}-{self._cell('base_rate')}"
        return "-".join(book.cell(INDICATORS, book.places[indicator, p], OF_INDICATORS[c]) for p, c in cells)

    def _of_indicators(self) -> dict[str, tuple[str, str]]:
        """Where the sheet of indicators has the whole's two rates: whose, in which column; else empty."""
        book, (indicator, against, province) = self.strata.book, key_of(self.row)
        own, cluster = (book.indicators.get((indicator, p)) for p in (province, ""))
        base = None if own is None else cluster.value if against == CLUSTER and cluster else own.previous
        pairs = ((own.value if own else None, self.row["rate"]), (base, self.row["base_rate"]))
        if not self.is_whole or any(one is None or abs(one - other) > _CLOSE for one, other in pairs):
            return {}
        return {
            "rate": (province, "value"),
            "base_rate": ("", "value") if against == CLUSTER else (province, "previous"),
        }
