"""The formulas of one line of the sheet of targets met: everything that follows when its target is edited."""

from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.models import Indicator
from pipeline.model import DECIDED, MET, MISSED
from pipeline.report import theme
from pipeline.report.sheets import living
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import if_given, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.words import TOLD_IN_CASES, counted, status_word, unmet

_BOUNDS = {"change": "(1+{target})*{whole}", "per_100k": "{target}*{whole}/100000", "total": "{target}"}


@dataclass(frozen=True)
class Line:
    """A line of the table: its record, and its cells as formulas name them."""

    book: Book
    row: dict[str, Any]
    cells: dict[str, str]  # column -> address on the sheet

    @property
    def model(self) -> Indicator:
        """The line's indicator."""
        return self.book.model(self.row["indicator"])

    @property
    def is_decided(self) -> bool:
        """Whether the status follows from the value and the target."""
        return self.row["status"] in DECIDED

    @property
    def grows(self) -> bool:
        """Whether the rest of the year may still meet the target."""
        catalogue, period = self.book.results.catalogue, self.book.results.period
        return catalogue.grows_to(self.row["indicator"], self.row["op"], period)

    def target_formula(self) -> str:
        """The target by its defined name."""
        row, results = self.row, self.book.results
        binding, others = results.catalogue.targets_of(row["indicator"], results.period, row["province"] or "")
        own = (row["op"], row["target"], row["issuer"] or "")
        for target, name in self.book.targets:
            if row["role"] == "binding":
                is_own = target is binding
            else:
                issuer = target.issuer.text(results.lang) if target.issuer else ""
                is_own = any(target is other for other in others) and (target.op, target.value, issuer) == own
            if is_own:
                return f"={if_given(name)}"
        return ""

    def value_formula(self) -> str:
        """The value as the indicators' sheet has it."""
        place = self.operand("value")
        return f"={place}" if place and self.row["value"] is not None else ""

    def gap_formula(self) -> str:
        """By how much the value is more than the target."""
        return f"={self._unless_blank('{value}-{target}')}" if self.row["gap"] is not None else ""

    def _unless_blank(self, formula: str, otherwise: str = '""') -> str:
        """A formula over value and target; without one of them something else, for a target may be emptied."""
        value, target = self.cells["value"], self.cells["target"]
        return f'IF(OR({value}="",{target}=""),{otherwise},{formula.format(value=value, target=target)})'

    def operand(self, column: str) -> str:
        """Numerator, denominator or value where the indicators' sheet has it."""
        at = self.book.places.get((self.row["indicator"], self.row["province"] or ""))
        return "" if at is None else self.book.cell(INDICATORS, at, LETTER[column])

    def status(self) -> str:
        """Met, or missed, or not met so far."""
        met, none = (quoted(status_word(self.book, status)) for status in ("met", "no_target"))
        decided = f"IF({{value}}{self.row['op']}{{target}},{met},{quoted(self._unmet)})"
        return f"={self._unless_blank(decided, none)}"

    @property
    def _unmet(self) -> str:
        return unmet(self.book, self.row["indicator"], self.row["op"])

    def pace(self) -> str:
        """What the year would come to as the period went, day by day."""
        return f"={self.cells['value']}*{self.row['year_days']:.0f}/{self.row['part_days']:.0f}"

    @property
    def is_counted(self) -> bool:
        """Whether cases can lack or be to spare."""
        forms = self.book.results.catalogue.forms
        operands = Indicator.operands(self.model.numerator)
        counts = operands and all(forms[form].columns[measure].kind == "count" for form, measure in operands)
        figure = self.book.indicators.get((self.row["indicator"], self.row["province"] or ""))
        whole = figure.denominator if figure else None
        return bool(counts) and self.is_decided and (self.model.kind == "total" or bool(whole and whole > 0))

    def _lacking(self) -> str:
        """By how much the numerator is short of what the target asks for; negative: to spare. Noise is rounded off."""
        bound = _BOUNDS.get(self.model.kind, "{target}*{whole}").format(
            target=self.cells["target"], whole=self.operand("denominator")
        )
        numerator = self.operand("numerator")
        short = f"{bound}-{numerator}" if self.row["op"].startswith(">") else f"{numerator}-{bound}"
        return f"ROUND({short},6)"

    def _is(self, word: str) -> str:
        return f"{self.cells['status']}={quoted(word)}"

    def needed(self) -> str:
        """Whole cases that a missed target lacks; blank where more than there are would be needed."""
        short = self._lacking()
        cases = f"ROUNDUP({short},0)" if self.row["op"].endswith("=") else f"INT({short})+1"
        if self.model.proportion and self.row["op"].startswith(">"):
            spare = f"{self.operand('denominator')}-{self.operand('numerator')}"
            cases = f'IF({cases}>{spare},"",{cases})'
        return f'=IF({self._is(self._unmet)},{cases},"")'

    def margin(self) -> str:
        """Whole cases that could go the other way where the target is met."""
        short = self._lacking()
        cases = f"ROUNDDOWN(-{short},0)" if self.row["op"].endswith("=") else f"-INT({short})-1"
        return f'=IF({self._is(status_word(self.book, MET))},{cases},"")'

    def days(self) -> str:
        """Days that the needed cases take at the period's pace; empty where fewer cases are needed, or none were."""
        is_share = self.model.kind in {"percent", "achievement"}
        figure = self.book.indicators.get((self.row["indicator"], self.row["province"] or ""))
        if not is_share or not self.row["op"].startswith(">") or not (figure and figure.numerator):
            return ""
        needed, days = self.cells["needed"], f"{self.row['part_days']:.0f}"
        return f'=IF({needed}="","",{needed}*{days}/{self.operand("numerator")})'

    @property
    def has_rest(self) -> bool:
        """Whether cases that are still to come this year can bring a share up to its target."""
        period = self.book.results.period
        is_rising = self.model.kind == "percent" and self.row["op"].startswith(">")
        figure = self.book.indicators.get((self.row["indicator"], self.row["province"] or ""))
        is_part = period.first_month == 1 and self.row["part_days"] < self.row["year_days"]
        return bool(is_rising and is_part and figure and figure.denominator)

    def rest(self) -> str:
        """What share of the cases still to come this year would do; in words where all of them would not."""
        whole = f"{self.row['year_days']:.0f}/{self.row['part_days']:.0f}"
        over, under = self.operand("denominator"), self.operand("numerator")
        rest = f"ROUND(({self.cells['target']}*{over}*{whole}-{under})/({over}*{whole}-{over}),9)"
        share = f"MAX(0,{rest})"
        said = f"IF({rest}>1,{quoted(self.out_of_reach)},{share})" if self.model.proportion else share
        return f"={self._unless_blank(said)}"

    @property
    def out_of_reach(self) -> str:
        """What is said where no share of the cases to come is enough."""
        return self.book.say("workbook.attainment.out_of_reach")

    def words(self) -> str:
        """What a province that misses its target is said to lack, and what its whole year takes for granted."""
        say, province = self.book.say, self.book.province(self.row["province"] or "")
        value, gap = self.cells["value"], self.cells["gap"]
        over = "" if self.row["op"].startswith(">") else "_over"
        if theme.value_style(self.model.kind) == "percent":
            told, key = living.telling(gap), f"workbook.answer.miss_points{over}"
            plain = f"IF(ABS(100*{value}-ROUND(100*{value},0))<1E-9,0,2)"
            shown = living.share_words(say, value, f"IF({told}>2,{told},{plain})")
            off = living.number_words(say, f"100*ABS({gap})", told, below=1e6)
        else:
            key = f"workbook.answer.miss_number{over}"
            shown, off = (living.value_words(self.book, self.model.kind, part) for part in (value, f"ABS({gap})"))
        said = living.spliced(say, key, {"value": shown, "gap": off}, province=province)
        cases = ""
        if self.is_counted and self.model.kind in TOLD_IN_CASES:
            count = living.number_words(say, self.cells["needed"], "0")
            more = living.spliced(
                say, f"workbook.answer.cases{over}", {"count": count}, **counted(self.book, self.model)
            )
            cases = f'&IF({self.cells["needed"]}="","",", "&{more})'
        assumes = self.row["assumes"]
        end, otherwise = (quoted("). "), f"&{quoted(assumes)}") if assumes else (quoted(")"), "")
        return f'=IF({self._is(status_word(self.book, MISSED))},{said}{cases}&{end},""){otherwise}'
