"""Sentences about indicators: values, conditions, gaps, and the answer to whether all provinces meet a target."""

from collections.abc import Mapping

from pipeline.catalogue.models import Indicator, Target
from pipeline.definition import CONDITIONS
from pipeline.model import DECIDED, MISSED, UNDER_WAY
from pipeline.report import theme
from pipeline.report.doubts import covered, doubt_of
from pipeline.report.few import few
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.indicator_row import IndicatorRow

TOLD_IN_CASES = frozenset({"percent", "achievement", "change"})  # of what is a count itself, the gap says it
WHOLE = frozenset({*DECIDED, "not_comparable"})  # statuses of figures in which nothing lacks
_NO_MORE = 1e-9
_DECIMALS = 2


def value_words(book: Book, kind: str, value: float) -> str:
    """A value as a sentence has it: no decimals where they say nothing."""
    style = theme.value_style(kind)
    if style == "percent":
        return book.say.percent(value, 0 if abs(100 * value - round(100 * value)) < _NO_MORE else 2)
    return book.say.number(value, 1 if style == "rate" and value % 1 else None)


def condition(book: Book, target: Target) -> str:
    """What a target asks for, in words."""
    kind = book.model(target.indicator).kind
    return book.say(f"workbook.condition.{CONDITIONS[target.op]}", value=value_words(book, kind, target.value))


def conditions(book: Book, indicator: str) -> str:
    """What the provinces' targets ask for; where they differ, of whom what."""
    asked: dict[str, list[str]] = {}
    for province in book.provinces:
        if target := book.binding(indicator, province):
            asked.setdefault(condition(book, target), []).append(book.province(province))
    if len(asked) < 2:
        target = target_of(book, indicator)
        return next(iter(asked), condition(book, target) if target else "")
    return few(book.say, [f"{few(book.say, names)}: {said}" for said, names in asked.items()], "; ")


def headed(book: Book) -> str:
    """The indicator that the workbook opens with: the first one with a binding target; empty without one."""
    return next(iter(with_target(book)), "")


def with_target(book: Book) -> list[str]:
    """The indicators that some province is bound to a target of, in the catalogue's order."""
    known = {indicator for indicator, _ in book.places}
    return [
        i
        for i in book.results.catalogue.indicators
        if i in known and any(book.binding(i, p) for p in ("", *book.provinces))
    ]


def status_word(book: Book, status: str) -> str:
    """A status as an icon and a word."""
    return book.say(f"workbook.status.{status}", months=book.results.period.months)


def status_text(book: Book, row: IndicatorRow) -> str:
    """A status as an icon and a word; one that covers only some provinces says how many."""
    if row.status == "incomplete" and row.used and (row.expected or 0) > 1:
        return book.say("workbook.status.incomplete_of", used=row.used, expected=row.expected)
    return status_word(book, row.status)


def unmet(book: Book, indicator: str, op: str) -> str:
    """The word for a target that is not met: missed, or of a year of which this is part."""
    results = book.results
    return status_word(book, UNDER_WAY if results.catalogue.grows_to(indicator, op, results.period) else MISSED)


def province_rows(book: Book, indicator: str) -> list[IndicatorRow]:
    """An indicator's rows of the provinces, in the cluster's order."""
    return [book.indicators[indicator, p] for p in book.provinces if (indicator, p) in book.indicators]


def doubtful(book: Book, row: IndicatorRow) -> bool:
    """Whether there is something to look at again in the figures below a status that all of them decide."""
    return row.status in WHOLE and bool(doubt_of(row.reason, book.model(row.indicator).kind, book.say))


def doubted(book: Book, indicator: str) -> list[str]:
    """The provinces whose status rests on figures to look at again, by their names."""
    return [book.province(row.province) for row in province_rows(book, indicator) if doubtful(book, row)]


def target_of(book: Book, indicator: str) -> Target | None:
    """The target that a sentence about all provinces names: the cluster's, or else the first province's."""
    return next((t for p in ("", *book.provinces) if (t := book.binding(indicator, p))), None)


def answer(book: Book, indicator: str, needed: Mapping[str, float | None]) -> tuple[str, str]:
    """The question whether all provinces meet the target, and its answer: who does not, and by how much.

    ``needed`` are the cases that provinces lack.
    """
    target, rows = target_of(book, indicator), province_rows(book, indicator)
    if target is None:
        return "", ""
    asked = conditions(book, indicator)
    key = "workbook.question" if asked == condition(book, target) else "workbook.question_own"
    question = book.say(key, label=book.label(indicator), count=len(rows), condition=asked)
    met = [row for row in rows if row.status == "met"]
    missed = [row for row in rows if row.status == "missed"]
    late = UNDER_WAY if any(row.status == UNDER_WAY for row in rows) else "unknown" if met else "nothing"
    key = "yes" if len(met) == len(rows) else "no" if missed else late
    parts = [book.say(f"workbook.answer.{key}", met=len(met), count=len(rows))]
    if missed:
        said = [missing(book, row, needed.get(row.province)) for row in missed]
        parts.append(book.say("workbook.answer.missed", list=few(book.say, said, "; ")))
    return question, " ".join([*parts, *standing(book, indicator)])


def standing(book: Book, indicator: str) -> list[str]:
    """What an answer says whatever the target: of whom nothing is known, and the cluster's value."""
    model = book.model(indicator)
    rows = [row for row in province_rows(book, indicator) if row.status not in DECIDED]
    parts = [
        book.say(f"workbook.answer.{kind}", list=few(book.say, [book.province(row.province) for row in own]))
        for kind, own in _open(rows).items()
    ]
    cluster = book.indicators.get((indicator, ""))
    if cluster and cluster.value is not None:
        value, apart = value_words(book, model.kind, cluster.value), covered(cluster.reason, book.say)
        said = book.say("workbook.answer.cluster", value=f"{value}, {apart}" if apart else value)
        of_some = book.say("workbook.answer.covered", used=cluster.used, expected=cluster.expected)
        parts.append(said if cluster.used == cluster.expected else f"{said} {of_some}")
    return parts


def _open(rows: list[IndicatorRow]) -> dict[str, list[IndicatorRow]]:
    """Rows that are neither met nor missed: those whose figures lack, and those that no figures would decide."""
    nothing = [row for row in rows if row.status == "not_comparable"]
    return {key: own for key, own in (("open", [r for r in rows if r not in nothing]), ("no_cases", nothing)) if own}


def missing(book: Book, row: IndicatorRow, needed: float | None) -> str:
    """A province that misses its target: its value, what lacks, and how many cases that is where cases are counted."""
    model = book.model(row.indicator)
    value, gap = row.value or 0.0, abs(row.gap or 0.0)
    is_share = theme.value_style(model.kind) == "percent"
    decimals = book.say.telling(gap)
    shown = book.say.percent(value, decimals) if is_share and decimals > _DECIMALS else ""
    target = book.binding(row.indicator, row.province)
    over = "_over" if target is not None and not target.op.startswith(">") else ""
    said = book.say(
        f"workbook.answer.miss_{'points' if is_share else 'number'}{over}",
        province=book.province(row.province), value=shown or value_words(book, model.kind, value),
        gap=book.say.number(100 * gap, decimals) if is_share else value_words(book, model.kind, gap),
    )  # fmt: skip
    if model.kind in TOLD_IN_CASES and needed is not None:
        said += ", " + book.say(f"workbook.answer.cases{over}", count=book.say.number(needed), **counted(book, model))
    return said + ")"


def counted(book: Book, model: Indicator) -> dict[str, object]:
    """What the numerator counts: its unit, and what its column is called."""
    form, measure = Indicator.operands(model.numerator)[0]
    found = book.results.catalogue.forms[form]
    return {"unit": book.say.unit(found.columns[measure].unit), "measure": found.label_of(measure)}


def source_words(book: Book, row: IndicatorRow) -> str:
    """Where last year's figure is from; of a change where its base is from, in the denominator's column."""
    if not row.base:
        return ""
    said = book.say(f"workbook.base.{row.base}")
    return book.say("workbook.base.of_change", base=said) if book.model(row.indicator).kind == "change" else said
