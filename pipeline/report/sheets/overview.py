"""The first sheet: the answer in words, each province against each target, and what came from whom."""

from collections.abc import Sequence

from pipeline.definition import SIGNS
from pipeline.report import theme
from pipeline.report.few import few
from pipeline.report.sheets import overview_course, overview_refused
from pipeline.report.sheets.answers import answered, emptied
from pipeline.report.sheets.book import Book, Page
from pipeline.report.sheets.charts import insert
from pipeline.report.sheets.drawings import Drawing, Ranges
from pipeline.report.sheets.findings import KEY as FINDINGS
from pipeline.report.sheets.findings import FindingRow
from pipeline.report.sheets.formulas import LONGEST, criterion, if_given, quoted, sheet_ref
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER, status_colours
from pipeline.report.sheets.paper import ROW
from pipeline.report.sheets.room import lines
from pipeline.report.sheets.submissions import SET_ASIDE, place, submissions
from pipeline.report.sheets.words import (
    doubted,
    doubtful,
    headed,
    province_rows,
    status_text,
    target_of,
    with_target,
)

KEY = "overview"
_PER_BLOCK = 6
_WIDTHS = (20, *(10.5, 13.5) * _PER_BLOCK)
_LAST = len(_WIDTHS) - 1
_LABEL = 21  # letters of a bold label over two columns
_HALF = 7  # the column in which what stands on the right begins: changes, and the chart
_CHART_ROWS, _CHART_SIZE = 21, (528, 352)  # no wider than the matrix
_ABOUT = 2  # the column in which a sheet's description begins
_FEW = 12  # provinces whose matrix leaves room above and below it on a page of paper


def write(book: Book, findings: list[FindingRow], front: tuple[Drawing, Ranges] | None) -> None:
    """Write the sheet; ``front`` is the chart to show on it."""
    main, others = _chosen(book)
    curved = bool(main) and overview_course.has_curves(book, main[0])
    page, say = book.page(KEY, (*_WIDTHS, overview_course.WIDTH) if curved else _WIDTHS), book.say
    note = book.results.note
    page.opening(book.results.catalogue.settings.name.text(book.results.lang), say("workbook.overview.unit"))
    page.text(3, 0, note.text(book.results.lang) if note else "", "notice")
    at = _others_answered(book, page, _answer(book, page, 5), main[1:])
    at = overview_refused.write(book, page, at, _LAST, findings)
    if curved:
        overview_course.curves(book, page, at + 1, _LAST + 1, main[0])
    matrix = at
    received = at = _matrix(book, page, at, say("workbook.overview.main"), main)
    changed = overview_course.changed(book, main)
    page.heads(at + 1, [*_received_heads(book), *map(book.label, changed)])
    below = _completeness(book, page, at, findings)
    second = overview_course.changes(book, page, (at, _HALF), changed) if changed else below
    if front:
        insert(page, *front, (second + 1, _HALF), _CHART_SIZE)
    at = max(_links(book, page, second), second + _CHART_ROWS + 2 if front else 0)
    for start in range(0, len(others), _PER_BLOCK):
        title = say("workbook.overview.others" if not start else "workbook.overview.more")
        at = _matrix(book, page, at, title, others[start : start + _PER_BLOCK])
    last = page.sheet.dim_rowmax or 0
    parts = [matrix, received, second] if len(book.provinces) > _FEW else [second, last + 1]
    page.paper(None, (4, 1), (last, len(page.widths) - 1), breaks=parts)


def _answer(book: Book, page: Page, at: int) -> int:
    indicator = headed(book)
    question, said = answered(book, indicator)
    if not said.text:
        page.text(at, 0, book.say("workbook.overview.no_target"), "muted")
        return at + 2
    page.living(at, 0, question.formula, question.text, "section")
    page.prose(at + 1, _LAST, said.text, "answer", formula=said.formula)
    rests = _rests_on(book, indicator)
    if not rests:
        return at + 3
    page.prose(at + 2, _LAST, rests, "muted")
    return at + 4


def _rests_on(book: Book, indicator: str) -> str:
    """Whose figures to look at again an answer rests on; empty where it rests on none."""
    names = doubted(book, indicator)
    where = {"sheet": book.names[INDICATORS], "column": book.say("workbook.column.reason")}
    return book.say("workbook.overview.answer_doubtful", names=few(book.say, names), **where) if names else ""


def _others_answered(book: Book, page: Page, at: int, indicators: Sequence[str]) -> int:
    """The answers about the other main targets, a line each. Returns the next free row."""
    for indicator in indicators:
        question, said = answered(book, indicator)
        if said.text:
            rests = f" {text}" if (text := _rests_on(book, indicator)) else ""
            formula = f'{question.formula}&" "&{said.formula[1:]}&{quoted(rests)}' if question.formula else ""
            formula = formula if said.formula and len(formula) < LONGEST else ""
            page.prose(at, _LAST, f"{question.text} {said.text}{rests}", "prose", formula=formula)
            at += 1
    return at + 1 if indicators else at


def _chosen(book: Book) -> tuple[list[str], list[str]]:
    """The main indicators: of each group the first with a target; and the others with one."""
    names = with_target(book)
    groups: dict[str, str] = {}
    for name in names:
        groups.setdefault(book.model(name).group or name, name)
    main = list(groups.values())[:_PER_BLOCK]
    return main, [name for name in names if name not in main]


def _matrix(book: Book, page: Page, at: int, title: str, indicators: Sequence[str]) -> int:
    """Write provinces by indicators: value and status of each. Returns the next free row."""
    if not indicators:
        return at
    page.text(at, 0, title, "section")
    page.text(at + 1, 0, book.say("workbook.column.province"), "head")
    page.text(at + 2, 0, book.say("workbook.column.target"), "head")
    labels = [book.label(name) for name in indicators]
    for number, name in enumerate(indicators):
        page.sheet.merge_range(at + 1, 1 + 2 * number, at + 1, 2 + 2 * number, "", book.formats("head"))
        page.text(at + 1, 1 + 2 * number, labels[number], "head")
        _target(book, page, at + 2, 1 + 2 * number, name)
    page.sheet.set_row(at + 1, 13.5 * max(lines(label, _LABEL) for label in labels) + 5)
    first = at + 3
    for number, province in enumerate((*book.provinces, "")):
        page.text(first + number, 0, book.province(province), *_look(province))
        for column, name in enumerate(indicators):
            _pair(book, page, first + number, 1 + 2 * column, name, province)
    last = first + len(book.provinces)
    _met(book, page, last + 1, first, indicators)
    for column in range(2, 2 * len(indicators) + 1, 2):
        status_colours(book, page, first, column, last, column)
    return _legend(book, page, last + 2, indicators) + 1


def _look(province: str) -> tuple[str, ...]:
    return ("cell",) if province else ("cell", "cluster")


def _target(book: Book, page: Page, at: int, column: int, indicator: str) -> None:
    """The target, from where it can be edited; where provinces have their own, that is said instead."""
    names = {name for p in ("", *book.provinces) if (name := book.target_name(indicator, p))}
    target = target_of(book, indicator)
    if len(names) == 1 and target:
        sign, name, none = SIGNS[target.op], next(iter(names)), quoted(book.say("workbook.status.no_target"))
        page.formula(at, column, f"={if_given(name, quoted(sign))}", sign, "head", "right")
        style = theme.value_style(book.model(indicator).kind)
        page.formula(at, column + 1, f"={if_given(name, otherwise=none)}", target.value, "head", style)
    else:
        page.text(at, column, "", "head")
        page.text(at, column + 1, book.say("workbook.overview.own_targets"), "head")


def _pair(book: Book, page: Page, at: int, column: int, indicator: str, province: str) -> None:
    """A value and its status, both taken from the sheet of indicators."""
    row, where = book.indicators.get((indicator, province)), book.places.get((indicator, province))
    look = _look(province)
    if row is None or where is None:
        page.text(at, column, "", *look)
        page.text(at, column + 1, "", *look)
        return
    if row.value is None:
        page.text(at, column, book.say("workbook.no_value"), *look, "mark")
    else:
        formula = f"={book.cell(INDICATORS, where, LETTER['value'])}"
        to, style = f"internal:{formula[1:]}", theme.value_style(book.model(indicator).kind)
        page.link(at, column, to, row.value, *look, style, formula=formula)
    mark = book.say("workbook.overview.doubtful_mark") if doubtful(book, row) else ""
    formula = f"={(cell := book.cell(INDICATORS, where, LETTER['status']))}"
    if mark:
        formula += f'&IF({cell}={quoted(book.say("workbook.status.no_target"))},"",{quoted(mark)})'
    page.formula(at, column + 1, formula, status_text(book, row) + mark, *look, "gap")


def _legend(book: Book, page: Page, at: int, indicators: Sequence[str]) -> int:
    """What the mark of doubt means, where there is one. Returns the next free row."""
    rows = (book.indicators.get((name, p)) for name in indicators for p in (*book.provinces, ""))
    if not any(row and doubtful(book, row) for row in rows):
        return at
    names = {key: book.names[key] for key in (INDICATORS, FINDINGS)}
    page.text(
        at, 0, book.say("workbook.overview.doubtful", reason=book.say("workbook.column.reason"), **names), "muted"
    )
    return at + 1


def _met(book: Book, page: Page, at: int, first: int, indicators: Sequence[str]) -> None:
    """How many provinces meet each target, counted from the statuses above."""
    page.text(at, 0, book.say("workbook.overview.met"), "muted")
    word = book.say("workbook.status.met")
    met = f"{{{quoted(word)},{quoted(word + book.say('workbook.overview.doubtful_mark'))}}}"
    for number, name in enumerate(indicators):
        column = 2 + 2 * number
        letter = chr(ord("A") + column)
        count = sum(row.status == "met" for row in province_rows(book, name))
        if book.provinces:
            formula = f"=SUMPRODUCT(COUNTIF({letter}{first + 1}:{letter}{first + len(book.provinces)},{met}))"
            if bound := sum(row.target is not None for row in province_rows(book, name)):
                none = quoted(book.say("workbook.no_value"))
                formula = f"=IF({emptied(book, name)}={bound},{none},{formula[1:]})"
            page.formula(at, column - 1, formula, count, "bold", "count")
        page.text(at, column, book.say("workbook.overview.of", count=len(book.provinces)), "muted")


def _received_heads(book: Book) -> list[str]:
    heads = ("province", "forms_accepted", "forms_expected", "errors", "warnings", "submission_status")
    return [*(book.say(f"workbook.column.{name}") for name in heads), ""]


def _completeness(book: Book, page: Page, at: int, findings: list[FindingRow]) -> int:
    """What came from each province: its submission's status, its forms, and the findings. Returns the next free row."""
    page.text(at, 0, book.say("workbook.overview.received"), "section")
    rows = {row["province"]: row for row in submissions(book) if row["status"] not in SET_ASIDE}
    table, say = book.say("workbook.table.findings"), book.say
    for number, province in enumerate(book.provinces):
        line, row = at + 2 + number, rows.get(province, {})
        page.text(line, 0, book.province(province), "cell")
        for column, name in ((1, "forms_accepted"), (2, "forms_expected")):
            page.living(line, column, _at_submissions(book, province, name), row.get(name), "cell", "count")
        for column, severity in ((3, "error"), (4, "warning")):
            count = sum(f.severity == severity and f.province == province for f in findings)
            wanted = criterion(say(f"workbook.severity.{severity}"))
            heads_ = [f"{table}[[{say(f'workbook.column.{name}')}]]" for name in ("severity", "province")]
            page.formula(
                line, column, f"=COUNTIFS({heads_[0]},{wanted},{heads_[1]},A{line + 1})", count, "cell", "count"
            )
        status = say(f"workbook.submission.{row.get('status') or 'missing'}")
        page.living(line, 5, _at_submissions(book, province, "submission_status"), status, "cell", "gap")
        page.text(line, 6, "", "cell")
    return at + 3 + len(book.provinces)


def _at_submissions(book: Book, province: str, column: str) -> str:
    """What the sheet of submissions has about a province, as a formula; empty where it has nothing."""
    cell = place(book, province, column)
    return f"={cell}" if cell else ""


def _links(book: Book, page: Page, at: int) -> int:
    """The way to every other sheet, with a word on what it holds, left of the chart. Returns the next free row."""
    page.text(at, 0, book.say("workbook.overview.sheets"), "section")
    names = [(key, name) for key, name in book.names.items() if key != KEY]
    for line, (key, name) in enumerate(names, at + 1):
        page.sheet.write_url(line, 0, f"internal:{sheet_ref(name)}!A1", book.formats("link"), name)
        kind, _, form = key.partition(":")
        model = book.results.catalogue.forms.get(form)
        about = model.title.text(book.results.lang) if model else book.say(f"workbook.about.{kind}")
        page.sheet.merge_range(line, _ABOUT, line, _HALF - 1, "", book.formats("muted", "wrap"))
        page.text(line, _ABOUT, about, "muted", "wrap")
        high = lines(about, sum(page.widths[_ABOUT:_HALF]))
        page.sheet.set_row(line, max(ROW, 13 * high + 1 if high > 1 else 0))
    at += len(names) + 1
    if not book.left_out:
        return at + 1
    page.prose(at, _HALF - 1, book.say("workbook.overview.left_out", names=book.left_out), "muted", "prose")
    return at + 2
