"""The sheet of one chosen province, a page for its director: every indicator with a target, what came, the trend."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.model import MET, MISSED
from pipeline.report import theme
from pipeline.report.sheets import choices
from pipeline.report.sheets.attainment import KEY as ATTAINMENT
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.choices import Rows
from pipeline.report.sheets.comparison_frame import ranges
from pipeline.report.sheets.findings import KEY as FINDINGS
from pipeline.report.sheets.findings import FindingRow
from pipeline.report.sheets.formulas import criterion, quoted
from pipeline.report.sheets.indicator_row import IndicatorRow
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER, sign_of, status_colours
from pipeline.report.sheets.indicators_widths import rank_width
from pipeline.report.sheets.profile_trend import trend
from pipeline.report.sheets.records import records
from pipeline.report.sheets.room import lines
from pipeline.report.sheets.submissions import KEY as SUBMISSIONS
from pipeline.report.sheets.submissions import SET_ASIDE, submissions
from pipeline.report.sheets.words import WHOLE, doubted, doubtful, headed, status_text, status_word, with_target

KEY = "profile"
_COLUMNS = ("indicator", "value", "op", "target", "gap", "status", "change", "rank", "needed")
_WIDTHS, _RANK, _NEEDED = (50, 12, 6, 11, 13, 19, 12), 12, 11
_OWN_HEADS = {"rank": "workbook.profile.rank"}
_AT = {name: number for number, name in enumerate(_COLUMNS)}
_WHO, _SENT, _HEAD = 5, 6, 10  # rows
_HIGH = 22  # points of a row
_LISTS = len(_COLUMNS) + 1
_HELPERS = {name: _LISTS + 2 + number for number, name in enumerate(("at", "target", "doubtful"))}
PROVINCE = f"$B${_WHO + 1}"
_BAR = "|"
_LED = frozenset({"value", "target", "gap", "change"})  # what leads to its cell on the sheet of indicators


@dataclass(frozen=True)
class _Sheet:
    book: Book
    page: Page
    found: list[FindingRow]

    @cached_property
    def province(self) -> str:
        """The one chosen at first; the cluster where there are no provinces."""
        return next(iter(self.book.provinces), "")

    @cached_property
    def mark(self) -> str:
        return choices.mark(self.book)

    @cached_property
    def targets(self) -> list[dict[str, Any]]:
        """The rows of the sheet of targets met and missed."""
        return records(self.book, ATTAINMENT)

    def text(self, name: str) -> str:
        return self.book.say(f"workbook.profile.{name}")


def write(book: Book, found: list[FindingRow]) -> None:
    """Write the sheet; ``found`` are the findings, of which it counts the chosen province's."""
    page = book.page(KEY, (*_WIDTHS, rank_width(len(book.provinces), _RANK), _NEEDED, 3, 20, 3, 12, 12, 30, *(12,) * 4))
    page.opening(book.say("workbook.profile.title"), book.say("workbook.profile.unit"), last=len(_COLUMNS) - 1)
    choices.notice(page)
    choices.quiet(page)
    sheet = _Sheet(book, page, found)
    _chosen(sheet)
    _submission(sheet)
    last = _table(sheet)
    _legend(sheet, last)
    end = trend(book, page, headed(book), (last + 3, _LISTS), (PROVINCE, sheet.province))
    page.paper(None, (4, 0))
    page.sheet.set_portrait()
    page.sheet.fit_to_pages(1, 1)
    page.sheet.print_area(0, 0, end, len(_COLUMNS) - 1)


def _chosen(sheet: _Sheet) -> None:
    book, page = sheet.book, sheet.page
    page.text(_WHO - 1, _LISTS, book.say("workbook.choice.helpers"), "muted")
    names = list(book.provinces.values()) or [book.province("")]
    source = choices.listed(page, _WHO, _LISTS, book.say("workbook.column.province"), names)
    page.text(_WHO, 0, book.say("workbook.column.province"), "section")
    page.sheet.merge_range(_WHO, 1, _WHO, _AT["gap"], "", book.formats("choice", "gap", "large", "text"))
    choices.choice(page, (_WHO, 1), names[0], source, "workbook.choice.province", "gap", "large")
    page.sheet.set_row(_WHO, 26)


def _submission(sheet: _Sheet) -> None:
    """What the province sent, and how much there is to mend in it."""
    book, page = sheet.book, sheet.page
    rows = submissions(book)
    area = Rows(book.names[SUBMISSIONS], HEAD_ROW + 1, HEAD_ROW + max(len(rows), 1))
    aside = "*".join(f"({area.column('C')}<>{quoted(book.say(f'workbook.submission.{s}'))})" for s in SET_ASIDE)
    own = [n for n, row in enumerate(rows, 1) if row["province"] == sheet.province and row["status"] not in SET_ASIDE]
    at = f"${xl_col_to_name(_HELPERS['at'])}${_SENT + 1}"
    page.text(_SENT - 1, _HELPERS["at"], book.say("workbook.choice.submission"), "muted")
    # The last one that was not set aside: MAX sees every row, for SUMPRODUCT computes it as an array.
    formula = f"=SUMPRODUCT(MAX({area.matching(('A', PROVINCE))}*{aside}*{area.numbers}))"
    page.formula(_SENT, _HELPERS["at"], formula, own[-1] if own else 0, "muted")
    row = rows[own[-1] - 1] if own else {}
    missing = book.say("workbook.submission.missing")
    status = book.say(f"workbook.submission.{row['status']}") if row else missing
    _fact(sheet, _SENT, "submission", f"IF({at}=0,{quoted(missing)},INDEX({area.column('C')},{at}))", status)
    accepted, expected = (f"INDEX({area.column(letter)},{at})" for letter in "ED")
    said = f"{row['forms_accepted']:g} / {row['forms_expected']:g}" if row else book.say("workbook.no_value")
    _fact(sheet, _SENT + 1, "forms", f'IF({at}=0,{sheet.mark},{accepted}&" / "&{expected})', said)
    _findings(sheet)


def _fact(sheet: _Sheet, at: int, name: str, formula: str, said: str) -> None:
    page = sheet.page
    page.text(at, 0, sheet.text(name), "cell", "middle")
    page.sheet.set_row(at, _HIGH)
    page.sheet.merge_range(at, 1, at, _AT["target"], "", sheet.book.formats("cell", "middle", "gap", "bold"))
    page.formula(at, 1, f"={formula}", said, "cell", "middle", "gap", "bold")


def _findings(sheet: _Sheet) -> None:
    """How many findings the sheet of findings has of the province."""
    say, page = sheet.book.say, sheet.page
    severity, province = (
        f"{say('workbook.table.findings')}[[{say(f'workbook.column.{n}')}]]" for n in ("severity", "province")
    )
    for at, (kind, name) in enumerate((("error", "errors"), ("warning", "warnings")), _SENT):
        count = sum(row.severity == kind and row.province == sheet.province for row in sheet.found)
        wanted = criterion(say(f"workbook.severity.{kind}"))
        page.text(at, _AT["status"], sheet.text(name), "cell", "middle")
        formula = f"=COUNTIFS({severity},{wanted},{province},{PROVINCE})"
        page.formula(at, _AT["change"], formula, count, "cell", "middle", "center", "bold", "count")


def _groups(sheet: _Sheet) -> Iterator[tuple[str, list[str]]]:
    """The indicators with a target by groups, in the catalogue's order."""
    found: dict[str, list[str]] = {}
    for name in with_target(sheet.book):
        found.setdefault(sheet.book.model(name).group or "", []).append(name)
    labels = sheet.book.results.catalogue.settings.groups
    for group, names in found.items():
        label = labels.get(group)
        yield (label.text(sheet.book.results.lang) if label else group or sheet.text("rest")), names


def _table(sheet: _Sheet) -> int:
    """Write the indicators; returns the last row."""
    book, page, say = sheet.book, sheet.page, sheet.book.say
    page.heads(_HEAD, [say(_OWN_HEADS.get(name, f"workbook.column.{name}")) for name in _COLUMNS])
    for name, column in _HELPERS.items():
        page.text(_HEAD, column, say(f"workbook.choice.{name}"), "head")
    at = _HEAD + 1
    for label, names in _groups(sheet):
        for column in range(len(_COLUMNS)):
            page.text(at, column, "" if column else label, "cell", "group", "middle")
        page.sheet.set_row(at, _HIGH)
        for number, indicator in enumerate(names, at + 1):
            _indicator(sheet, number, indicator)
        at += 1 + len(names)
    if at == _HEAD + 1:
        page.text(at, 0, sheet.text("no_target"), "muted")
        at += 1
    status_colours(book, page, _HEAD + 1, _AT["status"], at - 1, _AT["status"])
    _met(sheet, at - 1)
    return at - 1


def _met(sheet: _Sheet, last: int) -> None:
    """How many targets are met of those that are decided, counted from the statuses below."""
    say, column = sheet.book.say, xl_col_to_name(_AT["status"])
    area, doubt = f"{column}{_HEAD + 2}:{column}{last + 1}", say("workbook.overview.doubtful_mark")
    words = [[quoted(w), quoted(w + doubt)] for w in (status_word(sheet.book, s) for s in (MET, MISSED))]
    met, decided = (f"SUMPRODUCT(COUNTIF({area},{{{','.join(w)}}}))" for w in (words[0], words[0] + words[1]))
    rows = [sheet.book.indicators.get((name, sheet.province)) for name in with_target(sheet.book)]
    statuses = [row.status for row in rows if row]
    count = statuses.count("met")
    _fact(sheet, _SENT + 2, "met", f'{met}&" / "&{decided}', f"{count} / {count + statuses.count('missed')}")


def _indicator(sheet: _Sheet, at: int, indicator: str) -> None:
    """A line: what the sheets of indicators and of targets have of the chosen province."""
    book, page = sheet.book, sheet.page
    _found(sheet, at, indicator)
    page.text(at, 0, book.label(indicator), "cell", "wrap", "middle")
    row, rows, mark = book.indicators.get((indicator, sheet.province)), choices.own_rows(book, indicator), sheet.mark
    place = _helper("at", at)
    for name in _COLUMNS[1:-1]:
        letter = LETTER[choices.shown_as(name, book.model(indicator).kind)]
        inner = rows.take(letter, place, mark)
        if name == "status":
            doubt = quoted(book.say("workbook.overview.doubtful_mark"))
            names = f"{_BAR}{PROVINCE}{_BAR}".replace(PROVINCE, f'"&{PROVINCE}&"')
            marked = f'ISNUMBER(FIND("{names}",{_helper("doubtful", at)}))'
            none = quoted(book.say("workbook.status.no_target"))
            inner += f'&IF(AND({marked},INDEX({rows.column(letter)},{place})<>{none}),{doubt},"")'
        elif name == "rank":
            ranked = f"SUMPRODUCT({rows.matching(('A', f'$A${at + 1}'))}*ISNUMBER({rows.column(LETTER['rank'])}))"
            cell = f"INDEX({rows.column(LETTER['rank'])},{place})"
            allowed = f"INDEX({rows.column(LETTER['rank_range'])},{place})"
            inner = f'IF({cell}="",{mark},{cell}&" / "&{ranked}&IF({allowed}="",""," ("&{allowed}&")"))'
        said, shown = _said(sheet, row, name), f"IF({place}=0,{mark},{inner})"
        shown = choices.led(rows, letter, place, shown) if name in _LED else shown
        page.formula(at, _AT[name], f"={shown}", said, "cell", "middle", *_looks(book, indicator, name))
    _needed(sheet, at, indicator)
    page.sheet.set_row(at, max(_HIGH, 13 * lines(book.label(indicator), _WIDTHS[0]) + 3))


def _helper(name: str, at: int) -> str:
    return f"${xl_col_to_name(_HELPERS[name])}${at + 1}"


def _found(sheet: _Sheet, at: int, indicator: str) -> None:
    """Right of the line: the rows it is taken from, and who has figures to look at again."""
    book, page, label = sheet.book, sheet.page, f"$A${at + 1}"
    rows, place = choices.own_rows(book, indicator), book.places.get((indicator, sheet.province))
    value = 0 if place is None else place - rows.first + 1
    page.formula(at, _HELPERS["at"], f"={rows.where(('A', label), ('B', PROVINCE))}", value, "muted")
    names = doubted(book, indicator)
    page.text(at, _HELPERS["doubtful"], _BAR + _BAR.join(names) + _BAR if names else "", "muted")


def _marked(book: Book, row: IndicatorRow) -> bool:
    """Whether a status bears the mark of doubt; the cluster's, on a page without provinces, does not."""
    return bool(row.province) and doubtful(book, row)


def _said(sheet: _Sheet, row: IndicatorRow | None, name: str) -> float | str:
    """What a cell comes to for the province chosen at first."""
    book, mark = sheet.book, sheet.book.say("workbook.no_value")
    if row is None:
        return mark
    if name == "status":
        return status_text(book, row) + (book.say("workbook.overview.doubtful_mark") if _marked(book, row) else "")
    if name == "op":
        return sign_of(book, row) or mark
    if name == "rank" and row.rank is not None:
        ranked = [r for (i, _), r in book.indicators.items() if i == row.indicator and r.rank is not None]
        allowed = ranges(book).get((row.indicator, row.province), "")
        return f"{row.rank:g} / {len(ranked)}" + (f" ({allowed})" if allowed else "")
    value = choices.held(book, row, name)
    return mark if value is None else value


def _looks(book: Book, indicator: str, name: str) -> tuple[str, ...]:
    kind = book.model(indicator).kind
    styles = {
        "value": ("inset", "bold", theme.value_style(kind)),
        "target": ("inset", theme.value_style(kind)),
        "gap": ("inset", theme.difference_style(kind)),
        "change": ("inset", theme.difference_style(kind)),
        "status": ("gap",),
    }
    return styles.get(name, ("center",))


def _needed(sheet: _Sheet, at: int, indicator: str) -> None:
    """The cases that a missed target lacks, from the sheet of targets met and missed."""
    book, mark = sheet.book, sheet.book.say("workbook.no_value")
    own_lines = [n for n, row in enumerate(sheet.targets, HEAD_ROW + 1) if row["indicator"] == indicator]
    if not own_lines:
        sheet.page.text(at, _AT["needed"], mark, "cell", "middle", "center")
        return
    whole = range(HEAD_ROW + 1, HEAD_ROW + 1 + len(sheet.targets))
    first, last = (whole[0], whole[-1]) if indicator not in choices.namesakes(book) else (own_lines[0], own_lines[-1])
    rows = Rows(book.names[ATTAINMENT], first, last)
    binding = quoted(book.say("workbook.role.binding"))
    found = rows.where(("A", f"$A${at + 1}"), ("B", PROVINCE), ("D", binding))
    own = [
        (n - first + 1, row["needed"])
        for n, row in enumerate(sheet.targets, HEAD_ROW + 1)
        if (row["indicator"], row["province"] or "", row["role"]) == (indicator, sheet.province, "binding")
    ]
    number, needed = own[0] if own else (0, None)
    sheet.page.formula(at, _HELPERS["target"], f"={found}", number, "muted")
    place = _helper("target", at)
    shown = f"IF({place}=0,{sheet.mark},{rows.take('J', place, sheet.mark)})"
    formula = f"={choices.led(rows, 'J', place, shown)}"
    sheet.page.formula(
        at, _AT["needed"], formula, mark if needed is None else needed, "cell", "middle", "center", "count"
    )


def _legend(sheet: _Sheet, last: int) -> None:
    """What the mark of doubt means, where the chosen province has one."""
    say, names, column = sheet.book.say, sheet.book.names, xl_col_to_name(_AT["status"])
    where = {"indicators": names[INDICATORS], "findings": names[FINDINGS]}
    text = say("workbook.profile.doubtful", reason=say("workbook.column.reason"), **where)
    doubt = say("workbook.overview.doubtful_mark")
    words = ",".join(quoted(status_word(sheet.book, status) + doubt) for status in sorted(WHOLE))
    found = f"SUMPRODUCT(COUNTIF({column}{_HEAD + 2}:{column}{last + 1},{{{words}}}))"
    rows = [sheet.book.indicators.get((name, sheet.province)) for name in with_target(sheet.book)]
    said = text if any(row and _marked(sheet.book, row) for row in rows) else ""
    sheet.page.formula(last + 1, 0, f'=IF({found}>0,{quoted(text)},"")', said, "muted")
