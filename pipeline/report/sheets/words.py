"""Sentences about indicators: values, conditions, gaps, and the answer to whether all provinces meet a target."""

from pipeline.catalogue.models import Indicator, Target
from pipeline.report import theme
from pipeline.report.sheets.book import Book, IndicatorRow
from pipeline.statistics.exact import exact
from pipeline.statistics.targets import cases_to

_OPERATORS = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below"}
_WHOLE = 1e-9


def value_words(book: Book, kind: str, value: float) -> str:
    """A value as a sentence has it: no decimals where they say nothing."""
    style = theme.value_style(kind)
    if style == "percent":
        return book.say.percent(value, 0 if abs(100 * value - round(100 * value)) < _WHOLE else 2)
    return book.say.number(value, 1 if style == "rate" and value % 1 else None)


def condition(book: Book, target: Target) -> str:
    """What a target asks for, in words."""
    kind = book.model(target.indicator).kind
    return book.say(f"workbook.condition.{_OPERATORS[target.op]}", value=value_words(book, kind, target.value))


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


def province_rows(book: Book, indicator: str) -> list[IndicatorRow]:
    """An indicator's rows of the provinces, in the cluster's order."""
    return [book.indicators[indicator, p] for p in book.provinces if (indicator, p) in book.indicators]


def target_of(book: Book, indicator: str) -> Target | None:
    """The target that a sentence about all provinces names: the cluster's, or else the first province's."""
    return next((t for p in ("", *book.provinces) if (t := book.binding(indicator, p))), None)


def answer(book: Book, indicator: str) -> tuple[str, str]:
    """The question whether all provinces meet the target, and its answer: who does not, and by how much."""
    target, rows = target_of(book, indicator), province_rows(book, indicator)
    if target is None:
        return "", ""
    question = book.say(
        "workbook.question", label=book.label(indicator), count=len(rows), condition=condition(book, target)
    )
    met = [row for row in rows if row.status == "met"]
    missed = [row for row in rows if row.status == "missed"]
    open_ = [row for row in rows if row.status not in {"met", "missed"}]
    model = book.model(indicator)
    key = "yes" if len(met) == len(rows) else "no" if missed else "unknown"
    parts = [book.say(f"workbook.answer.{key}", met=len(met), count=len(rows))]
    if missed:
        missed.sort(key=lambda row: -abs(row.gap or 0))
        parts.append(book.say("workbook.answer.missed", list="; ".join(_miss(book, model, row) for row in missed)))
    if open_:
        parts.append(book.say("workbook.answer.open", list=", ".join(book.province(row.province) for row in open_)))
    cluster = book.indicators.get((indicator, ""))
    if cluster and cluster.value is not None:
        said = book.say("workbook.answer.cluster", value=value_words(book, model.kind, cluster.value))
        covered = book.say("workbook.answer.covered", used=cluster.used, expected=cluster.expected)
        parts.append(said if cluster.used == cluster.expected else f"{said} {covered}")
    return question, " ".join(parts)


def _miss(book: Book, model: Indicator, row: IndicatorRow) -> str:
    """A province that misses its target: its value, what lacks, and how many cases that is where cases are counted."""
    value, gap = row.value or 0.0, abs(row.gap or 0.0)
    short = (
        book.say.number(100 * gap, 2)
        if theme.value_style(model.kind) == "percent"
        else value_words(book, model.kind, gap)
    )
    unit = "points" if theme.value_style(model.kind) == "percent" else "number"
    said = book.say(
        f"workbook.answer.miss_{unit}",
        province=book.province(row.province), value=value_words(book, model.kind, value), gap=short,
    )  # fmt: skip
    target = book.binding(row.indicator, row.province)
    if model.kind == "percent" and target and target.op == ">=" and row.denominator and row.numerator is not None:
        lacking = cases_to(exact(row.numerator), exact(row.denominator), exact(target.value), target.op)
        said += ", " + book.say("workbook.answer.cases", count=lacking, unit=_unit(book, model))
    return said + ")"


def _unit(book: Book, model: Indicator) -> str:
    form, measure = Indicator.operands(model.numerator)[0]
    return book.results.catalogue.forms[form].columns[measure].unit
